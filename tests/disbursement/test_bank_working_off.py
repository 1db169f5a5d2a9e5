"""What an answer left open is worked off by a person with a note; never silently."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from backoffice.disbursement.models import BankItem
from backoffice.disbursement.operations.bank import resolve_item, vouch_for_sheet
from backoffice.disbursement.queries.bank.days import of_sheet
from backoffice.disbursement.queries.bank.items import ItemRow
from backoffice.disbursement.rules.bank import BankClass, ItemState, Resolution, Worked
from backoffice.disbursement.rules.lifecycles import LineState
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused, Stale
from backoffice.use_case import Office
from tests import given
from tests.given import bank
from tests.given import disbursement as world
from tests.given import sheets as desk

_C, _R = BankClass, Resolution
TWO = (3_000_000, 2_999_998)


def state(office: Office, sheet_id: int, position: int = 1) -> LineState:
    return desk.line_rows(office, sheet_id)[position - 1].state


def refused(
    office: Office, item: ItemRow, said: Worked, place: tuple[str, int] | None = None
) -> Refused:
    with pytest.raises(Refused) as refusal:
        bank.resolve(office, item, said, place)
    return refusal.value


def a_part(office: Office) -> tuple[int, int]:
    """A sheet whose only payment arrived in part; the sheet, and the answer."""
    sheet_id = desk.a_sent_sheet(office)
    line = bank.said(office, sheet_id, 1, amount=Ntd(1_000_000))
    return sheet_id, bank.answer(office, line)


def test_a_part_waits_until_the_bank_has_put_it_right(office: Office) -> None:
    sheet_id, answer_id = a_part(office)
    item = bank.the_item(office, answer_id, _C.PART)
    assert (state(office, sheet_id), item.state) == (LineState.SENT, ItemState.OPEN)

    bank.resolve(office, item, bank.worked(_R.PAID, "銀行補足差額，來函 112-99"))

    after = bank.the_item(office, answer_id, _C.PART)
    assert state(office, sheet_id) is LineState.PAID
    assert (after.resolution, after.note) == (_R.PAID, "銀行補足差額，來函 112-99")
    assert (after.counted, after.counted_on) == (Ntd(1_500_000), bank.PAID_ON)
    assert desk.broken_promises(office) == []


def test_a_part_that_came_back_is_returned_for_a_reason(office: Office) -> None:
    sheet_id, answer_id = a_part(office)

    bank.resolve(office, bank.the_item(office, answer_id, _C.PART), bank.worked(_R.RETURNED))

    line = desk.line_rows(office, sheet_id)[0]
    assert (line.state, line.reason) == (LineState.RETURNED, "ACCOUNT_WRONG 銀行來函 112-99")


def test_both_halves_of_a_split_end_together(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office)
    halves = [bank.said(office, sheet_id, 1, amount=Ntd(750_000), row=row) for row in (2, 3)]
    answer_id = bank.answer(office, *halves)

    bank.resolve(office, bank.the_item(office, answer_id, _C.SPLIT), bank.worked(_R.PAID))

    found = bank.items(office, answer_id)
    assert [(item.resolution, item.counted) for item in found] == [
        (_R.PAID, Ntd(1_500_000)),
        (_R.ANSWERED, Ntd(0)),
    ]


def test_an_unknown_line_is_matched_by_hand_and_the_missing_one_ends_with_it(
    office: Office,
) -> None:
    sheet_id = desk.a_sent_sheet(office, *TWO)
    first, second = bank.all_paid(office, sheet_id)
    stranger = bank.stranger(amount=second.amount.dollars)
    answer_id = bank.answer(office, first, stranger)
    assert bank.kinds(office, answer_id) == [_C.PAID, _C.UNKNOWN, _C.MISSING]
    number = desk.sheet_row(office, sheet_id).number
    unknown = bank.the_item(office, answer_id, _C.UNKNOWN)

    bank.resolve(office, unknown, bank.worked(_R.PAID, "匯款單核對"), (number, 2))

    assert state(office, sheet_id, 2) is LineState.PAID
    assert [item.state for item in bank.items(office, answer_id)] == [ItemState.RESOLVED] * 3
    assert bank.the_item(office, answer_id, _C.UNKNOWN).position == 2


def test_an_unknown_line_is_matched_with_a_payment_of_its_own_amount_only(
    office: Office,
) -> None:
    sheet_id = desk.a_sent_sheet(office, *TWO)
    first, _second = bank.all_paid(office, sheet_id)
    answer_id = bank.answer(office, first, bank.stranger(amount=1))
    unknown = bank.the_item(office, answer_id, _C.UNKNOWN)
    number = desk.sheet_row(office, sheet_id).number

    refusal = refused(office, unknown, bank.worked(_R.PAID), (number, 2))

    assert (refusal.code, refusal.facts) == (
        "bank.amount_differs",
        {"said": Ntd(1), "due": Ntd(1_499_999)},
    )
    nowhere = refused(office, unknown, bank.worked(_R.PAID), (number, 9))
    assert (nowhere.code, nowhere.facts["position"]) == ("bank.place_unknown", 9)
    done = refused(office, unknown, bank.worked(_R.PAID), (number, 1))
    assert (done.code, done.facts["sheet"]) == ("bank.line_done", number)


def test_money_paid_twice_waits_until_it_was_given_back(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office)
    (line,) = bank.all_paid(office, sheet_id)
    answer_id = bank.answer(office, line, bank.said(office, sheet_id, 1, row=3))
    item = bank.the_item(office, answer_id, _C.DOUBLE)

    bank.resolve(office, item, bank.worked(_R.GIVEN_BACK, "業者已繳回，收據 9"))

    after = bank.the_item(office, answer_id, _C.DOUBLE)
    assert (after.resolution, after.counted) == (_R.GIVEN_BACK, Ntd(0))
    assert state(office, sheet_id) is LineState.PAID


def test_a_late_answer_agrees_with_what_was_entered_by_hand(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office)
    desk.settle(office, sheet_id, desk.paid(desk.line_rows(office, sheet_id)[0]))
    answer_id = bank.answer(office, *bank.all_paid(office, sheet_id))
    item = bank.the_item(office, answer_id, _C.LATE)

    bank.resolve(office, item, bank.worked(_R.AGREED, "與匯款單相符"))

    after = bank.the_item(office, answer_id, _C.LATE)
    assert (after.counted, after.counted_on) == (Ntd(1_500_000), desk.MADE_ON)


def test_payments_settled_by_hand_are_vouched_for_by_a_note(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office, *TWO)
    first, second = desk.line_rows(office, sheet_id)
    desk.settle(office, sheet_id, desk.paid(first), desk.returned(second))

    assert office.perform(vouch_for_sheet, given.CASHIER, sheet_id, "國庫署支付通知 9 號") == 2

    with Session(office.engine) as session:
        assert of_sheet(session, sheet_id).agrees
    with pytest.raises(Refused) as refusal:
        office.perform(vouch_for_sheet, given.CASHIER, sheet_id, "再次")
    assert refusal.value.code == "bank.nothing_to_vouch"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (bank.worked(_R.PAID, "  "), "note.missing"),
        (bank.worked(_R.PAID, day=None), "bank.day_missing"),
        (bank.worked(_R.RETURNED, reason=None), "bank.reason_missing"),
        (bank.worked(_R.AGREED), "bank.resolution_wrong"),
        (bank.worked(_R.GIVEN_BACK), "bank.resolution_wrong"),
        (bank.worked(_R.PAID, day=bank.PAID_ON - timedelta(days=1)), "sheet.value_early"),
    ],
)
def test_what_cannot_be_said_is_refused_and_nothing_changes(
    office: Office, said: Worked, code: str
) -> None:
    sheet_id, answer_id = a_part(office)

    refusal = refused(office, bank.the_item(office, answer_id, _C.PART), said)

    assert refusal.code == code
    assert refusal.facts.get("resolution", said.resolution) is said.resolution
    assert state(office, sheet_id) is LineState.SENT


def test_an_item_is_worked_off_once(office: Office) -> None:
    _sheet_id, answer_id = a_part(office)
    item = bank.the_item(office, answer_id, _C.PART)
    bank.resolve(office, item, bank.worked(_R.PAID))

    assert refused(office, item, bank.worked(_R.PAID)).code == "bank.item_done"
    with pytest.raises(Stale):
        office.perform(
            resolve_item, given.CASHIER, item.id, item.version, bank.worked(_R.PAID), None
        )


def test_a_worked_off_item_never_changes(office: Office) -> None:
    _sheet_id, answer_id = a_part(office)
    item = bank.the_item(office, answer_id, _C.PART)
    bank.resolve(office, item, bank.worked(_R.PAID))

    with pytest.raises(DBAPIError, match="refuses UPDATE"), office.engine.begin() as connection:
        connection.execute(update(BankItem).where(BankItem.id == item.id).values(note="別的"))


def test_what_is_dated_late_waits_for_a_person(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office)
    day = desk.MADE_ON + timedelta(days=4)
    world.at(office, day)

    answer_id = bank.answer(office, bank.said(office, sheet_id, 1, day=day))

    assert bank.kinds(office, answer_id) == [_C.LATE]
    bank.resolve(office, bank.the_item(office, answer_id, _C.LATE), bank.worked(_R.PAID, day=day))
    assert desk.line_rows(office, sheet_id)[0].settled_on == day
