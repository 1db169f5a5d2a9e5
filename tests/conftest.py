"""The application, a fresh database for each test, a clock that stands still, and people.

`office` and `app` run on SQLite; with `--engine both` (as `make test` does) every test that uses
them runs on PostgreSQL as well. After each, the invariants are asked and must find nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from backoffice.app import create_app
from backoffice.db import sessions
from backoffice.kernel.clock import FixedClock
from backoffice.use_case import Office
from backoffice.web import guard
from tests.given import judge, offices, refusals

if TYPE_CHECKING:
    from tests.given.recycled import Recycled
    from tests.postgres import Postgres

pytest_plugins = [
    "tests.postgres",
    "tests.browser",
    "tests.given.demonstration",
    "tests.given.copies",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=("sqlite", "postgresql", "both"), default="sqlite")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine_name" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--engine")
        names: tuple[str, ...] = ("sqlite", "postgresql") if chosen == "both" else (chosen,)
        # A browser is asked once; faults that only SQLite lets in are planted there.
        if any(metafunc.definition.get_closest_marker(one) for one in ("browser", "insider")):
            names = names[:1] if names[0] == "sqlite" else ()
        metafunc.parametrize("engine_name", names, scope="session")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("lf") and not any("::" in argument for argument in config.args):
        refusals.refuse_unknown(items)


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The roster's password, hashed once."""
    return offices.cheap_hash()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory, password_hash: str) -> Path:
    """A migrated SQLite file with the roster in it, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "office.db"
    _make(f"sqlite:///{path}", path.parent, password_hash)
    return path


@pytest.fixture(scope="session")
def migrated_postgres(
    postgres: Postgres, tmp_path_factory: pytest.TempPathFactory, password_hash: str
) -> str:
    """The name of a migrated PostgreSQL database with the roster in it, to be copied."""
    folder = tmp_path_factory.mktemp("migrated_postgres")
    return postgres.template("migrated", lambda url: _make(url, folder, password_hash))


@pytest.fixture(scope="session")
def recycled_postgres(postgres: Postgres, migrated_postgres: str) -> Recycled:
    """The PostgreSQL database of this worker's tests."""
    from tests.given.recycled import Recycled

    return Recycled(postgres, migrated_postgres)


def _make(url: str, folder: Path, password_hash: str) -> None:
    with offices.an_office(url, folder, password_hash):
        pass


@pytest.fixture
def database_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database with the roster, on the engine that is asked for."""
    if engine_name == "sqlite":
        path = tmp_path / "office.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    recycled: Recycled = request.getfixturevalue("recycled_postgres")
    with recycled.fresh() as url:
        yield url


@pytest.fixture
def clock() -> FixedClock:
    """The office's clock, standing at the opening of the schemes."""
    return FixedClock(offices.OPENING)


@pytest.fixture
def app(
    database_url: str, clock: FixedClock, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Flask]:
    """The application on a fresh database; afterwards no invariant may be broken.

    Its clients check every refusal that they meet: `tests.given.refusals`.
    """
    application = create_app(offices.settings(database_url, tmp_path), clock=clock)
    heard = refusals.listen(application)
    yield application
    house: guard.House = application.extensions[guard.EXTENSION]
    with application.app_context():
        sessions.session.remove()
        sessions.engine.dispose()
    house.office.engine.dispose()
    if not request.node.get_closest_marker("broken"):
        assert judge.broken(database_url) == ()
    refusals.agree(request.node, heard)


@pytest.fixture
def office(app: Flask) -> Office:
    """The door."""
    house: guard.House = app.extensions[guard.EXTENSION]
    return house.office
