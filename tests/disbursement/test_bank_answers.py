"""A loaded answer settles what is clear in one act; the same file again changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.disbursement.models import BankAnswer, BankItem, BankLine
from backoffice.disbursement.operations.bank import confirm_answer, set_answer_aside
from backoffice.disbursement.rules.bank import AnswerForm, AnswerState, BankClass
from backoffice.disbursement.rules.lifecycles import LineState, SheetState, TrancheState
from backoffice.documents import StoredContent
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused, Stale
from backoffice.ledger.queries import budget_line
from backoffice.ledger.rules import Stage
from backoffice.use_case import Office
from tests import given
from tests.given import bank
from tests.given import disbursement as world
from tests.given import sheets as desk

_C = BankClass
THREE = (3_000_000, 2_999_998, 1_428_572)


def states(office: Office, sheet_id: int) -> list[LineState]:
    return [line.state for line in desk.line_rows(office, sheet_id)]


def count(office: Office, model: type[BankAnswer | BankLine | BankItem]) -> int:
    with Session(office.engine) as session:
        return session.execute(select(func.count()).select_from(model)).scalar_one()


def test_loading_settles_nothing(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office)

    answer_id = bank.load(office, *bank.all_paid(office, sheet_id))

    row = bank.answer_row(office, answer_id)
    assert (row.state, row.form, row.row_count) == (AnswerState.READ, AnswerForm.CSV, 1)
    assert (row.paid_total, row.returned_total) == (Ntd(1_500_000), Ntd(0))
    assert states(office, sheet_id) == [LineState.SENT]
    assert count(office, BankItem) == 0


def test_the_file_is_kept_by_its_hash(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office)
    content = bank.as_csv(*bank.all_paid(office, sheet_id))

    row = bank.answer_row(office, bank.load_file(office, content))

    with Session(office.engine) as session:
        assert session.get_one(StoredContent, row.sha256).content == content


def test_what_is_clear_is_settled_in_one_act(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office, *THREE)
    first, second, third = bank.all_paid(office, sheet_id)

    answer_id = bank.load(office, first, bank.returned(office, sheet_id, 2, "22"), third)
    assert bank.confirm(office, answer_id) == 0

    assert bank.kinds(office, answer_id) == [_C.PAID, _C.RETURNED, _C.PAID]
    assert states(office, sheet_id) == [LineState.PAID, LineState.RETURNED, LineState.PAID]
    lines = desk.line_rows(office, sheet_id)
    assert lines[1].reason == "ACCOUNT_CLOSED 22 帳戶已結清"
    assert desk.tranche_row(office, lines[1].tranche_id).state is TrancheState.VERIFIED
    assert desk.sheet_row(office, sheet_id).state is SheetState.SETTLED
    with Session(office.engine) as session:
        assert budget_line(session, "S01").amount(Stage.DISBURSED) == Ntd(2_214_286)
    assert desk.broken_promises(office) == []
    assert second.amount == Ntd(1_499_999)


def test_an_answer_of_two_sheets_settles_both(office: Office) -> None:
    one = desk.a_sent_sheet(office)
    other = desk.make(office, [desk.a_verified_tranche(office, 1)])
    world.at(office, desk.MADE_ON)
    for step in (desk.check, desk.approve, desk.send):
        step(office, other)

    second = bank.said(office, other, 1, row=9, day=desk.MADE_ON)
    answer_id = bank.answer(office, *bank.all_paid(office, one), second)

    assert bank.kinds(office, answer_id) == [_C.PAID, _C.PAID]
    assert states(office, one) + states(office, other) == [LineState.PAID] * 2


def test_the_eight_kinds_of_defect_and_the_rest_are_classed(office: Office) -> None:
    amounts = (3_000_000,) * 10
    sheet_id = desk.a_sent_sheet(office, *amounts)
    paid = bank.all_paid(office, sheet_id)
    half = Ntd(750_000)
    world.at(office, desk.MADE_ON + timedelta(days=7))
    lines = [
        paid[0],
        bank.returned(office, sheet_id, 2),
        bank.said(office, sheet_id, 3, amount=Ntd(1_499_999)),
        bank.said(office, sheet_id, 4, amount=Ntd(1_500_001)),
        bank.said(office, sheet_id, 5, amount=half, row=21),
        bank.said(office, sheet_id, 5, amount=half, row=22),
        bank.said(office, sheet_id, 6),
        bank.said(office, sheet_id, 6, row=23),
        bank.said(office, sheet_id, 7, day=desk.MADE_ON + timedelta(days=5)),
        bank.said(office, sheet_id, 8, payee="另一家股份有限公司"),
        bank.said(office, sheet_id, 9),
        bank.stranger(),
    ]

    answer_id = bank.answer(office, *lines)

    assert bank.kinds(office, answer_id) == [
        _C.PAID,
        _C.RETURNED,
        _C.PART,
        _C.WRONG_AMOUNT,
        _C.SPLIT,
        _C.SPLIT,
        _C.PAID,
        _C.DOUBLE,
        _C.LATE,
        _C.RENAMED,
        _C.PAID,
        _C.UNKNOWN,
        _C.MISSING,
    ]
    assert [
        line.position for line in desk.line_rows(office, sheet_id) if line.state is LineState.SENT
    ] == [3, 4, 5, 7, 8, 10]


def test_the_same_file_again_changes_nothing(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office)
    content = bank.as_csv(*bank.all_paid(office, sheet_id))
    answer_id = bank.load_file(office, content)
    bank.confirm(office, answer_id)

    assert bank.load_file(office, content, "再次.csv") == answer_id

    assert bank.answer_row(office, answer_id).state is AnswerState.CONFIRMED
    assert (count(office, BankAnswer), count(office, BankLine), count(office, BankItem)) == (1,) * 3


def test_another_file_that_says_the_same_changes_nothing(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office)
    content = bank.as_csv(*bank.all_paid(office, sheet_id))
    answer_id = bank.load_file(office, content)

    assert bank.load_file(office, content.replace(b"\r\n", b"\n")) == answer_id


def test_the_clearing_houses_file_says_the_same_as_the_form(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office, *THREE)
    first, _second, third = bank.all_paid(office, sheet_id)
    content = bank.as_achr01(first, bank.returned(office, sheet_id, 2, "04"), third)

    answer_id = bank.load_file(office, content, "ACHR01.txt")
    bank.confirm(office, answer_id)

    assert bank.answer_row(office, answer_id).form is AnswerForm.ACHR01
    assert bank.kinds(office, answer_id) == [_C.PAID, _C.RETURNED, _C.PAID]
    assert desk.line_rows(office, sheet_id)[1].reason == "ACCOUNT_WRONG 04 無此帳號"


def test_an_answer_is_confirmed_once(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office)
    answer_id = bank.load(office, *bank.all_paid(office, sheet_id))
    seen = bank.answer_row(office, answer_id).version
    bank.confirm(office, answer_id)

    with pytest.raises(Stale):
        office.perform(confirm_answer, given.CASHIER, answer_id, seen)
    with pytest.raises(Refused) as refusal:
        bank.confirm(office, answer_id)

    assert (refusal.value.code, refusal.value.facts) == (
        "bank.not_read",
        {"state": AnswerState.CONFIRMED},
    )


def test_an_answer_loaded_by_mistake_is_set_aside_and_can_be_loaded_again(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office)
    content = bank.as_csv(*bank.all_paid(office, sheet_id))
    answer_id = bank.load_file(office, content)
    version = bank.answer_row(office, answer_id).version
    office.perform(set_answer_aside, given.CASHIER, answer_id, version)
    assert bank.answer_row(office, answer_id).state is AnswerState.SET_ASIDE

    assert bank.load_file(office, content) == answer_id

    assert bank.answer_row(office, answer_id).state is AnswerState.READ
    bank.confirm(office, answer_id)
    assert states(office, sheet_id) == [LineState.PAID]


def test_a_later_answer_ends_the_waiting_for_a_missing_one(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office, *THREE)
    first, second, third = bank.all_paid(office, sheet_id)
    before = bank.answer(office, first, second)
    missing = bank.the_item(office, before, _C.MISSING)
    assert missing.position == 3

    again = bank.answer(office, third)

    assert bank.kinds(office, again) == [_C.PAID]
    ended = bank.the_item(office, before, _C.MISSING)
    assert (ended.state.value, ended.resolution and ended.resolution.value) == (
        "RESOLVED",
        "ANSWERED",
    )


def test_a_missing_payment_waits_once_however_often_nothing_is_said(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office, *THREE)
    first, second, _third = bank.all_paid(office, sheet_id)
    bank.answer(office, first)

    again = bank.answer(office, second)

    assert bank.kinds(office, again) == [_C.PAID]


def test_what_was_answered_before_is_double(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office)
    (line,) = bank.all_paid(office, sheet_id)
    bank.answer(office, line)

    again = bank.answer(office, line, bank.stranger())

    assert bank.kinds(office, again) == [_C.DOUBLE, _C.UNKNOWN]


def test_what_was_entered_by_hand_before_is_late(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office)
    (line,) = bank.all_paid(office, sheet_id)
    desk.settle(office, sheet_id, desk.paid(desk.line_rows(office, sheet_id)[0]))

    answer_id = bank.answer(office, line)

    assert bank.kinds(office, answer_id) == [_C.LATE]
