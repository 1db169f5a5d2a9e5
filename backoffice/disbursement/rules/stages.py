"""Mid-term and closing reviews 期中審查・結案審查: reports coming in, and what is concluded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from backoffice.disbursement.rules.lifecycles import StageResult
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
