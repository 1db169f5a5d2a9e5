"""Checkpoints: reported by the firm, decided by the officer, moved on by the calendar."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM, Actor
from backoffice.cases.models import Case, WaitingFor
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.models import Checkpoint
from backoffice.disbursement.operations.checkpoints import (
    accept_checkpoint,
    come_due,
    reject_checkpoint,
    report_checkpoint,
)
from backoffice.disbursement.queries.checkpoints import points_of
from backoffice.disbursement.rules.checkpoints import accepted_bp
from backoffice.disbursement.rules.lifecycles import CheckpointState
from backoffice.disbursement.rules.stages import Letter
from backoffice.kernel.refusal import Stale
from backoffice.use_case import Office
from tests import given
from tests.given import disbursement as world
from tests.given.disbursement import refused

REPORTED_ON = date(2023, 8, 30)
LETTER = Letter("宏聯字第112083號", REPORTED_ON)


def a_point(office: Office, case_id: int, place: int = 0) -> Checkpoint:
    return world.points(office, case_id)[place]


def reject(office: Office, point: Checkpoint, reason: str, correct_by: date | None) -> None:
    version = world.version_of(office, Checkpoint, point.id)
    office.perform(reject_checkpoint, given.OFFICER, point.id, version, reason, correct_by)


def accept(office: Office, point: Checkpoint) -> None:
    version = world.version_of(office, Checkpoint, point.id)
    office.perform(accept_checkpoint, given.OFFICER, point.id, version, "")


def test_a_report_waits_for_the_officer_with_its_letter_and_evidence(office: Office) -> None:
    case_id = world.a_contracted_case(office)
    point = a_point(office, case_id)

    world.report_point(office, point.id, REPORTED_ON)

    found = a_point(office, case_id)
    assert (found.state, found.reported_on) == (CheckpointState.REPORTED, REPORTED_ON)
    assert found.document_id is not None
    case = world.case_row(office, case_id)
    assert (case.waiting_for, case.due_on) == (WaitingFor.OFFICER, None)


def test_a_report_needs_its_evidence(office: Office) -> None:
    case_id = world.a_contracted_case(office)
    point = a_point(office, case_id)
    world.at(office, REPORTED_ON)

    with refused("document.missing"):
        office.perform(
            report_checkpoint, given.OFFICER, point.id, point.version, LETTER, "完成", None
        )


def test_an_accepted_checkpoint_counts_whole_and_the_next_one_is_due(office: Office) -> None:
    case_id = world.a_contracted_case(office)
    point = a_point(office, case_id)
    world.report_point(office, point.id, REPORTED_ON)

    accept(office, point)

    with Session(office.engine) as session:
        assert accepted_bp(row.facts for row in points_of(session, case_id)) == 3_000
    case = world.case_row(office, case_id)
    assert (case.waiting_for, case.due_on) == (WaitingFor.APPLICANT, date(2023, 10, 31))


def test_an_accepted_checkpoint_is_never_changed_again(office: Office) -> None:
    case_id = world.a_contracted_case(office)
    point = a_point(office, case_id)
    world.report_point(office, point.id, REPORTED_ON)
    accept(office, point)
    version = world.version_of(office, Checkpoint, point.id)

    with refused("lifecycle.not_allowed", state=CheckpointState.ACCEPTED):
        office.perform(
            report_checkpoint, given.OFFICER, point.id, version, LETTER, "", world.a_pdf()
        )
    with refused("lifecycle.not_allowed", state=CheckpointState.ACCEPTED):
        reject(office, point, "重測", date(2023, 9, 10))


def test_a_rejected_report_goes_back_to_the_firm_with_a_day(office: Office) -> None:
    case_id = world.a_contracted_case(office)
    point = a_point(office, case_id)
    world.report_point(office, point.id, REPORTED_ON)

    reject(office, point, "照片不清楚", date(2023, 9, 15))

    found = a_point(office, case_id)
    assert (found.state, found.correct_by) == (CheckpointState.DUE, date(2023, 9, 15))
    assert (found.reason, found.decided_by) == ("照片不清楚", given.OFFICER.id)
    case = world.case_row(office, case_id)
    assert (case.waiting_for, case.due_on) == (WaitingFor.APPLICANT, date(2023, 9, 15))


@pytest.mark.parametrize(
    ("reason", "correct_by", "code"),
    [
        (" ", date(2023, 9, 15), "note.missing"),
        ("照片不清楚", None, "stage.correction_undated"),
        ("照片不清楚", date(2023, 8, 29), "stage.correction_past"),
        ("照片不清楚", date(2023, 10, 1), "stage.correction_too_late"),
    ],
)
def test_a_rejection_needs_its_reason_and_a_day_within_a_month(
    office: Office, reason: str, correct_by: date | None, code: str
) -> None:
    case_id = world.a_contracted_case(office)
    point = a_point(office, case_id)
    world.report_point(office, point.id, REPORTED_ON)

    with refused(code):
        reject(office, point, reason, correct_by)

    assert a_point(office, case_id).state is CheckpointState.REPORTED


def test_an_older_page_decides_nothing(office: Office) -> None:
    case_id = world.a_contracted_case(office)
    point = a_point(office, case_id)
    world.report_point(office, point.id, REPORTED_ON)

    with pytest.raises(Stale):
        office.perform(accept_checkpoint, given.OFFICER, point.id, point.version, "")


def test_the_calendar_moves_every_checkpoint_one_step_a_night(office: Office) -> None:
    case_id = world.a_contracted_case(office)
    world.at(office, date(2023, 9, 8))

    assert office.perform(come_due, SYSTEM) == 1
    assert a_point(office, case_id).state is CheckpointState.DUE
    assert office.perform(come_due, SYSTEM) == 1
    assert a_point(office, case_id).state is CheckpointState.OVERDUE
    assert office.perform(come_due, SYSTEM) == 0


def test_a_rejected_report_is_overdue_without_grace(office: Office) -> None:
    case_id = world.a_contracted_case(office)
    point = a_point(office, case_id)
    world.report_point(office, point.id, REPORTED_ON)
    reject(office, point, "照片不清楚", date(2023, 9, 15))

    world.at(office, date(2023, 9, 15))
    assert office.perform(come_due, SYSTEM) == 0
    world.at(office, date(2023, 9, 16))
    assert office.perform(come_due, SYSTEM) == 1

    assert a_point(office, case_id).state is CheckpointState.OVERDUE


def test_an_overdue_checkpoint_is_reported_all_the_same(office: Office) -> None:
    case_id = world.a_contracted_case(office)
    world.at(office, date(2023, 9, 8))
    while office.perform(come_due, SYSTEM):
        pass

    world.report_point(office, a_point(office, case_id).id, date(2023, 9, 9))

    assert a_point(office, case_id).state is CheckpointState.REPORTED


def test_a_case_that_is_over_has_nothing_due(office: Office) -> None:
    case_id = world.a_settled_case(office)
    assert world.case_row(office, case_id).state is CaseState.SETTLED
    world.at(office, date(2024, 6, 1))

    assert office.perform(come_due, SYSTEM) == 0


@pytest.mark.parametrize("person", [given.REVIEWER, given.CONVENOR, given.AUDITOR])
def test_only_officers_work_on_checkpoints(office: Office, person: Actor) -> None:
    case_id = world.a_contracted_case(office)
    point = a_point(office, case_id)

    with refused("access.denied"):
        office.perform(accept_checkpoint, person, point.id, point.version, "")


def test_only_the_nightly_worker_moves_the_calendar(office: Office) -> None:
    with refused("access.denied"):
        office.perform(come_due, given.OFFICER)


def test_the_database_refuses_an_acceptance_without_its_instant(office: Office) -> None:
    case_id = world.a_contracted_case(office)
    point = a_point(office, case_id)

    with Session(office.engine) as session, pytest.raises(DBAPIError):
        session.execute(
            update(Checkpoint)
            .where(Checkpoint.id == point.id)
            .values(state=CheckpointState.ACCEPTED)
        )


def test_a_report_on_another_version_of_the_case_is_still_taken(office: Office) -> None:
    case_id = world.a_contracted_case(office)
    before = world.version_of(office, Case, case_id)

    world.report_point(office, a_point(office, case_id, 1).id, REPORTED_ON)

    assert world.version_of(office, Case, case_id) == before + 1
