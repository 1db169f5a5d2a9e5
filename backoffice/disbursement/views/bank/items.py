"""待查: what an answer left open, ended by a person with a note, one or several of a class."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.disbursement.forms.bank import ItemForm, ItemsForm
from backoffice.disbursement.operations.bank import ChosenItem, resolve_item, resolve_items
from backoffice.disbursement.queries.bank.items import (
    PAGE,
    ItemKey,
    ItemRow,
    Waiting,
    item,
    items,
    waiting,
)
from backoffice.disbursement.rules.bank import (
    BY_HAND,
    BankClass,
    ItemState,
    Resolution,
    resolutions,
    together,
)
from backoffice.disbursement.views.bank.answers import masked, nth_line
from backoffice.disbursement.views.bank.frame import (
    class_badge,
    columns_of,
    heads,
    item_badge,
    may_settle,
    said_words,
    tabs,
    told_words,
)
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.kernel.taiwan import roc_slashes
from backoffice.messages import shown
from backoffice.web.filters import ntd, ntd_unit
from backoffice.web.guard import page
from backoffice.web.numbers import row_number
from backoffice.web.pieces import Fact
from backoffice.web.render import render


@blueprint.route("/bank/items", methods=["GET", "POST"])
@page(requires=Permission.SHEET_READ, sends=(Permission.SHEET_SETTLE,))
def bank_items() -> ResponseReturnValue:
    """What waits, the oldest day first, several of a class worked off at once; or what was."""
    session = sessions.session()
    state, kind = asked_state(), asked_kind()
    found = items(session, state=state, kind=kind, after=_after())
    if request.args.get("go") == "next":
        return redirect(_next_url(found), code=303)
    rows = found[:PAGE]
    form = ItemsForm()
    form.offer(_together(rows) or BY_HAND)
    if form.submitted() and form.attempt(resolve_items, _chosen(form), form.worked):
        flash(gettext("已一併辦理 %(count)s 項。", count=len(form.item.data or ())), "good")
        return redirect(_url(state, kind), code=303)
    counts = waiting(session)
    return render(
        tabs=tabs(),
        form=form,
        picks=kind is not None and state is ItemState.OPEN and may_settle(),
        ticked=frozenset(form.item.data or ()),
        value=_value,
        several=_several(counts) if kind is None and may_settle() else (),
        lead=gettext("%(count)s 項待查。", count=ntd(sum(each.count for each in counts))),
        state_asked=state.value,
        kind_asked=kind.value if kind else "",
        kinds=[(each.value, shown(each)) for each in BankClass],
        states=[(each.value, shown(each)) for each in ItemState],
        rows=[(row, class_badge(row.kind), item_badge(row.state)) for row in rows],
        columns=columns_of("class", "day", "place", "payee", "said", "amount", "due", "told"),
        heads=heads(),
        said_words=said_words,
        told_words=told_words,
        place=place_of,
        first_url=_url(state, kind) if request.args.get("after") else "",
        next_url=_url(state, kind, rows[-1]) if len(found) > PAGE else "",
    )


def _together(rows: Sequence[ItemRow]) -> list[Resolution]:
    """What may be said of some of these at once; which of them it is wrong for, is refused."""
    found = {each for row in rows for each in together(row.facts)}
    return [each for each in BY_HAND if each in found]


def _value(row: ItemRow) -> str:
    return f"{row.id}:{row.version}"


def _chosen(form: ItemsForm) -> tuple[ChosenItem, ...]:
    """The items and versions that were ticked; a value that somebody garbled is not found."""
    try:
        pairs = [value.split(":") for value in form.item.data or ()]
        return tuple(ChosenItem(int(item_id), int(version)) for item_id, version in pairs)
    except ValueError as error:
        raise NotFound from error


def _several(counts: Sequence[Waiting]) -> list[tuple[str, int, str]]:
    """The classes of which more than one waits: word, count, address."""
    return [
        (shown(each.kind), each.count, _url(ItemState.OPEN, each.kind))
        for each in counts
        if each.count > 1
    ]


@blueprint.route("/bank/items/<int:item_id>", methods=["GET", "POST"])
@page(requires=Permission.SHEET_READ, sends=(Permission.SHEET_SETTLE,))
def bank_item(item_id: int) -> ResponseReturnValue:
    """One item: what the bank said, what was sent, and what became of it."""
    session = sessions.session()
    row = item(session, item_id)
    offered = resolutions(row.facts)
    form = ItemForm(version=row.version, day=row.day)
    form.offer(offered)
    if form.submitted() and form.attempt(
        resolve_item, item_id, form.version.number, form.worked, form.place
    ):
        flash(gettext("已辦理。"), "good")
        return redirect(url_for("disbursement.bank_items", go="next"), code=303)
    form.show_version(row.version)
    return render(
        row=row,
        form=form,
        badge=class_badge(row.kind),
        why=_why(row.kind),
        said=_said(row),
        sent=_sent(row),
        waits=row.state is ItemState.OPEN,
        unknown=row.sheet_line_id is None,
        told=told_words(row),
        may_settle=may_settle(),
        back_url=url_for("disbursement.bank_items"),
    )


def _next_url(found: Sequence[ItemRow]) -> str:
    """The first item that waits, else the days: the work goes on without looking for it."""
    if found:
        return url_for("disbursement.bank_item", item_id=found[0].id)
    return url_for("disbursement.bank_days")


def place_of(row: ItemRow) -> str:
    """Which payment of ours an item is about; – without one."""
    return nth_line(row.sheet, row.position) if row.sheet and row.position else "–"


def _said(row: ItemRow) -> list[Fact]:
    if row.said_event is None:
        return [Fact(gettext("銀行回覆"), gettext("未列此筆"))]
    return [
        Fact(gettext("結果"), said_words(row.said_event, row.said_code)),
        Fact(gettext("金額"), ntd_unit(row.amount)),
        Fact(gettext("日期"), roc_slashes(row.day)),
        Fact(gettext("受款人"), row.said_payee or "–"),
        Fact(gettext("統一編號"), row.said_ubn or "–"),
        Fact(gettext("帳戶"), masked(row.said_bank or "", row.said_account or "")),
        Fact(gettext("案件編號"), row.said_case or "–"),
        Fact(gettext("回覆檔"), f"{row.answer_name} #{row.said_row}"),
    ]


def _sent(row: ItemRow) -> list[Fact]:
    if row.frozen is None or row.line_amount is None or row.line_state is None:
        return []
    settled = f" {roc_slashes(row.line_settled_on)}" if row.line_settled_on else ""
    return [
        Fact(
            gettext("清冊及序號"),
            place_of(row),
            url_for("disbursement.sheet_bank", sheet_id=row.sheet_id),
        ),
        Fact(gettext("應撥"), ntd_unit(row.line_amount)),
        Fact(gettext("狀態"), f"{shown(row.line_state)}{settled}"),
        Fact(gettext("受款人"), row.frozen.payee),
        Fact(gettext("統一編號"), row.frozen.ubn),
        Fact(gettext("帳戶"), row.frozen.masked_account),
        Fact(gettext("案件編號"), row.frozen.case_number),
    ]


def _why(kind: BankClass) -> str:
    """What the class means and what is to be done, in one sentence."""
    return {
        BankClass.PAID: gettext("銀行已足額入帳。"),
        BankClass.RETURNED: gettext("銀行退匯，期款回到審核通過，更正帳戶後重匯。"),
        BankClass.PART: gettext("銀行入帳少於應撥。請洽銀行補足差額，或退回後重匯。"),
        BankClass.WRONG_AMOUNT: gettext("銀行入帳多於應撥。請洽銀行沖回溢付，或退回後重匯。"),
        BankClass.SPLIT: gettext("同一筆分數次入帳，合計相符。請確認均入同一帳戶。"),
        BankClass.DOUBLE: gettext("同一筆重複回覆。請洽銀行查明；確為重複付款者，應收回多付款項。"),
        BankClass.MISSING: gettext("已送件，銀行未回覆此筆。請洽銀行查明。"),
        BankClass.UNKNOWN: gettext("銀行回覆此筆，不屬任何已送件的付款。請查明後認定，或退回。"),
        BankClass.LATE: gettext("已登錄結果後才回覆、逾入帳日，或日期已日結。請查明後辦理。"),
        BankClass.RENAMED: gettext("銀行的戶名、統一編號或帳戶與清冊不同。請查明款項入何人帳戶。"),
    }[kind]


def asked_state() -> ItemState:
    """Which items the address asks for; those that wait by default."""
    asked = request.args.get("state", "")
    return ItemState(asked) if asked in {each.value for each in ItemState} else ItemState.OPEN


def asked_kind() -> BankClass | None:
    """Which class the address asks for; None for all."""
    asked = request.args.get("class", "")
    return BankClass(asked) if asked in {each.value for each in BankClass} else None


def _after() -> ItemKey | None:
    day, _rest, number = request.args.get("after", "").partition("~")
    try:
        return ItemKey(date.fromisoformat(day), row_number(number))
    except ValueError:
        return None


def _url(state: ItemState, kind: BankClass | None, after: ItemRow | None = None) -> str:
    arguments = {"state": state.value}
    if kind is not None:
        arguments["class"] = kind.value
    if after is not None:
        arguments["after"] = f"{after.day.isoformat()}~{after.id}"
    return f"{url_for('disbursement.bank_items')}?{urlencode(arguments)}"
