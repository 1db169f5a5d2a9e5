"""Pages of loans and their interest subsidy."""

from backoffice.disbursement.views.loans import (
    changes,
    claims,
    downloads,
    rates,
    record,
    register,
    steps,
    withdrawals,
)

__all__ = ["changes", "claims", "downloads", "rates", "record", "register", "steps", "withdrawals"]
