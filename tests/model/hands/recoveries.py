"""How a demand moves, and the instalment that it asks back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from backoffice.disbursement.models import Recovery, RecoveryShare
from backoffice.disbursement.operations.recoveries import (
    demand_recovery,
    enforce_recovery,
    receive_repayment,
    write_off_recovery,
)
from backoffice.disbursement.rules.recoveries import Disposition, RecoveryState, Repayment
from tests import given
from tests.model.hands.desk import Desk, Move

RUNNING = (RecoveryState.DEMANDED, RecoveryState.ENFORCEMENT)
TERM = timedelta(days=30)


class RecoveryHands(Desk):
    """The deeds by which a demand moves."""

    def recovery_moves(self) -> dict[str, Move]:
        return {
            "DEMAND": Move(self.demand),
            "RECOVER": Move(self.repay),
            "ENFORCE": Move(self._enforce, self._wait_past_due),
            "WRITE_OFF": Move(self._write_off),
        }

    def collection_ways(self) -> dict[str, Move]:
        """What is done to a demand, done to an instalment that it asks back."""
        return {
            event: Move(self._of_tranche(event)) for event in ("RECOVER", "ENFORCE", "WRITE_OFF")
        }

    def recoveries(self, case_id: int, *states: RecoveryState) -> list[int]:
        """The demands of a case in these states, the oldest first."""
        found = select(Recovery.id).where(Recovery.case_id == case_id, Recovery.state.in_(states))
        return self.stage.rows(found.order_by(Recovery.id))

    def disposition(self) -> Disposition:
        """A written disposition of today."""
        return Disposition(self.letter(), self.today + TERM)

    def demand(self, recovery_id: int) -> None:
        version = self.row(Recovery, recovery_id).version
        self.office.perform(
            demand_recovery, given.OFFICER, recovery_id, version, self.disposition()
        )

    def repay(self, recovery_id: int) -> None:
        """All that is still owed comes back."""
        recovery = self.row(Recovery, recovery_id)
        owed = recovery.amount - recovery.repaid
        back = Repayment(owed, self.today, f"繳{self.number()}", "國庫專戶", "支出收回書1號")
        self.office.perform(
            receive_repayment, given.ACCOUNTING, recovery_id, recovery.version, back
        )

    def _wait_past_due(self, recovery_id: int) -> None:
        due = self.row(Recovery, recovery_id).due_on
        assert due is not None, "what is demanded is due on a day"
        self.at_least(due + timedelta(days=1))

    def _enforce(self, recovery_id: int) -> None:
        version = self.row(Recovery, recovery_id).version
        self.office.perform(
            enforce_recovery, given.OFFICER, recovery_id, version, self.letter(), self.today
        )

    def _write_off(self, recovery_id: int) -> None:
        version = self.row(Recovery, recovery_id).version
        self.office.perform(
            write_off_recovery, given.ACCOUNTING, recovery_id, version, self.letter(), "查無財產"
        )

    def _of_tranche(self, event: str) -> Callable[[int], None]:
        """A deed of the demand's, done to the running demands on an instalment, the oldest first.

        An instalment stands by the worst of its demands, so one deed may not be enough: what else
        asks it back is dealt with too.
        """
        states = (RecoveryState.DEMANDED,) if event == "ENFORCE" else RUNNING

        def deed(tranche_id: int) -> None:
            shares = select(RecoveryShare.recovery_id).where(RecoveryShare.tranche_id == tranche_id)
            running = select(Recovery.id).where(Recovery.id.in_(shares), Recovery.state.in_(states))
            for recovery_id in self.stage.rows(running.order_by(Recovery.id)):
                self.recovery_moves()[event].make(recovery_id)

        return deed
