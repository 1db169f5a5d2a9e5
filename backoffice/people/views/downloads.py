"""The accounts as a file, as the list of people is filtered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Response
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.messages import shown
from backoffice.people import queries
from backoffice.people.queries import AccountFilter, AccountRow
from backoffice.people.views.accounts import wanted_accounts
from backoffice.people.views.room import blueprint
from backoffice.spreadsheets.layout import CellValue, Column, ColumnKind
from backoffice.web import guard
from backoffice.web.guard import page
from backoffice.web.lists import CHUNK, KINDS, Listing, paged, send_list


@blueprint.route(f"/people/list.<{KINDS}:kind>")
@page(requires=Permission.PEOPLE_MANAGE)
def accounts_list(kind: str) -> Response:
    """Everybody that the list of people shows under these filters."""
    session, wanted = sessions.session(), wanted_accounts()

    def some(after: int | None) -> tuple[Sequence[AccountRow], int | None]:
        rows, more = queries.accounts(session, wanted, after_id=after or 0, size=CHUNK)
        return rows, rows[-1].id if more else None

    listing = Listing(gettext("人員"), _columns(), map(_cells, paged(some)), list(_asked(wanted)))
    return send_list(session, listing, kind)


def _asked(wanted: AccountFilter) -> Iterator[tuple[str, str]]:
    if wanted.words:
        yield gettext("姓名或電子郵件"), wanted.words
    if wanted.role is not None:
        yield gettext("角色"), shown(wanted.role)
    if wanted.state is not None:
        yield gettext("狀態"), shown(wanted.state)


def _columns() -> list[Column]:
    return [
        Column(gettext("姓名"), width=16),
        Column(gettext("電子郵件"), width=32),
        Column(gettext("角色"), width=14),
        Column(gettext("狀態"), width=14),
        Column(gettext("最近登入"), ColumnKind.INSTANT, 22),
        Column(gettext("使用期限"), ColumnKind.DATE, 16),
    ]


def _cells(row: AccountRow) -> Sequence[CellValue]:
    locked = row.locked_until is not None and row.locked_until > guard.now()
    state = gettext("登入鎖定中") if locked else shown(row.state)
    return row.name, row.email, shown(row.role), state, row.last_sign_in_at, row.ends_on
