"""A backup to restore: taken of the office of a test, and put somewhere else."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from sqlalchemy import Engine, Row, create_engine, make_url, select
from sqlalchemy.orm import Session

from backoffice import audit, backup
from backoffice.backup import Manifest, Taken, container
from backoffice.backup.restoring import Ways
from backoffice.db import Base, prepare, write_engine
from backoffice.invariants import violations
from backoffice.use_case import Office
from config import PROJECT
from tests.postgres import wheel

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
WAYS = Ways(PROJECT / "migrations", AT)
# What a restore itself adds to the books, or changes in them.
TOUCHED = {"audit_entry", "audit_head", "sign_in_session"}

PLACES = itertools.count(1)  # a database of a server serves test after test

Books = dict[str, list[Row[Any]]]


def programs() -> Path:
    """PostgreSQL's client programs, as new as any server that the tests meet."""
    return wheel() / "pginstall" / "bin"


def take(office: Office, file: Path) -> Taken:
    """A backup of the office, at the tests' instant."""
    return backup.take(office, file, version="0.1.0", at=AT, programs=programs())


def restore(url: str, file: Path, **ways: Any) -> backup.Restored:
    """Restore the file to this place."""
    engine = write_engine(url)
    try:
        return backup.restore(engine, file, replace(WAYS, programs=programs(), **ways))
    finally:
        engine.dispose()


def elsewhere(url: str) -> str:
    """A place beside the database where there is none yet."""
    here = make_url(url)
    assert here.database
    name = f"{here.database}_elsewhere_{next(PLACES)}"
    return here.set(database=name).render_as_string(hide_password=False)


@contextmanager
def reading(url: str) -> Iterator[Session]:
    """A look at a database that nobody serves."""
    engine = prepare(create_engine(url), writes=False)
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()


def books(engine: Engine) -> Books:
    """Every row of every table, in the order of its key."""
    with Session(engine) as session:
        return {
            name: list(session.execute(select(table).order_by(*table.primary_key)))
            for name, table in sorted(Base.metadata.tables.items())
        }


def books_at(url: str) -> Books:
    """The same, of a database that nobody serves."""
    with reading(url) as session:
        bind = session.get_bind()
        assert isinstance(bind, Engine)
        return books(bind)


def is_whole(url: str) -> bool:
    """Whether the chain holds and no invariant is broken."""
    with reading(url) as session:
        return not list(audit.verify(session)) and not violations(session)


def resealed(file: Path, target: Path, payload: Path | None = None, **changes: Any) -> Path:
    """The backup with another manifest or another database in it, and an honest seal."""
    manifest: Manifest = container.read(file)
    kept = target.with_name(f"{target.name}-payload")
    if payload is None:
        with ZipFile(file) as archive:
            kept.write_bytes(archive.read(container.PAYLOADS[manifest.engine]))
    else:
        kept.write_bytes(payload.read_bytes())
        changes["payload_bytes"] = kept.stat().st_size
        changes["payload_sha256"] = container.sha256_of(kept)
    container.write(target, replace(manifest, **changes), kept)
    return target
