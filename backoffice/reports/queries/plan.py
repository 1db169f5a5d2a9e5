"""分配預算 by month: planned, released, and what was spent in each month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from sqlalchemy import and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from backoffice.kernel.money import ZERO, Ntd
from backoffice.kernel.taiwan import through_end_of
from backoffice.ledger.models import (
    AllotmentPeriod,
    AllotmentYear,
    BudgetClosing,
    BudgetShift,
    LedgerAccount,
    LedgerTransfer,
)
from backoffice.ledger.rules import ProposalState, ShiftKind, Stage
from backoffice.reports.rules.plan import MONTHS

PAGE = 50
_SCHEMES_MAX = 100
_CLOSINGS_MAX = 200


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month of a scheme's plan; `released_at` None until its first day."""

    month: int
    planned: Ntd
    released_at: datetime | None
    document_number: str

    @property
    def released(self) -> Ntd:
        return self.planned if self.released_at else ZERO


def planned_months(
    session: Session, year: int, scheme: str = ""
) -> Mapping[str, Mapping[int, MonthRow]]:
    """The plan of a year (A.D.) by scheme and month; of one scheme, or of all."""
    rows = session.execute(
        select(
            AllotmentPeriod.scheme,
            AllotmentPeriod.month,
            AllotmentPeriod.planned,
            AllotmentPeriod.released_at,
            AllotmentPeriod.document_number,
        )
        .where(AllotmentPeriod.year == year, AllotmentPeriod.scheme == scheme if scheme else true())
        .order_by(AllotmentPeriod.scheme, AllotmentPeriod.month)
        .limit(len(MONTHS) * _SCHEMES_MAX)
    )
    found: dict[str, dict[int, MonthRow]] = defaultdict(dict)
    for row in rows:
        found[row.scheme][row.month] = MonthRow(*row[1:])
    return dict(found)


def spent_by_month(session: Session, year: int) -> Mapping[str, tuple[Ntd, ...]]:
    """What each scheme used of its allotment in each month of a year, what came back taken off."""
    borders = [_begins(year, month) for month in MONTHS] + [_begins(year + 1, 1)]
    used = select(LedgerAccount.id).where(LedgerAccount.stage == Stage.ALLOTMENT_USED.value)
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * len(MONTHS))
    for column, sign in ((LedgerTransfer.target_id, 1), (LedgerTransfer.source_id, -1)):
        months = [
            func.sum(
                case(
                    (
                        and_(LedgerTransfer.at >= since, LedgerTransfer.at < until),
                        LedgerTransfer.quantity,
                    ),
                    else_=0,
                )
            )
            for since, until in pairwise(borders)
        ]
        rows = session.execute(
            select(LedgerAccount.scheme, *months)
            .join(LedgerAccount, LedgerAccount.id == column)
            .where(
                column.in_(used), LedgerTransfer.at >= borders[0], LedgerTransfer.at < borders[-1]
            )
            .group_by(LedgerAccount.scheme)
            .order_by(LedgerAccount.scheme)
        )
        for scheme, *amounts in rows:
            for place, amount in enumerate(amounts):
                sums[scheme][place] += sign * int(amount)
    return {scheme: tuple(map(Ntd, amounts)) for scheme, amounts in sums.items()}


def _begins(year: int, month: int) -> datetime:
    return through_end_of(date(year, month, 1) - timedelta(days=1))


def withdrawn(session: Session, year: int) -> Mapping[str, Ntd]:
    """What was taken back of each scheme's plan at the end of a year."""
    rows = session.execute(
        select(AllotmentYear.scheme, AllotmentYear.withdrawn)
        .where(AllotmentYear.year == year)
        .order_by(AllotmentYear.scheme)
        .limit(_SCHEMES_MAX)
    )
    return {row.scheme: row.withdrawn for row in rows}


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """A transfer or a reduction as it is shown."""

    id: int
    version: int
    kind: ShiftKind
    source_scheme: str
    target_scheme: str | None
    amount: Ntd
    document_number: str
    document_on: date
    reason: str
    state: ProposalState
    proposed_by: int
    proposed_by_name: str
    proposed_at: datetime
    decided_by_name: str
    decided_at: datetime | None
    decision_note: str


_SHIFT = tuple(getattr(BudgetShift, name) for name in ShiftRow.__dataclass_fields__)


def shifts(session: Session, *, before: int | None = None, size: int = PAGE) -> Sequence[ShiftRow]:
    """Transfers and reductions, the newest first, `size` and one from the key `before` on."""
    rows = session.execute(
        select(*_SHIFT)
        .where(BudgetShift.id < before if before is not None else true())
        .order_by(BudgetShift.id.desc())
        .limit(size + 1)
    )
    return tuple(ShiftRow(*row) for row in rows)


def shift(session: Session, shift_id: int) -> ShiftRow | None:
    """One of them."""
    row = session.execute(select(*_SHIFT).where(BudgetShift.id == shift_id)).one_or_none()
    return None if row is None else ShiftRow(*row)


def shifted(session: Session, scheme: str) -> Mapping[str, Ntd]:
    """What was approved for a scheme: "in", "out" and "reduced"."""
    incoming = BudgetShift.target_scheme == scheme
    row = session.execute(
        select(
            func.sum(case((incoming, BudgetShift.amount), else_=Ntd(0))),
            func.sum(
                case(
                    (
                        and_(~incoming, BudgetShift.kind == ShiftKind.TRANSFER),
                        BudgetShift.amount,
                    ),
                    else_=Ntd(0),
                )
            ),
            func.sum(case((BudgetShift.kind == ShiftKind.REDUCTION, BudgetShift.amount))),
        ).where(
            BudgetShift.state == ProposalState.APPROVED,
            or_(incoming, BudgetShift.source_scheme == scheme),
        )
    ).one()
    return dict(zip(("in", "out", "reduced"), (part or ZERO for part in row), strict=True))


@dataclass(frozen=True, slots=True)
class ClosingRow:
    """The closing of a scheme's budget, proposed or approved."""

    id: int
    version: int
    scheme: str
    year: int
    state: ProposalState
    appropriation: Ntd
    realised: Ntd
    payable: Ntd
    carried: Ntd
    lapsed: Ntd
    document_number: str
    document_on: date
    proposed_by: int
    proposed_by_name: str
    proposed_at: datetime
    decided_by_name: str
    decided_at: datetime | None
    decision_note: str


_CLOSING = tuple(getattr(BudgetClosing, name) for name in ClosingRow.__dataclass_fields__)


def closings(session: Session) -> Mapping[str, ClosingRow]:
    """The last closing of each scheme that has one, proposed, approved or returned."""
    rows = session.execute(select(*_CLOSING).order_by(BudgetClosing.id.desc()).limit(_CLOSINGS_MAX))
    found: dict[str, ClosingRow] = {}
    for row in rows:
        found.setdefault(row.scheme, ClosingRow(*row))
    return found
