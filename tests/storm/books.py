"""What the database says, asked in plain SQL: no code is called that the storm judges."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, create_engine, text

from backoffice.db import prepare
from tests.given import seats
from tests.storm.history import Idiom, Subject
from tests.storm.world import GRANTED, QUEUED, REPEATED, number_of_panel

NAMES = {
    "payment": seats.PAYMENT,
    "payer": f"{seats.PAYMENT}/fee_payer",
    "arrival": seats.ACCEPTANCE,
    "granted": GRANTED,
    "committed": f"{GRANTED}/committed",
    "available": f"{GRANTED}/available",
    "panels": number_of_panel(1),
    "queued": QUEUED,
    "documents": f"appropriation:{REPEATED}:",
    "appropriation": f"{REPEATED}/appropriation",
}
# How often each unit was had. Where a row can say it only once, the audit says how often.
_DONE = {
    Idiom.PAYMENT: "SELECT receipt_number, count(*) FROM fee_paid GROUP BY 1",
    Idiom.ARRIVAL: (
        'SELECT e.case_id, count(*) FROM audit_entry e JOIN "case" c ON c.id = e.case_id '
        "WHERE c.scheme = :arrival AND e.act = 'case.decide_eligibility' "
        "AND e.subject = 'case' AND e.changes LIKE '%\"state\"%' GROUP BY 1"
    ),
    Idiom.BUDGET: (
        'SELECT d.case_id, count(*) FROM decision d JOIN "case" c ON c.id = d.case_id '
        "WHERE d.kind = 'AWARD' AND c.scheme = :granted GROUP BY 1"
    ),
    Idiom.APPROVE: (
        "SELECT subject_id, count(*) FROM audit_entry WHERE subject = 'claim' "
        "AND act IN ('test.storm_verify', 'claim.reject') GROUP BY 1"
    ),
    Idiom.BATCH: "SELECT tranche_id, count(*) FROM sheet_line GROUP BY 1",
    Idiom.TAKE: (
        'SELECT e.case_id, count(*) FROM audit_entry e JOIN "case" c ON c.id = e.case_id '
        "WHERE c.scheme = :queued AND e.act = 'case.take' AND e.subject = 'case' GROUP BY 1"
    ),
    Idiom.SCORE: (
        "SELECT s.assignment_id, count(*) FROM audit_entry e "
        'JOIN score_sheet s ON s.id = e.subject_id JOIN "case" c ON c.id = s.case_id '
        "WHERE e.subject = 'score_sheet' AND e.act = 'review.submit_score_sheet' "
        "AND c.scheme = :granted AND c.number >= :panels GROUP BY 1"
    ),
    Idiom.REPEAT: (
        "SELECT replace(key, :documents, ''), count(*) FROM ledger_transfer "
        "WHERE key LIKE :documents || '%' AND quantity > 1 GROUP BY 1"
    ),
}
# What the books hold for all that was done.
_MONEY = {
    Idiom.PAYMENT: "SELECT -balance FROM ledger_account WHERE name = :payer",
    Idiom.BUDGET: "SELECT balance FROM ledger_account WHERE name = :committed",
    Idiom.BATCH: "SELECT coalesce(sum(total), 0) FROM sheet",
    Idiom.REPEAT: "SELECT -balance - 1 FROM ledger_account WHERE name = :appropriation",
}
_AVAILABLE = text("SELECT balance FROM ledger_account WHERE name = :available")
_ANSWERS = text("SELECT key, answer FROM act_key")
_CONFLICTS = text("SELECT case_id FROM seat_conflict")
_PLACES = text(
    "SELECT scheme, number, case_id FROM seat WHERE case_id IS NOT NULL ORDER BY scheme, number"
)
_CLAIMS = text("SELECT scheme, case_id, state, key_at, received_at, case_number FROM seat_claim")
_UNEQUAL = text(
    "SELECT a.name, a.balance, a.floor, coalesce(i.quantity, 0) - coalesce(o.quantity, 0) AS moved "
    "FROM ledger_account a "
    "LEFT JOIN (SELECT target_id, sum(quantity) AS quantity FROM ledger_transfer GROUP BY 1) i "
    "ON i.target_id = a.id "
    "LEFT JOIN (SELECT source_id, sum(quantity) AS quantity FROM ledger_transfer GROUP BY 1) o "
    "ON o.source_id = a.id "
    "WHERE a.balance <> coalesce(i.quantity, 0) - coalesce(o.quantity, 0) OR a.balance < a.floor"
)
# Each must find no row, at any instant.
NEVER = {
    "a case on two places": (
        "SELECT case_id FROM seat WHERE case_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
    ),
    "a gap in the places": (
        "SELECT scheme FROM seat WHERE case_id IS NOT NULL GROUP BY 1 "
        "HAVING max(number) <> count(*)"
    ),
    "a place that the ledger does not know": (
        "SELECT s.edition FROM (SELECT edition, count(case_id) AS held FROM seat GROUP BY 1) s "
        "JOIN (SELECT scheme, -sum(balance) AS given FROM ledger_account "
        "WHERE stage IN ('seat_quota', 'seat_free') GROUP BY scheme) a "
        "ON s.edition LIKE a.scheme || '/%' WHERE s.held <> a.given"
    ),
    "a tranche on two sheets": (
        "SELECT tranche_id FROM sheet_line WHERE state IN ('LIVE', 'SENT', 'PAID') "
        "GROUP BY 1 HAVING count(*) > 1"
    ),
    "a sheet that is not its lines": (
        "SELECT s.id FROM sheet s LEFT JOIN sheet_line l ON l.sheet_id = s.id "
        "GROUP BY s.id, s.total, s.row_count "
        "HAVING s.total <> coalesce(sum(l.amount), 0) OR s.row_count <> count(l.id)"
    ),
    "a case awarded twice": (
        "SELECT case_id FROM decision WHERE kind = 'AWARD' GROUP BY 1 HAVING count(*) > 1"
    ),
    "a fee that the ledger does not hold": (
        "SELECT a.scheme FROM ledger_account a WHERE a.stage = 'fee_payer' AND -a.balance <> "
        '(SELECT coalesce(sum(f.amount), 0) FROM fee_paid f JOIN "case" c ON c.id = f.case_id '
        "WHERE c.scheme = a.scheme)"
    ),
    "money committed that no decision awards": (
        "SELECT a.scheme FROM ledger_account a WHERE a.name = :committed AND a.balance <> "
        '(SELECT coalesce(sum(d.subsidy), 0) FROM decision d JOIN "case" c ON c.id = d.case_id '
        "WHERE d.kind = 'AWARD' AND c.scheme = a.scheme)"
    ),
}
PAUSE_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Line:
    """A round of places: who has which number, who waits, and what puts each in order."""

    total: int
    places: tuple[tuple[int, int], ...]  # number, case
    waiting: frozenset[int]
    keys: Mapping[int, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Books:
    """What was had, as the rows say it."""

    done: Mapping[Idiom, Counter[Subject]]
    money: Mapping[Idiom, int]
    lines: Mapping[Idiom, Line]
    conflicts: frozenset[int]
    available: int
    answers: Mapping[str, Any]
    unequal: tuple[str, ...] = field(default=())


def ask(url: str, totals: Mapping[str, int]) -> Books:
    """Everything in one snapshot; `totals`: the places of each round by scheme."""
    engine = prepare(create_engine(url), writes=False)
    with engine.connect() as connection:
        books = _ask(connection, totals)
    engine.dispose()
    return books


def _ask(connection: Connection, totals: Mapping[str, int]) -> Books:
    return Books(
        done={
            idiom: Counter(dict(map(tuple, connection.execute(text(asked), _used(asked)))))
            for idiom, asked in _DONE.items()
        },
        money={
            idiom: int(connection.execute(text(asked), _used(asked)).scalar() or 0)
            for idiom, asked in _MONEY.items()
        },
        lines={
            Idiom.PAYMENT: _line(connection, seats.PAYMENT, totals),
            Idiom.ARRIVAL: _line(connection, seats.ACCEPTANCE, totals),
        },
        conflicts=frozenset(connection.execute(_CONFLICTS).scalars()),
        available=connection.execute(_AVAILABLE, {"available": NAMES["available"]}).scalar_one(),
        answers={key: json.loads(answer) for key, answer in connection.execute(_ANSWERS)},
        unequal=tuple(wrong(connection)),
    )


def _used(statement: str) -> dict[str, str]:
    """The names that this statement asks with."""
    return {name: value for name, value in NAMES.items() if f":{name}" in statement}


def _line(connection: Connection, scheme: str, totals: Mapping[str, int]) -> Line:
    places = [row for row in connection.execute(_PLACES) if row.scheme == scheme]
    claims = [row for row in connection.execute(_CLAIMS) if row.scheme == scheme]
    return Line(
        totals[scheme],
        tuple((row.number, row.case_id) for row in places),
        frozenset(row.case_id for row in claims if row.state == "WAITING"),
        {row.case_id: (row.key_at, row.received_at, row.case_number) for row in claims},
    )


def wrong(connection: Connection) -> Iterator[str]:
    """What no snapshot may ever show."""
    for row in connection.execute(_UNEQUAL):
        yield f"{row.name}: balance {row.balance}, entries {row.moved}, floor {row.floor}"
    for name, statement in NEVER.items():
        for (subject,) in connection.execute(text(statement), _used(statement)):
            yield f"{name}: {subject}"


class Reader:
    """Reads all the while, each time in one snapshot, until it is told to stop."""

    def __init__(self, url: str) -> None:
        self.reads = 0
        self.faults: list[str] = []
        self._url = url
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read)

    def __enter__(self) -> Reader:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _read(self) -> None:
        engine = prepare(create_engine(self._url), writes=False)
        while not self.reads or not self._stop.is_set():
            with engine.connect() as connection:
                self.faults += [f"read {self.reads}: {each}" for each in wrong(connection)]
            self.reads += 1
            self._stop.wait(PAUSE_SECONDS)
        engine.dispose()
