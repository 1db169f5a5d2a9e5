"""What pages show of panels, seats, sheets and opinions: frozen facts, never records."""

from backoffice.review.queries.deciding import cases_to_decide, decisions_of
from backoffice.review.queries.desk import Seat, open_seats, opinions_awaited, past_seats, seat
from backoffice.review.queries.facts import CaseFacts, case_facts
from backoffice.review.queries.opinions import OpinionRow, open_opinions, opinions
from backoffice.review.queries.panels import PanelFacts, counting_sheets, panel_facts

__all__ = [
    "CaseFacts",
    "OpinionRow",
    "PanelFacts",
    "Seat",
    "case_facts",
    "cases_to_decide",
    "counting_sheets",
    "decisions_of",
    "open_opinions",
    "open_seats",
    "opinions",
    "opinions_awaited",
    "panel_facts",
    "past_seats",
    "seat",
]
