"""The keys by which cases are found; kept with the case, whoever writes it."""

from __future__ import annotations

from typing import TypeAlias

from sqlalchemy import Connection, String, delete, event, insert, inspect
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from backoffice.cases.models.application import Case
from backoffice.cases.rules.finding import KEY_MAX, keys
from backoffice.db import Base, KeyType

# Compared by code point on both engines: what begins with a text is one stretch of the index.
_TEXT = String(KEY_MAX).with_variant(String(KEY_MAX, collation="C"), "postgresql")


class CaseKey(Base):
    """A key of a case. What it says stands in the case, so it is not audited.

    No foreign key: it would be asked ten times a case at an import, and an invariant asks it.
    """

    __tablename__ = "case_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: Mapped[str] = mapped_column(_TEXT, primary_key=True)
    case_id: Mapped[int] = mapped_column(KeyType, primary_key=True, autoincrement=False)


KeyRow: TypeAlias = tuple[str, int]


def key_rows(case_id: int, number: str, firm_name: str) -> list[KeyRow]:
    """The rows of a case: each key with the case."""
    return [(key, case_id) for key in keys(number, firm_name)]


@event.listens_for(Case, "after_insert")
def _write_keys(_mapper: Mapper[Case], connection: Connection, case: Case) -> None:
    rows = key_rows(case.id, case.number, case.firm_name)
    connection.execute(insert(CaseKey), [{"key": key, "case_id": each} for key, each in rows])


@event.listens_for(Case, "after_update")
def _rewrite_keys(mapper: Mapper[Case], connection: Connection, case: Case) -> None:
    attributes = inspect(case).attrs
    if attributes.firm_name.history.added or attributes.number.history.added:
        connection.execute(delete(CaseKey).where(CaseKey.case_id == case.id))
        _write_keys(mapper, connection, case)
