"""Every no of the fee desk, heard on its page with what was typed still in it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backoffice.access import Actor, Role
from backoffice.kernel.clock import FixedClock
from backoffice.people.operations import change_role
from backoffice.use_case import Office
from tests import given
from tests.disbursement.pages import pdf, refused, tells
from tests.given import fees, people, seats
from tests.given.seats import number_of
from tests.given.web import page, signed_in, submit, words_of

BASE = "/disbursement/fees"


@pytest.fixture(autouse=True)
def _some_days_on(clock: FixedClock) -> None:
    clock.advance(days=40)


@pytest.fixture
def officer(app: Flask) -> FlaskClient:
    return signed_in(app, given.OFFICER)


@pytest.fixture
def cashier(app: Flask) -> FlaskClient:
    return signed_in(app, given.CASHIER)


@pytest.fixture
def accounting(app: Flask) -> FlaskClient:
    return signed_in(app, given.ACCOUNTING)


def a_confirmed_case(office: Office, place: int = 1, more: int = 0) -> int:
    case_id = seats.an_accepted_firm_received(office, place)
    line = fees.a_line(f"T{place}", "05-12 10:00", 300_000 + more, 案件編號=number_of(place))
    fees.book(office, line)
    return case_id


@pytest.mark.parametrize(
    ("changed", "code", "keeps"),
    [
        ({"amount": "0"}, "fee.amount_zero", "amount"),
        ({"value_at": "113/01/01 10:00"}, "fee.value_future", "value_at"),
        ({"receipt_number": "T1"}, "fee.receipt_taken", "receipt_number"),
        ({"receipt_number": "x" * 65}, "fee.too_long", "receipt_number"),
        (
            {"value_at": "112/05/12 10:00", "amount": "300000"},
            "fee.paid_already",
            "receipt_number",
        ),
    ],
)
def test_a_payment_that_cannot_be_true_is_refused(
    office: Office, cashier: FlaskClient, changed: dict[str, str], code: str, keeps: str
) -> None:
    case_id = a_confirmed_case(office)
    typed: dict[str, Any] = {
        "value_at": "112/05/13 10:00",
        "amount": "5",
        "receipt_number": "H-9",
        "slip": pdf(),
    }

    refused(cashier, f"{BASE}/cases/{case_id}/payment", code, keeps, typed | changed)


def test_a_case_that_has_ended_takes_no_payment(office: Office, cashier: FlaskClient) -> None:
    case_id = seats.a_firm(office, 1)
    seats.take(office, case_id)
    seats.withdraw(office, case_id)
    fields = {"value_at": "112/05/13 10:00", "amount": "5", "receipt_number": "H-9"}

    refused(
        cashier,
        f"{BASE}/cases/{case_id}/payment",
        "fee.case_ended",
        "amount",
        {**fields, "slip": pdf()},
    )


def advertising(**changed: str) -> dict[str, Any]:
    typed = {
        "placed_on": "112/05/20",
        "amount": "5",
        "medium": "搜尋廣告",
        "invoice_number": "AB12345678",
    }
    return {**typed, **changed, "proof": pdf()}


def test_advertising_before_the_service_is_refused(office: Office, officer: FlaskClient) -> None:
    case_id = a_confirmed_case(office)

    refused(
        officer,
        f"{BASE}/cases/{case_id}/advertising",
        "fee.no_service",
        "medium",
        advertising(),
    )


@pytest.mark.parametrize(
    ("changed", "code", "keeps"),
    [
        ({"placed_on": "113/01/01"}, "fee.placed_future", "placed_on"),
        ({"amount": "0"}, "fee.amount_zero", "amount"),
        ({"medium": "x" * 201}, "fee.too_long", "medium"),
        ({"invoice_number": "zz99999999"}, "fee.invoice_taken", "invoice_number"),
    ],
)
def test_advertising_that_cannot_be_true_is_refused(
    office: Office, officer: FlaskClient, changed: dict[str, str], code: str, keeps: str
) -> None:
    case_id = a_confirmed_case(office)
    fees.begin_service(office, case_id)
    fees.advertise(office, case_id, 5, "ZZ99999999")

    refused(officer, f"{BASE}/cases/{case_id}/advertising", code, keeps, advertising(**changed))


def an_open_line(office: Office) -> str:
    fees.book(office, fees.a_line("U1", "05-12 10:00", 777, 付款人="不知名"))
    return f"{BASE}/lines/{fees.lines(office)[0].id}"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"case_number": "S09-X", "note": "查明"}, "fee.no_case"),
        ({"case_number": number_of(1), "note": "x" * 1_001}, "fee.too_long"),
        ({"case_number": number_of(2), "note": "查明"}, "fee.case_ended"),
    ],
)
def test_a_line_is_not_matched_to_just_anything(
    office: Office, officer: FlaskClient, typed: dict[str, str], code: str
) -> None:
    seats.a_firm(office, 1)
    gone = seats.a_firm(office, 2)
    seats.take(office, gone)
    seats.withdraw(office, gone)

    refused(officer, an_open_line(office), code, "case_number", typed)


def test_a_line_that_was_worked_off_meanwhile_says_so(office: Office, officer: FlaskClient) -> None:
    seats.a_firm(office, 1)
    url = an_open_line(office)
    typed = {"case_number": number_of(1), "note": "查明"}
    assert submit(officer, url, **typed).status_code == 303

    answer = officer.post(url, data=_form_of(officer, typed))

    assert tells(answer, "fee.line_settled")


def _form_of(client: FlaskClient, typed: dict[str, str]) -> dict[str, str]:
    document = page(client, f"{BASE}/cases/1/payment")
    token = document.select_one("input[name=csrf_token]")
    assert token is not None
    return {"csrf_token": str(token["value"]), "act_key": "k1", "version": "1", **typed}


def test_a_line_on_its_way_back_is_not_matched(office: Office, officer: FlaskClient) -> None:
    seats.a_firm(office, 1)
    url = an_open_line(office)
    submit(officer, f"{url}/refund", payee="x", account="1", reason="查無")

    answer = officer.post(url, data=_form_of(officer, {"case_number": "x", "note": "y"}))

    assert tells(answer, "fee.line_refunding")


def test_two_transactions_are_not_one(office: Office, officer: FlaskClient) -> None:
    a_confirmed_case(office)
    fees.book(office, fees.a_line("T9", "05-12 10:00", 300_000, 案件編號=number_of(1)))
    url = f"{BASE}/lines/{fees.lines(office)[-1].id}"

    refused(officer, url, "fee.other_payment", "same_note", {"same_note": "同一筆"})


def test_nothing_goes_back_where_nothing_is_due(office: Office, officer: FlaskClient) -> None:
    case_id = a_confirmed_case(office)
    typed = {"amount": "5", "payee": "x", "account": "1", "reason": "x"}

    answer = officer.post(f"{BASE}/cases/{case_id}/refund", data=_form_of(officer, typed))

    assert tells(answer, "refund.nothing"), words_of(answer)[:300]


def test_a_refund_on_its_way_is_not_made_again(office: Office, officer: FlaskClient) -> None:
    case_id = a_confirmed_case(office, more=5)
    fees.make(office, case_id)
    typed = {"amount": "5", "payee": "x", "account": "1", "reason": "x"}

    answer = officer.post(f"{BASE}/cases/{case_id}/refund", data=_form_of(officer, typed))

    assert tells(answer, "refund.running"), words_of(answer)[:300]


def test_a_refund_to_an_endless_account_is_refused(office: Office, officer: FlaskClient) -> None:
    case_id = a_confirmed_case(office, more=5)
    typed = {"account": "9" * 201, "reason": "x"}

    refused(officer, f"{BASE}/cases/{case_id}/refund", "fee.too_long", "account", typed)


def test_a_refund_whose_account_changed_is_not_approved(
    office: Office, accounting: FlaskClient
) -> None:
    case_id = a_confirmed_case(office, more=5)
    made = fees.make(office, case_id)
    fees.book(office, fees.a_line("T9", "05-14 10:00", 7, 案件編號=number_of(1)))

    answer = submit(accounting, f"{BASE}/refunds/{made.id}/approval")

    assert answer.status_code == 422
    assert tells(answer, "refund.changed")


def test_who_made_a_refund_and_changed_roles_does_not_approve_it(
    app: Flask, office: Office
) -> None:
    case_id = a_confirmed_case(office, more=5)
    made = fees.make(office, case_id, given.OFFICER)
    moved = _as_accounting(office, given.OFFICER)

    answer = submit(signed_in(app, moved), f"{BASE}/refunds/{made.id}/approval")

    assert answer.status_code == 422
    assert tells(answer, "refund.same_person")


def _as_accounting(office: Office, person: Actor) -> Actor:
    version = people.version_of(office, person)
    office.perform(change_role, given.ADMIN, person.id, version, Role.ACCOUNTING, None, "職務調整")
    return Actor(person.id, person.name, Role.ACCOUNTING)


@pytest.mark.parametrize(
    ("typed", "code", "keeps"),
    [
        ({"paid_on": "112/05/26", "reference": "B1"}, "refund.paid_early", "paid_on"),
        ({"paid_on": "112/06/28", "reference": "B1"}, "refund.paid_future", "paid_on"),
        ({"reference": "first"}, "refund.reference_taken", "reference"),
        ({"reference": "x" * 65}, "fee.too_long", "reference"),
    ],
)
def test_a_payment_of_a_refund_that_cannot_be_true_is_refused(
    office: Office, cashier: FlaskClient, typed: dict[str, str], code: str, keeps: str
) -> None:
    first = a_confirmed_case(office, 1, more=5)
    fees.give_back(office, first, reference="FIRST")
    made = fees.make(office, a_confirmed_case(office, 2, more=5))
    fees.approve(office, made.id)

    refused(cashier, f"{BASE}/refunds/{made.id}/payment", code, keeps, typed)
