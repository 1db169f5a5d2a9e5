"""The bank's answer is loaded, confirmed and worked off; then the day is closed."""

from backoffice.disbursement.operations.bank.closing import close_day
from backoffice.disbursement.operations.bank.confirming import confirm_answer
from backoffice.disbursement.operations.bank.loading import (
    ReadAnswer,
    load_answer,
    read_answer,
    set_answer_aside,
)
from backoffice.disbursement.operations.bank.working_off import (
    ChosenItem,
    resolve_item,
    resolve_items,
    vouch_for_sheet,
)

__all__ = [
    "ChosenItem",
    "ReadAnswer",
    "close_day",
    "confirm_answer",
    "load_answer",
    "read_answer",
    "resolve_item",
    "resolve_items",
    "set_answer_aside",
    "vouch_for_sheet",
]
