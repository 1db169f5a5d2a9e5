"""Every address of the URL map with records of the demonstration in it, and who can open it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session
from werkzeug.routing import AnyConverter, Rule

from backoffice.access import Actor, Permission, Role
from backoffice.cases.models import Case, Import, SeatConflict
from backoffice.disbursement.models import (
    BankAnswer,
    BankClaim,
    BankClaimLine,
    BankItem,
    Checkpoint,
    Claim,
    ConsortiumMember,
    Ending,
    FeeLine,
    FeeRefund,
    FeeStatement,
    LoanMovement,
    Recovery,
    Repayment,
    Sheet,
    SheetLine,
    SpendingLine,
    Tranche,
)
from backoffice.documents import Document
from backoffice.ledger.models import BudgetShift
from backoffice.people.models import Account, Employment, SignInSession
from backoffice.people.rules import AccountState
from backoffice.review.models import Assignment, StageOpinion
from backoffice.review.queries.parts import SHOWN_KINDS
from backoffice.review.rules.lifecycles import AssignmentState
from backoffice.web import guard
from tests.given.people import a_link
from tests.given.web import signed_in

TRIES_MAX = 400
LAST = 120
# What an address takes that is not a record's number.
WORDS: Mapping[str, Sequence[Any]] = {
    "scheme": ["S01", "S09"],
    "number": [1],
    "stage": ["available"],
    "figure": ["commitments"],
    "year": [2024],
    "page": [1],
    "filename": ["style.css"],
    "day": ["2023-12-15", "2024-06-07"],
}
RECORDS: Mapping[str, Any] = {
    "case_id": Case.id,
    "import_id": Import.id,
    "conflict_id": SeatConflict.id,
    "document_id": Document.id,
    "checkpoint_id": Checkpoint.id,
    "tranche_id": Tranche.id,
    "claim_id": Claim.id,
    "ending_id": Ending.id,
    "fee_line_id": FeeLine.id,
    "refund_id": FeeRefund.id,
    "statement_id": FeeStatement.id,
    "line_id": SpendingLine.id,
    "member_id": ConsortiumMember.id,
    "payment_id": SheetLine.id,
    "recovery_id": Recovery.id,
    "sheet_id": Sheet.id,
    "answer_id": BankAnswer.id,
    "item_id": BankItem.id,
    "repayment_id": Repayment.id,
    "movement_id": LoanMovement.id,
    "assignment_id": Assignment.id,
    "opinion_id": StageOpinion.id,
    "bank_claim_id": BankClaim.id,
    "bank_line_id": BankClaimLine.id,
    "account_id": Account.id,
    "employment_id": Employment.id,
    "session_id": SignInSession.id,
    "shift_id": BudgetShift.id,
}


@dataclass(frozen=True, slots=True)
class Found:
    """An address that opens, what it answers with, and who opens it."""

    endpoint: str
    url: str
    values: Mapping[str, Any]
    person: Actor | None
    is_page: bool


def everybody(world: Flask) -> list[Actor]:
    """The people of the demonstration who can sign in, in order of their numbers."""
    house: guard.House = world.extensions[guard.EXTENSION]
    query = select(Account.id, Account.name, Account.role).order_by(Account.id)
    with Session(house.office.engine) as session:
        rows = session.execute(query.where(Account.state == AccountState.ACTIVE))
        return [Actor(row.id, row.name, row.role) for row in rows]


def addresses(world: Flask) -> tuple[list[Found], list[str]]:
    """Each GET address once, by whoever can open it; and those that nobody can."""
    house: guard.House = world.extensions[guard.EXTENSION]
    people = _one_of_a_kind(everybody(world))
    clients = {person.id: signed_in(world, person) for person in people}
    with Session(house.office.engine) as session:
        parts = dict(WORDS) | {
            name: list(session.scalars(_some_of_each(column))) for name, column in RECORDS.items()
        }
        for seat, paper in session.execute(_READ_BY_REVIEWERS):
            parts["assignment_id"] = [seat, *parts["assignment_id"]]
            parts["document_id"] = [paper, *parts["document_id"]]
    parts["token"] = [a_link(house.office)]
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


def address(world: Flask, rule: Rule, values: Mapping[str, Any]) -> str:
    """The rule's address with these values in it."""
    with world.test_request_context():
        built = rule.build(dict(values))
    assert built is not None
    return built[1]


def _one_of_a_kind(people: list[Actor]) -> list[Actor]:
    """One person for each role, and every reviewer: each has other cases."""
    first = {person.role: person for person in reversed(people)}
    return [one for one in people if one.role is Role.REVIEWER or first[one.role] is one]


# A paper of a case that a reviewer of its panel may read.
_READ_BY_REVIEWERS = (
    select(Assignment.id, Document.id)
    .join(Document, Document.case_id == Assignment.case_id)
    .where(Assignment.state == AssignmentState.DECLARED, Document.kind.in_(SHOWN_KINDS))
    .order_by(Assignment.id)
    .limit(1)
)


def _some_of_each(column: Any) -> Select[Any]:
    """The first and the last record in each state (a case's: of each scheme), or the last ones."""
    state = getattr(column.class_, "state", None)
    if state is None or column.class_ in (Account, Import):
        return select(column).order_by(column.desc()).limit(LAST)
    groups = (state, Case.scheme) if column.class_ is Case else (state,)
    ends = select(func.min(column).label("first"), func.max(column).label("last")).group_by(*groups)
    found = ends.subquery()
    return select(column).where(
        or_(column.in_(select(found.c.first)), column.in_(select(found.c.last)))
    )


def _opened(
    world: Flask,
    rule: Rule,
    people: list[Actor],
    clients: Mapping[int, FlaskClient],
    parts: Mapping[str, Sequence[Any]],
) -> Found | None:
    required = guard.requirement(world, rule.endpoint)
    public = required == guard.PUBLIC
    chosen = [person for person in people if public or person.may(Permission(str(required)))]
    for person in [None] if public else chosen:
        client = world.test_client() if person is None else clients[person.id]
        for values in _values(rule, parts):
            url = address(world, rule, values)
            answer = client.get(url)
            if answer.status_code >= 500:
                raise AssertionError(f"{url}: {answer.status}")
            if answer.status_code == 200:
                is_page = "text/html" in answer.content_type
                return Found(rule.endpoint, url, values, person, is_page)
            if answer.status_code in (302, 303) and not rule.arguments:
                return Found(rule.endpoint, url, values, person, is_page=False)
    return None


def _values(rule: Rule, parts: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    names = sorted(rule.arguments)
    tuples = itertools.product(*(_choices(rule, name, parts) for name in names))
    for values in itertools.islice(tuples, TRIES_MAX):
        yield dict(zip(names, values, strict=True))


def _choices(rule: Rule, name: str, parts: Mapping[str, Sequence[Any]]) -> Sequence[Any]:
    """What may stand for this name: the words that the rule lists, or what the world has."""
    match rule._converters[name]:
        case AnyConverter() as one_of:
            return sorted(one_of.items)
        case _:
            return parts[name]
