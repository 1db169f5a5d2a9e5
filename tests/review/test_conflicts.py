"""Recusal: the register shows who worked for whom, and until when that bars."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from backoffice.review.rules.conflicts import (
    Conflict,
    Employed,
    Ground,
    Parties,
    grounds_of,
    known_conflict,
)
from backoffice.scheme.rules import RecusalGround
from tests.review.policies import EDITION

TODAY = date(2023, 5, 8)
FIRM = Parties(frozenset({"12345675"}), frozenset({"大同 機械股份有限公司"}))


def employed(ended_on: date | None, *, ubn: str = "12345675", name: str = "本案企業") -> Employed:
    return Employed(ubn, name, ended_on)


@pytest.mark.scenario("A48")
@pytest.mark.parametrize(
    ("ended_on", "bars"),
    [
        (None, True),
        (date(2023, 5, 8), True),
        (date(2020, 6, 8), True),  # 2 years 11 months ago
        (date(2020, 5, 8), True),  # three years ago to the day
        (date(2020, 5, 7), False),  # 3 years and 1 day ago
    ],
)
def test_an_employment_bars_for_three_years(ended_on: date | None, bars: bool) -> None:
    found = known_conflict([employed(ended_on)], FIRM, TODAY, EDITION.recusal)

    assert found == (Conflict(Ground.R3, "本案企業", ended_on) if bars else None)


def test_three_years_back_from_a_leap_day_end_on_the_last_of_february() -> None:
    leap_day = date(2024, 2, 29)

    assert known_conflict([employed(date(2021, 2, 28))], FIRM, leap_day, EDITION.recusal)
    assert not known_conflict([employed(date(2021, 2, 27))], FIRM, leap_day, EDITION.recusal)


def test_another_firm_s_employment_does_not_bar() -> None:
    elsewhere = employed(None, ubn="87654321", name="別家企業")

    assert known_conflict([elsewhere], FIRM, TODAY, EDITION.recusal) is None


def test_a_vendor_named_in_the_plan_bars_by_its_name() -> None:
    vendor = employed(date(2022, 1, 1), ubn="87654321", name="大同機械股份有限公司")

    found = known_conflict([vendor], FIRM, TODAY, EDITION.recusal)

    assert found == Conflict(Ground.R5, "大同機械股份有限公司", date(2022, 1, 1))


def test_an_edition_without_recusal_rules_still_bars_who_works_there_now() -> None:
    assert known_conflict([employed(None)], FIRM, TODAY, None)
    assert not known_conflict([employed(date(2023, 5, 7))], FIRM, TODAY, None)


def test_the_edition_says_which_grounds_there_are() -> None:
    assert EDITION.recusal is not None
    fewer = replace(EDITION.recusal, grounds=(RecusalGround.INTEREST, RecusalGround.OTHER_DOUBT))

    assert grounds_of(EDITION.recusal) == tuple(Ground)
    assert grounds_of(fewer) == (Ground.R2, Ground.R6, Ground.R7)
    assert grounds_of(None) == (Ground.R7,)
