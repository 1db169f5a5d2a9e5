"""Every grant scheme goes from its workbook to its end by its edition alone."""

from __future__ import annotations

import pytest

from backoffice.cases.rules.lifecycle import CaseState
from backoffice.use_case import Office
from tests.given import life


@pytest.mark.parametrize("scheme", ["S01", "S02", "S03", "S05", "S11"])
def test_a_case_of_every_grant_scheme_is_carried_to_its_end(office: Office, scheme: str) -> None:
    case = life.a_closing_case(office, scheme).to_the_end()

    assert case.case.state is CaseState.CLOSED
