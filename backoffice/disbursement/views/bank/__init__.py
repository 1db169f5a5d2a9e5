"""對帳: the bank's answer is loaded and confirmed, what waits is worked off, the day is closed."""

from backoffice.disbursement.views.bank import answers, days, downloads, items, sheets

__all__ = ["answers", "days", "downloads", "items", "sheets"]
