"""The pages on which a loan's subsidy is called back or ended, and what older pages are told."""

from __future__ import annotations

from datetime import date

from flask import Flask

from backoffice.disbursement.operations.loans import end_loan
from backoffice.disbursement.rules.loans import LoanState
from backoffice.use_case import Office
from tests import given
from tests.disbursement.pages import refused, sent, tells
from tests.disbursement.test_loan_pages import BASE, case_id_of, loan_url, officer
from tests.given import budget, cases
from tests.given import loans as world
from tests.given.disbursement import at, case_row
from tests.given.web import submit, words_of


def test_a_breach_shows_its_demand_before_it_is_confirmed(app: Flask, office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    client, url = officer(app), loan_url(case_id_of(office, loan_id), "/breach")
    fields = {"since": "112/06/16", "ground": "DISSOLVED", "reason": "歇業"}

    first = submit(client, url, **fields)
    assert first.status_code == 200
    assert "22,942 元" in words_of(first)
    assert world.loan_row_of(office, loan_id).state is LoanState.RUNNING

    second = submit(client, url, **fields, shown="22942")
    assert second.status_code == 303
    assert world.loan_row_of(office, loan_id).state is LoanState.CALLED
    assert "22,942" in words_of(client.get(f"{BASE}/recoveries?show=prepared"))


def test_a_breach_that_cannot_be_says_why(app: Flask, office: Office) -> None:
    loan_id = world.a_registered_loan(office)
    client, url = officer(app), loan_url(case_id_of(office, loan_id), "/breach")
    plain = {"since": "112/06/01", "ground": "OTHER", "reason": "x", "shown": "0"}

    for code, fields in (
        ("loan.call_early", {"since": "112/05/31"}),
        ("loan.call_future", {"since": "112/06/02"}),
    ):
        refused(client, url, code, "reason", plain | fields)


def test_a_subsidy_is_ended_when_its_time_is_over(app: Flask, office: Office) -> None:
    loan_id = world.a_registered_loan(office)
    case_id = case_id_of(office, loan_id)
    url = loan_url(case_id, "/end")
    assert "尚未屆滿" in words_of(officer(app).get(url))
    at(office, date(2024, 6, 1))
    client = officer(app)

    assert submit(client, url).status_code == 303

    assert case_row(office, case_id).state == "CLOSED"
    assert budget.amounts(office, world.SCHEME)["available"] == world.BUDGET
    assert "補貼結束" in words_of(client.get(loan_url(case_id)))


def test_what_waits_keeps_a_subsidy_from_its_end(app: Flask, office: Office) -> None:
    loan_id = world.a_registered_loan(office)
    claim_id = world.a_bank_claim(office)
    at(office, date(2024, 6, 1))
    client, url = officer(app), loan_url(case_id_of(office, loan_id), "/end")

    assert "1 列請款未處理" in words_of(client.get(url))
    world.accept(office, claim_id)
    assert "1 期款項撥付中" in words_of(client.get(url))


def test_an_older_page_is_told_what_became_of_the_loan(app: Flask, office: Office) -> None:
    loan_id = world.a_registered_loan(office)
    case_id = case_id_of(office, loan_id)
    client = officer(app)
    version = str(world.loan_row_of(office, loan_id).version)
    case_version = str(cases.version_of(office, case_id))
    typed = {
        "loan_class": "A1",
        "working": "1",
        "bank_code": "004",
        "guarantee": "95",
        "drawn": "1",
        "drawn_on": "112/06/01",
        "notice": "x",
        "version": case_version,
    }

    assert tells(sent(client, loan_url(case_id, "/registration"), **typed), "loan.registered")
    assert tells(sent(client, loan_url(case_id, "/end"), version=version), "loan.not_over")
    claim_id = world.a_bank_claim(office)
    at(office, date(2024, 6, 1))
    client = officer(app)
    assert tells(sent(client, loan_url(case_id, "/end"), version=version), "loan.lines_open")
    world.accept(office, claim_id)
    version = str(world.loan_row_of(office, loan_id).version)
    response = sent(client, loan_url(case_id, "/end"), version=version)
    assert tells(response, "loan.payments_under_way")


def test_a_case_not_accepted_is_told_to_an_older_page(app: Flask, office: Office) -> None:
    case_id = cases.an_imported_case(office, number=world.NUMBER, scheme=world.SCHEME)
    world.money(office)
    typed = {
        "loan_class": "A1",
        "working": "1",
        "bank_code": "004",
        "guarantee": "95",
        "drawn": "1",
        "drawn_on": "112/04/17",
        "notice": "x",
        "version": str(cases.version_of(office, case_id)),
    }

    response = sent(officer(app), loan_url(case_id, "/registration"), **typed)

    assert tells(response, "loan.not_accepted")


def test_a_loan_that_is_over_takes_no_movement(app: Flask, office: Office) -> None:
    loan_id = world.a_registered_loan(office)
    case_id = case_id_of(office, loan_id)
    at(office, date(2024, 6, 1))
    office.perform(end_loan, given.OFFICER, loan_id, world.loan_row_of(office, loan_id).version)
    fields = {"moved_on": "113/06/01", "amount": "1", "notice": "x"}

    refused(officer(app), loan_url(case_id, "/movement"), "loan.over", "notice", fields)
