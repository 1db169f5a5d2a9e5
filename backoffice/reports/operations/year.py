"""年度結算: what is left of a scheme's budget lapses, and nothing is awarded of it any more."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from backoffice.access import Permission
from backoffice.kernel.refusal import Refused, Stale
from backoffice.kernel.taiwan import local_date
from backoffice.ledger.models import BudgetClosing
from backoffice.ledger.operations import (
    available_of,
    close_budget,
    given,
    lapse,
    release_due,
)
from backoffice.ledger.rules import PROPOSAL, ProposalEvent, ProposalState, Stage
from backoffice.reports.queries.figures import figures_of
from backoffice.reports.rules import Document, cleaned_paper
from backoffice.reports.rules.shifts import (
    Closing,
    closing_of,
    closing_refusal,
    decision_refusal,
)
from backoffice.scheme import registry
from backoffice.use_case import Act, use_case


@use_case("budget.propose_closing", requires=Permission.BUDGET_ENTER)
def propose_closing(act: Act, scheme: str, paper: Document) -> int:
    """Propose to close a scheme's budget 年度結算 after its last day; answers the number.

    Refuses "scheme.unknown", what `cleaned_paper` and `closing_refusal` do, and "year.proposed"
    (scheme) when it is proposed or closed already.
    """
    ends_by = registry.budget_ends_by(scheme)
    document = cleaned_paper(paper.number, paper.on, "", today=local_date(act.now))
    found = _found(act, scheme, ends_by)
    if _live(act, scheme, ends_by.year):
        raise Refused("year.proposed", scheme=scheme)
    row = BudgetClosing(
        scheme=scheme,
        year=ends_by.year,
        state=PROPOSAL.initial,
        document_number=document.number,
        document_on=document.on,
        proposed_by=act.actor.id,
        proposed_by_name=act.actor.name,
        proposed_at=act.now,
    )
    _keep(row, found)
    act.session.add(row)
    act.session.flush()
    return row.id


@use_case("budget.approve_closing", requires=Permission.BUDGET_APPROVE)
def approve_closing(act: Act, closing_id: int, version: int) -> None:
    """Approve the closing: what is available lapses, and the budget gives nothing any more.

    What comes back later lapses too; what was carried over 保留 is still paid. Refuses what
    `decision_refusal` and `closing_refusal` do, and "lifecycle.not_allowed".
    """
    row = _proposed(act, closing_id, version)
    release_due(act, row.scheme)
    given(act, row.scheme, Stage.APPROPRIATION)
    available = available_of(act, row.scheme)
    found = _found(act, row.scheme, registry.budget_ends_by(row.scheme))
    if available:
        key, memo = f"year-end:{row.scheme}:{row.year}", f"{row.year - 1911}年度結算賸餘"
        lapse(act, row.scheme, available, key=key, memo=memo)
    close_budget(act, row.scheme)
    _keep(row, found)
    _decide(act, row, ProposalEvent.APPROVE, "")


@use_case("budget.return_closing", requires=Permission.BUDGET_APPROVE)
def return_closing(act: Act, closing_id: int, version: int, note: str) -> None:
    """Send a proposed closing back, with the reason. Refuses "note.missing" besides."""
    row = _proposed(act, closing_id, version)
    if not note.strip():
        raise Refused("note.missing")
    _decide(act, row, ProposalEvent.RETURN, note)


def _found(act: Act, scheme: str, ends_by: date) -> Closing:
    figures = figures_of(act.session, scheme)
    if refusal := closing_refusal(figures, ends_by, local_date(act.now)):
        raise refusal
    return closing_of(figures)


def _live(act: Act, scheme: str, year: int) -> bool:
    found = act.session.scalars(
        select(BudgetClosing.id)
        .where(
            BudgetClosing.scheme == scheme,
            BudgetClosing.year == year,
            BudgetClosing.state != ProposalState.RETURNED,
        )
        .limit(1)
    )
    return found.first() is not None


def _keep(row: BudgetClosing, found: Closing) -> None:
    row.appropriation, row.realised, row.payable = (
        found.appropriation,
        found.realised,
        found.payable,
    )
    row.carried, row.lapsed = found.carried, found.lapsed


def _proposed(act: Act, closing_id: int, version: int) -> BudgetClosing:
    row = act.session.get_one(BudgetClosing, closing_id)
    if row.version != version:
        raise Stale
    if refusal := decision_refusal(row.proposed_by, act.actor.id):
        raise refusal
    return row


def _decide(act: Act, row: BudgetClosing, event: ProposalEvent, note: str) -> None:
    row.move(event)
    row.decided_by = act.actor.id
    row.decided_by_name = act.actor.name
    row.decided_at = act.now
    row.decision_note = note.strip()
    act.because(note.strip())
