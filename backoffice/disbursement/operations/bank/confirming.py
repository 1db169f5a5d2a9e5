"""An answer is confirmed: what is clear is settled in one act, the rest waits for a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select

from backoffice.access import Permission
from backoffice.disbursement.models import BankAnswer, BankItem, Sheet
from backoffice.disbursement.operations.bank.loading import answer_at
from backoffice.disbursement.operations.sheets.records import hold_days
from backoffice.disbursement.operations.sheets.settling import settle_sheets
from backoffice.disbursement.queries.bank.answers import Judged, cases_of, judged
from backoffice.disbursement.rules.bank import (
    CLEAR,
    ITEM,
    AnswerEvent,
    AnswerState,
    BankClass,
    Finding,
    ItemEvent,
    ItemState,
    Resolution,
    return_code,
)
from backoffice.disbursement.rules.lifecycles import LineEvent
from backoffice.disbursement.rules.sheets import LineOutcome
from backoffice.kernel.refusal import Refused
from backoffice.use_case import Act, use_case

ITEMS_MAX = 4_000


@use_case("bank.confirm", requires=Permission.SHEET_SETTLE)
def confirm_answer(act: Act, answer_id: int, version: int) -> int:
    """Settle what an answer says without doubt, and put the rest on the worklist.

    How many items wait now. Each line of the answer is classed once, as things stand in this act.
    A payment that an earlier answer was silent about, and this one settles, waits no longer.
    Refuses "bank.not_read" (state), and what `settle_sheets` does.
    """
    answer = answer_at(act, answer_id, version)
    if answer.state is not AnswerState.READ:
        raise Refused("bank.not_read", state=answer.state)
    hold_days(act)
    found = judged(act.session, answer_id)
    clear = [finding for finding in found.findings if finding.kind in CLEAR]
    if clear:
        settle_sheets(act, _outcomes(act, clear))
    silent = open_missing(
        act, [finding.line.id for finding in found.findings if finding.line is not None]
    )
    items = list(_items(act, answer, found, silent))
    act.session.add_all(items)
    for finding in clear:
        if finding.line is not None and finding.line.id in silent:
            answered(act, silent[finding.line.id], answer.name)
    answer.confirmed_by = act.actor.id
    answer.confirmed_by_name = act.actor.name
    answer.confirmed_at = act.now
    answer.move(AnswerEvent.CONFIRM)
    return sum(item.state is ItemState.OPEN for item in items)


def _outcomes(act: Act, clear: Sequence[Finding]) -> Mapping[Sheet, tuple[LineOutcome, ...]]:
    """What the clear lines settle, by sheet in the order of their numbers."""
    by_sheet: dict[int, list[LineOutcome]] = defaultdict(list)
    for finding in clear:
        assert finding.line is not None, "what is clear is a payment of ours"
        by_sheet[finding.line.sheet_id].append(_outcome(finding))
    return {act.session.get_one(Sheet, key): tuple(by_sheet[key]) for key in sorted(by_sheet)}


def _outcome(finding: Finding) -> LineOutcome:
    answer, line = finding.answer, finding.line
    assert answer is not None, "what is clear is answered"
    assert line is not None, "what is clear is a payment of ours"
    if answer.event is LineEvent.PAY:
        return LineOutcome(line.id, LineEvent.PAY, answer.day)
    code = return_code(answer.code)
    note = f"{answer.code} {code.words}"
    return LineOutcome(line.id, LineEvent.RETURN, answer.day, code.reason, note)


def open_missing(act: Act, line_ids: Sequence[int]) -> Mapping[int, BankItem]:
    """The payments among these that wait for an answer already, with their items."""
    rows = act.session.scalars(
        select(BankItem)
        .where(
            BankItem.sheet_line_id.in_(line_ids),
            BankItem.bank_class == BankClass.MISSING,
            BankItem.state == ItemState.OPEN,
        )
        .order_by(BankItem.id)
        .limit(ITEMS_MAX)
    )
    return {item.sheet_line_id: item for item in rows if item.sheet_line_id is not None}


def answered(act: Act, item: BankItem, by: str) -> None:
    """The item ends with another one that settled its payment; `by` names that one."""
    item.move(ItemEvent.RESOLVE)
    item.resolution = Resolution.ANSWERED
    item.note = by
    _signed(act, item)


def _signed(act: Act, item: BankItem) -> None:
    item.resolved_by = act.actor.id
    item.resolved_by_name = act.actor.name
    item.resolved_at = act.now


def _items(
    act: Act, answer: BankAnswer, found: Judged, silent: Mapping[int, BankItem]
) -> Iterator[BankItem]:
    """One item for each line of the answer; and for each payment without one that had none yet."""
    line_ids = [finding.line.id for finding in found.findings if finding.line is not None]
    cases = cases_of(act.session, line_ids)
    for finding in found.findings:
        line = finding.line
        if finding.kind is BankClass.MISSING:
            assert line is not None, "a missing payment is one of ours"
            if line.id in silent:
                continue
        item = BankItem(
            answer_id=answer.id,
            bank_line_id=found.ids[finding.answer.row] if finding.answer else None,
            sheet_line_id=line.id if line else None,
            case_id=cases[line.id] if line else None,
            bank_class=finding.kind,
            state=ITEM.initial,
            day=finding.answer.day if finding.answer else answer.last_on,
            amount=finding.amount,
        )
        if finding.kind in CLEAR:
            _apply(act, item, finding)
        yield item


def _apply(act: Act, item: BankItem, finding: Finding) -> None:
    assert finding.answer is not None, "what is clear is answered"
    item.move(ItemEvent.RESOLVE)
    item.resolution = Resolution.APPLIED
    item.counted = finding.answer.amount
    item.counted_as = finding.answer.event
    item.counted_on = finding.answer.day
    _signed(act, item)
