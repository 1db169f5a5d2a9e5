"""流用 and 減列: accounting enters, the manager approves; then both schemes' books move at once."""

from __future__ import annotations

from backoffice.access import Permission
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused, Stale
from backoffice.kernel.taiwan import local_date
from backoffice.ledger.models import BudgetShift
from backoffice.ledger.operations import available_of, given, open_budget, post
from backoffice.ledger.queries import planned_and_unreleased
from backoffice.ledger.rules import (
    PROPOSAL,
    ProposalEvent,
    ShiftKind,
    Stage,
    Transfer,
    account_name,
)
from backoffice.reports.rules import Document, cleaned_document
from backoffice.reports.rules.plan import check_planned
from backoffice.reports.rules.shifts import Shift, check_shift, decision_refusal
from backoffice.scheme import registry
from backoffice.use_case import Act, use_case


@use_case("budget.propose_shift", requires=Permission.BUDGET_ENTER)
def propose_shift(act: Act, shift: Shift, paper: Document, reason: str) -> int | None:
    """Enter a transfer of appropriation between schemes 流用, or a reduction 減列.

    Answers its number. Nothing moves until the manager approves. Refuses "scheme.unknown", what
    `cleaned_document` and `check_shift` do, "shift.beyond_available" (scheme, available, wanted),
    and "plan.over" when what stays would not bear the allotments.
    """
    registry.editions_of(shift.source)
    if shift.target is not None:
        registry.editions_of(shift.target)
    document = cleaned_document(shift.amount, paper.number, paper.on, "", today=local_date(act.now))
    check_shift(shift, reason)
    _check_room(act, shift)
    row = BudgetShift(
        kind=shift.kind,
        source_scheme=shift.source,
        target_scheme=shift.target,
        amount=shift.amount,
        document_number=document.number,
        document_on=document.on,
        reason=reason.strip(),
        state=PROPOSAL.initial,
        proposed_by=act.actor.id,
        proposed_by_name=act.actor.name,
        proposed_at=act.now,
    )
    act.because(reason.strip())
    act.session.add(row)
    act.session.flush()
    return row.id


def _check_room(act: Act, shift: Shift) -> None:
    """The money must be there, and what stays must bear the allotments."""
    allotted = given(act, shift.source, Stage.ALLOTMENT)
    appropriation = given(act, shift.source, Stage.APPROPRIATION)
    available = available_of(act, shift.source)
    if shift.amount > available:
        raise Refused(
            "shift.beyond_available",
            scheme=shift.source,
            available=available,
            wanted=shift.amount,
        )
    held = planned_and_unreleased(act.session, shift.source)
    check_planned(allotted + held, appropriation - shift.amount)


@use_case("budget.approve_shift", requires=Permission.BUDGET_APPROVE)
def approve_shift(act: Act, shift_id: int, version: int) -> None:
    """Approve a transfer or reduction: both schemes' books move in one post.

    Refuses what `decision_refusal` does, "shift.beyond_available", "plan.over" (what stays would
    not bear the allotments), "budget.closed", and "lifecycle.not_allowed".
    """
    row = _proposed(act, shift_id, version)
    shift = Shift(row.kind, row.source_scheme, row.target_scheme, row.amount)
    _check_room(act, shift)
    post(act, *_transfers(act, row))
    _decide(act, row, ProposalEvent.APPROVE, "")


@use_case("budget.return_shift", requires=Permission.BUDGET_APPROVE)
def return_shift(act: Act, shift_id: int, version: int, note: str) -> None:
    """Send a transfer or reduction back, with the reason. Refuses "note.missing" besides."""
    row = _proposed(act, shift_id, version)
    if not note.strip():
        raise Refused("note.missing")
    _decide(act, row, ProposalEvent.RETURN, note)


def _proposed(act: Act, shift_id: int, version: int) -> BudgetShift:
    row = act.session.get_one(BudgetShift, shift_id)
    if row.version != version:
        raise Stale
    if refusal := decision_refusal(row.proposed_by, act.actor.id):
        raise refusal
    return row


def _decide(act: Act, row: BudgetShift, event: ProposalEvent, note: str) -> None:
    row.move(event)
    row.decided_by = act.actor.id
    row.decided_by_name = act.actor.name
    row.decided_at = act.now
    row.decision_note = note.strip()
    act.because(note.strip())


def _transfers(act: Act, row: BudgetShift) -> tuple[Transfer, ...]:
    memo = f"{row.document_number} {row.source_scheme}"
    if row.kind is ShiftKind.REDUCTION:
        return (_back(row, f"減列 {memo}"),)
    assert row.target_scheme is not None, "a transfer has a target"
    open_budget(act, row.target_scheme)
    memo = f"流用 {memo} → {row.target_scheme}"
    return (
        _back(row, memo),
        Transfer(
            key=f"shift:{row.id}:in",
            source=account_name(row.target_scheme, Stage.APPROPRIATION),
            target=account_name(row.target_scheme, Stage.AVAILABLE),
            quantity=row.amount.dollars,
            memo=memo,
        ),
    )


def _back(row: BudgetShift, memo: str) -> Transfer:
    amount: Ntd = row.amount
    return Transfer(
        key=f"shift:{row.id}:out",
        source=account_name(row.source_scheme, Stage.AVAILABLE),
        target=account_name(row.source_scheme, Stage.APPROPRIATION),
        quantity=amount.dollars,
        memo=memo,
    )
