"""The closing settlement, to the dollar, and the invoices it is made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as each
from hypothesis import settings
from hypothesis import strategies as st

from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.rules.lifecycles import TrancheState
from backoffice.disbursement.rules.settlement import (
    Basis,
    CategorySpent,
    Ground,
    Invoice,
    Limit,
    Outcome,
    TranchePaid,
    check_invoice,
    closing_refusal,
    invoice_number,
    not_recognised,
    paid,
    settle,
    settling_refusal,
    spending_refusal,
)
from backoffice.kernel.money import ZERO, Ntd
from backoffice.kernel.taiwan import in_words
from backoffice.scheme.registry import edition_named
from backoffice.scheme.rules import Settlement
from tests.given.disbursement import invoice, refused

S01 = edition_named("S01/1")
VARIANT = S01.variants[0]


def spent(category: str, approved: int, accepted: int) -> CategorySpent:
    return CategorySpent(category, Ntd(approved), Ntd(accepted))


def settled(award: int, total: int, *categories: CategorySpent, paid_before: int = 0) -> Outcome:
    basis = Basis(Ntd(award), Ntd(total), Ntd(paid_before), categories)
    return settle(basis, S01, VARIANT)


@pytest.mark.scenario("A63")
def test_spending_less_keeps_the_approved_proportion_and_returns_the_rest() -> None:
    outcome = settled(
        3_000_000, 6_000_000, spent("C1", 6_000_000, 5_000_000), paid_before=1_500_000
    )

    assert (outcome.final, outcome.tranche2, outcome.clawback) == (
        Ntd(2_500_000),
        Ntd(1_000_000),
        ZERO,
    )
    assert (outcome.lapsed, outcome.released) == (Ntd(500_000), Ntd(500_000))


@pytest.mark.scenario("A64")
def test_spending_far_less_voids_the_second_tranche_and_claims_back() -> None:
    outcome = settled(
        3_000_000, 6_000_000, spent("C1", 6_000_000, 2_800_000), paid_before=1_500_000
    )

    assert (outcome.final, outcome.tranche2, outcome.clawback) == (
        Ntd(1_400_000),
        ZERO,
        Ntd(100_000),
    )
    assert (outcome.lapsed, outcome.released) == (Ntd(1_600_000), Ntd(1_500_000))


@pytest.mark.scenario("A65")
def test_overspending_is_the_firm_s() -> None:
    outcome = settled(
        3_000_000, 6_000_000, spent("C1", 6_000_000, 7_000_000), paid_before=1_500_000
    )

    assert (outcome.final, outcome.recognised, outcome.lapsed) == (
        Ntd(3_000_000),
        Ntd(6_000_000),
        ZERO,
    )


@pytest.mark.scenario("A66")
def test_a_grant_of_forty_percent_stays_one_of_forty_percent() -> None:
    outcome = settled(3_000_000, 7_500_000, spent("C1", 7_500_000, 7_000_000))

    assert outcome.final == Ntd(2_800_000)
    assert [step.limit for step in outcome.limits if step.binds] == [Limit.PROPORTION]


@pytest.mark.scenario("A67")
def test_the_proportion_is_rounded_down_once() -> None:
    outcome = settled(3_000_000, 7_000_000, spent("C1", 7_000_000, 6_543_210))

    assert outcome.final == Ntd(2_804_232)
    assert in_words(outcome.final) == "新臺幣貳佰捌拾萬肆仟貳佰參拾貳元整"


@pytest.mark.scenario("A68")
def test_a_category_is_recognised_up_to_what_was_approved() -> None:
    outcome = settled(
        2_500_000,
        5_000_000,
        spent("C2", 1_500_000, 1_800_000),
        spent("C1", 3_500_000, 3_000_000),
    )

    assert (outcome.recognised, outcome.final) == (Ntd(4_500_000), Ntd(2_250_000))


@pytest.mark.scenario("A69")
def test_spending_of_the_firm_s_own_does_not_raise_the_subsidy() -> None:
    outcome = settled(
        3_000_000,
        6_000_000,
        spent("C5", 3_000_000, 3_000_000),
        spent("C1", 3_000_000, 2_000_000),
    )

    assert (outcome.recognised, outcome.recognised_grant) == (Ntd(5_000_000), Ntd(2_000_000))
    assert outcome.final == Ntd(2_000_000)
    assert [step.limit for step in outcome.limits if step.binds] == [Limit.SUBSIDISABLE]


def test_nothing_spent_is_nothing_paid() -> None:
    outcome = settled(3_000_000, 6_000_000, spent("C1", 6_000_000, 0), paid_before=1_500_000)

    assert (outcome.final, outcome.clawback) == (ZERO, Ntd(1_500_000))


def with_settlement(**changes: Any) -> Settlement:
    assert S01.settlement is not None
    return replace(S01.settlement, **changes)


def test_an_edition_may_recognise_a_category_beyond_its_approval() -> None:
    lenient = replace(S01, settlement=with_settlement(flow_tolerance_bp=1_000))
    categories = (spent("C1", 1_000_000, 1_200_000),)

    outcome = settle(Basis(Ntd(500_000), Ntd(1_000_000), ZERO, categories), lenient, VARIANT)

    assert outcome.recognised == Ntd(1_100_000)


def test_an_edition_may_do_without_the_approved_proportion() -> None:
    plain = replace(S01, settlement=with_settlement(proportional=False))
    categories = (spent("C1", 7_500_000, 5_000_000),)

    outcome = settle(Basis(Ntd(3_000_000), Ntd(7_500_000), ZERO, categories), plain, VARIANT)

    assert outcome.final == Ntd(2_500_000)
    assert Limit.PROPORTION not in {step.limit for step in outcome.limits}


def test_an_edition_may_test_the_category_caps_again_on_what_was_recognised() -> None:
    strict = replace(S01, settlement=with_settlement(retest_category_caps=True))
    categories = (spent("C2", 1_800_000, 1_800_000), spent("C1", 4_200_000, 2_200_000))

    outcome = settle(Basis(Ntd(3_000_000), Ntd(6_000_000), ZERO, categories), strict, VARIANT)

    assert outcome.recognised == Ntd(1_200_000 + 2_200_000)


money = st.integers(min_value=0, max_value=30_000_000)


@st.composite
def bases(draw: st.DrawFn) -> Basis:
    codes = draw(st.lists(st.sampled_from(("C1", "C2", "C3", "C4", "C5", "C6")), unique=True))
    categories = tuple(spent(code, draw(money), draw(money)) for code in sorted(codes))
    whole = sum(each_one.approved.dollars for each_one in categories)
    budget = max(1, whole)
    award = draw(st.integers(min_value=1, max_value=budget))
    before = draw(st.integers(min_value=0, max_value=award))
    return Basis(Ntd(award), Ntd(budget), Ntd(before), categories)


@settings(deadline=None)
@each(bases())
def test_the_settlement_exceeds_no_limit_and_loses_no_dollar(basis: Basis) -> None:
    outcome = settle(basis, S01, VARIANT)
    recognised, final = outcome.recognised.dollars, outcome.final.dollars

    assert ZERO <= outcome.final <= basis.award
    assert final * basis.award_total.dollars <= recognised * basis.award.dollars
    assert 2 * final <= recognised
    assert outcome.final <= outcome.recognised_grant <= outcome.recognised
    assert VARIANT.cap is not None
    assert outcome.final <= VARIANT.cap
    assert all(each_one.recognised <= each_one.approved for each_one in outcome.categories)
    assert all(each_one.recognised <= each_one.accepted for each_one in outcome.categories)
    assert outcome.final == min(step.amount for step in outcome.limits)
    assert any(step.binds for step in outcome.limits)


@settings(deadline=None)
@each(bases())
def test_what_is_paid_claimed_back_and_released_is_the_whole_award(basis: Basis) -> None:
    outcome = settle(basis, S01, VARIANT)

    assert basis.paid + outcome.tranche2 - outcome.clawback == outcome.final
    assert outcome.final + outcome.lapsed == basis.award
    assert not (outcome.tranche2 and outcome.clawback)
    assert ZERO <= outcome.released <= basis.award - basis.paid


@settings(deadline=None)
@each(bases(), st.integers(min_value=1, max_value=1_000_000))
def test_one_more_invoice_never_lowers_the_settlement(basis: Basis, more: int) -> None:
    if not basis.categories:
        return
    first = basis.categories[0]
    richer = replace(
        basis,
        categories=(
            replace(first, accepted=first.accepted + Ntd(more)),
            *basis.categories[1:],
        ),
    )

    assert settle(richer, S01, VARIANT).final >= settle(basis, S01, VARIANT).final


def test_the_exact_proportion_is_never_exceeded_by_rounding() -> None:
    outcome = settled(1, 3, spent("C1", 3, 2))

    assert Fraction(outcome.final.dollars) <= Fraction(2, 3)
    assert outcome.final == ZERO


# --- invoices ---------------------------------------------------------------------------------

GROUND = Ground(
    period_start=date(2023, 5, 8),
    period_end=date(2024, 5, 7),
    approved=frozenset({"C1", "C2"}),
    is_twice=False,
    elsewhere=None,
)


def test_an_invoice_inside_the_period_and_an_approved_category_is_recognised() -> None:
    assert not_recognised(invoice("C1", 100, "AB-12345678"), GROUND) is None


@pytest.mark.scenario("A70")
@pytest.mark.parametrize(
    ("invoice_on", "paid_on", "is_recognised"),
    [
        (date(2024, 5, 7), date(2024, 5, 7), True),
        (date(2024, 5, 8), date(2024, 5, 8), False),
        (date(2024, 5, 7), date(2024, 5, 8), False),
        (date(2023, 5, 8), date(2023, 5, 8), True),
        (date(2023, 5, 7), date(2023, 5, 8), False),
    ],
)
def test_an_invoice_one_day_outside_the_period_is_not_recognised(
    invoice_on: date, paid_on: date, is_recognised: bool
) -> None:
    refusal = not_recognised(
        invoice("C1", 100, "AB12345678", invoice_on=invoice_on, paid_on=paid_on), GROUND
    )

    assert (refusal is None) is is_recognised
    assert refusal is None or refusal.code == "spending.outside_period"


@pytest.mark.parametrize(
    ("ground", "code"),
    [
        (replace(GROUND, elsewhere="S11-112-000009", is_twice=True), "spending.claimed_elsewhere"),
        (replace(GROUND, is_twice=True), "spending.duplicate"),
        (replace(GROUND, approved=frozenset({"C2"})), "spending.category_not_approved"),
    ],
)
def test_an_invoice_is_not_recognised_for_what_stands_against_it(ground: Ground, code: str) -> None:
    refusal = not_recognised(invoice("C1", 100, "AB12345678"), ground)

    assert refusal is not None
    assert refusal.code == code


def test_an_invoice_without_all_of_its_evidence_is_not_recognised() -> None:
    refusal = not_recognised(invoice("C1", 100, "AB12345678", is_complete=False), GROUND)

    assert refusal is not None
    assert refusal.code == "spending.incomplete"


@pytest.mark.parametrize("text", ["AB-12345678", "ab12345678", "ＡＢ 12345678", " AB 12345678 "])
def test_an_invoice_number_has_one_spelling(text: str) -> None:
    assert invoice_number(text) == "AB12345678"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (invoice("C1", 100, " - "), "spending.number_missing"),
        (invoice("C1", 0, "AB12345678"), "spending.amount_zero"),
        (invoice("C1", 100, "AB12345678", paid_on=date(2024, 1, 2)), "spending.in_future"),
        (invoice("C1", 100, "AB12345678", invoice_on=date(2024, 1, 2)), "spending.in_future"),
    ],
)
def test_an_invoice_that_cannot_be_one_is_refused(line: Invoice, code: str) -> None:
    with refused(code):
        check_invoice(line, date(2024, 1, 1))


@pytest.mark.parametrize("state", [state for state in CaseState if state is not CaseState.CLOSING])
def test_invoices_are_entered_in_the_closing_review_only(state: CaseState) -> None:
    refusal = spending_refusal(state)

    assert refusal is not None
    assert refusal.code == "spending.not_closing"


# --- tranches ---------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [TrancheState.PAID, TrancheState.VOID])
def test_a_case_settles_once_the_first_tranche_is_paid_or_void(state: TrancheState) -> None:
    assert settling_refusal([TranchePaid(1, Ntd(10), state)]) is None


@pytest.mark.parametrize("state", [TrancheState.CLAIMABLE, TrancheState.SENT])
def test_a_case_does_not_settle_while_the_first_tranche_is_open(state: TrancheState) -> None:
    refusal = settling_refusal([TranchePaid(1, Ntd(10), state)])

    assert refusal is not None
    assert (refusal.code, refusal.facts["number"]) == ("closing.tranche_unpaid", 1)


def test_only_what_was_paid_counts_as_paid() -> None:
    tranches = [
        TranchePaid(1, Ntd(10), TrancheState.PAID),
        TranchePaid(2, Ntd(5), TrancheState.SENT),
    ]

    assert paid(tranches) == Ntd(10)


@pytest.mark.parametrize(
    ("state", "clawback", "code"),
    [
        (TrancheState.PAID, 0, None),
        (TrancheState.VOID, 0, None),
        (TrancheState.VOID, 1, "closing.clawback_open"),
        (TrancheState.SENT, 0, "closing.tranche_open"),
    ],
)
def test_a_case_closes_when_nothing_is_left_to_pay_or_to_return(
    state: TrancheState, clawback: int, code: str | None
) -> None:
    tranches = [TranchePaid(1, Ntd(10), TrancheState.PAID), TranchePaid(2, Ntd(5), state)]

    refusal = closing_refusal(tranches, Ntd(clawback))

    assert (refusal.code if refusal else None) == code
