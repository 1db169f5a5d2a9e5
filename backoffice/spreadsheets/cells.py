"""Cells as the user sees them: every value becomes text, once, without losing a digit."""

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from math import isfinite

EXACT_INTEGER_MAX = 2**53
HALF_SECOND = dt.timedelta(milliseconds=500)
DIGITS_OF_PERCENT = 2


class CellKind(StrEnum):
    """A cell that is not simply text, a number or a date.

    FORMULA: the text is what the spreadsheet last computed, or blank; never to be trusted.
    BOOLEAN: the text is TRUE or FALSE. ERROR: the text is #N/A and the like, or a number of
    more digits than a spreadsheet can hold, so that some of them are already wrong.
    """

    FORMULA = "formula"
    BOOLEAN = "boolean"
    ERROR = "error"


def column_letters(index: int) -> str:
    """The column's name: 0 is A, 25 is Z, 26 is AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """The column's place from 0, of a name of one to seven letters A–Z."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def text_of(value: object) -> tuple[str, CellKind | None]:
    """The text of a parsed value, "" if nothing can be seen, and its kind if it has one.

    Numbers are never in exponent form; whole ones carry no ".0". A date is YYYY-MM-DD, with
    HH:MM:SS to the nearest second if it has a time of day; a duration is H:MM:SS.
    """
    match value:
        case bool():
            return ("TRUE" if value else "FALSE"), CellKind.BOOLEAN
        case str():
            return ("" if value.isspace() else value), None
        case float() | int():
            return _number(value)
        case dt.datetime():
            return (value + HALF_SECOND).isoformat(" ", "seconds"), None
        case dt.timedelta():
            return _duration(value), None
        case dt.time():
            return value.isoformat("seconds"), None
        case _:
            return str(value), None


def percent(text: str) -> str:
    """The text of a cell shown as a percentage: 0.305 is 30.5%. Other text is left alone."""
    try:
        share = Decimal(text)
    except ArithmeticError:
        return text
    if not share.is_finite():
        return text
    shown = f"{share.scaleb(DIGITS_OF_PERCENT):f}"
    return (shown.rstrip("0").rstrip(".") if "." in shown else shown) + "%"


def _number(value: float) -> tuple[str, CellKind | None]:
    if not isfinite(value):
        return "#NUM!", CellKind.ERROR
    if value == int(value):
        is_exact = abs(value) < EXACT_INTEGER_MAX
        return str(int(value)), (None if is_exact else CellKind.ERROR)
    text = repr(value)
    return (f"{Decimal(text):f}" if "e" in text else text), None


def _duration(value: dt.timedelta) -> str:
    seconds = (value + HALF_SECOND) // dt.timedelta(seconds=1)
    sign = "-" if seconds < 0 else ""
    minutes, second = divmod(abs(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{sign}{hours}:{minute:02d}:{second:02d}"
