"""收費: who has paid, who has not, and what is to go back, scheme by scheme."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, request, url_for
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.disbursement.queries.fees.book import (
    PAGE,
    AccountRow,
    Shelf,
    accounts,
    fee_schemes,
    shelves,
)
from backoffice.disbursement.queries.fees.statements import count_open
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.fees.frame import (
    Link,
    chosen_scheme,
    parts,
    scheme_title,
    standing_badge,
)
from backoffice.disbursement.views.frame import today
from backoffice.messages import shown
from backoffice.web.filters import ntd
from backoffice.web.guard import page
from backoffice.web.lists import list_files
from backoffice.web.pieces import Badge, Column
from backoffice.web.render import render


@dataclass(frozen=True, slots=True)
class Account:
    """A fee account in the list; `place` says its place in words."""

    row: AccountRow
    badge: Badge
    place: str
    url: str


@blueprint.get("/fees")
@page(requires=Permission.FEE_READ)
def fees() -> Response:
    """One part of the fee accounts by case number, paged by key."""
    session, day = sessions.session(), today()
    chosen, scheme = chosen_shelf(), chosen_scheme()
    counts = shelves(session, day, scheme)
    after = request.args.get("after", "")
    found = accounts(session, chosen, day, scheme=scheme, after=after)
    rows = found[:PAGE]
    return render(
        day=day,
        chosen=chosen,
        scheme=scheme,
        schemes=[(each, scheme_title(each)) for each in fee_schemes()],
        parts=parts(count_open(session)),
        links=[
            Link(shelf_words(each), _url(each, scheme), each is chosen, counts[each])
            for each in Shelf
        ],
        lead=gettext(
            "不足 %(short)s 件，應退 %(refund)s 件；企業分攤款自成一帳，不計入補助經費。",
            short=ntd(counts[Shelf.SHORT]),
            refund=ntd(counts[Shelf.REFUND]),
        ),
        rows=[_account(row) for row in rows],
        columns=_columns(),
        files=list_files("disbursement.fee_list"),
        first_url=_url(chosen, scheme) if after else "",
        next_url=_url(chosen, scheme, rows[-1].number) if len(found) > PAGE else "",
    )


def chosen_shelf() -> Shelf:
    """The part of the list that the address asks for."""
    asked = request.args.get("show", "")
    return Shelf(asked) if asked in {each.value for each in Shelf} else Shelf.ALL


def shelf_words(shelf: Shelf) -> str:
    """A part of the list in words."""
    return {
        Shelf.ALL: gettext("全部"),
        Shelf.UNPAID: gettext("未繳"),
        Shelf.SHORT: gettext("不足"),
        Shelf.FULL: gettext("足額"),
        Shelf.OVER: gettext("溢繳"),
        Shelf.REFUND: gettext("應退或待選擇"),
    }[shelf]


def _url(shelf: Shelf, scheme: str, after: str = "") -> str:
    arguments = {"show": shelf.value}
    if scheme:
        arguments["scheme"] = scheme
    if after:
        arguments["after"] = after
    return f"{url_for('disbursement.fees')}?{urlencode(arguments)}"


def _account(row: AccountRow) -> Account:
    return Account(
        row,
        standing_badge(row.standing),
        place_words(row),
        url_for("disbursement.fee_account", case_id=row.case_id),
    )


def place_words(row: AccountRow) -> str:
    """A case's place in words: its number, or that it waits."""
    if row.seat_number is not None and row.seat_state is not None:
        return gettext(
            "第 %(number)s 號　%(state)s", number=row.seat_number, state=shown(row.seat_state)
        )
    return shown(row.claim) if row.claim is not None else gettext("尚無名額")


def _columns() -> tuple[Column, ...]:
    unit = gettext("元")
    return (
        Column(gettext("案件")),
        Column(gettext("企業")),
        Column(gettext("應繳"), numeric=True, unit=unit),
        Column(gettext("已收"), numeric=True, unit=unit),
        Column(gettext("已退"), numeric=True, unit=unit),
        Column(gettext("差額"), numeric=True, unit=unit),
        Column(gettext("最近入帳")),
        Column(gettext("名額")),
        Column(gettext("狀態")),
    )
