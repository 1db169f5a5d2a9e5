"""Partial offers and the line for money: what is held, who stands where, who was called when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case, EligibilityFinding, WindowClosure
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.invariants.register import Found, invariant
from backoffice.ledger.models import LedgerAccount
from backoffice.ledger.rules import Stage
from backoffice.review.models import Decision, Offer, WaitingPlace
from backoffice.review.rules.lifecycles import DecisionKind, OfferState


@invariant("I-70 what is held is the sum of the open offers")
def held_is_offered(session: Session) -> Found:
    """By scheme; and a case is offered exactly as long as it has an open offer."""
    offered: dict[str, int] = defaultdict(int)
    cases: dict[int, int] = defaultdict(int)
    for case_id, scheme, part in session.execute(
        select(Offer.case_id, Offer.scheme, Offer.amount).where(Offer.state == OfferState.OPEN)
    ):
        offered[scheme] += part.dollars
        cases[case_id] += 1
    for scheme, balance in session.execute(
        select(LedgerAccount.scheme, LedgerAccount.balance).where(
            LedgerAccount.stage == Stage.HELD.value
        )
    ):
        if balance != offered.pop(scheme, 0):
            yield scheme, f"{balance} held, not what is offered"
    for scheme, amount in offered.items():
        yield scheme, f"{amount} offered, nothing held"
    for case_id, number in session.execute(
        select(Case.id, Case.number).where(Case.state == CaseState.OFFERED)
    ):
        if cases.pop(case_id, 0) != 1:
            yield number, "offered, but not by one open offer"
    for case_id in cases:
        yield f"case {case_id}", "an open offer, but the case is not offered"


@invariant("I-71 whoever waits has a place, by the facts of its case")
def who_waits_has_a_place(session: Session) -> Found:
    """The order is stored once; it must say what the case says."""
    placeless = select(Case.number).where(
        Case.state == CaseState.WAITLISTED, ~exists().where(WaitingPlace.case_id == Case.id)
    )
    for number in session.scalars(placeless.order_by(Case.id)):
        yield number, "waits without a place"
    for case, place in session.execute(
        select(Case, WaitingPlace).join(WaitingPlace, WaitingPlace.case_id == Case.id)
    ):
        told = (place.scheme, place.case_number, place.received_at, place.complete_at)
        facts = (case.scheme, case.number, case.received_at, case.complete_at or case.received_at)
        if told != facts:
            yield case.number, "its place says something else"
        if case.decided_at is not None and place.decided_at > case.decided_at:
            yield case.number, "its place was given a later time than its decision"


@dataclass(frozen=True, slots=True)
class _Wait:
    """A time in line: from when until when, and the most that was declined before it."""

    case_id: int
    order: tuple[datetime, datetime, datetime, str]
    since: datetime
    until: datetime | None
    declined: int


@invariant("I-72 nobody is called before an earlier one who would take the money")
def called_in_order(session: Session) -> Found:
    """Every award and offer, against everybody of the scheme who stood before in line just then."""
    numbers = {row.id: row.number for row in session.execute(select(Case.id, Case.number))}
    waits: dict[str, list[_Wait]] = defaultdict(list)
    orders = {}
    for place in session.scalars(select(WaitingPlace).order_by(WaitingPlace.id)):
        orders[place.case_id] = _order(place)
        waits[place.scheme].extend(_waits(session, place))
    for scheme, case_id, at, amount in _called(session):
        own = orders.get(case_id)
        for wait in waits[scheme]:
            is_before = wait.case_id != case_id and (own is None or wait.order < own)
            stood = wait.since < at and (wait.until is None or wait.until > at)
            if is_before and stood and amount > wait.declined:
                yield numbers[case_id], f"called while {numbers[wait.case_id]} waited"


def _order(place: WaitingPlace) -> tuple[datetime, datetime, datetime, str]:
    return place.decided_at, place.complete_at, place.received_at, place.case_number


def _called(session: Session) -> Iterator[tuple[str, int, datetime, int]]:
    """Scheme, case, instant and amount of everything that was given out of what was available."""
    for row in session.execute(
        select(Case.scheme, Case.id, Decision.decided_at, Decision.subsidy)
        .join(Case, Case.id == Decision.case_id)
        .where(Decision.kind.in_((DecisionKind.AWARD, DecisionKind.PARTIAL_OFFER)))
        .order_by(Decision.id)
    ):
        yield row.scheme, row.id, row.decided_at, row.subsidy.dollars


def _waits(session: Session, place: WaitingPlace) -> Iterator[_Wait]:
    """When the case stood in line: from its decision or a declined offer to what came next."""
    begins = [
        (at, 0)
        for at in session.scalars(
            select(Decision.decided_at).where(
                Decision.case_id == place.case_id, Decision.kind == DecisionKind.WAITLIST
            )
        )
    ]
    declined = 0
    for row in session.execute(
        select(Offer.ended_at, Offer.amount)
        .where(
            Offer.case_id == place.case_id,
            Offer.state.in_((OfferState.DECLINED, OfferState.UNANSWERED)),
        )
        .order_by(Offer.number)
    ):
        declined = max(declined, row.amount.dollars)
        begins.append((row.ended_at, declined))
    ends = sorted(_ends(session, place.case_id))
    for since, most in begins:
        until = next((at for at in ends if at >= since), None)
        yield _Wait(place.case_id, _order(place), since, until, most)


def _ends(session: Session, case_id: int) -> Iterator[datetime]:
    yield from session.scalars(
        select(Decision.decided_at).where(
            Decision.case_id == case_id,
            Decision.kind.in_(
                (DecisionKind.AWARD, DecisionKind.PARTIAL_OFFER, DecisionKind.REJECT)
            ),
        )
    )
    closed_at = session.scalars(select(Case.closed_at).where(Case.id == case_id)).one()
    if closed_at is not None:
        yield closed_at


@invariant("I-73 what came after a window was closed has its finding")
def closed_is_closed(session: Session) -> Found:
    """A declared end is an instant: what was received from then on, and brought in after it."""
    for row in session.execute(
        select(Case.number)
        .join(WindowClosure, WindowClosure.edition == Case.edition)
        .where(
            Case.received_at >= WindowClosure.at,
            Case.imported_at > WindowClosure.at,
            ~exists().where(
                EligibilityFinding.case_id == Case.id, EligibilityFinding.code == "WINDOW_CLOSED"
            ),
        )
        .order_by(Case.id)
    ):
        yield row.number, "received after the window was closed, without a finding"
