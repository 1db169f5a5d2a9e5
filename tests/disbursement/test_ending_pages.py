"""終止・撤銷・廢止 in the browser: the officer prepares, the convenor decides, others only look."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from backoffice.access import Actor
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.rules.endings import EndingKind, EndingState
from backoffice.use_case import Office
from tests import given
from tests.disbursement.pages import pdf, refused, sent, tells
from tests.given import disbursement as world
from tests.given import recoveries as owed
from tests.given import sheets
from tests.given.disbursement import at, case_row
from tests.given.web import counted_queries, page, signed_in, submit, words_of

DAY = date(2023, 12, 1)
ANNULMENT = {"ground": "FALSE_DOCUMENTS", "known_on": "112/12/01", "reason": "申請文件不實"}
REVOCATION = ANNULMENT | {"ground": "PLAN_NOT_EXECUTED", "demand": "400,000"}
DISPOSITION = {"letter_number": "處-1", "letter_on": "112/12/01", "due_on": "113/01/02"}


def a_paid_case(office: Office) -> int:
    case_id = world.a_case_with_first_tranche_paid(office)
    at(office, DAY)
    return case_id


def url_of(case_id: int, deed: str) -> str:
    return f"/disbursement/cases/{case_id}/{deed}"


def the_ending_url(office: Office, case_id: int) -> str:
    return f"/disbursement/endings/{owed.endings(office, case_id)[-1].id}"


def test_an_annulment_is_prepared_and_decided(app: Flask, office: Office) -> None:
    case_id = a_paid_case(office)
    officer, convenor = signed_in(app, given.OFFICER), signed_in(app, given.CONVENOR)
    assert "擬具撤銷" in words_of(officer.get(f"/disbursement/cases/{case_id}"))

    response = submit(officer, url_of(case_id, "annulment"), **ANNULMENT, paper=pdf())
    url = the_ending_url(office, case_id)
    assert (response.status_code, response.headers["Location"]) == (303, url)
    assert "等候召集人核定" in words_of(officer.get(url))
    assert "待核定" in words_of(convenor.get("/disbursement/recoveries"))
    step = page(convenor, f"/disbursement/cases/{case_id}").select_one("a.btn.primary")
    assert step is not None
    assert step["href"] == url

    said = words_of(convenor.get(url))
    assert "追繳 – 1,500,000 元" in said
    assert "期中後執行 撤銷" in said
    assert submit(convenor, url, **DISPOSITION).status_code == 303

    assert case_row(office, case_id).state is CaseState.ANNULLED
    said = words_of(officer.get(f"/disbursement/cases/{case_id}"))
    assert "已撥付，追繳中。" in said
    assert "本案已終止、撤銷或廢止，不再撥付。" in said


def test_a_proposal_is_given_back(app: Flask, office: Office) -> None:
    case_id = a_paid_case(office)
    submit(signed_in(app, given.OFFICER), url_of(case_id, "annulment"), **ANNULMENT)
    convenor, url = signed_in(app, given.CONVENOR), the_ending_url(office, case_id)

    assert submit(convenor, f"{url}/return", reason="證據不足").status_code == 303

    assert owed.endings(office, case_id)[0].state is EndingState.RETURNED
    assert "退回理由：證據不足" in words_of(convenor.get(url))
    version = str(owed.endings(office, case_id)[0].version)
    again = sent(convenor, f"{url}/return", version=version, reason="再退一次")
    assert tells(again, "lifecycle.not_allowed")


def test_every_refusal_of_a_proposal_is_told(app: Flask, office: Office) -> None:
    case_id = a_paid_case(office)
    client = signed_in(app, given.OFFICER)

    future = ANNULMENT | {"known_on": "112/12/02"}
    refused(client, url_of(case_id, "annulment"), "ending.known_future", "reason", future)
    over = REVOCATION | {"demand": "1,500,001"}
    refused(client, url_of(case_id, "revocation"), "ending.demand_over", "demand", over)
    submit(client, url_of(case_id, "revocation"), **REVOCATION)
    version = str(case_row(office, case_id).version)
    second = sent(client, url_of(case_id, "annulment"), version=version, **ANNULMENT)

    assert tells(second, "ending.proposed")
    assert tells(client.get(url_of(case_id, "annulment")), "ending.proposed")
    assert [row.kind for row in owed.endings(office, case_id)] == [EndingKind.REVOCATION]


@pytest.mark.parametrize("blank", ["", " ", "　"])
@pytest.mark.parametrize("field", ["known_on", "demand"])
def test_a_day_or_an_amount_of_white_space_alone_is_asked_for(
    app: Flask, office: Office, field: str, blank: str
) -> None:
    case_id = a_paid_case(office)
    client, typed = signed_in(app, given.OFFICER), REVOCATION | {field: blank}

    response = submit(client, url_of(case_id, "revocation"), **typed)

    assert response.status_code == 422
    assert "此欄必填。" in words_of(response)
    assert REVOCATION["reason"] in words_of(response)
    assert owed.endings(office, case_id) == []


def test_every_refusal_of_a_decision_is_told(app: Flask, office: Office) -> None:
    case_id = a_paid_case(office)
    old = ANNULMENT | {"known_on": "110/11/30"}
    submit(signed_in(app, given.OFFICER), url_of(case_id, "annulment"), **old)
    convenor, url = signed_in(app, given.CONVENOR), the_ending_url(office, case_id)

    refused(convenor, url, "recovery.due_missing", "letter_number", DISPOSITION | {"due_on": ""})
    refused(convenor, url, "ending.too_late", "letter_number", DISPOSITION)

    assert case_row(office, case_id).state is CaseState.ACTIVE_2


def test_an_instalment_on_a_sheet_stops_the_decision(app: Flask, office: Office) -> None:
    sheets.a_made_sheet(office)
    day = sheets.MADE_ON
    owed.propose(office, 1, owed.proposal(EndingKind.ANNULMENT, day))
    convenor, url = signed_in(app, given.CONVENOR), the_ending_url(office, 1)
    typed = {"letter_number": "處-1", "letter_on": "112/11/20"}

    assert tells(convenor.get(url), "ending.on_sheet")
    refused(convenor, url, "ending.on_sheet", "letter_number", typed)


def test_an_instalment_on_its_way_stops_the_decision(app: Flask, office: Office) -> None:
    sheets.a_sent_sheet(office)
    day = sheets.MADE_ON
    owed.propose(office, 1, owed.proposal(EndingKind.ANNULMENT, day))
    convenor, url = signed_in(app, given.CONVENOR), the_ending_url(office, 1)
    typed = {"letter_number": "處-1", "letter_on": "112/11/20"}

    refused(convenor, url, "ending.in_transit", "letter_number", typed)


def test_money_that_changed_since_is_told(app: Flask, office: Office) -> None:
    case_id = world.a_verified_claim(office)
    owed.propose(office, case_id, owed.proposal(EndingKind.ANNULMENT, world.MIDTERM_ON))
    at(office, date(2023, 11, 20))
    world.pay(office, world.tranches(office, case_id)[0])
    convenor, url = signed_in(app, given.CONVENOR), the_ending_url(office, case_id)

    typed = {"letter_number": "處-1", "letter_on": "112/11/20"}
    refused(convenor, url, "ending.money_changed", "letter_number", typed)


def test_a_firm_gives_up_and_its_terms_are_fixed(app: Flask, office: Office) -> None:
    case_id = a_paid_case(office)
    officer, convenor = signed_in(app, given.OFFICER), signed_in(app, given.CONVENOR)
    letter = {"letter_number": "宏-99", "letter_on": "112/12/01", "reason": "停止投資"}

    late = letter | {"letter_on": "112/12/02"}
    refused(officer, url_of(case_id, "give-up"), "letter.in_future", "reason", late)
    assert submit(officer, url_of(case_id, "give-up"), **letter).status_code == 303
    step = page(officer, f"/disbursement/cases/{case_id}").select_one("a.btn.primary")
    assert step is not None
    assert step["href"] == url_of(case_id, "termination")

    terms = {
        "returns": "SETTLED",
        "recognised": "1,900,000",
        "recognised_grant": "1,900,001",
        "reason": "依認列支用結算",
    }
    refused(officer, url_of(case_id, "termination"), "ending.grant_over", "recognised", terms)
    submit(officer, url_of(case_id, "termination"), **terms | {"recognised_grant": "1,900,000"})
    url = the_ending_url(office, case_id)
    assert "應返還 550,000 元" in words_of(convenor.get(url))
    assert submit(convenor, url, **DISPOSITION).status_code == 303

    assert case_row(office, case_id).state is CaseState.TERMINATED
    assert owed.the_recovery(office, case_id).amount.dollars == 550_000


@pytest.mark.parametrize(
    ("deed", "may"),
    [
        ("give-up", {given.OFFICER}),
        ("annulment", {given.OFFICER}),
        ("revocation", {given.OFFICER}),
        ("termination", {given.OFFICER}),
        ("midterm/uncured", {given.OFFICER}),
    ],
)
def test_only_the_officer_opens_what_is_the_officer_s(
    app: Flask, office: Office, deed: str, may: set[Actor]
) -> None:
    case_id = world.an_awarded_case(office)

    opened = {
        person
        for person in (given.OFFICER, given.CONVENOR, given.ACCOUNTING, given.MANAGER)
        if signed_in(app, person).get(url_of(case_id, deed)).status_code == 200
    }

    assert opened == may


def test_only_the_convenor_can_send_the_decision(app: Flask, office: Office) -> None:
    case_id = a_paid_case(office)
    owed.propose(office, case_id, owed.proposal(EndingKind.ANNULMENT, DAY))
    url = the_ending_url(office, case_id)

    for person in (given.OFFICER, given.ACCOUNTING, given.MANAGER, given.AUDITOR):
        client = signed_in(app, person)
        assert client.get(url).status_code == 200
        assert sent(client, url, version="1", **DISPOSITION).status_code == 403

    assert case_row(office, case_id).state is CaseState.ACTIVE_2


def test_a_case_that_cannot_end_so_says_why(app: Flask, office: Office) -> None:
    case_id = a_paid_case(office)

    response = signed_in(app, given.OFFICER).get(url_of(case_id, "termination"))

    assert tells(response, "lifecycle.not_allowed")


def test_the_case_page_asks_a_bounded_number_of_questions(app: Flask, office: Office) -> None:
    case_id = a_paid_case(office)
    owed.propose(office, case_id, owed.proposal(EndingKind.ANNULMENT, DAY))
    client = signed_in(app, given.CONVENOR)
    url = the_ending_url(office, case_id)
    client.get(url)

    with counted_queries(app) as statements:
        client.get(url)

    assert len(statements) <= 8
