"""追繳 in the browser: the list, a demand with its story, and every deed by its own role."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from backoffice.access import Actor
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.rules.recoveries import RecoveryState
from backoffice.use_case import Office
from tests import given
from tests.disbursement.pages import refused, sent, tells
from tests.given import recoveries as owed
from tests.given.disbursement import Awarded, at, case_row
from tests.given.web import counted_queries, page, signed_in, submit, words_of

LIST = "/disbursement/recoveries"
DISPOSITION = {
    "letter_number": "經企字第1130600號",
    "letter_on": "113/05/06",
    "due_on": "113/06/05",
}
RECEIPT = {
    "received_on": "113/05/20",
    "receipt_number": "收-001",
    "account": "國庫存款戶 405-001",
    "amount": "40,000",
}


def url_of(office: Office, case_id: int, deed: str = "") -> str:
    return f"{LIST}/{owed.the_recovery(office, case_id).id}" + (f"/{deed}" if deed else "")


def a_demand(office: Office) -> int:
    case_id = owed.a_clawback(office)
    owed.demand(office, case_id)
    at(office, date(2024, 5, 20))
    return case_id


def test_a_demand_goes_from_the_settlement_to_the_closed_case(app: Flask, office: Office) -> None:
    case_id = owed.a_clawback(office)
    officer = signed_in(app, given.OFFICER)
    case_url = f"/disbursement/cases/{case_id}"
    step = page(officer, case_url).select_one("a.btn.primary")
    assert step is not None
    assert step["href"] == url_of(office, case_id, "disposition")

    assert submit(officer, url_of(office, case_id, "disposition"), **DISPOSITION).status_code == 303
    said = words_of(officer.get(case_url))
    assert "追繳 100,000 元 追繳中" in said
    assert "繳納期限 113/06/05" in said

    at(office, date(2024, 5, 20))
    cashier = signed_in(app, given.CASHIER)
    said = words_of(cashier.get(url_of(office, case_id, "repayment")))
    assert "收回以前年度歲出，解繳國庫 – 100,000" in said
    assert submit(cashier, url_of(office, case_id, "repayment"), **RECEIPT).status_code == 303
    said = words_of(cashier.get(url_of(office, case_id)))
    assert "收回 40,000 元，收據 收-001" in said
    assert "已收回，尚欠" not in said

    accounting = signed_in(app, given.ACCOUNTING)
    rest = RECEIPT | {"receipt_number": "收-002", "amount": "60,000"}
    assert submit(accounting, url_of(office, case_id, "repayment"), **rest).status_code == 303
    assert case_row(office, case_id).state is CaseState.CLOSED


def test_every_refusal_of_a_disposition_is_told(app: Flask, office: Office) -> None:
    case_id = owed.a_clawback(office)
    client, url = signed_in(app, given.OFFICER), url_of(office, case_id, "disposition")

    for code, keeps, changed in (
        ("letter.in_future", "letter_on", {"letter_on": "113/05/07"}),
        ("recovery.due_missing", "letter_number", {"due_on": ""}),
        ("recovery.due_early", "due_on", {"due_on": "113/05/06"}),
    ):
        refused(client, url, code, keeps, DISPOSITION | changed)

    assert owed.the_recovery(office, case_id).state is RecoveryState.PREPARED


def test_every_refusal_of_a_receipt_is_told(app: Flask, office: Office) -> None:
    case_id = a_demand(office)
    client, url = signed_in(app, given.CASHIER), url_of(office, case_id, "repayment")

    for code, keeps, changed in (
        ("recovery.receipt_missing", "account", {"receipt_number": "　"}),
        ("recovery.account_missing", "receipt_number", {"account": " "}),
        ("recovery.amount_zero", "amount", {"amount": "0"}),
        ("recovery.amount_over", "amount", {"amount": "100,001"}),
        ("recovery.received_future", "received_on", {"received_on": "113/05/21"}),
        ("recovery.received_early", "received_on", {"received_on": "113/05/05"}),
        ("text.too_long", "account", {"account": "國" * 121}),
        ("text.too_long", "receipt_number", {"receipt_number": "9" * 65}),
    ):
        refused(client, url, code, keeps, RECEIPT | changed)
    submit(client, url, **RECEIPT)
    refused(client, url, "recovery.receipt_taken", "receipt_number", RECEIPT)

    assert [row.amount.dollars for row in owed.repayments(office, case_id)] == [40_000]


def test_an_older_page_hears_that_nothing_is_owed_any_more(app: Flask, office: Office) -> None:
    case_id = a_demand(office)
    client, url = signed_in(app, given.CASHIER), url_of(office, case_id, "repayment")
    owed.receive(office, case_id, 100_000, date(2024, 5, 20))
    version = str(owed.the_recovery(office, case_id).version)

    response = sent(client, url, version=version, **RECEIPT)

    assert response.status_code == 422
    assert tells(response, "recovery.not_running")


def test_an_overdue_demand_is_enforced_and_written_off(app: Flask, office: Office) -> None:
    case_id = a_demand(office)
    officer, url = signed_in(app, given.OFFICER), url_of(office, case_id, "enforcement")
    typed = {"letter_number": "移-1", "letter_on": "113/06/06", "final_on": "113/06/06"}
    assert tells(officer.get(url), "recovery.not_overdue")

    at(office, date(2024, 6, 6))
    officer = signed_in(app, given.OFFICER)
    assert "逾期 1 日" in words_of(officer.get(url_of(office, case_id)))
    refused(officer, url, "recovery.final_wrong", "final_on", typed | {"final_on": "113/05/06"})
    assert submit(officer, url, **typed).status_code == 303

    accounting = signed_in(app, given.ACCOUNTING)
    url = url_of(office, case_id, "write-off")
    typed = {"letter_number": "審-1", "letter_on": "113/06/06", "reason": "查無財產"}
    assert submit(accounting, url, **typed).status_code == 303

    said = words_of(accounting.get(url_of(office, case_id)))
    assert "註銷債權 100,000 元，核准文號 審-1" in said
    assert "查無財產" in said
    assert case_row(office, case_id).state is CaseState.CLOSED


def test_enforcing_too_early_from_an_older_page_is_told(app: Flask, office: Office) -> None:
    case_id = a_demand(office)
    client, url = signed_in(app, given.OFFICER), url_of(office, case_id, "enforcement")
    version = str(owed.the_recovery(office, case_id).version)

    response = sent(
        client,
        url,
        version=version,
        letter_number="移-1",
        letter_on="113/05/20",
        final_on="113/05/20",
    )

    assert tells(response, "recovery.not_overdue")


def test_the_list_shows_each_part_with_its_count(app: Flask, office: Office) -> None:
    first = a_demand(office)
    second = owed.a_clawback(office, Awarded(number="S01-112-000002"))
    client = signed_in(app, given.ACCOUNTING)

    said = words_of(client.get(LIST))
    assert "追繳中 1 件，尚欠 100,000 元；逾期 0 件。" in said
    assert case_row(office, first).number in said
    assert case_row(office, second).number not in said
    assert case_row(office, second).number in words_of(client.get(f"{LIST}?show=prepared"))

    at(office, date(2024, 6, 6))
    client = signed_in(app, given.ACCOUNTING)
    said = words_of(client.get(f"{LIST}?show=overdue"))
    assert "逾期未繳" in said
    assert "這一類目前沒有追繳" in words_of(client.get(f"{LIST}?show=recovered"))
    assert "這一類目前沒有追繳" in words_of(client.get(f"{LIST}?show=overdue&scheme=S03"))
    assert client.get(f"{LIST}?show=nothing&scheme=none&after=x~y").status_code == 200


def test_the_list_goes_on_after_its_key(app: Flask, office: Office) -> None:
    case_id = a_demand(office)
    client = signed_in(app, given.ACCOUNTING)
    found = owed.the_recovery(office, case_id)

    after = client.get(f"{LIST}?show=open&after=2024-06-05~{found.id}")
    before = client.get(f"{LIST}?show=open&after=2024-06-05~{found.id - 1}")

    assert "這一類目前沒有追繳" in words_of(after)
    assert case_row(office, case_id).number in words_of(before)


@pytest.mark.parametrize(
    ("person", "opens", "deeds"),
    [
        (given.OFFICER, 200, {"移送行政執行"}),
        (given.CONVENOR, 200, set()),
        (given.ACCOUNTING, 200, {"登錄收回"}),
        (given.CASHIER, 200, {"登錄收回"}),
        (given.MANAGER, 200, set()),
        (given.AUDITOR, 200, set()),
        (given.REVIEWER, 403, set()),
        (given.ADMIN, 403, set()),
    ],
)
def test_each_role_sees_what_is_its_own(
    app: Flask, office: Office, person: Actor, opens: int, deeds: set[str]
) -> None:
    case_id = a_demand(office)
    client = signed_in(app, person)

    assert client.get(LIST).status_code == opens
    response = client.get(url_of(office, case_id))
    assert response.status_code == opens
    found = page(client, url_of(office, case_id)) if opens == 200 else None
    shown = {
        " ".join(part.get_text(" ").split()).removesuffix(" .")
        for part in (found.select("main .actions .btn") if found else ())
    }
    assert shown == deeds


@pytest.mark.parametrize(
    ("deed", "may"),
    [
        ("disposition", {given.OFFICER}),
        ("repayment", {given.ACCOUNTING, given.CASHIER}),
        ("enforcement", {given.OFFICER}),
        ("write-off", {given.ACCOUNTING}),
    ],
)
def test_a_deed_s_page_opens_for_its_role_only(
    app: Flask, office: Office, deed: str, may: set[Actor]
) -> None:
    case_id = a_demand(office)
    url = url_of(office, case_id, deed)

    opened = {
        person
        for person in (
            given.OFFICER,
            given.CONVENOR,
            given.ACCOUNTING,
            given.CASHIER,
            given.MANAGER,
            given.AUDITOR,
            given.REVIEWER,
        )
        if signed_in(app, person).get(url).status_code == 200
    }

    assert opened == may


def test_the_pages_ask_a_bounded_number_of_questions(app: Flask, office: Office) -> None:
    case_id = a_demand(office)
    client = signed_in(app, given.ACCOUNTING)
    counts = []
    for url in (LIST, url_of(office, case_id)):
        client.get(url)
        with counted_queries(app) as statements:
            client.get(url)
        counts.append(len(statements))

    assert max(counts) <= 8, counts
