"""What is done without anybody asking: promises kept, and the rounds of the day."""

from __future__ import annotations

from backoffice import outbox
from backoffice.access import SYSTEM, Permission
from backoffice.disbursement.operations.checkpoints import come_due
from backoffice.outbox import Promise
from backoffice.people.operations import suspend_idle
from backoffice.use_case import Act, Office, use_case

ROUND_MAX = 100


@use_case("outbox.claim", requires=Permission.SYSTEM)
def claim(act: Act) -> int | None:
    """Take one due promise for this worker."""
    return outbox.claim(act.session, act.now)


@use_case("outbox.keep", requires=Permission.SYSTEM)
def keep(act: Act, promise_id: int) -> None:
    """Mark a promise as kept."""
    act.session.get_one(Promise, promise_id).keep(at=act.now)


def round_of(office: Office) -> int:
    """One round: the day's dates, then what was promised; how many promises were kept."""
    while office.perform(come_due, SYSTEM):
        pass  # a few hundred checkpoints an act, so that nobody waits long behind it
    office.perform(suspend_idle, SYSTEM)
    kept = 0
    while kept < ROUND_MAX and (number := office.perform(claim, SYSTEM)) is not None:
        office.perform(keep, SYSTEM, number)
        kept += 1
    return kept
