"""The budget's own documents: a half-year planned by month, a reduction, and a transfer."""

from __future__ import annotations

from sqlalchemy.orm import Session

from backoffice.demo.stage import Stage
from backoffice.kernel.money import ZERO, Ntd
from backoffice.ledger.models import BudgetShift
from backoffice.ledger.queries import BudgetLine, budget_lines, planned_and_unreleased
from backoffice.ledger.rules import ShiftKind
from backoffice.ledger.rules import Stage as BudgetStage
from backoffice.reports.operations import approve_shift, plan_allotment, propose_shift
from backoffice.reports.rules import Document
from backoffice.reports.rules.plan import MonthPlan
from backoffice.reports.rules.shifts import Shift

MONTHS = range(8, 13)
A_MONTH = Ntd(200_000)
MOVED = Ntd(300_000)


def play(stage: Stage) -> None:
    """Accounting plans the rest of the year, and enters a reduction and a transfer.

    Of the scheme with the most money left. The reduction is approved and the transfer waits, so
    that nobody's place in a line changes.
    """
    with Session(stage.office.engine) as session:
        lines = sorted(budget_lines(session), key=_available, reverse=True)[:2]
        held = planned_and_unreleased(session, lines[0].scheme)
    source, target = lines
    room = source.appropriation - source.allotment - held
    if room >= Ntd(A_MONTH.dollars * len(MONTHS) + 2 * MOVED.dollars):
        months = tuple(MonthPlan(month, ZERO, A_MONTH) for month in MONTHS)
        stage.office.perform(
            plan_allotment,
            stage.cast.accounting,
            source.scheme,
            stage.today.year,
            months,
            Document("主預字第1130601號", stage.today),
            "113 年下半年分配",
        )
    reduction = Shift(ShiftKind.REDUCTION, source.scheme, None, MOVED)
    made = _propose(stage, reduction, "主預字第1130602號")
    version = stage.row(BudgetShift, made).version
    stage.office.perform(approve_shift, stage.cast.manager, made, version)
    transfer = Shift(ShiftKind.TRANSFER, source.scheme, target.scheme, MOVED)
    _propose(stage, transfer, "主預字第1130603號")


def _available(line: BudgetLine) -> Ntd:
    return line.amount(BudgetStage.AVAILABLE)


def _propose(stage: Stage, shift: Shift, number: str) -> int:
    made = stage.office.perform(
        propose_shift,
        stage.cast.accounting,
        shift,
        Document(number, stage.today),
        "依實際申請情形調整經費",
    )
    assert made is not None, "a proposal has a number"
    return made
