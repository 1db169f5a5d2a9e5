"""Transfers, reductions and the year's end over HTTP: what will change is seen by who decides."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backoffice.kernel.clock import FixedClock
from backoffice.kernel.taiwan import TAIPEI
from backoffice.reports.operations import propose_closing
from backoffice.use_case import Office
from tests import given
from tests.given import budget, refusals, sheets
from tests.given.lists import KINDS, rows_of, taken
from tests.given.web import counted_queries, filled_in, page, signed_in, soup_of, submit, words_of

SHIFTS = "/reports/budget/shifts"
NEW = f"{SHIFTS}/new"
YEAR = "/reports/budget/year-end"
CLOSE = f"{YEAR}/S01"
AFTER = datetime(2026, 1, 5, 9, tzinfo=TAIPEI)
TYPED = {
    "kind": "TRANSFER",
    "source": "S01",
    "target": "S02",
    "amount": "400",
    "document_number": "調字第1號",
    "on": "112/04/17",
    "reason": "經費調整",
}
PAPER = {"document_number": "結字第1號", "on": "115/01/05"}


@pytest.fixture
def accounting(app: Flask) -> FlaskClient:
    return signed_in(app, given.ACCOUNTING)


@pytest.fixture
def manager(app: Flask) -> FlaskClient:
    return signed_in(app, given.MANAGER)


def test_a_transfer_is_entered_seen_and_approved(
    accounting: FlaskClient, manager: FlaskClient, office: Office
) -> None:
    budget.an_appropriation(office, 1_000)

    entered = submit(accounting, NEW, **TYPED)
    cells = [cell.text for cell in page(manager, f"{SHIFTS}/1").select(".confirm td")]
    done = submit(manager, f"{SHIFTS}/1", step="approve")

    assert (entered.status_code, entered.location) == (303, f"{SHIFTS}/1")
    assert cells == ["1,000 元", "600 元"] * 2 + ["0 元", "400 元"] * 2
    assert (done.status_code, done.location) == (303, SHIFTS)
    assert budget.amounts(office, "S02")["available"] == 400
    assert "已核准" in words_of(manager.get(SHIFTS))


def test_a_transfer_is_returned_with_a_reason(
    app: Flask, manager: FlaskClient, office: Office
) -> None:
    budget.an_appropriation(office, 1_000)
    budget.a_shift(office, 400)

    unsaid = submit(manager, f"{SHIFTS}/1", step="return")
    done = submit(manager, f"{SHIFTS}/1", step="return", note="金額請再確認")

    assert (unsaid.status_code, done.status_code) == (422, 303)
    assert "金額請再確認" in words_of(manager.get(f"{SHIFTS}/1"))


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"target": ""}, "shift.target_missing"),
        ({"target": "S01"}, "shift.same_scheme"),
        ({"amount": "1,001"}, "shift.beyond_available"),
    ],
    ids=["shift.target_missing", "shift.same_scheme", "shift.beyond_available"],
)
def test_what_is_no_transfer_is_told(
    app: Flask, accounting: FlaskClient, office: Office, changed: dict[str, str], code: str
) -> None:
    budget.an_appropriation(office, 1_000)

    answer = submit(accounting, NEW, **{**TYPED, **changed})

    assert answer.status_code == 422
    assert refusals.heard(app)[code] == refusals.BOTH


def test_nobody_else_approves(app: Flask, accounting: FlaskClient, office: Office) -> None:
    budget.an_appropriation(office, 1_000)
    budget.a_shift(office, 400)

    document = page(accounting, f"{SHIFTS}/1")

    assert document.select("main form[method=post]") == []
    assert accounting.post(f"{SHIFTS}/1").status_code in (400, 403)


@pytest.mark.parametrize("kind", KINDS)
def test_transfers_are_a_file_too(accounting: FlaskClient, office: Office, kind: str) -> None:
    budget.an_appropriation(office, 1_000)
    budget.a_shift(office, 400)

    rows = rows_of(taken(accounting, f"{SHIFTS}/list.{kind}"), kind)

    assert [str(cell) for cell in rows[1]][2:5] == ["流用", "S01", "S02"]


def test_the_year_s_end_shows_what_is_open_and_closes_by_two(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    budget.an_appropriation(office, 1_000)
    clock.set(AFTER)
    manager = signed_in(app, given.MANAGER)

    proposed = submit(signed_in(app, given.ACCOUNTING), CLOSE, **PAPER)
    cells = [cell.text for cell in page(manager, CLOSE).select(".confirm td")]
    done = submit(manager, CLOSE, step="approve")

    assert (proposed.status_code, done.status_code) == (303, 303)
    assert cells == ["1,000 元", "0 元", "0 元", "1,000 元"]
    assert budget.amounts(office) == {"appropriation": 1_000, "lapsed": 1_000}
    assert "已核准" in words_of(manager.get(YEAR))


def test_a_closing_that_was_proposed_meanwhile_is_told(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    budget.an_appropriation(office, 1_000)
    clock.set(AFTER)
    client = signed_in(app, given.ACCOUNTING)
    form = page(client, CLOSE).select_one("main form[method=post]")
    assert form is not None
    office.perform(propose_closing, given.ACCOUNTING, "S01", budget.paper())

    answer = client.post(CLOSE, data={**filled_in(form), **PAPER})

    assert answer.status_code == 422
    assert refusals.heard(app)["year.proposed"] == refusals.BOTH


def test_a_past_year_s_end_is_shown_as_it_was(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    budget.an_appropriation(office, 1_000)
    clock.set(datetime(2024, 2, 1, tzinfo=TAIPEI))
    budget.an_appropriation(office, 500, number="二", on=clock.now().date())

    cells = page(signed_in(app, given.AUDITOR), f"{YEAR}?year=2023").select("tbody td")

    assert cells[0].text == "1,000"


def test_what_keeps_a_budget_from_closing_is_told_before_and_at_the_attempt(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    sheets.a_settled_sheet(office, 3_000_000)
    for at, code, said in (
        (datetime(2025, 12, 31, tzinfo=TAIPEI), "year.too_early", "期限屆滿後才能"),
        (AFTER, "year.promises_open", "簽約未撥付 1,500,000 元未處理"),
    ):
        clock.set(at)
        client = signed_in(app, given.ACCOUNTING)
        assert said in words_of(client.get(CLOSE))
        paper = {**PAPER, "on": "114/12/31"}
        assert submit(client, CLOSE, **paper).status_code == 422
        assert refusals.heard(app)[code] == refusals.BOTH


def test_a_scheme_without_a_budget_has_nothing_to_close(app: Flask, clock: FixedClock) -> None:
    clock.set(AFTER)

    assert submit(signed_in(app, given.ACCOUNTING), CLOSE, **PAPER).status_code == 422
    assert refusals.heard(app)["year.no_budget"] == refusals.BOTH


def test_a_closed_budget_takes_no_appropriation(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    budget.an_appropriation(office, 1_000)
    clock.set(AFTER)
    budget.close(office)
    client, url = signed_in(app, given.ACCOUNTING), "/reports/budget/appropriation"

    shown = submit(client, url, scheme="S01", amount="5", **PAPER)
    form = soup_of(shown).select_one(".confirm form")
    assert form is not None
    answer = client.post(url, data={**filled_in(form), "step": "confirm"})

    assert answer.status_code == 422
    assert refusals.heard(app)["budget.closed"] == refusals.BOTH


def test_one_transfer_or_many_take_the_same_number_of_statements(
    app: Flask, office: Office
) -> None:
    budget.an_appropriation(office)
    client, counts = signed_in(app, given.MANAGER), []
    for count in (1, 2):
        for _ in range(count):
            budget.a_shift(office, 1)
        for url in (SHIFTS, YEAR, CLOSE):
            with counted_queries(app) as statements:
                page(client, url)
            counts.append(len(statements))

    assert counts[:3] == counts[3:]
    assert max(counts) <= 8
