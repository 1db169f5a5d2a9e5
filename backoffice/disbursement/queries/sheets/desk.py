"""The payment desk: sheets by step, and how many wait at each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import (
    and_,
    case,
    func,
    select,
)
from sqlalchemy.orm import Session

from backoffice.disbursement.models import (
    Sheet,
    SheetChange,
    Tranche,
)
from backoffice.disbursement.rules.lifecycles import (
    SheetState,
    TrancheState,
)
from backoffice.kernel.money import Ntd

PAGE = 50


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A sheet in a list."""

    id: int
    number: str
    scheme: str
    state: SheetState
    dated_on: date
    row_count: int
    total: Ntd
    made_by: int
    made_by_name: str
    checked_by: int | None
    approved_by: int | None
    purpose: str


def sheets(
    session: Session,
    states: Sequence[SheetState],
    *,
    before_id: int | None = None,
    size: int = PAGE,
) -> tuple[SheetRow, ...]:
    """Sheets in these states, the newest first, from the key on; one more than a page holds."""
    older = Sheet.id < before_id if before_id is not None else and_(True)
    rows = session.execute(
        select(
            Sheet.id,
            Sheet.number,
            Sheet.scheme,
            Sheet.state,
            Sheet.dated_on,
            Sheet.row_count,
            Sheet.total,
            Sheet.made_by,
            Sheet.made_by_name,
            Sheet.checked_by,
            Sheet.approved_by,
            Sheet.purpose,
        )
        .where(Sheet.state.in_(states), older)
        .order_by(Sheet.id.desc())
        .limit(size + 1)
    )
    return tuple(SheetRow(**row._mapping) for row in rows)


@dataclass(frozen=True, slots=True)
class StepCount:
    """How many sheets stand at a step, and on how many of them this person took no step yet."""

    count: int
    mine: int


def counts(session: Session, person_id: int) -> Mapping[SheetState, StepCount]:
    """How many sheets stand at each step; a state without any is missing."""
    untouched = and_(
        Sheet.made_by != person_id,
        func.coalesce(Sheet.checked_by, 0) != person_id,
        func.coalesce(Sheet.approved_by, 0) != person_id,
        Sheet.id.not_in(select(SheetChange.sheet_id).where(SheetChange.changed_by == person_id)),
    )
    rows = session.execute(
        select(Sheet.state, func.count(), func.sum(case((untouched, 1), else_=0)))
        .group_by(Sheet.state)
        .order_by(Sheet.state)
    )
    return {state: StepCount(count, int(mine)) for state, count, mine in rows}


def ready_count(session: Session) -> int:
    """How many verified tranches wait for a sheet, whether or not they can go on one."""
    return session.execute(
        select(func.count()).where(Tranche.state == TrancheState.VERIFIED)
    ).scalar_one()
