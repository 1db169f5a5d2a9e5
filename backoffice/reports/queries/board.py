"""The board's figures: kept balances, kept counts, and the middle of a queue.

Each statement touches a bounded number of rows, however many cases and entries there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Integer,
    ScalarSelect,
    Select,
    String,
    bindparam,
    cast,
    exists,
    func,
    literal,
    literal_column,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from backoffice.audit import AuditHead
from backoffice.cases.models import Case, CaseCount
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.db import look
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
    """What waits for a decision. The count of returned payments stops at 501.

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
    checked = among(Sheet.state, (SheetState.CHECKED,))
    # 退匯: back to VERIFIED, with a line that the bank returned.
    was_returned = exists().where(
        SheetLine.case_id == Tranche.case_id,
        SheetLine.tranche_id == Tranche.id,
        among(SheetLine.state, (LineState.RETURNED,)),
    )
    has_money = exists().where(
        LedgerAccount.scheme == CaseCount.scheme,
        among(LedgerAccount.stage, (Stage.AVAILABLE,)),
        LedgerAccount.balance > 0,
    )
    return (
        select(func.count()).select_from(Sheet).where(checked).scalar_subquery(),
        select(func.sum(type_coerce(Sheet.total, BigInteger()))).where(checked).scalar_subquery(),
        _kept(among(CaseCount.state, (CaseState.SCORED,))),
        _counted(
            select(literal(1)).where(among(Tranche.state, (TrancheState.VERIFIED,)), was_returned)
        ),
        _kept(among(CaseCount.state, (CaseState.WAITLISTED,)), has_money),
    )


def _kept(*which: ColumnElement[bool]) -> ScalarSelect[int]:
    """How many cases, by the kept counts."""
    total = cast(func.coalesce(func.sum(CaseCount.cases), 0), BigInteger)
    return select(total).where(*which).scalar_subquery()


def _counted(found: Select[int]) -> ScalarSelect[int]:
    """How many rows, counted up to five hundred and one."""
    some = found.limit(COUNT_MAX + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Counts:
    """Cases by scheme, and the cases of one scheme by state, as the door keeps them.

    `undecided` is the sum over the undecided states; `in_line` wait for money 候補, `offered` for
    the firm's answer to a part 部分核定, `running` were awarded and are not closed.
    """

    undecided: Mapping[str, int]
    in_line: Mapping[str, int]
    offered: Mapping[str, int]
    running: Mapping[str, int]
    states: tuple[tuple[CaseState, int], ...]

    def is_short(self, scheme: str) -> bool:
        """Whether the scheme's queue is short enough to look for its middle."""
        return 0 < self.undecided[scheme] <= COUNT_MAX


KeptCounts = Mapping[str, Mapping[str, int]]  # by scheme and state


def counts(session: Session, schemes: tuple[str, ...], chosen: str) -> Counts:
    """The queues of all schemes and the states of the chosen one, from the kept counts."""
    kept: dict[str, dict[str, int]] = {}
    for scheme, state, cases in look(session, _KEPT_COUNTS):
        kept.setdefault(scheme, {})[state] = cases
    return counts_of(kept, schemes, chosen)


_KEPT_COUNTS = select(CaseCount.scheme, CaseCount.state, CaseCount.cases)


def counts_of(kept: KeptCounts, schemes: tuple[str, ...], chosen: str) -> Counts:
    """The same, from counts that were read already."""
    none: Mapping[str, int] = {}

    def each(states: Iterable[CaseState]) -> Mapping[str, int]:
        return {scheme: sum(kept.get(scheme, none).get(s, 0) for s in states) for scheme in schemes}

    of_chosen = kept.get(chosen, none)
    return Counts(
        undecided=each(UNDECIDED),
        in_line=each((CaseState.WAITLISTED,)),
        offered=each((CaseState.OFFERED,)),
        running=each(RUNNING),
        states=tuple((state, n) for state in CaseState if (n := of_chosen.get(state, 0))),
    )


def overview(session: Session) -> tuple[Waiting, Books]:
    """What waits, and whether the books balance: one statement for both."""
    columns = overview_columns()
    return told_overview(look(session, select(*columns)).one())


@cache
def overview_columns() -> tuple[ScalarSelect[Any], ...]:
    """What `overview` reads."""
    return (*_waiting(), *_books())


def told_overview(found: Sequence[Any]) -> tuple[Waiting, Books]:
    """The values of these columns, as facts."""
    first = len(_waiting())
    return _told_waiting(found[:first]), _told_books(found[first:])


def middles(session: Session, found: Counts) -> Mapping[str, tuple[datetime, ...]]:
    """Since when the one or two cases in the middle of each queue wait, in order.

    Left out: schemes without a queue, and those whose queue is too long to be counted.
    """
    short, places = middle_part(found)
    if not short:
        return {}
    waits: dict[str, list[datetime]] = {}
    for scheme, since in session.execute(middles_of(short), places):
        waits.setdefault(scheme, []).append(since)
    return {scheme: tuple(sorted(instants)) for scheme, instants in waits.items()}


def middle_part(found: Counts) -> tuple[tuple[str, ...], Mapping[str, int]]:
    """The schemes whose queues are short, and the places in them that `middles_of` is asked for."""
    short = tuple(scheme for scheme in found.undecided if found.is_short(scheme))
    places = {}
    for number, scheme in enumerate(short):
        count = found.undecided[scheme]
        places[f"offset_{number}"] = (count - 1) // 2
        places[f"limit_{number}"] = 2 - count % 2
    return short, places


def among(column: Any, words: Iterable[StrEnum]) -> ColumnElement[bool]:
    """Whether a column holds one of our own words, written out in the statement.

    A list that is bound would be worked into the statement anew each time it is asked.
    """
    written = ", ".join(f"'{word.value}'" for word in words)
    found: ColumnElement[bool] = column.op("IN", is_comparison=True)(literal_column(f"({written})"))
    return found


def word(text: str) -> ColumnElement[str]:
    """One of our own words, written out in the statement."""
    return literal_column(f"'{text}'", String)


@cache
def middles_of(schemes: tuple[str, ...]) -> CompoundSelect[Any]:
    """One short list a scheme; a queue that is read here has at most five hundred cases."""
    parts = []
    for number, scheme in enumerate(schemes):
        part = (
            select(Case.scheme, Case.waiting_since)
            .where(Case.scheme == scheme, among(Case.state, UNDECIDED))
            .order_by(Case.waiting_since, Case.id)
            .limit(bindparam(f"limit_{number}", type_=Integer))
            .offset(bindparam(f"offset_{number}", type_=Integer))
            .subquery()
        )
        parts.append(select(part.c.scheme, part.c.waiting_since))
    return union_all(*parts)
