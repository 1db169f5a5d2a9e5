"""The menu as data, filtered by what the visitor may do."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from backoffice.access import Actor, Permission, Role


@dataclass(frozen=True, slots=True)
class Destination:
    """A place in the menu; `key` follows `g` on the keyboard."""

    label: LazyString
    endpoint: str
    requires: Permission
    key: str


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A menu entry as the page shows it."""

    label: str
    url: str
    current: bool
    key: str


P = Permission
MENU = (
    Destination(_("我的評分"), "review.home", P.REVIEW_SCORE, "r"),
    Destination(_("案件"), "cases.queue", P.CASE_READ, "c"),
    Destination(_("進件"), "cases.imports", P.CASE_IMPORT, "i"),
    Destination(_("決審"), "review.decisions", P.CASE_DECIDE, "d"),
    Destination(_("撥款"), "disbursement.sheets", P.SHEET_READ, "p"),
    Destination(_("預算"), "reports.budget", P.LEDGER_READ, "b"),
    Destination(_("看板"), "reports.board", P.BOARD_READ, "m"),
    Destination(_("方案"), "scheme.catalogue", P.SCHEME_READ, "s"),
    Destination(_("稽核"), "reports.audit", P.AUDIT_READ, "a"),
    Destination(_("人員"), "people.accounts", P.PEOPLE_MANAGE, "u"),
)

HOMES = {
    Role.REVIEWER: "review.home",
    Role.OFFICER: "cases.queue",
    Role.CONVENOR: "review.decisions",
    Role.ACCOUNTING: "disbursement.sheets",
    Role.CASHIER: "disbursement.sheets",
    Role.MANAGER: "reports.board",
    Role.AUDITOR: "reports.audit",
    Role.ADMIN: "people.accounts",
}


def home_of(role: Role) -> str:
    """The endpoint of a role's first page."""
    return HOMES[role]


def menu(actor: Actor) -> list[MenuItem]:
    """What this visitor finds in the menu."""
    room = (request.endpoint or "").split(".", 1)[0]
    return [
        MenuItem(
            label=str(place.label),
            url=url_for(place.endpoint),
            current=request.endpoint == place.endpoint
            or (place.endpoint.split(".", 1)[0] == room and _only_one(room, actor)),
            key=place.key,
        )
        for place in MENU
        if actor.may(place.requires)
    ]


def _only_one(room: str, actor: Actor) -> bool:
    """Whether the room has one entry in this menu, so that its other pages belong to it."""
    return sum(p.endpoint.split(".", 1)[0] == room and actor.may(p.requires) for p in MENU) == 1
