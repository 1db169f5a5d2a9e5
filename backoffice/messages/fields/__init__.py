"""What each table and each column is called where the audit is read."""

from __future__ import annotations

from flask_babel.speaklater import LazyString

from backoffice.messages.fields import bank, budget, fees, house, loans, seats, subjects

__all__ = ["FIELDS", "FIELDS_OF", "SUBJECTS"]

_ROOMS = (seats, fees, loans, bank, budget)

SUBJECTS: dict[str, LazyString] = {
    **subjects.SUBJECTS,
    **{name: word for room in _ROOMS for name, word in room.SUBJECTS.items()},
}

FIELDS: dict[str, LazyString] = {
    **house.FIELDS,
    **{name: word for room in _ROOMS for name, word in room.FIELDS.items()},
}

# Where one column name says different things in different tables.
FIELDS_OF: dict[tuple[str, str], LazyString] = {
    **house.FIELDS_OF,
    **{place: word for room in _ROOMS for place, word in room.FIELDS_OF.items()},
}
