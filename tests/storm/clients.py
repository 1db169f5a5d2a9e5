"""64 clients in four processes: each process has its own application on the same database.

The processes live as long as the storm; for each round they get another database. Nothing is
shared but the database, the instant of the start, and the clock of the machine.
"""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

from sqlalchemy import Engine, create_engine, exc, text

from backoffice import documents
from backoffice.app import create_app
from backoffice.db import prepare, sessions
from backoffice.kernel.refusal import Refused
from backoffice.use_case import Office
from backoffice.web import guard
from tests.given import offices
from tests.storm.deeds import DEEDS
from tests.storm.history import OK, UNKNOWN, Event, Idiom, Operation
from tests.storm.world import QUEUED

PROCESSES = 4
THREADS = 16
CLIENTS = PROCESSES * THREADS
SECONDS_MAX = 600

_HEAD = text(
    'SELECT id, version FROM "case" WHERE scheme = :scheme AND officer_id IS NULL '
    "ORDER BY received_at, id LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Since:
    """A clock that runs from an instant, the same in every process of the machine."""

    began: datetime
    zero: int  # nanoseconds of the machine's clock

    def now(self) -> datetime:
        return self.began + timedelta(microseconds=(time.monotonic_ns() - self.zero) // 1_000)


@dataclass(frozen=True, slots=True)
class Round:
    """What one process does in one round: a list of operations for each of its clients."""

    url: str
    folder: Path
    clock: Since
    hands: Sequence[Sequence[Operation]]


class Clients:
    """The processes, for as long as they are needed."""

    def __init__(self, pipes: Sequence[Connection]) -> None:
        self._pipes = pipes

    def play(
        self, url: str, folder: Path, began: datetime, hands: Sequence[Sequence[Operation]]
    ) -> list[Event]:
        """Let every client do its operations; all that they saw, in order of the starts."""
        clock = Since(began, time.monotonic_ns())
        for number, pipe in enumerate(self._pipes):
            mine = hands[number * THREADS : (number + 1) * THREADS]
            pipe.send(Round(url, folder, clock, mine))
        events: list[Event] = []
        for number, pipe in enumerate(self._pipes):
            seen: list[Event] = pipe.recv()
            events += [replace(each, client=number * THREADS + each.client) for each in seen]
        return sorted(events, key=lambda event: (event.started, event.client))


@contextmanager
def clients() -> Iterator[Clients]:
    """Four processes that wait for their rounds; ended at the end."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    barrier = context.Barrier(PROCESSES)
    pairs = [context.Pipe() for _ in range(PROCESSES)]
    processes = [context.Process(target=_process, args=(there, barrier)) for _, there in pairs]
    for process, (_, there) in zip(processes, pairs, strict=True):
        process.start()
        there.close()
    try:
        yield Clients([here for here, _ in pairs])
    finally:
        for here, _ in pairs:
            here.close()
        for process in processes:
            process.join(SECONDS_MAX)


def _process(pipe: Connection, barrier: Barrier) -> None:
    while True:
        try:
            work: Round = pipe.recv()
        except EOFError:
            return
        pipe.send(_play(work, barrier))


def _play(work: Round, barrier: Barrier) -> list[Event]:
    app = create_app(offices.settings(work.url, work.folder), clock=work.clock)
    house: guard.House = app.extensions[guard.EXTENSION]
    look = prepare(create_engine(work.url), writes=False)
    for hand in work.hands:
        for operation in hand:  # the papers are not what is stormed: each is looked at beforehand
            documents.look_at_all(operation.arguments, house.office.scanner)
    seen: dict[int, list[Event]] = {}
    ready = threading.Barrier(len(work.hands) + 1)

    def live(client: int, hand: Sequence[Operation]) -> None:
        ready.wait(SECONDS_MAX)
        seen[client] = [perform(house.office, look, client, operation) for operation in hand]

    threads = [
        threading.Thread(target=live, args=(client, hand)) for client, hand in enumerate(work.hands)
    ]
    for thread in threads:
        thread.start()
    barrier.wait(SECONDS_MAX)
    ready.wait(SECONDS_MAX)
    for thread in threads:
        thread.join()
    assert len(seen) == len(work.hands), "a client ended before its time"
    house.office.engine.dispose()
    look.dispose()
    with app.app_context():
        sessions.engine.dispose()
    return [event for events in seen.values() for event in events]


def perform(office: Office, look: Engine, client: int, operation: Operation) -> Event:
    """Do it through the product's door, and write down what was seen."""
    if operation.idiom is Idiom.TAKE:
        operation = _head_of_queue(look, operation)
    deed, arguments, answer = DEEDS[operation.deed], operation.arguments, None
    started = time.monotonic_ns()
    try:
        if operation.key:
            answer = office.perform_once(operation.key, deed, operation.actor, *arguments)
        else:
            answer = office.perform(deed, operation.actor, *arguments)
        code = OK
    except Refused as refusal:
        code = refusal.code
    except exc.SQLAlchemyError as error:
        is_unknown = isinstance(error, (exc.DBAPIError, exc.TimeoutError))
        code = UNKNOWN if is_unknown else type(error).__name__
        answer = f"{type(error).__name__}: {error}"
    return Event(
        client,
        started,
        time.monotonic_ns(),
        operation.idiom,
        operation.subjects,
        operation.amounts,
        operation.key,
        code,
        answer,
    )


def _head_of_queue(look: Engine, operation: Operation) -> Operation:
    """The case that the page shows at the head of the queue now, if there is one."""
    with look.connect() as connection:
        head = connection.execute(_HEAD, {"scheme": QUEUED}).first()
    if head is None:
        return operation
    return replace(operation, subjects=(head.id,), arguments=(head.id, head.version))
