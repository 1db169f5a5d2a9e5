"""A bank's statement on its way in: read by the spreadsheets room, judged by the fee book."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backoffice.disbursement.queries.fees.known import known_of
from backoffice.disbursement.rules.fees import statement as rules
from backoffice.disbursement.rules.fees.verdicts import NOTHING_NEW, Judged, Verdict, judge
from backoffice.documents import Upload
from backoffice.kernel.money import total
from backoffice.kernel.refusal import Refused
from backoffice.spreadsheets.archive import OLE_MAGIC, ZIP_MAGIC
from backoffice.spreadsheets.cells import CellKind
from backoffice.spreadsheets.csvreader import read_csv
from backoffice.spreadsheets.limits import MIB, Limits
from backoffice.spreadsheets.reader import Notice, Sheet, read_workbook

LIMITS = Limits(file_bytes=5 * MIB, rows=20_000, columns=50, cells=500_000, cell_characters=2_000)
PROBLEMS_KEPT = 200


@dataclass(frozen=True, slots=True)
class ReadStatement:
    """An uploaded statement as text; its scheme, name and hash identify it when a deed is hashed.

    `notices` is what the user should know before trusting what was read.
    """

    scheme: str
    name: str
    sha256: str
    kind: str
    content: bytes = field(repr=False)
    reading: rules.Reading = field(repr=False)
    notices: tuple[Notice, ...] = field(repr=False, default=())


def read_upload(upload: Upload, scheme: str, now: datetime) -> ReadStatement:
    """Read an uploaded statement, .csv, .xlsx or .ods by its content; nothing is written.

    Refuses "workbook.missing", what `read_workbook`, `read_csv` and `rules.read` do.
    """
    if not upload.content:
        raise Refused("workbook.missing")
    kind, sheet, notices = _sheet(upload.content)
    formulas = [at for at, mark in sheet.kinds.items() if mark is CellKind.FORMULA]
    return ReadStatement(
        scheme=scheme,
        name=upload.name,
        sha256=hashlib.sha256(upload.content).hexdigest(),
        kind=kind,
        content=upload.content,
        reading=rules.read(sheet.header, tuple(sheet.rows), formulas, now),
        notices=notices,
    )


def _sheet(content: bytes) -> tuple[str, Sheet, tuple[Notice, ...]]:
    if not content.startswith((ZIP_MAGIC, OLE_MAGIC)):
        return "csv", read_csv(content, name=rules.SHEET, limits=LIMITS), ()
    workbook = read_workbook(content, limits=LIMITS)
    chosen = next(
        (sheet for sheet in workbook.sheets.values() if set(rules.REQUIRED) <= set(sheet.header)),
        None,
    )
    if chosen is None:
        chosen = next(iter(workbook.sheets.values()))
    notices = tuple(each for each in workbook.notices if each.facts.get("sheet") == chosen.name)
    return workbook.kind, chosen, notices


def judged(session: Session, read: ReadStatement) -> tuple[Judged, ...]:
    """Every readable line with what it means by what the book knows now."""
    return judge(read.reading.lines, known_of(session, read.scheme, read.reading.lines))


def is_new(found: Iterable[Judged]) -> bool:
    """Whether anything of a statement is not in the book yet."""
    return any(each.verdict not in NOTHING_NEW for each in found)


def summary(read: ReadStatement, found: Iterable[Judged]) -> dict[str, Any]:
    """What was found in a statement, to be kept with it: by verdict the count and the sum."""
    found = tuple(found)
    counts: dict[str, list[int]] = {}
    for verdict in Verdict:
        of_it = [each.line.amount for each in found if each.verdict is verdict]
        if of_it:
            counts[verdict.value] = [len(of_it), total(of_it).dollars]
    return {
        "counts": counts,
        "lines": len(read.reading.lines),
        "total": read.reading.total.dollars,
        "repeated": list(read.reading.repeated[:PROBLEMS_KEPT]),
        "clashes": [e.line.row for e in found if e.verdict is Verdict.CLASH][:PROBLEMS_KEPT],
        "problem_count": len(read.reading.problems),
        "problems": [_told(each) for each in read.reading.problems[:PROBLEMS_KEPT]],
    }


def _told(problem: rules.Problem) -> Mapping[str, Any]:
    facts = {name: _plain(value) for name, value in problem.refusal.facts.items()}
    return {
        "row": problem.row,
        "column": problem.column,
        "code": problem.refusal.code,
        "facts": facts,
    }


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
