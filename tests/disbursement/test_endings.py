"""放棄, 終止, 撤銷, 廢止: the case ends, its money is settled for good, nothing stays live."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from backoffice.access import Actor
from backoffice.cases.models import Case
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.models import Sheet
from backoffice.disbursement.operations.closing import conclude_closing
from backoffice.disbursement.operations.contract import sign_contract
from backoffice.disbursement.operations.endings import (
    decide_ending,
    give_up,
    propose_ending,
    return_ending,
)
from backoffice.disbursement.operations.midterm import conclude_midterm, open_midterm
from backoffice.disbursement.operations.sheets import make_sheet, void_sheet
from backoffice.disbursement.rules.checkpoints import PlannedPoint
from backoffice.disbursement.rules.endings import EndingKind, EndingState, Return
from backoffice.disbursement.rules.lifecycles import (
    CheckpointState,
    StageResult,
    TrancheState,
)
from backoffice.disbursement.rules.recoveries import Disposition, Ground, RecoveryState
from backoffice.disbursement.rules.stages import Conclusion, Letter
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused, Stale
from backoffice.kernel.taiwan import local_date
from backoffice.review.queries.opinions import open_opinions
from backoffice.use_case import Office
from tests import given
from tests.given import disbursement as world
from tests.given import recoveries as owed
from tests.given import sheets
from tests.given.disbursement import (
    Awarded,
    at,
    case_row,
    points,
    refused,
    tranches,
    version_of,
)

TERMINATION, ANNULMENT, REVOCATION = EndingKind
DAY = date(2023, 12, 1)
DUE = date(2024, 1, 2)
DECIDED = Disposition(Letter("經企字第1121201號", DAY), DUE)
WITHOUT_MONEY = Disposition(Letter("經企字第1121201號", DAY), None)


def a_failed_midterm(office: Office) -> int:
    """Concluded 不通過: nothing was paid yet."""
    case_id = world.a_contracted_case(office)
    world.a_midterm_report(office, case_id)
    failed = Conclusion(StageResult.FAIL, None, "嚴重落後，未能改善")
    version = version_of(office, Case, case_id)
    office.perform(conclude_midterm, given.OFFICER, case_id, version, failed)
    at(office, DAY)
    return case_id


def a_paid_case(office: Office) -> int:
    """Its first instalment, 1,500,000, has reached the firm."""
    case_id = world.a_case_with_first_tranche_paid(office)
    at(office, DAY)
    return case_id


def live_money(office: Office) -> dict[str, int]:
    """What is promised to cases and not paid."""
    stages = ("held", "committed", "contracted", "carried_over", "in_transit")
    return {k: v for k, v in owed.money(office).items() if k in stages}


def test_a_failed_midterm_is_terminated_and_its_money_released(office: Office) -> None:
    case_id = a_failed_midterm(office)
    assert case_row(office, case_id).state is CaseState.TERMINATING

    owed.end(office, case_id, owed.proposal(TERMINATION, DAY), WITHOUT_MONEY)

    assert case_row(office, case_id).state is CaseState.TERMINATED
    assert {row.state for row in tranches(office, case_id)} == {TrancheState.CANCELLED}
    assert {row.state for row in points(office, case_id)} == {CheckpointState.FROZEN}
    assert live_money(office) == {}
    assert owed.money(office)["available"] == 100_000_000
    assert owed.recoveries(office, case_id) == []


def test_a_failed_closing_keeps_what_was_rightly_spent(office: Office) -> None:
    case_id = world.a_closing_case(office)
    world.spend(office, case_id, C1=1_000_000, C2=900_000)
    failed = Conclusion(StageResult.FAIL, None, "成果與計畫差距過大")
    version = version_of(office, Case, case_id)
    office.perform(conclude_closing, given.OFFICER, case_id, version, failed)
    day = date(2024, 5, 6)
    terms = owed.proposal(
        TERMINATION,
        day,
        returns=Return.SETTLED,
        recognised=Ntd(1_900_000),
        recognised_grant=Ntd(1_900_000),
    )

    owed.end(office, case_id, terms, Disposition(Letter("終-1", day), date(2024, 6, 6)))

    found = owed.the_recovery(office, case_id)
    # 1,900,000 × 3/6 = 950,000 may be kept of 1,500,000.
    assert (found.amount, found.ground) == (Ntd(550_000), Ground.CONTRACT_ENDED)
    assert [row.state for row in tranches(office, case_id)] == [
        TrancheState.RECOVERY,
        TrancheState.CANCELLED,
    ]
    assert live_money(office) == {}
    at(office, date(2024, 6, 1))
    owed.receive(office, case_id, 550_000, date(2024, 6, 1))
    assert owed.the_recovery(office, case_id).state is RecoveryState.RECOVERED
    assert case_row(office, case_id).state is CaseState.TERMINATED


def test_a_firm_gives_up_before_its_contract(office: Office) -> None:
    case_id = world.an_awarded_case(office)
    day = world.SIGNED_ON

    owed.the_firm_gives_up(office, case_id, day)
    owed.end(
        office,
        case_id,
        owed.proposal(TERMINATION, day),
        Disposition(Letter("終-1", day), None),
    )

    assert case_row(office, case_id).state is CaseState.TERMINATED
    assert live_money(office) == {}


def test_a_firm_that_gives_up_is_no_longer_reviewed(office: Office) -> None:
    case_id = world.a_contracted_case(office)
    world.a_midterm_report(office, case_id, opinion=False)

    owed.the_firm_gives_up(office, case_id, world.MIDTERM_ON)

    case = case_row(office, case_id)
    assert (case.state, case.waiting_for.value) == (CaseState.TERMINATING, "OFFICER")
    with Session(office.engine) as session:
        assert all(row.ended_at for row in open_opinions(session, case_id)) is True


def test_giving_up_needs_a_letter_and_a_reason(office: Office) -> None:
    case_id = a_paid_case(office)
    version = version_of(office, Case, case_id)

    with refused("letter.missing"):
        office.perform(give_up, given.OFFICER, case_id, version, Letter("", DAY), "不再投資", None)
    with refused("note.missing"):
        office.perform(give_up, given.OFFICER, case_id, version, Letter("宏-1", DAY), " ", None)


def test_a_case_under_closing_review_is_not_given_up(office: Office) -> None:
    case_id = world.a_closing_case(office)

    with refused("lifecycle.not_allowed"):
        owed.the_firm_gives_up(office, case_id, world.CLOSING_ON)


@pytest.mark.scenario("A72")
def test_an_annulment_demands_everything_and_nets_nothing(office: Office) -> None:
    """The same firm is owed 300,000 by another scheme; it is paid in full all the same."""
    case_id = a_paid_case(office)
    end_the_case(office, case_id)
    other = Awarded(
        number="S11-112-000001",
        scheme="S11",
        variant="integrated",
        lines=(world.category("C1", 600_000, 600_000),),
        decided_at=office.clock.now(),
    )
    other_id = world.an_awarded_case(office, other)
    at(office, DAY)
    terms = replace(
        other.terms("112-簽-S11"),
        signed_on=DAY,
        letter_on=DAY,
        period_end=date(2024, 11, 30),
        points=(PlannedPoint("完成服務導入", date(2024, 2, 1), 10_000),),
    )
    version = version_of(office, Case, other_id)
    office.perform(sign_contract, given.OFFICER, other_id, version, terms)
    world.accept_points(office, other_id, 1, date(2024, 2, 1))
    letter = Letter("宏聯字第113020號", date(2024, 2, 1))
    version = version_of(office, Case, other_id)
    office.perform(open_midterm, given.OFFICER, other_id, version, letter, world.a_pdf())
    world.give_an_opinion(office, other_id)
    passed = Conclusion(StageResult.PASS, Letter("經企字第1130201號", date(2024, 2, 1)))
    version = version_of(office, Case, other_id)
    office.perform(conclude_midterm, given.OFFICER, other_id, version, passed)
    payable = tranches(office, other_id)[0]
    claim = world.package(payable.amount, number="領-S11")
    world.verify(office, world.file(office, payable, claim))

    world.pay(office, tranches(office, other_id)[0])

    assert tranches(office, other_id)[0].amount == Ntd(300_000)
    assert tranches(office, other_id)[0].state is TrancheState.PAID
    assert owed.money(office, "S11")["disbursed"] == 300_000
    found = owed.the_recovery(office, case_id)
    assert (found.amount, found.repaid, found.state) == (
        Ntd(1_500_000),
        Ntd(0),
        RecoveryState.DEMANDED,
    )


def end_the_case(office: Office, case_id: int) -> None:
    owed.end(office, case_id, owed.proposal(ANNULMENT, DAY), DECIDED)


def test_an_annulled_case_owes_all_that_it_was_paid(office: Office) -> None:
    case_id = a_paid_case(office)

    end_the_case(office, case_id)

    found = owed.the_recovery(office, case_id)
    assert (found.amount, found.ground) == (Ntd(1_500_000), Ground.FALSE_DOCUMENTS)
    assert case_row(office, case_id).state is CaseState.ANNULLED
    assert [row.state for row in tranches(office, case_id)] == [
        TrancheState.RECOVERY,
        TrancheState.CANCELLED,
    ]
    assert live_money(office) == {}


def test_a_revocation_demands_what_its_disposition_says(office: Office) -> None:
    case_id = a_paid_case(office)

    owed.end(office, case_id, owed.proposal(REVOCATION, DAY, demand=Ntd(400_000)), DECIDED)

    assert owed.the_recovery(office, case_id).amount == Ntd(400_000)
    assert case_row(office, case_id).state is CaseState.REVOKED
    assert tranches(office, case_id)[0].state is TrancheState.RECOVERY


def test_a_revocation_may_demand_nothing(office: Office) -> None:
    case_id = a_paid_case(office)

    owed.end(office, case_id, owed.proposal(REVOCATION, DAY, demand=Ntd(0)), WITHOUT_MONEY)

    assert owed.recoveries(office, case_id) == []
    assert tranches(office, case_id)[0].state is TrancheState.PAID


@pytest.mark.parametrize(
    ("kind", "change", "code"),
    [
        (ANNULMENT, {"reason": " "}, "note.missing"),
        (ANNULMENT, {"ground": None}, "ending.ground_missing"),
        (ANNULMENT, {"ground": Ground.PLAN_NOT_EXECUTED}, "ending.ground_missing"),
        (ANNULMENT, {"known_on": None}, "ending.known_missing"),
        (ANNULMENT, {"known_on": date(2023, 12, 2)}, "ending.known_future"),
        (REVOCATION, {}, "ending.demand_missing"),
        (REVOCATION, {"demand": Ntd(1_500_001)}, "ending.demand_over"),
        (TERMINATION, {}, "lifecycle.not_allowed"),
    ],
)
def test_a_proposal_that_cannot_stand_is_refused(
    office: Office, kind: EndingKind, change: dict[str, Any], code: str
) -> None:
    case_id = a_paid_case(office)

    with refused(code):
        owed.propose(office, case_id, owed.proposal(kind, DAY, **change))

    assert owed.endings(office, case_id) == []


def test_recognised_grant_is_part_of_what_is_recognised(office: Office) -> None:
    case_id = a_failed_midterm(office)
    terms = owed.proposal(
        TERMINATION,
        DAY,
        returns=Return.SETTLED,
        recognised=Ntd(10),
        recognised_grant=Ntd(11),
    )

    with refused("ending.grant_over"):
        owed.propose(office, case_id, terms)


def test_one_proposal_waits_at_a_time_and_may_be_given_back(office: Office) -> None:
    case_id = a_paid_case(office)
    owed.propose(office, case_id, owed.proposal(ANNULMENT, DAY))
    assert case_row(office, case_id).waiting_for.value == "CONVENOR"

    with refused("ending.proposed"):
        owed.propose(office, case_id, owed.proposal(REVOCATION, DAY, demand=Ntd(1)))

    (found,) = owed.endings(office, case_id)
    with refused("note.missing"):
        office.perform(return_ending, given.CONVENOR, found.id, found.version, " ")
    office.perform(return_ending, given.CONVENOR, found.id, found.version, "證據不足")

    assert owed.endings(office, case_id)[0].state is EndingState.RETURNED
    case = case_row(office, case_id)
    assert (case.state, case.waiting_for.value) == (CaseState.ACTIVE_2, "APPLICANT")
    owed.propose(office, case_id, owed.proposal(ANNULMENT, DAY))


def test_a_proposal_on_an_award_leaves_its_day_to_sign(office: Office) -> None:
    case_id = world.an_awarded_case(office)
    due_on = case_row(office, case_id).due_on

    owed.propose(office, case_id, owed.proposal(ANNULMENT, world.SIGNED_ON))

    case = case_row(office, case_id)
    assert (case.waiting_for.value, case.due_on) == ("CONVENOR", due_on)


def test_an_ending_is_decided_within_two_years_of_knowing(office: Office) -> None:
    case_id = a_paid_case(office)
    owed.propose(office, case_id, owed.proposal(ANNULMENT, DAY))

    at(office, date(2025, 12, 2))
    late = Disposition(Letter("處-1", date(2025, 12, 2)), date(2026, 1, 2))
    with refused("ending.too_late", limit=date(2025, 12, 1)):
        owed.decide(office, case_id, late)

    owed.decide(office, case_id, Disposition(Letter("處-1", date(2025, 12, 1)), date(2026, 1, 2)))
    assert case_row(office, case_id).state is CaseState.ANNULLED


def test_a_demand_needs_its_due_date_when_it_is_decided(office: Office) -> None:
    case_id = a_paid_case(office)
    owed.propose(office, case_id, owed.proposal(ANNULMENT, DAY))

    with refused("recovery.due_missing"):
        owed.decide(office, case_id, WITHOUT_MONEY)


def test_a_tranche_on_a_sheet_is_cancelled_only_after_the_sheet_is_voided(office: Office) -> None:
    case_id = world.a_verified_claim(office)
    at(office, DAY)
    (first, _second) = tranches(office, case_id)
    sheet_id = office.perform(make_sheet, given.ACCOUNTING, (first.id,), "補助款")
    owed.propose(office, case_id, owed.proposal(ANNULMENT, DAY))

    with refused("ending.on_sheet", number=1):
        owed.decide(office, case_id, WITHOUT_MONEY)

    with Session(office.engine) as session:
        version = session.get_one(Sheet, sheet_id).version
    office.perform(void_sheet, given.ACCOUNTING, sheet_id, version, "本案撤銷")
    owed.decide(office, case_id, WITHOUT_MONEY)
    assert {row.state for row in tranches(office, case_id)} == {TrancheState.CANCELLED}
    assert live_money(office) == {}


def test_money_that_changed_since_is_prepared_anew(office: Office) -> None:
    case_id = world.a_verified_claim(office)
    owed.propose(office, case_id, owed.proposal(ANNULMENT, world.MIDTERM_ON))
    at(office, date(2023, 11, 20))
    world.pay(office, tranches(office, case_id)[0])

    with refused("ending.money_changed", paid=Ntd(0), now=Ntd(1_500_000)):
        owed.decide(
            office, case_id, Disposition(Letter("處-1", date(2023, 11, 20)), date(2023, 12, 20))
        )


def test_a_settled_case_annulled_demands_all_of_it_once(office: Office) -> None:
    case_id = owed.a_clawback(office)
    day = date(2024, 5, 6)

    owed.end(
        office,
        case_id,
        owed.proposal(ANNULMENT, day),
        Disposition(Letter("處-1", day), date(2024, 6, 6)),
    )

    prepared, found = owed.recoveries(office, case_id)
    assert prepared.state is RecoveryState.MERGED
    assert (found.state, found.amount) == (RecoveryState.DEMANDED, Ntd(1_500_000))


def test_a_closed_case_annulled_demands_what_it_still_holds(office: Office) -> None:
    case_id = owed.a_clawback(office)
    owed.demand(office, case_id)
    owed.receive(office, case_id, 100_000, date(2024, 5, 6))
    assert case_row(office, case_id).state is CaseState.CLOSED
    day = date(2024, 5, 6)

    owed.end(
        office,
        case_id,
        owed.proposal(ANNULMENT, day),
        Disposition(Letter("處-1", day), date(2024, 6, 6)),
    )

    assert [row.amount for row in owed.recoveries(office, case_id)] == [
        Ntd(100_000),
        Ntd(1_400_000),
    ]
    assert tranches(office, case_id)[0].state is TrancheState.RECOVERY
    owed.receive(office, case_id, 1_400_000, day, "收-002")
    assert tranches(office, case_id)[0].state is TrancheState.RECOVERED


def test_an_enforced_demand_goes_on_beside_a_later_one(office: Office) -> None:
    case_id = owed.a_clawback(office)
    owed.demand(office, case_id)
    day = date(2024, 6, 6)
    at(office, day)
    owed.enforce(office, case_id, day)

    owed.end(
        office,
        case_id,
        owed.proposal(ANNULMENT, day),
        Disposition(Letter("處-1", day), date(2024, 7, 6)),
    )
    assert tranches(office, case_id)[0].state is TrancheState.RECOVERY
    owed.receive(office, case_id, 1_400_000, day)

    # The first demand of 100,000 is still being enforced.
    assert tranches(office, case_id)[0].state is TrancheState.ENFORCEMENT


def test_an_instalment_on_its_way_is_waited_for(office: Office) -> None:
    sheets.a_sent_sheet(office)
    case_id, day = 1, local_date(office.clock.now())
    owed.propose(office, case_id, owed.proposal(ANNULMENT, day))

    with refused("ending.in_transit", number=1):
        owed.decide(office, case_id, Disposition(Letter("處-1", day), None))


@pytest.mark.parametrize("person", [given.OFFICER, given.ACCOUNTING, given.MANAGER])
def test_only_the_convenor_decides(office: Office, person: Actor) -> None:
    with pytest.raises(Refused) as no:
        office.perform(decide_ending, person, 1, 1, DECIDED)

    assert no.value.code == "access.denied"


@pytest.mark.parametrize("person", [given.CONVENOR, given.ACCOUNTING, given.MANAGER])
def test_only_the_officer_prepares(office: Office, person: Actor) -> None:
    with pytest.raises(Refused) as no:
        office.perform(propose_ending, person, 1, 1, owed.proposal(ANNULMENT, DAY), None)

    assert no.value.code == "access.denied"


def test_two_convenors_with_the_same_page_decide_once(office: Office) -> None:
    case_id = a_paid_case(office)
    owed.propose(office, case_id, owed.proposal(ANNULMENT, DAY))
    (found,) = owed.endings(office, case_id)
    owed.decide(office, case_id, DECIDED)

    with pytest.raises(Stale):
        office.perform(decide_ending, given.CONVENOR, found.id, found.version, DECIDED)
