"""The budget: its segments, its allotments by month, transfers between schemes, and its end."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import BigInteger, func, select, type_coerce
from sqlalchemy.orm import Session

from backoffice.invariants.register import Found, invariant
from backoffice.kernel.taiwan import local_date
from backoffice.ledger.models import (
    AllotmentPeriod,
    AllotmentYear,
    BudgetClosing,
    BudgetShift,
    LedgerAccount,
    LedgerTransfer,
)
from backoffice.ledger.rules import (
    ALLOTMENT_STAGES,
    BUDGET_STAGES,
    ProposalState,
    ShiftKind,
    Stage,
)

_WHOLE = BigInteger()


@invariant("I-80 a scheme's segments sum to its appropriation at every moment")
def segments_sum(session: Session) -> Found:
    """No entry leads out of its scheme's book, so that no prefix of the entries can differ."""
    stages = [stage.value for stage in (*BUDGET_STAGES, *ALLOTMENT_STAGES)]
    accounts = {
        row.id: (row.scheme, row.book)
        for row in session.execute(
            select(LedgerAccount.id, LedgerAccount.scheme, LedgerAccount.book).where(
                LedgerAccount.stage.in_(stages)
            )
        )
    }
    for row in session.execute(
        select(LedgerTransfer.source_id, LedgerTransfer.target_id, func.count().label("entries"))
        .group_by(LedgerTransfer.source_id, LedgerTransfer.target_id)
        .order_by(LedgerTransfer.source_id, LedgerTransfer.target_id)
    ):
        source, target = accounts.get(row.source_id), accounts.get(row.target_id)
        if source != target:
            yield f"account {row.source_id}", f"{row.entries} entries to {row.target_id}"
    for scheme, balance in session.execute(
        select(LedgerAccount.scheme, func.sum(LedgerAccount.balance))
        .where(LedgerAccount.stage.in_([stage.value for stage in BUDGET_STAGES]))
        .group_by(LedgerAccount.scheme)
        .order_by(LedgerAccount.scheme)
    ):
        if int(balance) != 0:
            yield scheme, f"segments and appropriation differ by {balance}"


@invariant("I-81 no more is spent of the allotments than was released")
def spent_was_released(session: Session) -> Found:
    """At every moment, in the order of the entries: what is left never falls below nothing."""
    accounts = {
        row.id: (row.scheme, row.stage)
        for row in session.execute(
            select(LedgerAccount.id, LedgerAccount.scheme, LedgerAccount.stage).where(
                LedgerAccount.stage == Stage.ALLOTTED.value
            )
        )
    }
    left: dict[str, int] = defaultdict(int)
    told: set[str] = set()
    for row in session.execute(
        select(
            LedgerTransfer.key,
            LedgerTransfer.source_id,
            LedgerTransfer.target_id,
            LedgerTransfer.quantity,
        )
        .where(
            LedgerTransfer.source_id.in_(accounts) | LedgerTransfer.target_id.in_(accounts),
        )
        .order_by(LedgerTransfer.id)
    ):
        for account, sign in ((row.target_id, 1), (row.source_id, -1)):
            if account in accounts:
                scheme = accounts[account][0]
                left[scheme] += sign * row.quantity
                if left[scheme] < 0 and scheme not in told:
                    told.add(scheme)
                    yield scheme, f"{left[scheme]} after {row.key}"


@invariant("I-82 a month of the plan is released once, on or after its first day")
def months_are_released(session: Session) -> Found:
    """The entry of a released month is the plan's amount; an unreleased one has none."""
    entries = dict(
        session.execute(
            select(LedgerTransfer.key, LedgerTransfer.quantity).where(
                LedgerTransfer.key.startswith("allotment-period:")
            )
        ).all()
    )
    for row in session.execute(
        select(
            AllotmentPeriod.scheme,
            AllotmentPeriod.year,
            AllotmentPeriod.month,
            AllotmentPeriod.planned,
            AllotmentPeriod.released_at,
        ).order_by(AllotmentPeriod.id)
    ):
        key = f"allotment-period:{row.scheme}:{row.year}-{row.month:02d}"
        released = entries.pop(key, 0)
        expected = row.planned.dollars if row.released_at else 0
        if released != expected:
            yield key, f"released {released}, planned {expected}"
        if row.released_at and local_date(row.released_at) < date(row.year, row.month, 1):
            yield key, f"released early, on {local_date(row.released_at)}"
    for key in sorted(entries):
        yield key, "released without a plan"
    for turned in session.execute(
        select(AllotmentYear.scheme, AllotmentYear.year, AllotmentYear.withdrawn)
    ):
        taken = session.execute(
            select(func.sum(LedgerTransfer.quantity)).where(
                LedgerTransfer.key == f"allotment-turn:{turned.scheme}:{turned.year}"
            )
        ).scalar_one()
        if int(taken or 0) != turned.withdrawn.dollars:
            yield (
                f"{turned.scheme} {turned.year}",
                f"taken back {taken}, kept {turned.withdrawn.dollars}",
            )


@invariant("I-83 what one scheme gave to another is what that one got")
def shifts_sum_to_zero(session: Session) -> Found:
    """Each approved transfer stands in both schemes' books with its amount, and no other does."""
    entries = dict(
        session.execute(
            select(LedgerTransfer.key, LedgerTransfer.quantity).where(
                LedgerTransfer.key.startswith("shift:")
            )
        ).all()
    )
    for row in session.execute(
        select(BudgetShift.id, BudgetShift.kind, BudgetShift.amount).where(
            BudgetShift.state == ProposalState.APPROVED
        )
    ):
        sides = ("out", "in") if row.kind is ShiftKind.TRANSFER else ("out",)
        for side in sides:
            posted = entries.pop(f"shift:{row.id}:{side}", 0)
            if posted != row.amount.dollars:
                yield f"shift {row.id} {side}", f"posted {posted}, approved {row.amount.dollars}"
    for key in sorted(entries):
        yield key, "posted without an approval"


@invariant("I-84 a closed budget gives nothing, and its parts sum to it")
def closed_budgets_are_empty(session: Session) -> Found:
    """Nothing left its available money after the approval, but what lapsed."""
    for row in session.execute(
        select(BudgetClosing).where(BudgetClosing.state == ProposalState.APPROVED)
    ).scalars():
        parts = row.realised + row.payable + row.carried + row.lapsed
        if parts != row.appropriation:
            yield row.scheme, f"parts {parts.dollars}, appropriation {row.appropriation.dollars}"
        accounts = {
            account.stage: account
            for account in session.execute(
                select(LedgerAccount.id, LedgerAccount.stage, LedgerAccount.closed_at).where(
                    LedgerAccount.scheme == row.scheme
                )
            )
        }
        available = accounts[Stage.AVAILABLE.value]
        if available.closed_at is None:
            yield row.scheme, "closed, but its money may still be awarded"
        late = session.execute(
            select(func.sum(type_coerce(LedgerTransfer.quantity, _WHOLE))).where(
                LedgerTransfer.source_id == available.id,
                LedgerTransfer.target_id != accounts[Stage.LAPSED.value].id,
                LedgerTransfer.at > row.decided_at,
            )
        ).scalar_one()
        if late:
            yield row.scheme, f"{late} given after it was closed"
