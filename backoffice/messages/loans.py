"""Sentences and words of loans and their interest subsidy."""

from __future__ import annotations

from flask_babel.speaklater import LazyString

SENTENCES: dict[str, LazyString] = {}

STATES: dict[str, LazyString] = {}

ACTS: dict[str, LazyString] = {}
