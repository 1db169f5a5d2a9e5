"""What the pages of this room share: the case's head, the words of states, the day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from flask import url_for

from backoffice.cases import desk
from backoffice.cases.queries import CaseHead, case_head
from backoffice.db import sessions
from backoffice.disbursement.rules.checkpoints import Outlook, PointFacts
from backoffice.disbursement.rules.lifecycles import CheckpointState, StageResult, TrancheState
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import local_date
from backoffice.messages import sentence, shown
from backoffice.web import guard
from backoffice.web.charts import Checkpoint as Bar
from backoffice.web.navigation import MenuItem
from backoffice.web.pieces import Badge, Shape

_T, _C = TrancheState, CheckpointState
_SHAPES: Final[dict[TrancheState, Shape]] = {
    _T.PLANNED: Shape.WAITING,
    _T.CLAIMABLE: Shape.PROGRESS,
    _T.CLAIMED: Shape.NEEDS_YOU,
    _T.VERIFIED: Shape.PROGRESS,
    _T.SHEETED: Shape.PROGRESS,
    _T.SENT: Shape.PROGRESS,
    _T.PAID: Shape.DONE,
    _T.RECOVERED: Shape.DONE,
    _T.RECOVERY: Shape.NEEDS_YOU,
    _T.ENFORCEMENT: Shape.NEEDS_YOU,
}
_POINT_SHAPES: Final[dict[CheckpointState, Shape]] = {
    _C.PLANNED: Shape.WAITING,
    _C.DUE: Shape.PROGRESS,
    _C.OVERDUE: Shape.NEEDS_YOU,
    _C.REPORTED: Shape.NEEDS_YOU,
    _C.ACCEPTED: Shape.DONE,
}
_RESULT_SHAPES: Final[dict[StageResult, Shape]] = {
    StageResult.PASS: Shape.DONE,
    StageResult.CORRECT: Shape.PROGRESS,
}
_OUTLOOK_SHAPES: Final[dict[Outlook, Shape]] = {
    Outlook.OUT_OF_REACH: Shape.NEEDS_YOU,
    Outlook.AT_RISK: Shape.NEEDS_YOU,
    Outlook.ON_COURSE: Shape.PROGRESS,
    Outlook.REACHED: Shape.DONE,
}
_TABS: Final = ("disbursement.case", "disbursement.loan")  # a grant's, a loan's


def frame(case_id: int) -> dict[str, Any]:
    """The head and the tabs that every page about a case begins with."""
    head = case_head(sessions.session(), case_id)
    return framed(head)


def framed(head: CaseHead) -> dict[str, Any]:
    """The same for a head that was read already; every page of this room lights its one tab."""
    ours = [url_for(endpoint, case_id=head.id) for endpoint in _TABS]
    return {"head": head, "tabs": lit(desk.tabs(head, guard.actor()), ours)}


def lit(tabs: Iterable[MenuItem], ours: Sequence[str]) -> list[MenuItem]:
    """The tabs with the one of these addresses as the place to which the page belongs."""
    return [replace(tab, here=(tab.here or "true") if tab.url in ours else "") for tab in tabs]


def today() -> date:
    """The page's day in Taipei."""
    return local_date(guard.now())


def tranche_badge(state: TrancheState) -> Badge:
    """A tranche's state as word and shape."""
    return Badge(shown(state), _SHAPES.get(state, Shape.CLOSED))


def point_badge(state: CheckpointState) -> Badge:
    """A checkpoint's state as word and shape."""
    return Badge(shown(state), _POINT_SHAPES.get(state, Shape.CLOSED))


def bar_of(point: PointFacts) -> Bar:
    """A checkpoint's part of the meter of its case."""
    match point.state:
        case CheckpointState.ACCEPTED:
            return Bar(point.item, point.due_on, point.weight_bp, "confirmed")
        case CheckpointState.REPORTED:
            return Bar(point.item, point.due_on, point.weight_bp, "reported")
        case _:
            return Bar(point.item, point.due_on, point.weight_bp, "planned")


def result_badge(result: StageResult) -> Badge:
    """A conclusion as word and shape."""
    return Badge(shown(result), _RESULT_SHAPES.get(result, Shape.CLOSED))


def outlook_badge(outlook: Outlook) -> Badge:
    """The outlook of the mid-term mark as word and shape."""
    return Badge(shown(outlook), _OUTLOOK_SHAPES[outlook])


def worded(refusal: Refused | None) -> str | None:
    """Why something cannot be done, as a sentence; None when it can."""
    return None if refusal is None else sentence(refusal)


def document_url(document_id: int | None) -> str:
    """Where a document is downloaded, "" when there is none."""
    if document_id is None:
        return ""
    return url_for("disbursement.document", document_id=document_id)
