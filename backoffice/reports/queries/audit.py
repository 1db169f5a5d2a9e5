"""The audit as an auditor reads it: found by person, deed, case and day, paged by its number."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import Session

from backoffice.audit import AuditEntry
from backoffice.cases.models import Case
from backoffice.kernel.taiwan import through_end_of
from backoffice.people.models import Account

PAGE = 50
PEOPLE_MAX = 1_000
CHUNK = 500
CHECK = "audit_check"  # the subject under which a verification is kept


@dataclass(frozen=True, slots=True)
class Wanted:
    """What stands in the address of an audit page; None asks for everything.

    `since` and `until` are days in Taipei, both included.
    """

    actor_id: int | None = None
    act: str | None = None
    case_id: int | None = None
    since: date | None = None
    until: date | None = None

    @property
    def condition(self) -> ColumnElement[bool]:
        """The rows that are wanted."""
        found: list[ColumnElement[bool]] = [true()]
        if self.actor_id is not None:
            found.append(AuditEntry.actor_id == self.actor_id)
        if self.act is not None:
            found.append(AuditEntry.act == self.act)
        if self.case_id is not None:
            found.append(AuditEntry.case_id == self.case_id)
        if self.since is not None:
            found.append(AuditEntry.at >= _start_of(self.since))
        if self.until is not None:
            found.append(AuditEntry.at < through_end_of(self.until))
        return and_(*found)


def _start_of(day: date) -> datetime:
    return through_end_of(date.fromordinal(day.toordinal() - 1))


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One entry of the audit; `changes` is column to before and after."""

    seq: int
    act_seq: int
    at: datetime
    actor_name: str
    actor_role: str
    act: str
    subject: str
    subject_id: int | None
    case_id: int | None
    case_number: str | None
    kind: str
    changes: Mapping[str, Any]
    note: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of entries, newest first, and the key of the next one."""

    rows: tuple[AuditRow, ...]
    next_before: int | None


def trail(
    session: Session, wanted: Wanted, *, before: int | None = None, size: int = PAGE
) -> AuditPage:
    """Entries that are wanted, newest first, `size` from the number `before` on."""
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
            AuditEntry.case_id,
            Case.number.label("case_number"),
            AuditEntry.kind,
            AuditEntry.changes,
            AuditEntry.note,
        )
        .outerjoin(Case, Case.id == AuditEntry.case_id)
        .where(wanted.condition, AuditEntry.seq < before if before is not None else true())
        .order_by(AuditEntry.seq.desc())
        .limit(size + 1)
    ).all()
    shown = tuple(
        AuditRow(**{**row._mapping, "changes": json.loads(row.changes)}) for row in rows[:size]
    )
    return AuditPage(shown, shown[-1].seq if len(rows) > size else None)


def people(session: Session) -> tuple[tuple[int, str], ...]:
    """Everybody who can have done something, by name; a thousand at most."""
    rows = session.execute(
        select(Account.id, Account.name).order_by(Account.name, Account.id).limit(PEOPLE_MAX)
    )
    return tuple((row.id, row.name) for row in rows)


def case_numbered(session: Session, number: str) -> int | None:
    """The case with this number, None when there is none."""
    return session.execute(select(Case.id).where(Case.number == number)).scalar_one_or_none()


def entry_count(session: Session, case_id: int) -> int:
    """How many entries a case's history has."""
    return session.execute(
        select(func.count()).select_from(AuditEntry).where(AuditEntry.case_id == case_id)
    ).scalar_one()


@dataclass(frozen=True, slots=True)
class ExportedEntry:
    """One entry with all that its hash was made of, so that it can be checked elsewhere."""

    seq: int
    act_seq: int
    at: datetime
    actor_id: int
    actor_name: str
    actor_role: str
    act: str
    subject: str
    subject_id: int | None
    case_id: int | None
    kind: str
    changes: str
    note: str
    previous_hash: str
    hash: str


def exported(session: Session, case_id: int, *, last: int) -> Iterator[ExportedEntry]:
    """A case's whole history up to the number `last`, oldest first, as it comes."""
    rows = session.execute(
        select(
            AuditEntry.seq,
            AuditEntry.act_seq,
            AuditEntry.at,
            AuditEntry.actor_id,
            AuditEntry.actor_name,
            AuditEntry.actor_role,
            AuditEntry.act,
            AuditEntry.subject,
            AuditEntry.subject_id,
            AuditEntry.case_id,
            AuditEntry.kind,
            AuditEntry.changes,
            AuditEntry.note,
            AuditEntry.previous_hash,
            AuditEntry.hash,
        )
        .where(AuditEntry.case_id == case_id, AuditEntry.seq <= last)
        .order_by(AuditEntry.seq),
        execution_options={"yield_per": CHUNK},
    )
    for row in rows:
        yield ExportedEntry(**row._mapping)


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of walking the chain: up to which number, and where it did not hold.

    `broken` pairs a number with what is wrong there; at most `BROKEN_MAX` are kept.
    """

    at: datetime
    actor_name: str
    entry_count: int
    head_hash: str
    broken: tuple[tuple[int, str], ...]


def last_verification(session: Session) -> Verification | None:
    """The last time somebody verified the chain, None when nobody did yet."""
    row = session.execute(
        select(AuditEntry.at, AuditEntry.actor_name, AuditEntry.changes)
        .where(AuditEntry.subject == CHECK, AuditEntry.subject_id == 1)
        .order_by(AuditEntry.seq.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    found = {name: after for name, (_before, after) in json.loads(row.changes).items()}
    return Verification(
        at=row.at,
        actor_name=row.actor_name,
        entry_count=found["entry_count"],
        head_hash=found["head_hash"],
        broken=tuple((seq, reason) for seq, reason in found["broken_at"]),
    )
