"""Closing 結案: the report, the spending, the settlement, and the end of the case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backoffice.access import Permission
from backoffice.cases.models import Case, WaitingFor
from backoffice.cases.rules.lifecycle import CASE, CaseEvent, CaseState
from backoffice.disbursement.models import Settlement
from backoffice.disbursement.operations.cases import (
    case_at,
    edition_of,
    release_tranche,
    released_by,
    today,
    tranches_at,
    variant_of,
)
from backoffice.disbursement.operations.demands import prepare_clawback
from backoffice.disbursement.operations.midterm import (
    review_at,
    take_in_report,
    write_conclusion,
)
from backoffice.disbursement.operations.turns import pass_turn
from backoffice.disbursement.queries.carryover import obliged_stage
from backoffice.disbursement.queries.cases import tranches_of
from backoffice.disbursement.queries.closing import basis_of, categories_spent
from backoffice.disbursement.queries.outcomes import outcomes_of
from backoffice.disbursement.queries.recoveries import owed_by
from backoffice.disbursement.queries.stages import (
    CONDITION,
    condition_evidence,
    conditions_shown,
    given,
)
from backoffice.disbursement.rules.lifecycles import StageResult
from backoffice.disbursement.rules.settlement import (
    Outcome,
    closing_refusal,
    settle,
)
from backoffice.disbursement.rules.stages import (
    Conclusion,
    Letter,
    check_conclusion,
    condition_refusal,
    conditions_of,
    outcome_refusal,
    targets_refusal,
)
from backoffice.documents import Upload, keep_pdf
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused, Stale
from backoffice.ledger.operations import available_of, post
from backoffice.ledger.rules import Stage, move
from backoffice.review.queries.opinions import opinions
from backoffice.review.rules.lifecycles import ReviewStage
from backoffice.scheme.rules import Release
from backoffice.use_case import Act, use_case


@use_case("closing.report", requires=Permission.CLOSING_CONCLUDE)
def report_closing(
    act: Act,
    case_id: int,
    version: int,
    letter: Letter,
    report: Upload | None,
    late_reason: str = "",
) -> None:
    """Take in the closing report 結案報告: ACTIVE_2 → CLOSING, or the next round of a correction.

    A correction that comes too late needs a `late_reason`. Refuses "lifecycle.not_allowed",
    "stage.already_open", "letter.missing", "letter.in_future", "stage.late_unexplained", and what
    `keep_pdf` refuses.
    """
    case = case_at(act, case_id, version)
    if case.state is not CaseState.CLOSING:
        CASE.after(case.state, CaseEvent.REPORT_CLOSING)
    take_in_report(act, case, ReviewStage.CLOSING, letter, report, late_reason)
    if case.state is not CaseState.CLOSING:
        case.move(CaseEvent.REPORT_CLOSING, at=act.now, waiting_for=WaitingFor.REVIEWERS)
    pass_turn(act, case)


@use_case("closing.show_condition", requires=Permission.CLOSING_CONCLUDE)
def show_condition(
    act: Act, case_id: int, version: int, condition: str, evidence: Upload | None
) -> None:
    """File the paper that shows a closing condition of the scheme, such as 特定工廠登記證明.

    Refuses "closing.not_a_condition", "closing.not_closing", and what `keep_pdf` refuses.
    """
    case = case_at(act, case_id, version)
    if condition not in conditions_of(edition_of(case)):
        raise Refused("closing.not_a_condition", condition=condition)
    if refusal := targets_refusal(case.state):
        raise refusal
    if evidence is None:
        raise Refused("document.missing")
    keep_pdf(act, evidence, kind=f"{CONDITION}{condition}", case_id=case.id)


@use_case("closing.conclude", requires=Permission.CLOSING_CONCLUDE)
def conclude_closing(
    act: Act,
    case_id: int,
    version: int,
    conclusion: Conclusion,
    shown_final: Ntd | None = None,
) -> None:
    """Conclude the closing review; a pass settles the case to the dollar (domain §3.5).

    The last tranche becomes what is still due, or void; what is left over returns to the budget.
    `shown_final` is the settled subsidy that the officer saw; Stale when it is another by now.
    Refuses "lifecycle.not_allowed", "stage.not_open", "closing.condition_open",
    "closing.target_missed", "closing.partners_short", "closing.tranche_unpaid", and what
    `check_conclusion` refuses.
    """
    case = case_at(act, case_id, version)
    CASE.after(case.state, CaseEvent.PASS_CLOSING)
    rules = edition_of(case).checkpoints
    assert rules is not None, "only schemes with checkpoints have contracts"
    review = review_at(act, case_id, ReviewStage.CLOSING)
    check_conclusion(
        conclusion,
        today(act),
        correction_months=rules.correction_months,
        opinion_count=given(opinions(act.session, case_id, ReviewStage.CLOSING, review.round)),
    )
    match conclusion.result:
        case StageResult.PASS:
            _settle(act, case, shown_final)
        case StageResult.CORRECT:
            case.move(CaseEvent.CORRECT_CLOSING, at=act.now, waiting_for=WaitingFor.APPLICANT)
        case StageResult.FAIL:
            case.move(CaseEvent.FAIL_CLOSING, at=act.now, waiting_for=WaitingFor.OFFICER)
    write_conclusion(act, review, conclusion)
    close_when_done(act, case)
    pass_turn(act, case)


def _settle(act: Act, case: Case, shown_final: Ntd | None) -> None:
    edition = edition_of(case)
    shown = conditions_shown(condition_evidence(act.session, case.id))
    if refusal := condition_refusal(edition, shown):
        raise refusal
    variant = variant_of(case, edition)
    reached = outcomes_of(act.session, case.id, edition, variant)
    if refusal := outcome_refusal(edition, reached.results, reached.standing):
        raise refusal
    basis = basis_of(act.session, case.id, edition)
    outcome = settle(basis, edition, variant)
    if shown_final not in (None, outcome.final):
        raise Stale
    if outcome.released:
        available_of(act, case.scheme)  # nobody carries the rest over meanwhile
        post(
            act,
            move(
                case.scheme,
                obliged_stage(act.session, case.id),
                Stage.AVAILABLE,
                outcome.released,
                key=f"settle:{case.number}",
                memo=f"結算賸餘 {case.number}",
                case_id=case.id,
            ),
        )
    act.session.add(_settlement(act, case, outcome))
    if outcome.clawback:
        prepare_clawback(act, case, outcome.clawback)
    case.move(CaseEvent.PASS_CLOSING, at=act.now, waiting_for=WaitingFor.APPLICANT)
    last = released_by(edition, Release.CLOSING_PASSED)
    for tranche in tranches_at(act, case.id):
        if tranche.number in last:
            tranche.amount = outcome.tranche2
            release_tranche(act, tranche)
    # The case's row is ours now: what came in meanwhile would be missed for ever.
    if categories_spent(act.session, case.id) != basis.categories:
        raise Stale
    if outcomes_of(act.session, case.id, edition, variant) != reached:
        raise Stale


def _settlement(act: Act, case: Case, outcome: Outcome) -> Settlement:
    return Settlement(
        case_id=case.id,
        award=outcome.basis.award,
        award_total=outcome.basis.award_total,
        recognised=outcome.recognised,
        recognised_grant=outcome.recognised_grant,
        final=outcome.final,
        paid_before=outcome.basis.paid,
        tranche2=outcome.tranche2,
        clawback=outcome.clawback,
        lapsed=outcome.lapsed,
        steps=_steps(outcome),
        settled_by=act.actor.id,
        settled_at=act.now,
    )


def _steps(outcome: Outcome) -> Mapping[str, Any]:
    """Every category and every limit with its amount in whole dollars, as they were computed."""
    return {
        "categories": [
            {
                "category": each.category,
                "approved": each.approved.dollars,
                "accepted": each.accepted.dollars,
                "recognised": each.recognised.dollars,
                "grant": each.is_grant,
            }
            for each in outcome.categories
        ],
        "limits": [
            {"limit": each.limit.value, "amount": each.amount.dollars, "binds": each.binds}
            for each in outcome.limits
        ],
    }


@use_case("case.close", requires=Permission.CLOSING_CONCLUDE)
def close_case(act: Act, case_id: int, version: int) -> None:
    """Close a settled case 結案 whose tranches are all paid or void and that owes nothing.

    Refuses "lifecycle.not_allowed", "closing.tranche_open", "closing.clawback_open". Payment of
    the last tranche closes a case by itself.
    """
    case = case_at(act, case_id, version)
    CASE.after(case.state, CaseEvent.CLOSE)
    if refusal := _open(act, case):
        raise refusal
    case.move(CaseEvent.CLOSE, at=act.now, waiting_for=WaitingFor.NOBODY)


def close_when_done(act: Act, case: Case) -> bool:
    """Close the case if nothing is left to pay or to claim back; whether it was closed."""
    if case.state is not CaseState.SETTLED or _open(act, case) is not None:
        return False
    case.move(CaseEvent.CLOSE, at=act.now, waiting_for=WaitingFor.NOBODY)
    return True


def _open(act: Act, case: Case) -> Refused | None:
    owed = owed_by(act.session, case.id)
    return closing_refusal([row.money for row in tranches_of(act.session, case.id)], owed)
