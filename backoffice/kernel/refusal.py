"""What the law, the office or a faster colleague says no to: a code and its facts."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

E = TypeVar("E", bound=Hashable)


class Refused(Exception):
    """A no that the user must hear: a code of the message catalogue and the facts it names.

    `code` is a dotted name such as "quota.full"; the sentence is worded where messages are
    kept, never here. Facts are plain values (numbers, texts, dates, Ntd, Name) and hold no
    secret, since they are shown to the user. Two refusals are equal when code and facts are.
    """

    def __init__(self, code: str, /, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code} ({facts})" if facts else self.code

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Refused):
            return NotImplemented
        return (type(self), self.code, self.facts) == (type(other), other.code, other.facts)

    def __hash__(self) -> int:
        return hash((type(self), self.code))


class Stale(Refused):
    """Someone was faster: the record is no longer the version that the user decided on."""

    def __init__(self, code: str = "stale", /, **facts: object) -> None:
        super().__init__(code, **facts)


# Without slots: Python 3.11 cannot then construct a frozen generic as Offer[Event](…).
@dataclass(frozen=True)
class Offer(Generic[E]):
    """An event that is open now, with the reason why it may not be taken; None means go ahead."""

    event: E
    refusal: Refused | None
