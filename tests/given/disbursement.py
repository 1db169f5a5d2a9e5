"""Contracted cases in every state, built by performing the use cases.

`put_application` stands in for the import and the eligibility check, so that plans of any shape can
be made; the committee's award and everything after it are done by the use cases themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from io import BytesIO

import pikepdf
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM, Actor, Permission
from backoffice.cases.models import BudgetLine, Case, PlannedCheckpoint, WaitingFor
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.models import (
    Checkpoint,
    Claim,
    Sheet,
    SheetLine,
    SpendingLine,
    Tranche,
)
from backoffice.disbursement.operations.checkpoints import accept_checkpoint, report_checkpoint
from backoffice.disbursement.operations.claims import file_claim, verify_claim
from backoffice.disbursement.operations.closing import conclude_closing, report_closing
from backoffice.disbursement.operations.contract import sign_contract
from backoffice.disbursement.operations.midterm import conclude_midterm, open_midterm
from backoffice.disbursement.operations.sheets import (
    approve_sheet,
    check_sheet,
    make_sheet,
    send_sheet,
    settle_sheet,
)
from backoffice.disbursement.operations.spending import enter_spending
from backoffice.disbursement.rules.checkpoints import PlannedPoint
from backoffice.disbursement.rules.claims import BankAccount, ClaimPackage
from backoffice.disbursement.rules.contract import ApprovedCategory, Terms
from backoffice.disbursement.rules.lifecycles import LineEvent, StageResult
from backoffice.disbursement.rules.settlement import Invoice
from backoffice.disbursement.rules.sheets import LineOutcome
from backoffice.disbursement.rules.stages import Conclusion, Letter
from backoffice.documents import Upload
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd, total
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import TAIPEI, local_date
from backoffice.ledger.operations import allot, appropriate
from backoffice.review.models import Assignment, StageOpinion
from backoffice.review.operations import Award, decide_award, give_opinion
from backoffice.review.rules.lifecycles import OpinionResult
from backoffice.use_case import Act, Office, use_case
from tests import given
from tests.given import review

BUDGET = Ntd(100_000_000)
RECEIVED_AT = datetime(2023, 5, 8, 10, 20, tzinfo=TAIPEI)
DECIDED_AT = datetime(2023, 6, 15, 14, 0, tzinfo=TAIPEI)
SIGNED_ON = date(2023, 7, 3)
LETTER = Letter("府經字第1120001號", date(2023, 7, 3))


@cache
def _pdf() -> bytes:
    buffer = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(buffer)
    return buffer.getvalue()


def a_pdf(name: str = "佐證.pdf") -> Upload:
    """A blank page as a PDF."""
    return Upload(name, _pdf())


def category(code: str, subsidy: int, self_fund: int) -> ApprovedCategory:
    """A budget line in whole dollars."""
    return ApprovedCategory(code, Ntd(subsidy), Ntd(self_fund))


@dataclass(frozen=True, slots=True)
class Awarded:
    """An award to be made: by default 3,000,000 of 6,000,000 in the S01 scheme."""

    number: str = "S01-112-000001"
    scheme: str = "S01"
    variant: str = "individual"
    firm_name: str = "宏聯精密工業股份有限公司"
    ubn: str = "04595252"
    capital: int = 5_000_000
    requested: int | None = None
    lines: tuple[ApprovedCategory, ...] = (
        category("C1", 1_200_000, 800_000),
        category("C2", 900_000, 900_000),
        category("C3", 900_000, 1_300_000),
    )
    points: tuple[PlannedPoint, ...] = (
        PlannedPoint("完成智慧製造系統需求訪談", date(2023, 8, 31), 3_000),
        PlannedPoint("雙螺桿造粒機安裝驗收", date(2023, 10, 31), 2_500),
        PlannedPoint("完成節電 12% 之驗證報告", date(2024, 3, 31), 4_500),
    )
    received_at: datetime = field(default=RECEIVED_AT)
    decided_at: datetime = field(default=DECIDED_AT)
    plan_start: date | None = None
    plan_end: date | None = None

    @property
    def subsidy(self) -> Ntd:
        return total(line.subsidy for line in self.lines)

    @property
    def total(self) -> Ntd:
        return total(line.total for line in self.lines)

    @property
    def new_equipment(self) -> Ntd:
        return total(line.total for line in self.lines if line.category == "C2")

    def terms(self, number: str = "112-簽-001") -> Terms:
        """The contract that the plan makes when nothing was revised."""
        return Terms(
            number=number,
            signed_on=SIGNED_ON,
            lines=self.lines,
            points=self.points,
            new_equipment=self.new_equipment,
            letter_number="府經字第1120000號",
            letter_on=SIGNED_ON,
        )


@use_case("test.application", requires=Permission.SYSTEM)
def put_application(act: Act, awarded: Awarded) -> int:
    """The case before its committee, and the money that it can be awarded from."""
    appropriate(act, awarded.scheme, BUDGET, key=f"budget:{awarded.number}", memo="法定預算")
    requested = Ntd(awarded.requested) if awarded.requested else awarded.subsidy
    case = Case(
        number=awarded.number,
        scheme=awarded.scheme,
        edition=f"{awarded.scheme}/1",
        variant=awarded.variant,
        state=CaseState.IN_REVIEW,
        received_at=awarded.received_at,
        imported_at=awarded.received_at,
        complete_at=awarded.received_at,
        firm_name=awarded.firm_name,
        ubn=awarded.ubn,
        registration="公司",
        industry="製造業",
        headcount="7",
        paid_in_capital=Ntd(awarded.capital),
        project_name="智慧製造升級轉型計畫",
        plan_start=awarded.plan_start,
        plan_end=awarded.plan_end,
        total_budget=awarded.total,
        subsidy_requested=requested,
        self_fund=awarded.total - requested,
        new_equipment=awarded.new_equipment,
        content_sha256="0" * 64,
        officer_id=given.OFFICER.id,
    )
    case.wait(WaitingFor.OFFICER, at=awarded.received_at)
    act.session.add(case)
    act.session.flush()
    _add_plan(act, case.id, awarded)
    return case.id


def _add_plan(act: Act, case_id: int, awarded: Awarded) -> None:
    act.session.add_all(
        BudgetLine(
            case_id=case_id,
            position=position,
            category=line.category,
            category_text=line.category,
            subsidy=line.subsidy,
            self_fund=line.self_fund,
        )
        for position, line in enumerate(awarded.lines, start=1)
    )
    act.session.add_all(
        PlannedCheckpoint(
            case_id=case_id,
            position=position,
            item=point.item,
            work_item=f"工作項目{position}",
            due_on=point.due_on,
            weight_bp=point.weight_bp,
        )
        for position, point in enumerate(awarded.points, start=1)
    )


@use_case("test.allot_for_payment", requires=Permission.SYSTEM)
def put_allotment(act: Act, scheme: str, amount: Ntd, key: str) -> None:
    """An allotment 分配預算 that covers one payment."""
    allot(act, scheme, amount, key=f"allotment:{key}", memo="分配預算")


@use_case("test.lower_capital", requires=Permission.SYSTEM)
def put_capital(act: Act, case_id: int, amount: Ntd) -> None:
    """The firm's registered capital is another since the award."""
    act.session.get_one(Case, case_id).paid_in_capital = amount


@contextmanager
def refused(code: str, **facts: object) -> Iterator[None]:
    """What is done inside is refused with this code and, among others, these facts."""
    with pytest.raises(Refused) as refusal:
        yield
    told = refusal.value.facts
    assert (refusal.value.code, {name: told.get(name) for name in facts}) == (code, facts)


# --- worlds -----------------------------------------------------------------------------------


def at(office: Office, day: date, hour: int = 10) -> None:
    """Let the office's clock stand at an hour of this day."""
    assert isinstance(office.clock, FixedClock)
    office.clock.set(datetime(day.year, day.month, day.day, hour, tzinfo=TAIPEI))


def version_of(office: Office, model: type[Case | Checkpoint | Tranche | Claim], key: int) -> int:
    """The version that a page would show now."""
    with Session(office.engine) as session:
        return session.get_one(model, key).version


def case_row(office: Office, case_id: int) -> Case:
    """The case as it is now, detached."""
    with Session(office.engine) as session:
        return session.get_one(Case, case_id)


def points(office: Office, case_id: int) -> list[Checkpoint]:
    """The case's checkpoints in order, detached."""
    with Session(office.engine) as session:
        query = select(Checkpoint).where(Checkpoint.case_id == case_id)
        return list(session.scalars(query.order_by(Checkpoint.position)))


def tranches(office: Office, case_id: int) -> list[Tranche]:
    """The case's tranches in order, detached."""
    with Session(office.engine) as session:
        query = select(Tranche).where(Tranche.case_id == case_id)
        return list(session.scalars(query.order_by(Tranche.number)))


def spending(office: Office, case_id: int) -> list[SpendingLine]:
    """The case's invoices in order, detached."""
    with Session(office.engine) as session:
        query = select(SpendingLine).where(SpendingLine.case_id == case_id)
        return list(session.scalars(query.order_by(SpendingLine.id)))


def an_awarded_case(office: Office, awarded: Awarded | None = None) -> int:
    """A case that may be signed; the clock stands at the day of its contract."""
    chosen = awarded or Awarded()
    assert isinstance(office.clock, FixedClock)
    office.clock.set(chosen.decided_at)
    case_id = office.perform(put_application, SYSTEM, chosen)
    review.seat_panel(office, case_id)
    review.declare_all(office, case_id)
    for person, marks in zip(review.PANEL, review.PASSING, strict=True):
        review.score(office, case_id, person, marks)
    review.close(office, case_id)
    award = Award(chosen.subsidy, chosen.total, "經企字第1120615號", "")
    version = version_of(office, Case, case_id)
    office.perform(decide_award, given.CONVENOR, case_id, version, award)
    at(office, SIGNED_ON)
    return case_id


def a_contracted_case(office: Office, awarded: Awarded | None = None) -> int:
    """A case that is being carried out, with its checkpoints and tranches."""
    chosen = awarded or Awarded()
    case_id = an_awarded_case(office, chosen)
    terms = chosen.terms(f"112-簽-{chosen.number[-6:]}")
    office.perform(
        sign_contract, given.OFFICER, case_id, version_of(office, Case, case_id), terms, a_pdf()
    )
    return case_id


def report_point(office: Office, checkpoint_id: int, on: date) -> None:
    """The firm's report on a checkpoint comes in."""
    at(office, on)
    office.perform(
        report_checkpoint,
        given.OFFICER,
        checkpoint_id,
        version_of(office, Checkpoint, checkpoint_id),
        Letter("宏聯字第112050號", on),
        "設備已完成安裝並試車。",
        a_pdf(),
    )


def accept_points(office: Office, case_id: int, count: int, on: date) -> None:
    """The first checkpoints are reported and accepted."""
    for point in points(office, case_id)[:count]:
        report_point(office, point.id, on)
        office.perform(
            accept_checkpoint,
            given.OFFICER,
            point.id,
            version_of(office, Checkpoint, point.id),
            "",
        )


def give_an_opinion(
    office: Office,
    case_id: int,
    person: Actor = given.REVIEWER,
    result: OpinionResult = OpinionResult.PASS,
) -> None:
    """A reviewer gives the opinion that is awaited."""
    with Session(office.engine) as session:
        awaited = session.scalars(
            select(StageOpinion)
            .join(Assignment, Assignment.id == StageOpinion.assignment_id)
            .where(
                StageOpinion.case_id == case_id,
                StageOpinion.result.is_(None),
                StageOpinion.ended_at.is_(None),
                Assignment.reviewer_id == person.id,
            )
        ).one()
    text = "進度與計畫相符，佐證完整。"
    office.perform(give_opinion, person, awaited.id, awaited.version, result, text)


def pay(office: Office, tranche: Tranche) -> None:
    """A verified tranche is paid through a sheet of its own, each step by another person."""
    office.perform(put_allotment, SYSTEM, tranche.scheme, tranche.amount, f"{tranche.id}")
    sheet_id = office.perform(make_sheet, given.ACCOUNTING, (tranche.id,), "補助款")

    def version() -> int:
        with Session(office.engine) as session:
            return session.get_one(Sheet, sheet_id).version

    office.perform(check_sheet, given.ACCOUNTING_2, sheet_id, version(), ())
    office.perform(approve_sheet, given.MANAGER, sheet_id, version())
    office.perform(send_sheet, given.CASHIER, sheet_id, version())
    with Session(office.engine) as session:
        line = session.scalars(select(SheetLine).where(SheetLine.sheet_id == sheet_id)).one()
    outcome = LineOutcome(line.id, LineEvent.PAY, local_date(office.clock.now()))
    office.perform(settle_sheet, given.CASHIER, sheet_id, version(), (outcome,))


MIDTERM_ON = date(2023, 11, 6)
PASSED = Conclusion(StageResult.PASS, Letter("經企字第1121106號", date(2023, 11, 6)))


def a_midterm_report(office: Office, case_id: int, *, opinion: bool = True) -> None:
    """The mid-term report is in, and a reviewer has given an opinion."""
    at(office, MIDTERM_ON)
    office.perform(
        open_midterm,
        given.OFFICER,
        case_id,
        version_of(office, Case, case_id),
        Letter("宏聯字第112110號", MIDTERM_ON),
        a_pdf("期中報告.pdf"),
    )
    if opinion:
        give_an_opinion(office, case_id)


def a_case_past_midterm(office: Office, awarded: Awarded | None = None) -> int:
    """A case whose first tranche can be claimed."""
    case_id = a_contracted_case(office, awarded)
    accept_points(office, case_id, 2, date(2023, 10, 31))
    a_midterm_report(office, case_id)
    office.perform(
        conclude_midterm, given.OFFICER, case_id, version_of(office, Case, case_id), PASSED
    )
    return case_id


ACCOUNT = BankAccount("004", "0037", "003123458812", "宏聯精密工業股份有限公司", "臺灣銀行營業部")


def package(amount: Ntd, account: BankAccount = ACCOUNT, number: str = "領-001") -> ClaimPackage:
    """A firm's claim."""
    return ClaimPackage(
        receipt_number=number, receipt_on=MIDTERM_ON, amount=amount, account=account
    )


def file(office: Office, tranche: Tranche, claim: ClaimPackage | None = None) -> int:
    """A claim of this tranche is entered, with receipt and passbook page."""
    return office.perform(
        file_claim,
        given.OFFICER,
        tranche.id,
        version_of(office, Tranche, tranche.id),
        claim or package(tranche.amount),
        a_pdf("領據.pdf"),
        a_pdf("存摺封面.pdf"),
    )


def verify(office: Office, claim_id: int) -> None:
    """Another officer verifies the claim."""
    office.perform(
        verify_claim,
        given.OFFICER_2,
        claim_id,
        version_of(office, Claim, claim_id),
        clearance_checked=True,
    )


def a_verified_claim(office: Office, awarded: Awarded | None = None) -> int:
    """A case whose first tranche may go on a sheet."""
    chosen = awarded or Awarded()
    case_id = a_case_past_midterm(office, chosen)
    first = tranches(office, case_id)[0]
    account = replace(ACCOUNT, holder=chosen.firm_name)
    verify(office, file(office, first, package(first.amount, account)))
    return case_id


def a_case_with_first_tranche_paid(office: Office, awarded: Awarded | None = None) -> int:
    """A case whose first tranche has reached the firm."""
    case_id = a_verified_claim(office, awarded)
    at(office, date(2023, 11, 20))
    pay(office, tranches(office, case_id)[0])
    return case_id


CLOSING_ON = date(2024, 5, 6)
CLOSED = Conclusion(StageResult.PASS, Letter("經企字第1130506號", CLOSING_ON))


def a_closing_case(office: Office, awarded: Awarded | None = None, *, opinion: bool = True) -> int:
    """A case whose closing report is in, with a reviewer's opinion on it."""
    case_id = a_case_with_first_tranche_paid(office, awarded)
    at(office, CLOSING_ON)
    office.perform(
        report_closing,
        given.OFFICER,
        case_id,
        version_of(office, Case, case_id),
        Letter("宏聯字第113050號", CLOSING_ON),
        a_pdf("結案報告.pdf"),
    )
    if opinion:
        give_an_opinion(office, case_id)
    return case_id


def invoice(
    category: str,
    amount: int,
    number: str,
    *,
    invoice_on: date = date(2023, 12, 1),
    paid_on: date = date(2023, 12, 15),
    is_complete: bool = True,
) -> Invoice:
    """An invoice, by default inside the contract's period and with all of its evidence."""
    return Invoice(
        category=category,
        number=number,
        invoice_on=invoice_on,
        paid_on=paid_on,
        amount=Ntd(amount),
        is_complete=is_complete,
        vendor="順永金屬工業社",
    )


def spend(office: Office, case_id: int, **amounts: int) -> None:
    """One invoice for each category: spend(office, id, C1=2_000_000)."""
    for code, amount in amounts.items():
        office.perform(
            enter_spending, given.OFFICER, case_id, invoice(code, amount, f"{code}-{case_id:08d}")
        )


def settle(office: Office, case_id: int) -> None:
    """The closing review passes."""
    office.perform(
        conclude_closing, given.OFFICER, case_id, version_of(office, Case, case_id), CLOSED
    )


def a_settled_case(office: Office, awarded: Awarded | None = None, **amounts: int) -> int:
    """A case that was settled on these amounts by category; all of the budget by default."""
    chosen = awarded or Awarded()
    case_id = a_closing_case(office, chosen)
    whole = {line.category: line.total.dollars for line in chosen.lines}
    spend(office, case_id, **(amounts or whole))
    settle(office, case_id)
    return case_id
