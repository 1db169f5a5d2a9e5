"""Who a request comes from, and whom a demonstration offers to be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Date, bindparam, or_, select
from sqlalchemy.orm import Session

from backoffice.access import Actor, Role
from backoffice.db import InstantColumn, look
from backoffice.kernel.taiwan import local_date
from backoffice.people.models import Account, AccountState, SignInSession


@dataclass(frozen=True, slots=True)
class VisitorRow:
    """A live session together with its account: all that is asked at every request."""

    actor: Actor
    session_id: int
    last_seen_at: datetime
    network: str
    locale: str
    density: str
    shortcuts: bool
    must_change_password: bool


# Built once: the one statement that every request runs, by the unique index on the token's hash.
_VISITOR = (
    select(
        Account.id,
        Account.name,
        Account.role,
        SignInSession.id,
        SignInSession.last_seen_at,
        SignInSession.network,
        Account.locale,
        Account.density,
        Account.shortcuts,
        Account.must_change_password,
    )
    .join(Account, Account.id == SignInSession.account_id)
    .where(
        SignInSession.token_sha256 == bindparam("token_sha256"),
        SignInSession.revoked_at.is_(None),
        SignInSession.expires_at > bindparam("now", type_=InstantColumn()),
        SignInSession.last_seen_at >= bindparam("seen_since", type_=InstantColumn()),
        Account.state == AccountState.ACTIVE,
        or_(Account.ends_on.is_(None), Account.ends_on >= bindparam("today", type_=Date())),
    )
)


def visitor_row(
    session: Session, token_sha256: str, now: datetime, idle: timedelta
) -> VisitorRow | None:
    """Whose live session a token is of; None when it ended, lapsed, or the account is not active.

    `idle` is how long a session may stand unused; since use is noted once a minute, it may end up
    to a minute early and never late. A temporary account ends with its last day in Taipei.
    """
    row = look(
        session,
        _VISITOR,
        {
            "token_sha256": token_sha256,
            "now": now,
            "seen_since": now - idle,
            "today": local_date(now),
        },
    ).first()
    if row is None:
        return None
    account_id, name, role, *rest = row
    return VisitorRow(Actor(account_id, name, Role(role)), *rest)


@dataclass(frozen=True, slots=True)
class DemonstrationAccount:
    """An account with which anybody may try a demonstration."""

    role: Role
    name: str
    email: str


def demonstration_accounts(session: Session) -> tuple[DemonstrationAccount, ...]:
    """The first active demonstration account of each role, in the order of the roles."""
    rows = session.execute(
        select(Account.role, Account.name, Account.email)
        .where(Account.demonstration, Account.state == AccountState.ACTIVE)
        .order_by(Account.id)
        .limit(100)
    )
    first: dict[Role, DemonstrationAccount] = {}
    for role, name, email in rows:
        first.setdefault(Role(role), DemonstrationAccount(Role(role), name, email))
    return tuple(first[role] for role in Role if role in first)
