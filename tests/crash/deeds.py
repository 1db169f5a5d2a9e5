"""What a life is made of: deeds under keys of their own, in lanes that need nothing of others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, TypeAlias

from backoffice.access import Actor
from backoffice.kernel.refusal import Stale
from backoffice.use_case import Office, UseCase

LAST_DAY = date(2024, 5, 6)
TRIES = 5

Prepare: TypeAlias = Callable[[Office], tuple[Any, ...]]
"""The arguments of a deed as the page would show them now; the office that is asked only reads."""


class Mark(NamedTuple):
    """Plain SQL that counts how often a deed stands in the books: `:it` is what it was done to."""

    sql: str
    it: int | str


@dataclass(frozen=True, slots=True)
class Deed:
    """One act under a key of its own, `days_on` days after the last day of the world."""

    key: str
    case: UseCase[Any, Any]
    actor: Actor
    prepare: Prepare
    mark: Mark | None = None
    days_on: int = 0

    def do(self, office: Office, look: Office) -> None:
        """Perform it as a person would: whose page is stale looks again."""
        for _ in range(TRIES - 1):
            try:
                office.perform_once(self.key, self.case, self.actor, *self.prepare(look))
            except Stale:
                continue
            return
        office.perform_once(self.key, self.case, self.actor, *self.prepare(look))


Lane: TypeAlias = Sequence[Deed]
"""Each deed asks that the one before it was done, and for nothing of another lane."""


def always(*arguments: Any) -> Prepare:
    """The same, whatever a page shows."""
    return lambda _office: arguments
