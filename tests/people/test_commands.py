"""`backoffice people add`: on a database that is there, behind, or not there at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import Role
from backoffice.app import create_app
from backoffice.db import sessions
from backoffice.kernel.taiwan import TAIPEI
from backoffice.people import operations
from backoffice.people.models import Account, AccountState
from backoffice.use_case import Installation
from backoffice.web import guard
from config import Settings
from tests.given.people import NEW_PASSWORD, a_visit

STARTED = datetime(2024, 7, 1, 9, 0, tzinfo=TAIPEI)


def house_of(app: Flask) -> guard.House:
    house: guard.House = app.extensions[guard.EXTENSION]
    return house


def closed(app: Flask) -> None:
    with app.app_context():
        sessions.session.remove()
        sessions.engine.dispose()
    house_of(app).office.engine.dispose()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation whose database does not exist yet."""
    return Settings(
        database_url=f"sqlite:///{tmp_path / 'new.db'}",
        secret_key="a secret of the tests",
        instance=tmp_path,
        testing=True,
    )


@pytest.fixture
def empty(settings: Settings) -> Iterator[Flask]:
    """The application on no database."""
    app = create_app(settings)
    yield app
    closed(app)


@pytest.fixture
def empty_at_an_instant(settings: Settings) -> Iterator[Flask]:
    """The application on no database, with BACKOFFICE_NOW set."""
    app = create_app(replace(settings, now=STARTED))
    yield app
    closed(app)


def add(
    app: Flask, email: str, *options: str, password: str | None = NEW_PASSWORD
) -> tuple[int, str]:
    """Exit status and output of `backoffice people add`."""
    arguments = ["people", "add", email, "--name", "林 一", "--role", "officer", *options]
    if password is not None:
        arguments.append("--password-stdin")
    done = app.test_cli_runner().invoke(args=arguments, input=f"{password}\n")
    return done.exit_code, done.output


def accounts(app: Flask) -> dict[str, Account]:
    with Session(house_of(app).office.engine) as session:
        return {account.email: account for account in session.scalars(select(Account))}


def is_demonstration(app: Flask) -> bool:
    with Session(house_of(app).office.engine) as session:
        return session.execute(select(Installation.demonstration)).scalar_one()


def test_the_first_account_makes_the_database_a_place_of_real_work(empty: Flask) -> None:
    status, output = add(empty, "Lin@Office.Example")

    assert (status, output.splitlines()[-1]) == (0, "lin@office.example officer")
    assert is_demonstration(empty) is False
    _token, actor = operations.sign_in(
        house_of(empty).office, "lin@office.example", NEW_PASSWORD, a_visit()
    )
    assert actor.role is Role.OFFICER


def test_a_clock_that_was_set_makes_it_a_demonstration(empty_at_an_instant: Flask) -> None:
    assert add(empty_at_an_instant, "lin@office.example")[0] == 0

    assert is_demonstration(empty_at_an_instant) is True


def test_what_a_database_is_does_not_change_with_more_people(empty: Flask) -> None:
    add(empty, "lin@office.example")

    assert add(empty, "chen@office.example")[0] == 0
    assert is_demonstration(empty) is False
    assert set(accounts(empty)) == {"lin@office.example", "chen@office.example"}


def test_without_a_password_a_one_time_link_is_printed(empty: Flask) -> None:
    status, output = add(empty, "lin@office.example", password=None)

    token = output.strip().rpartition("/invitation/")[2]
    assert status == 0
    assert accounts(empty)["lin@office.example"].state is AccountState.INVITED
    with empty.app_context():
        email = operations.use_link(house_of(empty).office, sessions.session(), token, NEW_PASSWORD)
    assert email == "lin@office.example"


@pytest.mark.parametrize(
    ("email", "password", "sentence"),
    [
        ("lin@office.example", "short", "密碼有 5 個字元，至少須 12 個"),
        ("lin@office.example", "Password-2024", "由常見字詞"),
        ("no address", NEW_PASSWORD, "不是電子郵件地址"),
    ],
)
def test_what_the_rules_refuse_ends_in_a_sentence(
    empty: Flask, email: str, password: str, sentence: str
) -> None:
    status, output = add(empty, email, password=password)

    assert status == 1
    assert sentence in output
    assert accounts(empty) == {}


def test_an_address_is_taken_once(empty: Flask) -> None:
    add(empty, "lin@office.example")

    status, output = add(empty, "LIN@office.example")

    assert status == 1
    assert "已有帳號" in output


def test_the_system_is_no_role_to_give(empty: Flask) -> None:
    status, _output = add(empty, "lin@office.example", "--role", "system")

    assert status == 2


def test_a_fresh_database_has_no_usable_password(empty: Flask) -> None:
    add(empty, "lin@office.example", password=None)

    assert [account.password_hash for account in accounts(empty).values()] == [""]
