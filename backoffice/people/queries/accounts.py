"""The accounts of the office as those who manage people see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from backoffice.access import Role
from backoffice.kernel.taiwan import nfkc
from backoffice.people.models import Account, AccountReview, AccountState, Employment, Invitation

PAGE_SIZE = 50
EMPLOYMENTS_MAX = 200


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """Which accounts a list shows; None and "" ask for all."""

    words: str = ""
    role: Role | None = None
    state: AccountState | None = None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One line of the list of accounts."""

    id: int
    name: str
    email: str
    role: Role
    state: AccountState
    locked_until: datetime | None
    last_sign_in_at: datetime | None
    ends_on: date | None


def accounts(
    session: Session,
    wanted: AccountFilter,
    *,
    after_id: int = 0,
    before_id: int | None = None,
    size: int = PAGE_SIZE,
) -> tuple[tuple[AccountRow, ...], bool]:
    """`size` accounts in the order in which they were added, and whether more follow.

    The page after `after_id`, or the one that ends just before `before_id`.
    """
    statement = select(
        Account.id,
        Account.name,
        Account.email,
        Account.role,
        Account.state,
        Account.locked_until,
        Account.last_sign_in_at,
        Account.ends_on,
    ).limit(size + 1)
    if wanted.words:
        words = nfkc(wanted.words).strip()
        statement = statement.where(
            or_(
                Account.email.contains(words.casefold(), autoescape=True),
                Account.name.contains(words, autoescape=True),
            )
        )
    if wanted.role is not None:
        statement = statement.where(Account.role == wanted.role)
    if wanted.state is not None:
        statement = statement.where(Account.state == wanted.state)
    if before_id is not None:
        backwards = statement.where(Account.id < before_id).order_by(Account.id.desc())
        rows = [AccountRow(*row) for row in session.execute(backwards)]
        return tuple(reversed(rows[:size])), len(rows) > size
    forwards = statement.where(Account.id > after_id).order_by(Account.id)
    rows = [AccountRow(*row) for row in session.execute(forwards)]
    return tuple(rows[:size]), len(rows) > size


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """One account, whole."""

    id: int
    version: int
    name: str
    email: str
    role: Role
    state: AccountState
    failures: int
    locked_until: datetime | None
    must_change_password: bool
    demonstration: bool
    password_changed_at: datetime | None
    created_at: datetime
    last_sign_in_at: datetime | None
    ends_on: date | None
    invited_by: str | None
    link_until: datetime | None  # until when the newest one-time link can be used


def account_facts(session: Session, account_id: int) -> AccountFacts:
    """One account; NoResultFound when there is none."""
    inviter = select(Account.id, Account.name).subquery()
    link_until = (
        select(func.max(Invitation.expires_at))
        .where(Invitation.account_id == account_id, Invitation.used_at.is_(None))
        .scalar_subquery()
    )
    row = session.execute(
        select(
            Account.id,
            Account.version,
            Account.name,
            Account.email,
            Account.role,
            Account.state,
            Account.failures,
            Account.locked_until,
            Account.must_change_password,
            Account.demonstration,
            Account.password_changed_at,
            Account.created_at,
            Account.last_sign_in_at,
            Account.ends_on,
            inviter.c.name,
            link_until,
        )
        .outerjoin(inviter, inviter.c.id == Account.invited_by)
        .where(Account.id == account_id)
    ).one()
    return AccountFacts(*tuple(row))


@dataclass(frozen=True, slots=True)
class EmploymentRow:
    """One entry of the register."""

    id: int
    version: int
    account_id: int
    ubn: str
    firm_name: str
    began_on: date
    ended_on: date | None


_EMPLOYMENT = select(
    Employment.id,
    Employment.version,
    Employment.account_id,
    Employment.ubn,
    Employment.firm_name,
    Employment.began_on,
    Employment.ended_on,
)


def employments(session: Session, account_id: int) -> tuple[EmploymentRow, ...]:
    """A person's entries in the register, those that go on first, then the latest."""
    rows = session.execute(
        _EMPLOYMENT.where(Employment.account_id == account_id)
        .order_by(Employment.ended_on.is_not(None), Employment.began_on.desc(), Employment.id)
        .limit(EMPLOYMENTS_MAX)
    )
    return tuple(EmploymentRow(*row) for row in rows)


def employment(session: Session, employment_id: int) -> EmploymentRow:
    """One entry of the register; NoResultFound when there is none."""
    return EmploymentRow(*session.execute(_EMPLOYMENT.where(Employment.id == employment_id)).one())


@dataclass(frozen=True, slots=True)
class LastReview:
    """When accounts were last looked through, by whom; and when the first account was made."""

    signed_at: datetime | None
    signed_by: str | None
    first_account_at: datetime


def last_review(session: Session) -> LastReview:
    """The last signed review of the accounts; its instant is None when there was none yet."""
    first = session.execute(select(func.min(Account.created_at))).scalar_one()
    row = session.execute(
        select(AccountReview.signed_at, Account.name)
        .outerjoin(Account, Account.id == AccountReview.signed_by)
        .order_by(AccountReview.id.desc())
        .limit(1)
    ).first()
    return LastReview(row.signed_at if row else None, row.name if row else None, first)


def counts(session: Session) -> tuple[tuple[Role, AccountState, int], ...]:
    """How many accounts there are of each role and state, closed ones aside."""
    rows = session.execute(
        select(Account.role, Account.state, func.count())
        .where(Account.state != AccountState.CLOSED)
        .group_by(Account.role, Account.state)
        .order_by(Account.role, Account.state)
    )
    return tuple((Role(role), AccountState(state), count) for role, state, count in rows)
