"""What a case consists of, all of it in one statement.

A statement costs a page as much as thirty rows of its answer, and a case has six tables of few
rows each. Their columns are lined up as texts and numbers; `facts` gives them their names back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    literal_column,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.types import TypeEngine

from backoffice.cases.models import Benefit, BudgetLine, Equipment, Member, PlannedCheckpoint
from backoffice.db import Base, look
from backoffice.documents import Document

ROWS_MAX = 500  # of each part

# The plan, letters of intent, other material, the factory's papers; and reports of a stage.
SHOWN_KINDS = ("D02", "D10", "D11", "D12", "report:MIDTERM", "report:CLOSING")

_ASKED: BindParameter[int] = bindparam("case_id")
_TEXTS, _NUMBERS = 6, 3
_Column: TypeAlias = ColumnElement[Any] | InstrumentedAttribute[Any]


class Part(IntEnum):
    """A table of the application, in the order of the page."""

    LINE = 1
    EQUIPMENT = 2
    CHECKPOINT = 3
    BENEFIT = 4
    MEMBER = 5
    DOCUMENT = 6


def _rows(
    part: Part,
    record: type[Base],
    *texts: _Column,
    numbers: Sequence[_Column] = (),
    day: _Column | None = None,
) -> Select[*tuple[Any, ...]]:
    """The rows of one table: where they stand, their texts, their numbers, null for the rest."""
    columns = record.__table__.c
    return select(
        literal_column(str(part.value), Integer).label("part"),
        (cast(null(), Date) if day is None else day).label("day"),
        (columns.position if "position" in columns else columns.id).label("place"),
        columns.id.label("row_id"),
        *(_named("text", n, text, String()) for n, text in enumerate(_filled(texts, _TEXTS))),
        *(
            _named("number", n, number, BigInteger())
            for n, number in enumerate(_filled(numbers, _NUMBERS))
        ),
    ).where(columns.case_id == _ASKED)


def _filled(columns: Sequence[_Column], count: int) -> Sequence[_Column | None]:
    return (*columns, *[None] * (count - len(columns)))


def _named(name: str, n: int, column: _Column | None, kind: TypeEngine[Any]) -> _Column:
    """What a table lacks is null of the kind, for PostgreSQL would take it for text."""
    return (cast(null(), kind) if column is None else type_coerce(column, kind)).label(
        f"{name}_{n}"
    )


_ALL = union_all(
    _rows(
        Part.LINE,
        BudgetLine,
        BudgetLine.category,
        BudgetLine.category_text,
        BudgetLine.note,
        numbers=(BudgetLine.subsidy, BudgetLine.self_fund),
    ),
    _rows(
        Part.EQUIPMENT,
        Equipment,
        Equipment.name,
        Equipment.model,
        Equipment.use,
        numbers=(cast(Equipment.domestic, Integer), Equipment.quantity, Equipment.unit_price),
    ),
    _rows(
        Part.CHECKPOINT,
        PlannedCheckpoint,
        PlannedCheckpoint.work_item,
        PlannedCheckpoint.item,
        numbers=(PlannedCheckpoint.weight_bp,),
        day=PlannedCheckpoint.due_on,
    ),
    _rows(
        Part.BENEFIT,
        Benefit,
        Benefit.kind,
        Benefit.item,
        Benefit.unit,
        Benefit.before,
        Benefit.after,
        Benefit.basis,
    ),
    _rows(
        Part.MEMBER,
        Member,
        Member.firm_name,
        numbers=(Member.subsidy, Member.self_fund),
    ),
    _rows(
        Part.DOCUMENT,
        Document,
        Document.name,
        Document.kind,
        Document.sha256,
        numbers=(Document.size,),
    ).where(or_(*(Document.kind == kind for kind in SHOWN_KINDS))),
).subquery()
_PARTS = (
    select(_ALL)
    .order_by(_ALL.c.part, _ALL.c.day, _ALL.c.place, _ALL.c.row_id)
    .limit(ROWS_MAX * len(Part))
)


def parts(session: Session, case_id: int) -> Mapping[Part, list[tuple[Any, ...]]]:
    """The rows of each part in the firm's order, checkpoints by day first.

    Each is a day, the row's id, six texts and three numbers; what a part lacks is None.
    """
    found: dict[Part, list[tuple[Any, ...]]] = {part: [] for part in Part}
    for part, day, _place, row_id, *values in look(session, _PARTS, {"case_id": case_id}):
        found[part].append((day, row_id, *values))
    return found
