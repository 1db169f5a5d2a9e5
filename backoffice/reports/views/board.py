"""The manager's page: what was done, what waits, and each scheme's money, on one sheet of paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext, lazy_gettext

from backoffice.access import Actor, Permission
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
    books,
    counts,
    middles,
    waiting,
)
from backoffice.reports.queries.budget import left_the_budget, moved, outstanding
from backoffice.reports.rules import OUTSTANDING, UNDECIDED, Movement, median_days, paid_rate
from backoffice.reports.views.blueprint import blueprint
from backoffice.scheme import registry
from backoffice.scheme.titles import titles
from backoffice.web import guard
from backoffice.web.charts import Chart, budget_bar
from backoffice.web.filters import ntd, ntd_unit
from backoffice.web.guard import page
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
class BoardRow:
    """One scheme on the board. `bar` and `figures` are None and () for one without money.

    `figures`: paid, outstanding, available. `left` went back to the treasury or lapsed.
    """

    scheme: str
    title: str
    bar: Chart | None
    figures: tuple[Figure, ...]
    left: Ntd
    rate_bp: int | None
    queue: str
    median: str | None
    url: str
    current: bool


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
    first = today - timedelta(days=DAYS - 1)
    found = counts(session, schemes, chosen)
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
        matters=_matters(waiting(session), actor),
        rows=_rows(lines, found, middle, chosen),
        chosen=chosen,
        states=_states(found.states, chosen, actor),
        books=books(session),
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
                rate_bp=_rate(line) if line else None,
                queue=counted(found.undecided[scheme]),
                median=median_days(middle.get(scheme, ()), now),
                url=f"{here}?scheme={scheme}#states",
                current=scheme == chosen,
            )
        )
    return rows


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
