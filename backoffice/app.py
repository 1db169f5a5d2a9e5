"""The composition root: build the office, wire the rooms, register the pages.

`create_app` refuses to start when a route does not say who may open it, or when a published
edition of a scheme was changed.
"""

from __future__ import annotations

from datetime import datetime

from flask import Flask, Response, request
from flask.cli import FlaskGroup
from flask_babel import Babel
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from backoffice import cli
from backoffice.audit import AuditEntry
from backoffice.cases import views as cases
from backoffice.cli import bring_up_to_date
from backoffice.db import WriteQueue, engine_options, prepare, sessions, write_engine
from backoffice.disbursement import payers
from backoffice.disbursement import views as disbursement
from backoffice.documents import scanner_at
from backoffice.kernel.clock import Clock, OffsetClock, SystemClock
from backoffice.people import views as people
from backoffice.reports import views as reports
from backoffice.review import views as review
from backoffice.scheme import registry
from backoffice.scheme import views as scheme
from backoffice.use_case import Installation, Office
from backoffice.web import (
    errors,
    front,
    guard,
    health,
    journal,
    language,
    metrics,
    render,
    watching,
)
from backoffice.web.numbers import RowConverter
from config import PROJECT, Settings, from_environment

__all__ = ["bring_up_to_date", "clock_for", "create_app", "main"]

REQUEST_MAX_BYTES = 33 * (1 << 20)  # the largest file is 30 MiB; the form around it is small
ONE_YEAR = 31_536_000
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex, nofollow",
}


class NotADemonstration(Exception):
    """BACKOFFICE_NOW was set for a database that holds real work."""


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> Flask:
    """The application: an office on a database, and the pages before it."""
    settings = settings or from_environment()
    registry.verify_seals()
    if settings.editions is not None:
        registry.add_folder(settings.editions)
    payers.use(settings.payments)
    app = Flask(
        "backoffice",
        template_folder=str(PROJECT / "templates"),
        static_folder=str(PROJECT / "backoffice" / "web" / "static"),
        static_url_path="/static",
    )
    app.url_map.converters["int"] = RowConverter
    _configure(app, settings)
    journal.configure(settings.log_format)
    machine = clock or SystemClock()
    app.config.update(MACHINE_CLOCK=machine, STARTED_AT=machine.now())
    watching.register(app)
    engine = write_engine(settings.database_url, prepared=settings.prepared_statements)
    app.extensions[guard.EXTENSION] = _house(settings, engine, clock)
    _databases(app)
    language.register(app)
    Babel(app, locale_selector=people.locale, default_translation_directories=_catalogues())
    CSRFProtect(app)
    guard.register(app, people.load_visitor)
    render.register(app)
    errors.register(app)
    for room in (health, people, scheme, cases, review, disbursement, reports):
        app.register_blueprint(room.blueprint)
    app.view_functions["static"].__dict__["page_requires"] = guard.PUBLIC
    app.after_request(_headers)
    front.register(app, HEADERS, proxies=settings.proxies)
    cli.register(app)
    guard.refuse_unguarded(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(
            settings.database_url, prepared=settings.prepared_statements
        ),
        MAX_CONTENT_LENGTH=REQUEST_MAX_BYTES,
        MAX_FORM_MEMORY_SIZE=4 * (1 << 20),
        SESSION_COOKIE_NAME="form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SEND_FILE_MAX_AGE_DEFAULT=ONE_YEAR,
        WTF_CSRF_TIME_LIMIT=settings.session_hours * 3600,
        BABEL_DEFAULT_LOCALE="zh_Hant_TW",
        BABEL_DEFAULT_TIMEZONE="Asia/Taipei",
        TESTING=settings.testing,
        TEMPLATES_AUTO_RELOAD=False,
        POSTGRES_PROGRAMS=settings.postgres_programs,
        WORKER_GRACE_SECONDS=settings.worker_grace_seconds,
    )


def _catalogues() -> str:
    return str(PROJECT / "backoffice" / "translations")


def _house(settings: Settings, engine: Engine, clock: Clock | None) -> guard.House:
    office = Office(
        engine,
        clock or clock_for(engine, settings),
        WriteQueue.beside(settings.database_url),
        scanner_at(settings.virus_scanner),
        metrics.Measured(),
    )
    return guard.House(
        office=office,
        idle_minutes=settings.idle_minutes,
        session_hours=settings.session_hours,
        secure_cookies=settings.secure_cookies,
        version=settings.version,
        demonstration=lambda: is_demonstration(engine),
        clock_notice=lambda: None if isinstance(office.clock, SystemClock) else office.clock.now(),
    )


def _databases(app: Flask) -> None:
    sessions.init_app(app)
    with app.app_context():
        prepare(sessions.engine, writes=False)
    Migrate(app, sessions, directory=str(PROJECT / "migrations"), render_as_batch=True)


def is_demonstration(engine: Engine) -> bool:
    """Whether this database was made as a demonstration; a database not yet made is none."""
    if not _is_made(engine):
        return False
    with Session(engine) as session:
        return bool(session.execute(select(Installation.demonstration)).scalar_one_or_none())


def clock_for(engine: Engine, settings: Settings) -> Clock:
    """The machine's clock; in a demonstration, one that goes on from the last audited instant.

    Raises `NotADemonstration` when a starting instant is set for a database with real work.
    """
    if not _is_made(engine):
        return SystemClock() if settings.now is None else OffsetClock(settings.now)
    with Session(engine) as session:
        demonstration = session.execute(select(Installation.demonstration)).scalar_one_or_none()
        last: datetime | None = session.execute(select(func.max(AuditEntry.at))).scalar_one()
    if demonstration is None and settings.now is not None:
        return OffsetClock(settings.now)
    if not demonstration:
        if settings.now is not None:
            raise NotADemonstration("BACKOFFICE_NOW is for demonstrations; unset it")
        return SystemClock()
    starts = [instant for instant in (last, settings.now) if instant is not None]
    return OffsetClock(max(starts)) if starts else SystemClock()


def _is_made(engine: Engine) -> bool:
    from sqlalchemy import inspect

    return inspect(engine).has_table(Installation.__tablename__)


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


main = FlaskGroup(name="backoffice", create_app=create_app, add_version_option=False)
