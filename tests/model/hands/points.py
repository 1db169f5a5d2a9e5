"""How a checkpoint moves."""

from __future__ import annotations

from datetime import timedelta

from backoffice.demo.papers import paper
from backoffice.disbursement.models import (
    Checkpoint,
)
from backoffice.disbursement.operations.checkpoints import (
    accept_checkpoint,
    reject_checkpoint,
    report_checkpoint,
)
from tests import given
from tests.model.hands.desk import Desk, Move


class CheckpointHands(Desk):
    """The deeds by which a checkpoint moves."""

    def checkpoint_moves(self) -> dict[str, Move]:
        return {
            "REPORT": Move(self.report),
            "ACCEPT": Move(self.accept),
            "REJECT": Move(self._reject_report),
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
