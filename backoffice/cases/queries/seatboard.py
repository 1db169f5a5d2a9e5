"""Places as pages show them: a round's places and line, what is disputed, one case's standing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.cases.models import (
    Case,
    FeePaid,
    Seat,
    SeatAllocation,
    SeatClaim,
    SeatConflict,
    SeatRelease,
    Service,
)
from backoffice.cases.queries.seats import LINE_MAX, LINE_ORDER
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.cases.rules.seats import (
    LIVE_CLAIMS,
    MOVABLE,
    ClaimState,
    ConflictState,
    FeeSource,
    ReleaseCause,
    SeatKey,
    SeatState,
)
from backoffice.kernel.money import Ntd

CELLS_MAX = 1_000
CONFLICTS_MAX = 100
HISTORY_MAX = 200


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A place: whose it is, what put that case in order, and when it was given."""

    number: int
    state: SeatState
    case_id: int | None = None
    case_number: str | None = None
    firm_name: str | None = None
    key_at: datetime | None = None
    received_at: datetime | None = None
    receipt: str | None = None
    allocated_at: datetime | None = None
    due_on: date | None = None

    @property
    def key(self) -> SeatKey | None:
        """What put its case in order; None for a free place."""
        if self.key_at is None or self.received_at is None or self.case_number is None:
            return None
        return SeatKey(self.key_at, self.received_at, self.case_number)


def seat_rows(session: Session, edition: str, total: int) -> tuple[SeatRow, ...]:
    """Every place by number; all free while nobody has asked for one yet."""
    rows: Sequence[Any] = session.execute(
        select(
            Seat.number,
            Seat.state,
            Seat.case_id,
            Case.number,
            Case.firm_name,
            SeatAllocation.key_at,
            SeatAllocation.received_at,
            SeatAllocation.receipt,
            SeatAllocation.allocated_at,
            Seat.due_on,
        )
        .outerjoin(Case, Case.id == Seat.case_id)
        .outerjoin(SeatAllocation, SeatAllocation.id == Seat.allocation_id)
        .where(Seat.edition == edition)
        .order_by(Seat.number)
        .limit(CELLS_MAX)
    ).all()
    found = tuple(SeatRow(*row) for row in rows)
    return found or tuple(SeatRow(each, SeatState.FREE) for each in range(1, total + 1))


@dataclass(frozen=True, slots=True)
class LineRow:
    """A case that waits; its position in line is its place in the list."""

    case_id: int
    case_number: str
    firm_name: str
    key_at: datetime
    received_at: datetime
    receipt: str
    choice: str

    @property
    def key(self) -> SeatKey:
        """What puts it in order."""
        return SeatKey(self.key_at, self.received_at, self.case_number)


def line_rows(session: Session, edition: str) -> tuple[LineRow, ...]:
    """Who waits for a place of the round, the head first."""
    rows = session.execute(
        select(
            SeatClaim.case_id,
            SeatClaim.case_number,
            Case.firm_name,
            SeatClaim.key_at,
            SeatClaim.received_at,
            SeatClaim.receipt,
            SeatClaim.choice,
        )
        .join(Case, Case.id == SeatClaim.case_id)
        .where(SeatClaim.edition == edition, SeatClaim.state == ClaimState.WAITING)
        .order_by(*LINE_ORDER)
        .limit(LINE_MAX)
    )
    return tuple(LineRow(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """A conflict: who came late, whose place it outranked then, and what was decided."""

    id: int
    version: int
    scheme: str
    edition: str
    claim_id: int
    case_id: int
    case_number: str
    firm_name: str
    key_at: datetime
    receipt: str
    rank: int
    state: ConflictState
    raised_at: datetime
    reason: str
    decided_by_name: str
    decided_at: datetime | None


_CONFLICT = (
    SeatConflict.id,
    SeatConflict.version,
    SeatConflict.scheme,
    SeatConflict.edition,
    SeatConflict.claim_id,
    SeatConflict.case_id,
    Case.number,
    Case.firm_name,
    SeatConflict.key_at,
    SeatClaim.receipt,
    SeatConflict.rank,
    SeatConflict.state,
    SeatConflict.raised_at,
    SeatConflict.reason,
    SeatConflict.decided_by_name,
    SeatConflict.decided_at,
)


def conflict_rows(session: Session, edition: str) -> tuple[ConflictRow, ...]:
    """The conflicts of a round: those that wait for a decision first, then the newest."""
    rows: Sequence[Any] = session.execute(
        select(*_CONFLICT)
        .join(SeatClaim, SeatClaim.id == SeatConflict.claim_id)
        .join(Case, Case.id == SeatConflict.case_id)
        .where(SeatConflict.edition == edition)
        .order_by(SeatConflict.state != ConflictState.OPEN, SeatConflict.id.desc())
        .limit(CONFLICTS_MAX)
    ).all()
    return tuple(ConflictRow(*row) for row in rows)


def conflict_row(session: Session, conflict_id: int) -> ConflictRow:
    """One conflict; NoResultFound when there is none."""
    row: Any = session.execute(
        select(*_CONFLICT)
        .join(SeatClaim, SeatClaim.id == SeatConflict.claim_id)
        .join(Case, Case.id == SeatConflict.case_id)
        .where(SeatConflict.id == conflict_id)
    ).one()
    return ConflictRow(*row)


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever would have to give way: its allocation, place and key."""

    allocation_id: int
    number: int
    case_id: int
    case_number: str
    firm_name: str
    key: SeatKey
    receipt: str


def last_holder(session: Session, edition: str) -> Holder | None:
    """The last in order of those whose service has not begun; None if there is none."""
    row = session.execute(
        select(
            SeatAllocation.id,
            Seat.number,
            Case.id,
            Case.number,
            Case.firm_name,
            SeatAllocation.key_at,
            SeatAllocation.received_at,
            SeatAllocation.receipt,
        )
        .join(Seat, Seat.allocation_id == SeatAllocation.id)
        .join(Case, Case.id == SeatAllocation.case_id)
        .where(Seat.edition == edition, Seat.state.in_(MOVABLE))
        .order_by(
            SeatAllocation.key_at.desc(),
            SeatAllocation.received_at.desc(),
            SeatAllocation.case_number.desc(),
        )
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    given, number, case_id, case_number, firm, key_at, received_at, receipt = row
    key = SeatKey(key_at, received_at, case_number)
    return Holder(given, number, case_id, case_number, firm, key, receipt)


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """How a case stands towards a place, and until when one was held for it."""

    state: ClaimState
    key: SeatKey
    receipt: str
    due_on: date | None
    choice: str
    choice_on: date | None
    choice_number: str


def claim_facts(session: Session, case_id: int) -> ClaimFacts | None:
    """A case's standing; None until a place is due to it."""
    claim = session.scalars(select(SeatClaim).where(SeatClaim.case_id == case_id)).one_or_none()
    if claim is None:
        return None
    return ClaimFacts(
        claim.state,
        claim.key,
        claim.receipt,
        claim.due_on,
        claim.choice,
        claim.choice_on,
        claim.choice_number,
    )


def firms_in_line(session: Session, edition: str, ubns: Collection[str]) -> Mapping[str, str]:
    """Firms that have a place of the round or may come to one, each with its case's number."""
    rows = session.execute(
        select(SeatClaim.ubn, SeatClaim.case_number)
        .where(
            SeatClaim.edition == edition,
            SeatClaim.ubn.in_(ubns),
            SeatClaim.state.in_(LIVE_CLAIMS),
        )
        .order_by(SeatClaim.ubn)
    )
    return {row.ubn: row.case_number for row in rows}


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """The place that a case has."""

    number: int
    state: SeatState
    due_on: date | None


def place_facts(session: Session, case_id: int) -> PlaceFacts | None:
    """A case's place; None without one."""
    row = session.execute(
        select(Seat.number, Seat.state, Seat.due_on).where(Seat.case_id == case_id)
    ).one_or_none()
    return None if row is None else PlaceFacts(*row)


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment of the fee, by the bank's value time."""

    paid_at: datetime
    amount: Ntd
    receipt_number: str
    source: FeeSource
    entered_at: datetime | None
    returned_at: datetime | None


def payment_rows(session: Session, case_id: int) -> tuple[PaymentRow, ...]:
    """What the firm paid, in order of value time."""
    rows: Sequence[Any] = session.execute(
        select(
            FeePaid.paid_at,
            FeePaid.amount,
            FeePaid.receipt_number,
            FeePaid.source,
            FeePaid.entered_at,
            FeePaid.returned_at,
        )
        .where(FeePaid.case_id == case_id)
        .order_by(FeePaid.paid_at, FeePaid.position)
        .limit(HISTORY_MAX)
    ).all()
    return tuple(
        PaymentRow(paid_at, amount, receipt, FeeSource(source), entered_at, returned_at)
        for paid_at, amount, receipt, source, entered_at, returned_at in rows
    )


@dataclass(frozen=True, slots=True)
class GivenRow:
    """A place that the case was given, and how it lost it if it did."""

    number: int
    allocated_at: datetime
    by_name: str
    released_at: datetime | None
    cause: ReleaseCause | None


def given_rows(session: Session, case_id: int) -> tuple[GivenRow, ...]:
    """Every place that the case ever had, the first first."""
    rows = session.execute(
        select(
            SeatAllocation.number,
            SeatAllocation.allocated_at,
            SeatAllocation.allocated_by_name,
            SeatRelease.released_at,
            SeatRelease.cause,
        )
        .outerjoin(SeatRelease, SeatRelease.allocation_id == SeatAllocation.id)
        .where(SeatAllocation.case_id == case_id)
        .order_by(SeatAllocation.id)
        .limit(HISTORY_MAX)
    )
    return tuple(GivenRow(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """The service of a case."""

    started_on: date
    due_on: date | None
    delivered_on: date | None
    advertising: Ntd | None
    note: str


def service_facts(session: Session, case_id: int) -> ServiceFacts | None:
    """The service of a case; None until it has begun."""
    row = session.execute(
        select(
            Service.started_on,
            Service.due_on,
            Service.delivered_on,
            Service.advertising,
            Service.note,
        ).where(Service.case_id == case_id)
    ).one_or_none()
    return None if row is None else ServiceFacts(*row)


def unpaid_rows(session: Session, scheme: str, edition: str) -> Sequence[tuple[int, str, str]]:
    """Accepted cases that have no claim yet, as the fee is not all there: key, number, firm."""
    claimed = select(SeatClaim.case_id).where(SeatClaim.edition == edition)
    rows = session.execute(
        select(Case.id, Case.number, Case.firm_name)
        .where(
            Case.scheme == scheme,
            Case.state == CaseState.ACCEPTED,
            Case.edition == edition,
            Case.id.not_in(claimed),
        )
        .order_by(Case.received_at, Case.number)
        .limit(LINE_MAX)
    )
    return [(case_id, number, firm) for case_id, number, firm in rows]
