"""A backup taken while others work holds all that was acknowledged before it, and verifies.

Writers in other processes bring cases in, take them and leave notes, as fast as they can. Each
says what is done only when it is. BACKUPS_UNDER_LOAD says how many backups are taken and restored
(3 in the ordinary run; the proof is 20 of 20).
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path

from sqlalchemy import make_url, select

from backoffice.cases.models import Case, CaseNote
from backoffice.cases.operations import leave_note, take_from_queue
from backoffice.db import write_engine
from backoffice.kernel.clock import FixedClock
from backoffice.use_case import Office
from tests import given
from tests.given.cases import an_imported_case, version_of
from tests.given.offices import OPENING
from tests.operators.backups import elsewhere, is_whole, reading, restore, take

WRITERS = 2
SECONDS_MAX = 120
DEEDS_MIN = 5  # between two backups, of each writer


def work(url: str, writer: int, told: Connection, stop: Event) -> None:
    """Cases and notes until told to stop; what is done is told after it is done."""
    office = Office(write_engine(url), FixedClock(OPENING))
    number = 0
    while not stop.is_set():
        number += 1
        case = f"S01-112-{writer}{number:05d}"
        case_id = an_imported_case(office, number=case)
        told.send(case)
        office.perform(take_from_queue, given.OFFICER, case_id, version_of(office, case_id))
        for _ in range(3):
            office.perform(leave_note, given.OFFICER, case_id, f"註記 {case}")
        told.send(f"註記 {case}")
    office.engine.dispose()


@dataclass(slots=True)
class Writers:
    """The processes, and what they have told so far."""

    lines: list[Connection]
    processes: list[BaseProcess]
    done: set[str] = field(default_factory=set)

    def listen(self) -> set[str]:
        """All that is acknowledged by now."""
        for line in self.lines:
            while line.poll():
                self.done.add(line.recv())
        return set(self.done)

    def wait_for_work(self) -> None:
        """Until each writer has done a little more."""
        for line in self.lines:
            for _ in range(DEEDS_MIN):
                assert line.poll(SECONDS_MAX), "a writer has stopped working"
                self.done.add(line.recv())


@contextmanager
def writers(url: str) -> Iterator[Writers]:
    """Processes that work meanwhile."""
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    pipes = [context.Pipe(duplex=False) for _ in range(WRITERS)]
    processes = [
        context.Process(target=work, args=(url, writer, told, stop), daemon=True)
        for writer, (_, told) in enumerate(pipes)
    ]
    for process in processes:
        process.start()
    found = Writers([line for line, _ in pipes], list(processes))
    try:
        yield found
    finally:
        stop.set()
        for process in processes:
            while process.is_alive():
                found.listen()  # a full pipe would keep it from stopping
                process.join(0.2)
    assert [process.exitcode for process in processes] == [0] * WRITERS


def test_nothing_acknowledged_is_missing_from_a_backup_taken_under_load(
    office: Office, database_url: str, tmp_path: Path
) -> None:
    rounds = int(os.environ.get("BACKUPS_UNDER_LOAD", "3"))
    promised: list[set[str]] = []
    with writers(database_url) as working:
        for turn in range(rounds):
            working.wait_for_work()
            promised.append(working.listen())
            take(office, tmp_path / f"{turn}.zip")

    assert [
        _missing(database_url, tmp_path / f"{turn}.zip", turn, promised) for turn in range(rounds)
    ] == [set()] * rounds
    assert promised[0] < promised[-1]


def _missing(url: str, file: Path, turn: int, promised: list[set[str]]) -> set[str]:
    place = make_url(elsewhere(url))
    here = place.set(database=f"{place.database}_{turn}").render_as_string(hide_password=False)
    restore(here, file)
    assert is_whole(here)
    with reading(here) as session:
        there = {*session.scalars(select(Case.number)), *session.scalars(select(CaseNote.text))}
    return promised[turn] - there
