"""Who plays what: the cases of each grant scheme, the smallest requests first.

Money that is set free early is then little, and those who wait for money ask for most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from backoffice.cases.models import Case
from backoffice.demo.further import bring_in, further
from backoffice.demo.stage import Stage
from backoffice.scheme import registry
from backoffice.scheme.rules import SchemeKey

EARLY, REFUSED, LINE, UNTOUCHED = 5, 2, 5, 1


@dataclass(frozen=True, slots=True)
class Chosen:
    """The cases of a scheme: ended early, refused or withdrawn, on the straight road, in line."""

    early: tuple[int, ...]
    refused: tuple[int, ...]
    plain: tuple[int, ...]
    line: tuple[int, ...]


def choose(stage: Stage, sample: Path, scheme: SchemeKey, plain: int) -> Chosen:
    """The cases of a scheme; where the sample has too few, further ones are brought in first."""
    needed = EARLY + REFUSED + plain + LINE + UNTOUCHED
    found = free(stage, scheme)
    if len(found) < needed:
        models = [stage.case(case_id).number for case_id in found]
        content = further(
            sample,
            models,
            needed - len(found),
            stage.clock.now(),
            series=registry.schemes().index(scheme),
        )
        bring_in(stage, f"進件-112-{scheme}.xlsx", content)
        found = free(stage, scheme)
    assert len(found) >= needed, f"{scheme}: {len(found)} of {needed} cases"
    small, large = found[: EARLY + REFUSED + plain], found[-LINE:]
    return Chosen(
        early=tuple(small[:EARLY]),
        refused=tuple(small[EARLY : EARLY + REFUSED]),
        plain=tuple(small[EARLY + REFUSED :]),
        line=tuple(large),
    )


def free(stage: Stage, scheme: SchemeKey) -> Sequence[int]:
    """The scheme's cases without a finding that nobody has taken, the smallest request first."""
    return stage.rows(
        select(Case.id)
        .where(Case.scheme == scheme, Case.finding_count == 0, Case.officer_id.is_(None))
        .order_by(Case.subsidy_requested, Case.id)
    )
