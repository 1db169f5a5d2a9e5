"""How a disbursement sheet and each of its lines move."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from backoffice.demo.papers import paper
from backoffice.disbursement.models import Sheet, SheetLine, Tranche
from backoffice.disbursement.operations.sheets import (
    answer_query,
    approve_sheet,
    check_sheet,
    correct_line,
    exclude_line,
    make_sheet,
    query_line,
    send_sheet,
    settle_sheet,
    void_sheet,
)
from backoffice.disbursement.rules.claims import BankAccount
from backoffice.disbursement.rules.lifecycles import LineEvent, LineState, TrancheState
from backoffice.disbursement.rules.sheets import LineOutcome, ReturnReason
from tests import given
from tests.model.hands.desk import Desk, Move

SIGNING = {"MADE": "CHECK", "CHECKED": "APPROVE", "APPROVED": "SEND"}


class SheetHands(Desk):
    """The deeds by which a sheet moves, and a line of it."""

    def sheet_moves(self) -> dict[str, Move]:
        return {
            "CHECK": Move(self._check, self._ask_and_answer),
            "APPROVE": Move(self._approve),
            "SEND": Move(self._send),
            "VOID": Move(self._void),
            "AMEND": Move(self._amend),
        }

    def sheet_ways(self) -> dict[str, Move]:
        """A sheet is settled when its last line is."""
        return {"SETTLE": Move(self._settle_all)}

    def sheet_line_moves(self) -> dict[str, Move]:
        return {
            "PAY": Move(lambda line_id: self._settle(line_id, LineEvent.PAY)),
            "RETURN": Move(lambda line_id: self._settle(line_id, LineEvent.RETURN)),
        }

    def sheet_line_ways(self) -> dict[str, Move]:
        """A line goes with its sheet."""
        return {
            "SEND": Move(lambda line_id: self.send(self._sheet_with(line_id))),
            "VOID": Move(lambda line_id: self._void(self._sheet_with(line_id))),
        }

    def put_on_sheet(self, tranche_id: int) -> None:
        self.office.perform(make_sheet, given.ACCOUNTING, (tranche_id,), "補助款")

    def put_on_sheet_with_others(self, tranche_id: int) -> None:
        """Of every other instalment's sheet: all that is verified goes on it."""
        scheme = self.row(Tranche, tranche_id).scheme
        verified = select(Tranche.id).where(
            Tranche.state == TrancheState.VERIFIED, Tranche.scheme == scheme
        )
        ids = self.stage.rows(verified.order_by(Tranche.id)) if tranche_id % 2 else [tranche_id]
        self.office.perform(make_sheet, given.ACCOUNTING, tuple(ids), "補助款")

    def line_of(self, tranche_id: int) -> Any:
        """The line that pays the instalment, or the last one that was to."""
        lines = select(SheetLine).where(SheetLine.tranche_id == tranche_id)
        return self.one(lines.order_by(SheetLine.id.desc()))

    def send(self, sheet_id: int) -> None:
        """Whatever is still to be signed, and sent."""
        moves = self.sheet_moves()
        while event := SIGNING.get(self.state(Sheet, sheet_id)):
            moves[event].make(sheet_id)

    def of_tranche(self, event: str) -> Callable[[int], None]:
        """A deed of the sheet's or the line's, done to the instalment that stands on it."""

        def deed(tranche_id: int) -> None:
            line = self.line_of(tranche_id)
            match event:
                case "SEND":
                    self.send(line.sheet_id)
                case "VOID_SHEET":
                    self._void(line.sheet_id)
                case "CONFIRM_PAID":
                    self._settle(line.id, LineEvent.PAY)
                case _:
                    self._settle(line.id, LineEvent.RETURN)

        return deed

    def _sheet_with(self, line_id: int) -> int:
        return int(self.row(SheetLine, line_id).sheet_id)

    def _lines(self, sheet_id: int) -> list[Any]:
        lines = select(SheetLine).where(SheetLine.sheet_id == sheet_id)
        return self.stage.rows(lines.order_by(SheetLine.position))

    def _live(self, sheet_id: int) -> list[Any]:
        """The lines that stand on it, or stood on it when it was sent."""
        return [line for line in self._lines(sheet_id) if line.state is not LineState.VOIDED]

    def _ask_and_answer(self, sheet_id: int) -> None:
        """Of every third sheet the checker asks about a line, and the maker answers."""
        if sheet_id % 3 or not self._live(sheet_id):
            return
        line = self._live(sheet_id)[0]
        version = self.row(Sheet, sheet_id).version
        self.office.perform(
            query_line, given.ACCOUNTING_2, sheet_id, version, line.id, "領據日期早於契約日"
        )
        version = self.row(Sheet, sheet_id).version
        self.office.perform(
            answer_query, given.ACCOUNTING, sheet_id, version, line.id, "契約日誤載，已更正"
        )

    def _check(self, sheet_id: int) -> None:
        """Every account that was changed lately is looked at."""
        version = self.row(Sheet, sheet_id).version
        seen = tuple(line.id for line in self._live(sheet_id))
        self.office.perform(check_sheet, given.ACCOUNTING_2, sheet_id, version, seen)

    def _amend(self, sheet_id: int) -> None:
        """A line is taken out of every other sheet that has several, else paid elsewhere."""
        version = self.row(Sheet, sheet_id).version
        lines = self._live(sheet_id) or self._lines(sheet_id)
        if len(lines) > 1 and int(self.number()) % 2:
            self.office.perform(
                exclude_line, given.ACCOUNTING, sheet_id, version, lines[0].id, "資料有誤"
            )
            return
        number = f"{int(self.number()) % 10**12:012}"
        holder = str(lines[0].columns["payee"])
        self.office.perform(
            correct_line,
            given.OFFICER,
            sheet_id,
            version,
            lines[0].id,
            BankAccount("004", "0037", number, holder, "臺灣銀行營業部"),
            paper("存摺封面"),
            "帳戶更正",
        )

    def _approve(self, sheet_id: int) -> None:
        version = self.row(Sheet, sheet_id).version
        self.office.perform(approve_sheet, given.MANAGER, sheet_id, version)

    def _send(self, sheet_id: int) -> None:
        version = self.row(Sheet, sheet_id).version
        self.office.perform(send_sheet, given.CASHIER, sheet_id, version)

    def _void(self, sheet_id: int) -> None:
        version = self.row(Sheet, sheet_id).version
        self.office.perform(void_sheet, given.ACCOUNTING, sheet_id, version, "資料有誤")

    def _settle(self, line_id: int, event: LineEvent) -> None:
        sheet = self.row(Sheet, self._sheet_with(line_id))
        reason = ReturnReason.NAME_DIFFERS if event is LineEvent.RETURN else None
        outcome = LineOutcome(line_id, event, self.today, reason)
        self.office.perform(settle_sheet, given.CASHIER, sheet.id, sheet.version, (outcome,))

    def _settle_all(self, sheet_id: int) -> None:
        for line in self._lines(sheet_id):
            if line.state is LineState.SENT:
                self._settle(line.id, LineEvent.RETURN if line.id % 5 == 0 else LineEvent.PAY)
