"""The rules of demands: shares, books, and what follows for an instalment."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.rules.carryover import candidates_after, sending_refusal
from backoffice.disbursement.rules.endings import (
    EndingKind,
    Kept,
    Proposal,
    Return,
    demand_of,
    kept_of,
    offered,
)
from backoffice.disbursement.rules.lifecycles import StageResult, TrancheState
from backoffice.disbursement.rules.recoveries import (
    PaidTranche,
    RecoveryFacts,
    RecoveryState,
    Share,
    demandable,
    expires_on,
    shares_of,
    split,
    tranche_follows,
)
from backoffice.disbursement.rules.stages import (
    Round,
    correction_due,
    is_late,
    late_refusal,
    uncured_refusal,
)
from backoffice.kernel.money import ZERO, Ntd, total

YEARS = (date(2023, 11, 20), date(2024, 5, 20), date(2025, 3, 3))
amounts = st.integers(min_value=1, max_value=30_000_000).map(Ntd)


@st.composite
def paid(draw: st.DrawFn) -> tuple[PaidTranche, ...]:
    """Up to three instalments that were paid, some of them demanded back in part."""
    count = draw(st.integers(1, 3))
    found = []
    for number in range(1, count + 1):
        amount = draw(amounts)
        demanded = Ntd(draw(st.integers(0, amount.dollars)))
        found.append(PaidTranche(number, number, amount, YEARS[number - 1], demanded))
    return tuple(found)


@given(paid(), st.data())
def test_a_demand_is_spread_to_the_dollar_over_what_was_paid_last(
    tranches: tuple[PaidTranche, ...], data: st.DataObject
) -> None:
    most = demandable(tranches)
    if not most:
        return
    demand = Ntd(data.draw(st.integers(1, most.dollars)))

    found = shares_of(demand, tranches)

    free = {each.id: each.free for each in tranches}
    assert total(each.amount for each in found) == demand
    assert all(ZERO < each.amount <= free[each.tranche_id] for each in found)
    # All but the first that is asked is asked in full: the last payments come first.
    assert all(each.amount == free[each.tranche_id] for each in found[1:])
    assert [each.tranche_id for each in found] == sorted(each.tranche_id for each in found)


@given(st.lists(amounts, min_size=1, max_size=3), st.data())
def test_parts_go_into_the_same_books_as_the_whole(parts: list[Ntd], data: st.DataObject) -> None:
    shares = tuple(Share(n, part, YEARS[n]) for n, part in enumerate(parts))
    owed = total(parts)
    first = Ntd(data.draw(st.integers(0, owed.dollars)))
    on = data.draw(st.sampled_from(YEARS))

    one, two = split(shares, ZERO, first, on), split(shares, first, owed - first, on)
    whole = split(shares, ZERO, owed, on)

    assert one.to_budget + two.to_budget == whole.to_budget
    assert one.to_treasury + two.to_treasury == whole.to_treasury
    assert one.to_budget + one.to_treasury == first
    same_year = total(each.amount for each in shares if each.paid_on.year == on.year)
    assert whole.to_budget == same_year


def test_what_was_paid_first_comes_back_first() -> None:
    shares = (Share(1, Ntd(100), YEARS[0]), Share(2, Ntd(50), YEARS[1]))

    assert split(shares, ZERO, Ntd(100), YEARS[1]).to_treasury == Ntd(100)
    assert split(shares, Ntd(100), Ntd(50), YEARS[1]).to_budget == Ntd(50)
    across = split(shares, Ntd(90), Ntd(20), YEARS[1])
    assert (across.to_treasury, across.to_budget) == (Ntd(10), Ntd(10))


@given(
    recognised=st.integers(0, 60_000_000).map(Ntd),
    grant=st.integers(0, 60_000_000).map(Ntd),
    paid_so_far=st.integers(0, 3_000_000).map(Ntd),
    kind=st.sampled_from(Return),
)
def test_a_termination_keeps_no_more_than_was_paid_or_recognised(
    recognised: Ntd, grant: Ntd, paid_so_far: Ntd, kind: Return
) -> None:
    basis = Kept(Ntd(3_000_000), Ntd(6_000_000), 5_000, Ntd(3_000_000), paid_so_far)
    proposal = Proposal(
        EndingKind.TERMINATION,
        None,
        "業者放棄",
        returns=kind,
        recognised=recognised,
        recognised_grant=grant,
    )

    kept = kept_of(basis, proposal)

    assert kept + demand_of(basis, proposal) == paid_so_far
    assert kept.dollars * 2 <= recognised.dollars
    assert kept <= grant
    assert kind is Return.SETTLED or not kept


def test_what_is_recognised_is_kept_in_the_approved_proportion() -> None:
    basis = Kept(Ntd(3_000_000), Ntd(7_500_000), 5_000, None, Ntd(1_500_000))
    proposal = Proposal(
        EndingKind.TERMINATION,
        None,
        "",
        returns=Return.SETTLED,
        recognised=Ntd(1_000_001),
        recognised_grant=Ntd(1_000_001),
    )

    assert kept_of(basis, proposal) == Ntd(400_000)  # 40 %, rounded down


@pytest.mark.parametrize(
    ("states", "ended", "expected"),
    [
        ((RecoveryState.DEMANDED,), TrancheState.RECOVERY, TrancheState.RECOVERY),
        ((RecoveryState.ENFORCEMENT,), TrancheState.RECOVERED, TrancheState.ENFORCEMENT),
        (
            (RecoveryState.ENFORCEMENT, RecoveryState.DEMANDED),
            TrancheState.ENFORCEMENT,
            TrancheState.RECOVERY,
        ),
        ((), TrancheState.RECOVERED, TrancheState.RECOVERED),
        ((), TrancheState.WRITTEN_OFF, TrancheState.WRITTEN_OFF),
    ],
)
def test_an_instalment_follows_the_demands_that_still_run(
    states: tuple[RecoveryState, ...], ended: TrancheState, expected: TrancheState
) -> None:
    assert tranche_follows(states, ended) is expected


@pytest.mark.parametrize(
    ("state", "day", "overdue"),
    [
        (RecoveryState.DEMANDED, date(2024, 6, 5), False),
        (RecoveryState.DEMANDED, date(2024, 6, 6), True),
        (RecoveryState.ENFORCEMENT, date(2024, 6, 6), True),
        (RecoveryState.RECOVERED, date(2024, 6, 6), False),
        (RecoveryState.PREPARED, date(2024, 6, 6), False),
    ],
)
def test_a_demand_is_overdue_from_the_day_after_its_due_date(
    state: RecoveryState, day: date, overdue: bool
) -> None:
    repaid = Ntd(10) if state is RecoveryState.RECOVERED else ZERO
    facts = RecoveryFacts(state, Ntd(10), repaid, date(2024, 5, 6), date(2024, 6, 5))

    assert facts.is_overdue(day) is overdue


def test_a_claim_of_the_authority_expires_after_five_years() -> None:
    assert expires_on(date(2024, 2, 29)) == date(2029, 2, 28)


@pytest.mark.parametrize(
    ("state", "kinds"),
    [
        (CaseState.SCORED, ()),
        (CaseState.AWARDED, (EndingKind.ANNULMENT, EndingKind.REVOCATION)),
        (CaseState.CLOSING, (EndingKind.ANNULMENT, EndingKind.REVOCATION)),
        (CaseState.SETTLED, (EndingKind.ANNULMENT,)),
        (CaseState.CLOSED, (EndingKind.ANNULMENT,)),
        (CaseState.TERMINATING, (EndingKind.TERMINATION,)),
        (CaseState.REVOKED, ()),
    ],
)
def test_which_endings_a_state_allows(state: CaseState, kinds: tuple[EndingKind, ...]) -> None:
    assert offered(state) == kinds


DUE = date(2024, 6, 6)
CORRECTED = (Round(1, StageResult.CORRECT, DUE),)


def test_a_correction_is_late_from_the_day_after_its_due_date() -> None:
    assert correction_due(CORRECTED) == DUE
    assert not is_late(CORRECTED, DUE)
    assert is_late(CORRECTED, date(2024, 6, 7))
    assert not is_late((), date(2024, 6, 7))


def test_a_late_correction_is_taken_in_for_a_reason_only() -> None:
    day = date(2024, 6, 7)

    refusal = late_refusal(CORRECTED, day, " ")

    assert refusal is not None
    assert (refusal.code, refusal.facts) == (
        "stage.late_unexplained",
        {"day": day, "due_on": DUE},
    )
    assert late_refusal(CORRECTED, day, "天災停工") is None
    assert late_refusal(CORRECTED, DUE, "") is None


@pytest.mark.parametrize(
    ("rounds", "day", "code"),
    [
        ((), DUE, "stage.no_correction"),
        ((Round(1, StageResult.PASS, None),), DUE, "stage.no_correction"),
        (CORRECTED, DUE, "stage.correction_running"),
        ((*CORRECTED, Round(2, None, None)), date(2024, 6, 7), "stage.already_open"),
        (CORRECTED, date(2024, 6, 7), None),
    ],
)
def test_a_stage_is_failed_only_after_the_correction_did_not_come(
    rounds: tuple[Round, ...], day: date, code: str | None
) -> None:
    refusal = uncured_refusal(rounds, day)

    assert (refusal.code if refusal else None) == code


def test_only_after_the_special_budget_is_a_carry_over_asked_for() -> None:
    ends_by = date(2025, 12, 31)

    assert sending_refusal(["A"], ends_by, ends_by, []) is None
    refusal = sending_refusal(["B", "A"], date(2026, 1, 1), ends_by, ["B"])
    assert refusal is not None
    assert refusal.facts["cases"] == ["A"]
    assert sending_refusal(["A"], date(2026, 1, 1), ends_by, ["A"]) is None


def test_a_period_that_ends_near_the_year_s_end_is_a_candidate() -> None:
    assert candidates_after(date(2025, 7, 1), 60) == date(2025, 11, 1)
    assert candidates_after(date(2025, 12, 31), 60) == date(2025, 11, 1)
    assert candidates_after(date(2026, 1, 1), 60) == date(2026, 11, 1)
