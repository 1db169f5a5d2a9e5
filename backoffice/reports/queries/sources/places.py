"""The rows behind what waits about places and services."""

from __future__ import annotations

from sqlalchemy import Date, bindparam

from backoffice.cases.models import Case, Seat, SeatConflict, Service
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.cases.rules.seats import ConflictState, SeatState
from backoffice.reports.queries.sources.shared import MY_CASE, Source, rows

SOON = bindparam("soon", type_=Date)


def holds() -> Source:
    """Places that are held and whose last day for the fee is near."""
    return (
        rows(Seat.case_id, case_id=Seat.case_id, due_on=Seat.due_on)
        .join(Case, Case.id == Seat.case_id)
        .where(Seat.state == SeatState.HELD, Seat.due_on <= SOON, MY_CASE)
    )


def conflicts() -> Source:
    """Late payments that outrank a place, to be decided by a person."""
    return rows(SeatConflict.id, case_id=SeatConflict.case_id, since=SeatConflict.raised_at).where(
        SeatConflict.state == ConflictState.OPEN
    )


def services() -> Source:
    """Services that have begun and are not delivered."""
    return (
        rows(Service.case_id, case_id=Service.case_id, due_on=Service.due_on)
        .join(Case, Case.id == Service.case_id)
        .where(Case.state == CaseState.IN_SERVICE, MY_CASE)
    )
