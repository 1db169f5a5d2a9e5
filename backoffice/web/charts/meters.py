"""Bars that say how much of a whole is used: money, checkpoints, seats."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from markupsafe import Markup

from backoffice.kernel.money import Ntd
from backoffice.web.charts import svg
from backoffice.web.charts.svg import Chart
from backoffice.web.filters import ntd, percent_bp, roc_slashes
from backoffice.web.language import gettext

_WHOLE_BP = 10_000
_BAR_HEIGHT = 14
_SEATS_A_ROW = 35
_SEAT_WIDTH, _SEAT_HEIGHT, _SEAT_GAP = 5, 6, 2
_SEATS_WIDE = _SEATS_A_ROW * (_SEAT_WIDTH + _SEAT_GAP)


def budget_bar(key: str, *, name: str, paid: Ntd, committed: Ntd, available: Ntd) -> Chart:
    """A budget: paid (solid), committed but unpaid (striped), available (empty).

    None of the three is negative; the whole is their sum, and may be nothing at all.
    """
    parts = (paid.dollars, committed.dollars, available.dollars)
    assert min(parts) >= 0, "a budget's parts are never negative"
    whole = sum(parts)
    words = (gettext("已撥付"), gettext("已核定未撥"), gettext("可用"))
    summary = gettext(
        "已撥付 %(paid)s 元，已核定未撥 %(committed)s 元，可用 %(available)s 元",
        paid=ntd(paid),
        committed=ntd(committed),
        available=ntd(available),
    )
    body = [svg.hatch(key), _trough(_BAR_HEIGHT)]
    if whole > 0:
        edges = (0, parts[0], parts[0] + parts[1])
        body.append(_stretch(edges[1], edges[2], whole, fill=f"url(#{key}-hatch)"))
        body.append(_stretch(edges[0], edges[1], whole, fill=svg.PAID, kind="c-paid"))
    return Chart(
        svg=svg.frame(key, name, summary, body, kind="budget", height=_BAR_HEIGHT),
        title=name,
        summary=summary,
        head=(gettext("項目"), gettext("金額（元）"), gettext("占比")),
        rows=tuple(
            (word, ntd(part), svg.share(part, whole))
            for word, part in zip(words, parts, strict=True)
        ),
    )


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint's share of the work, and how far it has come."""

    label: str
    due: date
    weight_bp: int
    state: Literal["confirmed", "reported", "planned"]


_CHECKPOINT_ORDER: Final = ("confirmed", "reported", "planned")


def checkpoint_meter(
    key: str, checkpoints: Sequence[Checkpoint], *, midterm_on: date, required_bp: int
) -> Chart:
    """Weights confirmed (solid), reported (striped) and planned, with the mark to be reached.

    `required_bp` of the weight must be confirmed by the mid-term date (期中), 1 … 10 000. What
    is confirmed stands first, whatever its date, so that it can be read against the mark.
    """
    reached = sum(point.weight_bp for point in checkpoints if point.state == "confirmed")
    planned = sum(point.weight_bp for point in checkpoints if point.due <= midterm_on)
    title = gettext("查核點達成")
    summary = gettext(
        "已確認 %(reached)s，期中 %(day)s 前應達 %(required)s，計畫至期中 %(planned)s",
        reached=percent_bp(reached),
        day=roc_slashes(midterm_on),
        required=percent_bp(required_bp),
        planned=percent_bp(planned),
    )
    body = [svg.hatch(key), _mark_words(midterm_on, required_bp), *_weights(key, checkpoints)]
    body.append(_mark(required_bp))
    body.append(svg.text(gettext("已確認 %(share)s", share=percent_bp(reached)), "0%", 60))
    plan = gettext("計畫至期中 %(share)s", share=percent_bp(planned))
    body.append(svg.text(plan, "100%", 60, anchor="end", kind="c-quiet"))
    names = {
        "confirmed": gettext("已確認"),
        "reported": gettext("已提報，待確認"),
        "planned": gettext("未到"),
    }
    return Chart(
        svg=svg.frame(key, title, summary, body, kind="checkpoints", height=66),
        title=title,
        summary=summary,
        head=(gettext("查核點"), gettext("完成日"), gettext("權重"), gettext("狀態")),
        rows=tuple(
            (point.label, roc_slashes(point.due), percent_bp(point.weight_bp), names[point.state])
            for point in checkpoints
        ),
    )


def seat_cells(key: str, *, name: str, taken: int, held: int, size: int) -> Chart:
    """A quota as one cell for each seat: taken (full), held (half full), free (empty)."""
    assert 0 <= taken <= taken + held <= size, "no more seats than there are"
    free = size - taken - held
    summary = gettext(
        "名額 %(size)s：已用 %(taken)s，保留 %(held)s，尚餘 %(free)s",
        size=ntd(size),
        taken=ntd(taken),
        held=ntd(held),
        free=ntd(free),
    )
    rows_needed = -(-size // _SEATS_A_ROW)
    height = max(rows_needed, 1) * (_SEAT_HEIGHT + _SEAT_GAP)
    body = [
        svg.tag("path", class_="c-free", fill=svg.AVAILABLE, d=_seats(taken, size)),
        svg.tag("path", class_="c-committed", fill=svg.COMMITTED, d=_halves(taken, taken + held)),
        svg.tag("path", class_="c-seat", fill=svg.PAID, d=_seats(0, taken)),
    ]
    return Chart(
        svg=svg.frame(
            key, name, summary, body, kind="seats", height=height, drawn_wide=_SEATS_WIDE
        ),
        title=name,
        summary=summary,
        head=(gettext("項目"), gettext("名額")),
        rows=(
            (gettext("已用"), ntd(taken)),
            (gettext("保留"), ntd(held)),
            (gettext("尚餘"), ntd(free)),
        ),
    )


def _trough(height: int, y: int = 0) -> Markup:
    return svg.tag(
        "rect",
        class_="c-free",
        x="0",
        y=y,
        width="100%",
        height=height,
        fill=svg.AVAILABLE,
    )


def _stretch(
    start: int, end: int, whole: int, *, fill: str, kind: str = "c-hatched", y: int = 0
) -> Markup:
    return svg.tag(
        "rect",
        class_=kind,
        x=svg.along(start, whole),
        y=y,
        width=svg.along(end - start, whole),
        height=_BAR_HEIGHT,
        fill=fill,
    )


def _weights(key: str, checkpoints: Sequence[Checkpoint]) -> list[Markup]:
    drawn, place = [_trough(_BAR_HEIGHT, y=26)], 0
    fills = {
        "confirmed": (svg.PAID, "c-paid"),
        "reported": (f"url(#{key}-hatch)", "c-hatched"),
        "planned": (svg.AVAILABLE, "c-free"),
    }
    for point in sorted(checkpoints, key=lambda each: _CHECKPOINT_ORDER.index(each.state)):
        fill, kind = fills[point.state]
        end = place + point.weight_bp
        drawn.append(_stretch(place, end, _WHOLE_BP, fill=fill, kind=kind, y=26))
        place = end
    return drawn


def _mark(required_bp: int) -> Markup:
    place = svg.along(required_bp, _WHOLE_BP)
    return svg.tag(
        "line",
        class_="c-mark",
        x1=place,
        x2=place,
        y1=20,
        y2=46,
        stroke=svg.INK,
        stroke_width=2,
    )


def _mark_words(midterm_on: date, required_bp: int) -> Markup:
    words = gettext(
        "期中 %(day)s　%(share)s", day=roc_slashes(midterm_on), share=percent_bp(required_bp)
    )
    match required_bp * 3 // _WHOLE_BP:
        case 0:
            anchor = "start"
        case 1:
            anchor = "middle"
        case _:
            anchor = "end"
    return svg.text(words, svg.along(required_bp, _WHOLE_BP), 15, anchor=anchor)


def _seats(start: int, end: int) -> str:
    """The outline of the seats from `start` up to, not with, `end`."""
    return _cells(start, end, top=0, height=_SEAT_HEIGHT)


def _halves(start: int, end: int) -> str:
    """The lower halves of those seats: stripes would be too fine to see."""
    return _cells(start, end, top=_SEAT_HEIGHT // 2, height=_SEAT_HEIGHT // 2)


def _cells(start: int, end: int, *, top: int, height: int) -> str:
    step_x, step_y = _SEAT_WIDTH + _SEAT_GAP, _SEAT_HEIGHT + _SEAT_GAP
    return "".join(
        f"M{seat % _SEATS_A_ROW * step_x} {seat // _SEATS_A_ROW * step_y + top}"
        f"h{_SEAT_WIDTH}v{height}h-{_SEAT_WIDTH}z"
        for seat in range(start, end)
    )
