"""Documents, rates, figures and medians, each at its borders."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import TAIPEI
from backoffice.ledger.rules import Stage
from backoffice.reports.rules import (
    OUTSTANDING_STAGES,
    BudgetKind,
    Document,
    check_allotment,
    cleaned_document,
    median_days,
    memo_of,
    paid_rate,
    transfer_key,
)

TODAY = date(2023, 4, 17)
NUMBER = "院授主預經字第1120100001號"


def cleaned(amount: int = 1, number: str = NUMBER, on: date = TODAY, note: str = "") -> Document:
    return cleaned_document(Ntd(amount), number, on, note, today=TODAY)


@pytest.mark.parametrize("amount", [0, -1])
def test_an_amount_that_gives_nothing_is_refused(amount: int) -> None:
    with pytest.raises(Refused) as refusal:
        cleaned(amount)

    assert refusal.value.code == "budget.amount_not_positive"


@pytest.mark.parametrize("number", ["", "  ", "\u3000"])
def test_a_document_without_a_number_is_refused(number: str) -> None:
    with pytest.raises(Refused) as refusal:
        cleaned(number=number)

    assert refusal.value.code == "budget.document_missing"


def test_a_document_of_tomorrow_is_refused_and_one_of_today_is_not() -> None:
    tomorrow = TODAY + timedelta(days=1)

    with pytest.raises(Refused) as refusal:
        cleaned(on=tomorrow)

    assert (refusal.value.code, refusal.value.facts) == (
        "budget.document_in_future",
        {"day": tomorrow},
    )
    assert cleaned().on == TODAY


@pytest.mark.parametrize(("number", "note", "limit"), [("1" * 65, "", 64), ("1", "記" * 101, 100)])
def test_a_text_one_too_long_is_refused(number: str, note: str, limit: int) -> None:
    with pytest.raises(Refused) as refusal:
        cleaned(number=number, note=note)

    assert refusal.value.code == "budget.text_too_long"
    assert refusal.value.facts == {"length": limit + 1, "limit": limit}
    assert cleaned(number=number[:64], note=note[:100]).number == number[:64]


@pytest.mark.parametrize(
    "written",
    [
        "院授主預經字第1120100001號",
        " 院授主預經字第１１２０１００００１號 ",
        "院授主預經字 第1120100001號",
    ],
)
def test_one_document_written_in_several_ways_has_one_key(written: str) -> None:
    document = cleaned(number=written)

    assert transfer_key(BudgetKind.ALLOTMENT, "S03", document) == f"allotment:S03:{NUMBER}"


def test_one_document_may_give_to_two_schemes_and_allot_as_well() -> None:
    document = cleaned()

    keys = {
        transfer_key(kind, scheme, document) for kind in BudgetKind for scheme in ("S01", "S02")
    }

    assert len(keys) == 4


def test_the_longest_memo_and_key_fit_their_columns() -> None:
    document = Document("字" * 64, date(2911, 12, 31))

    assert len(memo_of(document, "記" * 100)) <= 200
    assert len(transfer_key(BudgetKind.APPROPRIATION, "X" * 16, document)) <= 160


def test_an_allotment_up_to_the_appropriation_stands_and_one_dollar_more_does_not() -> None:
    check_allotment(Ntd(1_000), Ntd(1_000))

    with pytest.raises(Refused) as refusal:
        check_allotment(Ntd(1_001), Ntd(1_000))

    assert refusal.value.code == "budget.allotment_over"
    assert refusal.value.facts == {
        "allotted": Ntd(1_001),
        "appropriation": Ntd(1_000),
        "excess": Ntd(1),
    }


def test_nothing_given_has_no_rate() -> None:
    assert paid_rate(paid=Ntd(0), appropriation=Ntd(0)) is None


@for_all(st.integers(0, 10**12), st.integers(1, 10**12))
def test_a_rate_is_the_nearest_hundredth_of_a_percent(paid: int, given: int) -> None:
    rate = paid_rate(paid=Ntd(paid), appropriation=Ntd(given))

    assert rate is not None
    assert -given < 2 * (rate * given - paid * 10_000) <= given


def test_the_outstanding_is_made_of_what_was_promised_and_not_paid() -> None:
    assert {Stage.HELD, Stage.COMMITTED, Stage.CONTRACTED} < set(OUTSTANDING_STAGES)
    assert not {Stage.AVAILABLE, Stage.DISBURSED} & set(OUTSTANDING_STAGES)


NOW = datetime(2023, 5, 17, 9, 0, tzinfo=TAIPEI)


@pytest.mark.parametrize(
    ("days", "median"), [((), None), ((3,), "3"), ((3, 5), "4"), ((3, 4), "3.5"), ((0,), "0")]
)
def test_the_median_is_the_middle_or_between_the_two_in_the_middle(
    days: tuple[int, ...], median: str | None
) -> None:
    assert median_days([NOW - timedelta(days=day) for day in days], NOW) == median


def test_days_are_counted_by_the_calendar_of_taipei() -> None:
    last_minute = datetime(2023, 5, 16, 23, 59, tzinfo=TAIPEI)

    assert median_days([last_minute], NOW) == "1"
