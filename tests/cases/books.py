"""Whole workbooks and whole databases, to be compared by the tests of the intake."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Collection
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from sqlalchemy import MetaData, select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case, EligibilityFinding
from backoffice.scheme import registry
from backoffice.use_case import Office

SAMPLE = Path(__file__).parents[2] / "backoffice" / "demo" / "intake-112.xlsx"
EXPECTED = Path(__file__).parents[1] / "golden" / "intake-112.expected.json"

AUDIT = frozenset({"audit_entry", "audit_head"})
SIGN_IN = frozenset({"sign_in_session", "sign_in_attempt", "account"})
_SEATS = frozenset({"seat", "waitlist"})

Sheets = dict[str, list[list[Any]]]


def expected() -> dict[str, Any]:
    """What the sample must give, but for places: those take an acceptance."""
    found: dict[str, Any] = json.loads(EXPECTED.read_text(encoding="utf-8"))
    return found | {"cases": comparable(found["cases"])}


def expected_places() -> dict[str, tuple[int | None, int | None]]:
    """Place and position in line that the sample must give, by case number."""
    found: dict[str, Any] = json.loads(EXPECTED.read_text(encoding="utf-8"))
    return places_told(found["cases"])


def places_told(cases: dict[str, Any]) -> dict[str, tuple[int | None, int | None]]:
    """Place and position in line of the cases that have one, as told."""
    return {
        number: (told["seat"], told["waitlist"])
        for number, told in cases.items()
        if "seat" in told or "waitlist" in told
    }


def comparable(cases: dict[str, Any]) -> dict[str, Any]:
    """Cases as told, findings and errors as sets."""
    return {
        number: {
            key: sorted(value) if isinstance(value, list) else value
            for key, value in told.items()
            if key not in _SEATS
        }
        for number, told in cases.items()
    }


def sheets_of(content: bytes) -> Sheets:
    """Every sheet of a workbook, row by row, the header first."""
    book = load_workbook(BytesIO(content), read_only=True)
    return {page.title: [list(row) for row in page.iter_rows(values_only=True)] for page in book}


def bytes_of(sheets: Sheets) -> bytes:
    """The workbook that has these sheets."""
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append([_written(page, value) for value in row])
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _written(page: Any, value: Any) -> Any:
    """A text that begins with = is no formula, though openpyxl would make it one."""
    if not (isinstance(value, str) and value.startswith("=")):
        return value
    cell: Any = WriteOnlyCell(page, value)
    cell.data_type = "s"
    return cell


def shuffled(content: bytes, renamed: Callable[[str], str]) -> bytes:
    """The same workbook: sheets, rows and columns in another order, other case numbers."""
    order = random.Random(112)
    made: Sheets = {}
    for name, (header, *rows) in sheets_of(content).items():
        at = header.index("案件編號")
        places = list(range(len(header)))
        order.shuffle(places)
        order.shuffle(rows)
        for row in rows:
            row += [None] * (len(header) - len(row))
            row[at] = renamed(row[at]) if row[at] else row[at]
        made[name] = [[row[place] for place in places] for row in (header, *rows)]
    names = list(made)
    order.shuffle(names)
    return bytes_of({name: made[name] for name in names})


def told_by_the_books(office: Office) -> dict[str, Any]:
    """Every case that is in, as the expectations would tell it; no rejected one is."""
    with Session(office.engine) as session:
        findings: dict[int, set[str]] = {}
        for case_id, code in session.execute(
            select(EligibilityFinding.case_id, EligibilityFinding.code)
        ):
            findings.setdefault(case_id, set()).add(code)
        cases = session.execute(select(Case).order_by(Case.id)).scalars()
        return {case.number: _told(case, sorted(findings.get(case.id, ()))) for case in cases}


def _told(case: Case, codes: list[str]) -> dict[str, Any]:
    edition = registry.edition_named(case.edition)
    told: dict[str, Any] = {"outcome": "ineligible" if codes else "eligible", "findings": codes}
    if edition.budget is not None:
        told |= {"domestic": case.domestic.dollars, "new_equipment": case.new_equipment.dollars}
    if any(variant.statuses for variant in edition.variants) and case.variant:
        told["track"] = case.variant
    return told


def tables(office: Office, *, but_for: Collection[str] = AUDIT) -> dict[str, list[str]]:
    """The rows of every table as text, in order; `but_for` names those left out."""
    metadata = MetaData()
    metadata.reflect(office.engine)
    with Session(office.engine) as session:
        return {
            table.name: sorted(str(tuple(row)) for row in session.execute(select(table)))
            for table in metadata.sorted_tables
            if table.name not in but_for
        }
