"""One sheet three ways: what it says, what the ledger moved, what the bank answered."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.disbursement.forms.bank import VouchForm
from backoffice.disbursement.operations.bank import vouch_for_sheet
from backoffice.disbursement.queries.bank.days import of_sheet
from backoffice.disbursement.queries.bank.items import items_of_sheet
from backoffice.disbursement.queries.sheets import sheet
from backoffice.disbursement.views.bank.days import sides_of
from backoffice.disbursement.views.bank.frame import (
    class_badge,
    columns_of,
    heads,
    may_settle,
    said_words,
    told_words,
)
from backoffice.disbursement.views.bank.items import place_of
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.web.filters import ntd, ntd_unit
from backoffice.web.guard import page
from backoffice.web.render import render


@blueprint.route("/sheets/<int:sheet_id>/bank", methods=["GET", "POST"])
@page(requires=Permission.SHEET_READ, sends=(Permission.SHEET_SETTLE,))
def sheet_bank(sheet_id: int) -> ResponseReturnValue:
    """The three sides of a sheet; payments settled by hand are vouched for here."""
    session, form = sessions.session(), VouchForm()
    if form.submitted():
        answered = form.outcome(vouch_for_sheet, sheet_id, form.note.text)
        if answered[0]:
            flash(gettext("已補登 %(count)s 筆的憑據。", count=ntd(answered[1] or 0)), "good")
            return redirect(url_for("disbursement.sheet_bank", sheet_id=sheet_id), code=303)
    record, view = sheet(session, sheet_id), of_sheet(session, sheet_id)
    return render(
        record=record,
        form=form,
        lead=gettext("差額 %(difference)s。", difference=ntd_unit(view.difference)),
        sides=[(word, side, record.total - side.sum) for word, side in sides_of(view)],
        side_columns=columns_of("side", "rows", "paid", "rows", "returned", "waiting"),
        rows=[(row, class_badge(row.kind)) for row in items_of_sheet(session, sheet_id)],
        columns=columns_of("class", "day", "place", "payee", "said", "amount", "due", "told"),
        heads=heads(),
        said_words=said_words,
        told_words=told_words,
        place=place_of,
        by_hand=view.sheet != view.bank,
        may_settle=may_settle(),
        sheet_url=url_for("disbursement.sheet", sheet_id=sheet_id),
    )
