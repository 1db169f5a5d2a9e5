"""What all charts are drawn with: safe tags, exact percentages, the frame that speaks."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from markupsafe import Markup

from backoffice.web.filters import NOTHING_KNOWN, percent_bp

# Okabe–Ito; the style sheet may lighten them in the dark, the roles never change.
PAID: Final = "#0072B2"
COMMITTED: Final = "#56B4E9"
AVAILABLE: Final = "#E4E1D9"
FORECAST: Final = "#D55E00"
INK: Final = "#1C2430"
QUIET: Final = "#4A5566"
EDGE: Final = "#827E72"

_WHOLE_BP = 10_000


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, and the same facts as words: `summary` in a sentence, `head` and `rows`."""

    svg: Markup
    title: str
    summary: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tag(name: str, *body: str | Markup, **attributes: str | int) -> Markup:
    """One element, everything escaped. `class_` is class, `stroke_width` is stroke-width."""
    return _form(name, tuple(attributes), len(body)) % (*attributes.values(), *body)


@cache
def _form(name: str, keys: tuple[str, ...], parts: int) -> Markup:
    """The element with a place for each value: a chart has dozens, of a handful of forms."""
    spelt = (key.rstrip("_").replace("_", "-") for key in keys)
    start = Markup("<{}{}").format(name, _JOIN(Markup(' {}="%s"').format(key) for key in spelt))
    if not parts:
        return start + Markup("/>")
    return start + Markup(">") + Markup("%s") * parts + Markup("</{}>").format(name)


_JOIN: Final = Markup("").join


def text(words: str, x: str, y: int, *, anchor: str = "start", kind: str = "c-ink") -> Markup:
    """A line of text; `kind` is its class: c-ink, c-quiet or c-strong."""
    fill = QUIET if kind == "c-quiet" else INK
    return tag("text", words, x=x, y=y, class_=kind, text_anchor=anchor, fill=fill, font_size=13)


def frame(
    key: str,
    title: str,
    summary: str,
    body: Iterable[Markup],
    *,
    kind: str,
    height: int,
    drawn_wide: int = 0,
) -> Markup:
    """The outer element: an image with a name and a description.

    `key` is unique on the page, of letters, digits and hyphens: the ids within come from it.
    `drawn_wide` is the width in its own units of a drawing without text that scales as a whole.
    """
    assert key.replace("-", "").isalnum(), f"no id can be made of {key!r}"
    return tag(
        "svg",
        tag("title", title, id=f"{key}-title"),
        tag("desc", summary, id=f"{key}-desc"),
        *body,
        xmlns="http://www.w3.org/2000/svg",
        class_=f"chart-{kind}",
        role="img",
        aria_labelledby=f"{key}-title {key}-desc",
        width=drawn_wide or "100%",
        height=height,
        **({"viewBox": f"0 0 {drawn_wide} {height}"} if drawn_wide else {}),
    )


def hatch(key: str) -> Markup:
    """The stripes of what is promised but not yet so; filled in by `url(#key-hatch)`."""
    stripes = tag(
        "pattern",
        tag("rect", class_="c-committed", width=6, height=6, fill=COMMITTED),
        tag("path", class_="c-stripe", d="M0 0V6", stroke="#FFFFFF", stroke_width=3),
        id=f"{key}-hatch",
        width=6,
        height=6,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )
    return tag("defs", stripes)


def along(part: int, whole: int) -> str:
    """A place or a length as a percentage of the width, cut at two places; whole > 0."""
    place_bp = part * _WHOLE_BP // whole
    return f"{place_bp // 100}.{place_bp % 100:02d}%"


def share_bp(part: int, whole: int) -> int | None:
    """The part in basis points for reading, half up; None of nothing."""
    return (2 * part * _WHOLE_BP + whole) // (2 * whole) if whole > 0 else None


def share(part: int, whole: int) -> str:
    """58.33%, or – of nothing."""
    return percent_bp(share_bp(part, whole)) if whole > 0 else NOTHING_KNOWN
