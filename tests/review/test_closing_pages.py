"""Sheets far apart, the end of scoring, and opening it again, in a browser."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from backoffice.access import Actor, Role
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.people.models import Account
from backoffice.people.operations import change_role
from backoffice.review.rules.lifecycles import Divergence, PanelState
from backoffice.use_case import Office
from tests import given
from tests.given import review as world
from tests.given.web import page, signed_in, submit, words_of
from tests.review import urls
from tests.review.browsing import kept_form, ticked, typed
from tests.review.scenes import APART, PLAIN, propose, reopen


def test_the_officer_is_told_who_differs_and_suggests(office: Office, officer: FlaskClient) -> None:
    case_id = world.a_case_with_sheets(office, APART, PLAIN)
    url = urls.case(case_id, "divergence")

    shown = words_of(officer.get(url))
    answer = submit(officer, url, kind="REDO", note="請 A、B 委員再予說明。")

    assert "委員 A 與 B 相差 35 分" in shown
    assert "95" not in shown
    assert answer.headers["Location"] == urls.case(case_id)
    assert world.panel_row(office, case_id).proposed_divergence == Divergence.REDO


def test_the_convenor_reads_both_and_decides(office: Office, convenor: FlaskClient) -> None:
    case_id = world.a_case_with_sheets(office, APART, PLAIN)
    propose(office, case_id)
    url = urls.case(case_id, "divergence")
    first = world.sheet_row(office, case_id, given.REVIEWER).id

    shown = words_of(convenor.get(url))
    answer = submit(convenor, url, kind="EXCLUDE", sheets=[str(first)], reason="估算有誤。")

    assert "承辦人擬具：維持 建議並陳。" in shown
    assert "委員 A 95 合理性 95" in shown
    assert answer.headers["Location"] == urls.case(case_id)
    assert world.panel_row(office, case_id).excluded_sheet_id == first


@pytest.mark.parametrize(
    ("kind", "chosen", "sentence"),
    [
        ("EXCLUDE", [], "排除評分表時，須選定恰好一份。請重新選擇。"),
        ("REDO", [], "重評時，須至少選定一份評分表。請重新選擇。"),
        ("EXCLUDE", [2], "排除委員 C 後，其餘評分表仍相差 20 分以上。"),
    ],
    ids=[
        "divergence.choose_one",
        "divergence.choose_some",
        "divergence.remains",
    ],
)
def test_a_resolution_against_the_rules_is_refused_and_stays_typed(
    office: Office, convenor: FlaskClient, kind: str, chosen: list[int], sentence: str
) -> None:
    case_id = world.a_case_with_sheets(office, APART, PLAIN)
    ids = [str(world.sheet_row(office, case_id, person).id) for person in world.PANEL]
    sheets = [ids[place] for place in chosen]

    answer = submit(
        convenor, urls.case(case_id, "divergence"), kind=kind, sheets=sheets or None, reason="因故"
    )

    assert answer.status_code == 422
    assert sentence in words_of(answer)
    assert (typed(answer, "reason"), ticked(answer, "sheets")) == ("因故", set(sheets))


def test_where_the_sheets_agree_there_is_nothing_to_resolve(
    office: Office, officer: FlaskClient
) -> None:
    case_id = world.a_case_with_sheets(office, applied=PLAIN)
    url = urls.case(case_id, "divergence")

    answer = submit(officer, url, kind="KEEP", note="並陳")

    assert "目前沒有待處理的評分差異" in words_of(officer.get(url))
    assert answer.status_code == 422
    assert "各委員總分相差未達 20 分，不必處理評分差異。" in words_of(answer)
    assert typed(answer, "note") == "並陳"


@pytest.mark.parametrize("person", [given.MANAGER, given.AUDITOR])
def test_who_only_reads_has_no_form_for_it(app: Flask, office: Office, person: Actor) -> None:
    case_id = world.a_case_with_sheets(office, APART, PLAIN)

    document = page(signed_in(app, person), urls.case(case_id, "divergence"))

    assert document.select("main form[method=post]") == []
    assert "95" not in document.get_text()


# --- the end of scoring ------------------------------------------------------------------------


def test_the_convenor_s_list_leads_to_what_is_to_be_done(
    office: Office, convenor: FlaskClient
) -> None:
    ready = world.a_case_with_sheets(office, applied=PLAIN)
    passed = world.a_scored_case(office, applied=world.Applied(number="S01-112-000002"))
    failed = world.a_scored_case(
        office, world.FAILING, world.Applied(number="S01-112-000003", equipment=())
    )

    document = page(convenor, urls.DECISIONS)

    assert document.h1 is not None
    assert document.h1.get_text() == "3 案等您決定"
    assert [str(link["href"]) for link in document.select("tbody th a")] == [
        urls.case(ready),
        urls.case(passed, "decide"),
        urls.case(failed, "reject"),
    ]


def test_an_empty_list_says_why(convenor: FlaskClient) -> None:
    words = words_of(convenor.get(urls.DECISIONS))

    assert "沒有等您決定的案件" in words
    assert "委員都送出評分表後，案件會出現在這裡。" in words


def test_scoring_is_ended_with_what_it_means_on_the_page(
    office: Office, convenor: FlaskClient
) -> None:
    case_id = world.a_case_with_sheets(office, world.PASSING[:2], PLAIN)
    url = urls.case(case_id, "close")

    shown = words_of(convenor.get(url))
    answer = submit(convenor, url)

    assert "計入委員 A、B 的評分表，共 2 份；至少須 2 份。" in shown
    assert "委員 C 尚未送出，其草稿作廢，不計分。" in shown
    assert answer.headers["Location"] == urls.case(case_id)
    assert world.panel_row(office, case_id).state is PanelState.CLOSED


def test_the_score_is_explained_step_by_step(office: Office, officer: FlaskClient) -> None:
    case_id = world.a_scored_case(office, applied=world.Applied())

    words = words_of(officer.get(urls.case(case_id)))

    assert "總分 74.47，達及格" in words
    for step in (
        "合理性 平均 72 2/3 × 40% 29 1/15 29.06",
        "可行性 平均 69 × 30% 20.7 20.70",
        "效益性 平均 72 1/3 × 30% 21.7 21.70",
        "進位 – 1/300 0.01",
        "國產設備加分 – 3 3.00",
    ):
        assert step in words
    assert "合理性 40% 80 70 68 72.67" in words
    assert "A 合理性 經費與工作相符，估價齊全。" in words


@pytest.mark.parametrize(
    ("marks", "applied", "sentence"),
    [
        (world.PASSING[:1], PLAIN, "有效評分表只有 1 份，未達本方案所定的 2 份。"),
        (APART, PLAIN, "委員總分相差 35 分，已達 20 分。"),
        (world.PASSING, world.Applied(), "國產設備加分尚未經承辦人確認。"),
    ],
    ids=[
        "panel.quorum",
        "divergence.open",
        "bonus.open",
    ],
)
def test_what_keeps_scoring_open_is_told_before_and_after_the_attempt(
    office: Office,
    convenor: FlaskClient,
    marks: tuple[tuple[int, int, int], ...],
    applied: world.Applied,
    sentence: str,
) -> None:
    case_id = world.a_case_with_sheets(office, marks, applied)
    url = urls.case(case_id, "close")

    before = convenor.get(url)
    answer = submit(convenor, url)

    assert sentence in words_of(before)
    assert sentence in words_of(convenor.get(urls.case(case_id)))
    assert answer.status_code == 422
    assert sentence in words_of(answer)


def test_a_sheet_that_came_in_meanwhile_is_shown_first(
    office: Office, convenor: FlaskClient
) -> None:
    case_id = world.a_case_with_sheets(office, world.PASSING[:2], PLAIN)
    url = urls.case(case_id, "close")
    form = kept_form(convenor, url)
    world.score(office, case_id, given.REVIEWER_3, world.PASSING[2])

    answer = convenor.post(url, data=form)

    assert answer.status_code == 409
    assert "計入委員 A、B、C 的評分表，共 3 份" in words_of(answer)
    assert typed(answer, "left_out") == ""


def test_a_closed_panel_is_not_closed_again(office: Office, convenor: FlaskClient) -> None:
    case_id = world.a_scored_case(office)

    answer = submit(convenor, urls.case(case_id, "close"))

    assert answer.status_code == 422
    assert "不再接受變更。如確有必要，請洽承辦人" in words_of(answer)


def test_whoever_scored_is_told_that_another_must_close(app: Flask, office: Office) -> None:
    case_id = world.a_case_with_sheets(office, applied=PLAIN)
    with Session(office.engine) as session:
        version = session.get_one(Account, given.REVIEWER.id).version
    office.perform(
        change_role, given.ADMIN, given.REVIEWER.id, version, Role.CONVENOR, None, "改任召集人"
    )

    answer = submit(signed_in(app, given.REVIEWER), urls.case(case_id, "close"))

    assert answer.status_code == 422
    assert f"您曾為案件 {PLAIN.number} 的審查委員。評分與決審須由不同人辦理。" in words_of(answer)


def test_scoring_is_opened_again_with_a_reason(office: Office, convenor: FlaskClient) -> None:
    case_id = world.a_scored_case(office)
    url = urls.case(case_id, "reopen")

    blank = submit(convenor, url, reason="")
    answer = submit(convenor, url, reason="漏看附件。", due_on="112/04/20")

    assert (blank.status_code, "此欄必填。" in words_of(blank)) == (422, True)
    assert answer.headers["Location"] == urls.case(case_id)
    assert "第 2 次評分" not in words_of(convenor.get(urls.case(case_id)))
    assert world.case_row(office, case_id).state is CaseState.IN_REVIEW


def test_a_decided_case_is_not_opened_again(office: Office, convenor: FlaskClient) -> None:
    world.a_budget(office, 5_000_000)
    case_id = world.a_scored_case(office)
    world.award_all(office, case_id)

    answer = submit(convenor, urls.case(case_id, "reopen"), reason="漏看附件。")

    assert answer.status_code == 422
    assert "目前為「已核定」。只有評分完成而尚未決審的案件" in words_of(answer)
    assert typed(answer, "reason") == "漏看附件。"


def test_the_versions_of_the_sheets_are_told_once_there_are_two(
    office: Office, convenor: FlaskClient
) -> None:
    case_id = world.a_scored_case(office)
    assert "評分表版本" not in words_of(convenor.get(urls.case(case_id)))
    reopen(office, case_id)
    for person in world.PANEL:
        world.hand_in(office, case_id, person)
    world.close(office, case_id)

    words = words_of(convenor.get(urls.case(case_id)))

    assert "（第 2 次評分）" in words
    assert "A 1 已由新版取代" in words
    assert "A 2 已送出" in words
