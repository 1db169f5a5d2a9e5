"""Closing: the report, the spending, the settlement as it would be, and the conclusion."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from backoffice.access import Permission
from backoffice.cases.queries import CaseHead, case_head
from backoffice.cases.rules.lifecycle import CASE, CaseEvent, CaseState
from backoffice.db import sessions
from backoffice.disbursement.forms.claims import ConfirmForm, ReasonForm
from backoffice.disbursement.forms.closing import SpendingForm
from backoffice.disbursement.forms.stages import (
    ClosingConclusionForm,
    ConditionForm,
    StageReportForm,
)
from backoffice.disbursement.operations import closing as operations
from backoffice.disbursement.operations import spending
from backoffice.disbursement.queries.cases import (
    ContractFacts,
    TrancheRow,
    contract_of,
    tranches_of,
)
from backoffice.disbursement.queries.closing import (
    SpendingRow,
    settlement_of,
    spending_line,
    spending_of,
)
from backoffice.disbursement.queries.outcomes import outcomes_of
from backoffice.disbursement.queries.recoveries import owed_by
from backoffice.disbursement.queries.stages import (
    condition_evidence,
    conditions_shown,
    given,
    open_stage,
    stages_of,
)
from backoffice.disbursement.rules.settlement import closing_refusal, spending_refusal
from backoffice.disbursement.rules.stages import (
    condition_refusal,
    conditions_of,
    opinion_refusal,
    outcome_refusal,
)
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.frame import document_url, framed, today, worded
from backoffice.disbursement.views.outcomes import TargetLine, standing_words, target_lines
from backoffice.disbursement.views.reckoning import preview_of
from backoffice.disbursement.views.rounds import correction_of, rounds_shown
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import add_months
from backoffice.messages import sentence, shown
from backoffice.review.queries.opinions import opinions
from backoffice.review.rules.lifecycles import ReviewStage
from backoffice.scheme import registry
from backoffice.scheme.rules import Edition
from backoffice.scheme.sentences import label
from backoffice.web import guard
from backoffice.web.forms import was_sent
from backoffice.web.guard import page
from backoffice.web.render import render


@dataclass(frozen=True, slots=True)
class SpendingLine:
    """An invoice in the table, with why it is not recognised."""

    row: SpendingRow
    label: str
    refusal: str
    elsewhere_url: str


@blueprint.route("/cases/<int:case_id>/closing", methods=["GET", "POST"])
@page(requires=Permission.CASE_READ, sends=(Permission.CLOSING_CONCLUDE,))
def closing(case_id: int) -> ResponseReturnValue:
    """The closing report comes in; then the invoices, and what they would settle."""
    session = sessions.session()
    head = case_head(session, case_id)
    edition = registry.edition_named(head.edition)
    stages = stages_of(session, case_id)
    current = open_stage(stages, ReviewStage.CLOSING)
    entering = was_sent("category", "number", otherwise=current is not None)
    form = _form(head, edition, entering=entering)
    if form.submitted() and _done(form, case_id):
        return redirect(url_for("disbursement.closing", case_id=case_id), code=303)
    if isinstance(form, StageReportForm):
        form.show_version(head.version)
    contract = contract_of(session, case_id)
    may_work = guard.actor().may(Permission.CLOSING_CONCLUDE)
    return render(
        **framed(head),
        form=form,
        entering=entering,
        current=current,
        earlier=rounds_shown(session, case_id, stages, ReviewStage.CLOSING),
        correction=correction_of(stages, ReviewStage.CLOSING, today()),
        report_url=document_url(current.document_id) if current else "",
        contract=contract,
        lines=[_line(row, edition, contract) for row in spending_of(session, case_id)]
        if contract
        else [],
        preview=preview_of(session, head, edition) if contract else None,
        refusal=worded(_entry_refusal(head, is_open=current is not None)),
        may_work=may_work,
        may_conclude=may_work and current is not None,
        conditions=conditions_of(edition),
        outcomes=_outcomes(session, head, edition) if contract else None,
    )


@dataclass(frozen=True, slots=True)
class OutcomeLines:
    """What the closing asks beside papers, worded; `standing` "" where there are no partners."""

    targets: tuple[TargetLine, ...]
    standing: str
    is_short: bool
    refusal: str | None


def _outcomes(session: Session, head: CaseHead, edition: Edition) -> OutcomeLines:
    variant = edition.variant(head.variant) if head.variant else None
    found = outcomes_of(session, head.id, edition, variant)
    return OutcomeLines(
        targets=target_lines(found.results),
        standing=standing_words(found.standing) if found.standing else "",
        is_short=found.standing is not None and found.standing.missing > 0,
        refusal=worded(outcome_refusal(edition, found.results, found.standing)),
    )


def _form(head: CaseHead, edition: Edition, *, entering: bool) -> StageReportForm | SpendingForm:
    if not entering:
        return StageReportForm(version=head.version)
    form = SpendingForm()
    rules = edition.budget.categories if edition.budget else ()
    form.category.choices = {rule.code: label(rule) for rule in rules}
    return form


def _entry_refusal(head: CaseHead, *, is_open: bool) -> Refused | None:
    """Why neither a report nor an invoice can be entered now."""
    if is_open:
        return spending_refusal(head.state)
    if head.state is CaseState.CLOSING:
        return None
    try:
        CASE.after(head.state, CaseEvent.REPORT_CLOSING)
    except Refused as refusal:
        return refusal
    return None


def _done(form: StageReportForm | SpendingForm, case_id: int) -> bool:
    if isinstance(form, StageReportForm):
        done = form.attempt(
            operations.report_closing,
            case_id,
            form.version.number,
            form.letter,
            form.report.upload,
            form.late_reason.text,
        )
        if done:
            flash(gettext("已登錄結案報告，等候審查委員意見。"), "good")
        return done
    answer = form.outcome(spending.enter_spending, case_id, form.invoice)
    entered, why_not = answer
    if entered and why_not:
        flash(gettext("已登錄，但不予認列，原因列於表中。"), "caution")
    elif entered:
        flash(gettext("已登錄並認列。"), "good")
    return entered


def _line(row: SpendingRow, edition: Edition, contract: ContractFacts) -> SpendingLine:
    rule = edition.category_named(row.category)
    named = label(rule) if rule else row.category
    elsewhere_url = ""
    if row.elsewhere_id is not None and not row.accepted:
        elsewhere_url = url_for("disbursement.closing", case_id=row.elsewhere_id)
    return SpendingLine(row, named, _why_not(row, named, contract), elsewhere_url)


def _why_not(row: SpendingRow, category: str, contract: ContractFacts) -> str:
    """The recorded code as a sentence, its facts taken from what the line is judged against."""
    if row.accepted:
        return ""
    outside = not contract.period_start <= row.invoice_on <= contract.period_end
    return sentence(
        Refused(
            row.refusal,
            invoice=row.invoice_number,
            case=row.elsewhere or "–",
            day=row.invoice_on if outside else row.paid_on,
            start=contract.period_start,
            end=contract.period_end,
            category=category,
        )
    )


@blueprint.route("/cases/<int:case_id>/closing/conclusion", methods=["GET", "POST"])
@page(requires=Permission.CLOSING_CONCLUDE)
def conclude_closing(case_id: int) -> ResponseReturnValue:
    """What a pass would settle, to the dollar, and the conclusion itself."""
    session, day = sessions.session(), today()
    head = case_head(session, case_id)
    edition = registry.edition_named(head.edition)
    rules = edition.checkpoints
    if rules is None:  # an address of a case whose scheme has no contract
        abort(404)
    current = open_stage(stages_of(session, case_id), ReviewStage.CLOSING)
    asked = opinions(session, case_id, ReviewStage.CLOSING, current.round) if current else ()
    preview = preview_of(session, head, edition)
    shown_now = preview.reckoning.final if preview.reckoning else None
    form = ClosingConclusionForm(
        version=head.version, shown_final=shown_now.dollars if shown_now is not None else ""
    )
    if form.submitted() and form.attempt(
        operations.conclude_closing,
        case_id,
        form.version.number,
        form.conclusion,
        form.shown_final.amount,
    ):
        flash(gettext("已作成結案審查結論。"), "good")
        return redirect(url_for("disbursement.case", case_id=case_id), code=303)
    form.show_version(head.version)
    form.show_final(shown_now)
    evidence = condition_evidence(session, case_id)
    refusal = None if current else Refused("stage.not_open")
    return render(
        **framed(head),
        form=form,
        current=current,
        report_url=document_url(current.document_id) if current else "",
        opinions=asked,
        preview=preview,
        refusal=worded(refusal or opinion_refusal(given(asked))),
        condition_refusal=worded(condition_refusal(edition, conditions_shown(evidence))),
        outcomes=_outcomes(session, head, edition),
        correct_by_max=add_months(day, rules.correction_months),
    )


@blueprint.route("/cases/<int:case_id>/closing/condition", methods=["GET", "POST"])
@page(requires=Permission.CLOSING_CONCLUDE)
def closing_condition(case_id: int) -> ResponseReturnValue:
    """File the paper that shows a closing condition of the scheme."""
    session = sessions.session()
    head = case_head(session, case_id)
    wanted = conditions_of(registry.edition_named(head.edition))
    form = ConditionForm(version=head.version)
    form.condition.choices = {each.value: shown(each) for each in wanted}
    if form.submitted() and form.attempt(
        operations.show_condition,
        case_id,
        form.version.number,
        str(form.condition.data),
        form.evidence.upload,
    ):
        flash(gettext("已登錄結案條件的證明文件。"), "good")
        return redirect(url_for("disbursement.closing_condition", case_id=case_id), code=303)
    form.show_version(head.version)
    evidence = condition_evidence(session, case_id)
    on_file = conditions_shown(evidence)
    return render(
        **framed(head),
        form=form,
        conditions=[(each, each.value in on_file) for each in wanted],
        evidence=[(each, document_url(each.id)) for each in evidence],
    )


@blueprint.route("/spending/<int:line_id>/withdrawal", methods=["GET", "POST"])
@page(requires=Permission.CLOSING_CONCLUDE)
def withdraw_spending(line_id: int) -> ResponseReturnValue:
    """Take one invoice out of the count."""
    session = sessions.session()
    line = spending_line(session, line_id)
    head = case_head(session, line.case_id)
    form = ReasonForm(version=line.version)
    if form.submitted() and form.attempt(
        spending.withdraw_spending, line_id, form.version.number, form.reason.text
    ):
        flash(gettext("已撤回這筆憑證。"), "good")
        return redirect(url_for("disbursement.closing", case_id=line.case_id), code=303)
    form.show_version(line.version)
    refusal = spending_refusal(head.state, withdrawn=line.withdrawn_at is not None)
    return render(**framed(head), form=form, line=line, refusal=worded(refusal))


@blueprint.route("/cases/<int:case_id>/close", methods=["GET", "POST"])
@page(requires=Permission.CLOSING_CONCLUDE)
def close(case_id: int) -> ResponseReturnValue:
    """Close a settled case by hand, where payment did not close it."""
    session = sessions.session()
    head = case_head(session, case_id)
    form = ConfirmForm(version=head.version)
    if form.submitted() and form.attempt(operations.close_case, case_id, form.version.number):
        flash(gettext("本案已結案。"), "good")
        return redirect(url_for("disbursement.case", case_id=case_id), code=303)
    form.show_version(head.version)
    tranches = tranches_of(session, case_id)
    settlement = settlement_of(session, case_id)
    owed = owed_by(session, case_id)
    return render(
        **framed(head),
        form=form,
        settlement=settlement,
        refusal=worded(_closing_refusal(head, tranches, owed)),
    )


def _closing_refusal(head: CaseHead, tranches: tuple[TrancheRow, ...], owed: Ntd) -> Refused | None:
    try:
        CASE.after(head.state, CaseEvent.CLOSE)
    except Refused as refusal:
        return refusal
    return closing_refusal([row.money for row in tranches], owed)
