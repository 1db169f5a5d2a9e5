"""The convenor's list, sheets that lie far apart, the end of scoring, and opening it again."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.exc import NoResultFound

from backoffice.access import Permission
from backoffice.cases import desk
from backoffice.cases.queries import case_head
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.db import sessions
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import local_date, parse_instant
from backoffice.messages import sentence
from backoffice.review.forms import CloseForm, DivergenceForm, ProposalForm, ReopenForm
from backoffice.review.operations import (
    Resolution,
    close_scoring,
    propose_divergence,
    reopen_scoring,
    resolve_divergence,
)
from backoffice.review.queries.deciding import (
    PAGE,
    DecisionsRow,
    Place,
    cases_to_decide,
    count_to_decide,
)
from backoffice.review.queries.desk import scoring_of
from backoffice.review.queries.panels import PanelFacts, ScoredSheet, counting_sheets, panel_facts
from backoffice.review.rules.explanation import written_points
from backoffice.review.rules.marks import written_mark
from backoffice.review.rules.scoring import Total, extremes, spread_of, weighted_total
from backoffice.review.views.blueprint import blueprint
from backoffice.review.views.steps import closing_refusal, divergence_of
from backoffice.scheme.rules import Scoring
from backoffice.scheme.sentences import label
from backoffice.web import guard
from backoffice.web.guard import page
from backoffice.web.numbers import row_number
from backoffice.web.pieces import Badge, Shape
from backoffice.web.render import render

REOPENED_DAYS = 7


@blueprint.get("/decisions")
@page(requires=Permission.CASE_DECIDE)
def decisions() -> Response:
    """Cases that wait for the convenor: to be closed, or to be decided."""
    session = sessions.session()
    found = cases_to_decide(session, after=_after())
    rows = found[:PAGE]
    return render(
        rows=[(row, badge_of(row), _row_url(row)) for row in rows],
        count=count_to_decide(session),
        later_url=_later_url(rows[-1]) if len(found) > PAGE else "",
        first_url=url_for("review.decisions") if _after() else "",
        next_url=_row_url(rows[0]) if rows else "",
    )


def _later_url(last: DecisionsRow) -> str:
    since = last.waiting_since.isoformat()
    return url_for("review.decisions", since=since, id=last.id)


def _after() -> Place | None:
    """Where the last page ended; an address that somebody garbled starts at the beginning."""
    number = request.args.get("id", type=row_number)
    try:
        since = parse_instant(request.args.get("since", ""))
    except Refused:
        return None
    return Place(since, number) if number is not None else None


def badge_of(row: DecisionsRow) -> Badge:
    """What the case waits for, in words and as a shape."""
    if row.state is CaseState.IN_REVIEW:
        return Badge(gettext("待結束評分"), Shape.PROGRESS)
    if row.score is not None and row.score >= row.pass_mark:
        return Badge(gettext("達及格，待決審"), Shape.NEEDS_YOU)
    return Badge(gettext("未達及格，待決審"), Shape.NEEDS_YOU)


def _row_url(row: DecisionsRow) -> str:
    if row.state is CaseState.IN_REVIEW:
        return url_for("review.panel", case_id=row.id)
    passes = row.score is not None and row.score >= row.pass_mark
    return url_for("review.decide" if passes else "review.reject", case_id=row.id)


def seated_panel(case_id: int) -> PanelFacts:
    """The panel of a case; not found where none was seated."""
    found = panel_facts(sessions.session(), case_id)
    if found is None:
        raise NoResultFound
    return found


@blueprint.route("/cases/<int:case_id>/close", methods=["GET", "POST"])
@page(requires=Permission.SCORING_CLOSE)
def close(case_id: int) -> ResponseReturnValue:
    """End scoring: who counts, who does not, and what follows."""
    session = sessions.session()
    head, found = case_head(session, case_id), seated_panel(case_id)
    policy = scoring_of(head.edition)
    letters = [seat.letter for seat in found.awaited]
    form = CloseForm(version=found.version, left_out=",".join(letters))
    if form.submitted() and form.attempt(
        close_scoring, case_id, form.version.number, form.letters()
    ):
        flash(gettext("評分已結束。"), "success")
        return redirect(url_for("review.panel", case_id=case_id), code=303)
    form.show_version(found.version)
    if form.refusal_code == "stale":
        form.left_out.data = ",".join(letters)
        form.left_out.raw_data = [form.left_out.data]
    refusal = None
    if not found.is_closed:
        refusal = closing_refusal(found, policy, divergence_of(session, found, policy))
    return render(
        head=head,
        tabs=desk.tabs(head, guard.actor()),
        form=form,
        panel=found,
        policy=policy,
        left_out=letters,
        refusal=sentence(refusal) if refusal else "",
    )


@blueprint.route("/cases/<int:case_id>/divergence", methods=["GET", "POST"])
@page(
    requires=Permission.SCORES_READ,
    sends=(Permission.PANEL_PREPARE, Permission.SCORING_CLOSE),
)
def divergence(case_id: int) -> ResponseReturnValue:
    """Sheets that lie far apart: the officer suggests, the convenor decides.

    The officer is told who differs and by how much; only the convenor, who ends scoring, sees
    the sheets themselves.
    """
    session, actor = sessions.session(), guard.actor()
    head, found = case_head(session, case_id), seated_panel(case_id)
    policy = scoring_of(head.edition)
    decides = actor.may(Permission.SCORING_CLOSE)
    sheets = counting_sheets(session, found)
    form = _divergence_form(found, sheets) if decides else ProposalForm(version=found.version)
    done = form.submitted() and _said(form, case_id)
    if done:
        flash(gettext("已登錄評分差異的處理。"), "success")
        return redirect(url_for("review.panel", case_id=case_id), code=303)
    form.show_version(found.version)
    apart = divergence_of(session, found, policy)
    return render(
        head=head,
        tabs=desk.tabs(head, actor),
        form=form,
        panel=found,
        policy=policy,
        decides=decides,
        may_say=decides or actor.may(Permission.PANEL_PREPARE),
        far=_far(apart),
        sheets=_laid_side_by_side(policy, sheets, found) if decides and apart else [],
    )


def _divergence_form(found: PanelFacts, sheets: tuple[ScoredSheet, ...]) -> DivergenceForm:
    form = DivergenceForm(version=found.version)
    form.sheets.choices = [
        (each.sheet.id, gettext("委員 %(letter)s", letter=each.sheet.letter)) for each in sheets
    ]
    if found.proposed_divergence is not None and not form.is_submitted():
        form.kind.data = found.proposed_divergence
    return form


def _said(form: DivergenceForm | ProposalForm, case_id: int) -> bool:
    version = form.version.number
    if isinstance(form, DivergenceForm):
        chosen = Resolution(form.kind.data, tuple(form.sheets.data or ()), form.reason.text)
        return form.attempt(resolve_divergence, case_id, version, chosen)
    return form.attempt(propose_divergence, case_id, version, form.kind.data, form.note.text)


def _far(apart: tuple[Total, ...]) -> tuple[str, str, str] | None:
    """The two letters that lie furthest apart, and by how many points."""
    if not apart:
        return None
    high, low = extremes(apart)
    return high.letter, low.letter, written_points(spread_of(apart))


def _laid_side_by_side(
    policy: Scoring, sheets: tuple[ScoredSheet, ...], found: PanelFacts
) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """Letter, total, and for each criterion its name, mark and reason."""
    return [
        (
            each.sheet.letter,
            written_points(weighted_total(each.sheet.marks, policy.criteria)),
            [
                (
                    label(criterion),
                    written_mark(each.sheet.marks[criterion.key]),
                    each.reasons.get(criterion.key, ""),
                )
                for criterion in policy.criteria
            ],
        )
        for each in sheets
        if each.sheet.id != found.excluded_sheet_id
    ]


@blueprint.route("/cases/<int:case_id>/reopen", methods=["GET", "POST"])
@page(requires=Permission.SCORING_CLOSE)
def reopen(case_id: int) -> ResponseReturnValue:
    """Open scoring again, with a reason; every sheet gets a new version."""
    session = sessions.session()
    head, found = case_head(session, case_id), seated_panel(case_id)
    due_on = local_date(guard.now()) + timedelta(days=REOPENED_DAYS)
    form = ReopenForm(version=found.version, due_on=due_on)
    if form.submitted() and form.attempt(
        reopen_scoring, case_id, form.version.number, form.reason.text, form.due_on.day
    ):
        flash(gettext("已重新開啟評分。"), "success")
        return redirect(url_for("review.panel", case_id=case_id), code=303)
    form.show_version(found.version)
    return render(head=head, tabs=desk.tabs(head, guard.actor()), form=form, panel=found)
