"""更正: a line is taken out of a sheet, or paid to another account, before it is sent.

Whatever was signed over the sheet until then is void, and says so by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.exc import NoResultFound

from backoffice.access import Permission
from backoffice.disbursement.models import (
    Claim,
    FirmAccount,
    Sheet,
    SheetChange,
    SheetLine,
    SheetVoidedApproval,
)
from backoffice.disbursement.operations.cases import today
from backoffice.disbursement.operations.sheets.accounts import kept_as_new
from backoffice.disbursement.operations.sheets.records import (
    Payment,
    facts_of,
    payments_of,
    post_for_sheet,
    sheet_at,
    touch,
)
from backoffice.disbursement.operations.turns import pass_turn
from backoffice.disbursement.queries.sheets import LineRow, last_position, lines_of, rounds
from backoffice.disbursement.queries.sheets import sheet as record_of
from backoffice.disbursement.rules.claims import BankAccount
from backoffice.disbursement.rules.lifecycles import (
    SHEET_LINE,
    LineEvent,
    SheetEvent,
    SheetState,
    TrancheEvent,
    TrancheState,
)
from backoffice.disbursement.rules.sheets import (
    LineChange,
    Rung,
    Signature,
    may_amend,
    may_exclude,
)
from backoffice.disbursement.rules.stages import check_reason
from backoffice.documents import Upload
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import local_date, nfkc, roc_date
from backoffice.ledger.rules import Stage, move
from backoffice.use_case import Act, use_case

# The audit is a formal record: its words are Chinese, whatever language the actor reads.
_STEPS: Final = {Rung.CHECK: "覆核", Rung.APPROVE: "核准"}
_KINDS: Final = {LineChange.EXCLUDED: "剔除", LineChange.ACCOUNT: "更正帳戶"}


@use_case("sheet.exclude_line", requires=Permission.SHEET_MAKE)
def exclude_line(act: Act, sheet_id: int, version: int, line_id: int, reason: str) -> None:
    """Take a line out of a sheet that was not sent; its tranche waits for another sheet.

    The check and the approval given so far are void, and what the approval took of the allotment
    is given back. Refuses what `may_exclude` does, and "note.missing".
    """
    sheet = sheet_at(act, sheet_id, version)
    lines = lines_of(act.session, sheet_id, today(act))
    if refusal := may_exclude(facts_of(act, sheet), len(lines)):
        raise refusal
    check_reason(reason)
    line = _line(lines, line_id)
    _give_back(act, sheet)
    payment = _held(act, sheet, line_id)
    voided = _unsign(act, sheet)
    payment.line.move(LineEvent.VOID)
    # A tranche that was cancelled while it stood here stays cancelled.
    if payment.tranche.state is TrancheState.SHEETED:
        payment.tranche.move(TrancheEvent.VOID_SHEET)
    sheet.row_count -= 1
    sheet.total -= line.amount
    _enter(act, sheet, _Change(line, LineChange.EXCLUDED, reason.strip()), voided)
    pass_turn(act, payment.case)


@use_case("sheet.correct_line", requires=Permission.CLAIM_WORK)
def correct_line(
    act: Act,
    sheet_id: int,
    version: int,
    line_id: int,
    account: BankAccount,
    passbook: Upload | None,
    reason: str,
) -> None:
    """Pay a line of a sheet that was not sent to a corrected account, with its passbook page.

    The line is replaced by a new one at the end of the sheet, whose account is flagged; whoever
    enters it signs none of the later steps. The check and the approval given so far are void.
    Refuses what `may_amend` and `kept_as_new` do, "note.missing", "sheet.tranche_gone" and
    "claim.holder_differs".
    """
    sheet = sheet_at(act, sheet_id, version)
    lines = lines_of(act.session, sheet_id, today(act))
    if refusal := may_amend(facts_of(act, sheet)):
        raise refusal
    check_reason(reason)
    line = _line(lines, line_id)
    if line.tranche_state is not TrancheState.SHEETED:
        raise Refused("sheet.tranche_gone", state=line.tranche_state)
    if nfkc(account.holder).strip() != nfkc(line.claim.firm_name).strip():
        raise Refused("claim.holder_differs", holder=account.holder, firm=line.claim.firm_name)
    _give_back(act, sheet)
    payment = _held(act, sheet, line_id)
    voided = _unsign(act, sheet)
    claim = act.session.get_one(Claim, payment.line.claim_id)
    entered = kept_as_new(act, payment.case, claim, account, passbook)
    payment.line.move(LineEvent.VOID)
    act.session.flush()  # the tranche is free before its next line takes it
    successor = _successor(act, payment, line, entered)
    change = _Change(line, LineChange.ACCOUNT, reason.strip(), replaced_by_id=successor.id)
    _enter(act, sheet, change, voided)


def _line(lines: Sequence[LineRow], line_id: int) -> LineRow:
    for line in lines:
        if line.id == line_id:
            return line
    raise NoResultFound(f"no line {line_id} on this sheet")


def _held(act: Act, sheet: Sheet, line_id: int) -> Payment:
    return next(each for each in payments_of(act, sheet) if each.line.id == line_id)


def _give_back(act: Act, sheet: Sheet) -> None:
    """The allotment that the approval had taken; before anything of a case is flushed."""
    if sheet.state is not SheetState.APPROVED:
        return
    post_for_sheet(
        act,
        move(
            sheet.scheme,
            Stage.ALLOTMENT_USED,
            Stage.ALLOTTED,
            sheet.total,
            key=f"allot-amend:{sheet.number}:{rounds(act.session, sheet.id)}",
            memo=f"更正撥款清冊 {sheet.number}",
        ),
    )


def _successor(act: Act, payment: Payment, line: LineRow, entered: FirmAccount) -> SheetLine:
    """The same payment to the account just entered, at the end of the sheet."""
    position = last_position(act.session, payment.line.sheet_id) + 1
    frozen = replace(
        line.frozen,
        position=position,
        payee=entered.holder,
        bank_code=entered.bank_code,
        branch_code=entered.branch_code,
        bank_name=entered.bank_name,
        account=entered.number,
    )
    successor = SheetLine(
        sheet_id=payment.line.sheet_id,
        position=position,
        tranche_id=payment.tranche.id,
        claim_id=payment.line.claim_id,
        case_id=payment.case.id,
        state=SHEET_LINE.initial,
        amount=line.amount,
        columns=dict(frozen.frozen()),
        replaces_id=payment.line.replaces_id,
    )
    act.session.add(successor)
    act.session.flush()
    return successor


@dataclass(frozen=True, slots=True)
class _Signed:
    """What was signed over the sheet as it stood."""

    signatures: tuple[Signature, ...]
    total: Ntd
    content_sha256: str


def _unsign(act: Act, sheet: Sheet) -> _Signed:
    """The sheet as it was before it was checked, and what was signed over it.

    The move is flushed alone: the database lets sums and seal change only while it is MADE.
    """
    found = _Signed(record_of(act.session, sheet.id).signed, sheet.total, sheet.content_sha256)
    if sheet.state is SheetState.MADE:
        touch(act, sheet)
    sheet.checked_by, sheet.checked_by_name, sheet.checked_at = None, "", None
    sheet.approved_by, sheet.approved_by_name, sheet.approved_at = None, "", None
    sheet.move(SheetEvent.AMEND)
    act.session.flush()
    sheet.content_sha256 = ""
    sheet.document_id = sheet.opendocument_id = None
    return found


@dataclass(frozen=True, slots=True)
class _Change:
    line: LineRow
    kind: LineChange
    reason: str
    replaced_by_id: int | None = None


def _enter(act: Act, sheet: Sheet, change: _Change, voided: _Signed) -> None:
    """The change and each signature that it voids, on the sheet and in the audit."""
    row = SheetChange(
        sheet_id=sheet.id,
        line_id=change.line.id,
        case_id=change.line.case_id,
        kind=change.kind,
        replaced_by_id=change.replaced_by_id,
        reason=change.reason,
        total_before=voided.total,
        total_after=sheet.total,
        changed_by=act.actor.id,
        changed_by_name=act.actor.name,
        changed_at=act.now,
    )
    act.session.add(row)
    act.session.flush()
    for each in voided.signatures:
        act.session.add(
            SheetVoidedApproval(
                sheet_id=sheet.id,
                change_id=row.id,
                step=each.step,
                person_id=each.person_id,
                person_name=each.name,
                signed_at=each.at,
                total=voided.total,
                content_sha256=voided.content_sha256,
            )
        )
    frozen = change.line.frozen
    act.because(f"{_KINDS[change.kind]}第 {frozen.position} 列 {frozen.payee}：{change.reason}")
    for each in voided.signatures:
        act.because(f"失效：{each.name} {roc_date(local_date(each.at))}之{_STEPS[each.step]}")
