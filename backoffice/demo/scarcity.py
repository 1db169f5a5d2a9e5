"""What the money no longer covers: one case is offered what is left, others stand in line."""

from __future__ import annotations

from sqlalchemy.orm import Session

from backoffice.demo.stage import Stage
from backoffice.kernel.money import Ntd
from backoffice.ledger.queries import budget_line
from backoffice.ledger.rules import Stage as BudgetStage
from backoffice.review.operations import Award, decide_offer, decide_waitlist


def offer_the_rest(stage: Stage, case_id: int) -> None:
    """The convenor offers all that is left, less than was asked for."""
    case = stage.case(case_id)
    with Session(stage.office.engine) as session:
        left = budget_line(session, case.scheme).amount(BudgetStage.AVAILABLE)
    stage.office.perform(
        decide_offer, stage.cast.convenor, case_id, case.version, _award(stage, case_id), left
    )


def stand_in_line(stage: Stage, case_id: int) -> None:
    """The convenor places a case in line: nothing is left."""
    version = stage.case(case_id).version
    stage.office.perform(
        decide_waitlist, stage.cast.convenor, case_id, version, _award(stage, case_id)
    )


def _award(stage: Stage, case_id: int) -> Award:
    """All that was asked for, as it would be awarded; the number is of the letter to the firm."""
    case = stage.case(case_id)
    assert case.subsidy_requested > Ntd(0)
    number = f"經企字第{113_000_000 + case_id}號"
    return Award(case.subsidy_requested, case.total_budget, number, "")
