"""The board's figures: kept balances, counts that stop at a thousand, the middle of a queue.

Each statement touches a bounded number of rows, however many cases and entries there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ScalarSelect,
    Select,
    exists,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from backoffice.audit import AuditHead
from backoffice.cases.models import Case
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.models import Sheet, SheetLine, Tranche
from backoffice.disbursement.rules.lifecycles import LineState, SheetState, TrancheState
from backoffice.kernel.money import Ntd
from backoffice.ledger.models import LedgerAccount, LedgerTransfer
from backoffice.reports.rules import UNDECIDED

COUNT_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Books:
    """Whether the books balance: every book's kept balances sum to zero.

    `last_entry` is the number of the last ledger entry, 0 before the first; `audit_seq` that of
    the last entry of the audit chain.
    """

    balance: bool
    last_entry: int
    audit_seq: int


def books(session: Session) -> Books:
    """The books' own check, from kept balances."""
    unequal = (
        select(LedgerAccount.book)
        .group_by(LedgerAccount.book, LedgerAccount.unit)
        .having(func.sum(LedgerAccount.balance) != 0)
        .subquery()
    )
    row = session.execute(
        select(
            select(func.count()).select_from(unequal).scalar_subquery(),
            select(func.coalesce(func.max(LedgerTransfer.id), 0)).scalar_subquery(),
            select(AuditHead.seq).scalar_subquery(),
        )
    ).one()
    return Books(balance=row[0] == 0, last_entry=row[1], audit_seq=row[2])


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a decision. Counts of cases and payments stop at a thousand and one."""

    sheets: int
    sheets_total: Ntd
    scored: int
    returned: int


def waiting(session: Session) -> Waiting:
    """Sheets to approve, scored cases to decide, returned payments to be paid again."""
    checked = Sheet.state == SheetState.CHECKED
    # 退匯: back to VERIFIED, with a line that the bank returned.
    was_returned = exists().where(
        SheetLine.case_id == Tranche.case_id,
        SheetLine.tranche_id == Tranche.id,
        SheetLine.state == LineState.RETURNED,
    )
    row = session.execute(
        select(
            select(func.count()).select_from(Sheet).where(checked).scalar_subquery(),
            select(func.sum(type_coerce(Sheet.total, BigInteger())))
            .where(checked)
            .scalar_subquery(),
            _counted(select(literal(1)).where(Case.state == CaseState.SCORED)),
            _counted(
                select(literal(1)).where(Tranche.state == TrancheState.VERIFIED, was_returned)
            ),
        )
    ).one()
    return Waiting(row[0], Ntd(int(row[1] or 0)), row[2], row[3])


def _counted(found: Select[int]) -> ScalarSelect[int]:
    """How many rows, counted up to a thousand and one."""
    some = found.limit(COUNT_MAX + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Queue:
    """Cases of a scheme that nobody decided yet; `middle` the one or two that wait in the middle.

    `count` stops at a thousand and one, and then nothing is said of the middle.
    """

    count: int
    middle: tuple[datetime, ...]


def queues(session: Session, schemes: Sequence[str]) -> Mapping[str, Queue]:
    """The undecided cases of each scheme that has any, by one statement over covering indexes."""
    each = union_all(*(_oldest(scheme, state) for scheme in schemes for state in UNDECIDED))
    rows = each.subquery()
    ordered = select(
        rows.c.scheme,
        rows.c.waiting_since,
        func.row_number()
        .over(partition_by=rows.c.scheme, order_by=(rows.c.waiting_since, rows.c.id))
        .label("place"),
        func.count().over(partition_by=rows.c.scheme).label("count"),
    ).subquery()
    found: dict[str, Queue] = {}
    # Of an even number the two in the middle, of an odd number the one.
    for scheme, since, count in session.execute(
        select(ordered.c.scheme, ordered.c.waiting_since, ordered.c.count)
        .where(2 * ordered.c.place >= ordered.c.count, 2 * ordered.c.place <= ordered.c.count + 2)
        .order_by(ordered.c.scheme, ordered.c.place)
    ):
        middle = found[scheme].middle if scheme in found else ()
        exact = count <= COUNT_MAX
        found[scheme] = Queue(min(count, COUNT_MAX + 1), (*middle, since) if exact else ())
    return found


def _oldest(scheme: str, state: CaseState) -> Select[str, datetime, int]:
    found = (
        select(Case.scheme, Case.waiting_since, Case.id)
        .where(Case.scheme == scheme, Case.state == state)
        .order_by(Case.waiting_since, Case.id)
        .limit(COUNT_MAX + 1)
        .subquery()
    )
    return select(found.c.scheme, found.c.waiting_since, found.c.id)


def states_of(session: Session, scheme: str) -> tuple[tuple[CaseState, int], ...]:
    """How many cases of a scheme stand in each state that has any; each count stops at 1,001."""
    counted = session.execute(
        select(
            *(
                _counted(select(literal(1)).where(Case.scheme == scheme, Case.state == state))
                for state in CaseState
            )
        )
    ).one()
    return tuple((state, count) for state, count in zip(CaseState, counted, strict=True) if count)
