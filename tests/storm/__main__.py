"""`make storm`: the full counts. Prints its seed, then what each engine saw; exit 1 on a fault."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.given import offices
from tests.given.copies import Copy, databases, files
from tests.postgres import Postgres, own_server
from tests.storm.rounds import Storm, run
from tests.storm.world import FULL, World, build


def main() -> int:
    """Storm on the engines that are asked for; 0 when no fault was found."""
    parser = argparse.ArgumentParser(prog="make storm", description=__doc__)
    parser.add_argument("--sqlite", type=int, default=40_000, help="operations on SQLite")
    parser.add_argument("--postgresql", type=int, default=40_000, help="operations on PostgreSQL")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    asked = parser.parse_args()
    say(f"seed {asked.seed}")
    storms = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if asked.sqlite:
            storms.append(on_sqlite(folder, asked.sqlite, asked.seed))
        if asked.postgresql:
            storms.append(on_postgres(folder, asked.postgresql, asked.seed))
    return 1 if any(storm.faults for storm in storms) else 0


def on_sqlite(folder: Path, operations: int, seed: int) -> Storm:
    """On copies of a file."""
    template = folder / "template.db"
    world = _built(f"sqlite:///{template}", folder, seed)
    return _timed("sqlite", files(template, folder), world, folder, operations, seed)


def on_postgres(folder: Path, operations: int, seed: int) -> Storm:
    """On copies of a database."""
    with own_server() as server:
        made = Postgres(server.url, server.folder, "storm")
        world = _built(made.create("storm_template"), folder, seed)
        copy = databases(made, "storm_template")
        return _timed("postgresql", copy, world, folder, operations, seed)


def _built(url: str, folder: Path, seed: int) -> World:
    with offices.an_office(url, folder, offices.cheap_hash()) as office:
        return build(office, FULL, seed)


def _timed(name: str, copy: Copy, world: World, folder: Path, operations: int, seed: int) -> Storm:
    began = time.monotonic()
    storm = run(copy, world, folder, operations=operations, tries=FULL.tries, seed=seed)
    say(f"{name}: {storm}, in {time.monotonic() - began:.0f} s with their checks")
    for line in storm.lines():
        say(line)
    for fault in storm.faults:
        say(f"{name}: FAULT {fault}")
    return storm


def say(line: str) -> None:
    """A line of the report."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
