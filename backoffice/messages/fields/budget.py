"""What the audit calls the tables and columns of budget periods."""

from __future__ import annotations

from flask_babel.speaklater import LazyString

SUBJECTS: dict[str, LazyString] = {}

FIELDS: dict[str, LazyString] = {}

FIELDS_OF: dict[tuple[str, str], LazyString] = {}
