"""What an answer left open is worked off, one item or several of one class, with a note."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from backoffice.access import Permission
from backoffice.disbursement.models import BankItem, BankLine, Sheet, SheetLine
from backoffice.disbursement.operations.bank.confirming import ITEMS_MAX, answered
from backoffice.disbursement.operations.sheets.records import hold_days
from backoffice.disbursement.operations.sheets.settling import settle_sheets
from backoffice.disbursement.queries.bank.answers import cases_of, expected_line
from backoffice.disbursement.queries.bank.days import answered_lines, closed_days
from backoffice.disbursement.rules.bank import (
    BESIDE,
    ITEM,
    SETTLES,
    BankClass,
    ItemEvent,
    ItemFacts,
    ItemState,
    Resolution,
    Worked,
    check_matched,
    check_together,
    check_worked,
)
from backoffice.disbursement.rules.lifecycles import LineEvent, LineState
from backoffice.disbursement.rules.sheets import LINES_MAX, LineOutcome
from backoffice.disbursement.rules.stages import check_reason
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused, Stale
from backoffice.use_case import Act, use_case

_EVENTS = {LineState.PAID: LineEvent.PAY, LineState.RETURNED: LineEvent.RETURN}


@dataclass(frozen=True, slots=True)
class ChosenItem:
    """An item that was ticked, at the version that the page showed."""

    item_id: int
    version: int


@dataclass(frozen=True, slots=True)
class _Said:
    """What is said about an item, and for which payment it counts."""

    item: BankItem
    line_id: int
    worked: Worked


@use_case("bank.resolve", requires=Permission.SHEET_SETTLE)
def resolve_item(
    act: Act, item_id: int, version: int, worked: Worked, place: tuple[str, int] | None = None
) -> None:
    """Say what became of an item, with a note; a payment that is settled by it is settled now.

    `place` (sheet, position) says which payment an unknown line is for; its own amount it must be.
    What else waits because of the same payment ends with it, but for money beside it. Refuses what
    `check_worked`, `check_matched` and `settle_sheets` do, "bank.place_unknown" (sheet, position),
    "bank.line_done" (sheet, position) for a payment that is settled already, and
    "bank.day_closed" (day).
    """
    item = act.session.get_one(BankItem, item_id, with_for_update=True, populate_existing=True)
    if item.version != version:
        raise Stale
    hold_days(act)
    check_worked(_facts(act, item), worked)
    if worked.resolution in SETTLES:
        line_id = item.sheet_line_id or _matched(act, item, place)
        _settle(act, [_Said(item, line_id, worked)])
    elif worked.resolution is Resolution.AGREED:
        _agree(act, item)
    _end(act, item, worked)
    act.because(worked.note.strip())


@use_case("bank.resolve_together", requires=Permission.SHEET_SETTLE)
def resolve_items(act: Act, chosen: Sequence[ChosenItem], worked: Worked) -> int:
    """Say the same of several items of one class, all or none; how many they were.

    Without a day each payment is settled on the day of its own item. One that waits because of
    the same payment as another ends with it. Stale "bank.items_moved" (items) names those that
    somebody changed. Refuses what `check_together` and `settle_sheets` do, and "bank.day_closed".
    """
    items = _items_at(act, chosen)
    hold_days(act)
    said = {item.id: replace(worked, day=worked.day or item.day) for item in items}
    facts = _facts_of(act, items)
    check_together({number: (facts[number], said[number]) for number in said})
    if worked.resolution in SETTLES:
        first = {item.sheet_line_id: item for item in reversed(items)}
        _settle(
            act,
            [_Said(item, line_id, said[item.id]) for line_id, item in first.items() if line_id],
        )
    for item in items:
        if item.state is ItemState.OPEN:
            if worked.resolution is Resolution.AGREED:
                _agree(act, item)
            _end(act, item, worked)
    act.because(worked.note.strip())
    return len(items)


def _items_at(act: Act, chosen: Sequence[ChosenItem]) -> Sequence[BankItem]:
    """The items in the order of their numbers, held, as they were ticked."""
    versions = {each.item_id: each.version for each in chosen}
    items = act.session.scalars(
        select(BankItem)
        .where(BankItem.id.in_(versions))
        .order_by(BankItem.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    known = {item.id: item.version for item in items}
    moved = [number for number in versions if known.get(number) != versions[number]]
    if moved:
        raise Stale("bank.items_moved", items=tuple(sorted(moved)))
    return items


def _facts(act: Act, item: BankItem) -> ItemFacts:
    return _facts_of(act, [item])[item.id]


def _facts_of(act: Act, items: Iterable[BankItem]) -> dict[int, ItemFacts]:
    """The items as the rules ask about them, by number."""
    about = {item.id: item.sheet_line_id for item in items}
    lines = {
        line.id: line
        for line in act.session.scalars(
            select(SheetLine)
            .where(SheetLine.id.in_({each for each in about.values() if each is not None}))
            .order_by(SheetLine.id)
        )
    }
    known = answered_lines(act.session, tuple(lines))
    found = {}
    for item in items:
        line = lines.get(item.sheet_line_id or 0)
        found[item.id] = ItemFacts(
            item.bank_class,
            item.state,
            item.amount,
            line.state if line else None,
            line is not None and line.id in known,
        )
    return found


def _matched(act: Act, item: BankItem, place: tuple[str, int] | None) -> int:
    """The payment that a person says an unknown line is for."""
    sheet, position = place or ("", 0)
    line = expected_line(act.session, sheet, position)
    if line is None:
        raise Refused("bank.place_unknown", sheet=sheet, position=position)
    if not line.is_waiting:
        raise Refused("bank.line_done", sheet=sheet, position=position)
    check_matched(item.amount, line.amount)
    return line.id


def _settle(act: Act, said: Sequence[_Said]) -> None:
    """Settle each payment once as the person says, and count its item for it."""
    lines = {each.line_id: act.session.get_one(SheetLine, each.line_id) for each in said}
    outcomes: dict[int, list[LineOutcome]] = {}
    for each in said:
        outcome = _outcome(act, each.item, each.line_id, each.worked)
        outcomes.setdefault(lines[each.line_id].sheet_id, []).append(outcome)
    settle_sheets(
        act,
        {
            act.session.get_one(Sheet, sheet_id): found
            for sheet_id, found in sorted(outcomes.items())
        },
    )
    cases = cases_of(act.session, tuple(lines))
    for each in said:
        item, worked = each.item, each.worked
        assert worked.day is not None, "checked"
        item.sheet_line_id = each.line_id
        item.case_id = cases[each.line_id]
        _count(item, lines[each.line_id].amount, SETTLES[worked.resolution], worked.day)
        for other in _others(act, item):
            answered(act, other, f"併同第 {item.id} 號辦理")


def _outcome(act: Act, item: BankItem, line_id: int, worked: Worked) -> LineOutcome:
    assert worked.day is not None, "checked"
    if worked.resolution is Resolution.PAID:
        return LineOutcome(line_id, LineEvent.PAY, worked.day)
    code = ""
    if item.bank_line_id is not None:
        code = act.session.get_one(BankLine, item.bank_line_id).code
    note = f"{code} {worked.note.strip()}".strip()
    return LineOutcome(line_id, LineEvent.RETURN, worked.day, worked.reason, note)


def _others(act: Act, item: BankItem) -> Sequence[BankItem]:
    """What else waits because of the same payment; not money beside it."""
    return act.session.scalars(
        select(BankItem)
        .where(
            BankItem.sheet_line_id == item.sheet_line_id,
            BankItem.id != item.id,
            BankItem.state == ItemState.OPEN,
            BankItem.bank_class.not_in(BESIDE),
        )
        .order_by(BankItem.id)
        .limit(ITEMS_MAX)
    ).all()


def _agree(act: Act, item: BankItem) -> None:
    """What was entered by hand before stands; the item is counted as what was entered."""
    line = act.session.get_one(SheetLine, item.sheet_line_id)
    assert line.settled_on is not None, "a settled payment has its day"
    _refuse_closed(act, line.settled_on)
    _count(item, line.amount, _EVENTS[line.state], line.settled_on)
    for other in _others(act, item):
        answered(act, other, f"併同第 {item.id} 號辦理")


def _refuse_closed(act: Act, day: date) -> None:
    if closed_days(act.session, (day,)):
        raise Refused("bank.day_closed", day=day)


def _count(item: BankItem, amount: Ntd, event: LineEvent, day: date) -> None:
    item.counted = amount
    item.counted_as = event
    item.counted_on = day


def _end(act: Act, item: BankItem, worked: Worked) -> None:
    item.move(ItemEvent.RESOLVE)
    item.resolution = worked.resolution
    item.note = worked.note.strip()
    item.resolved_by = act.actor.id
    item.resolved_by_name = act.actor.name
    item.resolved_at = act.now


@use_case("bank.vouch", requires=Permission.SHEET_SETTLE)
def vouch_for_sheet(act: Act, sheet_id: int, note: str) -> int:
    """Say on what paper the payments of a sheet were settled by hand; how many there were.

    For a sheet whose answer never comes as a file. The note stands in place of the bank's answer.
    Refuses "note.missing", "bank.nothing_to_vouch", "bank.day_closed" (day).
    """
    check_reason(note)
    hold_days(act)
    lines = _settled_by_hand(act, sheet_id)
    if not lines:
        raise Refused("bank.nothing_to_vouch")
    for line in lines:
        assert line.settled_on is not None, "a settled payment has its day"
        _refuse_closed(act, line.settled_on)
        item = BankItem(
            sheet_line_id=line.id,
            case_id=line.case_id,
            bank_class=BankClass.MISSING,
            state=ITEM.initial,
            day=line.settled_on,
            amount=line.amount,
        )
        _count(item, line.amount, _EVENTS[line.state], line.settled_on)
        _end(act, item, Worked(Resolution.AGREED, note))
        act.session.add(item)
        act.session.flush()
        for other in _others(act, item):
            answered(act, other, f"併同第 {item.id} 號辦理")
    act.because(note.strip())
    return len(lines)


def _settled_by_hand(act: Act, sheet_id: int) -> list[SheetLine]:
    """The settled payments of a sheet that nothing of the bank stands behind."""
    lines = act.session.scalars(
        select(SheetLine)
        .where(SheetLine.sheet_id == sheet_id, SheetLine.state.in_(_EVENTS))
        .order_by(SheetLine.position)
        .limit(LINES_MAX)
    ).all()
    known = answered_lines(act.session, [line.id for line in lines])
    return [line for line in lines if line.id not in known]
