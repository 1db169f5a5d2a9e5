"""Reading a TOML document strictly: every key known, every rule sourced, every fault kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from typing import TypeVar

from backoffice.kernel.money import ZERO, Ntd
from backoffice.scheme.rules.eligibility import Threshold
from backoffice.scheme.rules.keys import Op
from backoffice.scheme.rules.sources import Figure, Sourced, is_source

T = TypeVar("T")
E = TypeVar("E", bound=Enum)

_THRESHOLD = re.compile(r"(<=|>=|<|>) ?([0-9]{1,9}(?:\.[0-9]{1,4})?)")
_KEY = re.compile(r"[A-Za-z0-9_]{1,40}")
_SOURCED_KEYS = {"value", "source"}
_EPOCH = datetime.fromisoformat("2000-01-01T00:00:00+08:00")
INTEGER_MAX = 1_000_000_000_000


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a document: where, which kind, and what was found or expected."""

    path: str
    code: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.path}: {self.code}" + (f" ({self.detail})" if self.detail else "")


class Unreadable(ValueError):
    """A value that its reader cannot take."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


@dataclass(slots=True)
class Log:
    """What reading a document has found so far."""

    faults: list[Fault] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    def report_unknown_keys(self) -> None:
        """Every key that no reader asked for is a fault."""
        for table in self.tables:
            self.faults.extend(Fault(table.path_of(key), "unknown_key") for key in table.unread())


class Table:
    """One table of the document; a fault is logged and a harmless value stands in for it."""

    def __init__(self, raw: Mapping[str, object], path: str, log: Log, *, absent: bool) -> None:
        self.path = path
        self._raw = dict(raw)
        self._log = log
        self._absent = absent  # already reported: nothing below is reported again
        self._read: set[str] = set()
        log.tables.append(self)

    def path_of(self, key: str) -> str:
        """Where `key` of this table stands in the document."""
        return f"{self.path}.{key}" if self.path else key

    def has(self, key: str) -> bool:
        """Whether the document holds `key`; what may be left out is asked first."""
        return key in self._raw

    def unread(self) -> list[str]:
        """Keys that nobody asked for, in document order."""
        return [key for key in self._raw if key not in self._read]

    def set_aside(self, key: str) -> None:
        """Read no further into `key`: what is wrong with it has been said."""
        self._raw.pop(key, None)

    def fault(self, key: str, code: str, detail: str = "") -> None:
        """Log that `key` is wrong."""
        if not self._absent:
            self._log.faults.append(Fault(self.path_of(key), code, detail))

    # --- tables ---

    def table(self, key: str) -> Table:
        """The table under `key`."""
        raw = self._take(key)
        if isinstance(raw, Mapping):
            return Table(raw, self.path_of(key), self._log, absent=False)
        if raw is not None:
            self.fault(key, "wrong_type", "table")
        return Table({}, self.path_of(key), self._log, absent=True)

    def rows(self, key: str, *, by: str | None) -> tuple[Table, ...]:
        """The tables of the list under `key`, each known by its own `by`, else by its place."""
        raw = self._take(key)
        if raw is None:
            return ()
        if not isinstance(raw, Sequence) or not all(isinstance(row, Mapping) for row in raw):
            self.fault(key, "wrong_type", "tables")
            return ()
        if not raw:
            self.fault(key, "empty")
        marks = [str(row.get(by, "")) if by else str(place) for place, row in enumerate(raw, 1)]
        for mark in sorted({mark for mark in marks if marks.count(mark) > 1}):
            self.fault(key, "duplicate_key", mark)
        return tuple(
            Table(row, f"{self.path_of(key)}[{mark}]", self._log, absent=False)
            for mark, row in zip(marks, raw, strict=True)
        )

    # --- names: no source is asked of them ---

    def name(self, key: str) -> str:
        """A title or label; not blank."""
        return self._plain(key, as_text, "")

    def key(self, key: str) -> str:
        """A name for code: letters, digits and underscores."""
        return self._plain(key, as_key, "")

    def names(self, key: str) -> tuple[str, ...]:
        """A list of spellings."""
        return self._plain(key, as_texts, ())

    def ordinal(self, key: str) -> int:
        """A number that is a name, from 1 to 9999."""
        return self._plain(key, whole_between(1, 9_999), 1)

    def word_of(self, key: str, kind: type[E]) -> E:
        """One of a closed list that shapes the document."""
        return self._plain(key, one_of(kind), next(iter(kind)))

    # --- rules: each with its source ---

    def whole(self, key: str, low: int, high: int = INTEGER_MAX) -> int:
        """A whole number from `low` to `high`, both included."""
        return self._figure(key, whole_between(low, high), low)

    def amount(self, key: str, low: int = 0) -> Ntd:
        """Whole dollars, at least `low`."""
        return self._figure(key, lambda raw: Ntd(whole_between(low, INTEGER_MAX)(raw)), ZERO)

    def flag(self, key: str) -> bool:
        """True or false."""
        return self._figure(key, as_flag, False)

    def text(self, key: str) -> str:
        """A text that is itself a rule."""
        return self._figure(key, as_text, "")

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        return self._figure(key, as_texts, ())

    def day(self, key: str) -> date:
        """A calendar day."""
        return self._figure(key, as_day, _EPOCH.date())

    def instant(self, key: str) -> datetime:
        """An instant with its offset."""
        return self._figure(key, as_instant, _EPOCH)

    def threshold(self, key: str) -> Threshold:
        """A comparison, as in "< 10"."""
        return self._figure(key, as_threshold, Threshold(Op.AT_LEAST, Fraction(0)))

    def choice(self, key: str, kind: type[E]) -> E:
        """One word of a closed list."""
        return self._figure(key, one_of(kind), next(iter(kind)))

    def agreed(self, key: str, kind: type[E]) -> tuple[E, ...]:
        """The words of a closed list that the table under `key` says yes to, each sourced."""
        table = self.table(key)
        words = [member for member in kind if table.has(str(member.value))]
        return tuple(member for member in words if table.flag(str(member.value)))

    def choices(self, key: str, kind: type[E]) -> tuple[E, ...]:
        """Words of a closed list, none twice."""
        return self._figure(key, some_of(kind), ())

    def listed(self, key: str, read: Callable[[object], T]) -> tuple[T, ...]:
        """A list under one source."""
        return self._figure(key, lambda raw: tuple(map(read, as_list(raw))), ())

    def _take(self, key: str) -> object:
        self._read.add(key)
        if self._raw.get(key) is None:
            self.fault(key, "missing")
        return self._raw.get(key)

    def _plain(self, key: str, read: Callable[[object], T], fallback: T) -> T:
        raw = self._take(key)
        return fallback if raw is None else self._kept(key, raw, read, None, fallback)

    def _figure(self, key: str, read: Callable[[object], T], fallback: T) -> T:
        sourced = self._sourced(key)
        if sourced is None:
            return fallback
        return self._kept(key, sourced.value, read, sourced.source, fallback)

    def _sourced(self, key: str) -> Sourced[object] | None:
        raw = self._take(key)
        if raw is None:
            return None
        if not isinstance(raw, Mapping) or set(raw) != _SOURCED_KEYS:
            self.fault(key, "not_sourced")
            return None
        source = raw["source"]
        if not isinstance(source, str) or not is_source(source):
            self.fault(key, "source_unreadable", str(source))
            return None
        return Sourced(raw["value"], source)

    def _kept(
        self, key: str, raw: object, read: Callable[[object], T], source: str | None, fallback: T
    ) -> T:
        try:
            value = read(raw)
        except Unreadable as problem:
            self.fault(key, problem.code, problem.detail)
            return fallback
        self._log.figures.append(Figure(self.path_of(key), value, source))
        return value


def whole_between(low: int, high: int) -> Callable[[object], int]:
    """A reader of whole numbers from `low` to `high`, both included."""

    def read(raw: object) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int):
            raise Unreadable("wrong_type", "integer")
        if not low <= raw <= high:
            raise Unreadable("out_of_range", f"{low}…{high}")
        return raw

    return read


def as_flag(raw: object) -> bool:
    """True or false, nothing that merely looks like it."""
    if not isinstance(raw, bool):
        raise Unreadable("wrong_type", "boolean")
    return raw


def as_text(raw: object) -> str:
    """A text that is not blank."""
    if not isinstance(raw, str):
        raise Unreadable("wrong_type", "text")
    if not raw.strip():
        raise Unreadable("empty", "text")
    return raw


def as_key(raw: object) -> str:
    """Letters, digits and underscores, 40 at most."""
    text = as_text(raw)
    if _KEY.fullmatch(text) is None:
        raise Unreadable("bad_key", text)
    return text


def as_list(raw: object) -> list[object]:
    """A list."""
    if not isinstance(raw, list):
        raise Unreadable("wrong_type", "list")
    return raw


def as_texts(raw: object) -> tuple[str, ...]:
    """A list of texts, none blank."""
    return tuple(map(as_text, as_list(raw)))


def as_day(raw: object) -> date:
    """A calendar day without a time."""
    if isinstance(raw, datetime) or not isinstance(raw, date):
        raise Unreadable("wrong_type", "date")
    return raw


def as_instant(raw: object) -> datetime:
    """An instant that names its offset."""
    if not isinstance(raw, datetime) or raw.tzinfo is None:
        raise Unreadable("wrong_type", "instant")
    return raw


def as_threshold(raw: object) -> Threshold:
    """A comparison sign and a number of at most four decimals."""
    found = _THRESHOLD.fullmatch(as_text(raw))
    if found is None:
        raise Unreadable("wrong_type", "threshold")
    return Threshold(Op(found[1]), Fraction(found[2]))


def one_of(kind: type[E]) -> Callable[[object], E]:
    """A reader of one word of a closed list."""

    def read(raw: object) -> E:
        for member in kind:
            if member.value == raw:
                return member
        raise Unreadable("unknown_word", str(raw))

    return read


def some_of(kind: type[E]) -> Callable[[object], tuple[E, ...]]:
    """A reader of several words of a closed list, none twice."""

    def read(raw: object) -> tuple[E, ...]:
        members = tuple(map(one_of(kind), as_list(raw)))
        if len(set(members)) != len(members):
            raise Unreadable("duplicate_key", ", ".join(str(member.value) for member in members))
        return members

    return read
