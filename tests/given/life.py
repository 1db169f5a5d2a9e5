"""A grant case of any scheme, from its workbook to its end: what differs is in its edition.

Every deed is a use case performed by the person whose it is; the days are the contract's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.cases.models import BudgetLine, Case, Equipment, PlannedCheckpoint
from backoffice.disbursement.models import AchievedTarget, Contract, Settlement
from backoffice.disbursement.operations.claims import file_claim
from backoffice.disbursement.operations.closing import (
    conclude_closing,
    report_closing,
    show_condition,
)
from backoffice.disbursement.operations.contract import sign_contract
from backoffice.disbursement.operations.midterm import conclude_midterm, open_midterm
from backoffice.disbursement.operations.outcomes import enter_targets
from backoffice.disbursement.operations.spending import enter_spending
from backoffice.disbursement.queries.outcomes import MemberRow, members_of
from backoffice.disbursement.rules.checkpoints import PlannedPoint
from backoffice.disbursement.rules.claims import BankAccount, ClaimPackage
from backoffice.disbursement.rules.consortium import Share
from backoffice.disbursement.rules.contract import ApprovedCategory, Terms
from backoffice.disbursement.rules.lifecycles import StageResult
from backoffice.disbursement.rules.settlement import Invoice
from backoffice.disbursement.rules.stages import Conclusion, Letter, conditions_of
from backoffice.disbursement.rules.targets import Achieved
from backoffice.kernel.money import Ntd, total
from backoffice.kernel.taiwan import local_date
from backoffice.review.operations import Award, decide_award
from backoffice.scheme import registry
from backoffice.scheme.rules import ClosingCondition, Edition, Metric, Variant
from backoffice.use_case import Office
from tests import given
from tests.given import cases, disbursement, review

PAYING_DAYS = timedelta(days=14)


@dataclass(slots=True)
class Life:
    """One case on its way through the office."""

    office: Office
    case_id: int

    # --- as it is now ---------------------------------------------------------------------------

    @property
    def case(self) -> Case:
        """The case, detached."""
        return disbursement.case_row(self.office, self.case_id)

    @property
    def edition(self) -> Edition:
        """The rules that the case keeps."""
        return registry.edition_named(self.case.edition)

    @property
    def variant(self) -> Variant:
        """Its class."""
        return self.edition.variant(self.case.variant)

    @property
    def contract(self) -> Contract:
        """Its contract, detached."""
        with Session(self.office.engine) as session:
            return session.scalars(select(Contract).where(Contract.case_id == self.case_id)).one()

    @property
    def settlement(self) -> Settlement:
        """Its settlement, detached."""
        with Session(self.office.engine) as session:
            return session.scalars(
                select(Settlement).where(Settlement.case_id == self.case_id)
            ).one()

    @property
    def members(self) -> tuple[MemberRow, ...]:
        """Its consortium as contracted."""
        with Session(self.office.engine) as session:
            return members_of(session, self.case_id)

    @property
    def achieved(self) -> dict[Metric, int]:
        """What was entered for its targets."""
        with Session(self.office.engine) as session:
            rows = session.scalars(
                select(AchievedTarget).where(AchievedTarget.case_id == self.case_id)
            )
            return {row.metric: row.value for row in rows}

    # --- on its way -----------------------------------------------------------------------------

    def decided(self, subsidy: Ntd | None = None) -> Life:
        """Scored by its panel and awarded what it asked for, or so much."""
        case = self.case
        asked, budget = case.subsidy_requested, case.total_budget
        assert asked is not None
        assert budget is not None
        review.a_budget(self.office, 100_000_000, scheme=case.scheme)
        scoring = self.edition.scoring
        assert scoring is not None
        panel = review.PANEL[: scoring.panel_size]
        marks = tuple(scoring.scale_max * 8 // 10 for _criterion in scoring.criteria)
        review.seat_panel(self.office, self.case_id, panel)
        review.declare_all(self.office, self.case_id, panel)
        for person in panel:
            review.score(self.office, self.case_id, person, marks)
        if case.new_equipment and case.domestic + case.domestic >= case.new_equipment:
            review.confirm(self.office, self.case_id)
        review.close(self.office, self.case_id)
        award = Award(subsidy or asked, budget, f"核字第{self.case_id:06}號", "")
        self.office.perform(decide_award, given.CONVENOR, self.case_id, self.case.version, award)
        return self

    def terms(
        self,
        *,
        shares: Sequence[Share] = (),
        lines: Sequence[ApprovedCategory] = (),
        period_end: date | None = None,
    ) -> Terms:
        """The contract that the plan makes, with so much of it changed."""
        with Session(self.office.engine) as session:
            planned = session.scalars(
                select(PlannedCheckpoint)
                .where(PlannedCheckpoint.case_id == self.case_id)
                .order_by(PlannedCheckpoint.position)
            ).all()
            pieces = session.scalars(
                select(Equipment).where(Equipment.case_id == self.case_id)
            ).all()
        end = period_end
        if end is None and self.edition.period and self.edition.period.months is None:
            end = self.case.plan_end
        return Terms(
            number=f"簽{self.case.number}",
            signed_on=local_date(self.office.clock.now()),
            lines=tuple(lines) or self.lines,
            points=tuple(
                PlannedPoint(point.item, point.due_on, point.weight_bp) for point in planned
            ),
            new_equipment=Ntd(sum(one.quantity * one.unit_price.dollars for one in pieces)),
            period_end=end,
            shares=tuple(shares),
        )

    @property
    def lines(self) -> tuple[ApprovedCategory, ...]:
        """The budget as applied for."""
        with Session(self.office.engine) as session:
            rows = session.scalars(
                select(BudgetLine)
                .where(BudgetLine.case_id == self.case_id)
                .order_by(BudgetLine.position)
            ).all()
        return tuple(ApprovedCategory(row.category, row.subsidy, row.self_fund) for row in rows)

    def signed(self, terms: Terms | None = None) -> Life:
        """Under contract."""
        chosen = terms or self.terms()
        self.office.perform(sign_contract, given.OFFICER, self.case_id, self.case.version, chosen)
        return self

    def past_midterm(self) -> Life:
        """The checkpoints due by then are reached, the report is in, and it passes."""
        midterm = self.contract.midterm_on
        early = [
            point
            for point in disbursement.points(self.office, self.case_id)
            if point.due_on <= midterm
        ]
        disbursement.accept_points(self.office, self.case_id, len(early), midterm)
        letter, report = self._letter(), disbursement.a_pdf("期中報告.pdf")
        version = self.case.version
        self.office.perform(open_midterm, given.OFFICER, self.case_id, version, letter, report)
        disbursement.give_an_opinion(self.office, self.case_id)
        self.office.perform(
            conclude_midterm, given.OFFICER, self.case_id, self.case.version, self._passed()
        )
        return self

    def paid(self, number: int) -> Life:
        """The tranche of this number is claimed, verified, and paid some days later."""
        tranche = disbursement.tranches(self.office, self.case_id)[number - 1]
        claim = ClaimPackage(
            receipt_number=f"領-{self.case_id}-{number}",
            receipt_on=local_date(self.office.clock.now()),
            amount=tranche.amount,
            account=BankAccount(
                "004", "0037", f"{self.case_id:012}", self.case.firm_name, "臺灣銀行營業部"
            ),
        )
        claim_id = self.office.perform(
            file_claim,
            given.OFFICER,
            tranche.id,
            tranche.version,
            claim,
            disbursement.a_pdf("領據.pdf"),
            disbursement.a_pdf("存摺封面.pdf"),
        )
        disbursement.verify(self.office, claim_id)
        self._later()
        disbursement.pay(self.office, disbursement.tranches(self.office, self.case_id)[number - 1])
        return self

    def closing(self) -> Life:
        """On the plan's last day: the closing report is in, with an opinion on it."""
        disbursement.at(self.office, self.contract.period_end)
        letter, report = self._letter(), disbursement.a_pdf("結案報告.pdf")
        version = self.case.version
        self.office.perform(report_closing, given.OFFICER, self.case_id, version, letter, report)
        disbursement.give_an_opinion(self.office, self.case_id)
        return self

    def spent(self) -> Life:
        """One invoice a category, of all that was applied for."""
        return self.spend_on(**{line.category: line.total.dollars for line in self.lines})

    def spend_on(self, **amounts: int) -> Life:
        """One invoice of so much for each category, by its code."""
        contract = self.contract
        for code, amount in amounts.items():
            if not amount:
                continue
            invoice = Invoice(
                category=code,
                number=f"{code}-{self.case_id:08}",
                invoice_on=contract.period_end - timedelta(days=40),
                paid_on=contract.period_end - timedelta(days=20),
                amount=Ntd(amount),
                is_complete=True,
            )
            self.office.perform(enter_spending, given.OFFICER, self.case_id, invoice)
        return self

    def shown(self) -> Life:
        """Every paper that the scheme asks for at closing is on file."""
        for condition in conditions_of(self.edition):
            if condition is not ClosingCondition.TARGETS_MET:
                self.show(condition)
        return self

    def show(self, condition: ClosingCondition) -> None:
        """The paper of one condition is filed."""
        self.office.perform(
            show_condition,
            given.OFFICER,
            self.case_id,
            self.case.version,
            condition.value,
            disbursement.a_pdf("證明.pdf"),
        )

    def reached(self, **changed: int) -> Life:
        """What was achieved of each target: just what is asked, or so much by its name."""
        values = {target.metric: target.value for target in self.variant.targets}
        for metric, asked in self._promised().items():
            values[metric] = max(values[metric], asked)
        values |= {Metric(name): value for name, value in changed.items()}
        self.report(values)
        return self

    def report(self, values: Mapping[Metric, int]) -> None:
        """The officer enters these values with their evidence."""
        self.office.perform(
            enter_targets,
            given.OFFICER,
            self.case_id,
            self.case.version,
            tuple(Achieved(metric, value) for metric, value in values.items()),
            disbursement.a_pdf("達成值佐證.pdf"),
        )

    def concluded(self) -> Life:
        """The closing review passes, and the case is settled."""
        self.office.perform(
            conclude_closing, given.OFFICER, self.case_id, self.case.version, self._passed()
        )
        return self

    def to_closing(self) -> Life:
        """From the contract to its closing review, with all of its money spent."""
        return self.past_midterm().paid(1).closing().spent()

    def to_the_end(self) -> Life:
        """From the closing review to the last payment."""
        self.shown()
        if self.variant.targets:
            self.reached()
        return self.concluded().paid(2)

    # --- within ---------------------------------------------------------------------------------

    def _promised(self) -> dict[Metric, int]:
        stated = self.case.targets
        return {
            target.metric: stated[target.metric.value]
            for target in self.variant.targets
            if stated.get(target.metric.value)
        }

    def _letter(self) -> Letter:
        day = local_date(self.office.clock.now())
        return Letter(f"府經字第{day:%Y%m%d}號", day)

    def _passed(self) -> Conclusion:
        return Conclusion(StageResult.PASS, self._letter())

    def _later(self) -> None:
        disbursement.at(self.office, local_date(self.office.clock.now()) + PAYING_DAYS)


def a_case(office: Office, scheme: str, **changes: cases.Change) -> Life:
    """A case of this scheme that came in by the import and waits for its committee."""
    number = f"{scheme}-112-000001"
    return Life(office, cases.a_case_in_review(office, number=number, scheme=scheme, **changes))


def an_awarded_case(office: Office, scheme: str, **changes: cases.Change) -> Life:
    """The same, awarded what it asked for."""
    return a_case(office, scheme, **changes).decided()


def a_signed_case(office: Office, scheme: str, **changes: cases.Change) -> Life:
    """The same, under contract as its plan stands."""
    return an_awarded_case(office, scheme, **changes).signed()


def a_closing_case(office: Office, scheme: str, **changes: cases.Change) -> Life:
    """The same, in its closing review with all of its money spent."""
    return a_signed_case(office, scheme, **changes).to_closing()


def shares_of(members: Sequence[MemberRow]) -> tuple[Ntd, Ntd]:
    """What the members who take part have together: of the subsidy, and of their own."""
    live = [row for row in members if row.left_on is None]
    return total(row.subsidy for row in live), total(row.self_fund for row in live)
