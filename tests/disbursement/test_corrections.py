"""修正後通過: by when, late and why, and what follows when nothing comes."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from backoffice.cases.models import Case
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.operations.closing import conclude_closing, report_closing
from backoffice.disbursement.operations.midterm import (
    conclude_midterm,
    fail_uncured,
    open_midterm,
)
from backoffice.disbursement.rules.lifecycles import StageResult
from backoffice.disbursement.rules.stages import Conclusion, Letter
from backoffice.review.rules.lifecycles import OpinionResult, ReviewStage
from backoffice.use_case import Office
from tests import given
from tests.disbursement.pages import pdf, refused, sent, tells
from tests.given import disbursement as world
from tests.given.disbursement import MIDTERM_ON, at, case_row, version_of
from tests.given.web import page, signed_in, submit, words_of

DUE = date(2023, 12, 6)
LATE = date(2023, 12, 7)


def a_midterm_to_correct(office: Office) -> int:
    """Concluded 修正後通過, due on 112/12/06."""
    case_id = world.a_contracted_case(office)
    world.accept_points(office, case_id, 2, date(2023, 10, 31))
    world.a_midterm_report(office, case_id, opinion=False)
    world.give_an_opinion(office, case_id, result=OpinionResult.CORRECT)
    office.perform(
        conclude_midterm,
        given.OFFICER,
        case_id,
        version_of(office, Case, case_id),
        Conclusion(StageResult.CORRECT, None, "請補充節電量測方法", DUE),
    )
    return case_id


def a_closing_to_correct(office: Office) -> int:
    """Concluded 修正後通過, due on 113/06/06."""
    case_id = world.a_closing_case(office)
    office.perform(
        conclude_closing,
        given.OFFICER,
        case_id,
        version_of(office, Case, case_id),
        Conclusion(StageResult.CORRECT, None, "請補憑證", date(2024, 6, 6)),
    )
    return case_id


def report(office: Office, case_id: int, on: date, late_reason: str = "") -> None:
    office.perform(
        open_midterm,
        given.OFFICER,
        case_id,
        version_of(office, Case, case_id),
        Letter("宏聯字第112120號", on),
        world.a_pdf(),
        late_reason,
    )


def fail(office: Office, case_id: int, stage: ReviewStage, on: date) -> None:
    office.perform(
        fail_uncured,
        given.OFFICER,
        case_id,
        version_of(office, Case, case_id),
        stage,
        Letter("經企字第1121207號", on),
        "逾期未補正",
    )


def test_a_late_correction_needs_its_reason(office: Office) -> None:
    case_id = a_midterm_to_correct(office)
    at(office, LATE)

    with world.refused("stage.late_unexplained", day=LATE, due_on=DUE):
        report(office, case_id, LATE)
    report(office, case_id, LATE, "業者遭逢颱風停工")

    assert case_row(office, case_id).waiting_for.value == "REVIEWERS"


def test_a_correction_in_time_needs_no_reason(office: Office) -> None:
    case_id = a_midterm_to_correct(office)
    at(office, LATE)

    report(office, case_id, DUE)

    assert case_row(office, case_id).waiting_for.value == "REVIEWERS"


def test_a_midterm_not_corrected_in_time_may_be_failed(office: Office) -> None:
    case_id = a_midterm_to_correct(office)
    at(office, DUE)
    with world.refused("stage.correction_running", due_on=DUE):
        fail(office, case_id, ReviewStage.MIDTERM, DUE)

    at(office, LATE)
    fail(office, case_id, ReviewStage.MIDTERM, LATE)

    assert case_row(office, case_id).state is CaseState.TERMINATING


def test_a_closing_not_corrected_in_time_may_be_failed(office: Office) -> None:
    case_id = a_closing_to_correct(office)
    day = date(2024, 6, 7)
    at(office, day)

    fail(office, case_id, ReviewStage.CLOSING, day)

    assert case_row(office, case_id).state is CaseState.TERMINATING


def test_a_closing_correction_opens_the_next_round(office: Office) -> None:
    case_id = a_closing_to_correct(office)
    at(office, date(2024, 6, 7))
    arguments = (
        case_id,
        version_of(office, Case, case_id),
        Letter("宏聯字第113060號", date(2024, 6, 7)),
        world.a_pdf(),
    )

    with world.refused("stage.late_unexplained"):
        office.perform(report_closing, given.OFFICER, *arguments)
    office.perform(report_closing, given.OFFICER, *arguments, "郵務延誤")

    assert case_row(office, case_id).state is CaseState.CLOSING


def test_what_was_not_to_be_corrected_is_not_failed_for_it(office: Office) -> None:
    case_id = world.a_contracted_case(office)

    with world.refused("stage.no_correction"):
        fail(office, case_id, ReviewStage.MIDTERM, world.SIGNED_ON)


def test_a_stage_that_is_over_is_not_failed(office: Office) -> None:
    case_id = world.a_case_past_midterm(office)

    with world.refused("lifecycle.not_allowed"):
        fail(office, case_id, ReviewStage.MIDTERM, MIDTERM_ON)


def test_the_page_tells_the_round_what_is_due_and_what_then(app: Flask, office: Office) -> None:
    case_id = a_midterm_to_correct(office)
    client = signed_in(app, given.OFFICER)
    url = f"/disbursement/cases/{case_id}/midterm"

    said = words_of(client.get(url))
    assert "等候業者補正，期限 112年12月6日。" in said
    assert "請補充節電量測方法" in said
    assert "進度與計畫相符，佐證完整。" in said

    at(office, LATE)
    client = signed_in(app, given.OFFICER)
    said = words_of(client.get(url))
    assert "補正期限 112年12月6日 已過 1 日，業者尚未補正。" in said
    link = page(client, url).select_one("main .notice a")
    assert link is not None
    assert link["href"] == f"{url}/uncured"
    assert "逾期未補正，作成不通過" in words_of(client.get(f"/disbursement/cases/{case_id}"))


def test_a_late_report_is_flagged_on_the_page(app: Flask, office: Office) -> None:
    case_id = a_midterm_to_correct(office)
    at(office, LATE)
    client = signed_in(app, given.OFFICER)
    url = f"/disbursement/cases/{case_id}/midterm"
    typed = {"letter_number": "宏聯字第112120號", "letter_on": "112/12/07"}

    refused(client, url, "stage.late_unexplained", "letter_number", typed)
    response = submit(client, url, **typed, late_reason="颱風停工", report=pdf())
    assert response.status_code == 303
    world.give_an_opinion(office, case_id)
    office.perform(
        conclude_midterm,
        given.OFFICER,
        case_id,
        version_of(office, Case, case_id),
        Conclusion(StageResult.PASS, Letter("經企字第1121207號", LATE)),
    )

    said = words_of(client.get(url))
    assert "逾期補正" in said
    assert "颱風停工" in said


@pytest.mark.parametrize("stage", ["midterm", "closing"])
def test_a_stage_is_failed_on_its_page(app: Flask, office: Office, stage: str) -> None:
    if stage == "midterm":
        case_id, day, typed_on = a_midterm_to_correct(office), LATE, "112/12/07"
    else:
        case_id, day, typed_on = a_closing_to_correct(office), date(2024, 6, 7), "113/06/07"
    url = f"/disbursement/cases/{case_id}/{stage}/uncured"
    typed = {"letter_number": "經-1", "letter_on": typed_on, "reason": "逾期未補正"}

    early = signed_in(app, given.OFFICER)
    assert tells(early.get(url), "stage.correction_running")
    version = str(case_row(office, case_id).version)
    assert tells(sent(early, url, version=version, **typed), "stage.correction_running")
    at(office, day)
    response = submit(signed_in(app, given.OFFICER), url, **typed)

    assert response.status_code == 303
    assert case_row(office, case_id).state is CaseState.TERMINATING


def test_what_was_not_to_be_corrected_is_told_on_the_page(app: Flask, office: Office) -> None:
    case_id = world.a_contracted_case(office)
    client = signed_in(app, given.OFFICER)
    url = f"/disbursement/cases/{case_id}/midterm/uncured"
    typed = {"letter_number": "經-1", "letter_on": "112/07/03", "reason": "逾期未補正"}

    version = str(case_row(office, case_id).version)
    response = sent(client, url, version=version, **typed)

    assert tells(response, "stage.no_correction")
