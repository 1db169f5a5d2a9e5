"""What the board keeps of each day, so that a past Monday reads as it was and nothing is summed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.db import Base, KeyType, state_column
from backoffice.kernel.money import Ntd
from backoffice.reports.rules.forecast import Binding


class BoardDay(Base):
    """A day whose board was kept: from `opens_at`, its first instant, no entry is in a day's flow.

    Counts of cases stopped at 501 before they were kept exactly; that of returned payments does.
    """

    __tablename__ = "board_day"

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    kept_on: Mapped[date] = mapped_column(unique=True)
    opens_at: Mapped[datetime]
    made_at: Mapped[datetime]
    sheets: Mapped[int]
    sheets_total: Mapped[Ntd]
    scored: Mapped[int]
    returned: Mapped[int]
    in_line: Mapped[int]


class DayFlow(Base):
    """What one scheme awarded and paid on a whole day in Taipei; none for a day without either."""

    __tablename__ = "day_flow"
    __table_args__ = (UniqueConstraint("flowed_on", "scheme"),)

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    flowed_on: Mapped[date]
    scheme: Mapped[str] = mapped_column(String(16))
    awarded_count: Mapped[int]
    awarded: Mapped[Ntd]
    paid_count: Mapped[int]
    paid: Mapped[Ntd]


class BoardRecord(Base):
    """One scheme's row of a day's board, with the forecast made on that day.

    `wait_halves` is the median wait in half days. `weeks_seen` weeks went into the forecast; with
    too few, `lasts_bp` is None. The days of the band are None where they come after `ends_on`.
    Of `tested` earlier forecasts on the scheme's own history the band held `held`.
    """

    __tablename__ = "board_record"
    __table_args__ = (
        UniqueConstraint("kept_on", "scheme"),
        CheckConstraint("held <= tested", name="held"),
    )

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    kept_on: Mapped[date]
    scheme: Mapped[str] = mapped_column(String(16))
    has_money: Mapped[bool]
    appropriation: Mapped[Ntd]
    paid: Mapped[Ntd]
    outstanding: Mapped[Ntd]
    available: Mapped[Ntd]
    gone: Mapped[Ntd]
    carried: Mapped[Ntd]
    seats_total: Mapped[int | None]
    seats_used: Mapped[int | None]
    undecided: Mapped[int]
    wait_halves: Mapped[int | None]
    in_line: Mapped[int]
    offered: Mapped[int]
    running: Mapped[int]
    weeks_seen: Mapped[int]
    low_on: Mapped[date | None]
    middle_on: Mapped[date | None]
    high_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    lasts_bp: Mapped[int | None] = mapped_column(Integer)
    binds: Mapped[Binding | None] = mapped_column(state_column(Binding))
    binds_bp: Mapped[int | None] = mapped_column(Integer)
    held: Mapped[int]
    tested: Mapped[int]
