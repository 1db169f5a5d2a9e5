"""Giving out places 名額: the one row that is held, the line, and what follows when none is left.

Every act that gives, frees or asks for a place of a round holds the round's row of free places
from its first step to its last. Nothing is counted: the ledger's balance says how many are free,
and its guard refuses the one too many.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Table, bindparam, select

from backoffice.cases.models import (
    Case,
    Seat,
    SeatAllocation,
    SeatClaim,
    SeatRelease,
    WaitingFor,
    WindowClosure,
)
from backoffice.cases.operations.conflicts import actor_name, raise_conflicts, settle_conflicts
from backoffice.cases.queries import seats as found
from backoffice.cases.queries.windows import closures
from backoffice.cases.rules.earning import PlaceStep, earnings
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.cases.rules.seats import (
    SEAT,
    ClaimEvent,
    ClaimState,
    FullFee,
    ReleaseCause,
    SeatEvent,
    SeatState,
    hold_until,
)
from backoffice.cases.rules.verdicts import is_weekday
from backoffice.ledger.models import LedgerAccount
from backoffice.ledger.operations import open_account, post
from backoffice.ledger.rules import Book, SeatStage, Transfer, Unit, seat_account
from backoffice.scheme import registry
from backoffice.scheme.rules import CloseCause, Edition, Seats
from backoffice.use_case import Act

_STAGES = {state: SeatStage[state.name] for state in SeatState}


def round_of(case: Case) -> Edition | None:
    """The case's edition if it gives out places; None where a service needs none."""
    edition = registry.edition_named(case.edition)
    return edition if edition.seats is not None else None


def rules_of(edition: Edition) -> Seats:
    """What the edition says of its places."""
    assert edition.seats is not None, "only asked where there are places"
    return edition.seats


def hold(act: Act, edition: Edition) -> int:
    """How many places are free, held until this act ends; opened with the total when first asked.

    To be called before anything of a case is written: places come first in the order of locks.
    """
    name = seat_account(str(edition.key), SeatStage.FREE)
    free = _held(act, name)
    if free is None:
        _open(act, edition)
        free = _held(act, name)
        assert free is not None
    return free


def _held(act: Act, name: str) -> int | None:
    return act.read(_BALANCE, {"account": name}).scalar_one_or_none()


_BALANCE = (
    select(LedgerAccount.balance)
    .where(LedgerAccount.name == bindparam("account"))
    .with_for_update()
)


def _open(act: Act, edition: Edition) -> None:
    key, scheme, total = str(edition.key), edition.key.scheme, rules_of(edition).total
    for stage in SeatStage:
        open_account(
            act,
            seat_account(key, stage),
            scheme=scheme,
            stage=stage.value,
            unit=Unit.SEAT,
            book=Book.SEATS,
            floor=None if stage is SeatStage.QUOTA else 0,
            shortage="quota.full" if stage is SeatStage.FREE else "ledger.short",
        )
    quota, free = seat_account(key, SeatStage.QUOTA), seat_account(key, SeatStage.FREE)
    _held(act, free)
    if found.has_seats(act.session, key):
        return  # somebody else opened them between our first look and now
    post(act, Transfer(f"seats:{key}", quota, free, total, "名額"))
    table = Seat.__table__
    assert isinstance(table, Table)
    row = {"version": 1, "scheme": scheme, "edition": key, "state": SEAT.initial}
    act.insert_many(table, [{**row, "number": number} for number in range(1, total + 1)])
    act.record("seat", None, None, edition=key, count=total)


def transfer(seat: Seat, event: SeatEvent, case_id: int | None, memo: str) -> Transfer:
    """The place's step in the ledger; its key can never come again."""
    return Transfer(
        key=f"seat:{seat.edition}:{seat.number}:{seat.version}:{event.value}",
        source=seat_account(seat.edition, _STAGES[seat.state]),
        target=seat_account(seat.edition, _STAGES[SEAT.after(seat.state, event)]),
        quantity=1,
        memo=f"第 {seat.number} 號　{memo}",
        case_id=case_id,
    )


def earned(seat: Seat, event: SeatEvent, claim: SeatClaim, rules: Seats) -> Iterator[Transfer]:
    """What the place's step does to its case's fee in the fee book; to be posted with it."""
    step = PlaceStep(
        edition=seat.edition,
        scheme=seat.scheme,
        number=seat.number,
        version=seat.version,
        state=seat.state,
        event=event,
        case_id=claim.case_id,
        case_number=claim.case_number,
    )
    return earnings(step, rules)


@dataclass(frozen=True, slots=True)
class Arrived:
    """What this act has just accepted and not written yet: cases, their claims and full fees.

    `free` places were free when the act began to hold them, and nothing has moved since.
    """

    free: int
    cases: Mapping[int, Case]
    claims: Sequence[SeatClaim]
    fees: Mapping[int, FullFee]


NOBODY = Arrived(0, {}, (), {})


def give_out(act: Act, edition: Edition, arrived: Arrived | None = None) -> int:
    """Give the free places to those who wait, in their order; how many were given.

    Whoever `arrived` in this act stands in line with those who wait, and is written with the place.

    It asks for no event but for the balance, so that no release can be forgotten and none is
    answered twice: whoever comes second finds the place gone and the line shorter. When the last
    free place is given, the window closes at this instant, for good (額滿). Whoever waits and
    would have come before somebody with a place is put before a person; nobody is moved.
    """
    key, rules = str(edition.key), rules_of(edition)
    if arrived is None:
        free, arrived = hold(act, edition), NOBODY
    else:
        free = arrived.free
    heads = _heads(act, key, free, arrived) if rules.reoffer or not _is_closed(act, key) else ()
    next_place = _give(act, rules, heads, arrived) if heads else None
    act.session.add_all(claim for claim in arrived.claims if claim.state is ClaimState.WAITING)
    if free == len(heads):
        if heads and not _is_closed(act, key):
            _close_window(act, edition)
        raise_conflicts(act, edition)
    elif next_place is None or next_place.was_somebodys:
        _retire(act, edition)
    return len(heads)


def _is_closed(act: Act, edition: str) -> bool:
    """Whether the round's window was closed before its date."""
    return edition in closures(act.session)


def _heads(act: Act, edition: str, free: int, arrived: Arrived) -> Sequence[SeatClaim]:
    """The first in line, as many as there are free places."""
    if not free:
        return ()
    with act.session.no_autoflush:
        waiting = found.line(act.session, edition, free)
    return sorted((*waiting, *arrived.claims), key=lambda claim: claim.key)[:free]


def _give(act: Act, rules: Seats, heads: Sequence[SeatClaim], arrived: Arrived) -> Seat | None:
    """Give each its place; the free place that comes next, None when none is left."""
    others = [each for each in heads if each.case_id not in arrived.cases]
    waiting = [each.case_id for each in others]
    fees = {**arrived.fees, **found.full_fees(act.session, waiting, rules.fee.dollars)}
    cases = {**arrived.cases, **locked_cases(act, waiting)}
    with act.session.no_autoflush:
        seats = found.free_seats(act.session, heads[0].edition, len(heads) + 1)
    assert len(seats) >= len(heads), "the ledger and the places say the same"
    # One free place may be left over: nobody's turn has come to it.
    given = [
        (seat, claim, fees.get(claim.case_id)) for seat, claim in zip(seats, heads, strict=False)
    ]
    for _seat, claim, full in given:
        _seated(act, cases[claim.case_id], claim, full, rules)
    allocations = [_allocation(act, seat, claim) for seat, claim, _full in given]
    # The cases first: whoever accepted one meanwhile is found by its version.
    act.session.flush()
    for allocation in allocations:
        act.insert(allocation)
    for claim in heads:
        if claim.case_id in arrived.cases:
            act.insert(claim)
    post(
        act,
        *(
            transfer(seat, _event(full), claim.case_id, f"給予 {claim.case_number}")
            for seat, claim, full in given
        ),
        *(step for seat, claim, full in given for step in earned(seat, _event(full), claim, rules)),
    )
    for (seat, claim, full), allocation in zip(given, allocations, strict=True):
        seat.give(_event(full), allocation, due_on=claim.due_on)
    settle_conflicts(act, others, "已取得名額")
    return next(iter(seats[len(heads) :]), None)


def _seated(act: Act, case: Case, claim: SeatClaim, full: FullFee | None, rules: Seats) -> None:
    """The claim is answered, and it is known whose turn it is."""
    claim.move(ClaimEvent.SEAT)
    claim.receipt = full.receipt if full else ""
    claim.due_on = None if full else hold_until(rules, act.now)
    if full is None:
        case.wait(WaitingFor.APPLICANT, at=act.now, due_on=claim.due_on)
    else:
        case.wait(WaitingFor.OFFICER, at=act.now)


def _event(full: FullFee | None) -> SeatEvent:
    return SeatEvent.HOLD if full is None else SeatEvent.CONFIRM


def _allocation(act: Act, seat: Seat, claim: SeatClaim) -> SeatAllocation:
    return SeatAllocation(
        seat_id=seat.id,
        case_id=claim.case_id,
        edition=seat.edition,
        number=seat.number,
        key_at=claim.key_at,
        received_at=claim.received_at,
        case_number=claim.case_number,
        receipt=claim.receipt,
        allocated_at=act.now,
        allocated_by=act.actor.id,
        allocated_by_name=actor_name(act),
    )


def locked_cases(act: Act, ids: Iterable[int]) -> dict[int, Case]:
    """The cases, held: whoever works on one meanwhile comes before or after, not between."""
    wanted = sorted(ids)
    if not wanted:
        return {}
    return {case.id: case for case in act.session.scalars(_LOCKED, {"ids": wanted})}


_LOCKED = (
    select(Case)
    .where(Case.id.in_(bindparam("ids", expanding=True)))
    .order_by(Case.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)


def _close_window(act: Act, edition: Edition) -> None:
    if CloseCause.QUOTA_FULL not in edition.application.early_close_causes:
        return
    key = str(edition.key)
    act.session.add(
        WindowClosure(
            scheme=edition.key.scheme,
            edition=key,
            cause=CloseCause.QUOTA_FULL.value,
            # An act that waited for the row of free places began before the one it waited for.
            at=max(act.now, found.last_given_at(act.session, key)),
            document_number="",
            reason=f"{rules_of(edition).total} 個名額均已給予，額滿",
            declared_by=act.actor.id,
            declared_by_name=actor_name(act),
        )
    )


def _retire(act: Act, edition: Edition) -> None:
    """A place given back after the window's end for which nobody waits or can come is unused.

    A place that nobody ever had stays free: somebody who applied in time may still be late.
    """
    key = str(edition.key)
    is_open = edition.window_rolled(is_weekday).is_open_at(act.now) and not _is_closed(act, key)
    if is_open or (rules_of(edition).reoffer and found.somebody_on_the_way(act.session, key)):
        return
    freed = found.freed_seats(act.session, key)
    if not freed:
        return
    post(act, *(transfer(seat, SeatEvent.RETIRE, None, "無人候補，未使用") for seat in freed))
    for seat in freed:
        seat.move(SeatEvent.RETIRE)


def release(act: Act, seat: Seat, claim: SeatClaim, event: SeatEvent, cause: ReleaseCause) -> None:
    """Take a place back from its case before the service; its number stays, and it is free.

    The caller gives it out again in the same act, with `give_out`.
    """
    assert seat.case_id is not None
    assert seat.allocation_id is not None
    rules = rules_of(registry.edition_named(seat.edition))
    post(
        act,
        transfer(seat, event, seat.case_id, f"釋出 {claim.case_number}"),
        *earned(seat, event, claim, rules),
    )
    act.session.add(
        SeatRelease(
            allocation_id=seat.allocation_id,
            case_id=seat.case_id,
            cause=cause,
            released_at=act.now,
            released_by=act.actor.id,
            released_by_name=actor_name(act),
        )
    )
    seat.free(event)
    claim.move(_CLAIM_EVENTS[cause])


_CLAIM_EVENTS = {
    ReleaseCause.LAPSED: ClaimEvent.LAPSE,
    ReleaseCause.WITHDRAWN: ClaimEvent.END,
    ReleaseCause.CANCELLED: ClaimEvent.END,
    ReleaseCause.GAVE_WAY: ClaimEvent.GIVE_WAY,
}


def leave_line(act: Act, claim: SeatClaim, event: ClaimEvent, reason: str) -> None:
    """A claim without a place comes to an end, and so does a conflict over it."""
    claim.move(event)
    settle_conflicts(act, [claim], reason)


def let_go(act: Act, case: Case, cause: ReleaseCause) -> None:
    """A firm leaves before its service begins: whatever it had goes to the next in line."""
    edition = round_of(case)
    if edition is None or case.state is not CaseState.ACCEPTED:
        return
    hold(act, edition)
    claim, seat = found.claim_of(act.session, case.id), found.seat_of(act.session, case.id)
    if claim is None:
        return
    if seat is None:
        leave_line(act, claim, ClaimEvent.END, "已離開候補")
    else:
        release(act, seat, claim, SeatEvent.RELEASE, cause)
    act.session.flush()
    give_out(act, edition)
