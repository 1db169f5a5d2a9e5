"""Money for the schemes, entered by accounting as on the pages."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import local_date
from backoffice.ledger.queries import budget_line
from backoffice.ledger.rules import Stage
from backoffice.reports.operations import enter_allotment, enter_appropriation
from backoffice.use_case import Office
from tests.given.roster import ACCOUNTING

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
