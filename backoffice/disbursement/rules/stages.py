"""Mid-term and closing reviews 期中審查・結案審查: reports coming in, and what is concluded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.rules.consortium import Standing
from backoffice.disbursement.rules.lifecycles import StageResult
from backoffice.disbursement.rules.targets import Result
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import add_months
from backoffice.scheme.rules import ClosingCondition, Edition


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter 函: its number as printed, and its day."""

    number: str
    on: date


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What the officer concludes after the reviewers' opinions.

    `letter` is the office's own letter of approval, needed to pass: the disbursement sheet prints
    it. `reason` is needed for anything but a pass, `correct_by` for 修正後通過 only.
    """

    result: StageResult
    letter: Letter | None = None
    reason: str = ""
    correct_by: date | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """One report and what came of it; `result` None while the review is open."""

    number: int
    result: StageResult | None
    correct_by: date | None


def check_letter(letter: Letter, today: date) -> None:
    """A letter has a number and is not of a day to come.

    Refuses "letter.missing" and "letter.in_future" (day).
    """
    if not letter.number.strip():
        raise Refused("letter.missing")
    if letter.on > today:
        raise Refused("letter.in_future", day=letter.on)


def check_reason(reason: str) -> None:
    """A no has a reason. Refuses "note.missing"."""
    if not reason.strip():
        raise Refused("note.missing")


def open_round(rounds: Sequence[Round]) -> Round | None:
    """The review that waits for its conclusion, None when there is none."""
    return next((each for each in rounds if each.result is None), None)


def opening_refusal(rounds: Sequence[Round]) -> Refused | None:
    """Why no further report can be taken in: one is under review already."""
    current = open_round(rounds)
    return None if current is None else Refused("stage.already_open", round=current.number)


def next_round(rounds: Sequence[Round]) -> int:
    """The number of the next report's round: 1, then one more after each 修正後通過."""
    return max((each.number for each in rounds), default=0) + 1


def correction_due(rounds: Sequence[Round]) -> date | None:
    """The day by which the firm owes a corrected report 補正; None when it owes none."""
    last = rounds[-1] if rounds else None
    return last.correct_by if last is not None and last.result is StageResult.CORRECT else None


def is_late(rounds: Sequence[Round], reported_on: date) -> bool:
    """Whether a report of this day corrects an earlier one after the day that was set."""
    due_on = correction_due(rounds)
    return due_on is not None and reported_on > due_on


def late_refusal(rounds: Sequence[Round], reported_on: date, reason: str) -> Refused | None:
    """Why a late correction is not taken in: nobody has said why it still is.

    The month of domain §2.6 has passed, so the officer may fail the case; taking the report in
    all the same is a choice that needs its reason. "stage.late_unexplained" (day, due_on).
    """
    if not is_late(rounds, reported_on) or reason.strip():
        return None
    return Refused("stage.late_unexplained", day=reported_on, due_on=correction_due(rounds))


def uncured_refusal(rounds: Sequence[Round], today: date) -> Refused | None:
    """Why the stage cannot be failed for want of a correction; None: not cured in time.

    "stage.already_open" (round) while a report is under review, "stage.no_correction" when none
    was asked for, "stage.correction_running" (due_on) until its day has passed. Domain §4.1.
    """
    if refusal := opening_refusal(rounds):
        return refusal
    due_on = correction_due(rounds)
    if due_on is None:
        return Refused("stage.no_correction")
    return None if today > due_on else Refused("stage.correction_running", due_on=due_on)


def opinion_refusal(opinion_count: int) -> Refused | None:
    """Why nothing can be concluded yet: no reviewer has given an opinion on this report."""
    return None if opinion_count > 0 else Refused("stage.no_opinion")


def check_conclusion(
    conclusion: Conclusion, today: date, *, correction_months: int, opinion_count: int
) -> None:
    """What every conclusion must have, whichever stage it ends.

    A correction takes at most `correction_months` from today, that day included. Refuses
    "stage.no_opinion", "letter.missing", "letter.in_future", "note.missing",
    "stage.correction_undated", "stage.correction_past", "stage.correction_too_late".
    """
    if refusal := opinion_refusal(opinion_count):
        raise refusal
    if conclusion.letter is not None:
        check_letter(conclusion.letter, today)
    match conclusion.result:
        case StageResult.PASS:
            if conclusion.letter is None:
                raise Refused("letter.missing")
        case StageResult.CORRECT:
            check_reason(conclusion.reason)
            check_correction(conclusion.correct_by, today, correction_months)
        case StageResult.FAIL:
            check_reason(conclusion.reason)


def check_correction(correct_by: date | None, today: date, months: int) -> None:
    """A correction is due on a day, from today to at most `months` on. Source: domain §2.6."""
    limit = add_months(today, months)
    if correct_by is None:
        raise Refused("stage.correction_undated", limit=limit)
    if correct_by < today:
        raise Refused("stage.correction_past", day=correct_by)
    if correct_by > limit:
        raise Refused("stage.correction_too_late", day=correct_by, limit=limit)


def conditions_of(edition: Edition) -> tuple[ClosingCondition, ...]:
    """What must be shown to close a case of this edition, beside the review itself."""
    stated = edition.closing.conditions if edition.closing else ()
    return tuple(each for each in stated if each is not ClosingCondition.CLOSING_REVIEW_PASSED)


def condition_refusal(edition: Edition, shown: Iterable[str]) -> Refused | None:
    """Why the closing cannot pass: a condition of the scheme without evidence (A59).

    `shown` are the conditions whose evidence is on file.
    """
    have = frozenset(shown)
    missing = tuple(each for each in conditions_of(edition) if each.value not in have)
    return Refused("closing.condition_open", conditions=missing) if missing else None


def targets_refusal(state: CaseState) -> Refused | None:
    """Why no paper and no achieved value is taken in for closing: too early, or too late."""
    if state in (CaseState.ACTIVE_2, CaseState.CLOSING):
        return None
    return Refused("closing.not_closing", state=state)


def outcome_refusal(
    edition: Edition, results: Sequence[Result], standing: Standing | None
) -> Refused | None:
    """Why the closing cannot pass: a target is missed, or too few partners are left.

    "closing.target_missed" names each target and by how much (A60, A61);
    "closing.partners_short" (count, minimum, missing). None where the edition does not make it a
    condition of closing.
    """
    wanted = conditions_of(edition)
    if ClosingCondition.TARGETS_MET in wanted:
        missed = tuple(_missed(each) for each in results if not each.is_met)
        if missed:
            return Refused("closing.target_missed", targets=missed)
    if ClosingCondition.PARTNERS_KEPT in wanted and standing is not None and standing.missing:
        return Refused(
            "closing.partners_short",
            count=standing.count,
            minimum=standing.minimum,
            missing=standing.missing,
        )
    return None


def _missed(result: Result) -> Refused:
    """One target that was not reached, to be quoted; never raised by itself."""
    metric, asked = result.target.metric, result.asked.value
    if result.achieved is None:
        return Refused("targets.not_reported", metric=metric, limit=asked)
    return Refused(
        "targets.missed",
        metric=metric,
        value=result.achieved,
        limit=asked,
        shortfall=abs(asked - result.achieved),
    )
