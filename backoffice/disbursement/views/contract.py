"""Entering a signed contract."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.cases.queries import case_head
from backoffice.db import sessions
from backoffice.disbursement.forms.contract import ContractForm, prefilled
from backoffice.disbursement.operations.contract import sign_contract
from backoffice.disbursement.queries.cases import award_of, planned_of
from backoffice.disbursement.rules.contract import signing_refusal, span
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.frame import framed, today, worded
from backoffice.kernel.refusal import Refused
from backoffice.scheme import registry
from backoffice.scheme.rules import Edition
from backoffice.web.guard import page
from backoffice.web.render import render


@blueprint.route("/cases/<int:case_id>/contract", methods=["GET", "POST"])
@page(requires=Permission.CONTRACT_SIGN)
def contract(case_id: int) -> ResponseReturnValue:
    """The contract's numbers, budget and checkpoints, prefilled from the plan."""
    session = sessions.session()
    head = case_head(session, case_id)
    edition = registry.edition_named(head.edition)
    award = award_of(session, case_id, edition)
    if award is None:
        raise Refused("contract.not_awarded")
    planned = planned_of(session, case_id, edition)
    allowed = span(edition, award, today())
    form = ContractForm(version=head.version, **prefilled(planned, allowed, edition))
    if form.submitted() and form.attempt(
        sign_contract, case_id, form.version.number, form.terms, form.paper.upload
    ):
        flash(gettext("已登錄契約，本案進入執行中。"), "good")
        return redirect(url_for("disbursement.case", case_id=case_id), code=303)
    form.show_version(head.version)
    return render(
        **framed(head),
        form=form,
        award=award,
        span=allowed,
        refusal=worded(signing_refusal(award, today())),
        labels=_labels(edition),
        tranches=edition.tranche_plan(award.subsidy),
        minimum_bp=edition.checkpoints.by_midterm_min_bp if edition.checkpoints else None,
    )


def _labels(edition: Edition) -> dict[str, str]:
    """The categories' names by code; a plan may name one that the edition does not allow."""
    rules = edition.budget
    if rules is None:
        return {}
    labels = {rule.code: rule.label_zh for rule in rules.categories}
    return labels | {rule.code: rule.label_zh for rule in rules.barred}
