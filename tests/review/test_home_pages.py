"""The reviewer's home and the declaration: nothing opens before it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from backoffice.review.rules.lifecycles import AssignmentState
from backoffice.use_case import Office
from tests import given
from tests.given import review as world
from tests.given.cases import case_id_of
from tests.given.web import filled_in, page, soup_of, submit, words_of
from tests.review import urls
from tests.review.browsing import WORDS, sheet
from tests.review.scenes import PLAIN, SECOND


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
    assert WORDS in read


# --- the declaration ---------------------------------------------------------------------------


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
