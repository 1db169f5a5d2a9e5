"""Searching: by a part of the firm's name, by how a number begins, by the 統一編號; exactly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask_migrate import downgrade
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import Session

from backoffice.app import bring_up_to_date
from backoffice.cases.models import Case
from backoffice.cases.queries import search as module
from backoffice.cases.queries.search import search
from backoffice.use_case import Office
from tests import given
from tests.given import cases
from tests.given.web import counted_queries, page, signed_in

FIRMS = {
    "S01-112-000001": "宏遠精機股份有限公司",
    "S01-112-000002": "精密機械有限公司",  # has 精 and 機, and no 精機
    "S01-112-000003": "大豐精機工業有限公司",
    "S01-112-000004": "ＡＢＣ Tools (股)公司",
    "S01-112-000005": "百分之100%_企業社",
    "S01-113-000006": "機密精",
}
PRECISION = ["S01-112-000003", "S01-112-000001"]  # the newest first
BEFORE_KEYS = "0008"  # the migration before the pieces of names


@pytest.fixture
def firms(office: Office) -> None:
    """Six firms, one case each, in the order of their numbers."""
    made = [
        cases.a_submitted_case(office.clock.now(), number=number, 企業名稱=name)
        for number, name in FIRMS.items()
    ]
    cases.import_cases(office, made)


def found(office: Office, word: str) -> list[str]:
    with Session(office.engine) as session:
        return [row.number for row in search(session, word)]


@pytest.mark.parametrize(
    ("word", "numbers"),
    [
        ("精機", PRECISION),
        ("遠精機股", ["S01-112-000001"]),
        ("宏遠精機股份有限公司", ["S01-112-000001"]),
        ("  精機 ", PRECISION),
        ("工業有限", ["S01-112-000003"]),
        ("機精", []),
        ("密精機", []),
        ("精機械", []),  # each of its pairs stands somewhere
        ("查無此", []),
        ("社", ["S01-112-000005"]),  # the last character of a name
        ("遠", ["S01-112-000001"]),
        ("密", ["S01-113-000006", "S01-112-000002"]),
        ("龍", []),
        ("", []),
        (" ", []),
    ],
)
def test_a_firm_is_found_by_any_part_of_its_name(
    office: Office, firms: None, word: str, numbers: list[str]
) -> None:
    assert found(office, word) == numbers


@pytest.mark.parametrize("word", ["abc", "ＡＢＣ", "bC tO", "tools (股)", "ｔｏｏｌｓ　（股）"])
def test_width_and_case_of_letters_do_not_matter(office: Office, firms: None, word: str) -> None:
    assert found(office, word) == ["S01-112-000004"]


@pytest.mark.parametrize(
    ("word", "numbers"),
    [
        ("100%", ["S01-112-000005"]),
        ("%_企", ["S01-112-000005"]),
        ("_", ["S01-112-000005"]),
        ("%", ["S01-112-000005"]),
        ("精_機", []),
        ("精%機", []),
        ("'", []),
        ("\\", []),
        ("\0", []),
        ("\x01s01", []),
        ("精" * 5_000, []),
    ],
)
def test_signs_of_the_database_are_themselves(
    office: Office, firms: None, word: str, numbers: list[str]
) -> None:
    assert found(office, word) == numbers


@pytest.mark.parametrize(
    ("word", "numbers"),
    [
        ("S01-112-000003", ["S01-112-000003"]),
        ("Ｓ０１－１１２－０００００３", ["S01-112-000003"]),
        ("s01-113", ["S01-113-000006"]),
        ("S01", sorted(FIRMS, reverse=True)),
        ("12-000003", []),  # a number is found from its front
        ("S01-112-0000031", []),
    ],
)
def test_a_case_is_found_by_how_its_number_begins(
    office: Office, firms: None, word: str, numbers: list[str]
) -> None:
    assert found(office, word) == numbers


def test_a_case_is_found_by_the_number_of_its_firm(office: Office, firms: None) -> None:
    number = cases.ubn_of("S01-112-000002")
    wide = number.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})

    assert found(office, number) == ["S01-112-000002"]
    assert found(office, wide) == ["S01-112-000002"]
    assert found(office, number[:7]) == []


def test_a_firm_that_changes_its_name_is_found_by_the_new_one_only(
    office: Office, firms: None
) -> None:
    with Session(office.engine) as session:
        case = session.get_one(Case, cases.case_id_of(office, "S01-112-000001"))
        case.firm_name = "立旭自動化股份有限公司"
        session.commit()

    assert found(office, "自動化") == ["S01-112-000001"]
    assert found(office, "精機") == ["S01-112-000003"]


def test_names_that_hold_the_pieces_but_not_the_word_do_not_hide_those_that_hold_it(
    office: Office, firms: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """「密精密機密」 is in one name only; others have its pieces. One is read at a time."""
    monkeypatch.setattr(module, "SEARCH_MAX", 1)
    made = [
        cases.a_submitted_case(office.clock.now(), number=f"S02-112-00000{n}", 企業名稱=name)
        for n, name in enumerate(("密精密機密", "密精密機又精密機密", "精密機密密精密機"), 1)
    ]
    cases.import_cases(office, made)

    assert found(office, "密精密機密") == ["S02-112-000001"]


def test_the_page_shows_what_is_found_and_asks_little(
    app: Flask, office: Office, firms: None
) -> None:
    client = signed_in(app, given.OFFICER)
    asked = []
    for word in ("精機", "宏遠精機", "S01", "龍"):
        with counted_queries(app) as statements:
            document = page(client, f"/cases/?q={quote(word)}")
        asked.append(len([line for line in statements if line.startswith("SELECT")]))
        shown = [link.text for link in document.select("#queue tbody tr td:first-child a")]
        assert shown == found(office, word)

    assert max(asked) <= 6


@contextmanager
def noted(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """The statements sent meanwhile, with their parameters."""
    sent: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, line: str, facts: object, *_rest: object) -> None:
        if line.startswith("SELECT"):
            sent.append((line, facts))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("word", ["精機", "宏遠精機", "S01-112-000003", "遠", "12345678"])
def test_no_search_goes_through_all_the_cases(office: Office, firms: None, word: str) -> None:
    with noted(office.engine) as sent:
        found(office, word)

    with office.engine.connect() as connection:
        plans = [way for line, facts in sent for way in plan(connection, line, facts)]

    assert plans
    assert [way for way in plans if " case_key" in way or ' "case"' in way or " case " in way]
    assert [way for way in plans if is_whole(way)] == []


def plan(connection: Connection, line: str, facts: Any) -> list[str]:
    """How the database means to answer, step by step; small tables are taken for large ones."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {line}", facts)
        return [str(row[3]) for row in rows]
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    return [str(row[0]) for row in connection.exec_driver_sql(f"EXPLAIN {line}", facts)]


def is_whole(way: str) -> bool:
    """Whether a step reads a whole table of ours."""
    return way.startswith("SCAN case") or "Seq Scan on" in way


def test_the_cases_of_an_earlier_release_are_found(app: Flask, office: Office, firms: None) -> None:
    with app.app_context():
        downgrade(revision=BEFORE_KEYS)

    bring_up_to_date(app)

    assert found(office, "精機") == PRECISION
    assert found(office, "tools (股)") == ["S01-112-000004"]
