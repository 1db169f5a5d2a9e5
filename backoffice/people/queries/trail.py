"""Who did what: one's own deeds, and what was done to an account, from the audit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from backoffice.audit import AuditEntry
from backoffice.people.models import Account

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One entry: `changes` are {column: [before, after]} as the audit keeps them."""

    seq: int
    at: datetime
    actor_name: str
    act: str
    subject: str
    subject_id: int | None
    subject_name: str | None  # whose account it is, where it is one
    case_id: int | None
    kind: str
    changes: Mapping[str, Any]
    note: str


def acts_by(
    session: Session, account_id: int, *, before_seq: int | None = None
) -> tuple[tuple[TrailLine, ...], bool]:
    """What a person did, the latest first, one line an act; and whether there is earlier."""
    # The first entry of each act has the act's own number.
    mine = (AuditEntry.actor_id == account_id, AuditEntry.seq == AuditEntry.act_seq)
    return _page(session, mine, before_seq)


def trail_of(
    session: Session, account_id: int, *, before_seq: int | None = None
) -> tuple[tuple[TrailLine, ...], bool]:
    """What was done to an account, the latest first; and whether there is earlier."""
    about = (AuditEntry.subject == "account", AuditEntry.subject_id == account_id)
    return _page(session, about, before_seq)


def _page(
    session: Session, conditions: tuple[ColumnElement[bool], ...], before_seq: int | None
) -> tuple[tuple[TrailLine, ...], bool]:
    statement = (
        select(
            AuditEntry.seq,
            AuditEntry.at,
            AuditEntry.actor_name,
            AuditEntry.act,
            AuditEntry.subject,
            AuditEntry.subject_id,
            Account.name,
            AuditEntry.case_id,
            AuditEntry.kind,
            AuditEntry.changes,
            AuditEntry.note,
        )
        .outerjoin(
            Account, and_(AuditEntry.subject == "account", Account.id == AuditEntry.subject_id)
        )
        .where(*conditions)
        .order_by(AuditEntry.seq.desc())
        .limit(PAGE_SIZE + 1)
    )
    if before_seq is not None:
        statement = statement.where(AuditEntry.seq < before_seq)
    rows = [
        TrailLine(*row[:9], changes=json.loads(row.changes), note=row.note)
        for row in session.execute(statement)
    ]
    return tuple(rows[:PAGE_SIZE]), len(rows) > PAGE_SIZE


# What a quarterly review looks at; attempts to sign in are not changes of an account.
_REVIEWED = (
    "people.accept_link",
    "people.add",
    "people.change_role",
    "people.close",
    "people.invite",
    "people.reactivate",
    "people.suspend",
    "people.suspend_idle",
)


def changes_since(session: Session, since: datetime | None) -> tuple[tuple[TrailLine, ...], bool]:
    """What changed in accounts and roles after an instant (None: ever), the latest first."""
    about = [AuditEntry.subject == "account", AuditEntry.act.in_(_REVIEWED)]
    if since is not None:
        about.append(AuditEntry.at > since)
    return _page(session, tuple(about), None)
