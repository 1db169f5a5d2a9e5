"""The mid-term review: take in the report, then conclude."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.cases.queries import CaseHead, case_head
from backoffice.cases.rules.lifecycle import CASE, CaseEvent
from backoffice.db import sessions
from backoffice.disbursement.forms.stages import ConclusionForm, StageReportForm
from backoffice.disbursement.operations.midterm import conclude_midterm, open_midterm
from backoffice.disbursement.queries.cases import contract_of, tranches_of
from backoffice.disbursement.queries.checkpoints import points_of
from backoffice.disbursement.queries.stages import given, open_stage, stages_of
from backoffice.disbursement.rules.checkpoints import accepted_bp, pass_refusal, progress
from backoffice.disbursement.rules.stages import opinion_refusal
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.frame import framed, today, worded
from backoffice.disbursement.views.papers import evidence
from backoffice.disbursement.views.rounds import correction_of, rounds_shown
from backoffice.kernel.money import total
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import add_months
from backoffice.review.queries.opinions import opinions
from backoffice.review.rules.lifecycles import ReviewStage
from backoffice.scheme import registry
from backoffice.scheme.rules import Release
from backoffice.web import guard
from backoffice.web.forms import was_sent
from backoffice.web.guard import page
from backoffice.web.render import render


@blueprint.route("/cases/<int:case_id>/midterm", methods=["GET", "POST"])
@page(requires=Permission.CASE_READ, sends=(Permission.CHECKPOINT_WORK,))
def midterm(case_id: int) -> ResponseReturnValue:
    """The report, the opinions, what is reached, and the conclusion."""
    session, day = sessions.session(), today()
    head = case_head(session, case_id)
    edition = registry.edition_named(head.edition)
    rules = edition.checkpoints
    stages = stages_of(session, case_id)
    current = open_stage(stages, ReviewStage.MIDTERM)
    concluding = was_sent("result", "correct_by", otherwise=current is not None)
    form = (ConclusionForm if concluding else StageReportForm)(version=head.version)
    if form.submitted() and _done(form, case_id):
        return redirect(url_for("disbursement.case", case_id=case_id), code=303)
    form.show_version(head.version)
    points = [row.facts for row in points_of(session, case_id)]
    asked = opinions(session, case_id, ReviewStage.MIDTERM, current.round) if current else ()
    released = {rule.number for rule in edition.tranches if rule.release is Release.MIDTERM_PASSED}
    tranches = [row for row in tranches_of(session, case_id) if row.number in released]
    contract = contract_of(session, case_id)
    standing = None
    if rules and contract:
        standing = progress(points, rules, midterm_on=contract.midterm_on, today=day)
    return render(
        **framed(head),
        form=form,
        current=current,
        concluding=concluding,
        earlier=rounds_shown(session, case_id, stages, ReviewStage.MIDTERM),
        correction=correction_of(stages, ReviewStage.MIDTERM, day),
        stage=ReviewStage.MIDTERM,
        papers=evidence(session, (gettext("報告（PDF）"), current.document_id)) if current else (),
        opinions=asked,
        refusal=worded(_refusal(head) or (opinion_refusal(given(asked)) if current else None)),
        pass_refusal=worded(pass_refusal(points, rules)) if rules else None,
        reached_bp=accepted_bp(points),
        required_bp=rules.by_midterm_min_bp if rules else 0,
        missing=standing.missing if standing else (),
        release=total(row.amount for row in tranches),
        correct_by_max=add_months(day, rules.correction_months) if rules else day,
        may_work=guard.actor().may(Permission.CHECKPOINT_WORK),
    )


def _refusal(head: CaseHead) -> Refused | None:
    try:
        CASE.after(head.state, CaseEvent.PASS_MIDTERM)
    except Refused as refusal:
        return refusal
    return None


def _done(form: StageReportForm | ConclusionForm, case_id: int) -> bool:
    version = form.version.number
    if isinstance(form, StageReportForm):
        done = form.attempt(
            open_midterm,
            case_id,
            version,
            form.letter,
            form.report.upload,
            form.late_reason.text,
        )
        words = gettext("已登錄期中報告，等候審查委員意見。")
    else:
        done = form.attempt(conclude_midterm, case_id, version, form.conclusion)
        words = gettext("已作成期中審查結論。")
    if done:
        flash(words, "good")
    return done
