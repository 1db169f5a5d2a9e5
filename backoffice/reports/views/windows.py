"""The manager's word that a scheme's money is used up 經費用罄: what closes, and who waits."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from backoffice.access import Permission
from backoffice.cases.operations.windows import declare_used_up as declare
from backoffice.cases.operations.windows import used_up_refusal
from backoffice.cases.queries.windows import window_of
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.db import sessions
from backoffice.ledger.queries import budget_line
from backoffice.ledger.rules import Stage
from backoffice.messages import sentence
from backoffice.reports.forms import UsedUpForm
from backoffice.reports.queries.board import counts
from backoffice.reports.views.blueprint import blueprint
from backoffice.scheme import registry
from backoffice.scheme.titles import titles
from backoffice.web import guard
from backoffice.web.filters import ntd, roc_datetime
from backoffice.web.guard import page
from backoffice.web.pieces import Change
from backoffice.web.render import render


@blueprint.route("/schemes/<scheme>/used-up", methods=["GET", "POST"])
@page(requires=Permission.WINDOW_CLOSE)
def declare_used_up(scheme: str) -> ResponseReturnValue:
    """Declare the money used up, after seeing what closes and what stays in the queue."""
    if scheme not in registry.schemes():
        raise NotFound
    session = sessions.session()
    window = window_of(session, scheme, guard.now())
    form = UsedUpForm(edition=window.edition)
    if form.submitted() and form.attempt(
        declare, scheme, form.edition.data or "", form.document_number.text, form.reason.text
    ):
        flash(gettext("已宣告 %(scheme)s 經費用罄，即刻停止受理。", scheme=scheme), "success")
        return redirect(url_for("reports.board", scheme=scheme), code=303)
    found = counts(session, registry.schemes(), scheme)
    money = budget_line(session, scheme)
    refusal = used_up_refusal(window)
    until = roc_datetime(window.closes_at) if window.closes_at else gettext("未定截止日")
    return render(
        scheme=scheme,
        title=titles(guard.now()).get(scheme, scheme),
        form=form,
        changes=(
            Change(gettext("受理截止"), until, gettext("確認當時")),
            Change(
                gettext("確認後收件的案件"), gettext("受理"), gettext("列為逾受理期間，原因：用罄")
            ),
        ),
        undecided=ntd(found.undecided[scheme]),
        in_line=ntd(dict(found.states).get(CaseState.WAITLISTED, 0)),
        available=money.amount(Stage.AVAILABLE),
        held=money.amount(Stage.HELD),
        refusal=sentence(refusal) if refusal and not form.faulty else "",
    )
