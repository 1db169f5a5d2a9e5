"""One case's fee account: every payment, what was spent and given back, and its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from backoffice.cases.models import (
    Case,
    FeePaid,
    Seat,
    SeatAllocation,
    SeatClaim,
    Service,
)
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.cases.rules.seats import ClaimState, SeatState
from backoffice.disbursement.models import Advertising, FeeLine, FeeSlip
from backoffice.disbursement.queries.cases import ROWS_MAX
from backoffice.disbursement.queries.fees.book import closed_early_at, ends_at, fee_of
from backoffice.disbursement.queries.fees.refunds import RefundRow, refunds_of
from backoffice.disbursement.rules.fees.account import Paid, Standing, running, standing
from backoffice.disbursement.rules.fees.refunds import (
    LEFT,
    NOT_ELIGIBLE,
    OPEN,
    FeeFacts,
    PlaceFacts,
    RefundGround,
    RefundState,
    claimed,
    ended_by,
)
from backoffice.kernel.money import Ntd, total
from backoffice.kernel.taiwan import local_date
from backoffice.ledger.queries import history
from backoffice.ledger.rules import FeeStage, account_name
from backoffice.scheme import registry


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment with where it came from: the bank's statement, a slip, or the intake workbook."""

    id: int
    position: int
    paid_at: datetime
    amount: Ntd
    receipt_number: str
    source: str
    entered_by_name: str
    entered_at: datetime | None
    returned_at: datetime | None
    statement_id: int | None
    transaction_number: str | None
    document_id: int | None


def payments_of(session: Session, case_id: int) -> tuple[PaymentRow, ...]:
    """A case's payments in order of their value time."""
    rows: Any = session.execute(
        select(
            FeePaid.id,
            FeePaid.position,
            FeePaid.paid_at,
            FeePaid.amount,
            FeePaid.receipt_number,
            FeePaid.source,
            FeePaid.entered_by_name,
            FeePaid.entered_at,
            FeePaid.returned_at,
            FeeLine.statement_id,
            FeeLine.transaction_number,
            FeeSlip.document_id,
        )
        .outerjoin(FeeLine, FeeLine.payment_id == FeePaid.id)
        .outerjoin(FeeSlip, FeeSlip.payment_id == FeePaid.id)
        .where(FeePaid.case_id == case_id)
        .order_by(FeePaid.paid_at, FeePaid.receipt_number, FeePaid.id, FeeLine.id)
        .limit(ROWS_MAX)
    )
    found: dict[int, PaymentRow] = {}
    for row in rows:
        found.setdefault(row.id, PaymentRow(*row))
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class AdvertisingRow:
    """Advertising placed with a firm's fee."""

    id: int
    placed_on: date
    amount: Ntd
    medium: str
    invoice_number: str
    document_id: int
    entered_by_name: str
    entered_at: datetime


def advertising_of(session: Session, case_id: int) -> tuple[AdvertisingRow, ...]:
    """What was placed for a case, by day."""
    rows = session.execute(
        select(
            Advertising.id,
            Advertising.placed_on,
            Advertising.amount,
            Advertising.medium,
            Advertising.invoice_number,
            Advertising.document_id,
            Advertising.entered_by_name,
            Advertising.entered_at,
        )
        .where(Advertising.case_id == case_id)
        .order_by(Advertising.placed_on, Advertising.id)
        .limit(ROWS_MAX)
    )
    return tuple(AdvertisingRow(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A case with its place, or how it stands towards one."""

    case_id: int
    number: str
    firm_name: str
    ubn: str
    scheme: str
    edition: str
    state: CaseState
    version: int
    waiting_since: datetime
    closed_at: datetime | None
    seat_number: int | None
    seat_state: SeatState | None
    seat_due_on: date | None
    allocated_at: datetime | None
    claim: ClaimState | None
    choice: str
    choice_on: date | None
    choice_number: str
    service_began: bool
    closed_early_at: datetime | None


def place_of(session: Session, case_id: int) -> PlaceRow:
    """The case and its place; NoResultFound when there is no such case."""
    row: Any = session.execute(
        select(
            Case.id,
            Case.number,
            Case.firm_name,
            Case.ubn,
            Case.scheme,
            Case.edition,
            Case.state,
            Case.version,
            Case.waiting_since,
            Case.closed_at,
            Seat.number,
            Seat.state,
            Seat.due_on,
            SeatAllocation.allocated_at,
            SeatClaim.state,
            func.coalesce(SeatClaim.choice, ""),
            SeatClaim.choice_on,
            func.coalesce(SeatClaim.choice_number, ""),
            exists().where(Service.case_id == Case.id),
            closed_early_at(),
        )
        .outerjoin(Seat, Seat.case_id == Case.id)
        .outerjoin(SeatAllocation, SeatAllocation.id == Seat.allocation_id)
        .outerjoin(SeatClaim, SeatClaim.case_id == Case.id)
        .where(Case.id == case_id)
    ).one()
    return PlaceRow(*row)


@dataclass(frozen=True, slots=True)
class FeeAccount:
    """All that the book knows of one case's fee."""

    place: PlaceRow
    fee: Ntd
    payments: tuple[PaymentRow, ...]
    advertising: tuple[AdvertisingRow, ...]
    refunds: tuple[RefundRow, ...]
    places_closed_at: datetime | None

    @property
    def received(self) -> Ntd:
        """All that came in."""
        return total(payment.amount for payment in self.payments)

    @property
    def refunded(self) -> Ntd:
        """What was given back."""
        return total(row.amount for row in self.refunds if row.state is RefundState.PAID)

    @property
    def held(self) -> Ntd:
        """What was received and not given back."""
        return self.received - self.refunded

    @property
    def paid(self) -> tuple[Paid, ...]:
        """The payments as the rules ask about them."""
        return tuple(Paid(each.paid_at, each.amount) for each in self.payments)

    @property
    def full_at(self) -> datetime | None:
        """The value time at which the sum first reached the fee; None if it never did."""
        return next(
            (step.paid.value_at for step in running(self.paid, self.fee) if step.fills), None
        )

    def standing(self, today: date) -> Standing:
        """How it stands against the fee."""
        facts = self.facts(today)
        return standing(
            self.held,
            self.fee,
            returned=self.refunded,
            ended=self.place.state in (*NOT_ELIGIBLE, *LEFT),
            owed=claimed(facts) is not None or bool(facts.running),
        )

    def ended(self, today: date) -> RefundGround | None:
        """Why the whole fee is to go back; None when it is not."""
        place, closed_at = self.place, self.places_closed_at
        return ended_by(
            PlaceFacts(
                state=place.state,
                has_place=place.seat_number is not None,
                service_began=place.service_began,
                places_closed=closed_at is not None and local_date(closed_at) <= today,
                claim=place.claim,
            )
        )

    def awaits_choice(self, today: date) -> bool:
        """Whether the payer has still to say: its fee back, or its place on the waiting list."""
        closed_at, place = self.places_closed_at, self.place
        closed = closed_at is not None and local_date(closed_at) <= today
        return closed and place.claim is ClaimState.WAITING and not place.choice

    def facts(self, today: date) -> FeeFacts:
        """The account as the rules of refunds ask about it."""
        seats = registry.edition_named(self.place.edition).seats
        assert seats is not None, "only editions with places ask for a fee"
        ended = self.ended(today)
        return FeeFacts(
            fee=self.fee,
            held=self.held,
            running=total(row.amount for row in self.refunds if row.state in OPEN),
            advertising=total(row.amount for row in self.advertising),
            ended=ended,
            since=self._since(ended),
            over_since=self._over_since(),
            refund_days=seats.refund_days,
        )

    def _since(self, ended: RefundGround | None) -> date | None:
        if ended is None or not self.payments:
            return local_date(self.place.waiting_since) if ended else None
        last = self.payments[-1].paid_at
        if ended is RefundGround.NO_PLACE:
            return local_date(max(last, self.places_closed_at or last))
        return local_date(max(last, self.place.closed_at or self.place.waiting_since))

    def _over_since(self) -> date | None:
        over = (step for step in running(self.paid, self.fee) if step.sum > self.fee)
        return next((local_date(step.paid.value_at) for step in over), None)


def account_of(session: Session, case_id: int) -> FeeAccount:
    """One case's fee account: five statements; NoResultFound without the case.

    AssertionError for a case whose edition asks for no fee.
    """
    place = place_of(session, case_id)
    return FeeAccount(
        place=place,
        fee=fee_of(place.edition),
        payments=payments_of(session, case_id),
        advertising=advertising_of(session, case_id),
        refunds=refunds_of(session, case_id=case_id),
        places_closed_at=ends_at(place.edition, place.closed_early_at),
    )


def stages_of(session: Session, scheme: str, case_id: int) -> Mapping[FeeStage, Ntd]:
    """Where each of a case's fee dollars stands in the ledger, what is nowhere left out."""
    effect: dict[str, int] = {}
    for row in history(session, case_id=case_id):
        effect[row.source] = effect.get(row.source, 0) - row.quantity
        effect[row.target] = effect.get(row.target, 0) + row.quantity
    return {
        stage: Ntd(amount)
        for stage in FeeStage
        if (amount := effect.get(account_name(scheme, stage), 0)) > 0
    }
