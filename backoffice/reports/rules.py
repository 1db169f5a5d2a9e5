"""Budget documents, execution rates, and which accounts stand behind a figure. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from backoffice.cases.rules.lifecycle import CaseState
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import local_date, nfkc, roc_date
from backoffice.ledger.rules import Stage
from backoffice.people.rules.accounts import next_review_on

DOCUMENT_MAX = 64  # characters of a document's number
NOTE_MAX = 100
_WHOLE_BP = 10_000


class BudgetKind(StrEnum):
    """法定預算 gives money to a scheme; 分配預算 says how much of it may be paid by now."""

    APPROPRIATION = "APPROPRIATION"
    ALLOTMENT = "ALLOTMENT"


class Movement(StrEnum):
    """What the board counts of the last days: money awarded 核定, money paid 撥付."""

    AWARDED = "awarded"
    PAID = "paid"


class Fault(StrEnum):
    """How the audit chain can fail to hold; the values are those of `audit.verify`."""

    MISSING = "missing"
    ALTERED = "altered"
    HEAD = "head"


# From any of these stages to that one.
MOVES: dict[Movement, tuple[tuple[Stage, ...], Stage]] = {
    Movement.AWARDED: ((Stage.AVAILABLE, Stage.HELD), Stage.COMMITTED),
    Movement.PAID: ((Stage.IN_TRANSIT,), Stage.DISBURSED),
}

# 核定未撥: offered or promised, and not yet with the firm. What moves between these is not shown.
OUTSTANDING = "outstanding"
OUTSTANDING_STAGES = (
    Stage.HELD,
    Stage.COMMITTED,
    Stage.CONTRACTED,
    Stage.CARRIED_OVER,
    Stage.IN_TRANSIT,
)

# Received, and neither awarded nor refused: the queue that the board counts.
UNDECIDED = (
    CaseState.SUBMITTED,
    CaseState.QUALIFYING,
    CaseState.SUPPLEMENT,
    CaseState.IN_REVIEW,
    CaseState.SCORED,
)


@dataclass(frozen=True, slots=True)
class Document:
    """An official document that gives or allots money: its number as printed, and its date."""

    number: str
    on: date


# Awarded or accepted, and neither closed nor ended.
RUNNING = (
    CaseState.AWARDED,
    CaseState.ACTIVE,
    CaseState.ACTIVE_2,
    CaseState.CLOSING,
    CaseState.SETTLED,
    CaseState.TERMINATING,
    CaseState.ACCEPTED,
    CaseState.IN_SERVICE,
    CaseState.DELIVERED,
)


def stages_behind(name: str) -> tuple[Stage, ...] | None:
    """The stages whose entries make the figure `name`; None if there is no such figure."""
    if name == OUTSTANDING:
        return OUTSTANDING_STAGES
    return next(((stage,) for stage in Stage if stage.value == name), None)


def cleaned_document(
    amount: Ntd, document_number: str, on: date, note: str, *, today: date
) -> Document:
    """The document, once it can be entered; its number without spaces, in normal width.

    `amount` must be positive, the date not after `today`, number and note within 64 and 100
    characters. Refuses "budget.amount_not_positive", "budget.document_missing",
    "budget.document_in_future" (day), "budget.text_too_long" (length, limit).
    """
    if amount <= Ntd(0):
        raise Refused("budget.amount_not_positive")
    number = re.sub(r"\s+", "", nfkc(document_number))
    if not number:
        raise Refused("budget.document_missing")
    for text, limit in ((number, DOCUMENT_MAX), (note.strip(), NOTE_MAX)):
        if len(text) > limit:
            raise Refused("budget.text_too_long", length=len(text), limit=limit)
    if on > today:
        raise Refused("budget.document_in_future", day=on)
    return Document(number, on)


def transfer_key(kind: BudgetKind, scheme: str, document: Document) -> str:
    """The key under which a document is entered once: its kind, its scheme, its number."""
    return f"{kind.value.lower()}:{scheme}:{document.number}"


def memo_of(document: Document, note: str) -> str:
    """What the ledger entry says of the document."""
    return " ".join(filter(None, (document.number, f"({roc_date(document.on)})", note.strip())))


def check_allotment(allotted: Ntd, appropriation: Ntd) -> None:
    """Refuse "budget.allotment_over" when what is allotted in all exceeds the appropriation."""
    if allotted > appropriation:
        raise Refused(
            "budget.allotment_over",
            allotted=allotted,
            appropriation=appropriation,
            excess=allotted - appropriation,
        )


def execution_rate_a(*, paid: Ntd, payable: Ntd, appropriation: Ntd) -> int | None:
    """（實現＋應付）／法定預算 in basis points, half up; None without an appropriation.

    Source: domain §3.7, the Legislative Yuan's budget centre.
    """
    return _share_bp(paid + payable, appropriation)


def execution_rate_b(*, paid: Ntd, payable: Ntd, saved: Ntd, allotment: Ntd) -> int | None:
    """（支用＋應付未付＋節餘）／累計分配數 in basis points, half up; None without an allotment.

    Source: domain §3.7, the definition for controlling progress.
    """
    return _share_bp(paid + payable + saved, allotment)


def paid_rate(*, paid: Ntd, appropriation: Ntd) -> int | None:
    """已撥付／法定預算 in basis points, half up: what kept balances alone can say."""
    return _share_bp(paid, appropriation)


def _share_bp(part: Ntd, whole: Ntd) -> int | None:
    if whole <= Ntd(0):
        return None
    return (2 * part.dollars * _WHOLE_BP + whole.dollars) // (2 * whole.dollars)


def median_days(middle: Sequence[datetime], as_of: datetime) -> str | None:
    """Whole days from the middle one or two of many instants to `as_of`, by Taipei's calendar.

    A half stands as .5; None of nothing.
    """
    if not middle:
        return None
    today = local_date(as_of)
    days = sum((today - local_date(instant)).days for instant in middle)
    whole, rest = divmod(days, len(middle))
    return f"{whole}.5" if rest else f"{whole}"


class DutyKind(StrEnum):
    """A kind of work that waits on a person; the order is that of urgency where no day tells."""

    OVERDUE = "overdue"
    SETTLE = "settle"
    SEND = "send"
    APPROVE = "approve"
    CHECK = "check"
    READY = "ready"
    CLAIMS = "claims"
    POINTS = "checkpoints"
    MIDTERMS = "midterms"
    CLOSINGS = "closings"
    OFFERS = "offers"
    ENDINGS_TO_PREPARE = "endings-to-prepare"
    DEMANDS = "demands"
    DECLARE = "declare"
    SCORE = "score"
    OPINIONS = "opinions"
    DIVERGENCES = "divergences"
    CLOSE = "close"
    DECIDE = "decide"
    ENDINGS_TO_DECIDE = "endings-to-decide"
    IN_LINE = "in-line"
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
