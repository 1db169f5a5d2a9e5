"""Pages of the room «reports»: the budget, the manager's board, the audit."""

from backoffice.reports.views import (
    audit,
    board,
    budget,
    downloads,
    duties,
    entries,
    forecast,
    letter,
    origins,
    plan,
    shifts,
    what_if,
    windows,
    year,
)
from backoffice.reports.views.blueprint import blueprint

__all__ = [
    "audit",
    "blueprint",
    "board",
    "budget",
    "downloads",
    "duties",
    "entries",
    "forecast",
    "letter",
    "origins",
    "plan",
    "shifts",
    "what_if",
    "windows",
    "year",
]
