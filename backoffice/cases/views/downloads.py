"""The queue as a file: all of the pile, or all that a search finds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flask import Response, request
from flask_babel import gettext

from backoffice.access import Permission, Role
from backoffice.cases.models import WaitingFor
from backoffice.cases.queries.queue import Filter, Key, Pile, QueueRow
from backoffice.cases.queries.queue import queue as queue_page
from backoffice.cases.queries.search import search
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.cases.views.blueprint import blueprint
from backoffice.cases.views.queue import wanted_cases
from backoffice.db import sessions
from backoffice.messages import shown
from backoffice.spreadsheets.layout import CellValue, Column, ColumnKind
from backoffice.web import guard
from backoffice.web.guard import page
from backoffice.web.language import words_of
from backoffice.web.lists import CHUNK, KINDS, Listing, paged, send_list


@blueprint.get(f"/list.<{KINDS}:kind>")
@page(requires=Permission.CASE_READ)
def queue_list(kind: str) -> Response:
    """Every case that the queue shows under these filters, page after page."""
    session, actor = sessions.session(), guard.actor()
    word = request.args.get("q", "").strip()
    wanted = wanted_cases(actor.id, works=actor.role is Role.OFFICER)

    def some(after: Key | None) -> tuple[Sequence[QueueRow], Key | None]:
        found = queue_page(session, wanted, after=after, size=CHUNK)
        return found.rows, found.next

    found = search(session, word) if word else paged(some)
    asked = [(gettext("搜尋"), word)] if word else list(_asked(wanted))
    return send_list(session, Listing(gettext("案件"), _columns(), _rows(found), asked), kind)


def _asked(wanted: Filter) -> Iterator[tuple[str, str]]:
    piles = {
        Pile.MINE: gettext("我的待辦"),
        Pile.UNASSIGNED: gettext("無人承辦"),
        Pile.WAITING: gettext("等候他人"),
        Pile.OVERDUE: gettext("逾期"),
        Pile.ALL: gettext("全部"),
    }
    yield gettext("分堆"), piles[wanted.pile]
    if wanted.scheme is not None:
        yield gettext("方案"), wanted.scheme
    if wanted.state is not None:
        yield gettext("狀態"), shown(wanted.state)


def _columns() -> list[Column]:
    return [
        Column(gettext("案件編號"), width=18),
        Column(gettext("企業"), width=30),
        Column(gettext("統一編號"), width=12),
        Column(gettext("方案"), width=8),
        Column(gettext("狀態"), width=14),
        Column(gettext("輪到"), width=12),
        Column(gettext("等候自"), ColumnKind.INSTANT, 22),
        Column(gettext("期限"), ColumnKind.DATE, 16),
        Column(gettext("承辦"), width=12),
        Column(gettext("不符事項"), ColumnKind.COUNT, 10),
        Column(gettext("申請補助款"), ColumnKind.MONEY, 16, is_summed=True),
    ]


def _rows(found: Iterable[QueueRow]) -> Iterator[Sequence[CellValue]]:
    states, turns = words_of(CaseState), words_of(WaitingFor)
    for row in found:
        yield (
            row.number,
            row.firm_name,
            row.ubn,
            row.scheme,
            states[row.state],
            turns[row.waiting_for],
            row.waiting_since,
            row.due_on,
            row.officer_name,
            row.finding_count,
            row.subsidy_requested,
        )
