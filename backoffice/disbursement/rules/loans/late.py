"""A repayment that the bank tells of late: what was paid too much since. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from backoffice.disbursement.rules.lifecycles import EVER_PAID, TrancheState
from backoffice.disbursement.rules.loans.claiming import Lent, PaidPeriod
from backoffice.disbursement.rules.loans.interest import Movement, MovementKind
from backoffice.disbursement.rules.loans.lifecycles import LoanState
from backoffice.disbursement.rules.recoveries import RecoveryState
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused


@dataclass(frozen=True, slots=True)
class AcceptedLine:
    """A line that was accepted: by which letter it was claimed, and where its instalment stands.

    `computed`: what its period was worth by the schedule known when it was accepted.
    """

    tranche_id: int
    letter_number: str
    state: TrancheState
    paid_on: date | None
    paid: PaidPeriod
    computed: Ntd


@dataclass(frozen=True, slots=True)
class Excess:
    """What was accepted for a period beyond what it is worth by the schedule known now.

    `due`: what it is worth. `amount` leaves out what is asked back already.
    """

    line: AcceptedLine
    due: Ntd
    amount: Ntd


def excesses(lent: Lent, accepted: Iterable[AcceptedLine]) -> tuple[Excess, ...]:
    """The accepted periods of which too much stands, each rounded as it was when it was claimed.

    What is demanded of a period in all is what was paid less what it is worth (domain §1.7: daily
    balance, actual days over 365).
    """
    found = []
    for line in accepted:
        due = lent.due(line.paid.period.from_on, line.paid.period.through_on)
        if line.paid.kept > due:
            found.append(Excess(line, due, line.paid.kept - due))
    return tuple(found)


def over_refusal(
    state: LoanState, movement: Movement, claimed_through: date | None
) -> Refused | None:
    """Why a loan that is over takes no movement; one that ended takes a repayment told of late.

    "loan.over" (state). Days after the last accepted claim cost nothing any more.
    """
    is_late = claimed_through is not None and movement.on <= claimed_through
    repaid_late = is_late and movement.kind is MovementKind.REPAY
    if state is LoanState.RUNNING or (state is LoanState.ENDED and repaid_late):
        return None
    return Refused("loan.over", state=state)


def late_refusal(found: Sequence[Excess]) -> Refused | None:
    """Why a repayment is not entered yet: a period that it changes was accepted and is not paid.

    Money that has not left is not demanded back: the acceptance is taken back first, or the bank's
    answer awaited. "loan.accepted_unpaid" (letter, from_on, through_on), "loan.payment_awaited"
    (letter, from_on, through_on, state).
    """
    for each in found:
        line, facts = each.line, _named(each.line)
        if line.state is TrancheState.VERIFIED:
            return Refused("loan.accepted_unpaid", **facts)
        if line.state not in EVER_PAID:
            return Refused("loan.payment_awaited", **facts, state=line.state)
    return None


def _named(line: AcceptedLine) -> dict[str, object]:
    period = line.paid.period
    return {
        "letter": line.letter_number,
        "from_on": period.from_on,
        "through_on": period.through_on,
    }


# --- withdrawn --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LateNotice:
    """A movement as the rules ask whether it can be withdrawn.

    `demand`: where the demand stands that it prepared, None where it prepared none; `letter`: the
    number of its disposition, "" before there is one. `is_last`: nothing was entered after it.
    """

    is_withdrawn: bool
    is_last: bool
    demand: RecoveryState | None
    letter: str


def resting(lent: Lent, restored: Lent, accepted: Iterable[AcceptedLine]) -> list[AcceptedLine]:
    """The periods that were accepted by what a notice says: `restored` is the loan without it.

    They are worth more without it, and were no more when they were accepted.
    """
    found = []
    for line in accepted:
        days = line.paid.period.from_on, line.paid.period.through_on
        if line.computed <= lent.due(*days) < restored.due(*days):
            found.append(line)
    return found


def withdrawal_refusal(
    state: LoanState, notice: LateNotice, rests: Iterable[AcceptedLine]
) -> Refused | None:
    """Why a late notice cannot be withdrawn.

    "loan.notice_withdrawn", "loan.notice_no_demand", "loan.over" (state: a breach counted with
    it), "loan.notice_demanded" (letter), "loan.notice_not_last", and "loan.notice_rested_on"
    (letter, from_on, through_on): what is not paid yet is taken back or awaited first. What was
    paid by it stays as it is.
    """
    if notice.is_withdrawn:
        return Refused("loan.notice_withdrawn")
    if notice.demand is None:
        return Refused("loan.notice_no_demand")
    if state is LoanState.CALLED:
        return Refused("loan.over", state=state)
    if notice.demand is not RecoveryState.PREPARED:
        return Refused("loan.notice_demanded", letter=notice.letter)
    if not notice.is_last:
        return Refused("loan.notice_not_last")
    for line in rests:
        if line.state not in EVER_PAID:
            return Refused("loan.notice_rested_on", **_named(line))
    return None
