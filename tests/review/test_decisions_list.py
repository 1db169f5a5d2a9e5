"""The cases that wait for the convenor, as a file."""

from __future__ import annotations

import pytest
from flask import Flask

from backoffice.access import Actor
from backoffice.use_case import Office
from tests import given
from tests.given import review
from tests.given.lists import KINDS, rows_of, taken
from tests.given.web import page, signed_in

LIST = "/review/decisions/list"


def test_the_file_has_the_cases_of_the_page(app: Flask, office: Office) -> None:
    review.a_scored_case(office)
    client = signed_in(app, given.CONVENOR)

    header, row = rows_of(taken(client, f"{LIST}.xlsx"))

    document = page(client, "/review/decisions")
    assert row[0] == document.select("tbody th a")[0].text
    assert (row[header.index("已送出評分表")], row[header.index("委員席次")]) == (3, 3)
    links = [link["href"] for link in document.select(".downloads a")]
    assert links == [f"{LIST}.{kind}" for kind in KINDS]


@pytest.mark.parametrize("who", [given.OFFICER, given.REVIEWER])
def test_only_the_convenor_takes_it(app: Flask, who: Actor) -> None:
    assert signed_in(app, who).get(f"{LIST}.csv").status_code == 403
