"""Bringing a workbook in: previewed, then confirmed or given up; or both at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from backoffice import documents
from backoffice.access import Permission
from backoffice.cases.models import (
    Case,
    CaseKey,
    FeePaid,
    Import,
    ImportDetail,
    ImportState,
    count_new,
    key_rows,
)
from backoffice.cases.operations.eligibility import qualify_together
from backoffice.cases.operations.fees import intake_fees, post_payments
from backoffice.cases.operations.imports.rows import QUALIFYING, Row, Rows, table_of
from backoffice.cases.operations.imports.told import detail_rows, summary
from backoffice.cases.operations.imports.workbook import (
    JudgedWorkbook,
    judged_by,
    uncollected,
)
from backoffice.cases.queries.imports import ids_of
from backoffice.cases.rules import CaseResult
from backoffice.kernel.refusal import Refused, Stale
from backoffice.use_case import Act, Overtaken, use_case

KIND = "intake"
_MEDIA_TYPES = {
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_INSERTED_AT_ONCE = 5_000


@use_case("import.preview", requires=Permission.CASE_IMPORT)
def preview_workbook(act: Act, workbook: JudgedWorkbook) -> int:
    """Keep the file and what was found in it, for a look before anything goes in.

    The same bytes are kept once: a preview that waits is brought up to date, and a file that
    was brought in before and holds nothing new leaves everything as it is.
    """
    earlier = _earlier(act.session, workbook.read.sha256)
    if earlier is not None and (earlier.state is ImportState.PREVIEWED or not workbook.new_cases):
        if earlier.state is ImportState.PREVIEWED:
            _tell(act, earlier, workbook)
        return earlier.id
    imported = _kept(act, workbook)
    _tell(act, imported, workbook)
    return imported.id


@use_case("import.confirm", requires=Permission.CASE_IMPORT)
def confirm_import(act: Act, import_id: int, version: int, workbook: JudgedWorkbook) -> int:
    """Bring in every admissible new case of a preview, all in one, and say how many.

    Judged by what the system knows now, whatever the preview said; a case that has come in
    meanwhile is left alone. Refuses "import.settled" unless the preview waits.
    """
    imported = _waiting(act, import_id, version)
    assert imported.file_sha256 == workbook.read.sha256, "the workbook is another's"
    return len(_bring_in(act, imported, workbook).new_cases)


@use_case("import.discard", requires=Permission.CASE_IMPORT)
def discard_import(act: Act, import_id: int, version: int) -> None:
    """Give a preview up; nothing of it went in. Refuses "import.settled" unless it waits."""
    _waiting(act, import_id, version).discard()


@use_case("import.bring_in", requires=Permission.CASE_IMPORT)
def bring_in(act: Act, workbook: JudgedWorkbook) -> JudgedWorkbook:
    """Preview and confirm in one step, as the command line does; the workbook as judged now.

    A workbook without anything new leaves nothing behind, nor does one whose cases came in by
    another while this one was being kept.
    """
    workbook = _as_of_now(act, workbook)
    if not workbook.new_cases:
        return workbook
    imported = _earlier(act.session, workbook.read.sha256)
    if imported is None or imported.state is not ImportState.PREVIEWED:
        imported = _kept(act, workbook)
    brought = _bring_in(act, imported, workbook)
    if not brought.new_cases:
        raise Overtaken
    return brought


@use_case("case.accept_eligible", requires=Permission.CASE_WORK)
def accept_eligible(act: Act, case_id: int) -> None:
    """Find a case without findings eligible, as an officer would; any other is left alone."""
    case = act.session.get_one(Case, case_id)
    if _is_eligible(case):
        qualify_together(act, [case])


@use_case("case.accept_together", requires=Permission.CASE_WORK)
def accept_together(act: Act, case_ids: Sequence[int]) -> None:
    """The same for cases of one round whose places go by payment, all before any place is given.

    So places are given in the order of payments, whatever the order of receipt.
    """
    cases = [act.session.get_one(Case, case_id) for case_id in case_ids]
    qualify_together(act, [case for case in cases if _is_eligible(case)])


def _is_eligible(case: Case) -> bool:
    return case.state is QUALIFYING and case.finding_count == 0


def _waiting(act: Act, import_id: int, version: int) -> Import:
    imported = act.session.get_one(Import, import_id)
    if imported.state is not ImportState.PREVIEWED:
        raise Refused("import.settled", file=imported.file_name, state=imported.state)
    if imported.version != version:
        raise Stale
    return imported


def _earlier(session: Session, sha256: str) -> Import | None:
    return session.execute(
        select(Import)
        .where(Import.file_sha256 == sha256, Import.state != ImportState.DISCARDED)
        .order_by(Import.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def _kept(act: Act, workbook: JudgedWorkbook) -> Import:
    upload = documents.Upload(workbook.read.name, workbook.read.content)
    media_type = _MEDIA_TYPES[workbook.read.kind]
    document_id = documents.keep(act, upload, kind=KIND, case_id=None, media_type=media_type)
    imported = Import(
        document_id=document_id,
        file_name=documents.clean_name(upload.name),
        file_sha256=workbook.read.sha256,
        cells_sha256=workbook.read.cells_sha256,
        state=ImportState.PREVIEWED,
        by=act.actor.id,
        by_name=act.actor.name,
        at=act.now,
        case_count=0,
        reading=0,
        summary={},
    )
    act.session.add(imported)
    act.session.flush()
    return imported


def _tell(act: Act, imported: Import, workbook: JudgedWorkbook) -> None:
    """Keep what was found, if it is not what was found before."""
    details = detail_rows(workbook.result)
    told = summary(workbook, details)
    if told == imported.summary:
        return
    reading = imported.reading
    if told["digest"] != imported.summary.get("digest"):
        reading += 1
        place = {"import_id": imported.id, "reading": reading}
        _insert(act, table_of(ImportDetail), ({**place, **each} for each in details))
    imported.tell(told, reading)


def _bring_in(act: Act, imported: Import, workbook: JudgedWorkbook) -> JudgedWorkbook:
    """The new cases with their child rows and findings, all in this act.

    If a number comes in at this very instant, the office does the whole act again: then that
    case is known.
    """
    act.session.flush()
    workbook = _as_of_now(act, workbook)
    with uncollected():
        rows = Rows(import_id=imported.id, by=act.actor, now=act.now)
        found = workbook.new_cases
        cases = [rows.case(each, workbook.fingerprint) for each in found]
        _insert(act, table_of(Case), cases)
        count_new(act.session, cases)
        _complete(act, rows, found, cases)
    _tell(act, imported, workbook)
    imported.confirm(at=act.now, case_count=len(found))
    return workbook


def _as_of_now(act: Act, workbook: JudgedWorkbook) -> JudgedWorkbook:
    """The workbook judged by what is known in this transaction; most often as it was."""
    known = workbook.read.known(act.session)
    before = workbook.known
    same = (known.contents, known.holders, known.live, known.closures) == (
        before.contents,
        before.holders,
        before.live,
        before.closures,
    )
    return workbook if same else judged_by(workbook.read, known)


def _complete(
    act: Act, rows: Rows, found: Iterable[CaseResult], cases: Iterable[Mapping[str, Any]]
) -> None:
    """The child rows and findings of cases that have just gone in, and their audit."""
    cases = tuple(cases)
    ids = ids_of(act.session, [case["number"] for case in cases])
    waiting: dict[Table, list[Row]] = {}
    for result, case in zip(found, cases, strict=True):
        case_id = ids[result.number]
        counted: dict[str, int] = {}
        for table, row in rows.children(result, case_id):
            waiting.setdefault(table, []).append(row)
            counted[table.name] = counted.get(table.name, 0) + 1
        act.record(
            "case",
            case_id,
            case_id,
            number=case["number"],
            edition=case["edition"],
            state=case["state"],
            import_id=case["import_id"],
            content_sha256=case["content_sha256"],
            rows=counted,
            findings=[each.code for each in result.findings],
        )
    for table, children in waiting.items():
        _insert(act, table, children)
    keys = (key_rows(ids[case["number"]], case["number"], case["firm_name"]) for case in cases)
    act.insert_plain(table_of(CaseKey), sorted(chain.from_iterable(keys)))
    fees = waiting.get(table_of(FeePaid), [])
    if fees:
        named = {ids[case["number"]]: (case["number"], case["scheme"]) for case in cases}
        post_payments(act, intake_fees(fees, named))


def _insert(act: Act, table: Table, rows: Iterable[Row]) -> None:
    listed = list(rows)
    for start in range(0, len(listed), _INSERTED_AT_ONCE):
        act.insert_many(table, listed[start : start + _INSERTED_AT_ONCE])
