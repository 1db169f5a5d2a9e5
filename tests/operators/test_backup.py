"""A backup holds everything, and a restore gives back exactly that or changes nothing."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, make_url, select, update

from backoffice.audit import AuditEntry
from backoffice.backup import container
from backoffice.cases.models import Case
from backoffice.db import write_engine
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.refusal import Refused
from backoffice.people.models import SignInSession
from backoffice.upkeep import BackupTaken, last_backup
from backoffice.use_case import Office
from tests import given
from tests.door.tamper import without_triggers
from tests.given.cases import a_case_in_review
from tests.given.web import signed_in
from tests.operators.backups import (
    AT,
    TOUCHED,
    WAYS,
    books,
    books_at,
    elsewhere,
    is_whole,
    reading,
    resealed,
    restore,
    take,
)

FLIPS = 200


@pytest.fixture
def file(office: Office, tmp_path: Path) -> Path:
    """A backup of an office with a case in review."""
    a_case_in_review(office)
    taken = tmp_path / "taken.zip"
    take(office, taken)
    return taken


@pytest.fixture
def place(database_url: str) -> str:
    """Where no database is yet."""
    return elsewhere(database_url)


def test_every_row_comes_back(office: Office, place: str, tmp_path: Path) -> None:
    a_case_in_review(office)
    before = books(office.engine)
    take(office, tmp_path / "taken.zip")

    restored = restore(place, tmp_path / "taken.zip")

    after = books_at(place)
    assert restored.aside == ""
    assert restored.manifest.row_count == sum(map(len, before.values())) + 1  # alembic_version
    for name in before.keys() - TOUCHED:
        assert after[name] == before[name], name
    assert after["audit_entry"][: len(before["audit_entry"])] == before["audit_entry"]
    assert is_whole(place)


def test_the_manifest_says_what_is_inside(office: Office, tmp_path: Path) -> None:
    before = books(office.engine)

    manifest = take(office, tmp_path / "taken.zip").manifest

    assert {name: manifest.rows[name] for name in before} == {
        name: len(rows) for name, rows in before.items()
    }
    assert manifest.audit_seq == len(before["audit_entry"])
    assert manifest.audit_hash == before["audit_entry"][-1].hash
    assert (manifest.broken, manifest.taken_at) == ({}, AT.isoformat())
    assert manifest == container.read(tmp_path / "taken.zip")


def test_a_backup_is_a_deed_in_the_audit_with_the_head_that_it_holds(
    office: Office, app: Flask, database_url: str, tmp_path: Path
) -> None:
    taken = take(office, tmp_path / "taken.zip")

    with reading(database_url) as session:
        noted = session.execute(select(BackupTaken)).scalar_one()
        entry = session.execute(
            select(AuditEntry).where(AuditEntry.act == "backup.record")
        ).scalar_one()
        assert last_backup(session) == AT
        assert (noted.head_seq, noted.head_hash) == (
            taken.manifest.audit_seq,
            taken.manifest.audit_hash,
        )
        assert entry.subject == "backup_taken"


def test_only_the_owner_may_read_a_backup_and_nothing_is_left_beside_it(file: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in file.parent.iterdir() if each.name.startswith(".")] == []


def test_a_backup_overwrites_nothing(office: Office, tmp_path: Path) -> None:
    (tmp_path / "taken.zip").write_text("kept", encoding="utf-8")

    with pytest.raises(Refused) as refusal:
        take(office, tmp_path / "taken.zip")

    assert refusal.value.code == "backup.file_exists"
    assert (tmp_path / "taken.zip").read_text(encoding="utf-8") == "kept"


def test_a_backup_needs_its_folder(office: Office, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        take(office, tmp_path / "nowhere" / "taken.zip")

    assert refusal.value.code == "backup.no_folder"


def test_one_wrong_byte_anywhere_is_noticed(file: Path, tmp_path: Path) -> None:
    whole, chosen = file.read_bytes(), random.Random(20231)
    flipped = tmp_path / "flipped.zip"
    heard = set()
    for place in [0, len(whole) - 1, *chosen.sample(range(len(whole)), FLIPS)]:
        flipped.write_bytes(
            whole[:place] + bytes([whole[place] ^ chosen.randint(1, 255)]) + whole[place + 1 :]
        )
        with pytest.raises(Refused) as refusal:
            container.read(flipped)
        heard.add(refusal.value.code)

    assert heard == {"backup.damaged"}


@pytest.mark.parametrize("content", [b"", b"PK", b"no archive at all" * 20])
def test_what_is_no_backup_is_told_apart(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "letter.pdf").write_bytes(content)

    with pytest.raises(Refused) as refusal:
        container.read(tmp_path / "letter.pdf")

    assert refusal.value.code == "backup.not_a_backup"


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        container.read(tmp_path / "taken.zip")

    assert refusal.value.code == "backup.no_file"


def test_a_database_with_work_in_it_is_not_replaced_unasked(
    office: Office, database_url: str, file: Path
) -> None:
    before = books(office.engine)
    office.engine.dispose()

    with pytest.raises(Refused) as refusal:
        restore(database_url, file)

    assert refusal.value.code == "restore.not_empty"
    assert books(office.engine) == before


def test_when_it_is_replaced_the_old_one_is_set_aside_whole(
    office: Office, database_url: str, file: Path
) -> None:
    a_case_in_review(office, number="S01-112-000002")
    before = books(office.engine)
    office.engine.dispose()

    restored = restore(database_url, file, replace=True)

    url = make_url(database_url)
    aside = (
        str(Path(str(url.database)).with_name(restored.aside))
        if url.get_backend_name() == "sqlite"
        else restored.aside
    )
    assert books_at(url.set(database=aside).render_as_string(hide_password=False)) == before
    assert len(books(office.engine)["case"]) == len(before["case"]) - 1


def test_nothing_is_replaced_while_somebody_has_it_open(
    office: Office, database_url: str, file: Path
) -> None:
    with office.engine.connect() as connection:
        connection.execute(select(Case.id)).all()

        with pytest.raises(Refused) as refusal:
            restore(database_url, file, replace=True)

    assert refusal.value.code == "restore.in_use"
    assert is_whole(database_url)


def test_a_dry_run_proves_the_file_and_changes_nothing(
    office: Office, database_url: str, place: str, file: Path
) -> None:
    before = books(office.engine)

    restored = restore(database_url, file, dry_run=True)

    assert (restored.aside, books(office.engine)) == ("", before)


def test_everybody_signs_in_anew_after_a_restore(
    office: Office, app: Flask, place: str, tmp_path: Path
) -> None:
    signed_in(app, given.OFFICER)
    take(office, tmp_path / "taken.zip")

    restore(place, tmp_path / "taken.zip")

    with reading(place) as session:
        alive = session.scalars(select(SignInSession).where(SignInSession.revoked_at.is_(None)))
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.act == "backup.record_restore")
        ).one()
        assert list(alive) == []
        assert '"ended_sessions":[null,1]' in entry.changes


def test_a_backup_of_a_newer_release_is_refused(place: str, file: Path, tmp_path: Path) -> None:
    newer = resealed(file, tmp_path / "newer.zip", revision="9999", version="9.0")

    with pytest.raises(Refused) as refusal:
        restore(place, newer)

    assert refusal.value.code == "restore.newer"
    assert refusal.value.facts == {"revision": "9999", "version": "9.0"}


LATER = '''"""A revision of a later release."""

import sqlalchemy as sa
from alembic import op

revision = "9000"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("later", sa.Column("id", sa.Integer, primary_key=True))
'''


def test_a_backup_of_an_older_release_is_brought_up_to_date(
    place: str, file: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(WAYS.migrations, folder)
    head = container.read(file).revision
    (folder / "versions" / "9000_later.py").write_text(LATER.format(head=head), encoding="utf-8")

    restore(place, file, migrations=folder)

    with reading(place) as session:
        assert "later" in inspect(session.get_bind()).get_table_names()
    assert is_whole(place)


def test_a_backup_of_the_other_engine_is_refused(place: str, file: Path, tmp_path: Path) -> None:
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[container.read(file).engine]

    with pytest.raises(Refused) as refusal:
        restore(place, resealed(file, tmp_path / "other.zip", engine=other))

    assert refusal.value.code == "restore.other_engine"


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("audit_seq", {"audit_seq": 7}),
        ("audit_hash", {"audit_hash": "0" * 64}),
        ("revision", {"revision": "0001"}),
    ],
)
def test_a_restore_that_is_not_what_the_manifest_says_is_refused(
    place: str, file: Path, tmp_path: Path, part: str, change: dict[str, Any]
) -> None:
    with pytest.raises(Refused) as refusal:
        restore(place, resealed(file, tmp_path / "other.zip", **change))

    assert (refusal.value.code, refusal.value.facts["part"]) == ("restore.differs", part)


def test_one_row_too_few_is_noticed(
    office: Office, database_url: str, file: Path, tmp_path: Path
) -> None:
    before = books(office.engine)
    rows = {**container.read(file).rows}
    rows["case"] += 1
    office.engine.dispose()

    with pytest.raises(Refused) as refusal:
        restore(database_url, resealed(file, tmp_path / "other.zip", rows=rows), replace=True)

    assert refusal.value.facts == {"part": "case", "found": "1", "expected": "2"}
    assert books(office.engine) == before


@pytest.mark.parametrize("length", [3_000, 60_000])
def test_a_database_damaged_before_it_was_sealed_is_refused(
    place: str, file: Path, tmp_path: Path, engine_name: str, length: int
) -> None:
    damaged = tmp_path / "damaged"
    container.extract(file, container.read(file), damaged)
    content = bytearray(damaged.read_bytes())
    content[2_000 : 2_000 + length] = b"\x5a" * length
    damaged.write_bytes(content)

    with pytest.raises(Refused) as refusal:
        restore(place, resealed(file, tmp_path / "sealed.zip", payload=damaged))

    codes = {"sqlite": "restore.payload_damaged", "postgresql": "backup.program_failed"}
    assert refusal.value.code == codes[engine_name]


@pytest.mark.broken
def test_books_altered_inside_a_sealed_file_are_refused(
    office: Office, place: str, tmp_path: Path
) -> None:
    with without_triggers(office, "audit_entry") as connection:
        connection.execute(update(AuditEntry).where(AuditEntry.seq == 5).values(note="x"))
    take(office, tmp_path / "taken.zip")
    honest = resealed(tmp_path / "taken.zip", tmp_path / "sealed.zip", broken={})

    with pytest.raises(Refused) as refusal:
        restore(place, honest)

    assert refusal.value.code == "restore.broken"
    assert refusal.value.facts == {"invariants": ["I-43 the audit chain is whole"]}


@pytest.mark.broken
def test_what_was_broken_is_backed_up_and_restored_as_it_was(
    office: Office, place: str, tmp_path: Path
) -> None:
    case_id = a_case_in_review(office)
    with office.engine.begin() as connection:
        connection.execute(update(Case).where(Case.id == case_id).values(edition="S01/99"))

    manifest = take(office, tmp_path / "taken.zip").manifest

    assert manifest.broken == {"I-49 every case's edition is a published one": 1}
    assert restore(place, tmp_path / "taken.zip").manifest == manifest


@pytest.mark.parametrize("length", [4_096, 40_960])
def test_no_backup_is_made_of_a_damaged_file(
    migrated_sqlite: Path, clock: FixedClock, tmp_path: Path, length: int
) -> None:
    content = bytearray(migrated_sqlite.read_bytes())
    content[40_960 : 40_960 + length] = b"\x5a" * length
    (tmp_path / "damaged.db").write_bytes(content)
    office = Office(write_engine(f"sqlite:///{tmp_path / 'damaged.db'}"), clock)

    with pytest.raises(Refused) as refusal:
        take(office, tmp_path / "taken.zip")

    office.engine.dispose()
    assert refusal.value.code == "backup.source_damaged"
    assert not (tmp_path / "taken.zip").exists()


def test_a_database_without_tables_has_nothing_to_back_up(
    place: str, office: Office, engine_name: str, database_url: str, tmp_path: Path
) -> None:
    url = (
        place
        if engine_name == "sqlite"
        else make_url(database_url).set(database="postgres").render_as_string(hide_password=False)
    )
    empty = Office(write_engine(url), office.clock)

    with pytest.raises(Refused) as refusal:
        take(empty, tmp_path / "taken.zip")

    empty.engine.dispose()
    assert refusal.value.code == "backup.no_tables"
