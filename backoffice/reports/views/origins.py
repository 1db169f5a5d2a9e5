"""Where the money of one case, and the total of one sheet, comes from."""

from __future__ import annotations

from flask import Response, abort, url_for
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.cases.queries.heads import case_head
from backoffice.db import sessions
from backoffice.disbursement.queries.sheets import sheet as sheet_of
from backoffice.reports.queries.board import books
from backoffice.reports.queries.budget import PAGE, ledger
from backoffice.reports.queries.figures import sheet_lines
from backoffice.reports.rules.figures import FIGURES, FigureName
from backoffice.reports.views.blueprint import blueprint
from backoffice.reports.views.entries import page_key
from backoffice.reports.views.explanations import DEFINITIONS, formula_of, label_of
from backoffice.web import guard
from backoffice.web.figures import explain_case_url
from backoffice.web.guard import page
from backoffice.web.render import render


@blueprint.get("/cases/<int:case_id>/entries/<figure>")
@page(requires=Permission.CASE_READ)
def case_entries(case_id: int, figure: str) -> Response:
    """What one figure of a case is, and the entries that make it, newest first."""
    session = sessions.session()
    wanted = FIGURES.get(figure)
    if wanted is None or not wanted.stages or figure in _NOT_OF_A_CASE:
        abort(404)
    head = case_head(session, case_id)
    found = ledger(session, head.scheme, wanted.stages, before=page_key(), case_id=case_id)
    here = url_for("reports.case_entries", case_id=case_id, figure=figure)
    return render(
        head=head,
        figure=label_of(figure),
        definition=DEFINITIONS[figure],
        formula=formula_of(figure),
        ledger=found,
        others=[
            (label_of(name), explain_case_url(name, case_id), name == figure)
            for name in (FigureName.COMMITTED, FigureName.CONTRACTED, FigureName.REALISED)
        ],
        case_url=url_for("cases.sheet", case_id=case_id),
        first_url=here if page_key() else "",
        next_url=f"{here}?before={found.next_before}" if found and found.next_before else "",
        books=books(session),
    )


_NOT_OF_A_CASE = frozenset({FigureName.BUDGET, FigureName.ALLOTTED, FigureName.CARRIED})


@blueprint.get("/sheets/<int:sheet_id>/entries")
@page(requires=Permission.SHEET_READ)
def sheet_entries(sheet_id: int) -> Response:
    """What the total of a disbursement sheet is made of: its lines, by position."""
    session = sessions.session()
    record = sheet_of(session, sheet_id)
    found = sheet_lines(session, sheet_id, after=page_key() or 0)
    here = url_for("reports.sheet_entries", sheet_id=sheet_id)
    more = len(found.rows) > PAGE
    return render(
        record=record,
        rows=found.rows[:PAGE],
        sums=found,
        holds=(found.total, found.count) == (record.total, record.row_count),
        case_url=(
            (lambda case_id: explain_case_url(FigureName.REALISED, case_id))
            if guard.actor().may(Permission.CASE_READ)
            else None
        ),
        sheet_url=url_for("disbursement.sheet", sheet_id=sheet_id),
        first_url=here if page_key() else "",
        next_url=f"{here}?before={found.rows[PAGE - 1].position}" if more else "",
        summary=gettext("本頁 %(count)s 筆", count=min(len(found.rows), PAGE)),
        books=books(session),
    )
