"""追繳: demanded in writing, back in part or whole, into the right books, never netted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from backoffice.access import Actor
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.operations.closing import close_case
from backoffice.disbursement.operations.recoveries import (
    demand_recovery,
    enforce_recovery,
    receive_repayment,
    write_off_recovery,
)
from backoffice.disbursement.rules.endings import EndingKind
from backoffice.disbursement.rules.lifecycles import TrancheState
from backoffice.disbursement.rules.recoveries import Disposition, Ground, RecoveryState
from backoffice.disbursement.rules.stages import Letter
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused, Stale
from backoffice.use_case import Office
from tests import given
from tests.given import disbursement as world
from tests.given import recoveries as owed
from tests.given.disbursement import Awarded, at, case_row, refused, tranches, version_of
from tests.given.recoveries import DEMANDED_ON, DISPOSITION, DUE_ON


def a_demand(office: Office) -> int:
    """A case whose 100,000 is demanded; the clock stands a few days later."""
    case_id = owed.a_clawback(office)
    owed.demand(office, case_id)
    at(office, date(2024, 5, 20))
    return case_id


@pytest.mark.scenario("A64")
def test_a_settlement_prepares_the_demand_and_the_case_stays_settled(office: Office) -> None:
    case_id = owed.a_clawback(office)

    (found,) = owed.recoveries(office, case_id)

    assert (found.amount, found.state, found.ground) == (
        Ntd(100_000),
        RecoveryState.PREPARED,
        Ground.OVERPAID,
    )
    assert case_row(office, case_id).state is CaseState.SETTLED
    assert case_row(office, case_id).waiting_for.value == "OFFICER"
    with refused("closing.clawback_open", amount=Ntd(100_000)):
        version = version_of(office, type(case_row(office, case_id)), case_id)
        office.perform(close_case, given.OFFICER, case_id, version)


def test_a_settlement_that_owes_nothing_prepares_nothing(office: Office) -> None:
    case_id = world.a_settled_case(office)

    assert owed.recoveries(office, case_id) == []


def test_the_disposition_makes_the_money_owed_and_the_tranche_recoverable(office: Office) -> None:
    case_id = owed.a_clawback(office)

    found = owed.demand(office, case_id)

    assert (found.state, found.number, found.due_on) == (
        RecoveryState.DEMANDED,
        "經企字第1130600號",
        DUE_ON,
    )
    assert "第18條" in found.legal_text
    assert [row.state for row in tranches(office, case_id)] == [
        TrancheState.RECOVERY,
        TrancheState.VOID,
    ]
    case = case_row(office, case_id)
    assert (case.state, case.waiting_for.value, case.due_on) == (
        CaseState.SETTLED,
        "APPLICANT",
        DUE_ON,
    )


@pytest.mark.parametrize(
    ("disposition", "code"),
    [
        (Disposition(Letter(" ", DEMANDED_ON), DUE_ON), "letter.missing"),
        (Disposition(Letter("處-1", date(2024, 5, 7)), DUE_ON), "letter.in_future"),
        (Disposition(Letter("處-1", DEMANDED_ON), None), "recovery.due_missing"),
        (Disposition(Letter("處-1", DEMANDED_ON), DEMANDED_ON), "recovery.due_early"),
    ],
)
def test_a_disposition_has_a_number_a_day_and_a_due_date(
    office: Office, disposition: Disposition, code: str
) -> None:
    case_id = owed.a_clawback(office)

    with refused(code):
        owed.demand(office, case_id, disposition)

    assert owed.the_recovery(office, case_id).state is RecoveryState.PREPARED


def test_what_is_demanded_is_not_demanded_twice(office: Office) -> None:
    case_id = a_demand(office)

    with refused("lifecycle.not_allowed"):
        owed.demand(office, case_id)


@pytest.mark.scenario("A73")
def test_money_back_in_the_year_of_payment_restores_the_budget(office: Office) -> None:
    # The first instalment was paid in 112; a twin case was paid in 113.
    awarded = Awarded()
    case_id = owed.a_clawback(office, awarded)
    at(office, date(2024, 5, 6))
    owed.demand(office, case_id)
    before = owed.money(office)

    at(office, date(2024, 5, 20))
    owed.receive(office, case_id, 100_000, date(2024, 5, 20))

    after = owed.money(office)
    assert after["available"] == before["available"]
    assert after["recovered"] == 100_000
    assert after["disbursed"] == before["disbursed"] - 100_000
    assert after["allotment_used"] == before["allotment_used"]


@pytest.mark.scenario("A73")
def test_money_of_the_same_year_is_available_and_may_be_paid_again(office: Office) -> None:
    case_id = world.a_case_with_first_tranche_paid(office)
    owed.the_firm_gives_up(office, case_id, date(2023, 11, 20))
    owed.end(
        office,
        case_id,
        owed.proposal(EndingKind.TERMINATION, date(2023, 11, 20)),
        Disposition(Letter("處-1", date(2023, 11, 20)), date(2023, 12, 20)),
    )
    before = owed.money(office)

    at(office, date(2023, 12, 1))
    owed.receive(office, case_id, 100_000, date(2023, 12, 1))

    after = owed.money(office)
    assert after["available"] == before["available"] + 100_000
    assert after["allotted"] == before.get("allotted", 0) + 100_000
    assert "recovered" not in after


def test_money_comes_back_in_parts_and_the_case_closes_with_the_last(office: Office) -> None:
    case_id = a_demand(office)

    owed.receive(office, case_id, 40_000, date(2024, 5, 20))

    found = owed.the_recovery(office, case_id)
    assert (found.state, found.repaid) == (RecoveryState.DEMANDED, Ntd(40_000))
    assert case_row(office, case_id).state is CaseState.SETTLED

    owed.receive(office, case_id, 60_000, date(2024, 5, 20), "收-002")

    found = owed.the_recovery(office, case_id)
    assert (found.state, found.repaid) == (RecoveryState.RECOVERED, Ntd(100_000))
    assert tranches(office, case_id)[0].state is TrancheState.RECOVERED
    assert case_row(office, case_id).state is CaseState.CLOSED


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"receipt_number": " "}, "recovery.receipt_missing"),
        ({"account": ""}, "recovery.account_missing"),
        ({"amount": Ntd(0)}, "recovery.amount_zero"),
        ({"amount": Ntd(100_001)}, "recovery.amount_over"),
        ({"received_on": date(2024, 5, 21)}, "recovery.received_future"),
        ({"received_on": date(2024, 5, 5)}, "recovery.received_early"),
    ],
)
def test_a_receipt_that_cannot_be_true_is_refused(
    office: Office, change: dict[str, Any], code: str
) -> None:
    case_id = a_demand(office)
    found = owed.the_recovery(office, case_id)
    typed = replace(owed.repayment(100_000, date(2024, 5, 20)), **change)

    with refused(code):
        office.perform(receive_repayment, given.CASHIER, found.id, found.version, typed)

    assert owed.repayments(office, case_id) == []


def test_a_receipt_is_entered_once(office: Office) -> None:
    case_id = a_demand(office)
    owed.receive(office, case_id, 40_000, date(2024, 5, 20), "收 -００1")

    with refused("recovery.receipt_taken", number="收-001"):
        owed.receive(office, case_id, 40_000, date(2024, 5, 20), "收-001")


def test_nothing_comes_in_before_it_is_demanded_or_after_it_is_back(office: Office) -> None:
    case_id = owed.a_clawback(office)

    with refused("recovery.not_running", state=RecoveryState.PREPARED):
        owed.receive(office, case_id, 1, DEMANDED_ON)

    owed.demand(office, case_id)
    owed.receive(office, case_id, 100_000, DEMANDED_ON)
    with refused("recovery.not_running", state=RecoveryState.RECOVERED):
        owed.receive(office, case_id, 1, DEMANDED_ON, "收-002")


def test_two_cashiers_with_the_same_page_enter_one_receipt(office: Office) -> None:
    case_id = a_demand(office)
    found = owed.the_recovery(office, case_id)
    first = owed.repayment(40_000, date(2024, 5, 20), "收-001")
    second = owed.repayment(40_000, date(2024, 5, 20), "收-002")
    office.perform(receive_repayment, given.CASHIER, found.id, found.version, first)

    with pytest.raises(Stale):
        office.perform(receive_repayment, given.ACCOUNTING, found.id, found.version, second)


def test_what_is_overdue_is_enforced_and_then_written_off(office: Office) -> None:
    case_id = a_demand(office)
    at(office, date(2024, 5, 20))
    owed.receive(office, case_id, 30_000, date(2024, 5, 20))
    with refused("recovery.not_overdue", due_on=DUE_ON):
        at(office, DUE_ON)
        owed.enforce(office, case_id, DUE_ON)

    at(office, date(2024, 6, 6))
    owed.enforce(office, case_id, date(2024, 6, 6))

    assert owed.the_recovery(office, case_id).state is RecoveryState.ENFORCEMENT
    assert tranches(office, case_id)[0].state is TrancheState.ENFORCEMENT
    assert case_row(office, case_id).waiting_for.value == "OFFICER"

    found = owed.the_recovery(office, case_id)
    letter = Letter("審部字第1140001號", date(2024, 6, 6))
    office.perform(
        write_off_recovery, given.ACCOUNTING, found.id, found.version, letter, "查無財產"
    )

    found = owed.the_recovery(office, case_id)
    assert (found.state, found.repaid, found.written_off) == (
        RecoveryState.WRITTEN_OFF,
        Ntd(30_000),
        Ntd(70_000),
    )
    assert tranches(office, case_id)[0].state is TrancheState.WRITTEN_OFF
    assert case_row(office, case_id).state is CaseState.CLOSED
    # What was written off stays spent.
    assert owed.money(office)["disbursed"] == 1_470_000


@pytest.mark.parametrize(
    ("letter", "final_on", "code"),
    [
        (Letter("", date(2024, 6, 6)), date(2024, 6, 6), "letter.missing"),
        (Letter("移-1", date(2024, 6, 6)), None, "recovery.final_missing"),
        (Letter("移-1", date(2024, 6, 6)), DEMANDED_ON, "recovery.final_wrong"),
        (Letter("移-1", date(2024, 6, 6)), date(2024, 6, 7), "recovery.final_wrong"),
    ],
)
def test_an_enforcement_needs_a_final_disposition(
    office: Office, letter: Letter, final_on: date | None, code: str
) -> None:
    case_id = a_demand(office)
    at(office, date(2024, 6, 6))
    found = owed.the_recovery(office, case_id)

    with refused(code):
        office.perform(enforce_recovery, given.OFFICER, found.id, found.version, letter, final_on)


def test_nothing_is_written_off_before_it_was_enforced_or_without_a_reason(office: Office) -> None:
    case_id = a_demand(office)
    at(office, date(2024, 6, 6))
    letter = Letter("審-1", date(2024, 6, 6))

    found = owed.the_recovery(office, case_id)
    with refused("lifecycle.not_allowed"):
        office.perform(write_off_recovery, given.ACCOUNTING, found.id, found.version, letter, "無")
    owed.enforce(office, case_id, date(2024, 6, 6))
    found = owed.the_recovery(office, case_id)
    with refused("note.missing"):
        office.perform(write_off_recovery, given.ACCOUNTING, found.id, found.version, letter, " ")


def test_enforced_money_still_comes_in(office: Office) -> None:
    case_id = a_demand(office)
    at(office, date(2024, 6, 6))
    owed.enforce(office, case_id, date(2024, 6, 6))

    owed.receive(office, case_id, 100_000, date(2024, 6, 6))

    assert owed.the_recovery(office, case_id).state is RecoveryState.RECOVERED
    assert tranches(office, case_id)[0].state is TrancheState.RECOVERED
    assert case_row(office, case_id).state is CaseState.CLOSED


@pytest.mark.parametrize("person", [given.OFFICER, given.CONVENOR, given.MANAGER, given.AUDITOR])
def test_only_accounting_and_the_cashier_enter_money(office: Office, person: Actor) -> None:
    with pytest.raises(Refused) as no:
        office.perform(receive_repayment, person, 1, 1, owed.repayment(1, DEMANDED_ON))

    assert no.value.code == "access.denied"


@pytest.mark.parametrize("person", [given.ACCOUNTING, given.CASHIER, given.MANAGER])
def test_only_the_officer_makes_a_disposition(office: Office, person: Actor) -> None:
    with pytest.raises(Refused) as no:
        office.perform(demand_recovery, person, 1, 1, DISPOSITION)

    assert no.value.code == "access.denied"
