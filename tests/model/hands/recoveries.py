"""How a demand moves, and the instalment that it asks back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.disbursement.models import Recovery, RecoveryShare, Tranche
from backoffice.disbursement.operations.recoveries import (
    demand_recovery,
    enforce_recovery,
    receive_repayment,
    reverse_repayment,
    write_off_recovery,
)
from backoffice.disbursement.queries.repayments import RepaymentRow, repayments
from backoffice.disbursement.rules.recoveries import Disposition, RecoveryState, Repayment
from backoffice.kernel.money import Ntd
from tests import given
from tests.model.hands.desk import Desk, Move, NotNow

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

    def correction_ways(self) -> dict[str, Move]:
        """A receipt that was entered wrongly is taken out again, and what was back is owed."""
        back = self._money_to_take_back
        return {
            "REOPEN": Move(lambda n: self._reopen(n, was_enforced=False), back),
            "REOPEN_ENFORCED": Move(lambda n: self._reopen(n, was_enforced=True), back),
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
        """All that is still owed comes back; of every other demand in two parts."""
        recovery = self.row(Recovery, recovery_id)
        owed = recovery.amount - recovery.repaid
        half = Ntd(owed.dollars // 2)
        if half and int(self.number()) % 2:
            self._receive(recovery_id, half)
            owed = owed - half
        self._receive(recovery_id, owed)

    def _receive(self, recovery_id: int, amount: Ntd) -> None:
        version = self.row(Recovery, recovery_id).version
        back = Repayment(amount, self.today, f"繳{self.number()}", "國庫專戶", "支出收回書1號")
        self.office.perform(receive_repayment, given.ACCOUNTING, recovery_id, version, back)

    def _standing(self, recovery_id: int) -> RepaymentRow:
        """The last receipt that stands; NotNow when there is none."""
        with Session(self.office.engine) as session:
            rows = repayments(session, recovery_id)
        for row in reversed(rows):
            if row.reversed_at is None:
                return row
        raise NotNow

    def _money_to_take_back(self, recovery_id: int) -> None:
        """What the receipt restored may be promised to others meanwhile: so much comes anew."""
        restored = self._standing(recovery_id).to_budget
        scheme = self.row(Case, self.row(Recovery, recovery_id).case_id).scheme
        there = min(restored, self.available(scheme), self.allotted(scheme))
        self.drip((restored - there).dollars, scheme)

    def _reopen(self, recovery_id: int, *, was_enforced: bool) -> None:
        recovery = self.row(Recovery, recovery_id)
        if was_enforced is (recovery.enforced_at is None):
            raise NotNow
        receipt = self._standing(recovery_id)
        self.office.perform(
            reverse_repayment, given.ACCOUNTING_2, receipt.id, recovery.version, "金額登錄有誤"
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
            if self.state(Tranche, tranche_id) == "RECOVERED":
                self._reopen_enforced_of(tranche_id)
                return
            shares = select(RecoveryShare.recovery_id).where(RecoveryShare.tranche_id == tranche_id)
            running = select(Recovery.id).where(Recovery.id.in_(shares), Recovery.state.in_(states))
            for recovery_id in self.stage.rows(running.order_by(Recovery.id)):
                self.recovery_moves()[event].make(recovery_id)

        return deed

    def _reopen_enforced_of(self, tranche_id: int) -> None:
        """The receipt by which an enforced demand on the instalment came back is taken out."""
        shares = select(RecoveryShare.recovery_id).where(RecoveryShare.tranche_id == tranche_id)
        enforced = select(Recovery.id).where(
            Recovery.id.in_(shares),
            Recovery.state == RecoveryState.RECOVERED,
            Recovery.enforced_at.is_not(None),
        )
        self.correction_ways()["REOPEN_ENFORCED"].make(self.one(enforced.order_by(Recovery.id)))
