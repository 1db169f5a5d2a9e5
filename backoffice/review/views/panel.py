"""The tab «評分» of a case: who sits, what is in, and, at the end, why the score is so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from backoffice.access import Actor, Permission
from backoffice.cases import desk
from backoffice.cases.desk import NextStep
from backoffice.cases.queries import CaseHead, case_head
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.db import sessions
from backoffice.messages import shown
from backoffice.review.queries.deciding import deciding_facts, decisions_of
from backoffice.review.queries.desk import scoring_of
from backoffice.review.queries.panels import (
    PanelFacts,
    ScoredSheet,
    SeatRow,
    SheetVersion,
    counting_sheets,
    panel_facts,
    sheet_versions,
)
from backoffice.review.queries.waiting import offers_of, place_of
from backoffice.review.rules.conflicts import Ground
from backoffice.review.rules.explanation import steps_of, written_points
from backoffice.review.rules.lifecycles import AssignmentState
from backoffice.review.rules.marks import written_mark
from backoffice.review.rules.scoring import (
    Tally,
    tally,
    weighted_total,
)
from backoffice.review.views import offers
from backoffice.review.views.blueprint import blueprint
from backoffice.review.views.drawing import (
    result_chart,
    step_name,
    step_working,
)
from backoffice.review.views.plans import source_of
from backoffice.review.views.steps import steps_for
from backoffice.scheme.rules import Edition, Scoring
from backoffice.scheme.sentences import label
from backoffice.web import guard
from backoffice.web.charts import Chart
from backoffice.web.charts.svg import share
from backoffice.web.filters import hundredths
from backoffice.web.guard import page
from backoffice.web.pieces import Action, Badge, Shape
from backoffice.web.render import render

desk.register_tab(
    _("評分"),
    "review.panel",
    Permission.SCORES_READ,
    20,
    concerns=lambda edition: edition.scoring is not None,
)


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A seat as the office sees it: by letter."""

    letter: str
    seat: Badge
    sheet: Badge
    seat_row: SeatRow
    ground: str
    replace_url: str


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A criterion with every sheet's mark, in the order of the sheets, and their mean."""

    name: str
    weight: int
    marks: tuple[str, ...]
    mean: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step of the score in words: what, how, how much, and by which rule."""

    name: str
    working: str
    exact: str
    printed: str
    source: str


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that explains a score; only after scoring has ended."""

    letters: tuple[str, ...]
    rows: tuple[ScoreRow, ...]
    totals: tuple[str, ...]
    words: tuple[tuple[str, str, str], ...]
    excluded: str
    tally: Tally
    chart: Chart
    steps: tuple[StepRow, ...]
    spread: str


@blueprint.get("/cases/<int:case_id>")
@page(requires=Permission.SCORES_READ)
def panel(case_id: int) -> Response:
    """Who sits on the panel and what is in; marks only once scoring has ended."""
    session, actor = sessions.session(), guard.actor()
    head = case_head(session, case_id)
    case = deciding_facts(session, case_id)
    found = panel_facts(session, case_id)
    steps = (
        *steps_for(session, head, actor, found),
        *offers.steps(session, head, actor, guard.now()),
    )
    result = result_of(session, found, case.edition) if found and found.is_closed else None
    return render(
        head=head,
        tabs=desk.tabs(head, actor),
        case=case,
        panel=found,
        members=_members(found, scoring_of(head.edition).panel_size, actor) if found else [],
        offers=_offers(steps),
        result=result,
        versions=_versions(session, found) if found and found.is_closed else [],
        bonus_share=share(case.domestic.dollars, case.new_equipment.dollars),
        bonus_source=source_of(case.edition, "scoring.bonus.share_min_bp"),
        decisions=decisions_of(session, case_id),
        partial_offers=offers_of(session, case_id) if _is_decided(head) else (),
        waiting_place=place_of(session, case_id, head.scheme)
        if head.state is CaseState.WAITLISTED
        else None,
        has_scoring=case.edition.scoring is not None,
    )


def _is_decided(head: CaseHead) -> bool:
    return head.state not in (CaseState.IN_REVIEW, CaseState.SCORED)


def _members(found: PanelFacts, size: int, actor: Actor) -> list[MemberRow]:
    may_replace = actor.may(Permission.PANEL_PREPARE) and not found.is_closed
    return [
        MemberRow(
            letter=seat.letter,
            seat=_seat_badge(seat),
            sheet=_sheet_badge(seat),
            seat_row=seat,
            ground=shown(Ground(seat.ground)) if seat.ground else "",
            replace_url=url_for("review.replace", case_id=found.case_id, assignment_id=seat.id)
            if may_replace and _may_leave(seat, found, size)
            else "",
        )
        for seat in found.seats
    ]


def _may_leave(seat: SeatRow, found: PanelFacts, size: int) -> bool:
    """Whether somebody may take this place: the sheet is not in, or a place is empty."""
    if seat.is_seated:
        return not seat.is_handed_in
    return len(found.on_panel) < size and seat.state is not AssignmentState.REPLACED


def _seat_badge(seat: SeatRow) -> Badge:
    shape = {
        AssignmentState.ASSIGNED: Shape.WAITING,
        AssignmentState.DECLARED: Shape.DONE,
    }.get(seat.state, Shape.CLOSED)
    return Badge(shown(seat.state), shape)


def _sheet_badge(seat: SeatRow) -> Badge:
    if seat.is_handed_in:
        return Badge(gettext("已送出"), Shape.DONE)
    if seat.is_seated:
        return Badge(gettext("尚未送出"), Shape.WAITING)
    return Badge(gettext("不計"), Shape.CLOSED)


def _versions(session: Session, found: PanelFacts) -> list[tuple[SheetVersion, Badge]]:
    """The versions of the sheets where there are more than one of any; else nobody asks."""
    every = sheet_versions(session, found.case_id)
    if all(each.number == 1 for each in every):
        return []
    return [(each, _version_badge(each, found)) for each in every]


def _version_badge(each: SheetVersion, found: PanelFacts) -> Badge:
    counts = {seat.sheet_id for seat in found.handed_in}
    is_current = each.id in counts
    return Badge(shown(each.state), Shape.DONE if is_current else Shape.CLOSED)


# --- why the score is so ----------------------------------------------------------------------


def result_of(session: Session, found: PanelFacts, edition: Edition) -> Result:
    """The score worked out again from its sheets, step by step."""
    policy = edition.scoring
    assert policy is not None, "a panel stands only where the edition scores"
    every = counting_sheets(session, found)
    counting = [each.sheet for each in every if each.sheet.id != found.excluded_sheet_id]
    outcome = tally(counting, policy, bonus=found.bonus_score or 0)
    steps = steps_of(counting, policy, outcome)
    return Result(
        letters=tuple(each.sheet.letter for each in every),
        rows=tuple(_score_row(policy, place, every) for place in range(len(policy.criteria))),
        totals=tuple(
            written_points(weighted_total(each.sheet.marks, policy.criteria)) for each in every
        ),
        words=_words(policy, every),
        excluded=next(
            (each.sheet.letter for each in every if each.sheet.id == found.excluded_sheet_id), ""
        ),
        tally=outcome,
        chart=result_chart(steps, outcome.score, policy),
        steps=tuple(
            StepRow(
                step_name(step),
                step_working(step),
                written_points(step.points),
                hundredths(step.printed),
                source_of(edition, step.clause),
            )
            for step in steps
        ),
        spread=written_points(outcome.spread),
    )


def _score_row(policy: Scoring, place: int, every: Sequence[ScoredSheet]) -> ScoreRow:
    criterion = policy.criteria[place]
    marks = [each.sheet.marks[criterion.key] for each in every]
    mean = hundredths(_half_up(sum(marks) * 10, len(marks))) if marks else ""
    return ScoreRow(
        label(criterion), criterion.weight, tuple(written_mark(each) for each in marks), mean
    )


def _half_up(whole: int, parts: int) -> int:
    return (2 * whole + parts) // (2 * parts)


def _words(policy: Scoring, every: Sequence[ScoredSheet]) -> tuple[tuple[str, str, str], ...]:
    """What the reviewers wrote: whose, on what, and the words."""
    names = {criterion.key: label(criterion) for criterion in policy.criteria}
    return tuple(
        (each.sheet.letter, name, words)
        for each in every
        for name, words in (
            *((names[key], each.reasons.get(key, "")) for key in names),
            (gettext("整體意見"), each.opinion),
        )
        if words
    )


def _offers(offered: Sequence[NextStep]) -> list[Action]:
    """The steps as buttons, what can be done first; the first of them is the primary one."""
    ordered = sorted(offered, key=lambda step: step.refusal is not None)
    return [
        Action(
            label=step.label,
            url=step.url,
            key="." if place == 0 else "",
            primary=place == 0,
            refusal=step.refusal,
            after=step.explains,
        )
        for place, step in enumerate(ordered)
    ]
