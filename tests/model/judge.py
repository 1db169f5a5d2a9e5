"""The books after each step: an invariant is asked again when a table that it reads was written.

An invariant looks at rows and at nothing else, so where none of the tables that it read the last
time was written since, it would read the same and find the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from backoffice.db import Base
from backoffice.invariants import REGISTER

CHAIN = "I-43 the audit chain is whole"
WRITES = ("INSERT", "UPDATE", "DELETE", "WITH")


class Judge:
    """One world's books; of the audit chain, which is read from its start, only `whole` asks."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._written: set[str] = set()
        self._reading: set[str] = set()
        self._reads: dict[str, frozenset[str]] = {}
        event.listen(engine, "before_cursor_execute", self._note)

    def close(self) -> None:
        """Listen no longer: the engine serves other worlds."""
        event.remove(self._engine, "before_cursor_execute", self._note)

    def broken(self) -> list[tuple[str, ...]]:
        """What does not hold of all that could have changed since it was asked the last time."""
        written, self._written = self._written, set()
        found: list[tuple[str, ...]] = []
        with Session(self._engine) as session:
            for name, check in REGISTER.items():
                if name != CHAIN and self._is_touched(name, written):
                    self._reading = set()
                    found += [(name, *each) for each in check(session)]
                    self._reads[name] = frozenset(self._reading)
        return found

    def whole(self) -> list[tuple[str, ...]]:
        """What is wrong with the audit chain."""
        with Session(self._engine) as session:
            return list(REGISTER[CHAIN](session))

    def _is_touched(self, name: str, written: set[str]) -> bool:
        read = self._reads.get(name)
        return read is None or not written.isdisjoint(read)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        named = _tables_in(statement)
        self._reading |= named
        if statement.startswith(WRITES):
            self._written |= named


@cache
def _tables_in(statement: str) -> frozenset[str]:
    """Every table whose name stands anywhere in the statement: rather one too many."""
    return frozenset(_names()(statement))


@cache
def _names() -> Callable[[str], list[str]]:
    names = "|".join(sorted(Base.metadata.tables, key=len, reverse=True))
    return re.compile(rf"\b(?:{names})\b").findall
