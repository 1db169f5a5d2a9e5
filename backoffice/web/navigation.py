"""The menu as data, filtered by what the visitor may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from flask import current_app, request, url_for
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from backoffice.access import Actor, Permission, Role
from backoffice.web.language import language


@dataclass(frozen=True, slots=True)
class Destination:
    """A place in the menu; `key` follows `g` on the keyboard.

    `under`: how the addresses of the pages begin that belong to it; the longest counts.
    """

    label: LazyString
    endpoint: str
    requires: Permission
    key: str
    under: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A menu entry as the page shows it; `here` is the page itself, or one that belongs to it."""

    label: str
    url: str
    here: Literal["", "page", "true"]
    key: str


P = Permission
MENU = (
    Destination(_("待辦"), "reports.to_do", P.CASE_WORK, "t", ("/reports/to-do",)),
    Destination(_("我的評分"), "review.home", P.REVIEW_SCORE, "r", ("/review",)),
    Destination(
        _("案件"),
        "cases.queue",
        P.CASE_READ,
        "c",
        ("/cases", "/disbursement", "/review/cases", "/reports/cases"),
    ),
    Destination(_("進件"), "cases.imports", P.CASE_IMPORT, "i", ("/cases/imports",)),
    Destination(
        _("決審"),
        "review.decisions",
        P.CASE_DECIDE,
        "d",
        ("/review/decisions", "/review/waiting-list"),
    ),
    Destination(
        _("查核點"),
        "disbursement.checkpoints",
        P.CHECKPOINT_READ,
        "k",
        ("/disbursement/checkpoints",),
    ),
    Destination(_("名額"), "cases.seats", P.SEAT_READ, "q", ("/cases/seats",)),
    Destination(
        _("撥款"),
        "disbursement.sheets",
        P.SHEET_READ,
        "p",
        (
            "/disbursement/sheets",
            "/disbursement/bank",
            "/disbursement/separation",
            "/reports/sheets",
        ),
    ),
    Destination(
        _("貸款"),
        "disbursement.loans_register",
        P.LOAN_READ,
        "l",
        ("/disbursement/loans", "/disbursement/loan-rates", "/disbursement/bank-claims"),
    ),
    Destination(_("收費"), "disbursement.fees", P.FEE_READ, "f", ("/disbursement/fees",)),
    Destination(
        _("追繳"), "disbursement.recoveries", P.RECOVERY_READ, "o", ("/disbursement/recoveries",)
    ),
    Destination(
        _("預算"),
        "reports.budget",
        P.LEDGER_READ,
        "b",
        ("/reports/budget", "/reports/entries", "/disbursement/carry-overs"),
    ),
    Destination(_("看板"), "reports.board", P.BOARD_READ, "m", ("/reports",)),
    Destination(_("方案"), "scheme.catalogue", P.SCHEME_READ, "s", ("/schemes",)),
    Destination(
        _("稽核"), "reports.audit", P.AUDIT_READ, "a", ("/reports/audit", "/reports/verify")
    ),
    Destination(_("人員"), "people.accounts", P.PEOPLE_MANAGE, "u", ("/people",)),
)

HOMES = {
    Role.REVIEWER: "review.home",
    Role.OFFICER: "reports.to_do",
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


ADDRESSES: Final = "addresses"
MENUS: Final = "menus"
_Written = tuple[str, str, tuple[tuple[str, object], ...]]  # where mounted, endpoint, its arguments


def address(endpoint: str, **arguments: Any) -> str:
    """The address of a page whose arguments come from the programme, never from a request.

    It is worked out once for each place at which the application is mounted.
    """
    known: dict[_Written, str] = current_app.extensions.setdefault(ADDRESSES, {})
    wanted = (request.script_root, endpoint, tuple(arguments.items()))
    found = known.get(wanted)
    if found is None:
        found = known[wanted] = url_for(endpoint, **arguments)
    return found


def menu(actor: Actor) -> list[MenuItem]:
    """What this visitor finds in the menu: the same for a role, a page and a language."""
    spoken = language()
    known: dict[object, list[MenuItem]] = current_app.extensions.setdefault(MENUS, {})
    wanted = (request.script_root, request.endpoint, actor.role, spoken.tag if spoken else "")
    found = known.get(wanted)
    if found is None:
        found = known[wanted] = _menu(actor)
    return found


def _menu(actor: Actor) -> list[MenuItem]:
    places = [place for place in MENU if actor.may(place.requires)]
    here = _where(places)
    return [
        MenuItem(
            label=str(place.label),
            url=address(place.endpoint),
            here="page" if request.endpoint == place.endpoint else "true" if place is here else "",
            key=place.key,
        )
        for place in places
    ]


def _where(places: Sequence[Destination]) -> Destination | None:
    """The place to which the page belongs: the one with the longest beginning of its address."""
    rule = f"{request.url_rule}/"
    found = [
        (len(begins), place)
        for place in places
        for begins in place.under
        if rule.startswith(f"{begins}/")
    ]
    return max(found, key=lambda each: each[0], default=(0, None))[1]
