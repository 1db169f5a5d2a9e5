"""The account behind a verified claim, corrected after a return or a change of the firm's name."""

from __future__ import annotations

from sqlalchemy import select

from backoffice.access import Permission
from backoffice.cases.models import Case
from backoffice.disbursement.models import Claim, FirmAccount, Tranche
from backoffice.disbursement.queries.claims import kept_account
from backoffice.disbursement.rules.claims import BankAccount, check_account
from backoffice.disbursement.rules.sheets import correcting_refusal
from backoffice.documents import Upload, keep_pdf
from backoffice.kernel.refusal import Refused, Stale
from backoffice.use_case import Act, use_case


@use_case("claim.correct_account", requires=Permission.CLAIM_WORK)
def correct_account(
    act: Act, tranche_id: int, version: int, account: BankAccount, passbook: Upload | None
) -> None:
    """Let a verified claim be paid to a corrected account, with its passbook page.

    The new row is flagged for 30 days, so the sheet's checker must look at it. Refuses
    "sheet.not_waiting", "claim.passbook_missing", and what `check_account` and `keep_pdf` do.
    """
    tranche = act.session.get_one(Tranche, tranche_id)
    if tranche.version != version:
        raise Stale
    if refusal := correcting_refusal(tranche.state):
        raise refusal
    case = act.session.get_one(Case, tranche.case_id)
    claim = act.session.scalars(
        select(Claim).where(Claim.tranche_id == tranche_id, Claim.live)
    ).one()
    kept_as_new(act, case, claim, account, passbook)


def kept_as_new(
    act: Act, case: Case, claim: Claim, account: BankAccount, passbook: Upload | None
) -> FirmAccount:
    """The account as a new row, which the claim is paid to from now on.

    Refuses "claim.passbook_missing", and what `check_account` and `keep_pdf` do.
    """
    cleaned = account.cleaned()
    check_account(cleaned)
    if passbook is None:
        raise Refused("claim.passbook_missing")
    ubn = claim.payee_ubn or case.ubn
    kept = kept_account(act.session, ubn)
    row = FirmAccount(
        ubn=ubn,
        bank_code=cleaned.bank_code,
        branch_code=cleaned.branch_code,
        bank_name=cleaned.bank_name,
        number=cleaned.number,
        holder=cleaned.holder,
        document_id=keep_pdf(act, passbook, kind="passbook", case_id=case.id),
        replaces_id=kept.id if kept else claim.account_id,
        entered_by=act.actor.id,
        entered_at=act.now,
    )
    act.session.add(row)
    act.session.flush()
    claim.account_id = row.id
    return row
