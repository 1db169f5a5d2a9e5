"""終止・撤銷・廢止: the firm's letter, the officer's proposal, the convenor's decision."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.cases.queries import CaseHead, case_head
from backoffice.cases.rules.lifecycle import CASE, CaseEvent
from backoffice.db import sessions
from backoffice.disbursement.forms.claims import ReasonForm
from backoffice.disbursement.forms.recoveries import (
    AnnulmentForm,
    DispositionForm,
    GiveUpForm,
    LetterReasonForm,
    RevocationForm,
    TerminationForm,
)
from backoffice.disbursement.operations import endings as operations
from backoffice.disbursement.operations.midterm import fail_uncured
from backoffice.disbursement.queries.endings import (
    EndingRow,
    kept_basis,
    proposed_id,
    standings,
)
from backoffice.disbursement.queries.endings import ending as one
from backoffice.disbursement.queries.stages import rounds_of, stages_of
from backoffice.disbursement.rules.endings import (
    CASE_EVENT,
    ENDING,
    EndingEvent,
    EndingKind,
    EndingState,
    tranche_refusal,
)
from backoffice.disbursement.rules.stages import correction_due, uncured_refusal
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.early import allowed, ending_badge
from backoffice.disbursement.views.frame import document_url, framed, today, worded
from backoffice.kernel.refusal import Refused
from backoffice.messages import shown
from backoffice.review.rules.lifecycles import ReviewStage
from backoffice.scheme import registry
from backoffice.web import guard
from backoffice.web.filters import ntd_unit
from backoffice.web.guard import page
from backoffice.web.pieces import Change
from backoffice.web.render import render

_KINDS: Mapping[str, EndingKind] = {kind.value.lower(): kind for kind in EndingKind}
_FORMS: Mapping[EndingKind, type[TerminationForm | AnnulmentForm | RevocationForm]] = {
    EndingKind.TERMINATION: TerminationForm,
    EndingKind.ANNULMENT: AnnulmentForm,
    EndingKind.REVOCATION: RevocationForm,
}


@blueprint.route("/cases/<int:case_id>/give-up", methods=["GET", "POST"])
@page(requires=Permission.ENDING_PREPARE)
def give_up(case_id: int) -> ResponseReturnValue:
    """Enter the firm's letter that it gives its award or its plan up."""
    head = case_head(sessions.session(), case_id)
    form = GiveUpForm(version=head.version)
    if form.submitted() and form.attempt(
        operations.give_up,
        case_id,
        form.version.number,
        form.letter,
        form.reason.text,
        form.paper.upload,
    ):
        flash(gettext("已登錄業者放棄，本案進入終止程序。"), "good")
        return redirect(url_for("disbursement.case", case_id=case_id), code=303)
    form.show_version(head.version)
    return render(**framed(head), form=form, refusal=worded(allowed(head, CaseEvent.GIVE_UP)))


@blueprint.route(
    "/cases/<int:case_id>/<any(midterm, closing):stage>/uncured", methods=["GET", "POST"]
)
@page(requires=Permission.CHECKPOINT_WORK)
def fail_stage(case_id: int, stage: str) -> ResponseReturnValue:
    """Fail a stage whose correction did not come in time."""
    session = sessions.session()
    head = case_head(session, case_id)
    chosen = ReviewStage(stage.upper())
    rounds = rounds_of(stages_of(session, case_id), chosen)
    form = LetterReasonForm(version=head.version)
    if form.submitted() and form.attempt(
        fail_uncured, case_id, form.version.number, chosen, form.letter, form.reason.text
    ):
        flash(gettext("已作成不通過，本案進入終止程序。"), "good")
        return redirect(url_for("disbursement.case", case_id=case_id), code=303)
    form.show_version(head.version)
    return render(
        **framed(head),
        form=form,
        stage=chosen,
        due_on=correction_due(rounds),
        refusal=worded(uncured_refusal(rounds, today())),
    )


@blueprint.route(
    "/cases/<int:case_id>/<any(termination, annulment, revocation):kind>",
    methods=["GET", "POST"],
)
@page(requires=Permission.ENDING_PREPARE)
def propose_ending(case_id: int, kind: str) -> ResponseReturnValue:
    """Prepare a termination's terms, an annulment or a revocation for the convenor."""
    session, chosen = sessions.session(), _KINDS[kind]
    head = case_head(session, case_id)
    form = _FORMS[chosen](version=head.version)
    if form.submitted():
        answer = form.outcome(
            operations.propose_ending,
            case_id,
            form.version.number,
            form.proposal,
            form.paper.upload,
        )
        if answer[0]:
            flash(gettext("已陳請召集人核定。"), "good")
            return redirect(url_for("disbursement.ending", ending_id=answer[1]), code=303)
    form.show_version(head.version)
    waiting = proposed_id(session, case_id)
    basis = kept_basis(session, case_id, registry.edition_named(head.edition))
    refusal = allowed(head, CASE_EVENT[chosen])
    return render(
        **framed(head),
        form=form,
        kind=chosen,
        paid=basis.paid,
        refusal=worded(refusal or (Refused("ending.proposed") if waiting else None)),
        waiting_url=url_for("disbursement.ending", ending_id=waiting) if waiting else "",
    )


@blueprint.route("/endings/<int:ending_id>", methods=["GET", "POST"])
@page(requires=Permission.CASE_READ, sends=(Permission.ENDING_DECIDE,))
def ending(ending_id: int) -> ResponseReturnValue:
    """A proposal with everything that it will change, and the decision on it."""
    session = sessions.session()
    row = one(session, ending_id)
    head = case_head(session, row.case_id)
    form = DispositionForm(version=row.version)
    if form.submitted() and form.attempt(
        operations.decide_ending, ending_id, form.version.number, form.disposition
    ):
        flash(gettext("已核定%(kind)s。", kind=shown(row.kind)), "good")
        return redirect(url_for("disbursement.case", case_id=row.case_id), code=303)
    form.show_version(row.version)
    is_open = row.state is EndingState.PROPOSED
    refusal = tranche_refusal(standings(session, row.case_id)) if is_open else None
    return render(
        **framed(head),
        row=row,
        form=form,
        badge=ending_badge(row.state),
        document_url=document_url(row.document_id),
        is_open=is_open,
        may_decide=guard.actor().may(Permission.ENDING_DECIDE),
        refusal=worded(refusal),
        changes=_changes(row, head),
    )


def _changes(row: EndingRow, head: CaseHead) -> list[Change]:
    after = CASE.after(head.state, CASE_EVENT[row.kind]) if _is_due(row, head) else head.state
    return [
        Change(gettext("案件狀態"), shown(head.state), shown(after)),
        Change(gettext("已撥付、尚未追繳"), ntd_unit(row.paid), ntd_unit(row.kept)),
        Change(gettext("追繳"), "–", ntd_unit(row.demand)),
    ]


def _is_due(row: EndingRow, head: CaseHead) -> bool:
    return row.state is EndingState.PROPOSED and allowed(head, CASE_EVENT[row.kind]) is None


@blueprint.route("/endings/<int:ending_id>/return", methods=["GET", "POST"])
@page(requires=Permission.ENDING_DECIDE)
def return_ending(ending_id: int) -> ResponseReturnValue:
    """Give a proposal back to the officer."""
    session = sessions.session()
    row = one(session, ending_id)
    head = case_head(session, row.case_id)
    form = ReasonForm(version=row.version)
    if form.submitted() and form.attempt(
        operations.return_ending, ending_id, form.version.number, form.reason.text
    ):
        flash(gettext("已退回承辦人。"), "good")
        return redirect(url_for("disbursement.ending", ending_id=ending_id), code=303)
    form.show_version(row.version)
    return render(**framed(head), row=row, form=form, refusal=worded(_returnable(row)))


def _returnable(row: EndingRow) -> Refused | None:
    try:
        ENDING.after(row.state, EndingEvent.RETURN)
    except Refused as refusal:
        return refusal
    return None
