"""Everybody's hands: how each move of the tables is really made.

A room's deeds are a module here with a class of its own: `<kind>_moves`, what somebody does to a
record of this kind, allowed or not; `<kind>_ways`, how it moves because another record does. Both
are named in `Hands`, which inherits the class.
"""

from __future__ import annotations

from collections.abc import Mapping

from backoffice.use_case import Office
from tests.model.hands.desk import Move, NotNow
from tests.model.hands.ways import Ways

__all__ = ["Hands", "Move", "NotNow"]


class Hands(Ways):
    """All deeds of all people, by the kind of record and the event."""

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        # What somebody does to the record itself; it is tried where the law forbids it, too.
        self.deeds: Mapping[str, Mapping[str, Move]] = {
            "case": self.case_moves(),
            "tranche": self.tranche_moves(),
            "checkpoint": self.checkpoint_moves(),
            "sheet": self.sheet_moves(),
            "sheet_line": self.sheet_line_moves(),
            "recovery": self.recovery_moves(),
            "ending": self.ending_moves(),
            "offer": {},
            "service": self.service_moves(),
            "seat": {},
            "claim": self.claim_moves(),
            "conflict": self.conflict_moves(),
            "refund": self.refund_moves(),
            "fee_line": self.fee_line_moves(),
            "answer": self.answer_moves(),
            "item": self.item_moves(),
            "lending": self.lending_moves(),
            "loan": self.loan_moves(),
            "bank_line": self.bank_line_moves(),
            "interest": {},
            "shift": self.shift_moves(),
            "closing": self.closing_moves(),
            "act": {},
        }
        # How it moves where the law allows it.
        ways: Mapping[str, Mapping[str, Move]] = {
            "case": self.case_ways(),
            "tranche": self.tranche_ways(),
            "checkpoint": self.point_ways(),
            "sheet": self.sheet_ways(),
            "sheet_line": self.sheet_line_ways(),
            "recovery": self.recovery_ways() | self.notice_ways(),
            "offer": self.offer_ways(),
            "seat": self.seat_ways(),
            "claim": self.claim_ways(),
            "conflict": self.conflict_ways(),
            "fee_line": self.fee_line_ways(),
            "answer": self.answer_ways(),
            "lending": self.lending_ways(),
            "bank_line": self.bank_line_ways(),
            "interest": self.interest_ways(),
            "act": (
                self.officer_acts()
                | self.fee_acts()
                | self.bank_acts()
                | self.loan_acts()
                | self.money_acts()
            ),
        }
        self.ways: Mapping[str, Mapping[str, Move]] = {
            kind: {**deeds, **ways.get(kind, {})} for kind, deeds in self.deeds.items()
        }
