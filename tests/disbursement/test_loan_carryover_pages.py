"""保留 of loans in the browser: the list, the loan's page, the approval, and what is refused."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from backoffice.people.rules import ENGLISH
from backoffice.use_case import Office
from tests import given
from tests.disbursement.pages import refused, sent, tells
from tests.disbursement.test_loan_carryover import LAST_DAY, MOST, NEXT_YEAR, YEAR_END, carry
from tests.given import disbursement as grants
from tests.given import loans as world
from tests.given import sheets
from tests.given.disbursement import at
from tests.given.refusals import speaking
from tests.given.web import counted_queries, page, signed_in, submit, words_of

LIST = "/disbursement/carry-overs"
APPROVAL = {"letter_number": "院授主預字第1140002號", "letter_on": "114/12/20"}
QUERIES_MAX = 5


def accounting(app: Flask) -> FlaskClient:
    return signed_in(app, given.ACCOUNTING)


def a_loan(office: Office) -> int:
    """The number of a case with a loan past the budget, near the year's end."""
    case_id = world.case_row(office, world.a_loan_past_the_budget(office)).id
    at(office, YEAR_END)
    return case_id


def test_accounting_finds_a_loan_and_enters_its_approval(app: Flask, office: Office) -> None:
    loan_id = world.a_loan_past_the_budget(office)
    case_id = world.case_row(office, loan_id).id
    at(office, YEAR_END)
    client = accounting(app)
    assert "1 案應辦保留" in words_of(client.get(client.get("/").location))
    listed = page(client, LIST)
    row = listed.select_one("#carry-overs tbody tr")
    assert row is not None
    assert [cell.get_text() for cell in row.select("th, td")] == [
        world.NUMBER,
        world.case_row(office, loan_id).firm_name,
        "115/05/31",
        f"{MOST:,}",
        "0",
        "0",
        f"{MOST:,}",
        "登錄保留",
    ]
    loan_url = f"/disbursement/cases/{case_id}/loan"
    offer = page(client, loan_url).select_one(f"a[href='{LIST}/{case_id}']")
    assert offer is not None

    form = words_of(client.get(str(offer["href"])))
    response = submit(client, f"{LIST}/{case_id}", **APPROVAL)

    assert "未撥餘額 558,250 元。 利息補貼至 115年5月31日。" in form
    assert response.headers["Location"] == f"{LIST}?show=carried"
    assert APPROVAL["letter_number"] in words_of(client.get(f"{LIST}?show=carried&scheme=S07"))
    assert world.NUMBER not in words_of(client.get(LIST))
    told = page(client, loan_url)
    assert f"114 年度已保留 {MOST:,} 元 {APPROVAL['letter_number']}" in " ".join(
        told.get_text().split()
    )
    assert told.select_one(f"a[href='{LIST}/{case_id}']") is None
    year = page(client, "/reports/budget/year-end").select_one("#year tbody tr")
    assert year is not None
    assert year.select("td")[3].get_text() == f"{MOST:,}"  # carried over
    assert year.select("td")[6].get_text() == "0"  # nothing that is not


def test_the_form_speaks_english_of_a_loan(app: Flask, office: Office) -> None:
    case_id = a_loan(office)
    client = accounting(app)

    with speaking(app, ENGLISH):
        listed, form = words_of(client.get(LIST)), words_of(client.get(f"{LIST}/{case_id}"))

    assert "Plan or subsidy ends" in listed
    assert "The interest subsidy runs to" in form


def test_a_loan_s_pages_stand_under_its_own_tab(app: Flask, office: Office) -> None:
    case_id = a_loan(office)
    client = accounting(app)
    loan_url = f"/disbursement/cases/{case_id}/loan"

    for url in (loan_url, f"{LIST}/{case_id}"):
        (tab,) = page(client, url).select(".subnav a[aria-current]")
        assert (tab.get_text(), tab["href"]) == ("貸款與利息補貼", loan_url)
    for url in (loan_url, f"{LIST}/{case_id}", f"/cases/{case_id}", f"/cases/{case_id}/place"):
        assert "撥款與查核" not in words_of(client.get(url))


def test_a_contract_s_approval_stands_under_the_tab_of_grants(app: Flask, office: Office) -> None:
    case_id = grants.a_contracted_case(office)
    client = accounting(app)

    for url in (f"/disbursement/cases/{case_id}", f"{LIST}/{case_id}"):
        (tab,) = page(client, url).select(".subnav a[aria-current]")
        assert (tab.get_text(), tab["href"]) == ("撥款與查核", f"/disbursement/cases/{case_id}")
        assert "貸款與利息補貼" not in [each.get_text() for each in page(client, url).select("a")]


def test_only_accounting_is_offered_to_carry_a_loan_over(app: Flask, office: Office) -> None:
    case_id = a_loan(office)

    for person in (given.OFFICER, given.MANAGER, given.CASHIER, given.AUDITOR):
        shown = page(signed_in(app, person), f"/disbursement/cases/{case_id}/loan")
        assert shown.select_one(f"a[href='{LIST}/{case_id}']") is None


def test_what_is_refused_of_a_loan_is_told(app: Flask, office: Office) -> None:
    loan_id = world.a_loan_past_the_budget(office)
    case_id = world.case_row(office, loan_id).id
    claim_id = world.a_month_to_pay(office, loan_id)
    at(office, YEAR_END)
    client, url = accounting(app), f"{LIST}/{case_id}"
    refused(
        client, url, "carryover.other_year", "letter_number", APPROVAL | {"letter_on": "113/12/31"}
    )
    sheet_id = world.an_approved_sheet(office, claim_id)
    sheets.send(office, sheet_id)
    version = str(world.case_row(office, loan_id).version)
    assert tells(sent(client, url, version=version, **APPROVAL), "carryover.in_transit")

    (line,) = sheets.line_rows(office, sheet_id)
    sheets.settle(office, sheet_id, sheets.paid(line, YEAR_END))
    carry(office, loan_id)
    version = str(world.case_row(office, loan_id).version)
    assert tells(client.get(url), "carryover.entered")
    assert tells(sent(client, url, version=version, **APPROVAL), "carryover.entered")


def test_the_cashier_hears_which_loan_was_not_carried_over(app: Flask, office: Office) -> None:
    claim_id = world.a_month_to_pay(office, world.a_loan_past_the_budget(office))
    at(office, NEXT_YEAR)
    sheet_id = world.an_approved_sheet(office, claim_id)

    response = submit(signed_in(app, given.CASHIER), f"/disbursement/sheets/{sheet_id}/send")

    assert tells(response, "sheet.not_carried_over")
    assert world.NUMBER in words_of(response)


def test_the_list_of_both_kinds_asks_no_more_questions(app: Flask, office: Office) -> None:
    client_url = f"{LIST}?show=all"
    grants.a_contracted_case(office)
    world.a_loan_past_the_budget(office)
    at(office, LAST_DAY)
    client = accounting(app)
    shown = page(client, client_url)
    assert len(shown.select("#carry-overs tbody tr")) == 2

    with counted_queries(app) as statements:
        client.get(client_url)

    assert len(statements) <= QUERIES_MAX
