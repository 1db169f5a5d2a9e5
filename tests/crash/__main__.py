"""`make crash`: the full counts. Prints its seed, then what each engine saw; exit 1 on a fault.

SQLite: processes killed. PostgreSQL, with every commit written through before it is acknowledged
(fsync and synchronous_commit on, as in service): clients killed, then the whole server.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.crash import kills, servers
from tests.crash.books import Count
from tests.crash.world import World, build
from tests.given import offices
from tests.given.copies import databases, files
from tests.postgres import Postgres, durable_server


def main() -> int:
    """Kill as often as asked, on the engines that are asked for; 0 when no fault was found."""
    parser = argparse.ArgumentParser(prog="make crash", description=__doc__)
    parser.add_argument("--sqlite", type=int, default=1_000, help="kills on SQLite")
    parser.add_argument("--postgresql", type=int, default=500, help="client kills on PostgreSQL")
    parser.add_argument("--server-kills", type=int, default=20, help="kills of the server")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    asked = parser.parse_args()
    say(f"seed {asked.seed}")
    counts = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if asked.sqlite:
            counts.append(on_sqlite(folder, asked.sqlite, asked.seed))
        if asked.postgresql or asked.server_kills:
            counts += on_postgres(folder, asked.postgresql, asked.server_kills, asked.seed)
    return 1 if any(count.faults for count in counts) else 0


def on_sqlite(folder: Path, wanted: int, seed: int) -> Count:
    """Kills on copies of a file."""
    template = folder / "template.db"
    world = _built("sqlite", f"sqlite:///{template}", folder)
    return _timed("sqlite", lambda: kills.run(files(template, folder), world, wanted, seed))


def on_postgres(folder: Path, clients: int, whole: int, seed: int) -> Iterator[Count]:
    """Kills of clients, then of the server, on copies of a database that forgets nothing."""
    with durable_server() as server:
        made = Postgres(server.url, server.folder, "crash")
        world = _built("postgresql", made.create("crash_template"), folder)
        copy = databases(made, "crash_template")
        say(f"postgresql: {servers.promises(server)}")
        if clients:
            yield _timed("postgresql", lambda: kills.run(copy, world, clients, seed))
        if whole:
            yield _timed("postgresql", lambda: servers.run(server, copy, world, whole, seed))


def _built(name: str, url: str, folder: Path) -> World:
    began = time.monotonic()
    with offices.an_office(url, folder, offices.cheap_hash()) as office:
        world = build(office)
    say(f"{name}: the world was built in {time.monotonic() - began:.0f} s")
    return world


def _timed(name: str, run: Callable[[], Count]) -> Count:
    began = time.monotonic()
    count = run()
    say(f"{name}: {count} in {time.monotonic() - began:.0f} s")
    for line in count.lines():
        say(line)
    for fault in count.faults:
        say(f"{name}: FAULT {fault}")
    return count


def say(line: str) -> None:
    """A line of the report."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
