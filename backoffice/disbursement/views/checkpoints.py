"""One checkpoint: the firm's report comes in, the officer decides on it."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.cases.queries import case_head
from backoffice.db import sessions
from backoffice.disbursement.forms.stages import (
    ACCEPT,
    CheckpointDecisionForm,
    CheckpointReportForm,
)
from backoffice.disbursement.operations.checkpoints import (
    accept_checkpoint,
    reject_checkpoint,
    report_checkpoint,
)
from backoffice.disbursement.queries.checkpoints import PointRow, point, points_of
from backoffice.disbursement.rules.checkpoints import (
    accepted_bp,
    deciding_refusal,
    reporting_refusal,
    state_on,
)
from backoffice.disbursement.rules.lifecycles import CheckpointState
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.frame import framed, point_badge, today, worded
from backoffice.disbursement.views.papers import evidence
from backoffice.kernel.taiwan import add_months
from backoffice.scheme import registry
from backoffice.web import guard
from backoffice.web.forms import was_sent
from backoffice.web.guard import page
from backoffice.web.render import render


@blueprint.route("/checkpoints/<int:checkpoint_id>", methods=["GET", "POST"])
@page(requires=Permission.CASE_READ, sends=(Permission.CHECKPOINT_WORK,))
def checkpoint(checkpoint_id: int) -> ResponseReturnValue:
    """Report, accept or reject one checkpoint; whoever may not do so reads."""
    session, day = sessions.session(), today()
    row = point(session, checkpoint_id)
    head = case_head(session, row.case_id)
    rules = registry.edition_named(head.edition).checkpoints
    assert rules is not None, "only schemes with checkpoints have contracts"
    reported = row.state is CheckpointState.REPORTED
    deciding = was_sent("decision", "correct_by", otherwise=reported)
    form = (CheckpointDecisionForm if deciding else CheckpointReportForm)(version=row.version)
    if form.submitted() and _done(form, row):
        return redirect(url_for("disbursement.case", case_id=row.case_id), code=303)
    form.show_version(row.version)
    refusal = deciding_refusal if reported else reporting_refusal
    return render(
        **framed(head),
        point=row,
        badge=point_badge(state_on(row.facts, day, rules.grace_days)),
        form=form,
        deciding=deciding,
        refusal=worded(refusal(row.state, head.state)),
        may_work=guard.actor().may(Permission.CHECKPOINT_WORK),
        papers=evidence(session, (gettext("佐證（PDF）"), row.document_id)),
        reached_bp=accepted_bp(each.facts for each in points_of(session, row.case_id)),
        required_bp=rules.by_midterm_min_bp,
        correct_by_max=add_months(day, rules.correction_months),
    )


def _done(form: CheckpointReportForm | CheckpointDecisionForm, row: PointRow) -> bool:
    """Perform what the form says; the flash says what came of it."""
    version = form.version.number
    if isinstance(form, CheckpointReportForm):
        done = form.attempt(
            report_checkpoint, row.id, version, form.letter, form.text.text, form.report.upload
        )
        words = gettext("已登錄提報，待審定。")
    elif form.decision.data == ACCEPT:
        done = form.attempt(accept_checkpoint, row.id, version, form.reason.text)
        words = gettext("已審定達成，權重計入。")
    else:
        done = form.attempt(
            reject_checkpoint, row.id, version, form.reason.text, form.correct_by.parsed
        )
        words = gettext("已退回補正。")
    if done:
        flash(words, "good")
    return done
