"""The scoring desk, a case's sheet and the search against the floor of a list page."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.review.models import Assignment
from backoffice.use_case import Office
from backoffice.web import guard
from bench.measure import Result, paired
from bench.queue import BY_SINCE, bare_page, words_in
from bench.world import office_of
from tests import given
from tests.given import review as world
from tests.given import roster, web

PAGE_GOAL = 3.0
SEARCH_GOAL = 4.0
CALLS = 20
ROUNDS = 15
BEING_SCORED = "S01-112-900001"


def begin(office: Office) -> None:
    """The people, and one case that is before its committee, brought there by the use cases."""
    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(given.PASSWORD)
    roster.add_everybody(office, hashed)
    world.a_case_being_scored(office, world.Applied(number=BEING_SCORED))


def results(cases: int) -> Iterator[Result]:
    """One result for each page, at so many cases."""
    with tempfile.TemporaryDirectory() as folder:
        app, _officer, client = office_of(Path(folder), cases, begin=begin, searched=True)
        floor = bare_page(
            app,
            client,
            "/cases/?pile=unassigned",
            words_in(app),
            "officer_id IS NULL AND turn = 'OURS'",
            BY_SINCE,
        )
        for what, theirs, url, goal in _pages(app, client):
            theirs.get(url)
            answer = theirs.get(url)
            assert answer.status_code == 200, answer.text[:2000]
            mine, least, spread = paired(
                partial(theirs.get, url), partial(floor.get, "/"), calls=CALLS, rounds=ROUNDS
            )
            size, n = f"{cases:,} cases", CALLS * ROUNDS
            yield Result(what, size, "sqlite", mine, least, goal, n, spread)


def _pages(app: Flask, client: FlaskClient) -> Iterator[tuple[str, FlaskClient, str, float]]:
    house: guard.House = app.extensions[guard.EXTENSION]
    with Session(house.office.engine) as session:
        case_id = session.execute(select(Case.id).where(Case.number == BEING_SCORED)).scalar_one()
        seat = session.execute(
            select(Assignment.id).where(Assignment.reviewer_id == given.REVIEWER.id)
        ).scalar_one()
        other = session.get_one(Case, case_id + 1)
        firm, number, ubn = other.firm_name, other.number, other.ubn
    reviewer = web.signed_in(app, given.REVIEWER)
    yield "scoring desk", reviewer, f"/review/score/{seat}", PAGE_GOAL
    yield "case sheet", client, f"/cases/{case_id}", PAGE_GOAL
    for what, word in (
        ("number", number),
        ("firm", firm),
        ("ubn", ubn),
        ("no such word", "查無此"),
    ):
        yield f"search, {what}", client, f"/cases/?q={word}", SEARCH_GOAL
