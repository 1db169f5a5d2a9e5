"""PostgreSQL's client programs: found, new enough, told what to do without words that leak."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from backoffice import backup
from backoffice.backup import postgres
from backoffice.db import write_engine
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.refusal import Refused
from backoffice.use_case import Office
from tests.operators.backups import AT, WAYS, elsewhere, programs, take
from tests.postgres import Postgres, libpq

pytestmark = pytest.mark.postgres


@pytest.fixture
def url(postgres: Postgres, migrated_postgres: str) -> Iterator[str]:
    """A database of one's own, with the roster."""
    with postgres.fresh(migrated_postgres) as found:
        yield found


@pytest.fixture
def office(url: str, clock: FixedClock) -> Iterator[Office]:
    """The door of it."""
    engine = write_engine(url)
    yield Office(engine, clock)
    engine.dispose()


def test_without_the_program_one_is_told_what_to_install(office: Office, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()

    with pytest.raises(Refused) as refusal:
        backup.take(office, tmp_path / "a.zip", version="0", at=AT, programs=tmp_path / "none")

    assert refusal.value.code == "backup.program_missing"
    assert refusal.value.facts["program"] == "pg_dump"
    assert int(str(refusal.value.facts["release"])) >= 15
    assert not (tmp_path / "a.zip").exists()


def test_a_program_older_than_the_server_is_as_good_as_none(office: Office, tmp_path: Path) -> None:
    old = tmp_path / "old" / "pg_dump"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n", encoding="utf-8")
    old.chmod(0o755)

    with pytest.raises(Refused) as refusal:
        backup.take(office, tmp_path / "a.zip", version="0", at=AT, programs=old.parent)

    assert refusal.value.code == "backup.program_missing"


def test_a_program_s_complaint_is_passed_on_without_what_it_quotes(url: str) -> None:
    nobody = make_url(url).set(username="nobody_of_that_name")

    with pytest.raises(Refused) as refusal:
        postgres.run("pg_dump", nobody, programs(), 15, "--schema-only")

    assert refusal.value.code == "backup.program_failed"
    assert "nobody_of_that_name" not in str(refusal.value.facts["reason"])
    assert "error" in str(refusal.value.facts["reason"])


def test_the_password_is_not_among_the_words_of_a_program(tmp_path: Path) -> None:
    spy = tmp_path / "pg_dump"
    spy.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo "pg_dump (PostgreSQL) 99.1" && exit\n'
        f'echo "$@" > {tmp_path}/words; echo "$PGPASSWORD $PGSSLMODE" > {tmp_path}/environment\n',
        encoding="utf-8",
    )
    spy.chmod(0o755)
    url = make_url("postgresql+psycopg://clerk:s3cret@db.example:5433/office?sslmode=require")

    postgres.run("pg_dump", url, tmp_path, 17, "--schema-only")

    assert (tmp_path / "words").read_text(encoding="utf-8") == "--schema-only\n"
    assert (tmp_path / "environment").read_text(encoding="utf-8") == "s3cret require\n"


def test_a_role_that_may_not_create_databases_is_told_so(
    office: Office, url: str, postgres: Postgres, tmp_path: Path
) -> None:
    take(office, tmp_path / "taken.zip")
    role = f"{postgres.owner}_clerk"
    with psycopg.connect(libpq(postgres.url), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
    place = make_url(elsewhere(url)).set(username=role)
    engine = write_engine(place.render_as_string(hide_password=False))
    try:
        with pytest.raises(Refused) as refusal:
            backup.restore(engine, tmp_path / "taken.zip", replace(WAYS, programs=programs()))
    finally:
        engine.dispose()
        with psycopg.connect(libpq(postgres.url), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))

    assert refusal.value.code == "restore.no_right"
