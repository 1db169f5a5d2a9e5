"""The log says what happened, in lines for machines, and never to whom."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from flask import Flask

from backoffice.use_case import Office
from backoffice.web import journal
from backoffice.web.guard import PUBLIC
from backoffice.web.journal import ImpersonalFormatter
from tests import given
from tests.given.cases import a_case_in_review
from tests.given.web import signed_in, submit

# None of these may stand in any line, whatever way it goes into the system.
PERSON, EMAIL, UBN = "王大明", "daming.wang@example.test", "04595257"
ACCOUNT, PASSWORD = "0012345678901", "Not-My-Real-Password-7"
PRIVATE = (PERSON, EMAIL, UBN, ACCOUNT, PASSWORD)


@pytest.fixture
def log(capsys: pytest.CaptureFixture[str]) -> Iterator[Log]:
    """The lines so far, as text and as events."""
    journal.configure("json")
    yield Log(capsys)
    journal.configure("auto")


class Log:
    """What was written to standard error."""

    def __init__(self, captured: pytest.CaptureFixture[str]) -> None:
        self._captured = captured
        self.text = ""

    def events(self) -> list[dict[str, Any]]:
        """Every line, each of which must be an object."""
        self.text += self._captured.readouterr().err
        return [json.loads(line) for line in self.text.splitlines()]

    def requests(self) -> list[dict[str, Any]]:
        return [event for event in self.events() if event["event"] == "request"]


@pytest.fixture(autouse=True)
def broken_page(app: Flask) -> None:
    """A page that fails, at /fail, with a message that quotes a row."""

    def fail() -> str:
        raise ValueError("invalid row: " + " ".join(PRIVATE))

    fail.__dict__["page_requires"] = PUBLIC
    app.add_url_rule("/fail", "tests.fail", fail)


def test_an_answer_is_one_line_with_endpoint_status_time_and_role(app: Flask, log: Log) -> None:
    answer = signed_in(app, given.OFFICER).get("/cases/?q=" + UBN)

    line = log.requests()[-1]
    assert (line["endpoint"], line["method"], line["status"], line["role"]) == (
        "cases.queue",
        "GET",
        200,
        "officer",
    )
    assert 0 < line["ms"] < 60_000
    assert line["level"] == "info"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", line["at"])
    assert re.fullmatch(r"[0-9a-f]{32}", line["request_id"])
    assert answer.headers["X-Request-ID"] == line["request_id"]


def test_nothing_private_that_goes_in_comes_out_in_the_log(
    app: Flask, office: Office, log: Log
) -> None:
    case_id = a_case_in_review(office)
    client, stranger = signed_in(app, given.OFFICER), app.test_client()

    submit(stranger, "/sign-in", email=EMAIL, password=PASSWORD)
    client.get("/cases/", query_string={"q": UBN})
    client.get(f"/{UBN}/{PERSON}")
    client.get(f"/cases/{UBN}")
    submit(client, f"/cases/{case_id}/note", text=f"{PERSON} {UBN} {ACCOUNT}")
    assert stranger.get("/fail").status_code == 500
    stranger.get("/cases/", headers={"X-Request-ID": UBN, "User-Agent": PERSON, "Referer": EMAIL})

    names = [person.name for person in given.ROSTER]
    assert len(log.requests()) >= 7
    assert [word for word in (*PRIVATE, *names) if word in _unescaped(log.text)] == []


def _unescaped(text: str) -> str:
    return text + re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)


def test_a_failure_is_told_by_its_kind_and_place_and_a_number_to_quote(
    app: Flask, log: Log
) -> None:
    answer = app.test_client().get("/fail")

    line = next(event for event in log.events() if event["event"] == "failed")
    assert line["error"] == "ValueError"
    assert line["trace"][-1].endswith(" fail")
    assert line["reference"] in answer.text
    assert answer.status_code == 500


def test_the_request_s_number_comes_from_the_server_in_front_if_it_is_one(
    app: Flask, log: Log
) -> None:
    given_number = "0123456789abcdef" * 2
    client = app.test_client()

    taken = client.get("/sign-in", headers={"X-Request-ID": given_number})
    made = client.get("/sign-in", headers={"X-Request-ID": given_number[:-1] + "\u00e9"})

    assert taken.headers["X-Request-ID"] == given_number
    assert made.headers["X-Request-ID"] != given_number


def test_a_supervisor_s_questions_leave_no_lines(app: Flask, log: Log) -> None:
    client = app.test_client()
    for path in ("/healthz", "/readyz", "/metrics", "/static/style.css"):
        with client.get(path) as answer:
            assert answer.status_code == 200

    assert log.requests() == []


def test_what_the_server_says_of_a_request_keeps_its_numbers_only() -> None:
    said = logging.LogRecord(
        "gunicorn.error",
        logging.ERROR,
        "",
        0,
        "Error handling request %s of %d",
        (f"/cases/?q={UBN}", 7),
        None,
    )

    line = json.loads(ImpersonalFormatter().format(said))

    assert line["event"] == "Error handling request … of 7"
    assert line["logger"] == "gunicorn.error"


def test_what_the_server_says_of_itself_is_kept() -> None:
    said = logging.LogRecord(
        "gunicorn.error", logging.INFO, "", 0, "Using worker: %s", ("sync",), None
    )

    assert json.loads(ImpersonalFormatter().format(said))["event"] == "Using worker: sync"


def test_a_library_s_exception_keeps_its_kind_only() -> None:
    try:
        raise ValueError(PERSON)
    except ValueError:
        said = logging.LogRecord("x", logging.ERROR, "", 0, f"failed: {PERSON}", (), sys.exc_info())

    line = ImpersonalFormatter().format(said)

    assert json.loads(line)["error"] == "ValueError"
    assert PERSON not in _unescaped(line)


def test_at_a_terminal_a_line_is_for_reading(capsys: pytest.CaptureFixture[str]) -> None:
    journal.configure("text")
    structlog.get_logger("backoffice").info("request", endpoint="cases.queue", status=200)
    journal.configure("auto")

    written = capsys.readouterr().err
    assert "endpoint=cases.queue" in written
    assert not written.startswith("{")
