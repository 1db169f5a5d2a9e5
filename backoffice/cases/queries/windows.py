"""Windows 受理期間: whether a scheme's round is open, and since when and why it is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.cases.models import WindowClosure
from backoffice.cases.rules import Closure
from backoffice.cases.rules.verdicts import is_weekday
from backoffice.db import look
from backoffice.scheme import registry
from backoffice.scheme.rules import CloseCause

CLOSURES_MAX = 1_000  # one a round


@dataclass(frozen=True, slots=True)
class WindowFacts:
    """The round that governs a scheme now: its dates (rolled), and the early end if there was one.

    `can_be_used_up`: whether the edition lets it end because the money is used up.
    """

    scheme: str
    edition: str
    opens_at: datetime
    closes_at: datetime | None
    closure: Closure | None
    is_open: bool
    can_be_used_up: bool


def closures(session: Session) -> Mapping[str, Closure]:
    """The windows that were closed before their date, by edition."""
    rows = look(session, _CLOSURES)
    return {edition: Closure(at, CloseCause(cause)) for edition, at, cause in rows}


# Built once: every act that gives out places asks this.
_CLOSURES = (
    select(WindowClosure.edition, WindowClosure.at, WindowClosure.cause)
    .order_by(WindowClosure.id)
    .limit(CLOSURES_MAX)
)


def window_of(session: Session, scheme: str, now: datetime) -> WindowFacts:
    """The window of the round that governs the scheme at `now`. Refuses "scheme.unknown"."""
    edition = registry.governing(scheme, now)
    span = edition.window_rolled(is_weekday)
    closure = closures(session).get(str(edition.key))
    return WindowFacts(
        scheme=scheme,
        edition=str(edition.key),
        opens_at=span.opens_at,
        closes_at=span.closes_at,
        closure=closure,
        is_open=span.is_open_at(now) and closure is None,
        can_be_used_up=CloseCause.BUDGET_EXHAUSTED in edition.application.early_close_causes,
    )
