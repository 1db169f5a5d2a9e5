"""The reader bites: whatever a snapshot must never show is told when it is planted."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection

from backoffice.db import write_engine
from backoffice.use_case import Office
from tests.given import offices, seats
from tests.invariants.planting import plant, planted
from tests.storm.books import NEVER, Reader, wrong
from tests.storm.clients import perform
from tests.storm.plan import deal
from tests.storm.world import Size, build

FEW = Size(
    payers=2,
    comers=2,
    scored=2,
    claimed=1,
    verified=2,
    queued=1,
    panels=1,
    documents=1,
    tries=1,
)
# By what is told: what an insider does. Two places of one case are refused by the table itself.
FAULTS = {
    "a gap in the places": "UPDATE seat SET number = 99 WHERE number = 1 AND scheme = 'S10'",
    "a place that the ledger does not know": (
        "UPDATE seat SET case_id = NULL WHERE number = 2 AND scheme = 'S10'"
    ),
    "a tranche on two sheets": (
        "UPDATE sheet_line SET tranche_id = (SELECT min(tranche_id) FROM sheet_line)"
    ),
    "a sheet that is not its lines": "UPDATE sheet_line SET amount = amount + 1",
    "a case awarded twice": (
        "UPDATE decision SET case_id = (SELECT min(case_id) FROM decision WHERE kind = 'AWARD')"
    ),
    "a fee that the ledger does not hold": "UPDATE fee_paid SET amount = amount - 1",
    "money committed that no decision awards": "UPDATE decision SET subsidy = subsidy + 1",
    "S01/available: balance": (
        "UPDATE ledger_account SET balance = balance + 1 WHERE name = 'S01/available'"
    ),
}


@pytest.fixture(scope="module")
def stormed(tmp_path_factory: pytest.TempPathFactory, password_hash: str) -> Iterator[Office]:
    """An office on SQLite in which one client has had something of everything."""
    folder = tmp_path_factory.mktemp("stormed")
    with offices.an_office(f"sqlite:///{folder / 'office.db'}", folder, password_hash) as office:
        world = build(office, FEW, seed=1)
        (hand,) = deal(world, 1, 1, random.Random(1))
        for operation in hand:
            perform(office, office.engine, 0, operation)
        yield office


def told(connection: Connection, fault: str) -> str:
    """What is wrong once this was done; it is undone at once."""
    plant(connection, fault)
    found = "\n".join(wrong(connection))
    connection.rollback()
    return found


def test_each_planted_fault_is_told_by_its_name(stormed: Office) -> None:
    with stormed.engine.connect() as connection:
        assert list(wrong(connection)) == []
        connection.rollback()
        silent = [name for name, fault in FAULTS.items() if name not in told(connection, fault)]

    assert silent == []
    assert set(FAULTS) >= NEVER.keys() - {"a case on two places"}


def test_the_reader_reads_until_it_is_left_and_keeps_what_it_saw(
    stormed: Office, tmp_path: Path
) -> None:
    path = tmp_path / "wrong.db"
    whole = sqlite3.connect(str(stormed.engine.url.database))
    with closing(whole), closing(sqlite3.connect(path)) as part:
        whole.backup(part)
    engine = write_engine(f"sqlite:///{path}")
    planted(engine, FAULTS["a fee that the ledger does not hold"])
    engine.dispose()

    with Reader(f"sqlite:///{path}") as reader:
        pass

    assert reader.reads >= 1
    assert reader.faults
    assert all(f"does not hold: {seats.PAYMENT}" in each for each in reader.faults)
