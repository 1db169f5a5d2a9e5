"""The bank's answer as it was read, what each line of it came to, and the days that are closed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.db import Base, KeyType, Record, state_column
from backoffice.disbursement.rules.bank import (
    ANSWER,
    ITEM,
    AnswerEvent,
    AnswerForm,
    AnswerState,
    BankClass,
    ItemEvent,
    ItemState,
    Resolution,
)
from backoffice.disbursement.rules.lifecycles import LineEvent
from backoffice.kernel.money import Ntd


class BankAnswer(Record):
    """銀行回覆檔: one file of the bank, kept by the hash of its bytes."""

    __tablename__ = "bank_answer"
    __table_args__ = (
        Index("ix_bank_answer_content", "content_sha256"),
        Index("ix_bank_answer_state", "state", "id"),
        CheckConstraint("row_count > 0", name="row_count"),
        CheckConstraint("state <> 'CONFIRMED' OR confirmed_by IS NOT NULL", name="confirmed"),
    )

    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    content_sha256: Mapped[str] = mapped_column(String(64))  # of what its lines say
    document_id: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    form: Mapped[AnswerForm] = mapped_column(state_column(AnswerForm))
    state: Mapped[AnswerState] = mapped_column(state_column(AnswerState))
    row_count: Mapped[int]
    paid_total: Mapped[Ntd]
    returned_total: Mapped[Ntd]
    first_on: Mapped[date]
    last_on: Mapped[date]
    loaded_by: Mapped[int]
    loaded_by_name: Mapped[str] = mapped_column(String(120))
    loaded_at: Mapped[datetime]
    confirmed_by: Mapped[int | None]
    confirmed_by_name: Mapped[str] = mapped_column(String(120), default="")
    confirmed_at: Mapped[datetime | None]

    def move(self, event: AnswerEvent) -> None:
        """The only way an answer changes its state."""
        self.state = ANSWER.after(self.state, event)


class BankLine(Base):
    """One line of an answer, as the bank wrote it; never changed."""

    __tablename__ = "bank_line"
    __audit_hidden__ = frozenset({"account"})
    __table_args__ = (
        UniqueConstraint("answer_id", "row"),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("bank_answer.id"))
    row: Mapped[int]  # the line in the file
    sheet_number: Mapped[str] = mapped_column(String(200))
    position: Mapped[int | None]
    case_number: Mapped[str] = mapped_column(String(200))
    payee: Mapped[str] = mapped_column(String(200))
    ubn: Mapped[str] = mapped_column(String(8))
    bank: Mapped[str] = mapped_column(String(7))
    account: Mapped[str] = mapped_column(String(16))
    amount: Mapped[Ntd]
    event: Mapped[LineEvent] = mapped_column(state_column(LineEvent))
    code: Mapped[str] = mapped_column(String(2))
    day: Mapped[date]  # 入帳日 or 退匯日


class BankItem(Record):
    """What a line of an answer came to, or a payment without one: settled at once, or worked off.

    `counted` is what it stands for on the bank's side of the three-way view, as what, and on which
    day; nothing while it is open.
    """

    __tablename__ = "bank_item"
    __table_args__ = (
        Index("ix_bank_item_answer", "answer_id", "id"),
        Index("ix_bank_item_state", "state", "day", "id"),
        Index("ix_bank_item_line", "sheet_line_id", "id"),
        Index("ix_bank_item_counted", "counted_on", "id"),
        Index(
            "uq_bank_item_missing",
            "sheet_line_id",
            unique=True,
            sqlite_where=text("bank_class = 'MISSING' AND state = 'OPEN'"),
            postgresql_where=text("bank_class = 'MISSING' AND state = 'OPEN'"),
        ),
        CheckConstraint("amount > 0 AND counted >= 0", name="amount"),
        CheckConstraint("bank_line_id IS NOT NULL OR sheet_line_id IS NOT NULL", name="about"),
        CheckConstraint(
            "(state = 'OPEN') = (resolution IS NULL) AND (state = 'OPEN') = (resolved_by IS NULL)",
            name="resolved",
        ),
        CheckConstraint(
            "state = 'OPEN' OR resolution IN ('APPLIED', 'ANSWERED') OR note <> ''", name="note"
        ),
        CheckConstraint(
            "counted = 0 OR (counted_as IS NOT NULL AND counted_on IS NOT NULL"
            " AND sheet_line_id IS NOT NULL)",
            name="counted",
        ),
    )

    answer_id: Mapped[int | None] = mapped_column(ForeignKey("bank_answer.id"))
    bank_line_id: Mapped[int | None] = mapped_column(ForeignKey("bank_line.id"), unique=True)
    sheet_line_id: Mapped[int | None] = mapped_column(ForeignKey("sheet_line.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    bank_class: Mapped[BankClass] = mapped_column(state_column(BankClass))
    state: Mapped[ItemState] = mapped_column(state_column(ItemState))
    day: Mapped[date]
    amount: Mapped[Ntd]
    resolution: Mapped[Resolution | None] = mapped_column(state_column(Resolution))
    note: Mapped[str] = mapped_column(Text, default="")
    counted: Mapped[Ntd] = mapped_column(default=Ntd(0))
    counted_as: Mapped[LineEvent | None] = mapped_column(state_column(LineEvent))
    counted_on: Mapped[date | None]
    resolved_by: Mapped[int | None]
    resolved_by_name: Mapped[str] = mapped_column(String(120), default="")
    resolved_at: Mapped[datetime | None]

    def move(self, event: ItemEvent) -> None:
        """The only way an item changes its state."""
        self.state = ITEM.after(self.state, event)


class DayClose(Base):
    """日結: a day at whose end sheet, ledger and bank said the same; never changed."""

    __tablename__ = "day_close"
    __table_args__ = (
        CheckConstraint(
            "paid = ledger_paid AND paid = bank_paid AND returned = ledger_returned"
            " AND returned = bank_returned",
            name="agrees",
        ),
    )

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    day: Mapped[date] = mapped_column(unique=True)
    paid_rows: Mapped[int]
    paid: Mapped[Ntd]
    returned_rows: Mapped[int]
    returned: Mapped[Ntd]
    ledger_paid: Mapped[Ntd]
    ledger_returned: Mapped[Ntd]
    bank_paid: Mapped[Ntd]
    bank_returned: Mapped[Ntd]
    content_sha256: Mapped[str] = mapped_column(String(64))
    closed_by: Mapped[int]
    closed_by_name: Mapped[str] = mapped_column(String(120))
    closed_at: Mapped[datetime]
