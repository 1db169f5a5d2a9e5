"""The queue: its order, its pages by key, its words in both languages, and what it costs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from backoffice.cases.queries.queue import Filter, Pile, QueueRow, queue
from backoffice.kernel.taiwan import local_date
from backoffice.review.operations import assign_panel
from backoffice.use_case import Office
from tests import given
from tests.given import cases, review
from tests.given.web import counted_queries, page, signed_in

NUMBERS = [f"S01-112-{number:06}" for number in range(1, 8)]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return signed_in(app, given.OFFICER)


@pytest.fixture
def numbers(office: Office) -> list[str]:
    """Seven cases in the queue, received at the same instant."""
    made = [cases.a_submitted_case(office.clock.now(), number=number) for number in NUMBERS]
    cases.import_cases(office, made)
    return NUMBERS


def shown(client: FlaskClient, url: str) -> tuple[list[str], str]:
    """The numbers of the cases on a page, and the address of the next page."""
    document = page(client, url)
    later = document.select_one(".pager a[rel=next]")
    found = [link.text for link in document.select("#queue tbody tr td:first-child a")]
    return found, str(later["href"]) if later else ""


def leafed(office: Office, wanted: Filter, size: int) -> list[list[QueueRow]]:
    """The rows of a pile page by page, to the last."""
    pages = []
    with Session(office.engine) as session:
        found = queue(session, wanted, size=size)
        pages.append(list(found.rows))
        while found.next is not None:
            found = queue(session, wanted, after=found.next, size=size)
            pages.append(list(found.rows))
    return pages


def test_pages_follow_each_other_without_a_gap(
    app: Flask, office: Office, numbers: list[str]
) -> None:
    wanted = Filter(Pile.UNASSIGNED, given.OFFICER.id, local_date(office.clock.now()), scheme="S01")

    pages = leafed(office, wanted, 3)

    assert [len(rows) for rows in pages] == [3, 3, 1]
    assert [row.number for rows in pages for row in rows] == numbers


def test_the_overdue_begin_with_the_earliest_due_date(app: Flask, office: Office) -> None:
    today = local_date(office.clock.now())
    for number, days in zip(NUMBERS, (9, 4, 4, 7, 5), strict=False):
        case_id = cases.a_case_in_review(office, number=number)
        version = cases.version_of(office, case_id)
        people = [person.id for person in review.PANEL]
        due_on = today + timedelta(days=days)
        office.perform(assign_panel, given.OFFICER, case_id, version, people, due_on)
    wanted = Filter(Pile.OVERDUE, given.OFFICER.id, today + timedelta(days=9))

    pages = leafed(office, wanted, 2)

    order = [(row.due_on, row.number) for rows in pages for row in rows]
    assert [len(rows) for rows in pages] == [2, 2]
    assert order == sorted(order)
    assert {number for _due, number in order} == set(NUMBERS[1:5])


def test_a_garbled_place_begins_at_the_beginning(client: FlaskClient, numbers: list[str]) -> None:
    for place in ("x", "2023-04-17~x", "2023-04-17T01:00:00~1", "~", "2023-04-17T01:00:00+00:00~"):
        for pile in ("unassigned", "overdue"):
            found, _later = shown(client, f"/cases/?pile={pile}&after={place}")

            assert found == (numbers if pile == "unassigned" else [])


def test_what_a_firm_writes_is_text_and_no_markup(client: FlaskClient, office: Office) -> None:
    cases.an_imported_case(office, 企業名稱="<b>\"甲\"&'乙'</b>有限公司")

    answer = client.get("/cases/?pile=unassigned")

    assert "&lt;b&gt;&#34;甲&#34;&amp;&#39;乙&#39;&lt;/b&gt;有限公司" in answer.text
    assert "<b>" not in answer.text


def test_each_reader_is_answered_in_their_own_language(
    app: Flask, client: FlaskClient, numbers: list[str]
) -> None:
    before = page(client, "/cases/?pile=unassigned")
    token = before.select_one("form.language input[name=csrf_token]")
    assert token is not None
    other = signed_in(app, given.CONVENOR)
    client.post("/language", data={"csrf_token": token["value"], "locale": "en"})

    heads = [
        page(reader, "/cases/?pile=unassigned").select("#queue th")[0].text
        for reader in (client, other, client)
    ]

    assert heads == ["Cases", "案件", "Cases"]


def test_a_page_asks_the_database_three_times(
    app: Flask, client: FlaskClient, numbers: list[str]
) -> None:
    with counted_queries(app) as none:
        page(client, "/cases/?pile=mine")
    with counted_queries(app) as seven:
        page(client, "/cases/?pile=unassigned")

    asked = [[line for line in each if line.startswith("SELECT")] for each in (none, seven)]
    assert [len(each) for each in asked] == [3, 3]
