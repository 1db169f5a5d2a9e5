"""Every number says what it is, what it is made of, and which entries make it."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from backoffice.access import SYSTEM, Permission
from backoffice.kernel.money import Ntd
from backoffice.ledger.operations import post
from backoffice.ledger.rules import Stage, move
from backoffice.reports.rules.figures import FIGURES, FigureName
from backoffice.reports.views.explanations import DEFINITIONS
from backoffice.use_case import Act, Office, use_case
from tests import given
from tests.given import budget, sheets
from tests.given import disbursement as world
from tests.given import recoveries as owed
from tests.given.web import counted_queries, page, signed_in, words_of

MOST = 8


@use_case("test.entries", requires=Permission.SYSTEM)
def put_entries(act: Act, first: int, count: int) -> None:
    """So many dollars, one by one, given to the scheme."""
    post(
        act,
        *(
            move(
                "S01",
                Stage.APPROPRIATION,
                Stage.AVAILABLE,
                Ntd(1),
                key=f"one:{number}",
                memo="一元",
            )
            for number in range(first, first + count)
        ),
    )


def test_every_figure_has_its_definition() -> None:
    assert set(DEFINITIONS) == set(FIGURES)


@pytest.mark.parametrize("as_of", ["", "?as_of=112/12/31"])
def test_every_figure_opens_with_few_statements(app: Flask, office: Office, as_of: str) -> None:
    sheets.a_sent_sheet(office, 3_000_000)
    client, counts = signed_in(app, given.AUDITOR), {}

    for name, definition in DEFINITIONS.items():
        with counted_queries(app) as statements:
            document = page(client, f"/reports/entries/S01/{name}{as_of}")
        counts[name] = len(statements)
        assert str(definition) in document.text

    assert {name: count for name, count in counts.items() if count > MOST} == {}


def test_the_number_of_entries_does_not_change_the_number_of_statements(
    app: Flask, office: Office
) -> None:
    budget.an_appropriation(office, 1)
    client, counts, words = signed_in(app, given.AUDITOR), [], ""

    for first, more in ((0, 0), (0, 2), (2, 997)):
        if more:
            office.perform(put_entries, SYSTEM, first, more)
        for url in ("/reports/entries/S01/budget", "/reports/budget"):
            with counted_queries(app) as statements:
                words = page(client, url).text
            counts.append(len(statements))

    assert counts[:2] == counts[2:4] == counts[4:]
    assert "1,000" in words


def test_a_rate_says_its_formula_and_leads_to_its_parts(app: Flask, office: Office) -> None:
    sheets.a_sent_sheet(office, 3_000_000)
    client = signed_in(app, given.MANAGER)

    document = page(client, "/reports/entries/S01/rate-a")

    assert "執行率 A＝（實現數＋應付數）÷預算數" in document.text
    parts = [(link["href"], link.text) for link in document.select("main table a[data-explain]")]
    assert parts == [
        ("/reports/entries/S01/realised", "0"),
        ("/reports/entries/S01/payable", "1,500,000"),
        ("/reports/entries/S01/budget", "100,000,000"),
    ]


def test_what_is_payable_lists_the_instalments_with_their_cases(app: Flask, office: Office) -> None:
    sheets.a_sent_sheet(office, 3_000_000)
    case_id = 1

    document = page(signed_in(app, given.MANAGER), "/reports/entries/S01/payable")

    assert document.select(f'main tbody a[href="/cases/{case_id}"]')
    assert "1,500,000" in document.text


def test_what_is_carried_over_and_payable_is_taken_off(app: Flask, office: Office) -> None:
    case_id = world.a_verified_claim(office)
    world.at(office, date(2023, 12, 20))
    owed.carry(office, case_id, date(2023, 12, 20))

    document = page(signed_in(app, given.MANAGER), "/reports/entries/S01/carried")

    assert [value.text for value in document.select(".tally .num")] == ["1,500,000"]
    assert [link.text for link in document.select("main table a[data-explain]")] == [
        "3,000,000",
        "1,500,000",
    ]


def test_the_money_of_a_case_is_explained_to_who_reads_the_case(app: Flask, office: Office) -> None:
    sheets.a_settled_sheet(office, 3_000_000)
    officer = signed_in(app, given.OFFICER)

    link = page(officer, "/disbursement/cases/1").select_one("a[data-explain][href$=realised]")
    assert link is not None
    document = page(officer, str(link["href"]))

    assert [value.text for value in document.select(".tally .num")] == ["1,500,000"]
    assert signed_in(app, given.REVIEWER).get(str(link["href"])).status_code == 403
    assert officer.get("/reports/cases/1/entries/surplus").status_code == 404
    assert officer.get("/reports/cases/99/entries/realised").status_code == 404


def test_the_total_of_a_sheet_is_its_lines(app: Flask, office: Office) -> None:
    sheet_id = sheets.a_made_sheet(office, 3_000_000, 1_000_000)
    client = signed_in(app, given.CASHIER)

    link = page(client, f"/disbursement/sheets/{sheet_id}").select_one("tfoot a[data-explain]")
    assert link is not None
    shown = words_of(client.get(str(link["href"])))

    assert link.text == "2,000,000"
    assert "共 2 列，合計 2,000,000 元，等於清冊合計" in shown
    assert client.get("/reports/sheets/99/entries").status_code == 404


def test_who_may_not_read_the_books_sees_the_bare_figure(app: Flask, office: Office) -> None:
    sheet_id = sheets.a_made_sheet(office, 3_000_000)

    document = page(signed_in(app, given.CASHIER), f"/disbursement/sheets/{sheet_id}")

    assert document.select('a[href^="/reports/entries"]') == []


def test_no_such_figure_is_not_found(app: Flask, office: Office) -> None:
    client = signed_in(app, given.AUDITOR)

    assert client.get("/reports/entries/S01/nothing").status_code == 404
    assert client.get("/reports/entries/S99/budget").status_code == 404


def test_the_formulas_name_every_part() -> None:
    for figure in FIGURES.values():
        for _sign, part in figure.parts:
            assert part in FIGURES
    assert FIGURES[FigureName.RATE_B].whole == FigureName.ALLOTTED
