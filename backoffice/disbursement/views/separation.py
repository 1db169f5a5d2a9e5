"""職責分離: whether any one person can make a payment and pay it, proved anew at every look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Response
from flask_babel import gettext

from backoffice.access import GRANTS, STAFF_ROLES, Permission, Role
from backoffice.db import sessions
from backoffice.disbursement.queries.sheets import doubled_steps, signers
from backoffice.disbursement.rules.separation import (
    LADDER,
    Deed,
    Pair,
    Person,
    holes,
    pairs,
    staffing,
)
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.messages import sentence, shown
from backoffice.web.guard import page
from backoffice.web.pieces import Column
from backoffice.web.render import render

_ASKS: Final[Mapping[Deed, frozenset[Permission]]] = {
    Deed.SCORE: frozenset({Permission.REVIEW_SCORE}),
    Deed.CLAIM: frozenset({Permission.CLAIM_WORK}),
    Deed.MAKE: frozenset({Permission.SHEET_MAKE}),
    Deed.CHANGE: frozenset({Permission.SHEET_MAKE, Permission.CLAIM_WORK}),
    Deed.CHECK: frozenset({Permission.SHEET_CHECK}),
    Deed.APPROVE: frozenset({Permission.SHEET_APPROVE}),
    Deed.SEND: frozenset({Permission.SHEET_SEND}),
    Deed.SETTLE: frozenset({Permission.SHEET_SETTLE}),
}


def deeds_of(role: Role) -> frozenset[Deed]:
    """What a role may do about a payment, from the literal table of permissions."""
    return frozenset(deed for deed, asked in _ASKS.items() if GRANTS[role] & asked)


def by_role() -> dict[str, frozenset[Deed]]:
    """The same for every role of the office."""
    return {role.value: deeds_of(role) for role in STAFF_ROLES}


@blueprint.get("/separation")
@page(requires=Permission.AUDIT_READ)
def separation() -> Response:
    """The proof, pair by pair; the people in service; what the sheets so far say."""
    session = sessions.session()
    found = pairs(by_role())
    people = [Person(each.id, each.name, deeds_of(each.role)) for each in signers(session)]
    sheets, doubled = doubled_steps(session)
    open_pairs = holes(found)
    return render(
        lead=_lead(open_pairs),
        holes=[(pair, _roles(pair)) for pair in open_pairs],
        rows=[(pair, _verdict(pair), _roles(pair)) for pair in found],
        people=[(each, [deed for deed in Deed if deed in each.deeds]) for each in people],
        staffed=list(zip(LADDER, staffing(people) or (), strict=False)),
        sheets=sheets,
        doubled=doubled,
        columns=[
            Column(gettext("先")),
            Column(gettext("後")),
            Column(gettext("同一人")),
            Column(gettext("角色")),
        ],
        people_columns=[Column(gettext("人員")), Column(gettext("依角色可辦理的步驟"))],
    )


def _lead(found: tuple[Pair, ...]) -> str:
    if found:
        return gettext("有 %(count)s 組步驟可由同一人辦理，請立即處理。", count=len(found))
    return gettext("沒有任何一人能對同一筆款項既編製又付款，角色變更後亦同。")


def _verdict(pair: Pair) -> str:
    if pair.refusal is not None:
        return sentence(pair.refusal)
    return "" if pair.is_possible else gettext("沒有角色同時或先後能辦理")


def _roles(pair: Pair) -> str:
    words = [shown(Role(role)) for role in pair.same]
    words += [f"{shown(Role(one))} → {shown(Role(other))}" for one, other in pair.changed]
    return gettext("、").join(words) or "–"
