"""A refund that came back, on its pages: entered, told, made again; and every no in words."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backoffice.access import Actor, Role
from backoffice.kernel.clock import FixedClock
from backoffice.people.operations import change_role
from backoffice.use_case import Office
from tests import given
from tests.disbursement.pages import refused, tells
from tests.given import fees, people, seats
from tests.given.refusals import speaking
from tests.given.seats import number_of
from tests.given.web import counted_queries, page, signed_in, submit, words_of

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


def a_paid_refund(office: Office, place: int = 1, reference: str = "BANK-1") -> tuple[int, str]:
    """A case whose excess was paid back; the case, and the address of the refund."""
    case_id = seats.an_accepted_firm_received(office, place)
    line = fees.a_line(f"T{place}", "05-12 10:00", 300_005, 案件編號=number_of(place))
    fees.book(office, line)
    refund = fees.give_back(office, case_id, reference)
    return case_id, f"{BASE}/refunds/{refund.id}"


def notice(**changed: str) -> dict[str, str]:
    typed = {"bounced_on": "112/05/27", "reference": "back-1", "reason": "ACCOUNT_CLOSED"}
    return {**typed, "note": "", **changed}


def test_a_refund_that_came_back_is_made_again_approved_and_paid(
    app: Flask, office: Office, officer: FlaskClient, cashier: FlaskClient
) -> None:
    case_id, url = a_paid_refund(office)
    accounting = signed_in(app, given.ACCOUNTING)
    assert "登錄退匯" in words_of(cashier.get(url))

    entered = submit(cashier, f"{url}/bounce", **notice(note="存戶通知"))
    assert entered.status_code == 303, words_of(entered)[:400]
    assert "已登錄退匯 5 元" in words_of(cashier.get(url))
    assert page(officer, url).select_one(f"a[href='{BASE}/cases/{case_id}/refund']")

    asked = words_of(officer.get(f"{BASE}/cases/{case_id}/refund"))
    assert "前次退費 5 元 於 112年5月27日 退匯" in asked
    assert "帳戶已結清：存戶通知" in asked
    again = submit(officer, f"{BASE}/cases/{case_id}/refund", account="013-9", reason="更正帳戶")
    assert again.status_code == 303, words_of(again)[:400]
    assert "帳戶已結清" in words_of(accounting.get(f"{again.location}/approval"))
    assert submit(accounting, f"{again.location}/approval").status_code == 303
    paid = submit(cashier, f"{again.location}/payment", reference="bk-2")

    assert paid.status_code == 303
    first, second = words_of(officer.get(url)), words_of(officer.get(again.location))
    assert "112年5月27日 退匯，銀行編號 BACK-1" in first
    assert "帳戶已結清：存戶通知" in first
    assert "重新簽辦退費" in first
    assert page(officer, url).select_one(f"main a[href='{again.location}']")
    assert "前次退費 5 元" in second
    assert page(officer, again.location).select_one(f"main a[href='{url}']")
    assert "登錄退匯" in words_of(cashier.get(again.location))
    assert "登錄退匯" not in words_of(cashier.get(url))


def test_the_story_is_told_in_english(app: Flask, office: Office, cashier: FlaskClient) -> None:
    _, url = a_paid_refund(office)
    submit(cashier, f"{url}/bounce", **notice())

    with speaking(app, "en"):
        said = words_of(cashier.get(url))

    assert "Returned by the bank" in said
    assert "bank number BACK-1" in said
    assert "to be made again" in said


def test_it_stands_on_its_shelf_and_is_told_to_the_officer(
    office: Office, officer: FlaskClient, cashier: FlaskClient
) -> None:
    case_id, url = a_paid_refund(office)
    a_paid_refund(office, 2, "BANK-2")
    submit(cashier, f"{url}/bounce", **notice())

    listed = page(officer, f"{BASE}/refunds?show=bounced")
    owed = page(officer, f"{BASE}?show=refund")

    assert [each.get_text() for each in listed.select("#refunds tbody th a")] == [number_of(1)]
    assert "待重新簽辦" in listed.get_text()
    assert [each.get_text() for each in owed.select("#fees tbody th a")] == [number_of(1)]
    assert "待重新簽辦" in words_of(officer.get(f"{BASE}/cases/{case_id}"))


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_its_list_is_taken_as_a_file(
    office: Office, officer: FlaskClient, cashier: FlaskClient, kind: str
) -> None:
    _, url = a_paid_refund(office)
    submit(cashier, f"{url}/bounce", **notice())

    answer = officer.get(f"{BASE}/refunds/list.{kind}?show=bounced")

    assert answer.status_code == 200
    assert kind != "csv" or "BACK-1" in answer.text


def test_money_of_an_unknown_payer_is_made_again_from_its_transaction(
    office: Office, officer: FlaskClient, cashier: FlaskClient
) -> None:
    fees.book(office, fees.a_line("U1", "05-12 10:00", 777, 付款人="不知名"))
    line = f"{BASE}/lines/{fees.lines(office)[0].id}"
    made = submit(officer, f"{line}/refund", payee="不知名", account="004-1", reason="查無")
    fees.approve(office, 1)
    fees.pay_back(office, 1)

    submit(cashier, f"{made.location}/bounce", **notice())

    assert page(officer, made.location).select_one(f"a[href='{line}/refund']")
    assert "前次退費 777 元" in words_of(officer.get(f"{line}/refund"))
    answer = submit(officer, f"{line}/refund", payee="不知名", account="004-2", reason="更正")
    assert answer.status_code == 303, words_of(answer)[:400]


def test_its_page_takes_a_few_statements(
    app: Flask, office: Office, officer: FlaskClient, cashier: FlaskClient
) -> None:
    case_id, url = a_paid_refund(office)
    submit(cashier, f"{url}/bounce", **notice())
    fees.make(office, case_id, order=fees.CORRECTED)
    page(officer, url)

    with counted_queries(app) as statements:
        page(officer, url)

    assert len(statements) <= 8, "\n\n".join(statements)


# --- every no ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "code", "keeps"),
    [
        (notice(bounced_on="112/05/26"), "refund.bounced_early", "bounced_on"),
        (notice(bounced_on="112/05/28"), "refund.bounced_future", "bounced_on"),
        (notice(reason="OTHER"), "refund.bounce_note_missing", "reference"),
        (notice(note="x" * 201), "fee.too_long", "note"),
        (notice(reference="x" * 65), "fee.too_long", "reference"),
        (notice(reference="back-2"), "refund.bounce_taken", "reference"),
    ],
)
def test_a_notice_that_cannot_be_true_is_refused(
    office: Office, cashier: FlaskClient, typed: dict[str, str], code: str, keeps: str
) -> None:
    _, url = a_paid_refund(office)
    _, other = a_paid_refund(office, 2, "BANK-2")
    submit(cashier, f"{other}/bounce", **notice(reference="back-2"))

    refused(cashier, f"{url}/bounce", code, keeps, typed)


def test_a_notice_without_a_reason_is_asked_for_it(office: Office, cashier: FlaskClient) -> None:
    _, url = a_paid_refund(office)

    answer = submit(cashier, f"{url}/bounce", **notice(reason="", reference=""))

    assert answer.status_code == 422
    assert fees.book_of_fees(office)["refunded"] == 5


def test_a_refund_to_the_account_that_failed_is_refused(
    office: Office, officer: FlaskClient, cashier: FlaskClient
) -> None:
    case_id, url = a_paid_refund(office)
    submit(cashier, f"{url}/bounce", **notice())
    same = {"payee": fees.ORDER.payee, "account": fees.ORDER.account, "reason": "再試一次"}

    refused(officer, f"{BASE}/cases/{case_id}/refund", "refund.not_corrected", "account", same)


def test_a_refund_that_came_back_meanwhile_says_so(office: Office, cashier: FlaskClient) -> None:
    _, url = a_paid_refund(office)
    submit(cashier, f"{url}/bounce", **notice())

    answer = cashier.get(f"{url}/bounce")

    assert answer.status_code == 200
    assert tells(answer, "lifecycle.not_allowed")


def test_who_made_it_and_became_the_cashier_does_not_enter_it(app: Flask, office: Office) -> None:
    _, url = a_paid_refund(office)
    maker = given.OFFICER
    version = people.version_of(office, maker)
    office.perform(change_role, given.ADMIN, maker.id, version, Role.CASHIER, None, "職務調整")
    moved = signed_in(app, Actor(maker.id, maker.name, Role.CASHIER))

    answer = submit(moved, f"{url}/bounce", **notice())

    assert answer.status_code == 422
    assert tells(answer, "refund.same_person")
