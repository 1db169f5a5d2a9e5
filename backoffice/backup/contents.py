"""What is in a database: counted for the manifest, and held against it after a restore."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, inspect, select, table
from sqlalchemy.orm import Session

from backoffice import audit
from backoffice.audit import AuditHead
from backoffice.backup.container import Manifest
from backoffice.db import revision
from backoffice.invariants import violations
from backoffice.kernel.refusal import Refused


@dataclass(frozen=True, slots=True)
class Contents:
    """Where the schema stands, how far the audit has come, and the rows of each table."""

    revision: str
    audit_seq: int
    audit_hash: str
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a snapshot holds, its broken invariants, and which release of the engine wrote it."""

    contents: Contents
    broken: Mapping[str, int]
    engine_version: str


def is_empty(connection: Connection) -> bool:
    """Whether no act was ever performed here: no tables, or an audit without an entry."""
    if not inspect(connection).has_table(AuditHead.__tablename__):
        return True
    return connection.execute(select(AuditHead.seq)).scalar_one_or_none() in (None, 0)


def contents(connection: Connection) -> Contents:
    """Count everything. Refuses "backup.no_tables" where the office was never set up."""
    with Session(connection) as session:
        stands_at = revision(session)
        if stands_at is None:
            raise Refused("backup.no_tables")
        head = audit.head(session)
    names = sorted(inspect(connection).get_table_names())
    rows = {
        name: connection.execute(select(func.count()).select_from(table(name))).scalar_one()
        for name in names
    }
    return Contents(stands_at, head.seq, head.hash, rows)


def broken(connection: Connection) -> Mapping[str, int]:
    """How many violations each broken invariant has; the audit's chain is one of them."""
    with Session(connection) as session:
        return dict(Counter(one.invariant for one in violations(session)))


def refuse_difference(found: Contents, manifest: Manifest) -> None:
    """Refuse "restore.differs", naming the first part that is not what the manifest says."""
    pairs = [
        ("revision", found.revision, manifest.revision),
        ("audit_seq", found.audit_seq, manifest.audit_seq),
        ("audit_hash", found.audit_hash, manifest.audit_hash),
        *(
            (name, found.rows.get(name), manifest.rows.get(name))
            for name in sorted({*found.rows, *manifest.rows})
        ),
    ]
    for part, is_there, should_be in pairs:
        if is_there != should_be:
            raise Refused(
                "restore.differs", part=part, found=str(is_there), expected=str(should_be)
            )


def refuse_new_faults(found: Mapping[str, int], manifest: Manifest) -> None:
    """Refuse "restore.broken" for what was whole when the backup was taken."""
    worse = [name for name, count in found.items() if count > manifest.broken.get(name, 0)]
    if worse:
        raise Refused("restore.broken", invariants=sorted(worse))
