"""The list of invariants, and what a violation says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

Found = Iterator[tuple[str, str]]  # which row, and what is wrong with it
Check = Callable[[Session], Found]

REGISTER: dict[str, Check] = {}


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise that does not hold."""

    invariant: str
    subject: str
    detail: str


def invariant(name: str) -> Callable[[Check], Check]:
    """Put a check on the list; its name is `trust.md`'s number and a sentence."""

    def register(check: Check) -> Check:
        assert name not in REGISTER, name
        REGISTER[name] = check
        return check

    return register
