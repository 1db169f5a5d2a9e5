"""The manager's page: true sentences, true bars, bounded work, one sheet of paper."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from backoffice.cases.rules.lifecycle import CaseState
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.reports.queries import board
from backoffice.reports.queries.board import books, counts, middles, waiting
from backoffice.reports.views.sentences import counted
from backoffice.use_case import Office
from tests import given
from tests.browser import serve
from tests.given import budget, cases, review, sheets
from tests.given import disbursement as world
from tests.given.web import counted_queries, page, signed_in

BOARD = "/reports/board"


def numbers(*places: int) -> list[str]:
    return [f"S01-112-{place:06d}" for place in places]


def sentences(document: BeautifulSoup) -> list[str]:
    return [" ".join(line.text.split()) for line in document.select("ul.three li")]


def row_of(document: BeautifulSoup, scheme: str) -> Tag:
    return next(
        row
        for row in document.select("main tbody tr")
        if (head := row.select_one("th a")) and head.text == scheme
    )


def cell(row: Tag, label: str) -> str:
    found = row.select_one(f'td[data-label="{label}"]')
    assert found is not None
    return found.text.strip()


def test_the_first_morning_says_that_nothing_waits(app: Flask) -> None:
    document = page(signed_in(app, given.MANAGER), BOARD)

    assert document.h1 is not None
    assert document.h1.text == "112年4月17日　星期一"
    assert sentences(document) == [
        "近 7 日核定 0 筆 0 元，撥付 0 筆 0 元。",
        "目前沒有等待決定的事項。",
        "尚無預測；系統每日製作一次。",
    ]
    assert len(document.select("main tbody tr")) == 11
    assert cell(row_of(document, "S01"), "預算") == "未編列"


def test_what_was_awarded_and_paid_in_seven_days_is_said_with_its_sum(
    app: Flask, office: Office
) -> None:
    sheets.a_settled_sheet(office, 3_000_000, 1_000_000)

    document = page(signed_in(app, given.MANAGER), BOARD)

    assert sentences(document)[0] == "近 7 日核定 0 筆 0 元，撥付 2 筆 2,000,000 元。"
    links = [str(link["href"]) for link in document.select("ul.three li:first-child a")]
    assert links[1] == "/reports/movements/paid?since=2023-11-14"
    assert "2 筆，合計 2,000,000 元" in page(signed_in(app, given.MANAGER), links[1]).text


@pytest.mark.parametrize(("days", "count"), [(6, 1), (7, 0)])
def test_the_seventh_day_still_counts_and_the_eighth_does_not(
    app: Flask, office: Office, clock: FixedClock, days: int, count: int
) -> None:
    budget.an_appropriation(office)
    review.award_all(office, review.a_scored_case(office))
    clock.advance(days=days)

    document = page(signed_in(app, given.MANAGER), BOARD)

    assert sentences(document)[0].startswith(f"近 7 日核定 {count} 筆")


def test_what_waits_for_a_decision_is_said_and_linked(app: Flask, office: Office) -> None:
    review.a_scored_case(office)
    sheet = sheets.a_sent_sheet(office, 3_000_000)
    sheets.settle(
        office, sheet, *(sheets.returned(line) for line in sheets.line_rows(office, sheet))
    )
    tranche = sheets.a_verified_tranche(office, 1, 1_000_000)
    sheets.check(office, sheets.make(office, [tranche]))

    document = page(signed_in(app, given.MANAGER), BOARD)

    assert sentences(document)[1] == (
        "等待決定：撥款清冊 1 件待核准，計 500,000 元、評分完成 1 案待決審、退匯 1 筆待重撥。"
    )
    links = [str(link["href"]) for link in document.select("ul.three li:nth-child(2) a")]
    assert links == [
        "/disbursement/sheets?step=APPROVE",
        "/cases/?pile=all&state=SCORED",
        "/disbursement/sheets?step=MAKE",
    ]


def test_a_returned_payment_that_was_put_on_a_new_sheet_waits_no_longer(office: Office) -> None:
    sheet = sheets.a_sent_sheet(office, 3_000_000)
    line = sheets.line_rows(office, sheet)[0]
    sheets.settle(office, sheet, sheets.returned(line))
    sheets.correct(office, line.tranche_id, world.ACCOUNT)

    with Session(office.engine) as session:
        before = waiting(session).returned
    sheets.make(office, [line.tranche_id])
    with Session(office.engine) as session:
        after = waiting(session).returned

    assert (before, after) == (1, 0)


def test_the_bar_of_a_scheme_is_paid_outstanding_and_available(app: Flask, office: Office) -> None:
    sheets.a_settled_sheet(office, 3_000_000, 1_000_000)

    row = row_of(page(signed_in(app, given.MANAGER), BOARD), "S01")

    # Two cases of the world bring 100,000,000 each; half of 4,000,000 is paid.
    assert [cell(row, label) for label in ("已撥付", "已核定未撥", "可用", "執行率")] == [
        "2,000",
        "2,000",
        "196,000",
        "1.00%",
    ]
    assert row.select_one("svg.chart-budget") is not None
    links = [str(link["href"]) for link in row.select("td a")][:3]
    assert links == [
        "/reports/entries/S01/disbursed",
        "/reports/entries/S01/outstanding",
        "/reports/entries/S01/available",
    ]


def test_each_figure_of_the_board_is_the_sum_of_the_entries_behind_it(
    app: Flask, office: Office
) -> None:
    sheets.a_settled_sheet(office, 3_000_000, 1_000_000)
    client = signed_in(app, given.MANAGER)

    for link in row_of(page(client, BOARD), "S01").select("td a[title]"):
        shown = page(client, str(link["href"])).select_one(".tally .num")
        assert shown is not None
        assert f"{shown.text} 元" == link["title"]


def test_who_may_not_read_the_ledger_sees_the_figures_without_links(
    app: Flask, office: Office
) -> None:
    budget.an_appropriation(office)

    document = page(signed_in(app, given.CONVENOR), BOARD)

    assert cell(row_of(document, "S01"), "可用") == "100,000"
    assert document.select('main a[href^="/reports/entries"]') == []
    assert document.select('main a[href^="/disbursement"]') == []


def test_the_queue_counts_the_undecided_and_their_median_wait(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    for place, days in enumerate((3, 1, 4), 1):
        cases.a_case_in_review(office, number=numbers(place)[0])
        clock.advance(days=days)
    cases.an_imported_case(office, number="S03-112-000001", scheme="S03")

    document = page(signed_in(app, given.MANAGER), BOARD)

    # They wait since 8, 5 and 4 days.
    assert [cell(row_of(document, "S01"), label) for label in ("待審", "等候中位數")] == ["3", "5"]
    assert [cell(row_of(document, "S03"), label) for label in ("待審", "等候中位數")] == ["1", "0"]
    assert [cell(row_of(document, "S05"), label) for label in ("待審", "等候中位數")] == ["0", "–"]


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_the_middle_of_a_queue_is_one_case_or_two(
    office: Office, clock: FixedClock, count: int
) -> None:
    entered = []
    for number in numbers(*range(1, count + 1)):
        cases.a_case_in_review(office, number=number)
        entered.append(clock.now())
        clock.advance(days=1)

    with Session(office.engine) as session:
        found = counts(session, ("S01", "S02"), "S01")
        middle = middles(session, found)

    assert found.undecided == {"S01": count, "S02": 0}
    assert middle == {"S01": tuple(entered[(count - 1) // 2 : count // 2 + 1])}


def test_a_queue_too_long_to_walk_through_is_counted_and_names_no_median(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "COUNT_MAX", 2)
    for number in numbers(1, 2, 3, 4):
        cases.a_case_in_review(office, number=number)

    with Session(office.engine) as session:
        found = counts(session, ("S01", "S04"), "S01")
        middle = middles(session, found)

    assert (found.undecided["S01"], found.is_short("S01"), middle) == (4, False, {})
    assert found.states == ((CaseState.IN_REVIEW, 4),)


@pytest.mark.parametrize(("count", "words"), [(500, "500"), (501, "500+"), (2_505, "2,505")])
def test_a_count_that_stopped_says_that_there_are_more(count: int, words: str) -> None:
    assert counted(count) == words


def test_the_cases_of_a_scheme_stand_by_state_with_links(app: Flask, office: Office) -> None:
    budget.an_appropriation(office)
    review.award_all(office, review.a_scored_case(office))
    cases.a_case_in_review(office)

    document = page(signed_in(app, given.MANAGER), f"{BOARD}?scheme=S01")

    chips = {
        " ".join(chip.text.split()): str(chip.select("a")[0]["href"])
        for chip in document.select("#states li")
    }
    assert chips == {
        "書面審查中 1": "/cases/?pile=all&scheme=S01&state=IN_REVIEW",
        "已核定 1": "/cases/?pile=all&scheme=S01&state=AWARDED",
    }


@pytest.mark.parametrize("asked", ["", "S99", "<script>"])
def test_the_states_are_those_of_the_first_scheme_with_money_unless_one_is_chosen(
    app: Flask, office: Office, asked: str
) -> None:
    budget.an_appropriation(office, scheme="S03")

    document = page(signed_in(app, given.MANAGER), f"{BOARD}?scheme={asked}")

    assert [title.text for title in document.select("#states h2")] == ["S03 案件狀態"]


def test_the_books_line_names_the_last_entry_and_the_audits_end(app: Flask, office: Office) -> None:
    budget.an_appropriation(office)
    client = signed_in(app, given.MANAGER)
    with Session(office.engine) as session:
        found = books(session)

    document = page(client, BOARD)

    assert (found.balance, found.last_entry) == (True, 1)
    assert f"最後分錄第 1 號，稽核序號 {found.audit_seq}" in document.text


@pytest.mark.parametrize("person", [given.MANAGER, given.CONVENOR])
def test_nothing_one_or_three_schemes_take_the_same_few_statements(
    app: Flask, office: Office, clock: FixedClock, person: Any
) -> None:
    client = signed_in(app, person)
    counts = []
    for schemes in ((), ("S01",), ("S02", "S03")):
        for scheme in schemes:
            budget.an_appropriation(office, scheme=scheme)
            cases.an_imported_case(office, number=f"{scheme}-112-000009", scheme=scheme)
        with counted_queries(app) as statements:
            page(client, BOARD)
        counts.append(len(statements))

    assert len(set(counts)) == 1
    assert counts[0] <= 8


def test_the_waiting_sheets_sum_is_of_those_to_approve_only(office: Office) -> None:
    sheets.an_approved_sheet(office, 3_000_000)

    with Session(office.engine) as session:
        found = waiting(session)

    assert (found.sheets, found.sheets_total) == (0, Ntd(0))


@pytest.mark.browser
def test_the_board_prints_on_one_page(app: Flask, office: Office, page: Page) -> None:
    sheets.a_checked_sheet(office, 3_000_000, 1_000_000)
    for scheme in ("S02", "S03", "S05", "S11"):
        budget.an_appropriation(office, 1_234_567_890, scheme=scheme)
    review.a_scored_case(office)
    token = signed_in(app, given.MANAGER).get_cookie("sid")
    assert token is not None

    with serve(app) as address:
        page.context.add_cookies([{"name": "sid", "value": token.value, "url": address}])
        page.goto(address + BOARD)
        printed = page.pdf(prefer_css_page_size=True)

    with pikepdf.open(BytesIO(printed)) as pdf:
        assert len(pdf.pages) == 1


def test_the_days_of_the_week_follow_the_clock(app: Flask, clock: FixedClock) -> None:
    for weekday in "一二三四五六日":
        assert f"星期{weekday}" in page(signed_in(app, given.MANAGER), BOARD).text
        clock.set(clock.now() + timedelta(days=1))
