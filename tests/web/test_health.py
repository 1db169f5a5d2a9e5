"""What a supervisor asks: does it run, and may it get requests."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from backoffice.app import create_app
from config import Settings


def test_a_running_office_says_that_it_is_alive_and_ready(app: Flask) -> None:
    client = app.test_client()

    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").status_code == 200


def test_an_office_without_its_tables_is_alive_but_not_ready(tmp_path: Path) -> None:
    settings = Settings(f"sqlite:///{tmp_path / 'empty.db'}", "a secret of the tests", tmp_path)
    client = create_app(settings).test_client()

    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")

    assert (answer.status_code, answer.text) == (503, "migration\n")
