"""Demands as they are listed and shown, with what came back of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    func,
    literal,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import Session, aliased

from backoffice.cases.models import Case
from backoffice.disbursement.models import (
    NoticeWithdrawal,
    Recovery,
    RecoveryShare,
    Tranche,
)
from backoffice.disbursement.queries.cases import ROWS_MAX
from backoffice.disbursement.rules.lifecycles import EVER_PAID
from backoffice.disbursement.rules.recoveries import (
    NEVER_MADE,
    OPEN,
    RUNNING,
    Ground,
    PaidTranche,
    RecoveryCause,
    RecoveryFacts,
    RecoveryState,
    Share,
)
from backoffice.kernel.money import ZERO, Ntd, total
from backoffice.people.models import Account

PAGE = 50
_BEFORE_ALL = date(1912, 1, 1)  # a demand not made yet is due on no day


class Shelf(StrEnum):
    """The parts of the list of demands."""

    PREPARED = "prepared"
    OPEN = "open"
    OVERDUE = "overdue"
    ENFORCEMENT = "enforcement"
    RECOVERED = "recovered"
    WRITTEN_OFF = "written-off"
    WITHDRAWN = "withdrawn"


def _on_shelf(shelf: Shelf, today: date) -> ColumnElement[bool]:
    match shelf:
        case Shelf.PREPARED:
            return Recovery.state == RecoveryState.PREPARED
        case Shelf.OPEN:
            return Recovery.state == RecoveryState.DEMANDED
        case Shelf.OVERDUE:
            return and_(Recovery.state == RecoveryState.DEMANDED, Recovery.due_on < today)
        case Shelf.ENFORCEMENT:
            return Recovery.state == RecoveryState.ENFORCEMENT
        case Shelf.RECOVERED:
            return Recovery.state == RecoveryState.RECOVERED
        case Shelf.WRITTEN_OFF:
            return Recovery.state == RecoveryState.WRITTEN_OFF
        case Shelf.WITHDRAWN:
            return Recovery.state == RecoveryState.WITHDRAWN


@dataclass(frozen=True, slots=True)
class RecoveryRow:
    """One demand as it is listed and shown."""

    id: int
    version: int
    case_id: int
    case_number: str
    firm_name: str
    ubn: str
    scheme: str
    cause: RecoveryCause
    ground: Ground
    amount: Ntd
    state: RecoveryState
    number: str
    disposed_on: date | None
    due_on: date | None
    legal_text: str
    reason: str
    prepared_at: datetime
    demanded_by: int | None
    demanded_by_name: str | None
    demanded_at: datetime | None
    repaid: Ntd
    final_on: date | None
    enforcement_number: str
    enforcement_on: date | None
    enforced_by_name: str | None
    enforced_at: datetime | None
    written_off: Ntd
    write_off_number: str
    write_off_on: date | None
    write_off_reason: str
    written_off_by_name: str | None
    withdrawn_by_name: str | None
    withdrawn_reason: str | None
    ended_at: datetime | None

    @property
    def facts(self) -> RecoveryFacts:
        """The demand as the rules ask about it."""
        return RecoveryFacts(self.state, self.amount, self.repaid, self.disposed_on, self.due_on)

    @property
    def owed(self) -> Ntd:
        """What is neither back nor written off; nothing of a demand that was withdrawn."""
        if self.state is RecoveryState.WITHDRAWN:
            return ZERO
        return self.amount - self.repaid - self.written_off


def _recoveries() -> Select[*tuple[Any, ...]]:
    demanded, enforced, wrote_off, withdrew = (aliased(Account) for _ in range(4))
    own = [
        getattr(Recovery, name)
        for name in RecoveryRow.__slots__
        if name in Recovery.__table__.columns
    ]
    return (
        select(
            *own,
            Case.number.label("case_number"),
            Case.firm_name,
            Case.ubn,
            Case.scheme,
            demanded.name.label("demanded_by_name"),
            enforced.name.label("enforced_by_name"),
            wrote_off.name.label("written_off_by_name"),
            withdrew.name.label("withdrawn_by_name"),
            NoticeWithdrawal.reason.label("withdrawn_reason"),
        )
        .join(Case, Case.id == Recovery.case_id)
        .outerjoin(demanded, demanded.id == Recovery.demanded_by)
        .outerjoin(enforced, enforced.id == Recovery.enforced_by)
        .outerjoin(wrote_off, wrote_off.id == Recovery.written_off_by)
        .outerjoin(NoticeWithdrawal, NoticeWithdrawal.recovery_id == Recovery.id)
        .outerjoin(withdrew, withdrew.id == NoticeWithdrawal.withdrawn_by)
    )


def recovery(session: Session, recovery_id: int) -> RecoveryRow:
    """One demand; NoResultFound when there is none."""
    row = session.execute(_recoveries().where(Recovery.id == recovery_id)).one()
    return RecoveryRow(**row._mapping)


def recoveries_of(session: Session, case_id: int) -> tuple[RecoveryRow, ...]:
    """A case's demands, oldest first; one that went into another is left out."""
    rows = session.execute(
        _recoveries()
        .where(Recovery.case_id == case_id, Recovery.state != RecoveryState.MERGED)
        .order_by(Recovery.id)
        .limit(ROWS_MAX)
    )
    return tuple(RecoveryRow(**row._mapping) for row in rows)


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """Where a page of the list begins: after this demand."""

    due_on: date
    id: int


def key_of(row: RecoveryRow) -> RecoveryKey:
    """The place of a demand in the list."""
    return RecoveryKey(row.due_on or _BEFORE_ALL, row.id)


def recoveries(
    session: Session,
    shelf: Shelf,
    today: date,
    *,
    scheme: str = "",
    after: RecoveryKey | None = None,
    size: int = PAGE,
) -> tuple[RecoveryRow, ...]:
    """The demands of one part of the list, the earliest due first; one more than a page holds."""
    due = func.coalesce(Recovery.due_on, literal(_BEFORE_ALL))
    later: ColumnElement[bool] = true()
    if after is not None:
        later = or_(due > after.due_on, and_(due == after.due_on, Recovery.id > after.id))
    rows = session.execute(
        _recoveries()
        .where(
            _on_shelf(shelf, today),
            Case.scheme == scheme if scheme else true(),
            later,
        )
        .order_by(due, Recovery.id)
        .limit(size + 1)
    )
    return tuple(RecoveryRow(**row._mapping) for row in rows)


@dataclass(frozen=True, slots=True)
class ShelfCount:
    """How many demands stand in a part of the list, and what is owed on them in all."""

    count: int
    owed: Ntd


def shelves(session: Session, today: date) -> Mapping[Shelf, ShelfCount]:
    """Every part of the list with its count; one statement each would be seven."""
    parts = [
        (
            func.count().filter(_on_shelf(shelf, today)).label(f"count_{shelf.name}"),
            func.coalesce(
                func.sum(_dollars(Recovery.amount) - _dollars(Recovery.repaid)).filter(
                    _on_shelf(shelf, today)
                ),
                0,
            ).label(f"owed_{shelf.name}"),
        )
        for shelf in Shelf
    ]
    row = session.execute(select(*(column for pair in parts for column in pair))).one()
    found = row._mapping
    return {
        shelf: ShelfCount(found[f"count_{shelf.name}"], Ntd(int(found[f"owed_{shelf.name}"])))
        for shelf in Shelf
    }


def _dollars(column: Any) -> ColumnElement[int]:
    return type_coerce(column, BigInteger())


@dataclass(frozen=True, slots=True)
class ShareRow:
    """How much of a demand asks back which instalment."""

    tranche_id: int
    number: int
    amount: Ntd
    paid_on: date

    @property
    def share(self) -> Share:
        """The share as the rules ask about it."""
        return Share(self.tranche_id, self.amount, self.paid_on)


def shares(session: Session, recovery_id: int) -> tuple[ShareRow, ...]:
    """A demand's shares, in order of their instalments."""
    rows = session.execute(
        select(
            RecoveryShare.tranche_id, Tranche.number, RecoveryShare.amount, RecoveryShare.paid_on
        )
        .join(Tranche, Tranche.id == RecoveryShare.tranche_id)
        .where(RecoveryShare.recovery_id == recovery_id)
        .order_by(Tranche.number, RecoveryShare.id)
        .limit(ROWS_MAX)
    )
    return tuple(ShareRow(*row) for row in rows)


def paid_tranches(session: Session, case_id: int) -> tuple[PaidTranche, ...]:
    """What a case was paid, by instalment, and how much of each is demanded back already.

    A demand that is only prepared counts where it is known which instalments it asks back.
    """
    demanded = (
        select(RecoveryShare.tranche_id, func.sum(RecoveryShare.amount).label("amount"))
        .join(Recovery, Recovery.id == RecoveryShare.recovery_id)
        .where(RecoveryShare.case_id == case_id, Recovery.state.not_in(NEVER_MADE))
        .group_by(RecoveryShare.tranche_id)
        .subquery()
    )
    rows = session.execute(
        select(Tranche.id, Tranche.number, Tranche.amount, Tranche.paid_on, demanded.c.amount)
        .outerjoin(demanded, demanded.c.tranche_id == Tranche.id)
        .where(Tranche.case_id == case_id, Tranche.state.in_(EVER_PAID))
        .order_by(Tranche.number, Tranche.id)
        .limit(ROWS_MAX)
    )
    return tuple(
        PaidTranche(key, number, amount, paid_on, ZERO if asked is None else asked)
        for key, number, amount, paid_on, asked in rows
    )


def owed_by(session: Session, case_id: int) -> Ntd:
    """What a case has still to give back, demanded or to be demanded: closing waits for it."""
    rows = session.execute(
        select(Recovery.amount, Recovery.repaid)
        .where(Recovery.case_id == case_id, Recovery.state.in_(OPEN))
        .order_by(Recovery.id)
        .limit(ROWS_MAX)
    )
    return total(amount - repaid for amount, repaid in rows)


@dataclass(frozen=True, slots=True)
class OpenDemand:
    """The demand that a case waits for."""

    state: RecoveryState
    due_on: date | None


def open_demand(session: Session, case_id: int) -> OpenDemand | None:
    """The first demand of a case that is neither back nor given up; None when there is none."""
    row = session.execute(
        select(Recovery.state, Recovery.due_on)
        .where(Recovery.case_id == case_id, Recovery.state.in_(OPEN))
        .order_by(Recovery.id)
        .limit(1)
    ).one_or_none()
    return None if row is None else OpenDemand(*row)


def states_by_tranche(
    session: Session, tranche_ids: Sequence[int]
) -> Mapping[int, tuple[RecoveryState, ...]]:
    """The states of the running demands on each of these instalments."""
    found: dict[int, list[RecoveryState]] = {}
    for tranche_id, state in session.execute(
        select(RecoveryShare.tranche_id, Recovery.state)
        .join(Recovery, Recovery.id == RecoveryShare.recovery_id)
        .where(RecoveryShare.tranche_id.in_(tranche_ids), Recovery.state.in_(RUNNING))
        .order_by(RecoveryShare.tranche_id, Recovery.id)
        .limit(ROWS_MAX)
    ):
        found.setdefault(tranche_id, []).append(state)
    return {tranche_id: tuple(states) for tranche_id, states in found.items()}


def waits_for_disposition(session: Session, case_id: int) -> bool:
    """Whether a demand on the case is still to be made."""
    found = session.execute(
        select(Recovery.id)
        .where(Recovery.case_id == case_id, Recovery.state == RecoveryState.PREPARED)
        .limit(1)
    )
    return found.first() is not None
