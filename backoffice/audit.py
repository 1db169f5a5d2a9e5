"""The audit: who changed what, when, in which act and why, as a chain that shows tampering.

Entries are written by the door, in the transaction of the act itself: if the entry cannot be
written, the act does not happen. A case's timeline is a query on this table; there is no other log.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    Index,
    String,
    Table,
    Text,
    bindparam,
    event,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from backoffice.access import Actor
from backoffice.db import Base, KeyType, WriteSession, connection_of
from backoffice.kernel.money import Ntd

GENESIS = "0" * 64
PENDING = "audit_pending"
CHUNK = 2_000  # rows hashed and inserted at a time


class AuditEntry(Base):
    """One changed row: what it was, what it is, by whom, in which act."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_case", "case_id", "seq"),
        Index("ix_audit_entry_subject", "subject", "subject_id", "seq"),
        Index("ix_audit_entry_actor", "actor_id", "seq"),
    )

    seq: Mapped[int] = mapped_column(KeyType, primary_key=True, autoincrement=False)
    act_seq: Mapped[int] = mapped_column(BigInteger)  # the first entry of the same act
    at: Mapped[datetime]
    actor_id: Mapped[int]
    actor_name: Mapped[str] = mapped_column(String(120))
    actor_role: Mapped[str] = mapped_column(String(24))
    act: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(48))  # the table
    subject_id: Mapped[int | None]
    case_id: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(8))  # new, changed, bulk, act
    changes: Mapped[str] = mapped_column(Text)  # {column: [before, after]} as canonical JSON
    note: Mapped[str] = mapped_column(Text)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The one row that orders the chain: its number and hash are locked last in every act."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(KeyType, primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True, slots=True)
class Change:
    """One row's change, waiting for the end of its act."""

    subject: str
    subject_id: int | None
    case_id: int | None
    kind: str
    changes: Mapping[str, Any]


def record(session: Session, change: Change) -> None:
    """Add a change that the unit of work does not see (bulk rows, ledger balances)."""
    session.info.setdefault(PENDING, []).append(change)


@event.listens_for(WriteSession, "after_flush")
def _collect(session: Session, _context: object) -> None:
    """Before and after of each flushed row; at this point the keys are known and history kept."""
    for row in session.new:
        record(session, _change(row, "new"))
    for row in session.dirty:
        if session.is_modified(row):
            record(session, _change(row, "changed"))
    assert not session.deleted, "nothing is ever deleted"


def added(session: Session, row: Base) -> None:
    """Add a row that was inserted past the unit of work; what it does not say is not told."""
    record(session, _change(row, "new"))


def _change(row: Any, kind: str) -> Change:
    values = _values(row) if kind == "new" else _differences(row)
    case_id = row.id if row.__tablename__ == "case" else getattr(row, "case_id", None)
    return Change(
        row.__tablename__, getattr(row, "id", None), case_id, kind, _audited(type(row), values)
    )


def _values(row: Any) -> dict[str, tuple[Any, Any]]:
    names = (attribute.key for attribute in inspect(row).mapper.column_attrs)
    return {name: (None, value) for name in names if (value := getattr(row, name)) is not None}


def _differences(row: Any) -> dict[str, tuple[Any, Any]]:
    state, found = inspect(row), {}
    for name in state.committed_state:  # what was set; of anything else there is no history
        history = state.attrs[name].history
        if history.has_changes():
            before = history.deleted[0] if history.deleted else None
            found[name] = (before, history.added[0] if history.added else None)
    return found


def changed(
    session: Session,
    model: type[Base],
    row_id: int,
    case_id: int | None,
    values: Mapping[str, tuple[Any, Any]],
) -> None:
    """Add a row's change that a guarded statement made, as the unit of work would have.

    `values` are before and after by column; what is the same in both is left out.
    """
    different = {name: pair for name, pair in values.items() if pair[0] != pair[1]}
    changes = _audited(model, different)
    record(session, Change(model.__tablename__, row_id, case_id, "changed", changes))


def _audited(model: type[Base], values: Mapping[str, tuple[Any, Any]]) -> dict[str, list[Any]]:
    """Before and after as they are audited; what the model hides stays hidden."""
    hidden: frozenset[str] = getattr(model, "__audit_hidden__", frozenset())
    return {
        name: ["…", "…"] if name in hidden else [_plain(before), _plain(after)]
        for name, (before, after) in values.items()
    }


def _plain(value: Any) -> Any:
    match value:
        case Ntd():
            return value.dollars
        case StrEnum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case Fraction():
            return str(value)
        case bytes():
            return hashlib.sha256(value).hexdigest()
        case _:
            return value


def canonical(value: Any) -> str:
    """The one way a value is written before it is hashed."""
    return _ENCODER.encode(value)


_ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain
)


def write(session: Session, actor: Actor, act: str, now: datetime, note: str) -> int:
    """Append the act's entries to the chain and return the head's number.

    Locks the head row last of all, so writers queue for as short a time as can be. An act that
    changed nothing still leaves one entry when it gave a reason.
    """
    pending: list[Change] = session.info.pop(PENDING, [])
    if not pending and note:
        pending = [Change("act", None, None, "act", {})]
    if not pending:
        return 0
    connection = connection_of(session)
    locked = connection.execute(_LOCK, {"count": len(pending)}).one()
    first, previous = locked.seq - len(pending) + 1, locked.hash
    rows: list[dict[str, Any]] = []
    for number, change in enumerate(pending, start=first):
        row = {
            "seq": number,
            "act_seq": first,
            "at": now,
            "actor_id": actor.id,
            "actor_name": actor.name,
            "actor_role": actor.role.value,
            "act": act,
            "subject": change.subject,
            "subject_id": change.subject_id,
            "case_id": change.case_id,
            "kind": change.kind,
            "changes": canonical(change.changes),
            "note": note,
            "previous_hash": previous,
        }
        row["hash"] = previous = _digest(row)
        rows.append(row)
    for start in range(0, len(rows), CHUNK):
        connection.execute(_APPEND, rows[start : start + CHUNK])
    connection.execute(_SEAL, {"last": previous})
    return int(locked.seq)


# Built once: these end every act, and building them took longer than running them.
_ENTRY, _HEAD = cast("Table", AuditEntry.__table__), cast("Table", AuditHead.__table__)
_LOCK = (
    update(_HEAD)
    .where(_HEAD.c.id == 1)
    .values(seq=_HEAD.c.seq + bindparam("count"))
    .returning(_HEAD.c.seq, _HEAD.c.hash)
)
_APPEND = insert(_ENTRY)
_SEAL = update(_HEAD).where(_HEAD.c.id == 1).values(hash=bindparam("last"))


def _digest(row: Mapping[str, Any]) -> str:
    content = {name: value for name, value in row.items() if name != "hash"}
    return hashlib.sha256(canonical(content).encode()).hexdigest()


_HASHED = (
    "seq",
    "act_seq",
    "at",
    "actor_id",
    "actor_name",
    "actor_role",
    "act",
    "subject",
    "subject_id",
    "case_id",
    "kind",
    "changes",
    "note",
    "previous_hash",
)


@dataclass(frozen=True, slots=True)
class Broken:
    """A place where the chain does not hold."""

    seq: int
    reason: str


def verify(session: Session) -> Iterator[Broken]:
    """Walk the chain from its beginning; each place where it does not hold, in order."""
    previous, expected = GENESIS, 1
    entries = session.execute(
        select(*(getattr(AuditEntry, name) for name in (*_HASHED, "hash"))).order_by(
            AuditEntry.seq
        ),
        execution_options={"yield_per": CHUNK},
    )
    for entry in entries:
        row = dict(entry._mapping)
        if row["seq"] != expected:
            yield Broken(expected, "missing")
            expected = row["seq"]
        if row["previous_hash"] != previous or _digest(row) != row["hash"]:
            yield Broken(row["seq"], "altered")
        previous, expected = row["hash"], expected + 1
    head = session.execute(select(AuditHead.seq, AuditHead.hash)).one()
    if head.seq != expected - 1 or head.hash != previous:
        yield Broken(head.seq, "head")


@dataclass(frozen=True, slots=True)
class Head:
    """The chain's end: printed on every export, so that a cut-off tail can be noticed."""

    seq: int
    hash: str


def head(session: Session) -> Head:
    """The chain's present end."""
    row = session.execute(select(AuditHead.seq, AuditHead.hash)).one()
    return Head(row.seq, row.hash)


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of a case's history, as it is shown."""

    seq: int
    act_seq: int
    at: datetime
    actor_name: str
    actor_role: str
    act: str
    subject: str
    subject_id: int | None
    kind: str
    changes: Mapping[str, Any]
    note: str


def timeline(
    session: Session, *, case_id: int, after_seq: int = 0, limit: int = 500
) -> tuple[TimelineEntry, ...]:
    """What happened to a case, oldest first, from the entry after `after_seq`."""
    rows = session.execute(
        select(
            AuditEntry.seq,
            AuditEntry.act_seq,
            AuditEntry.at,
            AuditEntry.actor_name,
            AuditEntry.actor_role,
            AuditEntry.act,
            AuditEntry.subject,
            AuditEntry.subject_id,
            AuditEntry.kind,
            AuditEntry.changes,
            AuditEntry.note,
        )
        .where(AuditEntry.case_id == case_id, AuditEntry.seq > after_seq)
        .order_by(AuditEntry.seq)
        .limit(limit)
    )
    return tuple(_shown(row) for row in rows)


def _shown(row: Any) -> TimelineEntry:
    values = dict(row._mapping)
    values["changes"] = json.loads(values["changes"])
    return TimelineEntry(**values)


def acts_of(entries: Iterable[TimelineEntry]) -> tuple[tuple[TimelineEntry, ...], ...]:
    """The entries grouped by the act that made them, in order."""
    groups: dict[int, list[TimelineEntry]] = {}
    for entry in entries:
        groups.setdefault(entry.act_seq, []).append(entry)
    return tuple(tuple(group) for group in groups.values())
