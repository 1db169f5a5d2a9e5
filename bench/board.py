"""The manager's board and one forecast over a million ledger entries, against a list's floor."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import Session

from backoffice.access import Role
from backoffice.ledger.models import LedgerAccount, LedgerTransfer
from backoffice.ledger.rules import Stage, account_name
from backoffice.reports.operations.keeping import keep_board_in_time
from backoffice.scheme import registry
from backoffice.use_case import Office
from backoffice.web import guard
from bench.measure import Result, paired, say
from bench.queue import BY_SINCE, bare_page, words_in
from bench.world import CHUNK, NOW, office_of
from tests import given
from tests.given import budget, roster, web

GOAL = 3.0
CALLS, ROUNDS = 10, 15
DAYS = 480  # over which the entries are spread


def begin(office: Office) -> None:
    """The people, and an appropriation for every scheme."""
    from argon2 import PasswordHasher

    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(given.PASSWORD)
    roster.add_everybody(office, hashed)
    for scheme in registry.schemes():
        budget.an_appropriation(office, 10**12, scheme=scheme)


def results(cases: int) -> Iterator[Result]:
    """The board today, the board of a past Monday, the letter; as many entries as cases."""
    with tempfile.TemporaryDirectory() as folder:
        app, _officer, client = office_of(Path(folder), cases, begin=begin)
        house: guard.House = app.extensions[guard.EXTENSION]
        enter(house.office, cases)
        began = time.process_time()
        keep_board_in_time(house.office)
        say(f"the worker kept the day's board in {time.process_time() - began:.1f} s")
        floor = bare_page(
            app,
            client,
            "/cases/?pile=unassigned",
            words_in(app),
            "officer_id IS NULL AND turn = 'OURS'",
            BY_SINCE,
        )
        yield from _pages(app, floor, f"{cases:,} entries")


def _pages(app: Flask, floor: Any, size: str) -> Iterator[Result]:
    manager = web.signed_in(app, given.MANAGER)
    assert given.MANAGER.role is Role.MANAGER
    for what, url in (
        ("board, today", "/reports/board"),
        ("letter of this Monday", "/reports/monday-letter"),
    ):
        manager.get(url)
        answer = manager.get(url)
        assert answer.status_code == 200, answer.text[:2000]
        mine, least, spread = paired(
            partial(manager.get, url), partial(floor.get, "/"), calls=CALLS, rounds=ROUNDS
        )
        yield Result(what, size, "sqlite", mine, least, GOAL, CALLS * ROUNDS, spread)


def enter(office: Office, count: int) -> None:
    """So many commitments of all schemes, evenly over the days before now, and their balances."""
    draw = random.Random(113)
    table = LedgerTransfer.__table__
    assert isinstance(table, Table)
    with Session(office.engine) as session:
        ids: dict[str, int] = {
            row.name: row.id
            for row in session.execute(select(LedgerAccount.name, LedgerAccount.id))
        }
    moved = dict.fromkeys(registry.schemes(), 0)
    with office.engine.begin() as connection:
        rows: list[dict[str, Any]] = []
        for number in range(count):
            scheme = draw.choice(registry.schemes())
            amount = int(draw.lognormvariate(13.0, 0.7)) + 1
            moved[scheme] += amount
            rows.append(
                {
                    "key": f"bench:{number}",
                    "source_id": ids[account_name(scheme, Stage.AVAILABLE)],
                    "target_id": ids[account_name(scheme, Stage.COMMITTED)],
                    "quantity": amount,
                    "memo": "核定",
                    "case_id": None,
                    "at": NOW - timedelta(seconds=DAYS * 86_400 * (count - number) // count),
                    "actor_id": 0,
                    "act": "bench",
                }
            )
            if len(rows) == CHUNK or number == count - 1:
                connection.execute(insert(table), rows)
                rows = []
        for scheme, amount in moved.items():
            for stage, sign in ((Stage.AVAILABLE, -1), (Stage.COMMITTED, 1)):
                connection.execute(
                    update(LedgerAccount)
                    .where(LedgerAccount.name == account_name(scheme, stage))
                    .values(balance=LedgerAccount.balance + sign * amount)
                )
        connection.exec_driver_sql("ANALYZE")
