"""The database: one Base, its column types, two engines, and a fair queue of writers.

The write engine is only ever used inside `Office.perform`; pages get the read engine, whose
connections are read-only in the database itself.
"""

from __future__ import annotations

import fcntl
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Connection,
    CursorResult,
    Dialect,
    Engine,
    Enum,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    create_engine,
    event,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.engine import make_url
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    declared_attr,
    mapped_column,
    object_mapper,
)
from sqlalchemy.types import DateTime, TypeDecorator

from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused

POOL_SIZE = 8  # PostgreSQL connections a process; waiting happens here, not in the server
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class WriteOutsideAct(Exception):
    """A programme error: something tried to write without going through the one door."""


class NtdColumn(TypeDecorator[Ntd]):
    """Whole New Taiwan dollars as a BIGINT."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Ntd | None, dialect: Dialect) -> int | None:
        return None if value is None else value.dollars

    def process_result_value(self, value: int | Decimal | None, dialect: Dialect) -> Ntd | None:
        if value is None:
            return None
        # PostgreSQL gives the sum of a BIGINT column as a NUMERIC.
        whole = int(value)
        assert whole == value, "an amount is whole"
        return Ntd(whole)


class InstantColumn(TypeDecorator[datetime]):
    """An aware instant, kept as UTC; SQLite keeps it without its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must carry its zone")
        universal = value.astimezone(UTC)
        return universal.replace(tzinfo=None) if dialect.name == "sqlite" else universal

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def state_column(states: type[StrEnum]) -> Enum:
    """The column of a closed vocabulary: text, with a CHECK that lists the allowed values."""
    return Enum(
        states,
        native_enum=False,
        create_constraint=True,
        name=states.__name__.lower(),
        length=24,
        values_callable=lambda enum: [member.value for member in enum],
    )


KeyType = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """What every table shares: constraint names, money and instants."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        Ntd: NtdColumn(),
        datetime: InstantColumn(),
        int: BigInteger(),
    }


class Record(Base):
    """A row with a number and a version: whoever saves an older version is told so."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    version: Mapped[int] = mapped_column(Integer, nullable=False)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class ReadSession(FlaskSession):
    """A page's session: it can look, and nothing else."""


class WriteSession(Session):
    """The session of one act; its listeners write the audit."""


@event.listens_for(ReadSession, "before_flush")
def _refuse_flush(session: Session, _context: object, _instances: object) -> None:
    if session.new or session.dirty or session.deleted:
        raise WriteOutsideAct("a page may not write; perform a use case")


@event.listens_for(ReadSession, "do_orm_execute")
def _refuse_statement(state: ORMExecuteState) -> None:
    if not state.is_select:
        raise WriteOutsideAct("a page may not write; perform a use case")


@event.listens_for(WriteSession, "before_flush")
def _refuse_long_texts(session: Session, _context: object, _instances: object) -> None:
    for row in (*session.new, *session.dirty):
        table = object_mapper(row).local_table
        assert isinstance(table, Table)
        refuse_long_texts(table, vars(row))


def refuse_long_texts(table: Table, row: Mapping[str, Any]) -> None:
    """Refuse "text.too_long" (length, limit) for what a column cannot hold.

    PostgreSQL would fail, and SQLite would take it.
    """
    for name, limit in _limits(table):
        text = row.get(name)
        if text is not None and len(text) > limit:
            raise Refused("text.too_long", length=len(text), limit=limit)


@cache
def _limits(table: Table) -> tuple[tuple[str, int], ...]:
    """The texts of a table that have a greatest length; closed vocabularies aside."""
    return tuple(
        (column.key, column.type.length)
        for column in table.columns
        if isinstance(column.type, String)
        and not isinstance(column.type, Enum)
        and column.type.length is not None
    )


AUDITED = {"audited": True}


@event.listens_for(WriteSession, "do_orm_execute")
def _refuse_unaudited_statement(state: ORMExecuteState) -> None:
    """A bulk statement passes the unit of work by, so it must say that it is audited otherwise."""
    if not state.is_select and not state.execution_options.get("audited", False):
        raise WriteOutsideAct("a bulk statement inside an act must be audited by its author")


sessions = SQLAlchemy(session_options={"class_": ReadSession})


def write_engine(url: str, *, prepared: bool = True) -> Engine:
    """The engine of acts: BEGIN IMMEDIATE on SQLite, READ COMMITTED on PostgreSQL."""
    return prepare(create_engine(url, **engine_options(url, prepared=prepared)), writes=True)


def engine_options(url: str, *, prepared: bool = True) -> dict[str, Any]:
    """How many connections, and how long to wait for one.

    `prepared` is False where PostgreSQL stands behind a pooler that loses prepared statements.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": 10, "check_same_thread": False}}
    options = {"pool_size": POOL_SIZE, "max_overflow": 0, "pool_pre_ping": True, "pool_timeout": 30}
    return options if prepared else {**options, "connect_args": {"prepare_threshold": None}}


def prepare(engine: Engine, *, writes: bool) -> Engine:
    """Set each connection up once, and begin transactions as the engine's purpose demands."""
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine, writes=writes)
    elif not writes:
        _prepare_postgres_reader(engine)
    return engine


def _prepare_sqlite(engine: Engine, *, writes: bool) -> None:
    pragmas = [
        "journal_mode=WAL",
        "synchronous=FULL",  # what was acknowledged survives a power cut
        "foreign_keys=ON",
        "busy_timeout=10000",
        "trusted_schema=OFF",
        "cache_size=-65536",
        "mmap_size=268435456",
    ]
    if not writes:
        pragmas = [*pragmas[1:], "query_only=ON"]

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin anything by itself
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _prepare_postgres_reader(engine: Engine) -> None:
    from psycopg import IsolationLevel

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: object) -> None:
        connection.read_only = True
        connection.isolation_level = IsolationLevel.REPEATABLE_READ


def revision(session: Session) -> str | None:
    """The migration at which the database stands; None where there are no tables yet."""
    from alembic.migration import MigrationContext

    return MigrationContext.configure(session.connection()).get_current_revision()


class _OfOneStatement(dict[Any, Any]):
    """What one statement was compiled to, by dialect and by the names of what it is asked with."""

    def get(self, key: Any, default: Any = None) -> Any:
        dialect, _parts, names, *_others = key
        return super().get((dialect.name, names), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        dialect, _parts, names, *_others = key
        super().__setitem__((dialect.name, names), compiled)


class Prepared:
    """A large statement that is built once and asked all day.

    SQLAlchemy finds what it has compiled by a key of all parts of a statement, and works out its
    hash at each execution: for the board's statements a thirteenth of the page.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self.statement = statement
        self.options = {"compiled_cache": _OfOneStatement()}


def look(
    session: Session,
    statement: Select[*tuple[Any, ...]] | Prepared,
    facts: Mapping[str, Any] | None = None,
) -> CursorResult[*tuple[Any, ...]]:
    """Rows of columns for a page that is asked for all day: over the connection, without the ORM.

    The unit of work has nothing to add to plain columns, and costs a third of a millisecond. Only
    a `Select` gets here, and a page's connection is read-only in the database itself.
    """
    connection = connection_of(session)
    if isinstance(statement, Prepared):
        options = statement.options
        return connection.execute(statement.statement, dict(facts or {}), execution_options=options)
    return connection.execute(statement, dict(facts or {}))


def connection_of(session: Session) -> Connection:
    """The session's connection, for what the unit of work has nothing to do with.

    Kept as long as its transaction lasts: asking the session anew costs as much as a row or ten.
    """
    kept: Connection | None = session.info.get(_CONNECTION)
    if kept is None or kept.closed:
        kept = session.info[_CONNECTION] = session.connection()
    return kept


_CONNECTION = "connection"


def insert_plain(
    connection: Connection, table: Table, rows: Sequence[tuple[str | int, ...]]
) -> None:
    """Insert many rows of texts and whole numbers, in the order of the table's columns.

    They are handed to the driver as they are: to pass through SQLAlchemy takes a row three times
    as long as to be written.
    """
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(str(insert(table).compile(connection)), list(rows))
        return
    kinds: dict[type, Any] = {str: String(), int: BigInteger()}
    columns = (
        func.unnest(literal(list(values), ARRAY(kinds[type(values[0])])))
        for values in zip(*rows, strict=True)
    )
    connection.execute(insert(table).from_select(table.c.keys(), select(*columns)))


def dangling_references(session: Session) -> Iterator[tuple[str, int, str]]:
    """Table, row and missing table of each reference that leads nowhere.

    PostgreSQL lets none arise; SQLite checks only where foreign keys are switched on.
    """
    if session.get_bind().dialect.name == "sqlite":
        for row in session.connection().exec_driver_sql("PRAGMA foreign_key_check"):
            yield row[0], row[1], row[2]


def hold_for_writing(session: Session, *models: type[Base]) -> None:
    """Let nobody else write to these tables until this act is over; on SQLite nobody can anyway."""
    if session.get_bind().dialect.name == "postgresql":
        tables = ", ".join(model.__tablename__ for model in models)
        session.connection().exec_driver_sql(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")


class WriteQueue:
    """First come, first served, for the writers of a SQLite file.

    The engine's own waiting is not a queue: with eight writers one of them was seen to commit
    once in four seconds. A ticket orders the threads of this process, a lock on a side file the
    processes. PostgreSQL queues by itself and gets a queue without a file, which is no queue.
    """

    def __init__(self, lock_file: Path | None) -> None:
        self._lock_file = lock_file
        self._mutex = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._busy = False

    @classmethod
    def beside(cls, url: str) -> WriteQueue:
        """The queue for a database: beside the file for SQLite, none for a server."""
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite" or not parsed.database:
            return cls(None)
        return cls(Path(parsed.database + ".writers"))

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for this writer's turn, hold it, and pass it on."""
        if self._lock_file is None:
            yield
            return
        self._enter()
        try:
            # Opened anew each time: a forked worker would share its parent's lock, and closing
            # the file is what gives the lock back, whatever happens to this process.
            with self._lock_file.open("ab") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield
        finally:
            self._leave()

    def _enter(self) -> None:
        with self._mutex:
            if not self._busy:
                self._busy = True
                return
            ticket = threading.Event()
            self._waiting.append(ticket)
        ticket.wait()

    def _leave(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._busy = False
