"""The bank's statements and their lines, and the lines of which nobody knows whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.disbursement.models import FeeLine, FeeRefund, FeeStatement, StatementState
from backoffice.disbursement.rules.fees.lines import LineState
from backoffice.disbursement.rules.fees.refunds import OPEN
from backoffice.disbursement.rules.fees.verdicts import Verdict
from backoffice.kernel.money import Ntd

PAGE = 50


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One file of the bank as it is listed and shown."""

    id: int
    version: int
    scheme: str
    document_id: int
    file_name: str
    file_sha256: str
    state: StatementState
    by_name: str
    at: datetime
    confirmed_by_name: str
    confirmed_at: datetime | None
    line_count: int
    total: Ntd
    summary: dict[str, Any]


def _statements() -> Select[*tuple[Any, ...]]:
    return select(*(getattr(FeeStatement, name) for name in StatementRow.__slots__))


def statement(session: Session, statement_id: int) -> StatementRow:
    """One statement; NoResultFound when there is none."""
    row = session.execute(_statements().where(FeeStatement.id == statement_id)).one()
    return StatementRow(*row)


def statements(
    session: Session, *, before_id: int | None = None, size: int = PAGE
) -> tuple[StatementRow, ...]:
    """The statements, newest first; one more than `size`."""
    rows = session.execute(
        _statements()
        .where(FeeStatement.id < before_id if before_id is not None else true())
        .order_by(FeeStatement.id.desc())
        .limit(size + 1)
    )
    return tuple(StatementRow(*row) for row in rows)


def statement_of_file(session: Session, scheme: str, sha256: str) -> StatementRow | None:
    """The last statement of a scheme that held the same bytes and was not given up."""
    row = session.execute(
        _statements()
        .where(
            FeeStatement.file_sha256 == sha256,
            FeeStatement.scheme == scheme,
            FeeStatement.state != StatementState.DISCARDED,
        )
        .order_by(FeeStatement.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else StatementRow(*row)


@dataclass(frozen=True, slots=True)
class LineRow:
    """A transaction of the bank, with the case to which it was booked."""

    id: int
    version: int
    statement_id: int
    scheme: str
    row: int
    transaction_number: str
    value_at: datetime
    amount: Ntd
    payer: str
    ubn: str
    named: str  # the case number as the bank wrote it
    note: str
    verdict: Verdict
    why: str
    state: LineState
    case_id: int | None
    note_left: str
    settled_by_name: str
    settled_at: datetime | None
    case_number: str | None
    firm_name: str | None
    refunding: bool


def _lines() -> Select[*tuple[Any, ...]]:
    return select(
        FeeLine.id,
        FeeLine.version,
        FeeLine.statement_id,
        FeeLine.scheme,
        FeeLine.row,
        FeeLine.transaction_number,
        FeeLine.value_at,
        FeeLine.amount,
        FeeLine.payer,
        FeeLine.ubn,
        FeeLine.case_number,
        FeeLine.note,
        FeeLine.verdict,
        FeeLine.why,
        FeeLine.state,
        FeeLine.case_id,
        FeeLine.note_left,
        FeeLine.settled_by_name,
        FeeLine.settled_at,
        Case.number,
        Case.firm_name,
        exists().where(FeeRefund.line_id == FeeLine.id, FeeRefund.state.in_(OPEN)),
    ).outerjoin(Case, Case.id == FeeLine.case_id)


def line(session: Session, line_id: int) -> LineRow:
    """One line; NoResultFound when there is none."""
    return LineRow(*session.execute(_lines().where(FeeLine.id == line_id)).one())


def lines_of(
    session: Session, statement_id: int, *, after_row: int = 0, size: int = PAGE
) -> tuple[LineRow, ...]:
    """A confirmed statement's lines in the order of the file; one more than `size`."""
    rows = session.execute(
        _lines()
        .where(FeeLine.statement_id == statement_id, FeeLine.row > after_row)
        .order_by(FeeLine.row)
        .limit(size + 1)
    )
    return tuple(LineRow(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class LineKey:
    """Where a page of the worklist begins: after this line."""

    value_at: datetime
    id: int


def open_lines(
    session: Session, *, scheme: str = "", after: LineKey | None = None, size: int = PAGE
) -> tuple[LineRow, ...]:
    """What nobody knows yet whose it is, the oldest first; one more than `size`."""
    later: ColumnElement[bool] = true()
    if after is not None:
        later = or_(
            FeeLine.value_at > after.value_at,
            and_(FeeLine.value_at == after.value_at, FeeLine.id > after.id),
        )
    rows = session.execute(
        _lines()
        .where(
            FeeLine.state == LineState.OPEN, FeeLine.scheme == scheme if scheme else true(), later
        )
        .order_by(FeeLine.value_at, FeeLine.id)
        .limit(size + 1)
    )
    return tuple(LineRow(*row) for row in rows)


def count_open(session: Session, scheme: str = "") -> int:
    """How many lines nobody knows yet whose they are."""
    return session.execute(
        select(func.count())
        .select_from(FeeLine)
        .where(FeeLine.state == LineState.OPEN, FeeLine.scheme == scheme if scheme else true())
    ).scalar_one()


def cases_like(session: Session, scheme: str, words: Sequence[str]) -> tuple[tuple[int, str], ...]:
    """Cases of the scheme whose firm or number an open line may speak of: (id, words)."""
    wanted = [word for word in words if word]
    if not wanted:
        return ()
    rows = session.execute(
        select(Case.id, Case.number, Case.firm_name)
        .where(
            Case.scheme == scheme,
            or_(Case.number.in_(wanted), Case.ubn.in_(wanted), Case.firm_name.in_(wanted)),
        )
        .order_by(Case.number)
        .limit(10)
    )
    return tuple((case_id, f"{number} {firm}") for case_id, number, firm in rows)
