"""What is done to cases: brought in, taken, handed over, judged for eligibility, withdrawn."""

from backoffice.cases.operations.counting import recount, recount_in_time
from backoffice.cases.operations.eligibility import FindingWord, decide_eligibility
from backoffice.cases.operations.handling import (
    give_back,
    hand_over,
    leave_note,
    take_from_queue,
    withdraw_case,
)
from backoffice.cases.operations.seats import (
    book_earlier,
    choose,
    end_overdue_hold,
    give_out_everywhere,
    keep_seats,
    lapse_hold,
    replace_seat,
)
from backoffice.cases.operations.services import (
    Delivery,
    cancel_service,
    close_service,
    deliver_service,
    start_service,
)

__all__ = [
    "Delivery",
    "FindingWord",
    "book_earlier",
    "cancel_service",
    "choose",
    "close_service",
    "decide_eligibility",
    "deliver_service",
    "end_overdue_hold",
    "give_back",
    "give_out_everywhere",
    "hand_over",
    "keep_seats",
    "lapse_hold",
    "leave_note",
    "recount",
    "recount_in_time",
    "replace_seat",
    "start_service",
    "take_from_queue",
    "withdraw_case",
]
