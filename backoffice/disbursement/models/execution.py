"""The contract and what follows from it: checkpoints, reviews, spending, settlement."""

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
    CHECKPOINT,
    CheckpointEvent,
    CheckpointState,
    StageResult,
)
from backoffice.kernel.money import Ntd
from backoffice.review.rules.lifecycles import ReviewStage


class Contract(Record):
    """簽約: what was agreed, with the period that it fixes."""

    __tablename__ = "contract"
    __table_args__ = (
        CheckConstraint("subsidy > 0 AND total_budget >= subsidy", name="amounts"),
        CheckConstraint("period_end >= period_start", name="period"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), unique=True)
    number: Mapped[str] = mapped_column(String(64), unique=True)
    signed_on: Mapped[date]
    letter_number: Mapped[str] = mapped_column(String(64), default="")
    letter_on: Mapped[date | None]
    document_id: Mapped[int | None]
    subsidy: Mapped[Ntd]
    total_budget: Mapped[Ntd]
    period_start: Mapped[date]
    period_end: Mapped[date]
    midterm_on: Mapped[date]
    signed_by: Mapped[int]  # the officer who entered it
    entered_at: Mapped[datetime]


class ApprovedLine(Base):
    """The budget as contracted, by category: the limit of what is recognised at closing."""

    __tablename__ = "approved_line"
    __table_args__ = (UniqueConstraint("case_id", "category"),)

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    category: Mapped[str] = mapped_column(String(8))
    subsidy: Mapped[Ntd]
    self_fund: Mapped[Ntd]


class Checkpoint(Record):
    """查核點 of a contracted plan: all of its weight counts, or none."""

    __tablename__ = "checkpoint"
    __table_args__ = (
        UniqueConstraint("case_id", "position"),
        Index("ix_checkpoint_due", "state", "due_on", "id"),
        CheckConstraint("weight_bp > 0 AND weight_bp <= 10000", name="weight"),
        CheckConstraint("state <> 'ACCEPTED' OR decided_at IS NOT NULL", name="accepted_instant"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    position: Mapped[int]
    subproject: Mapped[str] = mapped_column(String(200), default="")
    work_item: Mapped[str] = mapped_column(Text, default="")
    method: Mapped[str] = mapped_column(Text, default="")
    item: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date]
    weight_bp: Mapped[int]
    state: Mapped[CheckpointState] = mapped_column(state_column(CheckpointState))
    reported_on: Mapped[date | None]
    report_letter: Mapped[str] = mapped_column(String(64), default="")
    report_text: Mapped[str] = mapped_column(Text, default="")
    document_id: Mapped[int | None]
    decided_by: Mapped[int | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    correct_by: Mapped[date | None]  # after a rejection: the day by which to report again

    def move(self, event: CheckpointEvent) -> None:
        """The only way a checkpoint changes its state."""
        self.state = CHECKPOINT.after(self.state, event)


class StageReview(Record):
    """期中審查・結案審查: the report that came in, and what was concluded."""

    __tablename__ = "stage_review"
    __table_args__ = (UniqueConstraint("case_id", "stage", "round"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    stage: Mapped[ReviewStage] = mapped_column(state_column(ReviewStage))
    round: Mapped[int] = mapped_column(default=1)
    reported_on: Mapped[date]
    report_letter: Mapped[str] = mapped_column(String(64), default="")
    document_id: Mapped[int | None]
    opened_at: Mapped[datetime]
    result: Mapped[StageResult | None] = mapped_column(state_column(StageResult))
    achieved_bp: Mapped[int | None]
    concluded_on: Mapped[date | None]
    letter_number: Mapped[str] = mapped_column(String(64), default="")  # 審查通過函文號
    concluded_by: Mapped[int | None]
    concluded_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    correct_by: Mapped[date | None]  # 修正後通過: the day by which the corrected report is due
    late_reason: Mapped[str] = mapped_column(Text, default="")  # why a late correction was taken in


class SpendingLine(Record):
    """經費支用明細: an invoice of the firm, recognised at closing or not, with the reason."""

    __tablename__ = "spending_line"
    __table_args__ = (
        Index("ix_spending_line_invoice", "invoice_number", "id"),
        Index("ix_spending_line_case", "case_id", "id"),
        # An invoice is recognised once, whatever two officers enter at the same moment.
        Index(
            "uq_spending_line_recognised",
            "invoice_number",
            unique=True,
            sqlite_where=text("accepted AND withdrawn_at IS NULL"),
            postgresql_where=text("accepted AND withdrawn_at IS NULL"),
        ),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("accepted OR refusal <> ''", name="refused_with_reason"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    category: Mapped[str] = mapped_column(String(8))
    invoice_number: Mapped[str] = mapped_column(String(64))
    invoice_on: Mapped[date]
    paid_on: Mapped[date]
    vendor: Mapped[str] = mapped_column(String(200), default="")
    amount: Mapped[Ntd]  # untaxed
    accepted: Mapped[bool]
    refusal: Mapped[str] = mapped_column(String(64), default="")  # code of why not
    entered_by: Mapped[int]
    entered_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Settlement(Record):
    """結算: what was recognised, and what follows for the last tranche."""

    __tablename__ = "settlement"
    __table_args__ = (
        CheckConstraint("tranche2 = 0 OR clawback = 0", name="pay_or_claw_back"),
        CheckConstraint("final >= 0", name="final"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), unique=True)
    award: Mapped[Ntd]
    award_total: Mapped[Ntd]
    recognised: Mapped[Ntd]
    recognised_grant: Mapped[Ntd]
    final: Mapped[Ntd]
    paid_before: Mapped[Ntd]
    tranche2: Mapped[Ntd]
    clawback: Mapped[Ntd]
    lapsed: Mapped[Ntd]
    steps: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # each limit with its value
    settled_by: Mapped[int]
    settled_at: Mapped[datetime]
