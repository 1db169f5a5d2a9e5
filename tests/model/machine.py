"""Hypothesis plays the office: a plain dictionary of states against the real door.

Every step is a move that the law allows, one that it does not, time that passes, or a case that
comes in. Which move is tried is drawn, and what was made least often so far is the likeliest;
where no record stands at its beginning, one is led there. After each act of anybody the states
are compared with the law; after each step the books are asked: a refusal has changed nothing at
all, and every invariant holds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime
from functools import cache
from random import Random
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from backoffice import audit
from backoffice.db import write_engine
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.refusal import Refused
from backoffice.use_case import Office
from tests.model.hands import Hands, NotNow
from tests.model.hands.desk import LENDING, ROUNDS, SCHEME
from tests.model.judge import Judge
from tests.model.law import (
    ACT,
    ALWAYS,
    ANOTHER_ROUND,
    BEGINS,
    LAW,
    Look,
    Moved,
    State,
    done,
    led,
    moves,
    road,
)
from tests.model.records import KINDS, Record, looks
from tests.model.tables import ACTS
from tests.model.world import arrive

STEPS = {"allowed": 70, "forbidden": 18, "time": 6, "arrival": 3, "proposal": 3}
RARE = 3  # how much likelier a move is for having been made less often
TIRING = 0.25  # what is left of a move's weight after it was tried in vain
ARRIVING = (SCHEME, *ROUNDS, LENDING)
RESTING = 0.97  # what is left of its tiredness after each step of the machine
WEARY = 4  # as tired as a move becomes when nothing could be done towards it at all
THE_ACT: Record = (ACT, 0)  # what acts are counted on that move nothing


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
        self.judge = Judge(self.engine)
        self.stack.callback(self.judge.close)
        self.looks = self._looks()
        self.tired: defaultdict[Moved, float] = defaultdict(float)
        self.in_vain: set[tuple[Record, Moved]] = set()
        self.made: list[tuple[Record, Moved]] = []
        self.acts = 0
        self.story: list[str] = []
        self.hands = Hands(office)
        self.chance = Random(0)

    def teardown(self) -> None:
        with self.stack:
            if not self.failures:
                assert self.judge.whole() == []

    # --- the office tells of each act ---------------------------------------------------------

    def performed(self, name: str, outcome: str, seconds: float) -> None:
        """After each act every change of a state is a move of the law, or a few; refused, none."""
        self.story.append(f"    {name}: {outcome}")
        now = self._looks()
        if outcome != "done":
            assert now == self.looks, f"{name} ended with {outcome}, yet moved something"
            return
        self.acts += 1
        self._count(f"{name} {self.hands.about}".strip())
        for record, look in now.items():
            before = self.looks.get(record)
            if before == look:
                continue
            way = led(name, record[0], before, look)
            assert way is not None, f"{name} led {record} from {before} to {look}"
            self.made += [(record, move) for move in way]
            if before is None:
                self._count(f"{record[0]} {look.mark}".strip())
        assert self.looks.keys() <= now.keys(), f"{name} made a record vanish"
        self.looks = now

    def _count(self, name: str) -> None:
        """An act, or a new record of a class, that is counted for itself."""
        if name in ACTS:
            self.made.append((THE_ACT, done(name)))

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
        (kind,) = self.chance.choices(list(STEPS), list(STEPS.values()))
        outcome = {
            "allowed": self._allowed,
            "forbidden": self._forbidden,
            "time": self._time_passes,
            "arrival": self._arrival,
            "proposal": self._proposal,
        }[kind](self.chance)
        if self.acts or outcome == "refused":
            assert self.judge.broken() == []
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
        return float(TIRING ** self.tired[move] / (1 + self.seen[move]) ** RARE) + 1e-12

    def _nearest(self, goal: Moved) -> list[Record]:
        """The records of its kind from which the fewest moves lead to where it begins."""
        by_distance: defaultdict[int, list[Record]] = defaultdict(list)
        if goal.kind == ACT:
            return [THE_ACT]
        for record, (state, _mark) in self.looks.items():
            if record[0] != goal.kind:
                continue
            way = road(goal.kind, state, goal.state)
            if way is not None and all(m.event in self.hands.ways[goal.kind] for m in way):
                by_distance[len(way)].append(record)
        return sorted(by_distance[min(by_distance)]) if by_distance else []

    def _towards(self, record: Record, goal: Moved) -> Moved:
        way = road(goal.kind, self._state(record), goal.state)
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
                for record, (state, _mark) in self.looks.items()
                for event in self.hands.deeds[record[0]]
                if (state, event) not in LAW[record[0]]
                and (record[0], state, event) not in ANOTHER_ROUND
            )
        )
        self.story.append(f"forbidden: {event} of {record}")
        before, state = self._head(), self._state(record)
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
        """Another case comes in, of any scheme; every third with something to be found."""
        self.story.append("a case comes in")
        doubtful, scheme = not chance.randrange(3), chance.choice(ARRIVING)
        if scheme in ROUNDS:
            self.hands.firms_apply(scheme, (doubtful,))
        elif scheme == LENDING:
            self.hands.borrowers_apply((doubtful,))
        else:
            arrive(self.hands, [doubtful])
        return "a case came in"

    def _proposal(self, chance: Random) -> str:
        """The end of some case is proposed, and waits while others go on with it."""
        number = chance.choice([record[1] for record in self.looks if record[0] == "case"])
        self.story.append(f"the end of case {number} is proposed")
        try:
            self.hands.propose_somehow(number)
        except (NotNow, Refused):
            return "not proposed"
        return "an end was proposed"

    # --- the books ----------------------------------------------------------------------------

    def _looks(self) -> dict[Record, Look]:
        with Session(self.engine) as session:
            return looks(session)

    def _state(self, record: Record) -> State:
        return ALWAYS if record == THE_ACT else self.looks[record].state

    def _version(self, record: Record) -> int:
        """0 for what has none."""
        kept = KINDS.get(record[0])
        return 0 if kept is None else int(self.hands.row(kept.model, record[1]).version)

    def _head(self) -> int:
        with Session(self.engine) as session:
            return audit.head(session).seq


@cache
def _engine_of(url: str) -> Engine:
    """One engine for all copies in the same place: what it has compiled serves every run.

    A copy is thrown away after its run, so SQLite need not wait until the disk has it.
    """
    engine = write_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _forgetful)
    return engine


def _forgetful(connection: DBAPIConnection, _record: object) -> None:
    connection.cursor().execute("PRAGMA synchronous=OFF")
