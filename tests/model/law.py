"""The law that the model plays by: every move of the tables, and what an act can have led to.

It knows `tables` and nothing of the product's own lifecycles; a test compares the two. A room that
comes later adds its table there, its deeds as a module of `hands`, and its model to
`records.KINDS`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from tests.model.tables import ACTS, BORN, TABLES

Kind = str
State = str
Event = str

# Moves of the product's tables that nobody can make yet; each says what will make them.
_SUPPLEMENT = "documents and supplement"
_CHANGE = "change requests"
# No move of the table, and yet not always refused: where a correction was asked for, the firm's
# next report comes in, and the case stays where it is.
ANOTHER_ROUND = frozenset({("case", "CLOSING", "REPORT_CLOSING")})
LATER: Mapping[tuple[Kind, Event], str] = {
    ("case", "FIND_DEFICIENT"): _SUPPLEMENT,
    ("case", "RESUBMIT"): _SUPPLEMENT,
    ("case", "MISS_DEADLINE"): _SUPPLEMENT,
    ("checkpoint", "CHANGE"): _CHANGE,
    ("checkpoint", "REMOVE"): _CHANGE,
}
# A state that only a later move leads to: what happens from there is later too.
LATER_STATES = frozenset({("case", "SUPPLEMENT")})
ACT: Kind = "act"
ALWAYS: State = "ALWAYS"


def _rows(table: str) -> Iterator[tuple[State, Event, State]]:
    for line in table.strip().splitlines():
        states, event, target = line.split()
        for state in states.split(","):
            yield state, event, target


LAW: Mapping[Kind, Mapping[tuple[State, Event], State]] = {
    **{
        kind: {(state, event): target for state, event, target in _rows(table)}
        for kind, table in TABLES.items()
    },
    ACT: {(ALWAYS, name): ALWAYS for name in ACTS},
}
# Where a record begins: a table's first line begins there.
FIRST: Mapping[Kind, State] = {kind: next(_rows(table))[0] for kind, table in TABLES.items()}


# Two events lead from here to there: the act says which of them it was.
SAYS: Mapping[str, Event] = {
    "case.give_up": "GIVE_UP",
    "midterm.conclude": "FAIL_MIDTERM",
    "case.withdraw": "RELEASE",
    "service.cancel": "RELEASE",
    "seat.replace": "RELEASE",
}


class Moved(NamedTuple):
    """A move of the law: of which kind of record, from where, by what, to where."""

    kind: Kind
    state: State
    event: Event
    target: State


def done(name: str) -> Moved:
    """An act that moves nothing, or the birth of a record of a certain class."""
    return Moved(ACT, ALWAYS, name, ALWAYS)


# The move of another record that brings one of this kind into being.
BEGINS: Mapping[Kind, Moved] = {
    "tranche": Moved("case", "AWARDED", "SIGN_CONTRACT", "ACTIVE"),
    "checkpoint": Moved("case", "AWARDED", "SIGN_CONTRACT", "ACTIVE"),
    "sheet": Moved("tranche", "VERIFIED", "PUT_ON_SHEET", "SHEETED"),
    "sheet_line": Moved("tranche", "VERIFIED", "PUT_ON_SHEET", "SHEETED"),
    "recovery": Moved("tranche", "PLANNED", "SETTLE_TO_ZERO", "VOID"),
    "offer": Moved("case", "SCORED", "OFFER_PARTIAL", "OFFERED"),
    "claim": Moved("service", "QUALIFYING", "ACCEPT", "ACCEPTED"),
    "conflict": done("conflict"),
    "refund": done("refund EXCESS"),
    "fee_line": done("fee_line UNKNOWN"),
    "answer": done("answer CSV"),
    "item": done("item UNKNOWN"),
    "loan": Moved("lending", "ACCEPTED", "START_SERVICE", "IN_SERVICE"),
    "bank_line": done("bank_claim.enter"),
    "interest": Moved("bank_line", "READY", "ACCEPT", "ACCEPTED"),
    "shift": done("shift TRANSFER"),
    "closing": done("closing"),
}


def moves() -> list[Moved]:
    """Every move that somebody can make, of all tables."""
    return [
        Moved(kind, state, event, target)
        for kind, table in LAW.items()
        for (state, event), target in table.items()
    ]


@cache
def road(kind: Kind, before: State, after: State) -> tuple[Moved, ...] | None:
    """The shortest way of the law from one state to another; None when there is none."""
    roads: deque[tuple[Moved, ...]] = deque([()])
    reached = {before}
    while roads:
        so_far = roads.popleft()
        here = so_far[-1].target if so_far else before
        if here == after:
            return so_far
        for (state, event), target in LAW[kind].items():
            if state == here and target not in reached:
                reached.add(target)
                roads.append((*so_far, Moved(kind, state, event, target)))
    return None


class Look(NamedTuple):
    """A record as it was seen: its state, and its class or whose it is."""

    state: State
    mark: str


def led(act: str, kind: Kind, before: Look | None, after: Look) -> tuple[Moved, ...] | None:
    """The moves by which an act brought a record from there to here; None when it cannot have.

    `before` is None for a record that is new.
    """
    if before is None:
        if after.state in BORN.get(kind, ()):
            return ()
        return _said(act, road(kind, FIRST[kind], after.state))
    between = _between(act, kind, before, after)
    if between is None:
        return _said(act, road(kind, before.state, after.state))
    first, second = road(kind, before.state, between), road(kind, between, after.state)
    return None if first is None or second is None else _said(act, first + second)


def _between(act: str, kind: Kind, before: Look, after: Look) -> State | None:
    """Where a record was in between, though the shortest road does not lead there."""
    if kind == "seat" and before.mark and before.mark != after.mark:
        return "FREE"  # it was taken from one and given to another
    is_back = kind == "claim" and (before.state, after.state) == ("SEATED", "WAITING")
    return "LAPSED" if is_back and act != "seat.replace" else None


def _said(act: str, way: tuple[Moved, ...] | None) -> tuple[Moved, ...] | None:
    """The same moves by the events that the act says, where they lead there too."""
    return None if way is None else tuple(_as_said(act, move) for move in way)


def _as_said(act: str, move: Moved) -> Moved:
    said = SAYS.get(act, move.event)
    is_so = LAW[move.kind].get((move.state, said)) == move.target
    return move._replace(event=said) if is_so else move
