"""A line leaves its sheet before it is sent: what was signed is void, named, and signed anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM, Actor
from backoffice.audit import AuditEntry
from backoffice.disbursement.models import SheetPaymentFile
from backoffice.disbursement.operations.sheets import (
    check_sheet,
    exclude_line,
    send_sheet,
    void_sheet,
)
from backoffice.disbursement.queries.sheets import ChangeRow, history_of, lines_of
from backoffice.disbursement.rules.lifecycles import LineState, SheetState, TrancheState
from backoffice.disbursement.rules.sheets import LineChange, Rung
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused, Stale
from backoffice.ledger.queries import budget_line
from backoffice.ledger.rules import Stage
from backoffice.use_case import Office
from tests import given
from tests.given import disbursement as world
from tests.given import paydesk
from tests.given import sheets as desk
from tests.given.disbursement import refused

TWO = (3_000_000, 2_999_999)


def change_of(office: Office, sheet_id: int) -> ChangeRow:
    with Session(office.engine) as session:
        (change,) = history_of(session, sheet_id).changes
    return change


def allotted(office: Office) -> Ntd:
    with Session(office.engine) as session:
        return budget_line(session, "S01").amount(Stage.ALLOTTED)


def shown(office: Office, sheet_id: int) -> list[tuple[int, int]]:
    """Place and amount of the lines that stand on the sheet."""
    with Session(office.engine) as session:
        lines = lines_of(session, sheet_id, desk.MADE_ON)
    return [(line.frozen.position, line.amount.dollars) for line in lines]


@pytest.mark.parametrize(
    "world_of", [desk.a_made_sheet, desk.a_checked_sheet, desk.an_approved_sheet]
)
def test_an_excluded_line_leaves_the_sheet_and_its_tranche_waits_again(
    office: Office, world_of: Callable[..., int]
) -> None:
    sheet_id = world_of(office, *TWO)

    paydesk.exclude(office, sheet_id)

    sheet = desk.sheet_row(office, sheet_id)
    assert (sheet.state, sheet.row_count, sheet.total) == (SheetState.MADE, 1, Ntd(1_499_999))
    assert (sheet.checked_by, sheet.approved_by, sheet.content_sha256) == (None, None, "")
    assert shown(office, sheet_id) == [(1, 1_499_999)]
    first, second = desk.line_rows(office, sheet_id)
    assert (first.state, second.state) == (LineState.VOIDED, LineState.LIVE)
    assert desk.tranche_row(office, first.tranche_id).state is TrancheState.VERIFIED


def test_a_change_names_each_signature_that_it_voids(office: Office) -> None:
    sheet_id = desk.an_approved_sheet(office, *TWO)
    checked = desk.sheet_row(office, sheet_id)

    paydesk.exclude(office, sheet_id)

    change = change_of(office, sheet_id)
    assert (change.kind, change.reason) == (LineChange.EXCLUDED, paydesk.REASON)
    assert [(each.step, each.person_name) for each in change.voided] == [
        (Rung.CHECK, given.ACCOUNTING_2.name),
        (Rung.APPROVE, given.MANAGER.name),
    ]
    assert change.voided[0].signed_at == checked.checked_at
    assert (change.total_before, change.total_after) == (Ntd(2_999_999), Ntd(1_499_999))


def test_the_audit_says_which_line_left_why_and_whose_signature_is_void(office: Office) -> None:
    sheet_id = desk.an_approved_sheet(office, *TWO)

    paydesk.exclude(office, sheet_id)

    with Session(office.engine) as session:
        note = session.scalars(
            select(AuditEntry.note).where(AuditEntry.act == "sheet.exclude_line").limit(1)
        ).one()
    assert f"剔除第 1 列 {desk.FIRMS[0][0]}：{paydesk.REASON}" in note
    assert f"失效：{given.ACCOUNTING_2.name} 112年11月20日之覆核" in note
    assert f"失效：{given.MANAGER.name} 112年11月20日之核准" in note


def test_a_change_of_an_unchecked_sheet_voids_nothing(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office, *TWO)

    paydesk.exclude(office, sheet_id)

    assert change_of(office, sheet_id).voided == ()


def test_the_allotment_of_a_voided_approval_is_given_back_and_taken_anew(office: Office) -> None:
    sheet_id = desk.an_approved_sheet(office, *TWO)
    assert allotted(office) == desk.ALLOTMENT - Ntd(2_999_999)

    paydesk.exclude(office, sheet_id)
    assert allotted(office) == desk.ALLOTMENT
    desk.check(office, sheet_id)
    desk.approve(office, sheet_id)

    assert allotted(office) == desk.ALLOTMENT - Ntd(1_499_999)


def test_a_changed_sheet_is_signed_sent_and_settled_like_any_other(office: Office) -> None:
    sheet_id = desk.an_approved_sheet(office, *TWO, 1_428_572)
    paydesk.exclude(office, sheet_id, 1)
    desk.check(office, sheet_id)
    desk.approve(office, sheet_id)
    desk.send(office, sheet_id)
    live = [line for line in desk.line_rows(office, sheet_id) if line.state is LineState.SENT]

    desk.settle(office, sheet_id, *(desk.paid(line) for line in live))

    sheet = desk.sheet_row(office, sheet_id)
    assert (sheet.state, sheet.total) == (SheetState.SETTLED, Ntd(2_214_286))
    assert shown(office, sheet_id) == [(1, 1_500_000), (2, 714_286)]


def test_what_was_taken_out_is_paid_by_another_sheet(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office, *TWO)
    tranche_id = desk.line_rows(office, sheet_id)[0].tranche_id
    paydesk.exclude(office, sheet_id)

    second = desk.make(office, [tranche_id])

    assert desk.tranche_row(office, tranche_id).state is TrancheState.SHEETED
    assert shown(office, second) == [(1, 1_500_000)]


def test_voiding_a_changed_sheet_leaves_what_was_taken_out_alone(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office, *TWO)
    tranche_id = desk.line_rows(office, sheet_id)[0].tranche_id
    paydesk.exclude(office, sheet_id)
    desk.make(office, [tranche_id])

    version = paydesk.version_of(office, sheet_id)
    office.perform(void_sheet, given.ACCOUNTING, sheet_id, version, "重製")

    assert desk.tranche_row(office, tranche_id).state is TrancheState.SHEETED


def test_each_approval_keeps_its_own_bank_file_and_the_last_one_is_in_force(
    office: Office,
) -> None:
    sheet_id = desk.an_approved_sheet(office, *TWO)
    first = paydesk.bank_file(office, sheet_id)
    paydesk.exclude(office, sheet_id)
    assert paydesk.record(office, sheet_id).bank is None
    desk.check(office, sheet_id)
    desk.approve(office, sheet_id)

    paid, count, summed = paydesk.read_back(paydesk.bank_file(office, sheet_id))

    assert [each.amount for each in paid] == [1_499_999]
    assert (count, summed) == (1, 1_499_999)
    assert paydesk.bank_file(office, sheet_id) != first
    with Session(office.engine) as session:
        assert session.scalars(select(SheetPaymentFile.round)).all() == [0, 1]


def test_a_corrected_account_is_paid_by_a_new_line_at_the_end(office: Office) -> None:
    sheet_id = desk.an_approved_sheet(office, *TWO)

    paydesk.correct(office, sheet_id)

    sheet = desk.sheet_row(office, sheet_id)
    assert (sheet.state, sheet.row_count, sheet.total) == (SheetState.MADE, 2, Ntd(2_999_999))
    assert shown(office, sheet_id) == [(1, 1_499_999), (2, 1_500_000)]
    first, _, last = desk.line_rows(office, sheet_id)
    assert (first.state, last.state) == (LineState.VOIDED, LineState.LIVE)
    assert (last.tranche_id, last.columns["account"]) == (first.tranche_id, "112233445566")
    assert desk.tranche_row(office, first.tranche_id).state is TrancheState.SHEETED
    change = change_of(office, sheet_id)
    assert change.kind is LineChange.ACCOUNT
    assert [each.step for each in change.voided] == [Rung.CHECK, Rung.APPROVE]


def test_a_corrected_account_must_be_seen_by_the_checker(office: Office) -> None:
    sheet_id = desk.a_checked_sheet(office, *TWO)
    paydesk.correct(office, sheet_id)

    with refused("sheet.account_unseen"):
        desk.check(office, sheet_id)

    desk.check(office, sheet_id, (desk.line_rows(office, sheet_id)[2].id,))
    assert desk.sheet_row(office, sheet_id).state is SheetState.CHECKED


def test_who_has_changed_a_sheet_signs_none_of_the_later_steps(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office, *TWO)
    paydesk.exclude(office, sheet_id, who=given.ACCOUNTING_2)

    with refused("sheet.changed_by_you"):
        desk.check(office, sheet_id)


def test_who_has_changed_a_sheet_does_not_send_it_in_another_role(office: Office) -> None:
    sheet_id = desk.a_checked_sheet(office, *TWO)
    paydesk.exclude(office, sheet_id, who=given.ACCOUNTING)
    desk.check(office, sheet_id)
    desk.an_allotment(office)
    desk.approve(office, sheet_id)
    now_cashier = replace(given.ACCOUNTING, role=given.CASHIER.role)

    with refused("sheet.signed_before"):
        office.perform(send_sheet, now_cashier, sheet_id, paydesk.version_of(office, sheet_id))


def test_the_last_line_is_not_taken_out(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office)

    with refused("sheet.last_line"):
        paydesk.exclude(office, sheet_id)


@pytest.mark.parametrize("change", [paydesk.exclude, paydesk.correct])
def test_a_sent_sheet_is_not_changed(office: Office, change: Callable[[Office, int], None]) -> None:
    sheet_id = desk.a_sent_sheet(office, *TWO)

    with refused("lifecycle.not_allowed"):
        change(office, sheet_id)


def test_a_change_without_a_reason_is_refused(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office, *TWO)
    line = desk.line_rows(office, sheet_id)[0]

    with refused("note.missing"):
        office.perform(exclude_line, given.ACCOUNTING, sheet_id, 1, line.id, "  ")


def test_an_older_page_changes_nothing(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office, *TWO)
    first, second = desk.line_rows(office, sheet_id)
    paydesk.correct(office, sheet_id)

    with pytest.raises(Stale):
        office.perform(exclude_line, given.ACCOUNTING, sheet_id, 1, second.id, "重複")

    assert desk.sheet_row(office, sheet_id).row_count == 2
    assert first.id < second.id


@pytest.mark.broken  # a tranche cancelled alone: its case would be annulled with it
def test_a_line_whose_tranche_was_cancelled_can_be_taken_out_and_stays_cancelled(
    office: Office,
) -> None:
    sheet_id = desk.a_made_sheet(office, *TWO)
    line = desk.line_rows(office, sheet_id)[0]
    office.perform(desk.cancel_tranche, SYSTEM, line.tranche_id)

    paydesk.exclude(office, sheet_id)

    assert desk.tranche_row(office, line.tranche_id).state is TrancheState.CANCELLED


@pytest.mark.broken  # a tranche cancelled alone: its case would be annulled with it
def test_a_cancelled_tranche_gets_no_other_account(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office, *TWO)
    line = desk.line_rows(office, sheet_id)[0]
    office.perform(desk.cancel_tranche, SYSTEM, line.tranche_id)

    with refused("sheet.tranche_gone"):
        paydesk.correct(office, sheet_id)


@pytest.mark.parametrize(
    "who", [given.MANAGER, given.CASHIER, given.AUDITOR, given.OFFICER, given.ADMIN]
)
def test_only_accounting_takes_a_line_out(office: Office, who: Actor) -> None:
    sheet_id = desk.a_made_sheet(office, *TWO)

    with refused("access.denied"):
        paydesk.exclude(office, sheet_id, who=who)


def test_a_return_after_a_change_names_the_line_as_the_sheet_printed_it(office: Office) -> None:
    sheet_id = desk.an_approved_sheet(office, *TWO)
    paydesk.exclude(office, sheet_id)
    desk.check(office, sheet_id)
    desk.approve(office, sheet_id)
    desk.send(office, sheet_id)
    line = desk.line_rows(office, sheet_id)[1]
    desk.settle(office, sheet_id, desk.returned(line))

    again = desk.make(office, [line.tranche_id])

    assert desk.line_rows(office, again)[0].columns["pays_again"] == "112-S01-0001 第 1 列"


def test_the_bank_hears_at_the_check_what_its_file_cannot_hold(office: Office) -> None:
    sheet_id = desk.make(office, [a_case_too_long(office)])

    with pytest.raises(Refused) as told:
        desk.check(office, sheet_id)

    assert told.value.code == "bank.line_unfit"
    why = told.value.facts["why"]
    assert isinstance(why, Refused)
    assert (why.code, why.facts["field"]) == ("bank.too_long", "CNO")


def a_case_too_long(office: Office) -> int:
    chosen = replace(desk.firm(0), number="S01-112-00000000000001")
    case_id = world.a_verified_claim(office, chosen)
    return world.tranches(office, case_id)[0].id


def test_who_entered_a_changed_account_does_not_check_its_sheet(office: Office) -> None:
    sheet_id = desk.make(office, [desk.a_changed_account(office)])
    line = desk.line_rows(office, sheet_id)[0]
    version = paydesk.version_of(office, sheet_id)

    with refused("sheet.changed_by_you"):
        office.perform(check_sheet, given.OFFICER, sheet_id, version, (line.id,))

    office.perform(check_sheet, given.OFFICER_2, sheet_id, version, (line.id,))


def test_an_account_in_another_name_is_refused_before_anything_is_voided(office: Office) -> None:
    sheet_id = desk.a_checked_sheet(office, *TWO)

    with refused("claim.holder_differs"):
        paydesk.correct(office, sheet_id, holder="宏聯精密工業有限公司")

    assert desk.sheet_row(office, sheet_id).state is SheetState.CHECKED
