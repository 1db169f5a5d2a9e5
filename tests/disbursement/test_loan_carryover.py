"""保留 of loans: interest that is paid after the year is approved and entered before it ends."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from backoffice.disbursement.models import CarryOver
from backoffice.disbursement.operations.loans import end_loan
from backoffice.disbursement.queries.carryover import ObligedKey, ObligedRow, obliged
from backoffice.disbursement.rules.lifecycles import TrancheState
from backoffice.kernel.money import Ntd
from backoffice.reports.queries.figures import figures_of
from backoffice.reports.rules import DutyKind
from backoffice.use_case import Office
from tests import given
from tests.cases.test_search import is_whole, noted, plan
from tests.given import disbursement as grants
from tests.given import loans as world
from tests.given import recoveries as owed
from tests.given import sheets
from tests.given.disbursement import at, refused, tranches
from tests.reports.test_duties import told

YEAR_END = date(2025, 12, 20)
LAST_DAY = date(2025, 12, 31)
NEXT_YEAR = date(2026, 1, 5)
MOST = 558_250  # A95: a year of 35,000,000 at 1.595 %
LEFT = MOST - world.JUNE
_WHOLE = ("SCAN contract", "SCAN registered_loan", "SCAN tranche", "SCAN carry_over")


def listed(
    office: Office,
    *,
    year: int = 2025,
    ends_after: date | None = None,
    carried: bool = False,
    after: ObligedKey | None = None,
) -> tuple[ObligedRow, ...]:
    with Session(office.engine) as session:
        return obliged(session, year=year, ends_after=ends_after, carried=carried, after=after)


def carry(office: Office, loan_id: int, on: date = YEAR_END, number: str = "保-1") -> None:
    at(office, on)
    owed.carry(office, world.case_row(office, loan_id).id, on, number)


def money(office: Office) -> dict[str, int]:
    return dict(owed.money(office, world.SCHEME))


@pytest.mark.scenario("A62")
def test_after_the_special_budget_interest_not_carried_over_is_not_sent(office: Office) -> None:
    claim_id = world.a_month_to_pay(office, world.a_loan_past_the_budget(office))
    at(office, NEXT_YEAR)
    sheet_id = world.an_approved_sheet(office, claim_id)

    with refused("sheet.not_carried_over", cases=[world.NUMBER], ends_by=LAST_DAY):
        sheets.send(office, sheet_id)


@pytest.mark.scenario("A62")
def test_on_the_special_budget_s_last_day_interest_needs_no_approval(office: Office) -> None:
    claim_id = world.a_month_to_pay(office, world.a_loan_past_the_budget(office))
    at(office, LAST_DAY)

    sheets.send(office, world.an_approved_sheet(office, claim_id))

    assert money(office)["in_transit"] == world.JUNE


@pytest.mark.scenario("A62")
def test_interest_carried_over_is_paid_after_the_year_and_the_rest_released(
    office: Office,
) -> None:
    loan_id = world.a_loan_past_the_budget(office)
    claim_id = world.a_month_to_pay(office, loan_id)
    before = money(office)

    carry(office, loan_id)

    assert money(office)["available"] == before["available"]
    assert money(office)["carried_over"] == before["contracted"] == MOST
    assert "contracted" not in money(office)

    world.pay(office, claim_id, NEXT_YEAR)
    assert money(office)["carried_over"] == LEFT
    (paid,) = tranches(office, world.case_row(office, loan_id).id)
    assert paid.state is TrancheState.PAID

    at(office, date(2026, 6, 1))
    office.perform(end_loan, given.OFFICER, loan_id, world.loan_row_of(office, loan_id).version)
    assert "carried_over" not in money(office)
    assert money(office)["available"] == before["available"] + LEFT


def test_a_repayment_after_the_approval_releases_what_was_carried_over(office: Office) -> None:
    loan_id = world.a_loan_past_the_budget(office)
    carry(office, loan_id)
    before = money(office)

    world.move(office, loan_id, 35_000_000, date(2025, 12, 21))

    after = money(office)
    assert after["carried_over"] < before["carried_over"]
    assert sum(after[stage] for stage in ("available", "carried_over")) == sum(
        before[stage] for stage in ("available", "carried_over")
    )


def test_what_a_loan_carries_over_is_the_commitment_less_what_is_paid(office: Office) -> None:
    loan_id = world.a_loan_past_the_budget(office)
    world.pay(office, world.a_month_to_pay(office, loan_id), date(2025, 8, 20))

    carry(office, loan_id)

    with Session(office.engine) as session:
        row = session.query(CarryOver).one()
        assert (row.year, row.scheme, row.amount) == (2025, "S07", Ntd(LEFT))
    with refused("carryover.entered", year=114):
        carry(office, loan_id)


def test_interest_at_the_bank_is_waited_for(office: Office) -> None:
    loan_id = world.a_loan_past_the_budget(office)
    claim_id = world.a_month_to_pay(office, loan_id)
    at(office, YEAR_END)
    sheets.send(office, world.an_approved_sheet(office, claim_id))

    with refused("carryover.in_transit", amount=Ntd(world.JUNE)):
        carry(office, loan_id)


def test_a_loan_whose_subsidy_has_ended_has_nothing_to_carry_over(office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    at(office, date(2024, 6, 1))
    office.perform(end_loan, given.OFFICER, loan_id, world.loan_row_of(office, loan_id).version)

    assert listed(office, year=2024) == ()
    with refused("carryover.nothing"):
        carry(office, loan_id, date(2024, 12, 20))


def test_a_loan_stands_in_the_list_by_the_last_day_of_its_subsidy(office: Office) -> None:
    loan_id = world.a_loan_past_the_budget(office)
    case_id = world.case_row(office, loan_id).id

    (row,) = listed(office)
    assert (row.case_id, row.number, row.ends_on) == (case_id, world.NUMBER, date(2026, 5, 31))
    assert (row.contracted, row.paid, row.in_transit, row.payable, row.unpaid) == (
        Ntd(MOST),
        Ntd(0),
        Ntd(0),
        Ntd(0),
        Ntd(MOST),
    )
    assert listed(office, ends_after=row.ends_on) == ()
    assert listed(office, after=ObligedKey(row.ends_on, case_id)) == ()
    assert listed(office, carried=True) == ()

    claim_id = world.a_month_to_pay(office, loan_id)
    assert listed(office)[0].payable == Ntd(world.JUNE)
    at(office, YEAR_END)
    sheet_id = world.an_approved_sheet(office, claim_id)
    sheets.send(office, sheet_id)
    (row,) = listed(office)
    assert (row.in_transit, row.payable, row.unpaid) == (Ntd(world.JUNE), Ntd(0), Ntd(LEFT))
    (line,) = sheets.line_rows(office, sheet_id)
    sheets.settle(office, sheet_id, sheets.paid(line, YEAR_END))
    (row,) = listed(office)
    assert (row.paid, row.in_transit, row.unpaid) == (Ntd(world.JUNE), Ntd(0), Ntd(LEFT))

    carry(office, loan_id)
    assert listed(office) == ()
    (row,) = listed(office, carried=True)
    assert (row.approval_number, row.unpaid) == ("保-1", Ntd(LEFT))


def test_grants_and_loans_are_one_list_in_one_order(office: Office) -> None:
    contracted = grants.a_contracted_case(office)
    (grant,) = listed(office)
    early = world.a_registered_loan(office)  # until 31 May 2024
    second = world.an_accepted_case(office, "S07-112-000002")
    late = world.register(office, second, world.terms(drawn_on=world.LAST_SUMMER))

    rows = listed(office)

    loans = [world.case_row(office, each).id for each in (early, late)]
    assert {row.case_id for row in rows} == {contracted, *loans}
    keys = [(row.ends_on, row.case_id) for row in rows]
    assert keys == sorted(keys)
    assert grant in rows
    for place, (ends_on, case_id) in enumerate(keys):
        assert listed(office, after=ObligedKey(ends_on, case_id)) == rows[place + 1 :]


def test_accounting_is_told_of_loans_too(office: Office) -> None:
    loan_id = world.a_loan_past_the_budget(office)
    at(office, date(2025, 10, 31))
    assert DutyKind.CARRY_OVER not in told(office, given.ACCOUNTING)

    at(office, date(2025, 11, 1))
    assert told(office, given.ACCOUNTING)[DutyKind.CARRY_OVER] == 1

    carry(office, loan_id)
    assert DutyKind.CARRY_OVER not in told(office, given.ACCOUNTING)


def test_the_end_of_the_year_counts_what_loans_carry_over(office: Office) -> None:
    loan_id = world.a_loan_past_the_budget(office)
    world.a_month_to_pay(office, loan_id)

    def at_year_s_end(as_of: date | None = None) -> tuple[int, ...]:
        with Session(office.engine) as session:
            found = figures_of(session, world.SCHEME, as_of=as_of)
        names = ("contracted", "payable", "carried", "final", "surplus")
        return tuple(found.amount(name).dollars for name in names)

    assert at_year_s_end() == (MOST, world.JUNE, 0, world.JUNE, world.BUDGET - world.JUNE)
    carry(office, loan_id)
    expected = (0, world.JUNE, LEFT, MOST, world.BUDGET - MOST)
    assert at_year_s_end() == expected
    at(office, NEXT_YEAR)
    assert at_year_s_end(LAST_DAY) == expected


@pytest.mark.parametrize("after", [None, ObligedKey(date(2025, 1, 1), 1)])
def test_a_page_of_the_list_is_read_by_its_indexes(
    office: Office, after: ObligedKey | None
) -> None:
    grants.a_contracted_case(office)
    world.a_loan_past_the_budget(office)

    with noted(office.engine) as sent:
        assert len(listed(office, after=after)) == (2 if after is None else 1)

    with office.engine.connect() as connection:
        ways = [way for line, facts in sent for way in plan(connection, line, facts)]
    assert [way for way in ways if "ix_registered_loan" in way]
    assert [way for way in ways if is_whole(way) or way.startswith(_WHOLE)] == []
