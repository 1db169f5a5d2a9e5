"""A case with what the firm handed in, its findings, its notes, and the imports it came with."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.cases.rules.lifecycle import CASE, FINISHED, CaseEvent, CaseState
from backoffice.db import Base, KeyType, Record, state_column
from backoffice.kernel.money import Ntd


class WaitingFor(StrEnum):
    """Whose turn it is."""

    OFFICER = "OFFICER"
    APPLICANT = "APPLICANT"
    REVIEWERS = "REVIEWERS"
    CONVENOR = "CONVENOR"
    FINANCE = "FINANCE"
    NOBODY = "NOBODY"  # the case has come to its end


class Turn(StrEnum):
    """The pile in which an officer finds a case: to be done, waiting for others, done."""

    OURS = "OURS"
    THEIRS = "THEIRS"
    DONE = "DONE"


_TURNS = {WaitingFor.OFFICER: Turn.OURS, WaitingFor.NOBODY: Turn.DONE}


class Case(Record):
    """One application by one applicant 案; one row from receipt to closing."""

    __tablename__ = "case"
    __table_args__ = (
        CheckConstraint("officer_id IS NULL OR officer_id > 0", name="officer"),
        CheckConstraint(
            "total_budget IS NULL OR total_budget >= 0", name="total_budget_not_negative"
        ),
        # One index per filter that the queue offers, each ending in its total order.
        Index("ix_case_pile", "officer_id", "turn", "waiting_since", "id"),
        Index("ix_case_pile_scheme", "officer_id", "turn", "scheme", "waiting_since", "id"),
        Index("ix_case_due", "officer_id", "due_on", "id"),
        Index("ix_case_due_scheme", "officer_id", "scheme", "due_on", "id"),
        Index("ix_case_since", "waiting_since", "id"),
        Index("ix_case_turn", "turn", "waiting_since", "id"),
        Index("ix_case_scheme", "scheme", "turn", "waiting_since", "id"),
        Index("ix_case_scheme_since", "scheme", "waiting_since", "id"),
        Index("ix_case_state", "state", "waiting_since", "id"),
        Index("ix_case_scheme_state", "scheme", "state", "waiting_since", "id"),
        Index("ix_case_firm", "firm_name", "id"),
        Index("ix_case_ubn", "ubn", "id"),
    )

    number: Mapped[str] = mapped_column(String(64), unique=True)
    # What the kept counts go by says on every change what it was (see models/counts.py).
    scheme: Mapped[str] = mapped_column(String(16), active_history=True)
    edition: Mapped[str] = mapped_column(String(24))
    variant: Mapped[str] = mapped_column(String(24), default="")
    state: Mapped[CaseState] = mapped_column(state_column(CaseState), active_history=True)
    received_at: Mapped[datetime]
    imported_at: Mapped[datetime]
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import.id"))
    complete_at: Mapped[datetime | None]
    firm_name: Mapped[str] = mapped_column(String(200))
    ubn: Mapped[str] = mapped_column(String(8))
    registration: Mapped[str] = mapped_column(String(24), default="")
    industry: Mapped[str] = mapped_column(String(64), default="")
    headcount: Mapped[str] = mapped_column(String(24), default="")  # exact decimal, as received
    paid_in_capital: Mapped[Ntd | None]
    factory_status: Mapped[str] = mapped_column(String(24), default="")
    factory_number: Mapped[str] = mapped_column(String(64), default="")
    project_name: Mapped[str] = mapped_column(String(400), default="")
    target: Mapped[str] = mapped_column(String(120), default="")
    plan_start: Mapped[date | None]
    plan_end: Mapped[date | None]
    total_budget: Mapped[Ntd | None]
    subsidy_requested: Mapped[Ntd | None]
    self_fund: Mapped[Ntd | None]
    domestic: Mapped[Ntd] = mapped_column(default=Ntd(0))
    new_equipment: Mapped[Ntd] = mapped_column(default=Ntd(0))
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    contact_phone: Mapped[str] = mapped_column(String(64), default="")
    declarations: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    targets: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # S11's four numbers
    content_sha256: Mapped[str] = mapped_column(String(64))
    finding_count: Mapped[int] = mapped_column(default=0)
    # Whose turn it is, since when, and by which day; kept so that a queue never has to work it out.
    officer_id: Mapped[int | None] = mapped_column(active_history=True)
    waiting_for: Mapped[WaitingFor] = mapped_column(state_column(WaitingFor))
    turn: Mapped[Turn] = mapped_column(state_column(Turn), active_history=True)
    waiting_since: Mapped[datetime]
    due_on: Mapped[date | None]
    # What later rooms decide and lists show.
    score: Mapped[int | None]  # hundredths of a point
    subsidy: Mapped[Ntd | None]  # 核定補助款
    decided_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    def move(
        self,
        event: CaseEvent,
        *,
        at: datetime,
        waiting_for: WaitingFor,
        due_on: date | None = None,
    ) -> None:
        """The only way a case changes its state; Refused "lifecycle.not_allowed" otherwise."""
        self.state = CASE.after(self.state, event)
        self.wait(waiting_for, at=at, due_on=due_on)

    def wait(self, waiting_for: WaitingFor, *, at: datetime, due_on: date | None = None) -> None:
        """Say whose turn it is from now on, within the same state."""
        finished = self.state in FINISHED
        self.waiting_for = WaitingFor.NOBODY if finished else waiting_for
        self.turn = turn_of(self.waiting_for)
        self.waiting_since = at
        self.due_on = None if finished else due_on
        if finished:
            self.closed_at = at


def turn_of(waiting_for: WaitingFor) -> Turn:
    """The pile that goes with whose turn it is."""
    return _TURNS.get(waiting_for, Turn.THEIRS)


class _Child(Base):
    """A row of the application, in the firm's order."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    position: Mapped[int]


class BudgetLine(_Child):
    """經費: one expense category's subsidy and self-fund, untaxed."""

    __tablename__ = "budget_line"

    category: Mapped[str] = mapped_column(String(8))  # C1…C8, or blank when not of the matrix
    category_text: Mapped[str] = mapped_column(String(120))
    subsidy: Mapped[Ntd]
    self_fund: Mapped[Ntd]
    note: Mapped[str] = mapped_column(Text, default="")


class Equipment(_Child):
    """設備: a piece of new equipment."""

    __tablename__ = "equipment"

    name: Mapped[str] = mapped_column(String(200))
    model: Mapped[str] = mapped_column(String(200), default="")
    use: Mapped[str] = mapped_column(Text, default="")
    quantity: Mapped[int]
    unit_price: Mapped[Ntd]
    domestic: Mapped[bool]
    vendor: Mapped[str] = mapped_column(String(200), default="")


class PlannedCheckpoint(_Child):
    """查核點 as planned in the application."""

    __tablename__ = "planned_checkpoint"

    subproject: Mapped[str] = mapped_column(String(200), default="")
    work_item: Mapped[str] = mapped_column(Text, default="")
    method: Mapped[str] = mapped_column(Text, default="")
    item: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date]
    weight_bp: Mapped[int]


class Benefit(_Child):
    """效益: an expected benefit."""

    __tablename__ = "benefit"

    kind: Mapped[str] = mapped_column(String(24))
    item: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(64), default="")
    before: Mapped[str] = mapped_column(String(64), default="")
    after: Mapped[str] = mapped_column(String(64), default="")
    basis: Mapped[str] = mapped_column(Text, default="")


class Member(_Child):
    """成員: a partner firm of a consortium."""

    __tablename__ = "member"

    firm_name: Mapped[str] = mapped_column(String(200))
    ubn: Mapped[str] = mapped_column(String(8), index=True)
    factory_number: Mapped[str] = mapped_column(String(64), default="")
    subsidy: Mapped[Ntd | None]
    self_fund: Mapped[Ntd | None]


class FeePaid(_Child):
    """繳費: a fee that the firm paid; one transfer into the fee book each.

    `paid_at` is the bank's value time. `source` is a `FeeSource`; `entered_at` the instant at which
    it was booked, None for what came in before there was a fee book. What was given back in full
    (`returned_at`) counts towards no fee any more.
    """

    __tablename__ = "fee_paid"

    paid_at: Mapped[datetime]
    amount: Mapped[Ntd]
    receipt_number: Mapped[str] = mapped_column(String(64), default="")
    source: Mapped[str] = mapped_column(String(16), default="INTAKE", server_default="INTAKE")
    entered_by: Mapped[int | None]
    entered_by_name: Mapped[str] = mapped_column(String(120), default="", server_default="")
    entered_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]


class Loan(_Child):
    """貸款: a loan under the loan schemes."""

    __tablename__ = "loan"

    loan_class: Mapped[str] = mapped_column(String(8))
    amount: Mapped[Ntd]
    purpose: Mapped[str] = mapped_column(String(24), default="")
    plan_cost: Mapped[Ntd | None]
    condition: Mapped[str] = mapped_column(String(8), default="")
    bank_code: Mapped[str] = mapped_column(String(8), default="")
    drawn_on: Mapped[date | None]


class Trainee(_Child):
    """學員: a person who takes a course."""

    __tablename__ = "trainee"

    course: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(120))
    employer_ubn: Mapped[str] = mapped_column(String(8))
    employed: Mapped[bool | None]


class FindingState(StrEnum):
    """What the officer said of a finding."""

    OPEN = "OPEN"
    CONFIRMED = "CONFIRMED"
    OVERRULED = "OVERRULED"


class EligibilityFinding(Record):
    """A rule that the case does not meet, with the officer's word on it."""

    __tablename__ = "finding"
    __table_args__ = (
        CheckConstraint("state <> 'OVERRULED' OR reason <> ''", name="overruled_with_reason"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    code: Mapped[str] = mapped_column(String(48))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    clause: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[FindingState] = mapped_column(state_column(FindingState))
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[int | None]
    decided_at: Mapped[datetime | None]

    def decide(self, state: FindingState, *, by: int, at: datetime, reason: str) -> None:
        """Record the officer's word: confirmed, or overruled with a reason."""
        self.state = state
        self.decided_by = by
        self.decided_at = at
        self.reason = reason


class CaseNote(Base):
    """A note that an officer left on a case; never changed."""

    __tablename__ = "case_note"

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    author_id: Mapped[int]
    author_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)


class ImportState(StrEnum):
    """A preview waits for its confirmation."""

    PREVIEWED = "PREVIEWED"
    CONFIRMED = "CONFIRMED"
    DISCARDED = "DISCARDED"


class Import(Record):
    """One workbook brought in: the file, who, when, and what was found in it."""

    __tablename__ = "import"

    document_id: Mapped[int]
    file_name: Mapped[str] = mapped_column(String(200))
    file_sha256: Mapped[str] = mapped_column(String(64), index=True)
    cells_sha256: Mapped[str] = mapped_column(String(64), index=True)  # of what is in its cells
    state: Mapped[ImportState] = mapped_column(state_column(ImportState))
    by: Mapped[int]
    by_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    case_count: Mapped[int] = mapped_column(default=0)  # cases that this import brought in
    reading: Mapped[int] = mapped_column(default=0)  # which of its details are the present ones
    summary: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    def tell(self, summary: dict[str, Any], reading: int) -> None:
        """Say what was found in the workbook, and under which reading the details stand."""
        self.summary = summary
        self.reading = reading

    def confirm(self, *, at: datetime, case_count: int) -> None:
        """The preview was confirmed and its cases went in."""
        self.state = ImportState.CONFIRMED
        self.confirmed_at = at
        self.case_count = case_count

    def discard(self) -> None:
        """The preview was given up; nothing of it went in."""
        self.state = ImportState.DISCARDED


class ImportPile(StrEnum):
    """What a detail of an import means for its case: it cannot enter, or it needs a look."""

    CANNOT_ENTER = "CANNOT_ENTER"
    NEEDS_A_LOOK = "NEEDS_A_LOOK"


class ImportDetail(Base):
    """Something to tell about one place of an imported workbook; written once."""

    __tablename__ = "import_detail"
    __table_args__ = (Index("ix_import_detail_page", "import_id", "reading", "pile", "position"),)

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("import.id"))
    reading: Mapped[int]
    pile: Mapped[ImportPile] = mapped_column(state_column(ImportPile))
    position: Mapped[int]
    sheet: Mapped[str] = mapped_column(String(40))
    row: Mapped[int]
    column: Mapped[str | None] = mapped_column(String(40))
    case_number: Mapped[str | None] = mapped_column(String(64))
    code: Mapped[str] = mapped_column(String(48))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)


class WindowClosure(Base):
    """A round's window closed before its date, for good: at which instant, and why (§4.5)."""

    __tablename__ = "window_closure"

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    scheme: Mapped[str] = mapped_column(String(16))
    edition: Mapped[str] = mapped_column(String(24), unique=True)
    cause: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime]
    document_number: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text, default="")
    declared_by: Mapped[int]
    declared_by_name: Mapped[str] = mapped_column(String(120))
