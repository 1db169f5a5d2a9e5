"""One spelling of an e-mail address, and which way back is one of ours."""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import unquote

from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import nfkc

EMAIL_MAX: Final = 254
PATH_MAX: Final = 2_000
_EMAIL = re.compile(r"[^\s@,;<>\"()]+@[^\s@,;<>\"()]+\.[^\s@,;<>\"()]+")
_PATH = re.compile(r"/[!-~]*")  # printable ASCII, which is all that our own paths are made of


def canonical_email(text: str) -> str:
    """One spelling of an address: NFKC, without white space at its ends, case-folded."""
    return nfkc(text).strip().casefold()


def required_email(text: str) -> str:
    """The canonical spelling of what must be an address. Refuses "people.email_unreadable"."""
    address = canonical_email(text)
    if len(address) > EMAIL_MAX or not _EMAIL.fullmatch(address) or not _printable(address):
        raise Refused("people.email_unreadable", email=address[:EMAIL_MAX])
    return address


def local_path(text: str | None) -> str | None:
    """The text if it is a path on this host, None otherwise.

    No scheme, no host, no backslash, no control character, not `//`, however often it is
    percent-encoded (ASVS 5 V3.7.2).
    """
    if not text or len(text) > PATH_MAX:
        return None
    plain = text
    for _ in range(3):
        if not _is_local(plain):
            return None
        plain = unquote(plain)
    return text if _is_local(plain) else None


def _is_local(path: str) -> bool:
    plain = nfkc(path)
    before_query = plain.partition("?")[0]
    return (
        _PATH.fullmatch(before_query) is not None
        and "//" not in before_query
        and "\\" not in plain
        and not {".", ".."}.intersection(before_query.split("/"))
        and _printable(plain)
    )


def _printable(text: str) -> bool:
    return not any(unicodedata.category(letter)[0] in "CZ" and letter != " " for letter in text)
