"""ACHR01, the clearing house's answer: the records of ACHP01 come back with what became of each.

Read by the one table of `bank_files`, strictly: a file with one record that cannot be right is
refused with its line and the place in it, and nothing of it is used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from backoffice.disbursement.rules.bank.codes import PAID_CODES
from backoffice.disbursement.rules.bank.matching import AnswerLine
from backoffice.disbursement.rules.bank.reading import (
    AnswerColumn,
    Fault,
    Wrong,
    checked_length,
    line_of,
)
from backoffice.disbursement.rules.bank_files import (
    ANSWER,
    DETAIL,
    HEADER,
    LINE_END,
    RECORD_BYTES,
    TRAILER,
    Field,
    read,
)
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import parse_roc_date

_FIRST: Final = b"BOF" + ANSWER.encode()
_LAST: Final = b"EOF" + ANSWER.encode()
# Where what a column of the form says stands in a record.
_FIELDS: Final[Mapping[AnswerColumn, str]] = {
    AnswerColumn.SHEET: "NOTE",
    AnswerColumn.POSITION: "NOTE",
    AnswerColumn.CASE: "CNO",
    AnswerColumn.UBN: "PID",
    AnswerColumn.BANK: "RBANK",
    AnswerColumn.ACCOUNT: "RCLNO",
    AnswerColumn.AMOUNT: "AMT",
    AnswerColumn.CODE: "RCODE",
}


def is_achr01(content: bytes) -> bool:
    """Whether this is an answer of the clearing house, right or wrong."""
    return content.startswith(_FIRST)


def read_achr01(content: bytes, today: date) -> tuple[AnswerLine, ...]:
    """The lines of an answer, numbered as the file's lines; all of its header's day.

    Refuses "bank.record_wrong" (line, first, last: its bytes from 1, fault), "bank.file_empty" and
    "bank.too_many" (count, limit).
    """
    lines = content.removesuffix(b"\x1a").removesuffix(LINE_END).split(LINE_END)
    for number, line in enumerate(lines, 1):
        if len(line) != RECORD_BYTES:
            raise _wrong(number, min(len(line), RECORD_BYTES) + 1, RECORD_BYTES, Fault.LENGTH)
    if not lines[-1].startswith(_LAST) or len(lines) < len((HEADER, TRAILER)):
        raise _wrong(len(lines), 1, len(_LAST), Fault.TRAILER)
    header = _values(HEADER, lines[0], 1)
    day = _day(header["TDATE"], today)
    details = [_values(DETAIL, line, number) for number, line in enumerate(lines[1:-1], 2)]
    trailer = _values(TRAILER, lines[-1], len(lines))
    found = [_line(number, values, day, today) for number, values in enumerate(details, 2)]
    _check_trailer(trailer, found, len(lines))
    return checked_length(found)


def _values(record: Sequence[Field], line: bytes, number: int) -> Mapping[str, str]:
    try:
        return read(record, line)
    except Refused as refusal:
        first, last = _place(record, str(refusal.facts.get("field", "")))
        raise _wrong(number, first, last, Fault.ENCODING) from refusal


def _line(number: int, values: Mapping[str, str], day: date, today: date) -> AnswerLine:
    for name, allowed in (("TYPE", ("R", "N")), ("TXTYPE", ("SC",))):
        if values[name] not in allowed:
            raise _wrong(number, *_place(DETAIL, name), Fault.RECORD)
    sheet, _, position = values["NOTE"].strip().rpartition("/")
    code = values["RCODE"].strip()
    cells = {
        AnswerColumn.SHEET: sheet,
        AnswerColumn.POSITION: position if sheet else "",
        AnswerColumn.CASE: values["CNO"],
        AnswerColumn.UBN: values["PID"],
        AnswerColumn.BANK: values["RBANK"],
        AnswerColumn.ACCOUNT: values["RCLNO"],
        AnswerColumn.AMOUNT: values["AMT"],
        AnswerColumn.RESULT: "入帳" if code in PAID_CODES else "退匯",
        AnswerColumn.CODE: "" if code in PAID_CODES else code,
        AnswerColumn.DAY: day.isoformat(),
    }
    try:
        return line_of(number, cells, today)
    except Wrong as wrong:
        raise _wrong(number, *_place(DETAIL, _FIELDS[wrong.column]), wrong.fault) from wrong


def _day(text: str, today: date) -> date:
    try:
        day = parse_roc_date(text.removeprefix("0"))
    except Refused as refusal:
        raise _wrong(1, *_place(HEADER, "TDATE"), Fault.DAY) from refusal
    if day > today:
        raise _wrong(1, *_place(HEADER, "TDATE"), Fault.DAY_TO_COME)
    return day


def _check_trailer(trailer: Mapping[str, str], found: Sequence[AnswerLine], number: int) -> None:
    summed = sum(line.amount.dollars for line in found)
    for name, value, fault in (("TCOUNT", len(found), Fault.COUNT), ("TAMT", summed, Fault.SUM)):
        text = trailer[name]
        if not (text.isascii() and text.isdigit()) or int(text) != value:
            raise _wrong(number, *_place(TRAILER, name), fault)


def _place(record: Sequence[Field], name: str) -> tuple[int, int]:
    """The bytes of a field, counted from 1; the whole record where no field is to blame."""
    at = 1
    for field in record:
        if field.name == name:
            return at, at + field.length - 1
        at += field.length
    return 1, RECORD_BYTES


def _wrong(line: int, first: int, last: int, fault: Fault) -> Refused:
    return Refused("bank.record_wrong", line=line, first=first, last=last, fault=fault)
