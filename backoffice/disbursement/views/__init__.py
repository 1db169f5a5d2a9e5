"""Pages of the room «disbursement»."""

from backoffice.disbursement.views import (
    carryover,
    cases,
    checkpoints,
    claims,
    closing,
    contract,
    demands,
    endings,
    midterm,
    outcomes,
    outlooks,
    papers,
    recoveries,
    sheets,
    steps,
)
from backoffice.disbursement.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "carryover",
    "cases",
    "checkpoints",
    "claims",
    "closing",
    "contract",
    "demands",
    "endings",
    "midterm",
    "outcomes",
    "outlooks",
    "papers",
    "recoveries",
    "sheets",
    "steps",
]
