"""The deeds of the storm by name: the product's own use cases, and two that wrap one of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from backoffice.access import Permission
from backoffice.cases.operations import decide_eligibility, take_from_queue
from backoffice.disbursement.operations.claims import reject_claim, verify_claim
from backoffice.disbursement.operations.fees.entering import enter_payment
from backoffice.disbursement.operations.sheets import make_sheet
from backoffice.kernel.money import Ntd
from backoffice.ledger.models import LedgerTransfer
from backoffice.reports.operations import enter_appropriation
from backoffice.review.operations import decide_award, submit_score_sheet
from backoffice.use_case import Act, UseCase, use_case


@use_case("test.storm_appropriation", requires=Permission.BUDGET_ENTER)
def appropriate_once(act: Act, scheme: str, amount: Ntd, document: str, on: date) -> int:
    """An appropriation is entered; the number of its entry in the ledger."""
    enter_appropriation(act, scheme, amount, document, on, "")
    return act.session.scalars(
        select(LedgerTransfer.id).order_by(LedgerTransfer.id.desc()).limit(1)
    ).one()


@use_case("test.storm_verify", requires=Permission.CLAIM_WORK)
def verify(act: Act, claim_id: int, version: int) -> None:
    """A claim is verified, its clearance having been looked at."""
    verify_claim(act, claim_id, version, clearance_checked=True)


DEEDS: Mapping[str, UseCase[Any, Any]] = {
    deed.name: deed
    for deed in (
        enter_payment,
        decide_eligibility,
        decide_award,
        verify,
        reject_claim,
        make_sheet,
        take_from_queue,
        submit_score_sheet,
        appropriate_once,
    )
}
