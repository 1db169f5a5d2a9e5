"""Everybody's hands: how each move of the three tables is really made."""

from __future__ import annotations

from collections.abc import Mapping

from backoffice.use_case import Office
from tests.model.hands.cases import CaseHands
from tests.model.hands.desk import Move, NotNow

__all__ = ["Hands", "Move", "NotNow"]


class Hands(CaseHands):
    """All deeds of all people, by the kind of record and the event."""

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self.deeds: Mapping[str, Mapping[str, Move]] = {
            "case": self.case_moves(),
            "tranche": self.tranche_moves(),
            "checkpoint": self.checkpoint_moves(),
        }
