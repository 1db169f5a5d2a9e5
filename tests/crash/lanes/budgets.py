"""Budgets: appropriated, planned by month, allotted; transferred to another scheme, or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.kernel.money import ZERO, Ntd
from backoffice.ledger.models import BudgetShift
from backoffice.ledger.rules import ShiftKind
from backoffice.reports.operations import (
    approve_shift,
    enter_allotment,
    enter_appropriation,
    plan_allotment,
    propose_shift,
    return_shift,
)
from backoffice.reports.rules import Document
from backoffice.reports.rules.plan import MonthPlan
from backoffice.reports.rules.shifts import Shift
from backoffice.use_case import Office, UseCase
from tests import given
from tests.crash.deeds import LAST_DAY, Deed, Lane, Mark, always

SCHEMES = ("S04", "S06")
TARGET = "S05"
APPROPRIATED, ALLOTTED, MOVED, CUT = Ntd(10_000_000), Ntd(1_000_000), Ntd(2_000_000), Ntd(500_000)

POSTED = "SELECT count(*) FROM ledger_transfer WHERE key = :it"
PLANNED = "SELECT count(*) / 2 FROM allotment_period WHERE scheme = :it AND planned > 0"
PROPOSED = "SELECT count(*) FROM budget_shift WHERE document_number = :it"
DECIDED = f"{PROPOSED} AND decided_at IS NOT NULL"


def lanes() -> Iterator[Lane]:
    """A lane for each scheme."""
    for scheme in SCHEMES:
        yield list(_lane(scheme))


def _lane(scheme: str) -> Iterator[Deed]:
    number = f"主預字第{scheme}號"
    paper = Document(number, LAST_DAY)
    entering = given.ACCOUNTING
    yield Deed(
        f"appropriate:{scheme}",
        enter_appropriation,
        entering,
        always(scheme, APPROPRIATED, number, LAST_DAY, ""),
        Mark(POSTED, f"appropriation:{scheme}:{number}"),
    )
    months = tuple(MonthPlan(month, ZERO, ALLOTTED) for month in (LAST_DAY.month, 6))
    yield Deed(
        f"plan:{scheme}",
        plan_allotment,
        entering,
        always(scheme, LAST_DAY.year, months, paper, ""),
        Mark(PLANNED, scheme),
    )
    yield Deed(
        f"allot:{scheme}",
        enter_allotment,
        entering,
        always(scheme, ALLOTTED, number, LAST_DAY, ""),
        Mark(POSTED, f"allotment:{scheme}:{number}"),
    )
    transfer = Shift(ShiftKind.TRANSFER, scheme, TARGET, MOVED)
    cut = Shift(ShiftKind.REDUCTION, scheme, None, CUT)
    for shift, decide, note in ((transfer, approve_shift, ()), (cut, return_shift, ("再議",))):
        letter = f"{shift.kind.value}-{scheme}"
        proposed = always(shift, Document(letter, LAST_DAY), "經費調整")
        mark = Mark(PROPOSED, letter)
        yield Deed(f"propose:{letter}", propose_shift, entering, proposed, mark)
        yield _decided(letter, decide, note)


def _decided(letter: str, decide: UseCase[Any, Any], note: tuple[str, ...]) -> Deed:
    def shown(office: Office) -> tuple[object, ...]:
        with Session(office.engine) as session:
            wanted = select(BudgetShift).where(BudgetShift.document_number == letter)
            row = session.scalars(wanted).one()
        return row.id, row.version, *note

    mark = Mark(DECIDED, letter)
    return Deed(f"decide:{letter}", decide, given.MANAGER, shown, mark)
