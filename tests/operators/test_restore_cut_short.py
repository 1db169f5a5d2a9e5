"""A restore that is killed at any step leaves the old database or the new one, and works again."""

from __future__ import annotations

import os
import signal
import sys
from datetime import timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import func, make_url, select

from backoffice import audit
from backoffice.cases.models import Case
from backoffice.use_case import Office
from tests.given.cases import a_case_in_review
from tests.operators.backups import AT, is_whole, reading, restore, take

# What changes a name or a file; everything that can matter lies between two of these.
STEPS = frozenset(
    {"os.link", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "sqlite3.connect"}
    | {"subprocess.Popen", "socket.connect"}
)
STEPS_MIN = {"sqlite": 8, "postgresql": 4}


def test_a_restore_killed_at_any_step_leaves_the_old_or_the_new(
    office: Office, database_url: str, engine_name: str, tmp_path: Path
) -> None:
    a_case_in_review(office)
    take(office, tmp_path / "taken.zip")
    a_case_in_review(office, number="S01-112-000002")
    office.engine.dispose()
    cases_then, cases_now = 1, 2
    found: list[int] = []

    for step in count(1):
        finished = _restore_until(database_url, tmp_path / "taken.zip", step)
        assert is_whole(database_url), step
        with reading(database_url) as session:
            found.append(session.execute(select(func.count(Case.id))).scalar_one())
            assert audit.head(session).seq > 0
        if finished:
            break

    steps = len(found)
    changed_at = found.index(cases_then)
    assert found == [cases_now] * changed_at + [cases_then] * (steps - changed_at)
    assert changed_at > 0
    assert steps >= STEPS_MIN[engine_name]
    _no_log_of_another_database(database_url)


def _no_log_of_another_database(url: str) -> None:
    database = make_url(url).database
    if make_url(url).get_backend_name() == "sqlite" and database:
        assert not Path(f"{database}-journal").exists()


def _restore_until(url: str, file: Path, step: int) -> bool:
    """Restore in a process that dies at its so-many-th step; whether it got through before."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            _die_at(step)
            restore(url, file, replace=True, at=AT + timedelta(seconds=step))
            status = 0
        finally:
            os._exit(status)
    _, ended = os.waitpid(child, 0)
    if os.WIFSIGNALED(ended):
        assert os.WTERMSIG(ended) == signal.SIGKILL
        return False
    assert os.waitstatus_to_exitcode(ended) == 0
    return True


def _die_at(step: int) -> None:
    steps = count(1)

    def watch(event: str, _arguments: tuple[object, ...]) -> None:
        if event in STEPS and next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
