"""What a client is to do, and what it saw: the only things that the checks know of a client."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from backoffice.access import Actor

OK = "ok"
UNKNOWN = "unknown"  # the database or the connection failed: the books must say what happened

Subject: TypeAlias = int | str
"""What is scarce: the key of a row, or the number on a paper."""


class Idiom(StrEnum):
    """The ways in which something scarce is given out."""

    PAYMENT = "seat by payment order"
    ARRIVAL = "seat by arrival"
    BUDGET = "commit budget"
    APPROVE = "approve or return"
    BATCH = "payment batch"
    TAKE = "next case"
    SCORE = "submit score once"
    REPEAT = "same request again"


@dataclass(frozen=True, slots=True)
class Operation:
    """One deed to be done under `key`, if it has one, to all of its subjects or to none.

    `amounts` are the dollars that move for each subject if it is done.
    """

    idiom: Idiom
    subjects: tuple[Subject, ...]
    deed: str
    actor: Actor
    arguments: tuple[Any, ...]
    amounts: tuple[int, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """A deed as its client saw it, from the call to the answer, in nanoseconds of one clock."""

    client: int
    started: int
    ended: int
    idiom: Idiom
    subjects: tuple[Subject, ...]
    amounts: tuple[int, ...]
    key: str
    code: str
    answer: int | str | None = None

    @property
    def act(self) -> str:
        """What takes effect at most once: all that is asked for under one key."""
        return self.key or f"client {self.client} at {self.started}"

    @property
    def is_done(self) -> bool:
        return self.code == OK

    @property
    def is_unknown(self) -> bool:
        return self.code == UNKNOWN
