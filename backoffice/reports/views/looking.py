"""What a day's board is made of, for the board itself and for the letter of a Monday."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from backoffice.access import Actor
from backoffice.cases.rules import Closure
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.reports.queries.board import Books, Waiting, counts_of
from backoffice.reports.queries.budget import Moved
from backoffice.reports.queries.days import (
    NONE_KEPT,
    kept_boards,
    moved_between,
    overview_and_boards,
)
from backoffice.reports.queries.rows import Load, asides, holdings, rows_of
from backoffice.reports.rules import Movement
from backoffice.reports.rules.board import Row, Turning, last_monday
from backoffice.reports.views.sentences import Sentence, what_changed, what_runs_out, what_waits
from backoffice.scheme import registry

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Board:
    """What a day's board is made of; `kept_on` is the day of its forecasts, None without any."""

    turn: Turning
    rows: tuple[Row, ...]
    before: Mapping[str, Row]
    kept_on: date | None
    waiting: Waiting | None
    moved: Mapping[Movement, Moved]
    loads: tuple[Load, ...]
    chosen: str
    states: tuple[tuple[CaseState, int], ...]
    balanced: Books | None
    closed: Mapping[str, Closure]

    @property
    def forecast_on(self) -> date | None:
        """The last day whose entries the forecasts know of."""
        return self.kept_on - _DAY if self.kept_on else None


def looked_at(session: Session, turn: Turning, asked: str, now: datetime) -> Board:
    """The board of a day: today's from kept balances, a past Monday's as it was kept."""
    if turn.is_live:
        return _live(session, turn, asked, now)
    latest, before = kept_boards(session, turn.shown_on, turn.earlier)
    stale = latest.kept_on is None or latest.kept_on <= turn.earlier
    kept = NONE_KEPT if stale else latest
    return Board(
        turn=turn,
        rows=tuple(kept.rows.values()),
        before=before.rows,
        kept_on=kept.kept_on,
        waiting=kept.waiting,
        moved=moved_between(session, turn.since, turn.until),
        loads=(),
        chosen=asked,
        states=(),
        balanced=None,
        closed={},
    )


def _live(session: Session, turn: Turning, asked: str, now: datetime) -> Board:
    schemes, stock = registry.schemes(), holdings(session)
    # The scheme whose cases are shown by state: the one asked for, else the first with money.
    chosen = asked if asked in schemes else next(iter(stock.lines), schemes[0])
    found = counts_of(stock.cases, schemes, chosen)
    waits, balanced, (latest, before) = overview_and_boards(
        session, turn.shown_on, last_monday(turn.shown_on)
    )
    bands = {scheme: row.band for scheme, row in latest.rows.items()}
    beside = asides(session, found, turn.since, turn.until)
    return Board(
        turn=turn,
        rows=rows_of(schemes, stock, found, beside.middle, now, bands),
        before=before.rows,
        kept_on=latest.kept_on,
        waiting=waits,
        moved=beside.moved,
        loads=beside.loads,
        chosen=chosen,
        states=found.states,
        balanced=balanced,
        closed=beside.closed,
    )


def sentences_of(board: Board, actor: Actor) -> tuple[Sentence, ...]:
    """What changed, what waits for a decision, and what runs out and when."""
    return (
        what_changed(board.moved, board.turn),
        what_waits(board.waiting, actor),
        what_runs_out(board.rows, board.forecast_on),
    )
