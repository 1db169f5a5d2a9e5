"""What every source of duties is written with: who asks, and which columns it has."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Select,
    bindparam,
    cast,
    null,
    select,
)

from backoffice.cases.models import Case
from backoffice.db import InstantColumn

Source = Select[*tuple[Any, ...]]
ME: Final = bindparam("person", type_=Integer)
TODAY: Final = bindparam("today", type_=Date)
NO_DAY: Final = cast(null(), Date)
NO_INSTANT: Final = cast(null(), InstantColumn())
NO_CASE: Final = cast(null(), BigInteger)
MY_CASE: Final = Case.officer_id == ME


def rows(
    ref: Any, *, case_id: Any = NO_CASE, due_on: Any = NO_DAY, since: Any = NO_INSTANT
) -> Source:
    """The columns of a source: the record, its case, the day due, and since when it waits."""
    return select(
        ref.label("ref"), case_id.label("case_id"), due_on.label("due_on"), since.label("since")
    )


def cases(*wanted: ColumnElement[bool]) -> Source:
    """Cases, due and waiting as they say themselves."""
    return rows(Case.id, case_id=Case.id, due_on=Case.due_on, since=Case.waiting_since).where(
        *wanted
    )
