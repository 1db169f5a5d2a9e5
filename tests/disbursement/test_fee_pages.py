"""The fee desk's pages: lists, one account, a statement from upload to the book."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backoffice.disbursement.models import StatementState
from backoffice.kernel.clock import FixedClock
from backoffice.use_case import Office
from tests import given
from tests.disbursement.pages import pdf
from tests.given import fees, seats
from tests.given.cases import version_of
from tests.given.seats import number_of
from tests.given.web import counted_queries, page, signed_in, soup_of, submit, words_of


@pytest.fixture(autouse=True)
def _some_days_on(clock: FixedClock) -> None:
    clock.advance(days=40)


@pytest.fixture
def cashier(app: Flask) -> FlaskClient:
    return signed_in(app, given.CASHIER)


@pytest.fixture
def officer(app: Flask) -> FlaskClient:
    return signed_in(app, given.OFFICER)


def file(content: bytes, name: str = "入帳明細.csv") -> tuple[BytesIO, str]:
    return BytesIO(content), name


def upload(client: FlaskClient, content: bytes) -> str:
    """The address of the preview."""
    answer = submit(client, "/disbursement/fees/statements", scheme="S09", file=file(content))
    assert answer.status_code == 303, words_of(answer)[:400]
    return answer.location


def test_a_statement_goes_from_the_form_over_its_preview_into_the_book(
    office: Office, cashier: FlaskClient
) -> None:
    seats.an_accepted_firm_received(office, 1)
    content = fees.a_statement(
        fees.a_line("T1", "05-12 10:00", 285_714, 案件編號=number_of(1)),
        fees.a_line("T2", "05-13 10:00", 777, 付款人="不知名"),
        fees.a_line("T3", "不是日期", 1),
    )

    url = upload(cashier, content)
    preview = words_of(cashier.get(url))
    answer = submit(cashier, url, decision="confirm")

    assert "尚欠 14,286 元" in preview
    assert "「不是日期」不是日期" in preview
    assert answer.status_code == 303
    assert "已入帳 2 筆" in words_of(cashier.get(url)) or fees.lines(office)
    assert [line.transaction_number for line in fees.lines(office)] == ["T2", "T1"]


def test_a_statement_can_be_given_up(office: Office, cashier: FlaskClient) -> None:
    url = upload(cashier, fees.a_statement(fees.a_line("T1", "05-12 10:00", 5)))

    answer = submit(cashier, url, decision="discard")

    assert answer.status_code == 303
    assert fees.statement(office, 1).state is StatementState.DISCARDED
    assert fees.lines(office) == []


def test_a_file_that_was_booked_says_that_nothing_changed(
    office: Office, cashier: FlaskClient
) -> None:
    line = fees.a_line("T1", "05-12 10:00", 5)
    fees.book(office, line)

    url = upload(cashier, fees.a_statement(line))

    assert "先前已入帳" in soup_of(cashier.get(url)).get_text()


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_the_template_is_read_back(cashier: FlaskClient, kind: str) -> None:
    template = cashier.get(f"/disbursement/fees/statements/template.{kind}").data

    url = upload(cashier, template)

    assert "20230508000001" in words_of(cashier.get(url))


def test_an_officer_reads_a_statement_and_cannot_book_it(
    office: Office, officer: FlaskClient
) -> None:
    number = fees.a_preview(office, fees.a_line("T1", "05-12 10:00", 5))
    url = f"/disbursement/fees/statements/{number}"

    assert "確認入帳" not in words_of(officer.get(url))
    assert officer.post(url, data={}).status_code in (400, 403)


def test_the_account_of_a_firm_that_took_the_fee_for_untaxed_says_so(
    office: Office, officer: FlaskClient
) -> None:
    case_id = seats.an_accepted_firm_received(office, 1)
    fees.book(office, fees.a_line("T1", "05-12 10:00", 285_714, 案件編號=number_of(1)))

    said = words_of(officer.get(f"/disbursement/fees/cases/{case_id}"))

    assert "尚欠 14,286 元" in said
    assert "可能誤以為費用未含稅" in said


def test_a_fee_whose_tax_no_source_states_is_shown_unsplit(
    office: Office, officer: FlaskClient
) -> None:
    case_id = seats.a_firm(office, 1, scheme=seats.ACCEPTANCE)

    said = words_of(officer.get(f"/disbursement/fees/cases/{case_id}"))

    assert "其中營業稅 未規定" in said


def test_a_case_whose_scheme_asks_for_no_fee_has_no_account(
    office: Office, officer: FlaskClient
) -> None:
    case_id = given.cases.an_imported_case(office)

    assert officer.get(f"/disbursement/fees/cases/{case_id}").status_code == 404
    assert "/fees/cases/" not in officer.get(f"/cases/{case_id}").text


def test_the_case_page_leads_to_the_fee_and_offers_its_next_step(
    office: Office, officer: FlaskClient
) -> None:
    case_id = seats.an_accepted_firm_received(office, 1)

    document = page(officer, f"/cases/{case_id}")

    assert document.select_one(f"a[href='/disbursement/fees/cases/{case_id}']")
    assert document.select_one(f"a[href='/disbursement/fees/cases/{case_id}/payment']")


def test_a_payment_is_entered_from_its_slip(office: Office, cashier: FlaskClient) -> None:
    case_id = seats.an_accepted_firm_received(office, 1)

    answer = submit(
        cashier,
        f"/disbursement/fees/cases/{case_id}/payment",
        value_at="112/05/12 10:00",
        amount="300,000",
        receipt_number="h-1",
        slip=pdf(),
    )

    assert answer.status_code == 303, words_of(answer)[:300]
    assert seats.seated(office) == [number_of(1)]
    assert "第 1 號" in words_of(cashier.get(answer.location))


def test_a_payment_without_its_slip_is_asked_for_it(office: Office, cashier: FlaskClient) -> None:
    case_id = seats.a_firm(office, 1)

    answer = submit(
        cashier,
        f"/disbursement/fees/cases/{case_id}/payment",
        value_at="112/05/12 10:00",
        amount="300,000",
        receipt_number="h-1",
    )

    assert answer.status_code == 422
    assert "請附上 PDF 檔" in words_of(answer)


@pytest.mark.parametrize("shelf", ["all", "unpaid", "short", "full", "over", "refund"])
def test_the_list_has_each_account_on_its_shelf(
    office: Office, officer: FlaskClient, shelf: str
) -> None:
    amounts = {2: 100, 3: 300_000, 4: 300_001}
    for place in (1, 2, 3, 4):
        seats.an_accepted_firm_received(office, place)
    for place, amount in amounts.items():
        fees.book(
            office,
            fees.a_line(f"T{place}", "05-12 10:00", amount, 案件編號=number_of(place)),
        )
    shelves = {
        "all": [1, 2, 3, 4],
        "unpaid": [1],
        "short": [2],
        "full": [3],
        "over": [4],
        "refund": [4],
    }

    document = page(officer, f"/disbursement/fees?show={shelf}")

    found = [row.get_text() for row in document.select("#fees tbody th a")]
    assert found == [number_of(place) for place in shelves[shelf]]


def test_a_refund_goes_through_three_pairs_of_hands(
    app: Flask, office: Office, officer: FlaskClient, cashier: FlaskClient
) -> None:
    case_id = seats.an_accepted_firm_received(office, 1)
    fees.book(office, fees.a_line("T1", "05-12 10:00", 300_005, 案件編號=number_of(1)))
    accounting = signed_in(app, given.ACCOUNTING)

    made = submit(
        officer,
        f"/disbursement/fees/cases/{case_id}/refund",
        account="004-123",
        reason="溢繳",
    )
    assert made.status_code == 303, words_of(made)[:300]
    approved = submit(accounting, f"{made.location}/approval")
    assert approved.status_code == 303
    paid = submit(cashier, f"{made.location}/payment", reference="bk-1")

    assert paid.status_code == 303, words_of(paid)[:300]
    assert "已退費" in words_of(cashier.get(made.location))
    assert fees.book_of_fees(office)["refunded"] == 5


def test_an_open_line_is_matched_on_its_page(office: Office, officer: FlaskClient) -> None:
    case_id = seats.an_accepted_firm_received(office, 1)
    fees.book(office, fees.a_line("U1", "05-12 10:00", 300_000, 付款人="不知名"))
    url = f"/disbursement/fees/lines/{fees.lines(office)[0].id}"
    assert "U1" in words_of(officer.get("/disbursement/fees/open-lines"))

    answer = submit(officer, url, case_number=number_of(1), note="電洽查明")

    assert answer.status_code == 303
    assert "已查明入帳" in words_of(officer.get(url))
    assert len(fees.payments(office, case_id)) == 1


def test_a_double_is_said_to_be_the_same_money_on_its_page(
    office: Office, officer: FlaskClient
) -> None:
    case_id = seats.an_accepted_firm_received(office, 1)
    fees.enter(office, case_id, seats.at("05-12 10:00"), 300_000)
    fees.book(office, fees.a_line("T1", "05-12 10:00", 300_000, 案件編號=number_of(1)))
    url = f"/disbursement/fees/lines/{fees.lines(office)[0].id}"

    answer = submit(officer, url, same_note="與繳款證明相同")

    assert answer.status_code == 303
    assert "同一筆，不重複入帳" in words_of(officer.get(url))


def test_an_unknown_payer_gets_the_money_back(office: Office, officer: FlaskClient) -> None:
    fees.book(office, fees.a_line("U1", "05-12 10:00", 777, 付款人="不知名"))
    line = fees.lines(office)[0].id

    answer = submit(
        officer,
        f"/disbursement/fees/lines/{line}/refund",
        payee="不知名",
        account="004-1",
        reason="查無",
    )

    assert answer.status_code == 303, words_of(answer)[:300]
    assert "777 元" in words_of(officer.get(answer.location))


def test_advertising_is_entered_once_the_service_has_begun(
    office: Office, officer: FlaskClient
) -> None:
    case_id = seats.an_accepted_firm_received(office, 1)
    fees.book(office, fees.a_line("T1", "05-12 10:00", 300_000, 案件編號=number_of(1)))
    fees.begin_service(office, case_id)

    answer = submit(
        officer,
        f"/disbursement/fees/cases/{case_id}/advertising",
        placed_on="112/05/20",
        amount="1000",
        medium="搜尋廣告",
        invoice_number="ab12345678",
        proof=pdf(),
    )

    assert answer.status_code == 303, words_of(answer)[:300]
    assert "AB12345678" in words_of(officer.get(answer.location))


@pytest.mark.parametrize(
    "url",
    [
        "/disbursement/fees",
        "/disbursement/fees/cases/1",
        "/disbursement/fees/statements",
        "/disbursement/fees/statements/1",
        "/disbursement/fees/statements/2",
        "/disbursement/fees/open-lines",
        "/disbursement/fees/lines/1",
        "/disbursement/fees/refunds",
        "/disbursement/fees/refunds/1",
    ],
)
def test_a_page_takes_the_same_few_statements_however_much_there_is(
    app: Flask, office: Office, officer: FlaskClient, url: str
) -> None:
    for place in (1, 2, 3):
        seats.a_firm(office, place)
    fees.book(
        office,
        fees.a_line("U1", "05-12 09:00", 5, 付款人="不知名"),
        *(
            fees.a_line(f"T{place}", "05-12 10:00", 300_007, 案件編號=number_of(place))
            for place in (1, 2, 3)
        ),
    )
    fees.make(office, 1)
    fees.a_preview(office, fees.a_line("T9", "05-13 10:00", 9, 案件編號=number_of(1)))
    page(officer, url)

    with counted_queries(app) as statements:
        page(officer, url)

    assert len(statements) <= 8, "\n\n".join(statements)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
@pytest.mark.parametrize(
    "url", ["fees/list", "fees/statements/1/lines", "fees/open-lines/list", "fees/refunds/list"]
)
def test_every_list_is_taken_as_a_file(
    office: Office, officer: FlaskClient, url: str, kind: str
) -> None:
    seats.a_firm(office, 1)
    fees.book(
        office,
        fees.a_line("U1", "05-12 09:00", 5, 付款人="=cmd"),
        fees.a_line("T1", "05-12 10:00", 300_007, 案件編號=number_of(1)),
    )
    fees.make(office, 1)

    answer = officer.get(f"/disbursement/{url}.{kind}")

    assert answer.status_code == 200
    assert answer.data
    assert version_of(office, 1)
