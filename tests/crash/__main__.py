"""`make crash`: the full counts. Prints its seed, then what each engine saw; exit 1 on a fault.

SQLite: processes killed. PostgreSQL, with commits that outlive a power cut: clients killed.

"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.crash.kills import Count, run
from tests.crash.life import World, build
from tests.given import offices
from tests.given.copies import Copy, databases, files
from tests.postgres import Postgres, durable_server


def main() -> int:
    """Kill as often as asked, on the engines that are asked for; 0 when no fault was found."""
    parser = argparse.ArgumentParser(prog="make crash", description=__doc__)
    parser.add_argument("--sqlite", type=int, default=1_000, help="kills on SQLite")
    parser.add_argument("--postgresql", type=int, default=500, help="client kills on PostgreSQL")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    asked = parser.parse_args()
    say(f"seed {asked.seed}")
    counts = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if asked.sqlite:
            counts.append(on_sqlite(folder, asked.sqlite, asked.seed))
        if asked.postgresql:
            counts.append(on_postgres(folder, asked.postgresql, asked.seed))
    return 1 if any(count.faults for count in counts) else 0


def on_sqlite(folder: Path, kills: int, seed: int) -> Count:
    """Kills on copies of a file."""
    template = folder / "template.db"
    world = _built(f"sqlite:///{template}", folder)
    return _timed("sqlite", files(template, folder), world, kills, seed)


def on_postgres(folder: Path, kills: int, seed: int) -> Count:
    """Kills of clients on copies of a database, on a server that forgets nothing."""
    with durable_server() as server:
        made = Postgres(server.url, server.folder, "crash")
        world = _built(made.create("crash_template"), folder)
        return _timed("postgresql", databases(made, "crash_template"), world, kills, seed)


def _built(url: str, folder: Path) -> World:
    with offices.an_office(url, folder, offices.cheap_hash()) as office:
        return build(office)


def _timed(name: str, copy: Copy, world: World, kills: int, seed: int) -> Count:
    began = time.monotonic()
    count = run(copy, world, kills, seed)
    say(f"{name}: {count} in {time.monotonic() - began:.0f} s")
    for fault in count.faults:
        say(f"{name}: FAULT {fault}")
    return count


def say(line: str) -> None:
    """A line of the report."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
