"""The officer's word on each finding, and what follows for the case."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from backoffice.cases.models import EligibilityFinding, FindingState
from backoffice.cases.operations import FindingWord, decide_eligibility, take_from_queue
from backoffice.cases.queries import case_head
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.db import sessions
from backoffice.use_case import Office
from tests import given
from tests.cases.test_handling import head_of, refused
from tests.given import cases as world


def a_taken_case(office: Office, app: Flask, **changes: str) -> int:
    case_id = world.an_imported_case(
        office, number=world.NUMBER, scheme="S01", subsidy=world.SUBSIDY, **changes
    )
    office.perform(take_from_queue, given.OFFICER, case_id, head_of(app, case_id).version)
    return case_id


def findings(app: Flask, case_id: int) -> list[tuple[int, str, FindingState]]:
    with app.app_context():
        rows = sessions.session().execute(
            select(EligibilityFinding.id, EligibilityFinding.code, EligibilityFinding.state).where(
                EligibilityFinding.case_id == case_id
            )
        )
        found = [(row.id, row.code, row.state) for row in rows]
        sessions.session.remove()
        return found


def decide(office: Office, app: Flask, case_id: int, *words: FindingWord) -> None:
    with app.app_context():
        version = case_head(sessions.session(), case_id).version
        sessions.session.remove()
    office.perform(decide_eligibility, given.OFFICER, case_id, version, words, "")


def test_a_case_without_findings_goes_to_the_committee(office: Office, app: Flask) -> None:
    case_id = a_taken_case(office, app)

    decide(office, app, case_id)

    assert head_of(app, case_id).state is CaseState.IN_REVIEW


def test_a_finding_needs_a_word(office: Office, app: Flask) -> None:
    case_id = a_taken_case(office, app, 三年內欠稅="是")
    assert [code for _, code, _ in findings(app, case_id)] == ["TAX_ARREARS"]

    with refused("case.findings_open"):
        decide(office, app, case_id)


def test_a_confirmed_finding_ends_the_case(office: Office, app: Flask) -> None:
    case_id = a_taken_case(office, app, 三年內欠稅="是")
    number = findings(app, case_id)[0][0]

    decide(office, app, case_id, FindingWord(number, overrule=False, reason=""))

    assert head_of(app, case_id).state is CaseState.INELIGIBLE
    assert findings(app, case_id)[0][2] is FindingState.CONFIRMED


def test_an_overruled_finding_needs_a_reason_and_stays_on_record(
    office: Office, app: Flask
) -> None:
    case_id = a_taken_case(office, app, 三年內欠稅="是")
    number = findings(app, case_id)[0][0]
    with refused("case.reason_missing"):
        decide(office, app, case_id, FindingWord(number, overrule=True, reason=" "))

    decide(office, app, case_id, FindingWord(number, overrule=True, reason="已繳清，附查復表"))

    assert head_of(app, case_id).state is CaseState.IN_REVIEW
    assert findings(app, case_id)[0][2] is FindingState.OVERRULED


@pytest.mark.scenario("A12")
def test_investment_in_the_vendor_is_found_and_stands_when_confirmed(
    office: Office, app: Flask
) -> None:
    case_id = a_taken_case(office, app, 委外廠商陸資="是")
    number, code, _state = findings(app, case_id)[0]

    decide(office, app, case_id, FindingWord(number, overrule=False, reason=""))

    assert code == "PRC_INVESTMENT"
    assert head_of(app, case_id).state is CaseState.INELIGIBLE


def test_only_its_own_officer_judges_a_case(office: Office, app: Flask) -> None:
    case_id = world.an_imported_case(office)

    with refused("case.unassigned"):
        decide(office, app, case_id)


def test_a_judged_case_is_not_judged_again(office: Office, app: Flask) -> None:
    case_id = a_taken_case(office, app)
    decide(office, app, case_id)

    with refused("lifecycle.not_allowed"):
        decide(office, app, case_id)
