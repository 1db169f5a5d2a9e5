"""The backup file: a zip with the manifest and the database, sealed by its comment."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO

from backoffice.kernel.refusal import Refused

PRODUCT = "backoffice"
FORMAT = 1
MANIFEST = "manifest.json"
MANIFEST_MAX_BYTES = 1 << 20
PAYLOADS = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
CHUNK_BYTES = 1 << 20
SEAL = b"sha256:"
DIGEST_BYTES = 64  # in hexadecimal


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the file holds, and what must be found again when it is restored.

    `rows` is the number of rows of each table; `broken` the number of violations of each
    invariant that was broken when the backup was taken, which ought to be empty.
    """

    product: str
    format: int
    version: str
    revision: str
    engine: str
    engine_version: str
    taken_at: str
    audit_seq: int
    audit_hash: str
    rows: Mapping[str, int]
    broken: Mapping[str, int]
    payload_bytes: int
    payload_sha256: str

    @property
    def row_count(self) -> int:
        """The rows of all tables."""
        return sum(self.rows.values())


def write(file: Path, manifest: Manifest, payload: Path) -> str:
    """Write a new file and seal it; returns the seal, a SHA-256. Nobody else may read it."""
    # A dump of PostgreSQL is compressed already.
    packed = zipfile.ZIP_DEFLATED if manifest.engine == "sqlite" else zipfile.ZIP_STORED
    with file.open("xb") as opened:
        os.fchmod(opened.fileno(), 0o600)
        with zipfile.ZipFile(opened, "w", compression=packed, compresslevel=6) as archive:
            archive.write(payload, PAYLOADS[manifest.engine])
            archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1, sort_keys=True))
            archive.comment = SEAL + b"0" * DIGEST_BYTES
    with file.open("r+b") as sealed:
        digest = _digest_before_seal(sealed, file.stat().st_size)
        sealed.seek(-DIGEST_BYTES, os.SEEK_END)
        sealed.write(digest.encode("ascii"))
        sealed.flush()
        os.fsync(sealed.fileno())
    return digest


def read(file: Path) -> Manifest:
    """The manifest of a whole and unaltered backup file.

    Refuses "backup.no_file", "backup.not_a_backup" and "backup.damaged".
    """
    if not file.is_file():
        raise Refused("backup.no_file", file=file.name)
    size = file.stat().st_size
    if size <= len(SEAL) + DIGEST_BYTES:
        raise Refused("backup.not_a_backup", file=file.name)
    with file.open("rb") as opened:
        opened.seek(-len(SEAL) - DIGEST_BYTES, os.SEEK_END)
        seal = opened.read()
        opened.seek(0)
        if not seal.startswith(SEAL) and not opened.read(4).startswith(b"PK"):
            raise Refused("backup.not_a_backup", file=file.name)
        if seal != SEAL + _digest_before_seal(opened, size).encode("ascii"):
            raise Refused("backup.damaged", file=file.name)
    return _manifest(file)


def extract(file: Path, manifest: Manifest, target: Path) -> None:
    """Write the database of the file to `target`. Refuses "backup.damaged"."""
    digest, left = hashlib.sha256(), manifest.payload_bytes
    with (
        zipfile.ZipFile(file) as archive,
        archive.open(PAYLOADS[manifest.engine]) as packed,
        target.open("xb") as out,
    ):
        os.fchmod(out.fileno(), 0o600)
        while left > 0 and (chunk := packed.read(min(CHUNK_BYTES, left))):
            digest.update(chunk)
            out.write(chunk)
            left -= len(chunk)
    if left or digest.hexdigest() != manifest.payload_sha256:
        raise Refused("backup.damaged", file=file.name)


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Make a change of names in a folder outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _digest_before_seal(opened: IO[bytes], size: int) -> str:
    """The hash of all but the last digits, which are the hash."""
    opened.seek(0)
    digest, left = hashlib.sha256(), size - DIGEST_BYTES
    while left > 0 and (chunk := opened.read(min(CHUNK_BYTES, left))):
        digest.update(chunk)
        left -= len(chunk)
    return digest.hexdigest()


def _manifest(file: Path) -> Manifest:
    wanted = {field.name for field in fields(Manifest)}
    with zipfile.ZipFile(file) as archive:
        if MANIFEST not in archive.namelist():
            raise Refused("backup.not_a_backup", file=file.name)
        with archive.open(MANIFEST) as opened:
            found = json.loads(opened.read(MANIFEST_MAX_BYTES))
    if found.get("product") != PRODUCT or found.get("format") != FORMAT or set(found) != wanted:
        raise Refused("backup.not_a_backup", file=file.name)
    return Manifest(**found)
