"""Static files without the application, and whose word about an address is believed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, request
from werkzeug.test import Client

from backoffice.app import create_app
from backoffice.db import sessions
from backoffice.web import guard
from backoffice.web.guard import PUBLIC
from tests.given.offices import settings


def test_a_static_file_is_kept_for_a_year_under_the_same_protection(app: Flask) -> None:
    with app.test_client().get("/static/style.css") as answer:
        assert answer.get_data()

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "max-age=31536000, public"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.mimetype == "text/css"


def test_a_file_outside_the_static_folder_is_not_served(app: Flask) -> None:
    client = Client(app)

    for path in ("/static/../guard.py", "/static/%2e%2e/guard.py", "/static/nothing.css"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("proxies", "seen"), [(0, "10.0.0.1"), (1, "198.51.100.2"), (2, "203.0.113.1")]
)
def test_as_many_addresses_are_believed_as_there_are_servers_of_ours_in_front(
    database_url: str, tmp_path: Path, proxies: int, seen: str
) -> None:
    app = create_app(replace(settings(database_url, tmp_path), proxies=proxies))

    def address() -> str:
        return str(request.remote_addr)

    address.__dict__["page_requires"] = PUBLIC
    app.add_url_rule("/address", "tests.address", address)

    answer = app.test_client().get(
        "/address",
        headers={"X-Forwarded-For": "203.0.113.1, 198.51.100.2"},
        environ_base={"REMOTE_ADDR": "10.0.0.1"},
    )

    app.extensions[guard.EXTENSION].office.engine.dispose()
    with app.app_context():
        sessions.engine.dispose()
    assert answer.text == seen
