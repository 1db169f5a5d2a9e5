"""Loans: registered, moved, claimed for by their banks, ended and called back; their interest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.cases.operations import take_from_queue
from backoffice.cases.operations.services import cancel_service
from backoffice.demo.papers import paper
from backoffice.disbursement.models import (
    BankClaimLine,
    LoanMovement,
    Recovery,
    RegisteredLoan,
    Tranche,
)
from backoffice.disbursement.operations.loans import (
    BankLetter,
    accept_line,
    accept_ready,
    call_loan,
    end_loan,
    enter_bank_claim,
    enter_movement,
    enter_rate,
    recommit,
    recommit_behind,
    register_loan,
    return_line,
    take_back_line,
    withdraw_notice,
)
from backoffice.disbursement.queries.loans import accepted_lines, lent, paid_periods
from backoffice.disbursement.rules.lifecycles import TrancheState
from backoffice.disbursement.rules.loans import (
    Calling,
    ClaimedLine,
    Lent,
    Movement,
    MovementKind,
    balance_on,
    called_back,
    excesses,
    payable,
)
from backoffice.disbursement.rules.recoveries import Ground, RecoveryState
from backoffice.kernel.money import ZERO, Ntd, total
from tests import given
from tests.cases.workbook import loan as loan_row
from tests.given import cases
from tests.given import loans as world
from tests.model.hands.bank import BankHands
from tests.model.hands.desk import LENDING, Move, NotNow, of_nobody
from tests.model.hands.eligibility import EligibilityHands
from tests.model.hands.endings import EndingHands

DRAWN_ON = date(2023, 12, 10)
LENT = 35_000_000
DAYS = timedelta(days=1)  # a claim is of two days
REPAID = Ntd(100_000)
RATE_PPM = 15_950
UNDER_WAY = (TrancheState.VERIFIED, TrancheState.SHEETED, TrancheState.SENT)


class LoanHands(BankHands, EndingHands, EligibilityHands):
    """The deeds by which the interest of a loan is subsidised."""

    def lending_moves(self) -> dict[str, Move]:
        """Of a case of the loan scheme."""
        return {
            "FIND_INELIGIBLE": Move(self.find_ineligible),
            "ACCEPT": Move(self.qualify),
            "WITHDRAW": Move(self.withdraw),
            "START_SERVICE": Move(self.register),
        }

    def lending_ways(self) -> dict[str, Move]:
        """The end of the loan is that of its case."""
        end = Move(self._of_case(self._end_loan), self._of_case(self._before_end))
        return {"DELIVER": end, "CLOSE": end, "CANCEL": Move(self._cancel_lending)}

    def loan_moves(self) -> dict[str, Move]:
        """Of a registered loan."""
        return {
            "END": Move(self._end_loan, self._before_end),
            "CALL": Move(self._call, self._nothing_in_transit),
        }

    def bank_line_moves(self) -> dict[str, Move]:
        """Of a line of a bank's claim."""
        return {
            "ACCEPT": Move(self._accept_line),
            "RETURN": Move(self._return_line),
            "TAKE_BACK": Move(self._take_back),
        }

    def bank_line_ways(self) -> dict[str, Move]:
        """What is due changes when money is repaid."""
        return {"MATCH": Move(self._repay_within), "MISMATCH": Move(self._repay_within)}

    def interest_ways(self) -> dict[str, Move]:
        """An instalment of interest goes with its line, its sheet and its demand."""
        accept = Move(lambda _n: self._accept_line(self._open_line_of(self._some_loan())))
        return (
            dict.fromkeys(("RELEASE", "FILE_CLAIM", "VERIFY"), accept)
            | {
                "DEMAND_RECOVERY": Move(self._demand_interest),
                "CANCEL": Move(lambda n: self._take_back(self._line_paid_by(n))),
            }
            | self.payment_ways()
            | self.collection_ways()
        )

    def notice_ways(self) -> dict[str, Move]:
        """A demand that a late notice prepared is gone with the notice."""
        return {"WITHDRAW": Move(self._withdraw_notice)}

    def loan_acts(self) -> dict[str, Move]:
        """What moves nothing itself."""
        deeds: Mapping[str, Callable[[], object]] = {
            "bank_claim.enter": lambda: self._enter_claim(self._some_loan()),
            "loan.enter_movement": self._repay_somehow,
            "rate.enter": self._enter_rate,
            "loan.recommit": self._recommit,
            "loan.recommit_behind": self._recommit_behind,
            "bank_line.accept_ready": self._accept_ready,
        }
        return {name: of_nobody(deed) for name, deed in deeds.items()}

    # --- a loan begins and ends ---------------------------------------------------------------

    def borrowers_apply(self, doubtful: tuple[bool, ...]) -> list[int]:
        """Firms with a loan come in by one import and are taken by the officer."""
        known = self.count(Case)
        numbers = [f"{LENDING}-112-{known + place:06d}" for place in range(1, len(doubtful) + 1)]
        rows = []
        for number, is_doubtful in zip(numbers, doubtful, strict=True):
            asked = loan_row("A1", LENT * (2 if is_doubtful else 1))
            rows.append(
                cases.a_submitted_case(
                    self.clock.now(), number=number, scheme=LENDING, 貸款=[asked]
                )
            )
        self.bring_in(rows)
        ids = [cases.case_id_of(self.office, number) for number in numbers]
        for case_id in ids:
            self.office.perform(take_from_queue, given.OFFICER, case_id, self.version(case_id))
        return ids

    def register(self, case_id: int) -> None:
        """The loan as the bank granted it."""
        version = self.version(case_id)
        terms = world.terms(drawn_on=DRAWN_ON)
        self.office.perform(register_loan, given.OFFICER, case_id, version, terms, "銀放字第1號")

    def _of_case(self, deed: Callable[[int], None]) -> Callable[[int], None]:
        def do(case_id: int) -> None:
            loans = select(RegisteredLoan.id).where(RegisteredLoan.case_id == case_id)
            deed(int(self.one(loans)))

        return do

    def _cancel_lending(self, case_id: int) -> None:
        if self.state(Case, case_id) == "ACCEPTED":
            version = self.version(case_id)
            self.office.perform(
                cancel_service, given.OFFICER, case_id, version, self.today, "取1號", "業者取消"
            )
            return
        for deed in (self._nothing_in_transit, self._call):
            self._of_case(deed)(case_id)

    def _nothing_in_transit(self, loan_id: int) -> None:
        """What stands on a sheet is paid first."""
        for tranche in self._interest(loan_id):
            if tranche.state in (TrancheState.SHEETED, TrancheState.SENT):
                self.pay(tranche.id)

    def _interest(self, loan_id: int) -> list[Any]:
        return self.tranches(self.row(RegisteredLoan, loan_id).case_id)

    def _call(self, loan_id: int) -> None:
        """Called back from the middle of what was paid on."""
        loan = self.row(RegisteredLoan, loan_id)
        with Session(self.office.engine) as session:
            paid = paid_periods(session, loan_id)
            known = lent(session, session.get_one(RegisteredLoan, loan_id))
        since = paid[len(paid) // 2].period.from_on if paid else self.today
        calling = Calling(since, Ground.PLAN_NOT_EXECUTED, "銀行通知違約")
        shown = called_back(known, paid, since)
        self.office.perform(call_loan, given.OFFICER, loan_id, loan.version, calling, shown)

    def _before_end(self, loan_id: int) -> None:
        """Lines are returned, instalments paid, and all of the loan is repaid."""
        for line_id in self._open_lines(loan_id):
            self._return_line(line_id)
        for tranche in self._interest(loan_id):
            if tranche.state in UNDER_WAY:
                self.pay(tranche.id)
        with Session(self.office.engine) as session:
            known = lent(session, session.get_one(RegisteredLoan, loan_id))
        self._repay_on(loan_id, self.today, balance_on(known.movements, self.today))

    def _end_loan(self, loan_id: int) -> None:
        version = self.row(RegisteredLoan, loan_id).version
        self.office.perform(end_loan, given.OFFICER, loan_id, version)

    # --- what the bank claims -----------------------------------------------------------------

    def _some_loan(self) -> int:
        """A loan that runs; another one is registered when there is none."""
        loans = select(RegisteredLoan.id).where(RegisteredLoan.state == "RUNNING")
        running = self.stage.rows(loans.order_by(RegisteredLoan.id))
        if not running:
            (case_id,) = self.borrowers_apply((False,))
            self.qualify(case_id)
            self.register(case_id)
            running = self.stage.rows(loans)
        return int(running[int(self.number()) % len(running)])

    def _enter_claim(self, loan_id: int) -> None:
        """Two days after all that was claimed; of every other line as if money were repaid then."""
        loan = self.row(RegisteredLoan, loan_id)
        claimed = select(func.max(BankClaimLine.through_on)).where(
            BankClaimLine.loan_id == loan_id, BankClaimLine.state != "RETURNED"
        )
        last = self.stage.rows(claimed)[0]
        begun = DRAWN_ON if last is None else last + timedelta(days=1)
        ended = begun + DAYS
        self.at_least(ended)
        with Session(self.office.engine) as session:
            known = lent(session, session.get_one(RegisteredLoan, loan_id))
        if int(self.number()) % 2:
            moved = sorted((*known.movements, _repaid(begun)), key=lambda each: each.on)
            known = Lent(known.terms, tuple(moved), known.rates)
        line = ClaimedLine(
            self.row(Case, loan.case_id).number,
            begun,
            ended,
            balance_on(known.movements, begun),
            RATE_PPM,
            known.due(begun, ended),
        )
        bank = BankLetter(world.BANK_UBN, self.letter(), world.BANK)
        papers = paper("請款函"), paper("存摺")
        self.office.perform(enter_bank_claim, given.OFFICER, LENDING, bank, (line,), *papers)

    def _open_lines(self, loan_id: int) -> list[int]:
        lines = select(BankClaimLine.id).where(
            BankClaimLine.loan_id == loan_id, BankClaimLine.state.in_(("READY", "DIFFERS"))
        )
        return self.stage.rows(lines.order_by(BankClaimLine.id))

    def _open_line_of(self, loan_id: int) -> int:
        if not self._open_lines(loan_id):
            self._enter_claim(loan_id)
        return self._open_lines(loan_id)[0]

    def _accept_line(self, line_id: int) -> None:
        line = self.row(BankClaimLine, line_id)
        loan = self.row(RegisteredLoan, line.loan_id)
        shown = payable(line.claimed, line.computed, loan.committed - loan.accepted)
        self.office.perform(
            accept_line, given.OFFICER_2, line_id, line.version, shown, "依本會試算金額核付"
        )

    def _accept_ready(self) -> None:
        """All lines of a bank's claim that agree with ours; every other claim's do not."""
        ready = select(BankClaimLine.bank_claim_id).where(BankClaimLine.state == "READY")
        for _ in range(2):
            if not self.stage.rows(ready):
                self._enter_claim(self._some_loan())
        claim_id = self.one(ready.order_by(BankClaimLine.id.desc()))
        count = len(self.stage.rows(ready.where(BankClaimLine.bank_claim_id == claim_id)))
        self.office.perform(accept_ready, given.OFFICER_2, claim_id, count)

    def _return_line(self, line_id: int) -> None:
        version = self.row(BankClaimLine, line_id).version
        self.office.perform(return_line, given.OFFICER, line_id, version, "金額不符")

    def _take_back(self, line_id: int) -> None:
        version = self.row(BankClaimLine, line_id).version
        self.office.perform(take_back_line, given.OFFICER, line_id, version, "重複請領")

    def _line_paid_by(self, tranche_id: int) -> int:
        lines = select(BankClaimLine.id).where(BankClaimLine.tranche_id == tranche_id)
        return int(self.one(lines))

    def _demand_interest(self, tranche_id: int) -> None:
        """By the demand that waits to be made, or by a breach that is entered now."""
        case_id = self.row(Tranche, tranche_id).case_id
        for recovery_id in self.recoveries(case_id, RecoveryState.PREPARED):
            self.demand(recovery_id)
            return
        reopened = self.stage.rows(
            select(Recovery.id).where(
                Recovery.case_id == case_id, Recovery.state == RecoveryState.RECOVERED
            )
        )
        if reopened:
            self.correction_ways()["REOPEN"].make(reopened[0])
        else:
            self._cancel_lending(case_id)

    # --- what moves the balance, and the rate -------------------------------------------------

    def _repay_on(self, loan_id: int, day: date, amount: Ntd = REPAID) -> None:
        version = self.row(RegisteredLoan, loan_id).version
        movement = Movement(day, MovementKind.REPAY, amount)
        self.office.perform(
            enter_movement, given.OFFICER, loan_id, version, movement, f"銀{self.number()}", ZERO
        )

    def _repay_within(self, line_id: int) -> None:
        line = self.row(BankClaimLine, line_id)
        self._repay_on(line.loan_id, line.from_on)

    def _repay_somehow(self) -> None:
        """Today, or every other time long ago: then some of what was paid is asked back."""
        if int(self.number()) % 2:
            self._repay_late()
        else:
            self._repay_on(self._some_loan(), self.today)

    def _repay_late(self) -> int:
        """The bank tells late of money that came back within what was paid; the notice."""
        loan_id = self._some_loan()
        if not self._interest(loan_id):
            self._accept_line(self._open_line_of(loan_id))
        for tranche in self._interest(loan_id):
            if tranche.state in UNDER_WAY:
                self.pay(tranche.id)
        loan = self.row(RegisteredLoan, loan_id)
        with Session(self.office.engine) as session:
            lines = accepted_lines(session, loan_id)
            known = lent(session, session.get_one(RegisteredLoan, loan_id))
        if not lines:
            raise NotNow
        late = _repaid(lines[-1].paid.period.from_on)
        shown = total(each.amount for each in excesses(known.moved(late), lines))
        notice = f"銀{self.number()}"
        self.office.perform(
            enter_movement, given.OFFICER, loan_id, loan.version, late, notice, shown
        )
        entered = select(func.max(LoanMovement.id)).where(LoanMovement.loan_id == loan_id)
        return int(self.one(entered))

    def _withdraw_notice(self, _recovery_id: int) -> None:
        """One that was entered just now: whatever comes after it would stand in the way."""
        movement_id = self._repay_late()
        demands = select(Recovery.id).where(Recovery.movement_id == movement_id)
        version = self.row(Recovery, int(self.one(demands))).version
        self.office.perform(withdraw_notice, given.OFFICER, movement_id, version, "登錄有誤")

    def _enter_rate(self) -> None:
        """A little more or less, from a day on that nobody has claimed for."""
        self._some_loan()
        self.clock.advance(days=1)
        rate = RATE_PPM + int(self.number()) % 1_000 - 500
        since = self.today + timedelta(days=30)
        self.office.perform(enter_rate, given.ACCOUNTING, LENDING, since, rate, self.letter())

    def _recommit(self) -> None:
        loan_id = self._some_loan()
        self.drip(1_000_000, LENDING)
        version = self.row(RegisteredLoan, loan_id).version
        self.office.perform(recommit, given.OFFICER, loan_id, version)

    def _recommit_behind(self) -> None:
        """Another rate, and all loans that are behind it."""
        self._enter_rate()
        self.drip(5_000_000, LENDING)
        self.office.perform(recommit_behind, given.OFFICER, LENDING)


def _repaid(day: date) -> Movement:
    return Movement(day, MovementKind.REPAY, REPAID)
