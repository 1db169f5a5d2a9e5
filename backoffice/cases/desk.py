"""What every page about one case has in common: its head, its tabs, and the next step.

Rooms above register their tabs and steps here, so that the case's first page can offer what they
do without knowing them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import request, url_for
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from backoffice.access import Actor, Permission
from backoffice.cases.queries import CaseHead
from backoffice.scheme import registry
from backoffice.scheme.rules import Edition
from backoffice.web.navigation import MenuItem


@dataclass(frozen=True, slots=True)
class Tab:
    """A page about a case; its route takes `case_id`. `concerns`: cases of which editions."""

    label: LazyString
    endpoint: str
    requires: Permission
    order: int
    concerns: Callable[[Edition], bool] | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """Something that can be done to the case now, or the reason why it cannot.

    `url` opens the page where it is done; `refusal` is a whole sentence, None when it may be done;
    `explains` says in one line what will happen after it.
    """

    label: str
    url: str
    explains: str
    refusal: str | None = None


StepProvider = Callable[[Session, CaseHead, Actor, datetime], Sequence[NextStep]]

_TABS: dict[str, Tab] = {}
_PROVIDERS: list[StepProvider] = []


def register_tab(
    label: LazyString,
    endpoint: str,
    requires: Permission,
    order: int,
    concerns: Callable[[Edition], bool] | None = None,
) -> None:
    """Add a page to the tabs of every case, or of those whose edition `concerns` says yes to."""
    _TABS[endpoint] = Tab(label, endpoint, requires, order, concerns)


def register_steps(provider: StepProvider) -> StepProvider:
    """Add a room's next steps to every case; usable as a decorator."""
    if provider not in _PROVIDERS:
        _PROVIDERS.append(provider)
    return provider


def tabs(head: CaseHead, actor: Actor) -> list[MenuItem]:
    """The pages of this case that the visitor may open, in order."""
    edition = registry.edition_named(head.edition)
    return [
        MenuItem(
            label=str(tab.label),
            url=url_for(tab.endpoint, case_id=head.id),
            here="page" if request.endpoint == tab.endpoint else "",
            key="",
        )
        for tab in sorted(_TABS.values(), key=lambda tab: (tab.order, tab.endpoint))
        if actor.may(tab.requires) and (tab.concerns is None or tab.concerns(edition))
    ]


def next_steps(
    session: Session, head: CaseHead, actor: Actor, as_of: datetime
) -> tuple[NextStep, ...]:
    """What can be done now, first what is open, then what is not, each with its reason."""
    steps = [step for provider in _PROVIDERS for step in provider(session, head, actor, as_of)]
    return tuple(sorted(steps, key=lambda step: step.refusal is not None))
