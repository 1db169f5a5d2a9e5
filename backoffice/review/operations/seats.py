"""What a reviewer says before the case opens: no conflict, a conflict, or no time 迴避聲明."""

from __future__ import annotations

from backoffice.access import Permission
from backoffice.cases.models import Case
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.kernel.refusal import Refused, Stale
from backoffice.review.models import Assignment, Panel, ScoreSheet
from backoffice.review.operations.records import (
    current_sheet,
    forget_divergence,
    locked_case,
    own_seat,
    panel_of,
    policy_of,
    reason_given,
    refuse_conflict,
    refuse_unless_scoring,
    settle_turn,
)
from backoffice.review.rules.conflicts import Ground, needs_note
from backoffice.review.rules.lifecycles import (
    AssignmentEvent,
    AssignmentState,
    ScoreSheetEvent,
    ScoreSheetState,
)
from backoffice.use_case import Act, use_case


@use_case("review.declare", requires=Permission.REVIEW_SCORE)
def declare(act: Act, assignment_id: int, version: int) -> None:
    """Declare that there is no conflict; the case opens, with an empty score sheet.

    Refuses "panel.closed", "panel.not_in_review", and "recusal.known" where the register shows a
    ground: then only a recusal is left. Declaring twice is the same as once.
    """
    seat, case, panel = _own(act, assignment_id)
    refuse_unless_scoring(case, panel)
    if seat.state is AssignmentState.DECLARED:
        return
    if seat.version != version:
        raise Stale
    refuse_conflict(act, case, act.actor.id, act.actor.name)
    seat.move(AssignmentEvent.DECLARE, at=act.now)
    act.session.add(
        ScoreSheet(
            assignment_id=seat.id,
            case_id=case.id,
            reviewer_id=act.actor.id,
            number=1,
            current=True,
            state=ScoreSheetState.DRAFT,
            marks={},
            reasons={},
            saved_at=act.now,
        )
    )


@use_case("review.recuse", requires=Permission.REVIEW_SCORE)
def recuse(act: Act, assignment_id: int, version: int, ground: Ground, note: str) -> None:
    """Declare a conflict with its ground: the reviewer leaves, the sheet is void, in one act.

    Until the case is decided this ends the reviewer's part in the scoring, so it is refused once
    scoring has ended ("panel.closed"): the convenor reopens it first. After the decision it
    bars from opinions only, and the sheet, valid when it counted, stands. Refuses
    "recusal.note_missing" for a ground that says nothing by itself.
    """
    seat, case, panel = _own(act, assignment_id)
    if needs_note(ground) and not note.strip():
        raise Refused("recusal.note_missing", ground=ground)
    is_decided = case.state not in (CaseState.IN_REVIEW, CaseState.SCORED)
    if not is_decided:
        refuse_unless_scoring(case, panel)
    if seat.version != version:
        raise Stale
    seat.ground = ground.value
    seat.note = note.strip()
    act.because(seat.note)
    _leave(act, seat, AssignmentEvent.RECUSE, case, panel)


@use_case("review.decline", requires=Permission.REVIEW_SCORE)
def decline(act: Act, assignment_id: int, version: int, reason: str) -> None:
    """Give the seat back with a reason; what was handed in no longer counts.

    Refuses "note.missing", "panel.closed" and "panel.not_in_review".
    """
    seat, case, panel = _own(act, assignment_id)
    refuse_unless_scoring(case, panel)
    if seat.version != version:
        raise Stale
    seat.note = reason_given(reason)
    act.because(seat.note)
    _leave(act, seat, AssignmentEvent.DECLINE, case, panel)


def _own(act: Act, assignment_id: int) -> tuple[Assignment, Case, Panel]:
    seat = own_seat(act, assignment_id)
    case = locked_case(act, seat.case_id)
    return seat, case, panel_of(act, case)


def _leave(act: Act, seat: Assignment, event: AssignmentEvent, case: Case, panel: Panel) -> None:
    seat.move(event, at=act.now)
    if case.state is not CaseState.IN_REVIEW:
        return
    sheet = current_sheet(act, seat)
    if sheet is not None and sheet.state in (ScoreSheetState.DRAFT, ScoreSheetState.SUBMITTED):
        sheet.move(ScoreSheetEvent.VOID)
    forget_divergence(panel)
    act.session.flush()
    settle_turn(act, case, panel, policy_of(case))
