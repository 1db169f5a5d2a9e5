"""Offers and the line for money in a browser, by role: decided, answered, called, ended."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backoffice.access import Actor
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.use_case import Office
from tests import given
from tests.given import review as world
from tests.given import waiting
from tests.given.lists import KINDS, rows_of, taken
from tests.given.web import signed_in, submit, words_of
from tests.review import urls
from tests.review.browsing import kept_form, typed

S = CaseState
LIST = "/review/waiting-list?scheme=S01"
PROMOTE = "/review/waiting-list/S01/promote"
END = "/review/waiting-list/S01/end"
ANSWER = {"letter_number": "宏企字第1號", "letter_on": "112/04/17"}


def test_where_the_money_covers_a_part_the_page_offers_exactly_that(
    office: Office, convenor: FlaskClient
) -> None:
    world.a_budget(office, 1_200_000)
    case_id = waiting.a_case(office, capital=3_000_000)
    url = urls.case(case_id, "decide")

    shown = words_of(convenor.get(url))
    answer = submit(convenor, url, document_number="經企字第3號")

    assert "部分核定 1,200,000 元" in shown
    assert "可用餘額只剩 1,200,000 元，不足支應 3,000,000 元" in shown
    assert "狀態 評分完成 部分核定待同意" in shown
    assert "自籌款（元） 3,000,000 4,800,000" in shown
    assert "S01 可用餘額（元） 1,200,000 0" in shown
    assert "業者應於 112年4月27日 前以書面回復" in shown
    assert "計畫總經費須縮減至 4,200,000 元以下" in shown
    assert answer.headers["Location"] == urls.case(case_id)
    assert waiting.states(office, case_id) == [S.OFFERED]
    panel = words_of(convenor.get(urls.case(case_id)))
    assert "部分核定第 1 次 業者回復 待業者回復" in panel


def test_where_nothing_is_left_the_page_offers_a_place_in_line(
    office: Office, convenor: FlaskClient
) -> None:
    waiting.an_offered_case(office, 1_200_000)
    case_id = waiting.a_case(office)
    url = urls.case(case_id, "decide")

    shown = words_of(convenor.get(url))
    submit(convenor, url)

    assert "列入候補，第 1 位" in shown
    assert "可用餘額為 0 元" in shown
    assert waiting.states(office, case_id) == [S.WAITLISTED]
    assert "候補第 1 位。" in words_of(convenor.get(urls.case(case_id)))


def test_money_that_went_meanwhile_is_told_and_the_part_is_shown(
    office: Office, convenor: FlaskClient
) -> None:
    world.a_budget(office, 4_000_000)
    first, second = waiting.a_case(office, 1), waiting.a_case(office, 2)
    url = urls.case(second, "decide")
    kept = kept_form(convenor, url)
    world.award_all(office, first)

    answer = convenor.post(url, data=kept | {"reason": "決審意見"})

    assert answer.status_code == 422
    assert "可用餘額只剩 1,000,000 元，不足支應 3,000,000 元。" in words_of(answer)
    assert typed(answer, "told") == "3000000/6000000/offer/1000000"
    assert typed(answer, "reason") == "決審意見"
    assert waiting.states(office, second) == [S.SCORED]


@pytest.mark.parametrize("told", ["3000000/6000000/offer/x", "3000000/6000000/more", "", "/wait"])
def test_what_the_page_never_said_is_only_shown_again(
    office: Office, convenor: FlaskClient, told: str
) -> None:
    world.a_budget(office, 9_000_000)
    case_id = waiting.a_case(office)

    answer = submit(convenor, urls.case(case_id, "decide"), told=told)

    assert answer.status_code == 200
    assert waiting.states(office, case_id) == [S.SCORED]


@pytest.mark.parametrize(
    ("told", "budget", "sentence"),
    [
        ("wait", 9_000_000, "可用餘額尚有 9,000,000 元，沒有順序在前的候補案件"),
        ("offer/3000000", 9_000_000, "可用餘額 9,000,000 元足以支應 3,000,000 元，不必部分核定。"),
        ("offer/1", 2_000_000, "可用餘額現為 2,000,000 元，與頁面所示的 1 元不同。"),
    ],
    ids=["waitlist.money_there", "offer.whole_there", "offer.available_changed"],
)
def test_a_course_that_the_money_does_not_allow_is_refused_in_words(
    office: Office, convenor: FlaskClient, told: str, budget: int, sentence: str
) -> None:
    world.a_budget(office, budget)
    case_id = waiting.a_case(office)

    answer = submit(
        convenor, urls.case(case_id, "decide"), told=f"3000000/6000000/{told}", reason="意見"
    )

    assert answer.status_code == 422
    assert sentence in words_of(answer)


def test_a_new_case_is_told_who_comes_first(office: Office, convenor: FlaskClient) -> None:
    waiting.a_line(office, 1)
    case_id = waiting.a_case(office, 2)
    world.a_budget(office, 3_000_000)
    url = urls.case(case_id, "decide")

    shown = words_of(convenor.get(url))
    answer = submit(convenor, url, told="3000000/6000000")

    assert "候補案件 S01-112-000901 順序在前" in shown
    assert answer.status_code == 422
    assert "候補案件 S01-112-000901 順序在前，應先遞補。" in words_of(answer)


# --- the firm's answer ------------------------------------------------------------------------


def test_the_officer_enters_that_the_firm_agrees(office: Office, officer: FlaskClient) -> None:
    case_id = waiting.an_offered_case(office, 1_200_000, capital=3_000_000)
    url = urls.case(case_id, "offer")

    shown = words_of(officer.get(url))
    submit(officer, url, answer="ACCEPT", **ANSWER)

    assert "部分核定 1,200,000 元，業者應於 112年4月27日 前回復" in shown
    assert "可同意的總經費 2,400,000 至 4,200,000 元" in shown
    assert waiting.states(office, case_id) == [S.AWARDED]
    assert waiting.offers(office, case_id)[0].agreed_total == Ntd(4_200_000)
    assert "業者同意" in words_of(officer.get(urls.case(case_id)))


def test_the_officer_enters_that_the_firm_does_not_agree(
    office: Office, officer: FlaskClient
) -> None:
    case_id = waiting.an_offered_case(office, 1_200_000)

    submit(officer, urls.case(case_id, "offer"), answer="DECLINE", reason="資金不足", **ANSWER)

    assert waiting.states(office, case_id) == [S.WAITLISTED]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"total_budget": "4,200,001"}, "請將計畫總經費縮減至 4,200,000 元以下。"),
        ({"total_budget": "2,399,999"}, "請將計畫總經費改為 2,400,000 元以上。"),
        ({"total_budget": "6,000,001"}, "大於申請的 6,000,000 元。"),
        ({"letter_on": "112/04/18"}, "業者來函日期 112年4月18日 晚於今天。"),
        ({"letter_number": " "}, "尚未填寫業者來函文號。請依來函填寫。"),
    ],
    ids=[
        "award.self_over_capital",
        "offer.total_too_small",
        "award.total_grown",
        "offer.letter_in_future",
        "offer.letter_missing",
    ],
)
def test_an_answer_against_the_rules_is_refused_and_stays_typed(
    office: Office, officer: FlaskClient, changed: dict[str, str], sentence: str
) -> None:
    case_id = waiting.an_offered_case(office, 1_200_000, capital=3_000_000)
    fields = {"answer": "ACCEPT", **ANSWER, **changed}

    answer = submit(officer, urls.case(case_id, "offer"), **fields)

    assert answer.status_code == 422
    assert sentence in words_of(answer)
    assert waiting.states(office, case_id) == [S.OFFERED]


def test_a_letter_after_the_last_day_is_told_what_to_do(
    office: Office, app: Flask, clock: FixedClock
) -> None:
    case_id = waiting.an_offered_case(office, 1_200_000)
    clock.advance(days=11)
    officer = signed_in(app, given.OFFICER)
    late = {"letter_number": "宏企字第1號", "letter_on": "112/04/28"}

    refused = submit(officer, urls.case(case_id, "offer"), answer="ACCEPT", **late)
    offered = words_of(officer.get(f"/cases/{case_id}"))
    submit(officer, urls.case(case_id, "offer/unanswered"), reason="電話三次未接")

    assert "業者來函日期 112年4月28日 已逾回復期限 112年4月27日。" in words_of(refused)
    assert "登錄逾期未回復" in offered
    assert waiting.states(office, case_id) == [S.WAITLISTED]


def test_an_answer_is_not_missing_before_its_day(office: Office, officer: FlaskClient) -> None:
    case_id = waiting.an_offered_case(office, 1_200_000)

    answer = submit(officer, urls.case(case_id, "offer/unanswered"), reason="催告")

    assert answer.status_code == 422
    assert "回復期限 112年4月27日 尚未過" in words_of(answer)


def test_a_case_without_an_offer_has_nothing_to_answer(
    office: Office, officer: FlaskClient
) -> None:
    case_id = waiting.a_case(office)

    answer = submit(
        officer, urls.case(case_id, "offer"), answer="DECLINE", total_budget="1", **ANSWER
    )

    assert answer.status_code == 422
    assert "目前沒有待業者回復的部分核定" in words_of(answer)


# --- the line ---------------------------------------------------------------------------------


def test_the_list_says_who_waits_for_how_much_and_what_may_come(
    office: Office, convenor: FlaskClient
) -> None:
    offered = waiting.an_offered_case(office, 1_200_000)
    waiting.a_line(office, 2)

    shown = words_of(convenor.get(LIST))

    assert "S01 候補 2 案" in shown
    assert "部分核定保留 1,200,000 元" in shown
    assert "1 S01-112-000901 候補企業1有限公司" in shown
    assert "可能釋出的經費" in shown
    assert world.case_row(office, offered).number in shown
    assert "目前沒有可遞補的餘額" in shown


def test_the_convenor_gives_out_what_the_page_lists(office: Office, convenor: FlaskClient) -> None:
    first, second = waiting.a_line(office, 2)
    world.a_budget(office, 4_000_000)

    shown = words_of(convenor.get(PROMOTE))
    answer = submit(convenor, PROMOTE, form="form:has([name=told])")

    assert "釋出經費，依序遞補 2 案" in shown
    assert answer.headers["Location"] == "/review/waiting-list?scheme=S01"
    assert waiting.states(office, first, second) == [S.AWARDED, S.OFFERED]


def test_a_list_that_changed_meanwhile_is_shown_anew(office: Office, convenor: FlaskClient) -> None:
    waiting.a_line(office, 1)
    world.a_budget(office, 2_000_000)
    kept = kept_form(convenor, PROMOTE)
    world.a_budget(office, 1_000_000)

    answer = convenor.post(PROMOTE, data=kept)
    again = convenor.post(PROMOTE, data=kept | {"told": "x"})

    assert answer.status_code == 409
    assert "遞補後剩 0 元" in words_of(answer)
    assert typed(answer, "told").endswith("/3000000/1")
    assert again.status_code == 200


def test_with_nothing_to_give_the_page_says_so(office: Office, convenor: FlaskClient) -> None:
    waiting.a_line(office, 1)

    assert "目前沒有可遞補的餘額，或沒有候補案件。" in words_of(convenor.get(PROMOTE))


@pytest.mark.parametrize("url", [PROMOTE, END])
def test_an_unknown_scheme_is_not_found(convenor: FlaskClient, url: str) -> None:
    assert convenor.get(url.replace("S01", "S99")).status_code == 404


def test_the_line_ends_with_a_reason_for_everybody(
    office: Office, app: Flask, clock: FixedClock
) -> None:
    waiting.withdraw(office, waiting.an_offered_case(office, 1))
    spent = waiting.a_case(office, 70)
    waiting.offer_part(office, spent, 1)
    waiting.accept(office, spent, 5_000_001)
    (case_id,) = waiting.a_line(office, 1)
    clock.advance(days=400)
    convenor = signed_in(app, given.CONVENOR)

    shown = words_of(convenor.get(END))
    submit(convenor, END, document_number="經企字第9號")

    assert "S01 計畫結束，候補 1 案不予補助" in shown
    assert waiting.states(office, case_id) == [S.REJECTED]
    assert "沒有候補案件" in words_of(convenor.get(LIST))


def test_the_line_of_an_open_window_does_not_end(office: Office, convenor: FlaskClient) -> None:
    waiting.a_line(office, 1)

    answer = submit(convenor, END, reason="經費用罄")

    assert answer.status_code == 422
    assert "方案 S01 仍在受理中，不能結束候補。" in words_of(answer)


def test_a_line_with_an_offer_open_does_not_end(
    office: Office, app: Flask, clock: FixedClock
) -> None:
    waiting.a_line(office, 1)
    clock.advance(days=400)

    answer = submit(signed_in(app, given.CONVENOR), END, reason="經費用罄")

    assert answer.status_code == 422
    assert "尚有 1 件部分核定待業者回復，經費仍可能釋出。" in words_of(answer)


def test_a_line_of_nobody_does_not_end(office: Office, convenor: FlaskClient) -> None:
    world.a_budget(office, 1)

    answer = submit(convenor, END, reason="經費用罄")

    assert answer.status_code == 422
    assert "方案 S01 目前沒有候補案件，不必辦理。" in words_of(answer)


@pytest.mark.parametrize(
    ("person", "allowed"),
    [
        (given.OFFICER, {LIST}),
        (given.CONVENOR, {LIST, PROMOTE, END}),
        (given.MANAGER, {LIST}),
        (given.AUDITOR, {LIST}),
        (given.REVIEWER, set()),
        (given.ACCOUNTING, set()),
        (given.CASHIER, set()),
        (given.ADMIN, set()),
    ],
    ids=lambda value: value.role.value if isinstance(value, Actor) else "",
)
def test_each_role_opens_what_it_may(app: Flask, person: Actor, allowed: set[str]) -> None:
    client = signed_in(app, person)

    opened = {url for url in (LIST, PROMOTE, END) if client.get(url).status_code == 200}

    assert opened == allowed


@pytest.mark.parametrize("kind", KINDS)
def test_the_line_is_a_file_too_in_its_order(app: Flask, office: Office, kind: str) -> None:
    waiting.a_line(office, 2)
    client = signed_in(app, given.MANAGER)

    rows = rows_of(taken(client, f"/review/waiting-list/list.{kind}", scheme="S01"), kind)
    shown = words_of(client.get(LIST))

    assert [str(row[0]).removesuffix(".0") for row in rows[1:]] == ["1", "2"]
    assert all(str(row[1]) in shown for row in rows[1:])
