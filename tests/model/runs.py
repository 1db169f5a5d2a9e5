"""Runs of the model: how many steps, from which seed, and what they saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model.law import Moved, moves
from tests.model.machine import OfficeMachine

STEPS_A_RUN = 50


@dataclass(frozen=True, slots=True)
class Report:
    """What the runs did, by kind of step and by move."""

    steps: Counter[str] = field(default_factory=Counter)
    seen: Counter[Moved] = field(default_factory=Counter)
    failures: list[Exception] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Steps that reached the door."""
        return self.steps.total() - self.steps["nothing to try"]

    def add(self, other: Report) -> None:
        """What another play saw besides."""
        self.steps.update(other.steps)
        self.seen.update(other.seen)

    def seldom(self, least: int) -> list[tuple[Moved, int]]:
        """The moves that were made less often than that."""
        return [(move, self.seen[move]) for move in moves() if self.seen[move] < least]


def play(
    copy: Callable[[], AbstractContextManager[str]],
    began: datetime,
    *,
    runs: int,
    number: int,
    steps: int = STEPS_A_RUN,
    so_far: Report | None = None,
) -> Report:
    """Play so many runs of at most `steps` steps; counts go on from `so_far`."""
    report = so_far or Report()
    machine = type(
        "Run",
        (OfficeMachine,),
        {
            "copy": staticmethod(copy),
            "began": began,
            "seen": report.seen,
            "steps": report.steps,
            "failures": report.failures,
        },
    )
    run_state_machine_as_test(
        seed(number)(machine),
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
    for failure in report.failures:
        raise failure
    return report
