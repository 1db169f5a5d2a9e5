"""All about a contracted case that decides what can be done next, read in few statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from backoffice.cases.queries import CaseHead
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.models import CarryOver, Ending
from backoffice.disbursement.queries.carryover import CarryOverRow, carry_overs_of
from backoffice.disbursement.queries.cases import (
    ContractFacts,
    TrancheRow,
    award_of,
    contract_of,
    tranches_of,
)
from backoffice.disbursement.queries.checkpoints import PointRow, points_of
from backoffice.disbursement.queries.closing import SettlementRow, settlement_of
from backoffice.disbursement.queries.endings import EndingRow, endings_of
from backoffice.disbursement.queries.recoveries import RecoveryRow, recoveries_of
from backoffice.disbursement.queries.stages import StageRow, given, stages_of
from backoffice.disbursement.rules.checkpoints import PointFacts, Progress, progress
from backoffice.disbursement.rules.contract import Award
from backoffice.review.queries.opinions import opinions
from backoffice.scheme import registry
from backoffice.scheme.rules import Edition

CONCERNED = frozenset(
    {
        CaseState.AWARDED,
        CaseState.ACTIVE,
        CaseState.ACTIVE_2,
        CaseState.CLOSING,
        CaseState.SETTLED,
        CaseState.TERMINATING,
        CaseState.TERMINATED,
        CaseState.ANNULLED,
        CaseState.REVOKED,
        CaseState.CLOSED,
    }
)

# Before its settlement, or its end, a case owes nothing back.
_UNSETTLED = frozenset({CaseState.ACTIVE, CaseState.ACTIVE_2, CaseState.CLOSING})


@dataclass(frozen=True, slots=True)
class Situation:
    """A case in this room; before the contract only its award is known."""

    edition: Edition
    award: Award | None
    contract: ContractFacts | None
    points: tuple[PointRow, ...]
    stages: tuple[StageRow, ...]
    tranches: tuple[TrancheRow, ...]
    settlement: SettlementRow | None
    opinion_count: int
    endings: tuple[EndingRow, ...] = ()
    demands: tuple[RecoveryRow, ...] = ()
    carried: tuple[CarryOverRow, ...] = ()

    @property
    def point_facts(self) -> tuple[PointFacts, ...]:
        """The checkpoints as the rules ask about them."""
        return tuple(row.facts for row in self.points)

    @property
    def under_review(self) -> StageRow | None:
        """The report that waits for its conclusion."""
        return next((each for each in self.stages if each.result is None), None)

    def progress_on(self, today: date) -> Progress | None:
        """How far the case has come towards its mid-term mark; None before the contract."""
        rules = self.edition.checkpoints
        if self.contract is None or rules is None:
            return None
        return progress(self.point_facts, rules, midterm_on=self.contract.midterm_on, today=today)


def situation_of(session: Session, head: CaseHead) -> Situation:
    """Where a case stands in this room."""
    edition = registry.edition_named(head.edition)
    if head.state is CaseState.AWARDED:
        award = award_of(session, head.id, edition)
        return Situation(
            edition, award, None, (), (), (), None, 0, endings=endings_of(session, head.id)
        )
    stages = stages_of(session, head.id)
    current = next((each for each in stages if each.result is None), None)
    count = 0
    if current is not None:
        count = given(opinions(session, head.id, current.stage, current.round))
    is_settled = head.state not in _UNSETTLED
    has_endings, has_carried = _beside(session, head.id)
    return Situation(
        edition=edition,
        award=None,
        contract=contract_of(session, head.id),
        points=points_of(session, head.id),
        stages=stages,
        tranches=tranches_of(session, head.id),
        settlement=settlement_of(session, head.id) if is_settled else None,
        opinion_count=count,
        endings=endings_of(session, head.id) if has_endings else (),
        demands=recoveries_of(session, head.id) if is_settled else (),
        carried=carry_overs_of(session, head.id) if has_carried else (),
    )


def _beside(session: Session, case_id: int) -> tuple[bool, bool]:
    """Whether a case has proposals to end it, and approvals to carry it over: most have neither."""
    row = session.execute(
        select(
            exists().where(Ending.case_id == case_id),
            exists().where(CarryOver.case_id == case_id),
        )
    ).one()
    return bool(row[0]), bool(row[1])
