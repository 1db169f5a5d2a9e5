"""Which of the two languages somebody reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

TAIWANESE: Final = "zh_Hant_TW"
ENGLISH: Final = "en"


def locale_of(tag: str) -> str | None:
    """Our locale for a language tag: any Chinese is ours, any English is ours, others are not.

    Tags are compared by their first part, in whatever spelling (zh-TW, zh_Hant_TW, ZH): an
    exact match would answer English to a browser that says "zh-TW, en".
    """
    match tag.replace("_", "-").split("-")[0].strip().lower():
        case "zh":
            return TAIWANESE
        case "en":
            return ENGLISH
        case _:
            return None


def first_spoken(tags: Iterable[str]) -> str:
    """The first of a reader's languages, best first, that we have; zh-TW when there is none."""
    return next((found for tag in tags if (found := locale_of(tag))), TAIWANESE)
