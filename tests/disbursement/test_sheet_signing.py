"""Checked, approved, sent, each by another person; voided with a reason; the money follows."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy.orm import Session

from backoffice import documents
from backoffice.access import SYSTEM, Actor
from backoffice.disbursement.operations.sheets import (
    approve_sheet,
    check_sheet,
    send_sheet,
    void_sheet,
    workbook,
)
from backoffice.disbursement.queries.sheets import lines_of
from backoffice.disbursement.queries.sheets import sheet as record_of
from backoffice.disbursement.rules.lifecycles import LineState, SheetState, TrancheState
from backoffice.disbursement.rules.sheets import Rung, control_hash
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused, Stale
from backoffice.ledger.queries import budget_line, history
from backoffice.ledger.rules import Stage
from backoffice.use_case import Office, UseCase
from tests import given
from tests.given import disbursement as world
from tests.given import sheets as desk

ROW = Ntd(1_500_000)


def amount(office: Office, stage: Stage) -> Ntd:
    with Session(office.engine) as session:
        return budget_line(session, "S01").amount(stage)


def refused(office: Office, step: UseCase[[int, int], None], who: Actor, sheet_id: int) -> Refused:
    with pytest.raises(Refused) as refusal:
        office.perform(step, who, sheet_id, desk.sheet_row(office, sheet_id).version)
    return refusal.value


def refused_check(office: Office, who: Actor, sheet_id: int) -> Refused:
    with pytest.raises(Refused) as refusal:
        office.perform(check_sheet, who, sheet_id, desk.sheet_row(office, sheet_id).version, ())
    return refusal.value


def void(office: Office, sheet_id: int, reason: str = "帳號誤植") -> None:
    version = desk.sheet_row(office, sheet_id).version
    office.perform(void_sheet, given.ACCOUNTING, sheet_id, version, reason)


# --- check ------------------------------------------------------------------------------------


def test_the_check_seals_the_lines_with_their_hash(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office, 3_000_000, 2_999_999)

    desk.check(office, sheet_id)

    sheet = desk.sheet_row(office, sheet_id)
    lines = desk.line_rows(office, sheet_id)
    assert (sheet.state, sheet.checked_by_name) == (SheetState.CHECKED, given.ACCOUNTING_2.name)
    assert sheet.content_sha256 == control_hash(sheet.number, [line.columns for line in lines])


def test_an_officer_may_check_too(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office)
    version = desk.sheet_row(office, sheet_id).version

    office.perform(check_sheet, given.OFFICER_2, sheet_id, version, ())

    assert desk.sheet_row(office, sheet_id).checked_by == given.OFFICER_2.id


def test_the_maker_does_not_check_the_own_sheet(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office)

    assert refused_check(office, given.ACCOUNTING, sheet_id) == Refused("sheet.same_person")
    assert desk.sheet_row(office, sheet_id).state is SheetState.MADE


@pytest.mark.scenario("A91")
def test_who_scored_a_case_of_the_sheet_does_not_check_it(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office, 3_000_000, 3_000_000)
    scored = desk.line_rows(office, sheet_id)[1].case_id
    office.perform(desk.put_score, SYSTEM, scored, given.ACCOUNTING_2)

    refusal = refused_check(office, given.ACCOUNTING_2, sheet_id)

    assert refusal == Refused("sheet.scored", cases=("S01-112-000002",), step=Rung.CHECK)
    version = desk.sheet_row(office, sheet_id).version
    office.perform(check_sheet, given.OFFICER_2, sheet_id, version, ())


@pytest.mark.scenario("A91")
def test_who_scored_a_case_of_the_sheet_does_not_approve_it(office: Office) -> None:
    sheet_id = desk.a_checked_sheet(office)
    scored = desk.line_rows(office, sheet_id)[0].case_id
    office.perform(desk.put_score, SYSTEM, scored, given.MANAGER)

    refusal = refused(office, approve_sheet, given.MANAGER, sheet_id)

    assert refusal == Refused("sheet.scored", cases=("S01-112-000001",), step=Rung.APPROVE)


def test_an_account_changed_within_thirty_days_must_be_seen(office: Office) -> None:
    tranche_id = desk.a_changed_account(office)
    sheet_id = desk.make(office, [tranche_id])

    refusal = refused_check(office, given.ACCOUNTING_2, sheet_id)

    assert refusal == Refused("sheet.account_unseen", payees=["宏聯精密工業股份有限公司"])
    desk.check(office, sheet_id, seen=(desk.line_rows(office, sheet_id)[0].id,))
    assert desk.sheet_row(office, sheet_id).state is SheetState.CHECKED


def test_an_account_changed_a_month_ago_need_not_be_ticked(office: Office) -> None:
    tranche_id = desk.a_changed_account(office)
    sheet_id = desk.make(office, [tranche_id])
    world.at(office, desk.MADE_ON.replace(month=12, day=20))

    desk.check(office, sheet_id)

    assert desk.sheet_row(office, sheet_id).state is SheetState.CHECKED


@pytest.mark.scenario("A88")
def test_a_firm_renamed_since_the_making_stops_the_sheet(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office, 3_000_000, 3_000_000)
    case_id = desk.line_rows(office, sheet_id)[1].case_id
    office.perform(desk.rename_firm, SYSTEM, case_id, "永昌塑膠股份有限公司")

    refusal = refused_check(office, given.ACCOUNTING_2, sheet_id)

    assert (refusal.code, refusal.facts["position"]) == ("sheet.line_broken", 2)


def test_an_older_page_signs_nothing(office: Office) -> None:
    sheet_id = desk.a_checked_sheet(office)

    for step, who in ((approve_sheet, given.MANAGER), (send_sheet, given.CASHIER)):
        with pytest.raises(Stale):
            office.perform(step, who, sheet_id, 1)


@pytest.mark.parametrize("who", [given.CASHIER, given.MANAGER, given.AUDITOR, given.CONVENOR])
def test_only_officers_and_accounting_check(office: Office, who: Actor) -> None:
    sheet_id = desk.a_made_sheet(office)

    assert refused_check(office, who, sheet_id).code == "access.denied"


# --- approval ---------------------------------------------------------------------------------


def test_the_approval_uses_the_allotment_and_keeps_the_workbook(office: Office) -> None:
    sheet_id = desk.an_approved_sheet(office)

    sheet = desk.sheet_row(office, sheet_id)
    assert (sheet.state, sheet.approved_by_name) == (SheetState.APPROVED, given.MANAGER.name)
    assert amount(office, Stage.ALLOTTED) == desk.ALLOTMENT - ROW
    assert amount(office, Stage.ALLOTMENT_USED) == ROW
    assert sheet.document_id is not None
    with Session(office.engine) as session:
        kept = documents.file(session, sheet.document_id)
    assert kept.name == "撥款清冊_112-S01-0001.xlsx"
    assert kept.sha256 == hashlib.sha256(kept.content).hexdigest()


def test_the_workbook_made_again_has_the_same_bytes(office: Office) -> None:
    sheet_id = desk.an_approved_sheet(office, 3_000_000, 2_999_999)
    desk.send(office, sheet_id)

    with Session(office.engine) as session:
        sheet = record_of(session, sheet_id)
        lines = [line.frozen for line in lines_of(session, sheet_id, desk.MADE_ON)]
        assert sheet.document_id is not None
        assert sheet.approved_at is not None
        kept = documents.file(session, sheet.document_id)

    assert workbook(sheet, lines, made_at=sheet.approved_at) == kept.content


def test_the_approval_is_refused_when_the_allotment_is_a_dollar_short(office: Office) -> None:
    sheet_id = desk.a_checked_sheet(office)
    desk.an_allotment(office, ROW - Ntd(1))

    refusal = refused(office, approve_sheet, given.MANAGER, sheet_id)

    assert refusal.code == "budget.allotment_short"
    assert (refusal.facts["available"], refusal.facts["wanted"]) == (1_499_999, 1_500_000)
    sheet = desk.sheet_row(office, sheet_id)
    assert (sheet.state, sheet.document_id) == (SheetState.CHECKED, None)


def test_the_approval_takes_the_allotment_to_the_last_dollar(office: Office) -> None:
    sheet_id = desk.a_checked_sheet(office)
    desk.an_allotment(office, ROW)

    desk.approve(office, sheet_id)

    assert amount(office, Stage.ALLOTTED) == Ntd(0)


def test_a_sheet_is_not_approved_before_it_is_checked(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office)

    refusal = refused(office, approve_sheet, given.MANAGER, sheet_id)

    assert (refusal.code, refusal.facts["state"]) == ("lifecycle.not_allowed", SheetState.MADE)


# --- sending ----------------------------------------------------------------------------------


def test_the_sending_puts_the_money_on_its_way_line_by_line(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office, 3_000_000, 2_999_999)

    lines = desk.line_rows(office, sheet_id)
    assert [line.state for line in lines] == [LineState.SENT, LineState.SENT]
    assert amount(office, Stage.IN_TRANSIT) == Ntd(2_999_999)
    with Session(office.engine) as session:
        keys = [
            row.key
            for line in lines
            for row in history(session, case_id=line.case_id)
            if row.act == "sheet.send"
        ]
    assert keys == ["send:112-S01-0001:1", "send:112-S01-0001:2"]
    states = [desk.tranche_row(office, line.tranche_id).state for line in lines]
    assert states == [TrancheState.SENT, TrancheState.SENT]


# --- voiding ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "world_of", [desk.a_made_sheet, desk.a_checked_sheet, desk.an_approved_sheet]
)
def test_a_sheet_not_yet_sent_is_voided_and_its_tranches_are_free(
    office: Office, world_of: desk.World
) -> None:
    sheet_id = world_of(office)

    void(office, sheet_id)

    sheet = desk.sheet_row(office, sheet_id)
    line = desk.line_rows(office, sheet_id)[0]
    assert (sheet.state, sheet.void_reason) == (SheetState.VOIDED, "帳號誤植")
    assert line.state is LineState.VOIDED
    assert desk.tranche_row(office, line.tranche_id).state is TrancheState.VERIFIED


def test_voiding_an_approved_sheet_gives_the_allotment_back(office: Office) -> None:
    sheet_id = desk.an_approved_sheet(office)

    void(office, sheet_id)

    assert amount(office, Stage.ALLOTTED) == desk.ALLOTMENT
    assert amount(office, Stage.ALLOTMENT_USED) == Ntd(0)


@pytest.mark.broken
@pytest.mark.broken  # its case would be annulled with it
def test_a_tranche_cancelled_meanwhile_stays_cancelled(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office)
    tranche_id = desk.line_rows(office, sheet_id)[0].tranche_id
    office.perform(desk.cancel_tranche, SYSTEM, tranche_id)

    refusal = refused_check(office, given.ACCOUNTING_2, sheet_id)
    void(office, sheet_id)

    assert refusal.facts["why"] == Refused("sheet.tranche_gone", state=TrancheState.CANCELLED)
    assert desk.tranche_row(office, tranche_id).state is TrancheState.CANCELLED


def test_a_sheet_is_not_voided_without_a_reason(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office)

    with pytest.raises(Refused) as refusal:
        void(office, sheet_id, "  ")

    assert refusal.value.code == "note.missing"


def test_a_sent_sheet_is_not_voided(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office)

    with pytest.raises(Refused) as refusal:
        void(office, sheet_id)

    assert refusal.value.code == "lifecycle.not_allowed"


def test_an_officer_voids_nothing(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office)

    with pytest.raises(Refused) as refusal:
        office.perform(void_sheet, given.OFFICER, sheet_id, 1, "帳號誤植")

    assert refusal.value.code == "access.denied"
