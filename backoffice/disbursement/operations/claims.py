"""Claims 請款: filed, verified or rejected; and tranches held back or let go on."""

from __future__ import annotations

from datetime import date

from backoffice.access import Permission
from backoffice.cases.models import Case
from backoffice.disbursement.models import BlockedFirm, Claim, FirmAccount, Tranche
from backoffice.disbursement.operations.cases import today
from backoffice.disbursement.operations.turns import pass_turn
from backoffice.disbursement.queries.claims import claim as claim_row
from backoffice.disbursement.queries.claims import kept_account
from backoffice.disbursement.rules.claims import (
    BankAccount,
    ClaimPackage,
    check_package,
    checks,
    filing_refusal,
    holding_refusal,
    needs_passbook,
    releasing_refusal,
    verifying_refusal,
)
from backoffice.disbursement.rules.lifecycles import TrancheEvent
from backoffice.disbursement.rules.stages import Letter, check_letter, check_reason
from backoffice.documents import Upload, keep_pdf
from backoffice.kernel.refusal import Refused, Stale
from backoffice.kernel.taiwan import parse_ubn
from backoffice.use_case import Act, use_case


@use_case("claim.file", requires=Permission.CLAIM_WORK)
def file_claim(
    act: Act,
    tranche_id: int,
    version: int,
    package: ClaimPackage,
    receipt: Upload | None,
    passbook: Upload | None = None,
) -> int:
    """Enter a firm's claim of one tranche with its receipt 領據 and, if need be, passbook page.

    The account is kept for the firm; another one than before is a new row, flagged for 30 days.
    Refuses "lifecycle.not_allowed", "tranche.held", "claim.passbook_missing", what `check_package`
    and `keep_pdf` refuse. The holder's name is only compared when the claim is verified.
    """
    tranche, case = _tranche_at(act, tranche_id, version)
    if refusal := filing_refusal(tranche.state, tranche.hold_reason):
        raise refusal
    cleaned = package.account.cleaned()
    check_package(
        ClaimPackage(
            receipt_number=package.receipt_number,
            receipt_on=package.receipt_on,
            amount=package.amount,
            account=cleaned,
            letter_number=package.letter_number,
        ),
        tranche_amount=tranche.amount,
        number=tranche.number,
        today=today(act),
    )
    if receipt is None:
        raise Refused("document.missing")
    account_id = _account(act, case, cleaned, passbook)
    claim = Claim(
        case_id=case.id,
        tranche_id=tranche.id,
        live=True,
        receipt_number=package.receipt_number.strip(),
        receipt_on=package.receipt_on,
        amount=package.amount,
        account_id=account_id,
        letter_number=package.letter_number.strip(),
        receipt_document_id=keep_pdf(act, receipt, kind="receipt", case_id=case.id),
        entered_by=act.actor.id,
        entered_at=act.now,
    )
    act.session.add(claim)
    tranche.move(TrancheEvent.FILE_CLAIM)
    pass_turn(act, case)
    return claim.id


def _account(act: Act, case: Case, account: BankAccount, passbook: Upload | None) -> int:
    """The firm's account on file, or a new row for another one, with its passbook page."""
    kept = kept_account(act.session, case.ubn)
    if kept is not None and not needs_passbook(account, kept.account):
        return kept.id
    if passbook is None:
        raise Refused("claim.passbook_missing")
    row = FirmAccount(
        ubn=case.ubn,
        bank_code=account.bank_code,
        branch_code=account.branch_code,
        bank_name=account.bank_name,
        number=account.number,
        holder=account.holder,
        document_id=keep_pdf(act, passbook, kind="passbook", case_id=case.id),
        replaces_id=kept.id if kept else None,
        entered_by=act.actor.id,
        entered_at=act.now,
    )
    act.session.add(row)
    act.session.flush()
    return row.id


@use_case("claim.verify", requires=Permission.CLAIM_WORK)
def verify_claim(act: Act, claim_id: int, version: int, *, clearance_checked: bool) -> None:
    """Verify a claim 審核通過: it may be put on a disbursement sheet.

    `clearance_checked`: the officer has looked again whether the firm is clear of taxes and of PRC
    investment. Refuses "lifecycle.not_allowed", "tranche.held", "claim.clearance_unchecked", and
    the first of `rules.claims.checks` that does not hold.
    """
    claim, tranche, case = _claim_at(act, claim_id, version)
    if refusal := verifying_refusal(tranche.state, tranche.hold_reason):
        raise refusal
    facts = claim_row(act.session, claim_id, today(act)).facts
    for check in checks(facts, act.actor.id):
        if check.refusal is not None:
            raise check.refusal
    if not clearance_checked:
        raise Refused("claim.clearance_unchecked")
    claim.verified_by = act.actor.id
    claim.verified_at = act.now
    tranche.move(TrancheEvent.VERIFY)
    pass_turn(act, case)


@use_case("claim.reject", requires=Permission.CLAIM_WORK)
def reject_claim(act: Act, claim_id: int, version: int, reason: str) -> None:
    """Send a claim back to the firm 退件 with the reason; the tranche can be claimed anew."""
    claim, tranche, case = _claim_at(act, claim_id, version)
    if not claim.live:
        raise Refused("claim.not_live")
    check_reason(reason)
    tranche.move(TrancheEvent.REJECT_CLAIM)
    claim.live = False
    claim.rejected_reason = reason.strip()
    act.because(reason.strip())
    pass_turn(act, case)


@use_case("tranche.hold", requires=Permission.CLAIM_WORK)
def hold_tranche(act: Act, tranche_id: int, version: int, reason: str) -> None:
    """Hold a tranche back 暫緩, with the reason: it is neither claimed, verified nor paid.

    Refuses "tranche.held", "tranche.not_holdable", "note.missing".
    """
    tranche, _case = _tranche_at(act, tranche_id, version)
    if refusal := holding_refusal(tranche.state, tranche.hold_reason):
        raise refusal
    check_reason(reason)
    tranche.hold_reason = reason.strip()
    act.because(reason.strip())


@use_case("tranche.let_go_on", requires=Permission.CLAIM_WORK)
def let_go_on(act: Act, tranche_id: int, version: int, reason: str) -> None:
    """End the holding back of a tranche. Refuses "tranche.not_held"."""
    tranche, _case = _tranche_at(act, tranche_id, version)
    if refusal := releasing_refusal(tranche.hold_reason):
        raise refusal
    tranche.hold_reason = ""
    act.because(reason.strip())


@use_case("firm.block", requires=Permission.CASE_DECIDE)
def block_firm(act: Act, ubn: str, since: date, until: date, letter: Letter, reason: str) -> None:
    """Bar a firm from subsidies 停權 for a time, by a written disposition (辦法 §17: 1–5 years).

    Refuses "ubn.invalid", "firm.block_reversed", "letter.missing", "letter.in_future",
    "note.missing".
    """
    if until < since:
        raise Refused("firm.block_reversed", since=since, until=until)
    check_letter(letter, today(act))
    check_reason(reason)
    act.session.add(
        BlockedFirm(
            ubn=parse_ubn(ubn),
            since=since,
            until=until,
            letter_number=letter.number.strip(),
            reason=reason.strip(),
            entered_by=act.actor.id,
            entered_at=act.now,
        )
    )
    act.because(reason.strip())


def _tranche_at(act: Act, tranche_id: int, version: int) -> tuple[Tranche, Case]:
    tranche = act.session.get_one(Tranche, tranche_id)
    if tranche.version != version:
        raise Stale
    return tranche, act.session.get_one(Case, tranche.case_id)


def _claim_at(act: Act, claim_id: int, version: int) -> tuple[Claim, Tranche, Case]:
    # Held: what is read after it is not another's doing, of which only the version tells.
    claim = act.session.get_one(Claim, claim_id, with_for_update=True, populate_existing=True)
    if claim.version != version:
        raise Stale
    tranche = act.session.get_one(Tranche, claim.tranche_id)
    return claim, tranche, act.session.get_one(Case, claim.case_id)
