"""How a score is put together, part by part, from nothing to the total."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from backoffice.web.charts import svg
from backoffice.web.charts.svg import Chart
from backoffice.web.filters import NOTHING_KNOWN, hundredths
from backoffice.web.language import gettext, language

_FULL_MARKS = 10_000  # hundredths of a point
_ROW_HEIGHT, _BAR_TOP, _BAR_HEIGHT = 38, 20, 10


@dataclass(frozen=True, slots=True)
class Part:
    """What a criterion or a bonus brings, in hundredths of a point; None: not scored yet.

    `working` says how in figures, such as 82 × 40%.
    """

    label: str
    points: int | None
    working: str = ""
    bonus: bool = False


def waterfall(
    key: str, parts: Sequence[Part], *, total: int | None, pass_mark: int | None = None
) -> Chart:
    """A bar for each part, beginning where the one before ended; the total; the pass mark.

    All in hundredths of a point. `total` is the score as decided, which is rounded once and so
    may differ by a hundredth from the sum of the parts; None while it is not complete.
    """
    spoken = language()
    tag = spoken.tag if spoken is not None else ""
    return _drawn(tag, key, tuple(parts), total, pass_mark)


@lru_cache(maxsize=512)
def _drawn(
    _language: str, key: str, parts: tuple[Part, ...], total: int | None, pass_mark: int | None
) -> Chart:
    """Remembered for its language: a hundred sheets of an edition begin with the same chart."""
    title = gettext("分數如何組成")
    runs = _running(parts)
    scale = max(_FULL_MARKS, *runs, total or 0)
    summary = gettext(
        "%(parts)s；合計 %(total)s",
        parts=gettext("，").join(f"{part.label} {_points(part)}" for part in parts),
        total=hundredths(total),
    )
    body = [svg.hatch(key)]
    for row, (part, end) in enumerate(zip(parts, runs, strict=True)):
        body += _row(key, row * _ROW_HEIGHT, part, end, scale)
    foot = len(parts) * _ROW_HEIGHT
    body += _total_row(foot, total, scale)
    height = foot + _ROW_HEIGHT
    if pass_mark is not None:
        body += _pass_line(pass_mark, height, scale)
        height += 18
    return Chart(
        svg=svg.frame(key, title, summary, body, kind="waterfall", height=height),
        title=title,
        summary=summary,
        head=(gettext("項目"), gettext("算式"), gettext("得分"), gettext("累計")),
        rows=(
            *(
                (part.label, part.working or NOTHING_KNOWN, _points(part), hundredths(end))
                for part, end in zip(parts, runs, strict=True)
            ),
            (gettext("合計"), NOTHING_KNOWN, hundredths(total), hundredths(total)),
        ),
    )


def _running(parts: Sequence[Part]) -> list[int]:
    runs, sum_so_far = [], 0
    for part in parts:
        sum_so_far += part.points or 0
        runs.append(sum_so_far)
    return runs


def _points(part: Part) -> str:
    if part.points is None:
        return str(gettext("未評"))
    signed = hundredths(part.points)
    return f"+{signed}" if part.bonus and part.points > 0 else signed


def _row(key: str, top: int, part: Part, end: int, scale: int) -> list[Markup]:
    words = f"{part.label}　{part.working}" if part.working else part.label
    kind = "c-quiet" if part.points is None else "c-ink"
    drawn = [
        svg.text(words, "0%", top + 14, kind=kind),
        svg.text(_points(part), "100%", top + 14, anchor="end", kind=kind),
        _bar("c-free", svg.AVAILABLE, top, 0, scale, scale),
    ]
    if part.points:
        start, stop = sorted((end - part.points, end))
        fill, look = (f"url(#{key}-hatch)", "c-hatched") if part.bonus else (svg.PAID, "c-paid")
        drawn.append(_bar(look, fill, top, start, stop, scale))
    return drawn


def _total_row(top: int, total: int | None, scale: int) -> list[Markup]:
    drawn = [
        svg.text(gettext("合計"), "0%", top + 14, kind="c-strong"),
        svg.text(hundredths(total), "100%", top + 14, anchor="end", kind="c-strong"),
        _bar("c-free", svg.AVAILABLE, top, 0, scale, scale),
    ]
    if total:
        drawn.append(_bar("c-total", svg.INK, top, 0, total, scale))
    return drawn


def _bar(look: str, fill: str, top: int, start: int, stop: int, scale: int) -> Markup:
    return svg.tag(
        "rect",
        class_=look,
        fill=fill,
        x=svg.along(start, scale),
        width=svg.along(stop - start, scale),
        y=top + _BAR_TOP,
        height=_BAR_HEIGHT,
    )


def _pass_line(pass_mark: int, foot: int, scale: int) -> list[Markup]:
    place = svg.along(pass_mark, scale)
    words = gettext("及格 %(mark)s", mark=hundredths(pass_mark))
    line = svg.tag(
        "line",
        class_="c-mark",
        x1=place,
        x2=place,
        y1=_BAR_TOP,
        y2=foot,
        stroke=svg.INK,
        stroke_width=1,
        stroke_dasharray="3 3",
    )
    return [line, svg.text(words, place, foot + 14, anchor="middle", kind="c-quiet")]
