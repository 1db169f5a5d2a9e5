"""Restoring: beside the present database, proved to the last row, then put in its place at once."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM, Permission
from backoffice.audit import AuditEntry
from backoffice.backup import container
from backoffice.backup.container import Manifest
from backoffice.backup.contents import broken, contents, refuse_difference, refuse_new_faults
from backoffice.backup.postgres import PostgresTarget
from backoffice.backup.sqlite import SqliteTarget
from backoffice.db import AUDITED
from backoffice.kernel.clock import Clock, FixedClock, SystemClock
from backoffice.kernel.refusal import Refused
from backoffice.people.models import SignInSession
from backoffice.use_case import Act, Installation, Office, use_case


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored; `aside` is the name that the former database has now, "" if none."""

    manifest: Manifest
    aside: str


@dataclass(frozen=True, slots=True)
class Ways:
    """How to restore: `replace` sets a used database aside, `dry_run` only proves the file.

    `migrations` is the folder of the schema's revisions, `programs` that of PostgreSQL's client
    programs, `at` the machine's instant.
    """

    migrations: Path
    at: datetime
    programs: Path | None = None
    replace: bool = False
    dry_run: bool = False


@use_case("backup.record_restore", requires=Permission.SYSTEM)
def record_restore(act: Act, taken_at: str, head_seq: int, file_sha256: str) -> None:
    """Note in the restored books where they come from, and let everybody sign in anew.

    A session that was signed out after the backup would otherwise be alive again.
    """
    ended = act.session.execute(
        update(SignInSession)
        .where(SignInSession.revoked_at.is_(None))
        .values(revoked_at=act.now, revoked_by=act.actor.id)
        .returning(SignInSession.id),
        execution_options=AUDITED | {"synchronize_session": False},
    ).all()
    act.record(
        "backup_taken",
        None,
        None,
        taken_at=taken_at,
        head_seq=head_seq,
        file_sha256=file_sha256,
        ended_sessions=len(ended),
    )


def restore(engine: Engine, file: Path, ways: Ways) -> Restored:
    """Put the file's contents in the place of the engine's database.

    A crash at any instant leaves the old database or the new one. Refuses what `container.read`
    refuses, and "restore.other_engine", "restore.newer", "restore.not_empty", "restore.differs",
    "restore.broken", "restore.in_use".
    """
    manifest = container.read(file)
    _refuse_unfit(engine, manifest, ways)
    kind = SqliteTarget if manifest.engine == "sqlite" else PostgresTarget
    target = kind(engine.url, ways.programs)
    engine.dispose()
    empty = target.is_empty()
    if not (ways.replace or ways.dry_run or empty):
        raise Refused("restore.not_empty")
    stamp = f"{ways.at:%Y%m%d%H%M%S}"
    with ExitStack() as stack:
        place = stack.enter_context(
            tempfile.TemporaryDirectory(prefix=".restore-", dir=target.workspace)
        )
        payload = Path(place) / "payload"
        container.extract(file, manifest, payload)
        side = stack.enter_context(target.side(payload, stamp))
        _prove(side, manifest, ways)
        if ways.dry_run:
            return Restored(manifest, "")
        _office(side).perform(
            record_restore,
            SYSTEM,
            manifest.taken_at,
            manifest.audit_seq,
            container.sha256_of(file),
        )
        return Restored(manifest, target.exchange(side, stamp, keep=not empty))


def _refuse_unfit(engine: Engine, manifest: Manifest, ways: Ways) -> None:
    if manifest.engine != engine.dialect.name:
        raise Refused("restore.other_engine", file=manifest.engine, here=engine.dialect.name)
    try:
        ScriptDirectory(str(ways.migrations)).get_revision(manifest.revision)
    except CommandError as error:
        raise Refused(
            "restore.newer", revision=manifest.revision, version=manifest.version
        ) from error


def _prove(side: Engine, manifest: Manifest, ways: Ways) -> None:
    """The same rows, the same head; then today's schema, and every invariant."""
    with side.connect() as connection:
        refuse_difference(contents(connection), manifest)
    _upgrade(side, ways.migrations)
    with side.connect() as connection:
        refuse_new_faults(broken(connection), manifest)


def _upgrade(side: Engine, migrations: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations))
    config.attributes["engine"] = side
    command.upgrade(config, "head")


def _office(side: Engine) -> Office:
    """The door of the restored database; a demonstration's clock is not ours to move on."""
    with Session(side) as session:
        demonstration = session.execute(select(Installation.demonstration)).scalar_one_or_none()
        last: datetime | None = session.execute(select(func.max(AuditEntry.at))).scalar_one()
    clock: Clock = FixedClock(last) if demonstration and last is not None else SystemClock()
    return Office(side, clock)
