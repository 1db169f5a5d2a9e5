"""How a case moves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from backoffice.cases.models import BudgetLine, Case, EligibilityFinding
from backoffice.cases.operations import FindingWord, decide_eligibility, withdraw_case
from backoffice.demo.papers import paper
from backoffice.disbursement.models import (
    Contract,
    Ending,
    SpendingLine,
    StageReview,
    Tranche,
)
from backoffice.disbursement.operations.closing import (
    close_case,
    conclude_closing,
    report_closing,
)
from backoffice.disbursement.operations.contract import let_lapse
from backoffice.disbursement.operations.endings import decide_ending, give_up, propose_ending
from backoffice.disbursement.operations.midterm import conclude_midterm, open_midterm
from backoffice.disbursement.operations.spending import enter_spending
from backoffice.disbursement.rules.endings import EndingKind, EndingState, Proposal
from backoffice.disbursement.rules.lifecycles import StageResult
from backoffice.disbursement.rules.recoveries import (
    Disposition,
    Ground,
)
from backoffice.disbursement.rules.settlement import Invoice
from backoffice.disbursement.rules.stages import Conclusion
from backoffice.kernel.money import Ntd
from backoffice.review.models import Offer, Panel, ScoreSheet
from backoffice.review.operations import (
    Award,
    close_scoring,
    confirm_bonus,
    decide_award,
    decide_offer,
    decide_reject,
    decide_waitlist,
    reopen_scoring,
)
from backoffice.review.operations.offers import FirmLetter, accept_offer, decline_offer
from backoffice.review.operations.waiting import end_programme, promote
from backoffice.review.rules.lifecycles import ReviewStage
from tests import given
from tests.model.hands.desk import GOOD, SCHEME, Move, NotNow
from tests.model.hands.money import TrancheHands
from tests.model.hands.points import CheckpointHands


class CaseHands(CheckpointHands, TrancheHands):
    """The deeds by which a case moves."""

    def case_moves(self) -> dict[str, Move]:
        conclude = self._conclude_midterm, self._conclude_closing
        return {
            "FIND_INELIGIBLE": Move(self._find_ineligible),
            "QUALIFY": Move(self._qualify),
            "CLOSE_SCORING": Move(self._close_scoring, self._score),
            "REOPEN_SCORING": Move(self._reopen_scoring),
            "REJECT": Move(self._reject),
            "AWARD": Move(self._award),
            "OFFER_PARTIAL": Move(self._offer),
            "PLACE_ON_WAITLIST": Move(self._wait),
            "ACCEPT_OFFER": Move(self._accept_offer),
            "DECLINE_OFFER": Move(self._decline_offer),
            "END_PROGRAMME": Move(self._end_programme),
            "SIGN_CONTRACT": Move(self._sign),
            "LAPSE": Move(self._lapse, self._wait_past_signing),
            "PASS_MIDTERM": Move(
                lambda n: conclude[0](n, StageResult.PASS), self._before_midterm_passes
            ),
            "FAIL_MIDTERM": Move(lambda n: conclude[0](n, StageResult.FAIL), self._before_midterm),
            "REPORT_CLOSING": Move(self._report_closing),
            "PASS_CLOSING": Move(
                lambda n: conclude[1](n, StageResult.PASS), self._before_closing_passes
            ),
            "CORRECT_CLOSING": Move(
                lambda n: conclude[1](n, StageResult.CORRECT), self._before_closing
            ),
            "FAIL_CLOSING": Move(lambda n: conclude[1](n, StageResult.FAIL), self._before_closing),
            "CLOSE": Move(self._close),
            "WITHDRAW": Move(self._withdraw),
            "GIVE_UP": Move(self._give_up),
            "TERMINATE": Move(lambda n: self._end(n, EndingKind.TERMINATION)),
            "ANNUL": Move(lambda n: self._end(n, EndingKind.ANNULMENT)),
            "REVOKE": Move(lambda n: self._end(n, EndingKind.REVOCATION)),
        }

    def _findings(self, case_id: int) -> list[Any]:
        return self.stage.rows(
            select(EligibilityFinding).where(EligibilityFinding.case_id == case_id)
        )

    def _find_ineligible(self, case_id: int) -> None:
        if not self._findings(case_id):
            raise NotNow
        self._judge(case_id, overrule="")

    def _qualify(self, case_id: int) -> None:
        self._judge(case_id, overrule="業者已補正，經查證屬實")

    def _judge(self, case_id: int, *, overrule: str) -> None:
        words = tuple(
            FindingWord(one.id, bool(overrule), overrule) for one in self._findings(case_id)
        )
        version = self.row(Case, case_id).version
        self.office.perform(decide_eligibility, given.OFFICER, case_id, version, words, "")

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
        panel = self._panel(case_id)
        is_bonus_open = 2 * case.domestic.dollars >= case.new_equipment.dollars > 0
        if is_bonus_open and panel.bonus_score is None:
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

    def _proposed(self, case_id: int) -> tuple[Any, Award]:
        case = self.row(Case, case_id)
        letter = f"經企字第{case_id}號"
        return case, Award(case.subsidy_requested, case.total_budget, letter, "")

    def _reject(self, case_id: int) -> None:
        version = self.row(Case, case_id).version
        self.office.perform(decide_reject, given.CONVENOR, case_id, version, "計畫重複", "駁1號")

    def _award(self, case_id: int) -> None:
        case, award = self._proposed(case_id)
        if case.state.value == "WAITLISTED":
            self._promote()
        elif self.available() < award.subsidy and case.state.value == "SCORED":
            raise NotNow
        else:
            self.office.perform(decide_award, given.CONVENOR, case_id, case.version, award)

    def _promote(self) -> None:
        if not self.office.perform(promote, given.CONVENOR, SCHEME, None):
            raise NotNow

    def _offer(self, case_id: int) -> None:
        case, award = self._proposed(case_id)
        if case.state.value == "WAITLISTED":
            self._promote()
            return
        part = self.available()
        if case.state.value == "SCORED" and not Ntd(0) < part < award.subsidy:
            raise NotNow
        self.office.perform(decide_offer, given.CONVENOR, case_id, case.version, award, part)

    def _wait(self, case_id: int) -> None:
        case, award = self._proposed(case_id)
        if case.state.value == "SCORED" and self.available():
            raise NotNow
        self.office.perform(decide_waitlist, given.CONVENOR, case_id, case.version, award)

    def _answer(self, case_id: int) -> tuple[int, FirmLetter]:
        return self.row(Case, case_id).version, FirmLetter("覆字第1號", self.today)

    def _accept_offer(self, case_id: int) -> None:
        version, letter = self._answer(case_id)
        offers = select(Offer).where(Offer.case_id == case_id).order_by(Offer.id.desc())
        amount = next((one.amount for one in self.stage.rows(offers)), Ntd(2))
        shrunk = Ntd(2 * amount.dollars)
        self.office.perform(accept_offer, given.OFFICER, case_id, version, letter, shrunk)

    def _decline_offer(self, case_id: int) -> None:
        version, letter = self._answer(case_id)
        self.office.perform(decline_offer, given.OFFICER, case_id, version, letter, "自籌不足")

    def _end_programme(self, case_id: int) -> None:
        waiting = self.stage.rows(select(Case.id).where(Case.state == "WAITLISTED"))
        if self.row(Case, case_id).state.value != "WAITLISTED" and waiting:
            raise NotNow  # it would end the line of the others
        self.office.perform(
            end_programme, given.CONVENOR, SCHEME, len(waiting), "經企字第9號", "年度經費用罄"
        )

    def _sign(self, case_id: int) -> None:
        case = self.row(Case, case_id)
        if case.state.value == "AWARDED" and case.subsidy != case.subsidy_requested:
            raise NotNow  # a revised plan is another test's business
        self.stage.contract(case_id)

    def _wait_past_signing(self, case_id: int) -> None:
        self.at_least(self.row(Case, case_id).due_on + timedelta(days=1))

    def _lapse(self, case_id: int) -> None:
        version = self.row(Case, case_id).version
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
            version = self.row(Case, case_id).version
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
        version = self.row(Case, case_id).version
        conclusion = self._conclusion(result)
        self.office.perform(conclude_midterm, given.OFFICER, case_id, version, conclusion)

    def _report_closing(self, case_id: int) -> None:
        version = self.row(Case, case_id).version
        self.office.perform(
            report_closing, given.OFFICER, case_id, version, self.letter(), paper("結案報告")
        )

    def _before_closing(self, case_id: int) -> None:
        if not self._open_review(case_id, ReviewStage.CLOSING):
            self._report_closing(case_id)
        if not self.stage.rows(select(SpendingLine).where(SpendingLine.case_id == case_id)):
            self._spend(case_id)
        self.stage.opine(case_id, ReviewStage.CLOSING)

    def _before_closing_passes(self, case_id: int) -> None:
        self.pay(self.stage.tranche(case_id, 1).id)
        self._before_closing(case_id)

    def _spend(self, case_id: int) -> None:
        """All of it was spent, or half, or little, by the case's number: all three occur."""
        percent = (100, 60, 30)[case_id % 3]
        signed = self.one(select(Contract).where(Contract.case_id == case_id)).period_start
        for place, line in enumerate(
            self.stage.rows(select(BudgetLine).where(BudgetLine.case_id == case_id))
        ):
            amount = (line.subsidy + line.self_fund).dollars * percent // 100
            bill = Invoice(
                category=line.category,
                number=f"MD{case_id:05}{place:03}",
                invoice_on=signed,
                paid_on=signed,
                amount=Ntd(amount),
                is_complete=True,
                vendor="順永金屬工業社",
            )
            self.office.perform(enter_spending, given.OFFICER, case_id, bill)

    def _conclude_closing(self, case_id: int, result: StageResult) -> None:
        version = self.row(Case, case_id).version
        conclusion = self._conclusion(result)
        self.office.perform(conclude_closing, given.OFFICER, case_id, version, conclusion)

    def _close(self, case_id: int) -> None:
        self.office.perform(close_case, given.OFFICER, case_id, self.row(Case, case_id).version)

    def _withdraw(self, case_id: int) -> None:
        version = self.row(Case, case_id).version
        self.office.perform(
            withdraw_case, given.OFFICER, case_id, version, self.today, "撤1號", "業者自願撤案"
        )

    def _give_up(self, case_id: int) -> None:
        version = self.row(Case, case_id).version
        self.office.perform(
            give_up, given.OFFICER, case_id, version, self.letter(), "業者放棄", None
        )

    def _end(self, case_id: int, kind: EndingKind) -> None:
        waiting = self.stage.rows(
            select(Ending).where(Ending.case_id == case_id, Ending.state == EndingState.PROPOSED)
        )
        if not waiting:
            self._propose(case_id, kind)
            waiting = [
                self.one(select(Ending).where(Ending.case_id == case_id).order_by(Ending.id.desc()))
            ]
        if waiting[0].kind is not kind:
            raise NotNow
        disposition = Disposition(self.letter(), self.today + timedelta(days=30))
        ending = waiting[0]
        self.office.perform(decide_ending, given.CONVENOR, ending.id, ending.version, disposition)

    def _propose(self, case_id: int, kind: EndingKind) -> None:
        paid = sum(
            one.amount.dollars
            for one in self.stage.rows(select(Tranche).where(Tranche.case_id == case_id))
            if one.state.value == "PAID"
        )
        proposal = Proposal(
            kind=kind,
            ground=None
            if kind is EndingKind.TERMINATION
            else Ground.FALSE_DOCUMENTS
            if kind is EndingKind.ANNULMENT
            else Ground.PLAN_NOT_EXECUTED,
            reason="查證屬實",
            known_on=self.today,
            demand=Ntd(paid) if kind is EndingKind.REVOCATION else None,
        )
        version = self.row(Case, case_id).version
        self.office.perform(propose_ending, given.OFFICER, case_id, version, proposal, None)
