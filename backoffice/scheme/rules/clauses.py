"""What a clause of the readable contract is, and the book that collects them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from backoffice.scheme.rules.sources import is_assumed

if TYPE_CHECKING:
    from backoffice.scheme.rules.edition import Edition


class Section(Enum):
    """A heading of the contract, in reading order."""

    ABOUT = "about"
    WHO = "who"
    HOW_MUCH = "how_much"
    WHAT_FOR = "what_for"
    WHEN = "when"
    PLACES = "places"
    LOANS = "loans"
    TRAINING = "training"
    SCORING = "scoring"
    BONUS = "bonus"
    CHECKPOINTS = "checkpoints"
    PAYMENT = "payment"
    PAPERS = "papers"
    HANDLING = "handling"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class Clause:
    """One rule: a code for its wording, the facts it is worded with, and where it comes from.

    `path` is the figure, or the table of figures, that the rule is read from.
    """

    code: str
    section: Section
    facts: Mapping[str, object]
    source: str
    path: str

    @property
    def assumed(self) -> bool:
        """Whether no source states the rule."""
        return is_assumed(self.source)


class Book:
    """Collects the clauses of one edition; a table's source is that of its first sourced figure."""

    def __init__(self, edition: Edition) -> None:
        self.clauses: list[Clause] = []
        self._sources = {
            figure.path: figure.source for figure in edition.figures if figure.source is not None
        }

    def say(self, section: Section, code: str, path: str, **facts: object) -> None:
        """Add a clause worded by `code` and `facts`, read from `path`."""
        self.clauses.append(Clause(code, section, facts, self._source(path), path))

    def _source(self, path: str) -> str:
        exact = self._sources.get(path)
        if exact is not None:
            return exact
        below = (
            source
            for known, source in self._sources.items()
            if known.startswith((f"{path}.", f"{path}["))
        )
        return next(below, "")
