"""Asks the books of any test's database, by one engine a process.

An engine keeps its statements compiled; with a new one for each test, compiling the invariants took
longer than asking them.
"""

from __future__ import annotations

import sqlite3
from functools import cache
from typing import Any

import psycopg
from sqlalchemy import Engine, NullPool, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from backoffice.db import prepare
from backoffice.invariants import Violation, violations

_asked: dict[str, str] = {}  # per kind of database, the one that is asked now


def broken(url: str) -> tuple[Violation, ...]:
    """Every invariant that does not hold in this database."""
    with Session(reader(url)) as session:
        return violations(session)


def reader(url: str) -> Engine:
    """The engine of this kind, reading this database until another one is named."""
    kind = make_url(url).get_backend_name()
    _asked[kind] = url
    return _engine(kind)


@cache
def _engine(kind: str) -> Engine:
    def connect() -> Any:
        url = _asked[kind]
        if kind == "sqlite":
            return sqlite3.connect(str(make_url(url).database), timeout=10)
        server = make_url(url).set(drivername="postgresql")
        return psycopg.connect(server.render_as_string(hide_password=False))

    driver = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}[kind]
    engine = create_engine(f"{driver}://", poolclass=NullPool, creator=connect)
    return prepare(engine, writes=False)
