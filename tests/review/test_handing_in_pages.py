"""Handing in sheets, taking them back, papers of a case, and opinions, in a browser."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from backoffice.access import SYSTEM
from backoffice.documents import Upload
from backoffice.review.rules.lifecycles import ScoreSheetState
from backoffice.use_case import Office
from tests import given
from tests.given import disbursement as papers
from tests.given import review as world
from tests.given.web import page, soup_of, submit, words_of
from tests.review import urls
from tests.review.browsing import kept_form, sheet, typed
from tests.review.policies import KEYS
from tests.review.scenes import PLAIN, SECOND
from tests.review.test_opinions import asked, conclude_stage, give, open_stage


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


# --- documents and opinions --------------------------------------------------------------------


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
