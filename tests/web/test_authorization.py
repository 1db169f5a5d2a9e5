"""Who may do what, asked by requests: every route, every role, every relation to the case.

The expected answers are the reviewed table `tests/golden/authorization.md`; a route that is not in
it fails, and so does a cell that answers otherwise. After a deliberate change of rights write it
again with `REGENERATE=1` and read the difference. What is refused must change nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from backoffice import audit
from backoffice.access import Actor, Role
from backoffice.cases.models import Case
from backoffice.kernel.refusal import Refused
from backoffice.messages import sentence
from backoffice.people.models import Account, SignInSession
from backoffice.people.operations import suspend
from backoffice.review.models import Assignment
from backoffice.review.operations import recuse
from backoffice.review.rules.conflicts import Ground
from backoffice.use_case import Office
from backoffice.web import guard
from tests.given.addresses import RECORDS, address, addresses, everybody
from tests.given.web import page, signed_in

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "authorization.md"
COLUMNS = (
    "anonymous",
    "suspended",
    "reviewer own",
    "reviewer other",
    "reviewer recused",
    "officer own",
    "officer other",
    "convenor",
    "accounting",
    "cashier",
    "manager",
    "auditor",
    "admin",
)
# A post reaches the deed when it is done, or turned down for what it says rather than for who asks.
WORDS = {200: "yes", 302: "yes", 303: "yes", 409: "yes", 422: "yes", 403: "no", 404: "hidden"}
NOBODY = "–"
HEAD = f"""# 權限矩陣 Authorization matrix

*yes*: the page opens, or the form reaches its deed · *no*: refused as not permitted ·
*hidden*: answered as if it did not exist · *sign in*: sent to the sign-in page ·
{NOBODY}: there is no such person for this page. *own*, *other*, *recused*: the person's relation
to the case of the page. Asked of the demonstration by requests.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """One route and method with an address that its people can open, and the case behind it."""

    endpoint: str
    method: str
    rule: Any
    values: Mapping[str, Any]
    case_id: int | None


@dataclass(frozen=True, slots=True)
class Seat:
    """A reviewer's part in a case."""

    id: int
    case_id: int
    reviewer_id: int


class Matrix:
    """The people of the demonstration, signed in, and what each route answers them."""

    def __init__(self, world: Flask) -> None:
        self.world = world
        house: guard.House = world.extensions[guard.EXTENSION]
        self.office = house.office
        people = everybody(world)
        self.people = {person.id: person for person in people}
        self.first = {person.role: person for person in reversed(people)}
        with world.test_request_context():
            self.denied = sentence(Refused("access.denied"))
        self.stranger = world.test_client()
        self.clients = {person.id: signed_in(world, person) for person in people}
        self.tokens = {
            number: _token(client, "/settings") for number, client in self.clients.items()
        }
        self.tokens[0] = _token(self.stranger, "/sign-in")
        with Session(self.office.engine) as session:
            rows = session.execute(
                select(Assignment.id, Assignment.case_id, Assignment.reviewer_id).order_by(
                    Assignment.id
                )
            )
            self.seats = [Seat(*row) for row in rows]
            self.officers = {
                row.id: row.officer_id for row in session.execute(select(Case.id, Case.officer_id))
            }

    def person(self, column: str, place: Place) -> Actor | None:
        """Who stands in this column for this place; None where there is no such person."""
        role, _, relation = column.partition(" ")
        if not relation:
            return self.first[Role[role.upper()]]
        if Role[role.upper()] is Role.OFFICER:
            own = self.officers.get(place.case_id or 0) or self.first[Role.OFFICER].id
            return self._officer(own, relation)
        return self._reviewer(place, relation)

    def _officer(self, own: int, relation: str) -> Actor:
        if relation == "own":
            return self.people[own]
        others = [one for one in self.people.values() if one.role is Role.OFFICER]
        return next(one for one in others if one.id != own)

    def _reviewer(self, place: Place, relation: str) -> Actor | None:
        seated = [seat for seat in self.seats if seat.case_id == place.case_id]
        mine = place.values.get("assignment_id")
        if relation == "own":
            chosen = next((seat for seat in seated if mine in (None, seat.id)), None)
            return self.people[chosen.reviewer_id] if chosen else self.first[Role.REVIEWER]
        if relation == "recused":
            return None
        taken = {seat.reviewer_id for seat in seated}
        others = [one for one in self.people.values() if one.role is Role.REVIEWER]
        return next(one for one in others if one.id not in taken)

    def answer(self, person: Actor | None, place: Place, values: Mapping[str, Any]) -> str:
        """What this person gets at this place: yes, no, hidden or sign in."""
        client = self.stranger if person is None else self.clients[person.id]
        token = self.tokens[person.id if person else 0]
        before = self._head()
        response = _ask(client, place, address(self.world, place.rule, values), token)
        word = self._word(response)
        assert word == "yes" or self._head() == before, f"{place}: {word}, yet something changed"
        return word

    def _word(self, response: TestResponse) -> str:
        target = response.headers.get("Location", "")
        if response.status_code in (302, 303) and target.startswith("/sign-in"):
            return "sign in"
        if response.status_code == 422 and self.denied in response.text:
            return "no"
        return WORDS.get(response.status_code, str(response.status_code))

    def _head(self) -> int:
        with Session(self.office.engine) as session:
            return audit.head(session).seq


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the style sheet, left half read
def test_every_route_answers_every_person_as_the_table_says(shown: Flask) -> None:
    places = _places(shown)
    table = _answers(shown, places)

    written = _written(places, table)

    if os.environ.get("REGENERATE"):
        GOLDEN.write_text(written, encoding="utf-8")
    assert written.splitlines() == GOLDEN.read_text(encoding="utf-8").splitlines()


def _answers(world: Flask, places: list[Place]) -> dict[tuple[Place, str], str]:
    matrix = Matrix(world)
    table: dict[tuple[Place, str], str] = {}
    # Those who may not come first: what the others do would otherwise be there already.
    for column in ("anonymous", *(name for name in COLUMNS[2:] if name != "reviewer recused")):
        for place in places:
            person = None if column == "anonymous" else matrix.person(column, place)
            table[place, column] = matrix.answer(person, place, place.values)
    left = dict(_leave(matrix))
    for place in places:
        table[place, "reviewer recused"] = _as_recused(matrix, place, left)
    outsider = matrix.first[Role.OFFICER]
    _suspend(matrix.office, matrix.first[Role.ADMIN], outsider)
    for place in places:
        table[place, "suspended"] = matrix.answer(outsider, place, place.values)
    return table


def _places(world: Flask) -> list[Place]:
    """Every route and method, each with an address of the demonstration that opens."""
    found, closed = addresses(world)
    assert closed == [], "nobody can open these in the demonstration"
    values = {one.endpoint: one.values for one in found}
    house: guard.House = world.extensions[guard.EXTENSION]
    places = []
    with Session(house.office.engine) as session:
        mine = session.scalar(select(SignInSession.id).order_by(SignInSession.id).limit(1))
        by_page = {"assignment_id": values["review.score"].get("assignment_id"), "session_id": mine}
        for rule in sorted(world.url_map.iter_rules(), key=lambda rule: rule.endpoint):
            here = values.get(rule.endpoint) or {name: by_page[name] for name in rule.arguments}
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                case_id = _case_of(session, here)
                places.append(Place(rule.endpoint, method, rule, here, case_id))
    return [place for place in places if place.endpoint != "people.sign_out"]


def _case_of(session: Session, values: Mapping[str, Any]) -> int | None:
    for name, value in values.items():
        if name == "case_id":
            return int(value)
        model = RECORDS[name].class_ if name in RECORDS else None
        if model is not None and hasattr(model, "case_id"):
            found: int | None = session.scalar(select(model.case_id).where(model.id == value))
            if found is not None:
                return found
    return None


def _leave(matrix: Matrix) -> Iterator[tuple[int, Seat]]:
    """The last reviewer of every case stands aside, where the house lets one do so by now."""
    last = {seat.case_id: seat for seat in matrix.seats}
    for case_id, seat in last.items():
        with Session(matrix.office.engine) as session:
            version = session.get_one(Assignment, seat.id).version
        person = matrix.people[seat.reviewer_id]
        try:
            matrix.office.perform(recuse, person, seat.id, version, Ground.R2, "")
        except Refused:
            continue
        yield case_id, seat


def _as_recused(matrix: Matrix, place: Place, left: Mapping[int, Seat]) -> str:
    if place.case_id is None:
        return matrix.answer(matrix.first[Role.REVIEWER], place, place.values)
    seat = left.get(place.case_id)
    if seat is None:
        return NOBODY
    values = dict(place.values)
    if "assignment_id" in values:
        values["assignment_id"] = seat.id
    return matrix.answer(matrix.people[seat.reviewer_id], place, values)


def _suspend(office: Office, admin: Actor, person: Actor) -> None:
    with Session(office.engine) as session:
        version = session.get_one(Account, person.id).version
    office.perform(suspend, admin, person.id, version, "離職")


def _ask(client: FlaskClient, place: Place, url: str, token: str) -> TestResponse:
    if place.method == "GET":
        return client.get(url)
    # No record has this version: what reaches the deed is told that it is stale.
    return client.post(url, data={"csrf_token": token, "version": "999999", "locale": "zh_Hant_TW"})


def _token(client: FlaskClient, url: str) -> str:
    field = page(client, url).select_one("input[name=csrf_token]")
    assert field is not None
    return str(field["value"])


def _written(places: list[Place], table: Mapping[tuple[Place, str], str]) -> str:
    lines = [
        *HEAD.splitlines(),
        "",
        f"| endpoint | method | {' | '.join(COLUMNS)} |",
        f"|---|---|{'---|' * len(COLUMNS)}",
    ]
    for place in places:
        cells = " | ".join(table[place, column] for column in COLUMNS)
        lines.append(f"| {place.endpoint} | {place.method} | {cells} |")
    return "\n".join(lines) + "\n"
