"""How amounts, ratios and dates are written on every page: pure functions, used as |filters.

Nothing known is written –, which is neither 0 nor 不適用. A minus is the true minus sign.
"""

from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Final

from flask import Flask

from backoffice.kernel import taiwan
from backoffice.kernel.clock import as_utc
from backoffice.kernel.money import Ntd, Rounding
from backoffice.messages import shown
from backoffice.web.language import gettext

NOTHING_KNOWN: Final = "–"
_MINUS = "−"
_THOUSANDTH = Fraction(1, 1000)
_slashes = lru_cache(maxsize=4096)(taiwan.roc_slashes)  # eleven years of days


def ntd(amount: Ntd | int | None) -> str:
    """1,500,000: whole dollars, or any other count, with thousands separators."""
    if amount is None:
        return NOTHING_KNOWN
    return f"{_whole(amount):,}".replace("-", _MINUS)


def ntd_unit(amount: Ntd | int | None) -> str:
    """1,500,000 元, for an amount in running text; in a table the head carries the unit."""
    if amount is None:
        return NOTHING_KNOWN
    return gettext("%(amount)s 元", amount=ntd(amount))


def thousands(amount: Ntd | int | None) -> str:
    """The dollars in 千元, a half rounded to the greater amount: 1,500,000 is 1,500.

    Only for managers' tables whose head says 千元; sums are made before this, never after.
    """
    if amount is None:
        return NOTHING_KNOWN
    return ntd(Ntd(_whole(amount)).share(_THOUSANDTH, Rounding.HALF_UP))


def percent_bp(ratio_bp: int | None) -> str:
    """58.33%, from basis points (5833)."""
    return NOTHING_KNOWN if ratio_bp is None else f"{_two_places(ratio_bp)}%"


def hundredths(score: int | None) -> str:
    """71.47, from hundredths of a point (7147)."""
    return NOTHING_KNOWN if score is None else _two_places(score)


def roc_date(day: date | None) -> str:
    """112年4月17日, in English 112/04/17; of an aware instant, its day in Taipei."""
    return NOTHING_KNOWN if day is None else shown(_day(day))


def roc_slashes(day: date | None) -> str:
    """112/04/17, for tables; of an aware instant, its day in Taipei."""
    return NOTHING_KNOWN if day is None else _slashes(_day(day))


def roc_datetime(instant: datetime | None) -> str:
    """112/05/08 10:20 in Taipei. ValueError if the instant names no time zone."""
    if instant is None:
        return NOTHING_KNOWN
    local = as_utc(instant).astimezone(taiwan.TAIPEI)
    return f"{_slashes(local.date())} {local.hour:02d}:{local.minute:02d}"


def roc_clock(instant: datetime | None) -> str:
    """112/05/08 10:20:04 in Taipei, where the second counts."""
    if instant is None:
        return NOTHING_KNOWN
    local = as_utc(instant).astimezone(taiwan.TAIPEI)
    return f"{_slashes(local.date())} {local:%H:%M:%S}"


FILTERS: Final[dict[str, Callable[..., str]]] = {
    "ntd": ntd,
    "ntd_unit": ntd_unit,
    "thousands": thousands,
    "percent_bp": percent_bp,
    "hundredths": hundredths,
    "roc_date": roc_date,
    "roc_slashes": roc_slashes,
    "roc_datetime": roc_datetime,
    "roc_clock": roc_clock,
}


def register(app: Flask) -> None:
    """Offer every one of `FILTERS` to the templates under its own name."""
    app.jinja_env.filters.update(FILTERS)


def _whole(amount: Ntd | int) -> int:
    return amount.dollars if isinstance(amount, Ntd) else amount


def _two_places(value: int) -> str:
    units, rest = divmod(abs(value), 100)
    return f"{_MINUS if value < 0 else ''}{units:,}.{rest:02d}"


def _day(day: date) -> date:
    return taiwan.local_date(day) if isinstance(day, datetime) else day
