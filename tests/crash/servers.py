"""Kill the whole database server while clients write; start it again, and ask the books.

Every process of the server ends by SIGKILL in the midst of the work of several clients: nothing is
flushed and nobody says goodbye. What a client was told before that must be there once the server
has recovered by itself from its log.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from multiprocessing import connection

import psycopg
from psycopg import sql

from tests.crash import books
from tests.crash.books import Count, Life
from tests.crash.kills import SECONDS_MAX, Client, send
from tests.crash.life import COMMITTING, INSIDE, End, Share
from tests.crash.world import World
from tests.given.copies import Copy
from tests.postgres import DURABLE, Server, libpq

CLIENTS = 4
DEEDS_MAX = 20  # done by all clients together before the server is killed
SECONDS_TO_LIVE = 0.06


def run(server: Server, copy: Copy, world: World, kills: int, seed: int) -> Count:
    """Kill the server so often, life after life, each on a fresh copy of the database."""
    dice, count = random.Random(seed), Count(servers=True)
    while count.kills < kills and not count.faults:
        with copy() as url:
            life = Life(url, world)
            while not life.is_over and count.kills < kills and not count.faults:
                _one_kill(server, life, world, dice, count)
                life.ask(count)
            count.lives += 1
    return count


def promises(server: Server) -> str:
    """What the server says of its own durability; refuses to go on where a commit may be lost."""
    with psycopg.connect(libpq(server.url)) as asked:
        said = {
            name: asked.execute(sql.SQL("SHOW {}").format(sql.Identifier(name))).fetchone()
            for name in DURABLE
        }
    told = {name: row[0] for name, row in said.items() if row}
    assert told == DURABLE, told
    return ", ".join(f"{name}={value}" for name, value in told.items())


def _one_kill(server: Server, life: Life, world: World, dice: random.Random, count: Count) -> None:
    clients = [
        send(life, world, End("server"), Share(number, CLIENTS, dice.randrange(1 << 32)))
        for number in range(CLIENTS)
    ]
    _wait(clients, life, len(life.told) + dice.randint(1, DEEDS_MAX))
    time.sleep(dice.uniform(0, SECONDS_TO_LIVE))
    if any(client.process.is_alive() for client in clients):
        server.kill()
        count.kills += 1
    ends = [client.wait() for client in clients]
    if server.first_process() is None:
        server.start()
        if _recoveries(server) != count.kills:
            count.faults.append(f"{count.kills} kills, {_recoveries(server)} recoveries")
    for client in clients:
        life.hear(client.pipe)
    count.faults += [f"a client ended with {end}" for end in ends if end != 0]
    stood = [client.flag.lost for client in clients]
    count.inside += INSIDE in stood
    count.committing += COMMITTING in stood
    for client in clients:
        if client.flag.lost == INSIDE:
            name = list(life.deeds.values())[client.flag.deed].case.name
            count.seen[name, books.INSIDE] += 1


def _recoveries(server: Server) -> int:
    """How often the server found at its start that it had not been shut down."""
    log = (server.folder / "log").read_text(encoding="utf-8")
    return log.count("automatic recovery in progress")


def _wait(clients: Sequence[Client], life: Life, wanted: int) -> None:
    """Until so many deeds were acknowledged in this life, or all clients have gone home."""
    pipes = [client.pipe for client in clients]
    while pipes and len(life.told) < wanted:
        ready = connection.wait(pipes, SECONDS_MAX)
        assert ready, "no client says anything any more"
        pipes = [pipe for pipe in pipes if pipe not in ready or life.hears(pipe)]
