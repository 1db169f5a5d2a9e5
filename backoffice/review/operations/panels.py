"""The committee of a case: who sits on it, and who takes the place of whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from backoffice.access import Permission, Role
from backoffice.cases.models import Case, WaitingFor
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.kernel.refusal import Refused, Stale
from backoffice.people.models import Account, AccountState
from backoffice.review.models import Assignment, Bonus, Panel
from backoffice.review.operations.records import (
    current_sheet,
    equipment_of,
    locked_case,
    panel_of,
    policy_of,
    reason_given,
    refuse_conflict,
    refuse_unless_scoring,
    seated,
    seats_of,
    settle_turn,
    today,
)
from backoffice.review.rules.bonuses import BonusStanding, standing
from backoffice.review.rules.lifecycles import (
    SEATED,
    AssignmentEvent,
    AssignmentState,
    BonusState,
    PanelState,
    ScoreSheetEvent,
    ScoreSheetState,
)
from backoffice.scheme.rules import Scoring
from backoffice.use_case import Act, use_case


@use_case("review.assign_panel", requires=Permission.PANEL_PREPARE)
def assign_panel(
    act: Act, case_id: int, version: int, reviewer_ids: Sequence[int], due_on: date
) -> int:
    """Seat the committee of a case under review; its number is returned.

    As many different reviewers of the register as the edition seats. Refuses
    "panel.not_in_review" (state), "panel.exists", "panel.size" (wanted, chosen),
    "panel.not_a_reviewer", "panel.due_past" (due_on), and what `refuse_conflict` does.
    """
    case = locked_case(act, case_id)
    policy = policy_of(case)
    if case.state is not CaseState.IN_REVIEW:
        raise Refused("panel.not_in_review", number=case.number, state=case.state)
    if act.session.execute(select(Panel.id).where(Panel.case_id == case.id)).first():
        raise Refused("panel.exists", number=case.number)
    if case.version != version:
        raise Stale
    _refuse_past(act, due_on)
    if len(set(reviewer_ids)) != policy.panel_size or len(reviewer_ids) != policy.panel_size:
        raise Refused("panel.size", wanted=policy.panel_size, chosen=len(set(reviewer_ids)))
    reviewers = [_reviewer(act, case, person_id) for person_id in reviewer_ids]
    panel = Panel(
        case_id=case.id,
        state=PanelState.OPEN,
        due_on=due_on,
        opened_by=act.actor.id,
        opened_at=act.now,
    )
    act.session.add(panel)
    act.session.flush()
    for place, reviewer in enumerate(reviewers):
        act.session.add(_seat(act, panel, reviewer, place, due_on))
    _record_bonus_that_is_not_open(act, case, policy)
    case.wait(WaitingFor.REVIEWERS, at=act.now, due_on=due_on)
    return panel.id


def _reviewer(act: Act, case: Case, person_id: int) -> Account:
    """An active reviewer without a known conflict."""
    person = act.session.get(Account, person_id)
    active = person is not None and person.state is AccountState.ACTIVE
    if person is None or not active or person.role is not Role.REVIEWER:
        raise Refused("panel.not_a_reviewer", person=person.name if person else "")
    refuse_conflict(act, case, person.id, person.name)
    return person


def _seat(act: Act, panel: Panel, reviewer: Account, place: int, due_on: date) -> Assignment:
    return Assignment(
        case_id=panel.case_id,
        panel_id=panel.id,
        reviewer_id=reviewer.id,
        reviewer_name=reviewer.name,
        letter=chr(ord("A") + place),
        state=AssignmentState.ASSIGNED,
        due_on=due_on,
        assigned_at=act.now,
    )


def _refuse_past(act: Act, due_on: date) -> None:
    if due_on < today(act):
        raise Refused("panel.due_past", due_on=due_on)


def _record_bonus_that_is_not_open(act: Act, case: Case, policy: Scoring) -> None:
    """Where the equipment table leaves nothing to decide, say so at once."""
    equipment = equipment_of(case)
    found = standing(equipment, policy.bonus)
    if found is BonusStanding.OPEN:
        return
    bonus = Bonus(case_id=case.id, domestic=case.domestic, new_equipment=case.new_equipment)
    bonus.settle(BonusState(found.value), 0, reason="", by=act.actor.id, at=act.now)
    act.session.add(bonus)


@use_case("review.replace_reviewer", requires=Permission.PANEL_PREPARE)
def replace_reviewer(
    act: Act, assignment_id: int, version: int, reviewer_id: int, due_on: date, reason: str
) -> int:
    """Seat another reviewer in the place of one who left, or who has not handed in anything.

    The seat's number is returned. Refuses "panel.full" where nobody is missing,
    "panel.already_seated" for a reviewer who sat on this panel before, "panel.has_scored" for a
    reviewer whose sheet is in, "note.missing", and as `assign_panel`.
    """
    gone = act.session.get_one(Assignment, assignment_id)
    case = locked_case(act, gone.case_id)
    policy, panel = policy_of(case), panel_of(act, case)
    refuse_unless_scoring(case, panel)
    if gone.version != version:
        raise Stale
    _refuse_past(act, due_on)
    act.because(reason_given(reason))
    seats = seats_of(act, panel)
    if any(seat.reviewer_id == reviewer_id for seat in seats):
        raise Refused("panel.already_seated")
    reviewer = _reviewer(act, case, reviewer_id)
    if gone.state in SEATED:
        _unseat(act, gone)
    elif len(seated(seats)) >= policy.panel_size:
        raise Refused("panel.full", size=policy.panel_size)
    seat = _seat(act, panel, reviewer, len(seats), due_on)
    act.session.add(seat)
    panel.due_on = max(panel.due_on or due_on, due_on)
    act.session.flush()
    settle_turn(act, case, panel, policy)
    return seat.id


def _unseat(act: Act, seat: Assignment) -> None:
    """A reviewer who is out of reach leaves; one whose sheet is in cannot be replaced."""
    sheet = current_sheet(act, seat)
    if sheet is not None and sheet.state is ScoreSheetState.SUBMITTED:
        raise Refused("panel.has_scored", letter=seat.letter)
    if sheet is not None and sheet.state is ScoreSheetState.DRAFT:
        sheet.move(ScoreSheetEvent.VOID)
    seat.move(AssignmentEvent.REPLACE, at=act.now)
