"""One case's fee account: every payment, the running sum, the split, the place, the refunds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from backoffice.access import Actor, Permission
from backoffice.cases import desk
from backoffice.cases.rules.lifecycle import FINISHED
from backoffice.cases.rules.seats import Choice
from backoffice.cases.rules.tax import TaxSplit, is_untaxed_payment, split
from backoffice.db import sessions
from backoffice.disbursement.queries.fees.case import FeeAccount, PaymentRow, account_of, stages_of
from backoffice.disbursement.rules.fees.account import OPEN, running
from backoffice.disbursement.rules.fees.refunds import Claimed, claimed
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.fees.frame import (
    fee_frame,
    parts,
    refund_badge,
    standing_badge,
)
from backoffice.disbursement.views.frame import document_url, today
from backoffice.kernel.money import Ntd
from backoffice.messages import shown
from backoffice.scheme import registry
from backoffice.scheme.rules import Seats
from backoffice.web import guard
from backoffice.web.filters import ntd_unit
from backoffice.web.guard import page
from backoffice.web.pieces import Action, Column
from backoffice.web.render import render

desk.register_tab(
    _("繳費"),
    "disbursement.fee_account",
    Permission.FEE_READ,
    40,
    concerns=lambda edition: edition.seats is not None,
)


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment as the page shows it; `fills`: with it the fee was reached."""

    row: PaymentRow
    sum: Ntd
    fills: bool
    origin: str
    origin_url: str


@blueprint.get("/fees/cases/<int:case_id>")
@page(requires=Permission.FEE_READ)
def fee_account(case_id: int) -> Response:
    """Where each dollar of a case's fee came from, and where it stands."""
    session, day, actor = sessions.session(), today(), guard.actor()
    frame = fee_frame(case_id)
    account = account_of(session, case_id)
    seats = _seats(account)
    claim, stands = claimed(account.facts(day)), account.standing(day)
    return render(
        **frame,
        parts=parts(),
        account=account,
        day=day,
        badge=standing_badge(stands),
        short=account.fee - account.held if stands in OPEN else None,
        untaxed=stands in OPEN and is_untaxed_payment(account.held, seats),
        split=_split(account, seats),
        fee_split=split(account.fee, seats),
        full_at=account.full_at,
        payments=list(_payments(account, actor)),
        payment_columns=_payment_columns(),
        stages=[
            (shown(stage), amount)
            for stage, amount in stages_of(session, account.place.scheme, case_id).items()
        ],
        advertising=[(row, _document(row.document_id, actor)) for row in account.advertising],
        advertising_columns=_advertising_columns(),
        refunds=[(row, refund_badge(row, day)) for row in account.refunds],
        refund_columns=_refund_columns(),
        claim=claim,
        choice=_choice(account),
        awaits_choice=account.awaits_choice(day),
        choice_url=(
            url_for("cases.choose_place", case_id=case_id)
            if actor.may(Permission.SEAT_WORK)
            else ""
        ),
        offers=list(_offers(account, claim, actor)),
    )


def _choice(account: FeeAccount) -> str:
    """What the payer chose, by its letter; "" while it has not."""
    place = account.place
    return f"{shown(Choice(place.choice))}　{place.choice_number}" if place.choice else ""


def _seats(account: FeeAccount) -> Seats:
    seats = registry.edition_named(account.place.edition).seats
    assert seats is not None, "only editions with places ask for a fee"
    return seats


def _split(account: FeeAccount, seats: Seats) -> TaxSplit | None:
    """The tax within what is held for the fee, at most the fee."""
    return split(min(account.held, account.fee), seats)


def _payments(account: FeeAccount, actor: Actor) -> Iterator[Paid]:
    for row, step in zip(account.payments, running(account.paid, account.fee), strict=True):
        yield Paid(row, step.sum, step.fills, _origin(row), _origin_url(row, actor))


def _origin(row: PaymentRow) -> str:
    if row.transaction_number is not None:
        return gettext("銀行入帳明細")
    return gettext("繳款證明") if row.document_id is not None else gettext("進件活頁簿")


def _origin_url(row: PaymentRow, actor: Actor) -> str:
    if row.statement_id is not None:
        return url_for("disbursement.fee_statement", statement_id=row.statement_id)
    return _document(row.document_id, actor)


def _document(document_id: int | None, actor: Actor) -> str:
    return document_url(document_id) if actor.may(Permission.CASE_READ) else ""


def _offers(account: FeeAccount, claim: Claimed | None, actor: Actor) -> Iterator[Action]:
    """What this person may do about the account; what is only not possible yet says why."""
    case_id, has_ended = account.place.case_id, account.place.state in FINISHED
    if claim is not None and actor.may(Permission.FEE_REFUND_MAKE):
        yield Action(
            label=gettext("簽辦退費"),
            url=url_for("disbursement.make_refund", case_id=case_id),
            key=".",
            primary=True,
            after=gettext(
                "應退 %(amount)s，期限 %(day)s。",
                amount=ntd_unit(claim.amount),
                day=shown(claim.due_on),
            ),
        )
    if actor.may(Permission.FEE_ENTER) and not has_ended:
        yield Action(
            label=gettext("登錄繳費"),
            url=url_for("disbursement.enter_fee", case_id=case_id),
            key="a",
            primary=account.held < account.fee,
            after=gettext("依繳款證明登錄；足額時本案依序取得名額。"),
        )
    if account.place.service_began and actor.may(Permission.FEE_REFUND_MAKE):
        yield Action(
            label=gettext("登錄已投放廣告"),
            url=url_for("disbursement.enter_advertising", case_id=case_id),
            after=gettext("輔導開始後退出者，退費時扣除。"),
        )


def _payment_columns() -> tuple[Column, ...]:
    unit = gettext("元")
    return (
        Column(gettext("入帳時間")),
        Column(gettext("收據或交易編號")),
        Column(gettext("金額"), numeric=True, unit=unit),
        Column(gettext("累計"), numeric=True, unit=unit),
        Column(gettext("來源")),
        Column(gettext("登錄")),
    )


def _advertising_columns() -> tuple[Column, ...]:
    return (
        Column(gettext("投放日期")),
        Column(gettext("投放媒體")),
        Column(gettext("發票號碼")),
        Column(gettext("金額"), numeric=True, unit=gettext("元")),
        Column(gettext("登錄人")),
    )


def _refund_columns() -> tuple[Column, ...]:
    unit = gettext("元")
    return (
        Column(gettext("事由")),
        Column(gettext("退費金額"), numeric=True, unit=unit),
        Column(gettext("扣除廣告"), numeric=True, unit=unit),
        Column(gettext("退費期限")),
        Column(gettext("簽辦")),
        Column(gettext("狀態")),
    )
