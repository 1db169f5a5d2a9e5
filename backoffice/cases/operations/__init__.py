"""What is done to cases: brought in, taken, handed over, judged for eligibility, withdrawn."""

from backoffice.cases.operations.eligibility import FindingWord, decide_eligibility
from backoffice.cases.operations.handling import (
    give_back,
    hand_over,
    leave_note,
    take_from_queue,
    withdraw_case,
)

__all__ = [
    "FindingWord",
    "decide_eligibility",
    "give_back",
    "hand_over",
    "leave_note",
    "take_from_queue",
    "withdraw_case",
]
