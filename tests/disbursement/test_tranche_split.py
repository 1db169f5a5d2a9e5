"""N15: whatever the amount and the percentage, both tranches are the whole, and each is exact.

A share of p percent of d dollars, rounded down, grows by exactly p when d grows by 100: so the
first hundred amounts, each percentage, and the law of that growth stand for every amount. The law
is tried at every hundred up to 1,000,000 for the split that is in force, and at both ends of the
range for every whole percentage.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from backoffice.kernel.money import Ntd
from backoffice.scheme import registry
from backoffice.scheme.rules import Edition

LAST = 1_000_000
HUNDRED = range(1, 101)
IN_FORCE = registry.edition_named("S01/1")


def split_at(percent: int) -> Edition:
    """The edition with a first tranche of so many percent."""
    first, last = IN_FORCE.tranches
    return replace(
        IN_FORCE,
        tranches=(
            replace(first, share_bp=100 * percent),
            replace(last, share_bp=10_000 - 100 * percent),
        ),
    )


def parts(edition: Edition, dollars: int) -> tuple[int, int]:
    first, last = edition.tranche_plan(Ntd(dollars))
    return first.amount.dollars, last.amount.dollars


@pytest.mark.parametrize("percent", range(101))
def test_parts_sum_to_the_whole_and_are_less_than_a_dollar_from_exact(percent: int) -> None:
    edition = split_at(percent)

    for dollars in HUNDRED:
        first, last = parts(edition, dollars)
        assert first + last == dollars
        assert 0 <= percent * dollars - 100 * first < 100
        assert 0 <= 100 * last - (100 - percent) * dollars < 100
        for more in (100, LAST - 100):
            assert parts(edition, dollars + more) == (
                first + percent * more // 100,
                last + (100 - percent) * more // 100,
            )


def test_the_split_in_force_grows_by_its_shares_at_every_hundred() -> None:
    percent = IN_FORCE.tranches[0].share_bp // 100
    begins = {dollars: parts(IN_FORCE, dollars) for dollars in HUNDRED}

    for place, whole in enumerate(range(0, LAST, 100)):
        dollars = place * 37 % 100 + 1  # every residue comes round, another at each hundred
        first, last = begins[dollars]
        assert parts(IN_FORCE, whole + dollars) == (
            first + percent * whole // 100,
            last + (100 - percent) * whole // 100,
        )
