"""覆核, 核准, 送件, 作廢: the steps after the making, each by another person."""

from __future__ import annotations

from backoffice.access import Permission
from backoffice.disbursement.models import Sheet
from backoffice.disbursement.operations.cases import today
from backoffice.disbursement.operations.sheets.bankfile import file_of, keep_file
from backoffice.disbursement.operations.sheets.records import (
    Payment,
    facts_of,
    payments_of,
    post_for_sheet,
    refuse_broken,
    sheet_at,
)
from backoffice.disbursement.operations.sheets.workbook import WORKBOOK_TYPE, opendocument, workbook
from backoffice.disbursement.operations.turns import pass_turn
from backoffice.disbursement.queries.carryover import carried_in, obliged_stages
from backoffice.disbursement.queries.sheets import LineRow, lines_of, queried_lines, rounds
from backoffice.disbursement.queries.sheets import sheet as record_of
from backoffice.disbursement.rules.carryover import sending_refusal
from backoffice.disbursement.rules.lifecycles import (
    LineEvent,
    SheetEvent,
    SheetState,
    TrancheEvent,
    TrancheState,
)
from backoffice.disbursement.rules.sheets import (
    control_hash,
    may_approve,
    may_check,
    may_send,
    may_void,
)
from backoffice.disbursement.rules.stages import check_reason
from backoffice.documents import Upload, keep
from backoffice.kernel.refusal import Refused
from backoffice.ledger.operations import post, release_due
from backoffice.ledger.rules import Stage, move
from backoffice.scheme import registry
from backoffice.spreadsheets.ods import MEDIA_TYPE as ODS_TYPE
from backoffice.use_case import Act, Overtaken, use_case


@use_case("sheet.check", requires=Permission.SHEET_CHECK)
def check_sheet(act: Act, sheet_id: int, version: int, seen: tuple[int, ...]) -> None:
    """Check a sheet 覆核: from now on its lines are sealed with their control hash.

    `seen` are the lines whose changed account the checker has compared with the passbook page.
    Refuses what `may_check` does, "sheet.line_broken", "sheet.line_queried" (positions),
    "sheet.account_unseen" (payees), and "bank.line_unfit" for what the bank's file cannot hold.
    """
    sheet = sheet_at(act, sheet_id, version)
    if refusal := may_check(facts_of(act, sheet), act.actor.id):
        raise refusal
    lines = lines_of(act.session, sheet_id, today(act))
    refuse_broken(lines)
    _refuse_queried(act, sheet_id, lines)
    _refuse_unseen(lines, seen)
    file_of(sheet, [line.frozen for line in lines], act.now)  # what does not fit is heard now
    flagged = [str(line.frozen.position) for line in lines if line.flagged]
    if flagged:
        act.because(f"已核對 30 日內變更之帳戶：第 {'、'.join(flagged)} 列")
    sheet.content_sha256 = _hash(sheet, lines)
    sheet.checked_by = act.actor.id
    sheet.checked_by_name = act.actor.name
    sheet.checked_at = act.now
    sheet.move(SheetEvent.CHECK)


def _refuse_unseen(lines: tuple[LineRow, ...], seen: tuple[int, ...]) -> None:
    unseen = [line.frozen.payee for line in lines if line.flagged and line.id not in seen]
    if unseen:
        raise Refused("sheet.account_unseen", payees=unseen)


def _refuse_queried(act: Act, sheet_id: int, lines: tuple[LineRow, ...]) -> None:
    asked = queried_lines(act.session, sheet_id)
    positions = [str(line.frozen.position) for line in lines if line.id in asked]
    if positions:
        raise Refused("sheet.line_queried", positions=positions)


def _hash(sheet: Sheet, lines: tuple[LineRow, ...]) -> str:
    return control_hash(sheet.number, [line.frozen.frozen() for line in lines])


@use_case("sheet.approve", requires=Permission.SHEET_APPROVE)
def approve_sheet(act: Act, sheet_id: int, version: int) -> None:
    """Approve a sheet for the head of the agency 核准; its workbooks and bank file are made now.

    Refuses what `may_approve` does, "sheet.line_broken", "budget.allotment_short", and
    "bank.line_unfit".
    """
    sheet = sheet_at(act, sheet_id, version)
    if refusal := may_approve(facts_of(act, sheet), act.actor.id):
        raise refusal
    lines = lines_of(act.session, sheet_id, today(act))
    refuse_broken(lines)
    assert _hash(sheet, lines) == sheet.content_sha256, "a checked sheet never changes"
    # The allotment is used at the approval and not at the sending: from here on the agency has
    # said that so much is paid this period, so two sheets cannot both be approved on one rest,
    # and the cashier is never stopped for lack of it. A month that has begun is released first.
    release_due(act, sheet.scheme)
    post(
        act,
        move(
            sheet.scheme,
            Stage.ALLOTTED,
            Stage.ALLOTMENT_USED,
            sheet.total,
            key=_once_a_round(act, sheet),
            memo=f"核准撥款清冊 {sheet.number}",
        ),
    )
    sheet.approved_by = act.actor.id
    sheet.approved_by_name = act.actor.name
    sheet.approved_at = act.now
    sheet.move(SheetEvent.APPROVE)
    act.session.flush()
    record, frozen = record_of(act.session, sheet.id), [line.frozen for line in lines]
    name = f"撥款清冊_{sheet.number}"
    sheet.document_id = keep(
        act,
        Upload(f"{name}.xlsx", workbook(record, frozen, made_at=act.now)),
        kind="sheet",
        case_id=None,
        media_type=WORKBOOK_TYPE,
    )
    sheet.opendocument_id = keep(
        act,
        Upload(f"{name}.ods", opendocument(record, frozen, made_at=act.now)),
        kind="sheet",
        case_id=None,
        media_type=ODS_TYPE,
    )
    keep_file(act, sheet, frozen)


def _once_a_round(act: Act, sheet: Sheet) -> str:
    """The key of the allotment's use: an approval that follows a voided one uses it again."""
    voided = rounds(act.session, sheet.id)
    return f"allot:{sheet.number}:{voided}" if voided else f"allot:{sheet.number}"


@use_case("sheet.send", requires=Permission.SHEET_SEND)
def send_sheet(act: Act, sheet_id: int, version: int) -> None:
    """Send a sheet to be paid 送件: its money is on its way, line by line.

    After the special budget only what was carried over 保留 is sent (A62). Refuses what `may_send`
    does, "sheet.line_broken" and "sheet.not_carried_over" (cases, ends_by).
    """
    sheet = sheet_at(act, sheet_id, version)
    if refusal := may_send(facts_of(act, sheet), act.actor.id):
        raise refusal
    lines = lines_of(act.session, sheet_id, today(act))
    refuse_broken(lines)
    _refuse_unkept(act, sheet, lines)
    cases = [line.case_id for line in lines]
    stages = obliged_stages(act.session, cases)
    post_for_sheet(
        act,
        *(
            move(
                sheet.scheme,
                stages[line.case_id],
                Stage.IN_TRANSIT,
                line.amount,
                key=f"send:{sheet.number}:{line.frozen.position}",
                memo=f"送件 {sheet.number}",
                case_id=line.case_id,
            )
            for line in lines
        ),
    )
    # The scheme's accounts are ours now: what was carried over meanwhile is not where we took it.
    if obliged_stages(act.session, cases) != stages:
        raise Overtaken
    payments = payments_of(act, sheet)
    for payment in payments:
        payment.line.move(LineEvent.SEND)
        payment.tranche.move(TrancheEvent.SEND)
    sheet.sent_by = act.actor.id
    sheet.sent_by_name = act.actor.name
    sheet.sent_at = act.now
    sheet.move(SheetEvent.SEND)
    pass_turns(act, payments)


def _refuse_unkept(act: Act, sheet: Sheet, lines: tuple[LineRow, ...]) -> None:
    period = registry.edition_named(sheet.edition).period
    # A loan's edition states no period; its interest is paid from the same special budget.
    ends_by = period.ends_by if period else registry.budget_ends_by(sheet.scheme)
    if today(act) <= ends_by:
        return
    kept = carried_in(act.session, [line.case_id for line in lines], today(act).year - 1)
    numbers = [line.frozen.case_number for line in lines]
    if refusal := sending_refusal(numbers, today(act), ends_by, kept):
        raise refusal


@use_case("sheet.void", requires=Permission.SHEET_MAKE)
def void_sheet(act: Act, sheet_id: int, version: int, reason: str) -> None:
    """Void a sheet that was not sent 作廢; its tranches wait for another sheet.

    An error is corrected by this and a new sheet, never by a change. What the approval took of
    the allotment is given back. Refuses what `may_void` does, and "note.missing".
    """
    sheet = sheet_at(act, sheet_id, version)
    if refusal := may_void(facts_of(act, sheet)):
        raise refusal
    check_reason(reason)
    if sheet.state is SheetState.APPROVED:
        post_for_sheet(
            act,
            move(
                sheet.scheme,
                Stage.ALLOTMENT_USED,
                Stage.ALLOTTED,
                sheet.total,
                key=f"allot-void:{sheet.number}",
                memo=f"作廢撥款清冊 {sheet.number}",
            ),
        )
    payments = payments_of(act, sheet)
    for payment in payments:
        payment.line.move(LineEvent.VOID)
        # A tranche that was cancelled while it stood here stays cancelled.
        if payment.tranche.state is TrancheState.SHEETED:
            payment.tranche.move(TrancheEvent.VOID_SHEET)
    sheet.void_reason = reason.strip()
    act.because(reason.strip())
    sheet.move(SheetEvent.VOID)
    pass_turns(act, payments)


def pass_turns(act: Act, payments: tuple[Payment, ...]) -> None:
    """Say of each case once whose turn it is now."""
    for case in {payment.case.id: payment.case for payment in payments}.values():
        pass_turn(act, case)
