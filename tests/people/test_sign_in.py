"""Signing in and lock-out: what the books say, on both databases."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from argon2.exceptions import VerificationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM
from backoffice.audit import AuditEntry
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.refusal import Refused
from backoffice.people import hashing, operations
from backoffice.people.models import SignInSession
from backoffice.people.rules.passwords import FAILURES_MAX
from backoffice.use_case import Office
from tests import given
from tests.given import people
from tests.given.people import (
    NETWORK,
    WRONG_PASSWORD,
    a_person,
    a_visit,
    audit_of,
    facts_of,
    guess,
    live_sessions,
    password_hash_of,
)
from tests.given.roster import email_of

EMAIL = email_of(given.OFFICER)


def attempt(office: Office, password: str, email: str = EMAIL) -> str:
    return guess(office, email, password)


def fail(office: Office, times: int) -> None:
    for _ in range(times):
        assert attempt(office, WRONG_PASSWORD) == "people.sign_in_refused"


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
    assert attempt(office, given.PASSWORD, f"  {EMAIL.upper()} ") == "in"


def test_every_session_has_a_token_of_its_own(office: Office) -> None:
    tokens = {operations.sign_in(office, EMAIL, given.PASSWORD, a_visit())[0] for _ in range(3)}

    assert len(tokens) == 3
    assert min(map(len, tokens)) >= 43  # 256 bits


def test_a_hash_of_old_parameters_is_renewed_at_sign_in(office: Office) -> None:
    before = password_hash_of(office, given.OFFICER)

    attempt(office, given.PASSWORD)

    after = password_hash_of(office, given.OFFICER)
    assert hashing.outdated(before)
    assert not hashing.outdated(after)
    assert attempt(office, given.PASSWORD) == "in"
    assert password_hash_of(office, given.OFFICER) == after


def test_signing_in_makes_no_open_page_of_the_account_stale(office: Office) -> None:
    before = people.version_of(office, given.OFFICER)

    attempt(office, WRONG_PASSWORD)
    attempt(office, given.PASSWORD)

    assert people.version_of(office, given.OFFICER) == before


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, WRONG_PASSWORD),
        ("nobody@office.example", given.PASSWORD),
        ("", given.PASSWORD),
        (EMAIL, ""),
        (EMAIL, given.PASSWORD + "x" * 600),
    ],
)
def test_unknown_and_wrong_are_refused_alike(office: Office, email: str, password: str) -> None:
    assert attempt(office, password, email) == "people.sign_in_refused"
    assert live_sessions(office, given.OFFICER) == []


@pytest.mark.parametrize("failures", [1, 4])
def test_four_failures_leave_the_account_open(office: Office, failures: int) -> None:
    fail(office, failures)

    assert attempt(office, given.PASSWORD) == "in"
    assert facts_of(office, given.OFFICER).failures == 0


def test_after_five_failures_even_the_right_password_is_refused(office: Office) -> None:
    fail(office, 5)

    assert attempt(office, given.PASSWORD) == "people.sign_in_refused"


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

    assert attempt(office, given.PASSWORD) == answer


def test_guesses_at_a_locked_account_do_not_make_the_lock_longer(
    office: Office, clock: FixedClock
) -> None:
    fail(office, 5)
    clock.advance(minutes=10)
    fail(office, 3)

    clock.advance(minutes=5)

    assert attempt(office, given.PASSWORD) == "in"


def test_after_a_lock_there_are_five_failures_again(office: Office, clock: FixedClock) -> None:
    fail(office, 5)
    clock.advance(minutes=15)
    fail(office, 4)

    assert facts_of(office, given.OFFICER).locked_until is None
    assert attempt(office, given.PASSWORD) == "in"


def test_failures_of_one_lock_nobody_else(office: Office) -> None:
    fail(office, 5)

    assert attempt(office, given.PASSWORD, email_of(given.OFFICER_2)) == "in"


def test_of_sixty_four_guesses_at_once_exactly_five_are_looked_at(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[str] = []

    monkeypatch.setattr(hashing, "HASHER", _Watched(looked_at))
    start = threading.Barrier(16)
    answers: list[str] = []

    def guesser(number: int) -> None:
        start.wait()
        answers.extend(attempt(office, f"{WRONG_PASSWORD}-{number}-{turn}") for turn in range(4))

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
    attempt(office, WRONG_PASSWORD, "nobody@office.example")

    known, unknown = audit_of(office, "people.attempt")
    assert (known.subject_id, unknown.subject_id) == (given.OFFICER.id, None)
    assert NETWORK in known.changes
    assert "nobody" not in unknown.changes


def test_no_audit_entry_holds_a_password_a_token_or_a_hash(office: Office) -> None:
    token, _actor = operations.sign_in(office, EMAIL, given.PASSWORD, a_visit())
    fail(office, 1)

    with Session(office.engine) as session:
        everything = " ".join(session.scalars(select(AuditEntry.changes)))
    for secret in (
        given.PASSWORD,
        WRONG_PASSWORD,
        token,
        operations.token_digest(token),
        "$argon2",
    ):
        assert secret not in everything


@pytest.mark.parametrize("state", ["invited", "suspended", "closed"])
def test_only_an_active_account_signs_in(office: Office, state: str) -> None:
    if state == "invited":
        people.a_link(office, email="invited@office.example")
        assert attempt(office, "", "invited@office.example") == "people.sign_in_refused"
        return
    act = operations.suspend if state == "suspended" else operations.close
    office.perform(
        act, given.ADMIN, given.OFFICER.id, people.version_of(office, given.OFFICER), "離職"
    )

    assert attempt(office, given.PASSWORD) == "people.sign_in_refused"


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


def test_a_guess_costs_the_books_the_same_for_known_and_unknown(office: Office) -> None:
    locked = a_person(office, email="locked@office.example")
    for _ in range(5):
        attempt(office, WRONG_PASSWORD, "locked@office.example")
    costs = {}
    for email in (EMAIL, "nobody@office.example", "locked@office.example"):
        before = _entries(office)
        attempt(office, WRONG_PASSWORD, email)
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
