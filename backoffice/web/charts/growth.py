"""Weight over time: how much of the work was to be done by when, and how much is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext
from markupsafe import Markup

from backoffice.web.charts import svg
from backoffice.web.charts.svg import Chart
from backoffice.web.filters import NOTHING_KNOWN, percent_bp, roc_slashes

_WHOLE_BP = 10_000
_PLOT_TOP, _PLOT_HEIGHT, _HEIGHT = 22, 190, 236
_LINES_BP = (0, 2_500, 5_000, 7_500, 10_000)
_LABEL_GAP = 17


@dataclass(frozen=True, slots=True)
class Weight:
    """Shares at the end of a day, in basis points; `accepted_bp` None of days to come."""

    on: date
    planned_bp: int
    accepted_bp: int | None


@dataclass(frozen=True, slots=True)
class _Days:
    first: int
    count: int

    def place(self, day: date) -> int:
        return (day.toordinal() - self.first) * _WHOLE_BP // self.count


def weight_curve(key: str, weights: Sequence[Weight], *, title: str, today: date) -> Chart:
    """Planned (dots) and accepted weight (line) by day, with today; at least one weight.

    The weights are in order of their days, and today is one of them.
    """
    assert weights, "a curve needs at least one weight"
    first = min(weights[0].on, today).toordinal()
    days = _Days(first, max(max(weights[-1].on, today).toordinal() - first, 1))
    planned = [(each.on, each.planned_bp) for each in weights]
    accepted = [(each.on, each.accepted_bp) for each in weights if each.accepted_bp is not None]
    summary = _summary(weights, today)
    body = [
        *_grid_lines(),
        _plot(days, planned, accepted),
        *_today(days, today),
        *_ends(days),
        *_labels(days, planned, accepted),
    ]
    return Chart(
        svg=svg.frame(key, title, summary, body, kind="curve", height=_HEIGHT),
        title=title,
        summary=summary,
        head=(gettext("日期"), gettext("計畫累計"), gettext("達成累計"), gettext("差距")),
        rows=tuple(map(_row, weights)),
    )


def _summary(weights: Sequence[Weight], today: date) -> str:
    now = next((each for each in weights if each.on == today), weights[-1])
    return gettext(
        "至 %(day)s 計畫應達成 %(planned)s，已達成 %(accepted)s",
        day=roc_slashes(now.on),
        planned=percent_bp(now.planned_bp),
        accepted=percent_bp(now.accepted_bp),
    )


def _row(each: Weight) -> tuple[str, ...]:
    gap = None if each.accepted_bp is None else each.accepted_bp - each.planned_bp
    return (
        roc_slashes(each.on),
        percent_bp(each.planned_bp),
        NOTHING_KNOWN if each.accepted_bp is None else percent_bp(each.accepted_bp),
        percent_bp(gap),
    )


def _grid_lines() -> Iterable[Markup]:
    for share in _LINES_BP:
        y = _pixels(share)
        yield svg.tag("line", class_="c-grid", x1="0", x2="100%", y1=y, y2=y, stroke="#DAD7CF")
        yield svg.text(f"{share // 100}%", "0%", y - 4, kind="c-quiet")


def _pixels(share_bp: int) -> int:
    return _PLOT_TOP + (_WHOLE_BP - share_bp) * _PLOT_HEIGHT // _WHOLE_BP


def _plot(
    days: _Days, planned: Sequence[tuple[date, int]], accepted: Sequence[tuple[date, int]]
) -> Markup:
    return svg.tag(
        "svg",
        _line("c-planned", svg.QUIET, "1 5", days, planned),
        _line("c-actual", svg.PAID, "none", days, accepted),
        x="0",
        y=_PLOT_TOP,
        width="100%",
        height=_PLOT_HEIGHT,
        viewBox=f"0 0 {_WHOLE_BP} {_WHOLE_BP}",
        preserveAspectRatio="none",
        overflow="visible",
    )


def _line(
    kind: str, colour: str, dashes: str, days: _Days, series: Sequence[tuple[date, int]]
) -> Markup:
    return svg.tag(
        "polyline",
        class_=kind,
        points=" ".join(f"{days.place(day)},{_WHOLE_BP - share}" for day, share in series),
        fill="none",
        stroke=colour,
        stroke_width="2.5",
        stroke_linecap="round",
        stroke_dasharray=dashes,
        vector_effect="non-scaling-stroke",
    )


def _today(days: _Days, today: date) -> tuple[Markup, Markup]:
    place = svg.along(days.place(today), _WHOLE_BP)
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
    words = gettext("今天 %(day)s", day=roc_slashes(today))
    return line, svg.text(words, place, 12, anchor=_anchor(days.place(today)))


def _ends(days: _Days) -> Iterable[Markup]:
    for part, anchor in ((0, "start"), (1, "middle"), (2, "end")):
        day = date.fromordinal(days.first + days.count * part // 2)
        place = svg.along(part, 2)
        yield svg.text(roc_slashes(day), place, _HEIGHT - 6, anchor=anchor, kind="c-quiet")


def _labels(
    days: _Days, planned: Sequence[tuple[date, int]], accepted: Sequence[tuple[date, int]]
) -> Iterable[Markup]:
    """Each line's name at its end: the plan's above it, what is accepted beneath it."""
    named = [(gettext("計畫"), planned, -8)]
    if accepted:
        named.append((gettext("達成"), accepted, _LABEL_GAP))
    for name, series, shift in named:
        day, share = series[-1]
        place = days.place(day)
        y = min(max(_pixels(share) + shift, _LABEL_GAP), _PLOT_TOP + _PLOT_HEIGHT - 4)
        words = f"{name} {percent_bp(share)}"
        yield svg.text(
            words, svg.along(place, _WHOLE_BP), y, anchor=_anchor(place), kind="c-strong"
        )


def _anchor(place: int) -> str:
    return ("start", "middle", "end", "end")[place * 3 // _WHOLE_BP]
