"""The bank's answer as a table: one row for each payment, read strictly or refused by its place."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from datetime import date
from enum import StrEnum
from typing import Final

from backoffice.disbursement.rules.bank.codes import PAID_CODES
from backoffice.disbursement.rules.bank.matching import AnswerLine, plain_account
from backoffice.disbursement.rules.lifecycles import LineEvent
from backoffice.kernel.money import Ntd, parse_amount
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import nfkc, parse_date

ANSWER_LINES_MAX: Final = 2_000
_BANK_DIGITS = 7
_UBN_DIGITS = 8
_ACCOUNT_DIGITS_MAX = 16
_CODE_DIGITS = 2
_TEXT_MAX = 200


class AnswerColumn(StrEnum):
    """The columns of the form, by their headers."""

    SHEET = "清冊編號"
    POSITION = "序號"
    CASE = "案件編號"
    PAYEE = "受款人名稱"
    UBN = "統一編號"
    BANK = "金融機構及分行代碼"
    ACCOUNT = "帳號"
    AMOUNT = "金額"
    RESULT = "結果"
    CODE = "退件理由代碼"
    DAY = "入帳日或退匯日"


NEEDED: Final = (AnswerColumn.AMOUNT, AnswerColumn.RESULT, AnswerColumn.DAY)
RESULTS: Final[Mapping[str, LineEvent]] = {
    "入帳": LineEvent.PAY,
    "退匯": LineEvent.RETURN,
}


class Fault(StrEnum):
    """What is wrong with a cell or a field of the bank's answer."""

    POSITION = "POSITION"
    UBN = "UBN"
    BANK = "BANK"
    ACCOUNT = "ACCOUNT"
    AMOUNT = "AMOUNT"
    RESULT = "RESULT"
    CODE = "CODE"
    CODE_MISSING = "CODE_MISSING"
    DAY = "DAY"
    DAY_TO_COME = "DAY_TO_COME"
    TEXT = "TEXT"
    NOBODY = "NOBODY"
    LENGTH = "LENGTH"
    RECORD = "RECORD"
    TRAILER = "TRAILER"
    COUNT = "COUNT"
    SUM = "SUM"
    ENCODING = "ENCODING"


class Wrong(Exception):
    """A field that cannot be read: which, and why."""

    def __init__(self, column: AnswerColumn, fault: Fault) -> None:
        super().__init__(column, fault)
        self.column = column
        self.fault = fault


def read_table(
    header: Sequence[str], rows: Iterable[tuple[int, Sequence[str | None]]], today: date
) -> tuple[AnswerLine, ...]:
    """The lines of a table with the columns of the form, in any order, and others beside them.

    Each row names its payment by its case, or by its place on a sheet, or by its account. Refuses
    "bank.columns_missing" (columns), "bank.cell_wrong" (row, column, fault), "bank.file_empty" and
    "bank.too_many" (count, limit).
    """
    missing = [column.value for column in NEEDED if column.value not in header]
    if missing:
        raise Refused("bank.columns_missing", columns=missing)
    places = {column: header.index(column) for column in AnswerColumn if column in header}
    found = [
        _read(number, {column: (values[at] or "") for column, at in places.items()}, today)
        for number, values in rows
    ]
    return checked_length(found)


def checked_length(lines: Sequence[AnswerLine]) -> tuple[AnswerLine, ...]:
    """As many lines as an answer may have: "bank.file_empty", "bank.too_many" (count, limit)."""
    if not lines:
        raise Refused("bank.file_empty")
    if len(lines) > ANSWER_LINES_MAX:
        raise Refused("bank.too_many", count=len(lines), limit=ANSWER_LINES_MAX)
    return tuple(lines)


def digest(lines: Iterable[AnswerLine]) -> str:
    """The SHA-256 of what an answer says: the same for the same lines, whatever the file."""
    found = hashlib.sha256()
    for line in lines:
        found.update(repr(astuple(line)[1:]).encode())
    return found.hexdigest()


def _read(row: int, cells: Mapping[AnswerColumn, str], today: date) -> AnswerLine:
    try:
        return line_of(row, cells, today)
    except Wrong as wrong:
        raise Refused(
            "bank.cell_wrong", row=row, column=wrong.column.value, fault=wrong.fault
        ) from wrong


def line_of(row: int, cells: Mapping[AnswerColumn, str], today: date) -> AnswerLine:
    """One line from its texts; raises Wrong with the column and the fault."""
    texts = {column: nfkc(cells.get(column, "")).strip() for column in AnswerColumn}
    for column, text in texts.items():
        if len(text) > _TEXT_MAX:
            raise Wrong(column, Fault.TEXT)
    event = _event(texts[AnswerColumn.RESULT], texts[AnswerColumn.CODE])
    line = AnswerLine(
        row=row,
        sheet=texts[AnswerColumn.SHEET],
        position=_position(texts[AnswerColumn.POSITION]),
        case_number=texts[AnswerColumn.CASE],
        payee=texts[AnswerColumn.PAYEE],
        ubn=_digits(texts, AnswerColumn.UBN, _UBN_DIGITS, Fault.UBN),
        bank=_digits(texts, AnswerColumn.BANK, _BANK_DIGITS, Fault.BANK),
        account=_account(texts[AnswerColumn.ACCOUNT]),
        amount=_amount(texts[AnswerColumn.AMOUNT]),
        event=event,
        code=texts[AnswerColumn.CODE] if event is LineEvent.RETURN else "",
        day=_day(texts[AnswerColumn.DAY], today),
    )
    named = (line.case_number, line.sheet and line.position, line.ubn and line.account)
    if not any(named):
        raise Wrong(AnswerColumn.CASE, Fault.NOBODY)
    return line


def _event(result: str, code: str) -> LineEvent:
    if result not in RESULTS:
        raise Wrong(AnswerColumn.RESULT, Fault.RESULT)
    if code and not (code.isascii() and code.isdigit() and len(code) == _CODE_DIGITS):
        raise Wrong(AnswerColumn.CODE, Fault.CODE)
    event = RESULTS[result]
    if event is LineEvent.RETURN and code in PAID_CODES:
        raise Wrong(AnswerColumn.CODE, Fault.CODE_MISSING)
    if event is LineEvent.PAY and code not in PAID_CODES:
        raise Wrong(AnswerColumn.CODE, Fault.CODE)
    return event


def _position(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or not 0 < int(text) <= ANSWER_LINES_MAX:
        raise Wrong(AnswerColumn.POSITION, Fault.POSITION)
    return int(text)


def _digits(
    texts: Mapping[AnswerColumn, str], column: AnswerColumn, count: int, fault: Fault
) -> str:
    text = texts[column]
    if text and not (text.isascii() and text.isdigit() and len(text) == count):
        raise Wrong(column, fault)
    return text


def _account(text: str) -> str:
    if not text:
        return ""
    plain = text.replace("-", "")
    if not (plain.isascii() and plain.isdigit() and len(plain) <= _ACCOUNT_DIGITS_MAX):
        raise Wrong(AnswerColumn.ACCOUNT, Fault.ACCOUNT)
    return plain_account(plain)


def _amount(text: str) -> Ntd:
    try:
        dollars = parse_amount(text)
    except Refused as refusal:
        raise Wrong(AnswerColumn.AMOUNT, Fault.AMOUNT) from refusal
    if not dollars:
        raise Wrong(AnswerColumn.AMOUNT, Fault.AMOUNT)
    return Ntd(dollars)


def _day(text: str, today: date) -> date:
    try:
        day = parse_date(text)
    except Refused as refusal:
        raise Wrong(AnswerColumn.DAY, Fault.DAY) from refusal
    if day > today:
        raise Wrong(AnswerColumn.DAY, Fault.DAY_TO_COME)
    return day
