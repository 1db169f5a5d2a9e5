"""How a record moves when another one does: nobody does this to it directly.

These are tried only where the law allows them; a record that must not move is met by the direct
deeds of the other modules.
"""

from __future__ import annotations

from backoffice.disbursement.models import Checkpoint, Tranche
from backoffice.disbursement.rules.recoveries import RecoveryState
from tests.model.hands.cases import LITTLE, CaseHands
from tests.model.hands.desk import Move, NotNow
from tests.model.hands.fees import FeeHands
from tests.model.hands.loans import LoanHands
from tests.model.hands.money import MoneyHands

ALL = 100
OWED = (RecoveryState.DEMANDED, RecoveryState.ENFORCEMENT)


class Ways(CaseHands, FeeHands, LoanHands, MoneyHands):
    """Moves that follow from another record's."""

    def case_ways(self) -> dict[str, Move]:
        """A settled case is closed by the last money, paid or come back."""
        return {"CLOSE": Move(self._finish)}

    def tranche_ways(self) -> dict[str, Move]:
        return (
            {
                "RELEASE": Move(self._release),
                "SETTLE_TO_ZERO": Move(self._settle_to_zero),
                "DEMAND_RECOVERY": Move(self._ask_back),
                "CANCEL": Move(self._cancel),
            }
            | self.payment_ways()
            | self.collection_ways()
        )

    def point_ways(self) -> dict[str, Move]:
        return {"FREEZE": Move(self._freeze)} | self.checkpoint_ways()

    def _finish(self, case_id: int) -> None:
        for tranche in self.tranches(case_id):
            self.pay(tranche.id)
        for recovery in self.recoveries(case_id, RecoveryState.PREPARED):
            self.demand(recovery)
        for recovery in self.recoveries(case_id, *OWED):
            self.repay(recovery)

    def _release(self, tranche_id: int) -> None:
        """The first by the mid-term, the last by the closing of a case that spent enough."""
        case = self.case_of(tranche_id)
        if case.state.value == "ACTIVE":
            self.stage_moves()["PASS_MIDTERM"].make(case.id)
        if self.state(Tranche, tranche_id) == "PLANNED":
            self.settle(case.id, ALL)

    def _settle_to_zero(self, tranche_id: int) -> None:
        self.settle(self.row(Tranche, tranche_id).case_id, LITTLE)

    def _ask_back(self, tranche_id: int) -> None:
        """Every other one by a settlement that finds less spent than was paid."""
        case = self.case_of(tranche_id)
        if case.state.value in ("ACTIVE_2", "CLOSING") and int(self.number()) % 2:
            self.settle(case.id, LITTLE)
        self.demand_back(tranche_id)

    def _cancel(self, tranche_id: int) -> None:
        """The case ends, and what was not paid of it; what is on a sheet would be in the way."""
        case_id = self.row(Tranche, tranche_id).case_id
        for other in self.tranches(case_id):
            if other.state.value in ("SHEETED", "SENT"):
                raise NotNow
        self.end_somehow(case_id)

    def _freeze(self, point_id: int) -> None:
        case_id = self.row(Checkpoint, point_id).case_id
        for tranche in self.tranches(case_id):
            if tranche.state.value in ("SHEETED", "SENT"):
                self.pay(tranche.id)
        self.end_somehow(case_id)
