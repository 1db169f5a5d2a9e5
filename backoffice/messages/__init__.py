"""Where refusal codes become sentences, in the reader's language.

Each room has a module here with its codes. A sentence says what happened, why, and what to do;
its facts are formatted by their type: money with separators, dates as ROC dates.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import get_locale, gettext
from flask_babel.speaklater import LazyString

from backoffice.kernel.money import Ntd
from backoffice.kernel.names import Name
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import TAIPEI, roc_date, roc_slashes
from backoffice.messages import (
    bank,
    budget,
    cases,
    disbursement,
    door,
    fees,
    intake,
    ledger,
    loans,
    people,
    recoveries,
    reports,
    review,
    scheme,
    seats,
    sheets,
    spreadsheets,
    upkeep,
)
from backoffice.messages.acts import ACTS, act_words

__all__ = ["ACTS", "SENTENCES", "STATES", "act_words", "in_english", "sentence", "shown"]

_YOUNGER = (seats, fees, loans, bank, budget)

SENTENCES: Mapping[str, LazyString] = {
    code: sentence
    for room in (
        door,
        people,
        scheme,
        ledger,
        spreadsheets,
        intake,
        cases,
        review,
        disbursement,
        recoveries,
        sheets,
        reports,
        upkeep,
        *_YOUNGER,
    )
    for code, sentence in room.SENTENCES.items()
}


def sentence(refusal: Refused) -> str:
    """The refusal in the reader's language; an unworded code is a programme error."""
    return str(SENTENCES[refusal.code]) % {k: _fact(k, v) for k, v in refusal.facts.items()}


def _fact(name: str, value: Any) -> str:
    """A fact in words; a finding is named by what it is about, never by its code."""
    return str(intake.REASONS[value]) if name == "finding" else shown(value)


def in_english() -> bool:
    """Whether the reader reads English."""
    locale = get_locale()
    return locale is not None and locale.language == "en"


def shown(value: Any) -> str:
    """A fact as it stands in a sentence."""
    match value:
        case Name() | StrEnum():
            return _word(value)
        case Ntd():
            return f"{value.dollars:,}"
        case datetime():
            local = value.astimezone(TAIPEI)
            return f"{shown(local.date())} {local:%H:%M}"
        case date():
            return roc_slashes(value) if in_english() else roc_date(value)
        case bool():
            return gettext("是") if value else gettext("否")
        case int():
            return f"{value:,}"
        case list() | tuple():
            return gettext("、").join(shown(part) for part in value)
        case Refused():
            return sentence(value)  # a refusal that another one quotes
        case None:
            return "–"
        case _:
            return str(value)


def _word(value: Name | StrEnum) -> str:
    if isinstance(value, Name):
        return value.en if in_english() else value.zh
    word = STATES.get(f"{type(value).__name__}.{value.value}", STATES.get(value.value))
    return value.value if word is None else str(word)


# Keyed by value, or by `Class.VALUE` where two vocabularies use one value for different things.
STATES: Mapping[str, LazyString] = {
    code: word
    for room in (
        door,
        people,
        cases,
        intake,
        review,
        disbursement,
        recoveries,
        sheets,
        reports,
        *_YOUNGER,
    )
    for code, word in room.STATES.items()
}
