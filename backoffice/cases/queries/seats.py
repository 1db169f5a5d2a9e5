"""Places as acts ask for them: who waits, who sits where, what was paid."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Integer, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from backoffice.cases.models import (
    Case,
    FeePaid,
    Seat,
    SeatAllocation,
    SeatClaim,
    SeatConflict,
)
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.cases.rules.seats import (
    LIVE_CLAIMS,
    MOVABLE,
    TAKEN,
    ClaimState,
    ConflictState,
    FullFee,
    Paid,
    SeatKey,
    SeatState,
    full_fee,
)
from backoffice.db import look
from backoffice.scheme import registry
from backoffice.scheme.rules import SeatOrder

LINE_MAX = 2_000
CHUNK = 5_000
LINE_ORDER = (SeatClaim.key_at, SeatClaim.received_at, SeatClaim.case_number)
# Cases that may still come to a place of a round whose window is closed.
_ON_THE_WAY = (CaseState.SUBMITTED, CaseState.QUALIFYING, CaseState.SUPPLEMENT)
# Built once: every act about a place asks these.
_LINE = (
    select(SeatClaim)
    .where(SeatClaim.edition == bindparam("of_round"), SeatClaim.state == ClaimState.WAITING)
    .order_by(*LINE_ORDER)
    .limit(bindparam("most", type_=Integer))
)
_FREE = (
    select(Seat)
    .where(Seat.edition == bindparam("of_round"), Seat.state == SeatState.FREE)
    .order_by(Seat.number)
    .limit(bindparam("most", type_=Integer))
)
_PAYMENTS = (
    select(FeePaid.case_id, FeePaid.paid_at, FeePaid.amount, FeePaid.receipt_number)
    .where(
        FeePaid.case_id.in_(bindparam("case_ids", expanding=True)), FeePaid.returned_at.is_(None)
    )
    .order_by(FeePaid.case_id, FeePaid.position)
)
_TAKEN = (
    select(
        Seat.state,
        SeatAllocation.id,
        SeatAllocation.key_at,
        SeatAllocation.received_at,
        SeatAllocation.case_number,
    )
    .join(SeatAllocation, SeatAllocation.id == Seat.allocation_id)
    .where(Seat.edition == bindparam("of_round"), Seat.state.in_(TAKEN))
    .order_by(Seat.number)
)
_LAST_MOVABLE = (
    select(
        SeatAllocation.id,
        SeatAllocation.key_at,
        SeatAllocation.received_at,
        SeatAllocation.case_number,
    )
    .join(Seat, Seat.allocation_id == SeatAllocation.id)
    .where(Seat.edition == bindparam("of_round"), Seat.state.in_(MOVABLE))
    .order_by(
        SeatAllocation.key_at.desc(),
        SeatAllocation.received_at.desc(),
        SeatAllocation.case_number.desc(),
    )
    .limit(1)
)
_UNCONFLICTED = (
    select(SeatClaim)
    .where(
        SeatClaim.edition == bindparam("of_round"),
        SeatClaim.state == ClaimState.WAITING,
        SeatClaim.key_at <= bindparam("last_at"),
        ~exists().where(
            SeatConflict.claim_id == SeatClaim.id, SeatConflict.state != ConflictState.MOOT
        ),
    )
    .order_by(*LINE_ORDER)
    .limit(LINE_MAX)
)
_OPEN_CONFLICTS = (
    select(SeatConflict)
    .where(
        SeatConflict.claim_id.in_(bindparam("claim_ids", expanding=True)),
        SeatConflict.state == ConflictState.OPEN,
    )
    .order_by(SeatConflict.id)
)
_SEAT = select(Seat).where(Seat.case_id == bindparam("of_case"))
_CLAIM = select(SeatClaim).where(SeatClaim.case_id == bindparam("of_case"))


def payments(session: Session, case_ids: Collection[int]) -> Mapping[int, Sequence[Paid]]:
    """What each case paid and did not get back, in no particular order; an act flushes first."""
    found: dict[int, list[Paid]] = {}
    ids = sorted(case_ids)
    for start in range(0, len(ids), CHUNK):
        for row in look(session, _PAYMENTS, {"case_ids": ids[start : start + CHUNK]}):
            paid = Paid(row.paid_at, row.amount.dollars, row.receipt_number)
            found.setdefault(row.case_id, []).append(paid)
    return found


def full_fees(session: Session, case_ids: Collection[int], fee: int) -> Mapping[int, FullFee]:
    """The full fee of each case that has paid it."""
    found = {case_id: full_fee(paid, fee) for case_id, paid in payments(session, case_ids).items()}
    return {case_id: full for case_id, full in found.items() if full is not None}


def line(session: Session, edition: str, limit: int = LINE_MAX) -> Sequence[SeatClaim]:
    """The claims that wait, in the order in which places are given out."""
    return session.scalars(_LINE, {"of_round": edition, "most": limit}).all()


def free_seats(session: Session, edition: str, limit: int) -> Sequence[Seat]:
    """The free places with the lowest numbers."""
    return session.scalars(_FREE, {"of_round": edition, "most": limit}).all()


def has_seats(session: Session, edition: str) -> bool:
    """Whether the places of a round are there."""
    return (
        session.execute(select(Seat.id).where(Seat.edition == edition).limit(1)).first() is not None
    )


def seat_of(session: Session, case_id: int) -> Seat | None:
    """The place that a case has."""
    return session.scalars(_SEAT, {"of_case": case_id}).one_or_none()


def claim_of(session: Session, case_id: int) -> SeatClaim | None:
    """How a case stands towards a place; None until one is due to it."""
    return session.scalars(_CLAIM, {"of_case": case_id}).one_or_none()


def taken_keys(session: Session, edition: str) -> Sequence[tuple[SeatState, int, SeatKey]]:
    """State, allocation and key of every place that somebody has; an act flushes first."""
    rows = look(session, _TAKEN, {"of_round": edition})
    return [(row[0], row[1], SeatKey(row[2], row[3], row[4])) for row in rows]


def last_movable(session: Session, edition: str) -> tuple[int, SeatKey] | None:
    """The last allocation, with its key, that an earlier firm could still have had.

    An act flushes first.
    """
    row = look(session, _LAST_MOVABLE, {"of_round": edition}).first()
    return None if row is None else (row[0], SeatKey(row[1], row[2], row[3]))


def last_given_at(session: Session, edition: str) -> datetime:
    """The latest instant at which a place of the round was given; one was."""
    return session.execute(
        select(func.max(SeatAllocation.allocated_at)).where(SeatAllocation.edition == edition)
    ).scalar_one()


def movable_keys(session: Session, edition: str) -> Mapping[SeatKey, int]:
    """The allocations that an earlier firm could still have had, by their keys."""
    return {
        key: allocation_id
        for state, allocation_id, key in taken_keys(session, edition)
        if state in MOVABLE
    }


def unconflicted(session: Session, edition: str, last: SeatKey) -> Sequence[SeatClaim]:
    """Waiting claims that may come before `last` and have no conflict yet, in order."""
    return session.scalars(_UNCONFLICTED, {"of_round": edition, "last_at": last.at}).all()


def open_conflicts(session: Session, claim_ids: Collection[int]) -> Sequence[SeatConflict]:
    """The conflicts of these claims that nobody has decided."""
    return session.scalars(_OPEN_CONFLICTS, {"claim_ids": list(claim_ids)}).all()


def somebody_on_the_way(session: Session, edition: str) -> bool:
    """Whether a case of the round may still come to claim a place."""
    unclaimed = ~exists().where(SeatClaim.case_id == Case.id)
    waiting = select(Case.id).where(
        Case.edition == edition,
        Case.scheme == edition.split("/", 1)[0],
        or_(Case.state.in_(_ON_THE_WAY), (Case.state == CaseState.ACCEPTED) & unclaimed),
    )
    return session.execute(waiting.limit(1)).first() is not None


def freed_seats(session: Session, edition: str) -> Sequence[Seat]:
    """Free places that somebody had before."""
    before = exists().where(SeatAllocation.seat_id == Seat.id)
    return session.scalars(
        select(Seat)
        .where(Seat.edition == edition, Seat.state == SeatState.FREE, before)
        .order_by(Seat.number)
    ).all()


def overdue_round(session: Session, today: date) -> str | None:
    """The round with the held place that is longest past its day."""
    return session.scalars(
        select(Seat.edition)
        .where(Seat.state == SeatState.HELD, Seat.due_on < today)
        .order_by(Seat.due_on, Seat.id)
        .limit(1)
    ).first()


def overdue_hold(session: Session, edition: str, today: date) -> Seat | None:
    """The held place of a round that is longest past its day."""
    return session.scalars(
        select(Seat)
        .where(Seat.edition == edition, Seat.state == SeatState.HELD, Seat.due_on < today)
        .order_by(Seat.due_on, Seat.id)
        .limit(1)
    ).first()


def unclaimed_cases(session: Session, scheme: str, edition: str) -> Sequence[int]:
    """Accepted cases of a round without a claim, whose firm has none by another case."""
    firms = exists().where(
        SeatClaim.edition == edition, SeatClaim.ubn == Case.ubn, SeatClaim.state.in_(LIVE_CLAIMS)
    )
    return session.scalars(
        select(Case.id)
        .where(
            Case.scheme == scheme,
            Case.edition == edition,
            Case.state == CaseState.ACCEPTED,
            ~exists().where(SeatClaim.case_id == Case.id),
            ~firms,
        )
        .order_by(Case.id)
        .limit(LINE_MAX)
    ).all()


def unbooked(session: Session, limit: int) -> Sequence[tuple[FeePaid, str, str]]:
    """Payments that are not in the fee book, with the number and the scheme of their case."""
    rows = session.execute(
        select(FeePaid, Case.number, Case.scheme)
        .join(Case, Case.id == FeePaid.case_id)
        .where(FeePaid.entered_at.is_(None))
        .order_by(FeePaid.id)
        .limit(limit)
    )
    return [(payment, number, scheme) for payment, number, scheme in rows]


def waiting_beside_free(session: Session) -> Sequence[str]:
    """Rounds in which somebody waits while a place is free, or one that was freed stays free."""
    free = exists().where(Seat.edition == SeatClaim.edition, Seat.state == SeatState.FREE)
    waited = select(SeatClaim.edition).where(SeatClaim.state == ClaimState.WAITING, free)
    freed = select(Seat.edition).where(
        Seat.state == SeatState.FREE, exists().where(SeatAllocation.seat_id == Seat.id)
    )
    found = session.scalars(waited.union(freed).order_by("edition"))
    return list(found)


def places_of(
    session: Session, numbers: Collection[str]
) -> Mapping[str, tuple[int | None, int | None]]:
    """Place and position in line of these cases, by case number; one of the two is None."""
    editions = set(session.scalars(select(SeatClaim.edition).distinct()))
    found: dict[str, tuple[int | None, int | None]] = {}
    for edition in sorted(editions):
        seated = session.execute(
            select(Case.number, Seat.number)
            .join(Case, Case.id == Seat.case_id)
            .where(Seat.edition == edition)
            .order_by(Seat.number)
        )
        found |= {case_number: (place, None) for case_number, place in seated}
        waiting = line(session, edition)
        found |= {claim.case_number: (None, place) for place, claim in enumerate(waiting, 1)}
    wanted = set(numbers)
    return {number: place for number, place in found.items() if number in wanted}


def by_payment(session: Session, case_ids: Sequence[int]) -> Mapping[str, list[int]]:
    """Those of the cases whose places go by payment, by round."""
    found: dict[str, list[int]] = {}
    ids = sorted(case_ids)
    for start in range(0, len(ids), CHUNK):
        rows = session.execute(
            select(Case.id, Case.edition)
            .where(Case.id.in_(ids[start : start + CHUNK]))
            .order_by(Case.id)
        )
        for case_id, edition in rows:
            seats = registry.edition_named(edition).seats
            if seats is not None and seats.order is SeatOrder.PAYMENT:
                found.setdefault(edition, []).append(case_id)
    return found
