"""What is done to accounts by those who manage people.

Nobody does any of it to their own account (基準 1), so one who may do it always remains.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from backoffice.access import Permission, Role
from backoffice.kernel.refusal import Refused, Stale
from backoffice.kernel.taiwan import local_date
from backoffice.people.models import Account, AccountReview, AccountState, Invitation, SignInSession
from backoffice.people.rules.accounts import idle_since, required_name, required_reason
from backoffice.people.rules.addresses import required_email
from backoffice.people.rules.lifecycle import AccountEvent
from backoffice.people.rules.passwords import INVITATION_LASTS, RESET_LASTS
from backoffice.use_case import Act, use_case

LINK_BYTES: Final = 16  # 128 bits in a one-time link


@use_case("people.add", requires=Permission.PEOPLE_MANAGE)
def add_account(
    act: Act, email: str, name: str, role: Role, password_hash: str, *, demonstration: bool = False
) -> int:
    """Add an account that can sign in at once; the password was hashed before the act.

    Refuses "people.email_taken", "people.email_unreadable", "people.name_missing".
    """
    account = _new(act, email, name, role, AccountState.ACTIVE)
    account.password_hash, account.password_changed_at = password_hash, act.now
    account.demonstration = demonstration
    return _kept(act, account)


@use_case("people.invite", requires=Permission.PEOPLE_MANAGE)
def invite(
    act: Act, email: str, name: str, role: Role, link_sha256: str, *, ends_on: date | None = None
) -> int:
    """Invite somebody, who sets a password with the one-time link within 24 hours.

    `ends_on` is the last day of a temporary account. Refuses what `add_account` refuses, and
    "people.ends_before_today".
    """
    _refuse_past(ends_on, act.now)
    account = _new(act, email, name, role, AccountState.INVITED)
    account.ends_on = ends_on
    number = _kept(act, account)
    _hand_out(act, number, link_sha256, INVITATION_LASTS)
    return number


@use_case("people.renew_link", requires=Permission.PEOPLE_MANAGE)
def renew_link(act: Act, account_id: int, version: int, link_sha256: str, reason: str) -> None:
    """A new one-time link: for the invited 24 hours, for a forgotten password 30 minutes.

    Earlier links end. Refuses "people.is_suspended" and "people.is_closed".
    """
    account = _another(act, account_id, version, reason)
    if account.state not in (AccountState.INVITED, AccountState.ACTIVE):
        raise Refused(f"people.is_{account.state.lower()}", name=account.name)
    _end_links(act, account_id)
    lasts = INVITATION_LASTS if account.state is AccountState.INVITED else RESET_LASTS
    _hand_out(act, account_id, link_sha256, lasts)


@use_case("people.change_role", requires=Permission.PEOPLE_MANAGE)
def change_role(
    act: Act, account_id: int, version: int, role: Role, ends_on: date | None, reason: str
) -> None:
    """Give the account another role or another last day; both hold from the next request on.

    Refuses "people.nothing_changed", "people.is_closed", "people.ends_before_today".
    """
    account = _another(act, account_id, version, reason)
    if account.state is AccountState.CLOSED:
        raise Refused("people.is_closed", name=account.name)
    if (account.role, account.ends_on) == (role, ends_on):
        raise Refused("people.nothing_changed")
    if account.ends_on != ends_on:
        _refuse_past(ends_on, act.now)
    account.role, account.ends_on = role, ends_on


@use_case("people.suspend", requires=Permission.PEOPLE_MANAGE)
def suspend(act: Act, account_id: int, version: int, reason: str) -> None:
    """Let nobody use the account until it is reactivated; its sessions end at once."""
    account = _another(act, account_id, version, reason)
    account.move(AccountEvent.SUSPEND)
    end_all_sessions(act, account_id)


@use_case("people.reactivate", requires=Permission.PEOPLE_MANAGE)
def reactivate(act: Act, account_id: int, version: int, reason: str) -> None:
    """Let a suspended account be used again."""
    account = _another(act, account_id, version, reason)
    account.move(AccountEvent.REACTIVATE)
    account.active_since = act.now


@use_case("people.close", requires=Permission.PEOPLE_MANAGE)
def close(act: Act, account_id: int, version: int, reason: str) -> None:
    """Close the account for good; its name stays on what it did."""
    account = _another(act, account_id, version, reason)
    account.move(AccountEvent.CLOSE)
    _end_links(act, account_id)
    end_all_sessions(act, account_id)


@use_case("people.unlock", requires=Permission.PEOPLE_MANAGE)
def unlock(act: Act, account_id: int, version: int, reason: str) -> None:
    """Lift a lock-out before its time. Refuses "people.not_locked"."""
    account = _another(act, account_id, version, reason)
    if account.locked_until is None or account.locked_until <= act.now:
        raise Refused("people.not_locked", name=account.name)
    account.failures, account.locked_until = 0, None


@use_case("people.require_password", requires=Permission.PEOPLE_MANAGE)
def require_password(act: Act, account_id: int, version: int, reason: str) -> None:
    """Show nothing but the change of password to this person until it is changed.

    Refuses "people.nothing_changed" and the state in which there is no password to change.
    """
    account = _another(act, account_id, version, reason)
    if account.state is not AccountState.ACTIVE:
        raise Refused(f"people.is_{account.state.lower()}", name=account.name)
    if account.must_change_password:
        raise Refused("people.nothing_changed")
    account.must_change_password = True


@use_case("people.end_sessions", requires=Permission.PEOPLE_MANAGE)
def end_sessions(act: Act, account_id: int, version: int, reason: str) -> None:
    """Sign the person out everywhere. Refuses "people.no_sessions"."""
    _another(act, account_id, version, reason)
    if end_all_sessions(act, account_id) == 0:
        raise Refused("people.no_sessions")


@use_case("people.suspend_idle", requires=Permission.SYSTEM)
def suspend_idle(act: Act) -> int:
    """Suspend who has not signed in for 90 days; how many. Demonstration accounts stay."""
    limit = idle_since(act.now)
    idle = act.session.scalars(
        select(Account)
        .where(
            Account.state == AccountState.ACTIVE,
            Account.active_since < limit,
            func.coalesce(Account.last_sign_in_at, Account.active_since) < limit,
            ~Account.demonstration,
        )
        .order_by(Account.id)
        .limit(1_000)
    ).all()
    for account in idle:
        account.move(AccountEvent.SUSPEND)
        end_all_sessions(act, account.id)
    return len(idle)


@use_case("people.sign_review", requires=Permission.PEOPLE_MANAGE)
def sign_review(act: Act, note: str) -> int:
    """Sign that the accounts and their roles were looked through. Refuses "note.missing"."""
    accounts = act.session.execute(
        select(func.count()).select_from(Account).where(Account.state != AccountState.CLOSED)
    ).scalar_one()
    review = AccountReview(
        signed_by=act.actor.id, signed_at=act.now, accounts=accounts, note=required_reason(note)
    )
    act.session.add(review)
    act.session.flush()
    return review.id


def end_all_sessions(act: Act, account_id: int, *, but: int | None = None) -> int:
    """End every live session of an account, except the one named `but`; how many ended."""
    live = act.session.scalars(
        select(SignInSession)
        .where(
            SignInSession.account_id == account_id,
            SignInSession.revoked_at.is_(None),
            SignInSession.expires_at > act.now,
            SignInSession.id.is_distinct_from(but),
        )
        .order_by(SignInSession.id)
        .with_for_update()
    ).all()
    for session in live:
        session.revoked_at, session.revoked_by = act.now, act.actor.id
    return len(live)


def _another(act: Act, account_id: int, version: int, reason: str) -> Account:
    """Somebody else's account, as the page showed it, with the reason kept.

    Refuses "people.own_account", "note.missing", and the stale version. The acting person's own
    row is locked first: of two who close each other's accounts at once, one is too late.
    """
    act.because(required_reason(reason))
    if account_id == act.actor.id:
        raise Refused("people.own_account")
    mine = act.session.execute(
        select(Account.state).where(Account.id == act.actor.id).with_for_update()
    ).scalar_one_or_none()
    if mine is not None and mine is not AccountState.ACTIVE:
        raise Refused("access.denied", act=act.name)
    account = act.session.get_one(Account, account_id, with_for_update=True)
    if account.version != version:
        raise Stale
    return account


def _new(act: Act, email: str, name: str, role: Role, state: AccountState) -> Account:
    assert role is not Role.SYSTEM, "the system is nobody's account"
    return Account(
        email=required_email(email),
        name=required_name(name),
        role=role,
        state=state,
        invited_by=act.actor.id,
        created_at=act.now,
        active_since=act.now,
    )


def _kept(act: Act, account: Account) -> int:
    taken = select(Account.id).where(Account.email == account.email)
    if act.session.execute(taken).first():
        raise Refused("people.email_taken", email=account.email)
    act.session.add(account)
    try:
        act.session.flush()
    except IntegrityError as error:  # somebody was added under the address this very moment
        raise Refused("people.email_taken", email=account.email) from error
    return account.id


def _hand_out(act: Act, account_id: int, link_sha256: str, lasts: timedelta) -> None:
    act.session.add(
        Invitation(
            account_id=account_id,
            token_sha256=link_sha256,
            expires_at=act.now + lasts,
        )
    )


def _end_links(act: Act, account_id: int) -> None:
    open_links = act.session.scalars(
        select(Invitation)
        .where(
            Invitation.account_id == account_id,
            Invitation.used_at.is_(None),
            Invitation.expires_at > act.now,
        )
        .order_by(Invitation.id)
        .limit(100)
    )
    for invitation in open_links:
        invitation.expires_at = act.now


def _refuse_past(ends_on: date | None, now: datetime) -> None:
    if ends_on is not None and ends_on < local_date(now):
        raise Refused("people.ends_before_today", day=ends_on)


__all__ = [
    "LINK_BYTES",
    "add_account",
    "change_role",
    "close",
    "end_all_sessions",
    "end_sessions",
    "invite",
    "reactivate",
    "renew_link",
    "require_password",
    "sign_review",
    "suspend",
    "suspend_idle",
    "unlock",
]
