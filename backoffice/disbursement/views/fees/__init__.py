"""Pages of the fee desk 收費."""

from backoffice.disbursement.views.fees import (
    accounts,
    desk,
    downloads,
    entering,
    lines,
    refunds,
    statements,
    steps,
)

__all__ = [
    "accounts",
    "desk",
    "downloads",
    "entering",
    "lines",
    "refunds",
    "statements",
    "steps",
]
