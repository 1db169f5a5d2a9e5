"""A process that does deeds until it is killed, or until its server is.

A life begins on a copy of a prepared database. A process performs the deeds that are not done yet,
telling its parent of each before and after; the next process goes on where the books say that the
last one stopped. What stands in the pipe outlives the process that wrote it: a deed that was told
done is acknowledged.
"""

from __future__ import annotations

import ctypes
import os
import random
import signal
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from typing import Any

from sqlalchemy import Engine, ExceptionContext, create_engine, event, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, configure_mappers

from backoffice.db import prepare, write_engine
from backoffice.kernel.clock import FixedClock
from backoffice.scheme import registry
from backoffice.use_case import ActKey, Office
from tests.crash.deeds import Deed, Lane
from tests.crash.lanes.places import TOTAL
from tests.crash.world import World, lanes
from tests.given import seats
from tests.given.disbursement import a_pdf

# Done once by the process that all others are forked from.
configure_mappers()
a_pdf()
registry.catalogue()

NOT_LOST, OUTSIDE, BEGUN, INSIDE, COMMITTING = range(5)
SERVER_IS_GONE = ("08", "57P")  # classes of its last words, if it had any


class Flag(ctypes.Structure):
    """Numbers that the parent can still read after the process was killed.

    `state`: where it stands; INSIDE once a statement of the act's own transaction has run, and
    never while a page is read. `deed`: which deed it is at. `lost`: where it stood when it found
    that its server was gone.
    """

    state: int
    deed: int
    lost: int
    _fields_ = (("state", ctypes.c_int), ("deed", ctypes.c_int), ("lost", ctypes.c_int))


@dataclass(frozen=True, slots=True)
class End:
    """How a process dies.

    "statement": by itself, at the `statement`-th one inside transactions; "unsaid": by itself,
    after its first commit and before it could tell; "clock": its parent kills it; "server": it
    goes home when its server is gone.
    """

    kind: str
    statement: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """The lanes of one of several processes, and the lot by which it goes from one to another."""

    number: int
    of: int
    seed: int

    def lanes(self, world: World) -> list[Lane]:
        return list(lanes(world))[self.number :: self.of]


def deeds(world: World) -> list[Deed]:
    """Every deed of a life; its place in this list is its number."""
    return [deed for lane in lanes(world) for deed in lane]


def live(url: str, world: World, tell: Connection, flag: Flag, end: End, share: Share) -> None:
    """Perform what is not done yet, telling the parent of each deed before and after."""
    clock = FixedClock(world.now)
    flag.state, flag.lost = OUTSIDE, NOT_LOST
    office = Office(_watched(write_engine(url), flag, end), clock)
    look = Office(prepare(create_engine(url), writes=False), clock)
    numbers = {deed.key: number for number, deed in enumerate(deeds(world))}
    try:
        with Session(look.engine) as session:
            done = set(session.scalars(select(ActKey.key)))
        with seats.a_round_of(TOTAL):
            for deed in _in_turn(share.lanes(world), done, random.Random(share.seed)):
                clock.set(world.now + timedelta(days=deed.days_on))
                flag.deed = numbers[deed.key]
                tell.send(("try", deed.key))
                deed.do(office, look)
                flag.state = OUTSIDE
                if end.kind == "unsaid":
                    os.kill(os.getpid(), signal.SIGKILL)
                tell.send(("done", deed.key))
    except DBAPIError as error:
        if end.kind != "server" or not _is_gone(error):
            raise


def _in_turn(found: Sequence[Lane], done: Collection[str], dice: random.Random) -> Iterator[Deed]:
    """The next deed of any lane, by lot."""
    left = [deque(deed for deed in lane if deed.key not in done) for lane in found]
    while left := [lane for lane in left if lane]:
        yield dice.choice(left).popleft()


def _is_gone(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    return state is None or state.startswith(SERVER_IS_GONE)


def _watched(engine: Engine, flag: Flag, end: End) -> Engine:
    counted = 0

    @event.listens_for(engine, "begin")
    def _begin(_connection: Any) -> None:
        flag.state = BEGUN

    @event.listens_for(engine, "commit")
    def _commit(_connection: Any) -> None:
        flag.state = COMMITTING

    @event.listens_for(engine, "rollback")
    def _rollback(_connection: Any) -> None:
        flag.state = OUTSIDE

    @event.listens_for(engine, "handle_error")
    def _error(context: ExceptionContext) -> None:
        if flag.lost == NOT_LOST:
            flag.lost = flag.state if context.is_disconnect else NOT_LOST

    @event.listens_for(engine, "after_cursor_execute")
    def _statement(*_facts: Any) -> None:
        nonlocal counted
        if flag.state == BEGUN:
            flag.state = INSIDE
        counted += flag.state == INSIDE
        if end.kind == "statement" and counted >= end.statement:
            os.kill(os.getpid(), signal.SIGKILL)

    return engine
