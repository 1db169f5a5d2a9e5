"""A refund that came back 退匯: its money is held again, and goes back to a corrected account."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import Actor
from backoffice.cases.operations.services import cancel_service
from backoffice.disbursement.models import FeeLine, FeeRefund
from backoffice.disbursement.operations.fees.lines import match_line
from backoffice.disbursement.operations.fees.refunds import (
    approve_refund,
    bounce_refund,
    refund_line,
    return_refund,
)
from backoffice.disbursement.queries.fees.book import Shelf, accounts
from backoffice.disbursement.queries.fees.case import account_of
from backoffice.disbursement.rules.fees.account import Standing
from backoffice.disbursement.rules.fees.lines import LineState
from backoffice.disbursement.rules.fees.refunds import (
    Bounce,
    RefundGround,
    RefundOrder,
    RefundState,
)
from backoffice.disbursement.rules.sheets import ReturnReason
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.refusal import Stale
from backoffice.kernel.taiwan import local_date
from backoffice.ledger.models import LedgerTransfer
from backoffice.use_case import Office
from tests import given
from tests.given import cases, fees, seats
from tests.given.disbursement import refused
from tests.given.seats import number_of

HELD = {"payer": -300_000, "received": 300_000}
GIVEN_BACK = {"payer": -300_000, "refunded": 300_000}


@pytest.fixture(autouse=True)
def _some_days_on(clock: FixedClock) -> None:
    clock.advance(days=40)


def a_paid_case(office: Office, place: int = 1, more: int = 0) -> int:
    case_id = seats.an_accepted_firm_received(office, place)
    line = fees.a_line(f"T{place}", "05-12 10:00", 300_000 + more, 案件編號=number_of(place))
    fees.book(office, line)
    return case_id


def a_case_given_back(office: Office, place: int = 1) -> tuple[int, int]:
    """A case that withdrew and got its whole fee back; the case and the refund."""
    case_id = a_paid_case(office, place)
    seats.withdraw(office, case_id)
    return case_id, fees.give_back(office, case_id, f"BANK-{place}").id


def standing(office: Office, case_id: int) -> tuple[Standing, Standing]:
    """How the account stands: on its own page, and in the list."""
    today = local_date(office.clock.now())
    with Session(office.engine) as session:
        own = account_of(session, case_id).standing(today)
        (row,) = (each for each in accounts(session, Shelf.ALL, today) if each.case_id == case_id)
    return own, row.standing


def keys(office: Office) -> list[str]:
    """What the ledger keeps of refunds, oldest first."""
    with Session(office.engine) as session:
        found = session.scalars(
            select(LedgerTransfer.key)
            .where(
                LedgerTransfer.key.like("fee-due:%")
                | LedgerTransfer.key.like("fee-refund:%")
                | LedgerTransfer.key.like("fee-bounced:%")
            )
            .order_by(LedgerTransfer.id)
        )
        return list(found)


def told(office: Office, days: int = 0, reference: str = "BACK-1", **other: str) -> Bounce:
    """A notice of the bank, of so many days from today."""
    day = local_date(office.clock.now()) + timedelta(days=days)
    return Bounce(day, reference, ReturnReason(other.get("reason", "OTHER")), other.get("note", ""))


def test_what_came_back_is_held_again_and_the_refund_says_when_and_why(office: Office) -> None:
    _, refund_id = a_case_given_back(office)
    assert fees.book_of_fees(office) == GIVEN_BACK

    fees.bounce(office, refund_id, " back-7 ")

    refund = fees.refund(office, refund_id)
    assert fees.book_of_fees(office) == HELD
    assert refund.state is RefundState.BOUNCED
    assert (refund.bounce_reference, refund.bounce_reason) == ("BACK-7", "ACCOUNT_CLOSED")
    assert (refund.bounced_on, refund.bounced_by) == (date(2023, 5, 27), given.CASHIER.id)
    assert (refund.bank_reference, refund.paid_on) == ("BANK-1", date(2023, 5, 27))


def test_each_round_is_a_refund_of_its_own_with_its_own_keys(office: Office) -> None:
    case_id, first = a_case_given_back(office)
    fees.bounce(office, first)
    second = fees.give_back(office, case_id, "BANK-2", fees.CORRECTED).id
    fees.bounce(office, second, "BACK-2")

    third = fees.give_back(office, case_id, "BANK-3").id

    assert [fees.refund(office, each).again_id for each in (first, second, third)] == [
        second,
        third,
        None,
    ]
    assert keys(office) == [
        f"fee-due:{first}:fee_received",
        f"fee-refund:{first}",
        f"fee-bounced:{first}",
        f"fee-due:{second}:fee_received",
        f"fee-refund:{second}",
        f"fee-bounced:{second}",
        f"fee-due:{third}:fee_received",
        f"fee-refund:{third}",
    ]
    assert fees.book_of_fees(office) == GIVEN_BACK


def test_the_account_is_being_refunded_until_the_money_arrives(office: Office) -> None:
    case_id, refund_id = a_case_given_back(office)
    assert standing(office, case_id) == (Standing.RETURNED, Standing.RETURNED)

    fees.bounce(office, refund_id)
    assert standing(office, case_id) == (Standing.RETURNING, Standing.RETURNING)

    again = fees.make(office, case_id, order=fees.CORRECTED)
    fees.approve(office, again.id)
    assert standing(office, case_id) == (Standing.RETURNING, Standing.RETURNING)

    fees.pay_back(office, again.id, reference="BANK-2")
    assert standing(office, case_id) == (Standing.RETURNED, Standing.RETURNED)


def test_an_excess_that_came_back_leaves_the_place_and_its_income(office: Office) -> None:
    case_id = a_paid_case(office, more=5)
    fees.bounce(office, fees.give_back(office, case_id).id)

    assert standing(office, case_id) == (Standing.OVER, Standing.OVER)
    assert seats.seated(office) == [number_of(1)]
    assert fees.book_of_fees(office) == {
        "payer": -300_005,
        "received": 5,
        "income": 285_714,
        "tax": 14_286,
    }


def test_advertising_is_taken_off_once_however_often_the_money_came_back(office: Office) -> None:
    case_id = a_paid_case(office)
    fees.begin_service(office, case_id)
    fees.advertise(office, case_id, 90_000)
    day, version = local_date(office.clock.now()), cases.version_of(office, case_id)
    office.perform(cancel_service, given.OFFICER, case_id, version, day, "業字第2號", "業者退出")
    fees.bounce(office, fees.give_back(office, case_id).id)

    again = fees.give_back(office, case_id, "BANK-2", fees.CORRECTED)

    assert (again.ground, again.amount.dollars, again.deducted.dollars) == (
        RefundGround.AFTER_SERVICE,
        210_000,
        90_000,
    )
    assert fees.book_of_fees(office) == {
        "payer": -300_000,
        "income": 85_714,
        "tax": 4_286,
        "refunded": 210_000,
    }


def test_two_that_came_back_are_paid_again_by_one(office: Office) -> None:
    case_id = a_paid_case(office, more=5)
    first = fees.give_back(office, case_id, "BANK-1").id
    fees.book(office, fees.a_line("T2", "05-14 10:00", 7, 案件編號=number_of(1)))
    second = fees.give_back(office, case_id, "BANK-2").id
    fees.bounce(office, second, "BACK-2")
    fees.bounce(office, first, "BACK-1")

    both = fees.give_back(office, case_id, "BANK-3", fees.CORRECTED)

    assert both.amount.dollars == 12
    assert [fees.refund(office, each).again_id for each in (first, second)] == [both.id, both.id]


def test_a_refund_made_before_another_came_back_is_made_anew(office: Office) -> None:
    case_id = a_paid_case(office, more=5)
    first = fees.give_back(office, case_id).id
    fees.book(office, fees.a_line("T2", "05-14 10:00", 7, 案件編號=number_of(1)))
    made = fees.make(office, case_id)
    fees.bounce(office, first)

    with refused("refund.changed"):
        fees.approve(office, made.id)

    assert fees.refund(office, first).again_id is None


def test_a_refund_made_again_and_returned_to_its_maker_is_made_once_more(office: Office) -> None:
    case_id, first = a_case_given_back(office)
    fees.bounce(office, first)
    second = fees.make(office, case_id, order=fees.CORRECTED)
    office.perform(return_refund, given.ACCOUNTING, second.id, second.version, "帳戶仍不清楚")
    assert fees.refund(office, first).again_id is None

    third = fees.give_back(office, case_id, "BANK-2", fees.CORRECTED)

    assert fees.refund(office, first).again_id == third.id
    assert fees.book_of_fees(office) == GIVEN_BACK


def test_who_makes_it_again_does_not_approve_it(office: Office) -> None:
    case_id, refund_id = a_case_given_back(office)
    fees.bounce(office, refund_id)
    again = fees.make(office, case_id, given.OFFICER_2, fees.CORRECTED)
    maker = Actor(given.OFFICER_2.id, given.OFFICER_2.name, given.ACCOUNTING.role)

    with refused("refund.same_person"):
        office.perform(approve_refund, maker, again.id, again.version)


def test_an_unknown_payers_money_is_unidentified_again_and_may_find_its_case(
    office: Office,
) -> None:
    case_id = seats.an_accepted_firm_received(office, 1)
    fees.book(office, fees.a_line("U1", "05-12 10:00", 300_000, 付款人="不知名"))
    (line,) = fees.lines(office)
    made = office.perform(refund_line, given.OFFICER, line.id, line.version, fees.ORDER, None)
    fees.approve(office, made)
    fees.pay_back(office, made)

    fees.bounce(office, made)

    (line,) = fees.lines(office)
    assert (line.state, line.settled_at, line.note_left) == (LineState.OPEN, None, "")
    assert fees.book_of_fees(office) == {"payer": -300_000, "unidentified": 300_000}
    office.perform(match_line, given.OFFICER, line.id, line.version, number_of(1), "電洽查明")
    assert len(fees.payments(office, case_id)) == 1


def test_an_unknown_payers_money_goes_back_again(office: Office) -> None:
    fees.book(office, fees.a_line("U1", "05-12 10:00", 777, 付款人="不知名"))
    rounds = []
    for order, number in ((fees.ORDER, "1"), (fees.CORRECTED, "2")):
        (line,) = fees.lines(office)
        made = office.perform(refund_line, given.OFFICER, line.id, line.version, order, None)
        rounds.append(made)
        fees.approve(office, made)
        fees.pay_back(office, made, reference=f"BANK-{number}")
        if number == "1":
            fees.bounce(office, made)

    with Session(office.engine) as session:
        state = session.scalars(select(FeeLine.state)).one()
        again = session.get_one(FeeRefund, rounds[0]).again_id
    assert (state, again) == (LineState.REFUNDED, rounds[1])
    assert fees.book_of_fees(office) == {"payer": -777, "refunded": 777}


@pytest.mark.parametrize(
    ("days", "notice", "code"),
    [
        (-1, {"note": "x"}, "refund.bounced_early"),
        (1, {"note": "x"}, "refund.bounced_future"),
        (0, {"note": " "}, "refund.bounce_note_missing"),
        (0, {"note": "x" * 201}, "fee.too_long"),
        (0, {"reference": " "}, "refund.reference_missing"),
        (0, {"reference": "x" * 65}, "fee.too_long"),
        (0, {"reference": "back-9", "note": "x"}, "refund.bounce_taken"),
    ],
)
def test_a_notice_that_cannot_be_true_changes_nothing(
    office: Office, days: int, notice: dict[str, str], code: str
) -> None:
    _, other = a_case_given_back(office, 2)
    fees.bounce(office, other, "BACK-9")
    _, refund_id = a_case_given_back(office)
    version = fees.refund(office, refund_id).version

    with refused(code):
        office.perform(
            bounce_refund, given.CASHIER, refund_id, version, told(office, days, **notice)
        )

    assert fees.refund(office, refund_id).state is RefundState.PAID


def test_a_notice_of_the_day_of_payment_and_of_a_later_day_is_taken(
    office: Office, clock: FixedClock
) -> None:
    _, first = a_case_given_back(office, 1)
    _, second = a_case_given_back(office, 2)
    clock.advance(days=3)

    for refund_id, days in ((first, -3), (second, 0)):
        notice = told(office, days, f"BACK-{refund_id}", reason="NAME_DIFFERS")
        version = fees.refund(office, refund_id).version
        office.perform(bounce_refund, given.CASHIER, refund_id, version, notice)

    days_of = [fees.refund(office, each).bounced_on for each in (first, second)]
    assert days_of == [date(2023, 5, 27), date(2023, 5, 30)]


def test_only_what_was_paid_comes_back_and_once(office: Office) -> None:
    _, refund_id = a_case_given_back(office)
    fees.bounce(office, refund_id)

    with refused("lifecycle.not_allowed"):
        fees.bounce(office, refund_id, "BACK-2")


def test_what_was_not_paid_does_not_come_back(office: Office) -> None:
    case_id = a_paid_case(office, more=5)
    made = fees.make(office, case_id)
    fees.approve(office, made.id)

    with refused("lifecycle.not_allowed"):
        fees.bounce(office, made.id)


def test_a_page_that_is_older_than_the_refund_is_stale(office: Office) -> None:
    _, refund_id = a_case_given_back(office)

    with pytest.raises(Stale):
        office.perform(bounce_refund, given.CASHIER, refund_id, 1, told(office, note="x"))


def test_who_made_it_does_not_enter_that_it_came_back(office: Office) -> None:
    _, refund_id = a_case_given_back(office)
    version = fees.refund(office, refund_id).version
    maker = Actor(given.OFFICER.id, given.OFFICER.name, given.CASHIER.role)

    with refused("refund.same_person"):
        office.perform(bounce_refund, maker, refund_id, version, told(office, note="x"))


@pytest.mark.parametrize("who", [given.OFFICER, given.ACCOUNTING, given.MANAGER, given.AUDITOR])
def test_only_the_cashier_enters_it(office: Office, who: Actor) -> None:
    _, refund_id = a_case_given_back(office)
    version = fees.refund(office, refund_id).version

    with refused("access.denied"):
        office.perform(bounce_refund, who, refund_id, version, told(office, note="x"))


def test_the_same_account_is_not_tried_again(office: Office) -> None:
    case_id, refund_id = a_case_given_back(office)
    fees.bounce(office, refund_id)
    same = RefundOrder(fees.ORDER.payee, " 004-１234567890123", "再試一次")

    with refused("refund.not_corrected"):
        fees.make(office, case_id, order=same)


def test_the_same_account_is_tried_again_when_nothing_is_wrong_with_it(office: Office) -> None:
    case_id, refund_id = a_case_given_back(office)
    version = fees.refund(office, refund_id).version
    office.perform(
        bounce_refund, given.CASHIER, refund_id, version, told(office, note="銀行系統維護")
    )

    assert fees.give_back(office, case_id, "BANK-2").state is RefundState.PAID


def test_the_banks_number_of_a_payment_is_never_used_again(office: Office) -> None:
    case_id, refund_id = a_case_given_back(office)
    fees.bounce(office, refund_id)
    again = fees.make(office, case_id, order=fees.CORRECTED)
    fees.approve(office, again.id)

    with refused("refund.reference_taken"):
        fees.pay_back(office, again.id, reference="BANK-1")
