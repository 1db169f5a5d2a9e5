"""What a supervisor asks: does it run, and may it get requests."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from backoffice.access import SYSTEM
from backoffice.app import create_app
from backoffice.audit import head
from backoffice.db import sessions
from backoffice.kernel.clock import FixedClock
from backoffice.upkeep import WorkerRound, beat, last_round
from backoffice.use_case import Office
from backoffice.worker import round_of
from config import Settings


def readiness(app: Flask) -> tuple[int, str]:
    """What is answered: the status, and what is missing."""
    answer = app.test_client().get("/readyz")
    return answer.status_code, answer.text.strip()


def test_a_running_office_says_that_it_is_alive_and_ready(app: Flask) -> None:
    client = app.test_client()

    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").status_code == 200


def test_an_office_without_its_tables_is_alive_but_not_ready(tmp_path: Path) -> None:
    settings = Settings(f"sqlite:///{tmp_path / 'empty.db'}", "a secret of the tests", tmp_path)
    app = create_app(settings)

    assert app.test_client().get("/healthz").status_code == 200
    assert readiness(app) == (503, "migration")


def test_an_office_whose_database_is_no_database_is_alive_but_not_ready(tmp_path: Path) -> None:
    settings = Settings(f"sqlite:///{tmp_path / 'office.db'}", "a secret of the tests", tmp_path)
    app = create_app(settings)
    with app.app_context():
        sessions.engine.dispose()
    (tmp_path / "office.db").write_bytes(b"no database at all" * 500)

    assert app.test_client().get("/healthz").status_code == 200
    assert readiness(app) == (503, "database")


@pytest.mark.parametrize(
    ("seconds", "answer"), [(299, (200, "ok")), (300, (200, "ok")), (301, (503, "worker"))]
)
def test_without_a_worker_it_is_ready_for_the_grace_only(
    app: Flask, clock: FixedClock, seconds: int, answer: tuple[int, str]
) -> None:
    clock.advance(seconds=seconds)

    assert readiness(app) == answer


def test_a_worker_s_sign_of_life_keeps_it_ready(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    clock.advance(hours=3)
    office.perform(beat, SYSTEM, clock.now())
    clock.advance(seconds=300)

    assert readiness(app) == (200, "ok")
    clock.advance(seconds=1)
    assert readiness(app) == (503, "worker")


def test_signs_of_life_are_one_row_written_once_a_minute_and_no_entry_of_the_audit(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    first = clock.now()
    with app.app_context():
        before = head(sessions.session())
        for seconds in (0, 30, 29):
            clock.advance(seconds=seconds)
            office.perform(beat, SYSTEM, clock.now())
        sessions.session.remove()
        assert last_round(sessions.session()) == first

        clock.advance(seconds=1)
        office.perform(beat, SYSTEM, clock.now())

        sessions.session.remove()
        rows = sessions.session().execute(select(WorkerRound.at)).scalars().all()
        assert rows == [clock.now()]
        assert head(sessions.session()) == before
        sessions.session.remove()


def test_the_worker_gives_its_sign_at_the_end_of_a_round(app: Flask, office: Office) -> None:
    round_of(office)

    with app.app_context():
        assert last_round(sessions.session()) is not None
        sessions.session.remove()
