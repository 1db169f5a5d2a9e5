"""Loans at every step, built by the use cases: imported, registered, claimed for, paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.disbursement.models import (
    BankClaimLine,
    LoanMovement,
    RegisteredLoan,
    Sheet,
    SheetLine,
)
from backoffice.disbursement.operations.loans import (
    BankLetter,
    accept_ready,
    enter_bank_claim,
    enter_movement,
    enter_rate,
    register_loan,
)
from backoffice.disbursement.operations.sheets import make_sheet
from backoffice.disbursement.rules.claims import BankAccount
from backoffice.disbursement.rules.loans import (
    ClaimedLine,
    LoanTerms,
    Movement,
    MovementKind,
)
from backoffice.disbursement.rules.stages import Letter
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import local_date
from backoffice.use_case import Office
from tests import given
from tests.cases.workbook import loan as loan_row
from tests.given import budget, cases, sheets
from tests.given.disbursement import a_pdf, at

SCHEME = "S07"
NUMBER = "S07-112-000001"
BUDGET = 10_000_000
DRAWN_ON = date(2023, 6, 1)
RATE_PPM = 15_950
BANK_UBN = "04595252"
BANK = BankAccount("004", "0037", "037001234567", "臺灣銀行股份有限公司", "臺灣銀行營業部")
LETTER = Letter("銀營字第1120000123號", date(2023, 8, 5))
NOTICE = "銀放字第001號"


def terms(
    loan_class: str = "A1",
    working: int = 35_000_000,
    *,
    capital: int = 0,
    plan_cost: int | None = None,
    drawn: int | None = None,
    drawn_on: date = DRAWN_ON,
    guarantee_bp: int = 9_500,
    bank_code: str = "004",
) -> LoanTerms:
    """A loan as the bank granted it, all of it drawn at once unless told otherwise."""
    whole = working + capital
    return LoanTerms(
        loan_class=loan_class,
        capital=Ntd(capital),
        working=Ntd(working),
        plan_cost=None if plan_cost is None else Ntd(plan_cost),
        bank_code=bank_code,
        guarantee_bp=guarantee_bp,
        drawn=Ntd(whole if drawn is None else drawn),
        drawn_on=drawn_on,
    )


def an_accepted_case(
    office: Office, number: str = NUMBER, *, loan_class: str = "A1", amount: int = 35_000_000
) -> int:
    """A case of the loan scheme that was found eligible: ACCEPTED."""
    row = loan_row(loan_class, amount)
    if loan_class == "A2":
        return cases.a_case_in_review(
            office, number=number, scheme=SCHEME, 貸款=[row], 經常僱用員工數="3"
        )
    return cases.a_case_in_review(office, number=number, scheme=SCHEME, 貸款=[row])


def money(office: Office, amount: int = BUDGET) -> None:
    """The scheme's budget."""
    budget.an_appropriation(office, amount, scheme=SCHEME, number="院授主預經字第1120000007號")


def register(office: Office, case_id: int, granted: LoanTerms | None = None) -> int:
    """The loan registered after its drawing; its number."""
    wanted = granted or terms()
    at(office, max(wanted.drawn_on, today_of(office)))
    return office.perform(
        register_loan,
        given.OFFICER,
        case_id,
        cases.version_of(office, case_id),
        wanted,
        NOTICE,
    )


def today_of(office: Office) -> date:
    """The office's day."""
    return local_date(office.clock.now())


def a_registered_loan(office: Office, granted: LoanTerms | None = None, **case: str) -> int:
    """A case accepted, with money, and its loan registered."""
    wanted = granted or terms()
    case_id = an_accepted_case(
        office, loan_class=wanted.loan_class, amount=wanted.amount.dollars, **case
    )
    money(office)
    return register(office, case_id, wanted)


LAST_SUMMER = date(2025, 6, 1)  # a year from here ends after the special budget
LAST_LETTER = Letter("銀營字第1140000123號", date(2025, 8, 5))


def a_loan_past_the_budget(office: Office) -> int:
    """A loan drawn in the special budget's last year: its subsidy ends on 31 May 2026."""
    return a_registered_loan(office, terms(drawn_on=LAST_SUMMER))


def a_month_to_pay(office: Office, loan_id: int) -> int:
    """The first month of such a loan claimed and accepted: the bank's claim."""
    june = line(JUNE, LAST_SUMMER, date(2025, 6, 30), number=case_row(office, loan_id).number)
    claim_id = a_bank_claim(office, june, letter=LAST_LETTER)
    accept(office, claim_id)
    return claim_id


def case_row(office: Office, loan_id: int) -> Case:
    """The loan's case as it is now."""
    with Session(office.engine) as session:
        return session.get_one(Case, session.get_one(RegisteredLoan, loan_id).case_id)


def loan_row_of(office: Office, loan_id: int) -> RegisteredLoan:
    """The loan as it is now."""
    with Session(office.engine) as session:
        return session.get_one(RegisteredLoan, loan_id)


def lines(office: Office, bank_claim_id: int) -> list[BankClaimLine]:
    """The lines of a claim as they are now."""
    with Session(office.engine) as session:
        return list(
            session.scalars(
                select(BankClaimLine)
                .where(BankClaimLine.bank_claim_id == bank_claim_id)
                .order_by(BankClaimLine.position)
            )
        )


def movements(office: Office, loan_id: int) -> list[LoanMovement]:
    """What moved the loan's balance."""
    with Session(office.engine) as session:
        return list(
            session.scalars(
                select(LoanMovement)
                .where(LoanMovement.loan_id == loan_id)
                .order_by(LoanMovement.id)
            )
        )


def line(
    claimed: int,
    from_on: date = DRAWN_ON,
    through_on: date = date(2023, 6, 30),
    *,
    number: str = NUMBER,
    principal: int = 35_000_000,
    rate_ppm: int = RATE_PPM,
) -> ClaimedLine:
    """A line of a bank's claim."""
    return ClaimedLine(number, from_on, through_on, Ntd(principal), rate_ppm, Ntd(claimed))


JUNE = 45_884  # 35,000,000 × 1.595 % × 30 ÷ 365 = 45,883.56…


def a_bank_claim(
    office: Office,
    *claimed: ClaimedLine,
    letter: Letter = LETTER,
    ubn: str = BANK_UBN,
    account: BankAccount = BANK,
) -> int:
    """A bank's claim entered by the first officer, for June unless told otherwise."""
    wanted: Sequence[ClaimedLine] = claimed or (line(JUNE),)
    at(office, max(letter.on, today_of(office)))
    return office.perform(
        enter_bank_claim,
        given.OFFICER,
        SCHEME,
        BankLetter(ubn, letter, account),
        tuple(wanted),
        a_pdf("請款函.pdf"),
        a_pdf("存摺.pdf"),
    )


def accept(office: Office, bank_claim_id: int, count: int = 1) -> None:
    """The lines that agree accepted by the second officer."""
    office.perform(accept_ready, given.OFFICER_2, bank_claim_id, count)


def tranche_ids(office: Office, bank_claim_id: int) -> list[int]:
    """The instalments of a claim's accepted lines."""
    return [each.tranche_id for each in lines(office, bank_claim_id) if each.tranche_id]


def pay(office: Office, bank_claim_id: int, on: date = date(2023, 8, 20)) -> int:
    """The claim's instalments through check, approval, sending and the bank's answer; the sheet."""
    at(office, on)
    sheet_id = an_approved_sheet(office, bank_claim_id)
    sheets.send(office, sheet_id)
    rows = sheets.line_rows(office, sheet_id)
    sheets.settle(office, sheet_id, *(sheets.paid(row, on) for row in rows))
    return sheet_id


def an_approved_sheet(office: Office, bank_claim_id: int) -> int:
    """A sheet of the claim's instalments that only has to be sent."""
    budget.an_allotment(office, 5_000_000, scheme=SCHEME, number=f"配-{bank_claim_id}")
    sheet_id = office.perform(
        make_sheet, given.ACCOUNTING, tuple(tranche_ids(office, bank_claim_id)), "利息補貼"
    )
    sheets.check(office, sheet_id)
    sheets.approve(office, sheet_id)
    return sheet_id


def a_paid_month(office: Office) -> tuple[int, int]:
    """A registered loan whose June was claimed, accepted and paid: loan and claim."""
    loan_id = a_registered_loan(office)
    claim_id = a_bank_claim(office)
    accept(office, claim_id)
    pay(office, claim_id)
    return loan_id, claim_id


def move(
    office: Office,
    loan_id: int,
    amount: int,
    on: date,
    kind: MovementKind = MovementKind.REPAY,
    *,
    shown: int = 0,
) -> None:
    """Money repaid, or drawn, by the bank's notice; `shown`: what a late one asks back."""
    at(office, max(on, today_of(office)))
    version, movement = loan_row_of(office, loan_id).version, Movement(on, kind, Ntd(amount))
    office.perform(enter_movement, given.OFFICER, loan_id, version, movement, NOTICE, Ntd(shown))


def a_rate(office: Office, since: date, rate_ppm: int, number: str = "儲匯字第1號") -> int:
    """A reference rate entered by accounting, by its document of the same day."""
    letter = Letter(number, today_of(office))
    return office.perform(enter_rate, given.ACCOUNTING, SCHEME, since, rate_ppm, letter)


def sheet_lines(office: Office, sheet_id: int) -> list[SheetLine]:
    """The payments of a sheet."""
    return sheets.line_rows(office, sheet_id)


def sheet(office: Office, sheet_id: int) -> Sheet:
    """The sheet."""
    return sheets.sheet_row(office, sheet_id)
