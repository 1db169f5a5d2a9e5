"""Dates and times in every form that the intake workbook allows, and none that it does not."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import (
    TAIPEI,
    local_date,
    parse_date,
    parse_instant,
    parse_roc_date,
    roc_date,
    roc_digits,
    roc_slashes,
)

THE_8TH_OF_MAY = date(2023, 5, 8)
DAYS = st.dates(date(1912, 1, 1), date(2111, 12, 31))
INSTANTS = st.timedeltas(timedelta(), timedelta(days=130 * 365)).map(
    lambda passed: datetime(1980, 1, 1, tzinfo=UTC) + passed
)

ROC_FORMS = [
    "112年5月8日",
    "112年05月08日",
    "112 年 5 月 8 日",
    "民國112年5月8日",
    "民國 112 年 5 月 8 日",
    "中華民國112年5月8日",
    "112/05/08",
    "112/5/8",
    "民國112/05/08",
    "112.05.08",
    "112.5.8",
    "112-05-08",
    "1120508",
    "01120508",
    "民國1120508",
    "１１２年５月８日",
    "１１２／０５／０８",
    "１１２．０５．０８",
    "１１２０５０８",
    "\u3000112/05/08 ",
]
AD_FORMS = [
    "2023-05-08",
    "2023/05/08",
    "2023/5/8",
    "2023.05.08",
    "20230508",
    "2023年5月8日",
    "２０２３－０５－０８",
]
NO_DATES = [
    "",
    " ",
    "112",
    "112/05",
    "112/13/01",
    "112/00/01",
    "112/02/29",
    "113/02/30",
    "112/05/00",
    "112/05/32",
    "112/05-08",
    "112//08",
    "0/05/08",
    "000/05/08",
    "0000508",
    "201/01/01",
    "2010101",
    "-112/05/08",
    "民國前1年5月8日",
    "民國民國112年5月8日",
    "民國2023年5月8日",
    "民國2023-05-08",
    "112年5月8",
    "5月8日",
    "一一二年五月八日",
    "990508",
    "112050",
    "112 05 08",
    "112/05/08 x",
    "112/05/08\n113/05/08",
    "45054",
    "08/05/2023",
    "May 8, 2023",
    "٢٠٢٣-٠٥-٠٨",
    "\ud800",
    "\x00112/05/08",
    "1" * 32_767,
    "112年" + " " * 32_000 + "5月8日",
]
OUT_OF_RANGE = ["1911-12-31", "2112-01-01", "0112-05-08", "9999-12-31", "0001-01-01"]


class TestDays:
    @pytest.mark.parametrize("text", ROC_FORMS)
    def test_a_roc_date_is_read_in_every_form_in_use(self, text: str) -> None:
        assert parse_roc_date(text) == THE_8TH_OF_MAY
        assert parse_date(text) == THE_8TH_OF_MAY

    @pytest.mark.parametrize("text", AD_FORMS)
    def test_a_year_of_four_digits_is_ad(self, text: str) -> None:
        assert parse_date(text) == THE_8TH_OF_MAY

    @pytest.mark.parametrize("text", AD_FORMS)
    def test_an_ad_date_is_no_roc_date(self, text: str) -> None:
        with pytest.raises(Refused) as no:
            parse_roc_date(text)

        assert no.value == Refused("date.unreadable", text=text)

    @pytest.mark.parametrize("parse", [parse_roc_date, parse_date, parse_instant])
    @pytest.mark.parametrize("text", NO_DATES + OUT_OF_RANGE)
    def test_what_is_no_day_of_the_calendar_is_refused(
        self, text: str, parse: Callable[[str], date]
    ) -> None:
        with pytest.raises(Refused) as no:
            parse(text)

        assert no.value == Refused("date.unreadable", text=text)

    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("1/1/1", date(1912, 1, 1)),
            ("200/12/31", date(2111, 12, 31)),
            ("99/05/08", date(2010, 5, 8)),
            ("0990508", date(2010, 5, 8)),
            ("113/2/29", date(2024, 2, 29)),
            ("1912-01-01", date(1912, 1, 1)),
            ("2111-12-31", date(2111, 12, 31)),
        ],
    )
    def test_roc_years_run_from_1_to_200(self, text: str, day: date) -> None:
        assert parse_date(text) == day

    @given(DAYS)
    def test_every_day_that_is_printed_is_read_back(self, day: date) -> None:
        for text in (roc_date(day), roc_slashes(day), roc_digits(day, 7), roc_digits(day, 8)):
            assert parse_roc_date(text) == day
        assert parse_date(day.isoformat()) == day
        assert parse_date(f"{day:%Y%m%d}") == day

    def test_summer_time_before_1980_moves_no_day(self) -> None:
        first = date(1945, 1, 1)
        days = [first + timedelta(days=number) for number in range(35 * 366)]

        assert [day for day in days if parse_date(day.isoformat()) != day] == []

    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("2023-05-08 23:59:59", THE_8TH_OF_MAY),
            ("112/05/08 00:00", THE_8TH_OF_MAY),
            ("2023-05-07T16:00:00Z", THE_8TH_OF_MAY),
            ("2023-05-07T15:59:59Z", date(2023, 5, 7)),
            ("2023-05-08T00:30:00+09:00", date(2023, 5, 7)),
        ],
    )
    def test_the_day_of_an_instant_is_its_day_in_taipei(self, text: str, day: date) -> None:
        assert parse_date(text) == day

    def test_a_roc_date_has_no_time(self) -> None:
        with pytest.raises(Refused, match=r"date\.unreadable"):
            parse_roc_date("112/05/08 10:20:30")

    @given(st.text(alphabet="0123456789年月日/-.: T民國Z+", max_size=24))
    def test_any_text_is_a_day_of_the_two_centuries_or_a_refusal(self, text: str) -> None:
        with suppress(Refused):
            assert date(1912, 1, 1) <= parse_date(text) <= date(2111, 12, 31)


class TestInstants:
    @pytest.mark.parametrize(
        "text",
        [
            "2023-05-08 10:20:30",
            "2023-05-08T10:20:30",
            "2023-05-08T10:20:30.000",
            "2023-05-08T02:20:30Z",
            "2023-05-08T10:20:30+08:00",
            "2023-05-08 10:20:30+0800",
            "2023-05-08 10:20:30+08",
            "2023-05-08 10:20:30 +08:00",
            "2023-05-07T21:20:30-05:00",
            "2023/5/8 10:20:30",
            "112/05/08 10:20:30",
            "112/05/08\u300010:20:30",
            "112年5月8日 10:20:30",
            "民國 112 年 5 月 8 日 10:20:30",
            "1120508 10:20:30",
            "112.05.08 10:20:30",
            "１１２／０５／０８ １０：２０：３０",
        ],
    )
    def test_an_instant_is_read_in_every_form_in_use(self, text: str) -> None:
        instant = parse_instant(text)

        assert instant == datetime(2023, 5, 8, 2, 20, 30, tzinfo=UTC)
        assert instant.tzinfo is UTC

    @pytest.mark.parametrize(
        ("text", "time"),
        [
            ("112/05/08", (0, 0, 0, 0)),
            ("2023-05-08", (0, 0, 0, 0)),
            ("112/05/08 10:20", (10, 20, 0, 0)),
            ("112/05/08 9:05", (9, 5, 0, 0)),
            ("2023-05-08 23:59:59.999999", (23, 59, 59, 999_999)),
            ("2023-05-08 23:59:59.9999999", (23, 59, 59, 999_999)),  # never on to the next day
            ("2023-05-08 10:20:30.5", (10, 20, 30, 500_000)),
        ],
    )
    def test_what_is_not_written_of_a_time_is_zero(
        self, text: str, time: tuple[int, int, int, int]
    ) -> None:
        assert parse_instant(text) == datetime(2023, 5, 8, *time, tzinfo=TAIPEI)

    @pytest.mark.parametrize(
        "text",
        [
            "2023-05-08 24:00:00",
            "2023-05-08 10:60:00",
            "2023-05-08 10:20:60",
            "2023-05-08 10",
            "2023-05-08 1020",
            "2023-05-08 10:2",
            "2023-05-08 10:20:",
            "2023-05-08 10:20:30.",
            "2023-05-08 10:20:30,5",
            "2023-05-08 -1:20",
            "2023-05-08 10:20:30+24:00",
            "2023-05-08 10:20:30+08:60",
            "2023-05-08 10:20:30 CST",
            "2023-05-08+08:00",
            "2023-05-08T",
            "2023-05-08TT10:20",
            "10:20:30",
            "2023-05-08 下午 3:00",
            "2023-05-08 10:20:30 2023-05-08 10:20:30",
            "1912-01-01T00:00+09:00",
            "2111-12-31T23:00-08:00",
        ],
    )
    def test_what_is_no_time_is_refused(self, text: str) -> None:
        with pytest.raises(Refused) as no:
            parse_instant(text)

        assert no.value == Refused("date.unreadable", text=text)

    @given(INSTANTS)
    def test_every_instant_is_read_back_from_its_iso_form(self, instant: datetime) -> None:
        local = instant.astimezone(TAIPEI)

        assert parse_instant(instant.isoformat()) == instant
        assert parse_instant(local.isoformat()) == instant
        assert parse_instant(local.replace(tzinfo=None).isoformat(" ")) == instant
        assert parse_date(instant.isoformat()) == local_date(instant)
