"""`make model`: the full counts. Prints its seed, then steps and moves of each engine."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from tests.given import offices
from tests.given.copies import Copy, files
from tests.model.law import LATER, Moved, moves
from tests.model.runs import Report, play
from tests.model.world import build
from tests.postgres import Postgres, own_server

LEAST = 20
RUNS_AT_A_TIME = 20
FEW = 5
TEMPLATE, COPY = "model_template", "model_copy"


def main() -> int:
    """Play until the steps are made and every move was seen often enough; 0 when all held."""
    parser = argparse.ArgumentParser(prog="make model", description=__doc__)
    parser.add_argument("--sqlite", type=int, default=10_000, help="steps on SQLite")
    parser.add_argument("--postgresql", type=int, default=10_000, help="steps on PostgreSQL")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    asked = parser.parse_args()
    say(f"seed {asked.seed}")
    seldom: list[Moved] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if asked.sqlite:
            template = folder / "template.db"
            began = _built(f"sqlite:///{template}", folder)
            seldom += _play("sqlite", files(template, folder), began, asked.sqlite, asked.seed)
        if asked.postgresql:
            with own_server() as server:
                made = Postgres(server.url, server.folder, "model")
                began = _built(made.create(TEMPLATE), folder)
                copy = _one_place(made)
                seldom += _play("postgresql", copy, began, asked.postgresql, asked.seed)
    return 1 if seldom else 0


def _one_place(server: Postgres) -> Copy:
    """Copies of the template, one after another under the same name: one engine serves them."""

    @contextmanager
    def copy() -> Iterator[str]:
        yield server.create(COPY, TEMPLATE)
        server.drop(COPY)

    return copy


def _built(url: str, folder: Path) -> datetime:
    with offices.an_office(url, folder, offices.cheap_hash()) as office:
        return build(office)


def _play(name: str, copy: Copy, began: datetime, steps: int, seed: int) -> list[Moved]:
    """Play so many steps; the moves made too seldom. What was counted is told however it ends."""
    since, number = time.monotonic(), seed
    report = Report()
    try:
        while report.count < steps:
            play(copy, began, runs=RUNS_AT_A_TIME, number=number, so_far=report)
            number += 1
            _say_missed(name, report)
    finally:
        seconds = time.monotonic() - since
        say(f"{name}: {report.count} steps in {seconds:.0f} s, every invariant after each")
        _say_counts(report)
        _say_missed(name, report)
    return [move for move, _count in report.seldom(LEAST)]


def _say_missed(name: str, report: Report) -> None:
    missed = report.seldom(LEAST)
    few = ", ".join(f"{' '.join(move)}: {count}" for move, count in missed[:FEW])
    few = f" ({few})" if few and len(missed) <= FEW else ""
    say(f"{name}: {report.count} steps; {len(missed)} moves made less than {LEAST} times{few}")


def _say_counts(report: Report) -> None:
    for kind, count in sorted(report.steps.items()):
        say(f"  {count:7} {kind}")
    say(f"the {len(moves())} moves that somebody can make:")
    for move in moves():
        mark = " SELDOM" if report.seen[move] < LEAST else ""
        say(f"  {report.seen[move]:7} {' '.join(move)}{mark}")
    later = {" ".join(move): reason for move, reason in LATER.items()}
    for written, reason in sorted(later.items()):
        say(f"    later {written}: {reason}")


def say(line: str) -> None:
    """A line of the report."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
