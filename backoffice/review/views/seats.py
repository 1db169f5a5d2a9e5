"""Before the case opens: the declaration, standing aside, giving the seat back. And opinions."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.review.forms import ConfirmForm, DeclineForm, OpinionForm, RecuseForm
from backoffice.review.operations import declare as declare_no_conflict
from backoffice.review.operations import decline as give_seat_back
from backoffice.review.operations import give_opinion
from backoffice.review.operations import recuse as stand_aside
from backoffice.review.queries.desk import Seat, opinion_asked, seat
from backoffice.review.queries.facts import case_facts, parties_named
from backoffice.review.rules.conflicts import grounds_of
from backoffice.review.rules.lifecycles import AssignmentState
from backoffice.review.views.blueprint import blueprint
from backoffice.review.views.plans import plan_of
from backoffice.web import guard
from backoffice.web.guard import page
from backoffice.web.render import render


def own(assignment_id: int) -> Seat:
    """The signed-in reviewer's seat; not found for any other, whatever the reason."""
    return seat(sessions.session(), assignment_id, guard.actor().id)


@blueprint.route("/declare/<int:assignment_id>", methods=["GET", "POST"])
@page(requires=Permission.REVIEW_SCORE)
def declare(assignment_id: int) -> ResponseReturnValue:
    """The declaration of interest; without it nothing of the case is shown but its parties."""
    mine = own(assignment_id)
    if mine.state is AssignmentState.DECLARED:
        return redirect(url_for("review.score", assignment_id=assignment_id), code=303)
    form = ConfirmForm(version=mine.version)
    if form.submitted() and form.attempt(declare_no_conflict, assignment_id, form.version.number):
        return redirect(url_for("review.score", assignment_id=assignment_id), code=303)
    form.show_version(mine.version)
    return render(
        form=form,
        seat=mine,
        grounds=grounds_of(mine.edition.recusal),
        parties=parties_named(sessions.session(), mine.case_id),
    )


@blueprint.route("/recuse/<int:assignment_id>", methods=["GET", "POST"])
@page(requires=Permission.REVIEW_SCORE)
def recuse(assignment_id: int) -> ResponseReturnValue:
    """Stand aside, with the ground; the case disappears from the reviewer's pages."""
    mine = own(assignment_id)
    form = RecuseForm(version=mine.version)
    form.offer(grounds_of(mine.edition.recusal))
    if form.submitted() and form.attempt(
        stand_aside, assignment_id, form.version.number, form.ground.data, form.note.text
    ):
        flash(gettext("已聲明迴避。該案不再出現在您的清單。"), "success")
        return redirect(url_for("review.home"), code=303)
    form.show_version(mine.version)
    return render(form=form, seat=mine)


@blueprint.route("/decline/<int:assignment_id>", methods=["GET", "POST"])
@page(requires=Permission.REVIEW_SCORE)
def decline(assignment_id: int) -> ResponseReturnValue:
    """Give the seat back with a reason."""
    mine = own(assignment_id)
    form = DeclineForm(version=mine.version)
    if form.submitted() and form.attempt(
        give_seat_back, assignment_id, form.version.number, form.reason.text
    ):
        flash(gettext("已辭任。承辦人將另請委員。"), "success")
        return redirect(url_for("review.home"), code=303)
    form.show_version(mine.version)
    return render(form=form, seat=mine)


@blueprint.route("/opinions/<int:opinion_id>", methods=["GET", "POST"])
@page(requires=Permission.OPINION_GIVE)
def opinion(opinion_id: int) -> ResponseReturnValue:
    """The opinion on a report at mid-term or closing, with the plan and the report beside it."""
    session = sessions.session()
    asked = opinion_asked(session, opinion_id, guard.actor().id)
    form = OpinionForm(version=asked.version)
    if form.submitted() and form.attempt(
        give_opinion, opinion_id, form.version.number, form.result.data, form.text.text
    ):
        flash(gettext("已提出意見。"), "success")
        return redirect(url_for("review.home"), code=303)
    form.show_version(asked.version)
    facts = case_facts(session, asked.case_id)
    edition = seat(session, asked.assignment_id, guard.actor().id).edition
    return render(form=form, asked=asked, **plan_of(facts, edition))
