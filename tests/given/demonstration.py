"""The demonstration world, performed once and copied for each test that wants it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from backoffice import demo
from backoffice.app import bring_up_to_date, create_app
from backoffice.db import sessions
from backoffice.web import guard
from config import Settings


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration, performed once for the run of this worker."""
    folder = tmp_path_factory.mktemp("demonstration")
    settings = Settings(f"sqlite:///{folder / 'office.db'}", "a secret of the tests", folder)
    app = create_app(settings)
    bring_up_to_date(app)
    house: guard.House = app.extensions[guard.EXTENSION]
    demo.perform(house.office.engine, say=lambda _line: None)
    house.office.engine.dispose()
    return folder


@pytest.fixture
def shown(made: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application on a copy of it, with the clock that it starts with."""
    shutil.copy(made / "office.db", tmp_path / "office.db")
    settings = Settings(f"sqlite:///{tmp_path / 'office.db'}", "a secret of the tests", tmp_path)
    app = create_app(settings)
    yield app
    with app.app_context():
        sessions.session.remove()
        sessions.engine.dispose()
    house: guard.House = app.extensions[guard.EXTENSION]
    house.office.engine.dispose()


@pytest.fixture
def world(shown: Flask) -> Iterator[Flask]:
    """The same, inside its context: for looking at its books, not for asking its pages."""
    with shown.app_context():
        yield shown
        sessions.session.remove()
