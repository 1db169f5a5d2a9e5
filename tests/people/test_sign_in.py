"""Signing in, lock-out, sessions: what the books say, on both databases."""

from __future__ import annotations

import threading
from datetime import timedelta
from itertools import pairwise

import pytest
from argon2.exceptions import VerificationError
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM
from backoffice.audit import AuditEntry
from backoffice.db import sessions
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.refusal import Refused, Stale
from backoffice.people import hashing, operations
from backoffice.people.models import SignInSession
from backoffice.people.queries import visitor_row
from backoffice.people.rules.passwords import FAILURES_MAX
from backoffice.use_case import Office, UseCase
from backoffice.web import guard
from tests import given
from tests.given import people
from tests.given.people import (
    NETWORK,
    a_person,
    a_session,
    a_visit,
    facts_of,
    live_sessions,
    password_hash_of,
)
from tests.given.roster import email_of

EMAIL = email_of(given.OFFICER)
WRONG = "Wrong-Wrong-Wrong-1"
IDLE = timedelta(minutes=30)


def guess(office: Office, password: str, email: str = EMAIL) -> str:
    """What came of one attempt: "in", or the code of the refusal."""
    try:
        operations.sign_in(office, email, password, a_visit())
    except Refused as refusal:
        return refusal.code
    return "in"


def fail(office: Office, times: int) -> None:
    for _ in range(times):
        assert guess(office, WRONG) == "people.sign_in_refused"


def audit_of(office: Office, act: str) -> list[AuditEntry]:
    with Session(office.engine) as session:
        return list(
            session.scalars(
                select(AuditEntry).where(AuditEntry.act == act).order_by(AuditEntry.seq)
            )
        )


def test_the_right_password_opens_a_session_of_twelve_hours(
    office: Office, clock: FixedClock
) -> None:
    token, actor = operations.sign_in(office, EMAIL, given.PASSWORD, a_visit())

    assert actor == given.OFFICER
    assert facts_of(office, given.OFFICER).last_sign_in_at == clock.now()
    with Session(office.engine) as session:
        kept = session.execute(select(SignInSession)).scalar_one()
        assert kept.token_sha256 == operations.token_digest(token)
        assert kept.expires_at == clock.now() + timedelta(hours=12)


def test_the_address_is_read_in_any_spelling(office: Office) -> None:
    assert guess(office, given.PASSWORD, f"  {EMAIL.upper()} ") == "in"


def test_every_session_has_a_token_of_its_own(office: Office) -> None:
    tokens = {operations.sign_in(office, EMAIL, given.PASSWORD, a_visit())[0] for _ in range(3)}

    assert len(tokens) == 3
    assert min(map(len, tokens)) >= 43  # 256 bits


def test_a_hash_of_old_parameters_is_renewed_at_sign_in(office: Office) -> None:
    before = password_hash_of(office, given.OFFICER)

    guess(office, given.PASSWORD)

    after = password_hash_of(office, given.OFFICER)
    assert hashing.outdated(before)
    assert not hashing.outdated(after)
    assert guess(office, given.PASSWORD) == "in"
    assert password_hash_of(office, given.OFFICER) == after


def test_signing_in_makes_no_open_page_of_the_account_stale(office: Office) -> None:
    before = people.version_of(office, given.OFFICER)

    guess(office, WRONG)
    guess(office, given.PASSWORD)

    assert people.version_of(office, given.OFFICER) == before


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, WRONG),
        ("nobody@office.example", given.PASSWORD),
        ("", given.PASSWORD),
        (EMAIL, ""),
        (EMAIL, given.PASSWORD + "x" * 600),
    ],
)
def test_unknown_and_wrong_are_refused_alike(office: Office, email: str, password: str) -> None:
    assert guess(office, password, email) == "people.sign_in_refused"
    assert live_sessions(office, given.OFFICER) == []


@pytest.mark.parametrize("failures", [1, 4])
def test_four_failures_leave_the_account_open(office: Office, failures: int) -> None:
    fail(office, failures)

    assert guess(office, given.PASSWORD) == "in"
    assert facts_of(office, given.OFFICER).failures == 0


def test_after_five_failures_even_the_right_password_is_refused(office: Office) -> None:
    fail(office, 5)

    assert guess(office, given.PASSWORD) == "people.sign_in_refused"


@pytest.mark.parametrize(
    ("waited", "answer"),
    [
        (timedelta(minutes=14, seconds=59), "people.sign_in_refused"),
        (timedelta(minutes=15), "in"),
        (timedelta(minutes=15, seconds=1), "in"),
    ],
)
def test_a_lock_lasts_fifteen_minutes(
    office: Office, clock: FixedClock, waited: timedelta, answer: str
) -> None:
    fail(office, 5)

    clock.advance(microseconds=waited // timedelta(microseconds=1))

    assert guess(office, given.PASSWORD) == answer


def test_guesses_at_a_locked_account_do_not_make_the_lock_longer(
    office: Office, clock: FixedClock
) -> None:
    fail(office, 5)
    clock.advance(minutes=10)
    fail(office, 3)

    clock.advance(minutes=5)

    assert guess(office, given.PASSWORD) == "in"


def test_after_a_lock_there_are_five_failures_again(office: Office, clock: FixedClock) -> None:
    fail(office, 5)
    clock.advance(minutes=15)
    fail(office, 4)

    assert facts_of(office, given.OFFICER).locked_until is None
    assert guess(office, given.PASSWORD) == "in"


def test_failures_of_one_lock_nobody_else(office: Office) -> None:
    fail(office, 5)

    assert guess(office, given.PASSWORD, email_of(given.OFFICER_2)) == "in"


def test_of_sixty_four_guesses_at_once_exactly_five_are_looked_at(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[str] = []

    monkeypatch.setattr(hashing, "HASHER", _Watched(looked_at))
    start = threading.Barrier(16)
    answers: list[str] = []

    def guesser(number: int) -> None:
        start.wait()
        answers.extend(guess(office, f"{WRONG}-{number}-{turn}") for turn in range(4))

    threads = [threading.Thread(target=guesser, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == ["people.sign_in_refused"] * 64
    assert len(looked_at) == FAILURES_MAX
    assert facts_of(office, given.OFFICER).failures == FAILURES_MAX


class _Watched:
    """A hasher that notes each real hash it is asked to compare, and finds none alike."""

    def __init__(self, looked_at: list[str]) -> None:
        self._looked_at = looked_at

    def verify(self, kept: str, password: str) -> bool:
        if kept != hashing.NOBODY:
            self._looked_at.append(password)
        raise VerificationError


def test_an_attempt_is_audited_before_the_password_is_looked_at(office: Office) -> None:
    fail(office, 1)
    guess(office, WRONG, "nobody@office.example")

    known, unknown = audit_of(office, "people.attempt")
    assert (known.subject_id, unknown.subject_id) == (given.OFFICER.id, None)
    assert NETWORK in known.changes
    assert "nobody" not in unknown.changes


def test_no_audit_entry_holds_a_password_a_token_or_a_hash(office: Office) -> None:
    token, _actor = operations.sign_in(office, EMAIL, given.PASSWORD, a_visit())
    fail(office, 1)

    with Session(office.engine) as session:
        everything = " ".join(session.scalars(select(AuditEntry.changes)))
    for secret in (given.PASSWORD, WRONG, token, operations.token_digest(token), "$argon2"):
        assert secret not in everything


@pytest.mark.parametrize("state", ["invited", "suspended", "closed"])
def test_only_an_active_account_signs_in(office: Office, state: str) -> None:
    if state == "invited":
        people.a_link(office, email="invited@office.example")
        assert guess(office, "", "invited@office.example") == "people.sign_in_refused"
        return
    act = operations.suspend if state == "suspended" else operations.close
    office.perform(
        act, given.ADMIN, given.OFFICER.id, people.version_of(office, given.OFFICER), "離職"
    )

    assert guess(office, given.PASSWORD) == "people.sign_in_refused"


def test_a_password_that_changed_while_it_was_compared_opens_nothing(office: Office) -> None:
    proved = operations.prove(office, EMAIL, given.PASSWORD, NETWORK)
    office.perform(operations.set_password, given.OFFICER, proved.password_hash, "$argon2id$new", 0)

    with pytest.raises(Refused) as refusal:
        office.perform(
            operations.open_session,
            given.OFFICER,
            proved.password_hash,
            "x" * 64,
            a_visit(),
            rehashed=proved.password_hash,
        )

    assert refusal.value.code == "people.sign_in_refused"
    assert live_sessions(office, given.OFFICER) == []


def test_only_the_system_counts_attempts(office: Office) -> None:
    with pytest.raises(Refused) as refusal:
        office.perform(operations.count_attempt, given.ADMIN, EMAIL, NETWORK)

    assert refusal.value.code == "access.denied"


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
    assert guess(office, given.PASSWORD) == "people.sign_in_refused"


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


def test_a_new_password_ends_the_other_sessions(office: Office, app: Flask) -> None:
    here, there = a_session(office, given.OFFICER), a_session(office, given.OFFICER)
    _change(app, given.PASSWORD, people.NEW_PASSWORD, here)

    assert live_sessions(office, given.OFFICER) == [here]
    assert there not in live_sessions(office, given.OFFICER)
    assert guess(office, given.PASSWORD) == "people.sign_in_refused"
    assert guess(office, people.NEW_PASSWORD) == "in"


def _change(app: Flask, present: str, new: str, session_id: int = 0) -> None:
    house: guard.House = app.extensions[guard.EXTENSION]
    with app.app_context():
        operations.change_password(
            house.office,
            sessions.session(),
            given.OFFICER,
            present=present,
            new=new,
            session_id=session_id,
            network=NETWORK,
        )


def test_changing_a_password_asks_for_the_present_one(office: Office, app: Flask) -> None:
    with pytest.raises(Refused) as refusal:
        _change(app, WRONG, people.NEW_PASSWORD)

    assert refusal.value.code == "people.password_wrong"
    assert guess(office, given.PASSWORD) == "in"


def test_wrong_present_passwords_lock_the_account_like_those_at_the_door(
    office: Office, app: Flask
) -> None:
    for _ in range(5):
        with pytest.raises(Refused):
            _change(app, WRONG, people.NEW_PASSWORD)

    assert guess(office, given.PASSWORD) == "people.sign_in_refused"


def test_none_of_the_last_three_passwords_is_taken_again(office: Office, app: Flask) -> None:
    used = [given.PASSWORD, "Second-Harbour-22", "Third-Harbour-333", "Fourth-Harbour-44"]
    for present, new in pairwise(used):
        _change(app, present, new)

    for again in used[1:]:
        with pytest.raises(Refused) as refusal:
            _change(app, used[-1], again)
        assert refusal.value.code == "people.password_reused"
    _change(app, used[-1], used[0])
    assert guess(office, used[0]) == "in"


def test_two_changes_from_one_present_password_are_one(office: Office) -> None:
    proved = operations.prove(office, EMAIL, given.PASSWORD, NETWORK)
    office.perform(operations.set_password, given.OFFICER, proved.password_hash, "$first", 0)

    with pytest.raises(Stale):
        office.perform(operations.set_password, given.OFFICER, proved.password_hash, "$second", 0)


def test_a_guess_costs_the_books_the_same_for_known_and_unknown(office: Office) -> None:
    locked = a_person(office, email="locked@office.example")
    for _ in range(5):
        guess(office, WRONG, "locked@office.example")
    costs = {}
    for email in (EMAIL, "nobody@office.example", "locked@office.example"):
        before = _entries(office)
        guess(office, WRONG, email)
        costs[email] = _entries(office) - before

    assert set(costs.values()) == {1}
    assert facts_of(office, locked).locked_until is not None


def _entries(office: Office) -> int:
    with Session(office.engine) as session:
        return session.execute(select(func.count()).select_from(AuditEntry)).scalar_one()


def test_the_system_is_nobody_who_signs_in(office: Office) -> None:
    with pytest.raises(Refused) as refusal:
        office.perform(operations.sign_out, SYSTEM, 1)

    assert refusal.value.code == "access.denied"
