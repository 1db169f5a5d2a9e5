"""保留 in the browser: the list of obligations, an approval, and where it shows."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from backoffice.access import Actor
from backoffice.disbursement.operations.sheets import send_sheet
from backoffice.use_case import Office
from tests import given
from tests.disbursement.pages import refused, sent, tells
from tests.disbursement.test_carryover import (
    NEXT_YEAR,
    a_last_tranche_to_pay,
    an_approved_sheet,
)
from tests.given import disbursement as world
from tests.given import recoveries as owed
from tests.given.disbursement import at, case_row, tranches
from tests.given.web import counted_queries, page, signed_in, submit, words_of

LIST = "/disbursement/carry-overs"
APPROVAL = {"letter_number": "院授主預字第1140001號", "letter_on": "114/12/20"}


def test_an_approval_is_entered_and_shows_on_the_budget(app: Flask, office: Office) -> None:
    case_id = a_last_tranche_to_pay(office)
    client = signed_in(app, given.ACCOUNTING)
    assert "S01-112-000001" in words_of(client.get(f"{LIST}?show=all"))

    response = submit(client, f"{LIST}/{case_id}", **APPROVAL)

    assert response.headers["Location"] == f"{LIST}?show=carried"
    assert "院授主預字第1140001號" in words_of(client.get(f"{LIST}?show=carried"))
    document = page(client, "/reports/budget")
    link = document.select_one("a[href='/reports/entries/S01/carried_over']")
    assert link is not None
    assert link.get_text() == "1,500,000"
    assert "保留 院授主預字第1140001號" in words_of(client.get(str(link["href"])))
    board = words_of(client.get("/reports/board"))
    assert "其中已核准保留 1,500,000 元" in board
    assert "114 年度已保留 1,500,000 元" in words_of(client.get(f"/disbursement/cases/{case_id}"))


def test_every_refusal_of_an_approval_is_told(app: Flask, office: Office) -> None:
    case_id = a_last_tranche_to_pay(office)
    client, url = signed_in(app, given.ACCOUNTING), f"{LIST}/{case_id}"

    other = APPROVAL | {"letter_on": "113/12/31"}
    refused(client, url, "carryover.other_year", "letter_number", other)
    submit(client, url, **APPROVAL)
    version = str(case_row(office, case_id).version)

    assert tells(client.get(url), "carryover.entered")
    assert tells(sent(client, url, version=version, **APPROVAL), "carryover.entered")


def test_nothing_to_carry_over_is_told(app: Flask, office: Office) -> None:
    case_id = owed.a_clawback(office)
    client, url = signed_in(app, given.ACCOUNTING), f"{LIST}/{case_id}"
    typed = APPROVAL | {"letter_on": "113/05/06"}

    version = str(case_row(office, case_id).version)
    assert tells(sent(client, url, version=version, **typed), "carryover.nothing")


def test_what_is_at_the_bank_is_told(app: Flask, office: Office) -> None:
    case_id = a_last_tranche_to_pay(office)
    sheet_id, version = an_approved_sheet(office, case_id)
    office.perform(send_sheet, given.CASHIER, sheet_id, version())
    client, url = signed_in(app, given.ACCOUNTING), f"{LIST}/{case_id}"

    shown = str(case_row(office, case_id).version)
    assert tells(sent(client, url, version=shown, **APPROVAL), "carryover.in_transit")


@pytest.mark.scenario("A62")
def test_the_cashier_hears_why_the_sheet_cannot_be_sent(app: Flask, office: Office) -> None:
    case_id = a_last_tranche_to_pay(office)
    at(office, NEXT_YEAR)
    sheet_id, _version = an_approved_sheet(office, case_id)

    response = submit(signed_in(app, given.CASHIER), f"/disbursement/sheets/{sheet_id}/send")

    assert tells(response, "sheet.not_carried_over")
    assert "S01-112-000001" in words_of(response)


def test_the_list_is_filtered_and_paged_by_its_address(app: Flask, office: Office) -> None:
    case_id = world.a_case_with_first_tranche_paid(office)
    number = case_row(office, case_id).number
    client = signed_in(app, given.ACCOUNTING)

    assert number in words_of(client.get(LIST))  # in 112: its period ends in 113
    assert number in words_of(client.get(f"{LIST}?show=all"))
    assert number not in words_of(client.get(f"{LIST}?show=all&scheme=S03"))
    assert number not in words_of(client.get(f"{LIST}?show=all&after=2030-01-01~1"))
    assert client.get(f"{LIST}?show=x&after=y").status_code == 200
    at(office, date(2024, 1, 15))
    client = signed_in(app, given.ACCOUNTING)
    assert number not in words_of(client.get(LIST))  # in 113: it ends long before the year does


@pytest.mark.parametrize(
    ("person", "reads", "enters"),
    [
        (given.ACCOUNTING, 200, 200),
        (given.MANAGER, 200, 403),
        (given.AUDITOR, 200, 403),
        (given.OFFICER, 403, 403),
        (given.CASHIER, 403, 403),
        (given.REVIEWER, 403, 403),
    ],
)
def test_accounting_enters_and_the_ledger_s_readers_look(
    app: Flask, office: Office, person: Actor, reads: int, enters: int
) -> None:
    case_id = world.a_case_with_first_tranche_paid(office)
    client = signed_in(app, person)

    assert client.get(LIST).status_code == reads
    assert client.get(f"{LIST}/{case_id}").status_code == enters
    assert len(tranches(office, case_id)) == 2


def test_the_list_asks_a_bounded_number_of_questions(app: Flask, office: Office) -> None:
    world.a_case_with_first_tranche_paid(office)
    client = signed_in(app, given.ACCOUNTING)
    client.get(f"{LIST}?show=all")

    with counted_queries(app) as statements:
        client.get(f"{LIST}?show=all")

    assert len(statements) <= 5
