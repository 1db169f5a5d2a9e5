"""What is done to accounts: roles, states, reviews, and by whom it may be done."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM, Actor, Permission, Role
from backoffice.audit import AuditEntry
from backoffice.db import sessions
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.refusal import Refused, Stale
from backoffice.people import operations, queries
from backoffice.people.rules import ACCOUNT, AccountEvent, AccountState
from backoffice.use_case import REGISTER, Office
from tests import given
from tests.given.people import (
    Deed,
    a_link,
    a_person,
    a_session,
    can_sign_in,
    done_to,
    facts_of,
    live_sessions,
    locked_out,
    refused,
    version_of,
)
from tests.given.roster import email_of
from tests.people.test_links import everybody, renewed

DEEDS: tuple[Deed, ...] = (
    operations.suspend,
    operations.reactivate,
    operations.close,
    operations.unlock,
    operations.require_password,
    operations.end_sessions,
)


TARGET = given.OFFICER


def test_the_lifecycle_reaches_every_state_and_ends_in_closed() -> None:
    assert ACCOUNT.reachable() == set(AccountState)
    assert [state for state in AccountState if ACCOUNT.is_final(state)] == [AccountState.CLOSED]


def test_an_account_is_added_as_it_is_written(office: Office) -> None:
    person = a_person(office, email=" Lin@Office.Example ", name="  林 一 ", role=Role.CASHIER)

    facts = facts_of(office, person)
    assert (facts.email, facts.name, facts.role) == ("lin@office.example", "林 一", Role.CASHIER)
    assert facts.state is AccountState.ACTIVE


@pytest.mark.parametrize(
    "email", ["officer2@office.example", "OFFICER2@OFFICE.EXAMPLE", "ｏfficer2@office.example"]
)
def test_one_address_is_one_account_in_any_spelling(office: Office, email: str) -> None:
    with refused("people.email_taken"):
        a_person(office, email=email)


@pytest.mark.parametrize(
    ("email", "name", "code"),
    [
        ("no address", "某", "people.email_unreadable"),
        ("a@office.example", " ", "people.name_missing"),
        ("a@office.example", "某" * 121, "people.name_too_long"),
    ],
)
def test_an_account_without_address_or_name_is_refused(
    office: Office, email: str, name: str, code: str
) -> None:
    with refused(code):
        a_person(office, email=email, name=name)


def test_the_system_is_no_role_of_the_staff(office: Office) -> None:
    with pytest.raises(AssertionError):
        a_person(office, role=Role.SYSTEM)


@pytest.mark.parametrize("deed", [operations.suspend, operations.close], ids=lambda d: d.name)
def test_whoever_is_taken_out_of_use_is_signed_out_at_once(office: Office, deed: Deed) -> None:
    a_session(office, TARGET)
    stays = a_session(office, given.OFFICER_2)

    done_to(office, deed, TARGET)

    assert live_sessions(office, TARGET) == []
    assert live_sessions(office, given.OFFICER_2) == [stays]
    assert not can_sign_in(office, email_of(TARGET), given.PASSWORD)


def test_a_reactivated_account_signs_in_with_its_old_password(office: Office) -> None:
    done_to(office, operations.suspend, TARGET)

    done_to(office, operations.reactivate, TARGET)

    assert can_sign_in(office, email_of(TARGET), given.PASSWORD)


def test_a_closed_account_stays_closed(office: Office) -> None:
    done_to(office, operations.close, TARGET)

    for deed in (operations.reactivate, operations.suspend, operations.close):
        with refused("people.is_closed"):
            done_to(office, deed, TARGET)


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        (operations.reactivate, "people.is_active"),
        (operations.unlock, "people.not_locked"),
        (operations.end_sessions, "people.no_sessions"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_what_is_so_already_is_refused(office: Office, deed: Deed, code: str) -> None:
    with refused(code):
        done_to(office, deed, TARGET)


def test_an_invited_account_is_neither_suspended_nor_made_to_change_a_password(
    office: Office, app: Flask
) -> None:
    a_link(office)
    invited = Actor(max(row.id for row in everybody(app)), "受邀 何人", Role.REVIEWER)

    with refused("people.is_invited"):
        done_to(office, operations.suspend, invited)
    with refused("people.is_invited"):
        done_to(office, operations.require_password, invited)
    done_to(office, operations.close, invited)
    assert facts_of(office, invited).state is AccountState.CLOSED


def test_unlocking_lets_somebody_in_before_the_time(office: Office) -> None:
    locked_out(office, email_of(TARGET))

    done_to(office, operations.unlock, TARGET)

    assert can_sign_in(office, email_of(TARGET), given.PASSWORD)


def test_a_lock_that_ran_out_needs_no_unlocking(office: Office, clock: FixedClock) -> None:
    locked_out(office, email_of(TARGET))
    clock.advance(minutes=15)

    with refused("people.not_locked"):
        done_to(office, operations.unlock, TARGET)


def test_ending_all_sessions_signs_out_everywhere(office: Office) -> None:
    a_session(office, TARGET)
    a_session(office, TARGET)

    done_to(office, operations.end_sessions, TARGET)

    assert live_sessions(office, TARGET) == []


def test_a_password_to_be_changed_is_asked_for_once(office: Office) -> None:
    done_to(office, operations.require_password, TARGET)

    assert facts_of(office, TARGET).must_change_password
    with refused("people.nothing_changed"):
        done_to(office, operations.require_password, TARGET)


def change(
    office: Office, role: Role, ends_on: date | None = None, by: Actor = given.ADMIN
) -> None:
    office.perform(
        operations.change_role,
        by,
        TARGET.id,
        version_of(office, TARGET),
        role,
        ends_on,
        "調職",
    )


def test_another_role_leaves_the_sessions_and_takes_the_rights(office: Office) -> None:
    session_id = a_session(office, TARGET)

    change(office, Role.AUDITOR)

    assert facts_of(office, TARGET).role is Role.AUDITOR
    assert live_sessions(office, TARGET) == [session_id]


def test_the_same_role_and_term_are_no_change(office: Office) -> None:
    with refused("people.nothing_changed"):
        change(office, TARGET.role)


@pytest.mark.parametrize(("days", "code"), [(-1, "people.ends_before_today"), (0, None), (1, None)])
def test_an_account_ends_today_at_the_earliest(
    office: Office, clock: FixedClock, days: int, code: str | None
) -> None:
    ends_on = clock.now().date() + timedelta(days=days)

    if code is None:
        change(office, TARGET.role, ends_on)
        assert facts_of(office, TARGET).ends_on == ends_on
    else:
        with refused(code):
            change(office, TARGET.role, ends_on)


def test_a_closed_account_gets_no_other_role_and_no_link(office: Office) -> None:
    done_to(office, operations.close, TARGET)

    with refused("people.is_closed"):
        change(office, Role.CASHIER)
    with refused("people.is_closed"):
        renewed(office, TARGET)


OWN: tuple[tuple[str, tuple[Any, ...]], ...] = (
    *((deed.name, ("理由",)) for deed in DEEDS),
    ("people.change_role", (Role.OFFICER, None, "理由")),
    ("people.renew_link", ("x" * 64, "理由")),
)


def test_nobody_handles_their_own_account(office: Office) -> None:
    version = version_of(office, given.ADMIN)
    for name, rest in OWN:
        arguments = (given.ADMIN.id, version, *rest)
        with pytest.raises(Refused) as refusal:
            office.perform(REGISTER[name], given.ADMIN, *arguments)

        assert refusal.value.code == "people.own_account", name
    assert version_of(office, given.ADMIN) == version


def test_nothing_is_done_without_a_reason(office: Office) -> None:
    for name, rest in OWN:
        for reason in ("", "  \n"):
            arguments = (TARGET.id, version_of(office, TARGET), *rest[:-1], reason)
            with pytest.raises(Refused) as refusal:
                office.perform(REGISTER[name], given.ADMIN, *arguments)

            assert refusal.value.code == "note.missing", name


def test_nothing_is_done_to_an_account_that_changed_meanwhile(office: Office) -> None:
    shown = version_of(office, TARGET)
    change(office, Role.CASHIER)
    for name, rest in OWN:
        arguments = (TARGET.id, shown, *rest)
        with pytest.raises(Stale):
            office.perform(REGISTER[name], given.ADMIN, *arguments)


def test_only_those_who_manage_people_do_anything_to_accounts(office: Office) -> None:
    mine = [case for case in REGISTER.values() if case.requires is Permission.PEOPLE_MANAGE]
    nothing: tuple[Any, ...] = ()
    others = [person for person in given.ROSTER if person.role is not Role.ADMIN]

    assert mine
    for case in mine:
        for person in others:
            with pytest.raises(Refused) as refusal:
                office.perform(case, person, *nothing)
            assert refusal.value.code == "access.denied"


def test_the_reason_stands_in_the_audit(office: Office) -> None:
    done_to(office, operations.suspend, TARGET)

    with Session(office.engine) as session:
        entry = session.scalars(
            select(AuditEntry).where(
                AuditEntry.act == "people.suspend", AuditEntry.subject == "account"
            )
        ).one()
    assert (entry.note, entry.subject_id, entry.actor_id) == (
        "依人事通報",
        TARGET.id,
        given.ADMIN.id,
    )
    assert '"state":["ACTIVE","SUSPENDED"]' in entry.changes


def test_who_was_closed_meanwhile_manages_nobody(office: Office) -> None:
    other = a_person(office, email="admin2@office.example", role=Role.ADMIN)
    done_to(office, operations.close, given.ADMIN, by=other)

    with refused("access.denied"):
        done_to(office, operations.close, other, by=given.ADMIN)

    assert facts_of(office, other).state is AccountState.ACTIVE


@pytest.mark.parametrize(("days", "suspended"), [(90, 0), (91, 1)])
def test_whoever_does_not_sign_in_for_ninety_days_is_suspended(
    office: Office, clock: FixedClock, days: int, suspended: int
) -> None:
    clock.advance(days=1)
    demonstration = a_person(office, email="demo@office.example", demonstration=True)
    clock.advance(days=days - 1)
    for person in given.ROSTER[1:]:
        a_session(office, person)

    assert office.perform(operations.suspend_idle, SYSTEM) == suspended
    assert facts_of(office, given.ADMIN).state is (
        AccountState.SUSPENDED if suspended else AccountState.ACTIVE
    )
    assert facts_of(office, demonstration).state is AccountState.ACTIVE


def test_the_days_of_a_reactivated_account_are_counted_anew(
    office: Office, clock: FixedClock
) -> None:
    clock.advance(days=91)
    office.perform(operations.suspend_idle, SYSTEM)
    admin = a_person(office, email="admin2@office.example", role=Role.ADMIN)
    done_to(office, operations.reactivate, TARGET, by=admin)

    clock.advance(days=89)

    assert office.perform(operations.suspend_idle, SYSTEM) == 0


def test_a_review_is_signed_with_what_came_of_it(office: Office, app: Flask) -> None:
    with app.app_context():
        before = queries.last_review(sessions.session())
    office.perform(operations.sign_review, given.ADMIN, "全部相符")

    with app.app_context():
        after = queries.last_review(sessions.session())
    assert before.signed_at is None
    assert after.signed_by == given.ADMIN.name
    with refused("note.missing"):
        office.perform(operations.sign_review, given.ADMIN, " ")


def test_an_empty_database_is_made_once(office: Office) -> None:
    office.perform(operations.make_installation, SYSTEM, demonstration=False)
    office.perform(operations.make_installation, SYSTEM, demonstration=False)

    with refused("installation.is_real"):
        office.perform(operations.make_installation, SYSTEM, demonstration=True)


def test_a_demonstration_is_one_for_ever(office: Office) -> None:
    office.perform(operations.make_installation, SYSTEM, demonstration=True)

    with refused("installation.is_demonstration"):
        office.perform(operations.make_installation, SYSTEM, demonstration=False)


def test_every_event_is_somebody_s_deed() -> None:
    assert {event for _state, event, _after in ACCOUNT.moves} == set(AccountEvent)
