"""The state tables of the domain page (§§4.1–4.3), written down once more and by hand.

One line is not on that page: an annulment asks for the rest of an instalment of which an earlier
demand has asked a part back. The model knows these and nothing of the product's own tables; a test
compares the two. A room that comes later adds its table here, its deeds as a module of `hands`,
and its model to `machine.MODELS`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

Kind = str
State = str
Event = str

_CASE = """
SUBMITTED START_ELIGIBILITY QUALIFYING
QUALIFYING FIND_INELIGIBLE INELIGIBLE
QUALIFYING QUALIFY IN_REVIEW
IN_REVIEW CLOSE_SCORING SCORED
SCORED REOPEN_SCORING IN_REVIEW
SCORED REJECT REJECTED
SCORED AWARD AWARDED
SCORED OFFER_PARTIAL OFFERED
SCORED PLACE_ON_WAITLIST WAITLISTED
OFFERED ACCEPT_OFFER AWARDED
OFFERED DECLINE_OFFER WAITLISTED
WAITLISTED OFFER_PARTIAL OFFERED
WAITLISTED AWARD AWARDED
WAITLISTED END_PROGRAMME REJECTED
AWARDED SIGN_CONTRACT ACTIVE
AWARDED LAPSE LAPSED
ACTIVE PASS_MIDTERM ACTIVE_2
ACTIVE FAIL_MIDTERM TERMINATING
ACTIVE_2 REPORT_CLOSING CLOSING
CLOSING PASS_CLOSING SETTLED
CLOSING CORRECT_CLOSING CLOSING
CLOSING FAIL_CLOSING TERMINATING
SETTLED CLOSE CLOSED
TERMINATING TERMINATE TERMINATED
QUALIFYING,IN_REVIEW,SCORED,OFFERED,WAITLISTED WITHDRAW WITHDRAWN
AWARDED,ACTIVE,ACTIVE_2 GIVE_UP TERMINATING
AWARDED,ACTIVE,ACTIVE_2,CLOSING,SETTLED,CLOSED ANNUL ANNULLED
AWARDED,ACTIVE,ACTIVE_2,CLOSING REVOKE REVOKED
"""
_TRANCHE = """
PLANNED RELEASE CLAIMABLE
PLANNED SETTLE_TO_ZERO VOID
CLAIMABLE FILE_CLAIM CLAIMED
CLAIMED VERIFY VERIFIED
CLAIMED REJECT_CLAIM CLAIMABLE
VERIFIED PUT_ON_SHEET SHEETED
SHEETED SEND SENT
SHEETED VOID_SHEET VERIFIED
SENT CONFIRM_PAID PAID
SENT RETURN VERIFIED
PAID DEMAND_RECOVERY RECOVERY
RECOVERY RECOVER RECOVERED
RECOVERY ENFORCE ENFORCEMENT
ENFORCEMENT RECOVER RECOVERED
ENFORCEMENT WRITE_OFF WRITTEN_OFF
RECOVERED ENFORCE ENFORCEMENT
ENFORCEMENT,RECOVERED,WRITTEN_OFF DEMAND_RECOVERY RECOVERY
PLANNED,CLAIMABLE,CLAIMED,VERIFIED CANCEL CANCELLED
"""
_CHECKPOINT = """
PLANNED COME_DUE DUE
DUE PASS_GRACE OVERDUE
PLANNED,DUE,OVERDUE REPORT REPORTED
REPORTED ACCEPT ACCEPTED
REPORTED REJECT DUE
PLANNED,DUE,OVERDUE,REPORTED,ACCEPTED FREEZE FROZEN
"""
_SHEET = """
MADE CHECK CHECKED
CHECKED APPROVE APPROVED
APPROVED SEND SENT
SENT SETTLE SETTLED
MADE,CHECKED,APPROVED AMEND MADE
MADE,CHECKED,APPROVED VOID VOIDED
"""
_SHEET_LINE = """
LIVE SEND SENT
LIVE VOID VOIDED
SENT PAY PAID
SENT RETURN RETURNED
"""
_RECOVERY = """
PREPARED DEMAND DEMANDED
PREPARED MERGE MERGED
DEMANDED RECOVER RECOVERED
DEMANDED ENFORCE ENFORCEMENT
ENFORCEMENT RECOVER RECOVERED
ENFORCEMENT WRITE_OFF WRITTEN_OFF
RECOVERED REOPEN DEMANDED
RECOVERED REOPEN_ENFORCED ENFORCEMENT
"""
_ENDING = """
PROPOSED DECIDE DECIDED
PROPOSED RETURN RETURNED
"""
_OFFER = """
OPEN ACCEPT ACCEPTED
OPEN DECLINE DECLINED
OPEN MISS_ANSWER UNANSWERED
OPEN WITHDRAW WITHDRAWN
"""
# Moves of the product's tables that nobody can make yet; each says what will make them.
_SUPPLEMENT = "documents and supplement"
_SERVICE = "schemes of service and seats"
_CHANGE = "change requests"
LATER: Mapping[tuple[Kind, Event], str] = {
    ("case", "FIND_DEFICIENT"): _SUPPLEMENT,
    ("case", "RESUBMIT"): _SUPPLEMENT,
    ("case", "MISS_DEADLINE"): _SUPPLEMENT,
    ("case", "ACCEPT"): _SERVICE,
    ("case", "START_SERVICE"): _SERVICE,
    ("case", "DELIVER"): _SERVICE,
    ("case", "CANCEL"): _SERVICE,
    ("checkpoint", "CHANGE"): _CHANGE,
    ("checkpoint", "REMOVE"): _CHANGE,
}
# A state that only a later move leads to: what happens from there is later too.
LATER_STATES = frozenset(
    ("case", state) for state in ("SUPPLEMENT", "ACCEPTED", "IN_SERVICE", "DELIVERED")
)


def _rows(table: str) -> Iterator[tuple[State, Event, State]]:
    for line in table.strip().splitlines():
        states, event, target = line.split()
        for state in states.split(","):
            yield state, event, target


_TABLES = {
    "case": _CASE,
    "tranche": _TRANCHE,
    "checkpoint": _CHECKPOINT,
    "sheet": _SHEET,
    "sheet_line": _SHEET_LINE,
    "recovery": _RECOVERY,
    "ending": _ENDING,
    "offer": _OFFER,
}
LAW: Mapping[Kind, Mapping[tuple[State, Event], State]] = {
    kind: {(state, event): target for state, event, target in _rows(table)}
    for kind, table in _TABLES.items()
}
# Where a record begins: a table's first line begins there.
FIRST: Mapping[Kind, State] = {kind: next(_rows(table))[0] for kind, table in _TABLES.items()}


# Two events lead from here to there: the act says which of them it was.
SAYS: Mapping[str, Event] = {"case.give_up": "GIVE_UP", "midterm.conclude": "FAIL_MIDTERM"}


class Moved(NamedTuple):
    """A move of the law: of which kind of record, from where, by what, to where."""

    kind: Kind
    state: State
    event: Event
    target: State


# The move of another record that brings one of this kind into being.
BEGINS: Mapping[Kind, Moved] = {
    "tranche": Moved("case", "AWARDED", "SIGN_CONTRACT", "ACTIVE"),
    "checkpoint": Moved("case", "AWARDED", "SIGN_CONTRACT", "ACTIVE"),
    "sheet": Moved("tranche", "VERIFIED", "PUT_ON_SHEET", "SHEETED"),
    "sheet_line": Moved("tranche", "VERIFIED", "PUT_ON_SHEET", "SHEETED"),
    "recovery": Moved("tranche", "PLANNED", "SETTLE_TO_ZERO", "VOID"),
    "offer": Moved("case", "SCORED", "OFFER_PARTIAL", "OFFERED"),
}


def moves() -> list[Moved]:
    """Every move that somebody can make, of all tables."""
    return [
        Moved(kind, state, event, target)
        for kind, table in LAW.items()
        for (state, event), target in table.items()
    ]


@cache
def road(kind: Kind, before: State, after: State) -> tuple[Moved, ...] | None:
    """The shortest way of the law from one state to another; None when there is none."""
    roads: deque[tuple[Moved, ...]] = deque([()])
    reached = {before}
    while roads:
        so_far = roads.popleft()
        here = so_far[-1].target if so_far else before
        if here == after:
            return so_far
        for (state, event), target in LAW[kind].items():
            if state == here and target not in reached:
                reached.add(target)
                roads.append((*so_far, Moved(kind, state, event, target)))
    return None
