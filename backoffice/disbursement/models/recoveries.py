"""追繳, 終止・撤銷・廢止, 保留: money that comes back, cases cut short, money kept for later."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.db import Base, KeyType, Record, state_column
from backoffice.disbursement.rules.endings import (
    ENDING,
    EndingEvent,
    EndingKind,
    EndingState,
    Return,
)
from backoffice.disbursement.rules.recoveries import (
    RECOVERY,
    Ground,
    RecoveryCause,
    RecoveryEvent,
    RecoveryState,
)
from backoffice.kernel.money import Ntd


class Recovery(Record):
    """追繳: money demanded back by a written disposition, until it is back or written off."""

    __tablename__ = "recovery"
    __table_args__ = (
        Index("ix_recovery_state", "state", "due_on", "id"),
        Index("ix_recovery_case", "case_id", "id"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("repaid >= 0 AND written_off >= 0", name="parts"),
        CheckConstraint("repaid + written_off <= amount", name="never_more_than_demanded"),
        CheckConstraint(
            "state IN ('PREPARED', 'MERGED', 'WITHDRAWN')"
            " OR (number <> '' AND disposed_on IS NOT NULL AND due_on IS NOT NULL)",
            name="demanded_in_writing",
        ),
        CheckConstraint(
            "state <> 'WITHDRAWN' OR (movement_id IS NOT NULL AND ended_at IS NOT NULL)",
            name="withdrawn_with_its_notice",
        ),
        Index("uq_recovery_movement", "movement_id", unique=True),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    cause: Mapped[RecoveryCause] = mapped_column(state_column(RecoveryCause))
    ground: Mapped[Ground] = mapped_column(state_column(Ground))
    amount: Mapped[Ntd]
    state: Mapped[RecoveryState] = mapped_column(state_column(RecoveryState))
    number: Mapped[str] = mapped_column(String(64), default="")  # 處分書文號
    disposed_on: Mapped[date | None]
    due_on: Mapped[date | None]  # 繳納期限
    legal_text: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    prepared_at: Mapped[datetime]
    # The late notice of a repayment that prepared it.
    movement_id: Mapped[int | None] = mapped_column(ForeignKey("loan_movement.id"))
    demanded_by: Mapped[int | None]
    demanded_at: Mapped[datetime | None]
    repaid: Mapped[Ntd] = mapped_column(default=Ntd(0))
    final_on: Mapped[date | None]  # 處分確定日
    enforcement_number: Mapped[str] = mapped_column(String(64), default="")
    enforcement_on: Mapped[date | None]
    enforced_by: Mapped[int | None]
    enforced_at: Mapped[datetime | None]
    written_off: Mapped[Ntd] = mapped_column(default=Ntd(0))
    write_off_number: Mapped[str] = mapped_column(String(64), default="")
    write_off_on: Mapped[date | None]
    write_off_reason: Mapped[str] = mapped_column(Text, default="")
    written_off_by: Mapped[int | None]
    ended_at: Mapped[datetime | None]

    def move(self, event: RecoveryEvent) -> None:
        """The only way a demand changes its state."""
        self.state = RECOVERY.after(self.state, event)


class RecoveryShare(Base):
    """How much of a demand asks back one instalment, with the day on which that was paid."""

    __tablename__ = "recovery_share"
    __table_args__ = (
        UniqueConstraint("recovery_id", "tranche_id"),
        Index("ix_recovery_share_tranche", "tranche_id", "id"),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    recovery_id: Mapped[int] = mapped_column(ForeignKey("recovery.id"))
    tranche_id: Mapped[int] = mapped_column(ForeignKey("tranche.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    amount: Mapped[Ntd]
    paid_on: Mapped[date]


class Repayment(Base):
    """繳回: money that came in, by its receipt, and which books it went into; never changed."""

    __tablename__ = "repayment"
    __table_args__ = (
        UniqueConstraint("receipt_number"),
        Index("ix_repayment_recovery", "recovery_id", "id"),
        Index("ix_repayment_case", "case_id", "id"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("to_budget + to_treasury = amount", name="whole"),
        CheckConstraint("to_budget >= 0 AND to_treasury >= 0", name="parts"),
    )

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    recovery_id: Mapped[int] = mapped_column(ForeignKey("recovery.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    received_on: Mapped[date]
    receipt_number: Mapped[str] = mapped_column(String(64))
    account: Mapped[str] = mapped_column(String(120))  # 繳入帳戶
    amount: Mapped[Ntd]
    to_budget: Mapped[Ntd]
    to_treasury: Mapped[Ntd]
    document_number: Mapped[str] = mapped_column(String(64), default="")
    entered_by: Mapped[int]
    entered_at: Mapped[datetime]


class RepaymentReversal(Base):
    """更正收回登錄: a receipt that was entered wrongly, taken out again by another person."""

    __tablename__ = "repayment_reversal"
    __table_args__ = (
        UniqueConstraint("repayment_id"),
        Index("ix_repayment_reversal_recovery", "recovery_id", "id"),
        Index("ix_repayment_reversal_case", "case_id", "id"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("to_budget + to_treasury = amount", name="whole"),
        CheckConstraint("to_budget >= 0 AND to_treasury >= 0", name="parts"),
        CheckConstraint("reason <> ''", name="reason"),
    )

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    repayment_id: Mapped[int] = mapped_column(ForeignKey("repayment.id"))
    recovery_id: Mapped[int] = mapped_column(ForeignKey("recovery.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    amount: Mapped[Ntd]
    to_budget: Mapped[Ntd]
    to_treasury: Mapped[Ntd]
    reason: Mapped[str] = mapped_column(Text)
    reversed_by: Mapped[int]
    reversed_at: Mapped[datetime]


class Ending(Record):
    """終止・撤銷・廢止: prepared by the officer, decided by the convenor."""

    __tablename__ = "ending"
    __table_args__ = (
        Index(
            "uq_ending_proposed",
            "case_id",
            unique=True,
            sqlite_where=text("state = 'PROPOSED'"),
            postgresql_where=text("state = 'PROPOSED'"),
        ),
        Index("ix_ending_case", "case_id", "id"),
        Index("ix_ending_state", "state", "id"),
        CheckConstraint("paid >= demand AND demand >= 0", name="demand"),
        CheckConstraint("state <> 'DECIDED' OR decided_by <> prepared_by", name="two_persons"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    kind: Mapped[EndingKind] = mapped_column(state_column(EndingKind))
    state: Mapped[EndingState] = mapped_column(state_column(EndingState))
    ground: Mapped[Ground] = mapped_column(state_column(Ground))
    reason: Mapped[str] = mapped_column(Text)
    known_on: Mapped[date | None]  # 知悉原因之日
    returns: Mapped[Return] = mapped_column(state_column(Return))
    recognised: Mapped[Ntd]
    recognised_grant: Mapped[Ntd]
    paid: Mapped[Ntd]  # what was paid and not demanded back when it was prepared
    demand: Mapped[Ntd]
    document_id: Mapped[int | None]
    prepared_by: Mapped[int]
    prepared_at: Mapped[datetime]
    number: Mapped[str] = mapped_column(String(64), default="")
    disposed_on: Mapped[date | None]
    due_on: Mapped[date | None]
    decided_by: Mapped[int | None]
    decided_at: Mapped[datetime | None]
    return_reason: Mapped[str] = mapped_column(Text, default="")

    def move(self, event: EndingEvent) -> None:
        """The only way a proposal changes its state."""
        self.state = ENDING.after(self.state, event)


class CarryOver(Record):
    """保留: a case's obligation, approved to be paid after the budget year."""

    __tablename__ = "carry_over"
    __table_args__ = (
        UniqueConstraint("case_id", "year"),
        Index("ix_carry_over_year", "year", "id"),
        CheckConstraint("amount > 0", name="amount"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    scheme: Mapped[str] = mapped_column(String(16))
    year: Mapped[int]  # the budget year that ends, A.D.
    amount: Mapped[Ntd]
    approval_number: Mapped[str] = mapped_column(String(64))
    approval_on: Mapped[date]
    entered_by: Mapped[int]
    entered_at: Mapped[datetime]
