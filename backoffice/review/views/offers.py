"""The firm's word on a partial offer, entered by the officer: yes, no, or nothing in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from backoffice.access import Actor, Permission
from backoffice.cases import desk
from backoffice.cases.desk import NextStep
from backoffice.cases.queries import CaseHead, case_head
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.db import sessions
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import local_date
from backoffice.ledger.queries import budget_line
from backoffice.ledger.rules import Stage
from backoffice.messages import sentence
from backoffice.review.forms import Answer, AnswerForm, UnansweredForm
from backoffice.review.operations import (
    FirmLetter,
    accept_offer,
    decline_offer,
    miss_answer,
)
from backoffice.review.queries.deciding import deciding_facts
from backoffice.review.queries.waiting import OfferRow, line_of, open_offer
from backoffice.review.rules.awards import part_of
from backoffice.review.rules.waiting import first_call
from backoffice.review.views.blueprint import blueprint
from backoffice.web import guard
from backoffice.web.filters import ntd
from backoffice.web.guard import page
from backoffice.web.render import render


@desk.register_steps
def steps(session: Session, head: CaseHead, actor: Actor, as_of: datetime) -> Sequence[NextStep]:
    """What an open offer and a place in line ask for."""
    if head.state is CaseState.OFFERED and actor.may(Permission.CASE_WORK):
        return _answering(session, head, as_of)
    if head.state is CaseState.WAITLISTED and actor.may(Permission.WAITLIST_PROMOTE):
        return [_promoting(session, head)]
    return []


def _answering(session: Session, head: CaseHead, as_of: datetime) -> list[NextStep]:
    offer = open_offer(session, head.id)
    if offer is None:
        return []
    answer = NextStep(
        gettext("登錄業者回復"),
        url_for("review.answer_offer", case_id=head.id),
        gettext("同意即核定；不同意則經費釋出，依序遞補。"),
    )
    if local_date(as_of) <= offer.due_on:
        return [answer]
    unanswered = NextStep(
        gettext("登錄逾期未回復"),
        url_for("review.unanswered_offer", case_id=head.id),
        gettext("保留的經費釋出，依序遞補。"),
    )
    return [unanswered, answer]


def _promoting(session: Session, head: CaseHead) -> NextStep:
    available = budget_line(session, head.scheme).amount(Stage.AVAILABLE)
    waits = first_call(line_of(session, head.scheme), available) is None
    return NextStep(
        gettext("釋出經費，依序遞補"),
        url_for("review.promote_waiting", scheme=head.scheme),
        gettext("由順序在前的案件遞補。"),
        gettext("目前沒有可遞補的餘額；經費釋出後依序遞補。") if waits else None,
    )


@blueprint.route("/cases/<int:case_id>/offer", methods=["GET", "POST"])
@page(requires=Permission.CASE_WORK)
def answer_offer(case_id: int) -> ResponseReturnValue:
    """Enter what the firm's letter says: it agrees, with a plan that it can carry, or not."""
    session = sessions.session()
    head, offer = case_head(session, case_id), open_offer(session, case_id)
    case = deciding_facts(session, case_id)
    part = offer and part_of(offer.amount, offer.total_budget, case.paid_in_capital, case.edition)
    form = (
        AnswerForm(version=head.version, total_budget=ntd(min(offer.total_budget, part.total_max)))
        if offer and part
        else AnswerForm(version=head.version)
    )
    if form.submitted() and _answered(form, case_id):
        flash(
            gettext("已登錄業者同意，並核定。")
            if form.answer.data is Answer.ACCEPT
            else gettext("已登錄業者不同意，經費釋出。"),
            "success",
        )
        return redirect(url_for("review.panel", case_id=case_id), code=303)
    form.show_version(head.version)
    return render(
        head=head,
        tabs=desk.tabs(head, guard.actor()),
        form=form,
        offer=offer,
        part=part,
        capital=case.paid_in_capital,
        refusal=_none(head, offer, form.faulty),
    )


def _answered(form: AnswerForm, case_id: int) -> bool:
    letter = FirmLetter(form.letter_number.text, form.letter_on.day)
    if form.answer.data is Answer.ACCEPT:
        return form.attempt(
            accept_offer, case_id, form.version.number, letter, form.total_budget.ntd
        )
    return form.attempt(decline_offer, case_id, form.version.number, letter, form.reason.text)


def _none(head: CaseHead, offer: OfferRow | None, told: bool) -> str:
    return "" if offer or told else sentence(Refused("offer.none", number=head.number))


@blueprint.route("/cases/<int:case_id>/offer/unanswered", methods=["GET", "POST"])
@page(requires=Permission.CASE_WORK)
def unanswered_offer(case_id: int) -> ResponseReturnValue:
    """Enter that no answer came in time."""
    session = sessions.session()
    head, offer = case_head(session, case_id), open_offer(session, case_id)
    form = UnansweredForm(version=head.version)
    if form.submitted() and form.attempt(
        miss_answer, case_id, form.version.number, form.reason.text
    ):
        flash(gettext("已登錄逾期未回復，經費釋出。"), "success")
        return redirect(url_for("review.panel", case_id=case_id), code=303)
    form.show_version(head.version)
    return render(
        head=head,
        tabs=desk.tabs(head, guard.actor()),
        form=form,
        offer=offer,
        refusal=_none(head, offer, form.faulty),
    )
