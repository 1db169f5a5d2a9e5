"""The one table behind every lifecycle: from this state, by this event, to that state."""

from collections.abc import Hashable, Iterable
from typing import Final, Generic, TypeVar

from backoffice.kernel.refusal import Refused

S = TypeVar("S", bound=Hashable)
E = TypeVar("E", bound=Hashable)


class Lifecycle(Generic[S, E]):
    """A fixed table of moves; it answers what follows, what is open, what is final.

    `states` begins with `initial` and keeps the order in which the table first names them;
    `moves` is the table as written. The table is refused (ValueError) if one event leads
    from one state to two places or stands twice.
    """

    def __init__(self, *, initial: S, moves: Iterable[tuple[S, E, S]]) -> None:
        self.initial: Final[S] = initial
        self.moves: Final[tuple[tuple[S, E, S], ...]] = tuple(moves)
        self._next: Final[dict[S, dict[E, S]]] = {initial: {}}
        for state, event, following in self.moves:
            leaving = self._next.setdefault(state, {})
            if event in leaving:
                raise ValueError(f"{event!r} stands twice at {state!r}")
            leaving[event] = following
            self._next.setdefault(following, {})
        self.states: Final[tuple[S, ...]] = tuple(self._next)

    def after(self, state: S, event: E) -> S:
        """The state that follows. Refuses "lifecycle.not_allowed" (state, event)."""
        leaving = self._leaving(state)
        if event not in leaving:
            raise Refused("lifecycle.not_allowed", state=state, event=event)
        return leaving[event]

    def open_events(self, state: S) -> tuple[E, ...]:
        """The events that the table allows from here, in the order of the table."""
        return tuple(self._leaving(state))

    def is_final(self, state: S) -> bool:
        """Whether nothing leads out of this state."""
        return not self._leaving(state)

    def reachable(self) -> frozenset[S]:
        """Every state that some chain of events leads to from `initial`, itself included."""
        found = {self.initial}
        waiting = [self.initial]
        while waiting:
            for following in self._next[waiting.pop()].values():
                if following not in found:
                    found.add(following)
                    waiting.append(following)
        return frozenset(found)

    def _leaving(self, state: S) -> dict[E, S]:
        assert state in self._next, f"{state!r} is no state of this lifecycle"
        return self._next[state]
