"""What everybody may do with their own account."""

from __future__ import annotations

from sqlalchemy import select

from backoffice.access import Permission
from backoffice.kernel.refusal import Refused, Stale
from backoffice.people.models import (
    Account,
    AccountState,
    Invitation,
    PasswordHistory,
    SignInSession,
)
from backoffice.people.operations.accounts import end_all_sessions
from backoffice.people.rules.languages import ENGLISH, TAIWANESE
from backoffice.people.rules.lifecycle import AccountEvent
from backoffice.use_case import Act, use_case

DENSITIES = ("comfortable", "dense")


@use_case("people.choose_language", requires=Permission.ACCOUNT_OWN)
def choose_language(act: Act, locale: str) -> None:
    """Read the pages in zh-TW or in English."""
    assert locale in (TAIWANESE, ENGLISH), locale
    account = act.session.get_one(Account, act.actor.id, with_for_update=True)
    account.locale = locale


@use_case("people.change_settings", requires=Permission.ACCOUNT_OWN)
def change_settings(act: Act, version: int, locale: str, density: str, shortcuts: bool) -> None:
    """Language, density of rows, and whether single keys do anything."""
    assert locale in (TAIWANESE, ENGLISH), locale
    assert density in DENSITIES, density
    account = act.session.get_one(Account, act.actor.id, with_for_update=True)
    if account.version != version:
        raise Stale
    account.locale, account.density, account.shortcuts = locale, density, shortcuts


@use_case("people.change_password", requires=Permission.ACCOUNT_OWN)
def set_password(act: Act, proved_hash: str, new_hash: str, session_id: int) -> None:
    """Change the own password; every other session of the person ends.

    Refuses "stale" if the password that was proved is no longer the present one.
    """
    account = act.session.get_one(Account, act.actor.id, with_for_update=True)
    if account.password_hash != proved_hash:
        raise Stale
    _replace(act, account, new_hash)
    end_all_sessions(act, account.id, but=session_id)


@use_case("people.accept_link", requires=Permission.ACCOUNT_OWN)
def accept_link(act: Act, link_sha256: str, new_hash: str) -> None:
    """Set the password with a one-time link, whose holder is not signed in by it.

    Refuses "people.link_void" when it was used, has lapsed, or the account is not open to it.
    """
    invitation = act.session.execute(
        select(Invitation)
        .where(
            Invitation.token_sha256 == link_sha256,
            Invitation.account_id == act.actor.id,
            Invitation.used_at.is_(None),
            Invitation.expires_at > act.now,
        )
        .with_for_update()
    ).scalar_one_or_none()
    account = act.session.get_one(Account, act.actor.id, with_for_update=True)
    if invitation is None or account.state not in (AccountState.INVITED, AccountState.ACTIVE):
        raise Refused("people.link_void")
    invitation.used_at = act.now
    _replace(act, account, new_hash)
    if account.state is AccountState.INVITED:
        account.move(AccountEvent.ACCEPT)
        account.active_since = act.now
    end_all_sessions(act, account.id)


@use_case("people.sign_out", requires=Permission.ACCOUNT_OWN)
def sign_out(act: Act, session_id: int) -> None:
    """Sign out; NoResultFound when the session is somebody else's."""
    _end_own(act, session_id)


@use_case("people.end_session", requires=Permission.ACCOUNT_OWN)
def end_session(act: Act, session_id: int) -> None:
    """Sign out on another machine; NoResultFound when the session is somebody else's."""
    _end_own(act, session_id)


@use_case("people.end_other_sessions", requires=Permission.ACCOUNT_OWN)
def end_other_sessions(act: Act, session_id: int) -> int:
    """End every own session but this one; how many ended."""
    return end_all_sessions(act, act.actor.id, but=session_id)


def _end_own(act: Act, session_id: int) -> None:
    session = act.session.execute(
        select(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.account_id == act.actor.id)
        .with_for_update()
    ).scalar_one()
    if session.revoked_at is None:
        session.revoked_at, session.revoked_by = act.now, act.actor.id


def _replace(act: Act, account: Account, new_hash: str) -> None:
    if account.password_hash:
        act.session.add(
            PasswordHistory(
                account_id=account.id, password_hash=account.password_hash, set_at=act.now
            )
        )
    account.password_hash, account.password_changed_at = new_hash, act.now
    account.must_change_password = False
    account.failures, account.locked_until = 0, None
