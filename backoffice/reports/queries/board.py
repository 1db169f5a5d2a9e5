"""The board's figures: kept balances, counts that stop at five hundred, the middle of a queue.

Each statement touches a bounded number of rows, however many cases and entries there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Integer,
    ScalarSelect,
    Select,
    String,
    bindparam,
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

COUNT_MAX = 500


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
    row = session.execute(_books()).one()
    return Books(balance=row[0] == 0, last_entry=row[1], audit_seq=row[2])


@cache
def _books() -> Select[Any]:
    unequal = (
        select(LedgerAccount.book)
        .group_by(LedgerAccount.book, LedgerAccount.unit)
        .having(func.sum(LedgerAccount.balance) != 0)
        .subquery()
    )
    return select(
        select(func.count()).select_from(unequal).scalar_subquery(),
        select(func.coalesce(func.max(LedgerTransfer.id), 0)).scalar_subquery(),
        select(AuditHead.seq).scalar_subquery(),
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a decision. Counts of cases and payments stop at 501."""

    sheets: int
    sheets_total: Ntd
    scored: int
    returned: int


def waiting(session: Session) -> Waiting:
    """Sheets to approve, scored cases to decide, returned payments to be paid again."""
    row = session.execute(_waiting()).one()
    return Waiting(row[0], Ntd(int(row[1] or 0)), row[2], row[3])


@cache
def _waiting() -> Select[Any]:
    checked = Sheet.state == SheetState.CHECKED
    # 退匯: back to VERIFIED, with a line that the bank returned.
    was_returned = exists().where(
        SheetLine.case_id == Tranche.case_id,
        SheetLine.tranche_id == Tranche.id,
        SheetLine.state == LineState.RETURNED,
    )
    return select(
        select(func.count()).select_from(Sheet).where(checked).scalar_subquery(),
        select(func.sum(type_coerce(Sheet.total, BigInteger()))).where(checked).scalar_subquery(),
        _counted(select(literal(1)).where(Case.state == CaseState.SCORED)),
        _counted(select(literal(1)).where(Tranche.state == TrancheState.VERIFIED, was_returned)),
    )


def _counted(found: Select[int]) -> ScalarSelect[int]:
    """How many rows, counted up to five hundred and one."""
    some = found.limit(COUNT_MAX + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Counts:
    """Cases not decided yet by scheme, and the cases of one scheme by state.

    A state's count stops at 501; a scheme's is the sum over its undecided states.
    """

    undecided: Mapping[str, int]
    states: tuple[tuple[CaseState, int], ...]

    def is_exact(self, scheme: str) -> bool:
        """Whether every case of the scheme's queue was counted."""
        return self.undecided[scheme] <= COUNT_MAX


def counts(session: Session, schemes: tuple[str, ...], chosen: str) -> Counts:
    """The queues of all schemes and the states of the chosen one, by covering indexes."""
    counted = tuple(session.execute(_counts(schemes), {"chosen": chosen}).one())
    width = len(UNDECIDED)
    queues = (counted[width * place : width * (place + 1)] for place in range(len(schemes)))
    states = zip(CaseState, counted[width * len(schemes) :], strict=True)
    return Counts(
        undecided={scheme: sum(found) for scheme, found in zip(schemes, queues, strict=True)},
        states=tuple((state, count) for state, count in states if count),
    )


@cache
def _counts(schemes: tuple[str, ...]) -> Select[Any]:
    """The statement, built once in the life of the process: building takes longer than asking."""
    pairs = [(literal(scheme), state) for scheme in schemes for state in UNDECIDED]
    chosen = [(bindparam("chosen", type_=String), state) for state in CaseState]
    columns: list[Any] = [
        _counted(select(literal(1)).where(Case.scheme == scheme, Case.state == state))
        for scheme, state in (*pairs, *chosen)
    ]
    return select(*columns)


def middles(session: Session, found: Counts) -> Mapping[str, tuple[datetime, ...]]:
    """Since when the one or two cases in the middle of each queue wait, in order.

    Left out: schemes without a queue, and those whose queue is too long to be counted.
    """
    places = {}
    for number, (scheme, count) in enumerate(found.undecided.items()):
        asked = found.is_exact(scheme) and count > 0
        places[f"offset_{number}"] = (count - 1) // 2 if asked else 0
        places[f"limit_{number}"] = 2 - count % 2 if asked else 0
    waits: dict[str, list[datetime]] = {}
    for scheme, since in session.execute(_middles(tuple(found.undecided)), places):
        waits.setdefault(scheme, []).append(since)
    return {scheme: tuple(sorted(instants)) for scheme, instants in waits.items()}


@cache
def _middles(schemes: tuple[str, ...]) -> CompoundSelect[Any]:
    """One short list a scheme; a queue that is read here has at most five hundred cases."""
    parts = []
    for number, scheme in enumerate(schemes):
        part = (
            select(Case.scheme, Case.waiting_since)
            .where(Case.scheme == scheme, Case.state.in_(UNDECIDED))
            .order_by(Case.waiting_since, Case.id)
            .limit(bindparam(f"limit_{number}", type_=Integer))
            .offset(bindparam(f"offset_{number}", type_=Integer))
            .subquery()
        )
        parts.append(select(part.c.scheme, part.c.waiting_since))
    return union_all(*parts)
