"""The bank's answer: every class of it, what is worked off, and the day that is closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.disbursement.models import (
    BankAnswer,
    BankItem,
    DayClose,
    Sheet,
    SheetLine,
    Tranche,
)
from backoffice.disbursement.operations.bank import (
    close_day,
    confirm_answer,
    resolve_item,
    set_answer_aside,
    vouch_for_sheet,
)
from backoffice.disbursement.queries.bank.answers import lines_read
from backoffice.disbursement.queries.bank.days import answered_lines
from backoffice.disbursement.queries.sheets.places import place_on_sheet
from backoffice.disbursement.rules.bank import AnswerLine, Resolution, Worked
from backoffice.disbursement.rules.lifecycles import LineEvent, LineState
from backoffice.disbursement.rules.sheets import ReturnReason
from backoffice.kernel.money import Ntd
from tests import given
from tests.given import bank
from tests.model.hands.claims import ROAD, ClaimHands
from tests.model.hands.desk import Move, of_nobody

SETTLED = (LineState.PAID, LineState.RETURNED)
LONG = timedelta(days=12)  # past any value date


class BankHands(ClaimHands):
    """The cashier's deeds once a sheet was sent."""

    def answer_moves(self) -> dict[str, Move]:
        """Of a file of the bank."""
        return {"CONFIRM": Move(self._confirm), "SET_ASIDE": Move(self._set_aside)}

    def answer_ways(self) -> dict[str, Move]:
        """The same file once more."""
        return {"LOAD_AGAIN": Move(self._load_again)}

    def item_moves(self) -> dict[str, Move]:
        """Of what waits for a person."""
        return {"RESOLVE": Move(self._resolve)}

    def bank_acts(self) -> dict[str, Move]:
        """An answer of each class, and what moves nothing itself."""
        deeds: Mapping[str, Callable[[], object]] = {
            "item PAID": lambda: self._says(),
            "item RETURNED": lambda: self._says(event=LineEvent.RETURN, code="22"),
            "item PART": lambda: self._says(less=1),
            "item WRONG_AMOUNT": lambda: self._says(less=-1),
            "item SPLIT": self._says_in_two,
            "item DOUBLE": self._says_twice,
            "item MISSING": self._says_beside,
            "item UNKNOWN": lambda: self._load(self._stranger(0)),
            "item LATE": self._says_late,
            "item RENAMED": lambda: self._says(payee="改名後有限公司"),
            "bank.vouch": self._vouch,
            "bank.close_day": self._close_day,
            "answer CSV": lambda: bank.load(self.office, self._stranger(0)),
            "answer WORKBOOK": lambda: self._load_file("回覆.xlsx", bank.as_workbook),
            "answer ACHR01": lambda: self._load_file("ACHR01.txt", bank.as_achr01),
        }
        return {name: of_nobody(deed) for name, deed in deeds.items()}

    # --- what the bank says -------------------------------------------------------------------

    def _sent(self) -> Any:
        """A payment that was sent today and waits for its answer; else one that waits longer."""
        lines = select(SheetLine).join(Sheet, Sheet.id == SheetLine.sheet_id)
        sent = lines.where(SheetLine.state == LineState.SENT).order_by(SheetLine.id.desc())
        today = sent.where(Sheet.sent_at >= self.clock.now() - timedelta(hours=12))
        ready = select(Tranche.id).where(Tranche.state.in_([*ROAD]), Tranche.state != "SENT")
        if not self.stage.rows(today):
            for tranche_id in self.stage.rows(ready.order_by(Tranche.id).limit(1)):
                self.pay(tranche_id, until="SENT")
        return self.one(sent)

    def _said(self, line: Any, *, less: int = 0, **changed: Any) -> AnswerLine:
        return bank.said(
            self.office,
            line.sheet_id,
            self.one(select(place_on_sheet()).where(SheetLine.id == line.id)),
            day=self.today,
            amount=Ntd(line.amount.dollars - less),
            **changed,
        )

    def _load(self, *lines: AnswerLine) -> None:
        self._confirm(bank.load(self.office, *lines))

    def _load_file(self, name: str, form: Callable[..., bytes]) -> None:
        """A payment of ours and one that nobody knows, in another form of the bank's file."""
        lines = (self._said(self._sent()), self._stranger(0))
        self._confirm(bank.load_file(self.office, form(*lines), name))

    def _says(self, **changed: Any) -> None:
        self._load(self._said(self._sent(), **changed))

    def _says_in_two(self) -> None:
        line = self._sent()
        half = line.amount.dollars // 2
        rest = line.amount.dollars - half
        self._load(self._said(line, less=half), self._said(line, less=rest))

    def _says_twice(self) -> None:
        line = self._sent()
        self._load(self._said(line), self._said(line))

    def _says_beside(self) -> None:
        """The answer speaks of the sheet, and says nothing about its payments."""
        self._load(self._stranger(self._sent().sheet_id))

    def _says_late(self) -> None:
        line = self._sent()
        self.at_least(self.today + LONG)
        self._load(self._said(line))

    def _stranger(self, sheet_id: int) -> AnswerLine:
        """A payment that nobody knows, as if it were of that sheet."""
        amount = 1 + int(self.number()) % 1_000_000
        number = self.row(Sheet, sheet_id).number if sheet_id else ""
        plain = bank.stranger(amount=amount, day=self.today)
        return AnswerLine(
            plain.row,
            number,
            plain.position,
            plain.case_number,
            plain.payee,
            plain.ubn,
            plain.bank,
            plain.account,
            plain.amount,
            plain.event,
            plain.code,
            plain.day,
        )

    def _confirm(self, answer_id: int) -> None:
        version = self.row(BankAnswer, answer_id).version
        self.office.perform(confirm_answer, given.CASHIER, answer_id, version)

    def _set_aside(self, answer_id: int) -> None:
        version = self.row(BankAnswer, answer_id).version
        self.office.perform(set_answer_aside, given.CASHIER, answer_id, version)

    def _load_again(self, answer_id: int) -> None:
        with Session(self.office.engine) as session:
            lines = [each.line for each in lines_read(session, answer_id)]
        bank.load(self.office, *lines)

    # --- what is worked off -------------------------------------------------------------------

    def _resolve(self, item_id: int) -> None:
        item = self.row(BankItem, item_id)
        resolution = self._resolution(item)
        reason = ReturnReason.ACCOUNT_WRONG if resolution is Resolution.RETURNED else None
        worked = Worked(resolution, "銀行來函", self.today, reason)
        self.office.perform(resolve_item, given.CASHIER, item_id, item.version, worked, None)

    def _resolution(self, item: Any) -> Resolution:
        """What the cashier says of it: of what can be said, now one and now the other."""
        is_odd = int(self.number()) % 2
        if item.sheet_line_id is None:
            return Resolution.GIVEN_BACK
        if self.row(SheetLine, item.sheet_line_id).state is LineState.SENT:
            return Resolution.PAID if is_odd else Resolution.RETURNED
        with Session(self.office.engine) as session:
            is_answered = bool(answered_lines(session, (item.sheet_line_id,)))
        return Resolution.GIVEN_BACK if is_odd or is_answered else Resolution.AGREED

    def _settled_by_hand(self) -> list[Any]:
        """The payments that were settled, and nothing of the bank stands behind."""
        lines = self.stage.rows(
            select(SheetLine).where(SheetLine.state.in_(SETTLED)).order_by(SheetLine.id)
        )
        with Session(self.office.engine) as session:
            known = answered_lines(session, [line.id for line in lines])
        return [line for line in lines if line.id not in known]

    def _vouch(self) -> None:
        lines = self._settled_by_hand()
        if not lines:
            line = self._sent()
            self.sheet_line_moves()["PAY"].make(line.id)
            lines = [line]
        self.office.perform(vouch_for_sheet, given.CASHIER, lines[0].sheet_id, "銀行來函第9號")

    def _close_day(self) -> None:
        """The newest day on which something was settled, once nothing is open any more."""
        day = self._day_to_close()
        if day == self.today:
            self.at_least(day + timedelta(days=1))
        for answer_id in self.stage.rows(select(BankAnswer.id).where(BankAnswer.state == "READ")):
            self._confirm(answer_id)
        while open_items := self._open_items(day):
            self._resolve(open_items[0])
        for sheet_id in sorted({line.sheet_id for line in self._settled_by_hand()}):
            self.office.perform(vouch_for_sheet, given.CASHIER, sheet_id, "銀行來函第9號")
        self.office.perform(close_day, given.CASHIER, day)

    def _day_to_close(self) -> date:
        closed = select(DayClose.day)
        settled = select(SheetLine.settled_on).where(
            SheetLine.settled_on.is_not(None), SheetLine.settled_on.not_in(closed)
        )
        days = self.stage.rows(settled.order_by(SheetLine.settled_on.desc()))
        if not days:
            line = self._sent()
            self.sheet_line_moves()["PAY"].make(line.id)
            return self.today
        found = days[0]
        assert isinstance(found, date)
        return found

    def _open_items(self, day: date) -> list[int]:
        rows = select(BankItem.id).where(BankItem.state == "OPEN", BankItem.day <= day)
        return self.stage.rows(rows.order_by(BankItem.id))
