"""An address that no page of ours would write leads nowhere, and breaks nothing."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backoffice.web.numbers import ROW_MAX, row_number
from tests import given
from tests.given.web import filled_in, page, signed_in

BEYOND = ROW_MAX + 1
KEYED = [
    "/cases/?after=2024-01-01T00:00:00%2B08:00~{}",
    "/cases/?pile=due&after=2024-01-01~{}",
    "/cases/imports?before={}",
    "/disbursement/checkpoints?after=late~2024-01-01~{}",
    "/disbursement/carry-overs?after=2024-01-01~{}",
    "/disbursement/fees/open-lines?after=2024-01-01T00:00:00%2B08:00~{}",
    "/disbursement/fees/refunds?after=2024-01-01~{}",
    "/disbursement/fees/statements?before={}",
    "/disbursement/loans?after={}",
    "/disbursement/bank-claims?before={}",
    "/disbursement/bank?after={}",
    "/disbursement/bank/items?after=2024-01-01~{}",
    "/disbursement/recoveries?after=2024-01-01~{}",
    "/disbursement/sheets?after=S01/1~{}",
    "/reports/budget/shifts?before={}",
    "/settings/history?before={}",
]


DATED = [
    "/cases/?after={}T00:00:00%2B08:00~5",
    "/cases/?pile=due&after={}~5",
    "/review/decisions?since={}T00:00:00%2B08:00&id=5",
    "/disbursement/bank/days?before={}",
    "/disbursement/bank/days?after={}",
    "/disbursement/fees/open-lines?after={}~5",
    "/disbursement/recoveries?after={}~5",
    "/disbursement/checkpoints?view=calendar&after={}~5",
    "/disbursement/carry-overs?after={}~5",
    "/reports/board?week={}",
    "/reports/monday-letter?week={}",
    "/reports/movements/awarded?since={0}&until={0}",
    "/reports/movements/awarded/list.csv?since={0}&until={0}",
    "/reports/schemes/S01/forecast?as_of={}",
]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody who may open all of these."""
    return signed_in(app, given.ACCOUNTING)


@pytest.mark.parametrize("url", KEYED)
@pytest.mark.parametrize("number", [BEYOND, -1, "x", "", "9" * 40])
def test_a_list_begins_at_its_beginning(app: Flask, url: str, number: object) -> None:
    people = (given.OFFICER, given.ACCOUNTING)

    answers = [
        signed_in(app, person).get(url.format(number), follow_redirects=True).status_code
        for person in people
    ]

    assert 200 in answers
    assert set(answers) <= {200, 403}


@pytest.mark.parametrize("url", DATED)
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "10000-01-01", "2024-02-30"])
def test_a_day_that_nobody_can_mean_is_left_out(app: Flask, url: str, day: str) -> None:
    people = (given.OFFICER, given.ACCOUNTING, given.CONVENOR)

    answers = [
        signed_in(app, person).get(url.format(day), follow_redirects=True).status_code
        for person in people
    ]

    assert 200 in answers
    assert set(answers) <= {200, 403}


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "x"])
def test_a_day_that_nobody_can_mean_has_no_page(client: FlaskClient, day: str) -> None:
    assert client.get(f"/disbursement/bank/days/{day}").status_code == 404


@pytest.mark.parametrize(
    "url", ["/disbursement/loans?q=%00", "/reports/schemes/S01%00/forecast", "/cases/?q=a%00b"]
)
def test_no_address_holds_a_sign_that_no_database_keeps(client: FlaskClient, url: str) -> None:
    assert client.get(url, follow_redirects=True).status_code == 400


def test_no_form_holds_a_sign_that_no_database_keeps(app: Flask) -> None:
    client = signed_in(app, given.ACCOUNTING)
    fields = filled_in(page(client, "/reports/budget/shifts/new").select("main form")[0])

    answer = client.post("/reports/budget/shifts/new", data=fields | {"reason": "a\x00b"})

    assert answer.status_code == 400


@pytest.mark.parametrize("number", [ROW_MAX, BEYOND, "9" * 40])
@pytest.mark.parametrize(
    "url", ["/cases/{}", "/disbursement/sheets/{}", "/disbursement/recoveries/{}"]
)
def test_what_no_row_can_be_called_is_not_found(
    client: FlaskClient, url: str, number: object
) -> None:
    assert client.get(url.format(number)).status_code == 404


@pytest.mark.parametrize("text", ["0", "-1", str(BEYOND), "", "1.0", "x"])
def test_only_the_number_of_a_row_is_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"row|int"):
        row_number(text)


@pytest.mark.parametrize("number", [1, ROW_MAX])
def test_the_first_and_the_last_row_can_be_named(number: int) -> None:
    assert row_number(str(number)) == number
