"""Loans registered, their banks' claims checked line by line, and the subsidy paid to the bank."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM
from backoffice.disbursement.models import BankClaim, RegisteredLoan
from backoffice.disbursement.operations.loans import (
    BankLetter,
    accept_ready,
    enter_bank_claim,
    enter_movement,
    register_loan,
    return_line,
)
from backoffice.disbursement.rules.loans import Movement, MovementKind
from backoffice.disbursement.rules.stages import Letter
from backoffice.kernel.money import ZERO, Ntd
from backoffice.use_case import Office
from tests import given
from tests.crash.deeds import Deed, Lane, Mark
from tests.crash.lanes.desk import Way
from tests.given import cases, loans, sheets
from tests.given.disbursement import a_pdf

COUNT = 2
FIRST_DAY_ON = 2  # its first sheet is paid so many days after the last day of the world
JULY = date(2023, 7, 1), date(2023, 7, 31)
REPAID = Movement(date(2023, 8, 1), MovementKind.REPAY, Ntd(5_000_000))

REGISTERED = "SELECT count(*) FROM registered_loan WHERE case_id = :it"
MOVED = "SELECT count(*) FROM loan_movement WHERE kind = 'REPAY' AND case_id = :it"
ENTERED = "SELECT count(*) FROM bank_claim WHERE letter_number = :it"
LINES = (
    "SELECT count(*) FROM bank_claim_line l JOIN bank_claim c ON c.id = l.bank_claim_id "
    "WHERE c.letter_number = :it AND l.state = "
)
ACCEPTED, RETURNED = f"{LINES}'ACCEPTED'", f"{LINES}'RETURNED'"


@dataclass(frozen=True, slots=True)
class Loans:
    """Cases of the loan scheme that were accepted."""

    cases: tuple[int, ...]


def build(office: Office) -> Loans:
    """Accepted cases, and money for what their subsidy may cost."""
    found = tuple(loans.an_accepted_case(office, _number(place)) for place in range(1, COUNT + 1))
    loans.money(office)
    office.perform(sheets.put_allotment, SYSTEM, loans.SCHEME, Ntd(1_000_000), "1")
    return Loans(found)


def _number(place: int) -> str:
    return f"{loans.SCHEME}-112-{place:06}"


def lanes(world: Loans) -> Iterator[Lane]:
    """A lane for each loan."""
    for place, case_id in enumerate(world.cases, start=1):
        yield list(_lane(place, case_id))


def _lane(place: int, case_id: int) -> Iterator[Deed]:
    """Registered; June claimed and accepted, July claimed a dollar too much and returned."""
    letter = f"銀營字第112{place:04}號"

    def register(office: Office) -> tuple[object, ...]:
        return case_id, cases.version_of(office, case_id), loans.terms(), loans.NOTICE

    def claim(_office: Office) -> tuple[object, ...]:
        number = _number(place)
        lines = (
            loans.line(loans.JUNE, number=number),
            loans.line(50_000, *JULY, number=number),
        )
        bank = BankLetter(loans.BANK_UBN, Letter(letter, loans.LETTER.on), loans.BANK)
        return loans.SCHEME, bank, lines, a_pdf("請款函.pdf"), a_pdf("存摺.pdf")

    def entered(office: Office) -> int:
        with Session(office.engine) as session:
            wanted = select(BankClaim.id).where(BankClaim.letter_number == letter)
            return session.scalars(wanted).one()

    def differing(office: Office) -> tuple[object, ...]:
        line = loans.lines(office, entered(office))[1]
        return line.id, line.version, "金額與試算不符"

    def repaid(office: Office) -> tuple[object, ...]:
        with Session(office.engine) as session:
            wanted = select(RegisteredLoan).where(RegisteredLoan.case_id == case_id)
            loan = session.scalars(wanted).one()
        return loan.id, loan.version, REPAID, loans.NOTICE, ZERO

    def ready(office: Office) -> tuple[object, ...]:
        return entered(office), 1

    def picked(office: Office) -> list[int]:
        return loans.tranche_ids(office, entered(office))

    officer, other = given.OFFICER, given.OFFICER_2
    yield Deed(f"loan:{place}", register_loan, officer, register, Mark(REGISTERED, case_id))
    yield Deed(f"claim:{place}", enter_bank_claim, officer, claim, Mark(ENTERED, letter))
    yield Deed(f"accept-june:{place}", accept_ready, other, ready, Mark(ACCEPTED, letter))
    yield Deed(f"return-july:{place}", return_line, other, differing, Mark(RETURNED, letter))
    yield Deed(f"repay:{place}", enter_movement, officer, repaid, Mark(MOVED, case_id))
    way = Way(f"貸{place}", FIRST_DAY_ON + place)
    yield from way.to_the_bank(picked)
    yield from way.settled_by_the_bank()
