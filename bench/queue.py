"""The queue page against its floor, at 100,000 cases or as many as are asked for."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from backoffice.web import guard
from bench.floor import floor_app
from bench.measure import Result, paired
from bench.world import office_of

GOAL = 2.5
CALLS = 100
PAGES = {
    "queue, mine": "/cases/?pile=mine",
    "queue, unassigned": "/cases/?pile=unassigned",
    "queue, waiting": "/cases/?pile=waiting",
    "queue, overdue": "/cases/?pile=overdue",
    "queue, all": "/cases/?pile=all",
    "queue, all, one scheme": "/cases/?pile=all&scheme={scheme}",
    "queue, all, one state": "/cases/?pile=all&state=IN_REVIEW",
    "queue, mine, one scheme": "/cases/?pile=mine&scheme={scheme}",
}


def results(cases: int) -> Iterator[Result]:
    """One result for each filter that the queue offers."""
    from backoffice.scheme import registry

    with tempfile.TemporaryDirectory() as folder:
        app, officer, client = office_of(Path(folder), cases)
        house: guard.House = app.extensions[guard.EXTENSION]
        first = client.get("/cases/?pile=mine")
        assert first.status_code == 200, first.text[:2000]
        bare = floor_app(house.office.engine, first.text, officer.id).test_client()
        for what, address in PAGES.items():
            url = address.format(scheme=registry.schemes()[0])
            assert client.get(url).status_code == 200
            ours, floor, spread = paired(
                partial(client.get, url), partial(bare.get, "/"), calls=CALLS
            )
            yield Result(what, f"{cases:,} cases", "sqlite", ours, floor, GOAL, CALLS, spread)
