"""The lines of a bank's claim: accepted, returned, or taken back.

Budget first (only held), then the loan, then its case and instalments.
"""

from __future__ import annotations

from sqlalchemy import func, select

from backoffice.access import Permission
from backoffice.cases.models import Case
from backoffice.disbursement.models import (
    BankClaim,
    BankClaimLine,
    Claim,
    RegisteredLoan,
    Tranche,
)
from backoffice.disbursement.operations.loans.commitment import locked
from backoffice.disbursement.operations.turns import pass_turn
from backoffice.disbursement.queries.loans import (
    accepted_periods,
    known_rates,
    lent,
)
from backoffice.disbursement.rules.lifecycles import TRANCHE, TrancheEvent, TrancheState
from backoffice.disbursement.rules.loans import (
    BANK_LINE,
    LINES_MAX,
    BankLineEvent,
    BankLineState,
    LineFacts,
    LoanState,
    Period,
    accepting_refusal,
    check_accepting,
    payable,
)
from backoffice.disbursement.rules.stages import check_reason
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused, Stale
from backoffice.ledger.operations import available_of
from backoffice.use_case import Act, use_case


@use_case("bank_line.accept", requires=Permission.LOAN_WORK)
def accept_line(act: Act, line_id: int, version: int, shown: Ntd, reason: str) -> int:
    """Accept a line: it becomes an instalment of its case that may be put on a sheet.

    `shown`: the amount that the page said would be paid; Stale when it is no longer that. The
    answer is the instalment's number. Refuses what `accepting_refusal` and `check_accepting` do,
    and "bank_line.recommit_first".
    """
    line = _line_at(act, line_id, version)
    paid = _accept(act, line, reason)
    if paid != shown:
        raise Stale
    assert line.tranche_id is not None, "an accepted line is an instalment"
    return line.tranche_id


@use_case("bank_line.accept_ready", requires=Permission.LOAN_WORK)
def accept_ready(act: Act, bank_claim_id: int, count: int) -> int:
    """Accept every line of a bank's claim that agrees with ours; all of them, or none.

    `count`: how many the page said there were; Stale otherwise. Refuses "bank_line.none_ready",
    and what `accept_line` does.
    """
    ready = act.session.scalars(
        select(BankClaimLine)
        .where(
            BankClaimLine.bank_claim_id == bank_claim_id,
            BankClaimLine.state == BankLineState.READY,
        )
        .order_by(BankClaimLine.loan_id, BankClaimLine.from_on)
        .limit(LINES_MAX)
    ).all()
    if not ready:
        raise Refused("bank_line.none_ready")
    if len(ready) != count:
        raise Stale
    for line in ready:
        _accept(act, line, "")
    return len(ready)


def _accept(act: Act, line: BankClaimLine, reason: str) -> Ntd:
    claim = act.session.get_one(BankClaim, line.bank_claim_id)
    # No rate and no movement of the balance comes in between; both hold the budget first.
    available_of(act, claim.scheme)
    loan = locked(act, line.loan_id)
    case = act.session.get_one(Case, line.case_id)
    _refuse_behind(act, loan)
    computed = lent(act.session, loan).due(line.from_on, line.through_on)
    facts = LineFacts(
        state=line.state,
        period=Period(line.from_on, line.through_on),
        claimed=line.claimed,
        computed=computed,
        left=loan.committed - loan.accepted,
        entered_by=claim.entered_by,
    )
    if refusal := accepting_refusal(
        facts,
        accepted_periods(act.session, [loan.id])[loan.id],
        running=loan.state is LoanState.RUNNING,
        person=act.actor.id,
    ):
        raise refusal
    check_accepting(facts, reason)
    paid = payable(facts.claimed, facts.computed, facts.left)
    tranche = _instalment(act, case, paid)
    act.session.add(_claim(act, claim, case, tranche))
    loan.accepted = loan.accepted + paid
    line.computed = computed
    line.paid = paid
    line.tranche_id = tranche.id
    line.move(BankLineEvent.ACCEPT)
    _decide(act, line, reason)
    act.session.flush()
    pass_turn(act, case)
    act.session.flush()
    return paid


def _refuse_behind(act: Act, loan: RegisteredLoan) -> None:
    newest = known_rates(act.session, loan.edition)[-1].since
    if loan.rate_since < newest <= loan.ends_on:
        raise Refused("bank_line.recommit_first")


def _instalment(act: Act, case: Case, amount: Ntd) -> Tranche:
    last = act.session.execute(
        select(func.coalesce(func.max(Tranche.number), 0)).where(Tranche.case_id == case.id)
    ).scalar_one()
    tranche = Tranche(
        case_id=case.id,
        scheme=case.scheme,
        number=last + 1,
        amount=amount,
        state=TRANCHE.initial,
        released_at=act.now,
        hold_reason="",
    )
    # Whoever entered the bank's claim has filed it; whoever accepts it has verified it.
    for event in (TrancheEvent.RELEASE, TrancheEvent.FILE_CLAIM, TrancheEvent.VERIFY):
        tranche.move(event)
    act.session.add(tranche)
    act.session.flush()
    return tranche


def _claim(act: Act, bank: BankClaim, case: Case, tranche: Tranche) -> Claim:
    return Claim(
        case_id=case.id,
        tranche_id=tranche.id,
        live=True,
        receipt_number=bank.letter_number,
        receipt_on=bank.letter_on,
        amount=tranche.amount,
        account_id=bank.account_id,
        payee_name=bank.payee_name,
        payee_ubn=bank.payee_ubn,
        letter_number=bank.letter_number,
        receipt_document_id=bank.document_id,
        entered_by=bank.entered_by,
        entered_at=bank.entered_at,
        verified_by=act.actor.id,
        verified_at=act.now,
    )


@use_case("bank_line.return", requires=Permission.LOAN_WORK)
def return_line(act: Act, line_id: int, version: int, reason: str) -> None:
    """Return a line to the bank 退回 with the reason; it may claim the same days anew.

    Refuses "note.missing" and "lifecycle.not_allowed".
    """
    line = _line_at(act, line_id, version)
    check_reason(reason)
    line.move(BankLineEvent.RETURN)
    _decide(act, line, reason)
    act.session.flush()
    pass_turn(act, act.session.get_one(Case, line.case_id))


@use_case("bank_line.take_back", requires=Permission.LOAN_WORK)
def take_back_line(act: Act, line_id: int, version: int, reason: str) -> None:
    """Take an acceptance back 撤銷受理 before it stands on a sheet; its instalment is cancelled.

    Refuses "note.missing", "lifecycle.not_allowed" and "bank_line.on_its_way" (state).
    """
    line = _line_at(act, line_id, version)
    check_reason(reason)
    BANK_LINE.after(line.state, BankLineEvent.TAKE_BACK)
    loan = locked(act, line.loan_id)
    assert line.tranche_id is not None, "it was accepted"
    assert line.paid is not None, "it was accepted"
    tranche = act.session.get_one(Tranche, line.tranche_id)
    if tranche.state is not TrancheState.VERIFIED:
        raise Refused("bank_line.on_its_way", state=tranche.state)
    tranche.move(TrancheEvent.CANCEL)
    loan.accepted = loan.accepted - line.paid
    claim = act.session.scalars(
        select(Claim).where(Claim.tranche_id == tranche.id, Claim.live)
    ).one()
    claim.live = False
    claim.rejected_reason = reason.strip()
    line.move(BankLineEvent.TAKE_BACK)
    _decide(act, line, reason)
    act.session.flush()
    pass_turn(act, act.session.get_one(Case, line.case_id))


def _decide(act: Act, line: BankClaimLine, reason: str) -> None:
    line.reason = reason.strip()
    line.decided_by = act.actor.id
    line.decided_at = act.now
    act.because(reason.strip())


def _line_at(act: Act, line_id: int, version: int) -> BankClaimLine:
    line = act.session.get_one(BankClaimLine, line_id)
    if line.version != version:
        raise Stale
    return line
