"""The fee book by case: what is due, what came in, what went back, and how the case stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import Session

from backoffice.cases.models import (
    Case,
    FeePaid,
    Seat,
    SeatClaim,
    Service,
    WindowClosure,
)
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.cases.rules.seats import ClaimState, SeatState
from backoffice.cases.rules.tax import fee_due
from backoffice.cases.rules.verdicts import is_weekday
from backoffice.db import NtdColumn
from backoffice.disbursement.models import Advertising, FeeRefund
from backoffice.disbursement.rules.fees.account import SETTLED, Standing, standing
from backoffice.disbursement.rules.fees.refunds import LEFT, NOT_ELIGIBLE, OPEN, RefundState
from backoffice.kernel.money import ZERO, Ntd
from backoffice.kernel.taiwan import local_date
from backoffice.scheme import registry
from backoffice.scheme.rules import Edition

PAGE = 50


class Shelf(StrEnum):
    """The parts of the list of fee accounts."""

    ALL = "all"
    UNPAID = "unpaid"
    SHORT = "short"
    FULL = "full"
    OVER = "over"
    REFUND = "refund"


def fee_editions() -> tuple[Edition, ...]:
    """The editions that ask for a fee, in order."""
    return tuple(edition for edition in registry.catalogue() if edition.seats is not None)


def fee_schemes() -> tuple[str, ...]:
    """The schemes that ask for a fee, in order."""
    return tuple(dict.fromkeys(edition.key.scheme for edition in fee_editions()))


def fee_of(edition: str) -> Ntd:
    """What a firm pays for a place under this edition."""
    seats = registry.edition_named(edition).seats
    assert seats is not None, "only editions with places ask for a fee"
    return fee_due(seats)


def fee_column() -> ColumnElement[int]:
    """The fee of a case's edition, in whole NTD; 0 where there is none."""
    fees = [
        (Case.edition == str(edition.key), fee_due(edition.seats).dollars)
        for edition in fee_editions()
        if edition.seats is not None
    ]
    return case(*fees, else_=0) if fees else literal(0)


def places_closed(today: Any) -> ColumnElement[bool]:
    """Whether a case's round gives no place any more: 額滿, or its last day lies before today."""
    spans = [(edition, edition.window_rolled(is_weekday)) for edition in fee_editions()]
    over = [
        and_(Case.edition == str(edition.key), literal(_last_day(span.closes_at)) < today)
        for edition, span in spans
        if span.closes_at is not None
    ]
    return or_(exists().where(WindowClosure.edition == Case.edition), *over)


def _last_day(closes_at: datetime) -> date:
    return local_date(closes_at - timedelta(microseconds=1))


def closed_early_at() -> ColumnElement[datetime]:
    """When the round of a case was closed before its date; NULL if it was not."""
    return (
        select(func.min(WindowClosure.at))
        .where(WindowClosure.edition == Case.edition)
        .scalar_subquery()
    )


def ends_at(edition: str, closed_early: datetime | None) -> datetime | None:
    """From when a round gives no place any more: 額滿, or its last day; None while it is open."""
    window = registry.edition_named(edition).window_rolled(is_weekday)
    return min((at for at in (window.closes_at, closed_early) if at), default=None)


def dollars(column: Any) -> ColumnElement[int]:
    """An amount as the number that it is."""
    return type_coerce(column, BigInteger())


class Sums:
    """What came in, went back, is on its way back, and was spent on advertising, by case."""

    def __init__(self) -> None:
        self.paid = (
            select(
                FeePaid.case_id,
                func.sum(dollars(FeePaid.amount)).label("amount"),
                func.count().label("count"),
                func.max(FeePaid.paid_at).label("last_at"),
            )
            .group_by(FeePaid.case_id)
            .subquery("paid")
        )
        self.refunds = (
            select(
                FeeRefund.case_id,
                func.sum(
                    case((FeeRefund.state == RefundState.PAID, dollars(FeeRefund.amount)), else_=0)
                ).label("refunded"),
                func.sum(
                    case((FeeRefund.state.in_(OPEN), dollars(FeeRefund.amount)), else_=0)
                ).label("running"),
            )
            .where(FeeRefund.case_id.is_not(None), FeeRefund.state != RefundState.RETURNED)
            .group_by(FeeRefund.case_id)
            .subquery("refunds")
        )
        self.spent = (
            select(Advertising.case_id, func.sum(dollars(Advertising.amount)).label("amount"))
            .group_by(Advertising.case_id)
            .subquery("spent")
        )
        self.received: ColumnElement[int] = func.coalesce(self.paid.c.amount, 0)
        self.refunded: ColumnElement[int] = func.coalesce(self.refunds.c.refunded, 0)
        self.running: ColumnElement[int] = func.coalesce(self.refunds.c.running, 0)
        self.advertising: ColumnElement[int] = func.coalesce(self.spent.c.amount, 0)
        self.held = self.received - self.refunded

    def joined(self, statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        """The statement, which begins with cases, with the sums and the place of each."""
        return (
            statement.outerjoin(self.paid, self.paid.c.case_id == Case.id)
            .outerjoin(self.refunds, self.refunds.c.case_id == Case.id)
            .outerjoin(self.spent, self.spent.c.case_id == Case.id)
            .outerjoin(Seat, Seat.case_id == Case.id)
            .outerjoin(SeatClaim, SeatClaim.case_id == Case.id)
        )

    def is_refundable(self, today: Any) -> ColumnElement[bool]:
        """Whether something is to go back that nobody has made a refund of."""
        free = self.held - self.running
        began = exists().where(Service.case_id == Case.id)
        used = case((and_(Case.state.in_(LEFT), began), self.advertising), else_=0)
        claim = func.coalesce(SeatClaim.state, "")
        # Who waits with the whole fee has a choice, and is told of here until it is made.
        undecided = and_(claim == ClaimState.WAITING, func.coalesce(SeatClaim.choice, "") == "")
        no_place = and_(
            Case.state == CaseState.ACCEPTED,
            Seat.id.is_(None),
            or_(
                claim == ClaimState.REFUND,
                and_(places_closed(today), or_(claim != ClaimState.WAITING, undecided)),
            ),
        )
        ended = or_(Case.state.in_((*NOT_ELIGIBLE, *LEFT)), no_place)
        return or_(and_(ended, free - used > 0), free > fee_column())

    def on_shelf(self, shelf: Shelf, today: Any) -> ColumnElement[bool]:
        """The condition of one part of the list."""
        fee = fee_column()
        live = Case.state.not_in((*NOT_ELIGIBLE, *LEFT))
        match shelf:
            case Shelf.ALL:
                return true()
            case Shelf.UNPAID:
                return and_(live, self.received == 0)
            case Shelf.SHORT:
                return and_(live, self.held > 0, self.held < fee)
            case Shelf.FULL:
                return self.held == fee
            case Shelf.OVER:
                return self.held > fee
            case Shelf.REFUND:
                return self.is_refundable(today)

    def concerned(self, scheme: str) -> ColumnElement[bool]:
        """The cases of the list: accepted or paid, in this scheme or in all that ask for a fee."""
        schemes = (scheme,) if scheme else fee_schemes()
        return and_(
            Case.scheme.in_(schemes),
            or_(self.received > 0, Case.state.in_(_AT_THE_TILL)),
        )


_AT_THE_TILL = (
    CaseState.ACCEPTED,
    CaseState.IN_SERVICE,
    CaseState.DELIVERED,
    CaseState.CLOSED,
)


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One case's fee account as it is listed."""

    case_id: int
    number: str
    firm_name: str
    ubn: str
    scheme: str
    edition: str
    state: CaseState
    seat_number: int | None
    seat_state: SeatState | None
    seat_due_on: date | None
    claim: ClaimState | None
    received: Ntd
    refunded: Ntd
    running: Ntd
    payment_count: int
    last_paid_at: datetime | None
    refundable: bool

    @property
    def fee(self) -> Ntd:
        """What is due for a place."""
        return fee_of(self.edition)

    @property
    def held(self) -> Ntd:
        """What was received and not given back."""
        return self.received - self.refunded

    @property
    def standing(self) -> Standing:
        """How it stands against the fee."""
        return standing(
            self.held,
            self.fee,
            returned=self.refunded,
            ended=self.state in (*NOT_ELIGIBLE, *LEFT),
            owed=self.refundable or bool(self.running),
        )

    @property
    def difference(self) -> Ntd:
        """What is missing (below zero) or too much; an ended case misses nothing."""
        if self.standing is Standing.RETURNING:
            return self.held
        return ZERO if self.standing in SETTLED else self.held - self.fee


def accounts(
    session: Session,
    shelf: Shelf,
    today: date,
    *,
    scheme: str = "",
    after: str = "",
    size: int = PAGE,
) -> tuple[AccountRow, ...]:
    """One part of the list by case number, from after the one given; one more than `size`."""
    sums = Sums()
    statement = sums.joined(
        select(
            Case.id.label("case_id"),
            Case.number,
            Case.firm_name,
            Case.ubn,
            Case.scheme,
            Case.edition,
            Case.state,
            Seat.number.label("seat_number"),
            Seat.state.label("seat_state"),
            Seat.due_on.label("seat_due_on"),
            SeatClaim.state.label("claim"),
            type_coerce(sums.received, NtdColumn()).label("received"),
            type_coerce(sums.refunded, NtdColumn()).label("refunded"),
            type_coerce(sums.running, NtdColumn()).label("running"),
            func.coalesce(sums.paid.c.count, 0).label("payment_count"),
            sums.paid.c.last_at.label("last_paid_at"),
            sums.is_refundable(today).label("refundable"),
        ).select_from(Case)
    )
    rows = session.execute(
        statement.where(
            sums.concerned(scheme),
            sums.on_shelf(shelf, today),
            Case.number > after if after else true(),
        )
        .order_by(Case.number)
        .limit(size + 1)
    )
    return tuple(AccountRow(**row._mapping) for row in rows)


def shelves(session: Session, today: date, scheme: str = "") -> Mapping[Shelf, int]:
    """How many accounts stand in each part of the list: one query."""
    sums = Sums()
    counts = [func.count().filter(sums.on_shelf(shelf, today)).label(shelf.name) for shelf in Shelf]
    statement = sums.joined(select(*counts).select_from(Case)).where(sums.concerned(scheme))
    row: Any = session.execute(statement).one()
    return {shelf: int(getattr(row, shelf.name)) for shelf in Shelf}
