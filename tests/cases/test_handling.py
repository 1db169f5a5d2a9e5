"""Whose case it is: take, hand over, give back, note, withdraw; and twice in a row."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from backoffice.access import Actor
from backoffice.audit import timeline
from backoffice.cases.operations import (
    give_back,
    hand_over,
    leave_note,
    take_from_queue,
    withdraw_case,
)
from backoffice.cases.queries import CaseHead, case_head
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.db import sessions
from backoffice.kernel.refusal import Refused, Stale
from backoffice.use_case import Office
from tests import given
from tests.given import cases as world


def head_of(app: Flask, case_id: int) -> CaseHead:
    with app.app_context():
        found = case_head(sessions.session(), case_id)
        sessions.session.remove()
        return found


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, check=lambda refusal: refusal.code == code)


def take(office: Office, app: Flask, case_id: int, officer: Actor = given.OFFICER) -> None:
    office.perform(take_from_queue, officer, case_id, head_of(app, case_id).version)


def test_an_unassigned_case_is_taken(office: Office, app: Flask) -> None:
    case_id = world.an_imported_case(office)

    take(office, app, case_id)

    assert head_of(app, case_id).officer_id == given.OFFICER.id


def test_a_taken_case_is_not_taken_again_and_says_by_whom(office: Office, app: Flask) -> None:
    case_id = world.an_imported_case(office)
    take(office, app, case_id)

    with refused("case.taken") as refusal:
        take(office, app, case_id, given.OFFICER_2)

    assert refusal.value.facts["officer"] == given.OFFICER.name


def test_of_two_who_saw_the_same_page_the_second_is_told_that_it_is_stale(
    office: Office, app: Flask
) -> None:
    case_id = world.an_imported_case(office)
    version = head_of(app, case_id).version
    office.perform(take_from_queue, given.OFFICER, case_id, version)

    with pytest.raises(Stale):
        office.perform(take_from_queue, given.OFFICER_2, case_id, version)


def test_a_case_is_handed_over_with_a_note_in_its_timeline(office: Office, app: Flask) -> None:
    case_id = world.an_imported_case(office)
    take(office, app, case_id)

    version = head_of(app, case_id).version
    office.perform(hand_over, given.OFFICER, case_id, version, given.OFFICER_2.id, "休假中")

    assert head_of(app, case_id).officer_id == given.OFFICER_2.id
    with app.app_context():
        assert timeline(sessions.session(), case_id=case_id)[-1].note == "休假中"


@pytest.mark.parametrize(
    ("to", "note", "code"),
    [
        (given.OFFICER_2, "  ", "note.missing"),
        (given.REVIEWER, "x", "case.no_such_officer"),
        (given.OFFICER, "x", "case.already_theirs"),
    ],
)
def test_a_hand_over_that_makes_no_sense_is_refused(
    office: Office, app: Flask, to: Actor, note: str, code: str
) -> None:
    case_id = world.an_imported_case(office)
    take(office, app, case_id)

    with refused(code):
        office.perform(
            hand_over, given.OFFICER, case_id, head_of(app, case_id).version, to.id, note
        )


def test_only_its_own_officer_gives_a_case_back(office: Office, app: Flask) -> None:
    case_id = world.an_imported_case(office)
    with refused("case.unassigned"):
        office.perform(give_back, given.OFFICER, case_id, head_of(app, case_id).version, "x")
    take(office, app, case_id)

    with refused("case.not_yours"):
        office.perform(give_back, given.OFFICER_2, case_id, head_of(app, case_id).version, "x")
    with refused("note.missing"):
        office.perform(give_back, given.OFFICER, case_id, head_of(app, case_id).version, " ")
    office.perform(give_back, given.OFFICER, case_id, head_of(app, case_id).version, "業務調整")

    assert head_of(app, case_id).officer_id is None


def test_a_note_is_kept_and_a_blank_one_is_not(office: Office, app: Flask) -> None:
    case_id = world.an_imported_case(office)

    office.perform(leave_note, given.OFFICER, case_id, " 已電話聯繫 ")
    with refused("note.missing"):
        office.perform(leave_note, given.OFFICER, case_id, " ")

    with app.app_context():
        assert [entry.subject for entry in timeline(sessions.session(), case_id=case_id)][-1] == (
            "case_note"
        )


def test_a_withdrawn_case_is_finished_and_nobody_s_turn(office: Office, app: Flask) -> None:
    case_id = world.an_imported_case(office)
    take(office, app, case_id)
    version = head_of(app, case_id).version
    with refused("case.letter_missing"):
        office.perform(
            withdraw_case, given.OFFICER, case_id, version, date(2023, 6, 1), " ", "撤案"
        )

    office.perform(
        withdraw_case, given.OFFICER, case_id, version, date(2023, 6, 1), "宏字第1號", "撤案"
    )

    head = head_of(app, case_id)
    assert (head.state, head.turn.value, head.due_on) == (CaseState.WITHDRAWN, "DONE", None)
    with refused("case.finished"):
        office.perform(
            hand_over, given.OFFICER, case_id, head.version, given.OFFICER_2.id, "太晚了"
        )


@pytest.mark.parametrize("person", [given.REVIEWER, given.CASHIER, given.AUDITOR, given.ADMIN])
def test_others_than_officers_take_no_case(office: Office, app: Flask, person: Actor) -> None:
    case_id = world.an_imported_case(office)

    with refused("access.denied"):
        take(office, app, case_id, person)
