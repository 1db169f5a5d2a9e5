"""The worker's round: a fault in one part of it holds up no other."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM, Permission
from backoffice.db import sessions
from backoffice.outbox import Promise, PromiseState, promise
from backoffice.reports.models import BoardDay
from backoffice.upkeep import last_round
from backoffice.use_case import Act, Office, use_case
from backoffice.worker import RoundFailed, round_of
from tests.given import waiting
from tests.given.review import a_budget
from tests.invariants.planting import planted


@use_case("given.promise", requires=Permission.SYSTEM)
def put_promise(act: Act) -> None:
    """Promise a notice, as an act does."""
    promise(act, "notice", "a notice of the tests")


@pytest.mark.broken
@pytest.mark.insider
def test_a_part_that_fails_is_named_and_the_others_are_done(app: Flask, office: Office) -> None:
    a_budget(office, 1_000_000)
    first = waiting.a_case(office)
    waiting.offer_part(office, first, 1_000_000)
    second = waiting.a_case(office, 2)
    waiting.wait_in_line(office, second)
    a_budget(office, 5_000_000)
    office.perform(put_promise, SYSTEM)
    planted(office.engine, "UPDATE \"case\" SET edition = 'S01/99' WHERE state = 'WAITLISTED'")

    with pytest.raises(RoundFailed, match="money_round"):
        round_of(office)

    with Session(office.engine) as session:
        assert session.scalars(select(Promise.state)).all() == [PromiseState.KEPT]
        assert len(session.scalars(select(BoardDay.kept_on)).all()) == 1
    with app.app_context():
        assert last_round(sessions.session()) is None
        sessions.session.remove()
    planted(office.engine, "UPDATE \"case\" SET edition = 'S01/1' WHERE edition = 'S01/99'")
    round_of(office)
    with app.app_context():
        assert last_round(sessions.session()) is not None
        sessions.session.remove()
