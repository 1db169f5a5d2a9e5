"""Sentences and state words of the room «spreadsheets»."""

from __future__ import annotations

from flask_babel.speaklater import LazyString

SENTENCES: dict[str, LazyString] = {}

STATES: dict[str, LazyString] = {}
