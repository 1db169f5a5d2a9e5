"""The end of scoring: the bonus, sheets that lie far apart, the result, and opening it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backoffice.access import Permission
from backoffice.cases.models import Case, WaitingFor
from backoffice.cases.rules.lifecycle import CaseEvent, CaseState
from backoffice.kernel.refusal import Refused, Stale
from backoffice.review.models import Assignment, Bonus, Panel, ScoreSheet
from backoffice.review.operations.records import (
    bonus_is_open,
    bonus_of,
    counting_sheets,
    current_sheets,
    equipment_of,
    forget_divergence,
    is_settled,
    locked_case,
    panel_at,
    panel_of,
    policy_of,
    reason_given,
    refuse_one_s_own,
    refuse_unless_scoring,
    seated,
    seats_of,
    settle_turn,
    today,
    valid_sheets,
)
from backoffice.review.operations.sheets import begin_again
from backoffice.review.rules.bonuses import BonusStanding, confirmable, standing
from backoffice.review.rules.explanation import written_points
from backoffice.review.rules.lifecycles import (
    BonusState,
    Divergence,
    PanelEvent,
    ScoreSheetEvent,
    ScoreSheetState,
)
from backoffice.review.rules.scoring import Sheet, diverges, tally, totals_of
from backoffice.scheme.rules import Scoring
from backoffice.use_case import Act, use_case


@use_case("review.confirm_bonus", requires=Permission.BONUS_CONFIRM)
def confirm_bonus(act: Act, case_id: int, version: int, points: int, reason: str) -> int:
    """Confirm the bonus for domestic equipment, in hundredths of a point, with a reason.

    `version` is that of the bonus, 0 where nothing was confirmed yet. Refuses
    "bonus.not_applicable", "bonus.not_met", "bonus.out_of_range", "note.missing",
    "panel.none", "panel.closed".
    """
    case, panel = _with_bonus_at(act, case_id, version)
    confirmed = confirmable(points, equipment_of(case), policy_of(case).bonus)
    return _settle_bonus(act, case, panel, BonusState.CONFIRMED, confirmed, reason)


@use_case("review.deny_bonus", requires=Permission.BONUS_CONFIRM)
def deny_bonus(act: Act, case_id: int, version: int, reason: str) -> int:
    """Record, with a reason, that the equipment is not as the table says, so no bonus is given.

    `version` as in `confirm_bonus`. Refuses "bonus.nothing_open" where the table gives none
    anyway, "note.missing", "panel.none", "panel.closed".
    """
    case, panel = _with_bonus_at(act, case_id, version)
    if standing(equipment_of(case), policy_of(case).bonus) is not BonusStanding.OPEN:
        raise Refused("bonus.nothing_open")
    return _settle_bonus(act, case, panel, BonusState.NOT_MET, 0, reason)


def _with_bonus_at(act: Act, case_id: int, version: int) -> tuple[Case, Panel]:
    case = locked_case(act, case_id)
    panel = panel_of(act, case)
    refuse_unless_scoring(case, panel)
    bonus = bonus_of(act, case)
    if (bonus.version if bonus else 0) != version:
        raise Stale
    return case, panel


def _settle_bonus(
    act: Act, case: Case, panel: Panel, state: BonusState, points: int, reason: str
) -> int:
    note = reason_given(reason)
    act.because(note)
    bonus = bonus_of(act, case)
    if bonus is None:
        bonus = Bonus(case_id=case.id, domestic=case.domestic, new_equipment=case.new_equipment)
        act.session.add(bonus)
    bonus.settle(state, points, reason=note, by=act.actor.id, at=act.now)
    act.session.flush()
    settle_turn(act, case, panel, policy_of(case))
    return bonus.id


@use_case("review.propose_divergence", requires=Permission.PANEL_PREPARE)
def propose_divergence(act: Act, case_id: int, version: int, kind: Divergence, note: str) -> None:
    """Prepare, for the convenor, how to deal with sheets that lie far apart.

    `version` is the panel's. Refuses "divergence.none" where they do not, "note.missing".
    """
    case = locked_case(act, case_id)
    panel, policy = panel_at(act, case, version), policy_of(case)
    _refuse_agreement(counting_sheets(act, panel), policy)
    panel.proposed_divergence = kind
    panel.proposal_note = reason_given(note)
    act.because(panel.proposal_note)
    act.session.flush()
    settle_turn(act, case, panel, policy)


@dataclass(frozen=True, slots=True)
class Resolution:
    """What becomes of sheets that lie far apart: all are kept, some are redone, one is left out.

    `sheet_ids` are those to be redone, or the one to be left out; none are named to keep all.
    """

    kind: Divergence
    sheet_ids: tuple[int, ...]
    reason: str


@use_case("review.resolve_divergence", requires=Permission.SCORING_CLOSE)
def resolve_divergence(act: Act, case_id: int, version: int, resolution: Resolution) -> None:
    """Decide, with a reason, how sheets that lie far apart are dealt with.

    `version` is the panel's. Refuses "divergence.none", "divergence.choose_one",
    "divergence.choose_some", "divergence.remains" where the others lie far apart too,
    "panel.quorum" where too few would be left, "note.missing", "decision.own_score".
    """
    case = locked_case(act, case_id)
    panel, policy = panel_at(act, case, version), policy_of(case)
    refuse_one_s_own(act, case)
    sheets = counting_sheets(act, panel)
    _refuse_agreement(sheets, policy)
    reason = reason_given(resolution.reason)
    chosen = [sheet for sheet in sheets if sheet.id in resolution.sheet_ids]
    match resolution.kind:
        case Divergence.KEEP:
            pass
        case Divergence.EXCLUDE:
            panel.excluded_sheet_id = _excluded(sheets, chosen, policy)
        case Divergence.REDO:
            _redo(act, chosen)
    panel.divergence = resolution.kind
    panel.divergence_reason = reason
    panel.divergence_by = act.actor.id
    act.because(reason)
    act.session.flush()
    settle_turn(act, case, panel, policy)


def _refuse_agreement(sheets: Sequence[Sheet], policy: Scoring) -> None:
    if not diverges(totals_of(sheets, policy.criteria), policy):
        raise Refused("divergence.none", limit=policy.divergence_limit)


def _excluded(sheets: Sequence[Sheet], chosen: Sequence[Sheet], policy: Scoring) -> int:
    if len(chosen) != 1:
        raise Refused("divergence.choose_one")
    rest = [sheet for sheet in sheets if sheet.id != chosen[0].id]
    if len(rest) < policy.quorum:
        raise Refused("panel.quorum", valid=len(rest), quorum=policy.quorum)
    if diverges(totals_of(rest, policy.criteria), policy):
        raise Refused("divergence.remains", letter=chosen[0].letter, limit=policy.divergence_limit)
    return chosen[0].id


def _redo(act: Act, chosen: Sequence[Sheet]) -> None:
    if not chosen:
        raise Refused("divergence.choose_some")
    for each in chosen:
        begin_again(act, act.session.get_one(ScoreSheet, each.id), ScoreSheetEvent.SUPERSEDE)


@use_case("review.close_scoring", requires=Permission.SCORING_CLOSE)
def close_scoring(act: Act, case_id: int, version: int, left_out: Sequence[str]) -> int:
    """End the scoring of a case: the result stands, in hundredths of a point, and is returned.

    `left_out` are the letters of the seats that the page named as not handed in; they are void,
    never counted, and Stale where they are no longer those. `version` is the panel's. Refuses
    "panel.quorum" (valid, quorum), "divergence.open" (spread, limit), "bonus.open",
    "decision.own_score".
    """
    case = locked_case(act, case_id)
    panel, policy = panel_at(act, case, version), policy_of(case)
    refuse_one_s_own(act, case)
    seats, sheets = seats_of(act, panel), current_sheets(act, panel)
    waited_for = _not_handed_in(seats, sheets)
    if sorted(left_out) != sorted(seat.letter for seat in waited_for):
        raise Stale
    counting = valid_sheets(panel, seats, sheets)
    bonus = bonus_of(act, case)
    result = tally(counting, policy, bonus=bonus.points if bonus else 0)
    if result.diverges and not is_settled(panel):
        raise Refused(
            "divergence.open",
            spread=written_points(result.spread),
            limit=policy.divergence_limit,
        )
    if bonus_is_open(act, case, policy):
        raise Refused("bonus.open")
    for seat in waited_for:
        if seat.id in sheets:
            sheets[seat.id].move(ScoreSheetEvent.VOID)
    panel.valid_count = len(counting)
    panel.base_score, panel.bonus_score, panel.score = result.base, result.bonus, result.score
    panel.closed_by, panel.closed_at = act.actor.id, act.now
    panel.move(PanelEvent.CLOSE)
    case.score = result.score
    case.move(CaseEvent.CLOSE_SCORING, at=act.now, waiting_for=WaitingFor.CONVENOR)
    return result.score


def _not_handed_in(seats: Sequence[Assignment], sheets: dict[int, ScoreSheet]) -> list[Assignment]:
    return [
        seat
        for seat in seated(seats)
        if seat.id not in sheets or sheets[seat.id].state is not ScoreSheetState.SUBMITTED
    ]


@use_case("review.reopen_scoring", requires=Permission.SCORING_CLOSE)
def reopen_scoring(act: Act, case_id: int, version: int, reason: str, due_on: date) -> None:
    """Open a scored case's scoring again: every sheet gets a new version, the old ones stay.

    `version` is the panel's. Refuses "panel.not_scored" (state) unless the case is scored and
    undecided, "panel.due_past", "note.missing", "decision.own_score".
    """
    case = locked_case(act, case_id)
    panel = panel_of(act, case)
    if case.state is not CaseState.SCORED:
        raise Refused("panel.not_scored", number=case.number, state=case.state)
    if panel.version != version:
        raise Stale
    refuse_one_s_own(act, case)
    if due_on < today(act):
        raise Refused("panel.due_past", due_on=due_on)
    act.because(reason_given(reason))
    _begin_all_again(act, panel, due_on)
    forget_divergence(panel)
    panel.round += 1
    panel.due_on = due_on
    panel.closed_by = panel.closed_at = panel.valid_count = None
    panel.base_score = panel.bonus_score = panel.score = None
    panel.move(PanelEvent.REOPEN)
    _take_score_back(act, case, due_on)
    act.session.flush()
    settle_turn(act, case, panel, policy_of(case))


def _begin_all_again(act: Act, panel: Panel, due_on: date) -> None:
    sheets = current_sheets(act, panel)
    for seat in seated(seats_of(act, panel)):
        seat.due_on = due_on
        sheet = sheets.get(seat.id)
        if sheet is not None:
            is_void = sheet.state is ScoreSheetState.VOID
            begin_again(act, sheet, None if is_void else ScoreSheetEvent.SUPERSEDE)


def _take_score_back(act: Act, case: Case, due_on: date) -> None:
    case.score = None
    case.move(CaseEvent.REOPEN_SCORING, at=act.now, waiting_for=WaitingFor.REVIEWERS, due_on=due_on)
