"""The cases that other rooms start from are what they say."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.kernel.money import Ntd
from backoffice.use_case import Office
from tests import given
from tests.given.cases import a_case_in_review, an_imported_case


@pytest.mark.parametrize(
    "scheme", ["S01", "S02", "S03", "S04", "S05", "S06", "S07", "S08", "S09", "S10", "S11"]
)
def test_an_imported_case_of_any_scheme_has_no_findings(office: Office, scheme: str) -> None:
    case_id = an_imported_case(office, scheme=scheme)

    with Session(office.engine) as session:
        case = session.get_one(Case, case_id)
        assert (case.scheme, case.state) == (scheme, CaseState.QUALIFYING)
        assert case.finding_count == 0


@pytest.mark.parametrize("subsidy", [500_000, 1_234_567, 3_000_000])
def test_a_case_in_review_asks_for_what_was_wanted(office: Office, subsidy: int) -> None:
    case_id = a_case_in_review(office, subsidy=subsidy)

    with Session(office.engine) as session:
        case = session.get_one(Case, case_id)
        assert case.state is CaseState.IN_REVIEW
        assert case.finding_count == 0
        assert case.officer_id == given.OFFICER.id
        assert case.subsidy_requested == Ntd(subsidy)


def test_two_cases_are_of_two_firms(office: Office) -> None:
    first = an_imported_case(office, number="S01-112-000001")
    second = an_imported_case(office, number="S01-112-000002")

    with Session(office.engine) as session:
        found = [session.get_one(Case, case_id) for case_id in (first, second)]
        assert [case.finding_count for case in found] == [0, 0]
        assert found[0].ubn != found[1].ubn
