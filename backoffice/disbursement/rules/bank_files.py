"""ACHP01, the clearing house's file of payments: 250-byte records, written and read by one table.

Appendix C of the specification gives the layout; every value is to be confirmed with the sending
bank before the first real file. Text is Big5 (code page 950), and its length counts in bytes:
what does not fit, or has no place in Big5, is refused and never cut. Nothing here knows the
clock: a file is made from the sheet and the instant of its approval alone, so that it is the same
bytes whenever it is made again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from backoffice.kernel.money import Ntd, total
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import TAIPEI, roc_digits

ENCODING: Final = "cp950"
RECORD_BYTES: Final = 250
LINE_END: Final = b"\r\n"
CLEARING_HOUSE: Final = "9990250"
PAYMENT: Final = "ACHP01"
ANSWER: Final = "ACHR01"
ACCOUNT_BYTES: Final = 16


class Pad(StrEnum):
    """How a field is filled: numbers at the right with zeros, text at the left with blanks."""

    ZEROS = "ZEROS"
    BLANKS = "BLANKS"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record: its name in the clearing house's words, its length in bytes."""

    name: str
    length: int
    pad: Pad = Pad.BLANKS


_Z, _B = Pad.ZEROS, Pad.BLANKS

HEADER: Final = (
    Field("BOF", 3),
    Field("CDATA", 6),
    Field("TDATE", 8, _Z),
    Field("TTIME", 6, _Z),
    Field("SORG", 7, _Z),
    Field("RORG", 7, _Z),
    Field("VERNO", 3),
    Field("FILLER", 210),
)
DETAIL: Final = (
    Field("TYPE", 1),
    Field("TXTYPE", 2),
    Field("TXID", 3),
    Field("SEQ", 8, _Z),
    Field("PBANK", 7, _Z),
    Field("PCLNO", ACCOUNT_BYTES, _Z),
    Field("RBANK", 7, _Z),
    Field("RCLNO", ACCOUNT_BYTES, _Z),
    Field("AMT", 10, _Z),
    Field("RCODE", 2),
    Field("SCHD", 1),
    Field("CID", 10),
    Field("PID", 10),
    Field("SID", 6),
    Field("PDATE", 8),
    Field("PSEQ", 8),
    Field("PSCHD", 1),
    Field("CNO", 20),
    Field("NOTE", 40),
    Field("MEMO", 10),
    Field("CFEE", 5, _Z),
    Field("NOTEB", 20),
    Field("FILLER", 39),
)
TRAILER: Final = (
    Field("EOF", 3),
    Field("CDATA", 6),
    Field("TDATE", 8, _Z),
    Field("SORG", 7, _Z),
    Field("RORG", 7, _Z),
    Field("TCOUNT", 8, _Z),
    Field("TAMT", 16, _Z),
    Field("YDATE", 8, _Z),
    Field("FILLER", 187),
)
assert all(
    sum(field.length for field in record) == RECORD_BYTES for record in (HEADER, DETAIL, TRAILER)
), "every record is 250 bytes"


def written(record: Sequence[Field], values: Mapping[str, str]) -> bytes:
    """A record of 250 bytes without its line end; a field without a value is blank or zero.

    Refuses "bank.not_big5" (field, text) and "bank.too_long" (field, text, length, limit).
    """
    unknown = values.keys() - {field.name for field in record}
    assert not unknown, f"no such fields: {sorted(unknown)}"
    line = b"".join(_padded(field, values.get(field.name, "")) for field in record)
    assert len(line) == RECORD_BYTES, "a record is 250 bytes"
    return line


def _padded(field: Field, text: str) -> bytes:
    try:
        found = text.encode(ENCODING)
    except UnicodeEncodeError:
        raise Refused("bank.not_big5", field=field.name, text=text) from None
    if len(found) > field.length:
        raise Refused(
            "bank.too_long", field=field.name, text=text, length=len(found), limit=field.length
        )
    if field.pad is Pad.ZEROS:
        assert not text or (text.isascii() and text.isdecimal()), f"{field.name} is a number"
        return found.rjust(field.length, b"0")
    return found.ljust(field.length, b" ")


def read(record: Sequence[Field], line: bytes) -> dict[str, str]:
    """The values of a record, text without the blanks that fill it, numbers with their zeros.

    Refuses "bank.unreadable" (field).
    """
    assert len(line) == RECORD_BYTES, "a record is 250 bytes"
    values, at = {}, 0
    for field in record:
        part = line[at : at + field.length]
        at += field.length
        try:
            text = part.decode(ENCODING)
        except UnicodeDecodeError:
            raise Refused("bank.unreadable", field=field.name) from None
        values[field.name] = text if field.pad is Pad.ZEROS else text.rstrip(" ")
    return values


@dataclass(frozen=True, slots=True)
class Payer:
    """付款單位: the account that subsidies are paid from, and what the bank agreed with it.

    `bank` 7 digits, bank and branch; `account` up to 16 digits; `ubn` the agency's number;
    `transaction` 交易代號, three characters that the bank gives; `memo` 存摺摘要, up to ten bytes.
    `is_assumed`: no source states it, and it must be confirmed before the first real file.
    """

    agency: str
    bank: str
    account: str
    ubn: str
    transaction: str
    memo: str
    is_assumed: bool


@dataclass(frozen=True, slots=True)
class Credit:
    """One payment of the file: `position` 1 … n on the sheet, `bank` 7 digits, `account` ≤ 16."""

    position: int
    payee: str
    ubn: str
    bank: str
    account: str
    amount: Ntd
    case_number: str


@dataclass(frozen=True, slots=True)
class Dates:
    """When the file was made, as the record says, the business day before, and the value date."""

    made_at: datetime
    before: date
    value_on: date


def payment_file(number: str, payments: Sequence[Credit], payer: Payer, dates: Dates) -> bytes:
    """ACHP01 of a sheet: a header, a record for each payment in its order, a trailer.

    `number` is the sheet's; it stands in every record, so that an answer finds its line. Refuses
    "bank.line_unfit" (position, payee, why) with the reason of `written`.
    """
    local = dates.made_at.astimezone(TAIPEI)
    day = roc_digits(local.date(), 8)
    ends = {"CDATA": PAYMENT, "TDATE": day, "SORG": payer.bank, "RORG": CLEARING_HOUSE}
    header = {**ends, "BOF": "BOF", "TTIME": f"{local:%H%M%S}", "VERNO": "V10"}
    trailer = {
        **ends,
        "EOF": "EOF",
        "TCOUNT": str(len(payments)),
        "TAMT": str(total(each.amount for each in payments).dollars),
        "YDATE": roc_digits(dates.before, 8),
    }
    lines = [
        written(HEADER, header),
        *(_detail(number, each, payer) for each in payments),
        written(TRAILER, trailer),
    ]
    return b"".join(line + LINE_END for line in lines)


def reference(number: str, position: int) -> str:
    """發動者專用區: which line of which sheet a record pays, such as 112-S01-0001/002."""
    return f"{number}/{position:03d}"


def _detail(number: str, credit: Credit, payer: Payer) -> bytes:
    values = {
        "TYPE": "N",
        "TXTYPE": "SC",
        "TXID": payer.transaction,
        "SEQ": str(credit.position),
        "PBANK": payer.bank,
        "PCLNO": payer.account,
        "RBANK": credit.bank,
        "RCLNO": credit.account,
        "AMT": str(credit.amount.dollars),
        "SCHD": "B",
        "CID": payer.ubn,
        "PID": credit.ubn,
        "CNO": credit.case_number,
        "NOTE": reference(number, credit.position),
        "MEMO": payer.memo,
        "CFEE": "0",
    }
    try:
        return written(DETAIL, values)
    except Refused as refusal:
        raise Refused(
            "bank.line_unfit", position=credit.position, payee=credit.payee, why=refusal
        ) from None
