"""By what a case is found: its number from the front, its firm's name by any part.

A database finds a part of a text quickly only by pieces that are kept beforehand. Ours are two and
three neighbouring characters: most words that somebody looks for in a Chinese name have two, and
three are rare enough to lead to few names.
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


def pieces(text: str, length: int) -> Iterator[str]:
    """So many neighbouring characters of a folded text, in their order."""
    return (text[place : place + length] for place in range(len(text) - length + 1))


def number_key(number: str) -> str:
    """The key of a case number, or of how one begins."""
    return (_NUMBER + folded(number))[:KEY_MAX]


def keys(number: str, firm_name: str) -> set[str]:
    """All keys of a case: its number, the pieces of its firm's name, the name's last character.

    Thus a name of one character has a key, and every character begins one.
    """
    name = folded(firm_name)
    return {number_key(number), *pieces(name, 2), *pieces(name, 3), name[-1:]} - {""}
