"""What an operator does with the editions of the office's own folder."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from backoffice.scheme import registry
from backoffice.scheme.rules import InvalidEdition
from backoffice.scheme.sentences.figures import fault_sentence

editions = AppGroup("editions", help="Editions of schemes that the office adds itself.")


@editions.command("seal")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def seal(folder: Path) -> None:
    """Read every edition in FOLDER and write its seals; exit 1 when one cannot be read."""
    try:
        found = registry.seal(folder)
    except InvalidEdition as problem:
        for fault in problem.faults:
            click.echo(fault_sentence(fault), err=True)
        raise click.exceptions.Exit(1) from problem
    for name, digest in found.items():
        click.echo(f"{name} {digest}")
