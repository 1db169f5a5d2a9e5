"""What is measured, who may read it, and that nobody is in it."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from backoffice.access import SYSTEM
from backoffice.cases.operations import leave_note
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.refusal import Refused
from backoffice.upkeep import beat, record_backup
from backoffice.use_case import Office
from tests import given
from tests.given.cases import a_case_in_review
from tests.given.web import signed_in


def figures(app: Flask) -> dict[str, float]:
    """Each line of the exposition that is no comment."""
    answer = app.test_client().get("/metrics")
    assert answer.status_code == 200
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_requests_are_counted_by_endpoint_and_status(app: Flask) -> None:
    name = 'backoffice_requests_total{endpoint="cases.sheet",status="404"}'
    before = figures(app).get(name, 0)

    signed_in(app, given.OFFICER).get("/cases/9123")

    after = figures(app)
    assert after[name] == before + 1
    assert after['backoffice_request_seconds_count{endpoint="cases.sheet"}'] >= 1
    assert not any("9123" in line for line in after)


def test_deeds_are_counted_by_name_and_outcome(app: Flask, office: Office) -> None:
    case_id = a_case_in_review(office)
    done = 'backoffice_use_cases_total{name="case.note",outcome="done"}'
    refused = 'backoffice_use_cases_total{name="case.note",outcome="note.missing"}'
    denied = 'backoffice_use_cases_total{name="case.note",outcome="access.denied"}'
    before = figures(app)

    office.perform(leave_note, given.OFFICER, case_id, "電話聯絡")
    with pytest.raises(Refused):
        office.perform(leave_note, given.OFFICER, case_id, " ")
    with pytest.raises(Refused):
        office.perform(leave_note, given.AUDITOR, case_id, "電話聯絡")

    after = figures(app)
    assert [after[name] - before.get(name, 0) for name in (done, refused, denied)] == [1, 1, 1]
    assert after['backoffice_use_case_seconds_count{name="case.note"}'] >= 3
    assert after["backoffice_writer_wait_seconds_count"] > 0


def test_the_stock_of_the_database_is_told(app: Flask, office: Office, clock: FixedClock) -> None:
    office.perform(beat, SYSTEM, clock.now())
    office.perform(record_backup, SYSTEM, clock.now(), 1, "0" * 64, "1" * 64)
    clock.advance(minutes=2)

    told = figures(app)

    assert told["backoffice_outbox_due"] == 0
    assert told["backoffice_audit_entries"] > 10
    assert told["backoffice_worker_round_age_seconds"] == 120
    assert told["backoffice_backup_age_seconds"] == 120


def test_an_age_is_told_only_of_what_has_happened(app: Flask) -> None:
    assert "backoffice_backup_age_seconds" not in figures(app)


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "X-Forwarded-Proto"]
)
def test_a_request_through_a_server_in_front_gets_no_figures(app: Flask, header: str) -> None:
    answer = app.test_client().get("/metrics", headers={header: "127.0.0.1"})

    assert (answer.status_code, answer.text) == (403, "loopback only\n")


@pytest.mark.parametrize(
    ("address", "status"),
    [("127.0.0.1", 200), ("::1", 200), ("10.0.0.7", 403), ("203.0.113.9", 403), ("", 403)],
)
def test_only_the_machine_itself_gets_figures(app: Flask, address: str, status: int) -> None:
    answer = app.test_client().get("/metrics", environ_base={"REMOTE_ADDR": address})

    assert answer.status_code == status


def test_no_figure_names_a_person(app: Flask, office: Office) -> None:
    a_case_in_review(office)
    client = signed_in(app, given.OFFICER)
    client.get("/cases/")
    told = app.test_client().get("/metrics").text

    assert [person.name for person in given.ROSTER if person.name in told] == []
    assert re.findall(r"[^\x00-\x7f]", told) == []
