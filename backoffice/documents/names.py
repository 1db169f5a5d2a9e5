"""File names: data that people read, never paths."""

from __future__ import annotations

import unicodedata

NAME_MAX = 200


def clean_name(name: str) -> str:
    """The file's name without anything that is a path or a control character."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")
    return kept.strip(". ")[-NAME_MAX:] or "document.pdf"
