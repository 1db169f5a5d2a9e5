"""From the contract to the settlement: what the firm reports, and what the office says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from playwright.sync_api import expect

from backoffice.access import Actor
from tests import given
from tests.journeys.application import Journey
from tests.journeys.windows import Window


def sign_contract(
    journey: Journey,
    *says: str,
    points: int,
    changed: Mapping[str, str] = MappingProxyType({}),
    period_end: str = "",
) -> None:
    """The officer enters the contract; the form has the plan filled in, and says what it allows.

    `changed`: fields of its tables by name, typed over; `period_end`: typed where none is given.
    """
    window = journey.at_case(given.OFFICER)
    window.next_step("登錄契約")
    window.reads(*says)
    for label, text in changed.items():
        window.fill(label, text)
    if period_end:
        window.fill("計畫結束日", period_end)
    window.fill("契約編號", f"企補{journey.number}")
    window.fill("簽約日期", journey.today)
    window.fill("簽約函文號", "3899字第1121031號")
    window.fill("簽約函日期", journey.today)
    window.attach("契約書（PDF）", "補助契約")
    window.click("登錄契約")
    window.reads_state(journey.number, "執行中")
    expect(window.page.locator("#points tbody tr")).to_have_count(points)


def reach_point(journey: Journey, item: str, *, reached: str) -> None:
    """The firm's report on the checkpoint comes in with its evidence, and is accepted."""
    window = journey.windows.of(given.OFFICER)
    window.open(f"/disbursement/cases/{journey.case_id}")
    window.follow(item)
    window.fill("業者來函文號", f"3899字第{journey.today.replace('/', '')}號")
    window.fill("業者來函日期", journey.today)
    window.fill("達成情形", "已完成，測試紀錄如附件。")
    window.attach("佐證（PDF）", f"{item}佐證")
    window.click("登錄提報")
    window.next_step(f"審定查核點「{item}」")
    window.choose("達成：權重全數計入，之後不再變更")
    window.fill("說明或退回理由", "佐證完整。")
    window.click("送出審定")
    window.reads(f"已達成 {reached}，期中應達 50.00%")
    expect(window.row(item).locator(".s")).to_have_text("達成")


def report_midterm(journey: Journey) -> None:
    """Half of the weight is reached, to the hundredth: the mid-term report may come in."""
    window = journey.at_case(given.OFFICER)
    window.next_step("登錄期中報告")
    _report(journey, window, "期中報告")
    window.reads_told("已登錄期中報告，等候審查委員意見。")


def opine(journey: Journey, reviewer: Actor, stage: str) -> None:
    """A reviewer who was asked reads the report's case, and says that it passes."""
    window = journey.windows.of(reviewer)
    window.open("/review/")
    window.follow(journey.number)
    window.reads_heading(f"{stage}意見")
    window.choose("通過")
    window.fill("說明", "進度與計畫相符。")
    window.click("提出意見")


def conclude_midterm(journey: Journey) -> None:
    """The officer concludes; the first half of the subsidy may be claimed."""
    window = journey.at_case(given.OFFICER)
    window.next_step("作成期中審查結論")
    window.reads("進度與計畫相符。", "第 1 期款 1,500,000 元開放請款")
    _conclude(journey, window, "經企字第1121120001號")
    window.reads_state(journey.number, "期中後執行")


def report_closing(journey: Journey) -> None:
    """The closing report comes in."""
    window = journey.at_case(given.OFFICER)
    window.next_step("登錄結案報告")
    _report(journey, window, "結案報告")
    window.reads_state(journey.number, "結案審查中")


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice of the firm: a category's code, its number, its amount without tax."""

    category: str
    number: str
    amount: str


def spend(journey: Journey, invoices: tuple[Invoice, ...]) -> None:
    """The officer enters the invoices; each is recognised or not at once."""
    window = journey.windows.of(given.OFFICER)
    window.open(f"/disbursement/cases/{journey.case_id}/closing")
    for invoice in invoices:
        window.select("科目", invoice.category)
        window.fill("憑證號碼", invoice.number)
        window.fill("憑證日期", "113/03/15")
        window.fill("付款日期", "113/04/10")
        window.fill("廠商", "順永金屬工業社")
        window.fill("金額", invoice.amount)
        window.click("登錄憑證")
        row = window.row(invoice.number)
        expect(row).to_contain_text(invoice.amount)
        expect(row.locator(".s")).to_have_text("認列")


def conclude_closing(journey: Journey, final: str, rest: str) -> None:
    """The officer concludes, and the settlement with it."""
    window = journey.at_case(given.OFFICER)
    window.next_step("作成結案審查結論")
    window.reads(f"結算核定數 {final} 元，最後一期款 {rest} 元")
    _conclude(journey, window, "經企字第1130520001號")
    window.reads_state(journey.number, "結算完成")


def cannot_conclude(journey: Journey, *why: str) -> None:
    """The officer tries to pass the closing; the page says why it cannot, and nothing happens."""
    window = journey.at_case(given.OFFICER)
    window.next_step("作成結案審查結論")
    window.reads(*why)
    _conclude(journey, window, "經企字第1130520001號")
    expect(
        window.page.get_by_role("alert").or_(window.page.locator(".error-summary"))
    ).to_be_visible()
    window.reads(*why)
    journey.at_case(given.OFFICER).reads_state(journey.number, "結案審查中")


def file_condition(journey: Journey, condition: str) -> None:
    """The paper that shows a closing condition of the scheme is filed."""
    window = _closing(journey)
    window.follow("結案條件證明文件")
    window.labelled("結案條件").select_option(label=condition)
    window.attach("證明文件（PDF）", condition)
    window.click("登錄證明文件")
    window.reads(f"{condition}.pdf")


def enter_targets(journey: Journey, **values: str) -> None:
    """What was achieved of each target, with its evidence the first time."""
    window = _closing(journey)
    window.follow("登錄達成值")
    for label, value in values.items():
        window.fill(label, value)
    window.attach("達成值佐證（PDF）", "達成值佐證")
    window.click("登錄達成值")
    window.reads_told("已登錄達成值。")


def lose_a_partner(journey: Journey, firm: str) -> None:
    """A partner leaves on its letter; the centre takes over its share."""
    window = _closing(journey)
    window.follow("契約成員")
    with window.page.expect_navigation():
        window.row(firm).get_by_role("link", name="退出", exact=True).click()
    window.reads(f"{firm}不再計入合作廠商家數。")
    window.fill("來函文號", "夥字第1130601號")
    window.fill("退出日期", journey.today)
    window.fill("退出原因", "停業")
    window.click("登錄退出")
    window.reads_told("已登錄合作廠商退出。")
    expect(window.row(firm)).to_contain_text("退出")


def gain_a_partner(journey: Journey, firm: str, ubn: str) -> None:
    """Another partner takes its place, with the keyboard alone."""
    window = journey.windows.of(given.OFFICER)
    window.open(f"/disbursement/cases/{journey.case_id}/consortium")
    window.press(".")
    window.reads_heading("登錄合作廠商加入")
    window.labelled("合作廠商名稱").focus()
    window.type(firm, "Tab", ubn, "Tab", "99990001", "Tab", "500000", "Tab", "0", "Tab")
    window.type("夥字第1130602號", "Tab", journey.today)
    window.press("Enter")
    window.reads_told("已登錄合作廠商加入。")
    expect(window.row(firm)).to_contain_text("500,000")


def _closing(journey: Journey) -> Window:
    window = journey.windows.of(given.OFFICER)
    window.open(f"/disbursement/cases/{journey.case_id}/closing")
    return window


def _report(journey: Journey, window: Window, what: str) -> None:
    window.fill("業者來函文號", f"3899字第{journey.today.replace('/', '')}9號")
    window.fill("業者來函日期", journey.today)
    window.attach("報告（PDF）", what)
    window.click(f"登錄{what}")


def _conclude(journey: Journey, window: Window, letter: str) -> None:
    window.choose("通過")
    window.fill("審查結果函文號", letter)
    window.fill("審查結果函日期", journey.today)
    window.click("作成結論")
