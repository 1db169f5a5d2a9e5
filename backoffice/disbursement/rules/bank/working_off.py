"""What waits for a person after an answer was confirmed, and what the person may say. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from backoffice.disbursement.rules.bank.matching import BankClass
from backoffice.disbursement.rules.lifecycles import LineEvent, LineState
from backoffice.disbursement.rules.sheets import ReturnReason
from backoffice.disbursement.rules.stages import check_reason
from backoffice.kernel.lifecycle import Lifecycle
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused


class AnswerForm(StrEnum):
    """In which form the bank's answer came."""

    ACHR01 = "ACHR01"
    WORKBOOK = "WORKBOOK"
    CSV = "CSV"


class AnswerState(StrEnum):
    """Where a loaded answer stands: nothing is settled before it is confirmed."""

    READ = "READ"
    CONFIRMED = "CONFIRMED"
    SET_ASIDE = "SET_ASIDE"


class AnswerEvent(StrEnum):
    """What can happen to a loaded answer."""

    CONFIRM = "CONFIRM"
    SET_ASIDE = "SET_ASIDE"
    LOAD_AGAIN = "LOAD_AGAIN"


ANSWER: Lifecycle[AnswerState, AnswerEvent] = Lifecycle(
    initial=AnswerState.READ,
    moves=[
        (AnswerState.READ, AnswerEvent.CONFIRM, AnswerState.CONFIRMED),
        (AnswerState.READ, AnswerEvent.SET_ASIDE, AnswerState.SET_ASIDE),
        (AnswerState.SET_ASIDE, AnswerEvent.LOAD_AGAIN, AnswerState.READ),
    ],
)


class ItemState(StrEnum):
    """Whether something still waits for a person."""

    OPEN = "OPEN"
    RESOLVED = "RESOLVED"


class ItemEvent(StrEnum):
    """What can happen to an item."""

    RESOLVE = "RESOLVE"


ITEM: Lifecycle[ItemState, ItemEvent] = Lifecycle(
    initial=ItemState.OPEN, moves=[(ItemState.OPEN, ItemEvent.RESOLVE, ItemState.RESOLVED)]
)


class Resolution(StrEnum):
    """How an item came to its end.

    APPLIED: clear, settled by the confirmation. PAID and RETURNED: a person settled the payment,
    with a note. AGREED: what was settled before stands, and the answer or the note supports it.
    GIVEN_BACK: money that belongs to no payment of ours went back, or never was. ANSWERED: settled
    together with another item.
    """

    APPLIED = "APPLIED"
    PAID = "PAID"
    RETURNED = "RETURNED"
    AGREED = "AGREED"
    GIVEN_BACK = "GIVEN_BACK"
    ANSWERED = "ANSWERED"


BY_HAND = (Resolution.PAID, Resolution.RETURNED, Resolution.AGREED, Resolution.GIVEN_BACK)
SETTLES = {Resolution.PAID: LineEvent.PAY, Resolution.RETURNED: LineEvent.RETURN}
# Money beside a payment: it does not end with the payment, and may be given back by itself.
BESIDE = frozenset({BankClass.DOUBLE, BankClass.UNKNOWN})


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """An item as the rules ask about it; `line_state` of its payment, None without one.

    `answered`: that payment has its answer on record already.
    """

    kind: BankClass
    state: ItemState
    amount: Ntd
    line_state: LineState | None
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Worked:
    """What a person says about an item: how it ends, in which words, and on which day.

    `day` and, for a return, `reason` are needed where a payment is settled.
    """

    resolution: Resolution
    note: str
    day: date | None = None
    reason: ReturnReason | None = None


def resolutions(item: ItemFacts) -> tuple[Resolution, ...]:
    """How the item may end now; none when it has."""
    if item.state is not ItemState.OPEN:
        return ()
    beside = (Resolution.GIVEN_BACK,) if item.kind in BESIDE or _is_settled(item) else ()
    if item.line_state is None or item.line_state is LineState.SENT:
        return (Resolution.PAID, Resolution.RETURNED, *beside)
    agreed = () if item.answered else (Resolution.AGREED,)
    return (*agreed, Resolution.GIVEN_BACK)


def _is_settled(item: ItemFacts) -> bool:
    return item.line_state in (LineState.PAID, LineState.RETURNED)


def check_worked(item: ItemFacts, worked: Worked) -> None:
    """What a person says can be so.

    Refuses "bank.item_done", "bank.resolution_wrong" (resolution), "note.missing",
    "bank.day_missing", "bank.reason_missing".
    """
    if item.state is not ItemState.OPEN:
        raise Refused("bank.item_done")
    if worked.resolution not in resolutions(item):
        raise Refused("bank.resolution_wrong", resolution=worked.resolution)
    check_reason(worked.note)
    if worked.resolution not in SETTLES:
        return
    if worked.day is None:
        raise Refused("bank.day_missing")
    if worked.resolution is Resolution.RETURNED and worked.reason is None:
        raise Refused("bank.reason_missing")


def together(item: ItemFacts) -> tuple[Resolution, ...]:
    """How the item may end at once with others of its class.

    Money beside a payment is only given back so: what else it may be is said of each by itself.
    """
    found = resolutions(item)
    if item.kind not in BESIDE:
        return found
    return tuple(each for each in found if each is Resolution.GIVEN_BACK)


def check_together(items: Mapping[int, tuple[ItemFacts, Worked]]) -> None:
    """What a person says of several items, by number, can be so of each.

    Refuses "bank.none_chosen", "bank.classes_differ", "bank.resolution_wrong_for" (resolution,
    items), and what `check_worked` does.
    """
    if not items:
        raise Refused("bank.none_chosen")
    if len({facts.kind for facts, _ in items.values()}) > 1:
        raise Refused("bank.classes_differ")
    wrong = {
        number: worked.resolution
        for number, (facts, worked) in items.items()
        if worked.resolution not in together(facts)
    }
    if wrong:
        raise Refused(
            "bank.resolution_wrong_for",
            resolution=next(iter(wrong.values())),
            items=tuple(sorted(wrong)),
        )
    for facts, worked in items.values():
        check_worked(facts, worked)


def check_matched(said: Ntd, due: Ntd) -> None:
    """An unknown line is matched with a payment of its own amount: "bank.amount_differs"."""
    if said != due:
        raise Refused("bank.amount_differs", said=said, due=due)
