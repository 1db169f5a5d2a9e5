"""Loans of the story: registered, claimed for by their bank, repaid early, broken, ended.

It all happens in one summer's week, by papers of the year before: whoever looks finds a loan at
every step, a claim that agrees and lines that do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from backoffice.demo import sheets
from backoffice.demo.casting import free
from backoffice.demo.further import bring_in, further
from backoffice.demo.papers import paper
from backoffice.demo.stage import Stage
from backoffice.disbursement.operations.loans import (
    BankLetter,
    accept_ready,
    call_loan,
    end_loan,
    enter_bank_claim,
    enter_movement,
    enter_rate,
    recommit_behind,
    register_loan,
)
from backoffice.disbursement.queries.loans import (
    LoanRow,
    applied_loans,
    lent,
    loan_of,
    paid_periods,
)
from backoffice.disbursement.rules.claims import BankAccount
from backoffice.disbursement.rules.loans import (
    Calling,
    ClaimedLine,
    LoanTerms,
    Movement,
    MovementKind,
    called_back,
)
from backoffice.disbursement.rules.recoveries import Ground
from backoffice.disbursement.rules.stages import Letter
from backoffice.kernel.money import ZERO, Ntd, total
from backoffice.reports.operations import enter_allotment, enter_appropriation
from backoffice.scheme import registry

APPROPRIATION, ALLOTMENT = Ntd(8_000_000), Ntd(3_000_000)
BANK_NAME, BANK_UBN, RATE_PPM = "臺灣銀行股份有限公司", "03557311", 15_950
NEW_RATE, NEW_RATE_SINCE = 17_200, date(2024, 3, 29)
CAPITAL, FULL_BP = "資本性", 10_000
LOANS, REGISTERED = 8, 6
FIRST_HALF = (date(2023, 6, 1), date(2023, 11, 30))
SECOND_HALF = (date(2023, 12, 1), date(2024, 5, 31))


def play(stage: Stage, sample: Path, day: date) -> None:
    """Every scheme that lends, on this day; nothing where none does."""
    for scheme in registry.schemes():
        if registry.editions_of(scheme)[-1].loans is not None:
            stage.at(day)
            _play(stage, sample, scheme)


def _play(stage: Stage, sample: Path, scheme: str) -> None:
    cases = _accepted(stage, sample, scheme)
    for case_id in cases[:REGISTERED]:
        _register(stage, case_id)
    running = cases[:REGISTERED]
    first = _claim(stage, scheme, "1130601", [_line(stage, each, FIRST_HALF) for each in running])
    stage.office.perform(accept_ready, stage.cast.officer_2, first, len(running))
    sheet = sheets.made(stage, running, 1, stage.today)
    sheets.sent(stage, sheet, stage.today)
    sheets.settled(stage, sheet, stage.today)
    letter = Letter("儲匯字第1130329號", date(2024, 3, 27))
    stage.office.perform(
        enter_rate, stage.cast.accounting, scheme, NEW_RATE_SINCE, NEW_RATE, letter
    )
    stage.office.perform(recommit_behind, stage.cast.officer, scheme)
    lines = [_line(stage, each, SECOND_HALF) for each in running[:3]]
    _repay(stage, running[1], Ntd(1_000_000), date(2024, 1, 15))
    _claim(stage, scheme, "1130625", lines)
    _break(stage, running[3])
    _end(stage, running[4])


def _accepted(stage: Stage, sample: Path, scheme: str) -> Sequence[int]:
    """Cases with money, taken and accepted; further ones where the sample has too few."""
    found = free(stage, scheme)
    if len(found) < LOANS:
        models = [stage.case(case_id).number for case_id in found]
        place = registry.schemes().index(scheme)
        made = further(sample, models, LOANS - len(found), stage.clock.now(), series=place)
        bring_in(stage, f"進件-112-{scheme}.xlsx", made)
        found = free(stage, scheme)
    person, day = stage.cast.accounting, stage.today
    stage.office.perform(
        enter_appropriation, person, scheme, APPROPRIATION, "主預字第1120701號", day, "利息補貼"
    )
    stage.office.perform(
        enter_allotment, person, scheme, ALLOTMENT, "主預字第1120702號", day, "利息補貼分配"
    )
    cases = found[:LOANS]
    for case_id in cases:
        stage.take(case_id)
        stage.judge(case_id)
    return cases


def _register(stage: Stage, case_id: int) -> None:
    with Session(stage.office.engine) as session:
        applied = applied_loans(session, case_id)
    capital = total(each.amount for each in applied if each.purpose == CAPITAL)
    working = total(each.amount for each in applied if each.purpose != CAPITAL)
    first = applied[0]
    terms = LoanTerms(
        loan_class=first.loan_class,
        capital=capital,
        working=working,
        plan_cost=first.plan_cost,
        bank_code=first.bank_code,
        guarantee_bp=FULL_BP,
        drawn=capital + working,
        drawn_on=first.drawn_on or FIRST_HALF[0],
    )
    stage.office.perform(
        register_loan,
        stage.cast.officer,
        case_id,
        stage.case(case_id).version,
        terms,
        f"銀放字第{case_id:05}號",
    )


def _loan(stage: Stage, case_id: int) -> LoanRow:
    with Session(stage.office.engine) as session:
        found = loan_of(session, case_id)
    assert found is not None, "it was registered"
    return found


def _line(stage: Stage, case_id: int, period: tuple[date, date]) -> ClaimedLine:
    """What is due by what is known now, so that the line agrees until something moves."""
    loan = _loan(stage, case_id)
    with Session(stage.office.engine) as session:
        due = lent(session, loan).due(*period)
    return ClaimedLine(loan.case_number, *period, loan.amount, RATE_PPM, due)


def _claim(stage: Stage, scheme: str, number: str, lines: Sequence[ClaimedLine]) -> int:
    account = BankAccount("004", "0037", "037004112233", BANK_NAME, "臺灣銀行營業部")
    bank = BankLetter(BANK_UBN, Letter(f"銀營字第{number}號", stage.today), account)
    return stage.office.perform(
        enter_bank_claim,
        stage.cast.officer,
        scheme,
        bank,
        tuple(lines),
        paper("利息補貼請款函"),
        paper("帳戶證明"),
    )


def _repay(stage: Stage, case_id: int, amount: Ntd, on: date) -> None:
    loan = _loan(stage, case_id)
    stage.office.perform(
        enter_movement,
        stage.cast.officer,
        loan.id,
        loan.version,
        Movement(on, MovementKind.REPAY, amount),
        f"銀放字第{loan.id:05}-2號",
        ZERO,
    )


def _break(stage: Stage, case_id: int) -> None:
    """The firm closed down in October: the interest since then is called back."""
    loan = _loan(stage, case_id)
    calling = Calling(date(2023, 10, 16), Ground.DISSOLVED, "銀行通知借款人歇業，貸款已視為到期。")
    with Session(stage.office.engine) as session:
        demand = called_back(lent(session, loan), paid_periods(session, loan.id), calling.since)
    stage.office.perform(call_loan, stage.cast.officer, loan.id, loan.version, calling, demand)


def _end(stage: Stage, case_id: int) -> None:
    """The loan was repaid in December: the subsidy is closed, the rest is free."""
    _repay(stage, case_id, _loan(stage, case_id).amount, SECOND_HALF[0])
    loan = _loan(stage, case_id)
    stage.office.perform(end_loan, stage.cast.officer, loan.id, loan.version)
