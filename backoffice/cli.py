"""The console script `backoffice`: what an operator does without a browser.

A command on a database that does not exist yet, or is behind, creates or upgrades it first.
"""

from __future__ import annotations

import json
import logging.config
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click
import structlog
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_migrate import upgrade
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from backoffice import audit, demo, worker
from backoffice.backup.commands import backup, restore
from backoffice.cases.commands import intake
from backoffice.db import sessions
from backoffice.invariants import violations
from backoffice.people.commands import people
from backoffice.scheme.commands import editions
from backoffice.use_case import Installation
from backoffice.web import guard, journal

P = ParamSpec("P")
R = TypeVar("R")

log = structlog.get_logger("backoffice")

POLL_SECONDS = 60
STOP_SECONDS = 10


def bring_up_to_date(app: Flask) -> None:
    """Create the database, or bring it to the present migration."""
    with app.app_context():
        upgrade()


def on_a_current_database(command: Callable[P, R]) -> Callable[P, R]:
    """A command that first creates or upgrades the database."""

    @wraps(command)
    def current(*args: P.args, **kwargs: P.kwargs) -> R:
        upgrade()
        return command(*args, **kwargs)

    return current


def register(app: Flask) -> None:
    """Put the office's commands on the application."""
    ours = (serve, invariants, demonstrate, work)
    for command in (*ours, intake, people, editions, backup, restore):
        app.cli.add_command(command)
    app.cli.add_command(audit_group)


def house() -> guard.House:
    """What the application keeps."""
    found: guard.House = current_app.extensions[guard.EXTENSION]
    return found


@click.command("serve")
@click.pass_context
@on_a_current_database
def serve(_context: click.Context) -> None:
    """Serve the pages, with one worker beside; an empty database becomes a demonstration."""
    engine = house().office.engine
    with Session(engine) as session:
        made = session.execute(select(Installation.demonstration)).scalar_one_or_none()
    if made is None:
        click.echo("建立示範資料，約需一分鐘。 Making the demonstration; about a minute.")
        demo.perform(engine, say=click.echo)
        made = True
    engine.dispose()
    if made:
        for email, password, role in demo.accounts():
            click.echo(f"{email} {password}  ({role})")
    port = os.environ.get("PORT", "8000")
    click.echo(f"http://127.0.0.1:{port}")
    _serve_until_stopped(port)


def _serve_until_stopped(port: str) -> None:
    server = [
        sys.executable,
        "-m",
        "gunicorn",
        "backoffice.app:create_app()",
        "--bind=" + f"127.0.0.1:{port}",
        "--workers=2",
        "--worker-class=gthread",
        "--threads=4",
        "--timeout=180",
        "--no-control-socket",
    ]
    beside = [sys.executable, "-m", "flask", "--app", "backoffice.app:create_app", "worker"]
    with tempfile.TemporaryDirectory(prefix="metrics-") as counts:
        environment = {"PROMETHEUS_MULTIPROC_DIR": counts, **os.environ}
        processes = [subprocess.Popen(command, env=environment) for command in (server, beside)]

        def stop(_signal: int, _frame: object) -> None:
            for process in processes:
                process.terminate()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        status = processes[0].wait()
        processes[1].terminate()
        processes[1].wait(STOP_SECONDS)
    sys.exit(max(0, status))


@click.command("invariants")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@on_a_current_database
def invariants(as_json: bool) -> None:
    """Ask every invariant; exit 1 when one is broken."""
    found = violations(sessions.session())
    if as_json:
        rows = [
            {"invariant": one.invariant, "subject": one.subject, "detail": one.detail}
            for one in found
        ]
        click.echo(json.dumps({"violations": rows}, ensure_ascii=False, indent=1))
    else:
        for one in found:
            click.echo(f"{one.invariant}: {one.subject}: {one.detail}")
        click.echo(f"{len(found)} violations")
    sys.exit(1 if found else 0)


audit_group = AppGroup("audit", help="The audit chain.")


@audit_group.command("verify")
@on_a_current_database
def verify() -> None:
    """Walk the audit chain; exit 1 when it does not hold."""
    session = sessions.session()
    broken = list(audit.verify(session))
    head = audit.head(session)
    for place in broken:
        click.echo(f"{place.seq}: {place.reason}")
    click.echo(f"{head.seq} entries, head {head.hash}, {len(broken)} broken")
    sys.exit(1 if broken else 0)


@click.command("demo")
@on_a_current_database
def demonstrate() -> None:
    """Make the demonstration world in an empty database."""
    engine = house().office.engine
    with Session(engine) as session:
        made = session.execute(select(Installation.demonstration)).scalar_one_or_none()
    if made is not None:
        raise click.ClickException("資料庫已有資料；示範資料只能建在空的資料庫。")
    demo.perform(engine, say=click.echo)


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due, then stop.")
@on_a_current_database
def work(once: bool) -> None:
    """Keep what was promised, and do the daily rounds."""
    office = house().office
    if once:
        click.echo(f"{worker.round_of(office)} kept")
        return
    logging.config.dictConfig(journal.standard_logging())
    while True:
        try:
            worker.round_of(office)
        except (DBAPIError, worker.RoundFailed) as error:
            # A database that restarts or is busy, or a fault of ours in one part of the round;
            # whoever asks /readyz hears of it if it stays so.
            log.error("round failed", error=type(error).__name__)
        time.sleep(POLL_SECONDS)
