"""People beyond the roster: invited, temporary, locked; and what the tests ask of accounts."""

from __future__ import annotations

import itertools

from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM, Actor, Role
from backoffice.people import operations
from backoffice.people.models import Account, SignInSession
from backoffice.people.queries import AccountFacts, account_facts
from backoffice.use_case import Office
from tests.given.roster import ADMIN, PASSWORD

NEW_PASSWORD = "Lantern-Harbour-42"
NETWORK = "127.0.0.1"

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
