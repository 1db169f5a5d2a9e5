"""The last of the budget, decided by 64 deciders at once: exactly what the money allows."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.db import sessions
from backoffice.kernel.clock import FixedClock
from backoffice.ledger.queries import balance
from backoffice.review.operations import Award, decide_award
from backoffice.use_case import Office
from backoffice.web import guard
from tests import given
from tests.given import review as world
from tests.races.contest import CONTENDERS, contest

CASES = 4
AFFORDABLE = 2


def decide(app: Flask, number: int) -> None:
    """One of the scored cases, as the decider's page shows it."""
    house: guard.House = app.extensions[guard.EXTENSION]
    with Session(house.office.engine) as session:
        case = session.scalars(select(Case).order_by(Case.id).offset(number % CASES)).first()
        assert case is not None
        assert case.subsidy_requested is not None
        assert case.total_budget is not None
        award = Award(case.subsidy_requested, case.total_budget, f"經企字第{number}號", "")
        case_id, version = case.id, case.version
    house.office.perform(decide_award, given.CONVENOR, case_id, version, award)


def test_of_64_deciders_as_many_award_as_the_budget_allows(
    office: Office, app: Flask, database_url: str, tmp_path: Path, clock: FixedClock
) -> None:
    ids = [
        world.a_scored_case(office, applied=world.Applied(number=f"S01-112-00010{place}"))
        for place in range(CASES)
    ]
    subsidy = world.case_row(office, ids[0]).subsidy_requested
    assert subsidy is not None
    world.a_budget(office, AFFORDABLE * subsidy.dollars)

    outcomes = contest(database_url, tmp_path, clock, decide)

    assert outcomes["done"] == AFFORDABLE
    assert sum(outcomes.values()) == CONTENDERS
    assert set(outcomes) <= {"done", "budget.exhausted", "stale", "decision.not_scored"}
    with app.app_context():
        session = sessions.session()
        assert balance(session, "S01/available") == 0
        assert balance(session, "S01/committed") == AFFORDABLE * subsidy.dollars
        states = list(session.scalars(select(Case.state)))
    assert states.count(CaseState.AWARDED) == AFFORDABLE
    assert states.count(CaseState.SCORED) == CASES - AFFORDABLE
