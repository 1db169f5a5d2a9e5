"""An office on a fresh database, migrated and with the roster in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from argon2 import PasswordHasher
from flask import Flask

from backoffice.app import bring_up_to_date, create_app
from backoffice.db import sessions
from backoffice.kernel.clock import Clock, FixedClock
from backoffice.kernel.taiwan import TAIPEI
from backoffice.use_case import Office
from backoffice.web import guard
from config import Settings
from tests import given
from tests.given import roster

OPENING = datetime(2023, 4, 17, 9, 0, tzinfo=TAIPEI)


def settings(url: str, folder: Path) -> Settings:
    """The settings of an application under test."""
    return Settings(
        database_url=url, secret_key="a secret of the tests", instance=folder, testing=True
    )


def cheap_hash() -> str:
    """The roster's password, hashed as fast as the algorithm goes."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(given.PASSWORD)


@contextmanager
def opened(told: Settings, *, clock: Clock | None = None) -> Iterator[Flask]:
    """The application with these settings; its connections are closed afterwards."""
    app = create_app(told, clock=clock)
    yield app
    house: guard.House = app.extensions[guard.EXTENSION]
    house.office.engine.dispose()
    with app.app_context():
        sessions.engine.dispose()


@contextmanager
def an_office(url: str, folder: Path, password_hash: str) -> Iterator[Office]:
    """The office of a database that is migrated and gets the roster; closed afterwards."""
    with opened(settings(url, folder), clock=FixedClock(OPENING)) as app:
        bring_up_to_date(app)
        house: guard.House = app.extensions[guard.EXTENSION]
        roster.add_everybody(house.office, password_hash)
        yield house.office
