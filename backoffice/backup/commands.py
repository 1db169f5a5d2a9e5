"""What an operator types: `backoffice backup FILE` and `backoffice restore FILE`."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from backoffice.backup.container import Manifest
from backoffice.backup.restoring import Ways
from backoffice.backup.restoring import restore as put_back
from backoffice.backup.taking import take
from backoffice.db import sessions
from backoffice.kernel.clock import SystemClock
from backoffice.kernel.refusal import Refused
from backoffice.messages import sentence
from backoffice.web import guard


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Write a whole backup of the database to FILE, which must not exist; work may go on."""
    upgrade()
    house: guard.House = current_app.extensions[guard.EXTENSION]
    try:
        taken = take(
            house.office,
            file.absolute(),
            version=house.version,
            at=SystemClock().now(),
            programs=current_app.config["POSTGRES_PROGRAMS"],
        )
    except Refused as refusal:
        raise click.ClickException(sentence(refusal)) from refusal
    _tell(taken.manifest)
    click.echo(f"{file.name} sha256 {taken.file_sha256}")
    if not taken.recorded:
        click.echo(sentence(Refused("backup.not_recorded")), err=True)


@click.command("restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Set a database with work in it aside.")
@click.option("--dry-run", is_flag=True, help="Prove the file, and change nothing.")
@with_appcontext
def restore(file: Path, replace: bool, dry_run: bool) -> None:
    """Put the contents of FILE in the place of the database; nothing else may have it open."""
    house: guard.House = current_app.extensions[guard.EXTENSION]
    sessions.session.remove()
    sessions.engine.dispose()
    ways = Ways(
        migrations=Path(current_app.extensions["migrate"].directory),
        at=SystemClock().now(),
        programs=current_app.config["POSTGRES_PROGRAMS"],
        replace=replace,
        dry_run=dry_run,
    )
    try:
        restored = put_back(house.office.engine, file.absolute(), ways)
    except Refused as refusal:
        raise click.ClickException(sentence(refusal)) from refusal
    _tell(restored.manifest)
    if dry_run:
        click.echo("proved; nothing was changed")
    elif restored.aside:
        click.echo(f"restored; the former database is {restored.aside}")
    else:
        click.echo("restored")


def _tell(manifest: Manifest) -> None:
    click.echo(
        f"taken at {manifest.taken_at}, release {manifest.version}, revision {manifest.revision}, "
        f"{manifest.engine}"
    )
    click.echo(
        f"{manifest.row_count} rows in {len(manifest.rows)} tables, "
        f"{manifest.audit_seq} audit entries, head {manifest.audit_hash}"
    )
    for name, count in sorted(manifest.broken.items()):
        click.echo(f"broken when it was taken: {name} ({count})", err=True)
