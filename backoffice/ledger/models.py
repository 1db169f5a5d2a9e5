"""Accounts with kept balances, the transfers that made them, and the budget's documents."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.db import Base, KeyType, Record, state_column
from backoffice.kernel.money import Ntd
from backoffice.ledger.rules import (
    PROPOSAL,
    Book,
    ProposalEvent,
    ProposalState,
    ShiftKind,
    Unit,
)


class LedgerAccount(Base):
    """Something scarce at one stage: so many units, never below its floor."""

    __tablename__ = "ledger_account"
    __table_args__ = (
        CheckConstraint("floor IS NULL OR balance >= floor", name="above_floor"),
        CheckConstraint("unit <> 'SEAT' OR book = 'SEATS'", name="seats_apart"),
    )

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    scheme: Mapped[str] = mapped_column(String(16), index=True)
    stage: Mapped[str] = mapped_column(String(24))
    unit: Mapped[Unit] = mapped_column(state_column(Unit))
    book: Mapped[Book] = mapped_column(state_column(Book))
    balance: Mapped[int] = mapped_column(default=0)
    floor: Mapped[int | None]
    shortage: Mapped[str] = mapped_column(String(48))
    opened_at: Mapped[datetime]
    # 年度結算: from here on it takes money in, and gives it to what lapsed, and nowhere else.
    closed_at: Mapped[datetime | None]


class LedgerTransfer(Base):
    """One immutable transfer; triggers refuse its change and removal."""

    __tablename__ = "ledger_transfer"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="positive"),
        CheckConstraint("source_id <> target_id", name="two_sided"),
        Index("ix_ledger_transfer_case", "case_id", "id"),
        Index("ix_ledger_transfer_source", "source_id", "id"),
        Index("ix_ledger_transfer_target", "target_id", "id"),
        Index("ix_ledger_transfer_at", "at", "id"),
        # A past day's balances are sums over these alone.
        Index("ix_ledger_transfer_source_at", "source_id", "at", "quantity"),
        Index("ix_ledger_transfer_target_at", "target_id", "at", "quantity"),
    )

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("ledger_account.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("ledger_account.id"))
    quantity: Mapped[int]
    memo: Mapped[str] = mapped_column(String(200))
    case_id: Mapped[int | None]
    at: Mapped[datetime]
    actor_id: Mapped[int]
    act: Mapped[str] = mapped_column(String(64))


class AllotmentPeriod(Record):
    """分配預算 of one scheme for one month: planned, and released on the month's first day."""

    __tablename__ = "allotment_period"
    __table_args__ = (
        UniqueConstraint("scheme", "year", "month"),
        Index("ix_allotment_period_due", "released_at", "year", "month"),
        CheckConstraint("month BETWEEN 1 AND 12", name="month"),
        CheckConstraint("planned >= 0", name="planned"),
    )

    scheme: Mapped[str] = mapped_column(String(16))
    year: Mapped[int]  # A.D.
    month: Mapped[int]
    planned: Mapped[Ntd]
    released_at: Mapped[datetime | None]
    document_number: Mapped[str] = mapped_column(String(64))
    document_on: Mapped[date]
    note: Mapped[str] = mapped_column(String(200), default="")
    entered_by: Mapped[int]
    entered_at: Mapped[datetime]


class AllotmentYear(Base):
    """The turn of a planned year: what of its months was not spent, and taken back."""

    __tablename__ = "allotment_year"
    __table_args__ = (
        UniqueConstraint("scheme", "year"),
        CheckConstraint("withdrawn >= 0", name="withdrawn"),
    )

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    scheme: Mapped[str] = mapped_column(String(16))
    year: Mapped[int]  # A.D., the year that ended
    withdrawn: Mapped[Ntd]
    turned_at: Mapped[datetime]


class BudgetShift(Record):
    """流用 or 減列: money that one scheme gives to another or back, entered and approved by two."""

    __tablename__ = "budget_shift"
    __table_args__ = (
        Index("ix_budget_shift_state", "state", "id"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="two_persons"),
        CheckConstraint(
            "(kind = 'TRANSFER') = (target_scheme IS NOT NULL)", name="transfer_has_target"
        ),
        CheckConstraint("target_scheme <> source_scheme", name="two_schemes"),
    )

    kind: Mapped[ShiftKind] = mapped_column(state_column(ShiftKind))
    source_scheme: Mapped[str] = mapped_column(String(16))
    target_scheme: Mapped[str | None] = mapped_column(String(16))
    amount: Mapped[Ntd]
    document_number: Mapped[str] = mapped_column(String(64))
    document_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[ProposalState] = mapped_column(state_column(ProposalState))
    proposed_by: Mapped[int]
    proposed_by_name: Mapped[str] = mapped_column(String(120))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None]
    decided_by_name: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[datetime | None]
    decision_note: Mapped[str] = mapped_column(Text, default="")

    def move(self, event: ProposalEvent) -> None:
        """The only way a proposal changes its state."""
        self.state = PROPOSAL.after(self.state, event)


class BudgetClosing(Record):
    """年度結算: the end of a scheme's budget; its figures are those of the approval."""

    __tablename__ = "budget_closing"
    __table_args__ = (
        Index(
            "uq_budget_closing_live",
            "scheme",
            "year",
            unique=True,
            sqlite_where=text("state <> 'RETURNED'"),
            postgresql_where=text("state <> 'RETURNED'"),
        ),
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="two_persons"),
        CheckConstraint(
            "state <> 'APPROVED' OR appropriation = realised + payable + carried + lapsed",
            name="whole",
        ),
    )

    scheme: Mapped[str] = mapped_column(String(16))
    year: Mapped[int]  # A.D., the budget's last
    state: Mapped[ProposalState] = mapped_column(state_column(ProposalState))
    appropriation: Mapped[Ntd]
    realised: Mapped[Ntd]
    payable: Mapped[Ntd]
    carried: Mapped[Ntd]
    lapsed: Mapped[Ntd]
    document_number: Mapped[str] = mapped_column(String(64))
    document_on: Mapped[date]
    proposed_by: Mapped[int]
    proposed_by_name: Mapped[str] = mapped_column(String(120))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None]
    decided_by_name: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[datetime | None]
    decision_note: Mapped[str] = mapped_column(Text, default="")

    def move(self, event: ProposalEvent) -> None:
        """The only way a proposal changes its state."""
        self.state = PROPOSAL.after(self.state, event)


class BooksCheck(Base):
    """The worker's last walk through every entry: one row, written over, outside the audit."""

    __tablename__ = "books_check"

    id: Mapped[int] = mapped_column(KeyType, primary_key=True, autoincrement=False)
    checked_at: Mapped[datetime]
    entry_count: Mapped[int]
    unequal_count: Mapped[int]  # accounts whose entries do not come to their balance
