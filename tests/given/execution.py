"""Many cases being carried out at once, as lists meet them: contract and checkpoints only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from backoffice.access import SYSTEM, Permission
from backoffice.cases.models import Case, WaitingFor
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.models import Checkpoint, Contract
from backoffice.disbursement.rules.lifecycles import CheckpointState
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import TAIPEI
from backoffice.use_case import Act, Office, use_case
from tests import given

STARTED_AT = datetime(2023, 5, 8, 10, tzinfo=TAIPEI)
DECIDED_AT = datetime(2023, 9, 4, 23, 30, tzinfo=TAIPEI)
MIDTERM_ON = date(2023, 11, 7)

C = CheckpointState


@dataclass(frozen=True, slots=True)
class Point:
    """A checkpoint of such a case."""

    due_on: date
    weight_bp: int
    state: CheckpointState = C.PLANNED
    correct_by: date | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """A case of such a list; by default it will do if every report comes in time."""

    points: tuple[Point, ...] = (
        Point(date(2023, 10, 20), 3_000),
        Point(date(2023, 10, 31), 2_500),
        Point(date(2024, 3, 31), 4_500),
    )
    scheme: str = "S01"
    midterm_on: date = MIDTERM_ON
    officer_id: int | None = given.OFFICER.id
    state: CaseState = CaseState.ACTIVE


@use_case("test.running", requires=Permission.SYSTEM)
def put_running(act: Act, first: int, cases: Sequence[Running]) -> None:
    rows = [_case(running, number) for number, running in enumerate(cases, start=first)]
    for row in rows:
        row.wait(WaitingFor.APPLICANT, at=STARTED_AT)
    act.session.add_all(rows)
    act.session.flush()
    for row, running in zip(rows, cases, strict=True):
        act.session.add(_contract(row.id, running))
        act.session.add_all(_points(row.id, running))


def _case(running: Running, number: int) -> Case:
    return Case(
        number=f"{running.scheme}-112-{number:06d}",
        scheme=running.scheme,
        edition=f"{running.scheme}/1",
        state=running.state,
        received_at=STARTED_AT,
        imported_at=STARTED_AT,
        firm_name=f"第{number}精密工業股份有限公司",
        ubn="04595252",
        content_sha256="0" * 64,
        officer_id=running.officer_id,
    )


def _contract(case_id: int, running: Running) -> Contract:
    return Contract(
        case_id=case_id,
        number=f"112-簽-{case_id:06d}",
        signed_on=date(2023, 6, 20),
        subsidy=Ntd(3_000_000),
        total_budget=Ntd(6_000_000),
        period_start=date(2023, 5, 8),
        period_end=date(2024, 5, 7),
        midterm_on=running.midterm_on,
        signed_by=given.OFFICER.id,
        entered_at=STARTED_AT,
    )


def _points(case_id: int, running: Running) -> list[Checkpoint]:
    return [
        Checkpoint(
            case_id=case_id,
            position=position,
            item=f"查核項目{position}",
            due_on=point.due_on,
            weight_bp=point.weight_bp,
            state=point.state,
            correct_by=point.correct_by,
            decided_at=DECIDED_AT if point.state is C.ACCEPTED else None,
        )
        for position, point in enumerate(running.points, start=1)
    ]


def running(office: Office, *cases: Running, first: int = 1) -> None:
    """These cases are being carried out."""
    office.perform(put_running, SYSTEM, first, cases)
