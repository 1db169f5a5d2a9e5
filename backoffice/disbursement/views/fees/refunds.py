"""退費: made, approved by another person, paid; the list says what is overdue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from urllib.parse import urlencode

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from backoffice.access import Actor, Permission
from backoffice.db import sessions
from backoffice.disbursement.forms.fees import (
    BounceForm,
    PaidForm,
    RefundForm,
    ReturnForm,
    VersionForm,
)
from backoffice.disbursement.operations.fees import refunds as operations
from backoffice.disbursement.queries.fees.book import fee_schemes
from backoffice.disbursement.queries.fees.case import account_of
from backoffice.disbursement.queries.fees.refunds import (
    PAGE,
    RefundKey,
    RefundRow,
    RefundShelf,
    paid_again_by,
    refund_shelves,
    refunds_of,
    to_pay_again,
)
from backoffice.disbursement.queries.fees.refunds import refund as one
from backoffice.disbursement.queries.fees.refunds import refunds as listed
from backoffice.disbursement.queries.fees.statements import line as line_at
from backoffice.disbursement.rules.fees.refunds import REFUND, RefundEvent, RefundState, claimed
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.fees.frame import (
    Link,
    came_back,
    chosen_scheme,
    fee_frame,
    parts,
    refund_badge,
    scheme_title,
)
from backoffice.disbursement.views.frame import document_url, today, worded
from backoffice.disbursement.views.sheets.frame import returned_words
from backoffice.kernel.refusal import Refused
from backoffice.messages import shown
from backoffice.web import guard
from backoffice.web.filters import ntd, ntd_unit
from backoffice.web.guard import page
from backoffice.web.lists import list_files
from backoffice.web.numbers import row_number
from backoffice.web.pieces import Action, Change, Column, Moment, Shape
from backoffice.web.render import render


@blueprint.get("/fees/refunds")
@page(requires=Permission.FEE_READ)
def fee_refunds() -> Response:
    """One part of the refunds, the earliest due first, paged by key."""
    session, day = sessions.session(), today()
    chosen, scheme = chosen_refunds(), chosen_scheme()
    counts = refund_shelves(session, day, scheme)
    found = listed(session, chosen, day, scheme=scheme, after=_after())
    rows = found[:PAGE]
    return render(
        parts=parts(),
        chosen=chosen,
        scheme=scheme,
        schemes=[(each, scheme_title(each)) for each in fee_schemes()],
        links=[
            Link(refund_words(each), _url(each, scheme), each is chosen, counts[each])
            for each in RefundShelf
        ],
        lead=gettext(
            "待核准 %(made)s 件，待付款 %(approved)s 件，逾期 %(late)s 件。",
            made=ntd(counts[RefundShelf.TO_APPROVE]),
            approved=ntd(counts[RefundShelf.TO_PAY]),
            late=ntd(counts[RefundShelf.OVERDUE]),
        ),
        rows=[(row, refund_badge(row, day)) for row in rows],
        columns=_columns(),
        files=list_files("disbursement.fee_refund_list"),
        first_url=_url(chosen, scheme) if request.args.get("after") else "",
        next_url=_url(chosen, scheme, rows[-1]) if len(found) > PAGE else "",
    )


def chosen_refunds() -> RefundShelf:
    """The part of the list that the address asks for."""
    asked = request.args.get("show", "")
    known = {each.value for each in RefundShelf}
    return RefundShelf(asked) if asked in known else RefundShelf.TO_APPROVE


def refund_words(shelf: RefundShelf) -> str:
    """A part of the list in words."""
    return {
        RefundShelf.TO_APPROVE: gettext("待核准"),
        RefundShelf.TO_PAY: gettext("待付款"),
        RefundShelf.OVERDUE: gettext("逾期"),
        RefundShelf.PAID: gettext("已退費"),
        RefundShelf.RETURNED: gettext("已退回"),
        RefundShelf.BOUNCED: gettext("已退匯"),
    }[shelf]


def _after() -> RefundKey | None:
    """Where the last page ended; an address that somebody garbled starts at the beginning."""
    day, _, number = request.args.get("after", "").partition("~")
    try:
        return RefundKey(date.fromisoformat(day), row_number(number))
    except ValueError:
        return None


def _url(shelf: RefundShelf, scheme: str, after: RefundRow | None = None) -> str:
    arguments = {"show": shelf.value}
    if scheme:
        arguments["scheme"] = scheme
    if after is not None:
        arguments["after"] = f"{after.due_on.isoformat()}~{after.id}"
    return f"{url_for('disbursement.fee_refunds')}?{urlencode(arguments)}"


def _columns() -> tuple[Column, ...]:
    return (
        Column(gettext("案件或交易")),
        Column(gettext("受款人")),
        Column(gettext("事由")),
        Column(gettext("退費金額"), numeric=True, unit=gettext("元")),
        Column(gettext("退費期限")),
        Column(gettext("簽辦")),
        Column(gettext("狀態")),
    )


# --- one refund -------------------------------------------------------------------------------


@blueprint.get("/fees/refunds/<int:refund_id>")
@page(requires=Permission.FEE_READ)
def fee_refund(refund_id: int) -> Response:
    """A refund with its story, and what this person may do about it."""
    session, day, actor = sessions.session(), today(), guard.actor()
    row = one(session, refund_id)
    again = one(session, row.again_id) if row.again_id is not None else None
    return render(
        parts=parts(),
        row=row,
        day=day,
        badge=refund_badge(row, day),
        title=scheme_title(row.scheme),
        paper_url=(
            document_url(row.document_id)
            if row.document_id and row.case_id and actor.may(Permission.CASE_READ)
            else ""
        ),
        came_back=came_back(paid_again_by(session, refund_id)),
        offers=list(_offers(row, actor)),
        story=list(_story(row, again)),
    )


def _offers(row: RefundRow, actor: Actor) -> Iterator[Action]:
    own = gettext("這筆退費由您簽辦，須由其他人員辦理。") if actor.id == row.made_by else None
    if row.state is RefundState.MADE and actor.may(Permission.FEE_REFUND_APPROVE):
        yield Action(
            label=gettext("核准退費"),
            url=url_for("disbursement.approve_refund", refund_id=row.id),
            key=".",
            primary=True,
            refusal=own,
            after=gettext("核准後款項列為應退費，由出納付款。"),
        )
        yield Action(
            label=gettext("退回簽辦人"),
            url=url_for("disbursement.return_refund", refund_id=row.id),
            refusal=own,
        )
    if row.state is RefundState.APPROVED and actor.may(Permission.FEE_REFUND_PAY):
        yield Action(
            label=gettext("登錄付款"),
            url=url_for("disbursement.pay_refund", refund_id=row.id),
            key=".",
            primary=True,
            refusal=own,
            after=gettext("依銀行回條登錄付款日期及編號。"),
        )
    if row.state is RefundState.PAID and actor.may(Permission.FEE_REFUND_PAY):
        yield Action(
            label=gettext("登錄退匯"),
            url=url_for("disbursement.bounce_refund", refund_id=row.id),
            refusal=own,
            after=gettext("銀行退回這筆款項時登錄；款項回到帳上，待更正帳戶後重新簽辦。"),
        )
    if row.is_to_pay_again and actor.may(Permission.FEE_REFUND_MAKE):
        yield Action(
            label=gettext("重新簽辦退費"),
            url=_again_url(row),
            key=".",
            primary=True,
            after=gettext("更正受款人或帳戶，由其他人員核准及付款。"),
        )


def _again_url(row: RefundRow) -> str:
    """Where the money that came back is paid again from: its case, or its transaction."""
    if row.case_id is not None:
        return url_for("disbursement.make_refund", case_id=row.case_id)
    return url_for("disbursement.refund_line", fee_line_id=row.line_id)


def _story(row: RefundRow, again: RefundRow | None) -> Iterator[Moment]:
    yield Moment(row.made_at, row.made_by_name, gettext("簽辦退費"), note=row.reason)
    if row.approved_at is not None:
        yield Moment(row.approved_at, row.approved_by_name, gettext("核准"))
    if row.returned_at is not None:
        yield Moment(
            row.returned_at,
            row.returned_by_name,
            gettext("退回簽辦人"),
            note=row.return_reason,
            shape=Shape.CLOSED,
        )
    if row.paid_at is not None:
        yield Moment(
            row.paid_at,
            row.paid_by_name,
            gettext("付款，銀行編號 %(number)s", number=row.bank_reference or "–"),
        )
    if row.bounced_at is not None:
        yield Moment(
            row.bounced_at,
            row.bounced_by_name,
            gettext(
                "%(day)s 退匯，銀行編號 %(number)s",
                day=shown(row.bounced_on),
                number=row.bounce_reference,
            ),
            note=returned_words(row.bounce_reason),
            shape=Shape.CLOSED,
        )
    if again is not None:
        yield Moment(
            again.made_at,
            again.made_by_name,
            gettext("重新簽辦退費"),
            url=url_for("disbursement.fee_refund", refund_id=again.id),
        )


# --- deeds ------------------------------------------------------------------------------------


@blueprint.route("/fees/cases/<int:case_id>/refund", methods=["GET", "POST"])
@page(requires=Permission.FEE_REFUND_MAKE)
def make_refund(case_id: int) -> ResponseReturnValue:
    """Make the refund that is due to a case's payer."""
    frame = fee_frame(case_id)
    account = account_of(sessions.session(), case_id)
    claim = claimed(account.facts(today()))
    amount = f"{claim.amount.dollars:,}" if claim else ""
    form = RefundForm(version=account.place.version, amount=amount, payee=account.place.firm_name)
    if form.submitted():
        answer = form.outcome(
            operations.make_refund, case_id, form.amount.ntd, form.order, form.letter.upload
        )
        if answer[0]:
            flash(gettext("已簽辦退費 %(amount)s。", amount=ntd_unit(form.amount.ntd)), "good")
            return redirect(url_for("disbursement.fee_refund", refund_id=answer[1]), code=303)
    if form.refusal_code == "stale" and claim is not None:
        form.amount.data = amount
    waiting = came_back(to_pay_again(account.refunds))
    return render(**frame, account=account, claim=claim, form=form, came_back=waiting)


@blueprint.route("/fees/lines/<int:fee_line_id>/refund", methods=["GET", "POST"])
@page(requires=Permission.FEE_REFUND_MAKE)
def refund_line(fee_line_id: int) -> ResponseReturnValue:
    """Make the refund of money of which nobody knows whose it is."""
    row = line_at(sessions.session(), fee_line_id)
    form = RefundForm(version=row.version, amount=f"{row.amount.dollars:,}", payee=row.payer)
    if form.submitted():
        answer = form.outcome(
            operations.refund_line, fee_line_id, form.version.number, form.order, form.letter.upload
        )
        if answer[0]:
            flash(gettext("已簽辦退還 %(amount)s。", amount=ntd_unit(row.amount)), "good")
            return redirect(url_for("disbursement.fee_refund", refund_id=answer[1]), code=303)
    form.show_version(row.version)
    waiting = came_back(to_pay_again(refunds_of(sessions.session(), line_id=fee_line_id)))
    return render(parts=parts(), row=row, form=form, came_back=waiting)


@blueprint.route("/fees/refunds/<int:refund_id>/approval", methods=["GET", "POST"])
@page(requires=Permission.FEE_REFUND_APPROVE)
def approve_refund(refund_id: int) -> ResponseReturnValue:
    """Approve somebody else's refund."""
    row = one(sessions.session(), refund_id)
    form = VersionForm(version=row.version)
    if form.submitted() and form.attempt(operations.approve_refund, refund_id, form.version.number):
        flash(gettext("已核准退費 %(amount)s。", amount=ntd_unit(row.amount)), "good")
        return _back(refund_id)
    form.show_version(row.version)
    return render(
        parts=parts(),
        row=row,
        form=form,
        refusal=_closed(row, RefundEvent.APPROVE),
        changes=_changes(row),
        came_back=came_back(paid_again_by(sessions.session(), refund_id)),
    )


@blueprint.route("/fees/refunds/<int:refund_id>/return", methods=["GET", "POST"])
@page(requires=Permission.FEE_REFUND_APPROVE)
def return_refund(refund_id: int) -> ResponseReturnValue:
    """Send somebody else's refund back to its maker."""
    row = one(sessions.session(), refund_id)
    form = ReturnForm(version=row.version)
    if form.submitted() and form.attempt(
        operations.return_refund, refund_id, form.version.number, form.reason.text
    ):
        flash(gettext("已退回簽辦人。"), "good")
        return _back(refund_id)
    form.show_version(row.version)
    refusal = _closed(row, RefundEvent.RETURN)
    return render(parts=parts(), row=row, form=form, refusal=refusal)


@blueprint.route("/fees/refunds/<int:refund_id>/payment", methods=["GET", "POST"])
@page(requires=Permission.FEE_REFUND_PAY)
def pay_refund(refund_id: int) -> ResponseReturnValue:
    """Enter that a refund was paid."""
    row = one(sessions.session(), refund_id)
    form = PaidForm(version=row.version, paid_on=today())
    if form.submitted() and form.attempt(
        operations.pay_refund,
        refund_id,
        form.version.number,
        form.paid_on.day,
        form.reference.text,
    ):
        flash(gettext("已登錄退費付款 %(amount)s。", amount=ntd_unit(row.amount)), "good")
        return _back(refund_id)
    form.show_version(row.version)
    refusal = _closed(row, RefundEvent.PAY)
    return render(parts=parts(), row=row, form=form, refusal=refusal)


@blueprint.route("/fees/refunds/<int:refund_id>/bounce", methods=["GET", "POST"])
@page(requires=Permission.FEE_REFUND_PAY)
def bounce_refund(refund_id: int) -> ResponseReturnValue:
    """Enter that a paid refund came back from the bank."""
    row = one(sessions.session(), refund_id)
    form = BounceForm(version=row.version, bounced_on=today())
    form.offer()
    if form.submitted() and form.attempt(
        operations.bounce_refund, refund_id, form.version.number, form.bounce
    ):
        flash(gettext("已登錄退匯 %(amount)s，款項回到帳上。", amount=ntd_unit(row.amount)), "good")
        return _back(refund_id)
    form.show_version(row.version)
    refusal = _closed(row, RefundEvent.BOUNCE)
    return render(parts=parts(), row=row, form=form, refusal=refusal)


def _closed(row: RefundRow, event: RefundEvent) -> str | None:
    """Why a step is not open in the refund's state, as a sentence; None when it is."""
    if event in REFUND.open_events(row.state):
        return None
    return worded(Refused("lifecycle.not_allowed", state=row.state, event=event))


def _changes(row: RefundRow) -> tuple[Change, ...]:
    return (
        Change(gettext("狀態"), shown(row.state), shown(RefundState.APPROVED)),
        Change(gettext("應退費"), gettext("–"), ntd_unit(row.amount)),
    )


def _back(refund_id: int) -> ResponseReturnValue:
    return redirect(url_for("disbursement.fee_refund", refund_id=refund_id), code=303)
