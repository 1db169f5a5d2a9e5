"""對帳: what the bank answered, line by line, until the sheet's difference is nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from backoffice.access import Permission
from backoffice.disbursement.models import Sheet
from backoffice.disbursement.operations.cases import today
from backoffice.disbursement.operations.closing import close_when_done
from backoffice.disbursement.operations.sheets.records import (
    Payment,
    facts_of,
    payments_of,
    sheet_at,
)
from backoffice.disbursement.operations.turns import pass_turn
from backoffice.disbursement.queries.carryover import obliged_stages
from backoffice.disbursement.queries.sheets import LineRow, lines_of
from backoffice.disbursement.rules.lifecycles import (
    SHEET_LINE,
    LineEvent,
    LineState,
    SheetEvent,
    TrancheEvent,
)
from backoffice.disbursement.rules.sheets import LineOutcome, check_outcome, may_settle
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import local_date
from backoffice.ledger.operations import post
from backoffice.ledger.rules import Stage, Transfer, move
from backoffice.use_case import Act, use_case


@use_case("sheet.settle", requires=Permission.SHEET_SETTLE)
def settle_sheet(act: Act, sheet_id: int, version: int, outcomes: tuple[LineOutcome, ...]) -> None:
    """Enter what became of the lines named: paid on a day, or returned for a reason 退匯.

    A returned payment's money stays contracted or carried over, its allotment is given back, and
    its tranche waits for another sheet (A90). When no line is left, the sheet is settled. Refuses
    what `may_settle` and `check_outcome` do, "sheet.nothing_settled", and "lifecycle.not_allowed"
    for a line that was settled before.
    """
    sheet = sheet_at(act, sheet_id, version)
    if refusal := may_settle(facts_of(act, sheet)):
        raise refusal
    if not outcomes:
        raise Refused("sheet.nothing_settled")
    answered = {outcome.line_id: outcome for outcome in outcomes}
    assert len(answered) == len(outcomes), "one answer for each line"
    lines = {line.id: line for line in lines_of(act.session, sheet_id, today(act))}
    assert answered.keys() <= lines.keys(), "the lines are this sheet's"
    for outcome in outcomes:
        _check(act, sheet, lines[outcome.line_id], outcome)
    stages = obliged_stages(act.session, [lines[line_id].case_id for line_id in answered])
    post(act, *_transfers(sheet, lines, outcomes, stages))
    payments = payments_of(act, sheet)
    settled = [payment for payment in payments if payment.line.id in answered]
    for payment in settled:
        _settle(act, payment, answered[payment.line.id])
    if all(payment.line.state is not LineState.SENT for payment in payments):
        sheet.move(SheetEvent.SETTLE)
        sheet.settled_at = act.now
    _go_on(act, settled)


@use_case("sheet.settle_line", requires=Permission.SHEET_SETTLE)
def settle_line(act: Act, sheet_id: int, version: int, outcome: LineOutcome) -> None:
    """Enter what became of one line, as `settle_sheet` does for several."""
    settle_sheet(act, sheet_id, version, (outcome,))


def _check(act: Act, sheet: Sheet, line: LineRow, outcome: LineOutcome) -> None:
    assert sheet.sent_at is not None, "a sheet is sent before it is settled"
    SHEET_LINE.after(line.state, outcome.event)
    check_outcome(
        outcome,
        position=line.frozen.position,
        sent_on=local_date(sheet.sent_at),
        today=today(act),
    )


def _transfers(
    sheet: Sheet,
    lines: dict[int, LineRow],
    outcomes: Sequence[LineOutcome],
    stages: Mapping[int, Stage],
) -> Iterable[Transfer]:
    for outcome in outcomes:
        line = lines[outcome.line_id]
        place = f"{sheet.number}:{line.frozen.position}"
        if outcome.event is LineEvent.PAY:
            yield move(
                sheet.scheme,
                Stage.IN_TRANSIT,
                Stage.DISBURSED,
                line.amount,
                key=f"paid:{place}",
                memo=f"入帳 {sheet.number}",
                case_id=line.case_id,
            )
            continue
        yield move(
            sheet.scheme,
            Stage.IN_TRANSIT,
            stages[line.case_id],
            line.amount,
            key=f"return:{place}",
            memo=f"退匯 {sheet.number}",
            case_id=line.case_id,
        )
        yield move(
            sheet.scheme,
            Stage.ALLOTMENT_USED,
            Stage.ALLOTTED,
            line.amount,
            key=f"allot-return:{place}",
            memo=f"退匯 {sheet.number}",
        )


def _settle(act: Act, payment: Payment, outcome: LineOutcome) -> None:
    payment.line.move(outcome.event)
    payment.line.settled_on = outcome.on
    payment.line.settled_by = act.actor.id
    payment.line.reason = outcome.recorded
    if outcome.event is LineEvent.PAY:
        payment.tranche.move(TrancheEvent.CONFIRM_PAID)
        payment.tranche.paid_on = outcome.on
        return
    payment.tranche.move(TrancheEvent.RETURN)
    act.because(outcome.recorded)


def _go_on(act: Act, settled: Sequence[Payment]) -> None:
    """A case whose last tranche has been paid is closed; the others wait for whose turn it is."""
    for case in {payment.case.id: payment.case for payment in settled}.values():
        if not close_when_done(act, case):
            pass_turn(act, case)
