"""A short form of `make crash`: whoever is killed in the middle of money, the books are right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.crash import kills, servers
from tests.crash.books import ACKNOWLEDGED, Count
from tests.crash.world import World, build
from tests.given import offices
from tests.given.copies import Copy, databases, files
from tests.postgres import Postgres, Server, durable_server

KILLS, SERVER_KILLS = 10, 1
SEED = 20231122


@contextmanager
def ground(
    engine_name: str, folder: Path, password_hash: str
) -> Iterator[tuple[World, Copy, Server | None]]:
    """A world to be copied; PostgreSQL on a server of its own that keeps what it promised."""
    if engine_name == "sqlite":
        template = folder / "template.db"
        with offices.an_office(f"sqlite:///{template}", folder, password_hash) as office:
            world = build(office)
        yield world, files(template, folder), None
        return
    with durable_server() as server:
        made = Postgres(server.url, server.folder, "crash")
        with offices.an_office(made.create("template"), folder, password_hash) as office:
            world = build(office)
        yield world, databases(made, "template"), server


def right(count: Count, wanted: int) -> None:
    assert count.faults == []
    assert count.kills == wanted
    assert count.total(ACKNOWLEDGED) > 0, str(count)


def test_what_was_acknowledged_stands_whoever_was_killed(
    engine_name: str, tmp_path: Path, password_hash: str
) -> None:
    with ground(engine_name, tmp_path, password_hash) as (world, copy, server):
        killed = kills.run(copy, world, KILLS, SEED)
        right(killed, KILLS)
        assert 5 * killed.inside >= killed.kills, str(killed)
        if server is not None:
            right(servers.run(server, copy, world, SERVER_KILLS, SEED), SERVER_KILLS)
