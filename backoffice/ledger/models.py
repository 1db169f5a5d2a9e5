"""Accounts with kept balances, and the transfers that made them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.db import Base, KeyType, state_column
from backoffice.ledger.rules import Book, Unit


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
