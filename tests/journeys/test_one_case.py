"""One case from the budget to its end, through the hands of eleven people in a real browser."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import in_words
from backoffice.ledger.queries import stages_of_case
from backoffice.ledger.rules import Stage
from backoffice.use_case import Office
from tests import given
from tests.browser import serve
from tests.journeys import application, calc, execution, payment
from tests.journeys.application import Journey
from tests.journeys.execution import Invoice
from tests.journeys.payment import Instalment
from tests.journeys.windows import opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NUMBER = "S01-112-040021"  # without a finding; half of its new equipment is domestic, to the dollar
FIRM = "泰立包裝有限公司"
PANEL = (given.REVIEWER, given.REVIEWER_2, given.REVIEWER_3)
HANDS = (  # whose deeds are about the case itself; a sheet's check and approval are the sheet's
    *PANEL,
    given.OFFICER,
    given.OFFICER_2,
    given.CONVENOR,
    given.ACCOUNTING,
    given.CASHIER,
)
HALF = Ntd(1_500_000)
FIRST = Instalment(1, "1,500,000", "新臺幣壹佰伍拾萬元整", "112-S01-0001")
SECOND = Instalment(2, "1,500,000", "新臺幣壹佰伍拾萬元整", "113-S01-0001")
SPENT = (  # every category of the contract, spent to the dollar
    Invoice("C1", "AB00000001", "1,080,000"),
    Invoice("C2", "AB00000002", "1,440,000"),
    Invoice("C3", "AB00000003", "3,240,000"),
    Invoice("C4", "AB00000004", "1,440,000"),
)


@pytest.mark.browser
def test_a_case_goes_from_its_import_to_its_end_by_many_hands(
    app: Flask,
    office: Office,
    clock: FixedClock,
    browser: Browser,
    browser_context_args: dict[str, Any],
    tmp_path: Path,
) -> None:
    with serve(app) as address, opened(browser, browser_context_args, address) as windows:
        journey = Journey(NUMBER, clock, windows)
        _to_the_award(journey)
        assert _money(office, journey) == {Stage.COMMITTED: HALF + HALF}

        workbook = _to_the_first_payment(journey, tmp_path)
        rows = calc.first_sheet(workbook, tmp_path)
        _agrees_with_the_ledger(rows, _money(office, journey)[Stage.DISBURSED])

        _to_the_end(journey)
        assert _money(office, journey) == {Stage.DISBURSED: HALF + HALF}

        _is_told_to_the_auditor(journey, tmp_path)
        assert len(windows.people) == 11
        assert windows.troubles == []


def _to_the_award(journey: Journey) -> None:
    application.enter_budget(journey, "33,000,000", "18,000,000")
    journey.on(2023, 9, 25)
    application.bring_in(journey, ready=292, look=44, rejected=8)
    application.find_and_take(journey)
    application.qualify(journey)
    application.assign(journey, PANEL, "112/10/05")
    journey.on(2023, 10, 2)
    application.score(journey, PANEL[0], ("70", "68", "70"), "69.40")
    application.score(journey, PANEL[1], ("69", "70", "66"), "68.40")
    application.score(journey, PANEL[2], ("68.5", "70", "68"), "68.80")
    application.confirm_bonus(journey, "2.5")  # 68.87 alone would not pass
    journey.on(2023, 10, 6)
    application.close_scoring(journey, "71.37")
    application.award(journey, "3,000,000", before="33,000,000", after="30,000,000")


def _to_the_first_payment(journey: Journey, folder: Path) -> Path:
    """Until the money has arrived; the sheet's file as the cashier downloaded it."""
    journey.on(2023, 10, 31)
    execution.sign_contract(
        journey, "第 1 期款 1,500,000 元、第 2 期款 1,500,000 元", "112年11月5日", points=3
    )
    journey.on(2023, 11, 6)
    execution.reach_point(journey, "完成項目1之驗證報告", reached="30.50%")
    execution.reach_point(journey, "完成項目2之驗證報告", reached="50.00%")
    execution.report_midterm(journey)
    execution.opine(journey, PANEL[0], "期中審查")
    journey.on(2023, 11, 20)
    execution.conclude_midterm(journey)
    payment.claim(journey, FIRST, holder=FIRM)
    payment.verify(journey, FIRST)
    journey.on(2023, 12, 4)
    payment.make(journey, FIRST)
    payment.check(journey, FIRST)
    payment.approve(journey, FIRST)
    workbook = payment.export(journey, FIRST, folder)
    payment.send(journey, FIRST)
    journey.on(2023, 12, 8)
    payment.settle(journey, FIRST)
    return workbook


def _to_the_end(journey: Journey) -> None:
    journey.on(2024, 1, 30)
    execution.reach_point(journey, "完成項目3之驗證報告", reached="100.00%")
    journey.on(2024, 5, 6)
    execution.report_closing(journey)
    execution.spend(journey, SPENT)
    execution.opine(journey, PANEL[1], "結案審查")
    journey.on(2024, 5, 20)
    execution.conclude_closing(journey, final="3,000,000", rest=SECOND.amount)
    payment.claim(journey, SECOND)
    payment.verify(journey, SECOND)
    journey.on(2024, 6, 3)
    payment.make(journey, SECOND)
    payment.check(journey, SECOND)
    payment.approve(journey, SECOND)
    payment.send(journey, SECOND)
    journey.on(2024, 6, 7)
    payment.settle(journey, SECOND)
    journey.at_case(given.OFFICER).reads_state(NUMBER, "結案")


def _money(office: Office, journey: Journey) -> dict[Stage, Ntd]:
    """Where the case's budget dollars stand; the allotment is another book."""
    with Session(office.engine) as session:
        stages = stages_of_case(session, "S01", case_id=journey.case_id)
    return {stage: amount for stage, amount in stages.items() if stage in _SPENT_BOOK}


_SPENT_BOOK = (Stage.COMMITTED, Stage.CONTRACTED, Stage.IN_TRANSIT, Stage.DISBURSED, Stage.LAPSED)


def _agrees_with_the_ledger(rows: list[list[str]], paid: Ntd) -> None:
    """What LibreOffice shows of the sheet: nineteen columns, and the ledger's dollars."""
    head = next(row for row in rows if row[0] == "序號")
    assert len(head) == 19
    assert all(head)
    (line,) = (dict(zip(head, row, strict=True)) for row in rows if NUMBER in row)
    total = next(dict(zip(head, row, strict=True)) for row in rows if "合計" in row)
    assert line["受款人名稱（戶名全銜）"] == FIRM
    assert line["帳號"] == "012345678812"
    shown = {"核定補助款": HALF + HALF, "前已撥付": Ntd(0), "未撥餘額": HALF, "扣繳稅額": Ntd(0)}
    for label, amount in (shown | {"本次應撥": paid, "實撥金額": paid}).items():
        assert _dollars(line[label]) == amount, label
    for label, amount in (("本次應撥", paid), ("扣繳稅額", Ntd(0)), ("實撥金額", paid)):
        assert _dollars(total[label]) == amount, label
    in_full = f"合計：{paid.dollars:,} 元　{in_words(paid)}"
    assert any(in_full in row for row in rows), in_full


def _dollars(shown: str) -> Ntd:
    return Ntd(int(shown.replace(",", "")))


def _is_told_to_the_auditor(journey: Journey, folder: Path) -> None:
    """Who did what, from the first hand to the last; and the whole of it as a file."""
    window = journey.at_case(given.AUDITOR)
    window.follow("歷程")
    window.reads("核定補助", given.CONVENOR.name)
    window.open(f"/reports/audit?case={NUMBER}")
    window.follow("匯出本案歷程")
    window.reads_heading(f"匯出 {NUMBER} 歷程")
    window.fill("匯出事由", "年度查核抽樣。")
    download = window.download("匯出歷程")
    path = folder / download.suggested_filename
    download.save_as(path)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        told = list(csv.reader(lines))
    told_of = {cell for row in told for cell in row}
    assert {person.name for person in HANDS} <= told_of
