"""An office of a given size, on SQLite in a temporary folder.

The cases are put in by bulk statements and not by acts: what is measured is reading them.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, insert, select

from backoffice.access import SYSTEM, Actor, Role
from backoffice.app import bring_up_to_date, create_app
from backoffice.cases.models import Case, CaseKey, WaitingFor, key_rows, turn_of
from backoffice.cases.operations import recount
from backoffice.cases.operations.imports.rows import table_of
from backoffice.cases.rules.lifecycle import FINISHED, CaseState
from backoffice.db import insert_plain
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.people.operations import Visit, add_account, open_session, token_digest
from backoffice.scheme import registry
from backoffice.use_case import Office
from backoffice.web import guard
from config import Settings

OPENING = datetime(2023, 4, 17, 1, 0, tzinfo=UTC)
NOW = datetime(2024, 7, 1, 1, 0, tzinfo=UTC)
OFFICERS = 20
CHUNK = 20_000
FIRST, SECOND = "宏永大鑫立旭", "聯昌建裕祥豐"


def office_of(
    folder: Path,
    cases: int,
    *,
    begin: Callable[[Office], None] | None = None,
    searched: bool = False,
) -> tuple[Flask, Actor, FlaskClient]:
    """An application with so many cases, an officer, and the officer's signed-in client.

    `begin` performs what is to be there before them, in the spring of 112. They are found by a
    search only if they are to be `searched`: the keys of a million cases take minutes.
    """
    settings = Settings(
        database_url=f"sqlite:///{folder / 'office.db'}", secret_key="bench", instance=folder
    )
    clock = FixedClock(OPENING if begin else NOW)
    app = create_app(settings, clock=clock)
    bring_up_to_date(app)
    house: guard.House = app.extensions[guard.EXTENSION]
    if begin:
        begin(house.office)
        clock.set(NOW)
    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("bench")
    officers = [
        Actor(_added(house.office, number, hashed), f"承辦{number}", Role.OFFICER)
        for number in range(OFFICERS)
    ]
    with house.office.engine.begin() as connection:
        for rows in _cases(cases, [officer.id for officer in officers]):
            connection.execute(insert(Case), rows)
            if searched:
                insert_plain(connection, table_of(CaseKey), _keys_of(connection, len(rows)))
    house.office.perform(recount, SYSTEM)
    with house.office.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    return app, officers[0], signed_in(app, officers[0], hashed)


def _keys_of(connection: Connection, count: int) -> list[tuple[str, int]]:
    """The keys by which the cases that were put in last are found, in the index's order."""
    newest = select(Case.id, Case.number, Case.firm_name).order_by(Case.id.desc()).limit(count)
    return sorted(key for row in connection.execute(newest) for key in key_rows(*row))


def _added(office: Office, number: int, hashed: str) -> int:
    return office.perform(
        add_account, SYSTEM, f"officer{number}@bench.example", f"承辦{number}", Role.OFFICER, hashed
    )


def signed_in(app: Flask, actor: Actor, hashed: str) -> FlaskClient:
    """A client with a session of this person."""
    house: guard.House = app.extensions[guard.EXTENSION]
    token = secrets.token_urlsafe(32)
    visit = Visit(network="127.0.0.1", agent="bench", hours=12)
    house.office.perform(open_session, actor, hashed, token_digest(token), visit, rehashed=hashed)
    client = app.test_client()
    client.set_cookie("sid", token)
    return client


def _cases(count: int, officers: list[int]) -> Iterator[list[dict[str, Any]]]:
    draw = random.Random(112)
    schemes = registry.schemes()
    states = tuple(CaseState)
    waits = (WaitingFor.OFFICER, WaitingFor.REVIEWERS, WaitingFor.CONVENOR, WaitingFor.FINANCE)
    rows: list[dict[str, Any]] = []
    for number in range(1, count + 1):
        state = draw.choice(states)
        waiting = WaitingFor.NOBODY if state in FINISHED else draw.choice(waits)
        scheme = draw.choice(schemes)
        since = NOW - timedelta(minutes=draw.randrange(500_000))
        rows.append(
            {
                "version": 1,
                "number": f"{scheme}-112-{number:07}",
                "scheme": scheme,
                "edition": f"{scheme}/1",
                "state": state,
                "received_at": since,
                "imported_at": since,
                "firm_name": f"{draw.choice(FIRST)}{draw.choice(SECOND)}{number}有限公司",
                "ubn": f"{draw.randrange(10**8):08}",
                "project_name": "智慧低碳升級轉型計畫",
                "subsidy_requested": Ntd(draw.randrange(100_000, 3_000_000)),
                "content_sha256": f"{number:064}",
                "officer_id": draw.choice([None, *officers]),
                "waiting_for": waiting,
                "turn": turn_of(waiting),
                "waiting_since": since,
                "due_on": None if state in FINISHED else (since + timedelta(days=90)).date(),
            }
        )
        if len(rows) == CHUNK:
            yield rows
            rows = []
    if rows:
        yield rows
