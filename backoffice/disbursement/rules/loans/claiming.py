"""A bank's claim line by line: what is paid, what is returned, what is called back. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from backoffice.disbursement.rules.loans.interest import (
    Movement,
    Rate,
    SubsidyTerms,
    at_most,
    interest,
    steps,
)
from backoffice.disbursement.rules.loans.lifecycles import (
    OPEN_LINES,
    BankLineEvent,
    BankLineState,
)
from backoffice.disbursement.rules.recoveries import Ground
from backoffice.kernel.money import ZERO, Ntd, total
from backoffice.kernel.refusal import Refused

LINES_MAX = 500  # of one claim: what one person can work off, and one transaction can hold
# Grounds on which a loan's subsidy is called back: 辦法 §14, and interest that was overpaid.
CALL_GROUNDS = (
    Ground.PLAN_NOT_EXECUTED,
    Ground.DISSOLVED,
    Ground.FALSE_DOCUMENTS,
    Ground.OVERPAID,
    Ground.OTHER,
)


@dataclass(frozen=True, slots=True)
class ClaimedLine:
    """What a bank asks for one loan and one period: interest on a daily balance at a rate.

    `row`: where it stands in the bank's file, 0 where it was not read from one.
    """

    case_number: str
    from_on: date
    through_on: date
    principal: Ntd
    rate_ppm: int
    claimed: Ntd
    row: int = 0


@dataclass(frozen=True, slots=True)
class Lent:
    """A registered loan with everything that its interest is worked out from."""

    terms: SubsidyTerms
    movements: tuple[Movement, ...]
    rates: tuple[Rate, ...]

    def due(self, from_on: date, through_on: date) -> Ntd:
        """What we work out for a period."""
        return interest(steps(self.terms, self.movements, self.rates, from_on, through_on))

    def moved(self, movement: Movement) -> Lent:
        """The same loan with one more movement, in the order of their days."""
        every = sorted((*self.movements, movement), key=lambda each: each.on)
        return Lent(self.terms, tuple(every), self.rates)

    def without(self, movement: Movement) -> Lent:
        """The same loan with one movement less, which is one of its own."""
        left = list(self.movements)
        left.remove(movement)
        return Lent(self.terms, tuple(left), self.rates)


def to_commit(lent: Lent, amount: Ntd, *, accepted: Ntd, asked_back: Ntd) -> Ntd:
    """What is committed for a loan of this amount: the most that may be accepted for it in all.

    `accepted` until now, `asked_back` what of it is demanded back. That is never set off against
    later periods (domain §0.5 L4), so it is committed beside what the schedule comes to; yet never
    more than the loan could have come to without any repayment.
    """
    most = at_most(lent.terms, amount, lent.movements, lent.rates) + asked_back
    unrepaid = at_most(lent.terms, amount, (), lent.rates)
    return max(min(most, unrepaid), accepted)


def event_of(claimed: Ntd, computed: Ntd) -> BankLineEvent:
    """Whether the bank asks for what we work out; not where that is nothing."""
    same = claimed == computed and bool(computed)
    return BankLineEvent.MATCH if same else BankLineEvent.MISMATCH


def state_of(claimed: Ntd, computed: Ntd) -> BankLineState:
    """The state of a new line."""
    if event_of(claimed, computed) is BankLineEvent.MATCH:
        return BankLineState.READY
    return BankLineState.DIFFERS


def payable(claimed: Ntd, computed: Ntd, left: Ntd) -> Ntd:
    """What is paid of a line: the least of claim, computation and what is left committed.

    Never more than we work out; the last period takes the rest of what was committed.
    """
    return max(ZERO, min(claimed, computed, left))


@dataclass(frozen=True, slots=True)
class Period:
    """Days for which interest was accepted, both ends included."""

    from_on: date
    through_on: date

    def overlaps(self, other: Period) -> bool:
        """Whether a day is in both."""
        return self.from_on <= other.through_on and other.from_on <= self.through_on


def overlap_refusal(wanted: Period, accepted: Iterable[Period]) -> Refused | None:
    """Why a period is not paid: a day of it has been, for this loan."""
    for each in accepted:
        if wanted.overlaps(each):
            return Refused("bank_line.overlaps", from_on=each.from_on, through_on=each.through_on)
    return None


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line as the rules ask about it; `left`: committed for the loan and not accepted yet."""

    state: BankLineState
    period: Period
    claimed: Ntd
    computed: Ntd
    left: Ntd
    entered_by: int


def accepting_refusal(
    line: LineFacts, accepted: Sequence[Period], *, running: bool, person: int
) -> Refused | None:
    """Why a line cannot be accepted.

    "bank_line.decided" (state), "bank_line.same_person" (whoever entered the claim does not accept
    it), "bank_line.loan_over", "bank_line.overlaps" (from_on, through_on), "bank_line.nothing_due",
    "bank_line.nothing_left".
    """
    if line.state not in OPEN_LINES:
        return Refused("bank_line.decided", state=line.state)
    if line.entered_by == person:
        return Refused("bank_line.same_person")
    if not running:
        return Refused("bank_line.loan_over")
    if refusal := overlap_refusal(line.period, accepted):
        return refusal
    if not min(line.claimed, line.computed):
        return Refused("bank_line.nothing_due")
    return None if line.left > ZERO else Refused("bank_line.nothing_left")


def check_accepting(line: LineFacts, reason: str) -> None:
    """Less than the bank asks, or a claim that is not ours, is accepted with a reason.

    Refuses "bank_line.reason_missing" (claimed, payable).
    """
    paid = payable(line.claimed, line.computed, line.left)
    if paid == line.claimed == line.computed or reason.strip():
        return
    raise Refused("bank_line.reason_missing", claimed=line.claimed, payable=paid)


# --- called back ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PaidPeriod:
    """An accepted line: its days, what was paid for them, and how much of that is asked back."""

    period: Period
    amount: Ntd
    asked_back: Ntd = ZERO

    @property
    def kept(self) -> Ntd:
        """What nobody has asked back yet."""
        return self.amount - self.asked_back


def called_back(lent: Lent, paid: Iterable[PaidPeriod], since: date) -> Ntd:
    """The subsidised interest from a day on: what was paid less what the days before are worth.

    Of a period that begins on the day or later, all of it. What is asked back already, since a
    repayment was learnt of late, is not asked back again.
    """
    return total(_back(lent, each, since) for each in paid)


def _back(lent: Lent, paid: PaidPeriod, since: date) -> Ntd:
    if paid.period.through_on < since:
        return ZERO
    if paid.period.from_on >= since:
        return paid.kept
    worth = lent.due(paid.period.from_on, since - timedelta(days=1))
    return paid.kept - min(worth, paid.kept)


@dataclass(frozen=True, slots=True)
class Calling:
    """A breach: from which day on, on what ground, by which letter of the bank's."""

    since: date
    ground: Ground
    reason: str


def check_calling(calling: Calling, terms: SubsidyTerms, today: date) -> None:
    """A breach that can be entered.

    Refuses "loan.call_ground", "loan.call_early" (day, first), "loan.call_future" (day).
    """
    if calling.ground not in CALL_GROUNDS:
        raise Refused("loan.call_ground")
    if calling.since < terms.starts_on:
        raise Refused("loan.call_early", day=calling.since, first=terms.starts_on)
    if calling.since > today:
        raise Refused("loan.call_future", day=calling.since)


def ending_refusal(
    lent: Lent, *, balance: Ntd, open_lines: int, under_way: int, owed: Ntd, today: date
) -> Refused | None:
    """Why the subsidy cannot be closed: its time is not over, or something is still under way.

    `owed`: demanded or to be demanded, and not back. "loan.not_over" (ends_on), "loan.lines_open"
    (count), "loan.payments_under_way" (count), "closing.clawback_open" (amount).
    """
    if today <= lent.terms.ends_on and balance > ZERO:
        return Refused("loan.not_over", ends_on=lent.terms.ends_on)
    if open_lines:
        return Refused("loan.lines_open", count=open_lines)
    if under_way:
        return Refused("loan.payments_under_way", count=under_way)
    return Refused("closing.clawback_open", amount=owed) if owed else None
