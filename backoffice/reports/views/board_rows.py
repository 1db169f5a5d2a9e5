"""One scheme's line of the board, drawn anew only when something in it has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from flask import current_app, request
from markupsafe import Markup

from backoffice.access import Actor, Permission
from backoffice.cases.rules import Closure
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.kernel.money import Ntd
from backoffice.ledger.rules import Stage
from backoffice.messages import shown
from backoffice.reports.rules import OUTSTANDING, in_days, paid_rate
from backoffice.reports.rules.board import Band, Row
from backoffice.reports.rules.forecast import DAYS
from backoffice.reports.views.looking import Board
from backoffice.reports.views.sentences import (
    STOPPED,
    counted,
    forecast_url,
    outlook,
    queue_url,
)
from backoffice.scheme import registry
from backoffice.scheme.rules import CloseCause
from backoffice.scheme.titles import titles
from backoffice.web import guard
from backoffice.web.charts import Chart, budget_bar
from backoffice.web.filters import ntd, thousands
from backoffice.web.language import gettext, language
from backoffice.web.navigation import address

MACRO = "board_row"
REMEMBERED = 512  # rows; a few kilobytes each


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount and the address of the entries that make it, "" for who may not read them.

    `change` is what became of it since last Monday: an arrow and an amount, "" for nothing known.
    """

    amount: Ntd
    url: str
    change: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """How many cases, and the address of their list, "" for who may not read it or for none."""

    count: str
    url: str
    change: str = ""


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One scheme on the board. `bar` and `figures` are None and () for one without money.

    `figures`: paid, outstanding, available. `gone` went back to the treasury or lapsed;
    `carried` is the part of the outstanding that is carried over 保留. `ends` is the forecast and
    its band in words, and `ends_change` how far it moved since last Monday.
    """

    scheme: str
    title: str
    bar: Chart | None
    figures: tuple[Figure, ...]
    gone: Ntd
    carried: Figure | None
    rate_bp: int | None
    ends: str
    ends_band: str
    ends_change: str
    ends_url: str
    binds: str
    seats: str
    queue: Number
    median: str | None
    in_line: Number
    offered: Number
    running: str
    url: str


@dataclass(frozen=True, slots=True)
class _Frame:
    """What the rows of one page share: who reads, in which language, where, and of which day.

    `as_of` and `week` are the ends of addresses, "" for the board of today.
    """

    actor: Actor
    spoken: str
    mounted_at: str
    live: bool
    forecast_on: date | None
    here: str
    entries: str
    as_of: str
    week: str


def drawn_rows(board: Board, actor: Actor) -> list[Markup]:
    """The rows of a board as its page shows them."""
    turn, spoken, names = board.turn, language(), titles(guard.now())
    reads = actor.may(Permission.LEDGER_READ)
    frame = _Frame(
        actor=actor,
        spoken=spoken.tag if spoken else "",
        mounted_at=request.script_root,
        live=turn.is_live,
        forecast_on=board.forecast_on,
        here=address("reports.board"),
        entries=address("reports.budget").removesuffix("budget") + "entries" if reads else "",
        as_of="" if turn.is_live else f"?as_of={turn.until.isoformat()}",
        week="" if turn.is_live else f"&week={turn.shown_on.isoformat()}",
    )
    return [
        _drawn(
            row,
            board.before.get(row.scheme),
            names.get(row.scheme, row.scheme),
            turn.is_live and row.scheme == board.chosen,
            _used_up_at(row.scheme, board.closed) if board.closed else None,
            frame,
        )
        for row in board.rows
    ]


@lru_cache(maxsize=REMEMBERED)
def _drawn(
    row: Row,
    before: Row | None,
    title: str,
    current: bool,
    used_up_at: datetime | None,
    frame: _Frame,
) -> Markup:
    template = current_app.jinja_env.get_or_select_template("reports/_board_row.html")
    drawn: Markup = getattr(template.module, MACRO)(
        _row(row, before, title, frame), current, used_up_at, frame.live
    )
    return drawn


def _row(row: Row, before: Row | None, title: str, frame: _Frame) -> BoardRow:
    words, band = outlook(row)
    on, live = frame.forecast_on, frame.live
    return BoardRow(
        scheme=row.scheme,
        title=title,
        bar=_bar(row.scheme, row.paid, row.outstanding, row.available, frame.spoken)
        if row.has_money
        else None,
        figures=_figures(row, before, frame) if row.has_money else (),
        gone=row.gone,
        carried=_figure(row.scheme, Stage.CARRIED_OVER.value, row.carried, frame)
        if row.carried
        else None,
        rate_bp=paid_rate(paid=row.paid, appropriation=row.appropriation),
        ends=words,
        ends_band=band,
        ends_change=_moved(row.band, before.band if before else None),
        ends_url=forecast_url(row.scheme, on) if on and row.is_limited else "",
        binds=shown(row.band.binds) if row.band.binds and not row.is_gone else "",
        seats="–" if row.seats_total is None else f"{ntd(row.seats_used)}／{ntd(row.seats_total)}",
        queue=Number(
            counted(row.undecided),
            f"{frame.here}?scheme={row.scheme}#states" if live else "",
            _arrow(row.undecided, before.undecided) if before else "",
        ),
        median=in_days(row.wait_halves),
        in_line=_number(row.in_line, waiting_url(frame.actor, row.scheme) if live else ""),
        offered=_number(row.offered, _offered_url(frame.actor, row.scheme) if live else ""),
        running=counted(row.running),
        url=f"{frame.here}?scheme={row.scheme}{frame.week}#states",
    )


def _figures(row: Row, before: Row | None, frame: _Frame) -> tuple[Figure, ...]:
    earlier = before.available if before and before.has_money else row.available
    change = _arrow_of_money(row.available - earlier)
    return (
        _figure(row.scheme, Stage.DISBURSED.value, row.paid, frame),
        _figure(row.scheme, OUTSTANDING, row.outstanding, frame),
        _figure(row.scheme, Stage.AVAILABLE.value, row.available, frame, change),
    )


def _figure(scheme: str, name: str, amount: Ntd, frame: _Frame, change: str = "") -> Figure:
    url = f"{frame.entries}/{scheme}/{name}{frame.as_of}" if frame.entries else ""
    return Figure(amount, url, change)


def _offered_url(actor: Actor, scheme: str) -> str:
    return queue_url(actor, scheme=scheme, state=CaseState.OFFERED)


def waiting_url(actor: Actor, scheme: str) -> str:
    """The scheme's line for money, "" for who may not read it. `scheme` is one of the register."""
    if not actor.may(Permission.SCORES_READ):
        return ""
    return address("review.waiting_list", scheme=scheme)


def _number(count: int, url: str) -> Number:
    return Number(counted(count), url if count else "")


def _arrow(count: int, before: int) -> str:
    """▲ 3 or ▼ 3; nothing where nothing changed, or where a count had stopped."""
    change = 0 if STOPPED in (count, before) else count - before
    return f"{'▲' if change > 0 else '▼'} {ntd(abs(change))}" if change else ""


def _arrow_of_money(change: Ntd) -> str:
    if not change:
        return ""
    return f"{'▲' if change > Ntd(0) else '▼'} {thousands(abs(change.dollars))}"


def _moved(band: Band, before: Band | None) -> str:
    """By how many weeks the likeliest end is earlier or later than it was foreseen to be."""
    if before is None or band.middle_on is None or before.middle_on is None:
        return ""
    days = (band.middle_on - before.middle_on).days
    weeks = (2 * abs(days) + DAYS) // (2 * DAYS)
    if not weeks:
        return ""
    if days > 0:
        return gettext("延後 %(weeks)s 週", weeks=weeks)
    return gettext("提前 %(weeks)s 週", weeks=weeks)


@lru_cache(maxsize=256)
def _bar(scheme: str, paid: Ntd, outstanding: Ntd, available: Ntd, _spoken: str) -> Chart:
    """The bar of a budget, drawn anew only when one of its parts changed, in each language."""
    return budget_bar(
        f"bar-{scheme}",
        name=gettext("%(scheme)s 預算", scheme=scheme),
        paid=paid,
        committed=outstanding,
        available=available,
    )


def _used_up_at(scheme: str, closed: Mapping[str, Closure]) -> datetime | None:
    closure = closure_of(scheme, closed)
    is_used_up = closure is not None and closure.cause is CloseCause.BUDGET_EXHAUSTED
    return closure.at if closure is not None and is_used_up else None


def closure_of(scheme: str, closed: Mapping[str, Closure]) -> Closure | None:
    """The early end of the round that governs the scheme now, of those in `closed`."""
    return closed.get(str(registry.governing(scheme, guard.now()).key))
