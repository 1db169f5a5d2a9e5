"""What the pages of the reconciliation share: where they lead, their badges, their words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from backoffice.access import Permission
from backoffice.disbursement.queries.bank.items import ItemRow
from backoffice.disbursement.rules.bank import (
    AnswerState,
    BankClass,
    ItemState,
    ThreeWay,
    return_code,
)
from backoffice.disbursement.rules.lifecycles import LineEvent
from backoffice.messages import shown
from backoffice.web import guard
from backoffice.web.pieces import Badge, Column, Shape

_ANSWERS: Final[Mapping[AnswerState, Shape]] = {
    AnswerState.READ: Shape.NEEDS_YOU,
    AnswerState.CONFIRMED: Shape.DONE,
    AnswerState.SET_ASIDE: Shape.CLOSED,
}
_CLASSES: Final[Mapping[BankClass, Shape]] = {
    BankClass.PAID: Shape.DONE,
    BankClass.RETURNED: Shape.PROGRESS,
}
_HEADS: Final[Mapping[str, LazyString]] = {
    "account": _("帳戶"),
    "amount": _("銀行金額"),
    "answer": _("回覆檔"),
    "bank": _("銀行"),
    "case": _("案件"),
    "class": _("分類"),
    "count": _("筆數"),
    "day": _("日期"),
    "difference": _("差額"),
    "due": _("應撥"),
    "ledger": _("帳"),
    "loaded": _("載入"),
    "on_sheet": _("清冊"),
    "open": _("待查"),
    "paid": _("入帳"),
    "payee": _("受款人"),
    "place": _("清冊及序號"),
    "returned": _("退匯"),
    "row": _("行"),
    "rows": _("筆數"),
    "said": _("銀行回覆"),
    "sheet": _("清冊"),
    "side": _("來源"),
    "state": _("狀態"),
    "told": _("辦理結果"),
    "waiting": _("尚未回覆"),
}
_IN_DOLLARS: Final = frozenset(
    {"amount", "bank", "difference", "due", "ledger", "on_sheet", "paid", "returned", "waiting"}
)
_NUMERIC: Final = _IN_DOLLARS | {"count", "open", "row", "rows"}


def heads() -> dict[str, str]:
    """The words of the tables, translated once for a page and not once for a cell."""
    return {name: str(word) for name, word in _HEADS.items()}


def columns_of(*names: str) -> list[Column]:
    """The heads of a table in this order."""
    return [
        Column(
            str(_HEADS[name]),
            numeric=name in _NUMERIC,
            unit=gettext("元") if name in _IN_DOLLARS else "",
        )
        for name in names
    ]


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the three lists."""

    label: str
    url: str
    current: bool
    key: str


def tabs() -> tuple[Tab, ...]:
    """回覆檔, 待查, 日結."""
    found = (
        (gettext("回覆檔"), "disbursement.bank_answers", ""),
        (gettext("待查"), "disbursement.bank_items", "w"),
        (gettext("日結"), "disbursement.bank_days", ""),
    )
    return tuple(
        Tab(label, url_for(endpoint), request.endpoint == endpoint, key)
        for label, endpoint, key in found
    )


def may_settle() -> bool:
    """Whether the reader enters what the bank says, or only reads it."""
    return guard.actor().may(Permission.SHEET_SETTLE)


def answer_badge(state: AnswerState) -> Badge:
    """An answer's state as word and shape."""
    return Badge(shown(state), _ANSWERS[state])


def class_badge(kind: BankClass) -> Badge:
    """A class as word and shape: what is not clear needs somebody."""
    return Badge(shown(kind), _CLASSES.get(kind, Shape.NEEDS_YOU))


def item_badge(state: ItemState) -> Badge:
    """Whether an item waits, as word and shape."""
    shape = Shape.NEEDS_YOU if state is ItemState.OPEN else Shape.DONE
    return Badge(shown(state), shape)


def day_badge(is_closed: bool, view: ThreeWay, open_items: int) -> Badge:
    """Whether a day is closed, could be, or not yet."""
    if is_closed:
        return Badge(gettext("已日結"), Shape.DONE)
    if view.agrees and not open_items:
        return Badge(gettext("可日結"), Shape.NEEDS_YOU)
    return Badge(gettext("尚有差額或待查"), Shape.WAITING)


def said_words(event: LineEvent | None, code: str | None) -> str:
    """What the bank said of a payment: credited, or returned and why; – when nothing."""
    if event is None:
        return "–"
    if event is LineEvent.PAY:
        return shown(event)
    return gettext("退匯：%(code)s %(words)s", code=code or "", words=return_code(code or "").words)


def told_words(item: ItemRow) -> str:
    """How an item came to its end; "" while it waits."""
    if item.resolution is None:
        return ""
    parts = [shown(item.resolution), item.note]
    return gettext("：").join(part for part in parts if part)
