"""What every use case of this room begins with: the case, its panel, seats and sheets, locked.

Whatever touches a panel locks its case first, so two acts on one case come one after the other
on both engines.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import bindparam, select

from backoffice.cases.models import Case, Equipment, Member, WaitingFor
from backoffice.cases.rules.equipment import EquipmentFacts
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.kernel.refusal import Refused, Stale
from backoffice.kernel.taiwan import local_date
from backoffice.people.models import Employment
from backoffice.review.models import Assignment, Bonus, Panel, ScoreSheet
from backoffice.review.rules.bonuses import BonusStanding, standing
from backoffice.review.rules.conflicts import Employed, Parties, known_conflict
from backoffice.review.rules.lifecycles import (
    SEATED,
    Divergence,
    PanelState,
    ScoreSheetState,
)
from backoffice.review.rules.scoring import Sheet, diverges, totals_of
from backoffice.scheme import registry
from backoffice.scheme.rules import Edition, Scoring, Variant
from backoffice.use_case import Act

SEATS_MAX = 50
ROWS_MAX = 500


def today(act: Act) -> date:
    """The act's day in Taipei."""
    return local_date(act.now)


def locked_case(act: Act, case_id: int) -> Case:
    """The case, held until the act ends; NoResultFound where there is none."""
    return act.session.get_one(Case, case_id, with_for_update=True)


def edition_of(case: Case) -> Edition:
    """The edition that the case keeps for life."""
    return registry.edition_named(case.edition)


def variant_of(case: Case, edition: Edition) -> Variant | None:
    """The leaf of the scheme that the case belongs to; None where none was told."""
    return edition.variant(case.variant) if case.variant else None


def policy_of(case: Case) -> Scoring:
    """How the case's edition scores. Refuses "panel.no_scoring" where it does not."""
    scoring = edition_of(case).scoring
    if scoring is None:
        raise Refused("panel.no_scoring", number=case.number)
    return scoring


def panel_of(act: Act, case: Case) -> Panel:
    """The case's panel. Refuses "panel.none"."""
    panel = act.session.scalars(_PANEL, {"case_id": case.id}).one_or_none()
    if panel is None:
        raise Refused("panel.none", number=case.number)
    return panel


def panel_at(act: Act, case: Case, version: int) -> Panel:
    """The panel as the page showed it, still scoring.

    Refuses "panel.closed" (closed_at) and "panel.not_in_review" (state); Stale.
    """
    panel = panel_of(act, case)
    refuse_unless_scoring(case, panel)
    if panel.version != version:
        raise Stale
    return panel


def refuse_unless_scoring(case: Case, panel: Panel) -> None:
    """Refuses "panel.closed" (closed_at) and "panel.not_in_review" (state)."""
    refuse_unless_open(case.number, case.state, panel.state, panel.closed_at)


def refuse_unless_open(
    number: str, case_state: CaseState, panel_state: PanelState, closed_at: datetime | None
) -> None:
    """The same of what was read without the records."""
    if panel_state is PanelState.CLOSED:
        raise Refused("panel.closed", number=number, closed_at=closed_at)
    if case_state is not CaseState.IN_REVIEW:
        raise Refused("panel.not_in_review", number=number, state=case_state)


def own_seat(act: Act, assignment_id: int) -> Assignment:
    """The reviewer's own seat, still theirs; NoResultFound for anybody else's or a given-up one."""
    return act.session.scalars(
        select(Assignment).where(
            Assignment.id == assignment_id,
            Assignment.reviewer_id == act.actor.id,
            Assignment.state.in_(SEATED),
        )
    ).one()


def seats_of(act: Act, panel: Panel) -> Sequence[Assignment]:
    """Every seat that the panel ever had, in order."""
    return act.session.scalars(
        select(Assignment)
        .where(Assignment.panel_id == panel.id)
        .order_by(Assignment.id)
        .limit(SEATS_MAX)
    ).all()


def seated(seats: Sequence[Assignment]) -> list[Assignment]:
    """The seats whose reviewers are still on the panel."""
    return [seat for seat in seats if seat.state in SEATED]


def current_sheets(act: Act, panel: Panel) -> dict[int, ScoreSheet]:
    """The sheet in force of each seat that has one, by seat."""
    found = act.session.scalars(
        select(ScoreSheet)
        .where(ScoreSheet.case_id == panel.case_id, ScoreSheet.current)
        .order_by(ScoreSheet.id)
        .limit(SEATS_MAX)
    )
    return {sheet.assignment_id: sheet for sheet in found}


def current_sheet(act: Act, seat: Assignment) -> ScoreSheet | None:
    """The sheet in force of one seat; None before the declaration."""
    return act.session.scalars(
        select(ScoreSheet).where(ScoreSheet.assignment_id == seat.id, ScoreSheet.current)
    ).one_or_none()


def valid_sheets(
    panel: Panel, seats: Sequence[Assignment], sheets: dict[int, ScoreSheet]
) -> tuple[Sheet, ...]:
    """The sheets that count: handed in and not left out; who left took theirs along, void."""
    counting = [(seat, sheets[seat.id]) for seat in seats if seat.id in sheets]
    return tuple(
        Sheet(sheet.id, seat.letter, sheet.marks)
        for seat, sheet in counting
        if sheet.state is ScoreSheetState.SUBMITTED and sheet.id != panel.excluded_sheet_id
    )


def counting_sheets(act: Act, panel: Panel) -> tuple[Sheet, ...]:
    """The same, where nothing else of the seats and sheets is asked for."""
    rows = act.read(_COUNTING, {"panel_id": panel.id, "case_id": panel.case_id})
    return tuple(Sheet(*row) for row in rows if row.id != panel.excluded_sheet_id)


def forget_divergence(panel: Panel) -> None:
    """The sheets are no longer those whose divergence was dealt with."""
    if panel.divergence is not None or panel.proposed_divergence is not None:
        panel.divergence = None
        panel.divergence_reason = ""
        panel.divergence_by = None
        panel.excluded_sheet_id = None
        panel.proposed_divergence = None
        panel.proposal_note = ""


def equipment_of(case: Case) -> EquipmentFacts:
    """The two amounts behind the bonus."""
    return EquipmentFacts(case.domestic.dollars, case.new_equipment.dollars)


def bonus_of(act: Act, case: Case) -> Bonus | None:
    """What was recorded about the bonus so far."""
    return act.session.scalars(select(Bonus).where(Bonus.case_id == case.id)).one_or_none()


def bonus_is_open(act: Act, case: Case, policy: Scoring) -> bool:
    """Whether the equipment opens the bonus and no officer has confirmed it yet."""
    is_open = standing(equipment_of(case), policy.bonus) is BonusStanding.OPEN
    return is_open and bonus_of(act, case) is None


def settle_turn(act: Act, case: Case, panel: Panel, policy: Scoring) -> None:
    """Say whose turn it is now: reviewers', then the officer's for what is left, the convenor's."""
    waiting = _whose_turn(act, case, panel, policy)
    if waiting is not case.waiting_for:
        due_on = panel.due_on if waiting is WaitingFor.REVIEWERS else None
        case.wait(waiting, at=act.now, due_on=due_on)


def _whose_turn(act: Act, case: Case, panel: Panel, policy: Scoring) -> WaitingFor:
    seats, sheets = seats_of(act, panel), current_sheets(act, panel)
    on_panel = seated(seats)
    if len(on_panel) < policy.quorum:
        return WaitingFor.OFFICER
    handed_in = [
        seat
        for seat in on_panel
        if seat.id in sheets and sheets[seat.id].state is ScoreSheetState.SUBMITTED
    ]
    if len(handed_in) < len(on_panel):
        return WaitingFor.REVIEWERS
    totals = totals_of(valid_sheets(panel, seats, sheets), policy.criteria)
    unprepared = panel.divergence is None and panel.proposed_divergence is None
    if (diverges(totals, policy) and unprepared) or bonus_is_open(act, case, policy):
        return WaitingFor.OFFICER
    return WaitingFor.CONVENOR


def is_settled(panel: Panel) -> bool:
    """Whether the divergence of the present sheets was decided so that scoring may end."""
    return panel.divergence in (Divergence.KEEP, Divergence.EXCLUDE)


def refuse_conflict(act: Act, case: Case, person_id: int, name: str) -> None:
    """Refuses "recusal.known" or "recusal.known_now" where the register shows a ground."""
    employed = [Employed(*row) for row in act.read(_EMPLOYED, {"person_id": person_id})]
    if not employed:
        return
    conflict = known_conflict(
        employed,
        _parties(act, case),
        today(act),
        edition_of(case).recusal,
    )
    if conflict is None:
        return
    facts = {"person": name, "firm": conflict.firm_name, "ground": conflict.ground}
    if conflict.until is None:
        raise Refused("recusal.known_now", **facts)
    raise Refused("recusal.known", until=conflict.until, **facts)


def _parties(act: Act, case: Case) -> Parties:
    partners = act.session.scalars(
        select(Member.ubn).where(Member.case_id == case.id).order_by(Member.id).limit(ROWS_MAX)
    )
    vendors = act.session.scalars(
        select(Equipment.vendor)
        .where(Equipment.case_id == case.id, Equipment.vendor != "")
        .order_by(Equipment.id)
        .limit(ROWS_MAX)
    )
    return Parties(frozenset({case.ubn, *partners}), frozenset(vendors))


def refuse_one_s_own(act: Act, case: Case) -> None:
    """Whoever scores does not decide: refuses "decision.own_score"; then the register is asked."""
    scored = act.read(_SCORED, {"case_id": case.id, "person_id": act.actor.id}).first()
    if scored is not None:
        raise Refused("decision.own_score", number=case.number)
    refuse_conflict(act, case, act.actor.id, act.actor.name)


def reason_given(text: str) -> str:
    """The reason without white space around it. Refuses "note.missing" for none."""
    reason = text.strip()
    if not reason:
        raise Refused("note.missing")
    return reason


# Built once: what is asked in nearly every act of this room.
_PANEL = select(Panel).where(Panel.case_id == bindparam("case_id"))
_COUNTING = (
    select(ScoreSheet.id, Assignment.letter, ScoreSheet.marks)
    .join(Assignment, Assignment.id == ScoreSheet.assignment_id)
    .where(
        ScoreSheet.case_id == bindparam("case_id"),
        ScoreSheet.current,
        ScoreSheet.state == ScoreSheetState.SUBMITTED,
        Assignment.panel_id == bindparam("panel_id"),
    )
    .order_by(Assignment.id)
    .limit(SEATS_MAX)
)
_EMPLOYED = (
    select(Employment.ubn, Employment.firm_name, Employment.ended_on)
    .where(Employment.account_id == bindparam("person_id"))
    .order_by(Employment.id)
    .limit(ROWS_MAX)
)
_SCORED = (
    select(Assignment.id)
    .where(
        Assignment.case_id == bindparam("case_id"),
        Assignment.reviewer_id == bindparam("person_id"),
    )
    .limit(1)
)
