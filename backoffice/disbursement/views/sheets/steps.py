"""覆核, 核准, 送件, 作廢: each on a page that says exactly what will change."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.disbursement.forms.sheets import CheckSheetForm, StepForm, VoidSheetForm
from backoffice.disbursement.operations.sheets import (
    approve_sheet as approve,
)
from backoffice.disbursement.operations.sheets import (
    check_sheet as check,
)
from backoffice.disbursement.operations.sheets import (
    send_sheet as send,
)
from backoffice.disbursement.operations.sheets import (
    void_sheet as void,
)
from backoffice.disbursement.rules.lifecycles import SheetState
from backoffice.disbursement.rules.sheets import Rung
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.frame import document_url
from backoffice.disbursement.views.sheets.frame import (
    Opened,
    columns_of,
    heads,
    nth,
    opened,
    why_not,
)
from backoffice.disbursement.views.sheets.record import Control, control_of
from backoffice.kernel.taiwan import in_words
from backoffice.messages import sentence, shown
from backoffice.web import guard
from backoffice.web.filters import ntd_unit
from backoffice.web.guard import page
from backoffice.web.pieces import Change
from backoffice.web.render import render

_CHECKED = ("position", "case", "payee", "tranche", "amount", "account", "checks", "agree")


@blueprint.route("/sheets/<int:sheet_id>/check", methods=["GET", "POST"])
@page(requires=Permission.SHEET_CHECK)
def check_sheet(sheet_id: int) -> ResponseReturnValue:
    """Check a sheet; every account changed within 30 days is ticked as seen."""
    session = sessions.session()
    found = opened(session, sheet_id)
    form = CheckSheetForm(version=found.record.version)
    asked = found.history.queries
    if form.submitted():
        seen = tuple(sorted(form.seen.data or ()))
        if form.attempt(check, sheet_id, form.version.number, seen):
            return _done(sheet_id, gettext("已覆核，明細與金額自此凍結；等候主管核准。"))
    form.show_version(found.record.version)
    return render(
        record=found.record,
        lines=found.lines,
        flagged=found.flagged,
        form=form,
        seen=form.seen.data or (),
        asked=asked,
        waiting=[line for line in found.lines if any(q.is_open for q in asked.get(line.id, ()))],
        blocked=why_not(Rung.CHECK, found, guard.actor()),
        changes=[_state_change(found, SheetState.CHECKED)],
        words=sentence,
        document_url=document_url,
        heads=heads(),
        nth=nth,
        columns=columns_of(*_CHECKED),
        control=control_of(session, found.record),
        total_in_words=in_words(found.record.total),
        sheet_url=_url(sheet_id),
    )


@blueprint.route("/sheets/<int:sheet_id>/approve", methods=["GET", "POST"])
@page(requires=Permission.SHEET_APPROVE)
def approve_sheet(sheet_id: int) -> ResponseReturnValue:
    """Approve a sheet for the head of the agency."""
    session = sessions.session()
    found = opened(session, sheet_id)
    form = StepForm(version=found.record.version)
    if form.submitted() and form.attempt(approve, sheet_id, form.version.number):
        return _done(sheet_id, gettext("已核准，清冊檔已產生；等候出納送件。"))
    form.show_version(found.record.version)
    control = control_of(session, found.record)
    return render(
        record=found.record,
        form=form,
        blocked=why_not(Rung.APPROVE, found, guard.actor()),
        changes=[_state_change(found, SheetState.APPROVED), _allotment(control)],
        sheet_url=_url(sheet_id),
    )


@blueprint.route("/sheets/<int:sheet_id>/send", methods=["GET", "POST"])
@page(requires=Permission.SHEET_SEND)
def send_sheet(sheet_id: int) -> ResponseReturnValue:
    """Send a sheet to be paid."""
    session = sessions.session()
    found = opened(session, sheet_id)
    form = StepForm(version=found.record.version)
    if form.submitted() and form.attempt(send, sheet_id, form.version.number):
        return _done(sheet_id, gettext("已送件，款項在途；請依銀行回覆登錄入帳或退匯。"))
    form.show_version(found.record.version)
    control = control_of(session, found.record)
    contracted = Change(
        gettext("已簽約未撥付"),
        ntd_unit(control.contracted),
        ntd_unit(control.contracted_after),
    )
    return render(
        record=found.record,
        form=form,
        blocked=why_not(Rung.SEND, found, guard.actor()),
        changes=[_state_change(found, SheetState.SENT), contracted],
        sheet_url=_url(sheet_id),
    )


@blueprint.route("/sheets/<int:sheet_id>/void", methods=["GET", "POST"])
@page(requires=Permission.SHEET_MAKE)
def void_sheet(sheet_id: int) -> ResponseReturnValue:
    """Void a sheet that was not sent; an error is corrected by a new one."""
    found = opened(sessions.session(), sheet_id)
    form = VoidSheetForm(version=found.record.version)
    if form.submitted() and form.attempt(void, sheet_id, form.version.number, form.reason.text):
        return _done(sheet_id, gettext("已作廢，期款可編入新的清冊。"))
    form.show_version(found.record.version)
    return render(
        record=found.record,
        form=form,
        blocked=why_not(Rung.MAKE, found, guard.actor()),
        changes=[_state_change(found, SheetState.VOIDED)],
        gives_back=found.record.state is SheetState.APPROVED,
        sheet_url=_url(sheet_id),
    )


def _done(sheet_id: int, words: str) -> Response:
    flash(words, "good")
    return redirect(_url(sheet_id), code=303)


def _url(sheet_id: int) -> str:
    return url_for("disbursement.sheet", sheet_id=sheet_id)


def _state_change(found: Opened, target: SheetState) -> Change:
    return Change(gettext("清冊狀態"), shown(found.record.state), shown(target))


def _allotment(control: Control) -> Change:
    return Change(
        gettext("分配數餘額"), ntd_unit(control.allotted), ntd_unit(control.allotted_after)
    )
