"""What is done without anybody asking: promises kept, and the rounds of the day."""

from __future__ import annotations

from backoffice import outbox
from backoffice.access import SYSTEM, Permission
from backoffice.outbox import Promise, PromiseState
from backoffice.use_case import Act, Office, use_case

ROUND_MAX = 100


@use_case("outbox.claim", requires=Permission.SYSTEM)
def claim(act: Act) -> int | None:
    """Take one due promise for this worker."""
    return outbox.claim(act.session, act.now)


@use_case("outbox.keep", requires=Permission.SYSTEM)
def keep(act: Act, promise_id: int) -> None:
    """Mark a promise as kept."""
    promise = act.session.get_one(Promise, promise_id)
    promise.state = PromiseState.KEPT
    promise.kept_at = act.now


def round_of(office: Office) -> int:
    """One round: keep what is due; how many promises were kept."""
    kept = 0
    while kept < ROUND_MAX and (number := office.perform(claim, SYSTEM)) is not None:
        office.perform(keep, SYSTEM, number)
        kept += 1
    return kept
