"""The case's tab, its checkpoints, its mid-term review, its claims and their verification."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.operations.claims import block_firm, hold_tranche
from backoffice.disbursement.rules.checkpoints import PlannedPoint
from backoffice.disbursement.rules.lifecycles import CheckpointState, TrancheState
from backoffice.disbursement.rules.stages import Letter
from backoffice.use_case import Office
from tests import given
from tests.disbursement.pages import pdf, refused, sent, tells, typed
from tests.given import disbursement as world
from tests.given.disbursement import ACCOUNT, MIDTERM_ON, Awarded, package
from tests.given.web import counted_queries, page, signed_in, submit, words_of

REPORT = {"letter_number": "宏聯字第112083號", "letter_on": "112/08/30"}
CLAIM = {
    "receipt_number": "領-001",
    "receipt_on": "112/11/06",
    "amount": "1,500,000",
    "bank_code": "004",
    "branch_code": "0037",
    "account_number": "003123458812",
    "holder": "宏聯精密工業股份有限公司",
}


def an_officer(app: Flask) -> FlaskClient:
    return signed_in(app, given.OFFICER)


def case_url(case_id: int) -> str:
    return f"/disbursement/cases/{case_id}"


# --- the case's tab ---------------------------------------------------------------------------


def test_the_tab_says_what_to_do_before_the_contract(app: Flask, office: Office) -> None:
    case_id = world.an_awarded_case(office)

    document = page(an_officer(app), case_url(case_id))

    button = document.select_one("main .btn.primary")
    assert button is not None
    assert (button.get_text(" ").split()[0], button["href"]) == (
        "登錄契約",
        f"/disbursement/cases/{case_id}/contract",
    )
    assert "本案尚未簽約。" in document.get_text()


def test_the_tab_says_why_a_lapsed_award_cannot_be_signed(app: Flask, office: Office) -> None:
    case_id = world.an_awarded_case(office)
    world.at(office, date(2023, 8, 1))

    assert tells(an_officer(app).get(case_url(case_id)), "contract.sign_by_passed")


def test_the_tab_shows_the_calendar_s_state_though_no_job_has_run(
    app: Flask, office: Office
) -> None:
    case_id = world.a_contracted_case(office)
    world.at(office, date(2023, 9, 8))
    assert world.points(office, case_id)[0].state is CheckpointState.PLANNED

    document = page(an_officer(app), case_url(case_id))

    rows = [row.get_text(" ") for row in document.select("#points tbody tr")]
    assert "逾期" in rows[0]
    assert "未到期" in rows[1]
    assert "有落後風險" in document.get_text()


def test_the_tab_says_what_is_missing_for_the_mid_term_and_why_nothing_is_paid_yet(
    app: Flask, office: Office
) -> None:
    case_id = world.a_contracted_case(office)

    said = words_of(an_officer(app).get(case_url(case_id)))

    assert "再達成下列 2 個查核點，即達期中標準" in said
    assert "最早於 112年10月31日 達到" in said
    assert "期中審查通過後開放請款。" in said
    assert "結案審查通過並結算後開放請款。" in said


def test_an_account_is_shown_by_its_last_four_digits_only(app: Flask, office: Office) -> None:
    case_id = world.a_verified_claim(office)

    response = an_officer(app).get(case_url(case_id))

    assert "004-0037 ····8812" in response.text
    assert ACCOUNT.number not in response.text


def test_whoever_reads_only_sees_no_buttons(app: Flask, office: Office) -> None:
    case_id = world.a_contracted_case(office)
    point = world.points(office, case_id)[0]

    for person in (given.AUDITOR, given.CONVENOR, given.MANAGER, given.ACCOUNTING):
        client = signed_in(app, person)
        for url in (
            case_url(case_id),
            f"/disbursement/checkpoints/{point.id}",
            f"{case_url(case_id)}/midterm",
            f"{case_url(case_id)}/closing",
        ):
            assert page(client, url).select("main form, main .btn.primary") == []


def test_who_may_not_read_cases_reads_nothing_here(app: Flask, office: Office) -> None:
    case_id = world.a_contracted_case(office)
    point = world.points(office, case_id)[0]
    assert point.id

    for person in (given.REVIEWER, given.CASHIER, given.ADMIN):
        client = signed_in(app, person)
        for url in (case_url(case_id), f"/disbursement/checkpoints/{point.id}"):
            assert client.get(url).status_code == 403


def test_the_tab_asks_the_same_few_questions_for_one_checkpoint_or_three(
    app: Flask, office: Office
) -> None:
    plan = Awarded(
        number="S01-112-000002",
        points=(PlannedPoint("全部", date(2023, 10, 1), 10_000),),
    )
    one, three = world.a_contracted_case(office, plan), world.a_contracted_case(office)
    client = an_officer(app)
    counts = []

    for case_id in (one, three):
        with counted_queries(app) as statements:
            client.get(case_url(case_id))
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 8


def test_a_case_that_does_not_exist_is_not_found(app: Flask) -> None:
    assert an_officer(app).get(case_url(999)).status_code == 404


# --- documents --------------------------------------------------------------------------------


def test_evidence_is_downloaded_and_never_shown(app: Flask, office: Office) -> None:
    case_id = world.a_contracted_case(office)
    world.report_point(office, world.points(office, case_id)[0].id, date(2023, 8, 30))
    document_id = world.points(office, case_id)[0].document_id

    response = an_officer(app).get(f"/disbursement/documents/{document_id}")

    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.mimetype == "application/pdf"
    assert response.data == world.a_pdf().content


def test_evidence_is_not_for_everybody(app: Flask, office: Office) -> None:
    case_id = world.a_contracted_case(office)
    world.report_point(office, world.points(office, case_id)[0].id, date(2023, 8, 30))
    document_id = world.points(office, case_id)[0].document_id

    url = f"/disbursement/documents/{document_id}"
    assert signed_in(app, given.REVIEWER).get(url).status_code == 403
    assert an_officer(app).get("/disbursement/documents/999").status_code == 404


# --- checkpoints ------------------------------------------------------------------------------


def test_a_report_is_entered_and_then_accepted(app: Flask, office: Office) -> None:
    case_id = world.a_contracted_case(office)
    url = f"/disbursement/checkpoints/{world.points(office, case_id)[0].id}"
    world.at(office, date(2023, 8, 30))
    client = an_officer(app)

    reported = submit(client, url, **REPORT, report=pdf())
    assert (reported.status_code, reported.location) == (303, case_url(case_id))
    accepted = submit(client, url, decision="ACCEPT")
    assert accepted.status_code == 303

    assert world.points(office, case_id)[0].state is CheckpointState.ACCEPTED
    assert tells(client.get(url), "lifecycle.not_allowed")


def test_every_refusal_of_a_report_is_told(app: Flask, office: Office) -> None:
    case_id = world.a_contracted_case(office)
    url = f"/disbursement/checkpoints/{world.points(office, case_id)[0].id}"
    world.at(office, date(2023, 8, 30))
    client = an_officer(app)

    refused(client, url, "letter.missing", "letter_on", REPORT | {"letter_number": " "})
    refused(client, url, "letter.in_future", "letter_on", REPORT | {"letter_on": "112/08/31"})
    refused(client, url, "document.missing", "letter_number", dict(REPORT))
    bad = submit(client, url, **REPORT, report=pdf("佐證.pdf", b"GIF89a"))
    assert tells(bad, "document.not_pdf")
    assert typed(bad, "letter_number") == "宏聯字第112083號"


def test_every_refusal_of_a_decision_is_told(app: Flask, office: Office) -> None:
    case_id = world.a_contracted_case(office)
    point = world.points(office, case_id)[0]
    url = f"/disbursement/checkpoints/{point.id}"
    world.report_point(office, point.id, date(2023, 8, 30))
    client = an_officer(app)
    rejected = {"decision": "REJECT", "reason": "照片不清楚", "correct_by": "112/09/15"}

    for code, keeps, changed in (
        ("note.missing", "correct_by", {"reason": " "}),
        ("stage.correction_undated", "reason", {"correct_by": ""}),
        ("stage.correction_past", "correct_by", {"correct_by": "112/08/29"}),
        ("stage.correction_too_late", "correct_by", {"correct_by": "112/10/01"}),
    ):
        refused(client, url, code, keeps, rejected | changed)
    assert submit(client, url, **rejected).status_code == 303
    assert world.points(office, case_id)[0].state is CheckpointState.DUE


def test_a_decision_must_be_chosen(app: Flask, office: Office) -> None:
    case_id = world.a_contracted_case(office)
    point = world.points(office, case_id)[0]
    world.report_point(office, point.id, date(2023, 8, 30))

    response = submit(an_officer(app), f"/disbursement/checkpoints/{point.id}", reason="好")

    assert response.status_code == 422
    assert "此欄必填。" in words_of(response)


def test_a_case_that_is_over_takes_no_more_reports(app: Flask, office: Office) -> None:
    case_id = world.a_settled_case(office)
    url = f"/disbursement/checkpoints/{world.points(office, case_id)[2].id}"
    client = an_officer(app)

    assert tells(client.get(url), "checkpoint.not_executing")
    late = sent(client, url, **REPORT, version="1")
    assert late.status_code == 422
    assert tells(late, "checkpoint.not_executing")


# --- mid-term ---------------------------------------------------------------------------------

PASS = {"result": "PASS", "letter_number": "經企字第1121106號", "letter_on": "112/11/06"}


def test_the_mid_term_is_opened_and_concluded(app: Flask, office: Office) -> None:
    case_id = world.a_contracted_case(office)
    world.accept_points(office, case_id, 2, date(2023, 10, 31))
    world.at(office, MIDTERM_ON)
    url = f"{case_url(case_id)}/midterm"
    client = an_officer(app)

    opened = submit(
        client, url, letter_number="宏聯字第112110號", letter_on="112/11/06", report=pdf()
    )
    assert opened.status_code == 303
    assert tells(client.get(url), "stage.no_opinion")
    world.give_an_opinion(office, case_id)
    concluded = submit(client, url, **PASS)

    assert concluded.status_code == 303
    assert world.case_row(office, case_id).state is CaseState.ACTIVE_2
    assert "可請款" in words_of(client.get(case_url(case_id)))


def test_every_refusal_of_a_mid_term_report_is_told(app: Flask, office: Office) -> None:
    case_id = world.a_contracted_case(office)
    world.at(office, MIDTERM_ON)
    url = f"{case_url(case_id)}/midterm"
    client = an_officer(app)
    report = {"letter_number": "宏聯字第112110號", "letter_on": "112/11/06"}

    refused(client, url, "document.missing", "letter_number", report)
    refused(client, url, "letter.in_future", "letter_on", report | {"letter_on": "112/11/07"})
    refused(client, url, "letter.missing", "letter_on", report | {"letter_number": " "})


@pytest.mark.scenario("A55")
def test_a_pass_below_half_is_told_with_value_and_limit(app: Flask, office: Office) -> None:
    case_id = world.a_contracted_case(office)
    world.accept_points(office, case_id, 1, date(2023, 10, 31))
    world.a_midterm_report(office, case_id)

    response = refused(
        an_officer(app),
        f"{case_url(case_id)}/midterm",
        "midterm.below_minimum",
        "letter_number",
        PASS,
    )

    assert "30 %" in words_of(response)


def test_every_refusal_of_a_conclusion_is_told(app: Flask, office: Office) -> None:
    case_id = world.a_contracted_case(office)
    world.accept_points(office, case_id, 2, date(2023, 10, 31))
    world.a_midterm_report(office, case_id)
    url = f"{case_url(case_id)}/midterm"
    client = an_officer(app)
    correct = {"result": "CORRECT", "reason": "補測節電", "correct_by": "112/12/06"}

    refused(client, url, "letter.missing", "reason", PASS | {"letter_on": "", "reason": "同意"})
    refused(client, url, "note.missing", "correct_by", correct | {"reason": ""})
    refused(client, url, "stage.correction_undated", "reason", correct | {"correct_by": ""})
    too_late = correct | {"correct_by": "112/12/07"}
    refused(client, url, "stage.correction_too_late", "correct_by", too_late)
    assert submit(client, url, **correct).status_code == 303


def test_without_an_opinion_nothing_can_be_concluded(app: Flask, office: Office) -> None:
    case_id = world.a_contracted_case(office)
    world.a_midterm_report(office, case_id, opinion=False)
    version = str(world.case_row(office, case_id).version)
    client = an_officer(app)

    response = sent(client, f"{case_url(case_id)}/midterm", **PASS, version=version)

    assert response.status_code == 422
    assert tells(response, "stage.no_opinion")


# --- claims -----------------------------------------------------------------------------------


def test_a_claim_is_entered_and_verified(app: Flask, office: Office) -> None:
    case_id = world.a_case_past_midterm(office)
    url = f"/disbursement/tranches/{world.tranches(office, case_id)[0].id}/claim"
    client = an_officer(app)

    filed = submit(client, url, **CLAIM, receipt=pdf("領據.pdf"), passbook=pdf("存摺.pdf"))
    assert (filed.status_code, filed.location) == (303, case_url(case_id))
    link = page(client, case_url(case_id)).select_one("main .btn.primary")
    assert link is not None
    verified = submit(client, str(link["href"]), decision="VERIFY", clearance_checked="y")

    assert verified.status_code == 303
    assert world.tranches(office, case_id)[0].state is TrancheState.VERIFIED


def test_the_account_on_file_is_offered_masked(app: Flask, office: Office) -> None:
    case_id = world.a_case_past_midterm(office)
    first = world.tranches(office, case_id)[0]
    claim_id = world.file(office, first)
    client = an_officer(app)
    submit(
        client, f"/disbursement/claims/{claim_id}/verification", decision="REJECT", reason="未蓋章"
    )
    url = f"/disbursement/tranches/{first.id}/claim"

    response = client.get(url)
    assert "沿用留存帳戶 004-0037 ····8812" in response.text
    assert ACCOUNT.number not in response.text
    kept = {"receipt_number": "領-002", "receipt_on": "112/11/06", "amount": "1500000"}
    again = submit(client, url, **kept, which="KEPT", receipt=pdf())

    assert again.status_code == 303


@pytest.mark.scenario("A58")
def test_every_refusal_of_a_claim_is_told(app: Flask, office: Office) -> None:
    case_id = world.a_case_past_midterm(office)
    url = f"/disbursement/tranches/{world.tranches(office, case_id)[0].id}/claim"
    client = an_officer(app)

    for code, keeps, changed in (
        ("claim.receipt_missing", "holder", {"receipt_number": " "}),
        ("claim.receipt_in_future", "receipt_on", {"receipt_on": "112/11/07"}),
        ("claim.amount_differs", "amount", {"amount": "1,500,001"}),
        ("claim.bank_code", "bank_code", {"bank_code": "04"}),
        ("claim.branch_code", "branch_code", {"branch_code": "37"}),
        ("claim.account_number", "account_number", {"account_number": "123456789012345"}),
        ("claim.holder_missing", "account_number", {"holder": " "}),
    ):
        refused(client, url, code, keeps, CLAIM | changed)
    refused(client, url, "document.missing", "holder", dict(CLAIM))
    without = submit(client, url, **CLAIM, receipt=pdf())
    assert tells(without, "claim.passbook_missing")
    assert typed(without, "holder") == CLAIM["holder"]


@pytest.mark.scenario("A88")
def test_a_holder_that_differs_is_shown_before_and_told_after(app: Flask, office: Office) -> None:
    case_id = world.a_case_past_midterm(office)
    first = world.tranches(office, case_id)[0]
    short = replace(ACCOUNT, holder="宏聯精密工業有限公司")
    claim_id = world.file(office, first, package(first.amount, short))
    url = f"/disbursement/claims/{claim_id}/verification"
    client = an_officer(app)

    assert tells(client.get(url), "claim.holder_differs")
    response = submit(client, url, decision="VERIFY", clearance_checked="y")

    assert response.status_code == 422
    assert tells(response, "claim.holder_differs")


def test_every_refusal_of_a_verification_is_told(app: Flask, office: Office) -> None:
    case_id = world.a_case_past_midterm(office)
    first = world.tranches(office, case_id)[0]
    claim_id = world.file(office, first)
    url = f"/disbursement/claims/{claim_id}/verification"
    client = an_officer(app)

    unchecked = submit(client, url, decision="VERIFY")
    assert tells(unchecked, "claim.clearance_unchecked")
    assert tells(submit(client, url, decision="REJECT", reason=" "), "note.missing")
    letter = Letter("經企字第1120999號", MIDTERM_ON)
    office.perform(
        block_firm, given.CONVENOR, "04595252", MIDTERM_ON, date(2024, 11, 5), letter, "虛報"
    )
    blocked = submit(client, url, decision="VERIFY", clearance_checked="y")
    assert tells(blocked, "claim.firm_blocked")
    assert submit(client, url, decision="REJECT", reason="停權中").status_code == 303
    ended = sent(client, url, decision="REJECT", reason="再退", version="2")
    assert tells(ended, "claim.not_live")


def test_a_changed_account_is_flagged_and_verified_by_somebody_else(
    app: Flask, office: Office
) -> None:
    case_id = world.a_case_past_midterm(office)
    first = world.tranches(office, case_id)[0]
    client = an_officer(app)
    claim_id = world.file(office, first)
    submit(
        client, f"/disbursement/claims/{claim_id}/verification", decision="REJECT", reason="已結清"
    )
    other = replace(ACCOUNT, number="700021345")
    claim_id = world.file(office, first, package(first.amount, other))

    assert "帳戶 30 天內變更" in words_of(client.get(case_url(case_id)))
    url = f"/disbursement/claims/{claim_id}/verification"
    response = submit(client, url, decision="VERIFY", clearance_checked="y")

    assert tells(response, "claim.same_person")
    colleague = signed_in(app, given.OFFICER_2)
    assert submit(colleague, url, decision="VERIFY", clearance_checked="y").status_code == 303


# --- holding ----------------------------------------------------------------------------------


def test_a_tranche_is_held_back_and_let_go_on(app: Flask, office: Office) -> None:
    case_id = world.a_case_past_midterm(office)
    first = world.tranches(office, case_id)[0]
    url = f"/disbursement/tranches/{first.id}/hold"
    client = an_officer(app)

    assert tells(submit(client, url, reason=" "), "note.missing")
    assert submit(client, url, reason="檢舉查核中").status_code == 303
    assert "暫緩：檢舉查核中" in words_of(client.get(case_url(case_id)))
    claim_url = f"/disbursement/tranches/{first.id}/claim"
    assert tells(client.get(claim_url), "tranche.held")
    late = sent(client, claim_url, **CLAIM, which="OTHER", version=str(first.version + 1))
    assert tells(late, "tranche.held")
    assert submit(client, url, reason="").status_code == 303

    assert world.tranches(office, case_id)[0].hold_reason == ""


def test_a_paid_tranche_is_not_held_back(app: Flask, office: Office) -> None:
    case_id = world.a_case_with_first_tranche_paid(office)
    first = world.tranches(office, case_id)[0]
    url = f"/disbursement/tranches/{first.id}/hold"
    client = an_officer(app)

    assert tells(client.get(url), "tranche.not_holdable")
    response = sent(client, url, reason="檢舉", version=str(first.version))
    assert tells(response, "tranche.not_holdable")


def test_a_hold_that_somebody_else_made_first_is_told(app: Flask, office: Office) -> None:
    case_id = world.a_case_past_midterm(office)
    second = world.tranches(office, case_id)[1]
    client = an_officer(app)
    url = f"/disbursement/tranches/{second.id}/hold"
    form = page(client, url)
    assert form.select("main form")
    office.perform(hold_tranche, given.OFFICER_2, second.id, second.version, "查核中")

    response = sent(client, url, reason="查核中", version=str(second.version))

    assert response.status_code == 409
    assert tells(response, "stale")
