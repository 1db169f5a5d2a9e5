"""Saving a score against a bare sign-in check with one raw commit of the same rows."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from flask import Flask, request
from sqlalchemy import Connection, Engine, MetaData, Table, event, insert, select, update
from sqlalchemy.orm import Session

from backoffice.audit import AuditEntry
from backoffice.db import write_engine
from backoffice.people.operations import token_digest
from backoffice.review.models import Assignment, ScoreSheet
from backoffice.web import guard
from bench.measure import Result, paired
from bench.pages import begin
from bench.world import office_of
from tests import given
from tests.given import web

GOAL: Final = 2.0
CALLS, ROUNDS = 20, 15
COLUMNS: Final = ("version", "marks", "reasons", "opinion", "saved_at")


def results(_cases: int) -> Iterator[Result]:
    """One result: a score typed on the desk, saved by its script."""
    with tempfile.TemporaryDirectory() as folder:
        app, _officer, _client = office_of(Path(folder), 1_000, begin=begin)
        save = _ours(app)
        written = _written(app, save)
        floor = _floor(app, written)
        mine, least, spread = paired(save, floor, calls=CALLS, rounds=ROUNDS)
        n = CALLS * ROUNDS
        size = f"{written} rows a save"
        yield Result("score save", size, "sqlite", mine, least, GOAL, n, spread)


def _ours(app: Flask) -> Callable[[], object]:
    """Another mark each time, as the desk's script sends it."""
    house: guard.House = app.extensions[guard.EXTENSION]
    with Session(house.office.engine) as session:
        seat = session.execute(
            select(Assignment.id).where(Assignment.reviewer_id == given.REVIEWER.id)
        ).scalar_one()
    client = web.signed_in(app, given.REVIEWER)
    form = web.page(client, f"/review/score/{seat}").select_one("form[data-autosave-url]")
    assert form is not None
    sent: dict[str, Any] = web.filled_in(form)
    mark = next(name for name in sent if name.startswith("mark_"))
    points = itertools.cycle(range(10, 90))

    def save() -> None:
        sent[mark] = str(next(points))
        answer = client.post(f"/review/score/{seat}/save", data=sent)
        assert answer.status_code == 200, answer.text[:2000]
        sent["version"] = _version(answer.text)

    return save


def _version(page: str) -> str:
    _, _, rest = page.partition('name="version"')
    return rest.partition('value="')[2].partition('"')[0]


def _written(app: Flask, save: Callable[[], object]) -> int:
    """How many rows one save writes."""
    house: guard.House = app.extensions[guard.EXTENSION]
    rows = 0

    def count(_c: object, cursor: Any, statement: str, *_rest: object) -> None:
        nonlocal rows
        if statement.startswith(("INSERT", "UPDATE")):
            rows += max(cursor.rowcount, 1)

    event.listen(house.office.engine, "after_cursor_execute", count)
    save()
    event.remove(house.office.engine, "after_cursor_execute", count)
    return rows


def _floor(app: Flask, rows: int) -> Callable[[], object]:
    """Who is asking, by one row; the sheet, one audit entry for each further row; one commit."""
    engine = write_engine(app.config["SQLALCHEMY_DATABASE_URI"])
    token = "bench-floor"
    with engine.begin() as connection:
        _lend_session(connection, token)
        sheet = connection.execute(select(ScoreSheet.id).limit(1)).scalar_one()
        entry = connection.execute(select(AuditEntry.__table__).limit(1)).mappings().one()
    bare = bare_app(engine, sheet, dict(entry), rows - 1)
    client = bare.test_client()
    client.set_cookie("sid", token)
    return lambda: client.post("/save", data={"mark": "80"})


def _lend_session(connection: Connection, token: str) -> None:
    table = Table("sign_in_session", MetaData(), autoload_with=connection)
    row = dict(connection.execute(select(table).limit(1)).mappings().one())
    row.pop("id")
    connection.execute(insert(table).values({**row, "token_sha256": token_digest(token)}))


def bare_app(engine: Engine, sheet: int, entry: dict[str, Any], entries: int) -> Flask:
    """The same rows in one transaction, by raw statements, and a short answer."""
    app = Flask("bare")
    audit = Table("bench_entry", MetaData())
    for column in AuditEntry.__table__.columns:
        audit.append_column(column._copy())
    with engine.begin() as connection:
        audit.create(connection)
        sessions = Table("sign_in_session", MetaData(), autoload_with=connection)
    places = itertools.count(1)

    @app.post("/save")
    def save() -> str:
        digest = token_digest(request.cookies["sid"])
        with engine.begin() as connection:
            found = connection.execute(
                select(sessions.c.account_id).where(sessions.c.token_sha256 == digest)
            ).scalar_one()
            connection.execute(
                update(ScoreSheet)
                .where(ScoreSheet.id == sheet)
                .values(opinion=request.form["mark"], version=ScoreSheet.version)
            )
            for _entry in range(entries):
                connection.execute(insert(audit).values({**entry, "seq": next(places)}))
        return f"saved by {found}"

    return app
