"""A repayment that the bank tells of late: demanded where it was paid, refused where it was not."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.cases.models import WaitingFor
from backoffice.disbursement.models import RecoveryShare, Tranche
from backoffice.disbursement.operations.loans import (
    accept_line,
    call_loan,
    end_loan,
    enter_movement,
    take_back_line,
)
from backoffice.disbursement.operations.recoveries import demand_recovery, receive_repayment
from backoffice.disbursement.rules import recoveries as rules
from backoffice.disbursement.rules.lifecycles import TrancheState
from backoffice.disbursement.rules.loans import Calling, LoanState, Movement, MovementKind
from backoffice.disbursement.rules.recoveries import (
    Disposition,
    Ground,
    RecoveryCause,
    RecoveryState,
)
from backoffice.disbursement.rules.stages import Letter
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Stale
from backoffice.use_case import Office
from tests import given
from tests.given import loans as world
from tests.given import recoveries as owed
from tests.given import sheets
from tests.given.disbursement import at, refused

REPAID_ON = date(2023, 6, 16)
REPAID = 5_000_000
TOO_MUCH = 3_278  # June: 45,884 paid, 42,606 due
JULY, JULY_DUE = 47_413, 40_640
JULY_DAYS = (date(2023, 7, 1), date(2023, 7, 31))


def a_late_notice(office: Office, loan_id: int, shown: int = TOO_MUCH) -> int:
    """Five million were repaid in the middle of June; the case's number."""
    world.move(office, loan_id, REPAID, REPAID_ON, shown=shown)
    return world.loan_row_of(office, loan_id).case_id


def a_paid_july(office: Office, loan_id: int, on: date = date(2024, 1, 10)) -> int:
    """July claimed, accepted and paid, in the year after; the bank's claim."""
    letter = Letter("銀營字第1120000999號", date(2023, 9, 5))
    claim_id = world.a_bank_claim(office, world.line(JULY, *JULY_DAYS), letter=letter)
    world.accept(office, claim_id)
    world.pay(office, claim_id, on)
    return claim_id


def demand(office: Office, case_id: int, on: date) -> None:
    """The disposition on the case's newest demand."""
    at(office, on)
    found = owed.the_recovery(office, case_id)
    disposition = Disposition(Letter(f"經企字第{found.id}號", on), date(on.year, 12, 30))
    office.perform(demand_recovery, given.OFFICER, found.id, found.version, disposition)


def receive(office: Office, case_id: int, amount: int, on: date) -> None:
    """The firm pays so much of the newest demand back."""
    at(office, on)
    found = owed.the_recovery(office, case_id)
    repayment = rules.Repayment(Ntd(amount), on, f"收-{found.id}", "國庫存款戶")
    office.perform(receive_repayment, given.CASHIER, found.id, found.version, repayment)


def shares(office: Office, case_id: int) -> list[tuple[int, date]]:
    """What the case's demands ask back of which payment."""
    with Session(office.engine) as session:
        rows = session.scalars(
            select(RecoveryShare).where(RecoveryShare.case_id == case_id).order_by(RecoveryShare.id)
        )
        return [(row.amount.dollars, row.paid_on) for row in rows]


def test_interest_paid_too_much_is_to_be_demanded(office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)

    case_id = a_late_notice(office, loan_id)

    found = owed.the_recovery(office, case_id)
    assert (found.state, found.amount) == (RecoveryState.PREPARED, Ntd(TOO_MUCH))
    assert (found.cause, found.ground) == (RecoveryCause.SETTLEMENT, Ground.OVERPAID)
    assert found.reason == "112年6月16日還本 5,000,000 元（銀行通知 銀放字第001號），溢付利息補貼"
    assert shares(office, case_id) == [(TOO_MUCH, date(2023, 8, 20))]
    case = world.case_row(office, loan_id)
    assert (case.waiting_for, case.state) == (WaitingFor.OFFICER, "IN_SERVICE")
    loan = world.loan_row_of(office, loan_id)
    assert (loan.state, loan.accepted) == (LoanState.RUNNING, Ntd(world.JUNE))


def test_what_is_still_to_be_paid_is_not_lessened_by_the_demand(office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)

    a_late_notice(office, loan_id)

    # 42,606.16 for June, and 336 days of 30,000,000: 440,482.19; what is asked back beside it.
    loan = world.loan_row_of(office, loan_id)
    assert loan.committed == Ntd(483_088 + TOO_MUCH)
    july = world.line(JULY_DUE, *JULY_DAYS, principal=30_000_000)
    letter = Letter("銀營字第1120000999號", date(2023, 9, 5))
    claim_id = world.a_bank_claim(office, july, letter=letter)
    world.accept(office, claim_id)
    (line,) = world.lines(office, claim_id)
    assert line.paid == Ntd(JULY_DUE)


def test_each_dollar_comes_back_into_the_year_of_its_payment(office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    a_paid_july(office, loan_id)
    too_much = TOO_MUCH + JULY - JULY_DUE
    case_id = a_late_notice(office, loan_id, too_much)
    assert shares(office, case_id) == [
        (TOO_MUCH, date(2023, 8, 20)),
        (JULY - JULY_DUE, date(2024, 1, 10)),
    ]
    before = owed.money(office, world.SCHEME)

    demand(office, case_id, date(2024, 2, 1))
    receive(office, case_id, too_much, date(2024, 3, 1))

    after = owed.money(office, world.SCHEME)
    assert after["available"] - before["available"] == JULY - JULY_DUE
    assert after["recovered"] == TOO_MUCH
    assert owed.the_recovery(office, case_id).state is RecoveryState.RECOVERED
    assert world.case_row(office, loan_id).state == "IN_SERVICE"


def test_a_second_late_notice_asks_only_for_what_is_new(office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    case_id = a_late_notice(office, loan_id)
    demand(office, case_id, date(2023, 9, 1))

    # All the rest from 21 June on: 29,497 of the 42,606 are left (29,496.58).
    world.move(office, loan_id, 30_000_000, date(2023, 6, 21), shown=13_109)

    found = owed.recoveries(office, case_id)
    assert [each.amount.dollars for each in found] == [TOO_MUCH, 13_109]
    demand(office, case_id, date(2023, 9, 2))
    receive(office, case_id, 13_109, date(2023, 9, 3))
    with Session(office.engine) as session:
        (tranche,) = session.scalars(select(Tranche).where(Tranche.case_id == case_id))
    assert tranche.state is TrancheState.RECOVERY  # the first demand is still owed


def test_a_repayment_that_changes_no_paid_day_demands_nothing(office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)

    world.move(office, loan_id, REPAID, date(2023, 7, 1))

    assert owed.recoveries(office, world.loan_row_of(office, loan_id).case_id) == []


@pytest.mark.parametrize("shown", [0, TOO_MUCH - 1, TOO_MUCH + 1])
def test_another_demand_than_the_page_showed_is_stale(office: Office, shown: int) -> None:
    loan_id, _claim = world.a_paid_month(office)

    with pytest.raises(Stale):
        a_late_notice(office, loan_id, shown)

    assert len(world.movements(office, loan_id)) == 1


def test_an_accepted_period_that_is_not_paid_is_taken_back_first(office: Office) -> None:
    loan_id = world.a_registered_loan(office)
    claim_id = world.a_bank_claim(office)
    world.accept(office, claim_id)

    with refused(
        "loan.accepted_unpaid",
        letter=world.LETTER.number,
        from_on=date(2023, 6, 1),
        through_on=date(2023, 6, 30),
    ):
        a_late_notice(office, loan_id)

    (line,) = world.lines(office, claim_id)
    office.perform(take_back_line, given.OFFICER, line.id, line.version, "還本通知")
    case_id = a_late_notice(office, loan_id, 0)
    assert owed.recoveries(office, case_id) == []


def test_a_payment_that_is_on_its_way_is_awaited(office: Office) -> None:
    loan_id = world.a_registered_loan(office)
    claim_id = world.a_bank_claim(office)
    world.accept(office, claim_id)
    at(office, date(2023, 8, 20))
    sheet_id = world.an_approved_sheet(office, claim_id)
    facts = {
        "letter": world.LETTER.number,
        "from_on": date(2023, 6, 1),
        "through_on": date(2023, 6, 30),
    }
    with refused("loan.payment_awaited", **facts, state=TrancheState.SHEETED):
        a_late_notice(office, loan_id)
    sheets.send(office, sheet_id)
    with refused("loan.payment_awaited", **facts, state=TrancheState.SENT):
        a_late_notice(office, loan_id)

    (payment,) = sheets.line_rows(office, sheet_id)
    sheets.settle(office, sheet_id, sheets.paid(payment, date(2023, 8, 20)))
    case_id = a_late_notice(office, loan_id)

    assert owed.the_recovery(office, case_id).amount == Ntd(TOO_MUCH)


def test_a_line_not_decided_is_worked_out_anew(office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    letter = Letter("銀營字第1120000999號", date(2023, 9, 5))
    claim_id = world.a_bank_claim(office, world.line(JULY, *JULY_DAYS), letter=letter)

    a_late_notice(office, loan_id)

    (line,) = world.lines(office, claim_id)
    assert (line.state, line.computed) == ("DIFFERS", Ntd(JULY_DUE))
    shown, reason = Ntd(JULY_DUE), "依還本後餘額"
    office.perform(accept_line, given.OFFICER_2, line.id, line.version, shown, reason)


def test_a_breach_afterwards_asks_for_nothing_twice(office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    case_id = a_late_notice(office, loan_id)
    loan = world.loan_row_of(office, loan_id)
    calling = Calling(date(2023, 6, 1), Ground.DISSOLVED, "歇業")

    rest = Ntd(world.JUNE - TOO_MUCH)
    office.perform(call_loan, given.OFFICER, loan_id, loan.version, calling, rest)
    demand(office, case_id, date(2023, 9, 1))

    first, second = owed.recoveries(office, case_id)
    assert (first.amount + second.amount) == Ntd(world.JUNE)
    disposition = Disposition(Letter("經企字第9號", date(2023, 9, 1)), date(2023, 12, 30))
    office.perform(demand_recovery, given.OFFICER, first.id, first.version, disposition)
    assert sum(amount for amount, _day in shares(office, case_id)) == world.JUNE


def test_a_subsidy_does_not_end_while_interest_is_owed(office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    case_id = a_late_notice(office, loan_id)
    at(office, date(2024, 6, 1))

    def end() -> None:
        version = world.loan_row_of(office, loan_id).version
        office.perform(end_loan, given.OFFICER, loan_id, version)

    with refused("closing.clawback_open", amount=Ntd(TOO_MUCH)):
        end()
    demand(office, case_id, date(2024, 6, 2))
    with refused("closing.clawback_open", amount=Ntd(TOO_MUCH)):
        end()
    receive(office, case_id, TOO_MUCH, date(2024, 6, 3))
    end()

    assert world.loan_row_of(office, loan_id).committed == Ntd(world.JUNE)


def test_a_subsidy_that_ended_still_asks_back_what_was_too_much(office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    at(office, date(2024, 6, 1))
    office.perform(end_loan, given.OFFICER, loan_id, world.loan_row_of(office, loan_id).version)
    with refused("loan.over", state=LoanState.ENDED):
        world.move(office, loan_id, REPAID, date(2023, 7, 1))

    case_id = a_late_notice(office, loan_id)

    loan = world.loan_row_of(office, loan_id)
    assert (loan.state, loan.committed) == (LoanState.ENDED, Ntd(world.JUNE))
    demand(office, case_id, date(2024, 6, 2))
    receive(office, case_id, TOO_MUCH, date(2024, 6, 3))
    assert owed.the_recovery(office, case_id).state is RecoveryState.RECOVERED
    assert world.case_row(office, loan_id).state == "CLOSED"


def test_only_an_officer_enters_a_late_notice(office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    movement = Movement(REPAID_ON, MovementKind.REPAY, Ntd(REPAID))
    version = world.loan_row_of(office, loan_id).version

    for person in (given.ACCOUNTING, given.CASHIER, given.AUDITOR):
        with refused("access.denied", act="loan.enter_movement"):
            office.perform(enter_movement, person, loan_id, version, movement, "x", Ntd(TOO_MUCH))
