"""How a case moves: eligibility, scoring, contract, mid-term and closing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from backoffice.cases.models import BudgetLine, Case
from backoffice.demo.papers import paper
from backoffice.disbursement.models import Contract, SpendingLine, StageReview
from backoffice.disbursement.operations.closing import (
    close_case,
    conclude_closing,
    report_closing,
)
from backoffice.disbursement.operations.contract import let_lapse
from backoffice.disbursement.operations.midterm import conclude_midterm, open_midterm
from backoffice.disbursement.operations.spending import enter_spending, withdraw_spending
from backoffice.disbursement.rules.lifecycles import StageResult
from backoffice.disbursement.rules.settlement import Invoice
from backoffice.disbursement.rules.stages import Conclusion
from backoffice.kernel.money import Ntd
from backoffice.review.models import Bonus, Panel, ScoreSheet
from backoffice.review.operations import close_scoring, confirm_bonus, reopen_scoring
from backoffice.review.rules.lifecycles import ReviewStage
from tests import given
from tests.model.hands.claims import ClaimHands
from tests.model.hands.desk import GOOD, Move, NotNow
from tests.model.hands.endings import EndingHands
from tests.model.hands.points import CheckpointHands
from tests.model.hands.waiting import WaitingHands

LITTLE = 30  # per cent of the plan: less than the first instalment pays
PERCENT = (100, 60, LITTLE)


class CaseHands(CheckpointHands, ClaimHands, EndingHands, WaitingHands):
    """The deeds by which a case moves."""

    def case_moves(self) -> dict[str, Move]:
        return (
            {
                "FIND_INELIGIBLE": Move(self.find_ineligible),
                "QUALIFY": Move(self.qualify),
                "CLOSE_SCORING": Move(self._close_scoring, self._score),
                "REOPEN_SCORING": Move(self._reopen_scoring),
                "SIGN_CONTRACT": Move(self._sign),
                "LAPSE": Move(self._lapse, self._wait_past_signing),
                "REPORT_CLOSING": Move(self._report_closing),
                "CLOSE": Move(self._close),
            }
            | self.stage_moves()
            | self.decision_moves()
            | self.early_moves()
        )

    def stage_moves(self) -> dict[str, Move]:
        """What comes of a mid-term or closing review."""
        midterm, closing = self._conclude_midterm, self._conclude_closing
        ready = self._before_closing
        return {
            "PASS_MIDTERM": Move(
                lambda n: midterm(n, StageResult.PASS), self._before_midterm_passes
            ),
            "FAIL_MIDTERM": Move(lambda n: midterm(n, StageResult.FAIL), self._before_midterm),
            "PASS_CLOSING": Move(
                lambda n: closing(n, StageResult.PASS), self._before_closing_passes
            ),
            "CORRECT_CLOSING": Move(lambda n: closing(n, StageResult.CORRECT), ready),
            "FAIL_CLOSING": Move(lambda n: closing(n, StageResult.FAIL), ready),
        }

    def _score(self, case_id: int) -> None:
        """The panel sits, declares and hands in what it has not handed in yet."""
        if not self.stage.seats(case_id):
            self.stage.seat(case_id)
        for seat, marks in zip(self.stage.seats(case_id), GOOD, strict=True):
            if seat.state.value == "ASSIGNED":
                self.stage.declares(seat)
            sheet = self.one(
                select(ScoreSheet).where(ScoreSheet.assignment_id == seat.id, ScoreSheet.current)
            )
            if sheet.state.value == "DRAFT":
                self.stage.drafts(seat, marks)
                self.stage.hands_in(seat)
        case = self.row(Case, case_id)
        is_bonus_open = 2 * case.domestic.dollars >= case.new_equipment.dollars > 0
        known = self.stage.rows(select(Bonus).where(Bonus.case_id == case_id))
        if is_bonus_open and not known:
            self.office.perform(confirm_bonus, given.OFFICER, case_id, 0, 300, "已核對產地證明")

    def _panel(self, case_id: int) -> Any:
        return self.one(select(Panel).where(Panel.case_id == case_id))

    def _close_scoring(self, case_id: int) -> None:
        version = self._panel(case_id).version
        self.office.perform(close_scoring, given.CONVENOR, case_id, version, ())

    def _reopen_scoring(self, case_id: int) -> None:
        version = self._panel(case_id).version
        due = self.today + timedelta(days=7)
        self.office.perform(reopen_scoring, given.CONVENOR, case_id, version, "評分表有誤植", due)

    def _sign(self, case_id: int) -> None:
        case = self.row(Case, case_id)
        if case.state.value == "AWARDED" and case.subsidy != case.subsidy_requested:
            raise NotNow  # a revised plan is another test's business
        self.stage.contract(case_id)

    def _wait_past_signing(self, case_id: int) -> None:
        self.at_least(self.row(Case, case_id).due_on + timedelta(days=1))

    def _lapse(self, case_id: int) -> None:
        version = self.version(case_id)
        self.office.perform(let_lapse, given.OFFICER, case_id, version, "逾期未簽約")

    def _open_review(self, case_id: int, stage: ReviewStage) -> bool:
        rounds = select(StageReview).where(
            StageReview.case_id == case_id,
            StageReview.stage == stage,
            StageReview.result.is_(None),
        )
        return bool(self.stage.rows(rounds))

    def _before_midterm(self, case_id: int) -> None:
        if not self._open_review(case_id, ReviewStage.MIDTERM):
            version = self.version(case_id)
            self.office.perform(
                open_midterm, given.OFFICER, case_id, version, self.letter(), paper("期中報告")
            )
        self.stage.opine(case_id, ReviewStage.MIDTERM)

    def _before_midterm_passes(self, case_id: int) -> None:
        for point in self.stage.points(case_id):
            if point.state.value in ("PLANNED", "DUE", "OVERDUE"):
                self.report(point.id)
            if point.state.value not in ("ACCEPTED", "REMOVED", "FROZEN"):
                self.accept(point.id)
        self._before_midterm(case_id)

    def _conclusion(self, result: StageResult) -> Conclusion:
        correct_by = self.today + timedelta(days=14) if result is StageResult.CORRECT else None
        return Conclusion(result, self.letter(), "依審查意見辦理", correct_by)

    def _conclude_midterm(self, case_id: int, result: StageResult) -> None:
        version = self.version(case_id)
        conclusion = self._conclusion(result)
        self.office.perform(conclude_midterm, given.OFFICER, case_id, version, conclusion)

    def _report_closing(self, case_id: int) -> None:
        version = self.version(case_id)
        self.office.perform(
            report_closing,
            given.OFFICER,
            case_id,
            version,
            self.letter(),
            paper("結案報告"),
            "業者來函說明",
        )

    def _before_closing(self, case_id: int) -> None:
        """All of it was spent, or half, or little, by the case's number: all three occur."""
        if not self._open_review(case_id, ReviewStage.CLOSING):
            self._report_closing(case_id)
        if not self._spending(case_id):
            self.spend(case_id, PERCENT[case_id % 3])
        self.stage.opine(case_id, ReviewStage.CLOSING)

    def _before_closing_passes(self, case_id: int) -> None:
        self.pay(self.stage.tranche(case_id, 1).id)
        self._before_closing(case_id)

    def settle(self, case_id: int, percent: int) -> None:
        """The case goes to its settlement with so much spent."""
        if self.state(Case, case_id) not in ("ACTIVE_2", "CLOSING"):
            raise NotNow
        self.pay(self.stage.tranche(case_id, 1).id)
        if not self._open_review(case_id, ReviewStage.CLOSING):
            self._report_closing(case_id)
        self.spend(case_id, percent)
        self.stage_moves()["PASS_CLOSING"].make(case_id)

    def _spending(self, case_id: int) -> list[Any]:
        return self.stage.rows(
            select(SpendingLine)
            .where(SpendingLine.case_id == case_id, SpendingLine.withdrawn_at.is_(None))
            .order_by(SpendingLine.id)
        )

    def spend(self, case_id: int, percent: int) -> None:
        """So much of each category was spent; what was entered before is taken back."""
        for line in self._spending(case_id):
            self.office.perform(
                withdraw_spending, given.OFFICER, line.id, line.version, "金額登錄有誤"
            )
        signed = self.one(select(Contract).where(Contract.case_id == case_id)).period_start
        for line in self.stage.rows(
            select(BudgetLine).where(BudgetLine.case_id == case_id).order_by(BudgetLine.id)
        ):
            bill = Invoice(
                category=line.category,
                number=f"MD{self.number()}",
                invoice_on=signed,
                paid_on=signed,
                amount=Ntd((line.subsidy + line.self_fund).dollars * percent // 100),
                is_complete=True,
                vendor="順永金屬工業社",
            )
            self.office.perform(enter_spending, given.OFFICER, case_id, bill)

    def _conclude_closing(self, case_id: int, result: StageResult) -> None:
        version = self.version(case_id)
        conclusion = self._conclusion(result)
        self.office.perform(conclude_closing, given.OFFICER, case_id, version, conclusion)

    def _close(self, case_id: int) -> None:
        self.office.perform(close_case, given.OFFICER, case_id, self.version(case_id))
