"""One PostgreSQL database for test after test: what a test wrote is taken out again behind it.

Making and dropping a database takes a quarter of a second, thousands of times; emptying the few
tables that a test wrote to takes a tenth of that. Whatever a test did beyond writing rows (a
restore, a trigger taken off) is noticed, and the next test gets a new database.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakSet

import psycopg
from psycopg import Connection, sql
from sqlalchemy import event
from sqlalchemy.pool import Pool

from tests.postgres import Postgres, libpq

# Every table, index and sequence by its number and file, every trigger with its state.
_SHAPE = """
SELECT md5(string_agg(part, ',' ORDER BY part)) FROM (
  SELECT 'r' || oid || relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT 't' || oid || tgname || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT 'p' || oid || proname || md5(prosrc) FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace
  UNION ALL SELECT 'n' || oid || nspname FROM pg_namespace
  UNION ALL SELECT 'c' || oid || conname FROM pg_constraint
  UNION ALL SELECT 's' || coalesce(array_to_string(setconfig, ';'), '') FROM pg_db_role_setting
) AS parts (part)
"""
_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True, slots=True)
class _Begin:
    """How the database was when it was made."""

    url: str
    name: str
    shape: str
    filled: sql.Composed
    rows: dict[str, bytes]
    sequences: sql.Composed


class Recycled:
    """Gives the same database again and again, as it was at the beginning."""

    def __init__(self, server: Postgres, template: str) -> None:
        self._server = server
        self._template = template
        self._begin: _Begin | None = None
        self._opened: WeakSet[Connection[Any]] = WeakSet()
        event.listen(Pool, "connect", self._note)

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """The URL of a database like the template; one test at a time has it.

        A test closes what it opens: a connection left to the garbage collector would fail another.
        """
        begin = self._begin = self._begin or self._made()
        yield begin.url
        left = [each for each in self._opened if not each.closed]
        for each in left:
            each.close()
        assert not left, f"left open: {left}"
        if not _emptied(begin):
            self._server.drop(begin.name)
            self._begin = None

    def _note(self, connection: object, _record: object) -> None:
        if isinstance(connection, Connection):
            self._opened.add(connection)

    def _made(self) -> _Begin:
        name = f"{self._server.owner}_{next(self._server.numbers)}"
        url = self._server.create(name, self._template)
        with psycopg.connect(libpq(url), autocommit=True) as connection:
            tables = _column(
                connection, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            )
            filled = sql.SQL(" UNION ALL ").join(
                sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(
                    sql.Literal(table), sql.Identifier(table)
                )
                for table in tables
            )
            return _Begin(
                url=url,
                name=name,
                shape=_column(connection, _SHAPE)[0],
                filled=filled,
                rows={table: _copied(connection, table) for table in _column(connection, filled)},
                sequences=_sequences(connection),
            )


def _column(connection: Connection[Any], statement: str | sql.Composed) -> list[str]:
    query = sql.SQL(statement) if isinstance(statement, str) else statement
    return [row[0] for row in connection.execute(query)]


def _copied(connection: Connection[Any], table: str) -> bytes:
    command = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(table))
    with connection.cursor() as cursor, cursor.copy(command) as copy:
        return b"".join(bytes(piece) for piece in copy)


def _sequences(connection: Connection[Any]) -> sql.Composed:
    found = connection.execute("SELECT sequencename, last_value FROM pg_sequences").fetchall()
    values = [
        sql.SQL("setval({}, {}, {})").format(
            sql.Literal(f'public."{name}"'), sql.Literal(last or 1), sql.Literal(last is not None)
        )
        for name, last in found
    ]
    return sql.SQL("SELECT {}").format(sql.SQL(", ").join(values))


def _emptied(begin: _Begin) -> bool:
    """Take out what was written and put back what was there; False where that is not enough."""
    with psycopg.connect(libpq(begin.url), autocommit=True) as connection:
        connection.execute(_OTHERS)
        if _column(connection, _SHAPE)[0] != begin.shape:
            return False
        with connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")  # no triggers
            for table in _column(connection, begin.filled):
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            for table, rows in begin.rows.items():
                command = sql.SQL("COPY {} FROM STDIN (FORMAT binary)")
                with (
                    connection.cursor() as cursor,
                    cursor.copy(command.format(sql.Identifier(table))) as copy,
                ):
                    copy.write(rows)
            connection.execute(begin.sequences)
    return True
