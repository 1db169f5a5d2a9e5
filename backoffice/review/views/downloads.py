"""The cases that wait for the convenor, and those that wait for money, as files."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from flask import Response
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.ledger.queries import budget_line
from backoffice.ledger.rules import Stage
from backoffice.review.queries import cases_to_decide
from backoffice.review.queries.deciding import DecisionsRow, Place
from backoffice.review.queries.waiting import schemes_waited_for
from backoffice.review.views.blueprint import blueprint
from backoffice.review.views.closing import badge_of
from backoffice.review.views.waiting import chosen_scheme, line_rows
from backoffice.spreadsheets.layout import CellValue, Column, ColumnKind
from backoffice.web.guard import page
from backoffice.web.lists import CHUNK, KINDS, Listing, paged, send_list

_HUNDREDTHS = 2


@blueprint.get(f"/decisions/list.<{KINDS}:kind>")
@page(requires=Permission.CASE_DECIDE)
def decisions_list(kind: str) -> Response:
    """Every case that waits to be closed or decided."""
    session = sessions.session()

    def some(after: Place | None) -> tuple[Sequence[DecisionsRow], Place | None]:
        found = cases_to_decide(session, after=after, size=CHUNK)
        rows = found[:CHUNK]
        more = len(found) > CHUNK
        return rows, Place(rows[-1].waiting_since, rows[-1].id) if more else None

    listing = Listing(gettext("待決審案件"), _columns(), map(_cells, paged(some)))
    return send_list(session, listing, kind)


def _columns() -> list[Column]:
    return [
        Column(gettext("案號"), width=18),
        Column(gettext("企業"), width=30),
        Column(gettext("計畫"), width=36),
        Column(gettext("狀態"), width=20),
        Column(gettext("已送出評分表"), ColumnKind.COUNT, 14),
        Column(gettext("委員席次"), ColumnKind.COUNT, 10),
        Column(gettext("總分"), ColumnKind.SCORE, 10),
        Column(gettext("申請補助款"), ColumnKind.MONEY, 16, is_summed=True),
        Column(gettext("等候自"), ColumnKind.INSTANT, 22),
    ]


def _cells(row: DecisionsRow) -> Sequence[CellValue]:
    return (
        row.number,
        row.firm_name,
        row.project_name,
        badge_of(row).word,
        row.handed_in,
        row.seats,
        None if row.score is None else Decimal(row.score).scaleb(-_HUNDREDTHS),
        row.subsidy_requested,
        row.waiting_since,
    )


@blueprint.get(f"/waiting-list/list.<{KINDS}:kind>")
@page(requires=Permission.SCORES_READ)
def waiting_list_file(kind: str) -> Response:
    """The line for a scheme's money, the first first, as the page shows it."""
    session = sessions.session()
    scheme = chosen_scheme(schemes_waited_for(session))
    rows = line_rows(session, scheme, budget_line(session, scheme).amount(Stage.AVAILABLE))
    columns = [
        Column(gettext("順位"), ColumnKind.COUNT, 8),
        Column(gettext("案號"), width=18),
        Column(gettext("企業"), width=30),
        Column(gettext("總分"), ColumnKind.SCORE, 10),
        Column(gettext("應核定數"), ColumnKind.MONEY, 16, is_summed=True),
        Column(gettext("未接受部分核定"), ColumnKind.MONEY, 16),
        Column(gettext("決審"), ColumnKind.INSTANT, 22),
        Column(gettext("文件齊備"), ColumnKind.INSTANT, 22),
        Column(gettext("依目前餘額"), ColumnKind.MONEY, 16, is_summed=True),
        Column(gettext("承辦人"), width=12),
    ]
    cells = (
        (
            line.place,
            line.row.number,
            line.row.firm_name,
            None if line.row.score is None else Decimal(line.row.score).scaleb(-_HUNDREDTHS),
            line.row.wanted,
            line.row.declined or None,
            line.row.decided_at,
            line.row.complete_at,
            line.call.amount if line.call else None,
            line.row.officer_name,
        )
        for line in rows
    )
    asked = [(gettext("方案"), scheme)]
    return send_list(session, Listing(gettext("候補名單"), columns, cells, asked), kind)
