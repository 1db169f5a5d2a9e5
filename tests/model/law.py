"""The state tables of the domain page (§§4.1–4.3), written down once more and by hand.

One line is not on that page: an annulment asks for the rest of an instalment of which an earlier
demand has asked a part back. The model knows these and nothing of the product's own tables; a test
compares the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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


LAW: Mapping[Kind, Mapping[tuple[State, Event], State]] = {
    kind: {(state, event): target for state, event, target in _rows(table)}
    for kind, table in (("case", _CASE), ("tranche", _TRANCHE), ("checkpoint", _CHECKPOINT))
}


def moves() -> list[tuple[Kind, State, Event, State]]:
    """Every move that somebody can make, of all three tables."""
    return [
        (kind, state, event, target)
        for kind, table in LAW.items()
        for (state, event), target in table.items()
    ]
