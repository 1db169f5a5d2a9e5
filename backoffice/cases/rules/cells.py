"""One cell of the intake workbook: from the text that stands in it to a typed value.

Every reader takes text that is not blank and refuses with "amount.negative",
"amount.fraction", "ubn.invalid", "date.unreadable", "amount.unreadable", "cell.unreadable" or
"cell.too_long".
Digits and latin letters may be full-width; blanks around a value do not count.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

from backoffice.cases.rules.submission import BenefitKind, LoanPurpose, Origin
from backoffice.kernel import money, taiwan
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import Ubn, nfkc

T = TypeVar("T")

_REMEMBERED = 1 << 15
_SHOWN = 40
_QUANTITY_MAX = 1_000_000
_HEADCOUNT_END = 1_000_000
_YES_NO = {"是": True, "否": False}

# Only the full-width forms and the signs of typographers: NFKC would also read ² or ② as 2.
_FULL_WIDTH: dict[int, int | str | None] = {0xFF01 + offset: 0x21 + offset for offset in range(94)}
_PLAIN_SIGNS: dict[int, int | str | None] = {**_FULL_WIDTH, 0x3000: " ", 0x00A0: " ", 0x2212: "-"}
_INVISIBLE: dict[int, int | str | None] = dict.fromkeys((0x200B, 0x2060, 0xFEFF))

_DECIMAL = re.compile(
    r"(?P<minus>-)?(?P<whole>[0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(?:\.(?P<decimals>[0-9]{1,17}))?"
)
_CONDITIONS = re.compile(r"[1-3](?:\s*[,、;]\s*[1-3]){0,2}")
# Controls but for tab and line ends, signs that turn the reading direction, half a surrogate
# pair, what could not be decoded, and code points that are no characters (trust IN-07).
_NO_CHARACTERS = "".join(
    chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF)
)
_UNWANTED = re.compile(
    f"[{_NO_CHARACTERS}"
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufdd0-\ufdef\ufffd]"
)


def words(text: str) -> str:
    """A text as written, without the blanks around it; refused if it holds control characters."""
    if not text.isprintable() or "\ufffd" in text:
        if _UNWANTED.search(text):
            raise Refused("cell.unreadable", text=_shown(text))
        text = text.translate(_INVISIBLE).replace("\r\n", "\n").replace("\r", "\n")
    return text.strip()


def up_to(length: int, read: Callable[[str], str] = words) -> Callable[[str], str]:
    """A reader of texts of at most `length` characters."""

    def limited(text: str) -> str:
        value = read(text)
        if len(value) > length:
            raise Refused("cell.too_long", text=f"{value[:_SHOWN]}…", limit=length)
        return value

    return limited


def key(text: str) -> str:
    """A text by which things are told apart: normalised, and nothing invisible in it."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return nfkc(words(text)).strip()


def amount(text: str) -> int:
    """Whole NTD, 0 … 999,999,999,999."""
    if text.isascii() and text.isdigit() and len(text) <= 12:
        return int(text)
    return money.parse_amount(_ascii(text))


def count(text: str) -> int:
    """A whole number of things, from 0."""
    return _whole(text)


def quantity(text: str) -> int:
    """A whole number of things, from 1 to a million."""
    number = _whole(text)
    if not 1 <= number <= _QUANTITY_MAX:
        raise Refused("cell.unreadable", text=text)
    return number


def headcount(text: str) -> Decimal:
    """A number of people, possibly an average, below a million."""
    people = exact(text)
    if people >= _HEADCOUNT_END:
        raise Refused("cell.unreadable", text=text)
    return people


def kilograms(text: str) -> int:
    """Whole kilograms, finer figures rounded down. Source: domain §0.2."""
    return int(exact(text))


@lru_cache(_REMEMBERED)
def exact(text: str) -> Decimal:
    """A number from 0, exactly as written."""
    number = signed(text)
    if number < 0:
        raise Refused("amount.negative", text=text)
    return number


@lru_cache(_REMEMBERED)
def signed(text: str) -> Decimal:
    """A number, exactly as written."""
    written = _DECIMAL.fullmatch(_ascii(text))
    if written is None:
        raise Refused("amount.unreadable", text=text)
    return Decimal(written[0].replace(",", ""))


@lru_cache(_REMEMBERED)
def weight_bp(text: str) -> int:
    """A weight in percent of at most two decimals, as basis points: 30.5 or 30.5% is 3050."""
    basis_points = exact(_ascii(text).removesuffix("%")) * 100
    if basis_points != int(basis_points) or basis_points > 100_000:
        raise Refused("cell.unreadable", text=text)
    return int(basis_points)


def yes_no(text: str) -> bool:
    """是 or 否, and nothing that merely looks like it."""
    return _one_of(_YES_NO, text)


@lru_cache(_REMEMBERED)
def day(text: str) -> date:
    """A day in Taipei, in ISO or ROC form."""
    return taiwan.parse_date(text)


@lru_cache(_REMEMBERED)
def instant(text: str) -> datetime:
    """An instant in UTC, written in Taipei's time unless it names another."""
    return taiwan.parse_instant(text)


def ubn(text: str) -> Ubn:
    """A 統一編號 whose check digit holds."""
    return taiwan.parse_ubn(_ascii(text, "ubn.invalid", reason="digits"))


def origin(text: str) -> Origin:
    """國產 or 進口."""
    return _one_of(_ORIGINS, text)


def benefit_kind(text: str) -> BenefitKind:
    """經濟 or 關鍵."""
    return _one_of(_BENEFIT_KINDS, text)


def loan_purpose(text: str) -> LoanPurpose:
    """資本性 or 週轉性."""
    return _one_of(_LOAN_PURPOSES, text)


def conditions(text: str) -> tuple[str, ...]:
    """Which of the qualifying conditions 1, 2, 3 are claimed; several by commas."""
    plain = key(text).removesuffix(".0")
    if _CONDITIONS.fullmatch(plain) is None:
        raise Refused("cell.unreadable", text=text)
    return tuple(sorted(set(re.findall("[1-3]", plain))))


_ORIGINS = {each.value: each for each in Origin}
_BENEFIT_KINDS = {
    **{each.value: each for each in BenefitKind},
    **{f"{each.value}效益": each for each in BenefitKind},
}
_LOAN_PURPOSES = {
    **{each.value: each for each in LoanPurpose},
    **{f"{each.value}支出": each for each in LoanPurpose},
}


def _ascii(text: str, refusal: str = "amount.unreadable", **facts: object) -> str:
    """Digits and signs as plain ones; refused with `refusal` if anything else is among them."""
    if text.isascii():
        return text.strip()
    plain = text.translate(_PLAIN_SIGNS).translate(_INVISIBLE).strip()
    if not plain.isascii():
        raise Refused(refusal, text=text, **facts)
    return plain


def _whole(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 12:
        return int(text)
    number = exact(text)
    if number != int(number):
        raise Refused("cell.unreadable", text=text)
    return int(number)


def _one_of(known: dict[str, T], text: str) -> T:
    found = known.get(text)
    if found is None:
        found = known.get(key(text))
    if found is None:
        raise Refused("cell.unreadable", text=text)
    return found


def _shown(text: str) -> str:
    return _UNWANTED.sub("\N{REPLACEMENT CHARACTER}", text)


Reader = Callable[[str], object]
"""Reads one cell; see the module for what it refuses with."""
