"""The manager's page: what changed, what waits, what runs out; and each scheme on one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Response, request
from flask_babel import lazy_gettext

from backoffice.access import Actor, Permission
from backoffice.cases.rules import Closure
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.db import sessions
from backoffice.kernel.taiwan import local_date
from backoffice.reports.queries.board import books
from backoffice.reports.rules import UNDECIDED
from backoffice.reports.rules.board import Turning, last_monday, turning
from backoffice.reports.views.blueprint import blueprint
from backoffice.reports.views.board_rows import closure_of, drawn_rows, waiting_url
from backoffice.reports.views.entries import day_of
from backoffice.reports.views.looking import Board, looked_at, sentences_of
from backoffice.reports.views.sentences import counted, queue_url
from backoffice.scheme import registry
from backoffice.scheme.rules import CloseCause
from backoffice.web import guard
from backoffice.web.guard import page
from backoffice.web.language import gettext, words_of
from backoffice.web.navigation import address
from backoffice.web.pieces import Action
from backoffice.web.render import render

WEEKDAYS = (
    lazy_gettext("星期一"),
    lazy_gettext("星期二"),
    lazy_gettext("星期三"),
    lazy_gettext("星期四"),
    lazy_gettext("星期五"),
    lazy_gettext("星期六"),
    lazy_gettext("星期日"),
)
_DAY = timedelta(days=1)


@blueprint.get("/board")
@page(requires=Permission.BOARD_READ)
def board() -> Response:
    """Three sentences, eleven schemes, and who has how much to do; nothing sums the ledger."""
    session, actor, now = sessions.session(), guard.actor(), guard.now()
    turn = turning(local_date(now), day_of(request.args.get("week")))
    found = looked_at(session, turn, request.args.get("scheme", ""), now)
    chosen = found.chosen
    return render(
        today=turn.shown_on,
        weekday=WEEKDAYS[turn.shown_on.weekday()],
        live=turn.is_live,
        earlier_url=f"{address('reports.board')}?week={turn.earlier.isoformat()}",
        later_url=_later_url(turn),
        what_if_url=_what_if_url(found),
        letter_url=_letter_url(turn),
        sentences=sentences_of(found, actor),
        kept_on=found.kept_on,
        forecast_on=found.forecast_on,
        rows=drawn_rows(found, actor),
        chosen=chosen,
        waiting_url=waiting_url(actor, chosen) if turn.is_live else "",
        used_up=_used_up(actor, chosen, found.closed) if turn.is_live else None,
        states=_states(found.states, chosen, actor),
        loads=found.loads,
        counted=counted,
        books=found.balanced or books(session),
    )


def _later_url(turn: Turning) -> str:
    if turn.is_live:
        return ""
    here = address("reports.board")
    return f"{here}?week={turn.later.isoformat()}" if turn.later else here


def _what_if_url(found: Board) -> str:
    """What could be tried on the chosen scheme, now; "" where it has no money."""
    row = next((row for row in found.rows if row.scheme == found.chosen), None)
    if row is None or not (found.turn.is_live and row.has_money):
        return ""
    return address("reports.what_if", scheme=row.scheme)


def _letter_url(turn: Turning) -> str:
    """The letter of the Monday that is shown, or of the one before today."""
    monday = last_monday(turn.shown_on + _DAY) if turn.is_live else turn.shown_on
    return f"{address('reports.monday_letter')}?week={monday.isoformat()}"


def _used_up(actor: Actor, scheme: str, closed: Mapping[str, Closure]) -> Action | None:
    """The manager's word that the scheme's money is used up; None where it cannot be said."""
    now, edition = guard.now(), registry.governing(scheme, guard.now())
    ends = CloseCause.BUDGET_EXHAUSTED in edition.application.early_close_causes
    is_open = edition.window.is_open_at(now) and closure_of(scheme, closed) is None
    if not (actor.may(Permission.WINDOW_CLOSE) and ends and is_open):
        return None
    return Action(
        label=gettext("宣告 %(scheme)s 經費用罄", scheme=scheme),
        url=address("reports.declare_used_up", scheme=scheme),
        after=gettext("下一頁列出停止受理的時點與等候中的案件，確認後才生效。"),
    )


@dataclass(frozen=True, slots=True)
class StateRow:
    """How many cases of the chosen scheme stand in a state; `undecided` ones make its queue."""

    state: str
    count: str
    url: str
    undecided: bool


def _states(
    found: Sequence[tuple[CaseState, int]], scheme: str, actor: Actor
) -> tuple[StateRow, ...]:
    base, words = queue_url(actor, scheme=scheme), words_of(CaseState)
    return tuple(
        StateRow(
            words[state.value],
            counted(count),
            f"{base}&state={state.value}" if base else "",
            state in UNDECIDED,
        )
        for state, count in found
    )
