"""The payment desk: sheets by step, one sheet with its ladder, and the steps themselves."""

from backoffice.disbursement.views.sheets import (
    accounts,
    comparing,
    desk,
    downloads,
    record,
    settling,
    steps,
)

__all__ = ["accounts", "comparing", "desk", "downloads", "record", "settling", "steps"]
