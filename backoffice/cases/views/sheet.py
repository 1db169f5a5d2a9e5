"""A case's own pages: what was handed in, what was found, what happened, and what to do next."""

from __future__ import annotations

from datetime import datetime

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from backoffice import documents
from backoffice.access import Actor, Permission
from backoffice.audit import acts_of
from backoffice.audit import timeline as timeline_of
from backoffice.cases import desk
from backoffice.cases.forms import (
    EligibilityForm,
    GiveBackForm,
    HandOverForm,
    NoteForm,
    VersionForm,
    WithdrawForm,
)
from backoffice.cases.operations import (
    FindingWord,
    decide_eligibility,
    give_back,
    hand_over,
    leave_note,
    take_from_queue,
    withdraw_case,
)
from backoffice.cases.queries import CaseHead, case_head, sheets
from backoffice.cases.queries.queue import officers
from backoffice.cases.rules.handling import of_this_officer
from backoffice.cases.rules.lifecycle import CASE, CaseEvent, CaseState
from backoffice.cases.views.blueprint import blueprint
from backoffice.cases.views.plan import consortium, promise_lines
from backoffice.db import sessions
from backoffice.messages import sentence, shown
from backoffice.scheme import registry
from backoffice.web import guard
from backoffice.web.downloads import download
from backoffice.web.guard import page
from backoffice.web.numbers import row_number
from backoffice.web.render import render

PAGE = 200

desk.register_tab(_("案件"), "cases.sheet", Permission.CASE_READ, 10)
desk.register_tab(_("歷程"), "cases.timeline", Permission.CASE_READ, 90)


@blueprint.get("/<int:case_id>")
@page(requires=Permission.CASE_READ)
def sheet(case_id: int) -> Response:
    """The application as handed in, its findings and notes, and the next step."""
    session, actor, now = sessions.session(), guard.actor(), guard.now()
    head = case_head(session, case_id)
    edition = registry.edition_named(head.edition)
    facts = sheets.application(session, case_id)
    partners = sheets.members(session, case_id) if edition.eligibility.partners else ()
    return render(
        head=head,
        tabs=desk.tabs(head, actor),
        steps=desk.next_steps(session, head, actor, now),
        facts=facts,
        lines=sheets.lines(session, case_id),
        consortium=consortium((head.firm_name, head.ubn), facts, partners),
        promises=promise_lines(
            edition.variant(head.variant) if head.variant else None, facts.targets
        ),
        equipment=sheets.equipment(session, case_id),
        checkpoints=sheets.planned_checkpoints(session, case_id),
        findings=sheets.findings(session, case_id),
        notes=sheets.notes(session, case_id),
        form=NoteForm(formdata=None),
        may_work=actor.may(Permission.CASE_WORK),
        mine=head.officer_id == actor.id,
        may_withdraw=CaseEvent.WITHDRAW in CASE.open_events(head.state),
    )


@blueprint.get("/<int:case_id>/timeline")
@page(requires=Permission.CASE_READ)
def timeline(case_id: int) -> Response:
    """What happened to the case, act by act, out of the audit."""
    session = sessions.session()
    after = request.args.get("after", 0, type=row_number)
    entries = timeline_of(session, case_id=case_id, after_seq=max(0, after), limit=PAGE + 1)
    more = len(entries) > PAGE
    head = case_head(session, case_id)
    return render(
        head=head,
        tabs=desk.tabs(head, guard.actor()),
        acts=acts_of(entries[:PAGE]),
        next_after=entries[PAGE - 1].seq if more else None,
        documents=sheets.documents(session, case_id),
    )


@blueprint.route("/<int:case_id>/take", methods=["GET", "POST"])
@page(requires=Permission.CASE_WORK)
def take(case_id: int) -> ResponseReturnValue:
    """Take an unassigned case."""
    head = case_head(sessions.session(), case_id)
    form = VersionForm(version=head.version)
    if form.submitted() and form.attempt(take_from_queue, case_id, form.version.number):
        flash(gettext("已取件，本案由您承辦。"), "done")
        return redirect(url_for("cases.sheet", case_id=case_id), code=303)
    form.show_version(head.version)
    return render(head=head, tabs=desk.tabs(head, guard.actor()), form=form)


@blueprint.route("/<int:case_id>/hand-over", methods=["GET", "POST"])
@page(requires=Permission.CASE_WORK)
def hand_over_case(case_id: int) -> ResponseReturnValue:
    """Hand a case over to another officer."""
    session = sessions.session()
    head = case_head(session, case_id)
    form = HandOverForm(version=head.version)
    form.officer_id.choices = {str(number): name for number, name in officers(session)}
    if form.submitted() and form.attempt(
        hand_over, case_id, form.version.number, form.officer_id.data, form.note.text
    ):
        flash(gettext("已移交。"), "done")
        return redirect(url_for("cases.sheet", case_id=case_id), code=303)
    form.show_version(head.version)
    return render(head=head, tabs=desk.tabs(head, guard.actor()), form=form)


@blueprint.route("/<int:case_id>/give-back", methods=["GET", "POST"])
@page(requires=Permission.CASE_WORK)
def give_case_back(case_id: int) -> ResponseReturnValue:
    """Give one's own case back to the pile of the unassigned."""
    head = case_head(sessions.session(), case_id)
    form = GiveBackForm(version=head.version)
    if form.submitted() and form.attempt(give_back, case_id, form.version.number, form.note.text):
        flash(gettext("已退回，本案現在無人承辦。"), "done")
        return redirect(url_for("cases.queue"), code=303)
    form.show_version(head.version)
    return render(head=head, tabs=desk.tabs(head, guard.actor()), form=form)


@blueprint.route("/<int:case_id>/note", methods=["GET", "POST"])
@page(requires=Permission.CASE_WORK)
def note(case_id: int) -> ResponseReturnValue:
    """Leave a note on the case."""
    head = case_head(sessions.session(), case_id)
    form = NoteForm()
    if form.submitted() and form.attempt(leave_note, case_id, form.text.text):
        return redirect(url_for("cases.sheet", case_id=case_id) + "#notes", code=303)
    return render(head=head, tabs=desk.tabs(head, guard.actor()), form=form)


@blueprint.route("/<int:case_id>/withdraw", methods=["GET", "POST"])
@page(requires=Permission.CASE_WORK)
def withdraw(case_id: int) -> ResponseReturnValue:
    """Enter the firm's withdrawal."""
    head = case_head(sessions.session(), case_id)
    form = WithdrawForm(version=head.version)
    if form.submitted() and form.attempt(
        withdraw_case,
        case_id,
        form.version.number,
        form.letter_on.day,
        form.letter_number.text,
        form.reason.text,
    ):
        flash(gettext("已登錄撤案。"), "done")
        return redirect(url_for("cases.sheet", case_id=case_id), code=303)
    form.show_version(head.version)
    return render(head=head, tabs=desk.tabs(head, guard.actor()), form=form)


@blueprint.route("/<int:case_id>/eligibility", methods=["GET", "POST"])
@page(requires=Permission.CASE_WORK)
def eligibility(case_id: int) -> ResponseReturnValue:
    """The officer's word on each finding, and what follows."""
    session = sessions.session()
    form, said = EligibilityForm(), _said()
    if form.submitted():
        answer = form.outcome(
            decide_eligibility, case_id, form.version.number, said, form.note.text
        )
        if answer[1] is not None:
            word = shown(CaseState(answer[1]))
            flash(gettext("資格審查已完成，本案現為「%(state)s」。") % {"state": word}, "done")
            return redirect(url_for("cases.sheet", case_id=case_id), code=303)
    # Only what is shown again is read: at the last hour many words come in at once.
    head = case_head(session, case_id)
    found = sheets.findings(session, case_id)
    form.show_version(head.version)
    return render(
        head=head,
        tabs=desk.tabs(head, guard.actor()),
        form=form,
        findings=found,
        said={word.finding_id: word for word in said},
        reasons={one.id: request.form.get(f"reason-{one.id}", "") for one in found},
        facts=sheets.application(session, case_id),
    )


def _said() -> tuple[FindingWord, ...]:
    """What the form says of each finding; a finding without a choice is left out."""
    words = []
    for name, choice in request.form.items():
        kind, _dash, number = name.partition("-")
        if kind == "finding" and number.isdecimal() and choice in ("confirm", "overrule"):
            reason = request.form.get(f"reason-{number}", "")
            words.append(FindingWord(int(number), choice == "overrule", reason))
    return tuple(words)


@blueprint.get("/<int:case_id>/documents/<int:document_id>")
@page(requires=Permission.CASE_READ)
def document(case_id: int, document_id: int) -> Response:
    """A file of this case, always as a download."""
    file = documents.file(sessions.session(), document_id)
    if file.case_id != case_id:
        raise NotFound
    return download(file)


@desk.register_steps
def _steps(
    _session: Session, head: CaseHead, actor: Actor, _as_of: datetime
) -> list[desk.NextStep]:
    """Taking the case, and judging its eligibility."""
    if not actor.may(Permission.CASE_WORK):
        return []
    steps = []
    if head.officer_id is None and head.turn.value != "DONE":
        steps.append(
            desk.NextStep(
                label=gettext("取件"),
                url=url_for("cases.take", case_id=head.id),
                explains=gettext("本案改由您承辦，出現在您的待辦。"),
            )
        )
    if head.state is CaseState.QUALIFYING:
        refusal = of_this_officer(head.number, head.officer_id, actor.id, head.officer_name or "")
        steps.append(
            desk.NextStep(
                label=gettext("資格審查"),
                url=url_for("cases.eligibility", case_id=head.id),
                explains=gettext("逐項確認或排除不符事項；無不符者送書面審查。"),
                refusal=sentence(refusal) if refusal else None,
            )
        )
    return steps
