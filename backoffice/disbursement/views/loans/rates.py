"""補貼利率: the edition's rates and those entered since; loans worked out anew by them."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.disbursement.forms.loans import RateForm
from backoffice.disbursement.operations.loans import BATCH, enter_rate, recommit_behind
from backoffice.disbursement.queries.loans import known_rates, rate_rows, running_behind
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.loans.frame import lending, rate_words, scheme_asked
from backoffice.ledger.queries import budget_line
from backoffice.ledger.rules import Stage
from backoffice.scheme import registry
from backoffice.web import guard
from backoffice.web.forms import BackofficeForm
from backoffice.web.guard import page
from backoffice.web.pieces import Column
from backoffice.web.render import render


@blueprint.route("/loan-rates", methods=["GET", "POST"])
@page(requires=Permission.LOAN_READ, sends=(Permission.RATE_ENTER,))
def loan_rates() -> ResponseReturnValue:
    """The rates of a scheme, and the next one entered by its document."""
    session, scheme = sessions.session(), scheme_asked(request.args.get("scheme", ""))
    form = RateForm()
    if form.submitted() and form.attempt(
        enter_rate, scheme, form.since.day, form.rate.ppm, form.letter
    ):
        flash(gettext("已登錄利率。請重算受影響貸款的補貼上限。"), "good")
        return redirect(url_for("disbursement.loan_rates", scheme=scheme), code=303)
    edition = registry.editions_of(scheme)[-1]
    assert edition.loans is not None, "the scheme lends"
    rates = known_rates(session, str(edition.key))
    behind = running_behind(session, scheme, rates[-1].since, BATCH + 1)
    actor = guard.actor()
    return render(
        form=form,
        scheme=scheme,
        schemes=lending(),
        edition=str(edition.key),
        stated=edition.loans.reference_rates,
        entered=rate_rows(session, scheme),
        rate_words=rate_words,
        columns=_columns(),
        behind=len(behind),
        batch=BATCH,
        may_enter=actor.may(Permission.RATE_ENTER),
        may_work=actor.may(Permission.LOAN_WORK),
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column(gettext("生效日")),
        Column(gettext("補貼年息"), numeric=True),
        Column(gettext("依據")),
        Column(gettext("登錄人")),
        Column(gettext("登錄時間")),
    )


@blueprint.route("/loan-rates/commitments", methods=["GET", "POST"])
@page(requires=Permission.LOAN_WORK)
def recommit_loans() -> ResponseReturnValue:
    """Work the commitments of the loans out anew that are behind the newest rate."""
    session, scheme = sessions.session(), scheme_asked(request.args.get("scheme", ""))
    edition = registry.editions_of(scheme)[-1]
    newest = known_rates(session, str(edition.key))[-1]
    behind = running_behind(session, scheme, newest.since, BATCH + 1)
    form = BackofficeForm()
    if form.submitted():
        answer = form.outcome(recommit_behind, scheme)
        if answer[0]:
            flash(gettext("已重算 %(count)s 件貸款的補貼上限。", count=answer[1] or 0), "good")
            return redirect(url_for("disbursement.loan_rates", scheme=scheme), code=303)
    return render(
        form=form,
        scheme=scheme,
        newest=newest,
        rate_words=rate_words,
        behind=len(behind),
        batch=BATCH,
        available=budget_line(session, scheme).amount(Stage.AVAILABLE),
    )
