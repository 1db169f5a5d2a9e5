"""The figures of every scheme's budget: now from kept balances, as at a past day from entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    func,
    or_,
    select,
    true,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from backoffice.cases.models import Case
from backoffice.disbursement.models import CarryOver, Claim, Ending, SheetLine, Tranche
from backoffice.disbursement.queries.sheets import off_sheet, place_on_sheet
from backoffice.disbursement.rules.endings import EndingState
from backoffice.disbursement.rules.lifecycles import LineState, TrancheState
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import through_end_of
from backoffice.ledger.models import LedgerAccount, LedgerTransfer
from backoffice.ledger.queries import budget_lines
from backoffice.ledger.rules import Book, Stage, Unit
from backoffice.reports.rules.figures import Figures, Payable

PAGE = 50
CaseKey = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
_WHOLE = BigInteger()
_SENT = (Stage.IN_TRANSIT.value, Stage.DISBURSED.value)
_OWED = (Stage.CONTRACTED.value, Stage.CARRIED_OVER.value)
# 應付數: the claim was verified and the money has not reached the firm.
_UNPAID = (TrancheState.VERIFIED, TrancheState.SHEETED, TrancheState.SENT)


def figures(session: Session, *, as_of: date | None = None) -> tuple[Figures, ...]:
    """Every scheme that has a budget, by its code; as at the end of a day, now if None.

    Now, nothing is summed but the claims that wait to be paid.
    """
    if as_of is None:
        owed = _payable_now(session)
        lines = {line.scheme: line.stages for line in budget_lines(session)}
    else:
        owed = _payable_then(session, through_end_of(as_of))
        lines = stages_then(session, through_end_of(as_of))
    return tuple(
        Figures(scheme, stages, owed.get(scheme, Payable())) for scheme, stages in lines.items()
    )


def figures_of(session: Session, scheme: str, *, as_of: date | None = None) -> Figures:
    """One scheme's figures; all zero before it has a budget."""
    found = {each.scheme: each for each in figures(session, as_of=as_of)}
    return found.get(scheme, Figures(scheme, {}, Payable()))


def stages_then(session: Session, before: datetime) -> dict[str, Mapping[Stage, Ntd]]:
    """Where every scheme's dollars stood just before an instant, added up by covering indexes."""
    sides = union_all(
        *(
            select(
                column.label("account_id"), (sign * func.sum(LedgerTransfer.quantity)).label("came")
            )
            .where(LedgerTransfer.at < before)
            .group_by(column)
            for column, sign in ((LedgerTransfer.target_id, 1), (LedgerTransfer.source_id, -1))
        )
    ).subquery()
    rows = session.execute(
        select(LedgerAccount.scheme, LedgerAccount.stage, func.sum(sides.c.came))
        .join(sides, sides.c.account_id == LedgerAccount.id)
        .where(
            LedgerAccount.unit == Unit.NTD, LedgerAccount.book.in_((Book.BUDGET, Book.ALLOTMENT))
        )
        .group_by(LedgerAccount.scheme, LedgerAccount.stage)
        .order_by(LedgerAccount.scheme, LedgerAccount.stage)
    )
    found: dict[str, dict[Stage, Ntd]] = defaultdict(dict)
    for scheme, stage, came in rows:
        found[scheme][Stage(stage)] = Ntd(abs(int(came)))
    return dict(found)


def _payable_now(session: Session) -> Mapping[str, Payable]:
    kept = select(CarryOver.id).where(CarryOver.case_id == Tranche.case_id).exists()
    amount = type_coerce(Tranche.amount, _WHOLE)
    unsent = and_(kept, Tranche.state != TrancheState.SENT)
    rows = session.execute(
        select(Tranche.scheme, func.sum(amount), func.sum(case((unsent, amount), else_=0)))
        .where(Tranche.state.in_(_UNPAID))
        .group_by(Tranche.scheme)
        .order_by(Tranche.scheme)
    )
    return {scheme: Payable(Ntd(int(whole)), Ntd(int(carried))) for scheme, whole, carried in rows}


def _payable_then(session: Session, before: datetime) -> Mapping[str, Payable]:
    """What was verified by then, less what had been paid; carried over: less what was sent."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for scheme, is_kept, owed, unsent in session.execute(
        union_all(_verified(before), _left(before))
    ):
        sums[scheme][0] += int(owed)
        sums[scheme][1] += int(unsent) if is_kept else 0
    return {scheme: Payable(Ntd(whole), Ntd(kept)) for scheme, (whole, kept) in sums.items()}


def _kept_by(case_id: CaseKey, before: datetime) -> ColumnElement[bool]:
    return (
        select(CarryOver.id)
        .where(CarryOver.case_id == case_id, CarryOver.entered_at < before)
        .exists()
    )


def _verified(before: datetime) -> Select[str, bool, int, int]:
    """The claims verified by then, but those cancelled with their case by then."""
    cancelled = (
        select(Ending.id)
        .where(
            Ending.case_id == Claim.case_id,
            Ending.state == EndingState.DECIDED,
            Ending.decided_at < before,
            Tranche.state == TrancheState.CANCELLED,
        )
        .exists()
    )
    is_kept = _kept_by(Claim.case_id, before).label("is_kept")
    amount = func.sum(type_coerce(Claim.amount, _WHOLE))
    return (
        select(Tranche.scheme, is_kept, amount, amount)
        .join(Tranche, Tranche.id == Claim.tranche_id)
        .where(Claim.live, Claim.verified_at < before, ~cancelled)
        .group_by(Tranche.scheme, is_kept)
    )


def _left(before: datetime) -> Select[str, bool, int, int]:
    """Less what had been paid, and less what had been sent or paid; what came back stays owed."""
    source, target = aliased(LedgerAccount), aliased(LedgerAccount)
    is_kept = _kept_by(LedgerTransfer.case_id, before).label("is_kept")
    quantity = LedgerTransfer.quantity
    paid, sent = (Stage.DISBURSED.value,), _SENT
    unpaid, unsent = (*_OWED, Stage.IN_TRANSIT.value), _OWED

    def moved(inside: Collection[str], outside: Collection[str]) -> ColumnElement[int]:
        came = and_(source.stage.in_(outside), target.stage.in_(inside))
        went = and_(source.stage.in_(inside), target.stage.in_(outside))
        return func.sum(case((came, quantity), (went, -quantity), else_=0))

    return (
        select(source.scheme, is_kept, -moved(paid, unpaid), -moved(sent, unsent))
        .join(source, source.id == LedgerTransfer.source_id)
        .join(target, target.id == LedgerTransfer.target_id)
        .where(
            LedgerTransfer.at < before,
            LedgerTransfer.case_id.in_(select(Tranche.case_id)),
            or_(
                and_(source.stage.in_((*unpaid,)), target.stage.in_(sent)),
                and_(source.stage.in_(sent), target.stage.in_((*unpaid,))),
            ),
        )
        .group_by(source.scheme, is_kept)
    )


@dataclass(frozen=True, slots=True)
class OwedRow:
    """An instalment that is verified and unpaid."""

    tranche_id: int
    case_id: int
    case_number: str
    firm_name: str
    number: int
    amount: Ntd
    state: TrancheState
    verified_at: datetime | None


def owed(
    session: Session, scheme: str, *, before: int | None = None, size: int = PAGE
) -> Sequence[OwedRow]:
    """What makes 應付數 now, the newest first, `size` and one from the key `before` on."""
    rows = session.execute(
        select(
            Tranche.id.label("tranche_id"),
            Tranche.case_id,
            Case.number.label("case_number"),
            Case.firm_name,
            Tranche.number,
            Tranche.amount,
            Tranche.state,
            Claim.verified_at,
        )
        .join(Case, Case.id == Tranche.case_id)
        .outerjoin(Claim, and_(Claim.tranche_id == Tranche.id, Claim.live))
        .where(
            Tranche.scheme == scheme,
            Tranche.state.in_(_UNPAID),
            Tranche.id < before if before is not None else true(),
        )
        .order_by(Tranche.id.desc())
        .limit(size + 1)
    )
    return tuple(OwedRow(**row._mapping) for row in rows)


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A line of a sheet as a part of its total."""

    position: int
    case_id: int
    case_number: str
    firm_name: str
    amount: Ntd
    state: LineState


@dataclass(frozen=True, slots=True)
class SheetParts:
    """Some lines of a sheet, and what all of them come to."""

    rows: Sequence[SheetPart]
    count: int
    total: Ntd


def sheet_lines(session: Session, sheet_id: int, *, after: int = 0) -> SheetParts:
    """What a sheet's total is made of, by position, 50 and one from behind `after` on."""
    on_sheet = SheetLine.sheet_id == sheet_id, SheetLine.id.not_in(off_sheet(sheet_id))
    place = place_on_sheet()
    whole = session.execute(
        select(func.count(), func.sum(type_coerce(SheetLine.amount, _WHOLE))).where(*on_sheet)
    ).one()
    rows = session.execute(
        select(
            place.label("position"),
            SheetLine.case_id,
            Case.number.label("case_number"),
            Case.firm_name,
            SheetLine.amount,
            SheetLine.state,
        )
        .join(Case, Case.id == SheetLine.case_id)
        .where(*on_sheet, place > after)
        .order_by(SheetLine.position)
        .limit(PAGE + 1)
    )
    return SheetParts(
        tuple(SheetPart(**row._mapping) for row in rows), whole[0], Ntd(int(whole[1] or 0))
    )
