"""What pages show of cases: rows and frozen facts, never records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case, Turn, WaitingFor
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.db import look
from backoffice.kernel.money import Ntd
from backoffice.people.models import Account


@dataclass(frozen=True, slots=True)
class CaseHead:
    """The facts at the top of every page about a case."""

    id: int
    version: int
    number: str
    scheme: str
    edition: str
    variant: str
    state: CaseState
    firm_name: str
    ubn: str
    project_name: str
    received_at: datetime
    waiting_for: WaitingFor
    turn: Turn
    waiting_since: datetime
    due_on: date | None
    officer_id: int | None
    officer_name: str | None
    subsidy_requested: Ntd | None
    total_budget: Ntd | None
    subsidy: Ntd | None
    score: int | None


_HEAD = (
    select(
        Case.id,
        Case.version,
        Case.number,
        Case.scheme,
        Case.edition,
        Case.variant,
        Case.state,
        Case.firm_name,
        Case.ubn,
        Case.project_name,
        Case.received_at,
        Case.waiting_for,
        Case.turn,
        Case.waiting_since,
        Case.due_on,
        Case.officer_id,
        Account.name,
        Case.subsidy_requested,
        Case.total_budget,
        Case.subsidy,
        Case.score,
    )
    .outerjoin(Account, Account.id == Case.officer_id)
    .where(Case.id == bindparam("case_id"))
)


def case_head(session: Session, case_id: int) -> CaseHead:
    """The head of one case; NoResultFound when there is none."""
    row: Any = look(session, _HEAD, {"case_id": case_id}).one()
    return CaseHead(*row)
