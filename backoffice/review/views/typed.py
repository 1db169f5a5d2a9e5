"""A sheet as the desk's script sends it, with every pause of the reviewer's hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from backoffice.kernel.refusal import Refused
from backoffice.review.rules.marks import Entry, parse_mark
from backoffice.scheme.rules import Criterion, Scoring

_VERSION: Final = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Typed:
    """A sheet as its script sends it; `unread` are the criteria whose mark cannot be read."""

    entry: Entry
    version: int | None
    unread: tuple[Criterion, ...]


def typed(scoring: Scoring, sent: Mapping[str, str]) -> Typed:
    """What a `SheetForm` reads, without its fields: the answer to a script shows none of them."""
    marks: list[tuple[str, int]] = []
    unread: list[Criterion] = []
    for criterion in scoring.criteria:
        mark = sent.get(f"mark_{criterion.key}", "").strip()
        try:
            marks += [(criterion.key, parse_mark(mark, scoring))] if mark else []
        except Refused:
            unread.append(criterion)
    reasons = ((each.key, sent.get(f"reason_{each.key}", "")) for each in scoring.criteria)
    entry = Entry(
        marks=tuple(marks),
        reasons=tuple((key, text) for key, text in reasons if text),
        opinion=sent.get("opinion", ""),
    )
    version = sent.get("version", "")
    return Typed(entry, int(version) if _VERSION.fullmatch(version) else None, tuple(unread))
