"""A fee becomes income, and tax to pay, when its place is confirmed; not before (domain §3.8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backoffice.cases.rules.seats import SeatEvent, SeatState
from backoffice.cases.rules.tax import split
from backoffice.kernel.money import Ntd
from backoffice.ledger.rules import FeeStage, Transfer, account_name
from backoffice.scheme.rules import Seats

_CONFIRMS = (SeatEvent.CONFIRM, SeatEvent.PAY)


@dataclass(frozen=True, slots=True)
class PlaceStep:
    """A step of a numbered place, as its key in the ledger tells it from every other for ever."""

    edition: str
    scheme: str
    number: int
    version: int
    state: SeatState
    event: SeatEvent
    case_id: int
    case_number: str


def earnings(step: PlaceStep, seats: Seats) -> Iterator[Transfer]:
    """What a step of a place does to the fee of its case: earned, given up again, or nothing.

    Net and tax are the fee. Where no source states the tax, the whole fee is income, unsplit.
    """
    if step.event in _CONFIRMS:
        yield from _moved(step, seats, "fee-earned", "名額確認", earned=True)
    elif step.event is SeatEvent.RELEASE and step.state is SeatState.CONFIRMED:
        yield from _moved(step, seats, "fee-unearned", "名額釋出", earned=False)


def _moved(
    step: PlaceStep, seats: Seats, key: str, memo: str, *, earned: bool
) -> Iterator[Transfer]:
    for stage, amount in parts_of_fee(seats):
        if not amount:
            continue
        received = account_name(step.scheme, FeeStage.RECEIVED)
        kept = account_name(step.scheme, stage)
        yield Transfer(
            key=f"{key}:{step.edition}:{step.number}:{step.version}:{stage.value}",
            source=received if earned else kept,
            target=kept if earned else received,
            quantity=amount.dollars,
            memo=f"{memo} {step.case_number}",
            case_id=step.case_id,
        )


def parts_of_fee(seats: Seats) -> tuple[tuple[FeeStage, Ntd], ...]:
    """Where the dollars of one fee go: the net into income, the tax apart."""
    found = split(seats.fee, seats)
    if found is None:
        return ((FeeStage.INCOME, seats.fee),)
    return (FeeStage.INCOME, found.net), (FeeStage.TAX, found.tax)
