"""Does a file that somebody holds equal what was approved? Told cell by cell; nothing is kept."""

from __future__ import annotations

from flask import Response, abort
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import NotFound

from backoffice import documents
from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.disbursement.forms.sheets import CompareForm
from backoffice.disbursement.queries.sheets import sheet as record_of
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.sheets.frame import may_hold_file
from backoffice.kernel.refusal import Refused
from backoffice.spreadsheets.comparison import Comparison, compared
from backoffice.spreadsheets.reader import read_workbook
from backoffice.web import guard
from backoffice.web.guard import page
from backoffice.web.render import render


@blueprint.route("/sheets/<int:sheet_id>/comparison", methods=["GET", "POST"])
@page(requires=Permission.SHEET_READ)
def compare_sheet(sheet_id: int) -> Response:
    """Compare an uploaded file with the workbook that was made at the approval."""
    if not may_hold_file(guard.actor()):
        abort(403)
    session = sessions.session()
    record = record_of(session, sheet_id)
    if record.document_id is None:
        raise NotFound
    form = CompareForm()
    comparison = _compared(session, record.document_id, form) if form.submitted() else None
    return render(record=record, form=form, comparison=comparison)


def _compared(session: Session, document_id: int, form: CompareForm) -> Comparison | None:
    upload = form.workbook.data
    assert isinstance(upload, FileStorage), "the form was validated"
    try:
        held = read_workbook(upload.stream.read())
    except Refused as refusal:
        form.refuse(refusal)
        return None
    return compared(read_workbook(documents.file(session, document_id).content), held)
