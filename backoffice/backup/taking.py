"""Taking a backup: a snapshot, counted and looked through, in one sealed file."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from backoffice.access import SYSTEM
from backoffice.backup import container, postgres, sqlite
from backoffice.backup.container import Manifest
from backoffice.kernel.refusal import Refused
from backoffice.upkeep import record_backup
from backoffice.use_case import Office


@dataclass(frozen=True, slots=True)
class Taken:
    """A finished backup. `recorded` is False where the office could not note that it was taken."""

    manifest: Manifest
    file_sha256: str
    recorded: bool


def take(
    office: Office, file: Path, *, version: str, at: datetime, programs: Path | None = None
) -> Taken:
    """Write a backup of the office's database to `file`, while others go on working.

    `at` is the machine's instant; `programs` the folder of PostgreSQL's client programs. Refuses
    "backup.file_exists", "backup.no_folder", "backup.no_tables", "backup.source_damaged" and what
    the programs refuse. Whatever happens, `file` is whole or not there.
    """
    _refuse_place(file)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=file.parent) as place:
        workspace = Path(place)
        payload = workspace / "payload"
        if office.engine.dialect.name == "sqlite":
            seen = sqlite.snapshot(office.engine.url, payload)
        else:
            seen = postgres.snapshot(office.engine, payload, programs)
        manifest = Manifest(
            product=container.PRODUCT,
            format=container.FORMAT,
            version=version,
            revision=seen.contents.revision,
            engine=office.engine.dialect.name,
            engine_version=seen.engine_version,
            taken_at=at.isoformat(),
            audit_seq=seen.contents.audit_seq,
            audit_hash=seen.contents.audit_hash,
            rows=seen.contents.rows,
            broken=seen.broken,
            payload_bytes=payload.stat().st_size,
            payload_sha256=container.sha256_of(payload),
        )
        sealed = workspace / "sealed"
        digest = container.write(sealed, manifest, payload)
        _give_name(sealed, file)
    return Taken(manifest, digest, _record(office, manifest, digest, at))


def _refuse_place(file: Path) -> None:
    if file.exists() or file.is_symlink():
        raise Refused("backup.file_exists", file=file.name)
    if not file.parent.is_dir():
        raise Refused("backup.no_folder", file=file.name)


def _give_name(sealed: Path, file: Path) -> None:
    """Put the finished file under its name at one instant, never over another file."""
    try:
        os.link(sealed, file)
    except FileExistsError as error:
        raise Refused("backup.file_exists", file=file.name) from error
    except OSError:
        # A file system without links (a memory stick, some network shares).
        _refuse_place(file)
        sealed.rename(file)
    container.sync_folder(file.parent)


def _record(office: Office, manifest: Manifest, digest: str, at: datetime) -> bool:
    try:
        office.perform(record_backup, SYSTEM, at, manifest.audit_seq, manifest.audit_hash, digest)
    except DBAPIError:
        # A disk that is full or a database that is read-only is when a backup is wanted most.
        return False
    return True
