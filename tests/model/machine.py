"""Hypothesis plays the office: a plain dictionary of states against the real door.

Every step is a move that the law allows, one that it does not, or time that passes. What the law
allows is drawn from the moves tried least so far. After each step the books are asked: the states
are what the law says, a refusal has changed nothing at all, and every invariant holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from backoffice import audit
from backoffice.cases.models import Case
from backoffice.db import write_engine
from backoffice.disbursement.models import Checkpoint, Tranche
from backoffice.invariants import REGISTER
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.refusal import Refused
from backoffice.use_case import Office
from tests.model.hands import Hands, NotNow
from tests.model.law import LAW, Event, Kind, State

MODELS: Mapping[str, Any] = {"case": Case, "tranche": Tranche, "checkpoint": Checkpoint}
CHAIN = "I-43 the audit chain is whole"
RARE = 12  # from how many of the moves tried least the next one is drawn

KINDS = ("allowed",) * 7 + ("forbidden",) * 2 + ("time",)

Record = tuple[Kind, int]
Moved = tuple[Kind, State, Event, State]


class OfficeMachine(RuleBasedStateMachine):
    """One office from its first day on; `copy` and `began` are set by whoever runs it."""

    copy: ClassVar[Callable[[], AbstractContextManager[str]]]
    began: ClassVar[datetime]
    seen: ClassVar[Counter[Moved]]
    tried: ClassVar[Counter[tuple[Kind, State, Event]]]
    steps: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        url = self.stack.enter_context(type(self).copy())
        office = Office(write_engine(url), FixedClock(self.began))
        self.stack.callback(office.engine.dispose)
        self.hands = Hands(office)
        self.engine = office.engine
        self.states: dict[Record, State] = dict(self._states())

    def teardown(self) -> None:
        with self.stack, Session(self.engine) as session:
            assert list(REGISTER[CHAIN](session)) == []

    @rule(kind=st.sampled_from(KINDS), draw=st.integers(0, 9_999))
    def step(self, kind: str, draw: int) -> None:
        """One step of one kind; a single rule, for Hypothesis leaves whole rules out of a run."""
        match kind:
            case "allowed":
                self._allowed(draw)
            case "forbidden":
                self._forbidden(draw)
            case _:
                self._time_passes(1 + draw % 4)

    def _forbidden(self, draw: int) -> None:
        """A move that the law does not allow: refused, and nothing is changed."""
        chosen = sorted(
            (record, event)
            for record, state in self.states.items()
            for event in self.hands.deeds[record[0]]
            if (state, event) not in LAW[record[0]]
        )
        record, event = chosen[draw % len(chosen)]
        before = self._head()
        try:
            self.hands.deeds[record[0]][event].deed(record[1])
        except NotNow:
            self.steps["nothing to try"] += 1
            return
        except (Refused, NoResultFound):  # a page would say no, or that there is no such thing
            self.steps["refused"] += 1
        else:
            raise AssertionError(f"{record} in {self.states[record]} let {event} happen")
        assert self._head() == before, f"{record}: {event} was refused, yet something is audited"
        assert dict(self._states()) == self.states
        self._judge()

    def _time_passes(self, days: int) -> None:
        """Days go by, and the worker looks at the checkpoints' dates."""
        self.hands.pass_days(days)
        self._follow(None, "")
        self.steps["days passed"] += 1

    def _allowed(self, draw: int) -> None:
        """A move that the law allows, of those tried least; the world may lack what it needs."""
        chosen = sorted(
            (self.tried[kind, state, event], kind, event, number)
            for (kind, number), state in self.states.items()
            for event in self.hands.deeds[kind]
            if (state, event) in LAW[kind]
        )
        _, kind, event, number = chosen[draw % min(RARE, len(chosen))]
        self.tried[kind, self.states[kind, number], event] += 1
        move = self.hands.deeds[kind][event]
        try:
            move.before(number)
            move.deed(number)
        except NotNow:
            self.steps["not now"] += 1
            return
        except Refused as refusal:
            # Guards beyond the table: what led up to the deed may stand, the deed may not.
            self.steps[f"guarded: {event}: {refusal.code}"] += 1
            self._follow(None, "")
            return
        self.steps["moved"] += 1
        self._follow((kind, number), event)

    def _follow(self, record: Record | None, event: Event) -> None:
        """Every change of a state is a move of the law, or two; ours is the one that we made."""
        now = dict(self._states())
        for each, state in now.items():
            before = self.states.get(each)
            if before is None:
                continue  # a contract has just brought it into being
            if each == record:
                via = self._via(each, event, before, state)
                self.seen.update(via)
            elif before != state:
                self.seen.update(_path(each[0], before, state))
        self.states = now
        self._judge()

    def _via(self, record: Record, event: Event, before: State, state: State) -> list[Moved]:
        kind = record[0]
        target = LAW[kind].get((before, event))
        if target == state:
            return [(kind, before, event, state)]
        # What led up to the deed moved it on first, or what followed from it did.
        path = _path(kind, before, state)
        assert any(step[2] == event for step in path), f"{record}: {event} led {before} to {state}"
        return path

    def _judge(self) -> None:
        """Every invariant; of the audit chain, which is read from its start, once at the end."""
        with Session(self.engine) as session:
            broken = [
                (name, *found)
                for name, check in REGISTER.items()
                if name != CHAIN
                for found in check(session)
            ]
        assert broken == []

    def _states(self) -> Iterator[tuple[Record, State]]:
        with Session(self.engine) as session:
            for kind, model in MODELS.items():
                for number, state in session.execute(select(model.id, model.state)):
                    yield (kind, number), state.value

    def _head(self) -> int:
        with Session(self.engine) as session:
            return audit.head(session).seq


def _path(kind: Kind, before: State, after: State) -> list[Moved]:
    """The shortest way of the law from one state to another; AssertionError when there is none."""
    roads: list[list[Moved]] = [[]]
    reached = {before}
    while roads:
        longer = []
        for road in roads:
            here = road[-1][3] if road else before
            for (state, event), target in LAW[kind].items():
                if state != here:
                    continue
                step = [*road, (kind, state, event, target)]
                if target == after:
                    return step
                if target not in reached:
                    reached.add(target)
                    longer.append(step)
        roads = longer
    raise AssertionError(f"no move of the law leads a {kind} from {before} to {after}")
