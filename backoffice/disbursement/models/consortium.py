"""Who carries the plan out together, and what it achieved: kept beside the contract."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.db import Record, state_column
from backoffice.kernel.money import Ntd
from backoffice.scheme.rules import Metric


class ConsortiumMember(Record):
    """成員: a firm of the consortium as contracted, with its share of the budget.

    The centre factory is one of them. Whoever leaves keeps the row, with the day; the centre
    takes over its share until another partner joins, so that the live shares always add up.
    """

    __tablename__ = "consortium_member"
    __table_args__ = (
        Index(
            "uq_consortium_member_live",
            "case_id",
            "ubn",
            unique=True,
            sqlite_where=text("left_on IS NULL"),
            postgresql_where=text("left_on IS NULL"),
        ),
        Index("ix_consortium_member_case", "case_id", "position", "id"),
        CheckConstraint("subsidy >= 0 AND self_fund >= 0", name="shares"),
        CheckConstraint("left_on IS NULL OR (reason <> '' AND NOT is_centre)", name="left_why"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    position: Mapped[int]
    is_centre: Mapped[bool]
    firm_name: Mapped[str] = mapped_column(String(200))
    ubn: Mapped[str] = mapped_column(String(8))
    factory_number: Mapped[str] = mapped_column(String(64), default="")
    subsidy: Mapped[Ntd]
    self_fund: Mapped[Ntd]
    joined_on: Mapped[date]
    join_letter: Mapped[str] = mapped_column(String(64), default="")
    left_on: Mapped[date | None]
    leave_letter: Mapped[str] = mapped_column(String(64), default="")
    reason: Mapped[str] = mapped_column(Text, default="")


class AchievedTarget(Record):
    """達成值: what the case achieved of one target, as reported for closing, in its own unit."""

    __tablename__ = "achieved_target"
    __table_args__ = (
        UniqueConstraint("case_id", "metric"),
        CheckConstraint("value >= 0", name="value"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    metric: Mapped[Metric] = mapped_column(state_column(Metric))
    value: Mapped[int]
    entered_by: Mapped[int]
    entered_at: Mapped[datetime]
