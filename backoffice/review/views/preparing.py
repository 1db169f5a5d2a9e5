"""What the officer prepares: the panel, a replacement, the bonus."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from backoffice.access import Permission
from backoffice.cases import desk
from backoffice.cases.queries import case_head
from backoffice.db import sessions
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import local_date
from backoffice.review.forms import AssignForm, BonusForm, ReplaceForm
from backoffice.review.operations import (
    assign_panel,
    confirm_bonus,
    deny_bonus,
    replace_reviewer,
)
from backoffice.review.queries.deciding import deciding_facts
from backoffice.review.queries.desk import scoring_of
from backoffice.review.queries.panels import BonusRow, panel_facts
from backoffice.review.queries.register import Reviewer, reviewers, seat_to_fill, seated_ids
from backoffice.review.rules.lifecycles import BonusState
from backoffice.review.views.blueprint import blueprint
from backoffice.review.views.plans import source_of
from backoffice.web import guard
from backoffice.web.charts.svg import share
from backoffice.web.guard import page
from backoffice.web.render import render

DAYS = 7  # where the edition names no service target


def _choices(people: Sequence[Reviewer]) -> list[tuple[int, str]]:
    return [
        (
            person.id,
            gettext("%(name)s（待評 %(count)s 案）", name=person.name, count=person.open_count),
        )
        for person in people
    ]


@blueprint.route("/cases/<int:case_id>/assign", methods=["GET", "POST"])
@page(requires=Permission.PANEL_PREPARE)
def assign(case_id: int) -> ResponseReturnValue:
    """Seat the panel; whoever has least to score stands first."""
    session = sessions.session()
    head = case_head(session, case_id)
    case = deciding_facts(session, case_id)
    rules = case.edition.review
    days = timedelta(days=rules.service_days if rules else DAYS)
    form = AssignForm(version=head.version, due_on=local_date(guard.now()) + days)
    form.reviewers.choices = _choices(reviewers(session))
    if form.submitted() and form.attempt(
        assign_panel,
        case_id,
        form.version.number,
        tuple(form.reviewers.data or ()),
        form.due_on.day,
    ):
        flash(gettext("已指派審查委員。"), "success")
        return redirect(url_for("review.panel", case_id=case_id), code=303)
    form.show_version(head.version)
    return render(
        head=head,
        tabs=desk.tabs(head, guard.actor()),
        form=form,
        policy=case.edition.scoring,
    )


@blueprint.route("/cases/<int:case_id>/seats/<int:assignment_id>/replace", methods=["GET", "POST"])
@page(requires=Permission.PANEL_PREPARE)
def replace(case_id: int, assignment_id: int) -> ResponseReturnValue:
    """Seat another reviewer in this one's place."""
    session = sessions.session()
    seat = seat_to_fill(session, assignment_id)
    if seat.case_id != case_id:
        raise NotFound
    head = case_head(session, case_id)
    gone = seated_ids(session, case_id)
    form = ReplaceForm(version=seat.version, due_on=local_date(guard.now()) + timedelta(days=DAYS))
    form.reviewer.choices = _choices([each for each in reviewers(session) if each.id not in gone])
    if form.submitted() and form.attempt(
        replace_reviewer,
        assignment_id,
        form.version.number,
        form.reviewer.data,
        form.due_on.day,
        form.reason.text,
    ):
        flash(gettext("已替換審查委員。"), "success")
        return redirect(url_for("review.panel", case_id=case_id), code=303)
    form.show_version(seat.version)
    return render(head=head, tabs=desk.tabs(head, guard.actor()), form=form, seat=seat)


@blueprint.route("/cases/<int:case_id>/bonus", methods=["GET", "POST"])
@page(requires=Permission.BONUS_CONFIRM)
def bonus(case_id: int) -> ResponseReturnValue:
    """The officer's word on the bonus, beside what the equipment table says."""
    session = sessions.session()
    head = case_head(session, case_id)
    case = deciding_facts(session, case_id)
    panel = panel_facts(session, case_id)
    known = panel.bonus if panel else None
    rules = scoring_of(head.edition).bonus
    form = BonusForm(**_kept(known, rules.max_points if rules else 0))
    if form.submitted() and _attempt(form, case_id):
        flash(gettext("已登錄國產設備加分的認定。"), "success")
        return redirect(url_for("review.panel", case_id=case_id), code=303)
    form.show_version(known.version if known else 0)
    return render(
        head=head,
        tabs=desk.tabs(head, guard.actor()),
        form=form,
        case=case,
        rules=rules,
        known=known,
        share=share(case.domestic.dollars, case.new_equipment.dollars),
        source=source_of(case.edition, "scoring.bonus.share_min_bp"),
        points_source=source_of(case.edition, "scoring.bonus.max_points"),
    )


def _kept(known: BonusRow | None, max_points: int) -> dict[str, object]:
    """The form as it stands before anything is typed: the bonus as recorded, else the most."""
    if known is None:
        return {"version": 0, "word": "confirm", "points": max_points}
    is_confirmed = known.state is BonusState.CONFIRMED
    return {
        "version": known.version,
        "word": "confirm" if is_confirmed else "deny",
        "points": known.points if is_confirmed else max_points,
        "reason": known.reason,
    }


def _attempt(form: BonusForm, case_id: int) -> bool:
    if form.word.data == "deny":
        return form.attempt(deny_bonus, case_id, form.version.number, form.reason.text)
    if form.points.hundredths is None:
        form.refuse(Refused("bonus.points_missing"))
        return False
    return form.attempt(
        confirm_bonus, case_id, form.version.number, form.points.hundredths, form.reason.text
    )
