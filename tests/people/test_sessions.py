"""How long a session lasts, what is noted of it, and who ends it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from backoffice.kernel.clock import FixedClock
from backoffice.people import operations
from backoffice.people.models import SignInSession
from backoffice.people.queries import visitor_row
from backoffice.use_case import Office, UseCase
from tests import given
from tests.given import people
from tests.given.people import (
    NETWORK,
    a_session,
    a_visit,
    audit_of,
    guess,
    live_sessions,
)
from tests.given.roster import email_of

IDLE = timedelta(minutes=30)

EMAIL = email_of(given.OFFICER)


def row(office: Office, clock: FixedClock, token: str) -> object:
    with Session(office.engine) as session:
        return visitor_row(session, operations.token_digest(token), clock.now(), IDLE)


@pytest.mark.parametrize(
    ("waited", "known"), [(1799, True), (1800, True), (1801, False), (86_400, False)]
)
def test_a_session_unused_for_more_than_half_an_hour_has_ended(
    office: Office, clock: FixedClock, waited: int, known: bool
) -> None:
    token, _actor = operations.sign_in(office, EMAIL, given.PASSWORD, a_visit())

    clock.advance(seconds=waited)

    assert (row(office, clock, token) is not None) is known


def test_a_session_in_use_ends_after_twelve_hours(office: Office, clock: FixedClock) -> None:
    token, _actor = operations.sign_in(office, EMAIL, given.PASSWORD, a_visit())
    [session_id] = live_sessions(office, given.OFFICER)
    for _ in range(35):
        clock.advance(minutes=20)
        office.perform(operations.touch, given.OFFICER, session_id, NETWORK)
    clock.advance(minutes=19, seconds=59)
    before = row(office, clock, token)

    clock.advance(seconds=1)

    assert before is not None
    assert row(office, clock, token) is None


def test_an_unknown_token_is_nobody(office: Office, clock: FixedClock) -> None:
    assert row(office, clock, "guessed") is None


def test_a_temporary_account_ends_with_its_last_day(office: Office, clock: FixedClock) -> None:
    today = clock.now().date()
    person = given.OFFICER
    office.perform(
        operations.change_role,
        given.ADMIN,
        person.id,
        people.version_of(office, person),
        person.role,
        today,
        "臨時",
    )
    token, _actor = operations.sign_in(office, EMAIL, given.PASSWORD, a_visit())
    before = row(office, clock, token)

    clock.advance(hours=15)  # midnight in Taipei
    with Session(office.engine) as session:
        after = visitor_row(session, operations.token_digest(token), clock.now(), timedelta(days=1))

    assert before is not None
    assert after is None
    assert guess(office, EMAIL, given.PASSWORD) == "people.sign_in_refused"


def test_use_is_noted_once_a_minute_and_leaves_no_audit(office: Office, clock: FixedClock) -> None:
    session_id = a_session(office, given.OFFICER)
    started = clock.now()
    clock.advance(seconds=59)
    office.perform(operations.touch, given.OFFICER, session_id, NETWORK)
    early = _seen(office, session_id)
    clock.advance(seconds=1)

    office.perform(operations.touch, given.OFFICER, session_id, NETWORK)

    assert early == started
    assert _seen(office, session_id) == clock.now()
    assert audit_of(office, "people.touch") == []


def test_a_session_on_another_network_is_put_on_record(office: Office, clock: FixedClock) -> None:
    session_id = a_session(office, given.OFFICER)
    clock.advance(minutes=1)

    office.perform(operations.touch, given.OFFICER, session_id, "203.0.113.9")

    [entry] = audit_of(office, "people.touch")
    assert (entry.subject, entry.subject_id) == ("sign_in_session", session_id)
    assert "203.0.113.9" in entry.changes


def _seen(office: Office, session_id: int) -> object:
    with Session(office.engine) as session:
        return session.execute(
            select(SignInSession.last_seen_at).where(SignInSession.id == session_id)
        ).scalar_one()


def test_signing_out_ends_this_session_and_no_other(office: Office) -> None:
    first, second = a_session(office, given.OFFICER), a_session(office, given.OFFICER)

    office.perform(operations.sign_out, given.OFFICER, first)

    assert live_sessions(office, given.OFFICER) == [second]


def test_signing_out_twice_is_signing_out(office: Office) -> None:
    session_id = a_session(office, given.OFFICER)
    office.perform(operations.sign_out, given.OFFICER, session_id)

    office.perform(operations.sign_out, given.OFFICER, session_id)

    assert len(audit_of(office, "people.sign_out")) == 1


@pytest.mark.parametrize("act", [operations.sign_out, operations.end_session])
def test_nobody_ends_another_s_session(office: Office, act: UseCase[[int], None]) -> None:
    session_id = a_session(office, given.OFFICER)

    with pytest.raises(NoResultFound):
        office.perform(act, given.OFFICER_2, session_id)

    assert live_sessions(office, given.OFFICER) == [session_id]


def test_all_others_end_and_this_one_stays(office: Office) -> None:
    mine = [a_session(office, given.OFFICER) for _ in range(3)]
    stranger = a_session(office, given.OFFICER_2)

    ended = office.perform(operations.end_other_sessions, given.OFFICER, mine[1])

    assert ended == 2
    assert live_sessions(office, given.OFFICER) == [mine[1]]
    assert live_sessions(office, given.OFFICER_2) == [stranger]
