"""From the claim to the money's arrival: six people, and nobody does two steps of one sheet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import expect

from backoffice.access import Actor
from tests import given
from tests.journeys.application import Journey
from tests.journeys.windows import Window


@dataclass(frozen=True, slots=True)
class Instalment:
    """One of the two halves: its place, its amount as people type it, the sheet that pays it."""

    number: int
    amount: str
    words: str
    sheet: str


def claim(journey: Journey, instalment: Instalment, *, holder: str = "") -> None:
    """The firm's claim is entered; with `holder`, to an account that is new to the office."""
    window = journey.at_case(given.OFFICER)
    window.next_step(f"登錄第 {instalment.number} 期請款")
    window.reads(f"應撥 {instalment.amount} 元（{instalment.words}）")
    window.fill("領據編號", f"領0021-{instalment.number}")
    window.fill("領據日期", journey.today)
    window.fill("領據金額", instalment.amount)
    window.attach("領據（PDF）", f"第{instalment.number}期領據")
    if holder:
        window.choose("首次請款，登錄撥款帳戶")
        window.fill("金融機構代碼", "004")
        window.fill("分行代碼", "0037")
        window.fill("金融機構名稱", "臺灣銀行營業部")
        window.fill("帳號", "012345678812")
        window.fill("戶名", holder)
        window.attach("存摺封面（PDF）", "存摺封面")
    window.click("登錄請款")
    window.reads("請款審核中", "004-0037 ····8812")


def verify(journey: Journey, instalment: Instalment) -> None:
    """Another officer than the one who entered the claim verifies it."""
    window = journey.at_case(given.OFFICER_2)
    window.next_step(f"審核第 {instalment.number} 期請款")
    window.reads("各項均符合。", instalment.words, "004-0037 ····8812")
    window.choose("通過：可列入撥款清冊")
    window.choose("已再次查核：無欠稅，且無陸資投資")
    window.click("送出審核")
    window.reads("審核通過")


def make(journey: Journey, instalment: Instalment) -> None:
    """Accounting puts the tranche on a sheet."""
    window = journey.windows.of(given.ACCOUNTING)
    window.open("/disbursement/sheets?step=MAKE")
    row = window.row(journey.number)
    expect(row).to_contain_text(instalment.amount)
    row.get_by_role("checkbox").check()
    expect(window.page.locator("[data-sum]")).to_have_text(instalment.amount)
    window.fill("用途", f"第{instalment.number}期補助款")
    window.press("Control+Enter")
    window.reads_heading(f"撥款清冊 {instalment.sheet}")
    window.reads(instalment.words)


def check(journey: Journey, instalment: Instalment) -> None:
    """Another person of accounting checks it; from here on nothing on it changes."""
    window = _sheet(journey, given.ACCOUNTING_2, "CHECK", instalment)
    window.press("Enter")
    window.reads_heading("覆核撥款清冊")
    window.press("Shift+Y")
    window.reads_told("已覆核，明細與金額自此凍結")


def approve(journey: Journey, instalment: Instalment) -> None:
    """The manager approves for the head of the agency."""
    window = _sheet(journey, given.MANAGER, "APPROVE", instalment)
    window.press("Enter")
    window.reads_heading("核准撥款清冊")
    window.press("Enter")
    window.reads_told("已核准，清冊檔已產生")


def export(journey: Journey, instalment: Instalment, folder: Path) -> Path:
    """The cashier downloads the sheet's file, to be handed to the paying office."""
    window = _sheet(journey, given.CASHIER, "SEND", instalment)
    download = window.download("下載清冊檔")
    path = folder / download.suggested_filename
    download.save_as(path)
    return path


def send(journey: Journey, instalment: Instalment) -> None:
    """The cashier sends the sheet; it can no longer be voided."""
    window = _sheet(journey, given.CASHIER, "SEND", instalment)
    window.press("Enter")
    window.reads_heading("撥款清冊送件")
    window.press("Enter")
    window.reads_told("已送件，款項在途")


def settle(journey: Journey, instalment: Instalment) -> None:
    """The bank says that the money has arrived."""
    window = _sheet(journey, given.CASHIER, "SETTLE", instalment)
    window.press("Enter")
    window.reads_heading("對帳")
    window.type("y")
    expect(window.labelled("入帳")).to_be_checked()
    window.press("Control+Enter")
    window.reads_told("已全部登錄，本清冊對帳完成。")
    expect(window.row(journey.number)).to_contain_text("已入帳")


def _sheet(journey: Journey, person: Actor, step: str, instalment: Instalment) -> Window:
    """The person's window with the sheet that waits on this step."""
    window = journey.windows.of(person)
    window.open(f"/disbursement/sheets?step={step}")
    window.follow(instalment.sheet)
    window.reads_heading(f"撥款清冊 {instalment.sheet}")
    return window
