"""Transfers between schemes and reductions: two persons, both books in one post, none beyond."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from backoffice.access import Actor, Role
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused, Stale
from backoffice.ledger.models import BudgetShift
from backoffice.ledger.queries import entries
from backoffice.ledger.rules import ProposalState, ShiftKind
from backoffice.reports.operations import approve_shift, propose_shift, return_shift
from backoffice.reports.rules.shifts import Shift, check_shift
from backoffice.use_case import Office
from tests import given
from tests.given import budget


def row(office: Office, shift_id: int) -> BudgetShift:
    with Session(office.engine) as session:
        return session.get_one(BudgetShift, shift_id)


def budgets(office: Office) -> tuple[dict[str, int], dict[str, int]]:
    return budget.amounts(office), budget.amounts(office, "S02")


def test_nothing_moves_until_the_manager_approves(office: Office) -> None:
    budget.an_appropriation(office, 1_000)

    budget.a_shift(office, 400)

    assert budgets(office) == ({"appropriation": 1_000, "available": 1_000}, {})


def test_an_approved_transfer_moves_both_books_at_once(office: Office) -> None:
    budget.an_appropriation(office, 1_000)
    shift_id = budget.a_shift(office, 400)

    budget.approve(office, shift_id)

    assert budgets(office) == (
        {"appropriation": 600, "available": 600},
        {"appropriation": 400, "available": 400},
    )
    with Session(office.engine) as session:
        memos = {entries(session, name=f"{scheme}/available")[0].memo for scheme in ("S01", "S02")}
    assert memos == {f"流用 {budget.NUMBER} S01 → S02"}


def test_a_reduction_leaves_the_house(office: Office) -> None:
    budget.an_appropriation(office, 1_000)

    budget.approve(office, budget.a_shift(office, 400, target=None))

    assert budgets(office) == ({"appropriation": 600, "available": 600}, {})


@pytest.mark.parametrize("wanted", [1_000, 1_001])
def test_only_what_is_available_can_be_transferred(office: Office, wanted: int) -> None:
    budget.an_appropriation(office, 1_000)

    if wanted == 1_000:
        budget.approve(office, budget.a_shift(office, wanted))
        return
    with pytest.raises(Refused) as refused:
        budget.a_shift(office, wanted)
    assert refused.value.code == "shift.beyond_available"
    assert refused.value.facts["available"] == Ntd(1_000)


def test_what_was_used_meanwhile_is_seen_at_the_approval(office: Office) -> None:
    budget.an_appropriation(office, 1_000)
    first, second = (budget.a_shift(office, 600) for _ in range(2))
    budget.approve(office, first)

    with pytest.raises(Refused) as refused:
        budget.approve(office, second)

    assert refused.value.code == "shift.beyond_available"
    assert row(office, second).state is ProposalState.PROPOSED


def test_what_stays_must_bear_the_allotments_to_come(office: Office) -> None:
    budget.an_appropriation(office, 1_000)
    budget.a_plan(office, {4: 300, 6: 400})

    budget.a_shift(office, 300)
    with pytest.raises(Refused) as refused:
        budget.a_shift(office, 301, number="二")

    assert refused.value.code == "plan.over"


def test_who_entered_it_does_not_approve_it(office: Office) -> None:
    budget.an_appropriation(office, 1_000)
    shift_id = budget.a_shift(office, 400)
    same = Actor(given.ACCOUNTING.id, given.ACCOUNTING.name, Role.MANAGER)

    with pytest.raises(Refused) as approved:
        office.perform(approve_shift, same, shift_id, 1)
    with pytest.raises(Refused) as returned:
        office.perform(return_shift, same, shift_id, 1, "再議")

    assert (approved.value.code, returned.value.code) == ("budget.same_person",) * 2


def test_a_returned_transfer_says_why_and_is_not_approved_later(office: Office) -> None:
    budget.an_appropriation(office, 1_000)
    shift_id = budget.a_shift(office, 400)

    with pytest.raises(Refused) as unsaid:
        office.perform(return_shift, given.MANAGER, shift_id, 1, "　")
    office.perform(return_shift, given.MANAGER, shift_id, 1, "金額請再確認")
    with pytest.raises(Refused) as late:
        budget.approve(office, shift_id)

    assert unsaid.value.code == "note.missing"
    assert late.value.code == "lifecycle.not_allowed"
    assert row(office, shift_id).decision_note == "金額請再確認"


def test_who_read_an_older_version_is_told(office: Office) -> None:
    budget.an_appropriation(office, 1_000)
    shift_id = budget.a_shift(office, 400)

    with pytest.raises(Stale):
        office.perform(approve_shift, given.MANAGER, shift_id, 7)


@pytest.mark.parametrize("person", [given.OFFICER, given.MANAGER, given.AUDITOR, given.CASHIER])
def test_only_accounting_enters_a_transfer(office: Office, person: Actor) -> None:
    shift = Shift(ShiftKind.TRANSFER, "S01", "S02", Ntd(1))

    with pytest.raises(Refused) as refused:
        office.perform(propose_shift, person, shift, budget.paper(), "理由")

    assert refused.value.code == "access.denied"


@pytest.mark.parametrize(
    ("kind", "target", "reason", "code"),
    [
        (ShiftKind.TRANSFER, None, "理由", "shift.target_missing"),
        (ShiftKind.REDUCTION, "S02", "理由", "shift.target_missing"),
        (ShiftKind.TRANSFER, "S01", "理由", "shift.same_scheme"),
        (ShiftKind.TRANSFER, "S02", "　", "note.missing"),
        (ShiftKind.TRANSFER, "S02", "字" * 501, "budget.text_too_long"),
    ],
)
def test_what_makes_no_transfer_is_refused(
    kind: ShiftKind, target: str | None, reason: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        check_shift(Shift(kind, "S01", target, Ntd(1)), reason)

    assert refused.value.code == code
