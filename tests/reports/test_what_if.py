"""What a cap or another budget would change: reckoned as it would come, and never written."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from hypothesis import given as for_all
from hypothesis import strategies as st
from playwright.sync_api import Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.db import Base
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import ZERO, Ntd
from backoffice.kernel.taiwan import local_date
from backoffice.reports.operations.keeping import ahead
from backoffice.reports.queries.outlook import known
from backoffice.reports.rules.forecast import Weeks
from backoffice.reports.rules.what_if import (
    AS_IT_IS,
    Levers,
    Pending,
    Reach,
    Served,
    flips,
    reached,
    served,
)
from backoffice.review.rules.waiting import Course, InLine, Order, calls, course
from backoffice.use_case import Office
from tests import given
from tests.browser import serve
from tests.given import budget, commitments, review, waiting
from tests.given.refusals import speaking
from tests.given.web import counted_queries, page, signed_in

HERE = "/reports/schemes/S01/what-if"
EVEN = [(500_000, 600_000, 400_000)] * 9
NOON = datetime.fromisoformat("2023-05-08T12:00:00+08:00")
AMOUNTS = st.integers(1, 30)
LINES = st.lists(st.tuples(AMOUNTS, st.integers(0, 30)), max_size=4)
ASKED = st.lists(AMOUNTS, max_size=8)
CAPS = st.builds(Levers, st.integers(1, 100), st.integers(-60, 60))


def in_line(found: list[tuple[int, int]]) -> tuple[InLine, ...]:
    return tuple(
        InLine(
            -place, Order(NOON + timedelta(days=place), NOON, NOON, ""), Ntd(wants), Ntd(not_for)
        )
        for place, (wants, not_for) in enumerate(found, 1)
    )


def pending(asked: list[int]) -> tuple[Pending, ...]:
    return tuple(Pending(number, Ntd(amount)) for number, amount in enumerate(asked))


@for_all(LINES, ASKED, st.integers(0, 200), CAPS)
def test_each_case_gets_what_the_decision_on_it_would_allow(
    waiters: list[tuple[int, int]], asked: list[int], available: int, levers: Levers
) -> None:
    line, left = in_line(waiters), Ntd(max(available + levers.added, 0))
    found = served(line, pending(asked), Ntd(available), levers)

    for call in calls(line, left):
        line = tuple(each for each in line if each.case_id != call.case_id)
        left -= call.amount
    for case, got in zip(asked, found, strict=True):
        wanted = Ntd(max(case * levers.percent // 100, 1))
        expected = {
            Course.AWARD: (Reach.WHOLE, wanted),
            Course.OFFER: (Reach.PART, left),
            Course.WAIT: (Reach.NOTHING, ZERO),
        }[course(wanted, left, line)]
        assert (got.reach, got.amount) == expected
        left -= got.amount


@for_all(LINES, ASKED, st.integers(0, 200), st.integers(1, 100), st.integers(1, 100))
def test_a_lower_cap_never_reaches_fewer(
    waiters: list[tuple[int, int]], asked: list[int], available: int, one: int, other: int
) -> None:
    counts = [
        reached(served(in_line(waiters), pending(asked), Ntd(available), Levers(percent)))[0]
        for percent in sorted((one, other))
    ]

    assert counts[0] >= counts[1]


@for_all(ASKED, st.integers(0, 200), st.integers(0, 100))
def test_more_money_never_reaches_fewer_where_nobody_waits(
    asked: list[int], available: int, added: int
) -> None:
    before, after = (
        served((), pending(asked), Ntd(available), Levers(added=more)) for more in (0, added)
    )

    assert reached(after)[0] >= reached(before)[0]
    assert reached(after)[1] >= reached(before)[1]
    assert {each.before.case_id for each in flips(before, after)} == {
        one.case_id for one, two in zip(before, after, strict=True) if one.reach is not two.reach
    }


@pytest.mark.parametrize(
    ("percent", "amount", "asked", "capped"),
    [
        (100, 900, 1_000, 900),
        (90, 900, 1_000, 900),
        (89, 900, 1_000, 890),
        (33, 900, 1_001, 330),
        (1, 5, 50, 1),
        (90, 900, None, 900),
    ],
)
def test_a_cap_is_cut_to_whole_dollars_and_touches_what_was_asked_for(
    percent: int, amount: int, asked: int | None, capped: int
) -> None:
    assert Levers(percent).capped(amount, asked) == capped


def test_past_weeks_are_capped_each_by_its_own_request() -> None:
    weeks = Weeks(((100, 50), ()), ((), (30,)))

    found = Levers(50).capped_weeks(weeks, ((100, None), ()))

    assert found == Weeks(((50, 50), ()), ((), (30,)))
    assert AS_IT_IS.capped_weeks(weeks, ((100, None), ())) == weeks


def test_nobody_flips_where_nothing_is_tried() -> None:
    found = served((), pending([5, 6]), Ntd(7), AS_IT_IS)

    assert found == (Served(0, Reach.WHOLE, Ntd(5)), Served(1, Reach.PART, Ntd(2)))
    assert flips(found, found) == ()


def sentences(document: BeautifulSoup) -> list[str]:
    return [" ".join(line.text.split()) for line in document.select("ul.three li")]


def compared(document: BeautifulSoup) -> dict[str, list[str]]:
    first = document.select("main table")[0]
    return {
        str(row.th.text).strip(): [cell.text.strip() for cell in row.select("td")]
        for row in first.select("tbody tr")
        if row.th
    }


def turned(document: BeautifulSoup) -> list[list[str]]:
    tables = document.select("main table")
    return [
        [cell.text.strip() for cell in row.select("th, td")]
        for table in tables
        if "結果不同" in str(table.caption)
        for row in table.select("tbody tr")
    ]


def three_in_review(office: Office, money: int = 5_000_000) -> list[int]:
    review.a_budget(office, money)
    return [
        review.a_case_in_review(office, review.Applied(number=f"S01-112-00080{place}"))
        for place in (1, 2, 3)
    ]


def test_a_cap_names_the_cases_for_which_the_money_then_reaches(app: Flask, office: Office) -> None:
    ids = three_in_review(office)

    document = page(signed_in(app, given.MANAGER), f"{HERE}?percent=80")

    assert compared(document)["待審 3 案中足額"] == ["2 案", "3 案"]
    assert compared(document)["待審案合計核定"] == ["5,000,000 元", "4,800,000 元"]
    assert turned(document) == [
        [
            "S01-112-000803",
            review.Applied().firm_name,
            "2,000,000",
            "部分 1,000,000 元",
            "足額 1,600,000 元",
        ]
    ]
    link = document.select(f'main a[href$="/cases/{ids[2]}"]')
    assert [each.text for each in link] == ["S01-112-000803"]
    assert "1 案的結果不同" in sentences(document)[-1]


def test_a_reduction_names_the_cases_for_which_it_no_longer_reaches(
    app: Flask, office: Office
) -> None:
    three_in_review(office)

    document = page(signed_in(app, given.MANAGER), f"{HERE}?cut=2,500,000")

    assert [row[-2:] for row in turned(document)] == [
        ["足額 2,000,000 元", "部分 500,000 元"],
        ["部分 1,000,000 元", "經費不足"],
    ]


def test_whoever_waits_for_money_comes_first_and_is_not_capped(app: Flask, office: Office) -> None:
    review.a_budget(office, 1_000_000)
    first = waiting.a_case(office)
    waiting.offer_part(office, first, 1_000_000)
    second = waiting.a_case(office, 2)
    waiting.wait_in_line(office, second)
    three_in_review(office, 4_000_000)

    document = page(signed_in(app, given.MANAGER), f"{HERE}?percent=50")

    assert compared(document)["待審案合計核定"] == ["1,000,000 元", "1,000,000 元"]
    assert [row[-2:] for row in turned(document)] == [["部分 1,000,000 元", "足額 1,000,000 元"]]


def test_what_is_tried_comes_true_when_the_money_comes(app: Flask, office: Office) -> None:
    three_in_review(office)
    client = signed_in(app, given.MANAGER)
    tried = page(client, f"{HERE}?added=1,000,000")

    budget.an_appropriation(office, 1_000_000, number="增列")

    after = compared(page(client, HERE))
    for label in ("待審 3 案中足額", "待審案合計核定"):
        assert after[label] == compared(tried)[label][1:]


def test_the_forecast_under_another_budget_is_that_of_the_day_on_which_it_comes(
    office: Office, clock: FixedClock
) -> None:
    commitments.weeks(office, clock, EVEN, appropriation=40_000_000)
    today = local_date(clock.now())
    with Session(office.engine) as session:
        tried = known(session, "S01", today).under(Levers(added=7_000_000))

    budget.an_appropriation(office, 7_000_000, number="增列")

    with Session(office.engine) as session:
        facts = known(session, "S01", today)
    assert (facts.left, facts.weeks) == (tried.left, tried.weeks)
    assert ahead("S01", today, facts) == ahead("S01", today, tried)


def test_a_cap_makes_the_money_last(app: Flask, office: Office, clock: FixedClock) -> None:
    ids = [
        review.a_scored_case(office, applied=review.Applied(number=f"S01-112-0007{week:02}"))
        for week in range(7)
    ]
    review.a_budget(office, 24_000_000)
    for case_id in ids:
        review.award_all(office, case_id)
        clock.advance(days=7)

    document = page(signed_in(app, given.MANAGER), f"{HERE}?percent=50")

    lines = compared(document)
    assert lines["過去每案平均核定"] == ["2,000,000 元", "1,000,000 元"]
    assert lines["以平均計，尚可供案數"] == ["5", "10"]
    assert lines["預估用罄"][0] < lines["預估用罄"][1]
    assert document.select("svg.chart-curve")


def test_what_is_used_up_is_drawn_as_more_money_would_let_it_last(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    commitments.weeks(office, clock, EVEN, appropriation=9 * 1_500_000)

    document = page(signed_in(app, given.MANAGER), f"{HERE}?added=4000000")

    assert sentences(document)[0] == "現況：已經用罄或額滿；如有釋出，才會再有餘額。"
    assert compared(document)["預估用罄"][0] == "已用罄"
    assert "那一週" in compared(document)["預估用罄"][1]
    assert document.select("svg.chart-curve")


def everything(office: Office) -> str:
    """A hash of every row of every table but that of sessions, whose page views are noted there."""
    digest = hashlib.sha256()
    with Session(office.engine) as session:
        for table in Base.metadata.sorted_tables:
            if table.name != "session":
                rows = sorted(repr(tuple(row)) for row in session.execute(select(table)))
                digest.update(f"{table.name}{rows}".encode())
    return digest.hexdigest()


def test_nothing_is_written(app: Flask, office: Office, clock: FixedClock) -> None:
    commitments.weeks(office, clock, EVEN)
    three_in_review(office)
    client = signed_in(app, given.MANAGER)
    page(client, "/reports/board")
    before = everything(office)

    page(client, f"{HERE}?percent=90&added=1000000")

    assert everything(office) == before
    review.a_budget(office, 1)
    assert everything(office) != before


@pytest.mark.parametrize(
    ("asked", "words", "english"),
    [
        ("percent=101", "請填 1 至 100 的整數。", "a whole number from 1 to 100"),
        ("percent=0", "請填 1 至 100 的整數。", "a whole number from 1 to 100"),
        ("percent=many", "請輸入整數。", "whole number"),
        ("cut=5,000,001", "超過目前可用餘額 5,000,000 元。", "more than the NT$5,000,000"),
        ("added=-3", "「-3」小於零", "less than zero"),
    ],
)
def test_what_cannot_be_tried_is_said_and_stays_typed(
    app: Flask, office: Office, asked: str, words: str, english: str
) -> None:
    three_in_review(office)
    client = signed_in(app, given.MANAGER)

    document = page(client, f"{HERE}?{asked}")
    with speaking(app, "en"):
        translated = page(client, f"{HERE}?{asked}")

    field, typed = asked.split("=")
    assert words in document.select(".refused")[0].text
    assert document.select(f'input[name="{field}"]')[0]["value"] == typed
    assert turned(document) == []
    assert english in translated.select(".refused")[0].text


def test_nothing_is_asked_of_a_scheme_without_money(app: Flask) -> None:
    document = page(signed_in(app, given.MANAGER), "/reports/schemes/S09/what-if")

    assert document.select("main form") == []
    assert "這個方案沒有預算帳。" in document.text


def test_interest_has_no_cap(app: Flask, office: Office) -> None:
    review.a_budget(office, 1_000_000, scheme="S07")

    document = page(signed_in(app, given.MANAGER), "/reports/schemes/S07/what-if?cut=1")

    assert document.select('input[name="percent"]') == []
    assert document.select('input[name="added"]')
    assert "待審" not in " ".join(compared(document))
    assert "待審" not in " ".join(sentences(document))


def test_an_unknown_scheme_cannot_be_tried(app: Flask) -> None:
    assert signed_in(app, given.MANAGER).get("/reports/schemes/S99/what-if").status_code == 404


def test_who_may_not_read_the_board_tries_nothing(app: Flask) -> None:
    assert signed_in(app, given.OFFICER).get(HERE).status_code == 403


@pytest.mark.parametrize("count", [1, 5])
def test_the_statements_are_as_many_for_one_case_as_for_many(
    app: Flask, office: Office, count: int
) -> None:
    review.a_budget(office, 1_000_000)
    for place in range(count):
        review.a_case_in_review(office, review.Applied(number=f"S01-112-00080{place}"))
    client = signed_in(app, given.MANAGER)

    with counted_queries(app) as statements:
        page(client, f"{HERE}?percent=50")

    assert len(statements) <= 11


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 360])
def test_w_on_the_board_tries_a_cap(
    app: Flask, office: Office, clock: FixedClock, page: Page, width: int
) -> None:
    commitments.weeks(office, clock, EVEN, appropriation=40_000_000)
    three_in_review(office, 1)
    token = signed_in(app, given.MANAGER).get_cookie("sid")
    assert token is not None
    page.set_viewport_size({"width": width, "height": 900})

    with serve(app) as address:
        page.context.add_cookies([{"name": "sid", "value": token.value, "url": address}])
        page.goto(f"{address}/reports/board")
        page.keyboard.press("w")
        page.wait_for_url("**/schemes/S01/what-if")
        page.keyboard.press("u")
        page.keyboard.type("90")
        page.keyboard.press("Enter")
        page.wait_for_url("**percent=90*")

        assert "每案至多核定申請額的 90%" in page.locator("main").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
