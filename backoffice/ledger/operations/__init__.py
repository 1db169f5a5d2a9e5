"""What the ledger does: transfers, allotments that come due, the end of a budget."""

from backoffice.ledger.operations.allotments import given, release_due, release_next
from backoffice.ledger.operations.closing import (
    check_books,
    check_books_in_time,
    close_budget,
    is_check_due,
    lapse,
    lapse_late,
)
from backoffice.ledger.operations.posting import (
    allot,
    appropriate,
    available_of,
    open_account,
    open_budget,
    post,
)

__all__ = [
    "allot",
    "appropriate",
    "available_of",
    "check_books",
    "check_books_in_time",
    "close_budget",
    "given",
    "is_check_due",
    "lapse",
    "lapse_late",
    "open_account",
    "open_budget",
    "post",
    "release_due",
    "release_next",
]
