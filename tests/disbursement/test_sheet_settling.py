"""The bank's answer: paid to the dollar, or returned and paid again from another sheet."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case, WaitingFor
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.models import SheetLine
from backoffice.disbursement.operations.sheets import settle_line
from backoffice.disbursement.rules.lifecycles import LineState, SheetState, TrancheState
from backoffice.disbursement.rules.sheets import FrozenLine, LineOutcome, ReturnReason
from backoffice.kernel.money import ZERO, Ntd
from backoffice.kernel.refusal import Refused
from backoffice.ledger.queries import budget_line, stages_of_case
from backoffice.ledger.rules import Stage
from backoffice.use_case import Office
from tests import given
from tests.given import disbursement as world
from tests.given import sheets as desk


def stage(office: Office, name: Stage) -> Ntd:
    with Session(office.engine) as session:
        return budget_line(session, "S01").amount(name)


def refused(office: Office, sheet_id: int, *outcomes: LineOutcome) -> Refused:
    with pytest.raises(Refused) as refusal:
        desk.settle(office, sheet_id, *outcomes)
    return refusal.value


def test_a_paid_line_is_disbursed_with_its_value_date(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office)
    line = desk.line_rows(office, sheet_id)[0]

    desk.settle(office, sheet_id, desk.paid(line))

    after = desk.line_rows(office, sheet_id)[0]
    tranche = desk.tranche_row(office, line.tranche_id)
    assert (after.state, after.settled_on) == (LineState.PAID, desk.MADE_ON)
    assert (tranche.state, tranche.paid_on) == (TrancheState.PAID, desk.MADE_ON)
    assert (stage(office, Stage.DISBURSED), stage(office, Stage.IN_TRANSIT)) == (
        Ntd(1_500_000),
        ZERO,
    )
    assert desk.sheet_row(office, sheet_id).state is SheetState.SETTLED


def test_a_sheet_is_settled_when_its_last_line_is(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office, 3_000_000, 3_000_000)
    first, second = desk.line_rows(office, sheet_id)
    version = desk.sheet_row(office, sheet_id).version

    office.perform(settle_line, given.CASHIER, sheet_id, version, desk.paid(first))

    assert desk.sheet_row(office, sheet_id).state is SheetState.SENT
    desk.settle(office, sheet_id, desk.returned(second))
    sheet = desk.sheet_row(office, sheet_id)
    assert sheet.state is SheetState.SETTLED
    assert sheet.settled_at is not None


@pytest.mark.scenario("A90")
def test_a_returned_line_leaves_the_money_committed_and_is_paid_again(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office)
    line = desk.line_rows(office, sheet_id)[0]

    desk.settle(office, sheet_id, desk.returned(line))

    tranche = desk.tranche_row(office, line.tranche_id)
    after = desk.line_rows(office, sheet_id)[0]
    assert (after.state, after.reason) == (LineState.RETURNED, "NAME_DIFFERS")
    assert tranche.state is TrancheState.VERIFIED
    with Session(office.engine) as session:
        stages = stages_of_case(session, "S01", case_id=line.case_id)
    assert stages == {Stage.CONTRACTED: Ntd(3_000_000)}
    assert stage(office, Stage.ALLOTTED) == desk.ALLOTMENT
    again = desk.make(office, [line.tranche_id])
    new = desk.line_rows(office, again)[0]
    assert new.replaces_id == line.id
    assert FrozenLine.thawed(new.columns).remark == "重匯：原 112-S01-0001 第 1 列"


@pytest.mark.scenario("A90")
def test_a_corrected_account_stands_on_the_new_line_only(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office)
    line = desk.line_rows(office, sheet_id)[0]
    desk.settle(office, sheet_id, desk.returned(line, ReturnReason.ACCOUNT_CLOSED))
    desk.correct(office, line.tranche_id, replace(world.ACCOUNT, number="998877"))

    again = desk.make(office, [line.tranche_id])

    accounts = [
        FrozenLine.thawed(desk.line_rows(office, each)[0].columns).account
        for each in (sheet_id, again)
    ]
    assert accounts == ["003123458812", "998877"]


def test_money_returned_and_paid_again_is_paid_once(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office)
    line = desk.line_rows(office, sheet_id)[0]
    desk.settle(office, sheet_id, desk.returned(line))
    again = desk.make(office, [line.tranche_id])
    desk.check(office, again)
    desk.approve(office, again)
    desk.send(office, again)

    desk.settle(office, again, desk.paid(desk.line_rows(office, again)[0]))

    with Session(office.engine) as session:
        stages = stages_of_case(session, "S01", case_id=line.case_id)
        count = session.execute(
            select(func.count())
            .select_from(SheetLine)
            .where(SheetLine.tranche_id == line.tranche_id, SheetLine.state == LineState.PAID)
        ).scalar_one()
    assert stages == {Stage.CONTRACTED: Ntd(1_500_000), Stage.DISBURSED: Ntd(1_500_000)}
    assert count == 1
    assert desk.broken_promises(office) == []


def case_state(office: Office, case_id: int) -> CaseState:
    with Session(office.engine) as session:
        return session.get_one(Case, case_id).state


def test_a_settled_case_waits_for_the_payment_while_it_is_on_its_way(office: Office) -> None:
    case_id, _sheet_id = desk.a_sent_last_tranche(office)

    with Session(office.engine) as session:
        assert session.get_one(Case, case_id).waiting_for is WaitingFor.FINANCE


def test_the_payment_of_the_last_tranche_closes_the_case(office: Office) -> None:
    case_id, sheet_id = desk.a_sent_last_tranche(office)
    line = desk.line_rows(office, sheet_id)[0]
    frozen = FrozenLine.thawed(line.columns)
    assert (frozen.tranche, frozen.final, frozen.unpaid) == (2, Ntd(3_000_000), ZERO)
    assert frozen.paid_before == Ntd(1_500_000)
    assert frozen.approval_letter == "經企字第1130506號"
    assert case_state(office, case_id) is CaseState.SETTLED

    desk.settle(office, sheet_id, desk.paid(line, on=world.CLOSING_ON))

    assert case_state(office, case_id) is CaseState.CLOSED
    assert desk.broken_promises(office) == []


def test_the_return_of_the_last_tranche_leaves_the_case_open(office: Office) -> None:
    case_id, sheet_id = desk.a_sent_last_tranche(office)
    line = desk.line_rows(office, sheet_id)[0]

    desk.settle(office, sheet_id, desk.returned(line, on=world.CLOSING_ON))

    assert case_state(office, case_id) is CaseState.SETTLED


def test_a_line_is_settled_once(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office, 3_000_000, 3_000_000)
    first, _second = desk.line_rows(office, sheet_id)
    desk.settle(office, sheet_id, desk.paid(first))

    refusal = refused(office, sheet_id, desk.returned(first))

    assert (refusal.code, refusal.facts["state"]) == ("lifecycle.not_allowed", LineState.PAID)
    assert stage(office, Stage.DISBURSED) == Ntd(1_500_000)


def test_nothing_said_settles_nothing(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office)

    assert refused(office, sheet_id).code == "sheet.nothing_settled"


def test_a_sheet_not_yet_sent_is_not_settled(office: Office) -> None:
    sheet_id = desk.an_approved_sheet(office)
    line = desk.line_rows(office, sheet_id)[0]

    refusal = refused(office, sheet_id, desk.paid(line))

    assert refusal.facts["state"] is SheetState.APPROVED


@pytest.mark.parametrize(("days", "code"), [(-1, "sheet.value_early"), (1, "sheet.value_future")])
def test_a_day_that_cannot_be_is_refused(office: Office, days: int, code: str) -> None:
    sheet_id = desk.a_sent_sheet(office)
    line = desk.line_rows(office, sheet_id)[0]

    refusal = refused(office, sheet_id, desk.paid(line, desk.MADE_ON + timedelta(days=days)))

    assert refusal.code == code


@pytest.mark.parametrize("days", [0, 3])
def test_the_day_of_sending_and_today_are_both_possible(office: Office, days: int) -> None:
    sheet_id = desk.a_sent_sheet(office)
    day = desk.MADE_ON + timedelta(days=days)
    world.at(office, day)

    desk.settle(office, sheet_id, desk.paid(desk.line_rows(office, sheet_id)[0], day))

    assert desk.line_rows(office, sheet_id)[0].settled_on == day


def test_the_sums_of_a_sheet_of_both_kinds_agree(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office, 3_000_000, 2_999_999, 1_428_572)
    first, second, third = desk.line_rows(office, sheet_id)

    desk.settle(
        office,
        sheet_id,
        desk.paid(first),
        desk.returned(second, ReturnReason.OTHER, note="靜止戶"),
        desk.paid(third),
    )

    assert stage(office, Stage.DISBURSED) == Ntd(2_214_286)
    assert stage(office, Stage.ALLOTMENT_USED) == Ntd(2_214_286)
    assert desk.line_rows(office, sheet_id)[1].reason == "OTHER 靜止戶"
    assert desk.broken_promises(office) == []
