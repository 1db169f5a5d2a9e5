"""The manager's page: what was done, what waits, and each scheme's money, on one sheet of paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext, lazy_gettext

from backoffice.access import Actor, Permission
from backoffice.cases.queries.windows import closures
from backoffice.cases.rules import Closure
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.db import sessions
from backoffice.disbursement.rules.sheets import Rung
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import local_date, through_end_of
from backoffice.ledger.queries import BudgetLine, budget_lines
from backoffice.ledger.rules import Stage
from backoffice.reports.queries.board import (
    COUNT_MAX,
    Counts,
    Waiting,
    middles,
    overview,
)
from backoffice.reports.queries.budget import left_the_budget, moved, outstanding
from backoffice.reports.rules import OUTSTANDING, UNDECIDED, Movement, median_days, paid_rate
from backoffice.reports.views.blueprint import blueprint
from backoffice.scheme import registry
from backoffice.scheme.rules import CloseCause
from backoffice.scheme.titles import titles
from backoffice.web import guard
from backoffice.web.charts import Chart, budget_bar
from backoffice.web.filters import ntd, ntd_unit
from backoffice.web.guard import page
from backoffice.web.pieces import Action
from backoffice.web.render import render

DAYS = 7
_WEEKDAYS = (
    lazy_gettext("星期一"),
    lazy_gettext("星期二"),
    lazy_gettext("星期三"),
    lazy_gettext("星期四"),
    lazy_gettext("星期五"),
    lazy_gettext("星期六"),
    lazy_gettext("星期日"),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount and the address of the entries that make it, "" for who may not read them."""

    amount: Ntd
    url: str


@dataclass(frozen=True, slots=True)
class Number:
    """How many cases, and the address of their list, "" for who may not read it or for none."""

    count: str
    url: str


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One scheme on the board. `bar` and `figures` are None and () for one without money.

    `figures`: paid, outstanding, available. `left` went back to the treasury or lapsed;
    `carried` is the part of the outstanding that is carried over 保留. `in_line` and `offered`
    are the cases that wait for money, and those that were offered a part.
    """

    scheme: str
    title: str
    bar: Chart | None
    figures: tuple[Figure, ...]
    left: Ntd
    carried: Figure | None
    rate_bp: int | None
    queue: str
    median: str | None
    in_line: Number
    offered: Number
    running: str
    url: str
    current: bool
    used_up_at: datetime | None


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that waits for a decision, in words, with where it is decided."""

    words: str
    url: str


@blueprint.get("/board")
@page(requires=Permission.BOARD_READ)
def board() -> Response:
    """Seven days, what waits, eleven schemes; every statement bounded, none sums the ledger."""
    session, actor, now = sessions.session(), guard.actor(), guard.now()
    today = local_date(now)
    schemes = registry.schemes()
    lines = {line.scheme: line for line in budget_lines(session)}
    chosen = _chosen(schemes, lines)
    closed = closures(session)
    first = today - timedelta(days=DAYS - 1)
    found, waits, balanced = overview(session, schemes, chosen)
    middle = middles(session, found)
    return render(
        today=today,
        weekday=_WEEKDAYS[today.weekday()],
        days=DAYS,
        moved=moved(session, since=_start_of(first)),
        movement_urls={
            movement: url_for("reports.movements_since", kind=movement, since=first.isoformat())
            for movement in Movement
        },
        matters=_matters(waits, actor),
        rows=_rows(lines, found, middle, chosen, closed),
        chosen=chosen,
        waiting_url=_waiting_url(actor, chosen),
        used_up=_used_up(actor, chosen, closed),
        states=_states(found.states, chosen, actor),
        books=balanced,
    )


def _start_of(day: date) -> datetime:
    return through_end_of(day - timedelta(days=1))


def _chosen(schemes: Sequence[str], lines: Mapping[str, BudgetLine]) -> str:
    """The scheme whose cases are shown by state: the one asked for, else the first with money."""
    asked = request.args.get("scheme", "")
    return asked if asked in schemes else next(iter(lines), schemes[0])


def _rows(
    lines: Mapping[str, BudgetLine],
    found: Counts,
    middle: Mapping[str, tuple[datetime, ...]],
    chosen: str,
    closed: Mapping[str, Closure],
) -> list[BoardRow]:
    here, now = url_for("reports.board"), guard.now()
    entries = url_for("reports.budget").removesuffix("budget") + "entries"
    reads = guard.actor().may(Permission.LEDGER_READ)
    rows = []
    for scheme, title in titles(now).items():
        line = lines.get(scheme)
        rows.append(
            BoardRow(
                scheme=scheme,
                title=title,
                bar=_bar(scheme, line) if line else None,
                figures=_figures(line, f"{entries}/{scheme}" if reads else "") if line else (),
                left=left_the_budget(line) if line else Ntd(0),
                carried=_carried(line, f"{entries}/{scheme}" if reads else "") if line else None,
                rate_bp=_rate(line) if line else None,
                queue=counted(found.undecided[scheme]),
                median=median_days(middle.get(scheme, ()), now),
                in_line=_number(found.in_line[scheme], _waiting_url(guard.actor(), scheme)),
                offered=_number(
                    found.offered[scheme],
                    _queue_url(guard.actor(), scheme=scheme, state=CaseState.OFFERED),
                ),
                running=counted(found.running[scheme]),
                url=f"{here}?scheme={scheme}#states",
                current=scheme == chosen,
                used_up_at=_used_up_at(scheme, closed),
            )
        )
    return rows


def _number(count: int, url: str) -> Number:
    return Number(counted(count), url if count else "")


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


def _bar(scheme: str, line: BudgetLine) -> Chart:
    return budget_bar(
        f"bar-{scheme}",
        name=gettext("%(scheme)s 預算", scheme=scheme),
        paid=line.amount(Stage.DISBURSED),
        committed=outstanding(line),
        available=line.amount(Stage.AVAILABLE),
    )


def _figures(line: BudgetLine, entries: str) -> tuple[Figure, ...]:
    parts = (
        (Stage.DISBURSED.value, line.amount(Stage.DISBURSED)),
        (OUTSTANDING, outstanding(line)),
        (Stage.AVAILABLE.value, line.amount(Stage.AVAILABLE)),
    )
    return tuple(Figure(amount, f"{entries}/{name}" if entries else "") for name, amount in parts)


def _carried(line: BudgetLine, entries: str) -> Figure | None:
    """保留: the part of what is outstanding that is carried over; None where nothing is."""
    stage = Stage.CARRIED_OVER
    amount = line.amount(stage)
    return Figure(amount, f"{entries}/{stage.value}" if entries else "") if amount else None


def _rate(line: BudgetLine) -> int | None:
    return paid_rate(paid=line.amount(Stage.DISBURSED), appropriation=line.appropriation)


def counted(count: int) -> str:
    """A count that stops at five hundred and one: 500+ from there on."""
    return f"{COUNT_MAX:,}+" if count > COUNT_MAX else ntd(count)


def _matters(found: Waiting, actor: Actor) -> list[Matter]:
    scored = _queue_url(actor, state=CaseState.SCORED)
    matters = []
    if found.sheets:
        words = gettext(
            "撥款清冊 %(count)s 件待核准，計 %(amount)s",
            count=ntd(found.sheets),
            amount=ntd_unit(found.sheets_total),
        )
        matters.append(Matter(words, _sheets_url(actor, Rung.APPROVE)))
    if found.scored:
        words = gettext("評分完成 %(count)s 案待決審", count=counted(found.scored))
        matters.append(Matter(words, scored))
    if found.in_line:
        words = gettext("候補 %(count)s 案可動用餘額遞補", count=counted(found.in_line))
        may_look = actor.may(Permission.SCORES_READ)
        matters.append(Matter(words, url_for("review.waiting_list") if may_look else ""))
    if found.returned:
        words = gettext("退匯 %(count)s 筆待重撥", count=counted(found.returned))
        matters.append(Matter(words, _sheets_url(actor, Rung.MAKE)))
    return matters


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
            _queue_url(actor, scheme=scheme, state=state),
            state in UNDECIDED,
        )
        for state, count in found
    )


def _sheets_url(actor: Actor, rung: Rung) -> str:
    if not actor.may(Permission.SHEET_READ):
        return ""
    return url_for("disbursement.sheets", step=rung.value)


def _queue_url(actor: Actor, **wanted: Any) -> str:
    if not actor.may(Permission.CASE_READ):
        return ""
    return url_for("cases.queue", pile="all", **wanted)
