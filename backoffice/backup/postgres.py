"""PostgreSQL: dumps by its own client programs, and the exchange of two databases by name."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL, Engine, create_engine, select
from sqlalchemy import func as function

from backoffice.backup.contents import Seen, broken, contents, is_empty
from backoffice.db import prepare, write_engine
from backoffice.kernel.refusal import Refused

MAINTENANCE = "postgres"
NAME_MAX = 63
QUOTED = re.compile(r'"[^"]*"')


def snapshot(engine: Engine, payload: Path, programs: Path | None) -> Seen:
    """Dump the database in PostgreSQL's custom format; counts and dump see the same instant.

    Refuses "backup.program_missing" and "backup.program_failed".
    """
    reader = prepare(create_engine(engine.url), writes=False)
    try:
        with reader.connect() as connection:
            version = connection.execute(
                select(function.current_setting("server_version"))
            ).scalar_one()
            snapshot_id = connection.execute(select(function.pg_export_snapshot())).scalar_one()
            run(
                "pg_dump",
                engine.url,
                programs,
                int(version.split(".")[0]),
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--snapshot={snapshot_id}",
                f"--file={payload}",
            )
            payload.chmod(0o600)
            return Seen(contents(connection), broken(connection), version)
    finally:
        reader.dispose()


class PostgresTarget:
    """The database that a restore replaces, by a new one beside it that takes over its name."""

    def __init__(self, url: URL, programs: Path | None) -> None:
        assert url.database, "the database has a name"
        self._url, self._name, self._programs = url, url.database, programs
        self._side_name = ""
        self._is_placed = False
        self.workspace: Path | None = None

    def is_empty(self) -> bool:
        """Whether no act was ever performed in it, or it is not there."""
        if not self._exists():
            return True
        reader = prepare(create_engine(self._url), writes=False)
        try:
            with reader.connect() as connection:
                return is_empty(connection)
        finally:
            reader.dispose()

    @contextmanager
    def side(self, payload: Path, stamp: str) -> Iterator[Engine]:
        """A new database with the restored contents; dropped again if it is not put in place.

        Refuses "restore.no_right" and what the programs refuse.
        """
        self._side_name = f"{self._name[: NAME_MAX - 26]}_restoring_{stamp}"
        with self._maintenance() as connection:
            major = connection.info.server_version // 10_000
            try:
                connection.execute(
                    self._named("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'")
                )
            except psycopg.errors.InsufficientPrivilege as error:
                raise Refused("restore.no_right") from error
        url = self._url.set(database=self._side_name)
        engine = write_engine(url.render_as_string(hide_password=False))
        try:
            run(
                "pg_restore",
                url,
                self._programs,
                major,
                "--no-owner",
                "--no-privileges",
                "--exit-on-error",
                "--single-transaction",
                "--dbname",
                self._side_name,
                str(payload),
            )
            yield engine
        finally:
            engine.dispose()
            if not self._is_placed:
                with self._maintenance() as connection:
                    connection.execute(self._named("DROP DATABASE IF EXISTS {} WITH (FORCE)"))

    def exchange(self, engine: Engine, stamp: str, *, keep: bool) -> str:
        """Let the new database take over the name; returns the old one's new name, or "".

        `keep` is False for one in which nothing was ever done: it is dropped. Both renamings are
        one transaction. Refuses "restore.in_use" while anybody is connected.
        """
        engine.dispose()
        aside = f"{self._name[: NAME_MAX - 23]}_before_{stamp}" if self._exists() else ""
        try:
            with self._maintenance() as connection, connection.transaction():
                if aside:
                    self._rename(connection, self._name, aside)
                self._rename(connection, self._side_name, self._name)
        except psycopg.errors.ObjectInUse as error:
            raise Refused("restore.in_use") from error
        self._is_placed = True
        if aside and not keep:
            with self._maintenance() as connection:
                connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(aside)))
            return ""
        return aside

    def _exists(self) -> bool:
        with self._maintenance() as connection:
            found = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", (self._name,)
            ).fetchone()
        return found is not None

    def _maintenance(self) -> psycopg.Connection[tuple[object, ...]]:
        url = self._url.set(drivername="postgresql", database=MAINTENANCE)
        return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)

    def _named(self, command: str) -> sql.Composed:
        return sql.SQL(command).format(sql.Identifier(self._side_name))

    @staticmethod
    def _rename(
        connection: psycopg.Connection[tuple[object, ...]], name: str, new_name: str
    ) -> None:
        connection.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(name), sql.Identifier(new_name)
            )
        )


def run(program: str, url: URL, programs: Path | None, major: int, *arguments: str) -> None:
    """Run a client program on a database, the password not among its words.

    `major` is the server's release; an older program cannot serve it. Refuses
    "backup.program_missing" (which says what to install) and "backup.program_failed".
    """
    found = shutil.which(program, path=None if programs is None else str(programs))
    if found is None or _release(found) < major:
        raise Refused("backup.program_missing", program=program, release=str(major))
    finished = subprocess.run(
        [found, *arguments],
        env=_environment(url),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if finished.returncode:
        raise Refused("backup.program_failed", program=program, reason=_reason(finished.stderr))


def _release(found: str) -> int:
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    release = re.search(r"(\d+)(?:\.\d+)?", said)
    return int(release.group(1)) if release else 0


def _environment(url: URL) -> dict[str, str]:
    """The connection in the library's own variables: words of a command are seen by everybody."""
    given = {
        "PGHOST": url.host,
        "PGPORT": str(url.port) if url.port else None,
        "PGUSER": url.username,
        "PGPASSWORD": str(url.password) if url.password is not None else None,
        "PGDATABASE": url.database,
        **{f"PG{name.upper()}": str(value) for name, value in url.query.items()},
    }
    return {**os.environ, "LC_ALL": "C", **{name: value for name, value in given.items() if value}}


def _reason(said: str) -> str:
    """The program's first complaint, without what it quotes: that may be a value of a row."""
    lines = [line for line in said.splitlines() if "error:" in line.lower()] or [""]
    return QUOTED.sub("…", lines[0])[:300]
