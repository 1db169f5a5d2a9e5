"""Disbursement sheets of the story: each step by another person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from backoffice.demo.stage import Stage
from backoffice.disbursement.models import Sheet, SheetLine
from backoffice.disbursement.operations.sheets import (
    approve_sheet,
    check_sheet,
    make_sheet,
    send_sheet,
    settle_sheet,
)
from backoffice.disbursement.rules.lifecycles import LineEvent
from backoffice.disbursement.rules.sheets import LineOutcome, ReturnReason


def made(stage: Stage, cases: Sequence[int], number: int, day: date) -> int:
    """The verified tranches of these cases on a sheet; its number."""
    stage.at(day)
    tranches = tuple(stage.tranche(case_id, number).id for case_id in cases)
    return stage.office.perform(make_sheet, stage.cast.accounting, tranches, f"第{number}期補助款")


def approved(stage: Stage, sheet_id: int) -> None:
    """Checked by the second accounting person, approved by the manager."""
    stage.office.perform(
        check_sheet, stage.cast.accounting_2, sheet_id, _version(stage, sheet_id), ()
    )
    stage.office.perform(approve_sheet, stage.cast.manager, sheet_id, _version(stage, sheet_id))


def sent(stage: Stage, sheet_id: int, day: date) -> None:
    """Approved, and sent by the cashier on a day."""
    approved(stage, sheet_id)
    stage.at(day)
    stage.office.perform(send_sheet, stage.cast.cashier, sheet_id, _version(stage, sheet_id))


def settled(stage: Stage, sheet_id: int, day: date, *, returned: int | None = None) -> None:
    """What the bank says: all paid, but for the line at the place `returned`."""
    stage.at(day)
    lines = stage.rows(
        select(SheetLine).where(SheetLine.sheet_id == sheet_id).order_by(SheetLine.position)
    )
    outcomes = tuple(
        LineOutcome(line.id, LineEvent.RETURN, day, ReturnReason.NAME_DIFFERS, "戶名不符")
        if place == returned
        else LineOutcome(line.id, LineEvent.PAY, day)
        for place, line in enumerate(lines)
    )
    stage.office.perform(
        settle_sheet, stage.cast.cashier, sheet_id, _version(stage, sheet_id), outcomes
    )


def _version(stage: Stage, sheet_id: int) -> int:
    return int(stage.row(Sheet, sheet_id).version)
