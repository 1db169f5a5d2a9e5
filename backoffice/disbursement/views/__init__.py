"""Pages of the room «disbursement»."""

from backoffice.disbursement.views import (
    cases,
    checkpoints,
    claims,
    closing,
    contract,
    midterm,
    sheets,
    steps,
)
from backoffice.disbursement.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "cases",
    "checkpoints",
    "claims",
    "closing",
    "contract",
    "midterm",
    "sheets",
    "steps",
]
