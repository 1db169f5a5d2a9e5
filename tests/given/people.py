"""People beyond the roster: invited, temporary, locked; and what the tests ask of accounts."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM, Actor, Role
from backoffice.audit import AuditEntry
from backoffice.kernel.refusal import Refused
from backoffice.people import operations
from backoffice.people.models import Account, SignInSession
from backoffice.people.queries import AccountFacts, account_facts
from backoffice.use_case import Office, UseCase
from tests.given.roster import ADMIN, PASSWORD

NEW_PASSWORD = "Lantern-Harbour-42"
WRONG_PASSWORD = "Wrong-Wrong-Wrong-1"
NETWORK = "127.0.0.1"

Deed = UseCase[[int, int, str], None]

_cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_tokens = itertools.count(1)


def a_person(
    office: Office,
    *,
    email: str = "someone@office.example",
    name: str = "測試 某某",
    role: Role = Role.OFFICER,
    password: str = PASSWORD,
    demonstration: bool = False,
) -> Actor:
    """An active account whose password is hashed so that it costs a test nothing."""
    number = office.perform(
        operations.add_account,
        SYSTEM,
        email,
        name,
        role,
        _cheap.hash(password),
        demonstration=demonstration,
    )
    return Actor(number, name, role)


def a_link(office: Office, *, email: str = "invited@office.example") -> str:
    """The token of an invitation that somebody new was just handed."""
    token = f"token-{next(_tokens)}"
    office.perform(
        operations.invite,
        ADMIN,
        email,
        "受邀 何人",
        Role.REVIEWER,
        operations.token_digest(token),
    )
    return token


def facts_of(office: Office, person: Actor | int) -> AccountFacts:
    """The account as the books have it now."""
    with Session(office.engine) as session:
        return account_facts(session, person if isinstance(person, int) else person.id)


def version_of(office: Office, person: Actor | int) -> int:
    """The version that a page would show now."""
    return facts_of(office, person).version


def password_hash_of(office: Office, person: Actor) -> str:
    """The hash as it is kept."""
    with Session(office.engine) as session:
        return session.execute(
            select(Account.password_hash).where(Account.id == person.id)
        ).scalar_one()


def a_visit(network: str = NETWORK) -> operations.Visit:
    """Somebody at a browser, for at most twelve hours."""
    return operations.Visit(network=network, agent="test", hours=12)


def a_session(office: Office, person: Actor) -> int:
    """A live session of this person, without the page."""
    proved = password_hash_of(office, person)
    token = operations.token_digest(f"session-{next(_tokens)}")
    return office.perform(
        operations.open_session, person, proved, token, a_visit(), rehashed=proved
    )


def live_sessions(office: Office, person: Actor) -> list[int]:
    """The sessions of a person that nobody ended."""
    with Session(office.engine) as session:
        return list(
            session.scalars(
                select(SignInSession.id)
                .where(SignInSession.account_id == person.id, SignInSession.revoked_at.is_(None))
                .order_by(SignInSession.id)
            )
        )


def guess(office: Office, email: str, password: str) -> str:
    """What came of one attempt to sign in: "in", or the code of the refusal."""
    try:
        operations.sign_in(office, email, password, a_visit())
    except Refused as refusal:
        return refusal.code
    return "in"


def can_sign_in(office: Office, email: str, password: str) -> bool:
    """Whether this password opens this account now; an attempt that fails counts."""
    return guess(office, email, password) == "in"


def locked_out(office: Office, email: str) -> None:
    """Five wrong guesses in a row."""
    for _ in range(5):
        assert not can_sign_in(office, email, WRONG_PASSWORD)


def done_to(office: Office, deed: Deed, person: Actor, *, by: Actor = ADMIN) -> None:
    """Do something to an account, as on a page opened just now."""
    office.perform(deed, by, person.id, version_of(office, person), "依人事通報")


def audit_of(office: Office, act: str) -> list[AuditEntry]:
    """What the audit has of all acts of this name, in order."""
    with Session(office.engine) as session:
        return list(
            session.scalars(
                select(AuditEntry).where(AuditEntry.act == act).order_by(AuditEntry.seq)
            )
        )


@contextmanager
def refused(code: str) -> Iterator[None]:
    """What is done within must be refused by this code."""
    with pytest.raises(Refused) as refusal:
        yield
    assert refusal.value.code == code, refusal.value
