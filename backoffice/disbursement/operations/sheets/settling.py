"""對帳: what the bank answered, line by line, until the sheet's difference is nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from backoffice.access import Permission
from backoffice.disbursement.models import Sheet
from backoffice.disbursement.operations.cases import today
from backoffice.disbursement.operations.closing import close_when_done
from backoffice.disbursement.operations.sheets.records import (
    Payment,
    facts_of,
    hold_days,
    payments_of,
    sheet_at,
)
from backoffice.disbursement.operations.turns import pass_turn
from backoffice.disbursement.queries.bank.days import closed_days
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
    what `settle_sheets` does.
    """
    settle_sheets(act, {sheet_at(act, sheet_id, version): outcomes})


def settle_sheets(act: Act, outcomes: Mapping[Sheet, Sequence[LineOutcome]]) -> None:
    """The same for several sheets at once: the money of all is posted before any row is touched.

    Refuses what `may_settle` and `check_outcome` do, "sheet.nothing_settled", "bank.day_closed"
    (day) for a day that is closed, and "lifecycle.not_allowed" for a line that was settled before.
    """
    hold_days(act)
    _refuse_closed(act, outcomes)
    batches = [_batch(act, sheet, found) for sheet, found in outcomes.items()]
    post(act, *(transfer for batch in batches for transfer in batch.transfers(act)))
    settled = [payment for batch in batches for payment in _settle_batch(act, batch)]
    _go_on(act, settled)


@dataclass(frozen=True, slots=True)
class _Batch:
    """What is entered about one sheet: its lines by number, and the answer to each."""

    sheet: Sheet
    lines: Mapping[int, LineRow]
    answered: Mapping[int, LineOutcome]

    def transfers(self, act: Act) -> Iterable[Transfer]:
        """Where the money of these lines goes."""
        cases = [self.lines[line_id].case_id for line_id in self.answered]
        stages = obliged_stages(act.session, cases)
        return _transfers(self.sheet, self.lines, tuple(self.answered.values()), stages)


def _refuse_closed(act: Act, outcomes: Mapping[Sheet, Sequence[LineOutcome]]) -> None:
    days = {outcome.on for found in outcomes.values() for outcome in found}
    for day in sorted(closed_days(act.session, days)):
        raise Refused("bank.day_closed", day=day)


def _batch(act: Act, sheet: Sheet, outcomes: Sequence[LineOutcome]) -> _Batch:
    if refusal := may_settle(facts_of(act, sheet)):
        raise refusal
    if not outcomes:
        raise Refused("sheet.nothing_settled")
    answered = {outcome.line_id: outcome for outcome in outcomes}
    assert len(answered) == len(outcomes), "one answer for each line"
    lines = {line.id: line for line in lines_of(act.session, sheet.id, today(act))}
    assert answered.keys() <= lines.keys(), "the lines are this sheet's"
    for outcome in outcomes:
        _check(act, sheet, lines[outcome.line_id], outcome)
    return _Batch(sheet, lines, answered)


def _settle_batch(act: Act, batch: _Batch) -> list[Payment]:
    payments = payments_of(act, batch.sheet)
    settled = [payment for payment in payments if payment.line.id in batch.answered]
    for payment in settled:
        _settle(act, payment, batch.answered[payment.line.id])
    if all(payment.line.state is not LineState.SENT for payment in payments):
        batch.sheet.move(SheetEvent.SETTLE)
        batch.sheet.settled_at = act.now
    return settled


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
    lines: Mapping[int, LineRow],
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
