"""追繳: money that must come back, what comes in, and which books it goes into. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from backoffice.disbursement.rules.lifecycles import TrancheState
from backoffice.disbursement.rules.stages import Letter, check_letter, check_reason
from backoffice.kernel.lifecycle import Lifecycle
from backoffice.kernel.money import ZERO, Ntd, total
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import add_months, nfkc

# 經濟部推動產業及中小企業升級轉型辦法 §18, as a disposition cites it (domain §0.5 L9).
LEGAL_TEXT = (
    "依經濟部推動產業及中小企業升級轉型辦法第18條，受補助者有申請文件虛偽不實、未依核定計畫執行、"
    "未配合提供成效評估資料、就同一事項重複接受補助、解散或歇業等情事者，得以書面行政處分撤銷或廢止補助，"
    "並追繳已撥付補助款之全部或一部；依疫後強化經濟與社會韌性及全民共享經濟成果特別條例第4條，"
    "追繳款不得與其他應撥付之補助款相互抵銷。"
)
LIMITATION_MONTHS = 60  # 行政程序法 §131: the authority's claim expires after five years


class RecoveryCause(StrEnum):
    """What the money is demanded for."""

    SETTLEMENT = "SETTLEMENT"
    TERMINATION = "TERMINATION"
    ANNULMENT = "ANNULMENT"
    REVOCATION = "REVOCATION"


class Ground(StrEnum):
    """The grounds of a demand: those of 辦法 §18, and two that follow from a contract."""

    FALSE_DOCUMENTS = "FALSE_DOCUMENTS"
    PLAN_NOT_EXECUTED = "PLAN_NOT_EXECUTED"
    EVALUATION_WITHHELD = "EVALUATION_WITHHELD"
    DOUBLE_SUBSIDY = "DOUBLE_SUBSIDY"
    DISSOLVED = "DISSOLVED"
    OTHER = "OTHER"
    OVERPAID = "OVERPAID"
    CONTRACT_ENDED = "CONTRACT_ENDED"


class RecoveryState(StrEnum):
    """Where a demand 追繳 stands."""

    PREPARED = "PREPARED"
    DEMANDED = "DEMANDED"
    ENFORCEMENT = "ENFORCEMENT"
    RECOVERED = "RECOVERED"
    WRITTEN_OFF = "WRITTEN_OFF"
    MERGED = "MERGED"
    WITHDRAWN = "WITHDRAWN"


class RecoveryEvent(StrEnum):
    """What can happen to a demand."""

    DEMAND = "DEMAND"
    ENFORCE = "ENFORCE"
    RECOVER = "RECOVER"
    WRITE_OFF = "WRITE_OFF"
    MERGE = "MERGE"
    WITHDRAW = "WITHDRAW"
    REOPEN = "REOPEN"
    REOPEN_ENFORCED = "REOPEN_ENFORCED"


_S, _E = RecoveryState, RecoveryEvent
RECOVERY: Lifecycle[RecoveryState, RecoveryEvent] = Lifecycle(
    initial=_S.PREPARED,
    moves=[
        (_S.PREPARED, _E.DEMAND, _S.DEMANDED),
        # An annulment demands everything anew, so a demand not yet made goes into it.
        (_S.PREPARED, _E.MERGE, _S.MERGED),
        # The notice that prepared it was entered wrongly.
        (_S.PREPARED, _E.WITHDRAW, _S.WITHDRAWN),
        (_S.DEMANDED, _E.RECOVER, _S.RECOVERED),
        (_S.DEMANDED, _E.ENFORCE, _S.ENFORCEMENT),
        (_S.ENFORCEMENT, _E.RECOVER, _S.RECOVERED),
        (_S.ENFORCEMENT, _E.WRITE_OFF, _S.WRITTEN_OFF),
        # A receipt that was entered wrongly is taken out again: what was back is owed once more.
        (_S.RECOVERED, _E.REOPEN, _S.DEMANDED),
        (_S.RECOVERED, _E.REOPEN_ENFORCED, _S.ENFORCEMENT),
    ],
)
# Demanded, and neither back nor given up.
RUNNING = (RecoveryState.DEMANDED, RecoveryState.ENFORCEMENT)
OPEN = (RecoveryState.PREPARED, *RUNNING)
# Never made: whatever shares it has ask nothing back.
NEVER_MADE = (RecoveryState.MERGED, RecoveryState.WITHDRAWN)


# --- what is demanded -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Disposition:
    """A written disposition 行政處分: its number and day, and by when the money is due."""

    letter: Letter
    due_on: date | None


def check_disposition(disposition: Disposition, today: date, *, demands: bool) -> None:
    """A disposition as it can be entered; `demands`: it asks for money, so it sets a due date.

    The due date lies after the disposition's day. Refuses "letter.missing", "letter.in_future",
    "recovery.due_missing", "recovery.due_early" (due_on, on). Source: domain §0.5 L9, §2.7.
    """
    check_letter(disposition.letter, today)
    if not demands:
        return
    if disposition.due_on is None:
        raise Refused("recovery.due_missing")
    if disposition.due_on <= disposition.letter.on:
        raise Refused("recovery.due_early", due_on=disposition.due_on, on=disposition.letter.on)


def expires_on(disposed_on: date) -> date:
    """The day on which the authority's claim expires 請求權時效: five years after the demand."""
    return add_months(disposed_on, LIMITATION_MONTHS)


@dataclass(frozen=True, slots=True)
class PaidTranche:
    """A tranche that was paid; `demanded`: how much of it earlier demands ask back already."""

    id: int
    number: int
    amount: Ntd
    paid_on: date
    demanded: Ntd

    @property
    def free(self) -> Ntd:
        """What can still be demanded of it."""
        return self.amount - self.demanded


def demandable(paid: Iterable[PaidTranche]) -> Ntd:
    """All that was paid and is not demanded back yet."""
    return total(each.free for each in paid)


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a demand asks back one tranche, and when that tranche was paid."""

    tranche_id: int
    amount: Ntd
    paid_on: date


def shares_of(demand: Ntd, paid: Sequence[PaidTranche]) -> tuple[Share, ...]:
    """A demand spread over the tranches: what was paid last is asked back first.

    `demand` is 1 … `demandable(paid)`. The shares are given in order of their tranches, sum to
    the demand, and none is nothing.
    """
    assert ZERO < demand <= demandable(paid), "a demand asks back what was paid"
    left, found = demand, []
    for each in sorted(paid, key=lambda tranche: tranche.number, reverse=True):
        part = min(left, each.free)
        if part:
            found.append(Share(each.id, part, each.paid_on))
            left = left - part
    return tuple(reversed(found))


# --- what comes back --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Repayment:
    """Money that came back: when, by which receipt, into which account of the treasury.

    `document_number` is of the 支出收回書 (same year) or the 繳款書 (an earlier year).
    """

    amount: Ntd
    received_on: date
    receipt_number: str
    account: str
    document_number: str = ""


@dataclass(frozen=True, slots=True)
class Split:
    """Which books a repayment goes into; both together are the repayment.

    `to_budget` restores the allotment and what is available 支出收回; `to_treasury` is 收回以前
    年度歲出 and restores nothing. Source: domain §3.7 rule 6, P22 §§5–8.
    """

    to_budget: Ntd
    to_treasury: Ntd


def split(shares: Sequence[Share], repaid: Ntd, amount: Ntd, received_on: date) -> Split:
    """Where `amount` goes after `repaid` of the shares has come back already.

    Repayments count against the tranche that was paid first. Money of a tranche paid in the year
    of the receipt restores the budget; of an earlier year it does not (A73). `repaid + amount`
    never exceeds the shares.
    """
    assert repaid + amount <= total(each.amount for each in shares), "never more than is owed"
    to_budget = ZERO
    begun, ended = repaid, repaid + amount
    passed = ZERO
    for each in shares:
        low, high = max(begun, passed), min(ended, passed + each.amount)
        if high > low and each.paid_on.year == received_on.year:
            to_budget = to_budget + (high - low)
        passed = passed + each.amount
    return Split(to_budget, amount - to_budget)


def receipt_number(text: str) -> str:
    """One spelling of a receipt's number, so that it is not entered twice."""
    return "".join(nfkc(text).split())


def check_repayment(repayment: Repayment, *, owed: Ntd, disposed_on: date, today: date) -> None:
    """Money that can have come in: at most what is owed, from the disposition's day on.

    Refuses "recovery.receipt_missing", "recovery.account_missing", "recovery.amount_zero",
    "recovery.amount_over" (amount, owed), "recovery.received_early" (day, disposed_on),
    "recovery.received_future" (day).
    """
    if not receipt_number(repayment.receipt_number):
        raise Refused("recovery.receipt_missing")
    if not repayment.account.strip():
        raise Refused("recovery.account_missing")
    if not repayment.amount:
        raise Refused("recovery.amount_zero")
    if repayment.amount > owed:
        raise Refused("recovery.amount_over", amount=repayment.amount, owed=owed)
    if repayment.received_on > today:
        raise Refused("recovery.received_future", day=repayment.received_on)
    if repayment.received_on < disposed_on:
        raise Refused("recovery.received_early", day=repayment.received_on, disposed_on=disposed_on)


# --- enforcement and the end ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RecoveryFacts:
    """A demand as the rules ask about it."""

    state: RecoveryState
    amount: Ntd
    repaid: Ntd
    disposed_on: date | None
    due_on: date | None

    @property
    def owed(self) -> Ntd:
        """What has not come back."""
        return self.amount - self.repaid

    def is_overdue(self, today: date) -> bool:
        """Whether the day set in the disposition has passed and money is still owed."""
        running = self.state in RUNNING and bool(self.owed)
        return running and self.due_on is not None and today > self.due_on


def demanding_refusal(facts: RecoveryFacts) -> Refused | None:
    """Why the disposition cannot be entered: it has been already, or the demand was merged."""
    return _only(facts, RecoveryEvent.DEMAND)


def receiving_refusal(facts: RecoveryFacts) -> Refused | None:
    """Why no money can be entered: none is demanded yet, or nothing is owed any more."""
    return None if facts.state in RUNNING else Refused("recovery.not_running", state=facts.state)


def enforcing_refusal(facts: RecoveryFacts, today: date) -> Refused | None:
    """Why the demand cannot be passed on for enforcement 移送行政執行: it is not overdue.

    "lifecycle.not_allowed", "recovery.not_overdue" (due_on).
    """
    if refusal := _only(facts, RecoveryEvent.ENFORCE):
        return refusal
    if facts.is_overdue(today):
        return None
    return Refused("recovery.not_overdue", due_on=facts.due_on)


def check_enforcement(
    facts: RecoveryFacts, letter: Letter, final_on: date | None, today: date
) -> None:
    """An enforcement needs its letter and the day on which the disposition became final 確定.

    Refuses what `enforcing_refusal` does, "letter.missing", "letter.in_future",
    "recovery.final_missing", "recovery.final_wrong" (day, disposed_on): a day before the
    disposition or to come. Source: domain §2.7, §4.2.
    """
    if refusal := enforcing_refusal(facts, today):
        raise refusal
    check_letter(letter, today)
    if final_on is None:
        raise Refused("recovery.final_missing")
    assert facts.disposed_on is not None, "what is enforced was demanded"
    if not facts.disposed_on < final_on <= today:
        raise Refused("recovery.final_wrong", day=final_on, disposed_on=facts.disposed_on)


def writing_off_refusal(facts: RecoveryFacts) -> Refused | None:
    """Why the claim cannot be written off 註銷債權: it was not enforced first."""
    return _only(facts, RecoveryEvent.WRITE_OFF)


def check_write_off(facts: RecoveryFacts, letter: Letter, reason: str, today: date) -> None:
    """A write-off needs the approval's number and a reason.

    Refuses what `writing_off_refusal` does, "letter.missing", "letter.in_future", "note.missing".
    """
    if refusal := writing_off_refusal(facts):
        raise refusal
    check_letter(letter, today)
    check_reason(reason)


def _only(facts: RecoveryFacts, event: RecoveryEvent) -> Refused | None:
    try:
        RECOVERY.after(facts.state, event)
    except Refused as refusal:
        return refusal
    return None


def tranche_follows(states: Iterable[RecoveryState], ended: TrancheState) -> TrancheState:
    """Where a tranche stands by the demands that ask it back; `ended`: how the last one ended.

    Demanded by any: to be recovered; else enforced by any; else as the last one ended.
    """
    found = frozenset(states)
    if RecoveryState.DEMANDED in found:
        return TrancheState.RECOVERY
    if RecoveryState.ENFORCEMENT in found:
        return TrancheState.ENFORCEMENT
    return ended
