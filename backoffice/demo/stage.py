"""What the story's people do, in the office's own use cases and in nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.cases.models import (
    BudgetLine,
    Case,
    EligibilityFinding,
    Equipment,
    PlannedCheckpoint,
)
from backoffice.cases.operations import FindingWord, decide_eligibility, take_from_queue
from backoffice.demo.papers import paper
from backoffice.demo.people import Cast
from backoffice.disbursement.models import Checkpoint, Claim, Contract, StageReview, Tranche
from backoffice.disbursement.operations.checkpoints import accept_checkpoint, report_checkpoint
from backoffice.disbursement.operations.claims import file_claim, verify_claim
from backoffice.disbursement.operations.closing import conclude_closing, report_closing
from backoffice.disbursement.operations.contract import sign_contract
from backoffice.disbursement.operations.midterm import conclude_midterm, open_midterm
from backoffice.disbursement.operations.spending import enter_spending
from backoffice.disbursement.rules.checkpoints import PlannedPoint
from backoffice.disbursement.rules.claims import BankAccount, ClaimPackage
from backoffice.disbursement.rules.contract import ApprovedCategory, Terms
from backoffice.disbursement.rules.lifecycles import StageResult
from backoffice.disbursement.rules.settlement import Invoice
from backoffice.disbursement.rules.stages import Conclusion, Letter
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import TAIPEI, local_date
from backoffice.review.models import Assignment, Panel, ScoreSheet, StageOpinion
from backoffice.review.operations import (
    Award,
    assign_panel,
    close_scoring,
    confirm_bonus,
    decide_award,
    declare,
    give_opinion,
    save_draft,
    submit_score_sheet,
)
from backoffice.review.rules.lifecycles import OpinionResult, ReviewStage
from backoffice.review.rules.marks import Entry
from backoffice.scheme import registry
from backoffice.use_case import Office

PANEL_DAYS = timedelta(days=7)
BANKS = (
    ("004", "0037", "臺灣銀行營業部"),
    ("700", "0021", "中華郵政"),
    ("012", "1102", "台北富邦"),
)


@dataclass(slots=True)
class Stage:
    """The office of the story, its clock, and its people."""

    office: Office
    clock: FixedClock
    cast: Cast

    def at(self, day: date, hour: int = 10, minute: int = 0) -> None:
        """Move the clock forward to an hour of a day; it never goes back."""
        instant = datetime(day.year, day.month, day.day, hour, minute, tzinfo=TAIPEI)
        if instant > self.clock.now():
            self.clock.set(instant)

    @property
    def today(self) -> date:
        return local_date(self.clock.now())

    def row(self, model: Any, key: int) -> Any:
        """A record as it is now, detached."""
        with Session(self.office.engine, expire_on_commit=False) as session:
            return session.get_one(model, key)

    def rows(self, statement: Any) -> list[Any]:
        """Records as they are now, detached."""
        with Session(self.office.engine, expire_on_commit=False) as session:
            return list(session.scalars(statement))

    def case(self, case_id: int) -> Any:
        """The case as it is now."""
        return self.row(Case, case_id)

    # --- the officer and the committee ---------------------------------------------------------

    def take(self, case_id: int) -> None:
        """The officer takes the case."""
        self.office.perform(take_from_queue, self.cast.officer, case_id, self.case(case_id).version)

    def judge(self, case_id: int, *, overrule: str = "") -> None:
        """The officer says a word on every finding; with a reason, all are overruled."""
        findings = self.rows(
            select(EligibilityFinding).where(EligibilityFinding.case_id == case_id)
        )
        words = tuple(FindingWord(one.id, bool(overrule), overrule) for one in findings)
        self.office.perform(
            decide_eligibility, self.cast.officer, case_id, self.case(case_id).version, words, ""
        )

    def seat(self, case_id: int, reviewers: Sequence[int] = (0, 1, 2)) -> None:
        """The officer seats a panel, due in a week."""
        people = tuple(self.cast.reviewers[place].id for place in reviewers)
        self.office.perform(
            assign_panel,
            self.cast.officer,
            case_id,
            self.case(case_id).version,
            people,
            self.today + PANEL_DAYS,
        )

    def seats(self, case_id: int) -> list[Any]:
        """The assignments of the case, A first."""
        return self.rows(
            select(Assignment).where(Assignment.case_id == case_id).order_by(Assignment.letter)
        )

    def declares(self, seat: Any) -> None:
        """A reviewer declares that there is no conflict."""
        self.office.perform(declare, self._reviewer(seat), seat.id, seat.version)

    def drafts(self, seat: Any, points: Sequence[int]) -> None:
        """A reviewer fills in a sheet and leaves it as a draft."""
        scoring = registry.edition_named(self.case(seat.case_id).edition).scoring
        assert scoring is not None
        marks = tuple(
            (criterion.key, value * 10)
            for criterion, value in zip(scoring.criteria, points, strict=False)
        )
        reasons = tuple((key, _REASONS[key_place % 3]) for key_place, (key, _) in enumerate(marks))
        self.office.perform(
            save_draft,
            self._reviewer(seat),
            seat.id,
            self._sheet(seat).version,
            Entry(marks=marks, reasons=reasons, opinion="計畫目標明確，建議補助。"),
        )

    def hands_in(self, seat: Any) -> None:
        """A reviewer hands in the draft."""
        self.office.perform(
            submit_score_sheet, self._reviewer(seat), seat.id, self._sheet(seat).version
        )

    def score(self, case_id: int, points: Sequence[Sequence[int]]) -> None:
        """The whole panel declares, scores and hands in."""
        for seat, marks in zip(self.seats(case_id), points, strict=False):
            self.declares(seat)
            self.drafts(seat, marks)
            self.hands_in(seat)

    def close(self, case_id: int) -> None:
        """The officer confirms the bonus where it is open; the convenor closes scoring."""
        case = self.case(case_id)
        if case.new_equipment > Ntd(0) and 2 * case.domestic.dollars >= case.new_equipment.dollars:
            self.office.perform(
                confirm_bonus, self.cast.officer, case_id, 0, 300, "產地證明已核對。"
            )
        panel = self.rows(select(Panel).where(Panel.case_id == case_id))[0]
        self.office.perform(close_scoring, self.cast.convenor, case_id, panel.version, ())

    def award(self, case_id: int) -> None:
        """The convenor awards what was asked for."""
        case = self.case(case_id)
        award = Award(
            case.subsidy_requested, case.total_budget, f"經企字第{112_000_000 + case_id}號", ""
        )
        self.office.perform(decide_award, self.cast.convenor, case_id, case.version, award)

    # --- contract to closing --------------------------------------------------------------------

    def contract(self, case_id: int) -> None:
        """The contract is signed as the plan stands."""
        case = self.case(case_id)
        lines = self.rows(select(BudgetLine).where(BudgetLine.case_id == case_id))
        points = self.rows(
            select(PlannedCheckpoint)
            .where(PlannedCheckpoint.case_id == case_id)
            .order_by(PlannedCheckpoint.position)
        )
        equipment = self.rows(select(Equipment).where(Equipment.case_id == case_id))
        terms = Terms(
            number=f"企補{case.number}",
            signed_on=self.today,
            lines=tuple(
                ApprovedCategory(line.category, line.subsidy, line.self_fund) for line in lines
            ),
            points=tuple(
                PlannedPoint(
                    point.item,
                    point.due_on,
                    point.weight_bp,
                    point.subproject,
                    point.work_item,
                    point.method,
                )
                for point in points
            ),
            new_equipment=Ntd(sum(one.quantity * one.unit_price.dollars for one in equipment)),
            letter_number=f"{case.ubn[-4:]}字第{case_id}號",
            letter_on=self.today,
            period_end=case.plan_end,
        )
        self.office.perform(
            sign_contract, self.cast.officer, case_id, case.version, terms, paper("補助契約")
        )

    def points(self, case_id: int) -> list[Any]:
        """The checkpoints of the contract, in order."""
        return self.rows(
            select(Checkpoint).where(Checkpoint.case_id == case_id).order_by(Checkpoint.position)
        )

    def report(self, point: Any) -> None:
        """The firm's report on a checkpoint is entered."""
        self.office.perform(
            report_checkpoint,
            self.cast.officer,
            point.id,
            point.version,
            self._letter(point.case_id),
            "已完成，測試紀錄如附件。",
            paper(f"查核點{point.position}佐證"),
        )

    def accept(self, point: Any) -> None:
        """A reported checkpoint is accepted."""
        now = self.row(Checkpoint, point.id)
        self.office.perform(accept_checkpoint, self.cast.officer, now.id, now.version, "佐證完整。")

    def achieve(self, case_id: int, weight_bp: int) -> None:
        """Checkpoints are reported and accepted until so much of the weight is reached."""
        reached = 0
        for point in self.points(case_id):
            if reached >= weight_bp:
                return
            self.report(point)
            self.accept(point)
            reached += point.weight_bp

    def achieve_rest(self, case_id: int) -> None:
        """Every checkpoint that is not accepted yet is reported and accepted."""
        for point in self.points(case_id):
            if point.decided_at is None:
                self.report(point)
                self.accept(point)

    def pass_midterm(self, case_id: int) -> None:
        """Report, opinions, and the officer's conclusion."""
        self.office.perform(
            open_midterm,
            self.cast.officer,
            case_id,
            self.case(case_id).version,
            self._letter(case_id),
            paper("期中報告"),
        )
        self.opine(case_id, ReviewStage.MIDTERM)
        self.office.perform(
            conclude_midterm,
            self.cast.officer,
            case_id,
            self.case(case_id).version,
            Conclusion(StageResult.PASS, Letter(f"經企字第{113_100_000 + case_id}號", self.today)),
        )

    def opine(self, case_id: int, stage: ReviewStage) -> None:
        """Every reviewer who was asked says that the report passes."""
        asked = self.rows(
            select(StageOpinion).where(
                StageOpinion.case_id == case_id,
                StageOpinion.stage == stage,
                StageOpinion.result.is_(None),
            )
        )
        for opinion in asked:
            seat = self.row(Assignment, opinion.assignment_id)
            self.office.perform(
                give_opinion,
                self._reviewer(seat),
                opinion.id,
                opinion.version,
                OpinionResult.PASS,
                "進度與計畫相符。",
            )

    def claim(self, case_id: int, number: int, *, holder: str = "") -> None:
        """The firm's claim of a tranche is entered, with receipt and passbook page."""
        case, tranche = self.case(case_id), self.tranche(case_id, number)
        bank, branch, name = BANKS[case_id % len(BANKS)]
        package = ClaimPackage(
            receipt_number=f"領{case_id:04}-{number}",
            receipt_on=self.today,
            amount=tranche.amount,
            account=BankAccount(
                bank, branch, f"{case_id * 7_654_321:012}"[-12:], holder or case.firm_name, name
            ),
        )
        self.office.perform(
            file_claim,
            self.cast.officer,
            tranche.id,
            tranche.version,
            package,
            paper(f"第{number}期領據"),
            paper("存摺封面"),
        )

    def verify(self, case_id: int, number: int) -> None:
        """Another officer verifies the claim."""
        tranche = self.tranche(case_id, number)
        claim = self.rows(select(Claim).where(Claim.tranche_id == tranche.id, Claim.live))[0]
        self.office.perform(
            verify_claim, self.cast.officer_2, claim.id, claim.version, clearance_checked=True
        )

    def tranche(self, case_id: int, number: int) -> Any:
        """A tranche of the case."""
        return self.rows(
            select(Tranche).where(Tranche.case_id == case_id, Tranche.number == number)
        )[0]

    def report_closing(self, case_id: int) -> None:
        """The closing report comes in, and the invoices of what was spent."""
        self.office.perform(
            report_closing,
            self.cast.officer,
            case_id,
            self.case(case_id).version,
            self._letter(case_id),
            paper("結案報告"),
        )

    def spend(self, case_id: int, percent: int) -> None:
        """One invoice a category, of so much per cent of what was approved."""
        contract = self.rows(select(Contract).where(Contract.case_id == case_id))[0]
        lines = self.rows(select(BudgetLine).where(BudgetLine.case_id == case_id))
        for place, line in enumerate(lines, start=1):
            amount = (line.subsidy + line.self_fund).dollars * percent // 100
            if not amount:
                continue
            self.office.perform(
                enter_spending,
                self.cast.officer,
                case_id,
                Invoice(
                    category=line.category,
                    number=f"AB{case_id:05}{place:03}",
                    invoice_on=contract.period_end - timedelta(days=40),
                    paid_on=contract.period_end - timedelta(days=20),
                    amount=Ntd(amount),
                    is_complete=True,
                    vendor="順永金屬工業社",
                ),
            )

    def pass_closing(self, case_id: int) -> None:
        """Opinions, and the officer's conclusion with its settlement."""
        self.opine(case_id, ReviewStage.CLOSING)
        self.office.perform(
            conclude_closing,
            self.cast.officer,
            case_id,
            self.case(case_id).version,
            Conclusion(StageResult.PASS, Letter(f"經企字第{113_600_000 + case_id}號", self.today)),
        )

    # --- within -----------------------------------------------------------------------------------

    def _letter(self, case_id: int) -> Letter:
        rounds = len(self.rows(select(StageReview).where(StageReview.case_id == case_id)))
        return Letter(f"{self.case(case_id).ubn[-4:]}字第{case_id:04}{rounds}號", self.today)

    def _reviewer(self, seat: Any) -> Any:
        return next(one for one in self.cast.reviewers if one.id == seat.reviewer_id)

    def _sheet(self, seat: Any) -> Any:
        return self.rows(
            select(ScoreSheet).where(ScoreSheet.assignment_id == seat.id, ScoreSheet.current)
        )[0]


_REASONS = (
    "單價有三家估價，與訂單相符。",
    "時程合理，關鍵人力已到位。",
    "效益有量測方法，可驗證。",
)
