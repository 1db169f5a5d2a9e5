"""Refusals that are met only by whoever comes late, or sends what no form proposes.

That both languages say so, and that nothing typed is lost, is heard by `tests.given.refusals`.
"""

from __future__ import annotations

from flask import Flask

from backoffice.use_case import Office
from tests import given
from tests.disbursement.pages import pdf, sent
from tests.given import disbursement as world
from tests.given import refusals
from tests.given.disbursement import MIDTERM_ON
from tests.given.web import filled_in, page, signed_in, soup_of, submit

REPORT = {"letter_number": "宏聯字第112110號", "letter_on": "112/11/06"}
SIGNED = {"number": "112-簽-088", "signed_on": "112/07/03"}
PASSED = {"result": "PASS", "letter_number": "經企字第1121106號", "letter_on": "112/11/06"}


def test_a_report_that_a_colleague_took_in_first_is_not_taken_in_again(
    app: Flask, office: Office
) -> None:
    case_id = world.a_contracted_case(office)
    world.at(office, MIDTERM_ON)
    client, url = signed_in(app, given.OFFICER), f"/disbursement/cases/{case_id}/midterm"
    form = page(client, url).select_one("main form[method=post]")
    assert form is not None
    fields = filled_in(form) | REPORT
    submit(signed_in(app, given.OFFICER_2), url, **REPORT, report=pdf())

    stale = client.post(url, data=fields | {"report": pdf()})
    renewed = filled_in(soup_of(stale).select("main form[method=post]")[0])
    refused = client.post(url, data=renewed | {"report": pdf()})

    assert (stale.status_code, refused.status_code) == (409, 422)
    assert refusals.heard(app)["stage.already_open"] == refusals.BOTH


def test_a_conclusion_that_a_colleague_drew_first_stays_as_typed(
    app: Flask, office: Office
) -> None:
    case_id = world.a_contracted_case(office)
    world.accept_points(office, case_id, 2, MIDTERM_ON)
    world.a_midterm_report(office, case_id)
    client, url = signed_in(app, given.OFFICER), f"/disbursement/cases/{case_id}/midterm"
    form = page(client, url).select_one("main form[method=post]")
    assert form is not None
    fields = filled_in(form) | PASSED
    submit(signed_in(app, given.OFFICER_2), url, **PASSED)

    late = client.post(url, data=fields)

    assert late.status_code == 409
    assert refusals.heard(app)["stale"] == refusals.BOTH


def test_spending_in_no_category_of_the_scheme_leaves_too_little_to_subsidise(
    app: Flask, office: Office
) -> None:
    case_id = world.an_awarded_case(office)
    unknown = {f"lines-{place}-category": "C7" for place in range(3)}

    submit(
        signed_in(app, given.OFFICER),
        f"/disbursement/cases/{case_id}/contract",
        **SIGNED,
        **unknown,
    )

    assert refusals.heard(app)["plan.subsidy_over_subsidisable"] == refusals.BOTH


def test_a_case_with_money_to_recover_is_not_closed(app: Flask, office: Office) -> None:
    case_id = world.a_settled_case(office, C1=1_200_000, C2=800_000, C3=800_000)

    answer = sent(
        signed_in(app, given.OFFICER),
        f"/disbursement/cases/{case_id}/close",
        version=world.case_row(office, case_id).version,
    )

    assert answer.status_code == 422
    assert refusals.heard(app)["closing.clawback_open"] == refusals.BOTH


def test_a_file_beyond_the_limit_is_not_kept(app: Flask, office: Office) -> None:
    case_id = world.a_contracted_case(office)
    world.at(office, MIDTERM_ON)
    large = pdf(content=world.a_pdf().content + bytes(30 << 20))

    answer = submit(
        signed_in(app, given.OFFICER),
        f"/disbursement/cases/{case_id}/midterm",
        **REPORT,
        report=large,
    )

    assert answer.status_code == 422
    assert refusals.heard(app)["document.too_large"] == refusals.BOTH
