"""Places: who sits where and why, against the ledger, the payments, the order and the window."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.cases.models import (
    Case,
    FeePaid,
    Seat,
    SeatAllocation,
    SeatClaim,
    SeatConflict,
    SeatRelease,
    WindowClosure,
)
from backoffice.cases.rules.seats import ClaimState, ConflictState, SeatState
from backoffice.invariants.register import Found, invariant
from backoffice.ledger.models import LedgerAccount, LedgerTransfer
from backoffice.scheme import registry
from backoffice.scheme.rules import CloseCause, SeatOrder, Seats

_Key: TypeAlias = tuple[datetime, datetime, str]
_PAID_FOR = (SeatState.CONFIRMED, SeatState.IN_SERVICE, SeatState.DONE)
_MOVABLE = (SeatState.HELD, SeatState.CONFIRMED)
_LIVE = (ClaimState.WAITING, ClaimState.SEATED, ClaimState.LAPSED)


def _rules(edition: str) -> Seats:
    seats = registry.edition_named(edition).seats
    assert seats is not None, f"{edition} has places"
    return seats


@invariant("I-21 the places of a round are numbered once each, from 1 to their total")
def places_are_the_total(session: Session) -> Found:
    """No place more, none less, none renumbered."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for edition, number in session.execute(
        select(Seat.edition, Seat.number).order_by(Seat.edition, Seat.number)
    ):
        numbers[edition].append(number)
    for edition, found in numbers.items():
        opened = session.scalars(
            select(LedgerAccount.balance).where(LedgerAccount.name == f"{edition}/seat_quota")
        ).one_or_none()
        if opened is None or found != list(range(1, 1 - opened)):
            yield edition, f"places {found[0]}…{found[-1]}, {len(found)} of them; quota {opened}"


@invariant("I-22 a firm has one place of a round, or waits for one")
def one_claim_of_a_firm(session: Session) -> Found:
    """By the firm of the case; a claim that names a firm names that one."""
    first: dict[tuple[str, str], str] = {}
    for claim, ubn in session.execute(
        select(SeatClaim, Case.ubn).join(Case, Case.id == SeatClaim.case_id).order_by(SeatClaim.id)
    ):
        if claim.ubn not in ("", ubn):
            yield claim.case_number, f"claims for {claim.ubn}, the case is of {ubn}"
        if claim.state in _LIVE:
            other = first.setdefault((claim.edition, ubn), claim.case_number)
            if other != claim.case_number:
                yield claim.case_number, f"has a claim, and so has {other} of the same firm"


@invariant("I-78 whoever has a place has it by one allocation that was not released")
def a_place_by_an_allocation(session: Session) -> Found:
    """And no other allocation stands."""
    released = set(session.scalars(select(SeatRelease.allocation_id)))
    held = {
        seat.allocation_id: (seat.id, seat.case_id)
        for seat in session.scalars(select(Seat).where(Seat.case_id.is_not(None)))
    }
    for given in session.scalars(select(SeatAllocation).order_by(SeatAllocation.id)):
        if given.id in released:
            continue
        if held.pop(given.id, None) != (given.seat_id, given.case_id):
            yield given.case_number, f"allocation {given.id} stands, but its place says otherwise"
    for seat_id, case_id in held.values():
        yield f"seat {seat_id}", f"case {case_id} has it without an allocation"


@invariant("I-23 the ledger says of places what their rows say")
def ledger_is_the_places(session: Session) -> Found:
    """Each state's balance is the number of places in it."""
    rows: dict[str, int] = defaultdict(int)
    for edition, state, count in session.execute(
        select(Seat.edition, Seat.state, func.count()).group_by(Seat.edition, Seat.state)
    ):
        rows[f"{edition}/seat_{state.value.lower()}"] = count
    for name, balance in session.execute(
        select(LedgerAccount.name, LedgerAccount.balance)
        .where(LedgerAccount.stage.in_([f"seat_{state.value.lower()}" for state in SeatState]))
        .order_by(LedgerAccount.id)
    ):
        counted = rows.pop(name, 0)
        if counted != balance:
            yield name, f"ledger {balance}, places {counted}"
    for name, counted in rows.items():
        yield name, f"{counted} places without an account"


@invariant("I-24 nobody who waits comes before somebody with a place, but by a conflict on record")
def order_is_kept(session: Session) -> Found:
    """The key is payment, then receipt, then the number; or the instant of acceptance."""
    known = set(
        session.scalars(
            select(SeatConflict.claim_id).where(SeatConflict.state != ConflictState.MOOT)
        )
    )
    last: dict[str, _Key] = {}
    for row in session.execute(
        select(
            Seat.edition,
            SeatAllocation.key_at,
            SeatAllocation.received_at,
            SeatAllocation.case_number,
        )
        .join(SeatAllocation, SeatAllocation.id == Seat.allocation_id)
        .where(Seat.state.in_(_MOVABLE))
    ):
        key = (row.key_at, row.received_at, row.case_number)
        last[row.edition] = max(key, last.get(row.edition, key))
    for claim in session.scalars(
        select(SeatClaim).where(SeatClaim.state == ClaimState.WAITING).order_by(SeatClaim.id)
    ):
        key = (claim.key_at, claim.received_at, claim.case_number)
        if claim.edition not in last or claim.id in known:
            continue
        by_payment = _rules(claim.edition).order is SeatOrder.PAYMENT
        last_key = last[claim.edition]
        if key < last_key if by_payment else claim.key_at < last_key[0]:
            yield claim.case_number, "waits, though it comes before somebody with a place"


@invariant("I-26 nobody waits beside a free place")
def nobody_waits_in_vain(session: Session) -> Found:
    """Whatever became free was given to the head of the line in the same act."""
    free = set(session.scalars(select(Seat.edition).where(Seat.state == SeatState.FREE)))
    for claim in session.scalars(
        select(SeatClaim)
        .where(SeatClaim.state == ClaimState.WAITING, SeatClaim.edition.in_(free))
        .order_by(SeatClaim.id)
    ):
        if _rules(claim.edition).reoffer:
            yield claim.case_number, "waits while a place is free"


@invariant("I-27 places are first given in the order of their numbers, without a gap")
def numbers_in_order(session: Session) -> Found:
    """The k-th place that was ever given is number k; a later giving keeps the number."""
    given: dict[str, list[int]] = defaultdict(list)
    for edition, number in session.execute(
        select(SeatAllocation.edition, SeatAllocation.number).order_by(SeatAllocation.id)
    ):
        if number not in given[edition]:
            given[edition].append(number)
    for edition, numbers in given.items():
        if numbers != list(range(1, len(numbers) + 1)):
            yield edition, f"first given in the order {numbers}"
    changed = (
        select(SeatAllocation.case_number)
        .join(Seat, Seat.id == SeatAllocation.seat_id)
        .where((Seat.number != SeatAllocation.number) | (Seat.edition != SeatAllocation.edition))
    )
    for case_number in session.scalars(changed.order_by(SeatAllocation.id)):
        yield case_number, "its place has another number now"


@invariant("I-75 the fee book is what the firms paid")
def fee_book_is_the_payments(session: Session) -> Found:
    """By case: what came from the payer, against the payments that were booked."""
    payer = select(LedgerAccount.id).where(LedgerAccount.stage == "fee_payer")
    book = {
        row[0]: row[1]
        for row in session.execute(
            select(LedgerTransfer.case_id, func.sum(LedgerTransfer.quantity))
            .where(LedgerTransfer.source_id.in_(payer), LedgerTransfer.case_id.is_not(None))
            .group_by(LedgerTransfer.case_id)
        )
    }
    for case_id, number, amount in session.execute(
        select(Case.id, Case.number, func.sum(FeePaid.amount))
        .join(FeePaid, FeePaid.case_id == Case.id)
        .where(FeePaid.entered_at.is_not(None))
        .group_by(Case.id, Case.number)
        .order_by(Case.id)
    ):
        booked = int(book.pop(case_id, 0))
        if booked != amount.dollars:
            yield number, f"paid {amount.dollars}, in the fee book {booked}"
    for stray, booked in book.items():
        yield f"case {stray}", f"{booked} in the fee book, nothing paid"


@invariant("I-76 a window is closed as full exactly when every place was given")
def closed_when_full(session: Session) -> Found:
    """At that instant each place had its first allocation."""
    closed = {
        row[0]: row[1]
        for row in session.execute(
            select(WindowClosure.edition, WindowClosure.at).where(
                WindowClosure.cause == CloseCause.QUOTA_FULL.value
            )
        )
    }
    first: dict[str, list[datetime]] = defaultdict(list)
    for edition, at in session.execute(
        select(SeatAllocation.edition, func.min(SeatAllocation.allocated_at))
        .group_by(SeatAllocation.edition, SeatAllocation.seat_id)
        .order_by(SeatAllocation.edition)
    ):
        first[edition].append(at)
    totals = {
        row[0]: row[1]
        for row in session.execute(select(Seat.edition, func.count()).group_by(Seat.edition))
    }
    for edition, at in closed.items():
        if len([given for given in first[edition] if given <= at]) != totals.get(edition, 0):
            yield edition, "closed as full before every place was given"
    free = set(session.scalars(select(Seat.edition).where(Seat.case_id.is_(None))))
    for edition in set(first) - set(closed) - free:
        if CloseCause.QUOTA_FULL in registry.edition_named(edition).application.early_close_causes:
            yield edition, "every place is given, and the window was not closed"


@invariant("I-77 whoever has a confirmed place has paid the whole fee")
def confirmed_is_paid(session: Session) -> Found:
    """What was given back does not count."""
    paid = (
        select(FeePaid.case_id, func.sum(FeePaid.amount).label("paid"))
        .where(FeePaid.returned_at.is_(None))
        .group_by(FeePaid.case_id)
        .subquery()
    )
    for edition, number, amount in session.execute(
        select(Seat.edition, Case.number, func.coalesce(paid.c.paid, 0))
        .join(Case, Case.id == Seat.case_id)
        .outerjoin(paid, paid.c.case_id == Case.id)
        .where(Seat.state.in_(_PAID_FOR))
        .order_by(Seat.id)
    ):
        dollars = getattr(amount, "dollars", amount)
        if dollars < _rules(edition).fee.dollars:
            yield number, f"has a confirmed place, having paid {dollars}"
