"""The bank's answers of the story: a file is loaded, confirmed, and its day closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import select

from backoffice.demo.stage import Stage
from backoffice.disbursement.models import BankAnswer, Sheet, SheetLine
from backoffice.disbursement.operations.bank import (
    close_day,
    confirm_answer,
    load_answer,
    read_answer,
    vouch_for_sheet,
)
from backoffice.disbursement.rules.bank import AnswerColumn
from backoffice.disbursement.rules.sheets import FrozenLine
from backoffice.documents import Upload
from backoffice.kernel.taiwan import roc_digits, roc_slashes
from backoffice.spreadsheets.csv import csv_bytes
from backoffice.spreadsheets.layout import Column

# Money of somebody's that the bank booked to the agency's file; the worklist shows it.
STRANGER = ("", "", "", "大業五金行", "12345675", "0081234", "77665544", "88000", "入帳", "")


def answered(
    stage: Stage, sheet_id: int, day: date, *, returned: int | None = None, stranger: bool = False
) -> None:
    """The bank's file of a day: all paid, but for the line at the place `returned`."""
    stage.at(day, hour=15, minute=30)
    rows = list(_rows(stage, sheet_id, day, returned))
    if stranger:
        rows.append((*STRANGER, roc_slashes(day)))
    content = csv_bytes([Column(column.value) for column in AnswerColumn], rows)
    read = read_answer(Upload(f"銀行回覆-{roc_digits(day, 7)}.csv", content), day)
    cashier = stage.cast.cashier
    answer_id = stage.office.perform(load_answer, cashier, read)
    version = int(stage.row(BankAnswer, answer_id).version)
    stage.office.perform(confirm_answer, cashier, answer_id, version)


def closed(stage: Stage, day: date) -> None:
    """Sheet, ledger and bank say the same: the cashier closes the day."""
    stage.office.perform(close_day, stage.cast.cashier, day)


def _rows(
    stage: Stage, sheet_id: int, day: date, returned: int | None
) -> Iterator[tuple[str, ...]]:
    number: str = stage.row(Sheet, sheet_id).number
    lines: list[Any] = stage.rows(
        select(SheetLine).where(SheetLine.sheet_id == sheet_id).order_by(SheetLine.position)
    )
    for place, line in enumerate(lines):
        frozen = FrozenLine.thawed(line.columns)
        result, code = ("退匯", "08") if place == returned else ("入帳", "")
        yield (
            number,
            str(frozen.position),
            frozen.case_number,
            frozen.payee,
            frozen.ubn,
            f"{frozen.bank_code}{frozen.branch_code}",
            frozen.account,
            str(frozen.amount.dollars),
            result,
            code,
            roc_slashes(day),
        )


def vouched(stage: Stage, day: date) -> None:
    """What was settled by hand on a day has its paper, and the day is closed."""
    lines: list[Any] = stage.rows(
        select(SheetLine).where(SheetLine.settled_on == day).order_by(SheetLine.id)
    )
    cashier = stage.cast.cashier
    for sheet_id in sorted({line.sheet_id for line in lines}):
        stage.office.perform(
            vouch_for_sheet, cashier, sheet_id, f"國庫署支付通知 {roc_digits(day, 7)}"
        )
    closed(stage, day)
