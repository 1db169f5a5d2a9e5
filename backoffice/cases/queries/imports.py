"""Imports as pages show them, and what the system knows of the cases of a workbook."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.cases.models import (
    Case,
    Import,
    ImportDetail,
    ImportPile,
    ImportState,
    Member,
)
from backoffice.cases.queries.windows import closures
from backoffice.cases.rules import Known
from backoffice.cases.rules.lifecycle import FINISHED, HOLDING, CaseState
from backoffice.scheme import registry

PAGE = 50
HISTORY_PAGE = 20
COPY = re.compile(r"\s*[（(][0-9]{1,3}[)）]$")
CHUNK = 5_000  # values that one statement asks for; both databases take more

# A firm may have so many cases of a scheme at a time; these stand in the way of another.
LIVE = frozenset(CaseState) - (FINISHED - {CaseState.CLOSED})


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An import with what was found in its workbook; `summary` is `operations.imports.summary`."""

    id: int
    version: int
    document_id: int
    file_name: str
    file_sha256: str
    cells_sha256: str
    state: ImportState
    by: int
    by_name: str
    at: datetime
    confirmed_at: datetime | None
    case_count: int
    reading: int
    summary: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some imports, newest first, and the number after which the next page goes on."""

    rows: tuple[ImportRow, ...]
    next_before: int | None


@dataclass(frozen=True, slots=True)
class DetailRow:
    """Something told about one place of the workbook; `facts` as they are stored."""

    position: int
    pile: ImportPile
    sheet: str
    row: int
    column: str | None
    case_number: str | None
    code: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DetailPage:
    """Some details in the order of the workbook, and the position the next page begins after."""

    rows: tuple[DetailRow, ...]
    next_after: int | None


_IMPORT = tuple(getattr(Import, name) for name in ImportRow.__dataclass_fields__)
_DETAIL = tuple(getattr(ImportDetail, name) for name in DetailRow.__dataclass_fields__)


def import_row(session: Session, import_id: int) -> ImportRow:
    """One import; NoResultFound when there is none."""
    return ImportRow(*session.execute(select(*_IMPORT).where(Import.id == import_id)).one())


def import_of_file(session: Session, sha256: str) -> ImportRow | None:
    """The newest import of exactly these bytes that was not given up."""
    row = session.execute(
        select(*_IMPORT)
        .where(Import.file_sha256 == sha256, Import.state != ImportState.DISCARDED)
        .order_by(Import.id.desc())
        .limit(1)
    ).first()
    return ImportRow(*row) if row is not None else None


def import_of_cells(session: Session, cells_sha256: str) -> ImportRow | None:
    """The newest import of a workbook with exactly these cells that was not given up."""
    row = session.execute(
        select(*_IMPORT)
        .where(Import.cells_sha256 == cells_sha256, Import.state != ImportState.DISCARDED)
        .order_by(Import.id.desc())
        .limit(1)
    ).first()
    return ImportRow(*row) if row is not None else None


def predecessor(session: Session, found: ImportRow) -> ImportRow | None:
    """The earlier import of which this one is another edition, told by the file's name.

    A browser that keeps a second copy writes (1) after the name; that is the same name.
    """
    rows = session.execute(
        select(*_IMPORT)
        .where(Import.id < found.id, Import.state != ImportState.DISCARDED)
        .order_by(Import.id.desc())
        .limit(HISTORY_PAGE)
    )
    earlier = [ImportRow(*row) for row in rows]
    name = _stem(found.file_name)
    return next((each for each in earlier if _stem(each.file_name) == name), None)


def _stem(file_name: str) -> str:
    return COPY.sub("", file_name.rpartition(".")[0] or file_name).strip().casefold()


def history(session: Session, *, before: int | None = None) -> HistoryPage:
    """The imports, newest first, twenty at a time from below the number `before`."""
    statement = select(*_IMPORT)
    if before is not None:
        statement = statement.where(Import.id < before)
    rows = session.execute(statement.order_by(Import.id.desc()).limit(HISTORY_PAGE + 1)).all()
    shown = tuple(ImportRow(*row) for row in rows[:HISTORY_PAGE])
    return HistoryPage(shown, shown[-1].id if len(rows) > HISTORY_PAGE else None)


def details(session: Session, found: ImportRow, pile: ImportPile, *, after: int = 0) -> DetailPage:
    """What is told of an import's pile, fifty at a time from the position `after` on."""
    rows: Sequence[Any] = session.execute(
        select(*_DETAIL)
        .where(
            ImportDetail.import_id == found.id,
            ImportDetail.reading == found.reading,
            ImportDetail.pile == pile,
            ImportDetail.position > after,
        )
        .order_by(ImportDetail.position)
        .limit(PAGE + 1)
    ).all()
    shown = tuple(DetailRow(*row) for row in rows[:PAGE])
    return DetailPage(shown, shown[-1].position if len(rows) > PAGE else None)


def known_of(session: Session, numbers: Collection[str], ubns: Collection[str]) -> Known:
    """What the system knows of these case numbers and firms, as an intake is judged by it.

    A case with findings that nobody has overruled yet stands in the way of no other: in one
    workbook it would not either.
    """
    holders: dict[tuple[str, str], list[str]] = {}
    live: dict[tuple[str, str], list[str]] = {}
    families = _families()
    for row in _cases_of(session, ubns):
        if row.state in HOLDING:
            for family in families.get(row.scheme, ()):
                holders.setdefault((family, row.ubn), []).append(row.number)
        if row.applied and _stands_in_the_way(row.state, row.finding_count):
            live.setdefault((row.scheme, row.ubn), []).append(row.number)
    return Known(
        contents=_contents(session, numbers),
        holders={key: tuple(found) for key, found in holders.items()},
        live={key: tuple(found) for key, found in live.items()},
        closures=closures(session),
    )


def ids_of(session: Session, numbers: Iterable[str]) -> dict[str, int]:
    """The keys of cases by their numbers; those that are not in are left out."""
    found: dict[str, int] = {}
    for chunk in _chunks(numbers):
        rows = session.execute(select(Case.number, Case.id).where(Case.number.in_(chunk)))
        found.update((row.number, row.id) for row in rows)
    return found


def eligible_ids(session: Session, numbers: Iterable[str]) -> tuple[int, ...]:
    """Those of the numbers whose cases wait for eligibility without a finding, as received."""
    found: list[tuple[datetime, str, int]] = []
    for chunk in _chunks(numbers):
        rows: Sequence[Any] = session.execute(
            select(Case.received_at, Case.number, Case.id).where(
                Case.number.in_(chunk),
                Case.state == CaseState.QUALIFYING,
                Case.finding_count == 0,
            )
        ).all()
        found.extend(tuple(row) for row in rows)
    return tuple(case_id for _, _, case_id in sorted(found))


@dataclass(frozen=True, slots=True)
class _FirmCase:
    applied: bool
    number: str
    scheme: str
    state: CaseState
    finding_count: int
    ubn: str


def _cases_of(session: Session, ubns: Iterable[str]) -> list[_FirmCase]:
    """The cases that these firms applied for or are partners in, in the order of their keys."""
    found: list[tuple[int, _FirmCase]] = []
    for chunk in _chunks(ubns):
        columns = (Case.id, Case.number, Case.scheme, Case.state, Case.finding_count)
        applied = select(*columns, Case.ubn).where(Case.ubn.in_(chunk), Case.state.in_(LIVE))
        partners = (
            select(*columns, Member.ubn)
            .join(Member, Member.case_id == Case.id)
            .where(Member.ubn.in_(chunk), Case.state.in_(HOLDING))
        )
        for is_applicant, statement in ((True, applied), (False, partners)):
            rows: Sequence[Any] = session.execute(statement).all()
            found.extend((row[0], _FirmCase(is_applicant, *row[1:])) for row in rows)
    found.sort(key=lambda each: (each[0], each[1].ubn, not each[1].applied))
    return [each for _, each in found]


def _contents(session: Session, numbers: Iterable[str]) -> dict[str, str]:
    contents: dict[str, str] = {}
    for chunk in _chunks(numbers):
        rows = session.execute(
            select(Case.number, Case.content_sha256).where(Case.number.in_(chunk))
        )
        contents.update((row.number, row.content_sha256) for row in rows)
    return contents


def _stands_in_the_way(state: CaseState, finding_count: int) -> bool:
    is_open = state in (CaseState.SUBMITTED, CaseState.QUALIFYING, CaseState.SUPPLEMENT)
    return state in LIVE and not (is_open and finding_count)


def _families() -> dict[str, tuple[str, ...]]:
    return {
        scheme: tuple(
            dict.fromkeys(
                edition.eligibility.family
                for edition in registry.editions_of(scheme)
                if edition.eligibility.family is not None
            )
        )
        for scheme in registry.schemes()
    }


def _chunks(values: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(sorted(values))
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk
