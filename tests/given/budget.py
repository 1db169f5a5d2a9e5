"""Money for the schemes, entered by accounting as on the pages."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import local_date
from backoffice.ledger.models import BudgetClosing, BudgetShift
from backoffice.ledger.queries import budget_line
from backoffice.ledger.rules import ShiftKind, Stage
from backoffice.reports.operations import (
    approve_closing,
    approve_shift,
    enter_allotment,
    enter_appropriation,
    plan_allotment,
    propose_closing,
    propose_shift,
)
from backoffice.reports.rules import Document
from backoffice.reports.rules.plan import MonthPlan
from backoffice.reports.rules.shifts import Shift
from backoffice.use_case import Office
from tests.given.roster import ACCOUNTING, MANAGER

SCHEME = "S01"
NUMBER = "院授主預經字第1120100001號"


def an_appropriation(
    office: Office,
    amount: int = 100_000_000,
    *,
    scheme: str = SCHEME,
    number: str = NUMBER,
    on: date | None = None,
    note: str = "",
) -> None:
    """An appropriation 法定預算, entered on the day of its document."""
    day = on or local_date(office.clock.now())
    office.perform(enter_appropriation, ACCOUNTING, scheme, Ntd(amount), number, day, note)


def an_allotment(
    office: Office,
    amount: int = 50_000_000,
    *,
    scheme: str = SCHEME,
    number: str = NUMBER,
    on: date | None = None,
    note: str = "",
) -> None:
    """An allotment 分配預算, entered on the day of its document."""
    day = on or local_date(office.clock.now())
    office.perform(enter_allotment, ACCOUNTING, scheme, Ntd(amount), number, day, note)


def amounts(office: Office, scheme: str = SCHEME) -> dict[str, int]:
    """Where the scheme's dollars stand: stage to amount, stages without money left out."""
    with Session(office.engine) as session:
        line = budget_line(session, scheme)
    return {stage.value: line.amount(stage).dollars for stage in Stage if line.amount(stage)}


def paper(number: str = NUMBER, on: date = date(2023, 4, 17)) -> Document:
    """An official document."""
    return Document(number, on)


def a_plan(
    office: Office,
    months: dict[int, int],
    *,
    scheme: str = SCHEME,
    year: int = 2023,
    number: str = NUMBER,
    before: dict[int, int] | None = None,
) -> None:
    """Allotments for months of a year, entered on the page as it stands."""
    shown = before or {}
    typed = tuple(
        MonthPlan(month, Ntd(shown.get(month, 0)), Ntd(amount)) for month, amount in months.items()
    )
    office.perform(plan_allotment, ACCOUNTING, scheme, year, typed, paper(number), "")


def a_shift(
    office: Office,
    amount: int,
    *,
    source: str = SCHEME,
    target: str | None = "S02",
    number: str = NUMBER,
) -> int:
    """A transfer to another scheme, or a reduction (target None), that waits for approval."""
    kind = ShiftKind.TRANSFER if target else ShiftKind.REDUCTION
    shift = Shift(kind, source, target, Ntd(amount))
    made = office.perform(propose_shift, ACCOUNTING, shift, paper(number), "經費調整")
    assert made is not None
    return made


def approve(office: Office, shift_id: int) -> None:
    """The manager approves a transfer."""
    with Session(office.engine) as session:
        version = session.get_one(BudgetShift, shift_id).version
    office.perform(approve_shift, MANAGER, shift_id, version)


def close(office: Office, scheme: str = SCHEME) -> None:
    """Accounting proposes the closing of a budget, and the manager approves it."""
    day = local_date(office.clock.now())
    closing = office.perform(propose_closing, ACCOUNTING, scheme, paper("結算第1號", day))
    with Session(office.engine) as session:
        version = session.get_one(BudgetClosing, closing).version
    office.perform(approve_closing, MANAGER, closing, version)
