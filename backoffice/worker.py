"""What is done without anybody asking: promises kept, and the rounds of the day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError

from backoffice import outbox
from backoffice.access import SYSTEM, Permission
from backoffice.cases.operations import (
    book_earlier,
    end_overdue_hold,
    give_out_everywhere,
    recount_in_time,
)
from backoffice.disbursement.operations.checkpoints import come_due
from backoffice.disbursement.operations.contract import lapse_overdue
from backoffice.kernel.clock import SystemClock
from backoffice.kernel.refusal import Stale
from backoffice.ledger.operations import check_books_in_time, lapse_late, release_next
from backoffice.outbox import Promise
from backoffice.people.operations import suspend_idle
from backoffice.reports.operations.keeping import keep_board_in_time
from backoffice.review.operations import end_overdue_offer, promote_everywhere
from backoffice.upkeep import beat
from backoffice.use_case import Act, Office, UseCase, use_case

ROUND_MAX = 100

log = structlog.get_logger("backoffice")


class RoundFailed(Exception):
    """Parts of a round that failed, by name; the others were done."""


@use_case("outbox.claim", requires=Permission.SYSTEM)
def claim(act: Act) -> int | None:
    """Take one due promise for this worker."""
    return outbox.claim(act.session, act.now)


@use_case("outbox.keep", requires=Permission.SYSTEM)
def keep(act: Act, promise_id: int) -> None:
    """Mark a promise as kept."""
    act.session.get_one(Promise, promise_id).keep(at=act.now)


def round_of(office: Office) -> int:
    """One round: the day's dates, then what was promised; how many promises were kept.

    A part that fails holds up no other: it is logged, and RoundFailed is raised after the last. At
    the end of a round without a fault the worker gives a sign of life, by the machine's clock: the
    office's may stand in a demonstration. A database that does not answer ends the round at once.
    """
    failed = [part.__name__ for part in _PARTS if not _done(part, office)]
    kept = 0
    while kept < ROUND_MAX and (number := office.perform(claim, SYSTEM)) is not None:
        office.perform(keep, SYSTEM, number)
        kept += 1
    if failed:
        raise RoundFailed(*failed)
    office.perform(beat, SYSTEM, SystemClock().now())
    return kept


def _done(part: Callable[[Office], None], office: Office) -> bool:
    try:
        part(office)
    except DBAPIError:
        raise
    except Exception:
        log.exception("part of a round failed", part=part.__name__)
        return False
    return True


def see_what_comes_due(office: Office) -> None:
    """Checkpoints whose day has come."""
    while office.perform(come_due, SYSTEM):
        pass  # a few hundred an act, so that nobody waits long behind it


def suspend_who_is_idle(office: Office) -> None:
    """Accounts that nobody has used for too long."""
    office.perform(suspend_idle, SYSTEM)


def money_round(office: Office) -> None:
    """What nobody acted on in time gives its money or place back; those who wait get what is there.

    Promotion looks at balances, not at what released them, so whatever freed the money since the
    last round is given out here, also when a worker died in between.
    """
    while _did(office, release_next):
        pass
    while _did(office, lapse_overdue):
        pass
    while _did(office, end_overdue_offer):
        pass
    while _did(office, lapse_late):
        pass  # before the promotion: a closed budget serves nobody
    _did(office, promote_everywhere)
    while _did(office, book_earlier):
        pass
    while _did(office, end_overdue_hold):
        pass
    _did(office, give_out_everywhere)
    recount_in_time(office)
    check_books_in_time(office)


def _did(office: Office, deed: UseCase[[], int | None]) -> bool:
    """Whether there was something to do. Somebody who is faster is right; the next round looks."""
    try:
        return bool(office.perform(deed, SYSTEM))
    except Stale:
        return False


_PARTS: Final = (see_what_comes_due, suspend_who_is_idle, money_round, keep_board_in_time)
