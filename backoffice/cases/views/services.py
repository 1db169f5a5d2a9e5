"""A case's place and its service: where it stands and why, and what the officer enters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from backoffice.access import Actor, Permission
from backoffice.cases import desk
from backoffice.cases.desk import NextStep
from backoffice.cases.forms import (
    CancelServiceForm,
    ChoiceForm,
    CloseServiceForm,
    DeliverServiceForm,
    LapseForm,
    StartServiceForm,
)
from backoffice.cases.operations import (
    Delivery,
    cancel_service,
    choose,
    close_service,
    deliver_service,
    lapse_hold,
    start_service,
)
from backoffice.cases.queries import CaseHead, case_head, seatboard
from backoffice.cases.queries.seatboard import ClaimFacts, LineRow, PaymentRow, SeatRow
from backoffice.cases.rules.advice import (
    asks_for_advertising,
    conditions_of,
    may_cancel,
    service_due_on,
)
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.cases.rules.seats import ClaimState, SeatState
from backoffice.cases.views.blueprint import blueprint
from backoffice.cases.views.seats import SHAPES, order_word
from backoffice.db import sessions
from backoffice.kernel.money import ZERO, Ntd, total
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import local_date
from backoffice.messages import sentence
from backoffice.scheme import registry
from backoffice.scheme.rules import Edition, Flow
from backoffice.web import guard
from backoffice.web.guard import page
from backoffice.web.render import render

CaseForm: TypeAlias = (
    CancelServiceForm
    | ChoiceForm
    | CloseServiceForm
    | DeliverServiceForm
    | LapseForm
    | StartServiceForm
)
SERVED = frozenset({Flow.SEAT, Flow.ADVISORY, Flow.TRAINING, Flow.MARKETING})

desk.register_tab(
    _("名額與輔導"),
    "cases.place",
    Permission.SEAT_READ,
    25,
    concerns=lambda edition: edition.flow in SERVED,
)


@desk.register_steps
def steps(session: Session, head: CaseHead, actor: Actor, as_of: datetime) -> Sequence[NextStep]:
    """What the service of an accepted case asks for."""
    edition = registry.edition_named(head.edition)
    if edition.flow not in SERVED or not actor.may(Permission.SEAT_WORK):
        return []
    if head.state is CaseState.ACCEPTED:
        return _accepted(session, head, edition, as_of)
    if head.state is CaseState.IN_SERVICE:
        return [
            NextStep(
                gettext("登錄輔導完成"),
                url_for("cases.deliver", case_id=head.id),
                gettext("附佐證文件；之後即可結案。"),
            )
        ]
    if head.state is CaseState.DELIVERED:
        return [
            NextStep(
                gettext("輔導結案"),
                url_for("cases.close", case_id=head.id),
                gettext("本案即為「結案」。"),
            )
        ]
    return []


def _accepted(
    session: Session, head: CaseHead, edition: Edition, as_of: datetime
) -> list[NextStep]:
    refusal = None
    if edition.seats is not None:
        place = seatboard.place_facts(session, head.id)
        if place is not None and place.state is SeatState.HELD:
            assert place.due_on is not None
            if local_date(as_of) > place.due_on:
                return [
                    NextStep(
                        gettext("登錄逾期未繳費"),
                        url_for("cases.lapse", case_id=head.id),
                        gettext("名額釋出，由次一順序取得。"),
                    )
                ]
        if place is None or place.state is SeatState.HELD:
            refusal = sentence(Refused("seat.not_confirmed", number=head.number))
    return [
        NextStep(
            gettext("開始輔導"),
            url_for("cases.start", case_id=head.id),
            gettext("名額自此不再釋出；完成期限由開始日起算。"),
            refusal,
        )
    ]


@blueprint.get("/<int:case_id>/place")
@page(requires=Permission.SEAT_READ)
def place(case_id: int) -> Response:
    """The case's place or why it has none: everybody ahead with their keys; fee and service."""
    session = sessions.session()
    head = case_head(session, case_id)
    edition = registry.edition_named(head.edition)
    seats = edition.seats
    claim = seatboard.claim_facts(session, case_id) if seats else None
    payments = seatboard.payment_rows(session, case_id) if seats else ()
    rows = seatboard.seat_rows(session, head.edition, seats.total) if seats else ()
    line = seatboard.line_rows(session, head.edition) if seats else ()
    return render(
        head=head,
        tabs=desk.tabs(head, guard.actor()),
        edition=edition,
        seats=seats,
        order=order_word(seats) if seats else "",
        served=edition.flow in SERVED,
        claim=claim,
        claim_state=ClaimState,
        second=_second(session, head) if seats and claim is None else "",
        mine=next((row for row in rows if row.case_id == case_id), None),
        position=_position(line, case_id),
        ahead=_ahead(rows, line, claim, case_id),
        shapes={state: shape.value for state, shape in SHAPES.items()},
        payments=payments,
        paid=_counted(payments),
        short=max(ZERO, seats.fee - _counted(payments)) if seats else ZERO,
        given=seatboard.given_rows(session, case_id) if seats else (),
        service=seatboard.service_facts(session, case_id),
        deeds=_deeds(head, edition, claim),
    )


def _second(session: Session, head: CaseHead) -> str:
    """Why no place can be due to this case: its firm has or awaits one by another."""
    other = seatboard.firms_in_line(session, head.edition, [head.ubn]).get(head.ubn)
    if other is None:
        return ""
    return sentence(Refused("seat.second_case", number=head.number, other=other))


def _counted(payments: Sequence[PaymentRow]) -> Ntd:
    return total(each.amount for each in payments if each.returned_at is None)


def _position(line: Sequence[LineRow], case_id: int) -> int | None:
    return next((place for place, row in enumerate(line, 1) if row.case_id == case_id), None)


def _ahead(
    rows: Sequence[SeatRow], line: Sequence[LineRow], claim: ClaimFacts | None, case_id: int
) -> list[SeatRow | LineRow]:
    """Everybody with a place, then everybody who waits before this case."""
    if claim is None or claim.state is not ClaimState.WAITING:
        return []
    seated = [row for row in rows if row.key is not None]
    position = _position(line, case_id) or 1
    return [*seated, *line[: position - 1]]


def _deeds(head: CaseHead, edition: Edition, claim: ClaimFacts | None) -> list[tuple[str, str]]:
    """What the case's officer may enter beside the next step."""
    if not guard.actor().may(Permission.SEAT_WORK):
        return []
    found = []
    if claim is not None and claim.state in (ClaimState.WAITING, ClaimState.LAPSED):
        found.append((gettext("登錄業者選擇"), url_for("cases.choose_place", case_id=head.id)))
    if may_cancel(edition, head.state):
        found.append((gettext("取消輔導"), url_for("cases.cancel", case_id=head.id)))
    return found


@blueprint.route("/<int:case_id>/place/choice", methods=["GET", "POST"])
@page(requires=Permission.SEAT_WORK)
def choose_place(case_id: int) -> ResponseReturnValue:
    """Enter the letter of a firm without a place."""
    session = sessions.session()
    head = case_head(session, case_id)
    form = ChoiceForm(version=head.version)
    if form.submitted() and form.attempt(
        choose,
        case_id,
        form.version.number,
        form.choice.data,
        form.letter_on.day,
        form.letter_number.text,
    ):
        flash(gettext("已登錄業者的選擇。"), "success")
        return _back(case_id)
    return _form(form, head)


@blueprint.route("/<int:case_id>/place/lapse", methods=["GET", "POST"])
@page(requires=Permission.SEAT_WORK)
def lapse(case_id: int) -> ResponseReturnValue:
    """Enter that the fee of a held place did not come in time."""
    head = case_head(sessions.session(), case_id)
    form = LapseForm(version=head.version)
    if form.submitted() and form.attempt(
        lapse_hold, case_id, form.version.number, form.reason.text
    ):
        flash(gettext("名額已釋出，由次一順序取得。"), "success")
        return _back(case_id)
    return _form(form, head)


@blueprint.route("/<int:case_id>/service/start", methods=["GET", "POST"])
@page(requires=Permission.SEAT_WORK)
def start(case_id: int) -> ResponseReturnValue:
    """Enter the day from which the firm is advised."""
    head = case_head(sessions.session(), case_id)
    form = StartServiceForm(version=head.version, started_on=_today())
    if form.submitted() and form.attempt(
        start_service, case_id, form.version.number, form.started_on.day
    ):
        flash(gettext("已開始輔導。"), "success")
        return _back(case_id)
    edition = registry.edition_named(head.edition)
    return _form(form, head, due_on=service_due_on(edition, _today()))


@blueprint.route("/<int:case_id>/service/deliver", methods=["GET", "POST"])
@page(requires=Permission.SEAT_WORK)
def deliver(case_id: int) -> ResponseReturnValue:
    """Enter what was delivered, with its evidence."""
    session = sessions.session()
    head = case_head(session, case_id)
    edition = registry.edition_named(head.edition)
    form = DeliverServiceForm(version=head.version, delivered_on=_today())
    if form.submitted() and form.attempt(
        deliver_service, case_id, form.version.number, _delivery(form)
    ):
        flash(gettext("已登錄輔導完成。"), "success")
        return _back(case_id)
    return _form(
        form,
        head,
        conditions=conditions_of(edition),
        advertised=asks_for_advertising(edition),
        fee=edition.seats.fee if edition.seats else ZERO,
        service=seatboard.service_facts(session, case_id),
    )


def _delivery(form: DeliverServiceForm) -> Delivery:
    evidence = form.evidence.upload
    assert evidence is not None, "required"
    spent = form.advertising.ntd if form.advertising.data else None
    return Delivery(form.delivered_on.day, evidence, spent, form.note.text)


@blueprint.route("/<int:case_id>/service/close", methods=["GET", "POST"])
@page(requires=Permission.SEAT_WORK)
def close(case_id: int) -> ResponseReturnValue:
    """Close a case whose service was delivered."""
    session = sessions.session()
    head = case_head(session, case_id)
    form = CloseServiceForm(version=head.version)
    if form.submitted() and form.attempt(
        close_service, case_id, form.version.number, form.note.text
    ):
        flash(gettext("本案已結案。"), "success")
        return _back(case_id)
    return _form(form, head, service=seatboard.service_facts(session, case_id))


@blueprint.route("/<int:case_id>/service/cancel", methods=["GET", "POST"])
@page(requires=Permission.SEAT_WORK)
def cancel(case_id: int) -> ResponseReturnValue:
    """Enter that an accepted case ends without its service, or in the middle of it."""
    head = case_head(sessions.session(), case_id)
    form = CancelServiceForm(version=head.version)
    if form.submitted() and form.attempt(
        cancel_service,
        case_id,
        form.version.number,
        form.letter_on.day,
        form.letter_number.text,
        form.reason.text,
    ):
        flash(gettext("本案已取消。"), "success")
        return _back(case_id)
    return _form(form, head, begun=head.state is CaseState.IN_SERVICE)


def _today() -> date:
    return local_date(guard.now())


def _back(case_id: int) -> ResponseReturnValue:
    return redirect(url_for("cases.place", case_id=case_id), code=303)


def _form(form: CaseForm, head: CaseHead, **facts: Any) -> Response:
    form.show_version(head.version)
    return render(head=head, tabs=desk.tabs(head, guard.actor()), form=form, **facts)
