"""Every record that has a state: where each kind is kept, and how all are seen at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, cast, func, literal, select, union_all
from sqlalchemy.orm import Session

from backoffice.cases.models import Case, Seat, SeatClaim, SeatConflict
from backoffice.disbursement.models import (
    BankAnswer,
    BankClaimLine,
    BankItem,
    Checkpoint,
    Ending,
    FeeLine,
    FeeRefund,
    Recovery,
    RegisteredLoan,
    Sheet,
    SheetLine,
    Tranche,
)
from backoffice.ledger.models import BudgetClosing, BudgetShift
from backoffice.review.models import Offer
from tests.model.hands.desk import LENDING, ROUNDS, SCHEME
from tests.model.law import Kind, Look

Record = tuple[Kind, int]


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a kind is kept; `mark` says of which class a record is or whose, `schemes` which."""

    model: Any
    mark: Any = None
    schemes: tuple[str, ...] = ()


KINDS: Mapping[Kind, Kept] = {
    "case": Kept(Case, schemes=(SCHEME,)),
    "tranche": Kept(Tranche, schemes=(SCHEME,)),
    "checkpoint": Kept(Checkpoint),
    "sheet": Kept(Sheet),
    "sheet_line": Kept(SheetLine),
    "recovery": Kept(Recovery),
    "ending": Kept(Ending),
    "offer": Kept(Offer),
    "service": Kept(Case, schemes=ROUNDS),
    "seat": Kept(Seat, mark=Seat.allocation_id),
    "claim": Kept(SeatClaim),
    "conflict": Kept(SeatConflict),
    "refund": Kept(FeeRefund, mark=FeeRefund.ground),
    "answer": Kept(BankAnswer, mark=BankAnswer.form),
    "item": Kept(BankItem, mark=BankItem.bank_class),
    "lending": Kept(Case, schemes=(LENDING,)),
    "loan": Kept(RegisteredLoan),
    "bank_line": Kept(BankClaimLine),
    "interest": Kept(Tranche, schemes=(LENDING,)),
    "shift": Kept(BudgetShift, mark=BudgetShift.kind),
    "closing": Kept(BudgetClosing),
    "fee_line": Kept(FeeLine, mark=FeeLine.verdict),
}


def _rows(kind: Kind, kept: Kept) -> Any:
    mark = literal("") if kept.mark is None else func.coalesce(cast(kept.mark, String), "")
    state = cast(kept.model.state, String)
    rows = select(literal(kind).label("kind"), kept.model.id, state.label("state"), mark)
    return rows.where(kept.model.scheme.in_(kept.schemes)) if kept.schemes else rows


_ALL = union_all(*(_rows(kind, kept) for kind, kept in KINDS.items()))


def looks(session: Session) -> dict[Record, Look]:
    """Every record as it stands."""
    return {(kind, key): Look(state, mark) for kind, key, state, mark in session.execute(_ALL)}
