"""How many cases there are, kept by the door: a page reads them and counts nothing.

The unit of work says which cases an act moved; the door adds the moves up and books them when
everything else of the act is done, so that a count is held for as short a time as can be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import String, event, inspect
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from backoffice.cases.models.application import Case, Turn
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.db import Base, KeyType, WriteSession, connection_of, state_column
from backoffice.use_case import before_the_audit

MOVED = "cases_moved"
_COUNTED = ("scheme", "state", "officer_id", "turn")

Place = tuple[str, CaseState, int | None, Turn]


class CaseCount(Base):
    """How many cases of a scheme stand in a state; no row for a state that none ever reached."""

    __tablename__ = "case_count"

    scheme: Mapped[str] = mapped_column(String(16), primary_key=True)
    state: Mapped[CaseState] = mapped_column(state_column(CaseState), primary_key=True)
    cases: Mapped[int]


class OfficerLoad(Base):
    """How many cases wait for an officer's own step; no row for one who never had any."""

    __tablename__ = "officer_load"

    officer_id: Mapped[int] = mapped_column(KeyType, primary_key=True, autoincrement=False)
    cases: Mapped[int]


class Moves:
    """What an act did to the counts so far: by place how many more, or fewer."""

    def __init__(self) -> None:
        self.states: Counter[tuple[str, CaseState]] = Counter()
        self.loads: Counter[int] = Counter()

    def add(self, place: Place, cases: int) -> None:
        """So many cases came to a place, or left it where `cases` is negative."""
        scheme, state, officer_id, turn = place
        self.states[scheme, state] += cases
        if officer_id is not None and turn is Turn.OURS:
            self.loads[officer_id] += cases


def moves_of(session: Session) -> Moves:
    """The moves of the act whose session this is."""
    found: Moves = session.info.setdefault(MOVED, Moves())
    return found


def count_new(session: Session, cases: Iterable[Mapping[str, Any]]) -> None:
    """Count cases that were inserted beside the unit of work; rows with the columns of a case."""
    moves = moves_of(session)
    for case in cases:
        moves.add((case["scheme"], case["state"], case.get("officer_id"), case["turn"]), 1)


@event.listens_for(WriteSession, "after_flush")
def _collect(session: Session, _context: object) -> None:
    """Where each flushed case was, and where it is."""
    for row in session.new:
        if isinstance(row, Case):
            moves_of(session).add(_place(row), 1)
    for row in session.dirty:
        if isinstance(row, Case):
            before, after = _place_before(row), _place(row)
            if before != after:
                moves_of(session).add(before, -1)
                moves_of(session).add(after, 1)


def _place(case: Case) -> Place:
    return case.scheme, case.state, case.officer_id, case.turn


def _place_before(case: Case) -> Place:
    attributes = inspect(case).attrs
    before = {name: getattr(case, name) for name in _COUNTED}
    for name in _COUNTED:
        history = attributes[name].history
        if history.has_changes():
            before[name] = history.deleted[0] if history.deleted else None
    return before["scheme"], before["state"], before["officer_id"], before["turn"]


@before_the_audit
def book(session: Session) -> None:
    """Add the act's moves to the kept counts, always in the order of their keys.

    Every act takes the rows in this order and after all others, so no two wait for each other.
    """
    moves: Moves | None = session.info.pop(MOVED, None)
    if moves is None:
        return
    _add(
        session,
        CaseCount,
        [
            {"scheme": scheme, "state": state, "cases": cases}
            for (scheme, state), cases in sorted(moves.states.items())
            if cases
        ],
    )
    _add(
        session,
        OfficerLoad,
        [
            {"officer_id": officer_id, "cases": cases}
            for officer_id, cases in sorted(moves.loads.items())
            if cases
        ],
    )


def _add(
    session: Session, model: type[CaseCount | OfficerLoad], rows: list[dict[str, Any]]
) -> None:
    if rows:
        connection = connection_of(session)
        connection.execute(_ADDING[connection.dialect.name, model], rows)


def _adding(insert: Any, model: type[CaseCount | OfficerLoad]) -> Any:
    """One more row, or so many more in the row that is there."""
    table = model.__table__
    statement = insert(table)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key),
        set_={"cases": table.c.cases + statement.excluded.cases},
    )


_ADDING = {
    (dialect, model): _adding(insert, model)
    for dialect, insert in (("postgresql", postgres_insert), ("sqlite", sqlite_insert))
    for model in (CaseCount, OfficerLoad)
}
