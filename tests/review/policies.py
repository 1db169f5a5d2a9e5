"""The scoring rules that these tests judge by: the shipped edition's, and variations."""

from __future__ import annotations

from backoffice.review.rules.scoring import Sheet
from backoffice.scheme.registry import edition_named
from backoffice.scheme.rules import Scoring

EDITION = edition_named("S01/1")
assert EDITION.scoring is not None
POLICY: Scoring = EDITION.scoring
KEYS = tuple(criterion.key for criterion in POLICY.criteria)


def sheets(*marks: tuple[int, int, int]) -> tuple[Sheet, ...]:
    """Sheets A, B, C … from whole points by criterion."""
    return tuple(
        Sheet(number, "ABCDEFG"[number - 1], tenths(*each)) for number, each in enumerate(marks, 1)
    )


def tenths(*points: int) -> dict[str, int]:
    """Marks in tenths from whole points, in the edition's order."""
    return {key: value * 10 for key, value in zip(KEYS, points, strict=True)}


def flat(*tenths_each: int) -> tuple[Sheet, ...]:
    """Sheets whose every criterion has the same mark, in tenths, so that it is the total too."""
    return tuple(
        Sheet(number, "ABCDEFG"[number - 1], dict.fromkeys(KEYS, each))
        for number, each in enumerate(tenths_each, 1)
    )
