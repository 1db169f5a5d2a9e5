"""The mid-term review 期中審查: the report comes in, opinions are given, the officer concludes."""

from __future__ import annotations

from datetime import timedelta

from backoffice.access import Permission
from backoffice.cases.models import Case, WaitingFor
from backoffice.cases.rules.lifecycle import CASE, CaseEvent
from backoffice.disbursement.models import StageReview
from backoffice.disbursement.operations.cases import (
    case_at,
    edition_of,
    release_tranche,
    released_by,
    today,
    tranches_at,
)
from backoffice.disbursement.operations.turns import pass_turn
from backoffice.disbursement.queries.checkpoints import points_of
from backoffice.disbursement.queries.stages import given, rounds_of, stages_of
from backoffice.disbursement.rules.checkpoints import accepted_bp, pass_refusal
from backoffice.disbursement.rules.lifecycles import StageResult
from backoffice.disbursement.rules.stages import (
    Conclusion,
    Letter,
    check_conclusion,
    check_letter,
    check_reason,
    is_late,
    late_refusal,
    next_round,
    open_round,
    opening_refusal,
    uncured_refusal,
)
from backoffice.documents import Upload, keep_pdf
from backoffice.kernel.refusal import Refused
from backoffice.review.operations.opinions import call_for_opinions, end_opinions
from backoffice.review.queries.opinions import opinions
from backoffice.review.rules.lifecycles import ReviewStage
from backoffice.scheme.rules import Release
from backoffice.use_case import Act, use_case


@use_case("midterm.open", requires=Permission.CHECKPOINT_WORK)
def open_midterm(
    act: Act,
    case_id: int,
    version: int,
    letter: Letter,
    report: Upload | None,
    late_reason: str = "",
) -> None:
    """Take in the mid-term report 期中報告; the reviewers are asked for their opinions.

    After 修正後通過 the corrected report opens the next round; one that comes too late needs a
    `late_reason`. Refuses "lifecycle.not_allowed", "stage.already_open", "letter.missing",
    "letter.in_future", "stage.late_unexplained", and what `keep_pdf` refuses.
    """
    case = case_at(act, case_id, version)
    CASE.after(case.state, CaseEvent.PASS_MIDTERM)  # only where it could still be passed
    take_in_report(act, case, ReviewStage.MIDTERM, letter, report, late_reason)
    pass_turn(act, case)


def take_in_report(
    act: Act,
    case: Case,
    stage: ReviewStage,
    letter: Letter,
    report: Upload | None,
    late_reason: str,
) -> None:
    """A firm's report of one stage, as the next round of its review; its panel is asked."""
    rounds = rounds_of(stages_of(act.session, case.id), stage)
    number = next_round(rounds)
    if refusal := opening_refusal(rounds):
        raise refusal
    check_letter(letter, today(act))
    if refusal := late_refusal(rounds, letter.on, late_reason):
        raise refusal
    if report is None:
        raise Refused("document.missing")
    document_id = keep_pdf(act, report, kind=f"report:{stage.value}", case_id=case.id)
    act.session.add(
        StageReview(
            case_id=case.id,
            stage=stage,
            round=number,
            reported_on=letter.on,
            report_letter=letter.number.strip(),
            document_id=document_id,
            opened_at=act.now,
            late_reason=late_reason.strip() if is_late(rounds, letter.on) else "",
        )
    )
    act.because(late_reason.strip())
    review = edition_of(case).review
    due_on = today(act) + timedelta(days=review.service_days) if review else None
    call_for_opinions(act, case.id, stage, number, due_on)


@use_case("midterm.conclude", requires=Permission.CHECKPOINT_WORK)
def conclude_midterm(act: Act, case_id: int, version: int, conclusion: Conclusion) -> None:
    """Conclude the mid-term review 通過・修正後通過・不通過 after the reviewers' opinions.

    A pass needs half of the weight accepted (A55) and makes the first tranche claimable. Refuses
    "lifecycle.not_allowed", "stage.not_open", "midterm.below_minimum" (value, limit), and what
    `check_conclusion` refuses.
    """
    case = case_at(act, case_id, version)
    CASE.after(case.state, CaseEvent.PASS_MIDTERM)
    rules = edition_of(case).checkpoints
    assert rules is not None, "only schemes with checkpoints have contracts"
    points = [row.facts for row in points_of(act.session, case_id)]
    review = review_at(act, case_id, ReviewStage.MIDTERM)
    check_conclusion(
        conclusion,
        today(act),
        correction_months=rules.correction_months,
        opinion_count=given(opinions(act.session, case_id, ReviewStage.MIDTERM, review.round)),
    )
    if conclusion.result is StageResult.PASS and (refusal := pass_refusal(points, rules)):
        raise refusal
    review.achieved_bp = accepted_bp(points)
    write_conclusion(act, review, conclusion)
    match conclusion.result:
        case StageResult.PASS:
            case.move(CaseEvent.PASS_MIDTERM, at=act.now, waiting_for=WaitingFor.APPLICANT)
            _release(act, case)
        case StageResult.FAIL:
            case.move(CaseEvent.FAIL_MIDTERM, at=act.now, waiting_for=WaitingFor.OFFICER)
        case StageResult.CORRECT:
            pass
    pass_turn(act, case)


@use_case("stage.fail_uncured", requires=Permission.CHECKPOINT_WORK)
def fail_uncured(
    act: Act, case_id: int, version: int, stage: ReviewStage, letter: Letter, reason: str
) -> None:
    """The firm did not correct its report in time 逾期未補正: the stage is failed without another.

    The case goes on to be terminated. Refuses "lifecycle.not_allowed", what `uncured_refusal`
    does, "letter.missing", "letter.in_future", "note.missing".
    """
    case = case_at(act, case_id, version)
    event = {
        ReviewStage.MIDTERM: CaseEvent.FAIL_MIDTERM,
        ReviewStage.CLOSING: CaseEvent.FAIL_CLOSING,
    }[stage]
    CASE.after(case.state, event)
    if refusal := uncured_refusal(rounds_of(stages_of(act.session, case_id), stage), today(act)):
        raise refusal
    check_letter(letter, today(act))
    check_reason(reason)
    case.move(event, at=act.now, waiting_for=WaitingFor.OFFICER)
    act.because(f"{letter.number.strip()} {letter.on.isoformat()} {reason.strip()}")
    pass_turn(act, case)


def _release(act: Act, case: Case) -> None:
    payable = released_by(edition_of(case), Release.MIDTERM_PASSED)
    for tranche in tranches_at(act, case.id):
        if tranche.number in payable:
            release_tranche(act, tranche)


def review_at(act: Act, case_id: int, stage: ReviewStage) -> StageReview:
    """The review of this stage that waits for its conclusion. Refuses "stage.not_open"."""
    stages = stages_of(act.session, case_id)
    current = open_round(rounds_of(stages, stage))
    if current is None:
        raise Refused("stage.not_open")
    row = next(each for each in stages if each.stage is stage and each.result is None)
    return act.session.get_one(StageReview, row.id)


def write_conclusion(act: Act, review: StageReview, conclusion: Conclusion) -> None:
    """What was concluded, on which letter, by whom; no more opinions are awaited.

    The reason goes into the audit too.
    """
    end_opinions(act, review.case_id, review.stage, review.round)
    review.result = conclusion.result
    review.concluded_on = conclusion.letter.on if conclusion.letter else today(act)
    review.letter_number = conclusion.letter.number.strip() if conclusion.letter else ""
    review.concluded_by = act.actor.id
    review.concluded_at = act.now
    review.reason = conclusion.reason.strip()
    review.correct_by = conclusion.correct_by if conclusion.result is StageResult.CORRECT else None
    act.because(conclusion.reason.strip())
