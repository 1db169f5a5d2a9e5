"""From the budget to the award: accounting, an officer, three reviewers, the convenor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from playwright.sync_api import expect

from backoffice import demo
from backoffice.access import Actor
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.taiwan import TAIPEI, roc_slashes
from tests import given
from tests.journeys.windows import Window, Windows

WORKBOOK = Path(demo.__file__).with_name("intake-112.xlsx")


@dataclass(slots=True)
class Journey:
    """One case on its way: its number, the office's clock, and the people's windows."""

    number: str
    clock: FixedClock
    windows: Windows
    case_id: int = 0

    def on(self, year: int, month: int, day: int, hour: int = 10) -> None:
        """It is this day, at this hour in Taipei."""
        self.clock.set(datetime(year, month, day, hour, tzinfo=TAIPEI))

    @property
    def today(self) -> str:
        """The day as people type it."""
        return roc_slashes(self.clock.now().astimezone(TAIPEI).date())

    def at_case(self, person: Actor) -> Window:
        """The person's window, with the case open."""
        window = self.windows.of(person)
        window.open(f"/cases/{self.case_id}")
        return window


def enter_budget(journey: Journey, appropriation: str, allotment: str) -> None:
    """The appropriation, then what of it may be paid by now; each looked at before it counts."""
    window = journey.windows.of(given.ACCOUNTING)
    window.open("/reports/budget")
    for deed, amount in (("法定預算", appropriation), ("分配預算", allotment)):
        window.follow(f"登錄{deed}")
        window.reads_heading(f"登錄{deed}")
        window.select("方案", "S01")
        window.fill("金額", amount)
        window.fill("公文字號", f"主預字第112{amount[:2]}號")
        window.fill("公文日期", journey.today)
        window.click("下一步：核對前後金額")
        window.reads("登錄後即入帳，不能修改或刪除。", f"{amount} 元")
        window.click(f"登錄{deed}")
    expect(window.row("S01").first).to_contain_text(appropriation)
    expect(window.row("S01").first).to_contain_text(allotment)


def bring_in(journey: Journey, *, ready: int, look: int, rejected: int) -> None:
    """The officer looks at the workbook first, then lets it in."""
    window = journey.windows.of(given.OFFICER)
    window.open("/cases/imports/")
    window.labelled("進件活頁簿").set_input_files(WORKBOOK)
    window.click("預覽")
    window.reads_heading(WORKBOOK.name)
    for pile, count in (("可匯入", ready), ("需要看一看", look), ("不能匯入", rejected)):
        heading = window.page.get_by_role("heading", name=pile, exact=True)
        section = window.main.locator(".trio section", has=heading)
        expect(section.locator(".num")).to_have_text(str(count))
    window.press("Enter")
    window.reads(f"匯入 {ready + look} 件")


def find_and_take(journey: Journey) -> None:
    """The officer finds the case by its number, without the mouse, and takes it."""
    window = journey.windows.of(given.OFFICER)
    window.type("/", journey.number)
    window.press("Enter")
    window.reads_heading(f"搜尋「{journey.number}」")
    window.type("j")
    window.press("Enter")
    journey.case_id = int(window.page.url.rsplit("/", 1)[1])
    window.reads_state(journey.number, "資格審查中")
    window.reads("各項規定均符合", "國產 720,000 元，全部 1,440,000 元")
    window.next_step("取件")
    window.click("取件")
    window.reads(f"承辦 {given.OFFICER.name}")


def qualify(journey: Journey) -> None:
    """Every rule is met, so the officer sends the case on to the committee."""
    window = journey.at_case(given.OFFICER)
    window.next_step("資格審查")
    window.click("完成資格審查")
    window.reads_state(journey.number, "書面審查中")


def assign(journey: Journey, reviewers: Sequence[Actor], due_on: str) -> None:
    """The officer seats the panel."""
    window = journey.at_case(given.OFFICER)
    window.next_step("指派審查委員")
    for reviewer in reviewers:
        window.main.get_by_role("checkbox", name=reviewer.name).check()
    window.fill("評分期限", due_on)
    window.click("指派")
    window.reads_heading("評分中，已送出 0／3 份")


def score(journey: Journey, reviewer: Actor, marks: Sequence[str], total: str) -> None:
    """A reviewer declares, scores and hands in, with the keyboard alone."""
    window = journey.windows.of(reviewer)
    window.open("/review/")
    window.reads_heading("還有 1 案待評")
    window.press("Enter")
    window.reads_heading("迴避聲明")
    window.press("Enter")
    window.reads_heading("第 1 案，共 1 案")
    for number, mark in enumerate(marks, start=1):
        if number > 1:  # the first mark has the focus already
            window.type(str(number))
        window.type(mark, "Tab", f"第 {number} 項：依計畫書所附資料評定。", "Escape")
    expect(window.page.locator("#total .num")).to_have_text(total)
    window.press("Enter")
    window.reads_heading("送出 1 份評分表")
    expect(window.main.get_by_role("checkbox", name=journey.number)).to_be_checked()
    window.press("Enter")
    window.reads_heading("目前沒有待評的案件")


def confirm_bonus(journey: Journey, points: str) -> None:
    """The officer has seen the certificates of origin: half of the equipment is domestic."""
    window = journey.at_case(given.OFFICER)
    window.next_step("國產設備加分")
    window.reads("720,000 元", "1,440,000 元", "50.00%")
    window.choose("確認加分")
    window.fill("加分分數", points)
    window.fill("理由", "產地證明已核對，國產比率恰為五成。")
    window.click("登錄認定")
    window.reads("已確認加分")


def close_scoring(journey: Journey, score: str) -> None:
    """The convenor ends the scoring; only now is there a score."""
    window = journey.windows.of(given.CONVENOR)
    window.open("/review/decisions")
    window.reads_heading("1 案等您決定")
    window.press("Enter")
    window.reads_heading("評分中，已送出 3／3 份")
    window.next_step("結束評分")
    window.reads_heading("結束評分")
    window.reads("計入委員 A、B、C 的評分表，共 3 份", "2.50 分，承辦人已確認")
    window.click("結束評分")
    window.reads_heading(f"總分 {score}，達及格")
    window.reads_state(journey.number, "評分完成")


def award(journey: Journey, amount: str, *, before: str, after: str) -> None:
    """The convenor awards what was asked for; the same step takes it from the budget."""
    window = journey.windows.of(given.CONVENOR)
    window.open("/review/decisions")
    window.press("Enter")
    window.reads_heading(f"核定 {amount} 元")
    change = window.row("可用餘額（元）")
    expect(change).to_contain_text(before)
    expect(change).to_contain_text(after)
    window.fill("核定函文號", "經企字第1121012001號")
    window.click("核定")
    window.reads_told("已核定，預算已保留。")
    window.reads_state(journey.number, "已核定")
