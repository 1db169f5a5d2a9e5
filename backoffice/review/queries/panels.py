"""A panel as the office sees it: seats by letter, sheets only once scoring has ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from backoffice.db import look
from backoffice.people.models import Account
from backoffice.review.models import Assignment, Bonus, Panel, ScoreSheet
from backoffice.review.rules.lifecycles import (
    SEATED,
    AssignmentState,
    BonusState,
    Divergence,
    PanelState,
    ScoreSheetState,
)
from backoffice.review.rules.scoring import Sheet

SEATS_MAX = 50
VERSIONS_MAX = 300


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A seat of a panel: its letter, where it stands, and whether a sheet is in. No marks."""

    id: int
    version: int
    letter: str
    state: AssignmentState
    due_on: date | None
    declared_at: datetime | None
    ended_at: datetime | None
    ground: str
    note: str
    sheet_id: int | None
    sheet_state: ScoreSheetState | None
    sheet_number: int | None
    submitted_at: datetime | None

    @property
    def is_seated(self) -> bool:
        """Whether the reviewer is still on the panel."""
        return self.state in SEATED

    @property
    def is_handed_in(self) -> bool:
        """Whether a sheet of this seat counts."""
        return self.sheet_state is ScoreSheetState.SUBMITTED


@dataclass(frozen=True, slots=True)
class ScoredSheet:
    """A sheet that counts, with its marks and words; only for whoever may see them now."""

    sheet: Sheet
    reasons: Mapping[str, str]
    opinion: str
    number: int
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class BonusRow:
    """What was recorded about the bonus; `points` in hundredths."""

    version: int
    state: BonusState
    points: int
    reason: str
    confirmed_by: str
    confirmed_at: datetime


@dataclass(frozen=True, slots=True)
class PanelFacts:
    """A panel with its seats and bonus. Scores are hundredths of a point, None before the end."""

    id: int
    version: int
    case_id: int
    state: PanelState
    due_on: date | None
    round: int
    closed_at: datetime | None
    closed_by: str | None
    valid_count: int | None
    base_score: int | None
    bonus_score: int | None
    score: int | None
    divergence: Divergence | None
    divergence_reason: str
    excluded_sheet_id: int | None
    proposed_divergence: Divergence | None
    proposal_note: str
    seats: tuple[SeatRow, ...]
    bonus: BonusRow | None

    @property
    def is_closed(self) -> bool:
        """Whether scoring has ended."""
        return self.state is PanelState.CLOSED

    @property
    def on_panel(self) -> tuple[SeatRow, ...]:
        """The seats whose reviewers are still there."""
        return tuple(seat for seat in self.seats if seat.is_seated)

    @property
    def handed_in(self) -> tuple[SeatRow, ...]:
        """The seats whose sheets are in."""
        return tuple(seat for seat in self.on_panel if seat.is_handed_in)

    @property
    def awaited(self) -> tuple[SeatRow, ...]:
        """The seats whose sheets are not in."""
        return tuple(seat for seat in self.on_panel if not seat.is_handed_in)


_PANEL = (
    select(
        Panel.id,
        Panel.version,
        Panel.case_id,
        Panel.state,
        Panel.due_on,
        Panel.round,
        Panel.closed_at,
        Account.name.label("closed_by"),
        Panel.valid_count,
        Panel.base_score,
        Panel.bonus_score,
        Panel.score,
        Panel.divergence,
        Panel.divergence_reason,
        Panel.excluded_sheet_id,
        Panel.proposed_divergence,
        Panel.proposal_note,
    )
    .outerjoin(Account, Account.id == Panel.closed_by)
    .where(Panel.case_id == bindparam("case_id"))
)


def panel_facts(session: Session, case_id: int) -> PanelFacts | None:
    """The panel of a case, without anybody's marks; None where none was seated."""
    row = look(session, _PANEL, {"case_id": case_id}).one_or_none()
    if row is None:
        return None
    values = dict(row._mapping)
    proposed = values.pop("proposed_divergence")
    return PanelFacts(
        **values,
        proposed_divergence=Divergence(proposed) if proposed else None,
        seats=_seats(session, row.id),
        bonus=_bonus(session, case_id),
    )


_SEATS = (
    select(
        Assignment.id,
        Assignment.version,
        Assignment.letter,
        Assignment.state,
        Assignment.due_on,
        Assignment.declared_at,
        Assignment.ended_at,
        Assignment.ground,
        Assignment.note,
        ScoreSheet.id.label("sheet_id"),
        ScoreSheet.state.label("sheet_state"),
        ScoreSheet.number.label("sheet_number"),
        ScoreSheet.submitted_at,
    )
    .outerjoin(ScoreSheet, and_(ScoreSheet.assignment_id == Assignment.id, ScoreSheet.current))
    .where(Assignment.panel_id == bindparam("panel_id"))
    .order_by(Assignment.id)
    .limit(SEATS_MAX)
)


def _seats(session: Session, panel_id: int) -> tuple[SeatRow, ...]:
    rows = look(session, _SEATS, {"panel_id": panel_id})
    return tuple(SeatRow(**row._mapping) for row in rows)


_BONUS = (
    select(
        Bonus.version,
        Bonus.state,
        Bonus.points,
        Bonus.reason,
        Account.name,
        Bonus.confirmed_at,
    )
    .join(Account, Account.id == Bonus.confirmed_by)
    .where(Bonus.case_id == bindparam("case_id"))
)


def _bonus(session: Session, case_id: int) -> BonusRow | None:
    row = look(session, _BONUS, {"case_id": case_id}).one_or_none()
    return None if row is None else BonusRow(*row)


def counting_sheets(session: Session, panel: PanelFacts) -> tuple[ScoredSheet, ...]:
    """The sheets that are in, with marks and words, the one left out too, in order of the seats.

    Whoever calls this has asked whether the reader may see them: see `PanelFacts.is_closed`.
    """
    rows = session.execute(
        select(
            ScoreSheet.id,
            Assignment.letter,
            ScoreSheet.marks,
            ScoreSheet.reasons,
            ScoreSheet.opinion,
            ScoreSheet.number,
            ScoreSheet.submitted_at,
        )
        .join(Assignment, Assignment.id == ScoreSheet.assignment_id)
        .where(
            ScoreSheet.case_id == panel.case_id,
            ScoreSheet.current,
            ScoreSheet.state == ScoreSheetState.SUBMITTED,
        )
        .order_by(Assignment.id)
        .limit(SEATS_MAX)
    )
    return tuple(
        ScoredSheet(
            Sheet(row.id, row.letter, row.marks),
            row.reasons,
            row.opinion,
            row.number,
            row.submitted_at,
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class SheetVersion:
    """One version of a reviewer's sheet, by letter; `payload_sha256` is blank for a draft."""

    id: int
    letter: str
    number: int
    state: ScoreSheetState
    saved_at: datetime
    submitted_at: datetime | None
    payload_sha256: str


def sheet_versions(session: Session, case_id: int) -> tuple[SheetVersion, ...]:
    """Every version that a sheet of the case ever had, without marks, by letter and number."""
    rows = session.execute(
        select(
            ScoreSheet.id,
            Assignment.letter,
            ScoreSheet.number,
            ScoreSheet.state,
            ScoreSheet.saved_at,
            ScoreSheet.submitted_at,
            ScoreSheet.payload_sha256,
        )
        .join(Assignment, Assignment.id == ScoreSheet.assignment_id)
        .where(ScoreSheet.case_id == case_id)
        .order_by(Assignment.id, ScoreSheet.number)
        .limit(VERSIONS_MAX)
    )
    return tuple(SheetVersion(*row) for row in rows)
