"""Charts as SVG made on the server, each with the rows of the table that says the same.

No inline style and no script, so a strict content policy holds; every shape carries its colour as
an attribute as well, so that a chart also prints where our style sheet does not reach. Places
along a chart are percentages: text keeps its size at every width. Colours are Okabe–Ito in fixed
roles, and each role has a pattern or a word of its own.
"""

from backoffice.web.charts.curve import MONEY, PLACES, Band, Point, s_curve
from backoffice.web.charts.growth import Weight, weight_curve
from backoffice.web.charts.meters import Checkpoint, budget_bar, checkpoint_meter, seat_cells
from backoffice.web.charts.svg import Chart
from backoffice.web.charts.waterfall import Part, waterfall

__all__ = [
    "MONEY",
    "PLACES",
    "Band",
    "Chart",
    "Checkpoint",
    "Part",
    "Point",
    "Weight",
    "budget_bar",
    "checkpoint_meter",
    "s_curve",
    "seat_cells",
    "waterfall",
    "weight_curve",
]
