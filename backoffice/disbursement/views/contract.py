"""Entering a signed contract."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.cases.queries import CaseHead, case_head
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.db import sessions
from backoffice.disbursement.forms.claims import ReasonForm
from backoffice.disbursement.forms.contract import ContractForm, ExtensionForm, prefilled
from backoffice.disbursement.operations import contract as operations
from backoffice.disbursement.queries.cases import award_of, planned_of
from backoffice.disbursement.queries.outcomes import applied_consortium
from backoffice.disbursement.rules.consortium import Firm, with_centre
from backoffice.disbursement.rules.contract import (
    Award,
    days_before_budget_end,
    lapsing_refusal,
    last_extension,
    signing_refusal,
    span,
)
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.frame import framed, today, worded
from backoffice.kernel.refusal import Refused
from backoffice.scheme import registry
from backoffice.scheme.rules import Edition
from backoffice.scheme.sentences import label
from backoffice.web.guard import page
from backoffice.web.render import render


@blueprint.route("/cases/<int:case_id>/contract", methods=["GET", "POST"])
@page(requires=Permission.CONTRACT_SIGN)
def contract(case_id: int) -> ResponseReturnValue:
    """The contract's numbers, budget and checkpoints, prefilled from the plan."""
    session = sessions.session()
    head = case_head(session, case_id)
    edition = registry.edition_named(head.edition)
    award = _award(case_id, edition)
    planned = planned_of(session, case_id, edition)
    allowed = span(edition, award, today())
    members = _members(head, edition, award)
    form = ContractForm(version=head.version, **prefilled(planned, allowed, edition, members))
    if form.submitted() and form.attempt(
        operations.sign_contract, case_id, form.version.number, form.terms, form.paper.upload
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
        may_sign=head.state is CaseState.AWARDED,
        labels=_labels(edition),
        own=award.total - award.subsidy,
        days_left=days_before_budget_end(end, edition) if (end := form.period_end.parsed) else None,
        tranches=edition.tranche_plan(award.subsidy),
        minimum_bp=edition.checkpoints.by_midterm_min_bp if edition.checkpoints else None,
    )


def _members(head: CaseHead, edition: Edition, award: Award) -> tuple[Firm, ...]:
    """The consortium with its shares of the award; what the partners leave is the centre's."""
    variant = edition.variant(head.variant) if head.variant else None
    found = applied_consortium(sessions.session(), head.id, edition, variant)
    if not found:
        return ()
    centre, *partners = found
    return with_centre(centre, partners, award.subsidy, award.total - award.subsidy)


def _labels(edition: Edition) -> dict[str, str]:
    """The categories' names by code; a plan may name one that the edition does not allow."""
    rules = edition.budget
    if rules is None:
        return {}
    labels = {rule.code: label(rule) for rule in rules.categories}
    return labels | {rule.code: label(rule) for rule in rules.barred}


@blueprint.route("/cases/<int:case_id>/signing-extension", methods=["GET", "POST"])
@page(requires=Permission.CONTRACT_SIGN)
def extend_signing(case_id: int) -> ResponseReturnValue:
    """Put off the last day to sign."""
    head = case_head(sessions.session(), case_id)
    edition = registry.edition_named(head.edition)
    award = _award(case_id, edition)
    form = ExtensionForm(version=head.version)
    if form.submitted() and form.attempt(
        operations.extend_signing, case_id, form.version.number, form.until.day, form.letter
    ):
        flash(gettext("已展延簽約期限。"), "good")
        return redirect(url_for("disbursement.case", case_id=case_id), code=303)
    form.show_version(head.version)
    return render(
        **framed(head),
        form=form,
        award=award,
        limit=last_extension(award, edition),
        refusal=worded(signing_refusal(award, today())),
    )


@blueprint.route("/cases/<int:case_id>/lapse", methods=["GET", "POST"])
@page(requires=Permission.CONTRACT_SIGN)
def lapse(case_id: int) -> ResponseReturnValue:
    """The award was not signed in time: it lapses, and its money is free again."""
    head = case_head(sessions.session(), case_id)
    award = _award(case_id, registry.edition_named(head.edition))
    form = ReasonForm(version=head.version)
    if form.submitted() and form.attempt(
        operations.let_lapse, case_id, form.version.number, form.reason.text
    ):
        flash(gettext("核准已失效，款項回到可用餘額。"), "good")
        return redirect(url_for("disbursement.case", case_id=case_id), code=303)
    form.show_version(head.version)
    return render(
        **framed(head),
        form=form,
        award=award,
        refusal=worded(lapsing_refusal(award, today())),
    )


def _award(case_id: int, edition: Edition) -> Award:
    award = award_of(sessions.session(), case_id, edition)
    if award is None:
        raise Refused("contract.not_awarded")
    return award
