"""What the books of a life say after a death: who did what, and whether all of it is right."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from backoffice import audit
from backoffice.audit import AuditEntry
from backoffice.invariants import violations
from backoffice.review.operations.waiting import promote
from backoffice.use_case import ActKey
from tests.crash.deeds import Deed
from tests.crash.life import deeds
from tests.crash.world import World
from tests.given import judge

SECONDS_MAX = 60
ACKNOWLEDGED, UNSAID, INSIDE = "acknowledged", "done unsaid", "killed inside"


@dataclass(slots=True)
class Count:
    """What a run saw; `seen` counts by operation."""

    kills: int = 0
    inside: int = 0
    committing: int = 0
    lives: int = 0
    servers: bool = False
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        whom = "server kills" if self.servers else "kills"
        return (
            f"{self.kills} {whom}: {self.inside} between BEGIN and COMMIT, {self.committing} in "
            f"the commit; {self.lives} lives, {self.total(ACKNOWLEDGED)} deeds acknowledged, "
            f"{self.total(UNSAID)} done without having been acknowledged; "
            f"{len(self.faults)} faults"
        )

    def total(self, what: str) -> int:
        """Of all operations together."""
        return sum(count for (_, each), count in self.seen.items() if each == what)

    def lines(self) -> Iterator[str]:
        """A line for each operation."""
        columns = (ACKNOWLEDGED, UNSAID, INSIDE)
        for name in sorted({name for name, _ in self.seen}):
            told = ", ".join(f"{self.seen[name, each]:4} {each}" for each in columns)
            yield f"  {name:26} {told}"


class Life:
    """One copy of the database from its first deed to its last, and what was told of it."""

    def __init__(self, url: str, world: World) -> None:
        self.url = url
        self.deeds: Mapping[str, Deed] = {deed.key: deed for deed in deeds(world)}
        self.tried: set[str] = set()
        self.told: set[str] = set()
        self.standing: Set[str] = frozenset()
        with Session(judge.reader(url)) as session:
            self._acts_before = _acts(session)

    @property
    def is_over(self) -> bool:
        return self.standing == self.deeds.keys()

    def hear(self, pipe: Connection) -> None:
        """Everything that stands in the pipe of a process that has ended."""
        while self.hears(pipe):
            pass
        pipe.close()

    def hears(self, pipe: Connection) -> bool:
        """The next word of a process, once there is one; whether there was."""
        try:
            kind, key = pipe.recv()
        except EOFError:
            return False
        (self.tried if kind == "try" else self.told).add(key)
        return True

    def ask(self, count: Count) -> None:
        """What was acknowledged is there, what is there was tried, and everything holds."""
        with Session(judge.reader(self.url)) as session:
            _wait_for_the_dead(session)
            found = set(session.scalars(select(ActKey.key)))
            count.faults += [f"acknowledged but lost: {key}" for key in sorted(self.told - found)]
            count.faults += [f"done but never tried: {key}" for key in sorted(found - self.tried)]
            count.faults += self._effects(session, found)
            count.faults += self._audited(session)
            count.faults += [str(each) for each in violations(session)]
            count.faults += [str(each) for each in audit.verify(session)]
        for key in found - self.standing:
            what = ACKNOWLEDGED if key in self.told else UNSAID
            count.seen[self.deeds[key].case.name, what] += 1
        self.standing = found
        self.told |= found  # from here on it stands, whether somebody was told of it or not

    def _effects(self, session: Session, found: Set[str]) -> Iterator[str]:
        """Whatever has its key stands in the books once; whatever has none stands there not."""
        marked = [(key, deed.mark) for key, deed in self.deeds.items() if deed.mark is not None]
        asked = " UNION ALL ".join(
            f"SELECT {place} AS place, ({mark.sql.replace(':it', f':it_{place}')}) AS stands"
            for place, (_, mark) in enumerate(marked)
        )
        facts = {f"it_{place}": mark.it for place, (_, mark) in enumerate(marked)}
        for place, stands in session.execute(text(asked), facts):
            key = marked[place][0]
            if stands != (key in found):
                yield f"{key} stands in the books {stands} times, its key {key in found}"

    def _audited(self, session: Session) -> Iterator[str]:
        """Each act that has its key is in the audit as an act of its own, and no other is."""
        keys = Counter(
            dict(
                session.execute(
                    select(ActKey.act, func.count())
                    # Nobody could be called: nothing was changed, and nothing is audited.
                    .where((ActKey.act != promote.name) | (ActKey.answer != "0"))
                    .group_by(ActKey.act)
                ).all()
            )
        )
        acts = _acts(session)
        for name in keys.keys() | acts.keys():
            if acts[name] - self._acts_before[name] != keys[name]:
                yield f"{name}: {keys[name]} keys, {acts[name] - self._acts_before[name]} acts"


def _acts(session: Session) -> Counter[str]:
    rows = session.execute(
        select(AuditEntry.act, func.count(AuditEntry.act_seq.distinct())).group_by(AuditEntry.act)
    )
    return Counter(dict(rows.all()))


def _wait_for_the_dead(session: Session) -> None:
    """A server notices a client's death a little later: until then its commit may still come."""
    if session.get_bind().dialect.name == "sqlite":
        return
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    until = time.monotonic() + SECONDS_MAX
    while session.scalar(others) and time.monotonic() < until:
        session.rollback()
        time.sleep(0.005)
    session.rollback()
