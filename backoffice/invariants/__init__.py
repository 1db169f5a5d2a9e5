"""Promises that no constraint can express: each a check that must find nothing.

Asked after every database test, by `backoffice invariants`, and nightly. A check never calls the
code that it judges: it looks at the rows and works the answer out by itself.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from backoffice.invariants import (
    bank,
    budget,
    consortium,
    counts,
    desk,
    fees,
    loans,
    money,
    process,
    recoveries,
    scoring,
    search,
    seats,
    waiting,
)
from backoffice.invariants.register import REGISTER, Violation

__all__ = [
    "REGISTER",
    "Violation",
    "bank",
    "budget",
    "consortium",
    "counts",
    "desk",
    "fees",
    "loans",
    "money",
    "process",
    "recoveries",
    "scoring",
    "search",
    "seats",
    "violations",
    "waiting",
]


def violations(session: Session) -> tuple[Violation, ...]:
    """Every broken promise, by the name of its invariant; nothing when the books are right."""
    return tuple(
        Violation(name, subject, detail)
        for name, check in sorted(REGISTER.items())
        for subject, detail in check(session)
    )
