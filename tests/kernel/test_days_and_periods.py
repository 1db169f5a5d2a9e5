"""Periods, windows and the Taipei day: domain §0.2, §3.9, trust IN-11."""

from datetime import UTC, date, datetime, timedelta
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.kernel.taiwan import (
    TAIPEI,
    Window,
    add_months,
    local_date,
    period_end,
    roc_date,
    roc_digits,
    roc_slashes,
    through_end_of,
)

DAYS = st.dates(date(1912, 1, 1), date(2111, 12, 31))
MONTHS = st.integers(1, 120)


def taipei(*parts: int) -> datetime:
    year, month, day, hour, minute, second, microsecond = (*parts, 0, 0, 0, 0)[:7]
    return datetime(year, month, day, hour, minute, second, microsecond, tzinfo=TAIPEI)


class TestPeriods:
    @pytest.mark.parametrize(
        ("start", "months", "end"),
        [
            (date(2023, 12, 20), 12, date(2024, 12, 19)),
            (date(2024, 2, 29), 12, date(2025, 2, 28)),
            (date(2023, 8, 31), 6, date(2024, 2, 29)),
            (date(2023, 11, 30), 24, date(2025, 11, 29)),
            (date(2023, 1, 1), 1, date(2023, 1, 31)),
            (date(2023, 1, 31), 1, date(2023, 2, 28)),
            (date(2023, 3, 1), 12, date(2024, 2, 29)),
            (date(2023, 12, 1), 1, date(2023, 12, 31)),
        ],
    )
    def test_a_period_ends_the_day_before_its_day_or_on_the_last_of_a_short_month(
        self, start: date, months: int, end: date
    ) -> None:
        assert period_end(start, months) == end

    @pytest.mark.scenario("A100")
    @pytest.mark.parametrize(
        ("received_on", "ends_on", "midterm_on"),
        [
            (date(2023, 12, 20), date(2024, 12, 19), date(2024, 6, 19)),
            (date(2024, 2, 29), date(2025, 2, 28), date(2024, 8, 28)),
        ],
    )
    def test_twelve_months_and_the_midterm_count_from_the_day_of_receipt(
        self, received_on: date, ends_on: date, midterm_on: date
    ) -> None:
        assert period_end(received_on, 12) == ends_on
        assert period_end(received_on, 6) == midterm_on

    @given(DAYS, MONTHS)
    def test_the_next_period_begins_in_the_month_that_the_months_lead_to(
        self, start: date, months: int
    ) -> None:
        following = period_end(start, months) + timedelta(days=1)

        assert following.day in {start.day, 1}
        assert (following - timedelta(days=following.day - 1)) in {
            add_months(start.replace(day=1), months),
            add_months(start.replace(day=1), months + 1),
        }

    @pytest.mark.parametrize("months", [0, -1])
    def test_a_period_lasts_at_least_a_month(self, months: int) -> None:
        with pytest.raises(ValueError, match="at least a month"):
            period_end(date(2023, 1, 1), months)

    @pytest.mark.parametrize(
        ("day", "months", "later"),
        [
            (date(2024, 1, 31), 1, date(2024, 2, 29)),
            (date(2023, 12, 15), 1, date(2024, 1, 15)),
            (date(2023, 1, 15), -1, date(2022, 12, 15)),
            (date(2023, 3, 31), -1, date(2023, 2, 28)),
            (date(2023, 5, 5), 0, date(2023, 5, 5)),
        ],
    )
    def test_adding_months_keeps_the_day_where_it_exists(
        self, day: date, months: int, later: date
    ) -> None:
        assert add_months(day, months) == later


class TestWindows:
    WINDOW = Window(taipei(2023, 4, 17, 9), through_end_of(date(2023, 12, 20)))

    @pytest.mark.parametrize(
        ("now", "is_open"),
        [
            (taipei(2023, 4, 17, 8, 59, 59, 999_999), False),
            (taipei(2023, 4, 17, 9), True),
            (taipei(2023, 12, 20, 23, 59, 59, 999_999), True),
            (taipei(2023, 12, 21), False),
            (datetime(2023, 4, 17, 1, tzinfo=UTC), True),
            (datetime(2023, 12, 20, 16, tzinfo=UTC), False),
        ],
    )
    def test_a_window_is_open_from_its_first_instant_to_just_before_its_last(
        self, now: datetime, is_open: bool
    ) -> None:
        assert self.WINDOW.is_open_at(now) is is_open

    def test_a_window_without_a_closing_date_stays_open(self) -> None:
        window = Window(taipei(2023, 4, 17, 9), None)

        assert window.is_open_at(taipei(2099, 1, 1))
        assert not window.is_open_at(taipei(2023, 4, 17, 8))

    def test_a_window_that_closes_as_it_opens_is_never_open(self) -> None:
        noon = taipei(2023, 4, 17, 12)

        assert not Window(noon, noon).is_open_at(noon)

    def test_a_window_does_not_close_before_it_opens(self) -> None:
        with pytest.raises(ValueError, match="before it opens"):
            Window(taipei(2023, 4, 17, 9), taipei(2023, 4, 17, 8))

    def test_a_window_asks_for_aware_instants(self) -> None:
        naive = taipei(2023, 4, 17).replace(tzinfo=None)

        with pytest.raises(ValueError, match="no time zone"):
            Window(naive, None)
        with pytest.raises(ValueError, match="no time zone"):
            Window(taipei(2023, 4, 17), naive)
        with pytest.raises(ValueError, match="no time zone"):
            self.WINDOW.is_open_at(naive)

    @given(DAYS)
    def test_the_end_of_a_day_is_the_first_instant_of_the_next(self, day: date) -> None:
        closes_at = through_end_of(day)

        assert local_date(closes_at - timedelta(microseconds=1)) == day
        assert local_date(closes_at) == day + timedelta(days=1)


class TestTheTaipeiDay:
    @pytest.mark.parametrize(
        ("instant", "day"),
        [
            (datetime(2023, 4, 16, 15, 59, 59, tzinfo=UTC), date(2023, 4, 16)),
            (datetime(2023, 4, 16, 16, tzinfo=UTC), date(2023, 4, 17)),
            (taipei(2023, 4, 17), date(2023, 4, 17)),
        ],
    )
    def test_the_day_changes_at_midnight_in_taipei(self, instant: datetime, day: date) -> None:
        assert local_date(instant) == day

    def test_a_naive_instant_has_no_day(self) -> None:
        with pytest.raises(ValueError, match="no time zone"):
            local_date(taipei(2023, 4, 17).replace(tzinfo=None))


class TestRocDatesAsPrinted:
    def test_the_official_form_pads_nothing(self) -> None:
        assert roc_date(date(2026, 1, 5)) == "115年1月5日"

    def test_slashes_pad_month_and_day(self) -> None:
        assert roc_slashes(date(2023, 4, 7)) == "112/04/07"

    @pytest.mark.parametrize(
        ("day", "width", "digits"),
        [
            (date(2026, 1, 5), 7, "1150105"),
            (date(2026, 1, 5), 8, "01150105"),
            (date(1912, 12, 31), 7, "0011231"),
            (date(2010, 10, 10), 8, "00991010"),
        ],
    )
    def test_digits_fill_the_field(self, day: date, width: Literal[7, 8], digits: str) -> None:
        assert roc_digits(day, width) == digits

    def test_there_is_no_year_before_the_first(self) -> None:
        with pytest.raises(ValueError, match="first year"):
            roc_date(date(1911, 12, 31))

    def test_an_instant_is_not_taken_for_a_day(self) -> None:
        evening = datetime(2023, 4, 16, 20, tzinfo=UTC)  # already the 17th in Taipei

        with pytest.raises(TypeError):
            roc_date(evening)
        with pytest.raises(TypeError):
            through_end_of(evening)
        with pytest.raises(TypeError):
            period_end(evening, 1)
