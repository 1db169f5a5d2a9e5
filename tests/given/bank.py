"""The bank's answers to sheets that were sent, and what became of them, by the use cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.disbursement.models import BankAnswer, BankItem, DayClose
from backoffice.disbursement.operations.bank import (
    ChosenItem,
    close_day,
    confirm_answer,
    load_answer,
    read_answer,
    resolve_item,
    resolve_items,
)
from backoffice.disbursement.queries.bank.answers import expected_line
from backoffice.disbursement.queries.bank.items import ItemRow, items_of
from backoffice.disbursement.rules.bank import (
    AnswerColumn,
    AnswerLine,
    BankClass,
    Resolution,
    Worked,
)
from backoffice.disbursement.rules.bank_files import (
    ANSWER,
    CLEARING_HOUSE,
    DETAIL,
    HEADER,
    LINE_END,
    TRAILER,
    reference,
    written,
)
from backoffice.disbursement.rules.lifecycles import LineEvent
from backoffice.disbursement.rules.sheets import ReturnReason
from backoffice.documents import Upload
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import local_date, roc_digits, roc_slashes
from backoffice.spreadsheets.csv import csv_bytes
from backoffice.spreadsheets.layout import Column, SheetLayout
from backoffice.spreadsheets.xlsx import workbook_bytes
from backoffice.use_case import Office
from tests import given
from tests.given import sheets as desk
from tests.given.offices import OPENING

PAID_ON = desk.MADE_ON  # the day on which the sheets of this world are sent
_WORDS = {LineEvent.PAY: "入帳", LineEvent.RETURN: "退匯"}


def said(office: Office, sheet_id: int, position: int, **changed: Any) -> AnswerLine:
    """The bank's answer to a payment: by default credited in full on the day of sending."""
    number = desk.sheet_row(office, sheet_id).number
    with Session(office.engine) as session:
        line = expected_line(session, number, position)
    assert line is not None
    plain = AnswerLine(
        row=position + 1,
        sheet=line.sheet,
        position=line.position,
        case_number=line.case_number,
        payee=line.payee,
        ubn=line.ubn,
        bank=line.bank,
        account=line.account,
        amount=line.amount,
        event=LineEvent.PAY,
        code="",
        day=PAID_ON,
    )
    return replace(plain, **changed)


def returned(office: Office, sheet_id: int, position: int, code: str = "22") -> AnswerLine:
    """It came back."""
    return said(office, sheet_id, position, event=LineEvent.RETURN, code=code)


def all_paid(office: Office, sheet_id: int) -> list[AnswerLine]:
    """Every payment of the sheet was credited."""
    count = len(desk.line_rows(office, sheet_id))
    return [said(office, sheet_id, position) for position in range(1, count + 1)]


def stranger(row: int = 90, amount: int = 777_777, day: date = PAID_ON) -> AnswerLine:
    """A payment that nobody knows."""
    return AnswerLine(
        row, "", None, "", "不知名股份有限公司", "12345675", "0040037", "99887766",
        Ntd(amount), LineEvent.PAY, "", day,
    )  # fmt: skip


def as_csv(*lines: AnswerLine) -> bytes:
    """The answer as the form, comma-separated."""
    return csv_bytes(
        [Column(column.value) for column in AnswerColumn], [cells(line) for line in lines]
    )


def as_workbook(*lines: AnswerLine) -> bytes:
    """The answer as the form, an .xlsx."""
    columns = [Column(column.value) for column in AnswerColumn]
    layout = SheetLayout("回覆", columns, [cells(line) for line in lines])
    return workbook_bytes([layout], made_at=OPENING)


def cells(line: AnswerLine) -> tuple[str, ...]:
    """A line as the form's columns have it."""
    return (
        line.sheet,
        "" if line.position is None else str(line.position),
        line.case_number,
        line.payee,
        line.ubn,
        line.bank,
        line.account,
        str(line.amount.dollars),
        _WORDS[line.event],
        line.code,
        roc_slashes(line.day),
    )


def as_achr01(*lines: AnswerLine) -> bytes:
    """The answer as the clearing house sends it; all of the first line's day."""
    day = roc_digits(lines[0].day, 8)
    ends = {"CDATA": ANSWER, "TDATE": day, "SORG": CLEARING_HOUSE, "RORG": "0040037"}
    summed = sum(line.amount.dollars for line in lines)
    records = [
        written(HEADER, {**ends, "BOF": "BOF", "TTIME": "153000", "VERNO": "V10"}),
        *(written(DETAIL, _values(number, line)) for number, line in enumerate(lines, 1)),
        written(TRAILER, {**ends, "EOF": "EOF", "TCOUNT": str(len(lines)), "TAMT": str(summed)}),
    ]
    return b"".join(record + LINE_END for record in records)


def _values(number: int, line: AnswerLine) -> dict[str, str]:
    return {
        "TYPE": "R",
        "TXTYPE": "SC",
        "TXID": "530",
        "SEQ": str(number),
        "RBANK": line.bank,
        "RCLNO": line.account,
        "AMT": str(line.amount.dollars),
        "RCODE": line.code or "00",
        "PID": line.ubn,
        "CNO": line.case_number,
        "NOTE": reference(line.sheet, line.position) if line.position else "",
    }


def load_file(office: Office, content: bytes, name: str = "回覆.csv") -> int:
    """The cashier loads a file; the number of the answer."""
    read = read_answer(Upload(name, content), local_date(office.clock.now()))
    return office.perform(load_answer, given.CASHIER, read)


def load(office: Office, *lines: AnswerLine) -> int:
    """The cashier loads an answer that says this."""
    return load_file(office, as_csv(*lines))


def confirm(office: Office, answer_id: int) -> int:
    """The cashier confirms it; how many items wait."""
    version = answer_row(office, answer_id).version
    return office.perform(confirm_answer, given.CASHIER, answer_id, version)


def answer(office: Office, *lines: AnswerLine) -> int:
    """Loaded and confirmed."""
    answer_id = load(office, *lines)
    confirm(office, answer_id)
    return answer_id


def answer_row(office: Office, answer_id: int) -> BankAnswer:
    """The answer as it is now, detached."""
    with Session(office.engine) as session:
        return session.get_one(BankAnswer, answer_id)


def items(office: Office, answer_id: int) -> tuple[ItemRow, ...]:
    """What it came to."""
    with Session(office.engine) as session:
        return items_of(session, answer_id)


def kinds(office: Office, answer_id: int) -> list[BankClass]:
    """The classes of what it came to, in the order of the file."""
    return [item.kind for item in items(office, answer_id)]


def the_item(office: Office, answer_id: int, kind: BankClass) -> ItemRow:
    """The first item of a class."""
    return next(item for item in items(office, answer_id) if item.kind is kind)


def worked(resolution: Resolution, note: str = "銀行來函 112-99", **changed: Any) -> Worked:
    """What the cashier says about an item."""
    reason = ReturnReason.ACCOUNT_WRONG if resolution is Resolution.RETURNED else None
    return replace(Worked(resolution, note, PAID_ON, reason), **changed)


def resolve(
    office: Office, item: ItemRow, said_so: Worked, place: tuple[str, int] | None = None
) -> None:
    """The cashier works an item off."""
    with Session(office.engine) as session:
        version = session.get_one(BankItem, item.id).version
    office.perform(resolve_item, given.CASHIER, item.id, version, said_so, place)


def close(office: Office, day: date = PAID_ON) -> int:
    """The cashier closes the day."""
    return office.perform(close_day, given.CASHIER, day)


def closes(office: Office) -> list[DayClose]:
    """The closed days, detached."""
    with Session(office.engine) as session:
        return list(session.scalars(select(DayClose).order_by(DayClose.day)))


def several(office: Office, *found: ItemRow) -> tuple[ChosenItem, ...]:
    """Items as a person ticks them now."""
    with Session(office.engine) as session:
        return tuple(
            ChosenItem(item.id, session.get_one(BankItem, item.id).version) for item in found
        )


def resolve_together(office: Office, said_so: Worked, *found: ItemRow) -> int:
    """The cashier works several items off at once."""
    return office.perform(resolve_items, given.CASHIER, several(office, *found), said_so)
