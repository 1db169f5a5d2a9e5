"""Whole New Taiwan dollars: adding, comparing, sharing, splitting, and nothing else."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from backoffice.kernel.refusal import Refused

_WHOLE_BP = 10_000
_AMOUNT = re.compile(
    r"(?P<minus>[-−])?(?P<whole>[0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(?:\.(?P<decimals>[0-9]+))?"
)


class Rounding(Enum):
    """How a share becomes a whole dollar; named at every call. Source: domain §3.3."""

    FLOOR = "floor"  # limits, tranches and settlement: never a dollar too many
    HALF_UP = "half_up"  # book-keeping and display
    CEILING = "ceiling"


@dataclass(frozen=True, order=True, slots=True)
class Ntd:
    """Whole New Taiwan dollars (元). Never 千元, never a float.

    May be negative as the difference of two amounts. TypeError for anything but an int;
    True and False are not amounts either. Zero is false.
    """

    dollars: int

    def __post_init__(self) -> None:
        _require_int(self.dollars)

    def __add__(self, other: "Ntd") -> "Ntd":
        if not isinstance(other, Ntd):
            return NotImplemented
        return Ntd(self.dollars + other.dollars)

    def __sub__(self, other: "Ntd") -> "Ntd":
        if not isinstance(other, Ntd):
            return NotImplemented
        return Ntd(self.dollars - other.dollars)

    def __bool__(self) -> bool:
        return self.dollars != 0

    def share(self, ratio: Fraction, rounding: Rounding) -> "Ntd":
        """This amount times an exact ratio, rounded once, as named.

        FLOOR rounds towards minus infinity, CEILING towards plus infinity, HALF_UP takes a
        half to the greater amount. TypeError if `ratio` is no Fraction.
        """
        if not isinstance(ratio, Fraction):
            raise TypeError(f"a ratio is an exact Fraction, not {ratio!r}")
        top, bottom = self.dollars * ratio.numerator, ratio.denominator
        match rounding:
            case Rounding.FLOOR:
                return Ntd(top // bottom)
            case Rounding.HALF_UP:
                return Ntd((2 * top + bottom) // (2 * bottom))
            case Rounding.CEILING:
                return Ntd(-(-top // bottom))

    def split(self, weights: Sequence[int]) -> tuple["Ntd", ...]:
        """Parts in proportion to `weights`, losing nothing: they sum to this amount exactly.

        The dollars that flooring leaves over go one each to the largest remainders, ties to
        the earlier part; a part of weight 0 gets nothing. ValueError if this amount or a
        weight is negative, or no weight is above zero.
        """
        for weight in weights:
            _require_int(weight)
        whole = sum(weights)
        if self.dollars < 0 or whole <= 0 or min(weights) < 0:
            raise ValueError(f"cannot split {self.dollars} by {tuple(weights)}")
        shares = [divmod(self.dollars * weight, whole) for weight in weights]
        by_remainder = sorted(range(len(shares)), key=lambda place: -shares[place][1])
        left_over = self.dollars - sum(floor for floor, _ in shares)
        topped_up = frozenset(by_remainder[:left_over])
        parts = tuple(Ntd(floor + (place in topped_up)) for place, (floor, _) in enumerate(shares))
        assert total(parts) == self, "a split must lose nothing"
        return parts


def total(amounts: Iterable[Ntd]) -> Ntd:
    """The sum; of no amounts, zero."""
    return Ntd(sum(amount.dollars for amount in amounts))


def within(part: Ntd, whole: Ntd, limit_bp: int) -> bool:
    """Whether `part` is at most `limit_bp` basis points (10000 = all) of `whole`; equality counts.

    Compared by cross-multiplication, never through a rounded quotient, so nothing of nothing
    is within any limit. Source: domain §0.2.
    """
    _require_int(limit_bp)
    return part.dollars * _WHOLE_BP <= limit_bp * whole.dollars


def from_thousands(thousands: int) -> Ntd:
    """An amount quoted in 千元, as budget books do. TypeError for anything but an int."""
    _require_int(thousands)
    return Ntd(thousands * 1_000)


def parse_amount(text: str) -> int:
    """The whole dollars that a person or a spreadsheet wrote: 0 … 999,999,999,999.

    Full-width characters and surrounding blanks are normalised first; commas must stand at the
    thousands; decimals must all be zero. Refuses "amount.negative" (below zero, whole or not),
    "amount.fraction" (not a whole 元) and "amount.unreadable" (anything else), each with `text`.
    """
    written = _AMOUNT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if written is None:
        raise Refused("amount.unreadable", text=text)
    dollars = int(written["whole"].replace(",", ""))
    has_fraction = bool((written["decimals"] or "").strip("0"))
    if written["minus"] and (dollars or has_fraction):
        raise Refused("amount.negative", text=text)
    if has_fraction:
        raise Refused("amount.fraction", text=text)
    return dollars


def _require_int(number: int) -> None:
    if isinstance(number, bool) or not isinstance(number, int):
        raise TypeError(f"a whole number is needed, not {number!r}")


ZERO = Ntd(0)
