"""However many cases, seats and sheets there are, a page asks the database equally often."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from backoffice.access import Actor
from backoffice.use_case import Office
from tests import given
from tests.given import review as world
from tests.given.web import counted_queries, signed_in
from tests.review import urls
from tests.review.scenes import APART, PLAIN

QUERIES_MAX = 12  # eight of the page's own, and the visitor's


def numbered(number: int) -> world.Applied:
    return world.Applied(number=f"S01-112-{number:06d}", equipment=world.NO_EQUIPMENT)


def queries(app: Flask, person: Actor, url: str) -> int:
    client = signed_in(app, person)
    client.get(url)
    with counted_queries(app) as statements:
        assert client.get(url).status_code == 200
    return len([each for each in statements if each.lstrip().upper().startswith("SELECT")])


def a_draft(office: Office, number: int) -> int:
    case_id = world.a_case_being_scored(office, numbered(number))
    world.save(office, case_id, given.REVIEWER, world.entry(80, 70, 75))
    return case_id


def a_past_sheet(office: Office, number: int) -> int:
    return world.a_scored_case(office, applied=numbered(number))


@pytest.mark.parametrize(
    ("person", "url", "make"),
    [
        (given.REVIEWER, urls.HOME, a_draft),
        (given.REVIEWER, urls.HOME, a_past_sheet),
        (given.REVIEWER, urls.SUBMIT, a_draft),
        (given.CONVENOR, urls.DECISIONS, a_past_sheet),
    ],
)
def test_a_list_of_three_asks_no_more_than_a_list_of_one(
    app: Flask,
    office: Office,
    person: Actor,
    url: str,
    make: Callable[[Office, int], int],
) -> None:
    make(office, 1)
    one = queries(app, person, url)

    for number in (2, 3):
        make(office, number)

    assert queries(app, person, url) == one <= QUERIES_MAX


def test_the_desk_asks_no_more_with_three_cases(app: Flask, office: Office) -> None:
    case_id = a_draft(office, 1)
    url = urls.desk(office, case_id, given.REVIEWER)
    one = queries(app, given.REVIEWER, url)

    for number in (2, 3):
        a_draft(office, number)

    assert queries(app, given.REVIEWER, url) == one <= QUERIES_MAX


@pytest.mark.parametrize(
    ("person", "tab"),
    [
        (given.OFFICER, ""),
        (given.CONVENOR, ""),
        (given.CONVENOR, "close"),
        (given.CONVENOR, "divergence"),
        (given.OFFICER, "bonus"),
    ],
)
def test_a_page_about_a_case_asks_no_more_with_three_sheets(
    app: Flask, office: Office, person: Actor, tab: str
) -> None:
    case_id = world.a_case_with_sheets(office, APART[:2], PLAIN)
    url = urls.case(case_id, tab)
    two = queries(app, person, url)

    world.score(office, case_id, given.REVIEWER_3, APART[2])

    assert queries(app, person, url) == two <= QUERIES_MAX


@pytest.mark.parametrize("tab", ["", "decide", "reject", "reopen"])
def test_a_scored_case_asks_no_more_with_three_sheets(app: Flask, office: Office, tab: str) -> None:
    world.a_budget(office, 9_000_000)
    two = world.a_case_with_sheets(office, world.PASSING[:2], numbered(1))
    world.close(office, two, "C")
    three = a_past_sheet(office, 2)

    counts = {queries(app, given.CONVENOR, urls.case(case_id, tab)) for case_id in (two, three)}

    assert len(counts) == 1
    assert max(counts) <= QUERIES_MAX


def test_the_register_is_asked_once_however_many_reviewers(app: Flask, office: Office) -> None:
    case_id = world.a_case_in_review(office)
    url = urls.case(case_id, "assign")
    four = queries(app, given.OFFICER, url)

    world.another_reviewer(office)

    assert queries(app, given.OFFICER, url) == four <= QUERIES_MAX
