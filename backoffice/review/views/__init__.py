"""Pages of the committee: the reviewer's desk, the panel, the end of scoring, the decision."""

from backoffice.review.views import closing, deciding, home, panel, preparing, scoring, seats, steps
from backoffice.review.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "closing",
    "deciding",
    "home",
    "panel",
    "preparing",
    "scoring",
    "seats",
    "steps",
]
