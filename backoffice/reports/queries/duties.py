"""What waits on one person now: by kind of work a count, the first day due, and since when.

Each kind is one short statement over the rows that this person can act on; all kinds of a role are
asked at once, so that a first page costs one query more, whatever there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from backoffice.access import GRANTS, Actor, Role
from backoffice.cases.models import Case
from backoffice.db import Prepared, look
from backoffice.disbursement.rules.carryover import candidates_after, year_end
from backoffice.reports.queries import sources
from backoffice.reports.rules import Duty, DutyKind, ranked

COUNT_MAX = 1_000
PAGE = 50
SOON_DAYS = 3  # a held place whose fee is due so soon is told of
NOTICE_DAYS = 60  # carrying over is told of when the budget year ends so soon


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One case of a kind of work; `ref` is the number of the record that is acted on."""

    ref: int
    case_id: int
    number: str
    firm_name: str
    scheme: str
    due_on: date | None
    since: datetime | None


def duties(session: Session, actor: Actor, today: date) -> tuple[Duty, ...]:
    """What waits on this person, the most urgent first; counts stop at a thousand and one."""
    statement = _counts(actor.role)
    if statement is None:
        return ()
    found = (
        Duty(DutyKind(kind), count, due_on, since)
        for kind, count, due_on, since in look(session, statement, _facts(actor, today))
    )
    return ranked(found, today)


def duty_rows(session: Session, actor: Actor, kind: DutyKind, today: date) -> tuple[DutyRow, ...]:
    """The cases of one kind, the most urgent first; one more than a page holds.

    Nothing of a kind that is not this person's, or that is not about cases.
    """
    if kind not in sources.OF_CASES or kind not in kinds_of(actor.role):
        return ()
    found = sources.SOURCES[kind].source().subquery()
    rows = session.execute(
        select(
            found.c.ref,
            Case.id,
            Case.number,
            Case.firm_name,
            Case.scheme,
            found.c.due_on,
            found.c.since,
        )
        .join(Case, Case.id == found.c.case_id)
        .order_by(found.c.due_on, found.c.since, found.c.ref)
        .limit(PAGE + 1),
        _facts(actor, today),
    )
    return tuple(DutyRow(*row) for row in rows)


def kinds_of(role: Role) -> tuple[DutyKind, ...]:
    """The kinds of work that a role may do."""
    return tuple(kind for kind, asked in sources.SOURCES.items() if asked.requires in GRANTS[role])


@cache
def _counts(role: Role) -> Prepared | None:
    """The statement of a role, built once in the life of the process."""
    parts = [_counted(kind) for kind in kinds_of(role)]
    if not parts:
        return None
    together = union_all(*parts).subquery()
    return Prepared(select(*together.c))


def _counted(kind: DutyKind) -> Select[*tuple[Any, ...]]:
    source = sources.SOURCES[kind].source()
    columns = source.selected_columns
    some = source.order_by(columns.due_on, columns.since).limit(COUNT_MAX + 1).subquery()
    return select(
        literal(kind.value), func.count(), func.min(some.c.due_on), func.min(some.c.since)
    ).select_from(some)


def _facts(actor: Actor, today: date) -> Mapping[str, object]:
    return {
        "person": actor.id,
        "today": today,
        "soon": today + timedelta(days=SOON_DAYS),
        "year": today.year,
        "year_end": year_end(today),
        "ends_after": candidates_after(today, NOTICE_DAYS),
        "told": candidates_after(today, NOTICE_DAYS) <= today,
    }
