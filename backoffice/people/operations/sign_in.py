"""Signing in and out: the attempt is counted before the password is looked at.

The order is what makes the lock-out exact: of any number of guesses at once, each takes its place
in one guarded UPDATE, and the sixth finds the account locked before it is compared (基準 40).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import and_, case, or_, select, update

from backoffice.access import SYSTEM, Actor, Permission, Role
from backoffice.db import AUDITED
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import local_date
from backoffice.people import hashing
from backoffice.people.models import Account, AccountState, SignInSession
from backoffice.people.rules import canonical_email
from backoffice.people.rules.passwords import FAILURES_MAX, LOCKED_FOR
from backoffice.use_case import Act, Office, use_case

TOKEN_BYTES: Final = 32
SEEN_EVERY: Final = timedelta(minutes=1)
_UNSEEN = AUDITED | {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Visit:
    """Where somebody signs in from, and for how long at most."""

    network: str
    agent: str
    hours: int


@dataclass(frozen=True, slots=True)
class Counted:
    """An account that may be guessed at once more, and what to compare the guess with."""

    actor: Actor
    password_hash: str


def token_digest(token: str) -> str:
    """What of a token is kept: it cannot be turned back into the token."""
    return hashlib.sha256(token.encode()).hexdigest()


def prove(office: Office, email: str, password: str, network: str) -> Counted:
    """Whose password this is, after counting the attempt.

    Does the same work and refuses in the same words ("people.sign_in_refused") whether the
    address is unknown, the password wrong, or the account locked, suspended or closed.
    """
    counted = office.perform(count_attempt, SYSTEM, canonical_email(email), network)
    if not hashing.matches(counted.password_hash if counted else None, password):
        raise Refused("people.sign_in_refused")
    assert counted is not None, "what is unknown matches nothing"
    return counted


def sign_in(office: Office, email: str, password: str, visit: Visit) -> tuple[str, Actor]:
    """Sign somebody in: the new session's token, for the cookie, and who it is.

    Refuses "people.sign_in_refused".
    """
    proved = prove(office, email, password, visit.network)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    old = proved.password_hash
    rehashed = hashing.hash_password(password) if hashing.outdated(old) else old
    office.perform(open_session, proved.actor, old, token_digest(token), visit, rehashed=rehashed)
    return token, proved.actor


@use_case("people.attempt", requires=Permission.SYSTEM)
def count_attempt(act: Act, email: str, network: str) -> Counted | None:
    """Count an attempt against the address; None when it may not be tried now.

    The fifth attempt in a row locks the account for 15 minutes, and success unlocks it again.
    """
    locked = and_(Account.locked_until.is_not(None), Account.locked_until > act.now)
    failures = case((Account.locked_until.is_not(None), 1), else_=Account.failures + 1)
    until = act.now + LOCKED_FOR
    lasts = or_(Account.ends_on.is_(None), Account.ends_on >= local_date(act.now))
    row = act.session.execute(
        update(Account)
        .where(Account.email == email, Account.state == AccountState.ACTIVE, ~locked, lasts)
        .values(
            failures=failures,
            locked_until=case((failures >= FAILURES_MAX, until), else_=None),
        )
        .returning(Account.id, Account.name, Account.role, Account.password_hash, Account.failures),
        execution_options=_UNSEEN,
    ).first()
    # An unknown address is recorded as such and never in its own words: it may be a password.
    act.record(
        "account",
        row.id if row else None,
        None,
        attempt=row.failures if row else 0,
        network=network,
    )
    if row is None:
        return None
    return Counted(Actor(row.id, row.name, Role(row.role)), row.password_hash)


@use_case("people.sign_in", requires=Permission.ACCOUNT_OWN)
def open_session(
    act: Act, proved_hash: str, token_sha256: str, visit: Visit, *, rehashed: str
) -> int:
    """Open a session for whoever proved the password, and forget the failures before it.

    Refuses "people.sign_in_refused" if the password or the account's state changed meanwhile.
    """
    changed = rehashed != proved_hash
    found = act.session.execute(
        update(Account)
        .where(
            Account.id == act.actor.id,
            Account.state == AccountState.ACTIVE,
            Account.password_hash == proved_hash,
        )
        .values(failures=0, locked_until=None, last_sign_in_at=act.now, password_hash=rehashed)
        .returning(Account.id),
        execution_options=_UNSEEN,
    ).first()
    if found is None:
        raise Refused("people.sign_in_refused")
    # Not through the unit of work: signing in must not make a colleague's open page stale.
    act.record("account", act.actor.id, None, last_sign_in_at=act.now, rehashed=changed)
    session = SignInSession(
        account_id=act.actor.id,
        token_sha256=token_sha256,
        created_at=act.now,
        last_seen_at=act.now,
        expires_at=act.now + timedelta(hours=visit.hours),
        network=visit.network[:64],
        agent=visit.agent[:200],
    )
    act.session.add(session)
    act.session.flush()
    return session.id


@use_case("people.touch", requires=Permission.ACCOUNT_OWN)
def touch(act: Act, session_id: int, network: str) -> None:
    """Note that a session is in use; at most once a minute.

    The note is no deed of the office, and there is one for every minute that everybody works: in
    the audit it would bury what matters. So it is a bulk statement that leaves no entry. A session
    that turns up on another network is one: it may be a stolen cookie.
    """
    before = act.session.execute(
        select(SignInSession.network).where(SignInSession.id == session_id)
    ).scalar_one()
    act.session.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.last_seen_at <= act.now - SEEN_EVERY)
        .values(last_seen_at=act.now, network=network[:64]),
        execution_options=_UNSEEN,
    )
    if before != network[:64]:
        act.record("sign_in_session", session_id, None, moved_from=before, network=network[:64])
