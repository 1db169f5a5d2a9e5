"""Places with their numbers, who wants one, who got one when and why, and the service behind it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backoffice.cases.rules.seats import (
    CLAIM,
    CONFLICT,
    SEAT,
    ClaimEvent,
    ClaimState,
    ConflictEvent,
    ConflictState,
    ReleaseCause,
    SeatEvent,
    SeatKey,
    SeatState,
)
from backoffice.db import Base, KeyType, Record, state_column
from backoffice.kernel.money import Ntd

# A live claim: see `LIVE_CLAIMS`. One that the release before made while both ran names no firm.
_LIVE = "ubn <> '' AND state IN ('WAITING', 'SEATED', 'LAPSED')"


class Seat(Record):
    """One numbered place of a round 名額; its number is its own for ever."""

    __tablename__ = "seat"
    __table_args__ = (
        UniqueConstraint("edition", "number"),
        UniqueConstraint("case_id"),  # a case has at most one place
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("(state IN ('FREE', 'UNUSED')) = (case_id IS NULL)", name="somebodys"),
        CheckConstraint("(state = 'HELD') = (due_on IS NOT NULL)", name="held_until"),
        Index("ix_seat_due", "state", "due_on", "id"),
        Index("ix_seat_state", "edition", "state", "number"),
    )

    scheme: Mapped[str] = mapped_column(String(16))
    edition: Mapped[str] = mapped_column(String(24))
    number: Mapped[int]
    state: Mapped[SeatState] = mapped_column(state_column(SeatState), default=SEAT.initial)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    allocation_id: Mapped[int | None]  # the allocation by which its case has it
    due_on: Mapped[date | None]  # the last day for the fee of a place that is held

    @property
    def was_somebodys(self) -> bool:
        """Whether a case has or had it. The lowest number goes first, so no higher one was."""
        return self.version > 1

    def give(self, event: SeatEvent, allocation: SeatAllocation, *, due_on: date | None) -> None:
        """Given to a case: held until its fee is paid, or confirmed."""
        self.move(event)
        self.case_id = allocation.case_id
        self.allocation_id = allocation.id
        self.due_on = due_on

    def move(self, event: SeatEvent) -> None:
        """The only way its state changes."""
        self.state = SEAT.after(self.state, event)
        self.due_on = None

    def free(self, event: SeatEvent) -> None:
        """Given up by its case: free again, with the same number."""
        self.move(event)
        self.case_id = self.allocation_id = None


class SeatClaim(Record):
    """A case that has come so far that a place is due to it, with what puts it in order."""

    __tablename__ = "seat_claim"
    __table_args__ = (
        UniqueConstraint("case_id"),
        Index(  # a firm has one place of a round, or waits for one
            "uq_seat_claim_firm",
            "edition",
            "ubn",
            unique=True,
            sqlite_where=text(_LIVE),
            postgresql_where=text(_LIVE),
        ),
        Index("ix_seat_claim_line", "edition", "state", "key_at", "received_at", "case_number"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    scheme: Mapped[str] = mapped_column(String(16))
    edition: Mapped[str] = mapped_column(String(24))
    ubn: Mapped[str] = mapped_column(String(8), server_default="")
    state: Mapped[ClaimState] = mapped_column(state_column(ClaimState), default=CLAIM.initial)
    key_at: Mapped[datetime]
    received_at: Mapped[datetime]
    case_number: Mapped[str] = mapped_column(String(64))
    receipt: Mapped[str] = mapped_column(String(64), default="")  # of the full fee, once paid
    due_on: Mapped[date | None]  # until when its place was last held
    choice: Mapped[str] = mapped_column(String(16), default="")  # a `Choice`, once the firm wrote
    choice_on: Mapped[date | None]
    choice_number: Mapped[str] = mapped_column(String(64), default="")
    made_at: Mapped[datetime]

    @property
    def key(self) -> SeatKey:
        return SeatKey(self.key_at, self.received_at, self.case_number)

    def move(self, event: ClaimEvent) -> None:
        """The only way its state changes."""
        self.state = CLAIM.after(self.state, event)


class SeatAllocation(Base):
    """A place given to a case, with what put the case first; never changed."""

    __tablename__ = "seat_allocation"
    __table_args__ = (
        Index("ix_seat_allocation_case", "case_id", "id"),
        Index("ix_seat_allocation_seat", "seat_id", "id"),
        Index("ix_seat_allocation_edition", "edition", "id"),
    )

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    edition: Mapped[str] = mapped_column(String(24))
    number: Mapped[int]
    key_at: Mapped[datetime]
    received_at: Mapped[datetime]
    case_number: Mapped[str] = mapped_column(String(64))
    receipt: Mapped[str] = mapped_column(String(64), default="")
    allocated_at: Mapped[datetime]
    allocated_by: Mapped[int]
    allocated_by_name: Mapped[str] = mapped_column(String(120))


class SeatRelease(Base):
    """The end of an allocation before its service, and why; never changed."""

    __tablename__ = "seat_release"
    __table_args__ = (UniqueConstraint("allocation_id"),)

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    allocation_id: Mapped[int] = mapped_column(ForeignKey("seat_allocation.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    cause: Mapped[ReleaseCause] = mapped_column(state_column(ReleaseCause))
    released_at: Mapped[datetime]
    released_by: Mapped[int]
    released_by_name: Mapped[str] = mapped_column(String(120))


class SeatConflict(Record):
    """A claim that became known late and outranks a place; a person decides, with a reason."""

    __tablename__ = "seat_conflict"
    __table_args__ = (
        CheckConstraint("state NOT IN ('KEPT', 'REPLACED') OR reason <> ''", name="reasoned"),
        Index("ix_seat_conflict_open", "state", "edition", "id"),
        Index("ix_seat_conflict_claim", "claim_id", "id"),
    )

    scheme: Mapped[str] = mapped_column(String(16))
    edition: Mapped[str] = mapped_column(String(24))
    claim_id: Mapped[int] = mapped_column(ForeignKey("seat_claim.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    allocation_id: Mapped[int] = mapped_column(ForeignKey("seat_allocation.id"))  # outranked then
    key_at: Mapped[datetime]
    rank: Mapped[int]  # the place that the key would have had
    state: Mapped[ConflictState] = mapped_column(
        state_column(ConflictState), default=CONFLICT.initial
    )
    raised_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[int | None]
    decided_by_name: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[datetime | None]

    def settle(
        self, event: ConflictEvent, *, at: datetime, by: int, by_name: str, reason: str
    ) -> None:
        """Decided by a person, or without object because the firm has its place or none."""
        self.state = CONFLICT.after(self.state, event)
        self.reason = reason
        self.decided_at = at
        self.decided_by = by
        self.decided_by_name = by_name


class Service(Record):
    """The advice or design that the firm gets 輔導: begun, delivered, closed."""

    __tablename__ = "service"
    __table_args__ = (
        UniqueConstraint("case_id"),
        CheckConstraint(
            "(delivered_on IS NULL) = (document_id IS NULL)", name="delivered_with_evidence"
        ),
        Index("ix_service_due", "due_on", "id"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    started_on: Mapped[date]
    due_on: Mapped[date | None]
    delivered_on: Mapped[date | None]
    document_id: Mapped[int | None]
    advertising: Mapped[Ntd | None]  # what the firm spent on its advertising, tax included
    note: Mapped[str] = mapped_column(Text, default="")

    def deliver(self, on: date, *, document_id: int, advertising: Ntd | None, note: str) -> None:
        """What was promised is there, with its evidence."""
        self.delivered_on = on
        self.document_id = document_id
        self.advertising = advertising
        self.note = note
