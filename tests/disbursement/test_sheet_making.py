"""Sheets are made of exactly the tranches picked; one of two makers of the same tranche wins."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM, Actor, Permission
from backoffice.audit import timeline
from backoffice.disbursement.models import Sheet, SheetLine, Tranche
from backoffice.disbursement.operations.claims import hold_tranche
from backoffice.disbursement.operations.sheets import correct_account, make_sheet, void_sheet
from backoffice.disbursement.rules.lifecycles import (
    LineState,
    SheetState,
    TrancheEvent,
    TrancheState,
)
from backoffice.disbursement.rules.sheets import LINES_MAX, FrozenLine
from backoffice.kernel.money import ZERO, Ntd
from backoffice.kernel.refusal import Refused, Stale
from backoffice.use_case import Act, Office, use_case
from tests import given
from tests.given import disbursement as world
from tests.given import sheets as desk


@use_case("test.unsheet", requires=Permission.SYSTEM)
def unsheet(act: Act, tranche_id: int) -> None:
    """The tranche's row forgets that it stands on a sheet."""
    act.session.get_one(Tranche, tranche_id).move(TrancheEvent.VOID_SHEET)


def frozen(line: SheetLine) -> FrozenLine:
    return FrozenLine.thawed(line.columns)


def sheet_count(office: Office) -> int:
    with Session(office.engine) as session:
        return session.execute(select(func.count()).select_from(Sheet)).scalar_one()


def refused(office: Office, tranche_ids: tuple[int, ...], who: Actor = given.ACCOUNTING) -> Refused:
    with pytest.raises(Refused) as refusal:
        office.perform(make_sheet, who, tranche_ids, "")
    return refusal.value


@pytest.mark.scenario("A86")
def test_three_tranches_make_a_sheet_of_their_sum(office: Office) -> None:
    picked = desk.verified_tranches(office, 3_000_000, 2_999_999, 1_428_572)

    sheet_id = desk.make(office, picked)

    sheet = desk.sheet_row(office, sheet_id)
    assert (sheet.number, sheet.state) == ("112-S01-0001", SheetState.MADE)
    assert (sheet.row_count, sheet.total) == (3, Ntd(3_714_285))
    lines = desk.line_rows(office, sheet_id)
    assert [line.amount for line in lines] == [Ntd(1_500_000), Ntd(1_499_999), Ntd(714_286)]
    assert [frozen(line).withheld for line in lines] == [ZERO, ZERO, ZERO]
    assert [line.position for line in lines] == [1, 2, 3]


def test_the_columns_are_frozen_as_they_were(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office)

    line = frozen(desk.line_rows(office, sheet_id)[0])

    assert (line.case_number, line.payee, line.ubn) == (
        "S01-112-000001",
        "宏聯精密工業股份有限公司",
        "04595252",
    )
    assert (line.award, line.final, line.paid_before, line.unpaid) == (
        Ntd(3_000_000),
        None,
        ZERO,
        Ntd(1_500_000),
    )
    assert (line.bank_code, line.branch_code, line.account) == ("004", "0037", "003123458812")
    assert (line.approved_on, line.approval_letter) == (
        date(2023, 11, 6),
        "經企字第1121106號",
    )
    assert line.funding_source == "中央政府疫後強化經濟與社會韌性及全民共享經濟成果特別預算"


def test_the_tranches_are_on_the_sheet_and_the_timeline_tells_no_account(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office)

    line = desk.line_rows(office, sheet_id)[0]
    assert desk.tranche_row(office, line.tranche_id).state is TrancheState.SHEETED
    with Session(office.engine) as session:
        told = timeline(session, case_id=line.case_id)
    made = [entry for entry in told if entry.act == "sheet.make"]
    assert {entry.subject for entry in made} == {"tranche", "sheet_line"}
    assert "003123458812" not in str(made)


@pytest.mark.scenario("A92")
@pytest.mark.parametrize(
    ("day", "agency"),
    [
        (date(2023, 9, 25), "經濟部中小企業處"),
        (date(2023, 9, 26), "經濟部中小及新創企業署"),
    ],
)
def test_the_agency_is_the_one_in_force_on_the_day_of_the_sheet(
    office: Office, day: date, agency: str
) -> None:
    picked = desk.verified_tranches(office, 3_000_000)
    world.at(office, day)

    sheet = desk.sheet_row(office, desk.make(office, picked))

    assert (sheet.dated_on, sheet.agency) == (day, agency)


@pytest.mark.broken  # the tranche was made to lie
def test_numbers_run_without_gaps_for_each_year(office: Office) -> None:
    first, second, third = desk.verified_tranches(office, 3_000_000, 3_000_000, 3_000_000)
    numbers = [desk.sheet_row(office, desk.make(office, [first])).number]
    office.perform(unsheet, SYSTEM, first)
    refused(office, (first, second))  # by the index: the number was claimed, and is given back
    numbers.append(desk.sheet_row(office, desk.make(office, [second])).number)
    world.at(office, date(2024, 1, 2))
    numbers.append(desk.sheet_row(office, desk.make(office, [third])).number)

    assert numbers == ["112-S01-0001", "112-S01-0002", "113-S01-0001"]


@pytest.mark.scenario("A89")
def test_a_tranche_on_a_live_sheet_is_refused_until_that_sheet_is_voided(office: Office) -> None:
    first, second = desk.verified_tranches(office, 3_000_000, 3_000_000)
    sheet_id = desk.make(office, [first])

    refusal = refused(office, (first, second))

    assert refusal == Refused("sheet.tranche_taken", tranches=["S01-112-000001 第 1 期"])
    assert desk.tranche_row(office, second).state is TrancheState.VERIFIED
    version = desk.sheet_row(office, sheet_id).version
    office.perform(void_sheet, given.ACCOUNTING, sheet_id, version, "帳號誤植")
    again = desk.make(office, [first, second])
    assert [line.tranche_id for line in desk.line_rows(office, again)] == [first, second]


@pytest.mark.scenario("A89")
@pytest.mark.broken  # the tranche was made to lie
def test_the_index_refuses_a_second_live_line_whatever_the_tranche_says(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office)
    tranche_id = desk.line_rows(office, sheet_id)[0].tranche_id
    office.perform(unsheet, SYSTEM, tranche_id)

    refusal = refused(office, (tranche_id,))

    assert refusal.code == "sheet.tranche_taken"
    assert sheet_count(office) == 1


@pytest.mark.scenario("A89")
def test_of_two_makers_of_the_same_tranches_exactly_one_wins(office: Office) -> None:
    picked = desk.verified_tranches(office, 3_000_000, 3_000_000)
    ready = Barrier(2)

    def contend(who: Actor, tranche_ids: tuple[int, ...]) -> str:
        ready.wait(30)
        try:
            office.perform(make_sheet, who, tranche_ids, "")
        except Refused as refusal:
            return refusal.code
        return "made"

    with ThreadPoolExecutor(2) as pool:
        outcomes = [
            pool.submit(contend, given.ACCOUNTING, picked),
            pool.submit(contend, given.ACCOUNTING_2, picked[::-1]),
        ]
        ended = sorted(outcome.result(60) for outcome in outcomes)

    assert ended == ["made", "sheet.tranche_taken"]
    assert sheet_count(office) == 1
    lines = desk.line_rows(office, 1)
    assert [(line.tranche_id, line.state) for line in lines] == [
        (tranche_id, LineState.LIVE) for tranche_id in picked
    ]


def test_nothing_picked_makes_nothing(office: Office) -> None:
    assert refused(office, ()).code == "sheet.empty"


def test_a_sheet_has_a_limit(office: Office) -> None:
    refusal = refused(office, tuple(range(1, LINES_MAX + 2)))

    assert refusal == Refused("sheet.too_long", count=LINES_MAX + 1, limit=LINES_MAX)


def test_a_tranche_that_does_not_exist_is_not_found(office: Office) -> None:
    with pytest.raises(NoResultFound):
        office.perform(make_sheet, given.ACCOUNTING, (999,), "")


@pytest.mark.scenario("A88")
def test_a_firm_renamed_since_blocks_its_row_until_the_account_follows(office: Office) -> None:
    (tranche_id,) = desk.verified_tranches(office, 3_000_000)
    case_id = desk.tranche_row(office, tranche_id).case_id
    office.perform(desk.rename_firm, SYSTEM, case_id, "宏聯精密工業有限公司")

    refusal = refused(office, (tranche_id,))

    assert refusal.code == "sheet.line_blocked"
    assert refusal.facts["case"] == "S01-112-000001"
    assert isinstance(refusal.facts["why"], Refused)
    assert refusal.facts["why"].code == "claim.holder_differs"
    desk.correct(office, tranche_id, replace(world.ACCOUNT, holder="宏聯精密工業有限公司"))
    line = frozen(desk.line_rows(office, desk.make(office, [tranche_id]))[0])
    assert line.payee == "宏聯精密工業有限公司"


def test_a_tranche_held_back_is_not_put_on_a_sheet(office: Office) -> None:
    (tranche_id,) = desk.verified_tranches(office, 3_000_000)
    version = desk.tranche_row(office, tranche_id).version
    office.perform(hold_tranche, given.OFFICER, tranche_id, version, "查核中")

    refusal = refused(office, (tranche_id,))

    assert refusal.facts["why"] == Refused("tranche.held", reason="查核中")


@pytest.mark.scenario("A91")
def test_who_scored_a_case_does_not_make_its_sheet(office: Office) -> None:
    (tranche_id,) = desk.verified_tranches(office, 3_000_000)
    case_id = desk.tranche_row(office, tranche_id).case_id
    office.perform(desk.put_score, SYSTEM, case_id, given.ACCOUNTING)

    assert refused(office, (tranche_id,)).code == "sheet.scored"
    office.perform(make_sheet, given.ACCOUNTING_2, (tranche_id,), "")


@pytest.mark.parametrize("who", [given.OFFICER, given.CASHIER, given.MANAGER, given.AUDITOR])
def test_only_accounting_makes_sheets(office: Office, who: Actor) -> None:
    assert refused(office, (1,), who).code == "access.denied"


def test_an_account_is_corrected_with_its_passbook_page_and_flagged(office: Office) -> None:
    tranche_id = desk.a_changed_account(office)

    line = frozen(desk.line_rows(office, desk.make(office, [tranche_id]))[0])

    assert line.account == "998877"


def test_an_account_is_not_corrected_without_its_passbook_page(office: Office) -> None:
    (tranche_id,) = desk.verified_tranches(office, 3_000_000)
    version = desk.tranche_row(office, tranche_id).version

    with pytest.raises(Refused) as refusal:
        office.perform(correct_account, given.OFFICER, tranche_id, version, world.ACCOUNT, None)

    assert refusal.value.code == "claim.passbook_missing"


def test_an_account_on_a_sheet_is_not_corrected(office: Office) -> None:
    sheet_id = desk.a_made_sheet(office)
    tranche_id = desk.line_rows(office, sheet_id)[0].tranche_id

    with pytest.raises(Refused) as refusal:
        desk.correct(office, tranche_id, world.ACCOUNT)

    assert refusal.value == Refused("sheet.not_waiting", state=TrancheState.SHEETED)


def test_an_older_page_does_not_correct_an_account(office: Office) -> None:
    (tranche_id,) = desk.verified_tranches(office, 3_000_000)

    with pytest.raises(Stale):
        office.perform(correct_account, given.OFFICER, tranche_id, 1, world.ACCOUNT, world.a_pdf())
