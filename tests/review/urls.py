"""The addresses of the room's pages, as a person has them in the browser."""

from __future__ import annotations

from backoffice.access import Actor
from backoffice.use_case import Office
from tests.given import review as world

HOME = "/review/"
SUBMIT = "/review/submit"
DECISIONS = "/review/decisions"


def desk(office: Office, case_id: int, person: Actor, page: str = "score") -> str:
    """A page about one's own seat: score, declare, recuse, decline."""
    return f"/review/{page}/{world.seat_row(office, case_id, person).id}"


def case(case_id: int, page: str = "") -> str:
    """A page of the office about a case: the panel itself, or assign, bonus, close …"""
    return f"/review/cases/{case_id}" + (f"/{page}" if page else "")


def replacing(office: Office, case_id: int, person: Actor) -> str:
    """The page on which this person's seat is given to another."""
    seat = world.seat_row(office, case_id, person)
    return f"/review/cases/{case_id}/seats/{seat.id}/replace"
