"""64 contenders with one workbook: every case comes in once, and nobody is told an error."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.audit import verify
from backoffice.cases.models import Case, Import
from backoffice.cases.operations.imports import bring_in, judged, read_upload
from backoffice.documents import Document, Upload
from backoffice.kernel.clock import FixedClock
from backoffice.use_case import Office
from backoffice.web import guard
from tests import given
from tests.given.cases import a_submitted_case, as_workbook
from tests.given.offices import OPENING
from tests.races.contest import CONTENDERS, contest

CASES = 5


def contend(app: Flask, number: int) -> None:
    """Bring in one of two workbooks: the same cases, in two layouts."""
    office: Office = app.extensions[guard.EXTENSION].office
    numbers = range(CASES) if number % 2 else reversed(range(CASES))
    cases = [a_submitted_case(OPENING, number=f"S01-{each}") for each in numbers]
    with Session(office.engine) as session:
        workbook = judged(session, read_upload(Upload("進件.xlsx", as_workbook(cases))))
    office.perform(bring_in, given.OFFICER, workbook)


def test_every_case_comes_in_once_and_nobody_is_told_an_error(
    office: Office, database_url: str, tmp_path: Path, clock: FixedClock
) -> None:
    outcomes = contest(database_url, tmp_path, clock, contend)

    assert outcomes == {"done": CONTENDERS}
    with Session(office.engine) as session:
        assert session.execute(select(func.count()).select_from(Case)).scalar_one() == CASES
        brought = session.execute(select(Import.case_count)).scalars().all()
        kept = session.execute(select(func.count()).select_from(Document)).scalar_one()
        assert sum(brought) == CASES
        assert (brought, kept) == ([CASES], 1)
        assert list(verify(session)) == []
