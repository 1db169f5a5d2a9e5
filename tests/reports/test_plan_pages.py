"""The plan by month over HTTP: typed or pasted, locked when begun, refused with what was typed."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backoffice.kernel.clock import FixedClock
from backoffice.kernel.taiwan import TAIPEI
from backoffice.use_case import Office
from tests import given
from tests.given import budget, refusals, sheets
from tests.given.lists import KINDS, rows_of, taken
from tests.given.web import counted_queries, filled_in, page, signed_in, soup_of, submit, words_of

PLAN = "/reports/budget/plan"
EDIT = "/reports/budget/plan/S01/2023"
PAPER = {"document_number": "分字第1號", "on": "112/04/17"}


@pytest.fixture
def accounting(app: Flask) -> FlaskClient:
    return signed_in(app, given.ACCOUNTING)


def month(number: int) -> str:
    """The field of a month."""
    return f"month_{number}-planned"


def test_a_year_is_planned_and_shown_by_month(accounting: FlaskClient, office: Office) -> None:
    budget.an_appropriation(office, 9_000_000)

    answer = submit(accounting, EDIT, **{month(4): "1,000,000", month(6): "2,000,000", **PAPER})
    cells = page(accounting, f"{PLAN}?year=2023").select("#plan tbody tr")[0].select("td")

    assert (answer.status_code, answer.location) == (303, f"{PLAN}?year=2023")
    assert [cell.text for cell in cells] == ["–"] * 3 + ["1,000", "–", "2,000", *["–"] * 6, "3,000"]
    assert budget.amounts(office)["allotted"] == 1_000_000


def test_what_has_begun_is_locked_and_has_no_field(accounting: FlaskClient, office: Office) -> None:
    budget.an_appropriation(office, 9_000_000)
    budget.a_plan(office, {4: 1_000_000})

    document = page(accounting, EDIT)

    assert document.text.count("已鎖定") == 4
    assert [field["name"] for field in document.select("[data-cell]")] == [
        month(number) for number in range(5, 13)
    ]


def test_spending_beyond_a_month_s_plan_is_announced(app: Flask, office: Office) -> None:
    sheet_id = sheets.a_checked_sheet(office, 3_000_000)
    year = office.clock.now().year
    budget.a_plan(office, {11: 1_400_000}, year=year)
    budget.an_allotment(office, 100_000, number="另")
    sheets.approve(office, sheet_id)

    shown = words_of(signed_in(app, given.MANAGER).get(f"{PLAN}?year={year}"))

    assert "支用超出當月計畫（由前月未支用數支應）：S01 11 月" in shown


def test_a_month_that_began_while_the_page_was_open_is_told(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    clock.set(datetime(2023, 4, 30, 23, 50, tzinfo=TAIPEI))
    client = signed_in(app, given.ACCOUNTING)
    budget.an_appropriation(office, 9_000_000)
    budget.a_plan(office, {5: 1_000_000})
    form = page(client, EDIT).select_one("form#plan")
    assert form is not None
    clock.set(datetime(2023, 5, 1, tzinfo=TAIPEI))
    budget.an_allotment(office, 1, number="另")

    answer = client.post(EDIT, data={**filled_in(form), month(5): "2,000,000", **PAPER})

    assert answer.status_code == 422
    assert "112 年 5 月已開始" in words_of(answer)
    assert refusals.heard(app)["plan.month_locked"] == refusals.BOTH


@pytest.mark.parametrize(
    ("typed", "code"),
    [({}, "plan.nothing"), ({month(6): "9,000,001"}, "plan.over")],
)
def test_what_cannot_be_planned_is_told_and_stays_typed(
    app: Flask, accounting: FlaskClient, office: Office, typed: dict[str, str], code: str
) -> None:
    budget.an_appropriation(office, 9_000_000)

    answer = submit(accounting, EDIT, **typed, **PAPER)

    assert answer.status_code == 422
    assert refusals.heard(app)[code] == refusals.BOTH
    for name, value in {**typed, **PAPER}.items():
        field = soup_of(answer).select_one(f"[name={name}]")
        assert field is not None
        assert field["value"] == value


def test_an_older_page_is_told_and_shows_the_present_plan(
    accounting: FlaskClient, office: Office
) -> None:
    budget.an_appropriation(office, 9_000_000)
    form = page(accounting, EDIT).select_one("form#plan")
    assert form is not None
    budget.a_plan(office, {6: 5})

    answer = accounting.post(EDIT, data={**filled_in(form), month(6): "7", **PAPER})
    again = soup_of(answer).select_one("form#plan")
    assert again is not None
    done = accounting.post(EDIT, data=filled_in(again))

    assert (answer.status_code, done.status_code) == (409, 303)


def test_only_accounting_plans_and_a_year_that_is_none_is_not_found(
    app: Flask, accounting: FlaskClient, office: Office
) -> None:
    budget.an_appropriation(office, 9_000_000)

    assert signed_in(app, given.MANAGER).get(EDIT).status_code == 403
    assert signed_in(app, given.MANAGER).get(PLAN).status_code == 200
    assert accounting.get("/reports/budget/plan/S01/1999").status_code == 404
    assert accounting.get("/reports/budget/plan/S99/2023").status_code == 404
    assert accounting.get(f"{PLAN}?year=2090").status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_the_plan_is_a_file_too(accounting: FlaskClient, office: Office, kind: str) -> None:
    budget.an_appropriation(office, 9_000_000)
    budget.a_plan(office, {4: 1_000_000})

    rows = rows_of(taken(accounting, f"{PLAN}/list.{kind}", year="2023"), kind)

    assert len(rows) == 13
    assert str(rows[4][0]) == "S01"
    assert [str(cell).replace(",", "").removesuffix(".0") for cell in rows[4]][2:4] == [
        "1000000"
    ] * 2


def test_one_scheme_or_three_take_the_same_number_of_statements(app: Flask, office: Office) -> None:
    client = signed_in(app, given.MANAGER)
    counts = []
    for schemes in (("S01",), ("S02", "S03")):
        for scheme in schemes:
            budget.an_appropriation(office, scheme=scheme)
            budget.a_plan(office, {4: 10, 7: 20}, scheme=scheme)
        with counted_queries(app) as statements:
            page(client, PLAN)
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 8
