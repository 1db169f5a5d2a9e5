"""The kept counts: every case is in exactly one of them, and every load is a pile."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case, CaseCount, OfficerLoad, Turn
from backoffice.invariants.register import Found, invariant


@invariant("I-50 kept counts match the cases")
def counts_are_the_cases(session: Session) -> Found:
    """Counted anew, against what is kept by scheme and state, and by officer."""
    states = {
        (row.scheme, row.state): row.there
        for row in session.execute(
            select(Case.scheme, Case.state, func.count().label("there")).group_by(
                Case.scheme, Case.state
            )
        )
    }
    loads = {
        row.officer_id: row.there
        for row in session.execute(
            select(Case.officer_id, func.count().label("there"))
            .where(Case.officer_id.is_not(None), Case.turn == Turn.OURS)
            .group_by(Case.officer_id)
        )
    }
    for row in session.execute(select(CaseCount.scheme, CaseCount.state, CaseCount.cases)):
        if row.cases != (there := states.pop((row.scheme, row.state), 0)):
            yield f"{row.scheme} {row.state}", f"{row.cases} kept, {there} there"
    for load in session.execute(select(OfficerLoad.officer_id, OfficerLoad.cases)):
        if load.cases != (there := loads.pop(load.officer_id, 0)):
            yield f"officer {load.officer_id}", f"{load.cases} kept, {there} there"
    for (scheme, state), there in states.items():
        yield f"{scheme} {state}", f"nothing kept, {there} there"
    for officer_id, there in loads.items():
        yield f"officer {officer_id}", f"nothing kept, {there} there"
