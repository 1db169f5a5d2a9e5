"""Two applications for gunicorn: the office, and a bare one with guarded updates only.

Both stand on the database that BENCH_URL names, with the clock at BENCH_NOW.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import MetaData, Table, bindparam, create_engine, insert, update

from backoffice.app import create_app
from backoffice.db import WriteQueue, write_engine
from backoffice.kernel.clock import FixedClock
from config import Settings


def office() -> Flask:
    """The office as it is served."""
    settings = Settings(
        database_url=os.environ["BENCH_URL"],
        secret_key="bench",
        instance=Path(os.environ["BENCH_FOLDER"]),
    )
    return create_app(settings, clock=FixedClock(_now()))


def _now() -> datetime:
    return datetime.fromisoformat(os.environ["BENCH_NOW"])


def bare() -> Flask:
    """One transaction a deed and nothing else.

    An award: the money, the case, one transfer. A place: the balances, the place, the case, and
    one transfer as long as there is one.
    """
    url = os.environ["BENCH_URL"]
    engine, queue, app = write_engine(url), WriteQueue.beside(url), Flask("bare")
    plain = create_engine(url)
    tables = MetaData()
    account = Table("ledger_account", tables, autoload_with=plain)
    transfer = Table("ledger_transfer", tables, autoload_with=plain)
    case = Table("case", tables, autoload_with=plain)
    take = (
        update(account)
        .where(account.c.name == bindparam("who"), account.c.balance >= bindparam("amount"))
        .values(balance=account.c.balance - bindparam("amount"))
        .returning(account.c.id)
    )
    give = (
        update(account)
        .where(account.c.name == bindparam("who"))
        .values(balance=account.c.balance + bindparam("amount"))
        .returning(account.c.id)
    )
    decide = (
        update(case)
        .where(case.c.id == bindparam("key"), case.c.state == "SCORED")
        .values(state="AWARDED", version=case.c.version + 1)
    )
    place, now = Table("seat", tables, autoload_with=plain), _now()
    plain.dispose()
    hold = (
        update(place)
        .where(
            place.c.edition == bindparam("of_round"),
            place.c.number == bindparam("place"),
            place.c.state == "FREE",
        )
        .values(state="HELD", case_id=bindparam("key"), due_on=now.date())
    )
    accept = (
        update(case)
        .where(case.c.id == bindparam("key"), case.c.state != "ACCEPTED")
        .values(state="ACCEPTED", version=case.c.version + 1)
    )

    @app.post("/award/<scheme>/<int:case_id>/<int:amount>")
    def award(scheme: str, case_id: int, amount: int) -> tuple[str, int]:
        with queue.turn(), engine.begin() as connection:
            source = connection.execute(
                take, {"who": f"{scheme}/available", "amount": amount}
            ).scalar_one()
            target = connection.execute(
                give, {"who": f"{scheme}/committed", "amount": amount}
            ).scalar_one()
            connection.execute(
                insert(transfer).values(
                    key=f"award:{case_id}",
                    source_id=source,
                    target_id=target,
                    quantity=amount,
                    memo="核定",
                    case_id=case_id,
                    at=now,
                    actor_id=1,
                    act="review.decide_award",
                )
            )
            connection.execute(decide, {"key": case_id})
        return "", 303

    @app.post("/seat/<scheme>/<int:edition>/<int:case_id>")
    def seat(scheme: str, edition: int, case_id: int) -> tuple[str, int]:
        name = f"{scheme}/{edition}"
        with queue.turn(), engine.begin() as connection:
            connection.execute(accept, {"key": case_id})
            left = connection.execute(
                take.returning(account.c.balance), {"who": f"{name}/seat_free", "amount": 1}
            ).first()
            if left is None:
                return "", 303
            held = connection.execute(
                give.returning(account.c.balance), {"who": f"{name}/seat_held", "amount": 1}
            ).one()
            connection.execute(hold, {"of_round": name, "place": held.balance, "key": case_id})
            connection.execute(
                insert(transfer).values(
                    key=f"seat:{case_id}",
                    source_id=left.id,
                    target_id=held.id,
                    quantity=1,
                    memo="名額",
                    case_id=case_id,
                    at=now,
                    actor_id=1,
                    act="case.decide_eligibility",
                )
            )
        return "", 303

    return app
