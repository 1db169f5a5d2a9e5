"""What happens to a sheet before it is sent: changes, voided signatures, queries, its bank file."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.db import Base, KeyType, Record, state_column
from backoffice.disbursement.rules.sheets import LineChange, Rung
from backoffice.kernel.money import Ntd


class SheetChange(Base):
    """更正: a line left its sheet before it was sent, taken out or paid to another account.

    `replaced_by_id` is the line that took its place; None when it was taken out. Never changed.
    """

    __tablename__ = "sheet_change"
    __table_args__ = (
        UniqueConstraint("line_id"),
        Index("ix_sheet_change_sheet", "sheet_id", "id"),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("total_after >= 0", name="total"),
    )

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("sheet_line.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    kind: Mapped[LineChange] = mapped_column(state_column(LineChange))
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("sheet_line.id"))
    reason: Mapped[str] = mapped_column(Text)
    total_before: Mapped[Ntd]
    total_after: Mapped[Ntd]
    changed_by: Mapped[int]
    changed_by_name: Mapped[str] = mapped_column(String(120))
    changed_at: Mapped[datetime]


class SheetVoidedApproval(Base):
    """A check or an approval that a change has voided: whose it was, when, and over what."""

    __tablename__ = "sheet_voided_approval"
    __table_args__ = (
        UniqueConstraint("change_id", "step"),
        Index("ix_sheet_voided_approval_sheet", "sheet_id", "id"),
    )

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"))
    change_id: Mapped[int] = mapped_column(ForeignKey("sheet_change.id"))
    step: Mapped[Rung] = mapped_column(state_column(Rung))
    person_id: Mapped[int]
    person_name: Mapped[str] = mapped_column(String(120))
    signed_at: Mapped[datetime]
    total: Mapped[Ntd]
    content_sha256: Mapped[str] = mapped_column(String(64))


class LineQuery(Record):
    """疑義: the checker asks about a line; it blocks the check until answered or taken out."""

    __tablename__ = "line_query"
    __table_args__ = (
        Index(
            "uq_line_query_open",
            "line_id",
            unique=True,
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
        Index("ix_line_query_sheet", "sheet_id", "id"),
        CheckConstraint("note <> ''", name="note"),
        CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)"
            " AND (answered_at IS NULL OR answer <> '')",
            name="answered_in_words",
        ),
    )

    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("sheet_line.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    note: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int]
    asked_by_name: Mapped[str] = mapped_column(String(120))
    asked_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by: Mapped[int | None]
    answered_by_name: Mapped[str] = mapped_column(String(120), default="")
    answered_at: Mapped[datetime | None]


class SheetPaymentFile(Base):
    """The bank's file of a sheet, made at an approval; a voided approval's file is no longer sent.

    `round` counts the approvals before this one. Never changed.
    """

    __tablename__ = "sheet_payment_file"
    __table_args__ = (UniqueConstraint("sheet_id", "round"),)

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"))
    round: Mapped[int]
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    made_on: Mapped[date]
    value_on: Mapped[date]
    is_assumed: Mapped[bool]
