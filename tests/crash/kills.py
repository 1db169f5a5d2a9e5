"""Kill processes in the middle of their deeds, and ask the books after each: nothing may be lost.

A kill counts as *inside* when the process stood between BEGIN and COMMIT of an act. Half of the
processes kill themselves at a statement drawn by lot; of the others, some after a commit that
nobody is told of, the rest are killed by the clock.
"""

from __future__ import annotations

import multiprocessing
import random
import signal
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess

from tests.crash import books
from tests.crash.books import Count, Life
from tests.crash.life import COMMITTING, INSIDE, End, Flag, Share, live
from tests.crash.world import World
from tests.given.copies import Copy

SECONDS_MAX = 60
STATEMENTS_MAX = 100
SECONDS_TO_LIVE = 0.06
ENDS = ("statement", "statement", "statement", "clock", "clock", "unsaid")


@dataclass(frozen=True, slots=True)
class Client:
    """A process at work, what it tells, and where it stands."""

    process: ForkServerProcess
    pipe: Connection
    flag: Flag

    def begun(self) -> bool:
        """Whether it came to its first deed, once it has had time to."""
        return self.pipe.poll(SECONDS_MAX)

    def wait(self) -> int | None:
        """How it ended."""
        self.process.join(SECONDS_MAX)
        return self.process.exitcode


def send(life: Life, world: World, end: End, share: Share) -> Client:
    """A process begins to do its share of what is not done yet."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.crash.life", "openpyxl"])
    hear, tell = context.Pipe(duplex=False)
    flag = context.RawValue(Flag)
    process = context.Process(target=live, args=(life.url, world, tell, flag, end, share))
    process.start()
    tell.close()
    return Client(process, hear, flag)


def run(copy: Copy, world: World, kills: int, seed: int) -> Count:
    """Kill until `kills` processes died, life after life, each on a fresh copy of the database."""
    dice, count = random.Random(seed), Count()
    while count.kills < kills and not count.faults:
        with copy() as url:
            _one_life(Life(url, world), world, kills, dice, count)
    return count


def _one_life(life: Life, world: World, kills: int, dice: random.Random, count: Count) -> None:
    while not life.is_over and count.kills < kills and not count.faults:
        _one_process(life, world, dice, count)
        life.ask(count)
    count.lives += 1


def _one_process(life: Life, world: World, dice: random.Random, count: Count) -> None:
    """Let one process live and end it (it may have come to its own end before)."""
    end = End(dice.choice(ENDS), dice.randint(1, STATEMENTS_MAX))
    client = send(life, world, end, Share(0, 1, dice.randrange(1 << 32)))
    if end.kind == "clock" and client.begun():
        time.sleep(dice.uniform(0, SECONDS_TO_LIVE))
        client.process.kill()  # unless it has come to its end meanwhile
    ended = client.wait()
    life.hear(client.pipe)
    if ended == -signal.SIGKILL:
        count.kills += 1
        count.inside += client.flag.state == INSIDE
        count.committing += client.flag.state == COMMITTING
        if client.flag.state == INSIDE:
            name = list(life.deeds.values())[client.flag.deed].case.name
            count.seen[name, books.INSIDE] += 1
    elif ended != 0:
        count.faults.append(f"a process ended with {ended}")
