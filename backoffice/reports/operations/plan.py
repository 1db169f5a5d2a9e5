"""分配預算 by month: what accounting plans, and the months that have begun released at once."""

from __future__ import annotations

from sqlalchemy import select

from backoffice.access import Permission
from backoffice.kernel.money import ZERO, total
from backoffice.kernel.refusal import Stale
from backoffice.kernel.taiwan import local_date
from backoffice.ledger.models import AllotmentPeriod
from backoffice.ledger.operations import given, release_due
from backoffice.ledger.queries import planned_and_unreleased
from backoffice.ledger.rules import Stage
from backoffice.reports.rules import Document, cleaned_paper
from backoffice.reports.rules.plan import MonthPlan, check_open, check_planned
from backoffice.scheme import registry
from backoffice.use_case import Act, use_case


@use_case("budget.plan_allotment", requires=Permission.BUDGET_ENTER)
def plan_allotment(
    act: Act, scheme: str, year: int, months: tuple[MonthPlan, ...], paper: Document, note: str
) -> None:
    """Enter or change a scheme's allotments for months of a year (A.D.) 分配預算, by a document.

    A month is released on its first day and never changed after that; the current month, planned
    late, is released now. Refuses "scheme.unknown", what `cleaned_paper`, `check_open` and
    `check_planned` do, and the stale when a month is no longer what the page showed.
    """
    registry.editions_of(scheme)
    today = local_date(act.now)
    paper = cleaned_paper(paper.number, paper.on, note, today=today)
    allotted = given(act, scheme, Stage.ALLOTMENT)
    appropriation = given(act, scheme, Stage.APPROPRIATION)
    rows = _rows(act, scheme, year)
    changed = [month for month in months if month.planned != month.before]
    for month in months:
        row = rows.get(month.month)
        if month.before != (row.planned if row else ZERO):
            raise Stale
    released = frozenset(number for number, row in rows.items() if row.released_at)
    check_open(year, [month.month for month in changed], released, today)
    held = planned_and_unreleased(act.session, scheme)
    more = total(month.planned for month in changed) - total(month.before for month in changed)
    check_planned(allotted + held + more, appropriation)
    for month in changed:
        _plan(act, scheme, year, month, rows.get(month.month), paper, note)
    act.because(f"{paper.number} {note.strip()}".strip())
    act.session.flush()
    release_due(act, scheme)


def _rows(act: Act, scheme: str, year: int) -> dict[int, AllotmentPeriod]:
    found = act.session.scalars(
        select(AllotmentPeriod)
        .where(AllotmentPeriod.scheme == scheme, AllotmentPeriod.year == year)
        .order_by(AllotmentPeriod.month)
    )
    return {row.month: row for row in found}


def _plan(
    act: Act,
    scheme: str,
    year: int,
    month: MonthPlan,
    row: AllotmentPeriod | None,
    paper: Document,
    note: str,
) -> None:
    if row is None:
        row = AllotmentPeriod(scheme=scheme, year=year, month=month.month)
        act.session.add(row)
    row.planned = month.planned
    row.document_number = paper.number
    row.document_on = paper.on
    row.note = note.strip()
    row.entered_by = act.actor.id
    row.entered_at = act.now
