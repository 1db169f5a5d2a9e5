"""Where a rule comes from: every figure of an edition carries it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)

_SOURCE = re.compile(r"(leaflet|briefing|P\d\d|assumed)(?:( §\S.*)|: \S.*)?")


@dataclass(frozen=True, slots=True)
class Sourced(Generic[T_co]):
    """A value and the page that states it.

    `source` is "leaflet §2" (the overview leaflet, measure 2), "briefing", "P02 §5 II"
    (a public page of the domain specification's list), or "assumed", if wished with a
    reason after a colon.
    """

    value: T_co
    source: str

    @property
    def assumed(self) -> bool:
        """Whether no source states the value and the agency must confirm it."""
        return is_assumed(self.source)


@dataclass(frozen=True, slots=True)
class Figure:
    """One leaf of an edition's document: where it stands, its value and its source.

    `source` is None for names and labels, which are not rules.
    """

    path: str
    value: object
    source: str | None

    @property
    def label(self) -> str:
        """The path without the keys of list entries: what kind of figure this is."""
        return re.sub(r"\[[^\]]*\]", "", self.path)


@dataclass(frozen=True, slots=True)
class Assumption:
    """A rule that no source states; the agency signs off the list of them."""

    path: str
    value: object
    label: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that two editions do not share; None where one does not have it."""

    path: str
    label: str
    older: object
    newer: object


def is_assumed(source: str) -> bool:
    """Whether a source only says that the value was assumed."""
    return source == "assumed" or source.startswith("assumed:")


def is_source(text: str) -> bool:
    """Whether `text` names a source in one of the accepted forms."""
    return _SOURCE.fullmatch(text) is not None
