"""Pages of the committee: desk, panel, end of scoring, decision, offers and the line for money."""

from backoffice.review.views import (
    closing,
    deciding,
    downloads,
    home,
    offers,
    panel,
    preparing,
    scoring,
    seats,
    steps,
    waiting,
)
from backoffice.review.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "closing",
    "deciding",
    "downloads",
    "home",
    "offers",
    "panel",
    "preparing",
    "scoring",
    "seats",
    "steps",
    "waiting",
]
