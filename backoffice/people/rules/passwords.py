"""Which passwords the office takes (基準 41, 42; ASVS 5 V6.2), and how long guessing is stopped.

The numbers stand here and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import nfkc

MINIMUM: Final = 12  # code points after NFKC
MAXIMUM: Final = 128
CLASSES_REQUIRED: Final = 3  # of capital letters, small letters, digits, all others
REMEMBERED: Final = 3  # a new password is none of the last three, the present one included

FAILURES_MAX: Final = 5
LOCKED_FOR: Final = timedelta(minutes=15)
INVITATION_LASTS: Final = timedelta(hours=24)
RESET_LASTS: Final = timedelta(minutes=30)

# Printed on the sign-in page of a demonstration, so nobody may choose it for real work.
DEMONSTRATION_PASSWORD: Final = "-".join(("Paper", "Ink", "Seal", "113"))

_REMAINDER_MIN: Final = 6  # letters that must be left when everything guessable is taken out
_DISTINCT_MIN: Final = 6
_RUN_MIN: Final = 4

_LEET: Final = str.maketrans("013457@$!|", "oieastasil")
_ROWS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
    "!@#$%^&*()",
    "ㄅㄆㄇㄈㄉㄊㄋㄌㄍㄎㄏㄐㄑㄒㄓㄔㄕㄖㄗㄘㄙ",
    "一二三四五六七八九十",
    "甲乙丙丁戊己庚辛壬癸",
)
_COMMON_WORDS: Final = (
    "password passwort passw0rd passphrase passcode welcome administrator admin root guest user "
    "login letmein master monkey dragon sunshine princess football baseball superman batman "
    "shadow trustno iloveyou loveyou qwerty azerty changeme default secret access server system "
    "computer internet windows microsoft google office temp test demo hello spring summer autumn "
    "winter january february march april june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday taiwan taipei formosa 密碼 管理員 "
    "歡迎 台灣 臺灣 台北 臺北 測試 你好 您好 我愛你 早安 春天 夏天 秋天 冬天"
)
_COMMON: Final = tuple(_COMMON_WORDS.split())
_AGENCY_WORDS: Final = (
    "moea sidb moeasmea backoffice subsidy upgrade 經濟部 產業發展署 工業局 中小企業 升級轉型 "
    "補助 審查 後臺 後台 承辦 主計 出納 撥款"
)
_AGENCY: Final = tuple(_AGENCY_WORDS.split())
_YEAR = re.compile(r"(?:19|20)\d\d|1[01]\d年?")


def acceptable(password: str, *, name: str, email: str) -> str:
    """The password in the form in which it is hashed, if the rules take it.

    Refuses "people.password_short", "…_long" (code points), "…_classes", "…_personal",
    "…_agency", "…_common"; no fact of a refusal holds any of the password but its owner's name.
    """
    plain = nfkc(password)
    if len(plain) < MINIMUM:
        raise Refused("people.password_short", minimum=MINIMUM, length=len(plain))
    if len(plain) > MAXIMUM:
        raise Refused("people.password_long", maximum=MAXIMUM, length=len(plain))
    found = len(_classes(plain))
    if found < CLASSES_REQUIRED:
        raise Refused("people.password_classes", required=CLASSES_REQUIRED, found=found)
    _refuse_guessable(plain.casefold(), parts=_parts(name, email))
    return plain


def _refuse_guessable(password: str, *, parts: Iterable[str]) -> None:
    spellings = (password, password.translate(_LEET))
    if any(part in spelling for part in parts for spelling in spellings):
        raise Refused("people.password_personal")
    if any(word in spelling for word in _AGENCY for spelling in spellings):
        raise Refused("people.password_agency")
    if password == DEMONSTRATION_PASSWORD.casefold() or min(map(_remainder, spellings)) == 0:
        raise Refused("people.password_common")


def _classes(password: str) -> set[str]:
    """Which of the four classes stand in it; a Chinese character is one of «all others»."""
    return {
        "capital"
        if c.isupper()
        else "small"
        if c.islower()
        else "digit"
        if c.isdigit()
        else "other"
        for c in password
    }


def _parts(name: str, email: str) -> frozenset[str]:
    """What of a name and an address may not stand in a password: words of 3, characters of 2."""
    words = re.split(r"[\s.\-_+@]+", nfkc(f"{name} {email.partition('@')[0]}").casefold())
    whole = {word for word in words if len(word) >= (3 if word.isascii() else 2)}
    # 林怡君 is also guessed as 怡君.
    given = {word[1:] for word in words if len(word) >= 3 and not word.isascii()}
    return frozenset(word for word in whole | given if not word.isdigit())


def _remainder(spelling: str) -> int:
    """How many characters are left beyond what a guesser tries first; 0 when too few."""
    rest = spelling
    for word in _COMMON:
        rest = rest.replace(word, " ")
    rest = _without_runs(_YEAR.sub(" ", rest))
    letters = [c for c in rest if not c.isspace()]
    enough = len(letters) >= _REMAINDER_MIN and len(set(letters)) >= _DISTINCT_MIN - 1
    return len(letters) if enough and len(set(spelling)) >= _DISTINCT_MIN else 0


def _without_runs(text: str) -> str:
    """The text without stretches of a keyboard row or an alphabet, either way round."""
    rows = [*_ROWS, *(row[::-1] for row in _ROWS)]
    kept, at = [], 0
    while at < len(text):
        run = max((_shared(text[at:], row) for row in rows), default=0)
        kept.append(" " if run >= _RUN_MIN else text[at])
        at += run if run >= _RUN_MIN else 1
    return "".join(kept)


def _shared(text: str, row: str) -> int:
    """How long the beginning of `text` runs along `row`."""
    start = row.find(text[0])
    if start < 0:
        return 0
    length = 0
    for here, there in zip(text, row[start:], strict=False):
        if here != there:
            break
        length += 1
    return length
