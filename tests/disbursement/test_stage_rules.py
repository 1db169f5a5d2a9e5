"""Mid-term and closing reviews: reports, opinions, conclusions, closing conditions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from backoffice.disbursement.rules.lifecycles import StageResult
from backoffice.disbursement.rules.stages import (
    Conclusion,
    Letter,
    Round,
    check_conclusion,
    check_letter,
    condition_refusal,
    conditions_of,
    next_round,
    open_round,
    opening_refusal,
)
from backoffice.scheme.registry import edition_named
from backoffice.scheme.rules import ClosingCondition
from tests.given.disbursement import refused

TODAY = date(2023, 11, 6)
LETTER = Letter("經企字第1121106號", TODAY)
R = StageResult


def conclude(conclusion: Conclusion, opinions: int = 1) -> None:
    check_conclusion(conclusion, TODAY, correction_months=1, opinion_count=opinions)


@pytest.mark.parametrize(
    "conclusion",
    [
        Conclusion(R.PASS, LETTER),
        Conclusion(R.CORRECT, reason="補測節電", correct_by=date(2023, 12, 6)),
        Conclusion(R.CORRECT, LETTER, reason="補測節電", correct_by=TODAY),
        Conclusion(R.FAIL, reason="未依計畫執行"),
    ],
)
def test_a_whole_conclusion_is_taken(conclusion: Conclusion) -> None:
    conclude(conclusion)


@pytest.mark.parametrize(
    ("conclusion", "code"),
    [
        (Conclusion(R.PASS), "letter.missing"),
        (Conclusion(R.PASS, Letter(" ", TODAY)), "letter.missing"),
        (Conclusion(R.PASS, Letter("號", date(2023, 11, 7))), "letter.in_future"),
        (Conclusion(R.CORRECT, correct_by=TODAY), "note.missing"),
        (Conclusion(R.FAIL, reason=" "), "note.missing"),
        (Conclusion(R.CORRECT, reason="補測"), "stage.correction_undated"),
        (
            Conclusion(R.CORRECT, reason="補測", correct_by=date(2023, 11, 5)),
            "stage.correction_past",
        ),
        (
            Conclusion(R.CORRECT, reason="補測", correct_by=date(2023, 12, 7)),
            "stage.correction_too_late",
        ),
    ],
)
def test_an_incomplete_conclusion_is_refused(conclusion: Conclusion, code: str) -> None:
    with refused(code):
        conclude(conclusion)


@pytest.mark.parametrize("result", list(R))
def test_nothing_is_concluded_without_an_opinion(result: StageResult) -> None:
    with refused("stage.no_opinion"):
        conclude(Conclusion(result, LETTER, "理由", TODAY), opinions=0)


def test_a_letter_has_a_number_and_a_day_that_has_come() -> None:
    check_letter(LETTER, TODAY)
    with refused("letter.missing"):
        check_letter(replace(LETTER, number="　"), TODAY)
    with refused("letter.in_future", day=date(2023, 11, 7)):
        check_letter(replace(LETTER, on=date(2023, 11, 7)), TODAY)


def test_one_report_is_reviewed_at_a_time() -> None:
    corrected = Round(1, R.CORRECT, date(2023, 12, 6))
    waiting = Round(2, None, None)

    assert opening_refusal([]) is None
    assert opening_refusal([corrected]) is None
    refusal = opening_refusal([corrected, waiting])
    assert refusal is not None
    assert (refusal.code, refusal.facts) == ("stage.already_open", {"round": 2})
    assert open_round([corrected, waiting]) == waiting


def test_each_report_is_a_new_round() -> None:
    assert next_round([]) == 1
    assert next_round([Round(1, R.CORRECT, None)]) == 2


@pytest.mark.scenario("A59")
def test_a_registering_factory_closes_with_its_registration_only() -> None:
    s05 = edition_named("S05/1")

    refusal = condition_refusal(s05, ())

    assert refusal is not None
    assert refusal.code == "closing.condition_open"
    assert refusal.facts == {"conditions": (ClosingCondition.SPECIAL_FACTORY_REGISTRATION,)}
    assert condition_refusal(s05, ["special_factory_registration"]) is None


def test_the_review_itself_needs_no_paper() -> None:
    assert conditions_of(edition_named("S01/1")) == ()
    assert condition_refusal(edition_named("S01/1"), ()) is None
