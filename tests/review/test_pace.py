"""The time left is learnt from one's own pace, and breaks do not count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from backoffice.review.rules.pace import time_left

START = datetime(2023, 5, 8, 5, 0, tzinfo=UTC)


def at(*minutes: int) -> list[datetime]:
    return [START + timedelta(minutes=each) for each in minutes]


def test_the_median_of_the_gaps_times_the_cases_left() -> None:
    assert time_left(at(0, 5, 11, 18), 10) == timedelta(minutes=60)


def test_a_break_is_no_case() -> None:
    assert time_left(at(0, 6, 12, 72, 78), 10) == timedelta(minutes=60)


def test_two_gaps_are_too_few_to_learn_from() -> None:
    assert time_left(at(0, 5, 10), 10) is None


def test_nothing_left_takes_no_time() -> None:
    assert time_left(at(0, 5, 10, 15), 0) is None
