"""Score sheets: handed in whole, taken back before scoring ends."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from backoffice.access import Permission
from backoffice.audit import canonical
from backoffice.cases.models import Case
from backoffice.kernel.refusal import Refused, Stale
from backoffice.review.models import Assignment, Panel, ScoreSheet
from backoffice.review.operations.records import (
    current_sheet,
    forget_divergence,
    locked_case,
    own_seat,
    panel_of,
    policy_of,
    refuse_conflict,
    refuse_unless_scoring,
    settle_turn,
)
from backoffice.review.queries.facts import case_facts
from backoffice.review.rules.lifecycles import AssignmentState, ScoreSheetEvent, ScoreSheetState
from backoffice.review.rules.marks import entry_of, missing
from backoffice.use_case import Act, use_case


def _draft(act: Act, seat: Assignment, case: Case, panel: Panel) -> ScoreSheet:
    """The sheet that may still be written on."""
    refuse_unless_scoring(case, panel)
    if seat.state is not AssignmentState.DECLARED:
        raise Refused("declaration.missing", number=case.number)
    sheet = current_sheet(act, seat)
    assert sheet is not None, "a declared seat has its sheet"
    if sheet.state is not ScoreSheetState.DRAFT:
        raise Refused("score_sheet.handed_in", number=case.number)
    return sheet


@use_case("review.submit_score_sheet", requires=Permission.REVIEW_SCORE)
def submit_score_sheet(act: Act, assignment_id: int, version: int) -> int:
    """Hand in the sheet as it was saved: from now on it cannot be changed; its number is returned.

    Keeps the hash of the sheet and of the case as it was seen. Refuses "score_sheet.incomplete"
    (number, criterion), "recusal.known", "declaration.missing",
    "panel.closed", "score_sheet.handed_in".
    """
    seat = own_seat(act, assignment_id)
    case = locked_case(act, seat.case_id)
    panel = panel_of(act, case)
    sheet = _draft(act, seat, case, panel)
    if sheet.version != version:
        raise Stale
    policy = policy_of(case)
    entry = entry_of(sheet.marks, sheet.reasons, sheet.opinion, policy)
    for criterion, _refusal in missing(entry, policy):
        raise Refused("score_sheet.incomplete", number=case.number, criterion=criterion.name)
    refuse_conflict(act, case, act.actor.id, act.actor.name)
    sheet.submitted_at = act.now
    sheet.evidence_sha256 = evidence_sha256(act, case)
    sheet.payload_sha256 = payload_sha256(sheet, case.number)
    sheet.move(ScoreSheetEvent.SUBMIT)
    forget_divergence(panel)
    act.session.flush()
    settle_turn(act, case, panel, policy)
    return sheet.id


@dataclass(frozen=True, slots=True)
class Chosen:
    """A sheet to be handed in, in the version that the page showed."""

    assignment_id: int
    version: int


@use_case("review.submit_score_sheets", requires=Permission.REVIEW_SCORE)
def submit_score_sheets(act: Act, chosen: Sequence[Chosen]) -> int:
    """Hand in several sheets at once, all or none; how many is returned.

    Refuses "score_sheet.none_chosen", and as `submit_score_sheet`.
    """
    if not chosen:
        raise Refused("score_sheet.none_chosen")
    versions = {each.assignment_id: each.version for each in chosen}
    # Cases are locked in one order, whoever hands in which of them.
    seats = act.session.execute(
        select(Assignment.id)
        .where(Assignment.id.in_(versions), Assignment.reviewer_id == act.actor.id)
        .order_by(Assignment.case_id)
    ).scalars()
    for assignment_id in list(seats):
        submit_score_sheet(act, assignment_id, versions.pop(assignment_id))
    if versions:
        raise NoResultFound
    return len(chosen)


@use_case("review.withdraw_sheet", requires=Permission.REVIEW_SCORE)
def withdraw_sheet(act: Act, assignment_id: int, version: int) -> int:
    """Take a sheet back before scoring ends; the next number is a draft with the same text.

    Refuses "score_sheet.not_handed_in", "panel.closed", "panel.not_in_review".
    """
    seat = own_seat(act, assignment_id)
    case = locked_case(act, seat.case_id)
    panel = panel_of(act, case)
    refuse_unless_scoring(case, panel)
    sheet = current_sheet(act, seat)
    if sheet is None or sheet.state is not ScoreSheetState.SUBMITTED:
        raise Refused("score_sheet.not_handed_in", number=case.number)
    if sheet.version != version:
        raise Stale
    draft = begin_again(act, sheet, ScoreSheetEvent.WITHDRAW)
    forget_divergence(panel)
    act.session.flush()
    settle_turn(act, case, panel, policy_of(case))
    return draft.id


def begin_again(act: Act, sheet: ScoreSheet, event: ScoreSheetEvent | None) -> ScoreSheet:
    """A new draft with the next number and the same text, in the place of a sheet.

    `event` is what happens to the old one; None for one that is void already.
    """
    if event is not None:
        sheet.move(event)
    sheet.current = False
    act.session.flush()  # at most one sheet of a seat is in force, also for an instant
    draft = ScoreSheet(
        assignment_id=sheet.assignment_id,
        case_id=sheet.case_id,
        reviewer_id=sheet.reviewer_id,
        number=sheet.number + 1,
        current=True,
        state=ScoreSheetState.DRAFT,
        marks=dict(sheet.marks),
        reasons=dict(sheet.reasons),
        opinion=sheet.opinion,
        saved_at=act.now,
    )
    act.session.add(draft)
    act.session.flush()
    return draft


def payload_of(sheet: ScoreSheet, number: str, submitted_at: datetime) -> dict[str, Any]:
    """What is frozen when a sheet is handed in, as plain values."""
    return {
        "case": number,
        "assignment": sheet.assignment_id,
        "reviewer": sheet.reviewer_id,
        "number": sheet.number,
        "marks": sheet.marks,
        "reasons": sheet.reasons,
        "opinion": sheet.opinion,
        "submitted_at": submitted_at,
        "evidence": sheet.evidence_sha256,
    }


def payload_sha256(sheet: ScoreSheet, number: str) -> str:
    """The hash of a sheet that was handed in; it can be computed again at any time."""
    assert sheet.submitted_at is not None, "only a sheet that was handed in has a hash"
    payload = payload_of(sheet, number, sheet.submitted_at)
    return hashlib.sha256(canonical(payload).encode()).hexdigest()


def evidence_sha256(act: Act, case: Case) -> str:
    """The hash of everything that the scoring desk showed of the case."""
    facts = case_facts(act.session, case.id)
    return hashlib.sha256(canonical(asdict(facts)).encode()).hexdigest()
