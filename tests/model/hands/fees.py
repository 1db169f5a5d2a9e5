"""The fee desk: payments by hand and by the bank's statement, what is unclear, and refunds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import Actor
from backoffice.cases.models import Case, Seat, WindowClosure
from backoffice.cases.rules.seats import Choice, SeatState
from backoffice.demo.papers import paper
from backoffice.disbursement.models import FeeLine, FeeRefund
from backoffice.disbursement.operations.fees.entering import enter_advertising, enter_payment
from backoffice.disbursement.operations.fees.lines import match_line, same_payment
from backoffice.disbursement.operations.fees.refunds import (
    approve_refund,
    bounce_refund,
    make_refund,
    pay_refund,
    refund_line,
    return_refund,
)
from backoffice.disbursement.operations.fees.statements import discard_statement
from backoffice.disbursement.queries.fees.case import account_of
from backoffice.disbursement.rules.fees.entries import AdvertisingEntry, PaymentEntry
from backoffice.disbursement.rules.fees.refunds import Bounce, RefundOrder, claimed
from backoffice.disbursement.rules.sheets import ReturnReason
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import TAIPEI
from tests import given
from tests.given import fees
from tests.model.hands.desk import PAYMENT, Move, NotNow, of_nobody
from tests.model.hands.places import PlaceHands

MORE = 1_000


class FeeHands(PlaceHands):
    """The deeds of the fee desk."""

    def refund_moves(self) -> dict[str, Move]:
        """Of a refund."""
        return {
            "APPROVE": Move(self.approve_refund),
            "RETURN": Move(self._return_refund),
            "PAY": Move(self.pay_refund),
            "BOUNCE": Move(self._bounce_refund),
        }

    def fee_line_moves(self) -> dict[str, Move]:
        """Of a transaction of which nobody knew whose it is."""
        return {"MATCH": Move(self._match)}

    def fee_line_ways(self) -> dict[str, Move]:
        """The same, where more must be so than the state."""
        return {
            "IS_SAME": Move(self._same),
            "REFUND": Move(self._give_line_back),
            "BOUNCE": Move(self._bounce_line),
        }

    def fee_acts(self) -> dict[str, Move]:
        """What moves nothing itself, or brings a payment or a refund of a class into being."""
        deeds: Mapping[str, Callable[[], object]] = {
            "fee.enter": self._short_by_hand,
            "fee.advertise": self._advertise,
            "fee.discard_statement": self._discard,
            "seat.choose": lambda: self.choose(self.a_waiting(), Choice.WAIT),
            "fee_line FULL": lambda: self._by_statement(self._unpaid(), 1, 1),
            "fee_line SHORT": lambda: self._by_statement(self._unpaid(), 1, 3),
            "fee_line COMPLETING": self._complete,
            "fee_line OVER": lambda: self._by_statement(self._unpaid(), 2, 1),
            "fee_line LATE": self._too_late,
            "fee_line DOUBLE": self._twice,
            "fee_line UNKNOWN": self._unknown,
            "refund EXCESS": self._refund_excess,
            "refund NO_PLACE": self._refund_without_place,
            "refund NOT_ELIGIBLE": self._refund_ineligible,
            "refund BEFORE_SERVICE": self._refund_before,
            "refund AFTER_SERVICE": self._refund_after,
            "refund UNKNOWN_PAYER": lambda: self._refund_line(self._open_line()),
            "conflict": self.late_known,
        }
        return {name: of_nobody(deed) for name, deed in deeds.items()}

    # --- money comes in -----------------------------------------------------------------------

    def pay_fee(self, case_id: int, amount: int) -> None:
        """By hand, or of every other one by the bank's statement."""
        if int(self.number()) % 2:
            self._by_hand(case_id, self.some_time(), amount)
        else:
            self._statement(
                self._scheme(case_id), self._bank_line(case_id, self.some_time(), amount)
            )

    def _scheme(self, case_id: int) -> str:
        return str(self.row(Case, case_id).scheme)

    def _by_hand(self, case_id: int, at: datetime, amount: int) -> None:
        entry = PaymentEntry(at, Ntd(amount), f"H{self.number()}")
        self.office.perform(enter_payment, given.OFFICER, case_id, entry, paper("繳費單"))

    def _bank_line(self, case_id: int | None, at: datetime, amount: int) -> fees.Line:
        when = at.astimezone(TAIPEI).strftime("%Y-%m-%d %H:%M:%S")
        whose = {} if case_id is None else {"案件編號": self.row(Case, case_id).number}
        return fees.a_line(f"T{self.number()}", when, amount, **whose)

    def _statement(self, scheme: str, *lines: fees.Line) -> None:
        fees.book(self.office, *lines, scheme=scheme)

    def _by_statement(self, case_id: int, parts: int, of: int) -> None:
        """So many parts of the fee."""
        amount = self.fee(case_id) * parts // of
        self._statement(self._scheme(case_id), self._bank_line(case_id, self.some_time(), amount))

    def _unpaid(self) -> int:
        """A firm that has paid nothing and may still; another comes when there is none."""
        return self._some_case(0) or self.a_firm(PAYMENT)

    def _some_case(self, least: int) -> int | None:
        """A case that is under way; with `least`, it has paid a part, and not all."""
        rows = select(Case.id).where(
            Case.scheme == PAYMENT, Case.state.in_(("QUALIFYING", "ACCEPTED"))
        )
        for case_id in self.stage.rows(rows.order_by(Case.id.desc())):
            paid = self.paid(case_id)
            if (0 < paid < self.fee(case_id)) if least else not paid:
                return int(case_id)
        return None

    def _short_by_hand(self) -> None:
        case_id = self._unpaid()
        self._by_hand(case_id, self.some_time(), self.fee(case_id) // 3)

    def _complete(self) -> None:
        case_id = self._some_case(1)
        if case_id is None:
            case_id = self._unpaid()
            self._by_hand(case_id, self.some_time(), self.fee(case_id) // 3)
        rest = self.fee(case_id) - self.paid(case_id)
        self._statement(PAYMENT, self._bank_line(case_id, self.some_time(), rest))

    def _too_late(self) -> None:
        """The round was full before, and then a firm pays that has no place."""
        closed = select(WindowClosure.id).where(WindowClosure.scheme == PAYMENT)
        if not self.stage.rows(closed):
            self.fill(PAYMENT)
        case_id = self.a_firm(PAYMENT)
        line = self._bank_line(case_id, self.clock.now(), self.fee(case_id))
        self._statement(PAYMENT, line)

    def _twice(self) -> None:
        """The same minute and amount once more, of every other one beside a payment by hand."""
        case_id, at = self._unpaid(), self.some_time()
        amount = self.fee(case_id) // 3
        if int(self.number()) % 2:
            self._by_hand(case_id, at, amount)
        else:
            self._statement(PAYMENT, self._bank_line(case_id, at, amount))
        self._statement(PAYMENT, self._bank_line(case_id, at, amount))

    def _unknown(self) -> None:
        self._statement(PAYMENT, self._bank_line(None, self.some_time(), self.fee(self._unpaid())))

    def _discard(self) -> None:
        line = self._bank_line(None, self.some_time(), MORE)
        number = fees.a_preview(self.office, line, scheme=PAYMENT)
        version = fees.statement(self.office, number).version
        self.office.perform(discard_statement, given.CASHIER, number, version)

    # --- what is unclear ----------------------------------------------------------------------

    def _open_line(self) -> int:
        """A line that is open; one comes when there is none."""
        rows = select(FeeLine.id).where(FeeLine.state == "OPEN").order_by(FeeLine.id.desc())
        if not self.stage.rows(rows):
            self._unknown()
        return int(self.one(rows))

    def _match(self, line_id: int) -> None:
        line = self.row(FeeLine, line_id)
        live = select(Case.number).where(
            Case.scheme == line.scheme, Case.state.in_(("QUALIFYING", "ACCEPTED"))
        )
        number = self.one(live.order_by(Case.id.desc()))
        self.office.perform(match_line, given.OFFICER, line_id, line.version, number, "電洽查明")

    def _same(self, line_id: int) -> None:
        line = self.row(FeeLine, line_id)
        if line.verdict.value != "DOUBLE":
            self._twice()
            return
        self.office.perform(same_payment, given.OFFICER, line_id, line.version, "同一筆款項")

    def _refund_line(self, line_id: int) -> int:
        version = self.row(FeeLine, line_id).version
        return self.office.perform(
            refund_line, given.OFFICER, line_id, version, self._order(), None
        )

    def _give_line_back(self, line_id: int) -> None:
        refund = select(FeeRefund).where(
            FeeRefund.line_id == line_id, FeeRefund.state.in_(("MADE", "APPROVED"))
        )
        made = self.stage.rows(refund)
        refund_id = made[0].id if made else self._refund_line(line_id)
        if self.state(FeeRefund, refund_id) == "MADE":
            self.approve_refund(refund_id)
        self.pay_refund(refund_id)

    # --- money goes back ----------------------------------------------------------------------

    def make_refund(self, case_id: int, actor: Actor = given.OFFICER) -> int:
        """The refund that is due to a case; NotNow when nothing is."""
        with Session(self.office.engine) as session:
            account = account_of(session, case_id)
        due = claimed(account.facts(self.today))
        if due is None:
            raise NotNow
        return self.office.perform(make_refund, actor, case_id, due.amount, self._order(), None)

    def _order(self) -> RefundOrder:
        """To an account that nothing came back from yet."""
        return RefundOrder("測試企業有限公司", f"004-{self.number()}", "依業者來函辦理")

    def approve_refund(self, refund_id: int) -> None:
        """Somebody else approves it."""
        version = self.row(FeeRefund, refund_id).version
        self.office.perform(approve_refund, given.ACCOUNTING, refund_id, version)

    def _return_refund(self, refund_id: int) -> None:
        version = self.row(FeeRefund, refund_id).version
        self.office.perform(return_refund, given.ACCOUNTING, refund_id, version, "帳戶有誤")

    def pay_refund(self, refund_id: int) -> None:
        """The cashier has paid it."""
        version = self.row(FeeRefund, refund_id).version
        reference = f"B{self.number()}"
        self.office.perform(pay_refund, given.CASHIER, refund_id, version, self.today, reference)

    def _bounce_refund(self, refund_id: int) -> None:
        """The bank sends it back, every other one because of the account that it went to."""
        refund, number = self.row(FeeRefund, refund_id), self.number()
        reason = ReturnReason.ACCOUNT_CLOSED if int(number) % 2 else ReturnReason.OTHER
        told = Bounce(self.today, f"R{number}", reason, "依退匯通知")
        self.office.perform(bounce_refund, given.CASHIER, refund_id, refund.version, told)

    def _bounce_line(self, line_id: int) -> None:
        paid = select(FeeRefund.id).where(FeeRefund.line_id == line_id, FeeRefund.state == "PAID")
        self._bounce_refund(int(self.one(paid)))

    def _refund_excess(self) -> None:
        case_id = self._unpaid()
        self._by_hand(case_id, self.some_time(), self.fee(case_id) + MORE)
        self.make_refund(case_id)

    def _refund_without_place(self) -> None:
        case_id = self.a_waiting()
        self.want_refund(case_id)
        self.make_refund(case_id)

    def _refund_ineligible(self) -> None:
        (case_id,) = self.firms_apply(PAYMENT, (True,))
        self.pay_rest(case_id)
        self.find_ineligible(case_id)
        self.make_refund(case_id)

    def _refund_before(self) -> None:
        case_id = self._unpaid()
        self.pay_rest(case_id)
        self.leave(case_id)
        self.make_refund(case_id)

    def _in_service(self) -> int:
        """A case whose service has begun; NotNow when none can be."""
        begun = self.stage.rows(select(Case.id).where(Case.id.in_(self._seated("IN_SERVICE"))))
        if begun:
            return int(begun[0])
        case_id = int(self.one(self._seated(SeatState.CONFIRMED.value).order_by(Seat.number)))
        self.service_moves()["START_SERVICE"].make(case_id)
        return case_id

    def _seated(self, state: str) -> Any:
        return select(Seat.case_id).where(Seat.state == state)

    def _advertise(self) -> None:
        case_id = self._in_service()
        entry = AdvertisingEntry(self.today, Ntd(MORE), "搜尋廣告", f"AD{self.number()}")
        self.office.perform(enter_advertising, given.OFFICER, case_id, entry, paper("廣告證明"))

    def _refund_after(self) -> None:
        case_id = self._in_service()
        self.cancel(case_id)
        self.make_refund(case_id)
