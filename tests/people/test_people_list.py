"""The accounts as a file."""

from __future__ import annotations

import pytest
from flask import Flask

from backoffice.people.views import downloads
from tests import given
from tests.given.lists import KINDS, rows_of, taken, told_of
from tests.given.web import page, signed_in

LIST = "/people/list"


def test_everybody_goes_out_piece_by_piece(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(app, given.ADMIN)
    monkeypatch.setattr(downloads, "CHUNK", 3)

    rows = rows_of(taken(client, f"{LIST}.xlsx"))[1:]

    shown = page(client, "/people").select("tbody th a")
    assert [row[0] for row in rows] == [link.text for link in shown]


def test_the_filter_of_the_page_is_the_filter_of_the_file(app: Flask) -> None:
    client = signed_in(app, given.ADMIN)

    content = taken(client, f"{LIST}.ods", role="officer", words=given.OFFICER.name)

    assert [row[0] for row in rows_of(content)[1:]] == [given.OFFICER.name]
    assert told_of(content)["姓名或電子郵件"] == given.OFFICER.name


def test_the_page_offers_its_file(app: Flask) -> None:
    document = page(signed_in(app, given.ADMIN), "/people?role=officer")

    links = [link["href"] for link in document.select(".downloads a")]
    assert links == [f"{LIST}.{kind}?role=officer" for kind in KINDS]


def test_only_who_manages_people_takes_their_list(app: Flask) -> None:
    assert signed_in(app, given.MANAGER).get(f"{LIST}.csv").status_code == 403
