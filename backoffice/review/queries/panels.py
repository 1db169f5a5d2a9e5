"""A panel as the office sees it: seats by letter, sheets only once scoring has ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from backoffice.access import Role
from backoffice.cases.models import Case, WaitingFor
from backoffice.cases.rules.equipment import EquipmentFacts
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.kernel.money import Ntd
from backoffice.people.models import Account, AccountState
from backoffice.review.models import Assignment, Bonus, Decision, Panel, ScoreSheet
from backoffice.review.queries.desk import scoring_of
from backoffice.review.rules.bonuses import BonusStanding, standing
from backoffice.review.rules.lifecycles import (
    SEATED,
    AssignmentState,
    BonusState,
    DecisionKind,
    Divergence,
    PanelState,
    ScoreSheetState,
)
from backoffice.review.rules.scoring import Sheet, Total, diverges, totals_of
from backoffice.scheme import registry
from backoffice.scheme.rules import Edition, Scoring

SEATS_MAX = 50
REVIEWERS_MAX = 300
PAGE = 50
DECISIONS_MAX = 20
_CONVENOR_S_TURN = and_(
    Case.waiting_for == WaitingFor.CONVENOR,
    Case.state.in_((CaseState.IN_REVIEW, CaseState.SCORED)),
)


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


def panel_facts(session: Session, case_id: int) -> PanelFacts | None:
    """The panel of a case, without anybody's marks; None where none was seated."""
    row = session.execute(
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
        .where(Panel.case_id == case_id)
    ).one_or_none()
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


def _seats(session: Session, panel_id: int) -> tuple[SeatRow, ...]:
    rows = session.execute(
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
        .where(Assignment.panel_id == panel_id)
        .order_by(Assignment.id)
        .limit(SEATS_MAX)
    )
    return tuple(SeatRow(**row._mapping) for row in rows)


def _bonus(session: Session, case_id: int) -> BonusRow | None:
    row = session.execute(
        select(
            Bonus.version,
            Bonus.state,
            Bonus.points,
            Bonus.reason,
            Account.name,
            Bonus.confirmed_at,
        )
        .join(Account, Account.id == Bonus.confirmed_by)
        .where(Bonus.case_id == case_id)
    ).one_or_none()
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


def divergence_of(session: Session, panel: PanelFacts, policy: Scoring) -> tuple[Total, ...] | None:
    """The totals of sheets that lie so far apart that someone must deal with it, else None."""
    sheets = [each.sheet for each in counting_sheets(session, panel)]
    totals = totals_of([s for s in sheets if s.id != panel.excluded_sheet_id], policy.criteria)
    return totals if diverges(totals, policy) else None


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A person of the register who may be seated; `open_count`: cases they still have to score."""

    id: int
    name: str
    open_count: int


def reviewers(session: Session) -> tuple[Reviewer, ...]:
    """The active reviewers, whoever has least to do first."""
    waiting = (
        select(Assignment.reviewer_id, func.count().label("open_count"))
        .join(Panel, Panel.id == Assignment.panel_id)
        .where(Panel.state == PanelState.OPEN, Assignment.state.in_(SEATED))
        .group_by(Assignment.reviewer_id)
        .subquery()
    )
    rows = session.execute(
        select(Account.id, Account.name, func.coalesce(waiting.c.open_count, 0))
        .outerjoin(waiting, waiting.c.reviewer_id == Account.id)
        .where(Account.role == Role.REVIEWER, Account.state == AccountState.ACTIVE)
        .order_by(func.coalesce(waiting.c.open_count, 0), Account.id)
        .limit(REVIEWERS_MAX)
    )
    return tuple(Reviewer(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class SeatToFill:
    """A seat to be replaced: with the reviewer's name, which only this page shows."""

    id: int
    version: int
    case_id: int
    letter: str
    reviewer_name: str
    state: AssignmentState
    ground: str
    note: str


def seat_to_fill(session: Session, assignment_id: int) -> SeatToFill:
    """The seat; NoResultFound where there is none."""
    row = session.execute(
        select(
            Assignment.id,
            Assignment.version,
            Assignment.case_id,
            Assignment.letter,
            Assignment.reviewer_name,
            Assignment.state,
            Assignment.ground,
            Assignment.note,
        ).where(Assignment.id == assignment_id)
    ).one()
    return SeatToFill(*row)


def seated_ids(session: Session, case_id: int) -> frozenset[int]:
    """Everybody who sits or sat on the panel of a case."""
    rows = session.scalars(
        select(Assignment.reviewer_id)
        .where(Assignment.case_id == case_id)
        .order_by(Assignment.id)
        .limit(SEATS_MAX)
    )
    return frozenset(rows)


@dataclass(frozen=True, slots=True)
class DecidingFacts:
    """What the award is judged by, as it stands now."""

    id: int
    version: int
    number: str
    scheme: str
    edition_name: str
    variant: str
    state: CaseState
    score: int | None
    subsidy_requested: Ntd | None
    total_budget: Ntd | None
    paid_in_capital: Ntd | None
    domestic: Ntd
    new_equipment: Ntd

    @property
    def edition(self) -> Edition:
        """The edition that the case keeps for life."""
        return registry.edition_named(self.edition_name)

    @property
    def scoring(self) -> Scoring:
        """How the case is scored."""
        return scoring_of(self.edition_name)

    @property
    def equipment(self) -> EquipmentFacts:
        """The two amounts behind the bonus."""
        return EquipmentFacts(self.domestic.dollars, self.new_equipment.dollars)

    @property
    def bonus_standing(self) -> BonusStanding:
        """What the equipment table says about the bonus."""
        return standing(self.equipment, self.scoring.bonus)


def deciding_facts(session: Session, case_id: int) -> DecidingFacts:
    """The case with its amounts; NoResultFound where there is none."""
    row = session.execute(
        select(
            Case.id,
            Case.version,
            Case.number,
            Case.scheme,
            Case.edition.label("edition_name"),
            Case.variant,
            Case.state,
            Case.score,
            Case.subsidy_requested,
            Case.total_budget,
            Case.paid_in_capital,
            Case.domestic,
            Case.new_equipment,
        ).where(Case.id == case_id)
    ).one()
    return DecidingFacts(**row._mapping)


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision as it was made."""

    kind: DecisionKind
    subsidy: Ntd | None
    total_budget: Ntd | None
    score: int
    pass_mark: int
    document_number: str
    reason: str
    decided_by_name: str
    decided_at: datetime


def decisions_of(session: Session, case_id: int) -> tuple[DecisionRow, ...]:
    """The decisions on a case, oldest first."""
    rows = session.execute(
        select(
            Decision.kind,
            Decision.subsidy,
            Decision.total_budget,
            Decision.score,
            Decision.pass_mark,
            Decision.document_number,
            Decision.reason,
            Decision.decided_by_name,
            Decision.decided_at,
        )
        .where(Decision.case_id == case_id)
        .order_by(Decision.id)
        .limit(DECISIONS_MAX)
    )
    return tuple(DecisionRow(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class DecisionsRow:
    """A case that the convenor has to close or to decide."""

    id: int
    number: str
    firm_name: str
    project_name: str
    edition_name: str
    state: CaseState
    score: int | None
    subsidy_requested: Ntd | None
    waiting_since: datetime
    seats: int
    handed_in: int

    @property
    def pass_mark(self) -> int:
        """In hundredths of a point."""
        return scoring_of(self.edition_name).pass_mark


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of a list begins: after this row of its order."""

    waiting_since: datetime
    id: int


def cases_to_decide(session: Session, *, after: Place | None = None) -> tuple[DecisionsRow, ...]:
    """Cases in which it is the convenor's turn, longest waiting first, from `after` on."""
    seated = Assignment.state.in_(SEATED)
    counts = (
        select(
            Assignment.case_id,
            func.count().label("seats"),
            func.count(ScoreSheet.id).label("handed_in"),
        )
        .outerjoin(
            ScoreSheet,
            and_(
                ScoreSheet.assignment_id == Assignment.id,
                ScoreSheet.current,
                ScoreSheet.state == ScoreSheetState.SUBMITTED,
            ),
        )
        .where(seated)
        .group_by(Assignment.case_id)
        .subquery()
    )
    statement: Select[*tuple[Any, ...]] = (
        select(
            Case.id,
            Case.number,
            Case.firm_name,
            Case.project_name,
            Case.edition,
            Case.state,
            Case.score,
            Case.subsidy_requested,
            Case.waiting_since,
            func.coalesce(counts.c.seats, 0),
            func.coalesce(counts.c.handed_in, 0),
        )
        .outerjoin(counts, counts.c.case_id == Case.id)
        .where(_CONVENOR_S_TURN)
    )
    if after is not None:
        later = Case.waiting_since > after.waiting_since
        same = and_(Case.waiting_since == after.waiting_since, Case.id > after.id)
        statement = statement.where(or_(later, same))
    rows = session.execute(statement.order_by(Case.waiting_since, Case.id).limit(PAGE + 1))
    return tuple(DecisionsRow(*row) for row in rows)


def count_to_decide(session: Session) -> int:
    """How many cases wait for the convenor."""
    return session.execute(
        select(func.count()).select_from(Case).where(_CONVENOR_S_TURN)
    ).scalar_one()
