"""Refunds: what goes back, who may approve and pay it, and where its dollars come from."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backoffice.access import Actor
from backoffice.cases.operations.services import cancel_service
from backoffice.cases.rules.seats import Choice
from backoffice.disbursement.models import FeeRefund
from backoffice.disbursement.operations.fees.refunds import (
    approve_refund,
    make_refund,
    pay_refund,
    return_refund,
)
from backoffice.disbursement.queries.fees.case import account_of
from backoffice.disbursement.rules.fees.refunds import (
    RefundGround,
    RefundOrder,
    RefundState,
    claimed,
)
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused, Stale
from backoffice.kernel.taiwan import local_date
from backoffice.use_case import Office
from tests import given
from tests.given import cases, fees, seats
from tests.given.seats import number_of


@pytest.fixture(autouse=True)
def _some_days_on(clock: FixedClock) -> None:
    clock.advance(days=40)


def due(office: Office, case_id: int) -> tuple[RefundGround, int, int] | None:
    """Why, how much, and what is taken off."""
    with Session(office.engine) as session:
        account = account_of(session, case_id)
    found = claimed(account.facts(local_date(office.clock.now())))
    return None if found is None else (found.ground, found.amount.dollars, found.deducted.dollars)


def a_confirmed_case(office: Office, place: int = 1) -> int:
    case_id = seats.an_accepted_firm_received(office, place)
    fees.book(office, fees.a_line(f"T{place}", "05-12 10:00", 300_000, 案件編號=number_of(place)))
    return case_id


def cancel(office: Office, case_id: int) -> None:
    version = cases.version_of(office, case_id)
    day = local_date(office.clock.now())
    office.perform(
        cancel_service, given.OFFICER, case_id, version, day, "業字第2號", "業者停止參加"
    )


def test_nothing_goes_back_while_a_case_has_its_place(office: Office) -> None:
    assert due(office, a_confirmed_case(office)) is None


def test_a_withdrawal_before_the_service_gives_all_back(office: Office) -> None:
    case_id = a_confirmed_case(office)

    seats.withdraw(office, case_id)

    assert due(office, case_id) == (RefundGround.BEFORE_SERVICE, 300_000, 0)
    fees.give_back(office, case_id)
    assert fees.book_of_fees(office) == {"payer": -300_000, "refunded": 300_000}
    assert due(office, case_id) is None


def test_after_the_service_began_the_advertising_placed_is_kept(office: Office) -> None:
    case_id = a_confirmed_case(office)
    fees.begin_service(office, case_id)
    fees.advertise(office, case_id, 90_000)
    cancel(office, case_id)

    assert due(office, case_id) == (RefundGround.AFTER_SERVICE, 210_000, 90_000)

    fees.give_back(office, case_id)
    assert fees.book_of_fees(office) == {
        "payer": -300_000,
        "income": 85_714,
        "tax": 4_286,
        "refunded": 210_000,
    }


def test_when_more_was_spent_than_paid_nothing_goes_back(office: Office) -> None:
    case_id = a_confirmed_case(office)
    fees.begin_service(office, case_id)
    fees.advertise(office, case_id, 300_001)
    cancel(office, case_id)

    assert due(office, case_id) is None


def test_what_was_paid_beyond_the_fee_goes_back_and_the_place_stays(office: Office) -> None:
    case_id = a_confirmed_case(office)
    fees.book(office, fees.a_line("T2", "05-13 10:00", 300_000, 案件編號=number_of(1)))

    assert due(office, case_id) == (RefundGround.EXCESS, 300_000, 0)

    fees.give_back(office, case_id)
    assert seats.seated(office) == [number_of(1)]
    assert fees.book_of_fees(office) == {
        "payer": -600_000,
        "income": 285_714,
        "tax": 14_286,
        "refunded": 300_000,
    }


@pytest.mark.scenario("A84")
def test_after_the_last_place_was_given_the_payer_chooses(
    office: Office, clock: FixedClock
) -> None:
    with seats.a_round_of(1):
        seats.a_full_round(office, 1)
        case_id = seats.an_accepted_firm_received(office, 9)
        clock.advance(days=3)
        line = fees.a_line("T9", "2023-05-29 10:00", 300_000, 案件編號=number_of(9))
        fees.book(office, line)
        assert due(office, case_id) is None

        fees.choose(office, case_id, Choice.REFUND)

        assert due(office, case_id) == (RefundGround.NO_PLACE, 300_000, 0)
        refund = fees.give_back(office, case_id)
        assert refund.due_on == date(2023, 5, 29) + timedelta(days=30)
        assert seats.in_line(office) == []
        assert fees.payments(office, case_id)[0].returned_at is not None


@pytest.mark.scenario("A84")
def test_who_chooses_to_wait_keeps_the_money_in_the_book(office: Office, clock: FixedClock) -> None:
    with seats.a_round_of(1):
        seats.a_full_round(office, 1)
        case_id = seats.an_accepted_firm_received(office, 9)
        clock.advance(days=3)
        line = fees.a_line("T9", "2023-05-29 10:00", 300_000, 案件編號=number_of(9))
        fees.book(office, line)

        fees.choose(office, case_id, Choice.WAIT)

        assert due(office, case_id) is None
        assert seats.in_line(office) == [number_of(9)]


def test_a_refund_needs_a_second_person_to_approve(office: Office) -> None:
    case_id = a_confirmed_case(office)
    seats.withdraw(office, case_id)
    made = fees.make(office, case_id)
    maker = Actor(given.OFFICER.id, given.OFFICER.name, given.ACCOUNTING.role)

    with pytest.raises(Refused) as refusal:
        office.perform(approve_refund, maker, made.id, made.version)

    assert refusal.value.code == "refund.same_person"


def test_a_refund_needs_a_second_person_to_be_returned(office: Office) -> None:
    case_id = a_confirmed_case(office)
    seats.withdraw(office, case_id)
    made = fees.make(office, case_id)
    maker = Actor(given.OFFICER.id, given.OFFICER.name, given.ACCOUNTING.role)

    with pytest.raises(Refused) as refusal:
        office.perform(return_refund, maker, made.id, made.version, "理由")

    assert refusal.value.code == "refund.same_person"


def test_a_refund_needs_a_second_person_to_pay(office: Office) -> None:
    case_id = a_confirmed_case(office)
    seats.withdraw(office, case_id)
    made = fees.make(office, case_id)
    fees.approve(office, made.id)
    maker = Actor(given.OFFICER.id, given.OFFICER.name, given.CASHIER.role)

    with pytest.raises(Refused) as refusal:
        office.perform(pay_refund, maker, made.id, 2, date(2023, 5, 27), "B1")

    assert refusal.value.code == "refund.same_person"


@pytest.mark.broken
@pytest.mark.parametrize("column", ["approved_by", "paid_by"])
def test_the_database_refuses_one_person_alone(office: Office, column: str) -> None:
    case_id = a_confirmed_case(office)
    seats.withdraw(office, case_id)
    made = fees.make(office, case_id)
    fees.approve(office, made.id)

    with (
        pytest.raises(IntegrityError),
        office.engine.begin() as connection,
    ):
        connection.execute(
            update(FeeRefund).where(FeeRefund.id == made.id).values({column: FeeRefund.made_by}),
        )


def test_a_refund_is_made_once(office: Office) -> None:
    case_id = a_confirmed_case(office)
    seats.withdraw(office, case_id)
    fees.make(office, case_id)

    with pytest.raises(Refused) as refusal:
        office.perform(make_refund, given.OFFICER_2, case_id, Ntd(300_000), fees.ORDER, None)

    assert refusal.value.code == "refund.running"


def test_a_refund_of_another_amount_than_the_page_showed_is_stale(office: Office) -> None:
    case_id = a_confirmed_case(office)
    seats.withdraw(office, case_id)

    with pytest.raises(Stale):
        office.perform(make_refund, given.OFFICER, case_id, Ntd(299_999), fees.ORDER, None)


def test_nothing_is_refunded_where_nothing_is_due(office: Office) -> None:
    case_id = a_confirmed_case(office)

    with pytest.raises(Refused) as refusal:
        office.perform(make_refund, given.OFFICER, case_id, Ntd(1), fees.ORDER, None)

    assert refusal.value.code == "refund.nothing"


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (RefundOrder(" ", "1", "x"), "refund.payee_missing"),
        (RefundOrder("x", " ", "x"), "refund.account_missing"),
        (RefundOrder("x" * 201, "1", "x"), "fee.too_long"),
        (RefundOrder("x", "1", " "), "note.missing"),
    ],
)
def test_an_order_says_to_whom_and_why(office: Office, order: RefundOrder, code: str) -> None:
    case_id = a_confirmed_case(office)
    seats.withdraw(office, case_id)

    with pytest.raises(Refused) as refusal:
        office.perform(make_refund, given.OFFICER, case_id, Ntd(300_000), order, None)

    assert refusal.value.code == code


def test_a_refund_made_before_the_account_changed_is_not_approved(office: Office) -> None:
    case_id = a_confirmed_case(office)
    fees.book(office, fees.a_line("T2", "05-13 10:00", 5, 案件編號=number_of(1)))
    made = fees.make(office, case_id)
    fees.book(office, fees.a_line("T3", "05-14 10:00", 7, 案件編號=number_of(1)))

    with pytest.raises(Refused) as refusal:
        fees.approve(office, made.id)

    assert (refusal.value.code, refusal.value.facts["now"]) == ("refund.changed", Ntd(12))


def test_a_returned_refund_is_made_anew(office: Office) -> None:
    case_id = a_confirmed_case(office)
    seats.withdraw(office, case_id)
    made = fees.make(office, case_id)

    office.perform(return_refund, given.ACCOUNTING, made.id, made.version, "帳戶有誤")

    assert fees.refund(office, made.id).state is RefundState.RETURNED
    assert fees.give_back(office, case_id).state is RefundState.PAID


@pytest.mark.parametrize(
    ("day", "reference", "code"),
    [
        (date(2023, 5, 26), "B1", "refund.paid_early"),
        (date(2023, 5, 28), "B1", "refund.paid_future"),
        (date(2023, 5, 27), " ", "refund.reference_missing"),
        (date(2023, 5, 27), "x" * 65, "fee.too_long"),
        (date(2023, 5, 27), "bank-1", "refund.reference_taken"),
    ],
)
def test_a_payment_has_a_day_and_a_reference_of_its_own(
    office: Office, day: date, reference: str, code: str
) -> None:
    first, second = a_confirmed_case(office, 1), a_confirmed_case(office, 2)
    for case_id in (first, second):
        seats.withdraw(office, case_id)
    fees.give_back(office, first, reference="BANK-1")
    made = fees.make(office, second)
    fees.approve(office, made.id)

    with pytest.raises(Refused) as refusal:
        fees.pay_back(office, made.id, day, reference)

    assert refusal.value.code == code
