"""A payment by hand, and advertising placed, each with its evidence."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.disbursement.forms.fees import AdvertisingForm, PaymentForm
from backoffice.disbursement.operations.fees import entering as operations
from backoffice.disbursement.queries.fees.case import account_of
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.fees.frame import fee_frame
from backoffice.web.filters import ntd_unit
from backoffice.web.guard import page
from backoffice.web.render import render


@blueprint.route("/fees/cases/<int:case_id>/payment", methods=["GET", "POST"])
@page(requires=Permission.FEE_ENTER)
def enter_fee(case_id: int) -> ResponseReturnValue:
    """Enter a payment from the bank's slip."""
    frame = fee_frame(case_id)
    form = PaymentForm()
    if form.submitted() and form.attempt(operations.enter_payment, case_id, form.entry, form.paper):
        flash(gettext("已登錄繳費 %(amount)s。", amount=ntd_unit(form.amount.ntd)), "good")
        return _back(case_id)
    account = account_of(sessions.session(), case_id)
    short = account.fee - account.held if account.held < account.fee else None
    return render(**frame, account=account, short=short, form=form)


@blueprint.route("/fees/cases/<int:case_id>/advertising", methods=["GET", "POST"])
@page(requires=Permission.FEE_REFUND_MAKE)
def enter_advertising(case_id: int) -> ResponseReturnValue:
    """Enter advertising that was placed with the fee."""
    frame = fee_frame(case_id)
    form = AdvertisingForm()
    if form.submitted() and form.attempt(
        operations.enter_advertising, case_id, form.entry, form.paper
    ):
        flash(gettext("已登錄廣告 %(amount)s。", amount=ntd_unit(form.amount.ntd)), "good")
        return _back(case_id)
    return render(**frame, account=account_of(sessions.session(), case_id), form=form)


def _back(case_id: int) -> ResponseReturnValue:
    return redirect(url_for("disbursement.fee_account", case_id=case_id), code=303)
