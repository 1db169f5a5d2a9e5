"""Money over time: what happened, what was planned, and how far it may go from here."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask_babel import gettext
from markupsafe import Markup

from backoffice.kernel.money import Ntd
from backoffice.web.charts import svg
from backoffice.web.charts.svg import Chart
from backoffice.web.filters import NOTHING_KNOWN, ntd, roc_slashes, thousands

_PLOT_TOP, _PLOT_HEIGHT, _HEIGHT = 22, 190, 236
_GRID = 10_000  # the plot's own units, stretched to any width
_STEPS: Final = (1, 2, 5)
_GRID_LINES_MAX = 4
_LABEL_GAP, _LABEL_LIFT = 17, 6
_ABOVE, _WELL_ABOVE, _BENEATH = -10, -24, 18  # from the end of a line to its label, in pixels


@dataclass(frozen=True, slots=True)
class Point:
    """An amount on a day."""

    on: date
    amount: Ntd


@dataclass(frozen=True, slots=True)
class Band:
    """What is expected on a day, between a low and a high amount."""

    on: date
    low: Ntd
    middle: Ntd
    high: Ntd


@dataclass(frozen=True, slots=True)
class _Label:
    words: str
    place: str
    y: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How a curve's amounts are read: the least step of its lines, and how a line is labelled."""

    least: int
    written: Callable[[Ntd], str]

    @property
    def unit(self) -> str:
        """The unit of the amounts in words and tables."""
        return gettext("元") if self.least > 1 else gettext("名")


MONEY: Final = Reading(1_000, thousands)  # the axis in 千元
PLACES: Final = Reading(1, ntd)


@dataclass(frozen=True, slots=True)
class _Scale:
    first: int
    days: int
    top: int
    reading: Reading

    def x(self, day: date) -> int:
        return (day.toordinal() - self.first) * _GRID // self.days

    def y(self, amount: Ntd) -> int:
        return _GRID - amount.dollars * _GRID // self.top

    def pixels(self, amount: Ntd) -> int:
        return _PLOT_TOP + self.y(amount) * _PLOT_HEIGHT // _GRID


def s_curve(
    key: str,
    *,
    title: str,
    actual: Sequence[Point],
    planned: Sequence[Point] = (),
    forecast: Sequence[Band] = (),
    today: date,
    mark: str = "",
    planned_as: str = "",
    reading: Reading = MONEY,
) -> Chart:
    """Amounts by day: actual (line), planned (dots), forecast (dashes in its band), and today.

    Each series is in order of its days and holds no negative amount; at least one is not
    empty. The axis is in 千元, the rows of the table in 元; of places both are in 名.
    `mark` is what is written at today's line, where it is not today's; `planned_as` is what the
    dots are called, where they are no plan.
    """
    scale = _scale(actual, planned, forecast, today, reading)
    planned_as = planned_as or gettext("計畫")
    summary, unit = _summary(actual, forecast, reading.unit), reading.unit
    body = [
        *_grid_lines(scale),
        _plot(scale, actual, planned, forecast),
        *_today(scale, today, mark),
        *_days(scale),
        *_words(_labels(scale, actual, planned, forecast, planned_as)),
    ]
    return Chart(
        svg=svg.frame(key, title, summary, body, kind="curve", height=_HEIGHT),
        title=title,
        summary=summary,
        head=(
            gettext("日期"),
            gettext("實際（%(unit)s）", unit=unit),
            gettext("%(what)s（%(unit)s）", what=planned_as, unit=unit),
            gettext("預測（%(unit)s）", unit=unit),
            gettext("預測區間（%(unit)s）", unit=unit),
        ),
        rows=_rows(actual, planned, forecast),
    )


def _scale(
    actual: Sequence[Point],
    planned: Sequence[Point],
    forecast: Sequence[Band],
    today: date,
    reading: Reading,
) -> _Scale:
    points = (*actual, *planned)
    days = [today, *(point.on for point in points), *(band.on for band in forecast)]
    amounts = [*(point.amount for point in points), *(band.high for band in forecast)]
    assert amounts, "a curve needs at least one amount"
    assert min(amounts) >= Ntd(0), "a curve's amounts are never negative"
    step = _step(max(amounts).dollars, reading.least)
    rungs = -(-max(amounts).dollars // step) or 1
    first = min(days).toordinal()
    return _Scale(first, max(max(days).toordinal() - first, 1), step * rungs, reading)


def _step(highest: int, least: int) -> int:
    """The smallest of 1, 2, 5 × 10ⁿ times the least step that needs at most four lines."""
    power = least
    while True:
        for factor in _STEPS:
            if highest <= factor * power * _GRID_LINES_MAX:
                return factor * power
        power *= 10


def _grid_lines(scale: _Scale) -> Iterable[Markup]:
    step = _step(scale.top, scale.reading.least)
    for amount in range(0, scale.top + 1, step):
        y = scale.pixels(Ntd(amount))
        yield svg.tag("line", class_="c-grid", x1="0", x2="100%", y1=y, y2=y, stroke="#DAD7CF")
        yield svg.text(scale.reading.written(Ntd(amount)), "0%", y - 4, kind="c-quiet")


def _plot(
    scale: _Scale, actual: Sequence[Point], planned: Sequence[Point], forecast: Sequence[Band]
) -> Markup:
    lines = [
        _line("c-planned", svg.QUIET, "1 5", [(p.on, p.amount) for p in planned], scale),
        _line("c-actual", svg.PAID, "", [(p.on, p.amount) for p in actual], scale),
        _line("c-forecast", svg.FORECAST, "7 5", [(b.on, b.middle) for b in forecast], scale),
    ]
    outline = [(band.on, band.high) for band in forecast]
    outline += [(band.on, band.low) for band in reversed(forecast)]
    area = svg.tag(
        "polygon",
        class_="c-band",
        points=_path(outline, scale),
        fill=svg.FORECAST,
        fill_opacity="0.18",
    )
    return svg.tag(
        "svg",
        area,
        *lines,
        x="0",
        y=_PLOT_TOP,
        width="100%",
        height=_PLOT_HEIGHT,
        viewBox=f"0 0 {_GRID} {_GRID}",
        preserveAspectRatio="none",
        overflow="visible",
    )


def _line(
    kind: str, colour: str, dashes: str, series: Sequence[tuple[date, Ntd]], scale: _Scale
) -> Markup:
    return svg.tag(
        "polyline",
        class_=kind,
        points=_path(series, scale),
        fill="none",
        stroke=colour,
        stroke_width="2.5",
        stroke_linecap="round",
        stroke_dasharray=dashes or "none",
        vector_effect="non-scaling-stroke",
    )


def _path(series: Sequence[tuple[date, Ntd]], scale: _Scale) -> str:
    return " ".join(f"{scale.x(day)},{scale.y(amount)}" for day, amount in series)


def _today(scale: _Scale, today: date, mark: str) -> tuple[Markup, Markup]:
    place = svg.along(scale.x(today), _GRID)
    line = svg.tag(
        "line",
        class_="c-mark",
        x1=place,
        x2=place,
        y1=_PLOT_TOP - 4,
        y2=_PLOT_TOP + _PLOT_HEIGHT,
        stroke=svg.INK,
        stroke_dasharray="2 4",
    )
    words = mark or gettext("今天 %(day)s", day=roc_slashes(today))
    return line, svg.text(words, place, 12, anchor=_anchor(scale.x(today)))


def _days(scale: _Scale) -> Iterable[Markup]:
    for part, anchor in ((0, "start"), (1, "middle"), (2, "end")):
        day = date.fromordinal(scale.first + scale.days * part // 2)
        place = svg.along(part, 2)
        yield svg.text(roc_slashes(day), place, _HEIGHT - 6, anchor=anchor, kind="c-quiet")


def _labels(
    scale: _Scale,
    actual: Sequence[Point],
    planned: Sequence[Point],
    forecast: Sequence[Band],
    planned_as: str,
) -> list[_Label]:
    series = (
        (gettext("實際"), _BENEATH, [(point.on, point.amount) for point in actual]),
        (planned_as, _WELL_ABOVE, [(point.on, point.amount) for point in planned]),
        (gettext("預測"), _BENEATH, [(band.on, band.middle) for band in forecast]),
    )
    labels = []
    for name, if_falling, points in series:
        if points:
            (_, first), (day, last) = points[0], points[-1]
            x = scale.x(day)
            # Above a rising line the paper is empty; a falling one passes there.
            y = scale.pixels(last) + (if_falling if last < first else _ABOVE)
            words = f"{name} {scale.reading.written(last)}"
            labels.append(_Label(words, svg.along(x, _GRID), y, _anchor(x)))
    return labels


def _words(labels: list[_Label]) -> Iterable[Markup]:
    """The labels from the top down, each below the one before it, none below the axis."""
    ordered = sorted(labels, key=lambda each: each.y)
    floor = _PLOT_TOP + _PLOT_HEIGHT - _LABEL_LIFT - _LABEL_GAP * (len(ordered) - 1)
    lowest = 0
    for label in ordered:
        lowest = min(max(label.y, lowest + _LABEL_GAP), floor)
        floor += _LABEL_GAP
        yield svg.text(label.words, label.place, lowest, anchor=label.anchor, kind="c-strong")


def _anchor(x: int) -> str:
    match x * 3 // _GRID:
        case 0:
            return "start"
        case 1:
            return "middle"
        case _:
            return "end"


def _summary(actual: Sequence[Point], forecast: Sequence[Band], unit: str) -> str:
    said = []
    if actual:
        last = actual[-1]
        said.append(
            gettext(
                "實際至 %(day)s 為 %(amount)s %(unit)s",
                unit=unit,
                day=roc_slashes(last.on),
                amount=ntd(last.amount),
            )
        )
    if forecast:
        end = forecast[-1]
        said.append(
            gettext(
                "預測至 %(day)s 為 %(amount)s %(unit)s（%(low)s–%(high)s）",
                unit=unit,
                day=roc_slashes(end.on),
                amount=ntd(end.middle),
                low=ntd(end.low),
                high=ntd(end.high),
            )
        )
    return str(gettext("；")).join(said)


def _rows(
    actual: Sequence[Point], planned: Sequence[Point], forecast: Sequence[Band]
) -> tuple[tuple[str, ...], ...]:
    done = {point.on: ntd(point.amount) for point in actual}
    plan = {point.on: ntd(point.amount) for point in planned}
    ahead = {band.on: band for band in forecast}
    rows = []
    for day in sorted({*done, *plan, *ahead}):
        band = ahead.get(day)
        rows.append(
            (
                roc_slashes(day),
                done.get(day, NOTHING_KNOWN),
                plan.get(day, NOTHING_KNOWN),
                ntd(band.middle) if band else NOTHING_KNOWN,
                f"{ntd(band.low)}–{ntd(band.high)}" if band else NOTHING_KNOWN,
            )
        )
    return tuple(rows)
