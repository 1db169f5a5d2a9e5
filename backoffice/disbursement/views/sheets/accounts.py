"""A verified claim's account, corrected after a return or a change of the firm's name."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.disbursement.forms.sheets import CorrectAccountForm
from backoffice.disbursement.operations.sheets import correct_account as correct
from backoffice.disbursement.queries.sheets import candidates
from backoffice.disbursement.rules.sheets import Rung, correcting_refusal
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.frame import today, worded
from backoffice.disbursement.views.sheets.frame import returned_words
from backoffice.web.guard import page
from backoffice.web.render import render


@blueprint.route("/tranches/<int:tranche_id>/account", methods=["GET", "POST"])
@page(requires=Permission.CLAIM_WORK)
def correct_account(tranche_id: int) -> ResponseReturnValue:
    """Enter the account that the firm's new passbook page shows."""
    found = candidates(sessions.session(), (tranche_id,), today())
    if not found:
        raise NotFound
    row = found[0]
    form = CorrectAccountForm(version=row.version, holder=row.firm_name)
    if form.submitted() and form.attempt(
        correct, tranche_id, form.version.number, form.account, form.passbook.upload
    ):
        flash(gettext("已更正帳戶；覆核清冊時須再核對一次。"), "good")
        return redirect(url_for("disbursement.sheets", step=Rung.MAKE.value), code=303)
    form.show_version(row.version)
    return render(
        row=row,
        form=form,
        blocked=worded(correcting_refusal(row.state)),
        refusal=worded(row.refusal),
        returned_words=returned_words,
        back_url=url_for("disbursement.sheets", step=Rung.MAKE.value),
    )
