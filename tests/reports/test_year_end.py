"""The end of a budget: what is left lapses by two persons, and nothing is given of it any more."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM, Actor, Role
from backoffice.disbursement.rules.endings import EndingKind
from backoffice.disbursement.rules.recoveries import Disposition
from backoffice.disbursement.rules.stages import Letter
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import TAIPEI
from backoffice.ledger.models import BudgetClosing
from backoffice.ledger.operations import lapse_late
from backoffice.ledger.rules import ProposalState
from backoffice.reports.operations import approve_closing, propose_closing, return_closing
from backoffice.use_case import Office
from tests import given
from tests.given import budget, sheets
from tests.given import disbursement as world
from tests.given import recoveries as owed

LAST = date(2025, 12, 31)
AFTER = datetime(2026, 1, 5, 9, tzinfo=TAIPEI)


def a_carried_over_case(office: Office) -> int:
    """Half is paid, the other half carried over in time."""
    sheets.a_settled_sheet(office, 3_000_000)
    world.at(office, date(2025, 12, 20))
    owed.carry(office, 1, date(2025, 12, 20))
    return 1


def row(office: Office) -> BudgetClosing:
    with Session(office.engine) as session:
        return session.query(BudgetClosing).order_by(BudgetClosing.id.desc()).first() or _none()


def _none() -> BudgetClosing:
    raise AssertionError("there is no closing")


def test_a_budget_that_runs_is_not_closed(office: Office, clock: FixedClock) -> None:
    budget.an_appropriation(office, 1_000)
    clock.set(datetime(2025, 12, 31, 23, 59, tzinfo=TAIPEI))

    with pytest.raises(Refused) as refused:
        budget.close(office)

    assert (refused.value.code, refused.value.facts["ends_by"]) == ("year.too_early", LAST)


def test_what_is_left_lapses_and_what_is_carried_over_stays(
    office: Office, clock: FixedClock
) -> None:
    a_carried_over_case(office)
    clock.set(AFTER)

    budget.close(office)

    found = row(office)
    assert (found.realised, found.carried, found.lapsed) == (
        Ntd(1_500_000),
        Ntd(1_500_000),
        Ntd(97_000_000),
    )
    amounts = budget.amounts(office)
    assert (amounts["lapsed"], amounts["carried_over"]) == (97_000_000, 1_500_000)
    assert "available" not in amounts


def test_what_was_promised_must_be_carried_over_first(office: Office, clock: FixedClock) -> None:
    sheets.a_settled_sheet(office, 3_000_000)
    clock.set(AFTER)

    with pytest.raises(Refused) as refused:
        budget.close(office)

    assert refused.value.code == "year.promises_open"
    assert refused.value.facts["contracted"] == Ntd(1_500_000)


def test_nothing_is_entered_or_transferred_after_the_closing(
    office: Office, clock: FixedClock
) -> None:
    budget.an_appropriation(office, 1_000)
    budget.an_appropriation(office, 1_000, scheme="S02", number="二")
    clock.set(AFTER)
    budget.close(office)

    with pytest.raises(Refused) as more:
        budget.an_appropriation(office, 1_000, number="追加", on=AFTER.date())
    with pytest.raises(Refused) as moved:
        budget.approve(office, budget.a_shift(office, 10, source="S02", target="S01"))

    assert (more.value.code, moved.value.code) == ("budget.closed", "budget.closed")


def test_what_comes_back_to_a_closed_budget_lapses(office: Office, clock: FixedClock) -> None:
    case_id = a_carried_over_case(office)
    clock.set(AFTER)
    budget.close(office)
    day = AFTER.date()
    owed.the_firm_gives_up(office, case_id, day)
    proposed = owed.proposal(EndingKind.TERMINATION, day)
    disposition = Disposition(Letter("處-1", day), date(2026, 2, 5))
    owed.end(office, case_id, proposed, disposition)

    while office.perform(lapse_late, SYSTEM):
        pass

    amounts = budget.amounts(office)
    assert amounts["lapsed"] == 98_500_000
    assert "available" not in amounts


def test_what_was_carried_over_is_paid_after_the_closing(office: Office, clock: FixedClock) -> None:
    case_id = world.a_settled_case(office)
    last = world.tranches(office, case_id)[1]
    claim = world.file(office, last, world.package(last.amount, number="領-002"))
    world.verify(office, claim)
    world.at(office, date(2025, 12, 20))
    owed.carry(office, case_id, date(2025, 12, 20))
    clock.set(AFTER)
    budget.close(office)

    sheet_id = sheets.make(office, [last.id], "第2期款")
    sheets.check(office, sheet_id)
    sheets.an_allotment(office)
    sheets.approve(office, sheet_id)
    sheets.send(office, sheet_id)

    assert budget.amounts(office)["in_transit"] == 1_500_000
    assert (row(office).payable, row(office).carried) == (Ntd(1_500_000), Ntd(0))


def test_a_budget_is_closed_once(office: Office, clock: FixedClock) -> None:
    budget.an_appropriation(office, 1_000)
    clock.set(AFTER)
    budget.close(office)

    with pytest.raises(Refused) as refused:
        budget.close(office)

    assert refused.value.code == "year.proposed"


def test_a_scheme_without_a_budget_is_not_closed(office: Office, clock: FixedClock) -> None:
    clock.set(AFTER)

    with pytest.raises(Refused) as refused:
        budget.close(office)

    assert refused.value.code == "year.no_budget"


def test_two_persons_close_a_budget_and_a_returned_one_can_be_proposed_again(
    office: Office, clock: FixedClock
) -> None:
    budget.an_appropriation(office, 1_000)
    clock.set(AFTER)
    closing = office.perform(propose_closing, given.ACCOUNTING, "S01", budget.paper())
    same = Actor(given.ACCOUNTING.id, "", Role.MANAGER)

    with pytest.raises(Refused) as refused:
        office.perform(approve_closing, same, closing, 1)
    with pytest.raises(Refused) as unsaid:
        office.perform(return_closing, given.MANAGER, closing, 1, "")
    office.perform(return_closing, given.MANAGER, closing, 1, "金額請再確認")
    budget.close(office)

    assert (refused.value.code, unsaid.value.code) == ("budget.same_person", "note.missing")
    assert row(office).state is ProposalState.APPROVED
