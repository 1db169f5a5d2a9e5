"""待辦: what waits on whom at the fee desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from backoffice.access import Actor
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.taiwan import local_date
from backoffice.reports.queries.duties import duties
from backoffice.reports.rules import DutyKind
from backoffice.use_case import Office
from tests import given
from tests.given import fees, seats
from tests.given.seats import number_of


@pytest.fixture(autouse=True)
def _some_days_on(clock: FixedClock) -> None:
    clock.advance(days=40)


def told(office: Office, person: Actor) -> dict[DutyKind, int]:
    with Session(office.engine) as session:
        found = duties(session, person, local_date(office.clock.now()))
    return {duty.kind: duty.count for duty in found}


def paid(office: Office, amount: int) -> int:
    case_id = seats.an_accepted_firm_received(office, 1)
    fees.book(office, fees.a_line("T1", "05-12 10:00", amount, 案件編號=number_of(1)))
    return case_id


def a_preview(office: Office) -> None:
    fees.a_preview(office, fees.a_line("T1", "05-12 10:00", 5))


def an_open_line(office: Office) -> None:
    fees.book(office, fees.a_line("T1", "05-12 10:00", 5))


def a_short_payment(office: Office) -> None:
    paid(office, 5)


def an_excess(office: Office) -> None:
    paid(office, 300_005)


def a_made_refund(office: Office) -> None:
    fees.make(office, paid(office, 300_005))


def an_approved_refund(office: Office) -> None:
    fees.approve(office, fees.make(office, paid(office, 300_005)).id)


@pytest.mark.parametrize(
    ("person", "kind", "made"),
    [
        (given.CASHIER, DutyKind.FEE_STATEMENTS, a_preview),
        (given.CASHIER, DutyKind.FEE_LINES, an_open_line),
        (given.OFFICER, DutyKind.FEE_LINES, an_open_line),
        (given.OFFICER, DutyKind.FEES_SHORT, a_short_payment),
        (given.OFFICER, DutyKind.FEES_REFUNDABLE, an_excess),
        (given.ACCOUNTING, DutyKind.FEES_TO_APPROVE, a_made_refund),
        (given.CASHIER, DutyKind.FEES_TO_PAY, an_approved_refund),
    ],
)
def test_what_waits_at_the_fee_desk_is_told(
    office: Office, person: Actor, kind: DutyKind, made: Callable[[Office], None]
) -> None:
    assert kind not in told(office, person)

    made(office)

    assert told(office, person)[kind] == 1


def test_the_day_by_which_a_refund_is_due_is_told(office: Office) -> None:
    made = fees.make(office, paid(office, 300_005))

    with Session(office.engine) as session:
        found = duties(session, given.ACCOUNTING, local_date(office.clock.now()))

    assert [duty.due_on for duty in found if duty.kind is DutyKind.FEES_TO_APPROVE] == [made.due_on]


def test_another_officers_case_is_not_told(office: Office) -> None:
    paid(office, 5)

    assert DutyKind.FEES_SHORT not in told(office, given.OFFICER_2)
