"""One scheme's row of the board, and the Mondays between which it is moved. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from backoffice.kernel.money import Ntd
from backoffice.reports.rules.forecast import DAYS, WEEKS_MIN, Binding


@dataclass(frozen=True, slots=True)
class Band:
    """A forecast in days; `lasts_bp` None says that none was made.

    `middle_on` is the first day of the likeliest week, `low_on` … `high_on` hold nine chances in
    ten; None of a day after `ends_on`. Of `tested` forecasts on the scheme's own past the band held
    `held`.
    """

    weeks_seen: int
    ends_on: date | None
    low_on: date | None = None
    middle_on: date | None = None
    high_on: date | None = None
    lasts_bp: int | None = None
    binds: Binding | None = None
    binds_bp: int | None = None
    held: int = 0
    tested: int = 0

    @property
    def is_early(self) -> bool:
        """Whether no forecast was made, and too few weeks are why."""
        return self.lasts_bp is None and self.weeks_seen < WEEKS_MIN


@dataclass(frozen=True, slots=True)
class Row:
    """What the board shows of one scheme. Counts of cases that were kept before counts
    were exact stop at 501.

    `outstanding` is 核定未撥, `gone` what was paid back or lapsed; `wait_halves` the median wait in
    half days. Amounts are nothing where `has_money` is not so; places None where there are none.
    """

    scheme: str
    has_money: bool
    appropriation: Ntd
    paid: Ntd
    outstanding: Ntd
    available: Ntd
    gone: Ntd
    carried: Ntd
    seats_total: int | None
    seats_used: int | None
    undecided: int
    wait_halves: int | None
    in_line: int
    offered: int
    running: int
    band: Band

    @property
    def is_limited(self) -> bool:
        """Whether money or places can run out."""
        return self.has_money or self.seats_total is not None

    @property
    def is_gone(self) -> bool:
        """Whether the money, or the places, have run out."""
        no_seat = self.seats_total is not None and self.seats_used == self.seats_total
        return no_seat or (self.has_money and self.available == Ntd(0) != self.appropriation)


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def last_monday(day: date) -> date:
    """The last Monday before a day: a Monday's is a week earlier."""
    return monday_of(day - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Turning:
    """Which day a board shows, and the Mondays before and after it; `later` None leads to now."""

    shown_on: date
    is_live: bool
    earlier: date
    later: date | None

    @property
    def since(self) -> date:
        """The first of the seven days that the board tells of, from its live last day or before."""
        return self.shown_on - timedelta(days=DAYS - 1 if self.is_live else DAYS)

    @property
    def until(self) -> date:
        """The last of those days: today, or the Sunday before a past Monday."""
        return self.shown_on if self.is_live else self.shown_on - timedelta(days=1)


def turning(today: date, asked: date | None) -> Turning:
    """The board of a past Monday, that of the week asked for; of any other day, today's."""
    monday = monday_of(asked) if asked else today
    if asked is None or monday >= today:
        return Turning(today, True, last_monday(today), None)
    week = timedelta(days=DAYS)
    after = monday + week
    return Turning(monday, False, monday - week, after if after < today else None)


def letter_of(today: date, asked: date | None) -> Turning:
    """The Monday of a letter: this week's, or that of an earlier week that is asked for."""
    monday = min(monday_of(asked or today), monday_of(today))
    week = timedelta(days=DAYS)
    return Turning(monday, False, monday - week, monday + week if monday + week <= today else None)
