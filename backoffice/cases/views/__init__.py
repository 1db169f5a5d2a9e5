"""Pages of the cases room: the queue, a case's own pages, and imports."""

from backoffice.cases.views import downloads, imports, queue, seats, services, sheet
from backoffice.cases.views.blueprint import blueprint

__all__ = ["blueprint", "downloads", "imports", "queue", "seats", "services", "sheet"]
