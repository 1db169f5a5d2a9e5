"""Budget documents: what accounting enters of appropriations and allotments."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from backoffice.access import Permission
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import local_date
from backoffice.ledger.operations import allot, appropriate, given, release_due
from backoffice.ledger.queries import planned_and_unreleased
from backoffice.ledger.rules import Stage
from backoffice.reports.queries.budget import entered
from backoffice.reports.rules import (
    BudgetKind,
    Document,
    check_allotment,
    cleaned_document,
    memo_of,
    transfer_key,
)
from backoffice.scheme import registry
from backoffice.use_case import Act, use_case


@use_case("budget.enter_appropriation", requires=Permission.BUDGET_ENTER)
def enter_appropriation(
    act: Act, scheme: str, amount: Ntd, document_number: str, on: date, note: str
) -> None:
    """Enter an appropriation 法定預算: `amount` becomes available to the scheme.

    Refuses "scheme.unknown", what `cleaned_document` does, and "budget.document_entered" when
    the document gave money to this scheme already.
    """
    kind = BudgetKind.APPROPRIATION
    document = document_of(act, scheme, amount, document_number, on, note)
    given(act, scheme, Stage.APPROPRIATION)
    key = refuse_entered(act.session, kind, scheme, document)
    act.because(note.strip())
    appropriate(act, scheme, amount, key=key, memo=memo_of(document, note))


@use_case("budget.enter_allotment", requires=Permission.BUDGET_ENTER)
def enter_allotment(
    act: Act, scheme: str, amount: Ntd, document_number: str, on: date, note: str
) -> None:
    """Enter an allotment 分配預算: `amount` more may be paid by now.

    Refuses as `enter_appropriation` does, and "budget.allotment_over" (allotted, appropriation,
    excess) when the allotments together, those of months to come included, would exceed what was
    appropriated.
    """
    kind = BudgetKind.ALLOTMENT
    document = document_of(act, scheme, amount, document_number, on, note)
    release_due(act, scheme)
    allotted = given(act, scheme, Stage.ALLOTMENT) + amount
    key = refuse_entered(act.session, kind, scheme, document)
    planned = planned_and_unreleased(act.session, scheme)
    check_allotment(allotted + planned, given(act, scheme, Stage.APPROPRIATION))
    act.because(note.strip())
    allot(act, scheme, amount, key=key, memo=memo_of(document, note))


def document_of(act: Act, scheme: str, amount: Ntd, number: str, on: date, note: str) -> Document:
    registry.editions_of(scheme)
    return cleaned_document(amount, number, on, note, today=local_date(act.now))


def refuse_entered(session: Session, kind: BudgetKind, scheme: str, document: Document) -> str:
    """The key for this document. Refuses "budget.document_entered" when it is in use."""
    key = transfer_key(kind, scheme, document)
    earlier = entered(session, key)
    if earlier is not None:
        raise Refused(
            "budget.document_entered",
            document=document.number,
            scheme=scheme,
            kind=kind,
            amount=earlier.amount,
            at=earlier.at,
        )
    return key
