"""Which accounts of the fee book a refund is drawn from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from backoffice.cases.rules.tax import split
from backoffice.kernel.money import ZERO, Ntd
from backoffice.ledger.rules import FeeStage
from backoffice.scheme.rules import Seats


def drawn(
    stages: Mapping[FeeStage, Ntd], amount: Ntd, seats: Seats
) -> Iterator[tuple[FeeStage, Ntd]]:
    """How much of a refund comes from where: first what was not earned, then income and its tax.

    `stages` is where the case's dollars stand; they hold `amount` or more. What is kept of an
    earned fee is split anew, so that its net and tax are those of the amount that is kept.
    """
    received = min(stages.get(FeeStage.RECEIVED, ZERO), amount)
    income, tax = stages.get(FeeStage.INCOME, ZERO), stages.get(FeeStage.TAX, ZERO)
    kept = income + tax - (amount - received)
    assert kept >= ZERO, "a refund is at most what is held"
    parts = split(kept, seats)
    net, kept_tax = (kept, ZERO) if parts is None else (parts.net, parts.tax)
    yield from (
        (stage, part)
        for stage, part in (
            (FeeStage.RECEIVED, received),
            (FeeStage.INCOME, income - net),
            (FeeStage.TAX, tax - kept_tax),
        )
        if part > ZERO
    )
