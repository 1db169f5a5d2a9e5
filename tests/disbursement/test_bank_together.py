"""Several open items of one class are worked off by one word of a person: all, or none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from backoffice import audit
from backoffice.access import Actor
from backoffice.disbursement.operations.bank import ChosenItem, resolve_items
from backoffice.disbursement.queries.bank.items import ItemRow
from backoffice.disbursement.rules.bank import BankClass, Resolution, Worked
from backoffice.disbursement.rules.lifecycles import LineState
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused, Stale
from backoffice.use_case import Office
from tests import given
from tests.given import bank
from tests.given import disbursement as world
from tests.given import sheets as desk
from tests.given.web import filled_in, page, signed_in, submit, words_of

_C, _R = BankClass, Resolution
THREE = (3_000_000, 2_999_998, 2_999_996)
ITEMS = "/disbursement/bank/items"
PARTS = f"{ITEMS}?state=OPEN&class=PART"


def three_parts(office: Office) -> tuple[int, list[ItemRow]]:
    """A sheet whose three payments arrived in part; the sheet, and what waits."""
    sheet_id = desk.a_sent_sheet(office, *THREE)
    lines = [
        bank.said(office, sheet_id, position, amount=Ntd(1_000_000), row=position + 1)
        for position in (1, 2, 3)
    ]
    answer_id = bank.answer(office, *lines)
    found = list(bank.items(office, answer_id))
    assert [item.kind for item in found] == [_C.PART] * 3
    return sheet_id, found


def states(office: Office, sheet_id: int) -> list[LineState]:
    return [line.state for line in desk.line_rows(office, sheet_id)]


def refused(office: Office, said: Worked, *found: ItemRow) -> Refused:
    with pytest.raises(Refused) as refusal:
        bank.resolve_together(office, said, *found)
    return refusal.value


def test_three_parts_that_the_bank_put_right_are_settled_at_once(office: Office) -> None:
    sheet_id, found = three_parts(office)

    assert bank.resolve_together(office, bank.worked(_R.PAID, "銀行補足，來函 9"), *found) == 3

    assert states(office, sheet_id) == [LineState.PAID] * 3
    assert found[0].answer_id is not None
    after = bank.items(office, found[0].answer_id)
    assert [(item.resolution, item.note) for item in after] == [(_R.PAID, "銀行補足，來函 9")] * 3
    assert [item.counted for item in after] == [item.line_amount for item in found]
    assert desk.broken_promises(office) == []


def test_each_item_keeps_its_own_entry_in_the_audit(office: Office) -> None:
    _sheet_id, found = three_parts(office)

    bank.resolve_together(office, bank.worked(_R.RETURNED, "帳戶有誤"), *found)

    with Session(office.engine) as session:
        rows = session.execute(
            select(audit.AuditEntry.subject_id, audit.AuditEntry.case_id).where(
                audit.AuditEntry.act == "bank.resolve_together",
                audit.AuditEntry.subject == "bank_item",
            )
        )
        assert {tuple(row) for row in rows} == {(item.id, item.case_id) for item in found}


def test_without_a_day_each_is_settled_on_its_own(office: Office) -> None:
    sheet_id, found = three_parts(office)

    bank.resolve_together(office, bank.worked(_R.PAID, day=None), *found[:2])

    lines = desk.line_rows(office, sheet_id)
    assert [line.settled_on for line in lines] == [found[0].day, found[1].day, None]


def test_both_halves_of_a_split_count_once(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office)
    halves = [bank.said(office, sheet_id, 1, amount=Ntd(750_000), row=row) for row in (2, 3)]
    answer_id = bank.answer(office, *halves)

    bank.resolve_together(office, bank.worked(_R.PAID), *bank.items(office, answer_id))

    assert [(item.resolution, item.counted) for item in bank.items(office, answer_id)] == [
        (_R.PAID, Ntd(1_500_000)),
        (_R.ANSWERED, Ntd(0)),
    ]
    assert desk.broken_promises(office) == []


def test_money_beside_is_given_back_at_once_and_never_settled_so(office: Office) -> None:
    desk.a_sent_sheet(office, *THREE)
    answer_id = bank.answer(office, *(bank.stranger(amount=5, row=row) for row in (2, 3)))
    strangers = [item for item in bank.items(office, answer_id) if item.kind is _C.UNKNOWN]

    wrong = refused(office, bank.worked(_R.PAID), *strangers)
    assert wrong == Refused(
        "bank.resolution_wrong_for",
        resolution=_R.PAID,
        items=tuple(item.id for item in strangers),
    )
    bank.resolve_together(office, bank.worked(_R.GIVEN_BACK, "已退回銀行"), *strangers)

    after = [item for item in bank.items(office, answer_id) if item.kind is _C.UNKNOWN]
    assert [item.resolution for item in after] == [_R.GIVEN_BACK] * 2


def test_what_was_settled_by_hand_before_is_agreed_to_at_once(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office, *THREE)
    answers = bank.all_paid(office, sheet_id)
    desk.settle(office, sheet_id, *(desk.paid(line) for line in desk.line_rows(office, sheet_id)))
    answer_id = bank.answer(office, *answers)

    bank.resolve_together(office, bank.worked(_R.AGREED), *bank.items(office, answer_id))

    found = bank.items(office, answer_id)
    assert [(item.kind, item.resolution) for item in found] == [(_C.LATE, _R.AGREED)] * 3
    assert [item.counted for item in found] == [item.line_amount for item in found]
    assert desk.broken_promises(office) == []


def test_a_closed_day_takes_none_of_them_and_an_open_one_all(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office, *THREE)
    bank.close(office)
    answer_id = bank.answer(office, *bank.all_paid(office, sheet_id))
    found = bank.items(office, answer_id)
    assert [item.kind for item in found] == [_C.LATE] * 3
    next_day = bank.PAID_ON + timedelta(days=1)
    world.at(office, next_day)

    closed = refused(office, bank.worked(_R.PAID), *found)

    assert closed == Refused("bank.day_closed", day=bank.PAID_ON)
    assert states(office, sheet_id) == [LineState.SENT] * 3
    assert bank.resolve_together(office, bank.worked(_R.PAID, day=next_day), *found) == 3
    assert states(office, sheet_id) == [LineState.PAID] * 3
    assert desk.broken_promises(office) == []


def test_one_that_somebody_worked_off_is_named_and_none_is_done(office: Office) -> None:
    sheet_id, found = three_parts(office)
    chosen = bank.several(office, *found)
    bank.resolve(office, found[1], bank.worked(_R.PAID))

    with pytest.raises(Stale) as stale:
        office.perform(resolve_items, given.CASHIER, chosen, bank.worked(_R.PAID))

    assert stale.value == Stale("bank.items_moved", items=(found[1].id,))
    assert states(office, sheet_id) == [LineState.SENT, LineState.PAID, LineState.SENT]


def test_one_that_is_not_there_is_named(office: Office) -> None:
    with pytest.raises(Stale) as stale:
        office.perform(resolve_items, given.CASHIER, (ChosenItem(99, 1),), bank.worked(_R.PAID))

    assert stale.value.facts == {"items": (99,)}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (bank.worked(_R.PAID, "  "), "note.missing"),
        (bank.worked(_R.RETURNED, reason=None), "bank.reason_missing"),
        (bank.worked(_R.AGREED), "bank.resolution_wrong_for"),
    ],
)
def test_what_cannot_be_said_changes_nothing(office: Office, said: Worked, code: str) -> None:
    sheet_id, found = three_parts(office)

    assert refused(office, said, *found).code == code
    assert states(office, sheet_id) == [LineState.SENT] * 3


def test_nothing_ticked_and_two_classes_are_refused(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office, *THREE)
    part = bank.said(office, sheet_id, 1, amount=Ntd(1_000_000))
    answer_id = bank.answer(office, part)
    found = bank.items(office, answer_id)
    assert {item.kind for item in found} == {_C.PART, _C.MISSING}

    assert refused(office, bank.worked(_R.PAID)).code == "bank.none_chosen"
    assert refused(office, bank.worked(_R.PAID), *found).code == "bank.classes_differ"


# --- the page ---------------------------------------------------------------------------------


def ticked(app: Flask, found: list[ItemRow], **fields: str) -> TestResponse:
    """The cashier ticks these on the page of their class and says one word of them all."""
    sent = {"resolution": "PAID", "note": "銀行補足，來函 9", "day": "", **fields}
    values = [f"{item.id}:{item.version}" for item in found]
    return submit(signed_in(app, given.CASHIER), PARTS, item=values, **sent)


def test_the_ticked_are_worked_off_on_the_page_of_their_class(app: Flask, office: Office) -> None:
    sheet_id, found = three_parts(office)

    answer = ticked(app, found[:2])

    assert answer.status_code == 303
    assert states(office, sheet_id) == [LineState.PAID, LineState.PAID, LineState.SENT]
    document = page(signed_in(app, given.CASHIER), answer.location)
    boxes = document.select("#items input[name=item]")
    assert [str(box["value"]).split(":")[0] for box in boxes] == [str(found[2].id)]


def test_all_classes_together_show_where_several_can_be_ticked(app: Flask, office: Office) -> None:
    three_parts(office)

    document = page(signed_in(app, given.CASHIER), ITEMS)

    assert document.select("input[name=item]") == []
    link = document.find("a", string="部分入帳 3")
    assert link is not None


@pytest.mark.parametrize(
    "person", [given.AUDITOR, given.ACCOUNTING], ids=lambda one: one.role.value
)
def test_whoever_only_reads_has_nothing_to_tick(app: Flask, office: Office, person: Actor) -> None:
    three_parts(office)

    document = page(signed_in(app, person), PARTS)

    assert document.select("#items tbody tr")
    assert document.select("input[name=item], main form[method=post]") == []


def test_nothing_ticked_is_said(app: Flask, office: Office) -> None:
    three_parts(office)

    answer = ticked(app, [])

    assert answer.status_code == 422
    assert "尚未勾選待查款項" in words_of(answer)


def test_a_return_without_a_reason_keeps_what_was_typed_and_ticked(
    app: Flask, office: Office
) -> None:
    _sheet_id, found = three_parts(office)

    answer = ticked(app, found[1:], resolution="RETURNED")

    assert answer.status_code == 422
    assert "退匯須有原因" in words_of(answer)


def test_one_that_was_changed_meanwhile_is_named_and_the_others_stay_ticked(
    app: Flask, office: Office
) -> None:
    sheet_id, found = three_parts(office)
    bank.resolve(office, found[1], bank.worked(_R.PAID))

    answer = ticked(app, found)

    assert answer.status_code == 409
    assert f"第 {found[1].id} 號待查款項已有人辦理或變更" in words_of(answer)
    assert states(office, sheet_id) == [LineState.SENT, LineState.PAID, LineState.SENT]
    text = answer.get_data(as_text=True)
    assert text.count("銀行補足，來函 9") == 1
    assert text.count(" checked") == 3  # two items, and the way that was chosen


def test_what_only_some_can_be_is_said_with_their_numbers(app: Flask, office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office, *THREE)
    desk.settle(office, sheet_id, desk.paid(desk.line_rows(office, sheet_id)[0]))
    day = desk.MADE_ON + timedelta(days=4)
    world.at(office, day)
    answers = [bank.said(office, sheet_id, place, day=day, row=place + 1) for place in (1, 2)]
    late = [
        item for item in bank.items(office, bank.answer(office, *answers)) if item.kind is _C.LATE
    ]
    assert len(late) == 2

    answer = submit(
        signed_in(app, given.CASHIER),
        f"{ITEMS}?state=OPEN&class=LATE",
        item=[f"{item.id}:{item.version}" for item in late],
        resolution="PAID",
        day="",
        note="匯款單核對",
    )

    assert answer.status_code == 422
    assert f"第 {late[0].id} 號待查款項不能以「已足額入帳」辦理" in words_of(answer)
    assert states(office, sheet_id)[1] is LineState.SENT


def test_a_garbled_tick_is_not_found(app: Flask, office: Office) -> None:
    three_parts(office)
    client = signed_in(app, given.CASHIER)
    token = page(client, PARTS).select_one("input[name=csrf_token]")
    assert token is not None

    answer = client.post(
        PARTS,
        data={
            "csrf_token": token["value"],
            "item": "x",
            "resolution": "PAID",
            "reason": "",
            "note": "x",
        },
    )

    assert answer.status_code == 404


def test_when_all_that_was_ticked_is_done_elsewhere_each_is_named(
    app: Flask, office: Office
) -> None:
    _sheet_id, found = three_parts(office)
    client = signed_in(app, given.CASHIER)
    form = page(client, PARTS).select_one("main form[method=post]")
    assert form is not None
    sent = filled_in(form) | {
        "item": [f"{item.id}:{item.version}" for item in found],
        "resolution": "PAID",
        "note": "銀行補足，來函 9",
    }
    bank.resolve_together(office, bank.worked(_R.PAID), *found)

    answer = client.post(PARTS, data=sent)

    assert answer.status_code == 409
    named = "、".join(str(item.id) for item in found)
    assert f"第 {named} 號待查款項已有人辦理或變更" in words_of(answer)
