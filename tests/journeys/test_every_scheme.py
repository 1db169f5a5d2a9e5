"""A case of each other grant scheme, from the sample workbook to its end.

The first scheme's journey (`test_one_case`) shows every step in the browser. Here the browser and
its keyboard are used for what differs between the schemes: the contract with its members' shares,
its period and its categories; the partners who leave and join; the targets; the closing conditions;
the spending and the settlement. Import, scoring, checkpoints, mid-term, claims and sheets are the
same pages as there, asked over plain HTTP (`tests.journeys.road`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from backoffice.cases.rules.lifecycle import CaseState
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.ledger.queries import stages_of_case
from backoffice.ledger.rules import Stage
from backoffice.use_case import Office
from tests.browser import serve
from tests.journeys import execution
from tests.journeys.application import Journey
from tests.journeys.execution import Invoice
from tests.journeys.road import Road
from tests.journeys.windows import opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@dataclass(frozen=True, slots=True)
class Story:
    """What differs: the case, what its contract says, what stops its closing, and its money.

    `shares` are typed over in the contract; `stopped` is done in the closing review before it
    passes. `rest` is the last tranche.
    """

    scheme: str
    number: str
    firm: str
    says: tuple[str, ...]
    points: int
    spent: tuple[Invoice, ...]
    stopped: Callable[[Journey], None]
    final: str
    rest: str
    disbursed: int
    shares: Mapping[str, str] = field(default_factory=dict)
    period_end: str = ""


def no_obstacle(_journey: Journey) -> None:
    """The scheme asks for nothing but the review itself."""


def a_partner_leaves_and_another_joins(journey: Journey) -> None:
    """With nine partners the closing cannot pass; with ten again it can."""
    execution.file_condition(journey, "合作廠商家數維持證明")
    execution.lose_a_partner(journey, "中正模具股份有限公司")
    execution.cannot_conclude(journey, "合作廠商現有 9 家，至少須 10 家，尚缺 1 家")
    execution.gain_a_partner(journey, "新進夥伴有限公司", "04595257")


def the_registration_is_missing(journey: Journey) -> None:
    """Without the local government's paper the closing cannot pass."""
    execution.cannot_conclude(journey, "尚缺結案條件的證明文件：特定工廠登記證明")
    execution.file_condition(journey, "特定工廠登記證明")


def a_target_is_missed(journey: Journey) -> None:
    """499 visits are not 500; the firm's evidence then shows 812."""
    reached = {"導入服務數": "1", "減碳公斤數": "0.9 公噸"}
    execution.enter_targets(journey, **reached, 體驗人次="499")
    execution.cannot_conclude(journey, "體驗人次達成 499，應達 500，尚差 1")
    execution.enter_targets(journey, **reached, 體驗人次="812")


STORIES = (
    Story(
        scheme="S02",
        number="S02-112-040128",
        firm="晟旭五金企業社",
        says=(
            "第 1 期款 7,500,000 元、第 2 期款 7,500,000 元",
            "最遲 114年8月26日",
            "晟旭五金企業社",
        ),
        points=4,
        shares={
            "晟旭五金企業社 補助款": "14,500,000",
            "中正模具股份有限公司 補助款": "500,000",
        },
        spent=(
            Invoice("C1", "BA00000001", "4,500,000"),
            Invoice("C2", "BA00000002", "7,500,000"),
            Invoice("C3", "BA00000003", "16,500,000"),
            Invoice("C5", "BA00000004", "1,500,000"),
        ),
        stopped=a_partner_leaves_and_another_joins,
        final="15,000,000",
        rest="7,500,000",
        disbursed=15_000_000,
    ),
    Story(
        scheme="S03",
        number="S03-112-040071",
        firm="宏正橡膠股份有限公司",
        says=("第 1 期款 750,000 元、第 2 期款 750,000 元", "最遲 113年8月16日"),
        points=5,
        spent=(
            Invoice("C1", "CA00000001", "450,000"),
            Invoice("C2", "CA00000002", "750,000"),
            Invoice("C3", "CA00000003", "850,000"),
            Invoice("C4", "CA00000004", "600,000"),
            Invoice("C5", "CA00000005", "150,000"),
        ),
        stopped=no_obstacle,
        final="1,400,000",
        rest="650,000",
        disbursed=1_400_000,
    ),
    Story(
        scheme="S05",
        number="S05-112-040106",
        firm="鑫光精密工業企業社",
        says=("第 1 期款 750,000 元、第 2 期款 750,000 元", "基礎工程施工費", "最遲 113年9月1日"),
        points=3,
        spent=(
            Invoice("C1", "DA00000001", "780,000"),
            Invoice("C2", "DA00000002", "1,300,000"),
            Invoice("C3", "DA00000003", "1,560,000"),
            Invoice("C4", "DA00000004", "1,040,000"),
            Invoice("C8", "DA00000005", "520,000"),
        ),
        stopped=the_registration_is_missing,
        final="1,500,000",
        rest="750,000",
        disbursed=1_500_000,
    ),
    Story(
        scheme="S11",
        number="S11-112-040118",
        firm="泰宏塑膠工業社",
        says=("第 1 期款 150,000 元、第 2 期款 150,000 元", "本方案未定期間長度"),
        points=4,
        spent=(
            Invoice("C1", "EA00000001", "90,000"),
            Invoice("C2", "EA00000002", "120,000"),
            Invoice("C3", "EA00000003", "270,000"),
            Invoice("C4", "EA00000004", "60,000"),
            Invoice("C5", "EA00000005", "60,000"),
        ),
        stopped=a_target_is_missed,
        final="300,000",
        rest="150,000",
        disbursed=300_000,
        period_end="113/06/27",
    ),
)


@pytest.mark.browser
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.scheme)
def test_a_case_of_the_scheme_goes_from_the_workbook_to_its_end(
    app: Flask,
    office: Office,
    clock: FixedClock,
    browser: Browser,
    browser_context_args: dict[str, Any],
    story: Story,
) -> None:
    road = Road(app, office, story.number)
    road.budget(story.scheme, 60_000_000, 40_000_000)
    with serve(app) as address, opened(browser, browser_context_args, address) as windows:
        journey = Journey(story.number, clock, windows)
        _to_the_award(road, journey)
        execution.sign_contract(
            journey,
            *story.says,
            points=story.points,
            changed=story.shares,
            period_end=story.period_end,
        )
        _to_the_closing(road, journey, story.firm)
        execution.spend(journey, story.spent)
        story.stopped(journey)
        execution.conclude_closing(journey, final=story.final, rest=story.rest)
        road.pay(2)
        assert [trouble for trouble in windows.troubles if "422" not in trouble] == []

    assert road.case.state is CaseState.CLOSED
    with Session(office.engine) as session:
        stages = stages_of_case(session, story.scheme, case_id=road.case_id)
    assert stages[Stage.DISBURSED] == Ntd(story.disbursed)


def _to_the_award(road: Road, journey: Journey) -> None:
    journey.on(2023, 9, 25)
    road.bring_in()
    journey.case_id = road.case_id
    journey.on(2023, 10, 2)
    road.score()
    journey.on(2023, 10, 6)
    road.award()
    journey.on(2023, 10, 31)


def _to_the_closing(road: Road, journey: Journey, firm: str) -> None:
    journey.on(2023, 11, 27)
    road.reach(5_000)
    road.report("midterm")
    road.conclude_midterm()
    road.pay(1, firm)
    journey.on(2024, 6, 3)
    road.reach(10_000)
    road.report("closing")
