"""Kill processes in the middle of their deeds, and ask the books after each: nothing may be lost.

What was acknowledged is there; what is there was tried; every invariant holds; the audit chain is
whole. A kill counts as *inside* when the process stood between BEGIN and COMMIT. Half of the
processes kill themselves at a statement drawn by lot; of the others, some after a commit that
nobody is told of, the rest are killed by the clock.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from backoffice import audit
from backoffice.invariants import violations
from backoffice.use_case import ActKey
from tests.crash.life import COMMITTING, INSIDE, End, World, deeds, live
from tests.given import judge
from tests.given.copies import Copy

SECONDS_MAX = 60
STATEMENTS_MAX = 60
SECONDS_TO_LIVE = 0.06
ENDS = ("statement", "statement", "statement", "clock", "clock", "unsaid")


@dataclass(slots=True)
class Count:
    """What a run saw."""

    kills: int = 0
    inside: int = 0
    committing: int = 0
    lives: int = 0
    acknowledged: int = 0
    unknown_done: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills: {self.inside} between BEGIN and COMMIT, {self.committing} in the "
            f"commit; {self.lives} lives, {self.acknowledged} deeds acknowledged, "
            f"{self.unknown_done} done without having been acknowledged; {len(self.faults)} faults"
        )


@dataclass(slots=True)
class Story:
    """What the processes of one life have told: what they tried, and what they were told."""

    tried: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)

    def hear(self, pipe: Connection) -> None:
        """Everything that stands in the pipe of a process that has ended."""
        try:
            while True:
                kind, key = pipe.recv()
                (self.tried if kind == "try" else self.done).add(key)
        except EOFError:
            pipe.close()


def run(copy: Copy, world: World, kills: int, seed: int) -> Count:
    """Kill until `kills` processes died, life after life, each on a fresh copy of the database."""
    dice, count = random.Random(seed), Count()
    while count.kills < kills and not count.faults:
        with copy() as url:
            _one_life(url, world, kills, dice, count)
    return count


def _one_life(url: str, world: World, kills: int, dice: random.Random, count: Count) -> None:
    story = Story()
    every = {deed.key for deed in deeds(world)}
    while story.done != every and count.kills < kills:
        if _one_process(url, world, dice, count, story) and not story.tried:
            return  # it never came to its first deed, time after time: the faults say so
        written, faults = _books(url)
        count.unknown_done += len(written - story.done)
        faults += [f"acknowledged but lost: {key}" for key in sorted(story.done - written)]
        faults += [f"done but never tried: {key}" for key in sorted(written - story.tried)]
        count.faults += faults
        if faults:
            return
        story.done = written
    count.acknowledged += len(story.done)
    count.lives += 1


def _one_process(url: str, world: World, dice: random.Random, count: Count, story: Story) -> bool:
    """Let one process live and end it; whether it was killed (it may have come to its end)."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.crash.life"])
    hear, tell = context.Pipe(duplex=False)
    flag = context.RawValue("i", 0)
    end = End(dice.choice(ENDS), dice.randint(1, STATEMENTS_MAX))
    process = context.Process(target=live, args=(url, world, tell, flag, end))
    process.start()
    tell.close()
    if end.kind == "clock" and hear.poll(SECONDS_MAX):
        time.sleep(dice.uniform(0, SECONDS_TO_LIVE))
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
    process.join(SECONDS_MAX)
    stood = flag.value
    story.hear(hear)
    match process.exitcode:
        case -9:
            count.kills += 1
            count.inside += stood == INSIDE
            count.committing += stood == COMMITTING
            return True
        case 0:
            return False
        case other:
            count.faults.append(f"a process ended with {other}")
            return False


def _books(url: str) -> tuple[set[str], list[str]]:
    """The keys that stand in the database now, and what is wrong with it."""
    with Session(judge.reader(url)) as session:
        _wait_for_the_dead(session)
        keys = set(session.scalars(select(ActKey.key)))
        faults = [str(each) for each in violations(session)]
        faults += [str(each) for each in audit.verify(session)]
    return keys, faults


def _wait_for_the_dead(session: Session) -> None:
    """A server notices a client's death a little later: until then its commit may still come."""
    if session.get_bind().dialect.name == "sqlite":
        return
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    until = time.monotonic() + SECONDS_MAX
    while session.scalar(others) and time.monotonic() < until:
        session.rollback()
        time.sleep(0.005)
    session.rollback()
