"""The cases that are not decided yet, in the order in which they came in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.kernel.money import Ntd
from backoffice.reports.queries.board import among
from backoffice.reports.rules import UNDECIDED
from backoffice.reports.rules.what_if import Pending

PENDING_MAX = 5_000  # cases; a longer queue is not worked through


def pending_of(session: Session, scheme: str) -> tuple[Pending, ...] | None:
    """Who has asked for money of the scheme and is not decided; None of more than 5,000."""
    found = session.execute(
        select(Case.id, Case.subsidy_requested)
        .where(Case.scheme == scheme, among(Case.state, UNDECIDED), Case.subsidy_requested > Ntd(0))
        .order_by(Case.received_at, Case.number)
        .limit(PENDING_MAX + 1)
    ).all()
    if len(found) > PENDING_MAX:
        return None
    return tuple(Pending(case_id, asked) for case_id, asked in found if asked)


@dataclass(frozen=True, slots=True)
class Named:
    """A case as it is shown."""

    number: str
    firm_name: str
    asked: Ntd | None


def named(session: Session, ids: Sequence[int]) -> Mapping[int, Named]:
    """What to call these cases."""
    rows = session.execute(
        select(Case.id, Case.number, Case.firm_name, Case.subsidy_requested).where(Case.id.in_(ids))
    )
    return {case_id: Named(number, firm, asked) for case_id, number, firm, asked in rows}
