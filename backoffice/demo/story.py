"""The story itself, from the opening of the schemes to the summer of 113.

Two imports of the sample, a budget too small for everybody, a part of it offered, a line for more,
cases in every state that the office can bring about, sheets at every step, and one payment that
came back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Engine, select

from backoffice.access import SYSTEM
from backoffice.cases.models import Case
from backoffice.cases.operations import leave_note, withdraw_case
from backoffice.demo import (
    bank,
    budgeting,
    casting,
    crossroads,
    endings,
    loans,
    places,
    scarcity,
    schemes,
    sheets,
)
from backoffice.demo.further import bring_in
from backoffice.demo.people import add_everybody
from backoffice.demo.sample import received_until
from backoffice.demo.stage import Stage
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import TAIPEI
from backoffice.people.operations import add_employment, make_installation
from backoffice.reports.operations import enter_allotment, enter_appropriation
from backoffice.reports.operations.keeping import keep_board_in_time
from backoffice.review.operations import decide_reject
from backoffice.scheme import registry
from backoffice.use_case import Office

OPENING = datetime(2023, 4, 17, 9, 0, tzinfo=TAIPEI)
READY = datetime(2024, 7, 1, 9, 0, tzinfo=TAIPEI)
SAMPLE = Path(__file__).with_name("intake-112.xlsx")
APPROPRIATION = Ntd(33_600_000)
ALLOTMENT = Ntd(18_000_000)
FORMER_EMPLOYER = ("04595257", "宏聯精密工業股份有限公司", date(2018, 3, 1), date(2022, 12, 31))
PASSES = ((82, 78, 80), (76, 74, 79), (80, 72, 77))
FAILS = ((58, 60, 55), (62, 58, 60), (61, 59, 57))


def perform(engine: Engine, *, say: Callable[[str], None]) -> None:
    """Make the demonstration in an empty database."""
    clock = FixedClock(OPENING)
    office = Office(engine, clock)
    office.perform(make_installation, SYSTEM, demonstration=True)
    stage = Stage(office, clock, add_everybody(office))
    _budget(stage)
    ubn, firm, began_on, ended_on = FORMER_EMPLOYER
    office.perform(
        add_employment, SYSTEM, stage.cast.reviewers[3].id, ubn, firm, began_on, ended_on=ended_on
    )
    say("112/09/25　進件")
    stage.at(date(2023, 9, 25), 9)
    bring_in(stage, "進件-112.xlsx", received_until(SAMPLE, clock.now()))
    places.begin(stage)
    early = _eligible(stage)[:14]
    plain = len(schemes.FATES)
    chosen = {each: casting.choose(stage, SAMPLE, each, plain) for each in schemes.others()}
    for scheme, cast in chosen.items():
        schemes.budget(stage, scheme, cast)
    small = [case_id for case_id in casting.free(stage, _scheme()) if case_id not in early]
    early_ends = [tuple(small[: casting.EARLY]), *(cast.early for cast in chosen.values())]
    for cases in early_ends:
        crossroads.award(stage, cases)
    places.pay(stage, date(2023, 9, 28))
    say("112/10　審查、核定、簽約")
    _decide(stage, early, date(2023, 10, 2))
    _contracts(stage, early, date(2023, 10, 31))
    for cases in early_ends:
        crossroads.end(stage, cases, date(2023, 10, 31))
    places.move_on(stage, date(2023, 10, 31))
    others = schemes.begin(stage, chosen, date(2023, 11, 1))
    say("112/11–113/02　期中審查、第1期款")
    _midterms(stage, early)
    schemes.midterms(stage, others, date(2023, 12, 20))
    bank.vouched(stage, date(2023, 12, 20))
    say("112/12/22　再次進件")
    stage.at(date(2023, 12, 22), 9)
    bring_in(stage, "進件-112.xlsx", SAMPLE.read_bytes())
    schemes.closings(stage, others, date(2024, 4, 22))
    bank.vouched(stage, date(2024, 4, 22))
    keep_board_in_time(office)
    endings.demands(stage, others, date(2024, 4, 24))
    say("113/05–06　結案審查、第2期款")
    _closings(stage, early)
    say("113/06　審查中的案件")
    late = _in_review(stage)
    schemes.late_ones(stage, others, date(2024, 6, 27))
    places.end(stage, date(2024, 6, 27))
    loans.play(stage, SAMPLE, date(2024, 6, 27))
    for scheme, cast in chosen.items():
        crossroads.refuse(stage, scheme, cast.refused, date(2024, 6, 27))
    endings.end_early(stage, others, date(2024, 6, 28))
    for cast in chosen.values():
        crossroads.run_short(stage, cast)
    stage.at(date(2024, 6, 28), 15)
    _what_is_left(stage, late)
    budgeting.play(stage)
    clock.set(READY)
    office.perform(
        leave_note,
        stage.cast.officer,
        early[0],
        "示範資料到此為止；時鐘由 113 年 7 月 1 日 9 時起走。",
    )


def _scheme() -> str:
    """The story plays in the first scheme of the catalogue."""
    return registry.schemes()[0]


def _budget(stage: Stage) -> None:
    person, day = stage.cast.accounting, OPENING.date()
    stage.office.perform(
        enter_appropriation, person, _scheme(), APPROPRIATION, "主預字第1120001號", day, "特別預算"
    )
    stage.office.perform(
        enter_allotment, person, _scheme(), ALLOTMENT, "主預字第1120002號", day, "112 年度分配"
    )


def _eligible(stage: Stage, *, latest: bool = False) -> list[int]:
    """The scheme's cases without a finding that nobody has taken, in order of receipt."""
    order = Case.received_at.desc() if latest else Case.received_at
    return stage.rows(
        select(Case.id)
        .where(Case.scheme == _scheme(), Case.finding_count == 0, Case.officer_id.is_(None))
        .order_by(order, Case.id)
    )


def _with_findings(stage: Stage) -> list[int]:
    return stage.rows(
        select(Case.id)
        .where(Case.scheme == _scheme(), Case.finding_count > 0, Case.officer_id.is_(None))
        .order_by(Case.received_at, Case.id)
    )


def _decide(stage: Stage, cases: Sequence[int], day: date) -> None:
    """Taken, judged, scored and awarded, one after the other."""
    stage.at(day)
    for case_id in _with_findings(stage)[:5]:
        stage.take(case_id)
        stage.judge(case_id)
    for case_id in cases:
        stage.take(case_id)
        stage.judge(case_id)
        stage.seat(case_id)
    stage.at(date(day.year, day.month, day.day + 5))
    for case_id in cases:
        stage.score(case_id, PASSES)
    stage.at(date(day.year, day.month, day.day + 9))
    for case_id in cases:
        stage.close(case_id)
    stage.at(date(day.year, day.month, day.day + 14))
    for case_id in cases:
        stage.award(case_id)


def _contracts(stage: Stage, cases: Sequence[int], day: date) -> None:
    stage.at(day)
    for case_id in cases:
        stage.contract(case_id)


def _midterms(stage: Stage, cases: Sequence[int]) -> None:
    """Ten pass mid-term; six are paid on the first sheet, one of them comes back."""
    stage.at(date(2023, 11, 13))
    for case_id in cases[:11]:
        stage.achieve(case_id, 5_000)
    stage.at(date(2023, 11, 27))
    for case_id in cases[:10]:
        stage.pass_midterm(case_id)
    stage.at(date(2023, 12, 4))
    for case_id in cases[:8]:
        stage.claim(case_id, 1)
    for case_id in cases[:7]:
        stage.verify(case_id, 1)
    first = sheets.made(stage, cases[:6], 1, date(2023, 12, 11))
    sheets.sent(stage, first, date(2023, 12, 14))
    bank.answered(stage, first, date(2023, 12, 15), returned=4)
    bank.closed(stage, date(2023, 12, 15))


def _closings(stage: Stage, cases: Sequence[int]) -> None:
    """Three are settled, two of them closed; one waits for its second tranche, one for opinions."""
    stage.at(date(2024, 5, 6))
    for case_id in cases[:4]:
        stage.achieve_rest(case_id)
        stage.report_closing(case_id)
    for case_id, percent in zip(cases[:3], (100, 90, 100), strict=True):
        stage.spend(case_id, percent)
    stage.at(date(2024, 5, 20))
    for case_id in cases[:3]:
        stage.pass_closing(case_id)
    stage.at(date(2024, 5, 27))
    for case_id in cases[:3]:
        stage.claim(case_id, 2)
        stage.verify(case_id, 2)
    second = sheets.made(stage, cases[:2], 2, date(2024, 6, 3))
    sheets.sent(stage, second, date(2024, 6, 6))
    bank.answered(stage, second, date(2024, 6, 7), stranger=True)
    sheets.approved(stage, sheets.made(stage, cases[2:3], 2, date(2024, 6, 24)))
    keep_board_in_time(stage.office)
    sheets.made(stage, cases[6:7], 1, date(2024, 6, 26))
    reported = stage.points(cases[12])[0]
    stage.report(reported)


def _in_review(stage: Stage) -> list[int]:
    """Cases at every step before the contract, late receipts first; which they are."""
    stage.at(date(2024, 6, 10))
    late = _eligible(stage, latest=True)[:14]
    for case_id in late:
        stage.take(case_id)
    for case_id in late[:11]:
        stage.judge(case_id)
    for case_id in late[:10]:
        stage.seat(case_id, (1, 2, 3) if case_id % 2 else (0, 1, 2))
    stage.at(date(2024, 6, 12))
    for case_id in (*late[:5], late[9]):
        stage.score(case_id, PASSES)
    stage.score(late[5], FAILS)
    stage.score(late[6], FAILS)
    first, second, _third = stage.seats(late[7])
    stage.declares(first)
    stage.drafts(first, (81, 77, 79))
    stage.hands_in(first)
    stage.declares(second)
    stage.drafts(second, (72, 70))
    stage.at(date(2024, 6, 14))
    for case_id in (*late[:7], late[9]):
        stage.close(case_id)
    stage.at(date(2024, 6, 17))
    stage.award(late[0])
    case = stage.case(late[5])
    stage.office.perform(
        decide_reject,
        stage.cast.convenor,
        case.id,
        case.version,
        "總分未達及格分數。",
        "經企字第1130617號",
    )
    case = stage.case(late[12])
    stage.office.perform(
        withdraw_case,
        stage.cast.officer,
        case.id,
        case.version,
        date(2024, 6, 17),
        f"{case.ubn[-4:]}字第1130617號",
        "公司營運方向調整",
    )
    return late


def _what_is_left(stage: Stage, late: Sequence[int]) -> None:
    """Of five that passed, one is awarded, one offered a part, two wait, one is to be decided."""
    stage.award(late[1])
    scarcity.offer_the_rest(stage, late[2])
    for case_id in late[3:5]:
        scarcity.stand_in_line(stage, case_id)
