"""A bank's statement: every line classed, booked once, and nothing of it lost."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.cases.rules.seats import SeatState
from backoffice.disbursement.models import FeeStatement, StatementState
from backoffice.disbursement.operations.fees.statements import (
    book_statement,
    discard_statement,
    preview_statement,
)
from backoffice.disbursement.rules.fees.lines import LineState
from backoffice.disbursement.rules.fees.verdicts import Verdict, Why
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from backoffice.ledger.models import LedgerAccount
from backoffice.ledger.rules import Book
from backoffice.use_case import Office
from tests import given
from tests.given import fees, seats
from tests.given.cases import case_id_of, ubn_of
from tests.given.seats import number_of


@pytest.fixture(autouse=True)
def _some_days_on(clock: FixedClock) -> None:
    clock.advance(days=40)


def verdicts(office: Office, *lines: fees.Line) -> list[Verdict]:
    return [each.verdict for each in fees.judge(office, *lines)]


def test_a_line_with_a_case_number_and_the_whole_fee_is_full(office: Office) -> None:
    seats.a_firm(office, 1)

    [found] = fees.judge(office, fees.a_line("T1", "05-12 10:00", 300_000, 案件編號=number_of(1)))

    assert (found.verdict, found.case.number if found.case else "") == (Verdict.FULL, number_of(1))


def test_a_line_is_found_by_the_business_number_of_its_column(office: Office) -> None:
    seats.a_firm(office, 1)

    ubn = ubn_of(number_of(1))

    assert verdicts(office, fees.a_line("T1", "05-12 10:00", 300_000, 統一編號=ubn)) == [
        Verdict.FULL
    ]


def test_a_case_number_or_a_business_number_in_the_note_is_found(office: Office) -> None:
    seats.a_firm(office, 1)
    seats.a_firm(office, 2)

    found = verdicts(
        office,
        fees.a_line("T1", "05-12 10:00", 300_000, 備註=f"分攤款 {number_of(1)} 謝謝"),
        fees.a_line("T2", "05-12 11:00", 300_000, 備註=f"統編{ubn_of(number_of(2))}"),
    )

    assert found == [Verdict.FULL, Verdict.FULL]


@pytest.mark.scenario("A81")
def test_a_firm_that_pays_without_the_tax_is_14_286_short(office: Office) -> None:
    seats.a_firm(office, 1)

    [found] = fees.judge(office, fees.a_line("T1", "05-12 10:00", 285_714, 案件編號=number_of(1)))

    assert (found.verdict, found.short) == (Verdict.SHORT, Ntd(14_286))


@pytest.mark.scenario("A81")
def test_its_place_is_confirmed_by_the_time_of_the_balance(office: Office) -> None:
    case_id = seats.an_accepted_firm_received(office, 1)
    fees.book(office, fees.a_line("T1", "05-12 10:00", 285_714, 案件編號=number_of(1)))
    assert seats.places(office) == []

    fees.book(office, fees.a_line("T2", "05-20 09:00", 14_286, 案件編號=number_of(1)))

    assert [place.state for place in seats.places(office)] == [SeatState.CONFIRMED]
    claim = seats.claim(office, case_id)
    assert claim is not None
    assert claim.key_at == seats.at("05-20 09:00")


def test_instalments_in_one_file_add_up(office: Office) -> None:
    seats.a_firm(office, 1)

    found = verdicts(
        office,
        fees.a_line("T2", "05-13 10:00", 200_000, 案件編號=number_of(1)),
        fees.a_line("T1", "05-12 10:00", 100_000, 案件編號=number_of(1)),
        fees.a_line("T3", "05-14 10:00", 1, 案件編號=number_of(1)),
    )

    assert found == [Verdict.SHORT, Verdict.COMPLETING, Verdict.OVER]


def test_the_same_amount_in_the_same_minute_again_is_a_double(office: Office) -> None:
    case_id = seats.a_firm(office, 1)
    fees.enter(office, case_id, seats.at("05-12 10:00"), 300_000)

    [found] = fees.judge(
        office, fees.a_line("T1", "2023-05-12 10:00:41", 300_000, 案件編號=number_of(1))
    )

    assert (found.verdict, found.why) == (Verdict.DOUBLE, Why.AGAIN)


def test_a_transaction_with_another_amount_under_a_known_number_is_a_clash(office: Office) -> None:
    seats.a_firm(office, 1)
    fees.book(office, fees.a_line("T1", "05-12 10:00", 300_000, 案件編號=number_of(1)))

    found = verdicts(office, fees.a_line("T1", "05-12 10:00", 60_000, 案件編號=number_of(1)))

    assert found == [Verdict.CLASH]


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"案件編號": "S09-112-999999"}, Why.NOBODY),
        ({"付款人": "某公司"}, Why.NOBODY),
        ({"案件編號": number_of(1), "統一編號": ubn_of(number_of(2))}, Why.DIFFERS),
        ({"案件編號": number_of(3)}, Why.ENDED),
    ],
)
def test_a_line_that_names_no_one_case_says_why(
    office: Office, cells: dict[str, str], why: Why
) -> None:
    for place in (1, 2, 3):
        seats.a_firm(office, place)
    third = case_id_of(office, number_of(3))
    seats.take(office, third)
    seats.withdraw(office, third)

    [found] = fees.judge(office, fees.a_line("T1", "05-12 10:00", 300_000, **cells))

    assert (found.verdict, found.why) == (Verdict.UNKNOWN, why)


@pytest.mark.scenario("A84")
def test_a_payment_after_the_last_place_was_given_is_late_and_waits(
    office: Office, clock: FixedClock
) -> None:
    with seats.a_round_of(1):
        seats.a_full_round(office, 1)
        case_id = seats.an_accepted_firm_received(office, 9)
        clock.advance(days=3)
        line = fees.a_line("T9", "2023-05-29 10:00", 300_000, 案件編號=number_of(9))

        [found] = fees.judge(office, line)
        fees.book(office, line)

        assert found.verdict is Verdict.LATE
        assert seats.in_line(office) == [number_of(9)]
        assert len(seats.places(office)) == 1
        assert fees.payments(office, case_id)[0].amount == Ntd(300_000)
        assert fees.book_of_fees(office)["received"] == 300_000


def test_a_statement_books_all_its_lines_in_one_act(office: Office) -> None:
    first, second = seats.an_accepted_firm_received(office, 1), seats.a_firm(office, 2)

    count = fees.book(
        office,
        fees.a_line("T1", "05-12 10:00", 300_000, 案件編號=number_of(1), 付款人="甲公司"),
        fees.a_line("T2", "05-12 11:00", 100_000, 統一編號=ubn_of(number_of(2))),
        fees.a_line("T3", "05-13 00:00", 777, 付款人="不知名"),
    )

    assert count == 3
    assert [line.state for line in fees.lines(office)] == [
        LineState.OPEN,
        LineState.BOOKED,
        LineState.BOOKED,
    ]
    assert fees.payments(office, first)[0].receipt_number == "T1"
    assert fees.payments(office, second)[0].amount == Ntd(100_000)
    assert fees.book_of_fees(office) == {
        "payer": -400_777,
        "received": 100_000,
        "unidentified": 777,
        "income": 285_714,
        "tax": 14_286,
    }


def test_no_dollar_of_a_statement_comes_near_the_budget(office: Office) -> None:
    seats.an_accepted_firm_received(office, 1)

    fees.book(office, fees.a_line("T1", "05-12 10:00", 300_000, 案件編號=number_of(1)))

    with Session(office.engine) as session:
        books = session.execute(
            select(LedgerAccount.book).where(LedgerAccount.scheme == "S09").distinct()
        )
        assert set(books.scalars()) == {Book.FEES, Book.SEATS}


@pytest.mark.scenario("A82")
def test_of_two_payments_of_one_second_the_earlier_receipt_has_the_last_place(
    office: Office, clock: FixedClock
) -> None:
    with seats.a_round_of(1):
        late = seats.a_firm(office, 1, received_at=seats.at("04-20 10:00"))
        early = seats.a_firm(office, 2, received_at=seats.at("04-19 10:00"))
        for case_id in (late, early):
            seats.accept(office, case_id)

        fees.book(
            office,
            fees.a_line("T1", "05-12 10:00", 300_000, 案件編號=number_of(1)),
            fees.a_line("T2", "05-12 10:00", 300_000, 案件編號=number_of(2)),
        )

        assert seats.seated(office) == [number_of(2)]
        assert seats.conflicts(office) == []


def test_the_same_file_again_changes_nothing(office: Office) -> None:
    seats.a_firm(office, 1)
    line = fees.a_line("T1", "05-12 10:00", 300_000, 案件編號=number_of(1))
    fees.book(office, line)
    before = fees.book_of_fees(office)

    again = fees.a_preview(office, line)

    assert fees.statement(office, again).state is StatementState.CONFIRMED
    assert fees.book_of_fees(office) == before
    with Session(office.engine) as session:
        assert session.execute(select(func.count()).select_from(FeeStatement)).scalar_one() == 1


def test_a_larger_file_books_only_what_is_new(office: Office) -> None:
    case_id = seats.a_firm(office, 1)
    first = fees.a_line("T1", "05-12 10:00", 100_000, 案件編號=number_of(1))
    fees.book(office, first)

    count = fees.book(
        office, first, fees.a_line("T2", "05-13 10:00", 200_000, 案件編號=number_of(1))
    )

    assert count == 1
    assert [paid.receipt_number for paid in fees.payments(office, case_id)] == ["T1", "T2"]


def test_a_statement_is_booked_by_what_the_book_knows_when_it_is_confirmed(office: Office) -> None:
    case_id = seats.a_firm(office, 1)
    line = fees.a_line("T1", "05-12 10:00", 300_000, 案件編號=number_of(1))
    other = fees.a_line("T2", "05-14 10:00", 5, 付款人="另一筆")
    waiting = fees.a_preview(office, line)
    fees.book(office, line, other)

    version = fees.statement(office, waiting).version
    count = office.perform(book_statement, given.CASHIER, waiting, version, fees.read(office, line))

    assert count == 0
    assert len(fees.payments(office, case_id)) == 1


def test_a_statement_is_settled_once(office: Office) -> None:
    seats.a_firm(office, 1)
    line = fees.a_line("T1", "05-12 10:00", 300_000, 案件編號=number_of(1))
    number = fees.a_preview(office, line)
    office.perform(discard_statement, given.CASHIER, number, 1)

    with pytest.raises(Refused) as refusal:
        office.perform(book_statement, given.CASHIER, number, 2, fees.read(office, line))

    assert refusal.value.code == "fee.statement_settled"
    assert fees.lines(office) == []


def test_a_scheme_without_fees_takes_no_statement(office: Office) -> None:
    with pytest.raises(Refused) as refusal:
        office.perform(
            preview_statement,
            given.CASHIER,
            fees.read(office, fees.a_line("T1", "05-12 10:00", 5), scheme="S01"),
        )

    assert refusal.value.code == "fee.not_asked"
