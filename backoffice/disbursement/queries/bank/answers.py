"""The answers of the bank: the list, one of them, its lines, and the payments they can mean."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.disbursement.models import BankAnswer, BankItem, BankLine, Sheet, SheetLine
from backoffice.disbursement.payers import payments
from backoffice.disbursement.queries.bank.days import answered_lines, closed_days
from backoffice.disbursement.queries.sheets.places import place_on_sheet
from backoffice.disbursement.rules.bank import (
    ANSWER_LINES_MAX,
    AnswerForm,
    AnswerLine,
    AnswerState,
    ExpectedLine,
    Finding,
    ItemState,
    classed,
)
from backoffice.disbursement.rules.lifecycles import LineState
from backoffice.disbursement.rules.sheets import FrozenLine
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import local_date

PAGE = 50
_SENT = (LineState.SENT, LineState.PAID, LineState.RETURNED)
_EXPECTED_MAX = 20_000


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One file of the bank; `open_items`: what of it waits for a person."""

    id: int
    version: int
    name: str
    form: AnswerForm
    state: AnswerState
    row_count: int
    paid_total: Ntd
    returned_total: Ntd
    first_on: date
    last_on: date
    document_id: int
    sha256: str
    loaded_by_name: str
    loaded_at: datetime
    confirmed_by_name: str
    confirmed_at: datetime | None
    open_items: int


_COLUMNS = tuple(name for name in AnswerRow.__slots__ if name != "open_items")


def answers(
    session: Session, *, before_id: int | None = None, size: int = PAGE
) -> tuple[AnswerRow, ...]:
    """The bank's files, the newest first; one more than a page holds."""
    older = BankAnswer.id < before_id if before_id is not None else and_(True)
    rows = session.execute(_answers().where(older).order_by(BankAnswer.id.desc()).limit(size + 1))
    return tuple(AnswerRow(**row._mapping) for row in rows)


def answer(session: Session, answer_id: int) -> AnswerRow:
    """One file; NoResultFound when there is none."""
    row = session.execute(_answers().where(BankAnswer.id == answer_id)).one()
    return AnswerRow(**row._mapping)


def _answers() -> Select[*tuple[Any, ...]]:
    waiting = (
        select(func.count())
        .where(BankItem.answer_id == BankAnswer.id, BankItem.state == ItemState.OPEN)
        .scalar_subquery()
    )
    return select(*(getattr(BankAnswer, name) for name in _COLUMNS), waiting.label("open_items"))


def answer_of(session: Session, sha256: str, content_sha256: str) -> int | None:
    """The answer that is this file, or says the same; None when it is a new one."""
    return session.execute(
        select(BankAnswer.id)
        .where(or_(BankAnswer.sha256 == sha256, BankAnswer.content_sha256 == content_sha256))
        .order_by((BankAnswer.sha256 == sha256).desc(), BankAnswer.id)
        .limit(1)
    ).scalar_one_or_none()


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line of an answer with the number under which it is kept."""

    id: int
    line: AnswerLine


def lines_read(session: Session, answer_id: int) -> tuple[ReadLine, ...]:
    """What an answer says, in the order of the file."""
    rows = session.execute(
        select(
            BankLine.id,
            BankLine.row,
            BankLine.sheet_number,
            BankLine.position,
            BankLine.case_number,
            BankLine.payee,
            BankLine.ubn,
            BankLine.bank,
            BankLine.account,
            BankLine.amount,
            BankLine.event,
            BankLine.code,
            BankLine.day,
        )
        .where(BankLine.answer_id == answer_id)
        .order_by(BankLine.row)
        .limit(ANSWER_LINES_MAX)
    )
    return tuple(ReadLine(key, AnswerLine(*said)) for key, *said in rows)


def expected(session: Session, lines: Sequence[AnswerLine]) -> tuple[ExpectedLine, ...]:
    """The payments that an answer can mean: all that were sent on the sheets it may speak of."""
    on_sheets = (
        select(SheetLine.sheet_id)
        .join(Sheet, Sheet.id == SheetLine.sheet_id)
        .join(Case, Case.id == SheetLine.case_id)
        .where(
            SheetLine.state.in_(_SENT),
            or_(
                Sheet.number.in_(_said(line.sheet for line in lines)),
                Case.number.in_(_said(line.case_number for line in lines)),
                Case.ubn.in_(_said(line.ubn for line in lines)),
            ),
        )
    )
    rows = session.execute(
        _sent_lines()
        .where(SheetLine.sheet_id.in_(on_sheets))
        .order_by(SheetLine.id)
        .limit(_EXPECTED_MAX)
    ).all()
    known = answered_lines(session, [row.id for row in rows])
    return tuple(_expected(row, row.id in known) for row in rows)


def expected_line(session: Session, sheet: str, position: int) -> ExpectedLine | None:
    """The payment at a place, if it was sent; None otherwise."""
    row = session.execute(
        _sent_lines().where(Sheet.number == sheet, place_on_sheet() == position)
    ).one_or_none()
    return None if row is None else _expected(row, bool(answered_lines(session, (row.id,))))


def lines_at(session: Session, line_ids: Collection[int]) -> Mapping[int, ExpectedLine]:
    """These payments, by their numbers."""
    rows = session.execute(
        _sent_lines()
        .where(SheetLine.id.in_(line_ids))
        .order_by(SheetLine.id)
        .limit(len(line_ids) or 1)
    ).all()
    known = answered_lines(session, [row.id for row in rows])
    return {row.id: _expected(row, row.id in known) for row in rows}


def cases_of(session: Session, line_ids: Collection[int]) -> Mapping[int, int]:
    """The cases of these payments."""
    rows = session.execute(
        select(SheetLine.id, SheetLine.case_id)
        .where(SheetLine.id.in_(line_ids))
        .order_by(SheetLine.id)
        .limit(len(line_ids) or 1)
    )
    return dict(rows.all())


def _sent_lines() -> Select[*tuple[Any, ...]]:
    return (
        select(
            SheetLine.id,
            SheetLine.sheet_id,
            Sheet.number,
            place_on_sheet().label("position"),
            SheetLine.columns,
            SheetLine.amount,
            SheetLine.state,
            Sheet.sent_at,
        )
        .join(Sheet, Sheet.id == SheetLine.sheet_id)
        .where(SheetLine.state.in_(_SENT))
    )


def _expected(row: Row[*tuple[Any, ...]], answered: bool) -> ExpectedLine:
    frozen = FrozenLine.thawed(row.columns)
    assert row.sent_at is not None, "a sent line stands on a sent sheet"
    sent_on = local_date(row.sent_at)
    return ExpectedLine(
        id=row.id,
        sheet_id=row.sheet_id,
        sheet=row.number,
        position=row.position,
        case_number=frozen.case_number,
        payee=frozen.payee,
        ubn=frozen.ubn,
        bank=f"{frozen.bank_code}{frozen.branch_code}",
        account=frozen.account,
        amount=row.amount,
        state=row.state,
        sent_on=sent_on,
        expected_by=payments().calendar.value_date(sent_on),
        answered=answered,
    )


def _said(texts: Iterable[str]) -> list[str]:
    return sorted({text for text in texts if text})


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer with the class of each line as things stand now; `ids` of its lines by row."""

    ids: Mapping[int, int]
    findings: tuple[Finding, ...]


def judged(session: Session, answer_id: int) -> Judged:
    """What each line of an answer would come to if it were confirmed now."""
    read = lines_read(session, answer_id)
    lines = [each.line for each in read]
    closed = closed_days(session, {line.day for line in lines})
    findings = classed(lines, expected(session, lines), closed)
    return Judged({each.line.row: each.id for each in read}, findings)
