"""Loans from their registration to their end, by the use cases, on both engines."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case, WaitingFor
from backoffice.cases.operations import cancel_service, start_service
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.models import Claim, Tranche
from backoffice.disbursement.operations.loans import (
    call_loan,
    end_loan,
    enter_movement,
    enter_rate,
    recommit,
    recommit_behind,
    register_loan,
)
from backoffice.disbursement.operations.recoveries import demand_recovery, receive_repayment
from backoffice.disbursement.rules.lifecycles import TrancheState
from backoffice.disbursement.rules.loans import Calling, LoanState, Movement, MovementKind
from backoffice.disbursement.rules.recoveries import Disposition, Ground, Repayment
from backoffice.disbursement.rules.stages import Letter
from backoffice.kernel.money import ZERO, Ntd
from backoffice.kernel.refusal import Stale
from backoffice.use_case import Office
from tests import given
from tests.given import budget, cases, sheets
from tests.given import loans as world
from tests.given.disbursement import at, refused

YEAR = 559_779  # 35,000,000 × 1.595 % × 366 ÷ 365: the year from 1 June 2023 has a leap day
_BUDGET = world.BUDGET


def case_of(office: Office, loan_id: int) -> Case:
    with Session(office.engine) as session:
        return session.get_one(Case, world.loan_row_of(office, loan_id).case_id)


def test_a_registered_loan_commits_the_most_that_it_may_cost(office: Office) -> None:
    loan_id = world.a_registered_loan(office)

    loan, case = world.loan_row_of(office, loan_id), case_of(office, loan_id)
    assert (loan.starts_on, loan.ends_on) == (date(2023, 6, 1), date(2024, 5, 31))
    assert (loan.committed, loan.accepted, case.subsidy) == (Ntd(YEAR), Ntd(0), Ntd(YEAR))
    assert case.state is CaseState.IN_SERVICE
    assert (case.waiting_for, case.due_on) == (WaitingFor.APPLICANT, date(2024, 5, 31))
    assert budget.amounts(office, world.SCHEME) == {
        "appropriation": _BUDGET,
        "available": _BUDGET - YEAR,
        "contracted": YEAR,
    }


def test_a_loan_s_case_is_neither_begun_nor_cancelled_as_a_service(office: Office) -> None:
    loan_id = world.a_registered_loan(office)
    lent = case_of(office, loan_id)
    accepted_id = world.an_accepted_case(office, number="S07-112-000009")
    day = world.today_of(office)

    with refused("lifecycle.not_allowed"):
        office.perform(cancel_service, given.OFFICER, lent.id, lent.version, day, "函1", "停辦")
    version = cases.version_of(office, accepted_id)
    with refused("lifecycle.not_allowed"):
        office.perform(start_service, given.OFFICER, accepted_id, version, day)

    assert case_of(office, loan_id).state is CaseState.IN_SERVICE
    office.perform(cancel_service, given.OFFICER, accepted_id, version, day, "函1", "不貸了")
    with Session(office.engine) as session:
        assert session.get_one(Case, accepted_id).state is CaseState.CANCELLED


def test_a_loan_without_money_for_its_subsidy_is_not_registered(office: Office) -> None:
    case_id = world.an_accepted_case(office)
    world.money(office, YEAR - 1)

    with refused("budget.exhausted"):
        world.register(office, case_id)

    with Session(office.engine) as session:
        assert session.get_one(Case, case_id).state is CaseState.ACCEPTED


def test_the_last_dollar_of_the_budget_is_enough(office: Office) -> None:
    case_id = world.an_accepted_case(office)
    world.money(office, YEAR)

    world.register(office, case_id)

    assert budget.amounts(office, world.SCHEME)["contracted"] == YEAR


@pytest.mark.scenario("A99")
def test_a_firm_with_a_loan_of_one_class_gets_none_of_another(office: Office) -> None:
    world.a_registered_loan(office)
    ubn = cases.ubn_of(world.NUMBER)
    second = cases.a_case_in_review(
        office, number="S07-112-000002", scheme="S07", 統一編號=ubn, 經常僱用員工數="3"
    )

    with refused("loan.second", case=world.NUMBER, loan_class="A1"):
        world.register(office, second, world.terms("A2", 1_000_000, guarantee_bp=10_000))


def test_a_loan_is_registered_once(office: Office) -> None:
    loan_id = world.a_registered_loan(office)

    with refused("loan.registered"):
        world.register(office, world.loan_row_of(office, loan_id).case_id)


def test_a_grant_has_no_loan(office: Office) -> None:
    case_id = cases.a_case_in_review(office)

    with refused("loan.not_for_scheme"):
        world.register(office, case_id)


def test_a_case_not_accepted_gets_no_loan(office: Office) -> None:
    case_id = cases.an_imported_case(office, number=world.NUMBER, scheme=world.SCHEME)
    world.money(office)

    with refused("loan.not_accepted"):
        world.register(office, case_id)


def test_who_saw_an_older_case_registers_nothing(office: Office) -> None:
    case_id = world.an_accepted_case(office)
    version = cases.version_of(office, case_id) - 1

    with pytest.raises(Stale):
        office.perform(register_loan, given.OFFICER, case_id, version, world.terms(), "x")


def test_an_early_repayment_releases_what_it_saves(office: Office) -> None:
    loan_id = world.a_registered_loan(office)

    world.move(office, loan_id, 35_000_000, date(2023, 12, 1))

    left = 279_890  # 183 days: 279,889.73
    assert world.loan_row_of(office, loan_id).committed == Ntd(left)
    assert case_of(office, loan_id).subsidy == Ntd(left)
    assert budget.amounts(office, world.SCHEME)["available"] == _BUDGET - left


def test_a_second_drawing_commits_nothing_more(office: Office) -> None:
    loan_id = world.a_registered_loan(office, world.terms(drawn=20_000_000))

    world.move(office, loan_id, 15_000_000, date(2023, 7, 1), MovementKind.DRAW)

    assert world.loan_row_of(office, loan_id).committed == Ntd(YEAR)


def test_a_drawing_in_days_already_claimed_is_refused(office: Office) -> None:
    loan_id = world.a_registered_loan(office, world.terms(drawn=34_000_000))
    june = world.line(44_573, principal=34_000_000)
    world.accept(office, world.a_bank_claim(office, june))

    with refused("loan.movement_claimed", day=date(2023, 6, 30), through=date(2023, 6, 30)):
        world.move(office, loan_id, 1, date(2023, 6, 30), MovementKind.DRAW)


def test_a_movement_needs_the_banks_notice(office: Office) -> None:
    loan_id = world.a_registered_loan(office)
    repaid = Movement(date(2023, 6, 1), MovementKind.REPAY, Ntd(1))

    with refused("loan.notice_missing"):
        office.perform(enter_movement, given.OFFICER, loan_id, 1, repaid, " ", ZERO)


@pytest.mark.scenario("A98")
def test_a_rate_that_changes_is_a_second_segment_and_asks_for_more_money(office: Office) -> None:
    loan_id = world.a_registered_loan(office)
    at(office, date(2023, 11, 20))
    world.a_rate(office, date(2023, 12, 1), 17_200)

    done = office.perform(recommit_behind, given.OFFICER, world.SCHEME)

    # 35,000,000 × (183 days × 1.595 % + 183 days × 1.72 %) ÷ 365
    assert done == 1
    assert world.loan_row_of(office, loan_id).committed == Ntd(581_714)
    assert world.loan_row_of(office, loan_id).rate_since == date(2023, 12, 1)
    assert office.perform(recommit_behind, given.OFFICER, world.SCHEME) == 0


def test_a_rate_does_not_wait_for_the_money_but_its_commitment_does(office: Office) -> None:
    case_id = world.an_accepted_case(office)
    world.money(office, YEAR)
    loan_id = world.register(office, case_id)
    world.a_rate(office, date(2023, 12, 1), 17_200)

    with refused("budget.exhausted"):
        office.perform(recommit, given.OFFICER, loan_id, world.loan_row_of(office, loan_id).version)

    assert world.loan_row_of(office, loan_id).committed == Ntd(YEAR)


def test_a_rate_for_days_already_claimed_is_refused(office: Office) -> None:
    world.a_registered_loan(office)
    world.accept(office, world.a_bank_claim(office))

    with refused("rate.days_claimed", since=date(2023, 6, 30), through=date(2023, 6, 30)):
        world.a_rate(office, date(2023, 6, 30), 17_200)


def test_a_rate_is_of_a_scheme_of_loans(office: Office) -> None:
    with refused("loan.not_for_scheme"):
        office.perform(
            enter_rate,
            given.ACCOUNTING,
            "S01",
            date(2023, 12, 1),
            17_200,
            Letter("x", date(2023, 4, 17)),
        )


def test_interest_is_paid_to_the_bank_like_any_instalment(office: Office) -> None:
    loan_id, claim_id = world.a_paid_month(office)

    case = case_of(office, loan_id)
    with Session(office.engine) as session:
        tranche = session.scalars(select(Tranche).where(Tranche.case_id == case.id)).one()
        claim = session.scalars(select(Claim).where(Claim.tranche_id == tranche.id)).one()
    assert (tranche.number, tranche.amount, tranche.state) == (
        1,
        Ntd(world.JUNE),
        TrancheState.PAID,
    )
    assert (claim.payee_name, claim.payee_ubn) == (world.BANK.holder, world.BANK_UBN)
    assert (claim.entered_by, claim.verified_by) == (given.OFFICER.id, given.OFFICER_2.id)
    assert case.waiting_for is WaitingFor.APPLICANT
    assert budget.amounts(office, world.SCHEME)["disbursed"] == world.JUNE
    assert world.lines(office, claim_id)[0].paid == Ntd(world.JUNE)


def test_the_sheet_names_the_bank_and_its_account(office: Office) -> None:
    world.a_registered_loan(office)
    claim_id = world.a_bank_claim(office)
    world.accept(office, claim_id)

    sheet_id = sheets.make(office, world.tranche_ids(office, claim_id))

    columns = world.sheet_lines(office, sheet_id)[0].columns
    told = "".join(str(value) for value in columns.values())
    assert world.BANK.holder in told
    assert world.BANK_UBN in told
    assert "測試企業" not in told


def test_at_the_end_the_rest_is_released_and_the_case_closed(office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    at(office, date(2024, 6, 1))

    office.perform(end_loan, given.OFFICER, loan_id, world.loan_row_of(office, loan_id).version)

    loan, case = world.loan_row_of(office, loan_id), case_of(office, loan_id)
    assert (loan.state, loan.committed) == (LoanState.ENDED, Ntd(world.JUNE))
    assert (case.state, case.subsidy) == (CaseState.CLOSED, Ntd(world.JUNE))
    assert budget.amounts(office, world.SCHEME)["available"] == _BUDGET - world.JUNE
    with refused("loan.over"):
        office.perform(end_loan, given.OFFICER, loan_id, loan.version)


def test_a_loan_that_runs_is_not_ended(office: Office) -> None:
    loan_id = world.a_registered_loan(office)
    at(office, date(2024, 5, 31))

    with refused("loan.not_over", ends_on=date(2024, 5, 31)):
        office.perform(end_loan, given.OFFICER, loan_id, world.loan_row_of(office, loan_id).version)


def test_a_breach_demands_the_interest_since_then_and_cancels_the_case(office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    calling = Calling(date(2023, 6, 16), Ground.DISSOLVED, "歇業")
    version = world.loan_row_of(office, loan_id).version

    recovery_id = office.perform(call_loan, given.OFFICER, loan_id, version, calling, Ntd(22_942))

    case = case_of(office, loan_id)
    assert case.state is CaseState.CANCELLED
    assert case.subsidy == Ntd(world.JUNE)
    assert budget.amounts(office, world.SCHEME)["available"] == _BUDGET - world.JUNE
    assert recovery_id is not None
    repay(office, recovery_id, 22_942)
    assert budget.amounts(office, world.SCHEME)["disbursed"] == world.JUNE - 22_942


def repay(office: Office, recovery_id: int, amount: int) -> None:
    letter = Letter("經授企字第001號", world.today_of(office))
    office.perform(
        demand_recovery,
        given.OFFICER,
        recovery_id,
        1,
        Disposition(letter, date(2023, 12, 31)),
    )
    office.perform(
        receive_repayment,
        given.CASHIER,
        recovery_id,
        2,
        Repayment(Ntd(amount), world.today_of(office), "收-1", "國庫"),
    )


def test_a_breach_before_any_payment_demands_nothing(office: Office) -> None:
    loan_id = world.a_registered_loan(office)
    world.accept(office, world.a_bank_claim(office))
    calling = Calling(date(2023, 6, 1), Ground.PLAN_NOT_EXECUTED, "變更用途")
    version = world.loan_row_of(office, loan_id).version

    done = office.perform(call_loan, given.OFFICER, loan_id, version, calling, Ntd(0))

    assert done is None
    assert world.loan_row_of(office, loan_id).state is LoanState.CALLED
    assert budget.amounts(office, world.SCHEME)["available"] == _BUDGET


def test_a_breach_is_decided_on_the_demand_that_was_shown(office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    calling = Calling(date(2023, 6, 16), Ground.DISSOLVED, "歇業")
    version = world.loan_row_of(office, loan_id).version

    with pytest.raises(Stale):
        office.perform(call_loan, given.OFFICER, loan_id, version, calling, Ntd(22_941))
