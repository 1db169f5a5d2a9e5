"""Awards; money released to those who wait; settlements, and what they ask back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backoffice.access import SYSTEM, Permission
from backoffice.cases.models import Case
from backoffice.disbursement.operations.closing import conclude_closing
from backoffice.disbursement.operations.recoveries import (
    demand_recovery,
    receive_repayment,
    reverse_repayment,
)
from backoffice.kernel.money import Ntd
from backoffice.ledger.operations import open_budget
from backoffice.reports.operations import enter_appropriation
from backoffice.review.operations import Award, decide_award, decide_waitlist
from backoffice.review.operations.waiting import promote
from backoffice.use_case import Act, Office, use_case
from tests import given
from tests.crash.deeds import LAST_DAY, Deed, Lane, Mark, Prepare, always
from tests.given import cases, disbursement, recoveries, review, sheets

SCORED, WAITING = 4, 3
FIRST_CLOSING = 10  # the place in the numbers of the first case that is settled
AMOUNT = 3_000_000
SPENT = (2 * AMOUNT, 2_800_000)  # by each case that is settled; the second was paid too much
OWED = 100_000
WANTED = 1_000_000  # by each who waits, in a scheme that has no money until some is released
POOR = "S03"
RELEASED = (WANTED + WANTED // 2, WANTED // 2, WANTED // 2)

AWARDED = "SELECT count(*) FROM decision WHERE kind = 'AWARD' AND case_id = :it"
POSTED = "SELECT count(*) FROM ledger_transfer WHERE key = :it"
SETTLED = "SELECT count(*) FROM settlement WHERE case_id = :it"
DEMANDED = "SELECT count(*) FROM recovery WHERE case_id = :it AND disposed_on IS NOT NULL"
RECEIVED = "SELECT count(*) FROM repayment WHERE receipt_number = :it"
REVERSED = (
    "SELECT count(*) FROM repayment_reversal v JOIN repayment r ON r.id = v.repayment_id "
    "WHERE r.receipt_number = :it"
)


@dataclass(frozen=True, slots=True)
class Grants:
    """Cases before their award, and cases before their settlement."""

    scored: tuple[int, ...]
    closing: tuple[int, ...]


@use_case("test.poor_scheme", requires=Permission.SYSTEM)
def open_without_money(act: Act) -> None:
    """The accounts of a scheme that nothing has been appropriated to yet."""
    open_budget(act, POOR)


def build(office: Office) -> Grants:
    """Cases that passed with money and without, and cases whose closing report is in."""
    scored = tuple(
        review.a_scored_case(office, applied=review.Applied(number=f"S01-112-0001{place:02d}"))
        for place in range(SCORED)
    )
    office.perform(open_without_money, SYSTEM)
    for place in range(WAITING):
        _wait_in_line(office, f"{POOR}-112-{place + 1:06d}")
    closing = tuple(
        _closing(office, FIRST_CLOSING + place, spent) for place, spent in enumerate(SPENT)
    )
    return Grants(scored, closing)


def _wait_in_line(office: Office, number: str) -> None:
    """A case that passed where there is no money yet."""
    case_id = cases.a_case_in_review(office, number=number, scheme=POOR, subsidy=WANTED)
    review.seat_panel(office, case_id)
    review.declare_all(office, case_id)
    for person, marks in zip(review.PANEL, review.PASSING, strict=True):
        review.score(office, case_id, person, marks)
    case = review.case_row(office, case_id)
    if 2 * case.domestic.dollars >= case.new_equipment.dollars:
        review.confirm(office, case_id)
    review.close(office, case_id)
    office.perform(decide_waitlist, given.CONVENOR, *_award(case_id, "經企字第11203號")(office))


def _closing(office: Office, place: int, spent: int) -> int:
    case_id = disbursement.a_closing_case(office, sheets.firm(place, AMOUNT))
    disbursement.spend(office, case_id, C1=spent)
    return case_id


def lanes(world: Grants) -> Iterator[Lane]:
    """A lane for each case, and one for those who wait."""
    for case_id in world.scored:
        prepare = _award(case_id, "經企字第1130506號")
        mark = Mark(AWARDED, case_id)
        yield [Deed(f"award:{case_id}", decide_award, given.CONVENOR, prepare, mark)]
    yield list(_releases())
    settled, asked_back = world.closing
    yield [_settle(settled)]
    yield [_settle(asked_back), *_clawback(asked_back)]


def _award(case_id: int, letter: str) -> Prepare:
    def prepare(office: Office) -> tuple[object, ...]:
        case = review.case_row(office, case_id)
        assert case.subsidy_requested is not None
        assert case.total_budget is not None
        return case_id, case.version, Award(case.subsidy_requested, case.total_budget, letter, "")

    return prepare


def _releases() -> Iterator[Deed]:
    for number, amount in enumerate(RELEASED):
        letter = f"主預字第113{number:04d}號"
        yield Deed(
            f"release:{number}",
            enter_appropriation,
            given.ACCOUNTING,
            always(POOR, Ntd(amount), letter, LAST_DAY, "追加預算"),
            Mark(POSTED, f"appropriation:{POOR}:{letter}"),
        )
        yield Deed(f"promote:{number}", promote, given.CONVENOR, always(POOR, None))


def _settle(case_id: int) -> Deed:
    def prepare(office: Office) -> tuple[object, ...]:
        return case_id, disbursement.version_of(office, Case, case_id), disbursement.CLOSED

    mark = Mark(SETTLED, case_id)
    return Deed(f"settle:{case_id}", conclude_closing, given.OFFICER, prepare, mark)


def _clawback(case_id: int) -> Iterator[Deed]:
    """Demanded; a receipt entered wrongly and taken out; then all of it in two receipts."""

    def demand(office: Office) -> tuple[object, ...]:
        found = recoveries.the_recovery(office, case_id)
        return found.id, found.version, recoveries.DISPOSITION

    def wrong(office: Office) -> tuple[object, ...]:
        found = recoveries.the_recovery(office, case_id)
        (entered,) = recoveries.repayments(office, case_id)
        return entered.id, found.version, "金額登錄錯誤"

    yield Deed("demand", demand_recovery, given.OFFICER, demand, Mark(DEMANDED, case_id))
    yield _receive(case_id, "收-錯", OWED - 1)
    # Who entered a receipt does not take it out: the other accountant does.
    yield Deed("reverse", reverse_repayment, given.ACCOUNTING, wrong, Mark(REVERSED, "收-錯"))
    yield _receive(case_id, "收-1", OWED // 4)
    yield _receive(case_id, "收-2", OWED - OWED // 4)


def _receive(case_id: int, receipt: str, amount: int) -> Deed:
    def prepare(office: Office) -> tuple[object, ...]:
        found = recoveries.the_recovery(office, case_id)
        return found.id, found.version, recoveries.repayment(amount, LAST_DAY, receipt)

    mark = Mark(RECEIVED, receipt)
    return Deed(f"receive:{receipt}", receive_repayment, given.CASHIER, prepare, mark)
