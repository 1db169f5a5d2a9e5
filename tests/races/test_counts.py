"""Many cases moved at once, forth and back, by many officers: the kept counts are exact."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import select

from backoffice.access import SYSTEM
from backoffice.cases.models import CaseCount, OfficerLoad
from backoffice.cases.operations import (
    decide_eligibility,
    give_back,
    hand_over,
    recount,
    take_from_queue,
)
from backoffice.cases.operations.imports import bring_in, judged, read_upload
from backoffice.cases.queries.imports import ids_of
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.db import sessions
from backoffice.documents import Upload
from backoffice.kernel.clock import FixedClock
from backoffice.use_case import Office
from backoffice.web import guard
from tests import given
from tests.given import cases
from tests.races.contest import CONTENDERS, contest

SCHEMES = ("S01", "S02")
FRESH = 1  # the version of a case that nobody has touched


def number_of(place: int) -> str:
    return f"{SCHEMES[place % 2]}-112-{place:06}"


def move_one(app: Flask, place: int) -> None:
    """Take a case; then a quarter each accept it, give it back, hand it over, bring one more in."""
    house: guard.House = app.extensions[guard.EXTENSION]
    office = house.office
    with app.app_context():
        case_id = ids_of(sessions.session(), [number_of(place)])[number_of(place)]
    officer, other = (given.OFFICER, given.OFFICER_2)[:: 1 - place // 2 % 2 * 2]
    office.perform(take_from_queue, officer, case_id, FRESH)
    match place // 4 % 4:
        case 0:
            office.perform(decide_eligibility, officer, case_id, FRESH + 1, (), "")
        case 1:
            office.perform(give_back, officer, case_id, FRESH + 1, "請假")
        case 2:
            office.perform(hand_over, officer, case_id, FRESH + 1, other.id, "請假")
        case _:
            more = cases.a_submitted_case(office.clock.now(), number=f"S01-112-{1_000 + place:06}")
            upload = Upload("進件.xlsx", cases.as_workbook([more]))
            with app.app_context():
                found = judged(sessions.session(), read_upload(upload))
            office.perform(bring_in, officer, found)


def recount_meanwhile(app: Flask, place: int) -> None:
    """The same, while one of eight counts everything anew."""
    if place % 8 == 0:
        house: guard.House = app.extensions[guard.EXTENSION]
        assert house.office.perform(recount, SYSTEM) == 0
    move_one(app, place)


def test_many_moves_at_once_end_with_the_exact_counts(
    office: Office, app: Flask, database_url: str, tmp_path: Path, clock: FixedClock
) -> None:
    all_at_once(office, range(CONTENDERS))

    outcomes = contest(database_url, tmp_path, clock, recount_meanwhile)

    assert outcomes == {"done": CONTENDERS}
    quarter = CONTENDERS // 8
    with app.app_context():
        session = sessions.session()
        states = {
            (row.scheme, row.state): row.cases
            for row in session.execute(select(CaseCount.scheme, CaseCount.state, CaseCount.cases))
        }
        loads = list(session.scalars(select(OfficerLoad.cases)))
    assert states == {
        ("S01", CaseState.QUALIFYING): 3 * quarter + 2 * quarter,
        ("S02", CaseState.QUALIFYING): 3 * quarter,
        ("S01", CaseState.IN_REVIEW): quarter,
        ("S02", CaseState.IN_REVIEW): quarter,
    }
    # All but those given back wait for one of the two officers.
    assert loads == [3 * quarter, 3 * quarter]


def all_at_once(office: Office, places: range) -> None:
    """Cases of both schemes, brought in by one workbook."""
    cases.import_cases(
        office,
        [
            cases.a_submitted_case(
                office.clock.now(), number=number_of(place), scheme=SCHEMES[place % 2]
            )
            for place in places
        ],
    )
