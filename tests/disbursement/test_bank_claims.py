"""Banks' claims entered, checked line by line, accepted, returned and taken back."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from backoffice.cases.models import Case, WaitingFor
from backoffice.disbursement.models import Tranche
from backoffice.disbursement.operations.loans import (
    BankLetter,
    accept_line,
    accept_ready,
    end_loan,
    enter_bank_claim,
    recommit,
    return_line,
    take_back_line,
)
from backoffice.disbursement.operations.sheets import correct_account
from backoffice.disbursement.rules.claims import BankAccount
from backoffice.disbursement.rules.lifecycles import TrancheState
from backoffice.disbursement.rules.loans import BankLineState, ClaimedLine
from backoffice.disbursement.rules.stages import Letter
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused, Stale
from backoffice.use_case import Office
from tests import given
from tests.given import loans as world
from tests.given import sheets
from tests.given.disbursement import a_pdf, at, refused

JULY = (date(2023, 7, 1), date(2023, 7, 31))
JULY_DUE = 47_413  # 35,000,000 × 1.595 % × 31 ÷ 365 = 47,413.01…
SECOND = Letter("銀營字第1120000124號", date(2023, 8, 6))


def the_line(office: Office, claim_id: int) -> tuple[int, int]:
    """The claim's only line: its number and version."""
    row = world.lines(office, claim_id)[0]
    return row.id, row.version


def take(office: Office, claim_id: int, shown: int, reason: str = "") -> int:
    line_id, version = the_line(office, claim_id)
    return office.perform(accept_line, given.OFFICER_2, line_id, version, Ntd(shown), reason)


def row_faults(caught: pytest.ExceptionInfo[Refused]) -> list[tuple[int, str]]:
    """Which rows of a refused claim are wrong, and why."""
    assert caught.value.code == "bank_claim.rows"
    rows = caught.value.facts["rows"]
    assert isinstance(rows, list)
    return [(row.facts["row"], row.facts["why"].code) for row in rows]


def test_a_line_that_agrees_is_ready_and_the_officers_turn(office: Office) -> None:
    loan_id = world.a_registered_loan(office)

    claim_id = world.a_bank_claim(office)

    row = world.lines(office, claim_id)[0]
    assert (row.state, row.computed) == (BankLineState.READY, Ntd(world.JUNE))
    with Session(office.engine) as session:
        case = session.get_one(Case, world.loan_row_of(office, loan_id).case_id)
    assert case.waiting_for is WaitingFor.OFFICER


def test_a_dollar_too_many_differs_and_only_ours_is_paid_with_a_reason(office: Office) -> None:
    loan_id = world.a_registered_loan(office)
    claim_id = world.a_bank_claim(office, world.line(world.JUNE + 1))
    assert world.lines(office, claim_id)[0].state is BankLineState.DIFFERS

    with refused("bank_line.reason_missing", payable=Ntd(world.JUNE)):
        take(office, claim_id, world.JUNE)
    take(office, claim_id, world.JUNE, "銀行進位不同，依試算受理")

    assert world.loan_row_of(office, loan_id).accepted == Ntd(world.JUNE)


def test_a_dollar_too_few_is_paid_as_claimed(office: Office) -> None:
    loan_id = world.a_registered_loan(office)
    claim_id = world.a_bank_claim(office, world.line(world.JUNE - 1))

    take(office, claim_id, world.JUNE - 1, "依銀行請領")

    assert world.loan_row_of(office, loan_id).accepted == Ntd(world.JUNE - 1)


def test_whoever_entered_a_claim_does_not_accept_it(office: Office) -> None:
    world.a_registered_loan(office)
    claim_id = world.a_bank_claim(office)
    line_id, version = the_line(office, claim_id)

    with refused("bank_line.same_person"):
        office.perform(accept_line, given.OFFICER, line_id, version, Ntd(world.JUNE), "")
    with refused("bank_line.same_person"):
        office.perform(accept_ready, given.OFFICER, claim_id, 1)


def test_no_day_of_a_loan_is_paid_twice(office: Office) -> None:
    loan_id = world.a_registered_loan(office)
    first = world.a_bank_claim(office)
    again = world.a_bank_claim(
        office, world.line(1_529, date(2023, 6, 30), date(2023, 6, 30)), letter=SECOND
    )
    assert world.lines(office, again)[0].state is BankLineState.READY
    world.accept(office, first)

    with refused("bank_line.overlaps", through_on=date(2023, 6, 30)):
        take(office, again, 1_529)

    assert world.loan_row_of(office, loan_id).accepted == Ntd(world.JUNE)


def test_a_line_whose_days_were_paid_differs_from_the_start(office: Office) -> None:
    world.a_registered_loan(office)
    world.accept(office, world.a_bank_claim(office))

    again = world.a_bank_claim(office, letter=SECOND)

    assert world.lines(office, again)[0].state is BankLineState.DIFFERS


def test_a_second_line_of_the_same_claim_is_another_instalment(office: Office) -> None:
    world.a_registered_loan(office)
    claim_id = world.a_bank_claim(office, world.line(world.JUNE), world.line(JULY_DUE, *JULY))

    world.accept(office, claim_id, 2)

    with Session(office.engine) as session:
        rows = [session.get_one(Tranche, each) for each in world.tranche_ids(office, claim_id)]
    assert [(row.number, row.amount) for row in rows] == [(1, Ntd(45_884)), (2, Ntd(JULY_DUE))]


def test_a_page_that_showed_other_lines_accepts_none(office: Office) -> None:
    world.a_registered_loan(office)
    claim_id = world.a_bank_claim(office)

    with pytest.raises(Stale):
        world.accept(office, claim_id, 2)
    with pytest.raises(Stale):
        take(office, claim_id, world.JUNE - 1)

    assert world.lines(office, claim_id)[0].state is BankLineState.READY


def test_nothing_is_ready_where_all_is_decided(office: Office) -> None:
    world.a_registered_loan(office)
    claim_id = world.a_bank_claim(office)
    world.accept(office, claim_id)

    with refused("bank_line.none_ready"):
        world.accept(office, claim_id)
    with refused("bank_line.decided"):
        take(office, claim_id, world.JUNE)


def test_a_returned_line_can_be_claimed_anew(office: Office) -> None:
    world.a_registered_loan(office)
    claim_id = world.a_bank_claim(office, world.line(world.JUNE + 1))
    line_id, version = the_line(office, claim_id)
    with refused("note.missing"):
        office.perform(return_line, given.OFFICER, line_id, version, " ")

    office.perform(return_line, given.OFFICER, line_id, version, "金額不符")
    again = world.a_bank_claim(office, letter=SECOND)
    world.accept(office, again)

    assert world.lines(office, claim_id)[0].state is BankLineState.RETURNED
    assert world.lines(office, again)[0].paid == Ntd(world.JUNE)


def test_an_acceptance_is_taken_back_before_it_stands_on_a_sheet(office: Office) -> None:
    loan_id = world.a_registered_loan(office)
    claim_id = world.a_bank_claim(office)
    world.accept(office, claim_id)
    line_id, version = the_line(office, claim_id)

    office.perform(take_back_line, given.OFFICER, line_id, version, "銀行更正")

    row = world.lines(office, claim_id)[0]
    assert row.state is BankLineState.RETURNED
    with Session(office.engine) as session:
        assert row.tranche_id is not None
        assert session.get_one(Tranche, row.tranche_id).state is TrancheState.CANCELLED
    assert world.loan_row_of(office, loan_id).accepted == Ntd(0)


def test_what_stands_on_a_sheet_is_not_taken_back(office: Office) -> None:
    world.a_registered_loan(office)
    claim_id = world.a_bank_claim(office)
    world.accept(office, claim_id)
    sheets.make(office, world.tranche_ids(office, claim_id))
    line_id, version = the_line(office, claim_id)

    with refused("bank_line.on_its_way", state=TrancheState.SHEETED):
        office.perform(take_back_line, given.OFFICER, line_id, version, "銀行更正")


def test_a_repayment_is_seen_by_the_lines_that_wait(office: Office) -> None:
    loan_id = world.a_registered_loan(office)
    claim_id = world.a_bank_claim(office, world.line(JULY_DUE, *JULY))

    world.move(office, loan_id, 35_000_000, date(2023, 7, 16))

    row = world.lines(office, claim_id)[0]
    assert (row.state, row.computed) == (BankLineState.DIFFERS, Ntd(22_942))


def test_days_without_a_balance_are_not_paid(office: Office) -> None:
    loan_id = world.a_registered_loan(office)
    world.move(office, loan_id, 35_000_000, date(2023, 7, 1))
    claim_id = world.a_bank_claim(office, world.line(JULY_DUE, *JULY))

    with refused("bank_line.nothing_due"):
        take(office, claim_id, 0, "x")


def test_after_a_rate_changed_the_commitment_is_worked_out_first(office: Office) -> None:
    loan_id = world.a_registered_loan(office)
    world.a_rate(office, date(2023, 7, 1), 17_200)
    claim_id = world.a_bank_claim(office)

    with refused("bank_line.recommit_first"):
        world.accept(office, claim_id)
    office.perform(recommit, given.OFFICER, loan_id, world.loan_row_of(office, loan_id).version)
    world.accept(office, claim_id)

    assert world.loan_row_of(office, loan_id).accepted == Ntd(world.JUNE)


def test_the_last_period_takes_what_is_left(office: Office) -> None:
    # Each half year is 8,252.75 dollars, the whole year 16,505.50: two rounded halves are too much.
    loan_id = world.a_registered_loan(office, world.terms("A1", 1_032_000))
    at(office, date(2024, 6, 5))
    claim_id = world.a_bank_claim(
        office,
        world.line(8_253, date(2023, 6, 1), date(2023, 11, 30)),
        world.line(8_253, date(2023, 12, 1), date(2024, 5, 31)),
    )
    first, last = world.lines(office, claim_id)

    office.perform(accept_line, given.OFFICER_2, first.id, first.version, Ntd(8_253), "")
    office.perform(accept_line, given.OFFICER_2, last.id, last.version, Ntd(8_252), "補貼上限餘額")

    loan = world.loan_row_of(office, loan_id)
    assert (loan.committed, loan.accepted) == (Ntd(16_505), Ntd(16_505))


def test_a_subsidy_with_lines_to_decide_is_not_ended(office: Office) -> None:
    loan_id = world.a_registered_loan(office)
    claim_id = world.a_bank_claim(office)
    at(office, date(2024, 6, 1))

    with refused("loan.lines_open", count=1):
        office.perform(end_loan, given.OFFICER, loan_id, world.loan_row_of(office, loan_id).version)
    world.accept(office, claim_id)
    with refused("loan.payments_under_way", count=1):
        office.perform(end_loan, given.OFFICER, loan_id, world.loan_row_of(office, loan_id).version)


# --- what is refused at the door --------------------------------------------------------------


def test_an_empty_claim_is_refused(office: Office) -> None:
    with refused("bank_claim.empty"):
        office.perform(
            enter_bank_claim,
            given.OFFICER,
            world.SCHEME,
            BankLetter(world.BANK_UBN, Letter("x", date(2023, 4, 17)), world.BANK),
            (),
            a_pdf(),
        )


def test_more_lines_than_a_person_can_work_off_are_refused(office: Office) -> None:
    lines = [world.line(1)] * 501
    with refused("bank_claim.too_long", count=501, limit=500):
        world.a_bank_claim(office, *lines)


def test_a_letter_is_entered_once(office: Office) -> None:
    world.a_registered_loan(office)
    world.a_bank_claim(office)

    with refused("bank_claim.letter_taken", number=world.LETTER.number):
        world.a_bank_claim(office)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (world.line(1, number="S07-112-000009"), "bank_claim.row_unknown"),
        (world.line(1, date(2023, 7, 2), date(2023, 7, 1)), "bank_claim.row_reversed"),
        (world.line(1, date(2023, 7, 2), date(2023, 12, 1)), "bank_claim.row_future"),
        (world.line(0, *JULY), "bank_claim.row_zero"),
        (world.line(1, date(2023, 6, 30), date(2023, 7, 1)), "bank_claim.row_twice"),
    ],
)
def test_a_row_that_cannot_be_is_named(office: Office, line: ClaimedLine, code: str) -> None:
    world.a_registered_loan(office)

    with pytest.raises(Refused) as caught:
        world.a_bank_claim(office, world.line(world.JUNE), line)

    assert row_faults(caught) == [(2, code)]


def test_only_the_bank_that_lent_claims(office: Office) -> None:
    world.a_registered_loan(office)
    other = BankAccount("012", "1102", "1", "台北富邦商業銀行股份有限公司", "")

    with pytest.raises(Refused) as caught:
        world.a_bank_claim(office, account=other)

    assert row_faults(caught) == [(1, "bank_claim.row_other_bank")]


def test_a_new_account_needs_its_paper_and_a_kept_one_does_not(office: Office) -> None:
    world.a_registered_loan(office)
    world.a_bank_claim(office)
    bank = BankLetter(world.BANK_UBN, SECOND, world.BANK)
    moved = BankLetter(
        world.BANK_UBN,
        Letter("z", SECOND.on),
        BankAccount("004", "0037", "1", world.BANK.holder, ""),
    )
    at(office, SECOND.on)
    lines = (world.line(JULY_DUE, *JULY),)

    office.perform(enter_bank_claim, given.OFFICER, world.SCHEME, bank, lines, a_pdf())
    with refused("claim.passbook_missing"):
        office.perform(enter_bank_claim, given.OFFICER, world.SCHEME, moved, lines, a_pdf())
    with refused("document.missing"):
        office.perform(enter_bank_claim, given.OFFICER, world.SCHEME, moved, lines, None)


def test_a_returned_payment_is_corrected_in_the_banks_name(office: Office) -> None:
    world.a_registered_loan(office)
    claim_id = world.a_bank_claim(office)
    world.accept(office, claim_id)
    (tranche_id,) = world.tranche_ids(office, claim_id)
    version = sheets.tranche_row(office, tranche_id).version
    corrected = BankAccount("004", "0037", "99", world.BANK.holder, "")

    office.perform(correct_account, given.OFFICER, tranche_id, version, corrected, a_pdf())
    sheet_id = sheets.make(office, [tranche_id])

    assert world.BANK_UBN in str(world.sheet_lines(office, sheet_id)[0].columns)
