"""The payment desk: sheets by step, one sheet with its ladder, and the steps themselves."""

from backoffice.disbursement.views.sheets import (
    accounts,
    changing,
    comparing,
    desk,
    downloads,
    letters,
    record,
    settling,
    steps,
)

__all__ = [
    "accounts",
    "changing",
    "comparing",
    "desk",
    "downloads",
    "letters",
    "record",
    "settling",
    "steps",
]
