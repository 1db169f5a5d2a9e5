"""Small refusals: a scheme without scores, a low mark without reason, a bonus without points."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from backoffice.review.operations import assign_panel
from backoffice.review.rules.marks import missing
from backoffice.scheme.registry import edition_named
from backoffice.use_case import Office
from tests import given
from tests.given import cases
from tests.given import review as world
from tests.given.web import signed_in, submit, words_of
from tests.review.refusals import refused


def test_a_scheme_that_nobody_scores_has_no_panel(office: Office) -> None:
    case_id = cases.an_imported_case(office, number="S08-112-000001", scheme="S08")
    people = (given.REVIEWER.id, given.REVIEWER_2.id, given.REVIEWER_3.id)
    due_on = world.today(office) + timedelta(days=7)

    with refused("panel.no_scoring"):
        office.perform(
            assign_panel, given.OFFICER, case_id, cases.version_of(office, case_id), people, due_on
        )


def test_a_low_mark_without_a_reason_keeps_a_sheet_from_being_handed_in() -> None:
    scoring = edition_named("S01/1").scoring
    assert scoring is not None
    low = world.entry(scoring.comment_below - 1, scoring.comment_below, 80, reason="")

    told = [(criterion.key, refusal.code) for criterion, refusal in missing(low, scoring)]

    assert told == [(scoring.criteria[0].key, "score_sheet.reason_missing")]


def test_a_confirmed_bonus_without_points_is_asked_for_them(office: Office, app: Flask) -> None:
    """The refusal is "bonus.points_missing"; what was typed stays."""
    case_id = world.a_case_with_sheets(office)
    officer = signed_in(app, given.OFFICER)

    answer = submit(
        officer, f"/review/cases/{case_id}/bonus", word="confirm", points="", reason="已核對產地。"
    )

    assert answer.status_code == 422
    assert "已核對產地。" in answer.text
    assert "分" in words_of(answer)
