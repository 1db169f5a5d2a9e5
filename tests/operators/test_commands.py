"""`backoffice backup` and `restore` as an operator types them: words, exit status, no person."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from backoffice.app import create_app
from backoffice.db import sessions
from backoffice.kernel.refusal import Refused
from backoffice.messages import sentence
from backoffice.use_case import Office
from backoffice.web import guard
from tests import given
from tests.given.cases import a_case_in_review, ubn_of
from tests.given.offices import settings
from tests.operators.backups import is_whole, programs

NUMBER = "S01-112-000001"


@pytest.fixture
def typed(app: Flask) -> Flask:
    """The application as the command line sees it, with PostgreSQL's programs at hand."""
    app.config["POSTGRES_PROGRAMS"] = programs()
    return app


@contextmanager
def serving(url: str, folder: Path) -> Iterator[Flask]:
    """The application on this database; closed afterwards."""
    app = create_app(settings(url, folder))
    yield app
    app.extensions[guard.EXTENSION].office.engine.dispose()
    with app.app_context():
        sessions.engine.dispose()


def run(app: Flask, *words: object) -> Result:
    return app.test_cli_runner().invoke(args=[str(word) for word in words])


def test_an_operator_backs_up_proves_and_restores(
    typed: Flask, office: Office, tmp_path: Path
) -> None:
    a_case_in_review(office, number=NUMBER)
    file = tmp_path / "taken.zip"

    taken = run(typed, "backup", file)
    office.engine.dispose()
    proved = run(typed, "restore", file, "--dry-run")
    refused = run(typed, "restore", file)
    replaced = run(typed, "restore", file, "--replace")

    assert [each.exit_code for each in (taken, proved, refused, replaced)] == [0, 0, 1, 0]
    assert "taken.zip sha256 " in taken.output
    assert "proved; nothing was changed" in proved.output
    assert "請加上 --replace" in refused.output
    assert "restored; the former database is " in replaced.output
    said = "".join(each.output for each in (taken, proved, refused, replaced))
    people = [person.name for person in given.ROSTER]
    assert [word for word in (*people, "@", ubn_of(NUMBER)) if word in said] == []


def test_a_file_that_is_there_is_not_overwritten(typed: Flask, tmp_path: Path) -> None:
    (tmp_path / "taken.zip").touch()

    refused = run(typed, "backup", tmp_path / "taken.zip")

    assert (refused.exit_code, "不會覆蓋任何檔案" in refused.output) == (1, True)


def test_a_restore_into_nothing_needs_no_database_first(
    tmp_path: Path, migrated_sqlite: Path
) -> None:
    shutil.copy(migrated_sqlite, tmp_path / "here.db")
    here, there = (f"sqlite:///{tmp_path / name}" for name in ("here.db", "there.db"))
    with serving(here, tmp_path) as one, serving(there, tmp_path) as other:
        run(one, "backup", tmp_path / "taken.zip")
        restored = run(other, "restore", tmp_path / "taken.zip")

    assert (restored.exit_code, restored.output.splitlines()[-1]) == (0, "restored")
    assert is_whole(there)


def test_a_database_that_cannot_be_written_still_gets_its_backup(
    typed: Flask, office: Office, tmp_path: Path
) -> None:
    @event.listens_for(office.engine, "before_cursor_execute")
    def _full(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("INSERT"):
            raise OperationalError("INSERT", {}, Exception("disk full"))

    taken = run(typed, "backup", tmp_path / "taken.zip")

    assert taken.exit_code == 0
    assert (tmp_path / "taken.zip").exists()
    with typed.app_context():
        assert sentence(Refused("backup.not_recorded")) in taken.output
