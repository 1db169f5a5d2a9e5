"""A late notice that was entered wrongly is withdrawn, and the demand that it prepared with it."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from backoffice.cases.models import WaitingFor
from backoffice.db import sessions
from backoffice.disbursement.models import NoticeWithdrawal, Tranche
from backoffice.disbursement.operations.loans import (
    accept_line,
    call_loan,
    end_loan,
    take_back_line,
    withdraw_notice,
)
from backoffice.disbursement.queries.loans import movement_rows
from backoffice.disbursement.rules.lifecycles import TrancheState
from backoffice.disbursement.rules.loans import Calling, LoanState
from backoffice.disbursement.rules.recoveries import Ground, RecoveryState
from backoffice.disbursement.rules.stages import Letter
from backoffice.invariants import violations
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Stale
from backoffice.use_case import Office
from tests import given
from tests.disbursement.test_late_repayments import (
    JULY,
    JULY_DAYS,
    JULY_DUE,
    REPAID,
    TOO_MUCH,
    a_late_notice,
    a_paid_july,
    demand,
    receive,
)
from tests.given import loans as world
from tests.given import recoveries as owed
from tests.given.disbursement import at, refused

WHY = "銀行通知誤列他戶"


def withdraw(office: Office, loan_id: int, *, place: int = -1, reason: str = WHY) -> None:
    """Withdraw one of the movements, the last that was entered unless told otherwise."""
    told = world.movements(office, loan_id)[place]
    with Session(office.engine) as session:
        (row,) = (row for row in movement_rows(session, loan_id) if row.id == told.id)
    version = row.demand.version if row.demand else 0
    office.perform(withdraw_notice, given.OFFICER, told.id, version, reason)


def is_lawful(app: Flask) -> bool:
    """Whether no invariant is violated."""
    with app.app_context():
        return list(violations(sessions.session())) == []


def test_everything_is_as_before_the_notice(app: Flask, office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    before, case = world.loan_row_of(office, loan_id), world.case_row(office, loan_id)
    money = owed.money(office, world.SCHEME)
    case_id = a_late_notice(office, loan_id)

    withdraw(office, loan_id)

    loan, now = world.loan_row_of(office, loan_id), world.case_row(office, loan_id)
    assert (loan.committed, loan.accepted) == (before.committed, before.accepted)
    assert (now.subsidy, now.waiting_for) == (case.subsidy, case.waiting_for)
    assert owed.money(office, world.SCHEME) == money
    found = owed.the_recovery(office, case_id)
    assert (found.state, found.amount) == (RecoveryState.WITHDRAWN, Ntd(TOO_MUCH))
    assert is_lawful(app)


def test_both_stay_on_record_with_who_and_when_and_why(office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    case_id = a_late_notice(office, loan_id)

    withdraw(office, loan_id, reason=f" {WHY} ")

    assert len(world.movements(office, loan_id)) == 2
    with Session(office.engine) as session:
        row = movement_rows(session, loan_id)[-1]
    assert row.withdrawn_by_name == given.OFFICER.name
    assert (row.withdrawn_at, row.withdrawn_reason) == (office.clock.now(), WHY)
    assert row.demand is not None
    assert (row.demand.id, row.is_last) == (owed.the_recovery(office, case_id).id, False)


def test_the_right_notice_is_entered_afterwards_for_the_same_day_and_amount(
    app: Flask, office: Office
) -> None:
    loan_id, _claim = world.a_paid_month(office)
    case_id = a_late_notice(office, loan_id)
    entered = world.loan_row_of(office, loan_id).committed
    withdraw(office, loan_id)

    a_late_notice(office, loan_id)

    assert [each.state for each in owed.recoveries(office, case_id)] == [
        RecoveryState.WITHDRAWN,
        RecoveryState.PREPARED,
    ]
    assert world.loan_row_of(office, loan_id).committed == entered
    assert is_lawful(app)
    demand(office, case_id, date(2023, 9, 1))
    receive(office, case_id, TOO_MUCH, date(2023, 9, 2))
    assert owed.the_recovery(office, case_id).state is RecoveryState.RECOVERED
    assert is_lawful(app)


def test_several_are_withdrawn_from_the_last_on(app: Flask, office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    case_id = a_late_notice(office, loan_id)
    world.move(office, loan_id, 30_000_000, date(2023, 6, 21), shown=13_109)
    with refused("loan.notice_not_last"):
        withdraw(office, loan_id, place=1)

    withdraw(office, loan_id)
    assert is_lawful(app)
    withdraw(office, loan_id, place=1)

    assert {each.state for each in owed.recoveries(office, case_id)} == {RecoveryState.WITHDRAWN}
    assert is_lawful(app)


def test_a_drawing_entered_afterwards_rests_on_it(office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    a_late_notice(office, loan_id)
    world.move(office, loan_id, 1, date(2023, 9, 1))

    with refused("loan.notice_not_last"):
        withdraw(office, loan_id, place=1)


def test_a_demand_that_was_made_is_not_withdrawn(office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    case_id = a_late_notice(office, loan_id)
    demand(office, case_id, date(2023, 9, 1))
    number = owed.the_recovery(office, case_id).number

    with refused("loan.notice_demanded", letter=number):
        withdraw(office, loan_id)

    receive(office, case_id, TOO_MUCH, date(2023, 9, 2))
    with refused("loan.notice_demanded", letter=number):
        withdraw(office, loan_id)


def test_a_withdrawn_demand_is_not_made(office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    case_id = a_late_notice(office, loan_id)
    withdraw(office, loan_id)

    with refused("lifecycle.not_allowed"):
        demand(office, case_id, date(2023, 9, 1))


def test_what_demands_nothing_is_not_withdrawn(office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    world.move(office, loan_id, REPAID, date(2023, 7, 1))

    for place in (0, 1):  # the first drawing, and a repayment that was not late
        with refused("loan.notice_no_demand"):
            withdraw(office, loan_id, place=place)


def test_once_and_with_a_reason(office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    a_late_notice(office, loan_id)
    with refused("note.missing"):
        withdraw(office, loan_id, reason=" ")

    withdraw(office, loan_id)

    with refused("loan.notice_withdrawn"):
        withdraw(office, loan_id)


def test_an_older_page_is_stale(office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    case_id = a_late_notice(office, loan_id)
    told, found = world.movements(office, loan_id)[-1], owed.the_recovery(office, case_id)

    with pytest.raises(Stale):
        office.perform(withdraw_notice, given.OFFICER, told.id, found.version + 1, WHY)

    assert owed.the_recovery(office, case_id).state is RecoveryState.PREPARED


def test_lines_not_decided_are_worked_out_anew(office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    letter = Letter("銀營字第1120000999號", date(2023, 9, 5))
    claim_id = world.a_bank_claim(office, world.line(JULY, *JULY_DAYS), letter=letter)
    a_late_notice(office, loan_id)

    withdraw(office, loan_id)

    (line,) = world.lines(office, claim_id)
    assert (line.state, line.computed) == ("READY", Ntd(JULY))
    assert world.case_row(office, loan_id).waiting_for is WaitingFor.OFFICER


def an_accepted_july(office: Office) -> int:
    """July claimed without the repayment and accepted by what the notice says; the claim."""
    letter = Letter("銀營字第1120000999號", date(2023, 9, 5))
    claim_id = world.a_bank_claim(office, world.line(JULY, *JULY_DAYS), letter=letter)
    (line,) = world.lines(office, claim_id)
    shown, why = Ntd(JULY_DUE), "依還本後餘額"
    office.perform(accept_line, given.OFFICER_2, line.id, line.version, shown, why)
    return claim_id


def test_a_period_accepted_by_it_is_taken_back_first(app: Flask, office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    a_late_notice(office, loan_id)
    claim_id = an_accepted_july(office)

    with refused(
        "loan.notice_rested_on",
        letter="銀營字第1120000999號",
        from_on=JULY_DAYS[0],
        through_on=JULY_DAYS[1],
    ):
        withdraw(office, loan_id)

    (line,) = world.lines(office, claim_id)
    office.perform(take_back_line, given.OFFICER, line.id, line.version, "還本通知有誤")
    withdraw(office, loan_id)
    assert is_lawful(app)


def test_what_was_paid_by_it_stays_paid(app: Flask, office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    a_late_notice(office, loan_id)
    claim_id = an_accepted_july(office)
    world.pay(office, claim_id, date(2023, 9, 20))

    withdraw(office, loan_id)

    (line,) = world.lines(office, claim_id)
    assert (line.state, line.paid) == ("ACCEPTED", Ntd(JULY_DUE))
    assert is_lawful(app)


def test_an_instalment_asked_back_by_an_earlier_demand_stays_so(app: Flask, office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    case_id = a_late_notice(office, loan_id)
    demand(office, case_id, date(2023, 9, 1))
    world.move(office, loan_id, 30_000_000, date(2023, 6, 21), shown=13_109)

    withdraw(office, loan_id)

    assert [each.state for each in owed.recoveries(office, case_id)] == [
        RecoveryState.DEMANDED,
        RecoveryState.WITHDRAWN,
    ]
    with Session(office.engine) as session:
        (tranche,) = session.scalars(select(Tranche).where(Tranche.case_id == case_id))
    assert tranche.state is TrancheState.RECOVERY
    assert is_lawful(app)


def test_of_two_years_all_shares_are_free_again(app: Flask, office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    a_paid_july(office, loan_id)
    a_late_notice(office, loan_id, TOO_MUCH + JULY - JULY_DUE)

    withdraw(office, loan_id)
    a_late_notice(office, loan_id, TOO_MUCH + JULY - JULY_DUE)

    assert is_lawful(app)


def test_of_a_subsidy_that_ended_nothing_is_committed_anew(app: Flask, office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    at(office, date(2024, 6, 1))
    office.perform(end_loan, given.OFFICER, loan_id, world.loan_row_of(office, loan_id).version)
    case_id = a_late_notice(office, loan_id)

    withdraw(office, loan_id)

    loan = world.loan_row_of(office, loan_id)
    assert (loan.state, loan.committed) == (LoanState.ENDED, Ntd(world.JUNE))
    assert owed.the_recovery(office, case_id).state is RecoveryState.WITHDRAWN
    assert world.case_row(office, loan_id).state == "CLOSED"
    assert is_lawful(app)


def test_a_breach_counted_with_it(office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    a_late_notice(office, loan_id)
    calling = Calling(date(2023, 6, 1), Ground.DISSOLVED, "歇業")
    version = world.loan_row_of(office, loan_id).version
    rest = Ntd(world.JUNE - TOO_MUCH)
    office.perform(call_loan, given.OFFICER, loan_id, version, calling, rest)

    with refused("loan.over", state=LoanState.CALLED):
        withdraw(office, loan_id)


def test_a_subsidy_ends_once_nothing_is_asked_back(office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    a_late_notice(office, loan_id)
    withdraw(office, loan_id)
    at(office, date(2024, 6, 1))

    office.perform(end_loan, given.OFFICER, loan_id, world.loan_row_of(office, loan_id).version)

    assert world.loan_row_of(office, loan_id).state is LoanState.ENDED


def test_only_an_officer_withdraws(office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    case_id = a_late_notice(office, loan_id)
    told, found = world.movements(office, loan_id)[-1], owed.the_recovery(office, case_id)

    for person in (given.ACCOUNTING, given.CASHIER, given.AUDITOR):
        with refused("access.denied", act="loan.withdraw_notice"):
            office.perform(withdraw_notice, person, told.id, found.version, WHY)


def test_a_withdrawal_is_never_changed(office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    a_late_notice(office, loan_id)
    withdraw(office, loan_id)

    with pytest.raises(DatabaseError), office.engine.begin() as connection:
        connection.execute(update(NoticeWithdrawal).values(reason="別的"))
