"""Sentences and words of places, waiting lists and services."""

from __future__ import annotations

from flask_babel.speaklater import LazyString

SENTENCES: dict[str, LazyString] = {}

STATES: dict[str, LazyString] = {}

ACTS: dict[str, LazyString] = {}
