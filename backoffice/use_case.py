"""The one door: permission, transaction, clock, audit. Nothing else in the product can write."""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, cast

from sqlalchemy import (
    CursorResult,
    Engine,
    Select,
    String,
    Table,
    Text,
    Update,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from backoffice import audit, documents
from backoffice.access import Actor, Permission
from backoffice.db import (
    Base,
    KeyType,
    Record,
    WriteQueue,
    WriteSession,
    connection_of,
    insert_plain,
    look,
    refuse_long_texts,
)
from backoffice.kernel.clock import Clock
from backoffice.kernel.refusal import Refused, Stale

P = ParamSpec("P")
R = TypeVar("R")

RETRIES = 5
RETRY_STATES = frozenset({"40001", "40P01", "55P03"})  # serialization, deadlock, lock time-out
KEY_MAX = 64
# Where two acts at once may insert the same row; the second finds it when it tries again.
RACED = (
    "ledger_transfer",
    "uq_ledger_account",
    "document_content",
    "spending_line",
    "uq_case_number",
    "uq_seat_claim_firm",
    "seat_claim.edition",  # the same index, as SQLite names it
    "repayment",
    "bank_answer",
    "day_close",
    "carry_over",
    "uq_ending_proposed",
    "ending.case_id",
    "fee_line",
    "fee_refund",
    "uq_budget_closing_live",
    "board_day",
)


class Overtaken(Exception):
    """Somebody else did meanwhile what this act was about to do: the office does it all again."""


class ActKey(Base):
    """A form's own key: the second click of a double click gets the first one's answer."""

    __tablename__ = "act_key"

    key: Mapped[str] = mapped_column(String(KEY_MAX), primary_key=True)
    actor_id: Mapped[int]
    act: Mapped[str] = mapped_column(String(64))
    arguments_sha256: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str] = mapped_column(Text, default="null")
    at: Mapped[datetime]


class Installation(Base):
    """What this database is: the one row says whether it is a demonstration for ever."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(KeyType, primary_key=True, autoincrement=False)
    demonstration: Mapped[bool]
    made_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Act:
    """One deed of one person at one instant, inside one transaction.

    `attempt` is 1 unless something stood in its way and the office does it again: what is hardly
    ever there is looked for only then.
    """

    session: Session
    actor: Actor
    now: datetime
    name: str
    attempt: int = 1
    _notes: list[str] = field(default_factory=list)

    def because(self, note: str) -> None:
        """The reason, into the audit of everything that this act changes."""
        if note:
            self._notes.append(note)

    @property
    def note(self) -> str:
        return "\n".join(self._notes)

    def insert_many(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert many rows at once; the caller records what they mean with `record`."""
        for row in rows:
            refuse_long_texts(table, row)
        if rows:
            connection_of(self.session).execute(insert(table), list(rows))

    def read(
        self, statement: Select[*tuple[Any, ...]], facts: Mapping[str, Any]
    ) -> CursorResult[*tuple[Any, ...]]:
        """Rows of columns by a statement that was built once; what was changed before counts."""
        self.session.flush()
        return look(self.session, statement, facts)

    def run(self, statement: Update, facts: Mapping[str, Any]) -> CursorResult[Any]:
        """Run a guarded statement that was built once; the caller tells the audit what it did.

        Over the connection, past the unit of work: no record of the row may be in the session.
        """
        return connection_of(self.session).execute(statement, dict(facts))

    def insert(self, row: Base) -> None:
        """Insert one row now, past the unit of work, and give it its number.

        For what is written while others wait: the unit of work takes twice as long. What the row
        does not say is as its columns say by default; the row is in no session.
        """
        statement, defaults = _inserting(type(row))
        for name, value in defaults.items():
            if name not in vars(row):
                set_committed_value(row, name, value)
        number = connection_of(self.session).execute(statement, _said(row)).scalar_one()
        set_committed_value(row, "id", number)
        audit.added(self.session, row)

    def insert_plain(self, table: Table, rows: Sequence[tuple[str | int, ...]]) -> None:
        """Insert rows that say nothing which the audit does not know otherwise."""
        insert_plain(connection_of(self.session), table, rows)

    def record(
        self, subject: str, subject_id: int | None, case_id: int | None, **changes: Any
    ) -> None:
        """Put a change into the audit that the unit of work cannot see."""
        audit.record(
            self.session,
            audit.Change(
                subject, subject_id, case_id, "bulk", {k: [None, v] for k, v in changes.items()}
            ),
        )


@dataclass(frozen=True, slots=True)
class UseCase(Generic[P, R]):
    """A deed that the office knows: its name, the permission it asks for, and what it does."""

    name: str
    requires: Permission
    body: Callable[Concatenate[Act, P], R]

    def __call__(self, act: Act, /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run as part of another act that holds the permission for the whole."""
        return self.body(act, *args, **kwargs)


REGISTER: dict[str, UseCase[Any, Any]] = {}


def use_case(
    name: str, *, requires: Permission
) -> Callable[[Callable[Concatenate[Act, P], R]], UseCase[P, R]]:
    """Register a function as a use case; its name stands in the audit."""

    def register(body: Callable[Concatenate[Act, P], R]) -> UseCase[P, R]:
        case = UseCase(name=name, requires=requires, body=body)
        assert name not in REGISTER or REGISTER[name].body.__module__ == body.__module__, name
        REGISTER[name] = case
        return case

    return register


LastStep = Callable[[Session], None]
_LAST_STEPS: list[LastStep] = []


def before_the_audit(step: LastStep) -> LastStep:
    """Have something done at the end of every act: all is flushed, only the audit comes after."""
    _LAST_STEPS.append(step)
    return step


class Watch(Protocol):
    """Whoever counts what the office does; told names, codes and times, never what is in them."""

    def performed(self, name: str, outcome: str, seconds: float) -> None:
        """A deed ended: "done", "failed", or the code of its refusal."""

    def waited(self, seconds: float) -> None:
        """A deed got its turn to write."""


class Unwatched:
    """Nobody counts."""

    def performed(self, name: str, outcome: str, seconds: float) -> None:
        """Not counted."""

    def waited(self, seconds: float) -> None:
        """Not counted."""


class Office:
    """The door itself: built once from a write engine and a clock."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        queue: WriteQueue | None = None,
        scanner: documents.Scanner = documents.NO_SCANNER,
        watch: Watch | None = None,
    ) -> None:
        self.engine = engine
        self.clock = clock
        self.scanner = scanner
        self._watch = watch or Unwatched()
        self._queue = queue or WriteQueue.beside(engine.url.render_as_string(hide_password=False))

    def perform(self, case: UseCase[P, R], actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Do it, or nothing: refuses "access.denied", and whatever the deed itself refuses."""
        return self._watched(case, actor, None, args, kwargs)

    def perform_once(
        self, key: str, case: UseCase[P, R], actor: Actor, /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """The same, at most once for a form's key; a repetition gets the first answer.

        Refuses "act.key_misused" when the key was used for something else.
        """
        return self._watched(case, actor, key, args, kwargs)

    def _watched(
        self,
        case: UseCase[P, R],
        actor: Actor,
        key: str | None,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> R:
        began, outcome = time.perf_counter(), "failed"
        try:
            result = self._perform(case, actor, key, args, kwargs)
            outcome = "done"
        except Refused as refusal:
            outcome = refusal.code
            raise
        finally:
            self._watch.performed(case.name, outcome, time.perf_counter() - began)
        return result

    def _perform(
        self,
        case: UseCase[P, R],
        actor: Actor,
        key: str | None,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> R:
        if not actor.may(case.requires):
            raise Refused("access.denied", act=case.name)
        # Nobody waits in the queue of writers while a stranger's file is being looked at.
        documents.look_at_all((*args, *kwargs.values()), self.scanner)
        for attempt in range(1, RETRIES + 1):
            try:
                asked = time.perf_counter()
                with self._queue.turn():
                    self._watch.waited(time.perf_counter() - asked)
                    return self._once(attempt, case, actor, key, args, kwargs)
            except StaleDataError as error:
                raise Stale from error
            except Overtaken as error:
                if attempt == RETRIES:
                    raise Stale from error
            except DBAPIError as error:
                if attempt == RETRIES or not _is_passing(error):
                    raise
                time.sleep(random.uniform(0.005, 0.05) * attempt)
        raise AssertionError("unreachable")

    def _once(
        self,
        attempt: int,
        case: UseCase[P, R],
        actor: Actor,
        key: str | None,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> R:
        with WriteSession(self.engine, expire_on_commit=False) as session, session.begin():
            act = Act(session, actor, self.clock.now(), case.name, attempt)
            if key is not None:
                first, answer = _claim_key(act, key, args, kwargs)
                if not first:
                    answered: R = answer
                    return answered
            result = case.body(act, *args, **kwargs)
            session.flush()
            if key is not None:
                _answer_key(session, key, result)
            for step in _LAST_STEPS:
                step(session)
            audit.write(session, actor, case.name, act.now, act.note)
        return result


def _is_passing(error: DBAPIError) -> bool:
    """Whether the database only asks to try again."""
    if isinstance(error, IntegrityError):
        return any(table in str(error.orig) for table in RACED)
    state = getattr(error.orig, "sqlstate", None)
    return state in RETRY_STATES or "database is locked" in str(error.orig)


def _claim_key(
    act: Act, key: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[bool, Any]:
    digest = hashlib.sha256(repr((args, sorted(kwargs.items()))).encode()).hexdigest()
    connection = connection_of(act.session)
    inserted = connection.execute(
        _CLAIM[connection.dialect.name],
        {
            "key": key[:KEY_MAX],
            "actor_id": act.actor.id,
            "act": act.name,
            "arguments_sha256": digest,
            "answer": NO_ANSWER,
            "at": act.now,
        },
    ).first()
    if inserted is not None:
        return True, None
    old = act.session.execute(select(ActKey).where(ActKey.key == key[:KEY_MAX])).scalar_one()
    if (old.actor_id, old.act, old.arguments_sha256) != (act.actor.id, act.name, digest):
        raise Refused("act.key_misused")
    return False, json.loads(old.answer)


def _answer_key(session: Session, key: str, result: Any) -> None:
    answer = json.dumps(result) if isinstance(result, (int, str)) else NO_ANSWER
    if answer != NO_ANSWER:
        connection_of(session).execute(_ANSWER, {"used": key[:KEY_MAX], "said": answer})


_INSERTS: dict[type[Base], tuple[ReturningInsert[Any], Mapping[str, Any]]] = {}


def _inserting(model: type[Base]) -> tuple[ReturningInsert[Any], Mapping[str, Any]]:
    if model not in _INSERTS:
        table = cast("Table", model.__table__)
        defaults = {
            column.key: column.default.arg
            for column in table.columns
            if isinstance(column.default, ScalarElementColumnDefault)
        }
        if issubclass(model, Record):
            defaults["version"] = 1
        _INSERTS[model] = insert(table).returning(table.c.id), defaults
    return _INSERTS[model]


def _said(row: Base) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if name != "_sa_instance_state"}


# Built once: nearly every act begins and ends with these.
NO_ANSWER = "null"
_KEYS = cast("Table", ActKey.__table__)
_CLAIM = {
    "postgresql": postgres_insert(_KEYS).on_conflict_do_nothing().returning(_KEYS.c.key),
    "sqlite": sqlite_insert(_KEYS).on_conflict_do_nothing().returning(_KEYS.c.key),
}
_ANSWER = update(_KEYS).where(_KEYS.c.key == bindparam("used")).values(answer=bindparam("said"))
