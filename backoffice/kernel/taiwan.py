"""How Taiwan writes: ROC dates, 統一編號, 大寫金額; and how it counts days and periods."""

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Literal, NewType
from zoneinfo import ZoneInfo

from backoffice.kernel.clock import as_utc
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused

TAIPEI = ZoneInfo("Asia/Taipei")

Ubn = NewType("Ubn", str)
"""A 統一編號: eight ASCII digits whose check digit holds. That the firm exists is not said."""

_ROC_EPOCH = 1911
_ROC_YEAR_MAX = 200
_UBN_WEIGHTS = (1, 2, 1, 2, 1, 2, 4, 1)
_UBN_MODULUS = 5  # 10 before 112-04-01; every number valid then is valid now
_INSTANT_CHARACTERS_MAX = 64


def nfkc(text: str) -> str:
    """The text in Unicode's NFKC form: full-width digits, letters and signs become plain ones."""
    return unicodedata.normalize("NFKC", text)


# --- instants and windows ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open span [opens_at, closes_at) of aware instants; closes_at None: no closing date.

    ValueError if an instant names no time zone, or the window closes before it opens.
    """

    opens_at: datetime
    closes_at: datetime | None

    def __post_init__(self) -> None:
        opens_at = as_utc(self.opens_at)
        if self.closes_at is not None and as_utc(self.closes_at) < opens_at:
            raise ValueError(f"closes {self.closes_at} before it opens {self.opens_at}")

    def is_open_at(self, now: datetime) -> bool:
        """Whether `now` (aware) is on time: from the opening instant to just before closing."""
        instant = as_utc(now)
        return self.opens_at <= instant and (self.closes_at is None or instant < self.closes_at)


def through_end_of(day: date) -> datetime:
    """The closing instant when only a day is given: 00:00 of the next day in Taipei.

    Source: domain §0.2; 23:59:59.999999 of `day` is still on time.
    """
    following = _plain(day) + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=TAIPEI)


def local_date(instant: datetime) -> date:
    """The day in Taipei at an aware instant. ValueError if it names no time zone."""
    return as_utc(instant).astimezone(TAIPEI).date()


# --- dates as written -------------------------------------------------------------------------


def roc_date(day: date) -> str:
    """115年1月5日. The day is in ROC year 1 or later, else ValueError."""
    return f"{_roc_year(day)}年{day.month}月{day.day}日"


def roc_slashes(day: date) -> str:
    """112/04/17. The day is in ROC year 1 or later, else ValueError."""
    return f"{_roc_year(day)}/{day.month:02d}/{day.day:02d}"


def roc_digits(day: date, width: Literal[7, 8]) -> str:
    """1150105, or 01150105 in bank files. The day is in ROC year 1 or later, else ValueError."""
    return f"{_roc_year(day):0{width - 4}d}{day.month:02d}{day.day:02d}"


def parse_roc_date(text: str) -> date:
    """A day written in ROC years 1 … 200, with or without 民國 before it.

    Reads 112年5月8日, 112/05/08, 112.05.08, 112-05-08, 1120508 and the banks' 01120508, also in
    full width. Refuses "date.unreadable" (text), also for a day the calendar does not have.
    """
    day = _day_written(_short(text), _ROC_FORMS)
    if day is None:
        raise Refused("date.unreadable", text=text)
    return day


def parse_date(text: str) -> date:
    """A day as officers and systems write it: ISO, or any form of `parse_roc_date`.

    A year of four digits is AD, of one to three ROC; from 1912 to 2111. Of an instant, its day
    in Taipei. Refuses "date.unreadable" (text).
    """
    return _taipei_time(text).date()


def parse_instant(text: str) -> datetime:
    """An instant in UTC from a day in any form of `parse_date` and, after a blank or T, a time.

    The time is 9:30, 09:30:05 or 09:30:05.123456 (finer is cut off), in Taipei unless Z or an
    offset follows; without one it is 00:00. Refuses "date.unreadable" (text).
    """
    return _taipei_time(text).astimezone(UTC)


def _forms(year: str, compact_year: str, before: str) -> tuple[re.Pattern[str], ...]:
    month, day = "(?P<month>[0-9]{1,2})", "(?P<day>[0-9]{1,2})"
    return (
        re.compile(rf"{before}(?P<year>{year})(?P<mark>[-/.]){month}(?P=mark){day}"),
        re.compile(rf"{before}(?P<year>{year})\s*年\s*{month}\s*月\s*{day}\s*日"),
        re.compile(rf"{before}{compact_year}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})"),
    )


_ROC_FORMS = _forms("[0-9]{1,3}", "0?(?P<year>[0-9]{3})", r"(?:(?:中華)?民國\s*)?")
_AD_FORMS = _forms("[0-9]{4}", "(?P<year>[1-9][0-9]{3})", "")
_INSTANT = re.compile(
    r"(?P<day>.+?)"
    r"(?:(?:T|\s+)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:[.](?P<fraction>[0-9]+))?)?"
    r"\s*(?P<offset>Z|(?P<sign>[-+])(?P<ahead_h>[0-9]{2})(?::?(?P<ahead_m>[0-5][0-9]))?)?)?"
)


def _short(text: str) -> str:
    """The normalised text, or nothing if it is too long to be a date, so that no one waits."""
    plain = nfkc(text).strip()
    return plain if len(plain) <= _INSTANT_CHARACTERS_MAX else ""


def _day_written(plain: str, forms: tuple[re.Pattern[str], ...]) -> date | None:
    for form in forms:
        if written := form.fullmatch(plain):
            epoch = _ROC_EPOCH if len(written["year"]) < len("2023") else 0
            year = int(written["year"]) + epoch
            if not _is_roc_year(year):
                return None
            try:
                return date(year, int(written["month"]), int(written["day"]))
            except ValueError:
                return None
    return None


def _taipei_time(text: str) -> datetime:
    written = _INSTANT.fullmatch(_short(text))
    day = _day_written(written["day"], _ROC_FORMS + _AD_FORMS) if written else None
    if written is None or day is None:
        raise Refused("date.unreadable", text=text)
    try:
        local = datetime(
            day.year,
            day.month,
            day.day,
            int(written["hour"] or 0),
            int(written["minute"] or 0),
            int(written["second"] or 0),
            int((written["fraction"] or "")[:6].ljust(6, "0")),
            tzinfo=_zone(written),
        ).astimezone(TAIPEI)
    except ValueError as error:
        raise Refused("date.unreadable", text=text) from error
    if not _is_roc_year(local.year):
        raise Refused("date.unreadable", text=text)
    return local


def _zone(written: re.Match[str]) -> ZoneInfo | timezone:
    match written["offset"]:
        case None:
            return TAIPEI
        case "Z":
            return UTC
        case _:
            ahead = timedelta(hours=int(written["ahead_h"]), minutes=int(written["ahead_m"] or 0))
            return timezone(-ahead if written["sign"] == "-" else ahead)


def _is_roc_year(year: int) -> bool:
    return 1 <= year - _ROC_EPOCH <= _ROC_YEAR_MAX


def _roc_year(day: date) -> int:
    if _plain(day).year <= _ROC_EPOCH:
        raise ValueError(f"{day} lies before the first year of the Republic")
    return day.year - _ROC_EPOCH


def _plain(day: date) -> date:
    # A datetime is a date to Python; its day would be the one in UTC, often yesterday's.
    if isinstance(day, datetime):
        raise TypeError(f"a day is needed, not the instant {day!r}")
    return day


# --- periods ----------------------------------------------------------------------------------


def add_months(day: date, months: int) -> date:
    """The same day of the month, `months` later (or earlier); the last day if it has none."""
    year, month = _months_on(day, months)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def period_end(start: date, months: int) -> date:
    """The last day of a period of whole months whose first day is `start` (起算日).

    The day before the same day of the month, or the last day of a month too short to have it.
    `months` is 1 or more, else ValueError. Source: domain §3.9 (行政程序法 §48 III).
    """
    if months < 1:
        raise ValueError(f"a period lasts at least a month, not {months}")
    same_day = add_months(start, months)
    return same_day - timedelta(days=1) if same_day.day == start.day else same_day


def _months_on(day: date, months: int) -> tuple[int, int]:
    years, month_from_zero = divmod(_plain(day).month - 1 + months, 12)
    return day.year + years, month_from_zero + 1


# --- 統一編號 -----------------------------------------------------------------------------------


def parse_ubn(text: str) -> Ubn:
    """The 統一編號 in eight ASCII digits, full width and surrounding blanks normalised.

    Refuses "ubn.invalid" (text, reason): "digits" something else than digits, "length" not
    eight, "zeros" nothing but zeros, "checksum" the check digit fails. A lost leading zero is
    never padded. Source: domain Appendix A (the rule since 112-04-01); about 22 % of random
    numbers pass, so it catches slips of the hand, not fraud.
    """
    digits = nfkc(text).strip()
    if reason := _ubn_fault(digits):
        raise Refused("ubn.invalid", text=text, reason=reason)
    return Ubn(digits)


def _ubn_fault(digits: str) -> str | None:
    if re.fullmatch("[0-9]*", digits) is None:
        return "digits"
    if len(digits) != len(_UBN_WEIGHTS):
        return "length"
    if digits == "0" * len(_UBN_WEIGHTS):
        return "zeros"
    products = (int(d) * weight for d, weight in zip(digits, _UBN_WEIGHTS, strict=True))
    check = sum(product // 10 + product % 10 for product in products)
    # 7 × 4 = 28, and 2 + 8 = 10 may count as 1 + 0 = 1 or as 0, so the sum is one more, in effect.
    holds = check % _UBN_MODULUS == 0 or (digits[6] == "7" and (check + 1) % _UBN_MODULUS == 0)
    return None if holds else "checksum"


# --- 大寫金額 -----------------------------------------------------------------------------------

_FORMAL_DIGITS = "零壹貳參肆伍陸柒捌玖"
_FORMAL_UNITS = {"仟": 1_000, "佰": 100, "拾": 10}
_FORMAL_GROUPS = {"兆": 10**12, "億": 10**8, "萬": 10**4}
_FORMAL_MAX = 10**16 - 1


def in_words(amount: Ntd) -> str:
    """The amount in formal numerals: 新臺幣壹佰零壹元整. From 0 to 9999 兆…, else ValueError.

    Source: domain Appendix B: 零 for a gap inside a group of four digits, and between groups if
    one was skipped or the lower is under 1000; 壹拾 in full.
    """
    if not 0 <= amount.dollars <= _FORMAL_MAX:
        raise ValueError(f"{amount} cannot be written in formal numerals")
    words, rest, has_skipped = "", amount.dollars, False
    for mark, size in (*_FORMAL_GROUPS.items(), ("", 1)):
        group, rest = divmod(rest, size)
        if group:
            gap = "零" if words and (has_skipped or group < _FORMAL_UNITS["仟"]) else ""
            words += gap + _group_in_words(group) + mark
        has_skipped = not group
    return f"新臺幣{words or '零'}元整"


def parse_words(text: str) -> Ntd:
    """The amount that `in_words` writes so; the inverse, up to spellings met in practice.

    Also read are 叁 for 參, 正 for 整, 台 for 臺, and 零 after a round group (壹拾萬零伍仟).
    Refuses "words.unreadable" (text).
    """
    plain = nfkc(text).strip().translate(str.maketrans("叁正台", "參整臺"))
    amount = Ntd(_value_of(plain.removeprefix("新臺幣").removesuffix("元整")))
    # Reading is lenient and writing is exact: only a text that is written so is accepted.
    if amount.dollars > _FORMAL_MAX or plain not in _spellings(in_words(amount)):
        raise Refused("words.unreadable", text=text)
    return amount


def _group_in_words(group: int) -> str:
    digits = f"{group:04d}"
    written = "".join(
        _FORMAL_DIGITS[int(digit)] + (unit if digit != "0" else "")
        for digit, unit in zip(digits, (*_FORMAL_UNITS, ""), strict=True)
    )
    return re.sub("零+", "零", written).strip("零")


def _spellings(words: str) -> tuple[str, str]:
    """The words as we write them, and with 零 after every round group."""
    return words, re.sub("([拾佰仟][萬億兆])(?=[^零]仟)", r"\1零", words)


def _value_of(numerals: str) -> int:
    """The value of formal numerals in any order that adds up; 0 for what is no numeral."""
    whole = group = digit = 0
    for sign in numerals:
        if sign in _FORMAL_DIGITS:
            digit = _FORMAL_DIGITS.index(sign)
        elif sign in _FORMAL_UNITS:
            group, digit = group + digit * _FORMAL_UNITS[sign], 0
        elif sign in _FORMAL_GROUPS:
            whole, group, digit = whole + (group + digit) * _FORMAL_GROUPS[sign], 0, 0
        else:
            return 0
    return whole + group + digit
