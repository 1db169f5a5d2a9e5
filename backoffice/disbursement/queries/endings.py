"""Proposals to end a case before its time, as they are shown and decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from backoffice.cases.models import Case
from backoffice.disbursement.models import Ending, Sheet, SheetLine, Tranche
from backoffice.disbursement.queries.cases import ROWS_MAX, contract_of
from backoffice.disbursement.queries.recoveries import paid_tranches
from backoffice.disbursement.rules.endings import EndingKind, EndingState, Kept, Return, Standing
from backoffice.disbursement.rules.lifecycles import LineState
from backoffice.disbursement.rules.recoveries import Ground, demandable
from backoffice.kernel.money import ZERO, Ntd
from backoffice.people.models import Account
from backoffice.scheme.rules import Edition

PROPOSED_MAX = 50


@dataclass(frozen=True, slots=True)
class EndingRow:
    """One proposal as it is shown."""

    id: int
    version: int
    case_id: int
    case_number: str
    firm_name: str
    kind: EndingKind
    state: EndingState
    ground: Ground
    reason: str
    known_on: date | None
    returns: Return
    recognised: Ntd
    recognised_grant: Ntd
    paid: Ntd
    demand: Ntd
    document_id: int | None
    prepared_by: int
    prepared_by_name: str | None
    prepared_at: datetime
    number: str
    disposed_on: date | None
    due_on: date | None
    decided_by_name: str | None
    decided_at: datetime | None
    return_reason: str

    @property
    def kept(self) -> Ntd:
        """What the firm keeps of what it was paid."""
        return self.paid - self.demand


def _endings() -> Select[*tuple[Any, ...]]:
    prepared, decided = aliased(Account), aliased(Account)
    own = [
        getattr(Ending, name) for name in EndingRow.__slots__ if name in Ending.__table__.columns
    ]
    return (
        select(
            *own,
            Case.number.label("case_number"),
            Case.firm_name,
            prepared.name.label("prepared_by_name"),
            decided.name.label("decided_by_name"),
        )
        .join(Case, Case.id == Ending.case_id)
        .outerjoin(prepared, prepared.id == Ending.prepared_by)
        .outerjoin(decided, decided.id == Ending.decided_by)
    )


def ending(session: Session, ending_id: int) -> EndingRow:
    """One proposal; NoResultFound when there is none."""
    row = session.execute(_endings().where(Ending.id == ending_id)).one()
    return EndingRow(**row._mapping)


def endings_of(session: Session, case_id: int) -> tuple[EndingRow, ...]:
    """A case's proposals, oldest first."""
    rows = session.execute(
        _endings().where(Ending.case_id == case_id).order_by(Ending.id).limit(ROWS_MAX)
    )
    return tuple(EndingRow(**row._mapping) for row in rows)


def proposed(session: Session) -> tuple[EndingRow, ...]:
    """The proposals that wait for the convenor, oldest first; at most fifty of them."""
    rows = session.execute(
        _endings()
        .where(Ending.state == EndingState.PROPOSED)
        .order_by(Ending.id)
        .limit(PROPOSED_MAX)
    )
    return tuple(EndingRow(**row._mapping) for row in rows)


def proposed_id(session: Session, case_id: int) -> int | None:
    """The proposal on this case that waits for the convenor."""
    return session.execute(
        select(Ending.id)
        .where(Ending.case_id == case_id, Ending.state == EndingState.PROPOSED)
        .order_by(Ending.id)
        .limit(1)
    ).scalar_one_or_none()


def kept_basis(session: Session, case_id: int, edition: Edition) -> Kept:
    """What decides how much of a case's subsidy may be kept, as the money stands now."""
    contract = contract_of(session, case_id)
    rules = edition.budget
    variant = session.execute(select(Case.variant).where(Case.id == case_id)).scalar_one()
    return Kept(
        award=contract.subsidy if contract else ZERO,
        award_total=contract.total_budget if contract else ZERO,
        subsidy_max_bp=rules.subsidy_max_bp if rules else 0,
        cap=edition.cap(edition.variant(variant) if variant else None),
        paid=demandable(paid_tranches(session, case_id)),
    )


def standings(session: Session, case_id: int) -> tuple[Standing, ...]:
    """A case's instalments with the sheet on which each stands, in their order."""
    live = (
        select(SheetLine.tranche_id, func.max(Sheet.number).label("sheet"))
        .join(Sheet, Sheet.id == SheetLine.sheet_id)
        .where(SheetLine.case_id == case_id, SheetLine.state.in_((LineState.LIVE, LineState.SENT)))
        .group_by(SheetLine.tranche_id)
        .subquery()
    )
    rows = session.execute(
        select(Tranche.number, Tranche.state, live.c.sheet)
        .outerjoin(live, live.c.tranche_id == Tranche.id)
        .where(Tranche.case_id == case_id)
        .order_by(Tranche.number, Tranche.id)
        .limit(ROWS_MAX)
    )
    return tuple(Standing(number, state, sheet or "") for number, state, sheet in rows)
