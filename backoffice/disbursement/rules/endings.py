"""終止・撤銷・廢止: how an awarded case ends before its time, and what must come back. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from backoffice.cases.rules.lifecycle import CASE, CaseEvent, CaseState
from backoffice.disbursement.rules.lifecycles import TrancheEvent, TrancheState
from backoffice.disbursement.rules.recoveries import Disposition, Ground, check_disposition
from backoffice.disbursement.rules.stages import check_reason
from backoffice.kernel.lifecycle import Lifecycle
from backoffice.kernel.money import ZERO, Ntd, Rounding
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import add_months

_WHOLE_BP = 10_000
# 行政程序法 §§121, 124: within two years of knowing the cause, or of the cause arising.
WITHIN_MONTHS = 24


class EndingKind(StrEnum):
    """How a case ends before its time."""

    TERMINATION = "TERMINATION"
    ANNULMENT = "ANNULMENT"
    REVOCATION = "REVOCATION"


class EndingState(StrEnum):
    """Where the decision on it stands: the officer prepares it, the convenor decides."""

    PROPOSED = "PROPOSED"
    DECIDED = "DECIDED"
    RETURNED = "RETURNED"


class EndingEvent(StrEnum):
    """What can happen to a proposal."""

    DECIDE = "DECIDE"
    RETURN = "RETURN"


ENDING: Lifecycle[EndingState, EndingEvent] = Lifecycle(
    initial=EndingState.PROPOSED,
    moves=[
        (EndingState.PROPOSED, EndingEvent.DECIDE, EndingState.DECIDED),
        (EndingState.PROPOSED, EndingEvent.RETURN, EndingState.RETURNED),
    ],
)

CASE_EVENT: Mapping[EndingKind, CaseEvent] = {
    EndingKind.TERMINATION: CaseEvent.TERMINATE,
    EndingKind.ANNULMENT: CaseEvent.ANNUL,
    EndingKind.REVOCATION: CaseEvent.REVOKE,
}
# An award that was never lawful is annulled 撤銷; one that was, and was broken, is revoked 廢止.
GROUNDS: Mapping[EndingKind, tuple[Ground, ...]] = {
    EndingKind.TERMINATION: (Ground.CONTRACT_ENDED,),
    EndingKind.ANNULMENT: (Ground.FALSE_DOCUMENTS, Ground.DOUBLE_SUBSIDY, Ground.OTHER),
    EndingKind.REVOCATION: (
        Ground.PLAN_NOT_EXECUTED,
        Ground.EVALUATION_WITHHELD,
        Ground.DOUBLE_SUBSIDY,
        Ground.DISSOLVED,
        Ground.OTHER,
    ),
}
# The case ended before its time: no money is held for it, and no instalment is under way.
ENDED = frozenset({CaseState.TERMINATED, CaseState.ANNULLED, CaseState.REVOKED})


class Return(StrEnum):
    """What a terminated case gives back: all that was paid, or what was not rightly spent."""

    FULL = "FULL"
    SETTLED = "SETTLED"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the officer prepares for the convenor.

    `known_on`: when the cause became known, for 撤銷 and 廢止. `returns` and the recognised
    amounts are for a termination; `demand` is for 廢止 (an annulment demands everything).
    """

    kind: EndingKind
    ground: Ground | None
    reason: str
    known_on: date | None = None
    returns: Return = Return.FULL
    recognised: Ntd = ZERO
    recognised_grant: Ntd = ZERO
    demand: Ntd | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What decides how much of a terminated case's subsidy the firm may keep.

    `award` of `award_total`, both 0 before a contract; `cap` None where none is set; `paid` is
    what was paid and not demanded back.
    """

    award: Ntd
    award_total: Ntd
    subsidy_max_bp: int
    cap: Ntd | None
    paid: Ntd


def kept_of(basis: Kept, proposal: Proposal) -> Ntd:
    """What the firm may keep of `basis.paid` when a contract is terminated.

    Nothing when all is returned; settled, the least of what was paid and of the limits of a
    closing settlement on what is recognised. Source: domain §3.5, §4.1 "settlement or full return".
    """
    if proposal.returns is Return.FULL or not basis.award_total:
        return ZERO
    share = Fraction(basis.award.dollars, basis.award_total.dollars)
    most = Fraction(basis.subsidy_max_bp, _WHOLE_BP)
    limits = [
        basis.paid,
        basis.award,
        proposal.recognised.share(share, Rounding.FLOOR),
        proposal.recognised.share(most, Rounding.FLOOR),
        proposal.recognised_grant,
    ]
    return min(limits if basis.cap is None else [*limits, basis.cap])


def demand_of(basis: Kept, proposal: Proposal) -> Ntd:
    """What must come back, 0 … `basis.paid`. Refuses "ending.demand_missing", "ending.demand_over".

    A termination asks for what may not be kept; an annulment for everything; a revocation for
    what the disposition says.
    """
    match proposal.kind:
        case EndingKind.TERMINATION:
            return basis.paid - kept_of(basis, proposal)
        case EndingKind.ANNULMENT:
            return basis.paid
        case EndingKind.REVOCATION:
            if proposal.demand is None:
                raise Refused("ending.demand_missing", paid=basis.paid)
            if proposal.demand > basis.paid:
                raise Refused("ending.demand_over", demand=proposal.demand, paid=basis.paid)
            return proposal.demand


def check_proposal(proposal: Proposal, state: CaseState, today: date) -> None:
    """What every proposal must have.

    Refuses "lifecycle.not_allowed", "note.missing", "ending.ground_missing",
    "ending.known_missing", "ending.known_future" (day), "ending.grant_over" (grant, recognised).
    """
    CASE.after(state, CASE_EVENT[proposal.kind])
    check_reason(proposal.reason)
    if proposal.kind is EndingKind.TERMINATION:
        if proposal.recognised_grant > proposal.recognised:
            raise Refused(
                "ending.grant_over",
                grant=proposal.recognised_grant,
                recognised=proposal.recognised,
            )
        return
    if proposal.ground not in GROUNDS[proposal.kind]:
        raise Refused("ending.ground_missing")
    if proposal.known_on is None:
        raise Refused("ending.known_missing")
    if proposal.known_on > today:
        raise Refused("ending.known_future", day=proposal.known_on)


def check_decision(
    kind: EndingKind, disposition: Disposition, *, known_on: date | None, demand: Ntd, today: date
) -> None:
    """A decision as it can be entered.

    Refuses what `check_disposition` does, and "ending.too_late" (known_on, limit): 撤銷 and 廢止
    are made within two years. Source: domain §2.7, P06 §§121, 124.
    """
    check_disposition(disposition, today, demands=bool(demand))
    if kind is EndingKind.TERMINATION or known_on is None:
        return
    limit = add_months(known_on, WITHIN_MONTHS)
    if disposition.letter.on > limit:
        raise Refused("ending.too_late", known_on=known_on, limit=limit)


_ON_A_SHEET = {
    TrancheState.SHEETED: "ending.on_sheet",
    TrancheState.SENT: "ending.in_transit",
}
_CANCELLED = frozenset(
    {TrancheState.PLANNED, TrancheState.CLAIMABLE, TrancheState.CLAIMED, TrancheState.VERIFIED}
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A tranche as an ending asks about it; `sheet` is the number of its live sheet, or ""."""

    number: int
    state: TrancheState
    sheet: str


def tranche_refusal(tranches: Iterable[Standing]) -> Refused | None:
    """Why the case cannot end yet: an instalment is on a sheet, or on its way.

    "ending.on_sheet" and "ending.in_transit" (number, sheet): the sheet is voided first, or the
    bank's answer awaited. Source: domain §4.2.
    """
    for each in tranches:
        if (code := _ON_A_SHEET.get(each.state)) is not None:
            return Refused(code, number=each.number, sheet=each.sheet)
    return None


def cancels(state: TrancheState) -> TrancheEvent | None:
    """What an ending does to an instalment that was not paid; None: nothing."""
    return TrancheEvent.CANCEL if state in _CANCELLED else None


# Who may give a contract up, and only in these states.
GIVING_UP = tuple(state for state, event, _to in CASE.moves if event is CaseEvent.GIVE_UP)


def offered(state: CaseState) -> tuple[EndingKind, ...]:
    """The endings that the table of moves allows from a state."""
    return tuple(kind for kind, event in CASE_EVENT.items() if event in CASE.open_events(state))
