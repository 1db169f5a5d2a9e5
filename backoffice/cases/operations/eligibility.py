"""The officer's word on each finding, and what follows for the case 資格審."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from backoffice.access import Permission
from backoffice.cases.models import Case, EligibilityFinding, FindingState, WaitingFor
from backoffice.cases.operations.fees import accepted
from backoffice.cases.operations.firms import in_the_way
from backoffice.cases.operations.giving import hold, round_of
from backoffice.cases.operations.handling import own_case_at
from backoffice.cases.rules.handling import findings_settled
from backoffice.cases.rules.lifecycle import CaseEvent, CaseState
from backoffice.kernel.refusal import Refused
from backoffice.scheme import registry
from backoffice.scheme.rules import Flow
from backoffice.use_case import Act, use_case


@dataclass(frozen=True, slots=True)
class FindingWord:
    """What the officer says of one finding: it stands, or it is overruled for a reason."""

    finding_id: int
    overrule: bool
    reason: str


@use_case("case.decide_eligibility", requires=Permission.CASE_WORK)
def decide_eligibility(
    act: Act, case_id: int, version: int, words: Sequence[FindingWord], note: str
) -> CaseState:
    """Record the officer's word on every finding; the case is eligible when none stands.

    The case's new state is returned. Refuses "case.findings_open" while a finding has no word,
    "case.reason_missing" for an overruling without a reason, "seat.second_case" (number, other)
    while the firm has or awaits a place of the round by another case. Eligible grant cases go to
    the committee, others are accepted.
    """
    case = own_case_at(act, case_id, version)
    said = {word.finding_id: word for word in words}
    findings = act.session.scalars(_FINDINGS, {"of_case": case.id})
    standing, unsaid = [], 0
    for finding in findings:
        word = said.get(finding.id)
        if word is None:
            unsaid += 1
            continue
        if word.overrule and not word.reason.strip():
            raise Refused("case.reason_missing", finding=finding.code)
        finding.decide(
            FindingState.OVERRULED if word.overrule else FindingState.CONFIRMED,
            by=act.actor.id,
            at=act.now,
            reason=word.reason.strip(),
        )
        if not word.overrule:
            standing.append(finding.code)
    refusal = findings_settled(unsaid)
    if refusal is not None:
        raise refusal
    act.because(note.strip())
    if standing:
        case.move(CaseEvent.FIND_INELIGIBLE, at=act.now, waiting_for=WaitingFor.NOBODY)
    else:
        _qualify_alone(act, case)
    return case.state


_FINDINGS = (
    select(EligibilityFinding)
    .where(EligibilityFinding.case_id == bindparam("of_case"))
    .order_by(EligibilityFinding.id)
)


def _qualify_alone(act: Act, case: Case) -> None:
    other = in_the_way(act, [case]).get(case.id)
    if other is not None:
        raise Refused("seat.second_case", number=case.number, other=other)
    _qualify_all(act, [case])


def qualify_together(act: Act, cases: Sequence[Case]) -> None:
    """Complete and eligible: to the committee, or accepted where none scores, before any place.

    Where there are places to give, each comes to its own in the same act. A firm's second case
    of a round is left to its officer and keeps no other from its place.
    """
    others = in_the_way(act, cases)
    _qualify_all(act, [case for case in cases if case.id not in others])


def _qualify_all(act: Act, cases: Sequence[Case]) -> None:
    rounds = {case.edition: each for case in cases if (each := round_of(case)) is not None}
    free = {name: hold(act, edition) for name, edition in sorted(rounds.items())}
    for case in cases:
        _qualify(act, case)
    for name, edition in sorted(rounds.items()):
        accepted(act, [case for case in cases if case.edition == name], edition, free[name])


def _qualify(act: Act, case: Case) -> None:
    case.complete_at = act.now
    edition = registry.edition_named(case.edition)
    event = CaseEvent.QUALIFY if edition.flow is Flow.GRANT else CaseEvent.ACCEPT
    case.move(event, at=act.now, waiting_for=WaitingFor.OFFICER)
