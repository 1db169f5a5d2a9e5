"""Money of which nobody knows whose it is: matched by hand with a note, or given back."""

from __future__ import annotations

from datetime import date

import pytest

from backoffice.disbursement.operations.fees.lines import match_line, same_payment
from backoffice.disbursement.operations.fees.refunds import refund_line
from backoffice.disbursement.rules.fees.lines import LineState
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.refusal import Refused
from backoffice.use_case import Office
from tests import given
from tests.given import fees, seats
from tests.given.seats import number_of


@pytest.fixture(autouse=True)
def _some_days_on(clock: FixedClock) -> None:
    clock.advance(days=40)


def a_confirmed_case(office: Office, place: int = 1) -> int:
    case_id = seats.an_accepted_firm_received(office, place)
    fees.book(office, fees.a_line(f"T{place}", "05-12 10:00", 300_000, 案件編號=number_of(place)))
    return case_id


def an_open_line(office: Office, amount: int = 300_000) -> int:
    fees.book(office, fees.a_line("U1", "05-12 10:00", amount, 付款人="不知名"))
    return fees.lines(office)[-1].id


def test_an_open_line_is_booked_to_the_case_that_somebody_found(office: Office) -> None:
    case_id = seats.an_accepted_firm_received(office, 1)
    line_id = an_open_line(office)

    office.perform(match_line, given.OFFICER, line_id, 1, number_of(1), "電洽銀行查明")

    [line] = fees.lines(office)
    assert (line.state, line.case_id, line.note_left) == (
        LineState.MATCHED,
        case_id,
        "電洽銀行查明",
    )
    assert seats.seated(office) == [number_of(1)]
    assert fees.book_of_fees(office) == {"payer": -300_000, "income": 285_714, "tax": 14_286}


@pytest.mark.parametrize(
    ("number", "note", "code"),
    [
        ("S09-112-999999", "查明", "fee.no_case"),
        (number_of(1), " ", "fee.note_missing"),
        (number_of(1), "x" * 1_001, "fee.too_long"),
        (number_of(2), "查明", "fee.case_ended"),
    ],
)
def test_a_line_is_matched_with_a_reason_to_a_running_case(
    office: Office, number: str, note: str, code: str
) -> None:
    seats.a_firm(office, 1)
    gone = seats.a_firm(office, 2)
    seats.take(office, gone)
    seats.withdraw(office, gone)
    line_id = an_open_line(office)

    with pytest.raises(Refused) as refusal:
        office.perform(match_line, given.OFFICER, line_id, 1, number, note)

    assert refusal.value.code == code


def test_a_line_is_worked_off_once(office: Office) -> None:
    seats.a_firm(office, 1)
    line_id = an_open_line(office)
    office.perform(match_line, given.OFFICER, line_id, 1, number_of(1), "查明")

    with pytest.raises(Refused) as refusal:
        office.perform(match_line, given.OFFICER, line_id, 2, number_of(1), "查明")

    assert refusal.value.code == "fee.line_settled"


def test_a_double_of_a_payment_by_hand_is_found_to_be_the_same_money(office: Office) -> None:
    case_id = seats.an_accepted_firm_received(office, 1)
    fees.enter(office, case_id, seats.at("05-12 10:00"), 300_000)
    fees.book(office, fees.a_line("T1", "05-12 10:00", 300_000, 案件編號=number_of(1)))
    [line] = fees.lines(office)

    office.perform(same_payment, given.CASHIER, line.id, 1, "與繳款證明相同")

    assert fees.lines(office)[0].state is LineState.SAME
    assert len(fees.payments(office, case_id)) == 1
    assert fees.book_of_fees(office)["payer"] == -300_000


def test_two_transactions_of_the_bank_are_two_payments(office: Office) -> None:
    a_confirmed_case(office)
    fees.book(office, fees.a_line("T2", "05-12 10:00", 300_000, 案件編號=number_of(1)))

    with pytest.raises(Refused) as refusal:
        office.perform(same_payment, given.CASHIER, fees.lines(office)[-1].id, 1, "同一筆")

    assert refusal.value.code == "fee.other_payment"


def test_money_of_an_unknown_payer_goes_back_by_two_persons(office: Office) -> None:
    line_id = an_open_line(office, 777)

    number = office.perform(refund_line, given.OFFICER, line_id, 1, fees.ORDER, None)

    with pytest.raises(Refused) as refusal:
        office.perform(match_line, given.OFFICER, line_id, 1, number_of(1), "查明")
    assert refusal.value.code == "fee.line_refunding"
    fees.approve(office, number)
    fees.pay_back(office, number)
    assert fees.lines(office)[0].state is LineState.REFUNDED
    assert fees.refund(office, number).due_on == date(2023, 6, 11)
    assert fees.book_of_fees(office) == {"payer": -777, "refunded": 777}
