"""Worlds built only by performing use cases, so an impossible fixture cannot be written."""

from tests.given.roster import (
    ACCOUNTING,
    ACCOUNTING_2,
    ADMIN,
    AUDITOR,
    CASHIER,
    CONVENOR,
    MANAGER,
    OFFICER,
    OFFICER_2,
    PASSWORD,
    REVIEWER,
    REVIEWER_2,
    REVIEWER_3,
    REVIEWER_4,
    ROSTER,
)

__all__ = [
    "ACCOUNTING",
    "ACCOUNTING_2",
    "ADMIN",
    "AUDITOR",
    "CASHIER",
    "CONVENOR",
    "MANAGER",
    "OFFICER",
    "OFFICER_2",
    "PASSWORD",
    "REVIEWER",
    "REVIEWER_2",
    "REVIEWER_3",
    "REVIEWER_4",
    "ROSTER",
]
