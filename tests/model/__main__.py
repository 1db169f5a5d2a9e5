"""`make model`: the full counts. Prints its seed, then steps and moves of each engine."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

from tests.given import offices
from tests.given.copies import Copy, databases, files
from tests.model.runs import Report, play
from tests.model.world import build
from tests.postgres import Postgres, durable_server

LEAST = 20
RUNS_AT_A_TIME = 20


def main() -> int:
    """Play until the steps are made and every move was seen often enough; 0 when all held."""
    parser = argparse.ArgumentParser(prog="make model", description=__doc__)
    parser.add_argument("--sqlite", type=int, default=10_000, help="steps on SQLite")
    parser.add_argument("--postgresql", type=int, default=10_000, help="steps on PostgreSQL")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    asked = parser.parse_args()
    say(f"seed {asked.seed}")
    seldom: list[object] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if asked.sqlite:
            template = folder / "template.db"
            began = _built(f"sqlite:///{template}", folder)
            seldom += _play("sqlite", files(template, folder), began, asked.sqlite, asked.seed)
        if asked.postgresql:
            with durable_server() as server:
                made = Postgres(server.url, server.folder, "model")
                began = _built(made.create("model_template"), folder)
                copy = databases(made, "model_template")
                seldom += _play("postgresql", copy, began, asked.postgresql, asked.seed)
    return 1 if seldom else 0


def _built(url: str, folder: Path) -> datetime:
    with offices.an_office(url, folder, offices.cheap_hash()) as office:
        return build(office)


def _play(name: str, copy: Copy, began: datetime, steps: int, seed: int) -> list[object]:
    since, number = time.monotonic(), seed
    report = Report()
    while report.count < steps:
        play(copy, began, runs=RUNS_AT_A_TIME, number=number, so_far=report)
        number += 1
    seldom = report.seldom(LEAST)
    seconds = time.monotonic() - since
    say(f"{name}: {report.count} steps in {seconds:.0f} s, every invariant after each")
    for kind, count in sorted(report.steps.items()):
        say(f"  {count:7} {kind}")
    say(f"{name}: {len(report.seen)} moves seen; least often: {min(report.seen.values())} times")
    for move, count in seldom:
        say(f"{name}: SELDOM {' '.join(move)}: {count}")
    return list(seldom)


def say(line: str) -> None:
    """A line of the report."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
