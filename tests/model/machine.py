"""Hypothesis plays the office: a plain dictionary of states against the real door.

Every step is a move that the law allows, one that it does not, time that passes, or a case that
comes in. Which move is tried is drawn, and what was made least often so far is the likeliest;
where no record stands at its beginning, one is led there. After each act of anybody the states
are compared with the law; after each step the books are asked: a refusal has changed nothing at
all, and every invariant holds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime
from functools import cache
from random import Random
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlalchemy import Engine, String, cast, literal, select, union_all
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from backoffice import audit
from backoffice.cases.models import Case
from backoffice.db import write_engine
from backoffice.disbursement.models import (
    Checkpoint,
    Ending,
    Recovery,
    Sheet,
    SheetLine,
    Tranche,
)
from backoffice.invariants import REGISTER
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.refusal import Refused
from backoffice.review.models import Offer
from backoffice.use_case import Office
from tests.model.hands import Hands, NotNow
from tests.model.law import BEGINS, FIRST, LAW, SAYS, Kind, Moved, State, moves, road
from tests.model.world import arrive

MODELS: Mapping[Kind, Any] = {
    "case": Case,
    "tranche": Tranche,
    "checkpoint": Checkpoint,
    "sheet": Sheet,
    "sheet_line": SheetLine,
    "recovery": Recovery,
    "ending": Ending,
    "offer": Offer,
}
STATES = union_all(
    *(
        select(literal(kind).label("kind"), model.id, cast(model.state, String).label("state"))
        for kind, model in MODELS.items()
    )
)
CHAIN = "I-43 the audit chain is whole"
KINDS = {"allowed": 70, "forbidden": 18, "time": 6, "arrival": 3, "proposal": 3}
TIRING = 0.25  # what is left of a move's weight after it was tried in vain
RESTING = 0.97  # what is left of its tiredness after each step of the machine
WEARY = 4  # as tired as a move becomes when nothing could be done towards it at all

Record = tuple[Kind, int]


class OfficeMachine(RuleBasedStateMachine):
    """One office from its first day on; `copy` and `began` are set by whoever runs it."""

    copy: ClassVar[Callable[[], AbstractContextManager[str]]]
    began: ClassVar[datetime]
    seen: ClassVar[Counter[Moved]]
    steps: ClassVar[Counter[str]]
    failures: ClassVar[list[Exception]]

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        url = self.stack.enter_context(type(self).copy())
        office = Office(_engine_of(url), FixedClock(self.began), watch=self)
        self.stack.callback(office.engine.dispose)
        self.engine = office.engine
        self.states = self._states()
        self.tired: defaultdict[Moved, float] = defaultdict(float)
        self.in_vain: set[tuple[Record, Moved]] = set()
        self.made: list[tuple[Record, Moved]] = []
        self.acts = 0
        self.story: list[str] = []
        self.hands = Hands(office)
        self.chance = Random(0)

    def teardown(self) -> None:
        with self.stack, Session(self.engine) as session:
            if not self.failures:
                assert list(REGISTER[CHAIN](session)) == []

    # --- the office tells of each act ---------------------------------------------------------

    def performed(self, name: str, outcome: str, seconds: float) -> None:
        """After each act every change of a state is a move of the law, or a few; refused, none."""
        self.story.append(f"    {name}: {outcome}")
        now = self._states()
        if outcome != "done":
            assert now == self.states, f"{name} ended with {outcome}, yet moved something"
            return
        self.acts += 1
        for record, state in now.items():
            kind = record[0]
            before = self.states.get(record, FIRST[kind])
            if before == state:
                continue
            way = road(kind, before, state)
            assert way is not None, f"{name} led {record} from {before} to {state}"
            self.made += [(record, _as_said(name, move)) for move in way]
        assert self.states.keys() <= now.keys(), f"{name} made a record vanish"
        self.states = now

    def waited(self, seconds: float) -> None:
        """Nobody else writes here."""

    # --- steps --------------------------------------------------------------------------------

    @initialize(number=st.integers(0, 2**64 - 1))
    def begin(self, number: int) -> None:
        """One number a run: Hypothesis likes to draw the same one again for every step."""
        self.chance = Random(number)
        self.story.append(f"run {number}")

    @rule()
    def step(self) -> None:
        """One step of one kind; a single rule, for Hypothesis leaves whole rules out of a run.

        A failure ends the play and is told as it happened. Hypothesis would play it once more, in
        a world where other moves have become the seldom ones, and say that it is flaky.
        """
        if self.failures:
            return
        with ExitStack() as stack:
            stack.push(self._fail)
            self._step()

    def _fail(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: object
    ) -> bool:
        """What went wrong, with all that led to it, kept for whoever began the play."""
        if not isinstance(error, Exception):
            return False
        error.add_note("\n".join(self.story))
        self.failures.append(error)
        return True

    def _step(self) -> None:
        self.made, self.acts = [], 0
        (kind,) = self.chance.choices(list(KINDS), list(KINDS.values()))
        outcome = {
            "allowed": self._allowed,
            "forbidden": self._forbidden,
            "time": self._time_passes,
            "arrival": self._arrival,
            "proposal": self._proposal,
        }[kind](self.chance)
        if self.acts or outcome == "refused":
            self._judge()
        self.seen.update(move for _record, move in self.made)
        self.steps[outcome if self.acts or outcome == "refused" else "nothing to try"] += 1
        for move in self.tired:
            self.tired[move] *= RESTING

    def _allowed(self, chance: Random) -> str:
        """A move that the law allows, or the first move of the road to where it begins."""
        goal, records = self._goal(chance)
        fresh = [one for one in records if (one, goal) not in self.in_vain]
        record = chance.choice(fresh or records)
        first = self._towards(record, goal)
        self.story.append(f"{' '.join(first)} of {record[1]}, for {' '.join(goal)}")
        before = len(self.made)
        outcome = self._try(record, first)
        if (record, first) in self.made[before:]:
            if first == goal:
                self.tired[goal] = 0
            return outcome
        self.in_vain.add((record, goal))
        self.tired[goal] += 1
        return outcome

    def _goal(self, chance: Random) -> tuple[Moved, list[Record]]:
        """A move, those made least and tried in vain least being the likeliest; who is nearest."""
        open_moves = [move for move in moves() if move.event in self.hands.ways[move.kind]]
        while True:
            (goal,) = chance.choices(open_moves, [self._weight(move) for move in open_moves])
            for one in (goal, BEGINS.get(goal.kind)):
                records = self._nearest(one) if one else []
                if one and records:
                    return one, records
            self.tired[goal] += WEARY

    def _weight(self, move: Moved) -> float:
        return float(TIRING ** self.tired[move] / (1 + self.seen[move]) ** 2) + 1e-12

    def _nearest(self, goal: Moved) -> list[Record]:
        """The records of its kind from which the fewest moves lead to where it begins."""
        by_distance: defaultdict[int, list[Record]] = defaultdict(list)
        for record, state in self.states.items():
            if record[0] != goal.kind:
                continue
            way = road(goal.kind, state, goal.state)
            if way is not None and all(m.event in self.hands.ways[goal.kind] for m in way):
                by_distance[len(way)].append(record)
        return sorted(by_distance[min(by_distance)]) if by_distance else []

    def _towards(self, record: Record, goal: Moved) -> Moved:
        way = road(goal.kind, self.states[record], goal.state)
        assert way is not None, "the record was chosen because a road leads there"
        return way[0] if way else goal

    def _try(self, record: Record, move: Moved) -> str:
        kind, number = record
        deed = self.hands.ways[kind][move.event]
        version = self._version(record)
        try:
            deed.before(number)
            deed.deed(number)
        except NotNow:
            return "led elsewhere"
        except Refused as refusal:
            # Guards beyond the table: what led up to the deed may stand, the deed may not.
            return f"guarded: {move.event}: {refusal.code}"
        if move.target == move.state and self._version(record) != version:
            self.made.append((record, move))  # it stays where it is, and is another round
        if (record, move) in self.made:
            return "moved"
        assert move.event not in self.hands.deeds[kind], f"{record}: no {move.event} came of it"
        return "led elsewhere"

    def _forbidden(self, chance: Random) -> str:
        """A move that the law does not allow: refused, and nothing is changed."""
        record, event = chance.choice(
            sorted(
                (record, event)
                for record, state in self.states.items()
                for event in self.hands.deeds[record[0]]
                if (state, event) not in LAW[record[0]]
            )
        )
        self.story.append(f"forbidden: {event} of {record}")
        before, state = self._head(), self.states[record]
        try:
            self.hands.deeds[record[0]][event].deed(record[1])
        except NotNow:
            return "nothing to try"
        except (Refused, NoResultFound):  # a page would say no, or that there is no such thing
            assert self._head() == before, f"{record}: {event} was refused, yet is audited"
            return "refused"
        raise AssertionError(f"{record} in {state} let {event} happen")

    def _time_passes(self, chance: Random) -> str:
        """Days go by, and the worker looks at the checkpoints' dates."""
        self.story.append("days pass")
        self.hands.pass_days(chance.randint(1, 4))
        return "days passed"

    def _arrival(self, chance: Random) -> str:
        """Another case comes in; every third with something to be found."""
        self.story.append("a case comes in")
        arrive(self.hands, [not chance.randrange(3)])
        return "a case came in"

    def _proposal(self, chance: Random) -> str:
        """The end of some case is proposed, and waits while others go on with it."""
        number = chance.choice([record[1] for record in self.states if record[0] == "case"])
        self.story.append(f"the end of case {number} is proposed")
        try:
            self.hands.propose_somehow(number)
        except (NotNow, Refused):
            return "not proposed"
        return "an end was proposed"

    # --- the books ----------------------------------------------------------------------------

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

    def _states(self) -> dict[Record, State]:
        with Session(self.engine) as session:
            rows: Sequence[Any] = session.execute(STATES).all()
        return {(row.kind, row.id): row.state for row in rows}

    def _version(self, record: Record) -> int:
        return int(self.hands.row(MODELS[record[0]], record[1]).version)

    def _head(self) -> int:
        with Session(self.engine) as session:
            return audit.head(session).seq


@cache
def _engine_of(url: str) -> Engine:
    """One engine for all copies in the same place: what it has compiled serves every run."""
    return write_engine(url)


def _as_said(act: str, move: Moved) -> Moved:
    """The same move by the event that the act says, where it leads there too."""
    said = SAYS.get(act, move.event)
    is_so = LAW[move.kind].get((move.state, said)) == move.target
    return move._replace(event=said) if is_so else move
