"""The scoring desk in a browser: score, go on, and every no in words."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from backoffice.review.rules.lifecycles import ScoreSheetState
from backoffice.use_case import Office
from tests import given
from tests.given import review as world
from tests.given.web import filled_in, soup_of, submit, words_of
from tests.review import urls
from tests.review.browsing import WORDS, kept_form, sheet, typed
from tests.review.policies import KEYS
from tests.review.scenes import PLAIN, SECOND


def test_the_desk_shows_the_plan_and_the_working(office: Office, reviewer: FlaskClient) -> None:
    case_id = world.a_case_being_scored(office)

    words = words_of(reviewer.get(urls.desk(office, case_id, given.REVIEWER)))

    assert "全新設備之購置費 600,000 600,000 1,200,000 30.00% 至多 30.00%" in words
    assert "國產 700,000 ÷ 1,200,000 = 58.33%，達 50.00%，可加至多 3.00 分" in words
    assert "雙螺桿造粒機 M-412 國產 1 700,000 700,000" in words
    assert "期中 112/10/16 前應達 50.00%，計畫 50.00%" in words
    assert "節省用電 180000 158000 度 智慧電表量測" in words


def test_a_whole_sheet_is_saved_and_the_next_case_opens(
    office: Office, reviewer: FlaskClient
) -> None:
    first = world.a_case_being_scored(office, PLAIN)
    second = world.a_case_being_scored(office, SECOND)

    answer = submit(reviewer, urls.desk(office, first, given.REVIEWER), **sheet("82", "74", "80.5"))

    assert answer.headers["Location"] == urls.desk(office, second, given.REVIEWER)
    saved = world.sheet_row(office, first, given.REVIEWER)
    assert (saved.state, list(saved.marks.values())) == (ScoreSheetState.DRAFT, [820, 740, 805])


def test_after_the_last_case_the_sheets_are_to_be_handed_in(
    office: Office, reviewer: FlaskClient
) -> None:
    case_id = world.a_case_being_scored(office, PLAIN)

    answer = submit(reviewer, urls.desk(office, case_id, given.REVIEWER), **sheet("82", "74", "80"))

    assert answer.headers["Location"] == urls.SUBMIT


def test_a_skipped_case_comes_back_last(office: Office, reviewer: FlaskClient) -> None:
    first = world.a_case_being_scored(office, PLAIN)
    second = world.a_case_being_scored(office, SECOND)

    answer = submit(reviewer, urls.desk(office, second, given.REVIEWER), **sheet("82", "74", "80"))

    assert answer.headers["Location"] == urls.desk(office, first, given.REVIEWER)


@pytest.mark.parametrize(
    ("points", "reason", "sentence", "focused"),
    [
        (("82", "", "80"), WORDS, "「可行性」尚未評分。未評分不等於零分，請填寫分數。", KEYS[1]),
        (("82", "74", "59.9"), "", "「效益性」低於 60 分，請填寫理由。", KEYS[2]),
    ],
    ids=[
        "score_sheet.mark_missing",
        "score_sheet.reason_missing",
    ],
)
def test_what_is_missing_is_told_and_focused_and_the_rest_is_kept(
    office: Office,
    reviewer: FlaskClient,
    points: tuple[str, str, str],
    reason: str,
    sentence: str,
    focused: str,
) -> None:
    case_id = world.a_case_being_scored(office, PLAIN)

    answer = submit(
        reviewer, urls.desk(office, case_id, given.REVIEWER), **sheet(*points, reason=reason)
    )

    assert answer.status_code == 422
    assert sentence in words_of(answer)
    (field,) = soup_of(answer).select("[autofocus]")
    assert field["name"] == f"mark_{focused}"
    assert typed(answer, f"mark_{KEYS[0]}") == "82"
    assert world.sheet_row(office, case_id, given.REVIEWER).marks[KEYS[0]] == 820


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("八十", "「八十」不是分數。請輸入數字，例如 82 或 82.5。"),
        ("100.5", "「100.5」不在 0 至 100 分之間。請重新輸入。"),
        ("82.55", "「82.55」的小數位太多，至多 1 位。請重新輸入。"),
    ],
    ids=[
        "mark.unreadable",
        "mark.out_of_range",
        "mark.too_fine",
    ],
)
def test_a_mark_that_cannot_be_read_stays_as_typed(
    office: Office, reviewer: FlaskClient, text: str, sentence: str
) -> None:
    case_id = world.a_case_being_scored(office, PLAIN)

    answer = submit(reviewer, urls.desk(office, case_id, given.REVIEWER), **sheet("82", text, "80"))

    assert answer.status_code == 422
    assert sentence in words_of(answer)
    assert typed(answer, f"mark_{KEYS[1]}") == text
    assert typed(answer, f"reason_{KEYS[1]}") == WORDS


def test_a_refused_sheet_can_be_put_right_on_the_same_page(
    office: Office, reviewer: FlaskClient
) -> None:
    case_id = world.a_case_being_scored(office, PLAIN)
    desk = urls.desk(office, case_id, given.REVIEWER)
    refused = submit(reviewer, desk, **sheet("82", "", "80"))
    form = soup_of(refused).select_one("#score-sheet")
    assert form is not None

    answer = reviewer.post(desk, data=filled_in(form) | {f"mark_{KEYS[1]}": "74"})

    assert answer.headers["Location"] == urls.SUBMIT


def test_saving_as_one_types_answers_the_live_total_and_the_new_version(
    office: Office, reviewer: FlaskClient
) -> None:
    case_id = world.a_case_being_scored(office, PLAIN)
    desk = urls.desk(office, case_id, given.REVIEWER)
    form = kept_form(reviewer, desk)

    answer = reviewer.post(f"{desk}/save", data=form | sheet("82", "74", ""))

    document = soup_of(answer)
    assert answer.status_code == 200
    assert [region["id"] for region in document.select("[data-live-region]")] == [
        "total",
        *(f"bands-{key}" for key in KEYS),
        "fall",
    ]
    assert "目前 55.00 尚缺 效益性 × 30%" in words_of(answer)
    version = world.sheet_row(office, case_id, given.REVIEWER).version
    assert typed(answer, "version") == str(version)
    assert [band.b.get_text() for band in document.select(".on") if band.b] == ["80–89", "70–79"]


def test_saving_as_one_types_keeps_the_words_beside_an_unreadable_mark(
    office: Office, reviewer: FlaskClient
) -> None:
    case_id = world.a_case_being_scored(office, PLAIN)
    desk = urls.desk(office, case_id, given.REVIEWER)
    form = kept_form(reviewer, desk)

    answer = reviewer.post(f"{desk}/save", data=form | sheet("82", "7o", "", reason="寫到一半"))

    assert "「可行性」的分數無法讀取，未計入也未儲存。" in words_of(answer)
    saved = world.sheet_row(office, case_id, given.REVIEWER)
    assert (saved.marks, saved.reasons[KEYS[1]]) == ({KEYS[0]: 820}, "寫到一半")


def test_of_two_tabs_the_slower_one_is_shown_both_texts(
    office: Office, reviewer: FlaskClient
) -> None:
    case_id = world.a_case_being_scored(office, PLAIN)
    desk = urls.desk(office, case_id, given.REVIEWER)
    slower = kept_form(reviewer, desk)
    reviewer.post(
        f"{desk}/save", data=kept_form(reviewer, desk) | sheet("90", "", "", reason="快的")
    )

    answer = reviewer.post(desk, data=slower | sheet("82", "74", "80", reason="慢的"))

    assert answer.status_code == 409
    assert typed(answer, f"reason_{KEYS[0]}") == "慢的"
    assert "另一視窗儲存的理由： 快的" in words_of(answer)
    assert "另一視窗儲存的分數：90" in words_of(answer)
    form = soup_of(answer).select_one("#score-sheet")
    assert form is not None
    assert reviewer.post(desk, data=filled_in(form)).headers["Location"] == urls.SUBMIT


def test_of_two_tabs_the_slower_one_s_saving_is_refused(
    office: Office, reviewer: FlaskClient
) -> None:
    case_id = world.a_case_being_scored(office, PLAIN)
    desk = urls.desk(office, case_id, given.REVIEWER)
    slower = kept_form(reviewer, desk)
    reviewer.post(f"{desk}/save", data=kept_form(reviewer, desk) | sheet("90", "", ""))

    answer = reviewer.post(f"{desk}/save", data=slower | sheet("82", "", ""))

    assert (answer.status_code, answer.json and answer.json["code"]) == (409, "stale")


@pytest.mark.scenario("A51")
def test_a_score_after_the_end_is_refused_with_its_text_still_there(
    office: Office, reviewer: FlaskClient
) -> None:
    case_id = world.a_case_being_scored(office, PLAIN)
    for person, points in zip(world.PANEL[1:], world.PASSING, strict=False):
        world.score(office, case_id, person, points)
    desk = urls.desk(office, case_id, given.REVIEWER)
    form = kept_form(reviewer, desk)
    world.close(office, case_id, "A")

    answer = reviewer.post(desk, data=form | sheet("82", "74", "80", reason="遲到的理由"))

    assert answer.status_code == 422
    assert f"案件 {PLAIN.number} 已於 112年4月17日 09:00 結束評分" in words_of(answer)
    assert typed(answer, f"reason_{KEYS[2]}") == "遲到的理由"
    assert "未送出，不計" in words_of(reviewer.get(desk))
