"""What waits on whom, and what is the most urgent of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from backoffice.kernel.taiwan import local_date
from backoffice.people.rules.accounts import next_review_on


class DutyKind(StrEnum):
    """A kind of work that waits on a person; the order is that of urgency where no day tells."""

    OVERDUE = "overdue"
    BANK_ITEMS = "bank-items"
    BANK_ANSWERS = "bank-answers"
    SETTLE = "settle"
    DAYS = "days"
    SEND = "send"
    APPROVE = "approve"
    CHECK = "check"
    READY = "ready"
    CLAIMS = "claims"
    POINTS = "checkpoints"
    MIDTERMS = "midterms"
    CLOSINGS = "closings"
    OFFERS = "offers"
    FEE_STATEMENTS = "fee-statements"
    FEE_LINES = "fee-lines"
    FEES_TO_APPROVE = "fees-to-approve"
    FEES_TO_PAY = "fees-to-pay"
    FEES_REFUNDABLE = "fees-refundable"
    FEES_SHORT = "fees-short"
    SEAT_HOLDS = "seat-holds"
    SERVICES = "services"
    ENDINGS_TO_PREPARE = "endings-to-prepare"
    DEMANDS = "demands"
    BANK_LINES = "bank-lines"
    LOANS_TO_REGISTER = "loans-to-register"
    LOANS_OVER = "loans-over"
    DECLARE = "declare"
    SCORE = "score"
    OPINIONS = "opinions"
    DIVERGENCES = "divergences"
    CLOSE = "close"
    DECIDE = "decide"
    ENDINGS_TO_DECIDE = "endings-to-decide"
    IN_LINE = "in-line"
    SEAT_CONFLICTS = "seat-conflicts"
    REPAYMENTS = "repayments"
    CARRY_OVER = "carry-over"
    NEARLY_USED_UP = "nearly-used-up"
    VERIFY = "verify"
    REVIEW_ACCOUNTS = "review-accounts"
    BACKUP = "backup"
    INVITED = "invited"
    MINE = "mine"
    UNASSIGNED = "unassigned"


@dataclass(frozen=True, slots=True)
class Duty:
    """How much of a kind of work waits, the first day by which it is due, and since when."""

    kind: DutyKind
    count: int
    due_on: date | None
    since: datetime | None

    def is_late(self, today: date) -> bool:
        """Whether the first day due has passed."""
        return self.due_on is not None and self.due_on < today


NEARLY_USED_UP_IN = 10  # a scheme with a tenth of its money left, or less
# What comes round again: how long after the last time it is due. Days; assumed, but the quarterly
# review of accounts, which is the baseline's (基準 4).
ROUNDS = {DutyKind.VERIFY: 30, DutyKind.BACKUP: 2}
_ORDER = {kind: place for place, kind in enumerate(DutyKind)}
# What is late as a whole comes first only where nothing more particular is.
_PILES = (DutyKind.MINE, DutyKind.UNASSIGNED)


def ranked(found: Iterable[Duty], today: date) -> tuple[Duty, ...]:
    """What waits, the most urgent first: late, then by kind; the piles of all work last."""
    waiting = [duty for each in found if (duty := _come_round(each, today)).count]
    return tuple(
        sorted(
            waiting,
            key=lambda duty: (
                duty.kind in _PILES,
                not duty.is_late(today),
                duty.due_on or date.max,
                _ORDER[duty.kind],
            ),
        )
    )


def _come_round(duty: Duty, today: date) -> Duty:
    """What is done every so often, with the day on which it is due; counted only from then on."""
    match duty.kind:
        case DutyKind.VERIFY | DutyKind.BACKUP:
            due = _day_after(duty.since, ROUNDS[duty.kind])
        case DutyKind.REVIEW_ACCOUNTS:
            due = next_review_on(duty.since, duty.since) if duty.since else None
        case _:
            return duty
    is_due = due is None or due <= today
    return replace(duty, count=int(is_due), due_on=due)


def _day_after(last: datetime | None, days: int) -> date | None:
    return local_date(last) + timedelta(days=days) if last else None
