"""The payment desk: sheets by step, one sheet with its ladder, and the steps themselves."""

from backoffice.disbursement.views.sheets import accounts, desk, record, settling, steps

__all__ = ["accounts", "desk", "record", "settling", "steps"]
