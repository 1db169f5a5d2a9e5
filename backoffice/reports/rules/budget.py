"""Budget documents, execution rates, and which accounts stand behind a figure. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from backoffice.cases.rules.lifecycle import CaseState
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import local_date, nfkc, roc_date
from backoffice.ledger.rules import Stage

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
    return cleaned_paper(document_number, on, note, today=today)


def cleaned_paper(document_number: str, on: date, note: str, *, today: date) -> Document:
    """The document without an amount of its own; refuses as `cleaned_document` does."""
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


def paid_rate(*, paid: Ntd, appropriation: Ntd) -> int | None:
    """已撥付／法定預算 in basis points, half up: what kept balances alone can say."""
    return share_bp(paid, appropriation)


def share_bp(part: Ntd, whole: Ntd) -> int | None:
    """A share in basis points, a half rounded up; None of nothing."""
    if whole <= Ntd(0):
        return None
    return (2 * part.dollars * _WHOLE_BP + whole.dollars) // (2 * whole.dollars)


def median_days(middle: Sequence[datetime], as_of: datetime) -> str | None:
    """Whole days from the middle one or two of many instants to `as_of`, by Taipei's calendar.

    A half stands as .5; None of nothing.
    """
    return in_days(wait_halves(middle, as_of))


def wait_halves(middle: Sequence[datetime], as_of: datetime) -> int | None:
    """The same in half days."""
    if not middle:
        return None
    today = local_date(as_of)
    return 2 * sum((today - local_date(instant)).days for instant in middle) // len(middle)


def in_days(halves: int | None) -> str | None:
    """Half days as days: 5 is 2.5; None of nothing."""
    if halves is None:
        return None
    return f"{halves // 2}.5" if halves % 2 else f"{halves // 2}"
