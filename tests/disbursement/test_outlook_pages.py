"""The checkpoints of all cases: sorted by risk, week by week, and as a curve."""

from __future__ import annotations

from datetime import date

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from backoffice.access import Actor
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.queries import outlooks
from backoffice.disbursement.queries.outlooks import Scope
from backoffice.disbursement.rules.checkpoints import standing
from backoffice.disbursement.rules.lifecycles import CheckpointState
from backoffice.use_case import Office
from tests import given
from tests.given import disbursement as world
from tests.given.execution import MIDTERM_ON, Point, Running, running
from tests.given.web import counted_queries, page, signed_in, words_of

# These cases have neither award nor tranches: only what the lists read of them.
pytestmark = pytest.mark.broken

C = CheckpointState
URL = "/disbursement/checkpoints"
TODAY = date(2023, 10, 2)

ON_COURSE = Running()
AT_RISK = Running(points=(Point(date(2023, 8, 31), 5_000), Point(date(2024, 3, 31), 5_000)))
TOO_LATE = Running(points=(Point(date(2023, 10, 31), 4_999), Point(date(2024, 3, 31), 5_001)))
NEVER = Running(points=(Point(date(2023, 10, 31), 4_999), Point(date(2023, 9, 1), 5_001, C.FROZEN)))
REACHED = Running(points=(Point(date(2023, 8, 31), 5_000, C.ACCEPTED), Point(MIDTERM_ON, 5_000)))
EVERY_KIND = (ON_COURSE, REACHED, AT_RISK, TOO_LATE, NEVER)


@pytest.fixture
def office_in_october(office: Office) -> Office:
    world.at(office, TODAY)
    return office


def numbers(document: BeautifulSoup, table: str = "checkpoints") -> list[str]:
    """The last digits of the cases in the list, in its order."""
    links = document.select(f"#{table} a[href^='/disbursement/cases/']")
    return [link.get_text()[-1] for link in links]


def test_the_worst_stands_first(office_in_october: Office, app: Flask) -> None:
    running(office_in_october, *EVERY_KIND)

    response = signed_in(app, given.OFFICER).get(URL)
    document = page(signed_in(app, given.OFFICER), URL)

    assert numbers(document) == ["4", "5", "3", "1", "2"]
    assert "2 案期中前無法達成" in words_of(response)
    assert "1 案有落後風險" in words_of(response)


def test_each_case_says_when_it_can_be_met_and_by_what(
    office_in_october: Office, app: Flask
) -> None:
    running(office_in_october, *EVERY_KIND)

    rows = page(signed_in(app, given.OFFICER), URL).select("#checkpoints tbody tr")

    said = {numbers_of(row): row.get_text(" ") for row in rows}
    assert "期中前已無法達成" in said["4"]
    assert "最早 113/03/31" in said["4"]
    assert "已無法達成" in said["5"]
    assert "最早" not in said["5"]
    assert "112/10/02" in said["3"]  # it is late: today, if the report came today
    assert "112/10/31" in said["1"]
    assert "查核項目1 30.00%" in " ".join(said["1"].split())
    assert "已達標準" in said["2"]
    assert all(row.select_one("svg[role=img] title") for row in rows)


def numbers_of(row: object) -> str:
    document = BeautifulSoup(str(row), "html.parser")
    link = document.select_one("a")
    return link.get_text()[-1] if link else ""


def test_an_officer_begins_with_the_own_cases_and_may_see_all(
    office_in_october: Office, app: Flask
) -> None:
    running(office_in_october, ON_COURSE, Running(officer_id=given.OFFICER_2.id))
    client = signed_in(app, given.OFFICER)

    assert numbers(page(client, URL)) == ["1"]
    assert numbers(page(client, f"{URL}?whose=all")) == ["1", "2"]
    assert numbers(page(signed_in(app, given.OFFICER_2), URL)) == ["2"]


@pytest.mark.parametrize("reader", [given.MANAGER, given.AUDITOR], ids=["manager", "auditor"])
def test_who_reads_sees_all_cases(office_in_october: Office, app: Flask, reader: Actor) -> None:
    running(office_in_october, ON_COURSE, Running(officer_id=given.OFFICER_2.id))

    assert numbers(page(signed_in(app, reader), URL)) == ["1", "2"]


@pytest.mark.parametrize(
    "person", [given.REVIEWER, given.CASHIER, given.ADMIN], ids=["reviewer", "cashier", "admin"]
)
def test_others_do_not(office_in_october: Office, app: Flask, person: Actor) -> None:
    client = signed_in(app, person)

    assert client.get(URL).status_code == 403
    assert URL not in client.get("/settings", follow_redirects=True).text


def test_the_address_filters_by_scheme_outlook_and_case(
    office_in_october: Office, app: Flask
) -> None:
    running(office_in_october, ON_COURSE, AT_RISK, Running(scheme="S02"))
    client = signed_in(app, given.OFFICER)
    third = page(client, f"{URL}?scheme=S02")

    assert numbers(third) == ["3"]
    assert numbers(page(client, f"{URL}?outlook=AT_RISK")) == ["2"]
    link = third.select_one("#checkpoints a")
    assert link is not None
    case_id = str(link["href"]).rsplit("/", 1)[-1]
    assert numbers(page(client, f"{URL}?case={case_id}")) == ["3"]


@pytest.mark.parametrize(
    "garbled",
    ["view=x", "outlook=x", "scheme=x", "case=x", "after=x", "after=AT_RISK~x~1", "after=~~"],
)
def test_what_somebody_garbled_in_the_address_is_left_out(
    office_in_october: Office, app: Flask, garbled: str
) -> None:
    running(office_in_october, ON_COURSE)
    client = signed_in(app, given.OFFICER)

    assert numbers(page(client, f"{URL}?{garbled}")) == ["1"]
    assert client.get(f"{URL}?view=calendar&{garbled}").status_code == 200


def test_a_case_that_is_over_or_not_begun_is_not_listed(
    office_in_october: Office, app: Flask
) -> None:
    running(
        office_in_october,
        Running(state=CaseState.SETTLED),
        Running(state=CaseState.AWARDED),
        Running(state=CaseState.ACTIVE_2),
    )

    assert numbers(page(signed_in(app, given.OFFICER), URL)) == ["3"]


def all_pages(client: FlaskClient, url: str, table: str) -> list[str]:
    """What stands in the list from its first page to its last, read by following the links."""
    found: list[str] = []
    while url:
        document = page(client, url)
        found += [str(link["href"]) for link in document.select(f"#{table} th a, #{table} td a")]
        later = document.select_one("a[rel=next]")
        url = str(later["href"]) if later else ""
    return found


def test_pages_follow_by_key_and_show_each_case_once(office_in_october: Office, app: Flask) -> None:
    running(office_in_october, *(EVERY_KIND * 9))

    links = all_pages(signed_in(app, given.OFFICER), URL, "checkpoints")

    assert len(links) == 45
    assert len(set(links)) == 45


def test_the_calendar_says_who_is_late_what_is_due_and_what_waits(
    office_in_october: Office, app: Flask
) -> None:
    running(
        office_in_october,
        Running(
            points=(
                Point(date(2023, 9, 1), 1_000),
                Point(date(2023, 9, 28), 1_000),
                Point(date(2023, 10, 6), 1_000),
                Point(date(2023, 10, 9), 1_000),
                Point(date(2023, 8, 1), 1_000, C.REPORTED),
                Point(date(2023, 8, 1), 1_000, C.DUE, correct_by=date(2023, 10, 20)),
                Point(date(2023, 8, 1), 4_000, C.ACCEPTED),
            )
        ),
    )

    rows = page(signed_in(app, given.OFFICER), f"{URL}?view=calendar").select("#calendar tbody tr")

    said = [" ".join(row.get_text(" ").split()) for row in rows]
    assert [words.split(" 查核項目")[0] for words in said] == [
        "已提報，待審定",
        "逾期未提報",
        "本週（至 112/10/08）",
        "本週（至 112/10/08）",
        "112/10/09 至 112/10/15",
        "112/10/16 至 112/10/22",
    ]
    assert "31 天" in said[1]
    assert "補正期限" in said[5]


def test_pages_of_the_calendar_show_each_checkpoint_once(
    office_in_october: Office, app: Flask
) -> None:
    running(office_in_october, *(ON_COURSE,) * 70)

    links = all_pages(signed_in(app, given.OFFICER), f"{URL}?view=calendar", "calendar")

    points = [link for link in links if "/checkpoints/" in link]
    assert len(points) == len(set(points)) == 210


def test_the_curve_has_its_table_and_says_where_the_work_stands(
    office_in_october: Office, app: Flask
) -> None:
    running(
        office_in_october,
        Running(
            points=(
                Point(date(2023, 8, 31), 3_000, C.ACCEPTED),
                Point(date(2023, 9, 15), 2_500),
                Point(date(2024, 3, 31), 4_500),
                Point(date(2024, 3, 31), 9_000, C.REMOVED),
            )
        ),
    )

    document = page(signed_in(app, given.OFFICER), f"{URL}?view=curve")

    described = document.select_one("svg.chart-curve desc")
    assert described is not None
    assert described.get_text() == "至 112/10/02 計畫應達成 55.00%，已達成 30.00%"
    rows = [
        [cell.get_text() for cell in row.select("th, td")]
        for row in document.select("table.numbers tbody tr")
    ]
    assert rows[0] == ["112/07/31", "0.00%", "0.00%", "0.00%"]
    assert ["112/10/02", "55.00%", "30.00%", "−25.00%"] in rows
    assert rows[-1] == ["113/03/31", "100.00%", "–", "–"]


@pytest.mark.parametrize("view", ["risk", "calendar", "curve"])
def test_an_empty_list_says_why(office_in_october: Office, app: Flask, view: str) -> None:
    document = page(signed_in(app, given.OFFICER), f"{URL}?view={view}")

    assert document.select_one(".empty") is not None


def test_the_sums_of_the_list_are_those_of_the_checkpoints(office_in_october: Office) -> None:
    running(
        office_in_october,
        *EVERY_KIND,
        Running(
            points=(
                Point(date(2023, 8, 31), 1_000, C.OVERDUE),
                Point(date(2023, 8, 31), 1_000, C.DUE, correct_by=date(2023, 9, 30)),
                Point(date(2024, 1, 31), 2_000, C.REPORTED),
                Point(date(2023, 9, 30), 2_000, C.REMOVED),
                Point(date(2023, 9, 30), 4_000, C.ACCEPTED),
            )
        ),
    )

    with Session(office_in_october.engine) as session:
        rows = outlooks.standings(session, Scope())
        points = outlooks.facts_of(session, [row.case_id for row in rows])

    assert len(rows) == 6
    assert {row.case_id: row.standing for row in rows} == {
        number: standing(facts, MIDTERM_ON) for number, facts in points.items()
    }


@pytest.mark.parametrize("view", ["risk", "calendar", "curve"])
def test_a_thousand_cases_take_as_many_queries_as_one(
    office_in_october: Office, app: Flask, view: str
) -> None:
    client = signed_in(app, given.OFFICER)
    counts = []
    first = 1
    for more in (1, 2, 997):
        running(office_in_october, *(EVERY_KIND * 200)[:more], first=first)
        first += more
        with counted_queries(app) as statements:
            assert client.get(f"{URL}?view={view}").status_code == 200
        counts.append(len(statements))

    assert counts[0] == counts[1] == counts[2] <= 8


def test_the_case_leads_to_its_curve_and_back(office: Office, app: Flask) -> None:
    case_id = world.a_contracted_case(office)
    client = signed_in(app, given.OFFICER)

    link = page(client, f"/disbursement/cases/{case_id}").select_one(f"a[href*='case={case_id}']")

    assert link is not None
    assert page(client, str(link["href"])).select_one("svg.chart-curve") is not None
    assert page(client, URL).select_one("nav.places a[aria-current=page]") is not None
