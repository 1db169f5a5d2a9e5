"""What keeps the office running: the worker's sign of life, and which backups were taken.

A sign of life is no deed of the office: it is one row, written over at most once a minute, and in
the audit it would bury what matters; so it leaves no entry. A backup is a deed, and is audited.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from backoffice.access import Permission
from backoffice.audit import AuditHead
from backoffice.db import AUDITED, Base, KeyType
from backoffice.outbox import Promise, PromiseState
from backoffice.use_case import Act, use_case

BEAT_EVERY = timedelta(minutes=1)
_UNSEEN = AUDITED | {"synchronize_session": False}


class WorkerRound(Base):
    """The worker's last round: one row, by the machine's clock, outside the audit."""

    __tablename__ = "worker_round"

    id: Mapped[int] = mapped_column(KeyType, primary_key=True, autoincrement=False)
    at: Mapped[datetime]


class BackupTaken(Base):
    """A backup that was finished and looked through: when, and how far the audit had come."""

    __tablename__ = "backup_taken"

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    taken_at: Mapped[datetime] = mapped_column(index=True)  # by the machine's clock
    head_seq: Mapped[int]
    head_hash: Mapped[str] = mapped_column(String(64))
    file_sha256: Mapped[str] = mapped_column(String(64))


@use_case("worker.beat", requires=Permission.SYSTEM)
def beat(act: Act, at: datetime) -> None:
    """Say that the worker is alive at `at`; at most once a minute."""
    seen = act.session.execute(
        update(WorkerRound)
        .where(WorkerRound.id == 1, WorkerRound.at <= at - BEAT_EVERY)
        .values(at=at)
        .returning(WorkerRound.id),
        execution_options=_UNSEEN,
    ).first()
    if seen is None and last_round(act.session) is None:
        backend = act.session.get_bind().dialect.name
        insert = postgres_insert if backend == "postgresql" else sqlite_insert
        first = insert(WorkerRound).values(id=1, at=at).on_conflict_do_nothing()
        act.session.execute(first, execution_options=AUDITED)


@use_case("backup.record", requires=Permission.SYSTEM)
def record_backup(
    act: Act, taken_at: datetime, head_seq: int, head_hash: str, file_sha256: str
) -> None:
    """Note a finished backup, and with it the audit's head of that moment."""
    act.session.add(
        BackupTaken(
            taken_at=taken_at, head_seq=head_seq, head_hash=head_hash, file_sha256=file_sha256
        )
    )


def last_round(session: Session) -> datetime | None:
    """When the worker was last seen; None if it never was."""
    return session.execute(select(WorkerRound.at).where(WorkerRound.id == 1)).scalar_one_or_none()


def last_backup(session: Session) -> datetime | None:
    """When the last backup was taken; None if there is none."""
    return session.execute(select(func.max(BackupTaken.taken_at))).scalar_one()


@dataclass(frozen=True, slots=True)
class Stock:
    """What an operator watches in the database. Counts are of rows, instants the machine's."""

    promises_due: int
    promises_failed: int
    audit_entries: int
    worker_seen_at: datetime | None
    backup_taken_at: datetime | None


def stock(session: Session) -> Stock:
    """The figures of this moment."""
    counted = session.execute(
        select(Promise.state, func.count())
        .where(Promise.state.in_((PromiseState.DUE, PromiseState.FAILED)))
        .group_by(Promise.state)
        .order_by(Promise.state)
    )
    promises = {row[0]: row[1] for row in counted}
    return Stock(
        promises_due=promises.get(PromiseState.DUE, 0),
        promises_failed=promises.get(PromiseState.FAILED, 0),
        audit_entries=session.execute(select(AuditHead.seq)).scalar_one(),
        worker_seen_at=last_round(session),
        backup_taken_at=last_backup(session),
    )
