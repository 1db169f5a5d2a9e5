"""How what the audit keeps reads in words: tables, columns, and values by their columns' types."""

from __future__ import annotations

import json
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext
from sqlalchemy import Date, Enum

from backoffice.db import Base, InstantColumn, NtdColumn
from backoffice.messages import STATES, shown
from backoffice.messages.fields import FIELDS, FIELDS_OF, SUBJECTS

# Kept in hundredths of a point.
_HUNDREDTHS = frozenset({"base_score", "bonus_score", "pass_mark", "points", "score"})
_PERSONS = frozenset({"account_id", "actor_id", "author_id", "officer_id", "reviewer_id"})
_NTD_IN_LEDGER = frozenset({("ledger_transfer", "quantity")})
_ACCOUNT = frozenset(
    {("ledger_transfer", "source"), ("ledger_transfer", "target"), ("ledger_account", "name")}
)


def subject_words(subject: str) -> str:
    """A table in the reader's language; one without words keeps its name."""
    return str(SUBJECTS.get(subject, subject))


def field_words(subject: str, field: str) -> str:
    """A column of a table in the reader's language; one without words keeps its name."""
    return str(FIELDS_OF.get((subject, field), FIELDS.get(field, field)))


def value_words(subject: str, field: str, value: Any) -> str:
    """A value as it stood in the audit, read by its column's type: states, amounts and instants."""
    if value is None or value == "":
        return "–"
    if (subject, field) in _ACCOUNT:
        return account_words(str(value))
    if (subject, field) == ("ledger_account", "stage"):
        return str(STATES.get(f"Stage.{value}", value))
    if (subject, field) in _NTD_IN_LEDGER:
        return shown(value)
    table = Base.metadata.tables.get(subject)
    column = table.c.get(field) if table is not None else None
    match None if column is None else column.type:
        case Enum(enum_class=kind) if kind is not None and issubclass(kind, StrEnum):
            return _member(kind, value)
        case NtdColumn() if isinstance(value, int):
            return shown(value)
        case InstantColumn() if isinstance(value, str):
            return shown(datetime.fromisoformat(value))
        case Date() if isinstance(value, str):
            return shown(date.fromisoformat(value))
        case _:
            return _plain(field, value)


def account_words(name: str) -> str:
    """A ledger account in words: the scheme, and the stage at which its money stands."""
    scheme, _slash, stage = name.partition("/")
    word = STATES.get(f"Stage.{stage}")
    return name if word is None else gettext("%(scheme)s %(stage)s", scheme=scheme, stage=word)


def _member(kind: type[StrEnum], value: Any) -> str:
    try:
        return shown(kind(value))
    except ValueError:
        return str(value)


def names_a_person(field: str, value: Any) -> bool:
    """Whether the value is the number of somebody's account."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return is_number and (field in _PERSONS or field.endswith("_by") or field == "by")


def _plain(field: str, value: Any) -> str:
    match value:
        case bool():
            return shown(value)
        case int() if field in _HUNDREDTHS:
            return f"{value // 100}.{value % 100:02d}"
        case int() if field.endswith("_bp"):
            return f"{value // 100}.{value % 100:02d}%"
        case str() | int():
            return str(value)
        case _:
            return json.dumps(value, ensure_ascii=False, sort_keys=True)
