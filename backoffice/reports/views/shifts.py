"""流用 and 減列: entered by accounting, approved or returned by the manager."""

from __future__ import annotations

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.ledger.queries import budget_lines
from backoffice.ledger.rules import ProposalState, Stage
from backoffice.messages import sentence
from backoffice.reports.forms import DecisionForm, ShiftForm
from backoffice.reports.operations import approve_shift, propose_shift, return_shift
from backoffice.reports.queries.board import books
from backoffice.reports.queries.plan import PAGE, ShiftRow, shift, shifts
from backoffice.reports.rules.shifts import decision_refusal
from backoffice.reports.views.blueprint import blueprint
from backoffice.reports.views.entries import page_key
from backoffice.scheme.titles import titles
from backoffice.web import guard
from backoffice.web.filters import ntd_unit
from backoffice.web.guard import page
from backoffice.web.pieces import Change
from backoffice.web.render import render


@blueprint.get("/budget/shifts", endpoint="shifts")
@page(requires=Permission.LEDGER_READ)
def shift_list() -> Response:
    """What was transferred or reduced, and what waits for approval; newest first."""
    session = sessions.session()
    found = shifts(session, before=page_key())
    more = len(found) > PAGE
    here = url_for("reports.shifts")
    return render(
        rows=found[:PAGE],
        may_enter=guard.actor().may(Permission.BUDGET_ENTER),
        first_url=here if page_key() else "",
        next_url=f"{here}?before={found[PAGE - 1].id}" if more else "",
        books=books(session),
    )


@blueprint.route("/budget/shifts/new", methods=["GET", "POST"])
@page(requires=Permission.BUDGET_ENTER)
def enter_shift() -> ResponseReturnValue:
    """Enter a transfer or a reduction; nothing moves until it is approved."""
    form = ShiftForm()
    form.offer([(scheme, f"{scheme} {title}") for scheme, title in titles(guard.now()).items()])
    if form.submitted():
        done, number = form.outcome(propose_shift, form.shift, form.paper, form.reason.text)
        if done:
            flash(gettext("已登錄，待主管核准後入帳。"), "success")
            return redirect(url_for("reports.decide_shift", shift_id=number), code=303)
    session = sessions.session()
    lines = budget_lines(session)
    return render(
        form=form,
        available=[(line.scheme, line.amount(Stage.AVAILABLE)) for line in lines],
    )


@blueprint.route("/budget/shifts/<int:shift_id>", methods=["GET", "POST"])
@page(requires=Permission.LEDGER_READ, sends=(Permission.BUDGET_APPROVE,))
def decide_shift(shift_id: int) -> ResponseReturnValue:
    """What a transfer or a reduction changes in both schemes; the manager's approval of it."""
    session = sessions.session()
    row = shift(session, shift_id)
    if row is None:
        raise NotFound
    form = DecisionForm(version=row.version)
    if form.submitted() and _decided(form, shift_id):
        return redirect(url_for("reports.shifts"), code=303)
    form.show_version(row.version)
    refusal = decision_refusal(row.proposed_by, guard.actor().id)
    waits = row.state is ProposalState.PROPOSED
    return render(
        row=row,
        form=form,
        changes=_changes(session, row) if waits else (),
        may_decide=waits and guard.actor().may(Permission.BUDGET_APPROVE),
        refusal=sentence(refusal) if refusal and waits and not form.faulty else "",
        books=books(session),
    )


def _decided(form: DecisionForm, shift_id: int) -> bool:
    if form.step.data == DecisionForm.RETURN:
        done = form.attempt(return_shift, shift_id, form.version.number, form.note.text)
        word = gettext("已退回。")
    else:
        done = form.attempt(approve_shift, shift_id, form.version.number)
        word = gettext("已核准，雙方預算已同時入帳。")
    if done:
        flash(word, "success")
    return done


def _changes(session: Session, row: ShiftRow) -> tuple[Change, ...]:
    lines = {line.scheme: line for line in budget_lines(session)}
    changes = []
    for scheme, sign in ((row.source_scheme, -1), (row.target_scheme, 1)):
        if scheme is None:
            continue
        line = lines.get(scheme)
        for label, stage in (
            (gettext("預算數"), Stage.APPROPRIATION),
            (gettext("可用餘額"), Stage.AVAILABLE),
        ):
            before = line.amount(stage).dollars if line else 0
            changes.append(
                Change(
                    f"{scheme} {label}",
                    ntd_unit(before),
                    ntd_unit(before + sign * row.amount.dollars),
                )
            )
    return tuple(changes)
