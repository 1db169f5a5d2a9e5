"""SQLite: the online backup, and the exchange of one file for another at one instant."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.exc import DatabaseError

from backoffice.backup.container import sync_folder
from backoffice.backup.contents import Seen, broken, contents, is_empty
from backoffice.db import WriteQueue, prepare, write_engine
from backoffice.kernel.refusal import Refused

WAIT_SECONDS = 60
BESIDE = ("-wal", "-shm", "-journal")


def path_of(url: URL) -> Path:
    """The database's file."""
    assert url.database, "a database in memory is not backed up"
    return Path(url.database)


def snapshot(url: URL, payload: Path) -> Seen:
    """Copy the database to `payload` as it stands at one instant; writers need not wait.

    The copy is one file without a log beside it. It is looked through before it is believed:
    refuses "backup.source_damaged".
    """
    with (
        closing(sqlite3.connect(path_of(url), timeout=WAIT_SECONDS)) as source,
        closing(sqlite3.connect(payload)) as copy,
    ):
        payload.chmod(0o600)
        try:
            # All pages in one step: in steps, each commit of another process begins it anew.
            source.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError:
            raise  # locked, or the disk is full: no word about the file
        except sqlite3.DatabaseError as error:
            raise Refused("backup.source_damaged") from error
        if faults(copy):
            raise Refused("backup.source_damaged")
    with _looked_at(payload) as engine, engine.connect() as connection:
        return Seen(contents(connection), broken(connection), sqlite3.sqlite_version)


def faults(connection: sqlite3.Connection) -> bool:
    """Whether the engine finds a damaged page, or a reference that leads nowhere."""
    try:
        integrity = connection.execute("PRAGMA integrity_check").fetchone()[0]
        astray = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError:
        return True
    return integrity != "ok" or astray is not None


@contextmanager
def _looked_at(file: Path) -> Iterator[Engine]:
    engine = prepare(create_engine(f"sqlite:///{file}"), writes=False)
    try:
        yield engine
    finally:
        engine.dispose()


class SqliteTarget:
    """The file that a restore replaces. Other processes must have closed it."""

    def __init__(self, url: URL, programs: Path | None) -> None:
        self._file = path_of(url)
        self.workspace = self._file.parent

    def is_empty(self) -> bool:
        """Whether no act was ever performed in it, or it is not there."""
        if not self._file.exists():
            return True
        try:
            with _looked_at(self._file) as engine, engine.connect() as connection:
                return is_empty(connection)
        except DatabaseError:
            return False  # a damaged file is somebody's work, to be set aside

    @contextmanager
    def side(self, payload: Path, stamp: str) -> Iterator[Engine]:
        """The restored database, not yet in its place. Refuses "restore.payload_damaged"."""
        with closing(sqlite3.connect(payload)) as connection:
            damaged = faults(connection)
        if damaged:
            raise Refused("restore.payload_damaged")
        engine = write_engine(f"sqlite:///{payload}")
        self._restored = payload
        try:
            yield engine
        finally:
            engine.dispose()

    def exchange(self, engine: Engine, stamp: str, *, keep: bool) -> str:
        """Put the restored database in its place; returns the old one's new name, or "".

        `keep` is False for one in which nothing was ever done. At every instant the name leads to
        the old database or to the new one. Refuses "restore.in_use" while another process has the
        old one open.
        """
        engine.dispose()
        with closing(sqlite3.connect(self._restored, timeout=WAIT_SECONDS)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
        with self._restored.open("rb") as restored:
            os.fsync(restored.fileno())
        self._resemble()
        if not self._file.exists():
            for ending in BESIDE:
                # A log without its database; beside the restored one it would be taken for its.
                self._named(ending).unlink(missing_ok=True)
            self._put_in_place()
            return ""
        with WriteQueue.beside(f"sqlite:///{self._file}").turn(), self._alone():
            aside = self._file.with_name(f"{self._file.name}.before-{stamp}")
            if keep:
                self._keep(aside)
            self._put_in_place()
        return aside.name if keep else ""

    def _put_in_place(self) -> None:
        self._restored.rename(self._file)
        sync_folder(self.workspace)

    def _resemble(self) -> None:
        """Give the restored file the owner of the old one (or of the folder), if root restores."""
        model = (self._file if self._file.exists() else self.workspace).stat()
        if os.geteuid() == 0:
            os.chown(self._restored, model.st_uid, model.st_gid)

    def _named(self, ending: str) -> Path:
        return self._file.with_name(self._file.name + ending)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the old database alone. Giving up its log, it becomes one whole file.

        No other connection can take the log up again unnoticed: the mode is asked for under the
        lock. The lock itself writes nothing, so that no journal is left beside the new database.
        """
        with closing(sqlite3.connect(self._file, timeout=1, isolation_level=None)) as held:
            try:
                held.execute("PRAGMA journal_mode=DELETE")  # not while another has the file open
                held.execute("BEGIN EXCLUSIVE")
                mode = held.execute("PRAGMA journal_mode").fetchone()[0]
            except sqlite3.OperationalError as error:
                raise Refused("restore.in_use") from error
            except sqlite3.DatabaseError:
                mode = "delete"  # too damaged to be opened by anybody
            if mode != "delete":
                raise Refused("restore.in_use")
            yield

    def _keep(self, aside: Path) -> None:
        """A second name for the old database; where there are no links, a copy."""
        try:
            os.link(self._file, aside)
        except FileExistsError:
            if not aside.samefile(self._file):
                raise
        except OSError:
            shutil.copy2(self._file, aside)
        sync_folder(self.workspace)
