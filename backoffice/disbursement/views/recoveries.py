"""追繳: the list by its parts, one demand with its story, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Response, request, url_for
from flask_babel import gettext

from backoffice.access import Actor, Permission
from backoffice.cases.queries import case_head
from backoffice.db import sessions
from backoffice.disbursement.queries.endings import EndingRow, proposed
from backoffice.disbursement.queries.recoveries import (
    PAGE,
    RecoveryKey,
    RecoveryRow,
    Shelf,
    key_of,
    shares,
    shelves,
)
from backoffice.disbursement.queries.recoveries import (
    recoveries as listed,
)
from backoffice.disbursement.queries.recoveries import (
    recovery as one,
)
from backoffice.disbursement.queries.repayments import RepaymentRow, repayments
from backoffice.disbursement.rules.recoveries import (
    RecoveryState,
    enforcing_refusal,
    expires_on,
    receiving_refusal,
)
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.early import recovery_badge
from backoffice.disbursement.views.frame import framed, today, worded
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import roc_slashes
from backoffice.messages import shown
from backoffice.scheme import registry
from backoffice.web import guard
from backoffice.web.filters import ntd, ntd_unit
from backoffice.web.guard import page
from backoffice.web.numbers import row_number
from backoffice.web.pieces import Action, Column, Moment, Shape
from backoffice.web.render import render

# --- the list ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShelfLink:
    """A part of the list with its count and what is owed in it."""

    label: str
    url: str
    count: int
    current: bool


@blueprint.get("/recoveries")
@page(requires=Permission.RECOVERY_READ)
def recoveries() -> Response:
    """One part of the list, the earliest due first, paged by key; and what waits to be decided."""
    session, day = sessions.session(), today()
    chosen, scheme = chosen_shelf(), chosen_scheme()
    counts = shelves(session, day)
    found = listed(session, chosen, day, scheme=scheme, after=_after())
    rows = found[:PAGE]
    return render(
        day=day,
        chosen=chosen,
        scheme=scheme,
        schemes=registry.schemes(),
        links=[
            ShelfLink(
                shelf_words(shelf),
                _url(shelf, scheme),
                counts[shelf].count,
                shelf is chosen,
            )
            for shelf in Shelf
        ],
        lead=gettext(
            "追繳中 %(count)s 件，尚欠 %(owed)s；逾期 %(late)s 件。",
            count=ntd(counts[Shelf.OPEN].count),
            owed=ntd_unit(counts[Shelf.OPEN].owed),
            late=ntd(counts[Shelf.OVERDUE].count),
        ),
        proposals=_proposals(),
        rows=[(row, recovery_badge(row, day)) for row in rows],
        columns=_columns(),
        first_url=_url(chosen, scheme) if request.args.get("after") else "",
        next_url=_url(chosen, scheme, key_of(rows[-1])) if len(found) > PAGE else "",
        may_open_case=guard.actor().may(Permission.CASE_READ),
    )


def _proposals() -> tuple[EndingRow, ...]:
    """What waits for the convenor, for those who may open cases."""
    if not guard.actor().may(Permission.CASE_READ):
        return ()
    return proposed(sessions.session())


def chosen_shelf() -> Shelf:
    """The part of the list that the address asks for."""
    asked = request.args.get("show", "")
    return Shelf(asked) if asked in {shelf.value for shelf in Shelf} else Shelf.OPEN


def chosen_scheme() -> str:
    """The scheme that the address asks for; \"\" for all."""
    asked = request.args.get("scheme", "")
    return asked if asked in registry.schemes() else ""


def _after() -> RecoveryKey | None:
    """Where the last page ended; an address that somebody garbled starts at the beginning."""
    day, _, number = request.args.get("after", "").partition("~")
    try:
        return RecoveryKey(date.fromisoformat(day), row_number(number))
    except ValueError:
        return None


def _url(shelf: Shelf, scheme: str, after: RecoveryKey | None = None) -> str:
    arguments = {"show": shelf.value}
    if scheme:
        arguments["scheme"] = scheme
    if after is not None:
        arguments["after"] = f"{after.due_on.isoformat()}~{after.id}"
    return f"{url_for('disbursement.recoveries')}?{urlencode(arguments)}"


def shelf_words(shelf: Shelf) -> str:
    """What a part of the list is called."""
    return {
        Shelf.PREPARED: gettext("待作成處分"),
        Shelf.OPEN: gettext("追繳中"),
        Shelf.OVERDUE: gettext("逾期"),
        Shelf.ENFORCEMENT: gettext("移送行政執行"),
        Shelf.RECOVERED: gettext("已收回"),
        Shelf.WRITTEN_OFF: gettext("已註銷債權"),
        Shelf.WITHDRAWN: gettext("已撤回"),
    }[shelf]


def _columns() -> tuple[Column, ...]:
    return (
        Column(gettext("處分書")),
        Column(gettext("案件")),
        Column(gettext("企業")),
        Column(gettext("事由")),
        Column(gettext("追繳金額"), numeric=True, unit=gettext("元")),
        Column(gettext("已收回"), numeric=True, unit=gettext("元")),
        Column(gettext("尚欠"), numeric=True, unit=gettext("元")),
        Column(gettext("繳納期限")),
        Column(gettext("狀態")),
    )


# --- one demand -------------------------------------------------------------------------------


@blueprint.get("/recoveries/<int:recovery_id>")
@page(requires=Permission.RECOVERY_READ)
def recovery(recovery_id: int) -> Response:
    """What is demanded and why, what came back, and how it went on."""
    session, day, actor = sessions.session(), today(), guard.actor()
    row = one(session, recovery_id)
    receipts = repayments(session, recovery_id)
    return render(
        **case_frame(row),
        row=row,
        day=day,
        badge=recovery_badge(row, day),
        days_late=_days_late(row, day),
        expires_on=expires_on(row.disposed_on) if row.disposed_on else None,
        shares=shares(session, recovery_id),
        receipts=receipts,
        may_correct=actor.may(Permission.RECOVERY_RECEIVE)
        and row.state is not RecoveryState.WRITTEN_OFF,
        receipt_columns=_receipt_columns(),
        offers=list(_offers(row, actor, day)),
        story=_story(row, receipts),
    )


def case_frame(row: RecoveryRow) -> dict[str, Any]:
    """The case's head, for those who may open cases."""
    if not guard.actor().may(Permission.CASE_READ):
        return {"head": None, "tabs": []}
    return framed(case_head(sessions.session(), row.case_id))


def _days_late(row: RecoveryRow, day: date) -> int:
    if row.due_on is None or not row.facts.is_overdue(day):
        return 0
    return (day - row.due_on).days


def _receipt_columns() -> tuple[Column, ...]:
    return (
        Column(gettext("收款日期")),
        Column(gettext("收據編號")),
        Column(gettext("繳入帳戶")),
        Column(gettext("收回金額"), numeric=True, unit=gettext("元")),
        Column(gettext("支出收回"), numeric=True, unit=gettext("元")),
        Column(gettext("收回以前年度歲出"), numeric=True, unit=gettext("元")),
        Column(gettext("登錄人")),
        Column(gettext("更正")),
    )


def _offers(row: RecoveryRow, actor: Actor, day: date) -> Iterator[Action]:
    """What this person may do about it; what is only not possible yet says why."""
    if row.state is RecoveryState.PREPARED and actor.may(Permission.ENDING_PREPARE):
        yield Action(
            label=gettext("作成追繳處分"),
            url=url_for("disbursement.demand_recovery", recovery_id=row.id),
            key=".",
            primary=True,
            after=gettext("登錄處分書文號、日期及繳納期限。"),
        )
    if receiving_refusal(row.facts) is None and actor.may(Permission.RECOVERY_RECEIVE):
        yield Action(
            label=gettext("登錄收回"),
            url=url_for("disbursement.receive_repayment", recovery_id=row.id),
            key=".",
            primary=True,
            after=gettext("依收據登錄；可分次登錄。"),
        )
    if row.state is RecoveryState.DEMANDED and actor.may(Permission.ENDING_PREPARE):
        yield Action(
            label=gettext("移送行政執行"),
            url=url_for("disbursement.enforce_recovery", recovery_id=row.id),
            primary=True,
            refusal=worded(enforcing_refusal(row.facts, day)),
        )
    if row.state is RecoveryState.ENFORCEMENT and actor.may(Permission.RECOVERY_WRITE_OFF):
        yield Action(
            label=gettext("註銷債權"),
            url=url_for("disbursement.write_off_recovery", recovery_id=row.id),
            after=gettext("須有核准註銷的公文。"),
        )


def _story(row: RecoveryRow, receipts: Sequence[RepaymentRow]) -> list[Moment]:
    moments = [
        Moment(
            row.prepared_at,
            gettext("系統"),
            gettext(
                "應追繳 %(amount)s：%(cause)s", amount=_unit(row.amount), cause=shown(row.cause)
            ),
        )
    ]
    if row.demanded_at is not None:
        moments.append(
            Moment(
                row.demanded_at,
                row.demanded_by_name or "–",
                gettext(
                    "作成處分 %(number)s，繳納期限 %(due_on)s",
                    number=row.number,
                    due_on=roc_slashes(row.due_on) if row.due_on else "–",
                ),
                note=row.reason,
            )
        )
    moments += [
        Moment(
            receipt.entered_at,
            receipt.entered_by_name or "–",
            gettext(
                "收回 %(amount)s，收據 %(number)s",
                amount=_unit(receipt.amount),
                number=receipt.receipt_number,
            ),
        )
        for receipt in receipts
    ]
    moments += _corrections(receipts)
    if row.enforced_at is not None:
        moments.append(
            Moment(
                row.enforced_at,
                row.enforced_by_name or "–",
                gettext("移送行政執行 %(number)s", number=row.enforcement_number),
                shape=Shape.NEEDS_YOU,
            )
        )
    if row.state is RecoveryState.WRITTEN_OFF and row.ended_at is not None:
        moments.append(
            Moment(
                row.ended_at,
                row.written_off_by_name or "–",
                gettext(
                    "註銷債權 %(amount)s，核准文號 %(number)s",
                    amount=_unit(row.written_off),
                    number=row.write_off_number,
                ),
                note=row.write_off_reason,
                shape=Shape.CLOSED,
            )
        )
    if row.state is RecoveryState.WITHDRAWN and row.ended_at is not None:
        moments.append(
            Moment(
                row.ended_at,
                row.withdrawn_by_name or "–",
                gettext("撤回還本登錄，不再追繳"),
                note=row.withdrawn_reason or "",
                shape=Shape.CLOSED,
            )
        )
    return sorted(moments, key=lambda moment: moment.at)


def _corrections(receipts: Sequence[RepaymentRow]) -> Iterator[Moment]:
    for receipt in receipts:
        if receipt.reversed_at is not None:
            yield Moment(
                receipt.reversed_at,
                receipt.reversed_by_name or "–",
                gettext("更正收據 %(number)s，不再計入", number=receipt.receipt_number),
                note=receipt.reversed_reason or "",
                shape=Shape.NEEDS_YOU,
            )


def _unit(amount: Ntd) -> str:
    return ntd_unit(amount)
