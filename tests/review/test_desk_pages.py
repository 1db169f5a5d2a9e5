"""The reviewer's pages in a browser: declare, score, go on, hand in, and every no in words."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from backoffice.access import SYSTEM
from backoffice.documents import Upload
from backoffice.review.rules.lifecycles import AssignmentState, ScoreSheetState
from backoffice.use_case import Office
from tests import given
from tests.given import disbursement as papers
from tests.given import review as world
from tests.given.cases import case_id_of
from tests.given.web import filled_in, page, signed_in, soup_of, submit, words_of
from tests.review import urls
from tests.review.browsing import kept_form, typed
from tests.review.policies import KEYS
from tests.review.test_opinions import asked, conclude_stage, give, open_stage

PLAIN = world.Applied(equipment=world.NO_EQUIPMENT)
SECOND = world.Applied(number="S01-112-000500", equipment=world.NO_EQUIPMENT)
REASON = "經費與工作相符，估價齊全。"


@pytest.fixture
def reviewer(app: Flask) -> FlaskClient:
    return signed_in(app, given.REVIEWER)


def sheet(*points: str, reason: str = REASON) -> dict[str, str]:
    """What is typed on the desk, mark by mark in the order of the edition."""
    marks = {f"mark_{key}": text for key, text in zip(KEYS, points, strict=True)}
    return marks | {f"reason_{key}": reason for key in KEYS}


# --- home -------------------------------------------------------------------------------------


def test_home_says_how_many_are_left_and_due(office: Office, reviewer: FlaskClient) -> None:
    world.a_case_being_scored(office, PLAIN)
    world.a_case_with_panel(office, SECOND)

    document = page(reviewer, urls.HOME)

    assert document.h1 is not None
    assert document.h1.get_text() == "還有 2 案待評，最近期限 112年4月24日"
    assert len(document.select(".strip li")) == 2
    assert {row.a["href"] for row in document.select("table[data-rows] tbody tr") if row.a} == {
        urls.desk(office, case_id_of(office, PLAIN.number), given.REVIEWER),
        urls.desk(office, case_id_of(office, SECOND.number), given.REVIEWER, "declare"),
    }


def test_home_of_a_reviewer_without_cases_says_why_it_is_empty(reviewer: FlaskClient) -> None:
    words = words_of(reviewer.get(urls.HOME))

    assert "目前沒有待評的案件" in words
    assert "如已接獲指派而未見案件，請洽承辦人。" in words


def test_a_seat_that_was_given_up_is_a_cell_without_a_name(
    office: Office, reviewer: FlaskClient
) -> None:
    case_id = world.a_case_with_panel(office, PLAIN)
    submit(reviewer, urls.desk(office, case_id, given.REVIEWER, "recuse"), ground="R3")

    document = page(reviewer, urls.HOME)

    (cell,) = document.select(".strip li")
    assert (cell["class"], cell.get_text().strip(), cell.a) == (["barred"], "已迴避", None)
    assert PLAIN.number not in document.get_text()


def test_past_sheets_are_listed_with_their_totals(office: Office, reviewer: FlaskClient) -> None:
    case_id = world.a_scored_case(office)

    document = page(reviewer, urls.HOME)

    past = document.select_one("#past")
    assert past is not None
    assert "75.50" in past.get_text()
    read = words_of(reviewer.get(urls.desk(office, case_id, given.REVIEWER)))
    assert "已於 112/04/17 09:00 送出（第 1 版）" in read
    assert REASON in read


# --- the declaration --------------------------------------------------------------------------


@pytest.mark.scenario("A49")
def test_without_the_declaration_the_case_does_not_open(
    office: Office, reviewer: FlaskClient
) -> None:
    case_id = world.a_case_with_panel(office, PLAIN)
    desk = urls.desk(office, case_id, given.REVIEWER)
    declaration = urls.desk(office, case_id, given.REVIEWER, "declare")

    opened = reviewer.get(desk)
    saved = reviewer.post(f"{desk}/save", data=token(reviewer, declaration) | sheet("1", "2", "3"))

    assert (opened.status_code, opened.headers["Location"]) == (303, declaration)
    assert saved.status_code == 422
    assert saved.json == {
        "code": "declaration.missing",
        "message": f"案件 {PLAIN.number} 尚未完成迴避聲明。請先聲明，案件內容才會開啟。",
    }


def token(client: FlaskClient, url: str) -> dict[str, str]:
    form = page(client, url).select_one("main form[method=post]")
    assert form is not None
    return {"csrf_token": str(filled_in(form)["csrf_token"][0]), "version": "1"}


def test_the_declaration_names_the_parties_and_no_content(
    office: Office, reviewer: FlaskClient
) -> None:
    case_id = world.a_case_with_panel(
        office, world.Applied(partners=(("夥伴企業有限公司", "22099131"),))
    )

    words = words_of(reviewer.get(urls.desk(office, case_id, given.REVIEWER, "declare")))

    for name in ("宏聯精密工業股份有限公司", "夥伴企業有限公司", "大同機械股份有限公司"):
        assert name in words
    assert "雙螺桿造粒機" not in words


def test_the_declaration_opens_the_desk(office: Office, reviewer: FlaskClient) -> None:
    case_id = world.a_case_with_panel(office, PLAIN)

    answer = submit(reviewer, urls.desk(office, case_id, given.REVIEWER, "declare"))

    assert answer.headers["Location"] == urls.desk(office, case_id, given.REVIEWER)
    assert "第 1 案，共 1 案" in words_of(reviewer.get(answer.headers["Location"]))


@pytest.mark.scenario("A48")
def test_a_known_employment_is_told_in_words(office: Office, reviewer: FlaskClient) -> None:
    case_id = world.a_case_with_panel(office, PLAIN)
    world.an_employment(office, given.REVIEWER, ubn=PLAIN.ubn, until=None)

    answer = submit(reviewer, urls.desk(office, case_id, given.REVIEWER, "declare"))

    assert answer.status_code == 422
    assert "委員 陳美玲現與「宏聯精密」有僱傭、委任或代理關係" in words_of(answer)


def test_a_conflict_is_declared_and_the_case_is_gone(office: Office, reviewer: FlaskClient) -> None:
    case_id = world.a_case_being_scored(office, PLAIN)
    desk = urls.desk(office, case_id, given.REVIEWER)

    answer = submit(
        reviewer, urls.desk(office, case_id, given.REVIEWER, "recuse"), ground="R2", note="持股"
    )

    assert (answer.status_code, answer.headers["Location"]) == (303, urls.HOME)
    assert reviewer.get(desk).status_code == 404
    assert world.seat_row(office, case_id, given.REVIEWER).ground == "R2"


def test_other_doubts_without_words_are_refused(office: Office, reviewer: FlaskClient) -> None:
    case_id = world.a_case_with_panel(office, PLAIN)

    answer = submit(reviewer, urls.desk(office, case_id, given.REVIEWER, "recuse"), ground="R6")

    assert answer.status_code == 422
    assert "迴避，須說明情形。請填寫後再送出。" in words_of(answer)
    chosen = soup_of(answer).select_one("input[value=R6]")
    assert chosen is not None
    assert chosen.has_attr("checked")


def test_a_seat_is_given_back(office: Office, reviewer: FlaskClient) -> None:
    case_id = world.a_case_with_panel(office, PLAIN)
    url = urls.desk(office, case_id, given.REVIEWER, "decline")

    blank = submit(reviewer, url, reason=" ")
    answer = submit(reviewer, url, reason="本月出國")

    assert (blank.status_code, "此欄必填。" in words_of(blank)) == (422, True)
    assert answer.headers["Location"] == urls.HOME
    assert world.seat_row(office, case_id, given.REVIEWER).state is AssignmentState.DECLINED


# --- scoring ----------------------------------------------------------------------------------


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
        (("82", "", "80"), REASON, "「可行性」尚未評分。未評分不等於零分，請填寫分數。", KEYS[1]),
        (("82", "74", "59.9"), "", "「效益性」低於 60 分，請填寫理由。", KEYS[2]),
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
)
def test_a_mark_that_cannot_be_read_stays_as_typed(
    office: Office, reviewer: FlaskClient, text: str, sentence: str
) -> None:
    case_id = world.a_case_being_scored(office, PLAIN)

    answer = submit(reviewer, urls.desk(office, case_id, given.REVIEWER), **sheet("82", text, "80"))

    assert answer.status_code == 422
    assert sentence in words_of(answer)
    assert typed(answer, f"mark_{KEYS[1]}") == text
    assert typed(answer, f"reason_{KEYS[1]}") == REASON


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


# --- handing in -------------------------------------------------------------------------------


def test_finished_sheets_are_listed_ticked_and_handed_in(
    office: Office, reviewer: FlaskClient
) -> None:
    case_id = world.a_case_being_scored(office, PLAIN)
    world.a_case_being_scored(office, SECOND)
    world.save(office, case_id, given.REVIEWER, world.entry(80, 70, 75))

    listed = words_of(reviewer.get(urls.SUBMIT))
    answer = submit(reviewer, urls.SUBMIT)

    assert "另有 1 案尚未評妥，不在其中。" in listed
    assert f"{PLAIN.number} 低碳節能升級轉型計畫 75.50" in listed
    assert answer.headers["Location"] == urls.HOME
    state = world.sheet_row(office, case_id, given.REVIEWER).state
    assert state is ScoreSheetState.SUBMITTED


def test_nothing_ticked_is_refused(office: Office, reviewer: FlaskClient) -> None:
    case_id = world.a_case_being_scored(office, PLAIN)
    world.save(office, case_id, given.REVIEWER, world.entry(80, 70, 75))

    answer = submit(reviewer, urls.SUBMIT, sheets=None)

    assert answer.status_code == 422
    assert "尚未勾選任何評分表。請至少勾選一份再送出。" in words_of(answer)


def test_an_unfinished_sheet_is_refused_by_name(office: Office, reviewer: FlaskClient) -> None:
    case_id = world.a_case_being_scored(office, PLAIN)
    other = world.a_case_being_scored(office, SECOND)
    for each in (case_id, other):
        world.save(office, each, given.REVIEWER, world.entry(80, 70, 75))
    form = kept_form(reviewer, urls.SUBMIT)
    world.save(office, other, given.REVIEWER, world.entry(80, None, 75))
    seat = world.seat_row(office, other, given.REVIEWER).id
    version = world.sheet_row(office, other, given.REVIEWER).version

    answer = reviewer.post(urls.SUBMIT, data=form | {"sheets": f"{seat}:{version}"})

    assert answer.status_code == 422
    assert f"案件 {SECOND.number} 的「可行性」尚未評妥" in words_of(answer)


def test_a_sheet_that_was_handed_in_elsewhere_keeps_what_is_typed_here(
    office: Office, reviewer: FlaskClient
) -> None:
    case_id = world.a_case_being_scored(office, PLAIN)
    world.save(office, case_id, given.REVIEWER, world.entry(80, 70, 75))
    desk = urls.desk(office, case_id, given.REVIEWER)
    form = kept_form(reviewer, desk)
    world.hand_in(office, case_id, given.REVIEWER)

    answer = reviewer.post(desk, data=form | sheet("1", "2", "3", reason="改變看法"))

    assert answer.status_code == 422
    assert "的評分表已送出，不能再改。評分結束前，您可以先撤回。" in words_of(answer)
    assert typed(answer, f"reason_{KEYS[0]}") == "改變看法"


def test_a_sheet_is_taken_back_and_opens_again(office: Office, reviewer: FlaskClient) -> None:
    case_id = world.a_case_with_sheets(office, world.PASSING[:1], PLAIN)
    desk = urls.desk(office, case_id, given.REVIEWER)

    answer = submit(reviewer, f"{desk}/withdraw")

    assert answer.headers["Location"] == desk
    assert typed(reviewer.get(desk), f"mark_{KEYS[0]}") == "80"


def test_a_sheet_taken_back_elsewhere_is_not_taken_back_twice(
    office: Office, reviewer: FlaskClient
) -> None:
    case_id = world.a_case_with_sheets(office, world.PASSING[:1], PLAIN)
    url = urls.desk(office, case_id, given.REVIEWER) + "/withdraw"
    form = kept_form(reviewer, url)
    submit(reviewer, url)

    answer = reviewer.post(url, data=form | {"act_key": "another"})

    assert answer.status_code == 422
    assert "的評分表尚未送出，不必撤回。" in words_of(answer)


# --- documents and opinions -------------------------------------------------------------------


def test_a_paper_of_the_case_is_a_download(office: Office, reviewer: FlaskClient) -> None:
    case_id = world.a_case_being_scored(office, PLAIN)
    plan = keep(office, case_id, "D02", "計畫書.pdf")
    seat = world.seat_row(office, case_id, given.REVIEWER).id

    answer = reviewer.get(f"/review/document/{seat}/{plan}")

    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.data.startswith(b"%PDF-")
    assert "計畫書.pdf" in words_of(reviewer.get(urls.desk(office, case_id, given.REVIEWER)))


@pytest.mark.parametrize("kind", ["passbook", "receipt", "D03", "D06", "contract"])
def test_papers_with_bank_or_personal_data_are_not_found(
    office: Office, reviewer: FlaskClient, kind: str
) -> None:
    case_id = world.a_case_being_scored(office, PLAIN)
    paper = keep(office, case_id, kind, "存摺封面.pdf")
    seat = world.seat_row(office, case_id, given.REVIEWER).id

    assert reviewer.get(f"/review/document/{seat}/{paper}").status_code == 404
    assert "存摺封面" not in words_of(reviewer.get(urls.desk(office, case_id, given.REVIEWER)))


def keep(office: Office, case_id: int, kind: str, name: str) -> int:
    upload: Upload = papers.a_pdf(name)
    return office.perform(world.put_document, SYSTEM, case_id, kind, upload)


def an_opinion(office: Office) -> tuple[int, str]:
    world.a_budget(office, 5_000_000)
    case_id = world.a_scored_case(office)
    world.award_all(office, case_id)
    office.perform(open_stage, SYSTEM, case_id)
    return case_id, f"/review/opinions/{asked(office, case_id, given.REVIEWER).id}"


def test_an_opinion_is_asked_for_on_the_home_page_and_given(
    office: Office, reviewer: FlaskClient
) -> None:
    _case_id, url = an_opinion(office)
    home = page(reviewer, urls.HOME)

    answer = submit(reviewer, url, result="PASS")

    assert home.select_one(f'a[href="{url}"]') is not None
    assert answer.headers["Location"] == urls.HOME
    assert "通過" in words_of(reviewer.get(url))


def test_an_opinion_that_does_not_pass_needs_words(office: Office, reviewer: FlaskClient) -> None:
    _case_id, url = an_opinion(office)

    answer = submit(reviewer, url, result="CORRECT", text=" ")

    assert answer.status_code == 422
    assert "修正後通過或不通過，須說明理由。請填寫後再送出。" in words_of(answer)
    chosen = soup_of(answer).select_one("input[value=CORRECT]")
    assert chosen is not None
    assert chosen.has_attr("checked")


def test_an_opinion_given_elsewhere_is_not_given_twice(
    office: Office, reviewer: FlaskClient
) -> None:
    case_id, url = an_opinion(office)
    form = kept_form(reviewer, url)
    give(office, case_id, given.REVIEWER)

    answer = reviewer.post(url, data=form | {"result": "FAIL", "text": "改變看法"})

    assert answer.status_code == 422
    assert "的這次審查提出意見，不能再改。" in words_of(answer)


def test_an_opinion_after_the_conclusion_is_refused(office: Office, reviewer: FlaskClient) -> None:
    case_id, url = an_opinion(office)
    form = kept_form(reviewer, url)
    office.perform(conclude_stage, SYSTEM, case_id)

    answer = reviewer.post(url, data=form | {"result": "PASS"})

    assert answer.status_code == 422
    assert "的這次審查已有結論，不再徵詢意見。" in words_of(answer)


def test_the_desk_works_without_scripts_and_names_its_keys(
    office: Office, reviewer: FlaskClient
) -> None:
    case_id = world.a_case_being_scored(office, PLAIN)

    document: BeautifulSoup = page(reviewer, urls.desk(office, case_id, given.REVIEWER))

    button = document.select_one('button.primary[form="score-sheet"]')
    assert button is not None
    assert button["data-key"] == "Enter"
    keys = {str(each["data-key"]) for each in document.select("main [data-key]")}
    assert {"1", "2", "3", "s", "c", "Enter"} <= keys
    assert re.search(r"on\w+=", str(document.select_one("main"))) is None
