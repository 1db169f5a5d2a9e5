"""The pages of loans: registered, moved, worked out anew, called back and ended over HTTP."""

from __future__ import annotations

from datetime import date

from flask import Flask
from flask.testing import FlaskClient

from backoffice.use_case import Office
from tests import given
from tests.disbursement.pages import refused
from tests.given import cases
from tests.given import loans as world
from tests.given.disbursement import at
from tests.given.lists import KINDS, rows_of, taken
from tests.given.web import counted_queries, page, signed_in, submit, words_of

BASE = "/disbursement"
QUERIES_MAX = 10  # with the visitor's own


def loan_url(case_id: int, deed: str = "") -> str:
    return f"{BASE}/cases/{case_id}/loan{deed}"


def officer(app: Flask) -> FlaskClient:
    return signed_in(app, given.OFFICER)


def a_waiting_case(office: Office, amount: int = world.BUDGET) -> int:
    """An accepted case whose loan can be registered today."""
    case_id = world.an_accepted_case(office)
    world.money(office, amount)
    at(office, world.DRAWN_ON)
    return case_id


def case_id_of(office: Office, loan_id: int) -> int:
    return world.loan_row_of(office, loan_id).case_id


# --- the register -----------------------------------------------------------------------------


def test_a_loan_is_registered_as_the_application_says(app: Flask, office: Office) -> None:
    case_id = a_waiting_case(office)
    client = officer(app)

    shown = words_of(client.get(f"{BASE}/loans?show=to-register"))
    response = submit(client, loan_url(case_id, "/registration"), notice="銀放字第1號")

    assert world.NUMBER in shown
    assert response.status_code == 303
    told = words_of(client.get(loan_url(case_id)))
    assert "559,779 元" in told
    assert "補貼中" in told


def test_the_register_shows_each_part_and_finds_a_loan(app: Flask, office: Office) -> None:
    loan_id = world.a_registered_loan(office)
    client = officer(app)

    for asked in ("", "?show=running&q=" + world.NUMBER, "?class=A1&bank=004&scheme=S07"):
        assert world.NUMBER in words_of(client.get(f"{BASE}/loans{asked}"))
    for asked in ("?q=nobody", "?show=ended", "?show=behind", "?class=A2", "?after=9&show=over"):
        assert world.NUMBER not in words_of(client.get(f"{BASE}/loans{asked}"))
    assert case_id_of(office, loan_id)


def test_the_register_is_taken_as_a_file(app: Flask, office: Office) -> None:
    world.a_registered_loan(office)
    client = officer(app)

    for kind in KINDS:
        rows = rows_of(taken(client, f"{BASE}/loans/list.{kind}"), kind)
        assert rows[1][0] == world.NUMBER
    assert len(rows_of(taken(client, f"{BASE}/loans/list.xlsx", show="to-register"))) >= 1


def test_the_pages_ask_few_questions(app: Flask, office: Office) -> None:
    loan_id, claim_id = world.a_paid_month(office)
    client = officer(app)
    line_id = world.lines(office, claim_id)[0].id

    for url in (
        f"{BASE}/loans",
        loan_url(case_id_of(office, loan_id)),
        f"{BASE}/loan-rates",
        f"{BASE}/bank-claims?show=all",
        f"{BASE}/bank-claims/{claim_id}",
        f"{BASE}/bank-claims/lines/{line_id}",
    ):
        with counted_queries(app) as statements:
            page(client, url)
        assert len(statements) <= QUERIES_MAX + 4, f"{url}: {len(statements)}"


def test_the_loan_page_explains_every_month(app: Flask, office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    case_id = case_id_of(office, loan_id)
    client = officer(app)

    told = words_of(client.get(loan_url(case_id)))

    assert "35,000,000 元 × 1.595% × 30 日 ÷ 365" in told
    assert "45,883.5616" in told
    rows = rows_of(taken(client, loan_url(case_id, "/schedule.xlsx")))
    assert len(rows) == 1 + 12


def test_a_cases_tab_leads_to_its_loan_and_its_first_page_to_the_next_step(
    app: Flask, office: Office
) -> None:
    case_id = a_waiting_case(office)
    client = officer(app)

    response = client.get(f"{BASE}/cases/{case_id}")

    assert response.headers["Location"].endswith(loan_url(case_id))
    assert "登記貸款" in words_of(client.get(f"/cases/{case_id}"))
    assert "申請的貸款" in words_of(client.get(loan_url(case_id)))


def test_a_grant_has_no_loan_page(app: Flask, office: Office) -> None:
    case_id = cases.a_case_in_review(office)

    assert officer(app).get(loan_url(case_id)).status_code == 404
    assert officer(app).get(loan_url(case_id, "/registration")).status_code == 404


def test_before_its_registration_a_loan_has_no_deeds(app: Flask, office: Office) -> None:
    case_id = a_waiting_case(office)
    client = officer(app)

    for deed in ("/movement", "/breach", "/end", "/commitment"):
        assert client.get(loan_url(case_id, deed)).status_code == 404


def test_the_auditor_reads_and_does_nothing(app: Flask, office: Office) -> None:
    loan_id = world.a_registered_loan(office)
    client = signed_in(app, given.AUDITOR)

    assert client.get(loan_url(case_id_of(office, loan_id))).status_code == 200
    assert client.get(loan_url(case_id_of(office, loan_id), "/movement")).status_code == 403
    assert signed_in(app, given.CASHIER).get(f"{BASE}/loans").status_code == 200
    assert signed_in(app, given.REVIEWER).get(f"{BASE}/loans").status_code == 403


# --- refused at registration ------------------------------------------------------------------


def test_what_cannot_be_registered_says_why(app: Flask, office: Office) -> None:
    case_id = a_waiting_case(office)
    client = officer(app)
    url = loan_url(case_id, "/registration")
    plain = {"notice": "銀放字第1號"}

    for code, fields in (
        ("loan.nothing_lent", {"working": "", "capital": ""}),
        ("loan.over_limit", {"working": "35000001"}),
        ("loan.working_over", {"loan_class": "B1", "working": "35000001"}),
        ("loan.plan_cost_missing", {"loan_class": "B1", "working": "", "capital": "8000000"}),
        (
            "loan.over_share",
            {"loan_class": "B1", "working": "", "capital": "8000001", "plan_cost": "10000000"},
        ),
        ("loan.bank_code", {"bank_code": "4"}),
        ("loan.guarantee_low", {"guarantee": "79.99"}),
        ("loan.drawn_future", {"drawn_on": "112/06/02"}),
        ("loan.nothing_drawn", {"drawn": "0"}),
        ("loan.drawn_over", {"drawn": "35000001"}),
    ):
        refused(client, url, code, "notice", plain | fields)


def test_a_rate_that_is_no_number_is_told_at_its_field(app: Flask, office: Office) -> None:
    case_id = a_waiting_case(office)
    client = officer(app)

    refused(
        client,
        loan_url(case_id, "/registration"),
        "rate.unreadable",
        "guarantee",
        {"guarantee": "高", "notice": "x"},
    )


def test_money_that_is_not_there_registers_no_loan(app: Flask, office: Office) -> None:
    case_id = a_waiting_case(office, 1_000)
    client = officer(app)

    refused(
        client,
        loan_url(case_id, "/registration"),
        "budget.exhausted",
        "notice",
        {"notice": "銀放字第1號"},
    )


def test_the_second_loan_of_a_firm_is_refused(app: Flask, office: Office) -> None:
    world.a_registered_loan(office)
    ubn = cases.ubn_of(world.NUMBER)
    second = cases.a_case_in_review(office, number="S07-112-000002", scheme="S07", 統一編號=ubn)
    fields = {"working": "1000000", "drawn": "1000000", "notice": "x"}

    refused(officer(app), loan_url(second, "/registration"), "loan.second", "notice", fields)


def test_registered_or_not_accepted_is_said_instead_of_a_form(app: Flask, office: Office) -> None:
    loan_id = world.a_registered_loan(office)
    waiting = cases.an_imported_case(office, number="S07-112-000003", scheme="S07")
    client = officer(app)

    told = words_of(client.get(loan_url(case_id_of(office, loan_id), "/registration")))
    assert "已登記" in told
    assert "不能登記貸款" in words_of(client.get(loan_url(waiting, "/registration")))


# --- moved, worked out anew -------------------------------------------------------------------


def test_a_repayment_is_entered_on_its_page(app: Flask, office: Office) -> None:
    loan_id = world.a_registered_loan(office)
    case_id = case_id_of(office, loan_id)
    at(office, date(2023, 12, 1))
    fields = {"moved_on": "112/12/01", "amount": "35,000,000", "notice": "銀放字第2號"}

    response = submit(officer(app), loan_url(case_id, "/movement"), **fields)

    assert response.status_code == 303
    assert "279,890 元" in words_of(officer(app).get(loan_url(case_id)))


def test_a_movement_that_cannot_be_says_why(app: Flask, office: Office) -> None:
    loan_id = world.a_registered_loan(office)
    world.accept(office, world.a_bank_claim(office))
    client, url = officer(app), loan_url(case_id_of(office, loan_id), "/movement")
    plain = {"kind": "REPAY", "moved_on": "112/08/01", "amount": "1", "notice": "x"}

    for code, fields in (
        ("loan.movement_zero", {"amount": "0"}),
        ("loan.movement_future", {"moved_on": "113/08/01"}),
        ("loan.movement_early", {"moved_on": "112/05/31"}),
        ("loan.movement_claimed", {"kind": "DRAW", "moved_on": "112/06/30"}),
        ("loan.repaid_over", {"amount": "35000001"}),
        ("loan.drawn_over", {"kind": "DRAW"}),
    ):
        refused(client, url, code, "notice", plain | fields)


def test_a_new_rate_is_entered_and_the_loans_are_worked_out_anew(
    app: Flask, office: Office
) -> None:
    loan_id = world.a_registered_loan(office)
    case_id = case_id_of(office, loan_id)
    accounting, client = signed_in(app, given.ACCOUNTING), officer(app)
    fields = {
        "since": "112/12/01",
        "rate": "1.72",
        "letter_number": "儲匯字第1號",
        "letter_on": "112/06/01",
    }

    assert submit(accounting, f"{BASE}/loan-rates", **fields).status_code == 303
    assert "1.72%" in words_of(client.get(f"{BASE}/loan-rates"))
    assert world.NUMBER in words_of(client.get(f"{BASE}/loans?show=behind"))
    assert "581,714 元" in words_of(client.get(loan_url(case_id, "/commitment")))
    assert submit(client, f"{BASE}/loan-rates/commitments").status_code == 303
    assert "581,714 元" in words_of(client.get(loan_url(case_id)))
    assert "均已依最新利率" in words_of(client.get(f"{BASE}/loan-rates/commitments"))


def test_one_loan_is_worked_out_anew_by_itself(app: Flask, office: Office) -> None:
    loan_id = world.a_registered_loan(office)
    world.a_rate(office, date(2023, 12, 1), 17_200)

    response = submit(officer(app), loan_url(case_id_of(office, loan_id), "/commitment"))

    assert response.status_code == 303
    assert world.loan_row_of(office, loan_id).committed.dollars == 581_714


def test_a_rate_that_cannot_be_says_why(app: Flask, office: Office) -> None:
    world.a_registered_loan(office)
    world.accept(office, world.a_bank_claim(office))
    client = signed_in(app, given.ACCOUNTING)
    plain = {
        "since": "112/12/01",
        "rate": "1.72",
        "letter_number": "儲匯字第1號",
        "letter_on": "112/06/01",
    }

    for code, fields in (
        ("rate.out_of_range", {"rate": "20.0001"}),
        ("rate.not_later", {"since": "112/04/14"}),
        ("rate.days_claimed", {"since": "112/06/30"}),
    ):
        refused(client, f"{BASE}/loan-rates", code, "letter_number", plain | fields)
