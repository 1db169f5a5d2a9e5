"""The board of each day, kept by the worker: what was looked at and foreseen outside the act."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime, timedelta

from sqlalchemy import Table
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM, Permission
from backoffice.kernel.taiwan import local_date
from backoffice.reports.models import BoardDay, BoardRecord, DayFlow
from backoffice.reports.queries.board import Waiting, counts_of, middles, overview
from backoffice.reports.queries.days import Flow, flows_between, is_kept, spans, start_of
from backoffice.reports.queries.outlook import Known, known
from backoffice.reports.queries.rows import holdings, rows_of
from backoffice.reports.rules.board import Band, Row
from backoffice.reports.rules.forecast import (
    GONE,
    Left,
    Outlook,
    first_day,
    foresee,
    is_too_early,
    last_day,
    seed_of,
    weeks_until,
)
from backoffice.reports.rules.record import Record, record
from backoffice.scheme import registry
from backoffice.use_case import Act, Office, use_case


@use_case("board.keep", requires=Permission.SYSTEM)
def keep_board(
    act: Act, kept_on: date, waiting: Waiting, rows: tuple[Row, ...], flows: tuple[Flow, ...]
) -> bool:
    """Keep the board of a day and the flows of the days before it; whether it was not kept yet."""
    if is_kept(act.session, kept_on):
        return False
    act.session.add(
        BoardDay(
            kept_on=kept_on,
            opens_at=start_of(kept_on),
            made_at=act.now,
            sheets=waiting.sheets,
            sheets_total=waiting.sheets_total,
            scored=waiting.scored,
            returned=waiting.returned,
            in_line=waiting.in_line,
        )
    )
    records, days = BoardRecord.__table__, DayFlow.__table__
    assert isinstance(records, Table)
    assert isinstance(days, Table)
    act.insert_many(days, [_columns(flow) for flow in flows])
    act.insert_many(records, [{"kept_on": kept_on, **_record(row)} for row in rows])
    act.record("board_record", None, None, kept_on=kept_on, count=len(rows))
    return True


def _columns(kept: Flow | Row | Band) -> dict[str, object]:
    return {each.name: getattr(kept, each.name) for each in fields(kept)}


def _record(row: Row) -> dict[str, object]:
    columns = _columns(row)
    columns.pop("band")
    return {**columns, **_columns(row.band)}


def keep_board_in_time(office: Office) -> None:
    """The worker's part: once a day in Taipei, what the day's board will be read from.

    What is read and reckoned is so before the act, so that nobody waits behind a forecast.
    """
    now = office.clock.now()
    today = local_date(now)
    with Session(office.engine) as session:
        if is_kept(session, today):
            return
        flows = tuple(
            flow
            for begin, end in spans(session, start_of(today))
            for flow in flows_between(session, begin, end)
        )
    office.perform(keep_board, SYSTEM, today, *_looked_at(office, today, now), flows)


def _looked_at(office: Office, today: date, now: datetime) -> tuple[Waiting, tuple[Row, ...]]:
    schemes = registry.schemes()
    yesterday = today - timedelta(days=1)
    bands = {}
    for scheme in schemes:
        with Session(office.engine) as session:
            facts = known(session, scheme, yesterday)
        bands[scheme] = foreseen(scheme, yesterday, facts)
    with Session(office.engine) as session:
        waits, _books = overview(session)
        stock = holdings(session, before=start_of(today))
        found = counts_of(stock.cases, schemes, schemes[0])
        rows = rows_of(schemes, stock, found, middles(session, found), now, bands)
    return waits, rows


def foreseen(scheme: str, on: date, facts: Known) -> Band:
    """The forecast of a scheme at the end of a day, and how often its band held on its own past."""
    return ahead(scheme, on, facts)[1]


def ahead(
    scheme: str, on: date, facts: Known, *, tested: bool = True
) -> tuple[Outlook | None, Band]:
    """The forecast at the end of a day, in weeks and in days; None where none can be made.

    Unless `tested` it is not asked how often the band has held.
    """
    ends_on = registry.budget_ends_by(scheme)
    weeks = facts.weeks
    if facts.left == Left(None, None) or (is_too_early(weeks) and not facts.left.is_gone):
        return None, Band(len(weeks), ends_on)
    seed = seed_of(scheme, on)
    outlook = foresee(weeks, facts.left, horizon=weeks_until(on, ends_on), seed=seed)
    trials = record(weeks, seed=seed) if tested else Record(0, 0)
    return outlook, band_of(outlook, trials, len(weeks), on, ends_on)


def band_of(outlook: Outlook, trials: Record, seen: int, on: date, ends_on: date) -> Band:
    """A forecast made at the end of a day, in days instead of weeks."""
    low, middle, high = outlook.low, outlook.middle, outlook.high
    if outlook is GONE:
        return Band(seen, ends_on, low_on=on, middle_on=on, high_on=on, lasts_bp=0)
    return Band(
        weeks_seen=seen,
        ends_on=ends_on,
        low_on=None if low is None else first_day(on, low),
        middle_on=None if middle is None else first_day(on, middle),
        high_on=None if high is None else last_day(on, high),
        lasts_bp=outlook.lasts_bp,
        binds=outlook.binds,
        binds_bp=outlook.binds_bp,
        held=trials.held,
        tested=trials.tested,
    )
