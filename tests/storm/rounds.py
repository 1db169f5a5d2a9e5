"""Round after round, each on a fresh copy of the same world, until there were enough operations."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session

from backoffice import audit
from backoffice.invariants import violations
from tests.given import judge
from tests.given.copies import Copy
from tests.storm import checks
from tests.storm.books import Reader, ask
from tests.storm.clients import CLIENTS, Clients, clients
from tests.storm.history import UNKNOWN, Event, Idiom
from tests.storm.plan import deal
from tests.storm.world import PLACES, World

NANOSECONDS = 1_000_000_000


@dataclass(slots=True)
class Storm:
    """What was seen in all rounds."""

    operations: int = 0
    rounds: int = 0
    reads: int = 0
    seconds: float = 0.0  # of the clients' work alone
    longest: dict[Idiom, float] = field(default_factory=dict)  # seconds from call to answer
    outcomes: Counter[tuple[Idiom, str]] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def add(self, history: list[Event]) -> None:
        """Count a round."""
        self.rounds += 1
        self.operations += len(history)
        self.outcomes.update((event.idiom, event.code) for event in history)
        self.unknown.update(str(event.answer) for event in history if event.is_unknown)
        for event in history:
            waited = (event.ended - event.started) / NANOSECONDS
            self.longest[event.idiom] = max(waited, self.longest.get(event.idiom, 0.0))
        self.seconds += _length(history)

    def __str__(self) -> str:
        rate = self.operations / self.seconds if self.seconds else 0.0
        longest = max(self.longest.values(), default=0.0)
        return (
            f"{self.operations} operations by {CLIENTS} clients in {self.rounds} rounds, "
            f"{rate:.0f} a second, the longest took {longest:.1f} s; {self.reads} reads meanwhile; "
            f"{self._count(UNKNOWN)} unknown; {len(self.faults)} faults"
        )

    def lines(self) -> Iterator[str]:
        """What became of each idiom's operations."""
        for idiom in Idiom:
            codes = {code: n for (each, code), n in self.outcomes.items() if each is idiom}
            told = ", ".join(f"{code} {codes[code]}" for code in sorted(codes))
            waited = f"longest {self.longest.get(idiom, 0.0):.1f} s"
            yield f"{sum(codes.values()):7} {idiom}: {told}; {waited}"
        for error, count in self.unknown.most_common(3):
            yield f"{count:7} unknown: {error.splitlines()[0]}"

    def _count(self, wanted: str) -> int:
        return sum(count for (_, code), count in self.outcomes.items() if code == wanted)


def _length(history: list[Event]) -> float:
    if not history:
        return 0.0
    first = min(event.started for event in history)
    return (max(event.ended for event in history) - first) / NANOSECONDS


def run(copy: Copy, world: World, folder: Path, *, operations: int, tries: int, seed: int) -> Storm:
    """Storm until so many operations were done, or something was wrong."""
    dice, storm = random.Random(seed), Storm()
    with clients() as crowd:
        while storm.operations < operations and not storm.faults:
            with copy() as url:
                _round(crowd, url, folder, world, tries, dice, storm)
    return storm


def _round(
    crowd: Clients,
    url: str,
    folder: Path,
    world: World,
    tries: int,
    dice: random.Random,
    storm: Storm,
) -> None:
    hands = deal(world, tries, CLIENTS, dice)
    with Reader(url) as reader:
        history = crowd.play(url, folder, world.now, hands)
    storm.add(history)
    storm.reads += reader.reads
    storm.faults += reader.faults
    storm.faults += checks.faults(history, ask(url, PLACES), world.payers)
    storm.faults += _broken(url)


def _broken(url: str) -> Iterator[str]:
    """What the product itself promises, once it is quiet."""
    with Session(judge.reader(url)) as session:
        yield from (str(each) for each in violations(session))
        yield from (str(each) for each in audit.verify(session))
