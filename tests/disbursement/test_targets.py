"""What a case achieved, entered with its evidence; a closing that missed a target cannot pass."""

from __future__ import annotations

import pytest

from backoffice.access import Actor
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.operations.outcomes import enter_targets
from backoffice.disbursement.rules.lifecycles import TrancheState
from backoffice.disbursement.rules.targets import Achieved
from backoffice.kernel.refusal import Refused, Stale
from backoffice.scheme.rules import ClosingCondition, Metric
from backoffice.use_case import Office
from tests import given
from tests.cases import workbook
from tests.given import life
from tests.given.disbursement import a_pdf, refused, tranches
from tests.given.life import Life

INTEGRATED = {
    "方案類別": "整合",
    "導入服務數": "2",
    "合作中小企業數": "5",
    "體驗人次": "5000",
    "減碳公斤數": "6000",
}


def conclude(case: Life) -> Refused:
    """The closing is refused, and how."""
    with pytest.raises(Refused) as refusal:
        case.concluded()
    return refusal.value


def shortfalls(refusal: Refused) -> dict[str, object]:
    assert refusal.code == "closing.target_missed"
    quoted = refusal.facts["targets"]
    assert isinstance(quoted, tuple)
    return {str(each.facts["metric"]): each.facts.get("shortfall") for each in quoted}


@pytest.mark.scenario("A60")
def test_the_single_class_closes_at_its_minimum_and_not_one_below(office: Office) -> None:
    case = life.a_closing_case(office, "S11")

    assert conclude(case).code == "closing.condition_open"
    case.reached(visits=499)
    assert shortfalls(conclude(case)) == {"visits": 1}
    case.reached(carbon_kg=499)
    assert shortfalls(conclude(case)) == {"carbon_kg": 1}
    assert tranches(office, case.case_id)[1].state is TrancheState.PLANNED
    case.reached().concluded().paid(2)

    assert case.case.state is CaseState.CLOSED
    assert case.achieved == {Metric.SERVICES: 1, Metric.VISITS: 500, Metric.CARBON_KG: 500}


@pytest.mark.scenario("A61")
def test_the_integrated_class_closes_with_five_partners_and_not_with_four(office: Office) -> None:
    case = life.a_closing_case(office, "S11", **INTEGRATED)

    case.reached(partners=4)
    assert shortfalls(conclude(case)) == {"partners": 1}
    case.reached().concluded().paid(2)

    assert case.case.state is CaseState.CLOSED
    assert case.achieved[Metric.PARTNERS] == 5


@pytest.mark.scenario("A59")
def test_a_registering_factory_closes_only_with_its_special_registration(office: Office) -> None:
    case = life.a_closing_case(office, "S05")

    refusal = conclude(case)
    assert refusal.code == "closing.condition_open"
    assert refusal.facts == {"conditions": (ClosingCondition.SPECIAL_FACTORY_REGISTRATION,)}
    first, second = tranches(office, case.case_id)
    assert (first.state, second.state) == (TrancheState.PAID, TrancheState.PLANNED)
    case.show(ClosingCondition.SPECIAL_FACTORY_REGISTRATION)
    case.concluded().paid(2)

    assert case.case.state is CaseState.CLOSED


def test_values_are_entered_after_mid_term_with_evidence_and_every_target(office: Office) -> None:
    case = life.a_signed_case(office, "S11")
    full = {Metric.SERVICES: 1, Metric.VISITS: 500, Metric.CARBON_KG: 500}

    with refused("closing.not_closing", state=CaseState.ACTIVE):
        case.report(full)
    case.past_midterm()
    with refused("document.missing"):
        enter(case, full, evidence=False)
    with refused("targets.incomplete", metrics=(Metric.CARBON_KG,)):
        case.report({Metric.SERVICES: 1, Metric.VISITS: 500})
    with refused("targets.negative"):
        case.report(full | {Metric.VISITS: -1})
    case.report(full | {Metric.VISITS: 501})
    enter(case, full, evidence=False)

    assert case.achieved == full


def enter(
    case: Life, values: dict[Metric, int], *, evidence: bool, by: Actor = given.OFFICER
) -> None:
    case.office.perform(
        enter_targets,
        by,
        case.case_id,
        case.case.version,
        tuple(Achieved(metric, value) for metric, value in values.items()),
        a_pdf() if evidence else None,
    )


def test_a_class_without_targets_takes_no_values(office: Office) -> None:
    case = life.a_signed_case(office, "S03")

    with refused("targets.none_asked"):
        case.report({Metric.VISITS: 1})


def test_an_older_page_is_told_so_and_only_officers_enter(office: Office) -> None:
    case = life.a_signed_case(office, "S11").past_midterm()
    values = tuple(Achieved(target.metric, target.value) for target in case.variant.targets)

    with pytest.raises(Stale):
        office.perform(
            enter_targets, given.OFFICER, case.case_id, case.case.version - 1, values, a_pdf()
        )
    for person in (given.CONVENOR, given.AUDITOR, given.REVIEWER):
        with refused("access.denied"):
            enter(case, {each.metric: each.value for each in values}, evidence=True, by=person)


def test_a_promise_beyond_the_minimum_is_no_condition_of_the_shipped_edition(
    office: Office,
) -> None:
    case = life.a_closing_case(office, "S11", 體驗人次="800")

    case.reached(visits=500).concluded()

    assert case.case.state is CaseState.SETTLED


def test_the_workbook_of_this_file_is_a_valid_one() -> None:
    found = workbook.evaluated(workbook.case("S11", case_row=INTEGRATED)).cases["T-1"]

    assert [str(each.code) for each in found.findings] == []
