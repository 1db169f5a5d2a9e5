"""What the reports' pages write: budget documents, and the marks that the audit's reader leaves."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import Permission
from backoffice.audit import head
from backoffice.cases.models import Case
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import local_date
from backoffice.ledger.models import LedgerAccount
from backoffice.ledger.operations import allot, appropriate, open_budget
from backoffice.ledger.rules import Stage, account_name
from backoffice.reports.queries.audit import CHECK, entry_count
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

BROKEN_MAX = 20


@use_case("budget.enter_appropriation", requires=Permission.BUDGET_ENTER)
def enter_appropriation(
    act: Act, scheme: str, amount: Ntd, document_number: str, on: date, note: str
) -> None:
    """Enter an appropriation 法定預算: `amount` becomes available to the scheme.

    Refuses "scheme.unknown", what `cleaned_document` does, and "budget.document_entered" when
    the document gave money to this scheme already.
    """
    kind = BudgetKind.APPROPRIATION
    document = _document(act, scheme, amount, document_number, on, note)
    _given(act, scheme, Stage.APPROPRIATION)
    key = refuse_entered(act.session, kind, scheme, document)
    act.because(note.strip())
    appropriate(act, scheme, amount, key=key, memo=memo_of(document, note))


@use_case("budget.enter_allotment", requires=Permission.BUDGET_ENTER)
def enter_allotment(
    act: Act, scheme: str, amount: Ntd, document_number: str, on: date, note: str
) -> None:
    """Enter an allotment 分配預算: `amount` more may be paid by now.

    Refuses as `enter_appropriation` does, and "budget.allotment_over" (allotted, appropriation,
    excess) when the allotments together would exceed what was appropriated.
    """
    kind = BudgetKind.ALLOTMENT
    document = _document(act, scheme, amount, document_number, on, note)
    allotted = _given(act, scheme, Stage.ALLOTMENT) + amount
    key = refuse_entered(act.session, kind, scheme, document)
    check_allotment(allotted, _given(act, scheme, Stage.APPROPRIATION))
    act.because(note.strip())
    allot(act, scheme, amount, key=key, memo=memo_of(document, note))


def _document(act: Act, scheme: str, amount: Ntd, number: str, on: date, note: str) -> Document:
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


def _given(act: Act, scheme: str, source: Stage) -> Ntd:
    """What was given from a source so far; its row is held until this act ends.

    Who enters a document waits here for whoever enters another, and then sees it.
    """
    open_budget(act, scheme)
    balance = act.session.execute(
        select(LedgerAccount.balance)
        .where(LedgerAccount.name == account_name(scheme, source))
        .with_for_update()
    ).scalar_one()
    return Ntd(-balance)


@use_case("audit.export", requires=Permission.AUDIT_EXPORT)
def export_case_history(act: Act, case_id: int, reason: str) -> None:
    """Record that a case's history is taken out of the house, by whom and what for.

    Refuses "audit.reason_missing". The record stands in the case's own history.
    """
    case = act.session.get_one(Case, case_id)
    if not reason.strip():
        raise Refused("audit.reason_missing")
    act.because(reason.strip())
    act.record(
        "audit_export",
        None,
        case.id,
        number=case.number,
        entry_count=entry_count(act.session, case.id),
        head_hash=head(act.session).hash,
    )


@use_case("audit.verify", requires=Permission.AUDIT_READ)
def keep_verification(
    act: Act, entries: int, head_hash: str, broken: tuple[tuple[int, str], ...]
) -> None:
    """Keep what came of walking the chain from its beginning to the entry number `entries`.

    `broken` pairs a number with what is wrong there; the first twenty are kept.
    """
    act.record(
        CHECK, 1, None, entry_count=entries, head_hash=head_hash, broken_at=broken[:BROKEN_MAX]
    )
