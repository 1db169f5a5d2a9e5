"""Which instant decides whether a case came in time: that of its receipt, and no other."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from backoffice.cases.operations.imports import (
    confirm_import,
    judged,
    preview_workbook,
    read_upload,
)
from backoffice.cases.queries import sheets
from backoffice.cases.queries.imports import import_row
from backoffice.documents import Upload
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.taiwan import TAIPEI
from backoffice.scheme import registry
from backoffice.use_case import Office
from tests import given
from tests.cases import workbook
from tests.given import cases

CLOSING = datetime(2023, 12, 1, tzinfo=TAIPEI)
TWO_MINUTES = timedelta(minutes=2)


def received(scheme: str, at: datetime, number: str) -> workbook.Case:
    """A valid case that the online system received at this instant."""
    return cases.a_submitted_case(at, number=number, scheme=scheme)


@pytest.mark.scenario("A09")
@pytest.mark.parametrize("scheme", ["S02", "S03", "S05"])
def test_an_upload_across_the_closing_counts_when_it_was_received_whole(scheme: str) -> None:
    """Begun at 23:58 and received at 00:01, it is late; received at 23:58, it is in time."""
    assert registry.edition_named(f"{scheme}/1").window.closes_at == CLOSING
    in_time = received(scheme, CLOSING - TWO_MINUTES, "T-1")
    late = received(scheme, CLOSING + timedelta(minutes=1), "T-2")

    found = workbook.evaluated(in_time, late).cases

    assert workbook.codes(found["T-1"].findings) == []
    assert workbook.codes(found["T-2"].findings) == ["WINDOW_CLOSED"]


@pytest.mark.scenario("A09")
def test_a_file_that_the_office_takes_in_across_the_closing_is_judged_by_its_receipts(
    office: Office, clock: FixedClock
) -> None:
    """Looked at two minutes before the closing, confirmed a minute after it."""
    clock.set(CLOSING - TWO_MINUTES)
    made = [
        received("S03", CLOSING - TWO_MINUTES, "S03-112-000001"),
        received("S03", CLOSING + timedelta(seconds=1), "S03-112-000002"),
    ]
    read = read_upload(Upload("進件.xlsx", cases.as_workbook(made)))
    with Session(office.engine) as session:
        seen = judged(session, read)
    number = office.perform(preview_workbook, given.OFFICER, seen)
    clock.set(CLOSING + timedelta(minutes=1))
    with Session(office.engine) as session:
        version, again = import_row(session, number).version, judged(session, read)
    office.perform(confirm_import, given.OFFICER, number, version, again)

    ids = [cases.case_id_of(office, each) for each in ("S03-112-000001", "S03-112-000002")]
    with Session(office.engine) as session:
        found = [[row.code for row in sheets.findings(session, each)] for each in ids]
    assert found == [[], ["WINDOW_CLOSED"]]


@pytest.mark.scenario("A09")
def test_a_scheme_without_a_closing_date_is_open_at_any_time() -> None:
    late = received("S11", datetime(2024, 6, 1, tzinfo=TAIPEI), "T-1")

    assert workbook.codes(workbook.evaluated(late).cases["T-1"].findings) == []
