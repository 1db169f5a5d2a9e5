"""Entering a budget over HTTP: seen before it is done, refused with what was typed kept."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backoffice.access import SYSTEM
from backoffice.cases.operations.windows import declare_used_up
from backoffice.kernel.clock import FixedClock
from backoffice.ledger.operations import check_books
from backoffice.use_case import Office
from tests import given
from tests.given import budget, refusals, sheets, waiting
from tests.given.web import counted_queries, filled_in, page, signed_in, soup_of, submit, words_of

APPROPRIATION = "/reports/budget/appropriation"
ALLOTMENT = "/reports/budget/allotment"
TYPED = {
    "scheme": "S01",
    "amount": "1,000,000",
    "document_number": budget.NUMBER,
    "on": "112/04/17",
    "note": "第一期",
}


@pytest.fixture
def accounting(app: Flask) -> FlaskClient:
    return signed_in(app, given.ACCOUNTING)


def press(client: FlaskClient, url: str, shown: TestResponse, step: str) -> TestResponse:
    """Press one of the two buttons of the page that shows what would change."""
    form = soup_of(shown).select_one(".confirm form")
    assert form is not None, words_of(shown)
    return client.post(url, data={**filled_in(form), "step": step})


def typed_in(response: TestResponse) -> dict[str, Any]:
    """What stands in the form that is shown again."""
    document = soup_of(response)
    return {
        name: (field.get("value", "") if field.name == "input" else field.select_one("[selected]"))
        for name in TYPED
        if (field := document.select_one(f"main form.card [name={name}]"))
    }


def refusal_of(response: TestResponse) -> str:
    summary = soup_of(response).select_one(".summary")
    assert summary is not None, words_of(response)
    return summary.get_text(" ", strip=True)


def test_before_anything_is_entered_the_page_says_what_to_do(accounting: FlaskClient) -> None:
    document = page(accounting, "/reports/budget")

    assert "尚未登錄任何預算" in document.text
    assert document.select(f'main a[href="{APPROPRIATION}"]')


def test_an_appropriation_is_shown_before_and_after_and_then_entered(
    accounting: FlaskClient, office: Office
) -> None:
    budget.an_appropriation(office, 500_000, number="第一號")

    shown = submit(accounting, APPROPRIATION, **TYPED)
    nothing_yet = budget.amounts(office)
    done = press(accounting, APPROPRIATION, shown, "confirm")

    cells = [cell.text for cell in soup_of(shown).select(".confirm td")]
    assert cells == ["500,000 元", "1,500,000 元", "500,000 元", "1,500,000 元"]
    assert nothing_yet["available"] == 500_000
    assert (done.status_code, done.location) == (303, "/reports/budget")
    assert budget.amounts(office) == {"appropriation": 1_500_000, "available": 1_500_000}


def test_an_allotment_is_shown_before_and_after_and_then_entered(
    accounting: FlaskClient, office: Office
) -> None:
    budget.an_appropriation(office, 5_000_000)

    shown = submit(accounting, ALLOTMENT, **TYPED)
    done = press(accounting, ALLOTMENT, shown, "confirm")

    cells = [cell.text for cell in soup_of(shown).select(".confirm td")]
    assert cells == ["0 元", "1,000,000 元", "0 元", "1,000,000 元"]
    assert done.status_code == 303
    assert budget.amounts(office)["allotted"] == 1_000_000


def test_the_confirming_button_pressed_twice_enters_once(
    accounting: FlaskClient, office: Office
) -> None:
    shown = submit(accounting, APPROPRIATION, **TYPED)

    answers = [press(accounting, APPROPRIATION, shown, "confirm").status_code for _ in range(2)]

    assert answers == [303, 303]
    assert budget.amounts(office)["available"] == 1_000_000


def test_going_back_from_the_confirmation_keeps_what_was_typed(
    accounting: FlaskClient, office: Office
) -> None:
    shown = submit(accounting, APPROPRIATION, **TYPED)

    again = press(accounting, APPROPRIATION, shown, "edit")

    assert again.status_code == 200
    assert typed_in(again)["amount"] == "1,000,000"
    assert typed_in(again)["document_number"] == budget.NUMBER
    assert budget.amounts(office) == {}


@pytest.mark.parametrize("url", [APPROPRIATION, ALLOTMENT])
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"amount": "0"}, "金額須大於 0 元"),
        ({"amount": "壹佰"}, "金額"),
        ({"amount": ""}, "此欄必填"),
        ({"document_number": "　"}, "此欄必填"),
        ({"on": "112/04/18"}, "晚於今天"),
        ({"on": "四月"}, "公文日期"),
        ({"document_number": "字" * 65}, "超過上限 64 字"),
        ({"note": "記" * 101}, "超過上限 100 字"),
        ({"scheme": "S99"}, "請由選項中選擇"),
    ],
    ids=[
        "budget.amount_not_positive",
        "amount.unreadable",
        "amount",
        "document_number",
        "budget.document_in_future",
        "date.unreadable",
        "budget.text_too_long",
        "note",
        "scheme",
    ],
)
def test_what_cannot_be_entered_is_said_and_what_was_typed_is_kept(
    accounting: FlaskClient, office: Office, url: str, changed: dict[str, str], words: str
) -> None:
    budget.an_appropriation(office, 9_000_000, number="第一號")
    before = budget.amounts(office)

    answer = submit(accounting, url, **{**TYPED, **changed})

    assert answer.status_code == 422
    assert words in refusal_of(answer)
    expected = {**TYPED, **changed}
    kept = typed_in(answer)
    assert {name: kept[name] for name in ("amount", "on", "note", "document_number")} == {
        name: expected[name] for name in ("amount", "on", "note", "document_number")
    }
    assert budget.amounts(office) == before


def test_a_document_entered_already_is_said_before_and_at_the_confirmation(
    accounting: FlaskClient, office: Office
) -> None:
    shown = submit(accounting, APPROPRIATION, **TYPED)
    budget.an_appropriation(office, 700_000)

    late = press(accounting, APPROPRIATION, shown, "confirm")
    early = submit(accounting, APPROPRIATION, **TYPED)

    for answer in (late, early):
        assert answer.status_code == 422
        assert "已於 112年4月17日 09:00 登錄方案 S01 的法定預算 700,000 元" in refusal_of(answer)
        assert typed_in(answer)["document_number"] == budget.NUMBER


def test_an_allotment_beyond_the_appropriation_is_said_before_and_at_the_confirmation(
    accounting: FlaskClient, office: Office
) -> None:
    budget.an_appropriation(office, 1_500_000)
    shown = submit(accounting, ALLOTMENT, **TYPED)
    budget.an_allotment(office, 500_001, number="另一號")

    late = press(accounting, ALLOTMENT, shown, "confirm")
    early = submit(accounting, ALLOTMENT, **TYPED)

    for answer in (late, early):
        assert answer.status_code == 422
        assert "超過法定預算 1,500,000 元，超出 1 元" in refusal_of(answer)
        assert typed_in(answer)["amount"] == "1,000,000"


def test_every_figure_of_the_budget_leads_to_what_makes_it(app: Flask, office: Office) -> None:
    sheets.a_settled_sheet(office, 3_000_000, 1_000_000)
    client = signed_in(app, given.ACCOUNTING)

    figures = page(client, "/reports/budget").select("tbody td a[data-explain]")

    assert len(figures) == 18
    for figure in figures:
        shown = page(client, str(figure["href"]))
        assert [value.text for value in shown.select(".tally .num")] == [figure.text]


def test_the_segments_sum_to_the_budget(app: Flask, office: Office) -> None:
    sheets.a_settled_sheet(office, 3_000_000, 1_000_000)
    document = page(signed_in(app, given.MANAGER), "/reports/budget")

    segments = amounts_of(document, "#stages tbody td a")[:-2]

    assert amounts_of(document, "#named tbody td a")[0] == sum(segments)


def amounts_of(document: BeautifulSoup, path: str) -> list[int]:
    """The amounts that stand there, percentages left out."""
    texts = [link.text.replace(",", "") for link in document.select(path)]
    return [int(text) for text in texts if text.isdecimal()]


def test_execution_rates_count_what_is_payable(app: Flask, office: Office) -> None:
    sheets.a_made_sheet(office, 2_000_000)
    sheets.an_allotment(office)
    client = signed_in(app, given.AUDITOR)

    row = page(client, "/reports/budget").select("#named tbody tr td")

    assert row[5].text == "1,000,000"
    assert [cell.text for cell in row[-2:]] == ["1.00%", "2.00%"]


def test_the_budget_of_a_past_day_leads_to_figures_of_that_day(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    budget.an_appropriation(office, 700)
    clock.advance(days=1)
    budget.an_appropriation(office, 300, number="二")
    client = signed_in(app, given.ACCOUNTING)

    document = page(client, "/reports/budget?as_of=112%2F04%2F17")
    first = document.select("#named tbody td a")[0]
    shown = page(client, str(first["href"]))

    assert first.text == "700"
    assert [value.text for value in shown.select(".tally .num")] == ["700"]
    assert "截至 112年4月17日" in shown.text


def test_the_worker_s_walk_through_every_entry_is_told(app: Flask, office: Office) -> None:
    budget.an_appropriation(office, 700)
    client = signed_in(app, given.ACCOUNTING)

    before = page(client, "/reports/budget").text
    office.perform(check_books, SYSTEM)

    assert "逐筆查核" not in before
    assert "分錄 1 筆，112/04/17 09:00:00 逐筆查核" in page(client, "/reports/budget").text


def test_a_window_closed_for_want_of_money_is_told(app: Flask, office: Office) -> None:
    budget.an_appropriation(office, 700)
    office.perform(declare_used_up, given.MANAGER, "S01", "S01/1", "公告第1號", "")

    head = page(signed_in(app, given.AUDITOR), "/reports/budget").select_one("#named tbody th")

    assert head is not None
    assert "112/04/17 09:00 補助經費用罄" in head.text


def test_only_accounting_is_offered_to_enter(app: Flask, office: Office) -> None:
    budget.an_appropriation(office)

    offered = {
        person.role: bool(
            page(signed_in(app, person), "/reports/budget").select(
                f'main a[href="{APPROPRIATION}"]'
            )
        )
        for person in (given.ACCOUNTING, given.MANAGER, given.AUDITOR)
    }

    assert list(offered.values()) == [True, False, False]


def test_one_scheme_or_three_take_the_same_number_of_statements(app: Flask, office: Office) -> None:
    client = signed_in(app, given.MANAGER)
    counts = []
    for schemes in (("S01",), ("S02", "S03")):
        for scheme in schemes:
            budget.an_appropriation(office, scheme=scheme)
            budget.an_allotment(office, scheme=scheme)
        with counted_queries(app) as statements:
            page(client, "/reports/budget")
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 8


@pytest.mark.parametrize(
    ("code", "amount"),
    [("amount.fraction", "1.5"), ("amount.negative", "-1"), ("amount.unreadable", "一百萬")],
)
def test_an_amount_that_is_none_is_told_in_both_languages(
    app: Flask, accounting: FlaskClient, code: str, amount: str
) -> None:
    answer = submit(accounting, APPROPRIATION, **TYPED | {"amount": amount})

    assert answer.status_code == 422
    assert refusals.heard(app)[code] == refusals.BOTH


def test_what_is_held_for_an_offer_stands_in_its_own_column(app: Flask, office: Office) -> None:
    case_id = waiting.an_offered_case(office, 1_200_000)
    client = signed_in(app, given.ACCOUNTING)

    heads = [head.text for head in page(client, "/reports/budget").select("thead th")]
    waiting.decline(office, case_id)

    assert "部分核定待同意" in heads
    after = [head.text for head in page(client, "/reports/budget").select("thead th")]
    assert [head for head in heads if head not in after] == ["部分核定待同意"]
