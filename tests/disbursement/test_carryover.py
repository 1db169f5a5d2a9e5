"""保留: an obligation that is paid after the year is approved and entered before it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM, Actor
from backoffice.cases.models import Case
from backoffice.disbursement.models import CarryOver, Sheet, SheetLine
from backoffice.disbursement.operations.carryover import carry_over
from backoffice.disbursement.operations.sheets import (
    approve_sheet,
    check_sheet,
    make_sheet,
    send_sheet,
    settle_sheet,
)
from backoffice.disbursement.queries.carryover import ObligedKey, obliged
from backoffice.disbursement.rules.endings import EndingKind
from backoffice.disbursement.rules.lifecycles import LineEvent, TrancheState
from backoffice.disbursement.rules.recoveries import Disposition
from backoffice.disbursement.rules.sheets import LineOutcome, ReturnReason
from backoffice.disbursement.rules.stages import Letter
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from backoffice.use_case import Office
from tests import given
from tests.given import disbursement as world
from tests.given import recoveries as owed
from tests.given.disbursement import at, refused, tranches, version_of

YEAR_END = date(2025, 12, 20)
NEXT_YEAR = date(2026, 1, 5)


def a_last_tranche_to_pay(office: Office, on: date = YEAR_END) -> int:
    """A settled case whose last instalment is verified, on a day near the year's end."""
    case_id = world.a_settled_case(office)
    last = tranches(office, case_id)[1]
    at(office, on)
    claim = replace(world.package(last.amount, number="領-002"), receipt_on=date(2024, 5, 6))
    world.verify(office, world.file(office, last, claim))
    return case_id


def an_approved_sheet(office: Office, case_id: int) -> tuple[int, Callable[[], int]]:
    """A sheet of the case's last instalment that only has to be sent; how to know its version."""
    last = tranches(office, case_id)[1]
    office.perform(world.put_allotment, SYSTEM, "S01", last.amount, f"last-{last.id}")
    sheet_id = office.perform(make_sheet, given.ACCOUNTING, (last.id,), "補助款")

    def version() -> int:
        with Session(office.engine) as session:
            return session.get_one(Sheet, sheet_id).version

    office.perform(check_sheet, given.ACCOUNTING_2, sheet_id, version(), ())
    office.perform(approve_sheet, given.MANAGER, sheet_id, version())
    return sheet_id, version


def the_line(office: Office, sheet_id: int) -> int:
    with Session(office.engine) as session:
        rows = session.query(SheetLine).where(SheetLine.sheet_id == sheet_id)
        return rows.one().id


@pytest.mark.scenario("A62")
def test_after_the_special_budget_only_what_was_carried_over_is_sent(office: Office) -> None:
    case_id = a_last_tranche_to_pay(office)
    at(office, NEXT_YEAR)
    sheet_id, version = an_approved_sheet(office, case_id)

    with refused("sheet.not_carried_over", cases=["S01-112-000001"], ends_by=date(2025, 12, 31)):
        office.perform(send_sheet, given.CASHIER, sheet_id, version())


@pytest.mark.scenario("A62")
def test_what_was_carried_over_before_the_year_ended_is_paid_after_it(office: Office) -> None:
    case_id = a_last_tranche_to_pay(office)
    before = owed.money(office)

    owed.carry(office, case_id, YEAR_END)

    after = owed.money(office)
    assert after["available"] == before["available"]
    assert (before["contracted"], after["carried_over"]) == (1_500_000, 1_500_000)
    assert "contracted" not in after

    at(office, NEXT_YEAR)
    sheet_id, version = an_approved_sheet(office, case_id)
    office.perform(send_sheet, given.CASHIER, sheet_id, version())
    assert owed.money(office)["in_transit"] == 1_500_000
    outcome = LineOutcome(the_line(office, sheet_id), LineEvent.PAY, NEXT_YEAR)
    office.perform(settle_sheet, given.CASHIER, sheet_id, version(), (outcome,))

    assert tranches(office, case_id)[1].state is TrancheState.PAID
    assert "carried_over" not in owed.money(office)
    assert owed.state_of(office, case_id) == "CLOSED"


@pytest.mark.scenario("A62")
def test_on_the_special_budget_s_last_day_nothing_needs_to_be_carried_over(
    office: Office,
) -> None:
    case_id = a_last_tranche_to_pay(office, date(2025, 12, 31))
    sheet_id, version = an_approved_sheet(office, case_id)

    office.perform(send_sheet, given.CASHIER, sheet_id, version())

    assert tranches(office, case_id)[1].state is TrancheState.SENT


def test_a_payment_that_comes_back_is_carried_over_still(office: Office) -> None:
    case_id = a_last_tranche_to_pay(office)
    owed.carry(office, case_id, YEAR_END)
    at(office, NEXT_YEAR)
    sheet_id, version = an_approved_sheet(office, case_id)
    office.perform(send_sheet, given.CASHIER, sheet_id, version())
    returned = LineOutcome(
        the_line(office, sheet_id), LineEvent.RETURN, NEXT_YEAR, ReturnReason.ACCOUNT_CLOSED
    )

    office.perform(settle_sheet, given.CASHIER, sheet_id, version(), (returned,))

    assert owed.money(office)["carried_over"] == 1_500_000


def test_what_a_settlement_leaves_of_it_is_available_again(office: Office) -> None:
    case_id = world.a_closing_case(office)
    world.spend(office, case_id, C1=2_000_000, C2=1_800_000, C3=1_200_000)
    owed.carry(office, case_id, world.CLOSING_ON)
    before = owed.money(office)

    world.settle(office, case_id)

    after = owed.money(office)
    assert after["available"] == before["available"] + 500_000
    assert after["carried_over"] == 1_000_000


def test_an_ended_case_gives_what_was_carried_over_back(office: Office) -> None:
    case_id = world.a_case_with_first_tranche_paid(office)
    day = date(2023, 11, 20)
    owed.carry(office, case_id, day)

    owed.end(
        office,
        case_id,
        owed.proposal(EndingKind.ANNULMENT, day),
        Disposition(Letter("處-1", day), date(2023, 12, 20)),
    )

    assert "carried_over" not in owed.money(office)


def test_an_obligation_is_carried_over_once_a_year_and_again_in_the_next(office: Office) -> None:
    case_id = a_last_tranche_to_pay(office)
    owed.carry(office, case_id, YEAR_END)
    with refused("carryover.entered", year=114):
        owed.carry(office, case_id, YEAR_END)

    at(office, NEXT_YEAR)
    owed.carry(office, case_id, NEXT_YEAR)

    with Session(office.engine) as session:
        rows = session.query(CarryOver).order_by(CarryOver.year).all()
        assert [(row.year, row.amount) for row in rows] == [
            (2025, Ntd(1_500_000)),
            (2026, Ntd(1_500_000)),
        ]
    assert owed.money(office)["carried_over"] == 1_500_000


def test_an_approval_is_of_the_year_that_ends(office: Office) -> None:
    case_id = a_last_tranche_to_pay(office)

    for letter, code in (
        (Letter("", YEAR_END), "letter.missing"),
        (Letter("保-1", NEXT_YEAR), "letter.in_future"),
        (Letter("保-1", date(2024, 12, 31)), "carryover.other_year"),
    ):
        with refused(code):
            version = version_of(office, Case, case_id)
            office.perform(carry_over, given.ACCOUNTING, case_id, version, letter)


def test_there_must_be_something_to_carry_over(office: Office) -> None:
    case_id = owed.a_clawback(office)

    with refused("carryover.nothing"):
        owed.carry(office, case_id, date(2024, 5, 6))


def test_what_is_at_the_bank_is_waited_for(office: Office) -> None:
    case_id = a_last_tranche_to_pay(office)
    sheet_id, version = an_approved_sheet(office, case_id)
    office.perform(send_sheet, given.CASHIER, sheet_id, version())

    with refused("carryover.in_transit", amount=Ntd(1_500_000)):
        owed.carry(office, case_id, YEAR_END)


@pytest.mark.parametrize("person", [given.OFFICER, given.CASHIER, given.MANAGER])
def test_only_accounting_carries_over(office: Office, person: Actor) -> None:
    with pytest.raises(Refused) as no:
        office.perform(carry_over, person, 1, 1, Letter("保-1", YEAR_END))

    assert no.value.code == "access.denied"


def test_the_list_holds_what_is_unpaid_by_the_end_of_the_period(office: Office) -> None:
    case_id = world.a_case_with_first_tranche_paid(office)

    with Session(office.engine) as session:
        (row,) = obliged(session, year=2023, ends_after=None, carried=False)
        assert (row.contracted, row.paid, row.payable, row.unpaid) == (
            Ntd(3_000_000),
            Ntd(1_500_000),
            Ntd(0),
            Ntd(1_500_000),
        )
        key = ObligedKey(row.ends_on, row.case_id)
        assert obliged(session, year=2023, ends_after=None, carried=False, after=key) == ()
        assert obliged(session, year=2023, ends_after=row.ends_on, carried=False) == ()
        assert obliged(session, year=2023, ends_after=None, carried=False, scheme="S03") == ()
        assert obliged(session, year=2023, ends_after=None, carried=True) == ()

    owed.carry(office, case_id, date(2023, 11, 20))

    with Session(office.engine) as session:
        assert obliged(session, year=2023, ends_after=None, carried=False) == ()
        (row,) = obliged(session, year=2023, ends_after=None, carried=True)
        assert row.approval_number == "院授主預字第1140001號"
