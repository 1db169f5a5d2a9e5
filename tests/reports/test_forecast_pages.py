"""The forecast's page, the board's past Mondays, and the letter: what they say is what is so."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM, Actor
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import local_date
from backoffice.reports.models import BoardDay, BoardRecord, DayFlow
from backoffice.reports.operations.keeping import keep_board_in_time
from backoffice.reports.queries.days import kept_boards, moved_between, start_of
from backoffice.reports.queries.outlook import known
from backoffice.reports.queries.rows import holdings
from backoffice.reports.rules import Movement
from backoffice.use_case import Office
from tests import given
from tests.browser import serve
from tests.given import budget, commitments, review, sheets
from tests.given.web import counted_queries, page, signed_in, words_of

FORECAST = "/reports/schemes/S01/forecast"
BOARD = "/reports/board"
LETTER = "/reports/monday-letter"
EVEN = [(500_000, 600_000, 400_000)] * 9


def sentences(document: BeautifulSoup) -> list[str]:
    return [" ".join(line.text.split()) for line in document.select("ul.three li")]


def test_a_scheme_without_books_cannot_be_forecast(app: Flask) -> None:
    document = page(signed_in(app, given.MANAGER), FORECAST)

    assert sentences(document) == ["這個方案沒有預算帳，也沒有名額帳，無可預測。"]
    assert document.select("svg") == []


def test_five_weeks_are_too_early_and_the_sixth_is_not(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    commitments.weeks(office, clock, EVEN[:5])

    early = sentences(page(signed_in(app, given.MANAGER), FORECAST))
    commitments.commit(office, 500_000)
    clock.advance(days=7)
    after = sentences(page(signed_in(app, given.MANAGER), FORECAST))

    assert early == ["太早：核定資料滿 6 週才能預測，目前 5 週。", early[1]]
    assert "尚可供" in early[1]
    assert after[0].startswith("約在")


def test_the_page_says_when_how_often_it_held_what_moved_it_and_what_binds(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    commitments.weeks(office, clock, [*EVEN, (4_000_000, 4_000_000)], appropriation=40_000_000)

    document = page(signed_in(app, given.MANAGER), FORECAST)

    when, held, moved, binds = sentences(document)
    assert "九成機會在" in when
    assert "先到的是經費" in when
    assert held == "這個區間還沒有可以回測的週次。"
    assert "提前" in moved
    assert "其中大額 2 件" in moved
    assert binds.startswith("經費以平均每案")
    assert document.select("svg.chart-curve")
    assert len(document.select("table.numbers tbody tr")) > 10


def test_the_parameters_are_those_of_the_ledger(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    commitments.weeks(office, clock, EVEN, appropriation=40_000_000)

    document = page(signed_in(app, given.MANAGER), FORECAST)

    facts = {
        term.text: " ".join(value.text.split())
        for term, value in zip(
            document.select("dl.facts dt"), document.select("dl.facts dd"), strict=True
        )
    }
    assert facts["可用餘額"] == "26,500,000 元 預算帳"
    assert facts["每週核定"].startswith("平均 3.0 案（共 27 案；最少 3，最多 3）")
    assert facts["每案金額"].startswith("平均 500,000 元")


def test_a_past_day_is_forecast_from_what_was_known_then(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    commitments.weeks(office, clock, EVEN, appropriation=40_000_000)
    day = local_date(clock.now()) - timedelta(days=1)
    then = sentences(page(signed_in(app, given.MANAGER), FORECAST))

    commitments.commit(office, 9_000_000)
    clock.advance(days=21)
    client = signed_in(app, given.MANAGER)
    later = sentences(page(client, f"{FORECAST}?as_of={day.isoformat()}"))

    assert later == then
    assert sentences(page(client, FORECAST)) != then


def test_what_came_back_is_a_release_and_an_appropriation_is_not(
    office: Office, clock: FixedClock
) -> None:
    commitments.weeks(office, clock, EVEN[:6], appropriation=40_000_000)
    office.perform(commitments.put_release, SYSTEM, "S01", Ntd(500_000))
    budget.an_appropriation(office, 1_000_000, number="增列")
    clock.advance(days=7)

    with Session(office.engine) as session:
        found = known(session, "S01", local_date(clock.now()) - timedelta(days=1))

    assert found.weeks.released == ((),) * 6 + ((500_000,),)
    assert found.given == (40_000_000, 0, 0, 0, 0, 0, 1_000_000)
    assert found.left.money == 40_000_000 - 6 * 1_500_000 + 1_500_000
    assert found.week_ago.money == 31_000_000


def test_what_is_used_up_within_six_weeks_is_told_and_its_board_is_kept(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    commitments.weeks(office, clock, [(500_000,), (500_000,)], appropriation=1_000_000)

    keep_board_in_time(office)

    client = signed_in(app, given.MANAGER)
    assert sentences(page(client, FORECAST))[0].startswith("已經用罄")
    assert "已用罄或額滿：S01" in sentences(page(client, BOARD))[2]


def test_what_was_given_today_is_not_used_up_since_yesterday(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    budget.an_appropriation(office, 1_000_000)

    keep_board_in_time(office)

    client = signed_in(app, given.MANAGER)
    assert "用罄" not in sentences(page(client, FORECAST))[0]
    assert "已用罄" not in sentences(page(client, BOARD))[2]
    clock.advance(days=1)
    tomorrow = sentences(page(signed_in(app, given.MANAGER), FORECAST))
    assert tomorrow[0].startswith("太早")


def test_an_unknown_scheme_has_no_forecast(app: Flask) -> None:
    assert signed_in(app, given.MANAGER).get("/reports/schemes/S99/forecast").status_code == 404


@pytest.mark.parametrize("person", [given.OFFICER, given.CASHIER, given.ADMIN])
@pytest.mark.parametrize("url", [FORECAST, LETTER])
def test_who_may_not_read_the_board_reads_neither(app: Flask, person: Actor, url: str) -> None:
    assert signed_in(app, person).get(url).status_code == 403


def test_the_worker_keeps_the_board_once_a_day(office: Office, clock: FixedClock) -> None:
    commitments.weeks(office, clock, EVEN)

    for _round in range(2):
        keep_board_in_time(office)
    clock.advance(days=1)
    keep_board_in_time(office)

    with Session(office.engine) as session:
        days = session.scalar(select(func.count()).select_from(BoardDay))
        rows = session.scalar(select(func.count()).select_from(BoardRecord))
    assert (days, rows) == (2, 22)


def test_a_kept_row_is_of_the_day_s_first_instant(office: Office, clock: FixedClock) -> None:
    commitments.weeks(office, clock, EVEN)
    with Session(office.engine) as session:
        before = holdings(session).lines["S01"].stages
    commitments.commit(office, 700_000)

    keep_board_in_time(office)

    today = local_date(clock.now())
    with Session(office.engine) as session:
        row = kept_boards(session, today)[0].rows["S01"]
    assert {row.available, row.outstanding} <= set(before.values())


@pytest.mark.parametrize("kept", [False, True])
def test_what_moved_is_the_same_whether_its_days_are_kept_or_counted(
    office: Office, clock: FixedClock, kept: bool
) -> None:
    sheets.a_settled_sheet(office, 3_000_000, 1_000_000)
    paid_on = local_date(clock.now())
    clock.advance(days=1)
    if kept:
        keep_board_in_time(office)
    commitments.commit(office, 5)

    with Session(office.engine) as session:
        days = [
            moved_between(session, first, last)
            for first, last in (
                (paid_on, paid_on),
                (paid_on + timedelta(days=1), paid_on + timedelta(days=1)),
                (paid_on, paid_on + timedelta(days=1)),
            )
        ]
        flows = session.scalar(select(func.count()).select_from(DayFlow))

    assert [(each[Movement.PAID].count, each[Movement.PAID].total) for each in days] == [
        (2, Ntd(2_000_000)),
        (0, Ntd(0)),
        (2, Ntd(2_000_000)),
    ]
    assert [each[Movement.AWARDED].count for each in days][1] == 1
    assert bool(flows) is kept


def a_monday(clock: FixedClock) -> date:
    """Set the clock to nine o'clock on the next Monday."""
    today = local_date(clock.now())
    monday = today + timedelta(days=7 - today.weekday())
    start: datetime = start_of(monday)
    clock.set(start + timedelta(hours=9))
    return monday


def test_the_letter_says_what_the_board_of_its_monday_says_and_never_changes(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    commitments.weeks(office, clock, EVEN, appropriation=40_000_000)
    monday = a_monday(clock)
    keep_board_in_time(office)
    url = f"{LETTER}?week={monday.isoformat()}"
    letter = words_of(signed_in(app, given.MANAGER).get(url))

    commitments.commit(office, 2_000_000)
    clock.advance(days=9)
    keep_board_in_time(office)

    client = signed_in(app, given.MANAGER)
    assert words_of(client.get(url)).replace(" 後一週 .", "") == letter
    board = page(client, f"{BOARD}?week={monday.isoformat()}")
    assert sentences(board) == sentences(page(client, url))
    assert "上週（" in sentences(board)[0]


def test_the_movements_of_a_letter_are_those_behind_its_link(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    budget.an_appropriation(office)
    review.award_all(office, review.a_scored_case(office))
    monday = a_monday(clock)
    client = signed_in(app, given.MANAGER)

    letter = page(client, f"{LETTER}?week={monday.isoformat()}")

    link = letter.select("ul.three li:first-child a")[0]
    told = page(client, str(link["href"])).text
    count, amount = link.text.split(" 筆 ")
    assert f"{count} 筆，合計 {amount}" in told
    assert count == "1"


def test_the_board_says_what_runs_out_and_when_and_what_changed_since_monday(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    commitments.weeks(office, clock, EVEN, appropriation=40_000_000)
    a_monday(clock)
    keep_board_in_time(office)
    clock.advance(days=1)
    commitments.commit(office, 9_000_000)
    clock.advance(days=1)
    keep_board_in_time(office)

    document = page(signed_in(app, given.MANAGER), BOARD)

    third = sentences(document)[2]
    assert third.startswith("S01 約在")
    assert "先到的是經費。" in third
    row = next(row for row in document.select("main tbody tr") if row.find("a", string="S01"))
    texts = " ".join(row.text.split())
    assert "▼ 9,000" in texts
    assert "先到：經費" in texts
    assert "提前" in texts
    link = document.select("ul.three li:nth-child(3) a")[0]
    there = sentences(page(signed_in(app, given.MANAGER), str(link["href"])))[0]
    assert link.text in there.replace("約在", "")


def test_a_week_without_a_kept_board_says_so(app: Flask, clock: FixedClock) -> None:
    clock.advance(days=20)

    document = page(signed_in(app, given.MANAGER), f"{BOARD}?week=2023-04-24")

    assert "這一週沒有留存看板" in document.text
    assert document.select("main tbody tr") == []


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("url", [FORECAST, LETTER, BOARD, f"{BOARD}?week=2023-04-24"])
def test_the_statements_are_as_many_for_one_week_as_for_many(
    app: Flask, office: Office, clock: FixedClock, url: str, count: int
) -> None:
    commitments.weeks(office, clock, EVEN[:1] * count + EVEN)
    keep_board_in_time(office)
    client = signed_in(app, given.MANAGER)

    with counted_queries(app) as statements:
        page(client, url)

    assert len(statements) <= 8


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 360])
def test_the_keys_walk_the_schemes_turn_the_weeks_and_explain(
    app: Flask, office: Office, clock: FixedClock, page: Page, width: int
) -> None:
    commitments.weeks(office, clock, EVEN, appropriation=40_000_000)
    keep_board_in_time(office)
    token = signed_in(app, given.MANAGER).get_cookie("sid")
    assert token is not None
    page.set_viewport_size({"width": width, "height": 900})

    with serve(app) as address:
        page.context.add_cookies([{"name": "sid", "value": token.value, "url": address}])
        page.goto(address + BOARD)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        assert page.locator("tr.here th a").inner_text() == "S02"
        page.keyboard.press(",")
        page.wait_for_url("**/board?week=*")
        page.keyboard.press(".")
        page.wait_for_url(lambda url: url.endswith("/board"))
        page.locator('a[href*="/forecast"]').last.focus()
        page.keyboard.press("e")
        page.wait_for_url("**/forecast?as_of=*")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
