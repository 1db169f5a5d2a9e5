"""A workbook on its way in: read by the spreadsheets room, judged by what the system knows."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from backoffice.cases.queries.imports import known_of
from backoffice.cases.rules import (
    SHEETS,
    CaseResult,
    IntakeResult,
    Known,
    Outcome,
    SheetRows,
    Submission,
    evaluate,
)
from backoffice.cases.rules.columns import NUMBER
from backoffice.documents import Upload
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import nfkc
from backoffice.scheme import registry
from backoffice.spreadsheets import reader

UBN = "統一編號"
_NEW = (Outcome.ELIGIBLE, Outcome.INELIGIBLE)
_UBN_DIGITS = 8


@dataclass(frozen=True, slots=True)
class ReadWorkbook:
    """An uploaded workbook as text. Only its name and hash identify it when a deed is hashed.

    `numbers` and `ubns` are all that may be case numbers and firms in it, normalised; more is
    harmless. `cells_sha256` is of what is in the cells, equal for equal cells. `kind` is "xlsx"
    or "ods"; `notices` is what the user should know before trusting what was read.
    """

    name: str
    kind: str
    sha256: str
    cells_sha256: str
    content: bytes = field(repr=False)
    sheets: Mapping[str, SheetRows] = field(repr=False)
    notices: tuple[reader.Notice, ...] = field(repr=False)
    numbers: frozenset[str] = field(repr=False)
    ubns: frozenset[str] = field(repr=False)

    def known(self, session: Session) -> Known:
        """What the system knows now of the cases and firms in it."""
        return known_of(session, self.numbers, self.ubns)


@dataclass(frozen=True)
class JudgedWorkbook:
    """A workbook and what becomes of each case in it, by what was known when it was judged.

    `fingerprints` of contents by case number may be made beforehand (`fingerprinted`), so that
    nobody has to wait for them while the books are open.
    """

    read: ReadWorkbook
    known: Known = field(repr=False)
    result: IntakeResult = field(repr=False)
    fingerprints: Mapping[str, str] = field(repr=False, default_factory=dict)

    @cached_property
    def new_cases(self) -> tuple[CaseResult, ...]:
        """The cases that would come in, in the order of their receipt."""
        found = [each for each in self.result.cases.values() if each.outcome in _NEW]
        return tuple(sorted(found, key=_receipt))

    def fingerprint(self, submission: Submission) -> str:
        """The content hash of a case."""
        return self.fingerprints.get(submission.number) or submission.content_hash()


def read_upload(upload: Upload) -> ReadWorkbook:
    """Read an uploaded workbook; nothing is written.

    Refuses "workbook.missing", and whatever `spreadsheets.reader.read_workbook` refuses.
    """
    if not upload.content:
        raise Refused("workbook.missing")
    workbook = reader.read_workbook(upload.content, only=[sheet.name for sheet in SHEETS])
    sheets: Mapping[str, SheetRows] = workbook.sheets
    named = _named(sheets)
    skipped = tuple(
        reader.Notice("unknown_sheet", {"sheet": name}) for name in workbook.skipped if name
    )
    return ReadWorkbook(
        name=upload.name,
        kind=workbook.kind,
        sha256=hashlib.sha256(upload.content).hexdigest(),
        cells_sha256=workbook.digest(),
        content=upload.content,
        sheets=sheets,
        notices=(*workbook.notices, *skipped),
        numbers=frozenset(named[NUMBER]),
        ubns=frozenset(each for each in named[UBN] if len(each) == _UBN_DIGITS),
    )


def judged(session: Session, workbook: ReadWorkbook) -> JudgedWorkbook:
    """What would become of each case now; refuses as `evaluate` does ("intake.…")."""
    return judged_by(workbook, workbook.known(session))


def judged_by(workbook: ReadWorkbook, known: Known) -> JudgedWorkbook:
    """The same, by what is `known`."""
    with uncollected():
        return JudgedWorkbook(workbook, known, evaluate(workbook.sheets, registry, known))


@contextmanager
def uncollected() -> Iterator[None]:
    """Let nobody search for garbage while hundreds of thousands of small records are made.

    None of them refers back to another, so there is none; the search takes a third of the time.
    """
    was_searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_searching:
            gc.enable()


def fingerprinted(workbook: JudgedWorkbook) -> JudgedWorkbook:
    """The workbook with the fingerprints of its new cases made."""
    made = {
        each.number: each.submission.content_hash()
        for each in workbook.new_cases
        if each.submission is not None
    }
    return replace(workbook, fingerprints=made)


def _receipt(case: CaseResult) -> tuple[datetime, str]:
    assert case.submission is not None, "a new case was admitted"
    return case.submission.received_at, case.number


def _named(sheets: Mapping[str, SheetRows]) -> dict[str, set[str]]:
    """The case numbers and firms on all sheets, as things are told apart by them."""
    texts: dict[str, set[str | None]] = {NUMBER: set(), UBN: set()}
    for sheet in sheets.values():
        places = [(place, name) for place, name in enumerate(sheet.header) if name in texts]
        for row in sheet.rows:
            for place, name in places:
                texts[name].add(row.values[place])
    return {name: {nfkc(text).strip() for text in found if text} for name, found in texts.items()}
