"""Where cases leave the straight road, one of each kind in every grant scheme.

Lapsed, given up, terminated, annulled, revoked, refused, withdrawn, ineligible; and at the end
more who passed than there is money for: awarded as far as it goes, a part offered, others in line.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.cases.operations import withdraw_case
from backoffice.demo import endings, scarcity
from backoffice.demo.casting import Chosen
from backoffice.demo.stage import Stage
from backoffice.disbursement.operations.contract import let_lapse
from backoffice.disbursement.rules.endings import EndingKind
from backoffice.kernel.money import Ntd
from backoffice.ledger.queries import budget_line
from backoffice.ledger.rules import Stage as BudgetStage
from backoffice.review.operations import decide_reject
from backoffice.scheme.rules import SchemeKey

PASSES = ((75, 77, 80), (76, 74, 72), (80, 72, 71))
FAILS = ((58, 60, 55), (62, 58, 60), (61, 59, 57))


def award(stage: Stage, cases: Iterable[int]) -> None:
    """They are judged, scored and awarded like any other."""
    for case_id in cases:
        _scored(stage, case_id, PASSES)
        stage.award(case_id)


def end(stage: Stage, early: tuple[int, ...], day: date) -> None:
    """Nobody signed the first; the second gives up; the others are ended by the convenor."""
    stage.at(day)
    lapsing, giving_up, *ended = early
    version = stage.case(lapsing).version
    stage.office.perform(
        let_lapse, stage.cast.officer, lapsing, version, "逾期未完成簽約，核准失其效力。"
    )
    endings.firm_gives_up(stage, giving_up)
    for case_id, kind in zip(ended, EndingKind, strict=True):
        endings.decide(stage, endings.propose(stage, case_id, kind))


def refuse(stage: Stage, scheme: SchemeKey, refused: tuple[int, ...], day: date) -> None:
    """One fails, one is withdrawn, and one of those with findings is not eligible."""
    stage.at(day)
    failing, leaving = refused
    _scored(stage, failing, FAILS)
    stage.office.perform(
        decide_reject,
        stage.cast.convenor,
        failing,
        stage.case(failing).version,
        "總分未達及格分數。",
        f"經企字第{113_060_000 + failing}號",
    )
    stage.take(leaving)
    case = stage.case(leaving)
    letter = f"{case.ubn[-4:]}字第{leaving:06}號"
    stage.office.perform(
        withdraw_case, stage.cast.officer, leaving, case.version, day, letter, "公司營運方向調整"
    )
    for case_id in stage.rows(
        select(Case.id)
        .where(Case.scheme == scheme, Case.finding_count > 0, Case.officer_id.is_(None))
        .order_by(Case.received_at, Case.id)
        .limit(1)
    ):
        stage.take(case_id)
        stage.judge(case_id)


def run_short(stage: Stage, chosen: Chosen) -> None:
    """They passed on the same day; the money is given out until it does not cover the next."""
    for case_id in chosen.line:
        _scored(stage, case_id, PASSES)
    for case_id in chosen.line:
        case = stage.case(case_id)
        with Session(stage.office.engine) as session:
            left = budget_line(session, case.scheme).amount(BudgetStage.AVAILABLE)
        if left >= case.subsidy_requested:
            stage.award(case_id)
        elif left > Ntd(0):
            scarcity.offer_the_rest(stage, case_id)
        else:
            scarcity.stand_in_line(stage, case_id)


def _scored(stage: Stage, case_id: int, points: tuple[tuple[int, ...], ...]) -> None:
    stage.take(case_id)
    stage.judge(case_id)
    stage.seat(case_id)
    stage.score(case_id, points)
    stage.close(case_id)
