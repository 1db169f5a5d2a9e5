"""Tranches, claims, bank accounts and disbursement sheets."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.db import Base, KeyType, Record, state_column
from backoffice.disbursement.rules.lifecycles import (
    SHEET,
    SHEET_LINE,
    TRANCHE,
    LineEvent,
    LineState,
    SheetEvent,
    SheetState,
    TrancheEvent,
    TrancheState,
)
from backoffice.kernel.money import Ntd


class Tranche(Record):
    """期款: one instalment of a subsidy."""

    __tablename__ = "tranche"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        Index("ix_tranche_state", "state", "scheme", "id"),
        CheckConstraint("amount >= 0", name="amount"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    scheme: Mapped[str] = mapped_column(String(16))
    number: Mapped[int]
    amount: Mapped[Ntd]
    state: Mapped[TrancheState] = mapped_column(state_column(TrancheState))
    released_at: Mapped[datetime | None]
    paid_on: Mapped[date | None]
    hold_reason: Mapped[str] = mapped_column(Text, default="")

    def move(self, event: TrancheEvent) -> None:
        """The only way a tranche changes its state."""
        self.state = TRANCHE.after(self.state, event)


class FirmAccount(Base):
    """A firm's bank account, as its passbook page shows it; a change is a new row."""

    __tablename__ = "firm_account"
    __table_args__ = (Index("ix_firm_account_ubn", "ubn", "id"),)

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    ubn: Mapped[str] = mapped_column(String(8))
    bank_code: Mapped[str] = mapped_column(String(3))
    branch_code: Mapped[str] = mapped_column(String(4))
    bank_name: Mapped[str] = mapped_column(String(120), default="")
    number: Mapped[str] = mapped_column(String(14))
    holder: Mapped[str] = mapped_column(String(200))
    document_id: Mapped[int]  # the passbook page
    replaces_id: Mapped[int | None]
    entered_by: Mapped[int]
    entered_at: Mapped[datetime]


class BlockedFirm(Base):
    """停權: a firm that may not be paid until a day, by a written disposition; never removed."""

    __tablename__ = "blocked_firm"
    __table_args__ = (
        Index("ix_blocked_firm_ubn", "ubn", "id"),
        CheckConstraint("until >= since", name="span"),
    )

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    ubn: Mapped[str] = mapped_column(String(8))
    since: Mapped[date]
    until: Mapped[date]
    letter_number: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text)
    entered_by: Mapped[int]
    entered_at: Mapped[datetime]


class Claim(Record):
    """請款: the firm's claim of one tranche, with its receipt."""

    __tablename__ = "claim"
    __table_args__ = (
        Index(
            "uq_claim_live",
            "tranche_id",
            unique=True,
            sqlite_where=text("live"),
            postgresql_where=text("live"),
        ),
        CheckConstraint("amount > 0", name="amount"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    tranche_id: Mapped[int] = mapped_column(ForeignKey("tranche.id"))
    live: Mapped[bool] = mapped_column(default=True)
    receipt_number: Mapped[str] = mapped_column(String(64))
    receipt_on: Mapped[date]
    amount: Mapped[Ntd]
    account_id: Mapped[int] = mapped_column(ForeignKey("firm_account.id"))
    # Who is paid where it is not the case's firm, such as the bank of a loan.
    payee_name: Mapped[str] = mapped_column(String(200), default="", server_default="")
    payee_ubn: Mapped[str] = mapped_column(String(8), default="", server_default="")
    letter_number: Mapped[str] = mapped_column(String(64), default="")
    receipt_document_id: Mapped[int]
    entered_by: Mapped[int]
    entered_at: Mapped[datetime]
    verified_by: Mapped[int | None]
    verified_at: Mapped[datetime | None]
    rejected_reason: Mapped[str] = mapped_column(Text, default="")


class Sheet(Record):
    """撥款清冊: made, checked, approved, sent and settled, each by another person."""

    __tablename__ = "sheet"
    __table_args__ = (
        CheckConstraint("checked_by IS NULL OR checked_by <> made_by", name="maker_is_not_checker"),
        CheckConstraint(
            "approved_by IS NULL OR (approved_by <> made_by AND approved_by <> checked_by)",
            name="approver_is_another",
        ),
        CheckConstraint(
            "sent_by IS NULL OR (sent_by <> made_by AND sent_by <> checked_by"
            " AND sent_by <> approved_by)",
            name="sender_is_another",
        ),
        Index("ix_sheet_state", "state", "id"),
    )

    number: Mapped[str] = mapped_column(String(32), unique=True)
    scheme: Mapped[str] = mapped_column(String(16))
    edition: Mapped[str] = mapped_column(String(24))
    state: Mapped[SheetState] = mapped_column(state_column(SheetState))
    dated_on: Mapped[date]
    agency: Mapped[str] = mapped_column(String(120))
    funding_source: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(String(200), default="")
    row_count: Mapped[int]
    total: Mapped[Ntd]
    content_sha256: Mapped[str] = mapped_column(String(64), default="")  # of the frozen lines
    document_id: Mapped[int | None]  # the workbook, made once when it was approved
    opendocument_id: Mapped[int | None]  # the same sheet as .ods, made with it
    made_by: Mapped[int]
    made_by_name: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime]
    checked_by: Mapped[int | None]
    checked_by_name: Mapped[str] = mapped_column(String(120), default="")
    checked_at: Mapped[datetime | None]
    approved_by: Mapped[int | None]
    approved_by_name: Mapped[str] = mapped_column(String(120), default="")
    approved_at: Mapped[datetime | None]
    sent_by: Mapped[int | None]
    sent_by_name: Mapped[str] = mapped_column(String(120), default="")
    sent_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    void_reason: Mapped[str] = mapped_column(Text, default="")

    def move(self, event: SheetEvent) -> None:
        """The only way a sheet changes its state."""
        self.state = SHEET.after(self.state, event)


class SheetCounter(Base):
    """The last number given to a sheet of one scheme in one 民國 year; counts without gaps."""

    __tablename__ = "sheet_counter"

    scheme: Mapped[str] = mapped_column(String(16), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class SheetLine(Record):
    """One payment on a sheet; the columns of the sheet as they were when it was made."""

    __tablename__ = "sheet_line"
    # The frozen columns hold the account's number; a case's timeline must not tell it.
    __audit_hidden__ = frozenset({"columns"})
    __table_args__ = (
        UniqueConstraint("sheet_id", "position"),
        # A tranche stands on at most one live line, and is paid at most once, ever.
        Index(
            "uq_sheet_line_live",
            "tranche_id",
            unique=True,
            sqlite_where=text("state IN ('LIVE', 'SENT', 'PAID')"),
            postgresql_where=text("state IN ('LIVE', 'SENT', 'PAID')"),
        ),
        Index("ix_sheet_line_case", "case_id", "id"),
        Index("ix_sheet_line_settled", "settled_on", "id"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("state <> 'PAID' OR settled_on IS NOT NULL", name="paid_has_bank_date"),
    )

    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"))
    position: Mapped[int]
    tranche_id: Mapped[int] = mapped_column(ForeignKey("tranche.id"))
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    state: Mapped[LineState] = mapped_column(state_column(LineState))
    amount: Mapped[Ntd]
    columns: Mapped[dict[str, Any]] = mapped_column(JSON)  # the frozen columns of the form
    settled_on: Mapped[date | None]  # 入帳日 or 退匯日
    settled_by: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    replaces_id: Mapped[int | None]  # the returned line that this one pays again

    def move(self, event: LineEvent) -> None:
        """The only way a line changes its state."""
        self.state = SHEET_LINE.after(self.state, event)
