"""An obligation is carried over while a colleague moves the same money: the books follow both."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import event

from backoffice.disbursement.operations.carryover import carry_over
from backoffice.disbursement.rules.stages import Letter
from backoffice.kernel.refusal import Refused, Stale
from backoffice.use_case import Office
from tests import given
from tests.given import disbursement as grants
from tests.given import loans as world
from tests.given import recoveries as owed
from tests.given import sheets
from tests.given.disbursement import at

YEAR_END = date(2025, 12, 20)
OTHER, LAST = 3_000_000, 1_000_000  # another case's money, and the settled case's last tranche
SECONDS = 1.5  # after which whoever steps in is held to wait for a lock


@contextmanager
def stepping_in(office: Office, deed: Callable[[], object]) -> Iterator[list[str]]:
    """A colleague's deed, begun just before the first balance changes; how it ended."""
    outcome: list[str] = []

    def run() -> None:
        try:
            deed()
            outcome.append("done")
        except Stale:
            outcome.append("stale")
        except Refused as refusal:
            outcome.append(refusal.code)

    thread, ours = threading.Thread(target=run), threading.current_thread()

    def begin(_connection: Any, _cursor: Any, statement: str, *_rest: object) -> None:
        is_first = threading.current_thread() is ours and thread.ident is None
        if is_first and statement.startswith("UPDATE ledger_account"):
            thread.start()
            thread.join(SECONDS)

    event.listen(office.engine, "before_cursor_execute", begin)
    try:
        yield outcome
    finally:
        event.remove(office.engine, "before_cursor_execute", begin)
        thread.join()


def two_loans(office: Office) -> tuple[int, Callable[[], object]]:
    """A loan beside another of its scheme, and the deed of carrying it over."""
    loan_id = world.a_loan_past_the_budget(office)
    second = world.an_accepted_case(office, "S07-112-000002")
    world.register(office, second, world.terms(drawn_on=world.LAST_SUMMER))
    case_id = world.case_row(office, loan_id).id

    def carry() -> None:
        version = world.case_row(office, loan_id).version
        letter = Letter("保-1", YEAR_END)
        office.perform(carry_over, given.ACCOUNTING, case_id, version, letter)

    return loan_id, carry


def test_a_repayment_and_a_carrying_over_at_once_keep_one_loan_s_money_together(
    office: Office,
) -> None:
    loan_id, carry = two_loans(office)
    at(office, YEAR_END)

    with stepping_in(office, carry) as outcome:
        world.move(office, loan_id, 1_000_000, YEAR_END)

    assert outcome in (["done"], ["stale"])
    money, loan = owed.money(office, world.SCHEME), world.loan_row_of(office, loan_id)
    carried = loan.committed.dollars if outcome == ["done"] else 0
    assert money.get("carried_over", 0) == carried


def test_a_sending_and_a_carrying_over_at_once_keep_one_loan_s_money_together(
    office: Office,
) -> None:
    loan_id, carry = two_loans(office)
    claim_id = world.a_month_to_pay(office, loan_id)
    at(office, YEAR_END)
    sheet_id = world.an_approved_sheet(office, claim_id)

    with stepping_in(office, carry) as outcome:
        sheets.send(office, sheet_id)

    money, most = owed.money(office, world.SCHEME), world.loan_row_of(office, loan_id).committed
    assert outcome in (["done"], ["carryover.in_transit"])
    assert money["in_transit"] == world.JUNE
    left = most.dollars - world.JUNE if outcome == ["done"] else 0
    assert money.get("carried_over", 0) == left


def test_a_settlement_and_a_carrying_over_at_once_keep_one_case_s_money_together(
    office: Office,
) -> None:
    # Of another case's 3,000,000 the wrong account could be emptied and nobody would notice.
    grants.a_contracted_case(
        office, grants.Awarded(number="S01-112-000002", firm_name="順永精密有限公司")
    )
    case_id = grants.a_closing_case(office)
    grants.spend(office, case_id, C1=2_000_000, C2=1_500_000, C3=1_500_000)

    def carry() -> None:
        owed.carry(office, case_id, grants.CLOSING_ON)

    with stepping_in(office, carry) as outcome:
        grants.settle(office, case_id)

    assert outcome in (["done"], ["stale"])
    carried, contracted = (LAST, 0) if outcome == ["done"] else (0, LAST)
    money = owed.money(office)
    assert money.get("carried_over", 0) == carried
    assert money["contracted"] == OTHER + contracted
