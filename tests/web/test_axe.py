"""Every page that can be opened, by whoever may open it, has no serious accessibility fault.

The addresses come from the URL map; a page that takes a number gets the numbers that the
demonstration has, until it opens for somebody. None is left out: an address that nobody can open
in the demonstration fails, and so does a serious finding.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from backoffice.access import Actor, Permission, Role
from backoffice.cases.models import Case, Import
from backoffice.disbursement.models import Checkpoint, Claim, Sheet, SpendingLine, Tranche
from backoffice.documents import Document
from backoffice.people.models import Account, Employment
from backoffice.review.models import Assignment, StageOpinion
from backoffice.web import guard
from tests.browser import serve
from tests.given.people import a_link
from tests.given.web import signed_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WCAG = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
SERIOUS = {"serious", "critical"}
TRIES_MAX = 60
# What an address takes that is not a record's number.
WORDS: Mapping[str, Sequence[Any]] = {
    "scheme": ["S01"],
    "number": [1],
    "stage": ["available"],
    "kind": ["awarded"],
    "filename": ["style.css"],
    "slug": ["suspend", "unlock", "end-sessions"],
}
RECORDS: Mapping[str, Any] = {
    "case_id": Case.id,
    "import_id": Import.id,
    "document_id": Document.id,
    "checkpoint_id": Checkpoint.id,
    "tranche_id": Tranche.id,
    "claim_id": Claim.id,
    "line_id": SpendingLine.id,
    "sheet_id": Sheet.id,
    "assignment_id": Assignment.id,
    "opinion_id": StageOpinion.id,
    "account_id": Account.id,
    "employment_id": Employment.id,
}


@dataclass(frozen=True, slots=True)
class Found:
    """An address that opens, what it answers with, and who opens it."""

    endpoint: str
    url: str
    person: Actor | None
    is_page: bool


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # files that the browser leaves half read
def test_every_page_is_free_of_serious_faults(
    shown: Flask, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    found, closed = _addresses(shown)
    assert closed == [], "nobody can open these in the demonstration"
    pages = [one for one in found if one.is_page]

    faults = list(_faults(shown, browser, pages))

    with capsys.disabled():
        sys.stdout.write(f"\naxe: {len(pages)} pages of {len(found)} GET addresses\n")
    assert faults == []


def _faults(world: Flask, browser: Browser, pages: list[Found]) -> Iterator[str]:
    axe = Axe()
    with serve(world) as address:
        for person, group in itertools.groupby(pages, key=lambda one: one.person):
            context = browser.new_context(locale="zh-TW")
            if person is not None:
                token = signed_in(world, person).get_cookie("sid")
                assert token is not None
                context.add_cookies([{"name": "sid", "value": token.value, "url": address}])
            sheet = context.new_page()
            for one in group:
                sheet.goto(address + one.url)
                answer = axe.run(sheet, options={"runOnly": WCAG})
                for violation in answer.response["violations"]:
                    if violation["impact"] in SERIOUS:
                        where = violation["nodes"][0]["target"]
                        yield f"{one.endpoint} {one.url}: {violation['id']} at {where}"
            context.close()


def _addresses(world: Flask) -> tuple[list[Found], list[str]]:
    """Each GET address once, by whoever can open it; and those that nobody can."""
    house: guard.House = world.extensions[guard.EXTENSION]
    with Session(house.office.engine) as session:
        rows = session.execute(select(Account.id, Account.name, Account.role).order_by(Account.id))
        people = _one_of_a_kind([Actor(row.id, row.name, row.role) for row in rows])
        parts = dict(WORDS) | {
            name: list(session.scalars(_some_of_each(column))) for name, column in RECORDS.items()
        }
    parts["token"] = [a_link(house.office)]
    clients = {person.id: signed_in(world, person) for person in people}
    found, closed = [], []
    for rule in sorted(world.url_map.iter_rules(), key=lambda rule: rule.rule):
        if rule.methods is None or "GET" not in rule.methods:
            continue
        opened = _opened(world, rule, people, clients, parts)
        if opened is None:
            closed.append(rule.rule)
        else:
            found.append(opened)
    found.sort(key=lambda one: (one.person.id if one.person else 0, one.endpoint))
    return found, closed


def _one_of_a_kind(everybody: list[Actor]) -> list[Actor]:
    """One person for each role, and every reviewer: each has other cases."""
    first = {person.role: person for person in reversed(everybody)}
    return [one for one in everybody if one.role is Role.REVIEWER or first[one.role] is one]


def _some_of_each(column: Any) -> Select[Any]:
    """The first and the last record in each state, or some of those that have none."""
    state = getattr(column.class_, "state", None)
    if state is None or column.class_ is Account:
        return select(column).order_by(column.desc()).limit(20)
    ends = select(func.min(column).label("first"), func.max(column).label("last")).group_by(state)
    found = ends.subquery()
    return select(column).where(
        or_(column.in_(select(found.c.first)), column.in_(select(found.c.last)))
    )


def _opened(
    world: Flask,
    rule: Rule,
    people: list[Actor],
    clients: Mapping[int, Any],
    parts: Mapping[str, Sequence[Any]],
) -> Found | None:
    required = guard.requirement(world, rule.endpoint)
    public = required == guard.PUBLIC
    chosen = [person for person in people if public or person.may(Permission(str(required)))]
    for person in [None] if public else chosen:
        client = world.test_client() if person is None else clients[person.id]
        tuples = itertools.product(*(parts[name] for name in sorted(rule.arguments)))
        for values in itertools.islice(tuples, TRIES_MAX):
            url = _url(world, rule, dict(zip(sorted(rule.arguments), values, strict=True)))
            answer = client.get(url)
            if answer.status_code >= 500:
                raise AssertionError(f"{url}: {answer.status}")
            if answer.status_code == 200:
                is_page = "text/html" in answer.content_type
                return Found(rule.endpoint, url, person, is_page)
            if answer.status_code in (302, 303) and not rule.arguments:
                return Found(rule.endpoint, url, person, is_page=False)
    return None


def _url(world: Flask, rule: Rule, values: dict[str, Any]) -> str:
    with world.test_request_context():
        built = rule.build(values)
    assert built is not None
    return built[1]
