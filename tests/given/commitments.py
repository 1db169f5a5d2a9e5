"""A scheme's weeks: so many commitments of such amounts, entered day by day through the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import count

from backoffice.access import SYSTEM, Permission
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.ledger.operations import post
from backoffice.ledger.rules import Stage, move
from backoffice.use_case import Act, Office, use_case
from tests.given import budget

SCHEME = "S01"
_NUMBERS = count(1)


@use_case("given.commit", requires=Permission.SYSTEM)
def put_commitment(act: Act, scheme: str, amount: Ntd) -> None:
    """Commit an amount as an award does."""
    key = f"given-commit:{next(_NUMBERS)}"
    post(act, move(scheme, Stage.AVAILABLE, Stage.COMMITTED, amount, key=key, memo="核定"))


@use_case("given.release", requires=Permission.SYSTEM)
def put_release(act: Act, scheme: str, amount: Ntd) -> None:
    """Give an amount back as a withdrawal does."""
    key = f"given-release:{next(_NUMBERS)}"
    post(act, move(scheme, Stage.COMMITTED, Stage.AVAILABLE, amount, key=key, memo="釋出"))


def commit(office: Office, *amounts: int, scheme: str = SCHEME) -> None:
    """Commit these amounts now."""
    for amount in amounts:
        office.perform(put_commitment, SYSTEM, scheme, Ntd(amount))


def weeks(
    office: Office,
    clock: FixedClock,
    amounts: Sequence[Sequence[int]],
    *,
    appropriation: int = 100_000_000,
    scheme: str = SCHEME,
) -> None:
    """An appropriation, then the weeks' commitments, each on the first day of its week.

    The clock stands at the same hour of the day after the last whole week.
    """
    budget.an_appropriation(office, appropriation, scheme=scheme)
    for week in amounts:
        commit(office, *week, scheme=scheme)
        clock.set(clock.now() + timedelta(days=7))
