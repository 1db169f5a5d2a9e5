"""Marks as reviewers give them: whole tenths of a point, and a blank is never zero."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import nfkc
from backoffice.scheme.rules import Criterion, Scoring

TENTHS = 10
_WRITTEN = re.compile(r"(?P<minus>[-−])?(?P<whole>[0-9]{1,6})(?:\.(?P<places>[0-9]{1,6}))?")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a reviewer has put on a score sheet so far.

    `marks` are tenths of a point by criterion and `reasons` texts by criterion, each in the order
    of the edition; a criterion that is not named has no mark, or no reason. `opinion` is on the
    case as a whole.
    """

    marks: tuple[tuple[str, int], ...]
    reasons: tuple[tuple[str, str], ...]
    opinion: str

    def mark(self, criterion: str) -> int | None:
        """The mark for a criterion in tenths of a point; None where there is none."""
        return dict(self.marks).get(criterion)

    def reason(self, criterion: str) -> str:
        """The reason for a criterion, blank where there is none."""
        return dict(self.reasons).get(criterion, "")


def parse_mark(text: str, scoring: Scoring) -> int:
    """The tenths of a point that a reviewer typed, such as 825 for 82.5; full width is read too.

    Refuses "mark.unreadable" (text), "mark.out_of_range" (text, low, high) beyond the scale,
    "mark.too_fine" (text, places) with more decimals than the edition allows.
    """
    written = _WRITTEN.fullmatch(nfkc(text).strip())
    if written is None:
        raise Refused("mark.unreadable", text=text)
    places = (written["places"] or "").rstrip("0")
    points = Fraction(f"{written['whole']}.{places or '0'}")
    low, high = scoring.scale_min, scoring.scale_max
    if not low <= (-points if written["minus"] else points) <= high:
        raise Refused("mark.out_of_range", text=text, low=low, high=high)
    allowed = min(scoring.score_decimals, 1)
    if len(places) > allowed:
        raise Refused("mark.too_fine", text=text, places=allowed)
    return int(points * TENTHS)


def written_mark(tenths: int | None) -> str:
    """A mark as it is typed: 825 is 82.5, 820 is 82, none is blank."""
    if tenths is None:
        return ""
    whole, rest = divmod(tenths, TENTHS)
    return f"{whole}.{rest}" if rest else str(whole)


def missing(entry: Entry, scoring: Scoring) -> Iterator[tuple[Criterion, Refused]]:
    """What keeps a sheet from being handed in, criterion by criterion, in the edition's order.

    A blank criterion is missing and never zero ("score_sheet.mark_missing"); below the edition's
    limit a reason is due ("score_sheet.reason_missing"). Source: domain §2.2, fixed point 3.
    """
    for criterion in scoring.criteria:
        tenths = entry.mark(criterion.key)
        name = criterion.name
        if tenths is None:
            yield criterion, Refused("score_sheet.mark_missing", criterion=name)
        elif tenths < scoring.comment_below * TENTHS and not entry.reason(criterion.key).strip():
            below = scoring.comment_below
            yield criterion, Refused("score_sheet.reason_missing", criterion=name, below=below)


def is_complete(entry: Entry, scoring: Scoring) -> bool:
    """Whether nothing is missing."""
    return next(missing(entry, scoring), None) is None


def entry_of(
    marks: Mapping[str, int], reasons: Mapping[str, str], opinion: str, scoring: Scoring
) -> Entry:
    """The entry as kept with a sheet, in the edition's order; what it does not name is dropped."""
    keys = [criterion.key for criterion in scoring.criteria]
    return Entry(
        marks=tuple((key, marks[key]) for key in keys if key in marks),
        reasons=tuple((key, reasons[key]) for key in keys if reasons.get(key)),
        opinion=opinion,
    )
