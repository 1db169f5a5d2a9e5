"""Histories of commitments as an office might see them, with the week in which the money ended.

Amounts are log-normal, about 6 a week; the budget is about thirty weeks' worth. The kinds differ in
how the weeks' counts come about; what the forecast assumes is `steady` only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from backoffice.reports.rules.forecast import Left, Weeks

A_WEEK, BUDGET_WEEKS, LAST = 6.0, 30, 130
MU, SIGMA = 13.0, 0.7  # about 565,000 NTD each


@dataclass(frozen=True, slots=True)
class Story:
    """The weeks seen, what was left after them, and how many weeks later it ran out."""

    weeks: Weeks
    left: Left
    ran_out: int


def steady(draw: Generator) -> Any:
    """Over-dispersed around one mean: shape 4."""
    return draw.poisson(A_WEEK * draw.gamma(4.0, 1 / 4.0, size=LAST))


def chance(draw: Generator) -> Any:
    """No busier than chance makes it."""
    return draw.poisson(A_WEEK, size=LAST)


def bursty(draw: Generator) -> Any:
    """One week in six brings three times as many, the others less."""
    burst = draw.random(LAST) < 1 / 6
    rate = np.where(burst, 3.0, (6 - 3) / 5)
    return draw.poisson(A_WEEK * rate * draw.gamma(6.0, 1 / 6.0, size=LAST))


def clumped(draw: Generator) -> Any:
    """Busy spells: once it is busy, it stays so in one week of two; 2.5 times as many."""
    busy, state = [], False
    for _week in range(LAST):
        state = draw.random() < (0.5 if state else 0.15)
        busy.append(state)
    spell = np.asarray(busy)
    return draw.poisson(A_WEEK * np.where(spell, 2.2, 0.64) * draw.gamma(6.0, 1 / 6.0, size=LAST))


def seasonal(draw: Generator) -> Any:
    """A mild season: a fifth more and a fifth less in the course of a year."""
    season = 1 + 0.2 * np.sin(2 * np.pi * (np.arange(LAST) / 52 + draw.random()))
    return draw.poisson(A_WEEK * season * draw.gamma(5.0, 1 / 5.0, size=LAST))


KINDS: dict[str, Callable[[Generator], Any]] = {
    "steady": steady,
    "chance": chance,
    "bursty": bursty,
    "clumped": clumped,
    "seasonal": seasonal,
}


def story(kind: str, seen: int, draw: Generator) -> Story:
    """One history of so many weeks, and what came of it."""
    counts = KINDS[kind](draw)
    drawn = [np.exp(MU + SIGMA * draw.standard_normal(count)) for count in counts.tolist()]
    weeks = [tuple(int(amount) + 1 for amount in week) for week in drawn[:seen]]
    budget = int(BUDGET_WEEKS * A_WEEK * np.exp(MU + SIGMA**2 / 2))
    spent = np.cumsum([week.sum() for week in drawn])
    ends = int(np.argmax(spent >= budget)) + 1
    assert spent[-1] >= budget
    left = max(budget - int(spent[seen - 1]), 1)
    nothing: tuple[tuple[int, ...], ...] = ((),) * seen
    return Story(Weeks(tuple(weeks), nothing), Left(left), ends - seen)
