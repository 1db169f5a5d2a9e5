"""What waits for a person, and how each item came to its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.disbursement.models import BankAnswer, BankItem, BankLine, Sheet, SheetLine
from backoffice.disbursement.queries.bank.days import answered_lines
from backoffice.disbursement.queries.sheets.places import place_on_sheet
from backoffice.disbursement.rules.bank import BankClass, ItemFacts, ItemState, Resolution
from backoffice.disbursement.rules.lifecycles import LineEvent, LineState
from backoffice.disbursement.rules.sheets import FrozenLine
from backoffice.kernel.money import Ntd

PAGE = 50
ITEMS_MAX = 4_000


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item as it is listed and shown.

    `said_…` is what the bank wrote, "" or None of a payment without answer; `line_…` and `frozen`
    are of the payment of ours that it is about, None without one.
    """

    id: int
    version: int
    answer_id: int | None
    answer_name: str | None
    kind: BankClass
    state: ItemState
    day: date
    amount: Ntd
    resolution: Resolution | None
    note: str
    counted: Ntd
    counted_as: LineEvent | None
    counted_on: date | None
    resolved_by_name: str
    resolved_at: datetime | None
    said_row: int | None
    said_event: LineEvent | None
    said_code: str | None
    said_case: str | None
    said_payee: str | None
    said_ubn: str | None
    said_bank: str | None
    said_account: str | None
    sheet_line_id: int | None
    line_state: LineState | None
    line_amount: Ntd | None
    line_settled_on: date | None
    sheet_id: int | None
    sheet: str | None
    position: int | None
    case_id: int | None
    case_number: str | None
    frozen: FrozenLine | None
    answered: bool

    @property
    def facts(self) -> ItemFacts:
        """The item as the rules ask about it."""
        return ItemFacts(self.kind, self.state, self.amount, self.line_state, self.answered)

    @property
    def payee(self) -> str:
        """Whom the payment is to: as we sent it, else as the bank says."""
        return self.frozen.payee if self.frozen else self.said_payee or ""

    @property
    def place(self) -> str:
        """The payment's place, such as 112-S01-0001 第 2 列; "" without one."""
        return f"{self.sheet} 第 {self.position} 列" if self.sheet else ""


@dataclass(frozen=True, slots=True)
class ItemKey:
    """Where a page of the list begins: after this item."""

    day: date
    id: int


def items(
    session: Session,
    *,
    state: ItemState,
    kind: BankClass | None = None,
    day: date | None = None,
    after: ItemKey | None = None,
    size: int = PAGE,
) -> tuple[ItemRow, ...]:
    """Items of one state, the oldest day first; one more than a page holds.

    `day` keeps to those dated on it or before.
    """
    later = and_(True)
    if after is not None:
        later = (BankItem.day > after.day) | (
            (BankItem.day == after.day) & (BankItem.id > after.id)
        )
    return _rows(
        session,
        _items()
        .where(
            BankItem.state == state,
            BankItem.bank_class == kind if kind is not None else and_(True),
            BankItem.day <= day if day is not None else and_(True),
            later,
        )
        .order_by(BankItem.day, BankItem.id)
        .limit(size + 1),
    )


def items_of(session: Session, answer_id: int) -> tuple[ItemRow, ...]:
    """All that an answer came to, in the order of its lines; then what it is silent about."""
    return _rows(
        session,
        _items()
        .where(BankItem.answer_id == answer_id)
        .order_by(BankItem.bank_line_id.is_(None), BankItem.bank_line_id, BankItem.id)
        .limit(ITEMS_MAX),
    )


def items_of_sheet(session: Session, sheet_id: int) -> tuple[ItemRow, ...]:
    """All that came of the payments of a sheet, by position."""
    return _rows(
        session,
        _items()
        .where(SheetLine.sheet_id == sheet_id)
        .order_by(SheetLine.position, BankItem.id)
        .limit(ITEMS_MAX),
    )


def item(session: Session, item_id: int) -> ItemRow:
    """One item; NoResultFound when there is none."""
    found = _rows(session, _items().where(BankItem.id == item_id))
    if not found:
        raise NoResultFound(f"no item {item_id}")
    return found[0]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many items of a class wait, and their amounts in all."""

    kind: BankClass
    count: int
    amount: Ntd


def waiting(session: Session) -> tuple[Waiting, ...]:
    """What waits for a person, by class."""
    rows = session.execute(
        select(BankItem.bank_class, func.count(), func.sum(BankItem.amount))
        .where(BankItem.state == ItemState.OPEN)
        .group_by(BankItem.bank_class)
        .order_by(BankItem.bank_class)
    )
    return tuple(Waiting(*row) for row in rows)


def _items() -> Select[*tuple[Any, ...]]:
    return (
        select(
            BankItem.id,
            BankItem.version,
            BankItem.answer_id,
            BankAnswer.name.label("answer_name"),
            BankItem.bank_class.label("kind"),
            BankItem.state,
            BankItem.day,
            BankItem.amount,
            BankItem.resolution,
            BankItem.note,
            BankItem.counted,
            BankItem.counted_as,
            BankItem.counted_on,
            BankItem.resolved_by_name,
            BankItem.resolved_at,
            BankLine.row.label("said_row"),
            BankLine.event.label("said_event"),
            BankLine.code.label("said_code"),
            BankLine.case_number.label("said_case"),
            BankLine.payee.label("said_payee"),
            BankLine.ubn.label("said_ubn"),
            BankLine.bank.label("said_bank"),
            BankLine.account.label("said_account"),
            BankItem.sheet_line_id,
            SheetLine.state.label("line_state"),
            SheetLine.amount.label("line_amount"),
            SheetLine.settled_on.label("line_settled_on"),
            Sheet.id.label("sheet_id"),
            Sheet.number.label("sheet"),
            place_on_sheet().label("position"),
            SheetLine.case_id,
            Case.number.label("case_number"),
            SheetLine.columns,
        )
        .outerjoin(BankAnswer, BankAnswer.id == BankItem.answer_id)
        .outerjoin(BankLine, BankLine.id == BankItem.bank_line_id)
        .outerjoin(SheetLine, SheetLine.id == BankItem.sheet_line_id)
        .outerjoin(Sheet, Sheet.id == SheetLine.sheet_id)
        .outerjoin(Case, Case.id == SheetLine.case_id)
    )


def _rows(session: Session, statement: Select[*tuple[Any, ...]]) -> tuple[ItemRow, ...]:
    found: Sequence[Any] = session.execute(statement).all()
    line_ids = [row.sheet_line_id for row in found if row.sheet_line_id is not None]
    known = answered_lines(session, line_ids) if line_ids else frozenset()
    rows = []
    for row in found:
        facts = dict(row._mapping)
        columns = facts.pop("columns")
        rows.append(
            ItemRow(
                **facts,
                frozen=FrozenLine.thawed(columns) if columns else None,
                answered=row.sheet_line_id in known,
            )
        )
    return tuple(rows)
