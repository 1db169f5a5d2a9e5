"""Planted losses: the books must find each, or no kill proves anything."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, delete

from backoffice.reports.operations import enter_appropriation
from backoffice.use_case import ActKey, Office
from tests.crash.books import ACKNOWLEDGED, UNSAID, Count, Life
from tests.crash.deeds import LAST_DAY, Deed
from tests.crash.lanes.desk import Desk
from tests.crash.lanes.grants import Grants
from tests.crash.lanes.loans import Loans
from tests.crash.lanes.places import Places
from tests.crash.world import World
from tests.given import disbursement

KEY, OTHER = "appropriate:S04", "appropriate:S06"


@pytest.fixture
def life(office: Office, database_url: str) -> Life:
    """A life in which only budgets can be worked on: no other record of it is there."""
    disbursement.at(office, LAST_DAY)
    nobody = World(
        office.clock.now(),
        Places(tuple(range(1, 7)), tuple(range(7, 12))),
        Loans((21, 22)),
        Grants((31, 32, 33, 34), (41, 42)),
        Desk((51, 52, 53, 54)),
    )
    return Life(database_url, nobody)


def faults(office: Office, life: Life) -> list[str]:
    return asked(office, life).faults


def asked(office: Office, life: Life) -> Count:
    """What the books say once whoever worked on them has gone."""
    office.engine.dispose()
    count = Count()
    life.ask(count)
    return count


def do(office: Office, deed: Deed) -> None:
    deed.do(office, office)


def test_what_was_done_and_told_is_right_and_counted(office: Office, life: Life) -> None:
    life.tried |= {KEY, OTHER}
    life.told.add(KEY)
    do(office, life.deeds[KEY])
    do(office, life.deeds[OTHER])

    count = asked(office, life)

    assert count.faults == []
    assert (count.total(ACKNOWLEDGED), count.total(UNSAID)) == (1, 1)


def test_what_was_told_done_and_is_not_there_is_lost(office: Office, life: Life) -> None:
    life.tried.add(KEY)
    life.told.add(KEY)

    assert faults(office, life) == [f"acknowledged but lost: {KEY}"]


def test_what_nobody_tried_is_found(office: Office, life: Life) -> None:
    do(office, life.deeds[KEY])

    assert faults(office, life) == [f"done but never tried: {KEY}"]


def test_an_effect_without_its_key_is_found(office: Office, life: Life) -> None:
    """As when the two were committed one after the other."""
    deed = life.deeds[KEY]
    office.perform(enter_appropriation, deed.actor, *deed.prepare(office))

    assert faults(office, life) == [
        f"{KEY} stands in the books 1 times, its key False",
        "budget.enter_appropriation: 0 keys, 1 acts",
    ]


def test_a_key_without_its_effect_is_found(office: Office, life: Life) -> None:
    deed = life.deeds[KEY]
    life.tried.add(OTHER)
    office.perform_once(OTHER, enter_appropriation, deed.actor, *deed.prepare(office))

    assert faults(office, life) == [
        f"{KEY} stands in the books 1 times, its key False",
        f"{OTHER} stands in the books 0 times, its key True",
    ]


@pytest.mark.broken
def test_what_stood_and_is_gone_is_lost(office: Office, life: Life, database_url: str) -> None:
    life.tried.add(KEY)
    do(office, life.deeds[KEY])
    assert faults(office, life) == []
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(delete(ActKey))
    engine.dispose()

    assert f"acknowledged but lost: {KEY}" in faults(office, life)
