"""Searching: the keys of a case are those of its number and its firm's name, all and no others."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import groupby, pairwise

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case, CaseKey
from backoffice.invariants.register import Found, invariant

_AT_ONCE = 10_000


@invariant("I-120 a case is found by its number and by every part of its firm's name")
def cases_are_found(session: Session) -> Found:
    """The index against the rows that it stands for, in one pass over both."""
    statement = (
        select(CaseKey.case_id, Case.number, Case.firm_name, CaseKey.key)
        .outerjoin(Case, Case.id == CaseKey.case_id)
        .order_by(CaseKey.case_id)
        .execution_options(yield_per=_AT_ONCE)
    )
    indexed: set[int] = set()
    for (case_id, number, firm), rows in groupby(session.execute(statement), _case_of):
        kept = [row.key for row in rows]
        indexed.add(case_id)
        if number is None or firm is None:
            yield str(case_id), "keys without a case"
        elif sorted(kept) != sorted(set(_keys(number, firm))):
            yield number, f"the keys are not those of {firm}"
    for case_id, number in session.execute(select(Case.id, Case.number).order_by(Case.id)):
        if case_id not in indexed:
            yield number, "a case without keys"


def _case_of(row: Row[int, str, str, str]) -> tuple[int, str | None, str | None]:
    return row.case_id, row.number, row.firm_name


def _keys(number: str, firm: str) -> Iterator[str]:
    number, firm = (unicodedata.normalize("NFKC", text).casefold() for text in (number, firm))
    name = firm.strip()
    yield f"\x01{number.strip()}"
    yield from map("".join, pairwise(name))
    yield from map("".join, zip(name, name[1:], name[2:], strict=False))
    yield from name[-1:]
