"""The table of moves behind every lifecycle."""

from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.kernel.lifecycle import Lifecycle
from backoffice.kernel.refusal import Refused


class Door(Enum):
    CLOSED = "closed"
    OPEN = "open"
    LOCKED = "locked"
    GONE = "gone"


class Hand(Enum):
    PUSH = "push"
    PULL = "pull"
    TURN_KEY = "turn_key"
    REMOVE = "remove"


DOOR = Lifecycle[Door, Hand](
    initial=Door.CLOSED,
    moves=[
        (Door.CLOSED, Hand.PUSH, Door.OPEN),
        (Door.OPEN, Hand.PULL, Door.CLOSED),
        (Door.CLOSED, Hand.TURN_KEY, Door.LOCKED),
        (Door.LOCKED, Hand.TURN_KEY, Door.CLOSED),
        (Door.OPEN, Hand.REMOVE, Door.GONE),
    ],
)


def test_an_event_leads_to_the_state_in_the_table() -> None:
    assert DOOR.after(Door.CLOSED, Hand.PUSH) is Door.OPEN
    assert DOOR.after(Door.LOCKED, Hand.TURN_KEY) is Door.CLOSED


def test_an_event_that_is_not_open_is_refused_with_state_and_event() -> None:
    with pytest.raises(Refused) as no:
        DOOR.after(Door.LOCKED, Hand.PUSH)

    assert no.value == Refused("lifecycle.not_allowed", state=Door.LOCKED, event=Hand.PUSH)


def test_open_events_keep_the_order_of_the_table() -> None:
    assert DOOR.open_events(Door.CLOSED) == (Hand.PUSH, Hand.TURN_KEY)


def test_a_state_that_nothing_leads_out_of_is_final() -> None:
    assert [state for state in DOOR.states if DOOR.is_final(state)] == [Door.GONE]
    assert DOOR.open_events(Door.GONE) == ()


def test_the_states_begin_with_the_initial_one_and_keep_the_order_of_the_table() -> None:
    assert DOOR.initial is Door.CLOSED
    assert DOOR.states == (Door.CLOSED, Door.OPEN, Door.LOCKED, Door.GONE)


def test_what_no_chain_of_events_leads_to_is_not_reachable() -> None:
    table = Lifecycle(initial=1, moves=[(1, "go", 2), (3, "go", 2), (3, "stay", 3)])

    assert table.reachable() == {1, 2}
    assert table.states == (1, 2, 3)


def test_one_event_cannot_lead_to_two_places() -> None:
    with pytest.raises(ValueError, match="twice"):
        Lifecycle(initial=1, moves=[(1, "go", 2), (1, "go", 3)])


def test_a_move_cannot_stand_twice() -> None:
    with pytest.raises(ValueError, match="twice"):
        Lifecycle(initial=1, moves=[(1, "go", 2), (1, "go", 2)])


def test_a_state_of_another_table_is_a_bug() -> None:
    table = Lifecycle(initial=1, moves=[(1, "go", 2)])

    for ask in (table.open_events, table.is_final, lambda state: table.after(state, "go")):
        with pytest.raises(AssertionError, match="no state"):
            ask(9)


TABLES = st.dictionaries(
    st.tuples(st.integers(0, 6), st.sampled_from("abc")), st.integers(0, 6), max_size=15
)


@given(TABLES)
def test_every_move_of_the_table_is_open_and_leads_where_it_says(
    table: dict[tuple[int, str], int],
) -> None:
    moves = [(state, event, following) for (state, event), following in table.items()]

    lifecycle = Lifecycle(initial=0, moves=moves)

    assert lifecycle.moves == tuple(moves)
    assert sorted(
        (state, event, lifecycle.after(state, event))
        for state in lifecycle.states
        for event in lifecycle.open_events(state)
    ) == sorted(moves)


@given(TABLES)
def test_reachable_states_are_closed_under_every_event_and_hold_nothing_else(
    table: dict[tuple[int, str], int],
) -> None:
    reached = {0}
    for _ in range(7):
        reached |= {following for (state, _), following in table.items() if state in reached}

    moves = [(state, event, following) for (state, event), following in table.items()]

    assert Lifecycle(initial=0, moves=moves).reachable() == reached
