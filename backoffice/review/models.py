"""Panels, assignments, score sheets, the bonus, decisions, and opinions at mid-term and closing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.db import Record, state_column
from backoffice.kernel.money import Ntd
from backoffice.review.rules.lifecycles import (
    ASSIGNMENT,
    OFFER,
    PANEL,
    SCORE_SHEET,
    AssignmentEvent,
    AssignmentState,
    BonusState,
    DecisionKind,
    Divergence,
    OfferEvent,
    OfferState,
    OpinionResult,
    PanelEvent,
    PanelState,
    ReviewStage,
    ScoreSheetEvent,
    ScoreSheetState,
)


class Panel(Record):
    """The committee of one case: open while its members score, closed with a result."""

    __tablename__ = "panel"
    __table_args__ = (
        CheckConstraint("state <> 'CLOSED' OR (closed_at IS NOT NULL)", name="closed_has_instant"),
        CheckConstraint("divergence IS NULL OR divergence_reason <> ''", name="divergence_reason"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), unique=True)
    state: Mapped[PanelState] = mapped_column(state_column(PanelState))
    due_on: Mapped[date | None]
    opened_by: Mapped[int]
    opened_at: Mapped[datetime]
    round: Mapped[int] = mapped_column(default=1)  # goes up when scoring is reopened
    closed_by: Mapped[int | None]
    closed_at: Mapped[datetime | None]
    valid_count: Mapped[int | None]
    base_score: Mapped[int | None]  # hundredths, rounded once half up
    bonus_score: Mapped[int | None]  # hundredths
    score: Mapped[int | None]  # hundredths, what is printed and compared
    # 差異: keep, redo, or exclude one sheet, always with a reason.
    divergence: Mapped[Divergence | None] = mapped_column(state_column(Divergence))
    divergence_reason: Mapped[str] = mapped_column(Text, default="")
    divergence_by: Mapped[int | None]
    excluded_sheet_id: Mapped[int | None]
    proposed_divergence: Mapped[Divergence | None] = mapped_column(
        String(24)
    )  # what the officer prepared
    proposal_note: Mapped[str] = mapped_column(Text, default="")

    def move(self, event: PanelEvent) -> None:
        """The only way a panel changes its state."""
        self.state = PANEL.after(self.state, event)


class Assignment(Record):
    """One reviewer's seat on one case's panel, with the declaration of interest 迴避聲明."""

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("case_id", "reviewer_id"),
        Index("ix_assignment_reviewer", "reviewer_id", "state", "due_on", "id"),
        CheckConstraint(
            "state NOT IN ('RECUSED', 'DECLINED', 'REPLACED') OR ended_at IS NOT NULL",
            name="ended_has_instant",
        ),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    reviewer_name: Mapped[str] = mapped_column(String(120))
    letter: Mapped[str] = mapped_column(String(2))  # A, B, C: how others see the reviewer
    state: Mapped[AssignmentState] = mapped_column(state_column(AssignmentState))
    due_on: Mapped[date | None]
    assigned_at: Mapped[datetime]
    declared_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ground: Mapped[str] = mapped_column(String(8), default="")  # R1…R7 of the recusal rules
    note: Mapped[str] = mapped_column(Text, default="")

    def move(self, event: AssignmentEvent, *, at: datetime) -> None:
        """The only way an assignment changes its state."""
        self.state = ASSIGNMENT.after(self.state, event)
        if self.state is AssignmentState.DECLARED:
            self.declared_at = at
        elif ASSIGNMENT.is_final(self.state):
            self.ended_at = at


class ScoreSheet(Record):
    """One reviewer's scores of one case: a draft, then submitted and never changed again.

    `marks` holds tenths of a point by criterion, `reasons` the text by criterion; a criterion
    without a mark is missing, never zero. A correction is a new sheet with the next number.
    """

    __tablename__ = "score_sheet"
    # The sheets themselves keep every mark; a timeline must not tell them before scoring ends.
    __audit_hidden__ = frozenset({"marks", "reasons", "opinion"})
    __table_args__ = (
        UniqueConstraint("assignment_id", "number"),
        Index(
            "uq_score_sheet_current",
            "assignment_id",
            unique=True,
            sqlite_where=text("current"),
            postgresql_where=text("current"),
        ),
        Index("ix_score_sheet_case", "case_id", "reviewer_id"),
        CheckConstraint(
            "state <> 'SUBMITTED' OR (submitted_at IS NOT NULL AND payload_sha256 <> '')",
            name="submitted_is_whole",
        ),
    )

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    reviewer_id: Mapped[int]
    number: Mapped[int] = mapped_column(default=1)
    current: Mapped[bool] = mapped_column(default=True)
    state: Mapped[ScoreSheetState] = mapped_column(state_column(ScoreSheetState))
    marks: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    reasons: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    opinion: Mapped[str] = mapped_column(Text, default="")
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    payload_sha256: Mapped[str] = mapped_column(String(64), default="")
    evidence_sha256: Mapped[str] = mapped_column(String(64), default="")  # the case as it was seen

    def move(self, event: ScoreSheetEvent) -> None:
        """The only way a score sheet changes its state."""
        self.state = SCORE_SHEET.after(self.state, event)


class Bonus(Record):
    """國產設備加分: computed from the equipment table, confirmed by the officer."""

    __tablename__ = "bonus"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), unique=True)
    state: Mapped[BonusState] = mapped_column(state_column(BonusState))
    domestic: Mapped[Ntd]
    new_equipment: Mapped[Ntd]
    points: Mapped[int]  # hundredths
    reason: Mapped[str] = mapped_column(Text, default="")
    confirmed_by: Mapped[int]
    confirmed_at: Mapped[datetime]

    def settle(self, state: BonusState, points: int, *, reason: str, by: int, at: datetime) -> None:
        """Record what came of it; `points` are hundredths, 0 unless it is confirmed."""
        self.state = state
        self.points = points
        self.reason = reason
        self.confirmed_by = by
        self.confirmed_at = at


class Decision(Record):
    """決審: what was decided, on which score, and how much."""

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint("kind <> 'AWARD' OR subsidy > 0", name="award_has_amount"),
        CheckConstraint("valid_count >= quorum", name="quorum"),
        Index("ix_decision_case", "case_id", "id"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    kind: Mapped[DecisionKind] = mapped_column(state_column(DecisionKind))
    subsidy: Mapped[Ntd | None]  # 核定補助款
    total_budget: Mapped[Ntd | None]  # of the plan as awarded
    score: Mapped[int]  # hundredths
    pass_mark: Mapped[int]
    valid_count: Mapped[int]
    quorum: Mapped[int]
    document_number: Mapped[str] = mapped_column(String(64), default="")  # 核定函文號
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[int]
    decided_by_name: Mapped[str] = mapped_column(String(120))
    decided_at: Mapped[datetime]


class Offer(Record):
    """部分核定: money held for a part of what a case wants, until the firm has answered."""

    __tablename__ = "offer"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        CheckConstraint("amount > 0 AND amount < wanted", name="a_part"),
        CheckConstraint("(state = 'OPEN') = (ended_at IS NULL)", name="ended_has_instant"),
        CheckConstraint("(state = 'ACCEPTED') = (agreed_total IS NOT NULL)", name="agreed_total"),
        Index(
            "uq_offer_open",
            "case_id",
            unique=True,
            sqlite_where=text("state = 'OPEN'"),
            postgresql_where=text("state = 'OPEN'"),
        ),
        Index("ix_offer_due", "state", "due_on", "id"),
        Index("ix_offer_scheme", "scheme", "state", "due_on", "id"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    scheme: Mapped[str] = mapped_column(String(16))
    number: Mapped[int]  # 1, 2, … of its case
    state: Mapped[OfferState] = mapped_column(state_column(OfferState))
    amount: Mapped[Ntd]  # what is held
    wanted: Mapped[Ntd]  # what would have been awarded, had there been the money
    total_budget: Mapped[Ntd]  # of the plan as decided
    document_number: Mapped[str] = mapped_column(String(64), default="")
    offered_by: Mapped[int]
    offered_by_name: Mapped[str] = mapped_column(String(120))
    offered_at: Mapped[datetime]
    due_on: Mapped[date]
    answer_number: Mapped[str] = mapped_column(String(64), default="")  # the firm's letter
    answer_on: Mapped[date | None]
    agreed_total: Mapped[Ntd | None]  # of the plan as the firm will carry it out
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None]

    def move(self, event: OfferEvent, *, at: datetime, by: int) -> None:
        """The only way an offer changes its state."""
        self.state = OFFER.after(self.state, event)
        self.ended_at = at
        self.ended_by = by


class WaitingPlace(Record):
    """候補: a case's place in the line for its scheme's money; never given another order.

    Who waits is said by the case itself (WAITLISTED); the place stays, so a case that declines an
    offer stands where it stood before.
    """

    __tablename__ = "waiting_place"
    __table_args__ = (
        Index(
            "uq_waiting_place_order",
            "scheme",
            "decided_at",
            "complete_at",
            "received_at",
            "case_number",
            unique=True,
        ),
        CheckConstraint("wanted > 0", name="wants_something"),
        CheckConstraint("declined >= 0 AND declined < wanted", name="declined_a_part"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), unique=True)
    scheme: Mapped[str] = mapped_column(String(16))
    # The order, most significant first (domain §3.7).
    decided_at: Mapped[datetime]
    complete_at: Mapped[datetime]
    received_at: Mapped[datetime]
    case_number: Mapped[str] = mapped_column(String(64))
    wanted: Mapped[Ntd]
    total_budget: Mapped[Ntd]
    declined: Mapped[Ntd]  # the most that the firm would not take; 0 before it was asked


class StageOpinion(Record):
    """A reviewer's opinion at mid-term or closing: called for, then given or no longer awaited."""

    __tablename__ = "stage_opinion"
    __table_args__ = (
        UniqueConstraint("assignment_id", "stage", "round"),
        Index("ix_stage_opinion_case", "case_id", "stage", "round", "id"),
        CheckConstraint("(result IS NULL) = (given_at IS NULL)", name="given_is_whole"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    stage: Mapped[ReviewStage] = mapped_column(state_column(ReviewStage))
    round: Mapped[int] = mapped_column(default=1)
    called_at: Mapped[datetime]
    due_on: Mapped[date | None]
    result: Mapped[OpinionResult | None] = mapped_column(state_column(OpinionResult))
    text: Mapped[str] = mapped_column(Text, default="")
    given_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # the stage was concluded; no opinion is awaited any more
