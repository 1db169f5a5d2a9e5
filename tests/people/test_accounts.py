"""What is done to accounts: invitations, roles, states, and by whom it may be done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import STAFF_ROLES, SYSTEM, Actor, Permission, Role
from backoffice.audit import AuditEntry
from backoffice.db import sessions
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.refusal import Refused, Stale
from backoffice.people import operations, queries
from backoffice.people.rules import ACCOUNT, AccountEvent, AccountState
from backoffice.use_case import REGISTER, Office, UseCase
from backoffice.web import guard
from tests import given
from tests.given import people
from tests.given.people import (
    NEW_PASSWORD,
    a_link,
    a_person,
    a_session,
    facts_of,
    live_sessions,
    version_of,
)
from tests.given.roster import email_of

Deed = UseCase[[int, int, str], None]
DEEDS: tuple[Deed, ...] = (
    operations.suspend,
    operations.reactivate,
    operations.close,
    operations.unlock,
    operations.require_password,
    operations.end_sessions,
)
TARGET = given.OFFICER


def do(office: Office, deed: Deed, person: Actor = TARGET, *, by: Actor = given.ADMIN) -> None:
    office.perform(deed, by, person.id, version_of(office, person), "依人事通報")


def refused(act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as refusal:
        act()
    return refusal.value


def use(app: Flask, token: str, password: str = NEW_PASSWORD) -> str:
    """Set a password with a link; the address of its account."""
    house: guard.House = app.extensions[guard.EXTENSION]
    with app.app_context():
        return operations.use_link(house.office, sessions.session(), token, password)


def can_sign_in(office: Office, email: str, password: str) -> bool:
    try:
        operations.sign_in(office, email, password, people.a_visit())
    except Refused:
        return False
    return True


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
    assert refused(lambda: a_person(office, email=email)).code == "people.email_taken"


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
    assert refused(lambda: a_person(office, email=email, name=name)).code == code


def test_the_system_is_no_role_of_the_staff(office: Office) -> None:
    with pytest.raises(AssertionError):
        a_person(office, role=Role.SYSTEM)


def test_an_invited_person_has_no_password_until_the_link_is_used(
    office: Office, app: Flask
) -> None:
    token = a_link(office)
    before = can_sign_in(office, "invited@office.example", "")

    email = use(app, token)

    assert before is False
    assert email == "invited@office.example"
    assert can_sign_in(office, email, NEW_PASSWORD)


@pytest.mark.parametrize(("hours", "works"), [(23, True), (24, False), (48, False)])
def test_an_invitation_lasts_a_day(
    office: Office, app: Flask, clock: FixedClock, hours: int, works: bool
) -> None:
    token = a_link(office)
    clock.advance(hours=hours)

    if works:
        assert use(app, token)
    else:
        assert refused(lambda: use(app, token)).code == "people.link_void"


def test_a_link_is_used_once(office: Office, app: Flask) -> None:
    token = a_link(office)
    use(app, token)

    assert refused(lambda: use(app, token, "Another-Harbour-9")).code == "people.link_void"


@pytest.mark.parametrize("token", ["", "guessed", "token-1%"])
def test_a_link_of_nobody_is_void(app: Flask, token: str) -> None:
    assert refused(lambda: use(app, token)).code == "people.link_void"


def test_one_person_s_link_is_void_for_another(office: Office) -> None:
    token = a_link(office)

    refusal = refused(
        lambda: office.perform(
            operations.accept_link, given.OFFICER, operations.token_digest(token), "$hash"
        )
    )

    assert refusal.code == "people.link_void"


def test_a_weak_password_leaves_the_link_open(office: Office, app: Flask) -> None:
    token = a_link(office)

    assert refused(lambda: use(app, token, "short")).code == "people.password_short"
    assert use(app, token)


def renewed(office: Office, person: Actor | int) -> str:
    token = "renewed"
    number = person if isinstance(person, int) else person.id
    office.perform(
        operations.renew_link,
        given.ADMIN,
        number,
        version_of(office, number),
        operations.token_digest(token),
        "當面確認本人",
    )
    return token


def test_a_new_link_ends_the_one_before(office: Office, app: Flask) -> None:
    first = a_link(office)
    invited = max(row.id for row in everybody(app))

    second = renewed(office, invited)

    assert refused(lambda: use(app, first)).code == "people.link_void"
    assert use(app, second)


def everybody(app: Flask) -> tuple[queries.AccountRow, ...]:
    with app.app_context():
        return queries.accounts(sessions.session(), queries.AccountFilter())[0]


def test_a_forgotten_password_is_replaced_and_every_session_ends(
    office: Office, app: Flask
) -> None:
    a_session(office, TARGET)

    use(app, renewed(office, TARGET))

    assert live_sessions(office, TARGET) == []
    assert can_sign_in(office, email_of(TARGET), NEW_PASSWORD)
    assert not can_sign_in(office, email_of(TARGET), given.PASSWORD)


@pytest.mark.parametrize(("minutes", "works"), [(29, True), (30, False)])
def test_a_link_for_a_forgotten_password_lasts_half_an_hour(
    office: Office, app: Flask, clock: FixedClock, minutes: int, works: bool
) -> None:
    token = renewed(office, TARGET)
    clock.advance(minutes=minutes)

    if works:
        assert use(app, token)
    else:
        assert refused(lambda: use(app, token)).code == "people.link_void"


def test_a_link_lifts_a_lock_and_takes_no_password_of_before(office: Office, app: Flask) -> None:
    for _ in range(5):
        can_sign_in(office, email_of(TARGET), "Wrong-Wrong-Wrong-1")
    token = renewed(office, TARGET)

    assert refused(lambda: use(app, token, given.PASSWORD)).code == "people.password_reused"
    use(app, token)
    assert can_sign_in(office, email_of(TARGET), NEW_PASSWORD)


@pytest.mark.parametrize("deed", [operations.suspend, operations.close], ids=lambda d: d.name)
def test_a_link_of_an_account_that_was_taken_out_of_use_is_void(
    office: Office, app: Flask, deed: Deed
) -> None:
    token = renewed(office, TARGET)

    do(office, deed)

    assert refused(lambda: use(app, token)).code == "people.link_void"


@pytest.mark.parametrize("deed", [operations.suspend, operations.close], ids=lambda d: d.name)
def test_whoever_is_taken_out_of_use_is_signed_out_at_once(office: Office, deed: Deed) -> None:
    a_session(office, TARGET)
    stays = a_session(office, given.OFFICER_2)

    do(office, deed)

    assert live_sessions(office, TARGET) == []
    assert live_sessions(office, given.OFFICER_2) == [stays]
    assert not can_sign_in(office, email_of(TARGET), given.PASSWORD)


def test_a_reactivated_account_signs_in_with_its_old_password(office: Office) -> None:
    do(office, operations.suspend)

    do(office, operations.reactivate)

    assert can_sign_in(office, email_of(TARGET), given.PASSWORD)


def test_a_closed_account_stays_closed(office: Office) -> None:
    do(office, operations.close)

    for deed in (operations.reactivate, operations.suspend, operations.close):
        assert refused(partial(do, office, deed)).code == "people.is_closed"


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
    assert refused(lambda: do(office, deed)).code == code


def test_an_invited_account_is_neither_suspended_nor_made_to_change_a_password(
    office: Office, app: Flask
) -> None:
    a_link(office)
    invited = Actor(max(row.id for row in everybody(app)), "受邀 何人", Role.REVIEWER)

    assert refused(lambda: do(office, operations.suspend, invited)).code == "people.is_invited"
    assert (
        refused(lambda: do(office, operations.require_password, invited)).code
        == "people.is_invited"
    )
    do(office, operations.close, invited)
    assert facts_of(office, invited).state is AccountState.CLOSED


def test_unlocking_lets_somebody_in_before_the_time(office: Office) -> None:
    for _ in range(5):
        can_sign_in(office, email_of(TARGET), "Wrong-Wrong-Wrong-1")

    do(office, operations.unlock)

    assert can_sign_in(office, email_of(TARGET), given.PASSWORD)


def test_a_lock_that_ran_out_needs_no_unlocking(office: Office, clock: FixedClock) -> None:
    for _ in range(5):
        can_sign_in(office, email_of(TARGET), "Wrong-Wrong-Wrong-1")
    clock.advance(minutes=15)

    assert refused(lambda: do(office, operations.unlock)).code == "people.not_locked"


def test_ending_all_sessions_signs_out_everywhere(office: Office) -> None:
    a_session(office, TARGET)
    a_session(office, TARGET)

    do(office, operations.end_sessions)

    assert live_sessions(office, TARGET) == []


def test_a_password_to_be_changed_is_asked_for_once(office: Office) -> None:
    do(office, operations.require_password)

    assert facts_of(office, TARGET).must_change_password
    assert refused(lambda: do(office, operations.require_password)).code == "people.nothing_changed"


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
    assert refused(lambda: change(office, TARGET.role)).code == "people.nothing_changed"


@pytest.mark.parametrize(("days", "code"), [(-1, "people.ends_before_today"), (0, None), (1, None)])
def test_an_account_ends_today_at_the_earliest(
    office: Office, clock: FixedClock, days: int, code: str | None
) -> None:
    ends_on = clock.now().date() + timedelta(days=days)

    if code is None:
        change(office, TARGET.role, ends_on)
        assert facts_of(office, TARGET).ends_on == ends_on
    else:
        assert refused(lambda: change(office, TARGET.role, ends_on)).code == code


def test_an_invitation_may_be_temporary(office: Office, app: Flask, clock: FixedClock) -> None:
    ends_on = clock.now().date() + timedelta(days=7)
    number = office.perform(
        operations.invite,
        given.ADMIN,
        "temp@office.example",
        "臨時 人員",
        Role.REVIEWER,
        operations.token_digest("temp"),
        ends_on=ends_on,
    )
    use(app, "temp")

    assert facts_of(office, number).ends_on == ends_on
    clock.advance(days=8)
    assert not can_sign_in(office, "temp@office.example", NEW_PASSWORD)


def test_a_closed_account_gets_no_other_role_and_no_link(office: Office) -> None:
    do(office, operations.close)

    assert refused(lambda: change(office, Role.CASHIER)).code == "people.is_closed"
    assert refused(lambda: renewed(office, TARGET)).code == "people.is_closed"


OWN: tuple[tuple[str, tuple[Any, ...]], ...] = (
    *((deed.name, ("理由",)) for deed in DEEDS),
    ("people.change_role", (Role.OFFICER, None, "理由")),
    ("people.renew_link", ("x" * 64, "理由")),
)


@pytest.mark.parametrize(("name", "rest"), OWN, ids=lambda value: str(value)[:30])
def test_nobody_handles_their_own_account(office: Office, name: str, rest: tuple[Any, ...]) -> None:
    version = version_of(office, given.ADMIN)

    refusal = refused(
        lambda: office.perform(REGISTER[name], given.ADMIN, given.ADMIN.id, version, *rest)
    )

    assert refusal.code == "people.own_account"
    assert version_of(office, given.ADMIN) == version


@pytest.mark.parametrize(("name", "rest"), OWN, ids=lambda value: str(value)[:30])
@pytest.mark.parametrize("reason", ["", "  \n"])
def test_nothing_is_done_without_a_reason(
    office: Office, name: str, rest: tuple[Any, ...], reason: str
) -> None:
    arguments = (TARGET.id, version_of(office, TARGET), *rest[:-1], reason)

    refusal = refused(lambda: office.perform(REGISTER[name], given.ADMIN, *arguments))

    assert refusal.code == "note.missing"


@pytest.mark.parametrize(("name", "rest"), OWN, ids=lambda value: str(value)[:30])
def test_nothing_is_done_to_an_account_that_changed_meanwhile(
    office: Office, name: str, rest: tuple[Any, ...]
) -> None:
    shown = version_of(office, TARGET)
    change(office, Role.CASHIER)

    with pytest.raises(Stale):
        office.perform(REGISTER[name], given.ADMIN, TARGET.id, shown, *rest)


@pytest.mark.parametrize("role", [role for role in STAFF_ROLES if role is not Role.ADMIN])
def test_only_those_who_manage_people_do_anything_to_accounts(office: Office, role: Role) -> None:
    somebody = next(person for person in given.ROSTER if person.role is role)
    mine = [case for case in REGISTER.values() if case.requires is Permission.PEOPLE_MANAGE]

    nothing: tuple[Any, ...] = ()
    assert mine
    for case in mine:
        with pytest.raises(Refused) as refusal:
            office.perform(case, somebody, *nothing)
        assert refusal.value.code == "access.denied"


def test_the_reason_stands_in_the_audit(office: Office) -> None:
    do(office, operations.suspend)

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
    do(office, operations.close, given.ADMIN, by=other)

    refusal = refused(lambda: do(office, operations.close, other, by=given.ADMIN))

    assert refusal.code == "access.denied"
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
    do(office, operations.reactivate, by=admin)

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
    assert refused(lambda: office.perform(operations.sign_review, given.ADMIN, " ")).code == (
        "note.missing"
    )


def test_an_empty_database_is_made_once(office: Office) -> None:
    office.perform(operations.make_installation, SYSTEM, demonstration=False)
    office.perform(operations.make_installation, SYSTEM, demonstration=False)

    refusal = refused(
        lambda: office.perform(operations.make_installation, SYSTEM, demonstration=True)
    )

    assert refusal.code == "installation.is_real"


def test_a_demonstration_is_one_for_ever(office: Office) -> None:
    office.perform(operations.make_installation, SYSTEM, demonstration=True)

    refusal = refused(
        lambda: office.perform(operations.make_installation, SYSTEM, demonstration=False)
    )

    assert refusal.code == "installation.is_demonstration"


def test_every_event_is_somebody_s_deed() -> None:
    assert {event for _state, event, _after in ACCOUNT.moves} == set(AccountEvent)
