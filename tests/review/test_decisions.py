"""Awards and refusals: money and decision in one act, by somebody who did not score."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy.orm import Session

from backoffice.access import Actor, Role
from backoffice.cases.models import WaitingFor
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from backoffice.ledger.queries import balance, history
from backoffice.review.operations import Award, close_scoring, decide_award, decide_reject
from backoffice.review.rules.lifecycles import DecisionKind
from backoffice.use_case import Office
from tests import given
from tests.given import review as world
from tests.review.refusals import refused, stale

FULL = world.Applied(
    capital=3_000_000, subsidy=3_000_000, total=6_000_000, equipment=world.IMPORTED_ONLY
)  # 3,000,000 of 6,000,000, the firm's part as large as its capital


def award(
    office: Office, case_id: int, subsidy: int, total: int | None = None, *, reason: str = ""
) -> int:
    case = world.case_row(office, case_id)
    whole = Ntd(total) if total is not None else case.total_budget
    assert whole is not None
    return office.perform(
        decide_award,
        given.CONVENOR,
        case_id,
        case.version,
        Award(Ntd(subsidy), whole, "經企字第11200001號", reason),
    )


def reject(office: Office, case_id: int, reason: str) -> int:
    version = world.case_row(office, case_id).version
    return office.perform(decide_reject, given.CONVENOR, case_id, version, reason, "")


def held(office: Office, stage: str) -> int:
    with Session(office.engine) as session:
        return balance(session, f"S01/{stage}")


def test_an_award_commits_the_money_in_the_same_act(office: Office) -> None:
    world.a_budget(office, 3_000_000)
    case_id = world.a_scored_case(office, applied=FULL)

    award(office, case_id, 3_000_000)

    case, decision = world.case_row(office, case_id), world.decision_row(office, case_id)
    assert (case.state, case.subsidy, case.decided_at) == (
        CaseState.AWARDED,
        Ntd(3_000_000),
        office.clock.now(),
    )
    assert (case.waiting_for, case.due_on) == (
        WaitingFor.OFFICER,
        world.today(office) + timedelta(days=30),
    )
    assert (decision.kind, decision.subsidy, decision.total_budget, decision.score) == (
        DecisionKind.AWARD,
        Ntd(3_000_000),
        Ntd(6_000_000),
        7147,
    )
    assert (decision.valid_count, decision.quorum) == (3, 2)
    assert (held(office, "available"), held(office, "committed")) == (0, 3_000_000)
    with Session(office.engine) as session:
        (posted,) = history(session, case_id=case_id)
    assert posted.key == f"award:{case.number}"


def test_an_award_beyond_the_budget_is_refused_and_nothing_moves(office: Office) -> None:
    world.a_budget(office, 2_999_999)
    case_id = world.a_scored_case(office, applied=FULL)

    with refused("budget.exhausted", available=2_999_999, wanted=3_000_000):
        award(office, case_id, 3_000_000)

    assert world.case_row(office, case_id).state is CaseState.SCORED
    assert held(office, "available") == 2_999_999


@pytest.mark.parametrize("subsidy", [3_000_001, 4_000_000])
def test_more_than_any_limit_is_refused_with_the_limit(office: Office, subsidy: int) -> None:
    world.a_budget(office, 9_000_000)
    case_id = world.a_scored_case(office, applied=FULL)

    with refused("award.over_limit", subsidy=Ntd(subsidy), limit=Ntd(3_000_000)):
        award(office, case_id, subsidy)


@pytest.mark.scenario("A37")
def test_a_smaller_award_needs_a_plan_that_the_firm_can_carry(office: Office) -> None:
    world.a_budget(office, 9_000_000)
    case_id = world.a_scored_case(office, applied=FULL)

    with refused("award.self_over_capital", total_max=Ntd(5_400_000)):
        award(office, case_id, 2_400_000)
    award(office, case_id, 2_400_000, 5_400_000)

    assert world.case_row(office, case_id).subsidy == Ntd(2_400_000)
    assert world.decision_row(office, case_id).total_budget == Ntd(5_400_000)


def test_a_plan_does_not_grow_on_award(office: Office) -> None:
    world.a_budget(office, 9_000_000)
    case_id = world.a_scored_case(office, applied=FULL)

    with refused("award.total_grown"):
        award(office, case_id, 3_000_000, 6_000_001)


def test_nothing_is_no_award(office: Office) -> None:
    case_id = world.a_scored_case(office, applied=FULL)

    with refused("award.nothing"):
        award(office, case_id, 0)


def test_a_case_below_the_pass_mark_cannot_be_awarded(office: Office) -> None:
    world.a_budget(office, 9_000_000)
    case_id = world.a_scored_case(office, world.FAILING)

    with refused("award.below_pass", score="61.87", pass_mark="70.00"):
        world.award_all(office, case_id)


def test_a_case_below_the_pass_mark_is_refused_with_its_reason(office: Office) -> None:
    case_id = world.a_scored_case(office, world.FAILING)

    reject(office, case_id, "評分未達及格分數。")

    case, decision = world.case_row(office, case_id), world.decision_row(office, case_id)
    assert (case.state, case.waiting_for, case.closed_at) == (
        CaseState.REJECTED,
        WaitingFor.NOBODY,
        office.clock.now(),
    )
    assert (decision.kind, decision.subsidy, decision.reason) == (
        DecisionKind.REJECT,
        None,
        "評分未達及格分數。",
    )


def test_a_refusal_without_a_reason_is_refused(office: Office) -> None:
    case_id = world.a_scored_case(office, world.FAILING)

    with refused("note.missing"):
        reject(office, case_id, " ")


def test_a_case_that_passed_is_refused_only_with_a_reason(office: Office) -> None:
    case_id = world.a_scored_case(office)

    with refused("decision.reason_needed", score="71.47"):
        reject(office, case_id, "")
    reject(office, case_id, "申請人自行撤回關鍵設備。")

    assert world.case_row(office, case_id).state is CaseState.REJECTED


def test_a_case_is_decided_once(office: Office) -> None:
    world.a_budget(office, 9_000_000)
    case_id = world.a_scored_case(office)
    world.award_all(office, case_id)

    with refused("decision.not_scored", state=CaseState.AWARDED):
        world.award_all(office, case_id)
    with refused("decision.not_scored"):
        reject(office, case_id, "…")

    assert held(office, "committed") == 2_000_000


def test_an_older_case_is_not_decided(office: Office) -> None:
    case_id = world.a_scored_case(office)

    with stale():
        office.perform(decide_reject, given.CONVENOR, case_id, 1, "…", "")


def test_whoever_scored_a_case_neither_closes_nor_decides_it(office: Office) -> None:
    world.a_budget(office, 9_000_000)
    case_id = world.a_case_with_sheets(office, applied=world.Applied(equipment=()))
    now_convenor = replace(given.REVIEWER, role=Role.CONVENOR)
    version = world.panel_row(office, case_id).version

    with refused("decision.own_score"):
        office.perform(close_scoring, now_convenor, case_id, version, ())
    world.close(office, case_id)
    with refused("decision.own_score"):
        case = world.case_row(office, case_id)
        office.perform(decide_reject, now_convenor, case_id, case.version, "…", "")


def test_a_convenor_who_worked_for_the_firm_does_not_decide(office: Office) -> None:
    world.an_employment(office, given.CONVENOR, ubn=FULL.ubn, until=None)
    case_id = world.a_case_with_sheets(office, applied=world.Applied(equipment=()))

    with refused("recusal.known_now", person=given.CONVENOR.name):
        world.close(office, case_id)


@pytest.mark.parametrize("person", [given.OFFICER, given.REVIEWER, given.MANAGER, given.AUDITOR])
def test_only_the_convenor_decides(office: Office, person: Actor) -> None:
    with refused("access.denied"):
        office.perform(decide_award, person, 1, 1, Award(Ntd(1), Ntd(2), "", ""))
    with refused("access.denied"):
        office.perform(decide_reject, person, 1, 1, "…", "")


@pytest.mark.scenario("A75")
def test_two_awards_at_once_of_the_last_three_million_make_one_award(office: Office) -> None:
    world.a_budget(office, 3_000_000)
    cases = [
        world.a_scored_case(office, applied=replace(FULL, number=number))
        for number in ("S01-112-000001", "S01-112-000002")
    ]
    versions = {case_id: world.case_row(office, case_id).version for case_id in cases}
    outcomes: list[str] = []
    together = Barrier(2)

    def decide(case_id: int) -> None:
        wanted = Award(Ntd(3_000_000), Ntd(6_000_000), "", "")
        together.wait()
        try:
            office.perform(decide_award, given.CONVENOR, case_id, versions[case_id], wanted)
            outcomes.append("awarded")
        except Refused as refusal:
            outcomes.append(refusal.code)

    threads = [Thread(target=decide, args=(case_id,)) for case_id in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["awarded", "budget.exhausted"]
    assert (held(office, "available"), held(office, "committed")) == (0, 3_000_000)
    states = sorted(world.case_row(office, case_id).state.value for case_id in cases)
    assert states == ["AWARDED", "SCORED"]
