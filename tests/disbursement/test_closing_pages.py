"""The pages of closing: report, invoices, settlement step by step, conclusion, end."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backoffice.cases.models import Case
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.operations.closing import report_closing
from backoffice.disbursement.operations.spending import enter_spending
from backoffice.use_case import Office
from tests import given
from tests.disbursement.pages import pdf, refused, sent, tells, typed
from tests.given import disbursement as world
from tests.given.disbursement import CLOSING_ON, Awarded, category, invoice
from tests.given.web import counted_queries, page, signed_in, submit, words_of

INVOICE = {
    "category": "C1",
    "number": "AB-12345678",
    "invoice_on": "112/12/01",
    "paid_on": "112/12/15",
    "amount": "100,000",
}
PASS = {"result": "PASS", "letter_number": "經企字第1130506號", "letter_on": "113/05/06"}


def an_officer(app: Flask) -> FlaskClient:
    return signed_in(app, given.OFFICER)


def url_of(case_id: int, page_name: str = "closing") -> str:
    return f"/disbursement/cases/{case_id}/{page_name}"


def test_the_closing_report_is_entered(app: Flask, office: Office) -> None:
    case_id = world.a_case_with_first_tranche_paid(office)
    world.at(office, CLOSING_ON)
    client = an_officer(app)
    report = {"letter_number": "宏聯字第113050號", "letter_on": "113/05/06"}

    refused(client, url_of(case_id), "document.missing", "letter_number", report)
    response = submit(client, url_of(case_id), **report, report=pdf())

    assert response.status_code == 303
    assert world.case_row(office, case_id).state is CaseState.CLOSING


def test_an_invoice_is_entered_and_settled_at_once_on_the_page(app: Flask, office: Office) -> None:
    case_id = world.a_closing_case(office)
    client = an_officer(app)

    response = submit(client, url_of(case_id), **INVOICE)
    assert response.status_code == 303
    said = words_of(client.get(url_of(case_id)))

    assert "AB12345678" in said
    assert "已登錄並認列。" in said
    assert "結算核定數為 50,000 元" in said


def test_an_amount_with_tax_is_counted_without(app: Flask, office: Office) -> None:
    case_id = world.a_closing_case(office)

    submit(an_officer(app), url_of(case_id), **INVOICE | {"amount": "1,050,000", "tax": "GROSS"})

    (line,) = world.spending(office, case_id)
    assert line.amount.dollars == 1_000_000


def test_every_refusal_of_an_invoice_is_told(app: Flask, office: Office) -> None:
    case_id = world.a_closing_case(office)
    client = an_officer(app)

    for code, keeps, changed in (
        ("spending.number_missing", "amount", {"number": "－"}),
        ("spending.amount_zero", "number", {"amount": "0"}),
        ("spending.in_future", "paid_on", {"paid_on": "113/05/07"}),
    ):
        refused(client, url_of(case_id), code, keeps, INVOICE | changed)

    assert world.spending(office, case_id) == []


def test_an_amount_that_cannot_be_read_stays_as_typed(app: Flask, office: Office) -> None:
    case_id = world.a_closing_case(office)

    response = submit(an_officer(app), url_of(case_id), **INVOICE | {"amount": "十萬"})

    assert response.status_code == 422
    assert typed(response, "amount") == "十萬"
    assert "「十萬」不是金額" in words_of(response)


@pytest.mark.scenario("A70")
@pytest.mark.scenario("A71")
def test_an_invoice_that_is_not_recognised_says_why_in_the_table(
    app: Flask, office: Office
) -> None:
    first = world.a_closing_case(office, Awarded(number="S01-112-000001"))
    second = world.a_closing_case(office, Awarded(number="S01-112-000002"))
    office.perform(enter_spending, given.OFFICER, first, invoice("C1", 100_000, "AB12345678"))
    world.at(office, date(2024, 5, 8))
    client = an_officer(app)

    submit(client, url_of(second), **INVOICE)
    submit(client, url_of(second), **INVOICE | {"number": "CD87654321", "paid_on": "113/05/08"})
    submit(client, url_of(second), **INVOICE | {"number": "EF11112222", "category": "C4"})
    submit(client, url_of(second), **INVOICE | {"number": "GH33334444"})
    submit(client, url_of(second), **INVOICE | {"number": "GH33334444"})
    submit(client, url_of(second), **INVOICE | {"number": "IJ55556666", "is_complete": None})
    response = client.get(url_of(second))

    for code in (
        "spending.claimed_elsewhere",
        "spending.outside_period",
        "spending.category_not_approved",
        "spending.duplicate",
        "spending.incomplete",
    ):
        assert tells(response, code), code
    link = page(client, url_of(second)).select_one("#spending tbody tr a")
    assert link is not None
    assert (link.get_text(), link["href"]) == ("S01-112-000001", url_of(first))


def test_an_invoice_is_withdrawn_with_its_reason(app: Flask, office: Office) -> None:
    case_id = world.a_closing_case(office)
    world.spend(office, case_id, C1=100_000)
    (line,) = world.spending(office, case_id)
    url = f"/disbursement/spending/{line.id}/withdrawal"
    client = an_officer(app)

    assert tells(submit(client, url, reason=" "), "note.missing")
    assert submit(client, url, reason="屬另案").status_code == 303

    assert world.spending(office, case_id)[0].withdrawn_at is not None
    assert tells(client.get(url), "spending.withdrawn")
    assert tells(sent(client, url, reason="再撤", version="2"), "spending.withdrawn")


def test_a_settled_case_takes_no_more_withdrawals(app: Flask, office: Office) -> None:
    case_id = world.a_settled_case(office)
    line = world.spending(office, case_id)[0]
    client = an_officer(app)
    url = f"/disbursement/spending/{line.id}/withdrawal"

    assert tells(client.get(url), "spending.not_closing")
    assert tells(sent(client, url, reason="撤", version="1"), "spending.not_closing")


@pytest.mark.scenario("A63")
def test_the_conclusion_shows_every_step_and_makes_exactly_that(app: Flask, office: Office) -> None:
    case_id = world.a_closing_case(office)
    world.spend(office, case_id, C1=2_000_000, C2=1_800_000, C3=1_200_000)
    client = an_officer(app)
    url = url_of(case_id, "closing/conclusion")

    said = words_of(client.get(url))
    assert "認列 5,000,000 × 核定補助款 3,000,000 ÷ 核定總經費 6,000,000，元以下捨去。" in said
    assert "最後一期款 1,000,000 元開放請款，賸餘 500,000 元回到可用餘額" in said
    response = submit(client, url, **PASS)

    assert response.status_code == 303
    assert world.case_row(office, case_id).state is CaseState.SETTLED
    after = words_of(client.get(url_of(case_id)))
    assert "已結算：核定 2,500,000 元。" in after
    assert "新臺幣貳佰伍拾萬元整" in after


@pytest.mark.scenario("A64")
def test_a_clawback_is_said_before_and_after(app: Flask, office: Office) -> None:
    case_id = world.a_closing_case(office)
    world.spend(office, case_id, C1=1_200_000, C2=800_000, C3=800_000)
    client = an_officer(app)
    url = url_of(case_id, "closing/conclusion")

    assert "應追繳 100,000 元；最後一期款免撥" in words_of(client.get(url))
    assert submit(client, url, **PASS).status_code == 303

    response = client.get(f"/disbursement/cases/{case_id}")
    assert tells(response, "closing.clawback_open")
    assert "應追繳 100,000 元" in words_of(response)


def test_an_invoice_that_came_in_meanwhile_makes_the_page_stale(app: Flask, office: Office) -> None:
    case_id = world.a_closing_case(office)
    world.spend(office, case_id, C1=1_000_000)
    client = an_officer(app)
    url = url_of(case_id, "closing/conclusion")

    response = submit(client, url, **PASS, shown_final="1")

    assert response.status_code == 409
    assert tells(response, "stale")
    assert typed(response, "shown_final") == "500000"
    assert typed(response, "letter_number") == "經企字第1130506號"


def test_every_refusal_of_the_conclusion_is_told(app: Flask, office: Office) -> None:
    case_id = world.a_closing_case(office)
    url = url_of(case_id, "closing/conclusion")
    client = an_officer(app)
    correct = {"result": "CORRECT", "reason": "補佐證", "correct_by": "113/06/06"}

    refused(client, url, "letter.missing", "reason", PASS | {"letter_on": "", "reason": "同意"})
    refused(client, url, "note.missing", "letter_number", PASS | {"result": "FAIL", "reason": ""})
    refused(client, url, "stage.correction_past", "reason", correct | {"correct_by": "113/05/05"})


def test_nothing_is_concluded_without_a_report(app: Flask, office: Office) -> None:
    case_id = world.a_closing_case(office)
    url = url_of(case_id, "closing/conclusion")
    client = an_officer(app)
    correct = {"result": "CORRECT", "reason": "補佐證", "correct_by": "113/06/06"}
    assert submit(client, url, **correct).status_code == 303

    version = str(world.case_row(office, case_id).version)
    response = sent(client, url, **PASS, version=version, shown_final="")

    assert tells(response, "stage.not_open")


def test_nothing_is_settled_while_the_first_tranche_is_unpaid(app: Flask, office: Office) -> None:
    case_id = world.a_verified_claim(office)
    world.at(office, CLOSING_ON)
    office.perform(
        report_closing,
        given.OFFICER,
        case_id,
        world.version_of(office, Case, case_id),
        world.LETTER,
        world.a_pdf(),
    )
    world.give_an_opinion(office, case_id)
    client = an_officer(app)
    url = url_of(case_id, "closing/conclusion")

    assert tells(client.get(url), "closing.tranche_unpaid")
    refused(client, url, "closing.tranche_unpaid", "letter_number", dict(PASS))


@pytest.mark.scenario("A59")
def test_a_missing_closing_condition_is_shown_told_and_supplied(app: Flask, office: Office) -> None:
    plan = Awarded(
        number="S05-112-000001",
        scheme="S05",
        lines=(category("C1", 1_000_000, 1_000_000),),
        plan_start=date(2023, 5, 8),
    )
    case_id = world.a_closing_case(office, plan)
    world.spend(office, case_id, C1=2_000_000)
    url = url_of(case_id, "closing/conclusion")
    client = an_officer(app)

    assert tells(client.get(url), "closing.condition_open")
    refused(client, url, "closing.condition_open", "letter_number", dict(PASS))
    condition_url = url_of(case_id, "closing/condition")
    assert tells(submit(client, condition_url), "document.missing")
    supplied = submit(client, condition_url, evidence=pdf("特定工廠登記證明.pdf"))
    assert supplied.status_code == 303
    assert "特定工廠登記證明.pdf" in words_of(client.get(condition_url))
    assert submit(client, url, **PASS).status_code == 303


def test_a_condition_is_supplied_after_the_mid_term_only(app: Flask, office: Office) -> None:
    plan = Awarded(
        scheme="S05",
        lines=(category("C1", 1_000_000, 1_000_000),),
        plan_start=date(2023, 5, 8),
    )
    case_id = world.a_contracted_case(office, plan)

    response = submit(
        an_officer(app), url_of(case_id, "closing/condition"), evidence=pdf("證明.pdf")
    )

    assert response.status_code == 422
    assert tells(response, "closing.not_closing")


def test_a_scheme_without_conditions_says_so(app: Flask, office: Office) -> None:
    case_id = world.a_closing_case(office)

    said = words_of(an_officer(app).get(url_of(case_id, "closing/condition")))

    assert "沒有其他結案條件" in said


def test_a_case_cannot_be_closed_while_money_is_still_to_move(app: Flask, office: Office) -> None:
    case_id = world.a_settled_case(office, C1=2_000_000, C2=1_800_000, C3=1_200_000)
    client = an_officer(app)
    url = url_of(case_id, "close")

    assert tells(client.get(url), "closing.tranche_open")
    version = str(world.case_row(office, case_id).version)
    assert tells(sent(client, url, version=version), "closing.tranche_open")


def test_the_closing_page_asks_the_same_few_questions_for_one_invoice_or_three(
    app: Flask, office: Office
) -> None:
    case_id = world.a_closing_case(office)
    client = an_officer(app)
    counts = []

    for code in ("C1", "C2", "C3"):
        world.spend(office, case_id, **{code: 100_000})
        with counted_queries(app) as statements:
            client.get(url_of(case_id))
        counts.append(len(statements))

    assert counts[0] == counts[1] == counts[2]


def test_only_officers_conclude_withdraw_and_close(app: Flask, office: Office) -> None:
    case_id = world.a_closing_case(office)
    world.spend(office, case_id, C1=100_000)
    (line,) = world.spending(office, case_id)

    for person in (given.AUDITOR, given.CONVENOR, given.REVIEWER):
        client = signed_in(app, person)
        for url in (
            url_of(case_id, "closing/conclusion"),
            url_of(case_id, "closing/condition"),
            url_of(case_id, "close"),
            f"/disbursement/spending/{line.id}/withdrawal",
        ):
            assert client.get(url).status_code == 403
