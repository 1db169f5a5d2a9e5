"""The migration that brings the kept counts fills them from the cases that are there."""

from __future__ import annotations

from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select

from backoffice.cases.models import CaseCount, OfficerLoad
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.db import sessions
from backoffice.use_case import Office
from tests import given
from tests.given import cases

WITH_COUNTS = "0010"


def test_the_counts_are_filled_from_the_cases_that_are_there(app: Flask, office: Office) -> None:
    cases.a_case_in_review(office)
    for place in (2, 3):
        cases.an_imported_case(office, number=f"S01-112-{place:06}")

    with app.app_context():
        downgrade(revision=f"{WITH_COUNTS}-1")
        upgrade()

        session = sessions.session()
        counts = session.execute(
            select(CaseCount.scheme, CaseCount.state, CaseCount.cases).order_by(CaseCount.state)
        ).all()
        loads = session.execute(select(OfficerLoad.officer_id, OfficerLoad.cases)).all()

    assert counts == [("S01", CaseState.IN_REVIEW, 1), ("S01", CaseState.QUALIFYING, 2)]
    assert loads == [(given.OFFICER.id, 1)]
