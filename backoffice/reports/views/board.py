"""The manager's page: what changed, what waits, what runs out; and each scheme on one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from flask import Response, request, url_for
from flask_babel import lazy_gettext

from backoffice.access import Actor, Permission
from backoffice.cases.queries.windows import closures
from backoffice.cases.rules import Closure
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.db import sessions
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import local_date
from backoffice.ledger.rules import Stage
from backoffice.messages import shown
from backoffice.reports.queries.board import books
from backoffice.reports.rules import OUTSTANDING, UNDECIDED, in_days, paid_rate
from backoffice.reports.rules.board import Band, Row, Turning, last_monday, turning
from backoffice.reports.rules.forecast import DAYS
from backoffice.reports.views.blueprint import blueprint
from backoffice.reports.views.entries import day_of
from backoffice.reports.views.looking import Board, looked_at, sentences_of
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
from backoffice.web.guard import page
from backoffice.web.language import gettext, language
from backoffice.web.pieces import Action
from backoffice.web.render import render

WEEKDAYS = (
    lazy_gettext("星期一"),
    lazy_gettext("星期二"),
    lazy_gettext("星期三"),
    lazy_gettext("星期四"),
    lazy_gettext("星期五"),
    lazy_gettext("星期六"),
    lazy_gettext("星期日"),
)
_DAY = timedelta(days=1)


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
    current: bool
    used_up_at: datetime | None


@blueprint.get("/board")
@page(requires=Permission.BOARD_READ)
def board() -> Response:
    """Three sentences, eleven schemes, and who has how much to do; nothing sums the ledger."""
    session, actor, now = sessions.session(), guard.actor(), guard.now()
    turn = turning(local_date(now), day_of(request.args.get("week")))
    found = looked_at(session, turn, request.args.get("scheme", ""), now)
    chosen = found.chosen
    closed = closures(session)
    drawn = _Drawing(found, closed, actor)
    return render(
        today=turn.shown_on,
        weekday=WEEKDAYS[turn.shown_on.weekday()],
        live=turn.is_live,
        earlier_url=url_for("reports.board", week=turn.earlier.isoformat()),
        later_url=_later_url(turn),
        letter_url=_letter_url(turn),
        sentences=sentences_of(found, actor),
        kept_on=found.kept_on,
        forecast_on=found.forecast_on,
        rows=[drawn.row(row) for row in found.rows],
        chosen=chosen,
        waiting_url=_waiting_url(actor, chosen),
        used_up=_used_up(actor, chosen, closed) if turn.is_live else None,
        states=_states(found.states, chosen, actor),
        loads=found.loads,
        counted=counted,
        books=found.balanced or books(session),
    )


def _later_url(turn: Turning) -> str:
    if turn.is_live:
        return ""
    return url_for("reports.board", week=turn.later.isoformat() if turn.later else None)


def _letter_url(turn: Turning) -> str:
    """The letter of the Monday that is shown, or of the one before today."""
    monday = last_monday(turn.shown_on + _DAY) if turn.is_live else turn.shown_on
    return url_for("reports.monday_letter", week=monday.isoformat())


class _Drawing:
    """The rows of a board as its page shows them, with what each of them shares."""

    def __init__(self, board: Board, closed: Mapping[str, Closure], actor: Actor) -> None:
        self._board, self._closed, self._actor = board, closed, actor
        self._titles = titles(guard.now())
        self._here = url_for("reports.board")
        reads = actor.may(Permission.LEDGER_READ)
        self._entries = url_for("reports.budget").removesuffix("budget") + "entries" * reads
        self._reads = reads
        spoken = language()
        self._spoken = spoken.tag if spoken else ""
        turn = board.turn
        self._as_of = "" if turn.is_live else f"?as_of={turn.until.isoformat()}"
        self._week = "" if turn.is_live else f"&week={turn.shown_on.isoformat()}"

    def row(self, row: Row) -> BoardRow:
        """One scheme's line."""
        before = self._board.before.get(row.scheme)
        words, band = outlook(row)
        on = self._board.forecast_on
        live = self._board.turn.is_live
        return BoardRow(
            scheme=row.scheme,
            title=self._titles.get(row.scheme, row.scheme),
            bar=self._bar(row) if row.has_money else None,
            figures=self._figures(row, before) if row.has_money else (),
            gone=row.gone,
            carried=self._figure(row.scheme, Stage.CARRIED_OVER.value, row.carried)
            if row.carried
            else None,
            rate_bp=paid_rate(paid=row.paid, appropriation=row.appropriation),
            ends=words,
            ends_band=band,
            ends_change=_moved(row.band, before.band if before else None),
            ends_url=forecast_url(row.scheme, on) if on and row.is_limited else "",
            binds=shown(row.band.binds) if row.band.binds and not row.is_gone else "",
            seats=(
                "–" if row.seats_total is None else f"{ntd(row.seats_used)}／{ntd(row.seats_total)}"
            ),
            queue=Number(
                counted(row.undecided),
                f"{self._here}?scheme={row.scheme}#states" if live else "",
                _arrow(row.undecided, before.undecided) if before else "",
            ),
            median=in_days(row.wait_halves),
            in_line=_number(row.in_line, _waiting_url(self._actor, row.scheme) if live else ""),
            offered=_number(row.offered, self._offered_url(row.scheme) if live else ""),
            running=counted(row.running),
            url=f"{self._here}?scheme={row.scheme}{self._week}#states",
            current=row.scheme == self._board.chosen and live,
            used_up_at=_used_up_at(row.scheme, self._closed) if live else None,
        )

    def _bar(self, row: Row) -> Chart:
        return _bar(row.scheme, row.paid, row.outstanding, row.available, self._spoken)

    def _figures(self, row: Row, before: Row | None) -> tuple[Figure, ...]:
        earlier = before.available if before and before.has_money else row.available
        return (
            self._figure(row.scheme, Stage.DISBURSED.value, row.paid),
            self._figure(row.scheme, OUTSTANDING, row.outstanding),
            self._figure(
                row.scheme,
                Stage.AVAILABLE.value,
                row.available,
                _arrow_of_money(row.available - earlier),
            ),
        )

    def _figure(self, scheme: str, name: str, amount: Ntd, change: str = "") -> Figure:
        url = f"{self._entries}/{scheme}/{name}{self._as_of}" if self._reads else ""
        return Figure(amount, url, change)

    def _offered_url(self, scheme: str) -> str:
        return queue_url(self._actor, scheme=scheme, state=CaseState.OFFERED)


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


def _closure(scheme: str, closed: Mapping[str, Closure]) -> Closure | None:
    return closed.get(str(registry.governing(scheme, guard.now()).key))


def _used_up_at(scheme: str, closed: Mapping[str, Closure]) -> datetime | None:
    closure = _closure(scheme, closed)
    is_used_up = closure is not None and closure.cause is CloseCause.BUDGET_EXHAUSTED
    return closure.at if closure is not None and is_used_up else None


def _used_up(actor: Actor, scheme: str, closed: Mapping[str, Closure]) -> Action | None:
    """The manager's word that the scheme's money is used up; None where it cannot be said."""
    now, edition = guard.now(), registry.governing(scheme, guard.now())
    ends = CloseCause.BUDGET_EXHAUSTED in edition.application.early_close_causes
    is_open = edition.window.is_open_at(now) and _closure(scheme, closed) is None
    if not (actor.may(Permission.WINDOW_CLOSE) and ends and is_open):
        return None
    return Action(
        label=gettext("宣告 %(scheme)s 經費用罄", scheme=scheme),
        url=url_for("reports.declare_used_up", scheme=scheme),
        after=gettext("下一頁列出停止受理的時點與等候中的案件，確認後才生效。"),
    )


def _waiting_url(actor: Actor, scheme: str) -> str:
    if not actor.may(Permission.SCORES_READ):
        return ""
    return url_for("review.waiting_list", scheme=scheme)


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


@dataclass(frozen=True, slots=True)
class StateRow:
    """How many cases of the chosen scheme stand in a state; `undecided` ones make its queue."""

    state: CaseState
    count: str
    url: str
    undecided: bool


def _states(
    found: Sequence[tuple[CaseState, int]], scheme: str, actor: Actor
) -> tuple[StateRow, ...]:
    return tuple(
        StateRow(
            state,
            counted(count),
            queue_url(actor, scheme=scheme, state=state),
            state in UNDECIDED,
        )
        for state, count in found
    )
