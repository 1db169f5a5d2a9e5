"""Registered loans, their balances, reference rates, and the banks' claims of interest."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.db import Base, KeyType, Record, state_column
from backoffice.disbursement.rules.loans import (
    BANK_LINE,
    LOAN,
    BankLineEvent,
    BankLineState,
    LoanEvent,
    LoanState,
    MovementKind,
)
from backoffice.kernel.money import Ntd


class RegisteredLoan(Record):
    """貸款登記: a loan whose interest is subsidised, and how much is committed for it.

    `committed` is the most that it may still come to, `accepted` what banks' claims were accepted
    for; the days from `starts_on` through `ends_on` are subsidised.
    """

    __tablename__ = "registered_loan"
    __table_args__ = (
        CheckConstraint("capital >= 0 AND working >= 0 AND capital + working > 0", name="amount"),
        CheckConstraint("accepted >= 0 AND accepted <= committed", name="within_commitment"),
        CheckConstraint("ends_on >= starts_on", name="period"),
        Index("ix_registered_loan_state", "state", "id"),
        Index("ix_registered_loan_scheme", "scheme", "state", "id"),
        Index("ix_registered_loan_bank", "bank_code", "id"),
        Index("ix_registered_loan_rate", "state", "rate_since", "id"),
        Index("ix_registered_loan_ubn", "ubn", "id"),
        Index("ix_registered_loan_ends", "state", "ends_on", "id"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), unique=True)
    scheme: Mapped[str] = mapped_column(String(16))
    edition: Mapped[str] = mapped_column(String(24))
    ubn: Mapped[str] = mapped_column(String(8))
    loan_class: Mapped[str] = mapped_column(String(8))
    bank_code: Mapped[str] = mapped_column(String(3))
    capital: Mapped[Ntd]
    working: Mapped[Ntd]
    plan_cost: Mapped[Ntd | None]
    guarantee_bp: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    state: Mapped[LoanState] = mapped_column(state_column(LoanState))
    committed: Mapped[Ntd]
    accepted: Mapped[Ntd]
    rate_since: Mapped[date]  # of the newest rate that the commitment was worked out with
    registered_by: Mapped[int]
    registered_at: Mapped[datetime]
    called_since: Mapped[date | None]  # 違約日
    end_reason: Mapped[str] = mapped_column(Text, default="")
    ended_at: Mapped[datetime | None]

    def move(self, event: LoanEvent) -> None:
        """The only way a loan changes its state."""
        self.state = LOAN.after(self.state, event)


class LoanMovement(Base):
    """撥貸或還本: what moved a loan's balance, by the bank's notice; never changed."""

    __tablename__ = "loan_movement"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_loan_movement_loan", "loan_id", "moved_on", "id"),
    )

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    loan_id: Mapped[int] = mapped_column(ForeignKey("registered_loan.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    moved_on: Mapped[date]
    kind: Mapped[MovementKind] = mapped_column(state_column(MovementKind))
    amount: Mapped[Ntd]
    notice_number: Mapped[str] = mapped_column(String(64), default="")
    entered_by: Mapped[int]
    entered_at: Mapped[datetime]


class NoticeWithdrawal(Base):
    """撤回還本登錄: a late notice that was entered wrongly, and the demand that went with it."""

    __tablename__ = "notice_withdrawal"
    __table_args__ = (
        UniqueConstraint("movement_id"),
        UniqueConstraint("recovery_id"),
        Index("ix_notice_withdrawal_loan", "loan_id", "id"),
        CheckConstraint("reason <> ''", name="reason"),
    )

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    movement_id: Mapped[int] = mapped_column(ForeignKey("loan_movement.id"))
    recovery_id: Mapped[int] = mapped_column(ForeignKey("recovery.id"))
    loan_id: Mapped[int] = mapped_column(ForeignKey("registered_loan.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    reason: Mapped[str] = mapped_column(Text)
    withdrawn_by: Mapped[int]
    withdrawn_at: Mapped[datetime]


class ReferenceRate(Base):
    """補貼利率: a scheme's rate from a day on, by its source document; never changed."""

    __tablename__ = "reference_rate"
    __table_args__ = (
        UniqueConstraint("scheme", "since"),
        CheckConstraint("rate_ppm > 0 AND rate_ppm <= 200000", name="rate"),
    )

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    scheme: Mapped[str] = mapped_column(String(16))
    since: Mapped[date]
    rate_ppm: Mapped[int]
    letter_number: Mapped[str] = mapped_column(String(64))
    letter_on: Mapped[date]
    entered_by: Mapped[int]
    entered_by_name: Mapped[str] = mapped_column(String(120))
    entered_at: Mapped[datetime]


class BankClaim(Base):
    """銀行請款: one claim of a bank for interest, with its letter and its account; as it came."""

    __tablename__ = "bank_claim"
    __table_args__ = (
        UniqueConstraint("payee_ubn", "letter_number"),
        CheckConstraint("line_count > 0", name="line_count"),
        Index("ix_bank_claim_scheme", "scheme", "id"),
    )

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    scheme: Mapped[str] = mapped_column(String(16))
    payee_name: Mapped[str] = mapped_column(String(200))
    payee_ubn: Mapped[str] = mapped_column(String(8))
    letter_number: Mapped[str] = mapped_column(String(64))
    letter_on: Mapped[date]
    account_id: Mapped[int] = mapped_column(ForeignKey("firm_account.id"))
    document_id: Mapped[int]  # 請款函及領據
    line_count: Mapped[int]
    claimed: Mapped[Ntd]
    entered_by: Mapped[int]
    entered_by_name: Mapped[str] = mapped_column(String(120))
    entered_at: Mapped[datetime]


class BankClaimLine(Record):
    """A loan and a period of a bank's claim, against what we work out for it."""

    __tablename__ = "bank_claim_line"
    __table_args__ = (
        UniqueConstraint("bank_claim_id", "position"),
        # The first day of two accepted periods of one loan differs; whole periods are compared
        # under the loan's lock.
        Index(
            "uq_bank_claim_line_accepted",
            "loan_id",
            "from_on",
            unique=True,
            sqlite_where=text("state = 'ACCEPTED'"),
            postgresql_where=text("state = 'ACCEPTED'"),
        ),
        Index("ix_bank_claim_line_loan", "loan_id", "from_on", "id"),
        Index("ix_bank_claim_line_state", "state", "id"),
        Index("ix_bank_claim_line_tranche", "tranche_id"),
        CheckConstraint("through_on >= from_on", name="period"),
        CheckConstraint("claimed > 0", name="claimed"),
        CheckConstraint(
            "state <> 'ACCEPTED' OR (paid IS NOT NULL AND paid > 0 AND paid <= claimed"
            " AND paid <= computed AND tranche_id IS NOT NULL)",
            name="never_more_than_computed",
        ),
    )

    bank_claim_id: Mapped[int] = mapped_column(ForeignKey("bank_claim.id"))
    position: Mapped[int]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    loan_id: Mapped[int] = mapped_column(ForeignKey("registered_loan.id"))
    from_on: Mapped[date]
    through_on: Mapped[date]
    principal: Mapped[Ntd]  # as the bank says
    rate_ppm: Mapped[int]
    claimed: Mapped[Ntd]
    computed: Mapped[Ntd]  # ours
    state: Mapped[BankLineState] = mapped_column(state_column(BankLineState))
    paid: Mapped[Ntd | None]  # what was accepted
    reason: Mapped[str] = mapped_column(Text, default="")
    tranche_id: Mapped[int | None] = mapped_column(ForeignKey("tranche.id"))
    decided_by: Mapped[int | None]
    decided_at: Mapped[datetime | None]

    def move(self, event: BankLineEvent) -> None:
        """The only way a line changes its state."""
        self.state = BANK_LINE.after(self.state, event)
