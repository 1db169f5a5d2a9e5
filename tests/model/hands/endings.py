"""How a case ends before its time, and the proposal by which it does."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from backoffice.cases.models import Case
from backoffice.disbursement.models import Ending, Recovery, Tranche
from backoffice.disbursement.operations.endings import (
    decide_ending,
    give_up,
    propose_ending,
    return_ending,
)
from backoffice.disbursement.rules.endings import EndingKind, EndingState, Proposal
from backoffice.disbursement.rules.recoveries import Ground, RecoveryState
from backoffice.kernel.money import Ntd
from tests import given
from tests.model.hands.desk import Move, NotNow
from tests.model.hands.recoveries import RecoveryHands

ANY_WAY = {
    "AWARDED": (EndingKind.ANNULMENT, EndingKind.REVOCATION, EndingKind.TERMINATION),
    "ACTIVE": (EndingKind.ANNULMENT, EndingKind.REVOCATION, EndingKind.TERMINATION),
    "ACTIVE_2": (EndingKind.TERMINATION, EndingKind.ANNULMENT, EndingKind.REVOCATION),
    "CLOSING": (EndingKind.ANNULMENT, EndingKind.REVOCATION),
    "SETTLED": (EndingKind.ANNULMENT,),
    "CLOSED": (EndingKind.ANNULMENT,),
    "TERMINATING": (EndingKind.TERMINATION,),
}
GROUNDS = {
    EndingKind.TERMINATION: None,
    EndingKind.ANNULMENT: Ground.FALSE_DOCUMENTS,
    EndingKind.REVOCATION: Ground.PLAN_NOT_EXECUTED,
}


class EndingHands(RecoveryHands):
    """The deeds by which a case ends before its time."""

    def early_moves(self) -> dict[str, Move]:
        """Of a case."""
        return {
            "GIVE_UP": Move(self._give_up),
            "TERMINATE": self._ended_by(EndingKind.TERMINATION),
            "ANNUL": self._ended_by(EndingKind.ANNULMENT),
            "REVOKE": self._ended_by(EndingKind.REVOCATION),
        }

    def _ended_by(self, kind: EndingKind) -> Move:
        return Move(
            lambda case_id: self._end(case_id, kind),
            lambda case_id: self._give_back_others(case_id, kind),
        )

    def ending_moves(self) -> dict[str, Move]:
        """Of a proposal."""
        return {"DECIDE": Move(self._decide), "RETURN": Move(self._return)}

    def recovery_ways(self) -> dict[str, Move]:
        """A demand not made yet goes into that of an annulment."""
        merge = {"MERGE": Move(lambda n: self._annul(self.case_owing(n)))}
        return merge | self.correction_ways()

    def case_owing(self, recovery_id: int) -> int:
        """The case that a demand is made on."""
        return int(self.row(Recovery, recovery_id).case_id)

    def _some_kind(self, case_id: int) -> EndingKind:
        """One of the ways in which the case can end."""
        open_ways = ANY_WAY.get(self.state(Case, case_id), ())
        if not open_ways:
            raise NotNow
        return open_ways[int(self.number()) % len(open_ways)]

    def propose_somehow(self, case_id: int) -> None:
        """One of the ways in which the case can end is proposed, and not decided."""
        self._propose(case_id, self._some_kind(case_id))

    def end_somehow(self, case_id: int) -> None:
        """The case ends by one of the ways that are open to it."""
        kind = self._some_kind(case_id)
        if kind is EndingKind.TERMINATION and self.state(Case, case_id) != "TERMINATING":
            self._give_up(case_id)
        self._ended_by(kind).make(case_id)

    def demand_back(self, tranche_id: int) -> None:
        """The instalment is asked back: by a demand that waits to be made, or by an annulment."""
        case_id = self.row(Tranche, tranche_id).case_id
        prepared = self.recoveries(case_id, RecoveryState.PREPARED)
        if prepared:
            self.demand(prepared[0])
        else:
            self._annul(case_id)

    def _annul(self, case_id: int) -> None:
        if EndingKind.ANNULMENT not in ANY_WAY.get(self.state(Case, case_id), ()):
            raise NotNow
        self._ended_by(EndingKind.ANNULMENT).make(case_id)

    def _give_up(self, case_id: int) -> None:
        self.office.perform(
            give_up,
            given.OFFICER,
            case_id,
            self.version(case_id),
            self.letter(),
            "業者放棄",
            None,
        )

    def _waiting(self, case_id: int) -> list[Any]:
        return self.stage.rows(
            select(Ending).where(Ending.case_id == case_id, Ending.state == EndingState.PROPOSED)
        )

    def _give_back_others(self, case_id: int, kind: EndingKind) -> None:
        """What was proposed otherwise, or on other facts, is given back."""
        for other in self._waiting(case_id):
            if other.kind is not kind or int(self.number()) % 2:
                self._return(other.id)

    def _end(self, case_id: int, kind: EndingKind) -> None:
        """Proposed, if it is not, and decided."""
        same = [one.id for one in self._waiting(case_id) if one.kind is kind]
        self._decide(same[0] if same else self._propose(case_id, kind))

    def _propose(self, case_id: int, kind: EndingKind) -> int:
        """A revocation asks back all that was paid, or half of it."""
        paid = sum(
            each.amount.dollars for each in self.tranches(case_id) if each.state.value == "PAID"
        )
        proposal = Proposal(
            kind=kind,
            ground=GROUNDS[kind],
            reason="查證屬實",
            known_on=self.today,
            demand=Ntd(paid // (1 + case_id % 2)) if kind is EndingKind.REVOCATION else None,
        )
        version = self.version(case_id)
        return self.office.perform(propose_ending, given.OFFICER, case_id, version, proposal, None)

    def _decide(self, ending_id: int) -> None:
        version = self.row(Ending, ending_id).version
        self.office.perform(decide_ending, given.CONVENOR, ending_id, version, self.disposition())

    def _return(self, ending_id: int) -> None:
        version = self.row(Ending, ending_id).version
        self.office.perform(return_ending, given.CONVENOR, ending_id, version, "理由不足")
