"""By what a case is found: its number from the front, its firm's name by any part.

A database finds a part of a text quickly only by pieces that are kept beforehand. Ours are pairs of
neighbouring characters: most words that somebody looks for in a Chinese name have two.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from backoffice.kernel.taiwan import nfkc

LAST: Final = "\U0010ffff"  # after every character that a text can hold
KEY_MAX: Final = 256  # of a key's characters; NFKC makes a text longer, seldom by much
_NUMBER: Final = "\x01"  # begins no name: control characters are refused at the import


def folded(text: str) -> str:
    """A text as it is compared: half width, small letters, no blanks around it."""
    return nfkc(text).casefold().strip()


def pairs(name: str) -> Iterator[str]:
    """The pairs of neighbouring characters of a folded name, in their order."""
    return (name[place : place + 2] for place in range(len(name) - 1))


def number_key(number: str) -> str:
    """The key of a case number, or of how one begins."""
    return (_NUMBER + folded(number))[:KEY_MAX]


def keys(number: str, firm_name: str) -> set[str]:
    """All keys of a case: its number, the pairs of its firm's name, the name's last character.

    Thus a name of one character has a key, and every character begins one.
    """
    name = folded(firm_name)
    return {number_key(number), *pairs(name), name[-1:]} - {""}
