"""Staff accounts, their sign-in sessions, and the reviewers' register."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.access import Role
from backoffice.db import Base, KeyType, Record, state_column
from backoffice.kernel.refusal import Refused
from backoffice.people.rules.lifecycle import ACCOUNT, AccountEvent, AccountState


class Account(Record):
    """One person, one account, one role."""

    __tablename__ = "account"
    __audit_hidden__ = frozenset({"password_hash"})
    __table_args__ = (CheckConstraint("state <> 'ACTIVE' OR password_hash <> ''", name="usable"),)

    email: Mapped[str] = mapped_column(String(254), unique=True)  # NFKC, case-folded
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role] = mapped_column(state_column(Role))
    state: Mapped[AccountState] = mapped_column(state_column(AccountState))
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    password_changed_at: Mapped[datetime | None]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    locale: Mapped[str] = mapped_column(String(16), default="zh_Hant_TW")
    density: Mapped[str] = mapped_column(String(16), default="comfortable")
    shortcuts: Mapped[bool] = mapped_column(default=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    demonstration: Mapped[bool] = mapped_column(default=False)
    invited_by: Mapped[int]
    created_at: Mapped[datetime]
    active_since: Mapped[datetime]  # days without sign-in are counted from here at the earliest
    ends_on: Mapped[date | None]  # the last day of use in Taipei, for temporary accounts
    last_sign_in_at: Mapped[datetime | None]

    def move(self, event: AccountEvent) -> None:
        """Take the next state. Refuses "people.is_invited", "…_active", "…_suspended", "…_closed"
        by the state in which this cannot happen.
        """
        if event not in ACCOUNT.open_events(self.state):
            raise Refused(f"people.is_{self.state.lower()}", name=self.name)
        self.state = ACCOUNT.after(self.state, event)


class PasswordHistory(Base):
    """Hashes of earlier passwords, so that the last ones are not used again."""

    __tablename__ = "password_history"
    __audit_hidden__ = frozenset({"password_hash"})

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    set_at: Mapped[datetime]


class Invitation(Record):
    """A one-time link with which an invited person sets the first password."""

    __tablename__ = "invitation"
    __audit_hidden__ = frozenset({"token_sha256"})

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInSession(Record):
    """One sign-in of one person on one machine; its token is kept only as a hash."""

    __tablename__ = "sign_in_session"
    __audit_hidden__ = frozenset({"token_sha256"})
    __table_args__ = (Index("ix_sign_in_session_account", "account_id", "id"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]  # written at most once a minute, outside the audit
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[int | None]
    network: Mapped[str] = mapped_column(String(64))
    agent: Mapped[str] = mapped_column(String(200))


class Employment(Record):
    """A reviewer's (or spouse's) employment, mandate or agency with a firm (迴避 R3)."""

    __tablename__ = "employment"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    ubn: Mapped[str] = mapped_column(String(8), index=True)
    firm_name: Mapped[str] = mapped_column(String(200))
    began_on: Mapped[date]
    ended_on: Mapped[date | None]


class AccountReview(Base):
    """A signed look at who has which account and role (基準 4); every quarter."""

    __tablename__ = "account_review"

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    signed_by: Mapped[int]
    signed_at: Mapped[datetime]
    accounts: Mapped[int]  # how many were not closed
    note: Mapped[str] = mapped_column(Text)


__all__ = [
    "Account",
    "AccountReview",
    "AccountState",
    "Employment",
    "Invitation",
    "PasswordHistory",
    "SignInSession",
]
