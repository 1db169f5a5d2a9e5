"""Where the kept counts are not the number of the cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from backoffice.cases.models import Case, CaseCount, OfficerLoad, Turn
from backoffice.cases.rules.lifecycle import CaseState


def state_differences(session: Session) -> Mapping[tuple[str, CaseState], int]:
    """By scheme and state how many cases the kept count is short of; negative for too many."""
    counted = select(Case.scheme, Case.state, func.count().label("cases")).group_by(
        Case.scheme, Case.state
    )
    kept = select(CaseCount.scheme, CaseCount.state, -CaseCount.cases)
    return {(scheme, state): cases for scheme, state, cases in _differences(session, counted, kept)}


def load_differences(session: Session) -> Mapping[int, int]:
    """By officer how many cases the kept load is short of."""
    counted = (
        select(Case.officer_id, func.count().label("cases"))
        .where(Case.officer_id.is_not(None), Case.turn == Turn.OURS)
        .group_by(Case.officer_id)
    )
    kept = select(OfficerLoad.officer_id, -OfficerLoad.cases)
    return dict(_differences(session, counted, kept))


def _differences(session: Session, counted: Any, kept: Any) -> Any:
    """One statement, so that both are read at one instant: what came in twice or never."""
    both = union_all(counted, kept).subquery()
    *key, cases = both.c
    found = select(*key, func.sum(cases)).group_by(*key).having(func.sum(cases) != 0)
    return [(*row[:-1], int(row[-1])) for row in session.execute(found.order_by(*key))]
