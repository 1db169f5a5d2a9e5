"""The board's figures: kept balances, counts that stop at five hundred, the middle of a queue.

Each statement touches a bounded number of rows, however many cases and entries there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from backoffice.ledger.models import BooksCheck, LedgerAccount, LedgerTransfer
from backoffice.ledger.rules import Stage
from backoffice.reports.rules import RUNNING, UNDECIDED

COUNT_MAX = 500


@dataclass(frozen=True, slots=True)
class Books:
    """Whether the books balance: every book's kept balances sum to zero.

    `last_entry` is the number of the last ledger entry, 0 before the first; `audit_seq` that of
    the last entry of the audit chain. `entry_count` entries were walked through one by one at
    `checked_at`, and `unequal` accounts did not agree with them; None before the first walk.
    """

    balance: bool
    last_entry: int
    audit_seq: int
    checked_at: datetime | None
    entry_count: int | None
    unequal: int | None


def books(session: Session) -> Books:
    """The books' own check, from kept balances."""
    return _told_books(session.execute(select(*_books())).one())


def _told_books(row: Sequence[Any]) -> Books:
    return Books(row[0] == 0, *row[1:])


@cache
def _books() -> tuple[ScalarSelect[Any], ...]:
    unequal = (
        select(LedgerAccount.book)
        .group_by(LedgerAccount.book, LedgerAccount.unit)
        .having(func.sum(LedgerAccount.balance) != 0)
        .subquery()
    )
    return (
        select(func.count()).select_from(unequal).scalar_subquery(),
        select(func.coalesce(func.max(LedgerTransfer.id), 0)).scalar_subquery(),
        select(AuditHead.seq).scalar_subquery(),
        *(
            select(column).where(BooksCheck.id == 1).scalar_subquery()
            for column in (BooksCheck.checked_at, BooksCheck.entry_count, BooksCheck.unequal_count)
        ),
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a decision. Counts of cases and payments stop at 501.

    `in_line` are the cases that wait for money of a scheme that has some.
    """

    sheets: int
    sheets_total: Ntd
    scored: int
    returned: int
    in_line: int


def waiting(session: Session) -> Waiting:
    """Sheets to approve, scored cases to decide, returned payments to be paid again."""
    return _told_waiting(session.execute(select(*_waiting())).one())


def _told_waiting(row: Sequence[Any]) -> Waiting:
    return Waiting(row[0], Ntd(int(row[1] or 0)), row[2], row[3], row[4])


@cache
def _waiting() -> tuple[ScalarSelect[Any], ...]:
    checked = Sheet.state == SheetState.CHECKED
    # 退匯: back to VERIFIED, with a line that the bank returned.
    was_returned = exists().where(
        SheetLine.case_id == Tranche.case_id,
        SheetLine.tranche_id == Tranche.id,
        SheetLine.state == LineState.RETURNED,
    )
    has_money = exists().where(
        LedgerAccount.scheme == Case.scheme,
        LedgerAccount.stage == Stage.AVAILABLE.value,
        LedgerAccount.balance > 0,
    )
    return (
        select(func.count()).select_from(Sheet).where(checked).scalar_subquery(),
        select(func.sum(type_coerce(Sheet.total, BigInteger()))).where(checked).scalar_subquery(),
        _counted(select(literal(1)).where(Case.state == CaseState.SCORED)),
        _counted(select(literal(1)).where(Tranche.state == TrancheState.VERIFIED, was_returned)),
        _counted(select(literal(1)).where(Case.state == CaseState.WAITLISTED, has_money)),
    )


def _counted(found: Select[int]) -> ScalarSelect[int]:
    """How many rows, counted up to five hundred and one."""
    some = found.limit(COUNT_MAX + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Counts:
    """Cases by scheme, and the cases of one scheme by state. Counts of a state stop at 501.

    `undecided` is the sum over the undecided states; `in_line` wait for money 候補, `offered` for
    the firm's answer to a part 部分核定, `running` were awarded and are not closed.
    """

    undecided: Mapping[str, int]
    in_line: Mapping[str, int]
    offered: Mapping[str, int]
    running: Mapping[str, int]
    states: tuple[tuple[CaseState, int], ...]

    def is_exact(self, scheme: str) -> bool:
        """Whether every case of the scheme's queue was counted."""
        return self.undecided[scheme] <= COUNT_MAX


def counts(session: Session, schemes: tuple[str, ...], chosen: str) -> Counts:
    """The queues of all schemes and the states of the chosen one, by covering indexes."""
    counted = tuple(session.execute(_counts(schemes), {"chosen": chosen}).one())
    return _told_counts(counted, schemes)


def overview(
    session: Session, schemes: tuple[str, ...], chosen: str
) -> tuple[Counts, Waiting, Books]:
    """The counts, what waits, and whether the books balance: one statement for the three."""
    found = tuple(session.execute(_overview(schemes), {"chosen": chosen}).one())
    first = len(found) - len(_waiting()) - len(_books())
    second = first + len(_waiting())
    return (
        _told_counts(found[:first], schemes),
        _told_waiting(found[first:second]),
        _told_books(found[second:]),
    )


@cache
def _overview(schemes: tuple[str, ...]) -> Select[Any]:
    built: Select[Any] = _counts(schemes).add_columns(*_waiting(), *_books())
    return built


def _told_counts(counted: tuple[Any, ...], schemes: tuple[str, ...]) -> Counts:
    width = len(UNDECIDED) + len(_LATER)
    parts = {
        scheme: counted[width * place : width * (place + 1)] for place, scheme in enumerate(schemes)
    }
    states = zip(CaseState, counted[width * len(schemes) :], strict=True)
    return Counts(
        undecided={scheme: sum(part[: len(UNDECIDED)]) for scheme, part in parts.items()},
        in_line={scheme: part[-3] for scheme, part in parts.items()},
        offered={scheme: part[-2] for scheme, part in parts.items()},
        running={scheme: part[-1] for scheme, part in parts.items()},
        states=tuple((state, count) for state, count in states if count),
    )


# What is counted of each scheme after its undecided cases, in the order of `Counts`.
_LATER = ((CaseState.WAITLISTED,), (CaseState.OFFERED,), RUNNING)


@cache
def _counts(schemes: tuple[str, ...]) -> Select[Any]:
    """The statement, built once in the life of the process: building takes longer than asking."""
    each = (*((state,) for state in UNDECIDED), *_LATER)
    pairs = [(literal(scheme), states) for scheme in schemes for states in each]
    chosen = [(bindparam("chosen", type_=String), (state,)) for state in CaseState]
    columns: list[Any] = [
        _counted(select(literal(1)).where(Case.scheme == scheme, Case.state.in_(states)))
        for scheme, states in (*pairs, *chosen)
    ]
    return select(*columns)


def middles(session: Session, found: Counts) -> Mapping[str, tuple[datetime, ...]]:
    """Since when the one or two cases in the middle of each queue wait, in order.

    Left out: schemes without a queue, and those whose queue is too long to be counted.
    """
    statement, places = middle_part(found)
    waits: dict[str, list[datetime]] = {}
    for scheme, since in session.execute(statement, places):
        waits.setdefault(scheme, []).append(since)
    return {scheme: tuple(sorted(instants)) for scheme, instants in waits.items()}


def middle_part(found: Counts) -> tuple[CompoundSelect[Any], Mapping[str, int]]:
    """The statement of `middles`, and the places in each queue that it is asked for."""
    places = {}
    for number, (scheme, count) in enumerate(found.undecided.items()):
        asked = found.is_exact(scheme) and count > 0
        places[f"offset_{number}"] = (count - 1) // 2 if asked else 0
        places[f"limit_{number}"] = 2 - count % 2 if asked else 0
    return middles_of(tuple(found.undecided)), places


@cache
def middles_of(schemes: tuple[str, ...]) -> CompoundSelect[Any]:
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
