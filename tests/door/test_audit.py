"""The chain: whole after honest work, and broken at the place where somebody touched it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from backoffice import audit
from backoffice.audit import AuditEntry, AuditHead
from backoffice.db import sessions
from backoffice.use_case import Office
from tests.door.tamper import without_triggers


def broken(app: Flask) -> list[tuple[int, str]]:
    with app.app_context():
        found = [(place.seq, place.reason) for place in audit.verify(sessions.session())]
        sessions.session.remove()
        return found


def test_the_chain_of_an_honest_office_is_whole(app: Flask) -> None:
    with app.app_context():
        entries = sessions.session().execute(select(func.count(AuditEntry.seq))).scalar_one()

    assert entries > 10
    assert broken(app) == []


@pytest.mark.broken
@pytest.mark.parametrize("column", ["note", "changes", "actor_name", "act", "subject"])
def test_an_altered_entry_is_named(office: Office, app: Flask, column: str) -> None:
    with without_triggers(office, "audit_entry") as connection:
        connection.execute(update(AuditEntry).where(AuditEntry.seq == 5).values({column: "x"}))

    assert broken(app) == [(5, "altered")]


@pytest.mark.broken
def test_a_removed_entry_is_named(office: Office, app: Flask) -> None:
    with without_triggers(office, "audit_entry") as connection:
        connection.execute(delete(AuditEntry).where(AuditEntry.seq == 5))

    assert broken(app)[0] == (5, "missing")


@pytest.mark.broken
def test_a_cut_off_tail_is_seen_by_the_head(office: Office, app: Flask) -> None:
    with without_triggers(office, "audit_entry") as connection:
        last = connection.execute(select(func.max(AuditEntry.seq))).scalar_one()
        connection.execute(delete(AuditEntry).where(AuditEntry.seq == last))

    assert broken(app) == [(last, "head")]


def test_a_tail_cut_off_with_its_head_is_seen_by_whoever_kept_the_old_head(
    office: Office, app: Flask
) -> None:
    with app.app_context():
        kept = audit.head(sessions.session())
        sessions.session.remove()
    with without_triggers(office, "audit_entry") as connection:
        connection.execute(delete(AuditEntry).where(AuditEntry.seq == kept.seq))
        last = connection.execute(
            select(AuditEntry.seq, AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)
        ).one()
        connection.execute(update(AuditHead).values(seq=last.seq, hash=last.hash))

    assert broken(app) == []
    with app.app_context():
        assert audit.head(sessions.session()) != kept


@pytest.mark.parametrize(
    "statement",
    [update(AuditEntry).values(note="x"), delete(AuditEntry)],
    ids=["update", "delete"],
)
def test_the_database_itself_refuses_to_change_the_audit(office: Office, statement: object) -> None:
    from sqlalchemy import Executable
    from sqlalchemy.exc import DBAPIError

    assert isinstance(statement, Executable)
    with (
        pytest.raises(DBAPIError, match="audit_entry refuses"),
        office.engine.begin() as connection,
    ):
        connection.execute(statement)
