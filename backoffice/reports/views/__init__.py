"""Pages of the room «reports»: the budget, the manager's board, the audit."""

from backoffice.reports.views import audit, board, budget, downloads, duties, entries, windows
from backoffice.reports.views.blueprint import blueprint

__all__ = ["audit", "blueprint", "board", "budget", "downloads", "duties", "entries", "windows"]
