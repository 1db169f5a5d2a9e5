"""The award and the refusal in a browser: exactly what will change, and every no in words."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backoffice.cases.rules.lifecycle import CaseState
from backoffice.kernel.money import Ntd
from backoffice.use_case import Office
from tests.given import refusals
from tests.given import review as world
from tests.given.web import submit, words_of
from tests.review import urls
from tests.review.browsing import kept_form, typed
from tests.review.test_decisions import FULL


def test_the_award_page_says_exactly_what_will_change(
    office: Office, convenor: FlaskClient
) -> None:
    world.a_budget(office, 10_000_000)
    case_id = world.a_scored_case(office, applied=FULL)
    url = urls.case(case_id, "decide")

    shown = words_of(convenor.get(url))
    answer = submit(convenor, url, document_number="經企字第1號")

    assert "核定 3,000,000 元" in shown
    assert "總分 71.47，及格 70.00" in shown
    assert "狀態 評分完成 已核定 核定補助款（元） – 3,000,000" in shown
    assert "S01 可用餘額（元） 10,000,000 7,000,000" in shown
    assert "每案補助上限 3,000,000" in shown
    assert "承辦人應於 112年5月17日 前辦理簽約" in shown
    assert answer.headers["Location"] == urls.case(case_id)
    assert world.case_row(office, case_id).subsidy == Ntd(3_000_000)
    assert "決定人與時間 召集人 劉文正" in words_of(convenor.get(urls.case(case_id)))


def test_another_amount_is_reckoned_with_before_it_is_awarded(
    office: Office, convenor: FlaskClient
) -> None:
    world.a_budget(office, 10_000_000)
    case_id = world.a_scored_case(office, applied=FULL)
    url = urls.case(case_id, "decide")

    first = submit(convenor, url, subsidy="2,400,000", total_budget="5,400,000", reason="刪減")

    assert first.status_code == 200
    assert "金額已變更，下表按新金額重算" in words_of(first)
    assert "S01 可用餘額（元） 10,000,000 7,600,000" in words_of(first)
    assert world.case_row(office, case_id).state is CaseState.SCORED
    assert typed(first, "told") == "2400000/5400000"
    again = kept_form(convenor, url) | {
        name: typed(first, name) for name in ("subsidy", "total_budget", "told", "reason")
    }
    assert convenor.post(url, data=again).headers["Location"] == urls.case(case_id)
    assert world.case_row(office, case_id).subsidy == Ntd(2_400_000)


@pytest.mark.parametrize(
    ("budget", "subsidy", "whole", "sentence"),
    [
        (9_000_000, "0", "6000000", "核定補助款須大於 0 元。請重新輸入。"),
        (9_000_000, "3000001", "6000000", "核定補助款 3,000,001 元超過本案上限 3,000,000 元。"),
        (9_000_000, "3000000", "6000001", "核定計畫總經費 6,000,001 元大於申請的 6,000,000 元。"),
        pytest.param(
            9_000_000,
            "2400000",
            "6000000",
            "自籌款將為 3,600,000 元，超過實收資本額 3,000,000 元。"
            "請將計畫總經費縮減至 5,400,000 元以下。",
            marks=pytest.mark.scenario("A37"),
        ),
    ],
    ids=[
        "award.nothing",
        "award.over_limit",
        "award.total_grown",
        "award.self_over_capital",
    ],
)
def test_an_award_against_the_rules_is_refused_and_stays_typed(
    office: Office, convenor: FlaskClient, budget: int, subsidy: str, whole: str, sentence: str
) -> None:
    world.a_budget(office, budget)
    case_id = world.a_scored_case(office, applied=FULL)
    wanted = {"subsidy": subsidy, "total_budget": whole, "told": f"{subsidy}/{whole}"}

    answer = submit(convenor, urls.case(case_id, "decide"), reason="決審意見", **wanted)

    assert answer.status_code == 422
    assert sentence in words_of(answer)
    assert {name: typed(answer, name) for name in wanted} == wanted
    assert typed(answer, "reason") == "決審意見"


def test_a_failed_case_cannot_be_awarded(office: Office, convenor: FlaskClient) -> None:
    world.a_budget(office, 9_000_000)
    case_id = world.a_scored_case(office, world.FAILING)

    answer = submit(convenor, urls.case(case_id, "decide"))

    assert answer.status_code == 422
    sentence = "本案得分 61.87，未達及格分數 70.00，不能核定補助。請辦理不予補助。"
    assert sentence in words_of(answer)
    assert sentence in words_of(convenor.get(urls.case(case_id)))


def test_a_failed_case_is_refused_with_the_reason_at_hand(
    office: Office, convenor: FlaskClient
) -> None:
    case_id = world.a_scored_case(office, world.FAILING)

    submit(convenor, urls.case(case_id, "reject"))

    assert world.case_row(office, case_id).state is CaseState.REJECTED
    reason = world.decision_row(office, case_id).reason
    assert reason == "經審查委員評分 61.87 分，未達及格分數 70.00 分。"


def test_a_failed_case_without_any_reason_is_not_refused(
    office: Office, convenor: FlaskClient
) -> None:
    case_id = world.a_scored_case(office, world.FAILING)

    answer = submit(convenor, urls.case(case_id, "reject"), reason=" ")

    assert answer.status_code == 422
    assert "尚未填寫理由。請說明理由後再送出。" in words_of(answer)


def test_a_passed_case_is_refused_only_with_a_reason(office: Office, convenor: FlaskClient) -> None:
    case_id = world.a_scored_case(office)

    answer = submit(convenor, urls.case(case_id, "reject"), document_number="經企字第2號")

    assert answer.status_code == 422
    assert "本案得分 71.47，已達及格分數。不予補助須敘明理由" in words_of(answer)
    assert typed(answer, "document_number") == "經企字第2號"


@pytest.mark.parametrize("deed", ["decide", "reject"])
def test_a_decided_case_is_not_decided_again(
    office: Office, convenor: FlaskClient, deed: str
) -> None:
    world.a_budget(office, 9_000_000)
    case_id = world.a_scored_case(office)
    world.award_all(office, case_id)

    answer = submit(convenor, urls.case(case_id, deed), reason="再議")

    assert answer.status_code == 422
    assert "目前為「已核定」，不是評分完成而待決審的案件。" in words_of(answer)
    assert typed(answer, "reason") == "再議"


def test_a_decision_on_an_older_page_is_told_so(office: Office, convenor: FlaskClient) -> None:
    world.a_budget(office, 9_000_000)
    case_id = world.a_scored_case(office)
    url = urls.case(case_id, "decide")

    answer = submit(convenor, url, version="1", reason="決審意見")

    assert answer.status_code == 409
    assert typed(answer, "reason") == "決審意見"


def test_nothing_is_awarded_from_a_budget_that_was_never_entered(
    app: Flask, office: Office, convenor: FlaskClient
) -> None:
    case_id = world.a_scored_case(office)

    answer = submit(convenor, urls.case(case_id, "decide"), reason="決審意見")

    assert answer.status_code == 422
    assert refusals.heard(app)["ledger.no_account"] == refusals.BOTH
