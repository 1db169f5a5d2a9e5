"""What a decision is judged by, the decisions there are, and the convenor's list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case, WaitingFor
from backoffice.cases.rules.equipment import EquipmentFacts
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.kernel.money import Ntd
from backoffice.review.models import Assignment, Decision, ScoreSheet
from backoffice.review.queries.desk import scoring_of
from backoffice.review.rules.bonuses import BonusStanding, standing
from backoffice.review.rules.lifecycles import (
    SEATED,
    DecisionKind,
    ScoreSheetState,
)
from backoffice.scheme import registry
from backoffice.scheme.rules import Edition, Scoring, Variant

PAGE = 50
DECISIONS_MAX = 20
_CONVENOR_S_TURN = and_(
    Case.waiting_for == WaitingFor.CONVENOR,
    Case.state.in_((CaseState.IN_REVIEW, CaseState.SCORED)),
)


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
    def chosen_variant(self) -> Variant | None:
        """The leaf of the scheme that the case belongs to; None where none was told."""
        return self.edition.variant(self.variant) if self.variant else None

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


def cases_to_decide(
    session: Session, *, after: Place | None = None, size: int = PAGE
) -> tuple[DecisionsRow, ...]:
    """Cases in which it is the convenor's turn, longest waiting first, from `after` on.

    One more than `size`, so that it is seen whether more follow.
    """
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
    rows = session.execute(statement.order_by(Case.waiting_since, Case.id).limit(size + 1))
    return tuple(DecisionsRow(*row) for row in rows)


def count_to_decide(session: Session) -> int:
    """How many cases wait for the convenor."""
    return session.execute(
        select(func.count()).select_from(Case).where(_CONVENOR_S_TURN)
    ).scalar_one()
