"""What was promised inside a transaction and is delivered after it.

A promise is a row of the act's own transaction. The worker claims due rows with one guarded
statement, delivers, and marks them; delivery is idempotent by key.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Index, String, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from backoffice.db import AUDITED, Base, KeyType, state_column

if TYPE_CHECKING:
    from backoffice.use_case import Act

ATTEMPTS_MAX = 5
LEASE = timedelta(minutes=5)


class PromiseState(StrEnum):
    """Where a promise stands."""

    DUE = "DUE"
    KEPT = "KEPT"
    FAILED = "FAILED"


class Promise(Base):
    """Something to be done after the commit: a notice, a letter, a nightly check."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "state", "due_at", "id"),)

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    kind: Mapped[str] = mapped_column(String(48))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    case_id: Mapped[int | None]
    due_at: Mapped[datetime]
    state: Mapped[PromiseState] = mapped_column(state_column(PromiseState))
    attempts: Mapped[int] = mapped_column(default=0)
    kept_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")

    def keep(self, *, at: datetime) -> None:
        """What was due is done."""
        assert self.state is PromiseState.DUE, "a promise is kept once"
        self.state = PromiseState.KEPT
        self.kept_at = at


def promise(act: Act, kind: str, key: str, *, case_id: int | None = None, **facts: Any) -> None:
    """Promise one delivery; the same key is promised once."""
    found = act.session.execute(select(Promise.id).where(Promise.key == key)).first()
    if found is None:
        act.session.add(
            Promise(
                key=key,
                kind=kind,
                facts=facts,
                case_id=case_id,
                due_at=act.now,
                state=PromiseState.DUE,
            )
        )


def claim(session: Session, now: datetime) -> int | None:
    """Take the oldest due promise for this worker; None when there is nothing to do.

    The lease moves the row's due time on, so a worker that dies gives it back by itself.
    """
    oldest = (
        select(Promise.id)
        .where(Promise.state == PromiseState.DUE, Promise.due_at <= now)
        .order_by(Promise.due_at, Promise.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    claimed = session.execute(
        update(Promise)
        .where(Promise.id == oldest, Promise.state == PromiseState.DUE)
        .values(due_at=now + LEASE, attempts=Promise.attempts + 1)
        .returning(Promise.id),
        execution_options=AUDITED | {"synchronize_session": False},
    ).first()
    return None if claimed is None else int(claimed.id)
