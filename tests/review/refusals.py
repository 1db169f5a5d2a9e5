"""Expecting a no: its code, and those of its facts that matter to the test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from backoffice.kernel.refusal import Refused, Stale


@contextmanager
def refused(code: str, **facts: object) -> Iterator[None]:
    """The block is refused with this code, and with at least these facts."""
    with pytest.raises(Refused) as refusal:
        yield
    told = refusal.value
    assert told.code == code
    assert {name: told.facts.get(name) for name in facts} == facts


@contextmanager
def stale() -> Iterator[None]:
    """The block is refused since somebody was faster."""
    with pytest.raises(Stale):
        yield
