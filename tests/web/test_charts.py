"""Charts: what is drawn, what is said, and that they obey the content policy."""

import re
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from defusedxml.ElementTree import fromstring

from backoffice.kernel.money import Ntd
from backoffice.web import charts

SVG = "{http://www.w3.org/2000/svg}"
TODAY = date(2023, 10, 2)


def budget(
    key: str = "b", *, paid: int = 0, committed: int = 0, available: int = 0
) -> charts.Chart:
    return charts.budget_bar(
        key, name="預算", paid=Ntd(paid), committed=Ntd(committed), available=Ntd(available)
    )


def score(total: int | None = 5_800) -> charts.Chart:
    parts = (
        charts.Part("合理性", 3_280, "82 × 40%"),
        charts.Part("效益性", None),
        charts.Part("加分", 300, bonus=True),
    )
    return charts.waterfall("w", parts, total=total, pass_mark=7_000)


def checkpoints() -> charts.Chart:
    points = (
        charts.Checkpoint("試產", date(2023, 9, 30), 3_500, "reported"),
        charts.Checkpoint("管路", date(2023, 7, 15), 2_500, "confirmed"),
        charts.Checkpoint("量測", date(2024, 1, 31), 4_000, "planned"),
    )
    return charts.checkpoint_meter("c", points, midterm_on=date(2023, 11, 7), required_bp=5_000)


def curve() -> charts.Chart:
    return charts.s_curve(
        "s",
        title="可用餘額",
        actual=[
            charts.Point(date(2023, 4, 17), Ntd(3_000_000)),
            charts.Point(TODAY, Ntd(1_000_000)),
        ],
        forecast=[charts.Band(date(2023, 12, 4), Ntd(0), Ntd(200_000), Ntd(600_000))],
        today=TODAY,
    )


EVERY_KIND = [
    budget(paid=1, committed=1, available=1),
    score(),
    checkpoints(),
    curve(),
    charts.seat_cells("q", name="名額", taken=44, held=4, size=50),
]


def drawn(chart: charts.Chart) -> ET.Element:
    return fromstring(chart.svg)


def bars(chart: charts.Chart, kind: str) -> list[tuple[str | None, str | None]]:
    found = drawn(chart).iter(f"{SVG}rect")
    return [(bar.get("x"), bar.get("width")) for bar in found if bar.get("class") == kind]


@pytest.mark.parametrize("chart", EVERY_KIND, ids=lambda chart: str(chart.title))
def test_every_chart_is_an_image_with_a_name_and_a_description(chart: charts.Chart) -> None:
    svg = drawn(chart)
    ids = {part.get("id"): part for part in svg.iter() if part.get("id")}

    named, described = str(svg.get("aria-labelledby")).split()

    assert svg.get("role") == "img"
    assert ids[named].text == chart.title
    assert ids[described].text == chart.summary


@pytest.mark.parametrize("chart", EVERY_KIND, ids=lambda chart: str(chart.title))
def test_no_chart_needs_inline_style_or_script(chart: charts.Chart) -> None:
    assert not re.search(r"<style|<script|\sstyle=|\son[a-z]+=", chart.svg)


@pytest.mark.parametrize("chart", EVERY_KIND, ids=lambda chart: str(chart.title))
def test_every_chart_brings_the_rows_of_its_table(chart: charts.Chart) -> None:
    assert chart.rows
    assert {len(row) for row in chart.rows} == {len(chart.head)}


def test_two_charts_on_a_page_share_no_id() -> None:
    def ids(chart: charts.Chart) -> set[str]:
        return set(re.findall(r'\bid="([^"]+)"', chart.svg))

    assert ids(budget("one")).isdisjoint(ids(budget("two")))


def test_a_key_that_could_not_be_an_id_is_a_bug() -> None:
    with pytest.raises(AssertionError):
        budget('"><script>')


def test_words_from_data_cannot_become_markup() -> None:
    chart = charts.waterfall("w", [charts.Part("<b>&", 100)], total=100)

    assert "<b>" not in chart.svg
    assert "&lt;b&gt;&amp;" in chart.svg


def test_a_budget_bar_stands_paid_then_committed_then_available() -> None:
    chart = budget(paid=310, committed=520, available=170)

    assert bars(chart, "c-paid") == [("0.00%", "31.00%")]
    assert bars(chart, "c-hatched") == [("31.00%", "52.00%")]
    assert [row[1:] for row in chart.rows] == [
        ("310", "31.00%"),
        ("520", "52.00%"),
        ("170", "17.00%"),
    ]


def test_a_budget_of_nothing_is_an_empty_bar_without_shares() -> None:
    chart = budget()

    assert bars(chart, "c-paid") == []
    assert {row[2] for row in chart.rows} == {"–"}


def test_a_budget_part_below_zero_is_a_bug() -> None:
    with pytest.raises(AssertionError):
        budget(paid=-1, available=1)


def test_each_part_of_a_score_begins_where_the_one_before_ended() -> None:
    chart = score()

    assert bars(chart, "c-paid") == [("0.00%", "32.80%")]
    assert bars(chart, "c-hatched") == [("32.80%", "3.00%")]
    assert bars(chart, "c-total") == [("0.00%", "58.00%")]


def test_a_criterion_without_a_score_is_said_and_not_drawn_as_zero() -> None:
    chart = score()

    assert chart.rows[1] == ("效益性", "–", "未評", "32.80")


def test_an_incomplete_total_is_a_dash_and_no_bar() -> None:
    chart = score(total=None)

    assert chart.rows[-1][2] == "–"
    assert bars(chart, "c-total") == []


def test_a_score_above_a_hundred_stays_inside_the_drawing() -> None:
    chart = charts.waterfall(
        "w", [charts.Part("甲", 10_000), charts.Part("加分", 300)], total=10_300
    )

    assert bars(chart, "c-total") == [("0.00%", "100.00%")]
    assert bars(chart, "c-paid")[1] == ("97.08%", "2.91%")


def test_confirmed_weight_is_read_against_the_mark_whatever_its_date() -> None:
    chart = checkpoints()

    assert bars(chart, "c-paid") == [("0.00%", "25.00%")]
    assert bars(chart, "c-hatched") == [("25.00%", "35.00%")]
    assert chart.summary == "已確認 25.00%，期中 112/11/07 前應達 50.00%，計畫至期中 60.00%"


def test_the_table_keeps_the_order_of_the_checkpoints() -> None:
    assert [row[0] for row in checkpoints().rows] == ["試產", "管路", "量測"]


def test_a_quota_has_one_cell_for_each_seat() -> None:
    chart = charts.seat_cells("q", name="名額", taken=44, held=4, size=50)
    cells = [str(path.get("d")).count("z") for path in drawn(chart).iter(f"{SVG}path")]

    assert cells == [6, 4, 44]
    assert chart.rows == (("已用", "44"), ("保留", "4"), ("尚餘", "2"))


def test_more_seats_than_there_are_is_a_bug() -> None:
    with pytest.raises(AssertionError):
        charts.seat_cells("q", name="名額", taken=50, held=1, size=50)


def test_a_curve_runs_from_the_first_day_to_the_last() -> None:
    lines = {
        line.get("class"): line.get("points") for line in drawn(curve()).iter(f"{SVG}polyline")
    }
    points = str(lines["c-actual"]).split()

    assert points[0] == "0,0"
    assert points[-1] == f"{(TODAY - date(2023, 4, 17)).days * 10_000 // 231},6667"


def test_the_table_of_a_curve_is_in_dollars_day_by_day() -> None:
    assert curve().rows == (
        ("112/04/17", "3,000,000", "–", "–", "–"),
        ("112/10/02", "1,000,000", "–", "–", "–"),
        ("112/12/04", "–", "–", "200,000", "0–600,000"),
    )


def test_the_labels_of_a_curve_never_touch() -> None:
    same = [charts.Point(date(2023, 4, 17), Ntd(0)), charts.Point(TODAY, Ntd(5_000))]
    chart = charts.s_curve("s", title="同高", actual=same, planned=same, today=TODAY)

    labels = [t for t in drawn(chart).iter(f"{SVG}text") if t.get("class") == "c-strong"]
    first, second = sorted(int(str(label.get("y"))) for label in labels)

    assert second - first >= 17


def test_a_curve_of_one_day_is_still_drawn() -> None:
    chart = charts.s_curve("s", title="首日", actual=[charts.Point(TODAY, Ntd(0))], today=TODAY)

    assert chart.rows == (("112/10/02", "0", "–", "–", "–"),)


def test_a_curve_without_any_amount_is_a_bug() -> None:
    with pytest.raises(AssertionError):
        charts.s_curve("s", title="空", actual=[], today=TODAY)
