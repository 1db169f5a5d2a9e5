"""Claims: entered from the receipt, verified or sent back; tranches held back."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.disbursement.forms.claims import (
    KEPT,
    OTHER,
    VERIFY,
    ClaimForm,
    ReasonForm,
    VerifyForm,
)
from backoffice.disbursement.operations import claims as operations
from backoffice.disbursement.queries import claims as queries
from backoffice.disbursement.rules.claims import (
    checks,
    filing_refusal,
    holding_refusal,
    verifying_refusal,
)
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.frame import frame, today, tranche_badge, worded
from backoffice.disbursement.views.papers import evidence
from backoffice.kernel.taiwan import in_words
from backoffice.web import guard
from backoffice.web.guard import page
from backoffice.web.render import render


@blueprint.route("/tranches/<int:tranche_id>/claim", methods=["GET", "POST"])
@page(requires=Permission.CLAIM_WORK)
def claim(tranche_id: int) -> ResponseReturnValue:
    """Enter a firm's claim of one tranche."""
    session = sessions.session()
    tranche = queries.tranche(session, tranche_id)
    kept = queries.kept_account(session, tranche.ubn)
    form = ClaimForm(version=tranche.version, which=KEPT if kept else OTHER)
    form.offer(kept.account if kept else None)
    if form.submitted() and form.attempt(
        operations.file_claim,
        tranche_id,
        form.version.number,
        form.package(kept.account if kept else None),
        form.receipt.upload,
        form.passbook.upload,
    ):
        flash(gettext("已登錄請款，待審核。"), "good")
        return redirect(url_for("disbursement.case", case_id=tranche.case_id), code=303)
    form.show_version(tranche.version)
    return render(
        **frame(tranche.case_id),
        form=form,
        tranche=tranche,
        badge=tranche_badge(tranche.state),
        kept=kept,
        flagged=kept is not None and kept.is_flagged_on(today()),
        words=in_words(tranche.amount),
        refusal=worded(filing_refusal(tranche.state, tranche.hold_reason)),
    )


@blueprint.route("/claims/<int:claim_id>/verification", methods=["GET", "POST"])
@page(requires=Permission.CASE_READ, sends=(Permission.CLAIM_WORK,))
def verify_claim(claim_id: int) -> ResponseReturnValue:
    """Everything that is verified about a claim, and the decision."""
    row = queries.claim(sessions.session(), claim_id, today())
    form = VerifyForm(version=row.version)
    if form.submitted() and _verified(form, claim_id):
        return redirect(url_for("disbursement.case", case_id=row.case_id), code=303)
    form.show_version(row.version)
    return render(
        **frame(row.case_id),
        form=form,
        claim=row,
        badge=tranche_badge(row.tranche_state),
        checks=[(each.key, worded(each.refusal)) for each in checks(row.facts, guard.actor().id)],
        words=in_words(row.facts.amount),
        papers=evidence(
            sessions.session(),
            (gettext("領據（PDF）"), row.receipt_document_id),
            (gettext("存摺封面（PDF）"), row.passbook_document_id),
        ),
        refusal=worded(verifying_refusal(row.tranche_state, row.hold_reason)),
        may_work=guard.actor().may(Permission.CLAIM_WORK),
    )


def _verified(form: VerifyForm, claim_id: int) -> bool:
    version = form.version.number
    if form.decision.data == VERIFY:
        done = form.attempt(
            operations.verify_claim,
            claim_id,
            version,
            clearance_checked=bool(form.clearance_checked.data),
        )
        words = gettext("已通過請款，可列入撥款清冊。")
    else:
        done = form.attempt(operations.reject_claim, claim_id, version, form.reason.text)
        words = gettext("已退件，業者可重新請款。")
    if done:
        flash(words, "good")
    return done


@blueprint.route("/tranches/<int:tranche_id>/hold", methods=["GET", "POST"])
@page(requires=Permission.CLAIM_WORK)
def hold(tranche_id: int) -> ResponseReturnValue:
    """Hold a tranche back with a reason, or let it go on."""
    tranche = queries.tranche(sessions.session(), tranche_id)
    held = bool(tranche.hold_reason)
    form = ReasonForm(version=tranche.version)
    deed = operations.let_go_on if held else operations.hold_tranche
    if form.submitted() and form.attempt(deed, tranche_id, form.version.number, form.reason.text):
        flash(gettext("已解除暫緩。") if held else gettext("已暫緩撥付。"), "good")
        return redirect(url_for("disbursement.case", case_id=tranche.case_id), code=303)
    form.show_version(tranche.version)
    return render(
        **frame(tranche.case_id),
        form=form,
        tranche=tranche,
        badge=tranche_badge(tranche.state),
        held=held,
        refusal=None if held else worded(holding_refusal(tranche.state, tranche.hold_reason)),
    )
