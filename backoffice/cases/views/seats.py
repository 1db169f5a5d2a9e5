"""Places of a round 名額: who has which, who waits, what is disputed; and the list as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from backoffice.access import Permission
from backoffice.cases.forms import ConflictForm, Verdict
from backoffice.cases.operations import keep_seats, replace_seat
from backoffice.cases.queries import seatboard
from backoffice.cases.queries.seatboard import LineRow, SeatRow
from backoffice.cases.queries.windows import window_of
from backoffice.cases.rules.seats import ConflictState, SeatState
from backoffice.cases.views.blueprint import blueprint
from backoffice.db import sessions
from backoffice.kernel.refusal import Refused
from backoffice.messages import sentence
from backoffice.scheme import registry
from backoffice.scheme.rules import Edition, SeatOrder, Seats
from backoffice.scheme.titles import title_of
from backoffice.spreadsheets.layout import CellValue, Column, ColumnKind
from backoffice.web import guard
from backoffice.web.guard import page
from backoffice.web.language import words_of
from backoffice.web.lists import KINDS, Listing, send_list
from backoffice.web.pieces import Shape
from backoffice.web.render import render

SHAPES = {
    SeatState.FREE: Shape.WAITING,
    SeatState.HELD: Shape.NEEDS_YOU,
    SeatState.CONFIRMED: Shape.DONE,
    SeatState.IN_SERVICE: Shape.PROGRESS,
    SeatState.DONE: Shape.DONE,
    SeatState.CONSUMED: Shape.CLOSED,
    SeatState.UNUSED: Shape.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Round:
    """A round with its places."""

    edition: Edition
    seats: Seats

    @property
    def key(self) -> str:
        return str(self.edition.key)

    @property
    def scheme(self) -> str:
        return self.edition.key.scheme


def rounds() -> list[Round]:
    """The round of each scheme that gives out places, as it governs now."""
    governing = [registry.governing(scheme, guard.now()) for scheme in registry.schemes()]
    return [Round(each, each.seats) for each in governing if each.seats is not None]


def _chosen(scheme: str | None) -> Round:
    known = rounds()
    if scheme is None and known:
        return known[0]
    found = next((each for each in known if each.scheme == scheme), None)
    if found is None:
        raise NotFound
    return found


@blueprint.get("/seats")
@page(requires=Permission.SEAT_READ)
def seats() -> Response:
    """Every place of a round as a cell, the line behind them, and what frees one."""
    session = sessions.session()
    chosen = _chosen(request.args.get("scheme"))
    rows = seatboard.seat_rows(session, chosen.key, chosen.seats.total)
    return render(
        chosen=chosen,
        title=title_of(chosen.edition),
        order=order_word(chosen.seats),
        others=[
            (each.scheme, url_for("cases.seats", scheme=each.scheme))
            for each in rounds()
            if each.scheme != chosen.scheme
        ],
        rows=rows,
        counts=_counts(rows),
        shapes={state: shape.value for state, shape in SHAPES.items()},
        line=seatboard.line_rows(session, chosen.key),
        unpaid=seatboard.unpaid_rows(session, chosen.scheme, chosen.key),
        conflicts=seatboard.conflict_rows(session, chosen.key),
        conflict_state=ConflictState,
        window=window_of(session, chosen.scheme, guard.now()),
    )


def order_word(seats: Seats) -> str:
    """What puts firms in order, as the head of a column."""
    return gettext("繳費時間") if seats.order is SeatOrder.PAYMENT else gettext("受理時間")


def _counts(rows: Sequence[SeatRow]) -> list[tuple[SeatState, int]]:
    counted = {state: sum(row.state is state for row in rows) for state in SeatState}
    return [(state, count) for state, count in counted.items() if count]


@blueprint.get(f"/seats/<scheme>/list.<{KINDS}:kind>")
@page(requires=Permission.SEAT_READ)
def seats_list(scheme: str, kind: str) -> Response:
    """The places by number and the line behind them."""
    session = sessions.session()
    chosen = _chosen(scheme)
    found = seatboard.seat_rows(session, chosen.key, chosen.seats.total)
    waiting = seatboard.line_rows(session, chosen.key)
    asked = [(gettext("方案"), f"{scheme} {title_of(chosen.edition)}")]
    listing = Listing(gettext("名額"), _columns(chosen), _rows(found, waiting), asked)
    return send_list(session, listing, kind)


def _columns(chosen: Round) -> list[Column]:
    return [
        Column(gettext("名額"), ColumnKind.COUNT, 8),
        Column(gettext("候補順位"), ColumnKind.COUNT, 10),
        Column(gettext("狀態"), width=14),
        Column(gettext("案件編號"), width=18),
        Column(gettext("企業"), width=30),
        Column(order_word(chosen.seats), ColumnKind.INSTANT, 22),
        Column(gettext("收件時間"), ColumnKind.INSTANT, 22),
        Column(gettext("收據號碼"), width=18),
        Column(gettext("給予時間"), ColumnKind.INSTANT, 22),
        Column(gettext("繳費期限"), ColumnKind.DATE, 16),
    ]


def _rows(found: Sequence[SeatRow], waiting: Sequence[LineRow]) -> Iterator[Sequence[CellValue]]:
    states = words_of(SeatState)
    for row in found:
        yield (
            row.number,
            None,
            states[row.state],
            row.case_number or "",
            row.firm_name or "",
            row.key_at,
            row.received_at,
            row.receipt or "",
            row.allocated_at,
            row.due_on,
        )
    for place, one in enumerate(waiting, 1):
        yield (
            None,
            place,
            gettext("候補中"),
            one.case_number,
            one.firm_name,
            one.key_at,
            one.received_at,
            one.receipt,
            None,
            None,
        )


@blueprint.route("/seats/conflicts/<int:conflict_id>", methods=["GET", "POST"])
@page(requires=Permission.SEAT_READ, sends=(Permission.SEAT_RESOLVE,))
def seat_conflict(conflict_id: int) -> ResponseReturnValue:
    """A late claim that outranks a place: what each side rests on, and the decision."""
    session = sessions.session()
    conflict = seatboard.conflict_row(session, conflict_id)
    holder = seatboard.last_holder(session, conflict.edition)
    form = ConflictForm(
        version=conflict.version, allocation=str(holder.allocation_id if holder else 0)
    )
    if form.submitted() and _decided(form, conflict_id):
        flash(gettext("已決定並記錄理由。"), "success")
        return redirect(url_for("cases.seats", scheme=conflict.scheme), code=303)
    form.show_version(conflict.version)
    may_decide = guard.actor().may(Permission.SEAT_RESOLVE)
    is_open = conflict.state is ConflictState.OPEN
    return render(
        conflict=conflict,
        holder=holder,
        form=form if may_decide and (is_open or form.faulty) else None,
        order=order_word(_chosen(conflict.scheme).seats),
        settled=""
        if is_open or form.faulty
        else sentence(Refused("seat.conflict_settled", state=conflict.state)),
    )


def _decided(form: ConflictForm, conflict_id: int) -> bool:
    version, reason = form.version.number, form.reason.text
    if form.verdict.data is Verdict.KEEP:
        return form.attempt(keep_seats, conflict_id, version, reason)
    return form.attempt(replace_seat, conflict_id, version, form.allocation_id, reason)
