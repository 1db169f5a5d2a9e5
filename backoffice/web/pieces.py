"""The plain values that the macros draw: made by views, frozen, and knowing nothing.

Every text is already in the reader's language; every address is ready to be followed.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from markupsafe import Markup


class Shape(StrEnum):
    """The sign before a state's word, so that it reads in greyscale and in print."""

    DONE = "done"  # ●
    PROGRESS = "progress"  # ◐
    WAITING = "waiting"  # ○
    NEEDS_YOU = "needs"  # ▲
    CLOSED = "closed"  # ✕


@dataclass(frozen=True, slots=True)
class Badge:
    """A state: its word and its shape."""

    word: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class Action:
    """One thing the reader may do here, or would be able to but for `refusal`, said in words.

    `method` "post" draws a form of one button, `hidden` its (name, value) pairs beside the CSRF
    token. `key` is a shortcut such as "a", "Shift+Y" or "Enter"; `after` says what happens next.
    """

    label: str
    url: str
    method: Literal["get", "post"] = "get"
    key: str = ""
    primary: bool = False
    refusal: str | None = None
    after: str = ""
    hidden: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head. `numeric` aligns right; `unit` stands beneath (元, 千元).

    `sort_url` makes the label a link; `sorted_as` says how the rows stand now.
    """

    label: str
    numeric: bool = False
    unit: str = ""
    sort_url: str = ""
    sorted_as: Literal["", "ascending", "descending"] = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A rung of a ladder: whose it is and when, in `detail`."""

    label: str
    detail: str
    state: Literal["done", "current", "todo"]


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of a timeline: `at` is an aware instant, `note` the words that were left."""

    at: datetime
    who: str
    what: str
    note: str = ""
    url: str = ""
    shape: Shape = Shape.DONE


@dataclass(frozen=True, slots=True)
class Change:
    """A line of a confirm panel: what a thing is now, and what it will be."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A term and its value; `url` leads to what makes it, `source` names the rule it is from."""

    label: str
    value: str | Markup
    url: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a progress strip, such as a case of a reviewer's forty."""

    label: str
    state: Literal["done", "draft", "barred", "todo"]
    url: str = ""
    current: bool = False
