"""Fresh copies of a prepared database, one after another, for tests that spoil what they touch."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from tests.postgres import Postgres

Copy = Callable[[], AbstractContextManager[str]]


def files(template: Path, folder: Path) -> Copy:
    """Copies of a SQLite file."""

    @contextmanager
    def copy() -> Iterator[str]:
        path = folder / "copy.db"
        for file in folder.glob("copy.db*"):
            file.unlink()
        shutil.copy(template, path)
        yield f"sqlite:///{path}"

    return copy


def databases(server: Postgres, template: str) -> Copy:
    """Copies of a database of a server, dropped when they are done with."""

    @contextmanager
    def copy() -> Iterator[str]:
        with server.fresh(template) as url:
            yield url

    return copy


@pytest.fixture
def copy_of(
    engine_name: str, request: pytest.FixtureRequest, database_url: str, tmp_path: Path
) -> Copy:
    """Copies of the test's own database, which nobody may be connected to by then."""
    name = make_url(database_url).database or ""
    if engine_name == "sqlite":
        return files(Path(name), tmp_path)
    return databases(request.getfixturevalue("postgres"), name)
