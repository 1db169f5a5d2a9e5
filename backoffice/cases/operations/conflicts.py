"""Conflicts over a place: who waits and would have come before somebody who has one."""

from __future__ import annotations

from collections.abc import Sequence

from backoffice.access import SYSTEM
from backoffice.cases.models import SeatClaim, SeatConflict
from backoffice.cases.queries import seats as found
from backoffice.cases.rules.seats import ConflictEvent, SeatKey, outranked, rank_of
from backoffice.scheme.rules import Edition, SeatOrder
from backoffice.use_case import Act

SYSTEM_NAME = "系統依序遞補"


def raise_conflicts(act: Act, edition: Edition) -> None:
    """Whoever waits and outranks a place that could still have been theirs gets a task.

    Of two accepted at one instant the one whose act came first has the place, and rightly so.
    """
    name, by_payment = str(edition.key), _goes_by_payment(edition)
    act.session.flush()
    given = found.last_movable(act.session, name)
    if given is None:
        return
    allocation_id, last = given
    first = [
        claim
        for claim in found.unconflicted(act.session, name, last)
        if (claim.key < last if by_payment else claim.key_at < last.at)
    ]
    if not first:
        return
    taken = [key for _, _, key in found.taken_keys(act.session, name)]
    act.session.add_all(
        SeatConflict(
            scheme=claim.scheme,
            edition=name,
            claim_id=claim.id,
            case_id=claim.case_id,
            allocation_id=allocation_id,
            key_at=claim.key_at,
            rank=rank_of(claim.key, taken),
            raised_at=act.now,
        )
        for claim in first
    )


def settle_conflicts(act: Act, claims: Sequence[SeatClaim], reason: str) -> None:
    """Over these claims there is nothing left to decide."""
    if not claims:
        return
    for conflict in found.open_conflicts(act.session, [claim.id for claim in claims]):
        conflict.settle(
            ConflictEvent.SETTLE,
            at=act.now,
            by=act.actor.id,
            by_name=actor_name(act),
            reason=reason,
        )


def _goes_by_payment(edition: Edition) -> bool:
    assert edition.seats is not None, "only asked where there are places"
    return edition.seats.order is SeatOrder.PAYMENT


def last_outranked(act: Act, claim: SeatClaim) -> int | None:
    """The allocation that would have to give way to this claim now; None if there is none."""
    keys = found.movable_keys(act.session, claim.edition)
    last: SeatKey | None = outranked(claim.key, tuple(keys))
    return None if last is None else keys[last]


def actor_name(act: Act) -> str:
    """Who did it, as lists show it."""
    return SYSTEM_NAME if act.actor.id == SYSTEM.id else act.actor.name
