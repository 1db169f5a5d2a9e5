"""The schemes' pages: the list, each edition as a contract, and what is assumed."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from backoffice.access import Actor
from backoffice.kernel.clock import FixedClock
from backoffice.scheme import registry
from backoffice.scheme.rules import Edition
from tests import given
from tests.given.web import counted_queries, page, signed_in

EDITIONS = tuple(registry.shipped())
PAGES = ("/schemes/", "/schemes/S01/1", "/schemes/assumptions")


@pytest.fixture
def reader(app: Flask) -> FlaskClient:
    return signed_in(app, given.OFFICER)


def lines(document: BeautifulSoup) -> list[str]:
    return [" ".join(row.get_text(" ").split()) for row in document.select("main tbody tr")]


def test_the_list_shows_eleven_schemes_with_window_cap_and_seal(reader: FlaskClient) -> None:
    document = page(reader, "/schemes/")

    found = lines(document)
    assert len(found) == 11
    assert "S01" in found[0]
    assert "9人以下個案 3,000,000" in found[0]
    assert "112年4月17日 09:00 起 至 112年12月20日" in found[0]
    assert "低碳化 30,000,000 智慧化 20,000,000" in found[1]
    assert "上限不適用" in found[3]
    assert "未定截止日" in found[10]
    seals = [str(seal["title"]) for seal in document.select("td.mono span")]
    assert seals == list(registry.seals().values())


def test_every_variant_stands_in_the_list(reader: FlaskClient) -> None:
    text = page(reader, "/schemes/").text

    assert sum(len(edition.variants) for edition in EDITIONS) == 20
    assert [
        v.label_zh for edition in EDITIONS for v in edition.variants if v.label_zh not in text
    ] == []


@pytest.mark.parametrize(
    ("days", "word"), [(0, "受理中"), (247, "受理中"), (248, "未受理"), (-1, "未受理")]
)
def test_whether_a_scheme_receives_now_follows_the_clock(
    app: Flask, clock: FixedClock, days: int, word: str
) -> None:
    clock.set(clock.now().replace(hour=12))
    clock.advance(days=days)

    first = page(signed_in(app, given.OFFICER), "/schemes/").select("main tbody tr .s")[0]

    assert first.text == word


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: str(edition.key))
def test_an_edition_reads_as_one_sentence_a_rule_each_with_its_source(
    reader: FlaskClient, edition: Edition
) -> None:
    document = page(reader, f"/schemes/{edition.key}")

    clauses = document.select("main ol > li")
    assert len(clauses) == len(edition.clauses())
    assert all(clause.select_one(".source .float") for clause in clauses)
    assert len({clause["id"] for clause in clauses}) == len(clauses)
    assert document.h1 is not None
    assert document.h1.text == edition.title_zh


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: str(edition.key))
def test_every_assumed_number_is_marked_on_the_contract(
    reader: FlaskClient, edition: Edition
) -> None:
    document = page(reader, f"/schemes/{edition.key}")

    own = {clause.path for clause in edition.clauses()}
    assumed = edition.assumptions()
    marked_clauses = [clause for clause in edition.clauses() if clause.assumed]
    marks = document.select("main ol .s.waiting")
    doubts = document.select("main ol ul li")
    assert {mark.text for mark in marks} <= {"待確認"}
    assert len(marks) == len(marked_clauses) + len(doubts)
    beside = [each for each in assumed if each.path not in own]
    assert len(doubts) <= len(beside)
    assert all(clause.path in own for clause in marked_clauses)


def test_a_clause_that_is_assumed_says_so_and_one_with_a_source_does_not(
    reader: FlaskClient,
) -> None:
    document = page(reader, "/schemes/S01/1")

    pass_mark = document.select_one("#scoring-pass-mark")
    cap = document.select_one("#variants-individual-cap")
    assert pass_mark is not None
    assert cap is not None
    assert "達 70 分為通過。 待確認" in " ".join(pass_mark.text.split())
    assert "待確認" not in cap.text
    assert "措施總覽文宣" in cap.text


@pytest.mark.parametrize("url", ["/schemes/S99/1", "/schemes/S01/2", "/schemes/S01/0"])
def test_an_edition_that_does_not_exist_is_not_found(reader: FlaskClient, url: str) -> None:
    assert reader.get(url).status_code == 404


def test_every_assumed_number_stands_on_the_list_of_assumptions(reader: FlaskClient) -> None:
    document = page(reader, "/schemes/assumptions")

    count = sum(len(edition.assumptions()) for edition in EDITIONS)
    assert len(document.select("main tbody td a")) == count
    assert f"共 {count} 項" in document.text
    assert len(document.select("main tbody .s.waiting")) == len(document.select("main tbody tr"))


def test_every_assumption_leads_to_a_clause_of_its_contract(reader: FlaskClient) -> None:
    links = {str(link["href"]) for link in page(reader, "/schemes/assumptions").select("td a")}
    places: dict[str, set[str]] = {}
    for url in {link.partition("#")[0] for link in links}:
        places[url] = {str(item["id"]) for item in page(reader, url).select("main ol > li")}

    lost = [link for link in links if link.partition("#")[2] not in places[link.partition("#")[0]]]

    assert lost == []


def test_the_list_names_the_value_in_words(reader: FlaskClient) -> None:
    found = lines(page(reader, "/schemes/assumptions"))

    assert any(line.startswith("評分／通過分數 70 S01/1 S02/1 S03/1 S05/1 S11/1") for line in found)


@pytest.mark.parametrize("url", PAGES)
def test_the_pages_read_in_english_too(reader: FlaskClient, url: str) -> None:
    token = page(reader, "/schemes/").select("form.language [name=csrf_token]")[0]["value"]
    reader.post("/language", data={"csrf_token": token, "locale": "en"})

    document = page(reader, url)

    html = document.html
    assert html is not None
    assert html["lang"] == "en"
    assert EDITIONS[0].title_en in document.text or url == "/schemes/assumptions"
    assert EDITIONS[0].title_zh not in document.text


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize(
    "person",
    [
        given.REVIEWER,
        given.OFFICER,
        given.CONVENOR,
        given.ACCOUNTING,
        given.CASHIER,
        given.MANAGER,
        given.AUDITOR,
        given.ADMIN,
    ],
    ids=lambda person: person.role,
)
def test_everybody_of_the_office_may_read_the_schemes(app: Flask, person: Actor, url: str) -> None:
    assert signed_in(app, person).get(url).status_code == 200


@pytest.mark.parametrize("url", PAGES)
def test_a_stranger_is_led_to_the_door(app: Flask, url: str) -> None:
    assert app.test_client().get(url).status_code == 303


@pytest.mark.parametrize("url", [*PAGES, *(f"/schemes/{edition.key}" for edition in EDITIONS)])
def test_the_pages_are_light_and_ask_the_database_only_who_reads(app: Flask, url: str) -> None:
    client = signed_in(app, given.OFFICER)

    with counted_queries(app) as statements:
        answer = client.get(url)

    reads = [statement for statement in statements if statement.startswith("SELECT")]
    assert len(reads) == 1
    assert len(answer.data) <= 60 * 1024
