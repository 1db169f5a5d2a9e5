"""What people do about places 名額: hold, give out, choose, decide where two firms claim one."""

from __future__ import annotations

from datetime import date

from backoffice.access import Permission
from backoffice.cases.models import (
    Case,
    Seat,
    SeatAllocation,
    SeatClaim,
    SeatConflict,
    WaitingFor,
)
from backoffice.cases.operations import fees
from backoffice.cases.operations.conflicts import last_outranked
from backoffice.cases.operations.giving import (
    give_out,
    hold,
    leave_line,
    let_go,
    locked_cases,
    release,
    round_of,
)
from backoffice.cases.operations.handling import on_withdrawal, own_case_at
from backoffice.cases.queries import seats as found
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.cases.rules.seats import (
    Choice,
    ClaimEvent,
    ClaimState,
    ConflictEvent,
    ConflictState,
    ReleaseCause,
    SeatEvent,
    SeatState,
)
from backoffice.kernel.refusal import Refused, Stale
from backoffice.kernel.taiwan import local_date
from backoffice.scheme import registry
from backoffice.scheme.rules import Edition, SeatOrder
from backoffice.use_case import Act, use_case


@on_withdrawal
def release_on_withdrawal(act: Act, case: Case) -> None:
    """A firm that withdraws before its service leaves its place to the next in line (§4.4)."""
    let_go(act, case, ReleaseCause.WITHDRAWN)


@use_case("seat.give_out_everywhere", requires=Permission.SYSTEM)
def give_out_everywhere(act: Act) -> int | None:
    """Give out what is free in every round; how many were given, None for nobody.

    Looks at balances and at accepted cases, not at what freed a place or paid for one, so that
    nothing is forgotten, whoever died in between.
    """
    due = _due_by_round(act)
    given = 0
    for name in sorted({*found.waiting_beside_free(act.session), *due}):
        edition = registry.edition_named(name)
        hold(act, edition)
        for case in locked_cases(act, due.get(name, ())).values():
            if case.state is CaseState.ACCEPTED:
                fees.take_place(act, case, edition)
        act.session.flush()
        given += give_out(act, edition)
    return given or None


def _due_by_round(act: Act) -> dict[str, list[int]]:
    """Accepted cases to which a place is due and that have no claim yet, by round."""
    due: dict[str, list[int]] = {}
    for scheme in registry.schemes():
        for edition in registry.editions_of(scheme):
            if edition.seats is None:
                continue
            name = str(edition.key)
            ids = found.unclaimed_cases(act.session, scheme, name)
            if edition.seats.order is SeatOrder.PAYMENT:
                paid = found.full_fees(act.session, ids, edition.seats.fee.dollars)
                ids = [each for each in ids if each in paid]
            if ids:
                due[name] = list(ids)
    return due


@use_case("seat.lapse", requires=Permission.SEAT_WORK)
def lapse_hold(act: Act, case_id: int, version: int, reason: str) -> None:
    """Enter that the fee of a held place was not paid in time: the next in line has it (A85).

    Refuses "seat.not_held" (number) and "seat.not_due" (due_on) until the last day has passed.
    """
    case = own_case_at(act, case_id, version)
    edition = round_of(case)
    if edition is None:
        raise Refused("seat.not_held", number=case.number)
    hold(act, edition)
    seat = found.seat_of(act.session, case.id)
    if seat is None or seat.state is not SeatState.HELD:
        raise Refused("seat.not_held", number=case.number)
    assert seat.due_on is not None
    if local_date(act.now) <= seat.due_on:
        raise Refused("seat.not_due", due_on=seat.due_on)
    _lapse(act, case, seat, edition)
    act.because(reason.strip())


@use_case("seat.end_overdue", requires=Permission.SYSTEM)
def end_overdue_hold(act: Act) -> int | None:
    """End the hold that is longest past its day, as `lapse_hold` does; its case, None if none."""
    name = found.overdue_round(act.session, local_date(act.now))
    if name is None:
        return None
    edition = registry.edition_named(name)
    hold(act, edition)
    seat = found.overdue_hold(act.session, name, local_date(act.now))
    if seat is None or seat.case_id is None:
        return None
    case = locked_cases(act, [seat.case_id])[seat.case_id]
    act.because(f"保留期限 {seat.due_on} 已過，未繳清費用")
    _lapse(act, case, seat, edition)
    return case.id


def _lapse(act: Act, case: Case, seat: Seat, edition: Edition) -> None:
    claim = found.claim_of(act.session, case.id)
    assert claim is not None, "whoever has a place has a claim"
    release(act, seat, claim, SeatEvent.LAPSE, ReleaseCause.LAPSED)
    case.wait(WaitingFor.OFFICER, at=act.now)
    act.session.flush()
    give_out(act, edition)


@use_case("seat.choose", requires=Permission.SEAT_WORK)
def choose(
    act: Act, case_id: int, version: int, choice: Choice, letter_on: date, letter_number: str
) -> None:
    """Enter what a firm without a place chose: to wait on, or to have its fee back (A84).

    Refuses "seat.no_choice" (number) unless it waits or its hold has run out,
    "case.letter_missing" and "seat.letter_in_future" (on).
    """
    case = own_case_at(act, case_id, version)
    edition = round_of(case)
    if edition is None:
        raise Refused("seat.no_choice", number=case.number)
    if not letter_number.strip():
        raise Refused("case.letter_missing")
    if letter_on > local_date(act.now):
        raise Refused("seat.letter_in_future", on=letter_on)
    hold(act, edition)
    claim = found.claim_of(act.session, case.id)
    allowed = (ClaimState.WAITING,) if choice is Choice.WAIT else _WITHOUT_PLACE
    if claim is None or claim.state not in allowed:
        raise Refused("seat.no_choice", number=case.number)
    claim.choice, claim.choice_on = choice.value, letter_on
    claim.choice_number = letter_number.strip()
    act.because(f"業者函 {letter_number.strip()} {letter_on.isoformat()}")
    if choice is Choice.REFUND:
        leave_line(act, claim, ClaimEvent.CHOOSE_REFUND, "業者選擇退費")
        case.wait(WaitingFor.FINANCE, at=act.now)
    else:
        case.wait(WaitingFor.APPLICANT, at=act.now)


_WITHOUT_PLACE = (ClaimState.WAITING, ClaimState.LAPSED)


@use_case("seat.keep", requires=Permission.SEAT_RESOLVE)
def keep_seats(act: Act, conflict_id: int, version: int, reason: str) -> None:
    """Decide that the places stay as they are: the late firm waits, as the first in line.

    Refuses "seat.conflict_settled" and "note.missing".
    """
    conflict = _conflict_at(act, conflict_id, version, reason)
    _decide(act, conflict, ConflictEvent.KEEP, reason)


@use_case("seat.replace", requires=Permission.SEAT_RESOLVE)
def replace_seat(act: Act, conflict_id: int, version: int, allocation_id: int, reason: str) -> None:
    """Decide that the last of those with a place gives way to the firm that comes before it.

    The place keeps its number; who gives way waits in its own order. `allocation_id` is the one
    that the page showed: Stale when it would be another by now. Refuses as `keep_seats` does, and
    "seat.not_head" (number) while another one who waits comes first.
    """
    conflict = _conflict_at(act, conflict_id, version, reason)
    claim = act.session.get_one(SeatClaim, conflict.claim_id, populate_existing=True)
    if last_outranked(act, claim) != allocation_id:
        raise Stale
    head = found.line(act.session, conflict.edition, 1)[0]
    if head.id != claim.id:
        raise Refused("seat.not_head", number=head.case_number)
    given = act.session.get_one(SeatAllocation, allocation_id)
    seat = act.session.get_one(Seat, given.seat_id, populate_existing=True)
    loser = found.claim_of(act.session, given.case_id)
    assert loser is not None
    _decide(act, conflict, ConflictEvent.REPLACE, reason)
    release(act, seat, loser, SeatEvent.RELEASE, ReleaseCause.GAVE_WAY)
    case = locked_cases(act, [given.case_id])[given.case_id]
    case.wait(WaitingFor.APPLICANT, at=act.now)
    act.session.flush()
    give_out(act, registry.edition_named(conflict.edition))


def _conflict_at(act: Act, conflict_id: int, version: int, reason: str) -> SeatConflict:
    conflict = act.session.get_one(SeatConflict, conflict_id)
    hold(act, registry.edition_named(conflict.edition))
    act.session.refresh(conflict)
    if conflict.state is not ConflictState.OPEN:
        raise Refused("seat.conflict_settled", state=conflict.state)
    if conflict.version != version:
        raise Stale
    if not reason.strip():
        raise Refused("note.missing")
    return conflict


def _decide(act: Act, conflict: SeatConflict, event: ConflictEvent, reason: str) -> None:
    conflict.settle(
        event, at=act.now, by=act.actor.id, by_name=act.actor.name, reason=reason.strip()
    )
    act.because(reason.strip())


@use_case("fee.book_earlier", requires=Permission.SYSTEM)
def book_earlier(act: Act) -> int | None:
    """Book payments that were brought in before there was a fee book; how many, None for none."""
    return fees.book_unbooked(act) or None
