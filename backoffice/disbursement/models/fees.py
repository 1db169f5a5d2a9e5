"""收費: the bank's statements with their lines, slips, advertising placed, and refunds."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
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
from backoffice.disbursement.rules.fees.lines import LINE, LineEvent, LineState
from backoffice.disbursement.rules.fees.refunds import (
    REFUND,
    RefundEvent,
    RefundGround,
    RefundState,
)
from backoffice.disbursement.rules.fees.verdicts import Verdict
from backoffice.kernel.money import Ntd


class StatementState(StrEnum):
    """A statement is looked at before anything of it is booked."""

    PREVIEWED = "PREVIEWED"
    CONFIRMED = "CONFIRMED"
    DISCARDED = "DISCARDED"


class FeeStatement(Record):
    """入帳明細: one file of the bank, who brought it in, and what was found in it."""

    __tablename__ = "fee_statement"
    __table_args__ = (Index("ix_fee_statement_file", "file_sha256", "id"),)

    scheme: Mapped[str] = mapped_column(String(16))  # whose collection account it is of
    document_id: Mapped[int]
    file_name: Mapped[str] = mapped_column(String(200))
    file_sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[StatementState] = mapped_column(state_column(StatementState))
    by: Mapped[int]
    by_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
    confirmed_by: Mapped[int | None]
    confirmed_by_name: Mapped[str] = mapped_column(String(120), default="")
    confirmed_at: Mapped[datetime | None]
    line_count: Mapped[int] = mapped_column(default=0)  # lines that it brought in
    total: Mapped[Ntd] = mapped_column(default=Ntd(0))  # what they come to
    summary: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    def confirm(self, *, at: datetime, by: int, by_name: str, summary: dict[str, Any]) -> None:
        """Its lines are in the book."""
        self.state = StatementState.CONFIRMED
        self.confirmed_at, self.confirmed_by, self.confirmed_by_name = at, by, by_name
        self.summary = summary

    def discard(self) -> None:
        """Given up; nothing of it was booked."""
        self.state = StatementState.DISCARDED


class FeeLine(Record):
    """One transaction of the bank; once in the book, never a second time."""

    __tablename__ = "fee_line"
    __table_args__ = (
        UniqueConstraint("transaction_number"),
        Index("ix_fee_line_state", "state", "scheme", "value_at", "id"),
        Index("ix_fee_line_statement", "statement_id", "row"),
        Index("ix_fee_line_case", "case_id", "id"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint(
            "state NOT IN ('BOOKED', 'MATCHED', 'SAME')"
            " OR (case_id IS NOT NULL AND payment_id IS NOT NULL)",
            name="somebodys",
        ),
        CheckConstraint("state NOT IN ('MATCHED', 'SAME') OR note_left <> ''", name="explained"),
    )

    statement_id: Mapped[int] = mapped_column(ForeignKey("fee_statement.id"))
    scheme: Mapped[str] = mapped_column(String(16))
    row: Mapped[int]
    transaction_number: Mapped[str] = mapped_column(String(64))
    value_at: Mapped[datetime]
    amount: Mapped[Ntd]
    payer: Mapped[str] = mapped_column(String(200), default="")
    ubn: Mapped[str] = mapped_column(String(20), default="")
    case_number: Mapped[str] = mapped_column(String(64), default="")
    note: Mapped[str] = mapped_column(String(400), default="")
    verdict: Mapped[Verdict] = mapped_column(state_column(Verdict))
    why: Mapped[str] = mapped_column(String(16), default="")
    state: Mapped[LineState] = mapped_column(state_column(LineState))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("fee_paid.id"))
    note_left: Mapped[str] = mapped_column(Text, default="")
    settled_by: Mapped[int | None]
    settled_by_name: Mapped[str] = mapped_column(String(120), default="")
    settled_at: Mapped[datetime | None]

    def move(self, event: LineEvent) -> None:
        """The only way a line changes its state."""
        self.state = LINE.after(self.state, event)


class FeeSlip(Base):
    """The bank's slip of a payment that was entered by hand; never changed."""

    __tablename__ = "fee_slip"
    __table_args__ = (
        UniqueConstraint("payment_id"),
        Index("ix_fee_slip_case", "case_id", "id"),
    )

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("fee_paid.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    document_id: Mapped[int]
    entered_by: Mapped[int]
    entered_at: Mapped[datetime]


class Advertising(Base):
    """廣告: what was placed for the firm with its fee before a refund; never changed."""

    __tablename__ = "fee_advertising"
    __table_args__ = (
        UniqueConstraint("case_id", "invoice_number"),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    placed_on: Mapped[date]
    amount: Mapped[Ntd]
    medium: Mapped[str] = mapped_column(String(200))
    invoice_number: Mapped[str] = mapped_column(String(64))
    document_id: Mapped[int]
    entered_by: Mapped[int]
    entered_by_name: Mapped[str] = mapped_column(String(120))
    entered_at: Mapped[datetime]


class FeeRefund(Record):
    """退費: made by one person, approved by another, and paid; one that came back is paid anew."""

    __tablename__ = "fee_refund"
    __table_args__ = (
        Index("ix_fee_refund_state", "state", "due_on", "id"),
        Index("ix_fee_refund_case", "case_id", "id"),
        Index("ix_fee_refund_line", "line_id", "id"),
        Index(
            "uq_fee_refund_open_case",
            "case_id",
            unique=True,
            sqlite_where=text("state IN ('MADE', 'APPROVED')"),
            postgresql_where=text("state IN ('MADE', 'APPROVED')"),
        ),
        Index(
            "uq_fee_refund_open_line",
            "line_id",
            unique=True,
            sqlite_where=text("state IN ('MADE', 'APPROVED')"),
            postgresql_where=text("state IN ('MADE', 'APPROVED')"),
        ),
        Index("ix_fee_refund_again", "again_id"),
        UniqueConstraint("bank_reference"),
        UniqueConstraint("bounce_reference"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("deducted >= 0", name="deducted"),
        CheckConstraint("(case_id IS NULL) <> (line_id IS NULL)", name="of_one"),
        CheckConstraint(
            "approved_by IS NULL OR approved_by <> made_by", name="approved_by_another"
        ),
        CheckConstraint("paid_by IS NULL OR paid_by <> made_by", name="paid_by_another"),
        CheckConstraint(
            "state NOT IN ('PAID', 'BOUNCED') OR (approved_by IS NOT NULL AND paid_by IS NOT NULL"
            " AND paid_on IS NOT NULL AND bank_reference IS NOT NULL)",
            name="paid_with_reference",
        ),
        CheckConstraint(
            "(state IN ('APPROVED', 'PAID', 'BOUNCED')) = (approved_by IS NOT NULL)",
            name="approved",
        ),
        CheckConstraint("bounced_by IS NULL OR bounced_by <> made_by", name="bounced_by_another"),
        CheckConstraint("(state = 'BOUNCED') = (bounced_by IS NOT NULL)", name="bounced"),
        CheckConstraint(
            "state <> 'BOUNCED' OR (bounced_at IS NOT NULL AND bounced_on IS NOT NULL"
            " AND bounced_on >= paid_on AND bounce_reference IS NOT NULL"
            " AND bounce_reason <> '')",
            name="bounced_with_reference",
        ),
        CheckConstraint("again_id IS NULL OR state = 'BOUNCED'", name="again"),
    )

    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    line_id: Mapped[int | None] = mapped_column(ForeignKey("fee_line.id"))
    scheme: Mapped[str] = mapped_column(String(16))
    ground: Mapped[RefundGround] = mapped_column(state_column(RefundGround))
    state: Mapped[RefundState] = mapped_column(state_column(RefundState))
    amount: Mapped[Ntd]
    deducted: Mapped[Ntd] = mapped_column(default=Ntd(0))  # 已投放廣告費
    due_on: Mapped[date]
    payee: Mapped[str] = mapped_column(String(200))
    account: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    document_id: Mapped[int | None]
    made_by: Mapped[int]
    made_by_name: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime]
    approved_by: Mapped[int | None]
    approved_by_name: Mapped[str] = mapped_column(String(120), default="")
    approved_at: Mapped[datetime | None]
    returned_by: Mapped[int | None]
    returned_by_name: Mapped[str] = mapped_column(String(120), default="")
    returned_at: Mapped[datetime | None]
    return_reason: Mapped[str] = mapped_column(Text, default="")
    paid_by: Mapped[int | None]
    paid_by_name: Mapped[str] = mapped_column(String(120), default="")
    paid_at: Mapped[datetime | None]
    paid_on: Mapped[date | None]
    bank_reference: Mapped[str | None] = mapped_column(String(64))
    bounced_by: Mapped[int | None]
    bounced_by_name: Mapped[str] = mapped_column(String(120), default="", server_default="")
    bounced_at: Mapped[datetime | None]
    bounced_on: Mapped[date | None]  # 退匯日
    bounce_reference: Mapped[str | None] = mapped_column(String(64))
    bounce_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    again_id: Mapped[int | None] = mapped_column(ForeignKey("fee_refund.id"))  # pays it again

    def move(self, event: RefundEvent) -> None:
        """The only way a refund changes its state."""
        self.state = REFUND.after(self.state, event)
