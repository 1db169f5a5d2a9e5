"""對帳: the bank's answer to each payment, entered line by line."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.disbursement.forms.sheets import LineForm, SettleSheetForm
from backoffice.disbursement.operations.sheets import settle_sheet as settle
from backoffice.disbursement.queries.sheets import LineRow
from backoffice.disbursement.rules.lifecycles import LineState
from backoffice.disbursement.rules.sheets import LineOutcome, Rung
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.frame import today
from backoffice.disbursement.views.sheets.frame import (
    columns_of,
    heads,
    line_badge,
    nth,
    opened,
    returned_words,
    why_not,
)
from backoffice.kernel.money import total
from backoffice.kernel.refusal import Refused
from backoffice.web import guard
from backoffice.web.guard import page
from backoffice.web.render import render


@blueprint.route("/sheets/<int:sheet_id>/settle", methods=["GET", "POST"])
@page(requires=Permission.SHEET_SETTLE)
def settle_sheet(sheet_id: int) -> ResponseReturnValue:
    """Enter what became of the payments that are still on their way."""
    found = opened(sessions.session(), sheet_id)
    lines = {line.id: line for line in found.lines}
    waiting = [line.id for line in found.lines if line.state is LineState.SENT]
    form = SettleSheetForm(version=found.record.version)
    form.ask_about(waiting, today())
    rows = [(row.form, _line(row.form, lines)) for row in form.lines]
    if form.submitted():
        outcomes = _outcomes(form, rows)
        if outcomes is not None and form.attempt(settle, sheet_id, form.version.number, outcomes):
            flash(_said(len(waiting) - len(outcomes)), "good")
            return redirect(url_for("disbursement.sheet", sheet_id=sheet_id), code=303)
    form.show_version(found.record.version)
    return render(
        record=found.record,
        form=form,
        rows=rows,
        settled=[line for line in found.lines if line.state is not LineState.SENT],
        difference=total(lines[line_id].amount for line_id in waiting),
        blocked=why_not(Rung.SETTLE, found, guard.actor()),
        badge=line_badge,
        heads=heads(),
        nth=nth,
        columns=columns_of("position", "payee", "amount", "account", "result", "on", "reason"),
        settled_columns=columns_of("position", "payee", "amount", "result", "on"),
        returned_words=returned_words,
        sheet_url=url_for("disbursement.sheet", sheet_id=sheet_id),
    )


def _line(row: LineForm, lines: dict[int, LineRow]) -> LineRow:
    """The line that a row of the form is about; 404 for one of another sheet."""
    found = lines.get(row.line_id.data or 0)
    if found is None:
        raise NotFound
    return found


def _outcomes(
    form: SettleSheetForm, rows: Sequence[tuple[LineForm, LineRow]]
) -> tuple[LineOutcome, ...] | None:
    """The answers as typed; None when one of them is not whole, which the form then says."""
    try:
        found = [row.outcome(line.frozen.position) for row, line in rows]
    except Refused as refusal:
        form.refuse(refusal)
        return None
    return tuple(outcome for outcome in found if outcome is not None)


def _said(left: int) -> str:
    if left:
        return gettext("已登錄；尚有 %(count)s 筆等候銀行回覆。", count=left)
    return gettext("已全部登錄，本清冊對帳完成。")
