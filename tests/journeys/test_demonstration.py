"""The demonstration world: made by use cases only, true on every screen, and without a fault."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from backoffice import demo
from backoffice.access import STAFF_ROLES
from backoffice.app import is_demonstration
from backoffice.audit import AuditEntry
from backoffice.cases.models import Case
from backoffice.cases.rules.lifecycle import CASE, CaseState
from backoffice.db import sessions
from backoffice.disbursement.models import FeeRefund, Sheet, SheetLine
from backoffice.disbursement.rules.fees.refunds import RefundState
from backoffice.disbursement.rules.lifecycles import LineState, SheetState
from backoffice.invariants import violations
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import TAIPEI
from backoffice.ledger.queries import budget_line
from backoffice.ledger.rules import Stage
from backoffice.scheme import registry
from backoffice.scheme.rules import Flow
from backoffice.web import guard

GRANTS = [
    scheme for scheme in registry.schemes() if registry.editions_of(scheme)[-1].flow is Flow.GRANT
]
# A case is judged as soon as it is in, and no firm is asked for a supplement yet.
GRANT_STATES = set(CASE.reachable()) - {
    CaseState.SUBMITTED,
    CaseState.SUPPLEMENT,
    CaseState.NOT_ACCEPTED,
    CaseState.ACCEPTED,
    CaseState.IN_SERVICE,
    CaseState.DELIVERED,
    CaseState.CANCELLED,
}
READY = datetime(2024, 7, 1, 9, 0, tzinfo=TAIPEI)


def test_it_is_a_demonstration_for_ever_and_its_clock_goes_on_from_the_first_of_july(
    world: Flask,
) -> None:
    house: guard.House = world.extensions[guard.EXTENSION]

    assert is_demonstration(house.office.engine)
    last = sessions.session().execute(select(AuditEntry.at).order_by(AuditEntry.seq.desc())).first()
    assert last is not None
    assert last.at == READY
    assert house.office.clock.now() >= READY
    assert house.clock_notice() is not None


def test_no_invariant_is_broken_in_it(world: Flask) -> None:
    assert violations(sessions.session()) == ()


@pytest.mark.parametrize("scheme", GRANTS)
def test_its_cases_stand_in_every_state_of_each_grant_scheme(world: Flask, scheme: str) -> None:
    states = set(
        sessions.session().scalars(select(Case.state).where(Case.scheme == scheme).distinct())
    )

    assert states == GRANT_STATES


def test_its_money_is_scarce_and_one_payment_came_back(world: Flask) -> None:
    session = sessions.session()
    line = budget_line(session, "S01")
    asked = session.scalars(
        select(Case.subsidy_requested).where(Case.state == CaseState.SCORED)
    ).all()

    assert any(one is not None and one > line.amount(Stage.AVAILABLE) for one in asked)
    assert line.amount(Stage.AVAILABLE) == Ntd(0)
    assert line.amount(Stage.HELD) > Ntd(0)
    states = set(session.scalars(select(Sheet.state)))
    assert states >= {SheetState.MADE, SheetState.APPROVED, SheetState.SETTLED}
    lines = session.scalars(select(SheetLine.state)).all()
    assert lines.count(LineState.RETURNED) == 1


def test_there_is_an_account_for_every_role() -> None:
    assert {role for _email, _password, role in demo.accounts()} == {
        role.value for role in STAFF_ROLES
    }


def test_one_refund_came_back_and_is_to_be_made_again(world: Flask) -> None:
    states = sessions.session().scalars(select(FeeRefund.state)).all()

    assert states.count(RefundState.BOUNCED) == 1
    assert RefundState.PAID in states
