"""How amounts, ratios and dates are written."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from backoffice.kernel.money import Ntd
from backoffice.web import filters


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (Ntd(1_500_000), "1,500,000"),
        (1_500_000, "1,500,000"),
        (Ntd(999), "999"),
        (Ntd(0), "0"),
        (Ntd(-1_200), "−1,200"),
        (None, "–"),
    ],
)
def test_dollars_carry_separators_and_a_true_minus(amount: Ntd | int | None, written: str) -> None:
    assert filters.ntd(amount) == written


def test_zero_and_nothing_known_are_different_marks() -> None:
    assert filters.ntd(0) != filters.ntd(None)


def test_an_amount_in_text_has_its_unit_unless_nothing_is_known() -> None:
    assert filters.ntd_unit(Ntd(1_500_000)) == "1,500,000 元"
    assert filters.ntd_unit(None) == "–"


@pytest.mark.parametrize(
    ("dollars", "written"),
    [
        (1_500_000, "1,500"),
        (1_499, "1"),
        (1_500, "2"),
        (499, "0"),
        (500, "1"),
        (-1_501, "−2"),
        (12_345_678_900, "12,345,679"),
    ],
)
def test_thousands_round_a_half_up_on_both_sides_of_the_border(dollars: int, written: str) -> None:
    assert filters.thousands(Ntd(dollars)) == written


def test_thousands_of_nothing_known_is_a_dash() -> None:
    assert filters.thousands(None) == "–"


@pytest.mark.parametrize(
    ("ratio_bp", "written"),
    [
        (5_833, "58.33%"),
        (10_000, "100.00%"),
        (5, "0.05%"),
        (0, "0.00%"),
        (-250, "−2.50%"),
        (None, "–"),
    ],
)
def test_basis_points_are_written_as_a_percentage(ratio_bp: int | None, written: str) -> None:
    assert filters.percent_bp(ratio_bp) == written


@pytest.mark.parametrize(("score", "written"), [(7_147, "71.47"), (7_000, "70.00"), (None, "–")])
def test_a_score_keeps_both_places(score: int | None, written: str) -> None:
    assert filters.hundredths(score) == written


def test_a_day_is_written_in_the_years_of_the_republic() -> None:
    assert filters.roc_date(date(2023, 4, 17)) == "112年4月17日"
    assert filters.roc_slashes(date(2023, 4, 17)) == "112/04/17"


def test_an_instant_is_shown_as_the_day_and_hour_in_taipei() -> None:
    late_in_london = datetime(2023, 5, 7, 16, 5, tzinfo=UTC)

    assert filters.roc_date(late_in_london) == "112年5月8日"
    assert filters.roc_slashes(late_in_london) == "112/05/08"
    assert filters.roc_datetime(late_in_london) == "112/05/08 00:05"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        filters.roc_datetime(datetime.fromisoformat("2023-05-08"))


def test_no_date_is_a_dash() -> None:
    assert {filters.roc_date(None), filters.roc_slashes(None), filters.roc_datetime(None)} == {"–"}


def test_templates_know_every_filter_by_its_name() -> None:
    app = Flask(__name__)

    filters.register(app)

    assert app.jinja_env.from_string("{{ 7147|hundredths }}").render() == "71.47"
    assert filters.FILTERS.keys() <= app.jinja_env.filters.keys()
