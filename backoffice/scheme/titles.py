"""What a scheme is called in the reader's language."""

from __future__ import annotations

from datetime import datetime

from backoffice.messages import in_english
from backoffice.scheme import registry
from backoffice.scheme.rules import Edition, SchemeKey


def title_of(edition: Edition) -> str:
    """The title of an edition."""
    return edition.title_en if in_english() else edition.title_zh


def titles(at: datetime) -> dict[SchemeKey, str]:
    """Every scheme by its code, as its edition at the instant `at` calls it."""
    return {scheme: title_of(registry.governing(scheme, at)) for scheme in registry.schemes()}
