"""The queue page against its floor, at 100,000 cases or as many as are asked for."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from bench.floor import floor_app
from bench.measure import Result, paired
from bench.world import NOW, office_of

GOAL = 2.5
CALLS = 20
ROUNDS = 25
BY_SINCE, BY_DUE = 'waiting_since, "case".id', 'due_on, "case".id'
# Address, and the rows that the floor picks: what the page's filter comes to.
PAGES = {
    "mine": ("pile=mine", "officer_id = {officer} AND turn = 'OURS'", BY_SINCE),
    "unassigned": ("pile=unassigned", "officer_id IS NULL AND turn = 'OURS'", BY_SINCE),
    "waiting": ("pile=waiting", "officer_id = {officer} AND turn = 'THEIRS'", BY_SINCE),
    "overdue": ("pile=overdue", "officer_id = {officer} AND due_on < '{today}'", BY_DUE),
    "all": ("pile=all", "1 = 1", BY_SINCE),
    "all, one scheme": ("pile=all&scheme={scheme}", "scheme = '{scheme}'", BY_SINCE),
    "all, one state": ("pile=all&state=IN_REVIEW", "\"case\".state = 'IN_REVIEW'", BY_SINCE),
    "mine, one scheme": (
        "pile=mine&scheme={scheme}",
        "officer_id = {officer} AND turn = 'OURS' AND scheme = '{scheme}'",
        BY_SINCE,
    ),
    "overdue, one scheme": (
        "pile=overdue&scheme={scheme}",
        "officer_id = {officer} AND due_on < '{today}' AND scheme = '{scheme}'",
        BY_DUE,
    ),
}


def results(cases: int) -> Iterator[Result]:
    """One result for each filter that the queue offers."""
    with tempfile.TemporaryDirectory() as folder:
        app, officer, client = office_of(Path(folder), cases)
        yield from results_of(app, client, officer.id, f"{cases:,} cases")


def results_of(app: Flask, client: FlaskClient, officer: int, size: str) -> Iterator[Result]:
    """The results of an application that stands on such an office."""
    from backoffice.scheme import registry

    facts = {
        "officer": officer,
        "scheme": registry.schemes()[0],
        "today": NOW.date().isoformat(),
    }
    words = words_in(app)
    for what, (query, where, order) in PAGES.items():
        url = "/cases/?" + query.format(**facts)
        bare = bare_page(app, client, url, words, where.format(**facts), order)
        mine, least, spread = paired(
            partial(client.get, url), partial(bare.get, "/"), calls=CALLS, rounds=ROUNDS
        )
        n = CALLS * ROUNDS
        yield Result(f"queue, {what}", size, "sqlite", mine, least, GOAL, n, spread)


def bare_page(
    app: Flask, client: FlaskClient, url: str, words: dict[str, str], where: str, order: str
) -> FlaskClient:
    """The floor of a page of the queue: a client of the bare application that answers it at "/"."""
    client.get(url)  # the first answer sets the cookie that later ones need not set
    page = client.get(url)
    assert page.status_code == 200, page.text[:2000]
    database = app.config["SQLALCHEMY_DATABASE_URI"]
    bare = floor_app(database, page.text, words, where, order, NOW).test_client()
    same_bytes(page.text, bare.get("/").text)
    return bare


def words_in(app: Flask) -> dict[str, str]:
    """The words of states and turns, for the floor to look them up in."""
    from backoffice.cases.models import WaitingFor
    from backoffice.cases.rules.lifecycle import CaseState
    from backoffice.web.language import words_of

    with app.test_request_context():
        return {**words_of(CaseState), **words_of(WaitingFor)}


def same_bytes(ours: str, floor: str) -> None:
    """The floor is one of this very page, or the comparison means nothing."""
    assert [line.strip() for line in ours.splitlines()] == [
        line.strip() for line in floor.splitlines()
    ], "the floor does not answer the same page"
    assert abs(len(ours.encode()) - len(floor.encode())) < len(ours.encode()) // 100
