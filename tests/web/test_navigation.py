"""The menu says where one is, on the pages that belong to a place too."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from backoffice.access import Actor
from tests import given
from tests.given import web


def _here(app: Flask, actor: Actor, path: str) -> list[tuple[str, str]]:
    """Whoever is signed in and the page: each entry that is marked, and how."""
    answer = web.signed_in(app, actor).get(path)
    assert answer.status_code == 200, path
    menu = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    return [
        (str(link["href"]), str(link["aria-current"]))
        for link in menu.select("nav.places a[aria-current]")
    ]


@pytest.mark.parametrize(
    ("actor", "path", "place", "how"),
    [
        (given.OFFICER, "/cases/", "/cases/", "page"),
        (given.OFFICER, "/cases/imports/", "/cases/imports/", "page"),
        (given.OFFICER, "/disbursement/checkpoints", "/disbursement/checkpoints", "page"),
        (given.CASHIER, "/disbursement/bank", "/disbursement/sheets", "true"),
        (given.CASHIER, "/disbursement/bank/items", "/disbursement/sheets", "true"),
        (given.ACCOUNTING, "/disbursement/bank-claims", "/disbursement/loans", "true"),
        (given.ACCOUNTING, "/disbursement/carry-overs", "/reports/budget", "true"),
        (given.MANAGER, "/reports/schemes/S01/forecast", "/reports/board", "true"),
        (given.MANAGER, "/schemes/assumptions", "/schemes/", "true"),
    ],
)
def test_the_place_to_which_a_page_belongs_is_marked(
    app: Flask, actor: Actor, path: str, place: str, how: str
) -> None:
    assert _here(app, actor, path) == [(place, how)]


def test_one_s_own_settings_belong_to_no_place(app: Flask) -> None:
    assert _here(app, given.OFFICER, "/settings") == []
