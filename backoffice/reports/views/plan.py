"""分配預算 by month: every scheme's year at a glance, and one scheme's year to be entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.kernel.money import ZERO, Ntd, total
from backoffice.kernel.taiwan import local_date
from backoffice.ledger.queries import BudgetLine, budget_line, budget_lines, planned_and_unreleased
from backoffice.reports.forms import PlanForm
from backoffice.reports.operations import plan_allotment
from backoffice.reports.queries.board import books
from backoffice.reports.queries.plan import MonthRow, planned_months, spent_by_month, withdrawn
from backoffice.reports.rules.plan import MONTHS, difference_bp, is_open
from backoffice.reports.views.blueprint import blueprint
from backoffice.scheme import registry
from backoffice.scheme.titles import titles
from backoffice.web import guard
from backoffice.web.filters import ntd_unit
from backoffice.web.guard import page
from backoffice.web.render import render

FIRST_YEAR = 2023  # the special budget's, domain §0.5 L1
YEARS_AHEAD = 3


@dataclass(frozen=True, slots=True)
class PlanCell:
    """A month: planned, released, spent, and by how much spending differs from the plan.

    `over`: more was spent than this month's plan, out of what earlier months left; of a scheme
    without a plan nothing is.
    """

    month: int
    planned: Ntd
    released: Ntd
    spent: Ntd
    difference_bp: int | None
    open: bool
    over: bool


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A scheme's year: its months, and what they come to."""

    scheme: str
    title: str
    cells: tuple[PlanCell, ...]
    planned: Ntd
    released: Ntd
    spent: Ntd
    difference_bp: int | None
    withdrawn: Ntd


def rows_of(year: int, scheme: str = "") -> tuple[PlanRow, ...]:
    """The year of every scheme that has a budget, or of one."""
    session, today = sessions.session(), local_date(guard.now())
    lines = (budget_line(session, scheme),) if scheme else budget_lines(session)
    months = planned_months(session, year, scheme)
    spent, taken = spent_by_month(session, year), withdrawn(session, year)
    names = titles(guard.now())
    return tuple(
        _row(
            line,
            names.get(line.scheme, line.scheme),
            _cells(year, months.get(line.scheme, {}), spent.get(line.scheme), today),
            taken.get(line.scheme, ZERO),
        )
        for line in lines
    )


def _row(line: BudgetLine, title: str, cells: tuple[PlanCell, ...], taken: Ntd) -> PlanRow:
    planned, spent = total(cell.planned for cell in cells), total(cell.spent for cell in cells)
    return PlanRow(
        scheme=line.scheme,
        title=title,
        cells=cells,
        planned=planned,
        released=total(cell.released for cell in cells),
        spent=spent,
        difference_bp=difference_bp(spent, planned),
        withdrawn=taken,
    )


def _cells(
    year: int, months: Mapping[int, MonthRow], spent: Sequence[Ntd] | None, today: date
) -> tuple[PlanCell, ...]:
    used = spent or (ZERO,) * len(MONTHS)
    return tuple(_cell(months, month, used[month - 1], year=year, today=today) for month in MONTHS)


def _cell(
    months: Mapping[int, MonthRow], month: int, spent: Ntd, *, year: int, today: date
) -> PlanCell:
    row = months.get(month)
    planned = row.planned if row else ZERO
    is_released = bool(row and row.released_at)
    return PlanCell(
        month=month,
        planned=planned,
        released=row.released if row else ZERO,
        spent=spent,
        difference_bp=difference_bp(spent, planned),
        open=is_open(year, month, today, is_planned=is_released) and not is_released,
        over=bool(months) and spent > planned,
    )


def year_asked() -> int:
    """The year of the address (A.D.); this one without, and 404 for one that is not planned."""
    this = local_date(guard.now()).year
    year = request.args.get("year", this, type=int)
    return known_year(year)


def known_year(year: int) -> int:
    """A year that the special budget may have; 404 otherwise."""
    if not FIRST_YEAR <= year <= local_date(guard.now()).year + YEARS_AHEAD:
        raise NotFound
    return year


@blueprint.get("/budget/plan")
@page(requires=Permission.LEDGER_READ)
def plan() -> Response:
    """Scheme by month: what is planned, what was spent, and the difference."""
    year = year_asked()
    rows = rows_of(year)
    return render(
        year=year,
        rows=rows,
        months=MONTHS,
        today=local_date(guard.now()),
        sums=[total(row.cells[month - 1].planned for row in rows) for month in MONTHS],
        planned=total(row.planned for row in rows),
        spent=total(row.spent for row in rows),
        over=[
            gettext("%(scheme)s %(month)s 月", scheme=row.scheme, month=cell.month)
            for row in rows
            for cell in row.cells
            if cell.over
        ],
        earlier=year - 1 if year > FIRST_YEAR else None,
        later=year + 1 if year < local_date(guard.now()).year + YEARS_AHEAD else None,
        may_enter=guard.actor().may(Permission.BUDGET_ENTER),
        books=books(sessions.session()),
    )


@blueprint.route("/budget/plan/<scheme>/<int:year>", methods=["GET", "POST"])
@page(requires=Permission.BUDGET_ENTER)
def plan_scheme(scheme: str, year: int) -> ResponseReturnValue:
    """Enter one scheme's year by document: what has begun is locked, what comes may be changed."""
    if scheme not in registry.schemes():
        raise NotFound
    session = sessions.session()
    row = rows_of(known_year(year), scheme)[0]
    shown: dict[str, Any] = {
        f"month_{cell.month}": {
            "before": str(cell.planned.dollars) if cell.open else "",
            "planned": _typed(cell),
        }
        for cell in row.cells
    }
    form = PlanForm(**shown)
    if form.submitted() and form.attempt(
        plan_allotment, scheme, year, form.typed(), form.paper, form.note.text
    ):
        flash(
            gettext("已登錄 %(scheme)s %(year)s 年各月分配數。", scheme=scheme, year=year - 1911),
            "success",
        )
        return redirect(url_for("reports.plan", year=year), code=303)
    if form.refusal_code == "stale":
        for cell in row.cells:
            form.cell(cell.month).before.data = str(cell.planned.dollars) if cell.open else ""
    line = budget_line(session, scheme)
    held = planned_and_unreleased(session, scheme)
    room = line.appropriation - line.allotment - held
    return render(
        scheme=scheme,
        year=year,
        row=row,
        form=form,
        line=line,
        held=held,
        # What the open months of this year may come to in all.
        room=room + total(cell.planned for cell in row.cells if cell.open),
        room_words=ntd_unit(room),
    )


def _typed(cell: PlanCell) -> str:
    return f"{cell.planned.dollars:,}" if cell.planned else ""
