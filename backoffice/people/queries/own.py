"""What somebody sees of their own account, and what a new password is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import Actor, Role
from backoffice.people.models import (
    Account,
    AccountState,
    Invitation,
    PasswordHistory,
    SignInSession,
)
from backoffice.people.rules.passwords import REMEMBERED

SESSIONS_MAX = 50


@dataclass(frozen=True, slots=True)
class OwnSettings:
    """One's own account as the settings page shows it."""

    version: int
    name: str
    email: str
    role: Role
    locale: str
    density: str
    shortcuts: bool
    password_changed_at: datetime | None


def own_settings(session: Session, account_id: int) -> OwnSettings:
    """The settings of an account; NoResultFound when there is none."""
    row = session.execute(
        select(
            Account.version,
            Account.name,
            Account.email,
            Account.role,
            Account.locale,
            Account.density,
            Account.shortcuts,
            Account.password_changed_at,
        ).where(Account.id == account_id)
    ).one()
    return OwnSettings(*row)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One place where somebody is signed in."""

    id: int
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    network: str
    agent: str


def sessions_of(
    session: Session, account_id: int, now: datetime, idle_from: datetime
) -> tuple[SessionRow, ...]:
    """The live sessions of an account, the newest first; one unused since `idle_from` has ended."""
    rows = session.execute(
        select(
            SignInSession.id,
            SignInSession.created_at,
            SignInSession.last_seen_at,
            SignInSession.expires_at,
            SignInSession.network,
            SignInSession.agent,
        )
        .where(
            SignInSession.account_id == account_id,
            SignInSession.revoked_at.is_(None),
            SignInSession.expires_at > now,
            SignInSession.last_seen_at >= idle_from,
        )
        .order_by(SignInSession.id.desc())
        .limit(SESSIONS_MAX)
    )
    return tuple(SessionRow(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class PasswordFacts:
    """Whose password is to be set, and the hashes that it must not match."""

    actor: Actor
    name: str
    email: str
    recent_hashes: tuple[str, ...]


def password_facts(session: Session, account_id: int) -> PasswordFacts:
    """The account of a new password; NoResultFound when there is none."""
    name, email, role, present = session.execute(
        select(Account.name, Account.email, Account.role, Account.password_hash).where(
            Account.id == account_id
        )
    ).one()
    earlier = session.scalars(
        select(PasswordHistory.password_hash)
        .where(PasswordHistory.account_id == account_id)
        .order_by(PasswordHistory.id.desc())
        .limit(REMEMBERED - 1)
    )
    recent = tuple(kept for kept in (present, *earlier) if kept)
    return PasswordFacts(Actor(account_id, name, Role(role)), name, email, recent)


def link_facts(session: Session, token_sha256: str, now: datetime) -> PasswordFacts | None:
    """Whose one-time link this is; None when it was used, has lapsed, or is nobody's."""
    account_id = session.execute(
        select(Invitation.account_id)
        .join(Account, Account.id == Invitation.account_id)
        .where(
            Invitation.token_sha256 == token_sha256,
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
            Account.state.in_((AccountState.INVITED, AccountState.ACTIVE)),
        )
    ).scalar_one_or_none()
    return None if account_id is None else password_facts(session, account_id)
