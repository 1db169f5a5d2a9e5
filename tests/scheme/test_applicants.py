"""Who may apply and when: windows, conditions of a scheme and of its variants, targets."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import TAIPEI
from backoffice.scheme import registry
from backoffice.scheme.rules import Edition, FactoryStatus, parse
from tests.scheme.documents import shipped, sourced


def edition_of(scheme: str) -> Edition:
    return registry.edition_named(f"{scheme}/1")


@pytest.mark.scenario("A01")
@pytest.mark.scenario("A02")
@pytest.mark.scenario("A03")
def test_a_window_with_a_date_is_open_to_the_last_microsecond_of_it() -> None:
    window = edition_of("S01").window

    assert window.is_open_at(datetime(2023, 12, 20, 15, 59, 59, 999999, tzinfo=UTC))
    assert window.is_open_at(datetime(2023, 12, 20, 15, 30, tzinfo=UTC))
    assert not window.is_open_at(datetime(2023, 12, 20, 16, tzinfo=UTC))
    assert not window.is_open_at(datetime(2023, 4, 17, 0, 59, 59, tzinfo=UTC))


def _is_working_day(day: date) -> bool:
    return day.weekday() < 5


@pytest.mark.scenario("A04")
def test_a_later_round_of_a_scheme_closes_at_its_hour() -> None:
    document = shipped("S03/1")
    document["number"] = 2
    document["applies"] = {"from": sourced(datetime(2025, 1, 1, tzinfo=TAIPEI))}
    document["window"] |= {
        "opens_at": sourced(datetime(2025, 1, 2, 9, tzinfo=TAIPEI)),
        "closes_at": sourced(datetime(2025, 3, 20, 18, tzinfo=TAIPEI)),
    }
    with registry.using(registry.catalogue().joined([parse(document)])):
        last = datetime(2025, 3, 20, 17, 59, 59, tzinfo=TAIPEI)

        edition = registry.in_force("S03", last)

    assert str(edition.key) == "S03/2"
    assert edition.window.is_open_at(last)
    assert not edition.window.is_open_at(datetime(2025, 3, 20, 18, tzinfo=TAIPEI))


@pytest.mark.scenario("A05")
def test_a_saturday_deadline_stands_where_the_edition_does_not_roll() -> None:
    window = edition_of("S08").window_rolled(_is_working_day)

    assert window.is_open_at(datetime(2023, 9, 30, 23, tzinfo=TAIPEI))
    assert not window.is_open_at(datetime(2023, 10, 2, 9, tzinfo=TAIPEI))


@pytest.mark.scenario("A06")
def test_a_saturday_deadline_rolls_to_monday_where_the_edition_says_so() -> None:
    document = shipped("S08/1")
    document["window"]["roll_to_business_day"] = sourced(True)
    edition = parse(document)

    window = edition.window_rolled(_is_working_day)

    assert window.is_open_at(datetime(2023, 10, 2, 23, 59, 59, tzinfo=TAIPEI))
    assert not window.is_open_at(datetime(2023, 10, 3, tzinfo=TAIPEI))


def test_a_window_that_ends_on_a_working_day_or_never_is_not_rolled() -> None:
    document = shipped("S01/1")
    document["window"]["roll_to_business_day"] = sourced(True)
    wednesday = parse(document)
    del document["window"]["closes_at"]
    endless = parse(document)

    assert wednesday.window_rolled(_is_working_day) == wednesday.window
    assert endless.window_rolled(_is_working_day).closes_at is None


@pytest.mark.scenario("A10")
@pytest.mark.scenario("A11")
@pytest.mark.parametrize(
    ("headcount", "small", "large"),
    [
        (Fraction(113, 12), True, False),
        (Fraction(10), False, True),
        (Fraction("9.9999"), True, False),
    ],
)
def test_head_counts_part_at_ten(headcount: Fraction, small: bool, large: bool) -> None:
    assert edition_of("S01").eligibility.admits_headcount(headcount) is small
    assert edition_of("S03").eligibility.admits_headcount(headcount) is large


def test_a_loan_class_adds_its_own_conditions_to_the_schemes() -> None:
    edition = edition_of("S07")
    first, second, _, holders = (edition.eligibility_of(each) for each in edition.variants)

    assert first.admits_headcount(100)
    assert not second.admits_headcount(5, "公司")
    assert second.admits_headcount(Fraction("4.9"), "公司")
    assert second.admits_headcount(5, "僅有稅籍登記")
    assert not first.admits_registration("稅籍")
    assert first.sme is not None
    assert holders.sme is None
    assert holders.factory is not None
    assert holders.factory.admits(FactoryStatus.PLAN_APPROVED)
    assert not holders.factory.admits(FactoryStatus.REGISTERED)
    assert edition.eligibility_of(None) == edition.eligibility


@pytest.mark.scenario("A21")
def test_a_factory_whose_plan_is_pending_may_have_advice_but_no_grant() -> None:
    grant, advice = edition_of("S05").eligibility.factory, edition_of("S04").eligibility.factory

    assert grant is not None
    assert advice is not None
    assert not grant.admits(FactoryStatus.PLAN_PENDING)
    assert grant.admits(FactoryStatus.PLAN_APPROVED)
    assert advice.admits(FactoryStatus.PLAN_PENDING)


def test_a_special_registration_counts_as_a_factory_registration() -> None:
    factory = edition_of("S03").eligibility.factory

    assert factory is not None
    assert factory.admits(FactoryStatus.SPECIAL)
    assert not factory.admits(FactoryStatus.EXEMPT)
    assert not factory.admits(None)


@pytest.mark.parametrize(
    ("capital", "headcount", "small"),
    [
        (100_000_000, 200, True),
        (100_000_001, 199, True),
        (100_000_001, Fraction("199.9"), True),
        (100_000_001, 200, False),
    ],
)
def test_either_test_makes_a_small_firm(
    capital: int, headcount: int | Fraction, small: bool
) -> None:
    sme = edition_of("S03").eligibility.sme

    assert sme is not None
    assert sme.holds(Ntd(capital), headcount) is small


def test_a_trade_is_matched_however_wide_it_is_written() -> None:
    eligibility = edition_of("S01").eligibility

    assert eligibility.admits_industry(" 製造業 ")
    assert not eligibility.admits_industry("服務業")
    assert edition_of("S08").eligibility.admits_industry("服務業")


@pytest.mark.parametrize("text", ["公司", "公司登記", "獨資", "合夥", "有限合夥", "商業登記"])
def test_a_kind_of_registration_is_read_in_its_usual_forms(text: str) -> None:
    assert edition_of("S02").eligibility.admits_registration(text)
    assert not edition_of("S02").eligibility.admits_registration("稅籍")


@pytest.mark.scenario("A60")
@pytest.mark.scenario("A61")
def test_targets_are_reached_by_equality_and_missed_by_one() -> None:
    single, integrated = edition_of("S11").variants

    assert [(each.metric.value, each.value) for each in single.targets] == [
        ("services", 1), ("visits", 500), ("carbon_kg", 500),
    ]  # fmt: skip
    assert all(each.holds(each.value) and not each.holds(each.value - 1) for each in single.targets)
    assert [each.value for each in integrated.targets] == [2, 5, 5_000, 6_000]
