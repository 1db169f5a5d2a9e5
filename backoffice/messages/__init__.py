"""Where refusal codes become sentences, in the reader's language.

Each room has a module here with its codes. A sentence says what happened, why, and what to do;
its facts are formatted by their type: money with separators, dates as ROC dates.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext
from flask_babel.speaklater import LazyString

from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import TAIPEI, roc_date
from backoffice.messages import (
    cases,
    disbursement,
    door,
    intake,
    ledger,
    people,
    reports,
    review,
    scheme,
    sheets,
    spreadsheets,
)
from backoffice.messages.acts import ACTS, act_words

__all__ = ["ACTS", "SENTENCES", "STATES", "act_words", "sentence", "shown"]

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
        sheets,
        reports,
    )
    for code, sentence in room.SENTENCES.items()
}


def sentence(refusal: Refused) -> str:
    """The refusal in the reader's language; an unworded code is a programme error."""
    return str(SENTENCES[refusal.code]) % {k: shown(v) for k, v in refusal.facts.items()}


def shown(value: Any) -> str:
    """A fact as it stands in a sentence."""
    match value:
        case Ntd():
            return f"{value.dollars:,}"
        case datetime():
            local = value.astimezone(TAIPEI)
            return f"{roc_date(local.date())} {local:%H:%M}"
        case date():
            return roc_date(value)
        case bool():
            return gettext("是") if value else gettext("否")
        case StrEnum():
            word = STATES.get(f"{type(value).__name__}.{value.value}", STATES.get(value.value))
            return value.value if word is None else str(word)
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


# Keyed by value, or by `Class.VALUE` where two vocabularies use one value for different things.
STATES: Mapping[str, LazyString] = {
    code: word
    for room in (people, cases, intake, review, disbursement, sheets, reports)
    for code, word in room.STATES.items()
}
