"""How a checkpoint moves."""

from __future__ import annotations

from datetime import timedelta

from backoffice.access import SYSTEM
from backoffice.demo.papers import paper
from backoffice.disbursement.models import Checkpoint
from backoffice.disbursement.operations.checkpoints import (
    accept_checkpoint,
    come_due,
    reject_checkpoint,
    report_checkpoint,
)
from tests import given
from tests.model.hands.desk import Desk, Move

GRACE = timedelta(days=31)  # more than any edition's days of grace, and than a correction takes


class CheckpointHands(Desk):
    """The deeds by which a checkpoint moves."""

    def checkpoint_moves(self) -> dict[str, Move]:
        return {
            "REPORT": Move(self.report),
            "ACCEPT": Move(self.accept),
            "REJECT": Move(self._reject_report),
        }

    def checkpoint_ways(self) -> dict[str, Move]:
        """The calendar moves it, too."""
        return {
            "COME_DUE": Move(self._look, self._wait_until_due),
            "PASS_GRACE": Move(self._look, self._wait_past_grace),
        }

    def report(self, number: int) -> None:
        point = self.row(Checkpoint, number)
        self.office.perform(
            report_checkpoint,
            given.OFFICER,
            number,
            point.version,
            self.letter(),
            "已完成",
            paper("佐證"),
        )

    def accept(self, number: int) -> None:
        point = self.row(Checkpoint, number)
        self.office.perform(accept_checkpoint, given.OFFICER, number, point.version, "")

    def _reject_report(self, number: int) -> None:
        point = self.row(Checkpoint, number)
        by = self.today + timedelta(days=14)
        self.office.perform(
            reject_checkpoint, given.OFFICER, number, point.version, "照片不清楚", by
        )

    def _wait_until_due(self, number: int) -> None:
        self.at_least(self.row(Checkpoint, number).due_on)

    def _wait_past_grace(self, number: int) -> None:
        point = self.row(Checkpoint, number)
        over = point.correct_by + timedelta(days=1) if point.correct_by else point.due_on + GRACE
        self.at_least(over)

    def _look(self, _number: int) -> None:
        self.office.perform(come_due, SYSTEM)
