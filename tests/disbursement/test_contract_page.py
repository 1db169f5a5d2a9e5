"""The page on which a contract is entered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from backoffice.access import SYSTEM
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.kernel.money import Ntd
from backoffice.use_case import Office
from tests import given
from tests.disbursement.pages import pdf, refused, sent, tells, typed
from tests.given import disbursement as world
from tests.given import review
from tests.given.disbursement import Awarded, category
from tests.given.web import filled_in, page, signed_in, submit, words_of

SIGNED = {"number": "112-簽-088", "signed_on": "112/07/03"}


def url_of(case_id: int) -> str:
    return f"/disbursement/cases/{case_id}/contract"


def an_officer(app: Flask) -> FlaskClient:
    return signed_in(app, given.OFFICER)


def test_the_form_begins_as_the_plan_has_it(app: Flask, office: Office) -> None:
    case_id = world.an_awarded_case(office)

    document = page(an_officer(app), url_of(case_id))

    def value(name: str) -> str:
        field = document.select_one(f"[name='{name}']")
        assert field is not None
        return str(field.get("value"))

    assert (value("period_end"), value("midterm_on")) == ("113/05/07", "112/11/07")
    assert (value("lines-0-subsidy"), value("lines-0-self_fund")) == ("1,200,000", "800,000")
    assert (value("points-1-due_on"), value("points-1-weight")) == ("112/10/31", "25")
    assert value("new_equipment") == "1,800,000"


def test_a_contract_is_entered_and_the_case_goes_on(app: Flask, office: Office) -> None:
    case_id = world.an_awarded_case(office)
    client = an_officer(app)

    response = submit(client, url_of(case_id), **SIGNED, paper=pdf("契約書.pdf"))

    assert (response.status_code, response.location) == (303, f"/disbursement/cases/{case_id}")
    assert world.case_row(office, case_id).state is CaseState.ACTIVE
    said = words_of(client.get(response.location))
    assert "已登錄契約" in said
    assert "112-簽-088" in said


def test_sending_the_form_twice_signs_once(app: Flask, office: Office) -> None:
    case_id = world.an_awarded_case(office)
    client = an_officer(app)
    form = page(client, url_of(case_id)).select_one("main form[method=post]")
    assert form is not None
    fields = filled_in(form) | SIGNED

    answers = [client.post(url_of(case_id), data=fields).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert len(world.tranches(office, case_id)) == 2


REFUSALS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("contract.number_missing", "signed_on", {"number": " "}),
    ("contract.sign_by_passed", "signed_on", {"signed_on": "112/07/16"}),
    ("contract.signed_in_future", "signed_on", {"signed_on": "112/07/04"}),
    ("contract.signed_before_award", "signed_on", {"signed_on": "112/06/14"}),
    ("contract.end_before_start", "period_end", {"period_end": "112/05/07"}),
    ("contract.end_too_late", "period_end", {"period_end": "113/05/08"}),
    ("contract.midterm_outside", "midterm_on", {"midterm_on": "112/11/08"}),
    ("contract.subsidy_differs", "lines-0-subsidy", {"lines-0-subsidy": "1,200,001"}),
    ("contract.total_differs", "lines-0-self_fund", {"lines-0-self_fund": "800,001"}),
    (
        "plan.category_over_cap",
        "lines-1-subsidy",
        {"lines-0-subsidy": "1,100,000", "lines-1-subsidy": "1,000,000"},
    ),
    (
        "plan.category_self_fund_only",
        "lines-4-subsidy",
        {"lines-0-subsidy": "1,100,000", "lines-4-subsidy": "100,000"},
    ),
    ("plan.category_not_allowed", "lines-0-subsidy", {"lines-0-category": "C7"}),
    ("plan.equipment_sum", "new_equipment", {"new_equipment": "1,800,001"}),
    ("contract.checkpoint_outside_period", "points-0-due_on", {"points-0-due_on": "113/05/08"}),
    ("checkpoint.sum_short", "points-2-weight", {"points-2-weight": "44.99"}),
    ("checkpoint.sum_over", "points-2-weight", {"points-2-weight": "45.01"}),
    ("checkpoint.by_midterm", "points-1-due_on", {"points-1-due_on": "112/11/08"}),
)


def test_every_refusal_is_told_and_what_was_typed_stays(app: Flask, office: Office) -> None:
    case_id = world.an_awarded_case(office)
    client = an_officer(app)

    for code, keeps, changed in REFUSALS:
        fields = {"lines-0-subsidy": "1,200,000"} | SIGNED | changed
        refused(client, url_of(case_id), code, keeps, fields)

    assert world.case_row(office, case_id).state is CaseState.AWARDED


def test_a_smaller_award_shows_how_far_the_budget_must_shrink(app: Flask, office: Office) -> None:
    plan = Awarded(
        lines=(
            category("C1", 900_000, 1_100_000),
            category("C2", 900_000, 900_000),
            category("C3", 600_000, 1_000_000),
        ),
        capital=3_000_000,
        requested=3_000_000,
    )
    case_id = world.an_awarded_case(office, plan)
    client = an_officer(app)
    shrunk = {"lines-0-self_fund": "100,000", "lines-2-self_fund": "0"}

    response = submit(client, url_of(case_id), **SIGNED, **shrunk)
    assert tells(response, "plan.subsidy_over_ratio")


def test_a_budget_beyond_the_capital_is_refused_with_the_budget_that_would_fit(
    app: Flask, office: Office
) -> None:
    plan = replace(Awarded(), capital=3_000_000)
    case_id = world.an_awarded_case(office, plan)
    office.perform(world.put_capital, SYSTEM, case_id, Ntd(2_900_000))

    response = refused(
        an_officer(app),
        url_of(case_id),
        "plan.self_fund_over_capital",
        "number",
        dict(SIGNED),
    )

    assert "5,900,000" in words_of(response)


def test_a_contract_number_that_is_taken_is_told(app: Flask, office: Office) -> None:
    world.a_contracted_case(office, Awarded(number="S01-112-000002"))
    case_id = world.an_awarded_case(office)

    refused(
        an_officer(app),
        url_of(case_id),
        "contract.number_taken",
        "number",
        {"number": "112-簽-000002", "signed_on": "112/07/03"},
    )


def test_a_scheme_without_a_length_asks_for_the_end(app: Flask, office: Office) -> None:
    plan = Awarded(
        scheme="S11",
        variant="single",
        lines=(category("C1", 300_000, 300_000),),
        plan_start=date(2023, 5, 8),
    )
    case_id = world.an_awarded_case(office, plan)

    refused(
        an_officer(app),
        url_of(case_id),
        "contract.end_missing",
        "number",
        SIGNED | {"period_end": ""},
    )


def test_a_row_that_is_begun_is_whole(app: Flask, office: Office) -> None:
    case_id = world.an_awarded_case(office)

    response = submit(
        an_officer(app), url_of(case_id), **SIGNED, **{"points-3-item": "新增查核項目"}
    )

    assert response.status_code == 422
    assert words_of(response).count("此欄必填。") >= 2
    assert typed(response, "points-3-item") == "新增查核項目"


def test_a_weight_or_a_day_that_cannot_be_read_is_told_at_its_row(
    app: Flask, office: Office
) -> None:
    case_id = world.an_awarded_case(office)
    fields = {
        "points-0-weight": "三成",
        "points-1-weight": "25.005",
        "points-2-weight": "9e999999",
        "points-2-due_on": "明年",
    }

    response = submit(an_officer(app), url_of(case_id), **SIGNED, **fields)

    said = words_of(response)
    assert "請輸入百分比" in said
    assert "小數至多兩位" in said
    assert "「明年」不是日期" in said
    assert typed(response, "points-0-weight") == "三成"
    assert typed(response, "points-2-weight") == "9e999999"


def test_an_older_page_is_told_and_keeps_what_was_typed(app: Flask, office: Office) -> None:
    case_id = world.an_awarded_case(office)

    response = submit(an_officer(app), url_of(case_id), **SIGNED, version="0")

    assert response.status_code == 409
    assert tells(response, "stale")
    assert typed(response, "number") == "112-簽-088"
    assert typed(response, "version") == str(world.case_row(office, case_id).version)


def test_a_file_that_is_no_pdf_is_told(app: Flask, office: Office) -> None:
    case_id = world.an_awarded_case(office)

    response = submit(an_officer(app), url_of(case_id), **SIGNED, paper=pdf("契約書.pdf", b"MZ"))

    assert response.status_code == 422
    assert tells(response, "document.not_pdf")


def test_a_lapsed_award_says_so_before_anything_is_typed(app: Flask, office: Office) -> None:
    case_id = world.an_awarded_case(office)
    world.at(office, date(2023, 7, 16))

    assert tells(an_officer(app).get(url_of(case_id)), "contract.sign_by_passed")


def test_a_case_without_an_award_has_no_contract_page(app: Flask, office: Office) -> None:
    case_id = review.a_case_in_review(office)

    response = an_officer(app).get(url_of(case_id))

    assert response.status_code == 422
    assert tells(response, "contract.not_awarded")


def test_a_signed_case_is_not_signed_again(app: Flask, office: Office) -> None:
    case_id = world.a_contracted_case(office)
    client = an_officer(app)

    assert tells(client.get(url_of(case_id)), "lifecycle.not_allowed")
    version = str(world.case_row(office, case_id).version)
    response = sent(client, url_of(case_id), **SIGNED, version=version)
    assert tells(response, "lifecycle.not_allowed")


def test_only_officers_open_the_page(app: Flask, office: Office) -> None:
    case_id = world.an_awarded_case(office)

    for person in (given.REVIEWER, given.CONVENOR, given.AUDITOR, given.ADMIN):
        assert signed_in(app, person).get(url_of(case_id)).status_code == 403


# --- too late ---------------------------------------------------------------------------------


def test_signing_is_put_off_on_the_firm_s_letter(app: Flask, office: Office) -> None:
    case_id = world.an_awarded_case(office)
    url = f"/disbursement/cases/{case_id}/signing-extension"
    client = an_officer(app)
    asked = {"letter_number": "宏聯字第112070號", "letter_on": "112/07/03", "until": "112/08/01"}

    for code, keeps, changed in (
        ("letter.missing", "until", {"letter_number": " "}),
        ("letter.in_future", "until", {"letter_on": "112/07/04"}),
        ("contract.extension_not_later", "until", {"until": "112/07/15"}),
        ("contract.extension_too_long", "until", {"until": "112/08/16"}),
    ):
        refused(client, url, code, keeps, asked | changed)
    assert submit(client, url, **asked).status_code == 303

    assert world.case_row(office, case_id).due_on == date(2023, 8, 1)


def test_an_award_lapses_once_its_day_has_passed(app: Flask, office: Office) -> None:
    case_id = world.an_awarded_case(office)
    url = f"/disbursement/cases/{case_id}/lapse"
    client = an_officer(app)

    assert tells(client.get(url), "contract.not_lapsed")
    version = str(world.case_row(office, case_id).version)
    assert tells(sent(client, url, reason="", version=version), "contract.not_lapsed")
    world.at(office, date(2023, 7, 16))
    client = an_officer(app)
    tab = page(client, f"/disbursement/cases/{case_id}").select_one("main .btn.primary")
    assert tab is not None
    assert tab["href"] == url
    assert submit(client, url, reason="業者未簽約").status_code == 303

    assert world.case_row(office, case_id).state is CaseState.LAPSED
