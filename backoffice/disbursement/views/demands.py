"""追繳 deed by deed: demanded, received, enforced, written off."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.disbursement.forms.recoveries import (
    DispositionForm,
    EnforcementForm,
    RepaymentForm,
    ReversalForm,
    WriteOffForm,
)
from backoffice.disbursement.operations import recoveries as operations
from backoffice.disbursement.queries.recoveries import RecoveryRow, shares
from backoffice.disbursement.queries.recoveries import recovery as one
from backoffice.disbursement.queries.repayments import RepaymentRow, repayment, standing
from backoffice.disbursement.rules.recoveries import (
    demanding_refusal,
    enforcing_refusal,
    receiving_refusal,
    split,
    writing_off_refusal,
)
from backoffice.disbursement.rules.reversals import left_of, reversing_refusal
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.frame import today, worded
from backoffice.disbursement.views.recoveries import case_frame
from backoffice.kernel.money import ZERO
from backoffice.web import guard
from backoffice.web.filters import ntd_unit
from backoffice.web.guard import page
from backoffice.web.pieces import Change
from backoffice.web.render import render


@blueprint.route("/recoveries/<int:recovery_id>/disposition", methods=["GET", "POST"])
@page(requires=Permission.ENDING_PREPARE)
def demand_recovery(recovery_id: int) -> ResponseReturnValue:
    """Enter the written disposition that demands the money."""
    row = one(sessions.session(), recovery_id)
    form = DispositionForm(version=row.version)
    if form.submitted() and form.attempt(
        operations.demand_recovery, recovery_id, form.version.number, form.disposition
    ):
        flash(gettext("已登錄追繳處分。"), "good")
        return _back(recovery_id)
    form.show_version(row.version)
    return render(
        **case_frame(row), row=row, form=form, refusal=worded(demanding_refusal(row.facts))
    )


@blueprint.route("/recoveries/<int:recovery_id>/repayment", methods=["GET", "POST"])
@page(requires=Permission.RECOVERY_RECEIVE)
def receive_repayment(recovery_id: int) -> ResponseReturnValue:
    """Enter money that came in; the page says which books it goes into."""
    session, day = sessions.session(), today()
    row = one(session, recovery_id)
    form = RepaymentForm(version=row.version, received_on=day, amount=f"{row.owed.dollars:,}")
    if form.submitted() and form.attempt(
        operations.receive_repayment, recovery_id, form.version.number, form.repayment
    ):
        flash(gettext("已登錄收回 %(amount)s。", amount=ntd_unit(form.amount.ntd)), "good")
        return _back(recovery_id)
    form.show_version(row.version)
    refusal = receiving_refusal(row.facts)
    return render(
        **case_frame(row),
        row=row,
        form=form,
        refusal=worded(refusal),
        changes=[] if refusal else _books(row, day),
        year=day.year - 1911,
    )


def _books(row: RecoveryRow, day: date) -> list[Change]:
    """What happens if all that is owed came in today."""
    found = [share.share for share in shares(sessions.session(), row.id)]
    left = left_of(found, standing(sessions.session(), row.id))
    parts = split(left, ZERO, row.owed, day)
    return [
        Change(gettext("已收回"), ntd_unit(row.repaid), ntd_unit(row.repaid + row.owed)),
        Change(gettext("支出收回，回到可用餘額"), "–", ntd_unit(parts.to_budget)),
        Change(gettext("收回以前年度歲出，解繳國庫"), "–", ntd_unit(parts.to_treasury)),
    ]


@blueprint.route(
    "/recoveries/<int:recovery_id>/repayments/<int:repayment_id>/reversal",
    methods=["GET", "POST"],
)
@page(requires=Permission.RECOVERY_RECEIVE)
def reverse_repayment(recovery_id: int, repayment_id: int) -> ResponseReturnValue:
    """Take a receipt that was entered wrongly out again; the page says what becomes of it."""
    session = sessions.session()
    row, receipt = one(session, recovery_id), repayment(session, repayment_id)
    if receipt.recovery_id != recovery_id:
        raise NotFound
    form = ReversalForm(version=row.version)
    if form.submitted() and form.attempt(
        operations.reverse_repayment, repayment_id, form.version.number, form.reason.text
    ):
        flash(gettext("已更正；收據 %(number)s 不再計入。", number=receipt.receipt_number), "good")
        return _back(recovery_id)
    form.show_version(row.version)
    refusal = reversing_refusal(receipt.receipt, row.state, guard.actor().id)
    return render(
        **case_frame(row),
        row=row,
        receipt=receipt,
        form=form,
        refusal=worded(refusal),
        changes=_undone(row, receipt),
    )


def _undone(row: RecoveryRow, receipt: RepaymentRow) -> list[Change]:
    """What the correction changes."""
    less = min(receipt.amount, row.repaid)
    return [
        Change(gettext("已收回"), ntd_unit(row.repaid), ntd_unit(row.repaid - less)),
        Change(gettext("自可用餘額及分配數轉出"), "–", ntd_unit(receipt.to_budget)),
        Change(gettext("自解繳國庫轉出"), "–", ntd_unit(receipt.to_treasury)),
    ]


@blueprint.route("/recoveries/<int:recovery_id>/enforcement", methods=["GET", "POST"])
@page(requires=Permission.ENDING_PREPARE)
def enforce_recovery(recovery_id: int) -> ResponseReturnValue:
    """Pass an overdue demand on for enforcement."""
    row = one(sessions.session(), recovery_id)
    form = EnforcementForm(version=row.version)
    if form.submitted() and form.attempt(
        operations.enforce_recovery,
        recovery_id,
        form.version.number,
        form.letter,
        form.final_on.parsed,
    ):
        flash(gettext("已登錄移送行政執行。"), "good")
        return _back(recovery_id)
    form.show_version(row.version)
    return render(
        **case_frame(row), row=row, form=form, refusal=worded(enforcing_refusal(row.facts, today()))
    )


@blueprint.route("/recoveries/<int:recovery_id>/write-off", methods=["GET", "POST"])
@page(requires=Permission.RECOVERY_WRITE_OFF)
def write_off_recovery(recovery_id: int) -> ResponseReturnValue:
    """Write off what could not be brought back."""
    row = one(sessions.session(), recovery_id)
    form = WriteOffForm(version=row.version)
    if form.submitted() and form.attempt(
        operations.write_off_recovery,
        recovery_id,
        form.version.number,
        form.letter,
        form.reason.text,
    ):
        flash(gettext("已登錄註銷債權。"), "good")
        return _back(recovery_id)
    form.show_version(row.version)
    return render(
        **case_frame(row), row=row, form=form, refusal=worded(writing_off_refusal(row.facts))
    )


def _back(recovery_id: int) -> ResponseReturnValue:
    return redirect(url_for("disbursement.recovery", recovery_id=recovery_id), code=303)
