"""The main door as pages: a workbook is previewed, looked through, confirmed or given up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from backoffice import documents
from backoffice.access import Permission
from backoffice.cases.forms import VersionForm, WorkbookForm
from backoffice.cases.models import ImportPile, ImportState
from backoffice.cases.operations.imports import (
    JudgedWorkbook,
    confirm_import,
    discard_import,
    fingerprinted,
    judged,
    preview_workbook,
    read_upload,
    uncollected,
)
from backoffice.cases.queries import imports as queries
from backoffice.cases.queries.imports import DetailRow, ImportRow
from backoffice.cases.rules import SHEETS, Outcome
from backoffice.cases.rules.columns import NUMBER
from backoffice.cases.sentences import finding_sentence, notice_sentence, place_sentence, reason
from backoffice.cases.views.blueprint import blueprint
from backoffice.cases.views.problems import problem_sheets
from backoffice.db import sessions
from backoffice.documents import Upload
from backoffice.kernel.refusal import Refused
from backoffice.spreadsheets.comparison import compared
from backoffice.spreadsheets.ods import ods_bytes
from backoffice.spreadsheets.reader import read_workbook
from backoffice.spreadsheets.xlsx import workbook_bytes
from backoffice.web import guard
from backoffice.web.guard import page
from backoffice.web.lists import MEDIA_TYPES, as_attachment
from backoffice.web.numbers import row_number
from backoffice.web.pieces import Badge, Change, Shape
from backoffice.web.render import render

REASONS_SHOWN = 3
SHEET_NAMES = tuple(sheet.name for sheet in SHEETS)

blueprint.app_template_filter("finding_sentence")(finding_sentence)

_BADGES = {
    ImportState.PREVIEWED: Shape.NEEDS_YOU,
    ImportState.CONFIRMED: Shape.DONE,
    ImportState.DISCARDED: Shape.CLOSED,
}


@dataclass(frozen=True, slots=True)
class ReasonShown:
    """Why cases of a pile are in it: in words, and how many of them."""

    words: str
    count: int


@dataclass(frozen=True, slots=True)
class Told:
    """What was found in a workbook, in the reader's language."""

    ready: int
    look: int
    rejected: int
    unchanged: int
    strays: int
    look_reasons: tuple[ReasonShown, ...]
    rejected_reasons: tuple[ReasonShown, ...]
    notices: tuple[str, ...]
    look_places: int
    rejected_places: int

    @property
    def new(self) -> int:
        """How many cases go in, with findings or without."""
        return self.ready + self.look


@blueprint.route("/imports/", methods=["GET", "POST"])
@page(requires=Permission.CASE_IMPORT)
def imports() -> ResponseReturnValue:
    """The door: what the newest workbook held, the form for another, and the history."""
    form = WorkbookForm()
    if form.submitted():
        taken = _take(form)
        if taken is not None:
            return redirect(url_for("cases.import_preview", import_id=taken), code=303)
    before = request.args.get("before", type=row_number)
    shown = queries.history(sessions.session(), before=before)
    newest = shown.rows[0] if shown.rows and before is None else None
    return render(
        form=form,
        rows=shown.rows,
        badges=_badges(),
        newest=newest,
        told=_told(newest) if newest else None,
        first_url=url_for("cases.imports") if before is not None else "",
        next_url=url_for("cases.imports", before=shown.next_before) if shown.next_before else "",
    )


@blueprint.route("/imports/<int:import_id>", methods=["GET", "POST"])
@page(requires=Permission.CASE_IMPORT)
def import_preview(import_id: int) -> ResponseReturnValue:
    """One workbook by piles, and the question whether to bring it in."""
    session = sessions.session()
    found = queries.import_row(session, import_id)
    form = VersionForm(version=found.version)
    if form.submitted() and _decided(form, session, found):
        return redirect(url_for("cases.import_preview", import_id=import_id), code=303)
    form.show_version(found.version)
    told = _told(found)
    pile = _pile(told)
    details = queries.details(
        session, found, pile, after=request.args.get("after", 0, type=row_number)
    )
    here = url_for("cases.import_preview", import_id=import_id, pile=pile.value)
    return render(
        form=form,
        found=found,
        badge=_badges()[found.state],
        waits=found.state is ImportState.PREVIEWED,
        told=told,
        pile=pile,
        places=[(row, _place_told(row)) for row in details.rows],
        first_url=here if request.args.get("after") else "",
        next_url=f"{here}&after={details.next_after}" if details.next_after else "",
        changes=_changes(told),
        earlier=queries.predecessor(session, found),
        total=told.rejected_places if pile is ImportPile.CANNOT_ENTER else told.look_places,
    )


@blueprint.get("/imports/<int:import_id>/changes")
@page(requires=Permission.CASE_IMPORT)
def import_changes(import_id: int) -> Response:
    """The cells in which a workbook differs from its earlier edition."""
    session = sessions.session()
    found = queries.import_row(session, import_id)
    earlier = queries.predecessor(session, found)
    if earlier is None:
        abort(404)
    before, after = (
        read_workbook(documents.file(session, each.document_id).content, only=SHEET_NAMES)
        for each in (earlier, found)
    )
    return render(found=found, earlier=earlier, comparison=compared(before, after, key=NUMBER))


@blueprint.get("/imports/<int:import_id>/problems.<any(xlsx, ods):kind>")
@page(requires=Permission.CASE_IMPORT)
def import_problems(import_id: int, kind: str) -> Response:
    """The rows that cannot enter, as sent, with a column 問題; to be corrected and sent again."""
    session = sessions.session()
    found = queries.import_row(session, import_id)
    layouts = problem_sheets(_judged_again(session, found))
    write = ods_bytes if kind == "ods" else workbook_bytes
    response = Response(write(layouts, made_at=guard.now()), content_type=MEDIA_TYPES[kind])
    as_attachment(response, f"{found.file_name.rsplit('.', 1)[0]}-問題.{kind}")
    return response


def _take(form: WorkbookForm) -> int | None:
    """Preview the uploaded file; None puts the reason on the form."""
    session = sessions.session()
    try:
        workbook = judged(session, read_upload(_upload(form.workbook.data)))
    except Refused as refusal:
        form.refuse(refusal)
        return None
    earlier = queries.import_of_file(session, workbook.read.sha256)
    if earlier is not None and earlier.state is ImportState.CONFIRMED and not workbook.new_cases:
        flash(gettext("這個檔案先前已匯入，沒有新的案件；資料沒有變動。"), "done")
        return earlier.id
    twin = queries.import_of_cells(session, workbook.read.cells_sha256)
    if twin is not None and earlier is None and _is_settled(twin, workbook):
        flash(
            gettext("逐格比對後，內容與先前上傳的「%(file)s」相同；資料沒有變動。")
            % {"file": twin.file_name},
            "done",
        )
        return twin.id
    answer = form.outcome(preview_workbook, workbook)
    return answer[1]


def _is_settled(twin: ImportRow, workbook: JudgedWorkbook) -> bool:
    """Whether an equal workbook waits already, or was brought in and left nothing to bring in."""
    return twin.state is ImportState.PREVIEWED or not workbook.new_cases


def _upload(data: object) -> Upload:
    assert isinstance(data, FileStorage), "the form was validated"
    return Upload(data.filename or "", data.stream.read())


def _decided(form: VersionForm, session: Session, found: ImportRow) -> bool:
    """Whether the preview was confirmed or given up, as the button says."""
    version = form.version.number
    if request.form.get("decision") == "discard":
        if not form.attempt(discard_import, found.id, version):
            return False
        flash(gettext("已放棄這次匯入，沒有任何案件匯入。"), "done")
        return True
    workbook = fingerprinted(_judged_again(session, found))
    with uncollected():
        answer = form.outcome(confirm_import, found.id, version, workbook)
    if not answer[0]:
        return False
    count = f"{answer[1] or 0:,}"
    flash(gettext("已匯入 %(count)s 件，列入資格審查。") % {"count": count}, "done")
    return True


def _judged_again(session: Session, found: ImportRow) -> JudgedWorkbook:
    """The stored file as it is judged by what the system knows now."""
    file = documents.file(session, found.document_id)
    return judged(session, read_upload(Upload(file.name, file.content)))


def _told(found: ImportRow) -> Told:
    summary: Any = found.summary
    counts, reasons, places = summary["counts"], summary["reasons"], summary["details"]
    return Told(
        ready=counts.get(Outcome.ELIGIBLE, 0),
        look=counts.get(Outcome.INELIGIBLE, 0),
        rejected=counts.get(Outcome.REJECTED, 0),
        unchanged=counts.get(Outcome.UNCHANGED, 0),
        strays=summary["problems"],
        look_reasons=_reasons(reasons[Outcome.INELIGIBLE]),
        rejected_reasons=_reasons(reasons[Outcome.REJECTED]),
        notices=tuple(notice_sentence(code, facts) for code, facts in summary["notices"]),
        look_places=places.get(ImportPile.NEEDS_A_LOOK, 0),
        rejected_places=places.get(ImportPile.CANNOT_ENTER, 0),
    )


def _reasons(counted: list[list[Any]]) -> tuple[ReasonShown, ...]:
    return tuple(ReasonShown(reason(code), count) for code, count in counted[:REASONS_SHOWN])


def _pile(told: Told) -> ImportPile:
    """The pile that the address asks for, else the first that has anything to tell."""
    wanted = request.args.get("pile")
    for pile in ImportPile:
        if pile.value == wanted:
            return pile
    return ImportPile.CANNOT_ENTER if told.rejected_places else ImportPile.NEEDS_A_LOOK


def _place_told(row: DetailRow) -> str:
    return place_sentence(row.code, row.facts, column=row.column, case=row.case_number)


def _changes(told: Told) -> list[Change]:
    """Exactly what a confirmation does, in numbers; what there is none of is not said."""
    outside = gettext("未匯入")
    lines = (
        (
            told.ready,
            gettext("各項規定均符合"),
            outside,
            gettext("資格審查中，無不符事項"),
        ),
        (
            told.look,
            gettext("有不符事項"),
            outside,
            gettext("資格審查中，由承辦人逐項確認或排除"),
        ),
        (told.rejected, gettext("不能匯入"), outside, outside),
        (told.unchanged, gettext("已在系統中，內容相同"), gettext("已在系統"), gettext("不變")),
    )
    return [
        Change(gettext("%(what)s %(count)s 件") % {"what": what, "count": f"{count:,}"}, was, will)
        for count, what, was, will in lines
        if count
    ]


def _badges() -> dict[ImportState, Badge]:
    from backoffice.messages import shown

    return {state: Badge(shown(state), shape) for state, shape in _BADGES.items()}
