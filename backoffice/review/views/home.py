"""The reviewer's home: what is left, until when, and handing in what is finished."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from werkzeug.exceptions import NotFound

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.review.forms import HandInForm
from backoffice.review.operations import Chosen, submit_score_sheets
from backoffice.review.queries.desk import (
    PAST_PAGE,
    Seat,
    open_seats,
    opinions_awaited,
    past_seats,
)
from backoffice.review.rules.lifecycles import AssignmentState
from backoffice.review.rules.pace import time_left
from backoffice.review.views.blueprint import blueprint
from backoffice.review.views.drawing import seat_badge, seat_cell, standing_of
from backoffice.web import guard
from backoffice.web.guard import page
from backoffice.web.language import gettext
from backoffice.web.navigation import address
from backoffice.web.numbers import row_number
from backoffice.web.pieces import Cell
from backoffice.web.render import render

_HOUR = 60


@blueprint.get("/")
@page(requires=Permission.REVIEW_SCORE)
def home() -> Response:
    """How many cases are left and due, all of them as a strip and a list, and past sheets."""
    session, reviewer_id = sessions.session(), guard.actor().id
    seats = open_seats(session, reviewer_id)
    on_panel = [seat for seat in seats if seat.is_seated]
    ready = ready_to_hand_in(seats)
    past = past_seats(session, reviewer_id, before_id=_before())
    return render(
        seats=[(seat, seat_badge(seat), seat_url(seat)) for seat in on_panel],
        cells=cells(seats),
        left=sum(not seat.is_done for seat in on_panel),
        ready=ready,
        due_on=_due(on_panel),
        estimate=estimate(seats),
        next_url=next_url(seats),
        submit_url=url_for("review.submit"),
        opinions=opinions_awaited(session, reviewer_id),
        past=[(seat, _total(seat)) for seat in past[:PAST_PAGE]],
        earlier_url=url_for("review.home", before=past[PAST_PAGE - 1].id)
        if len(past) > PAST_PAGE
        else "",
        latest_url=url_for("review.home") if _before() else "",
    )


def _before() -> int | None:
    return request.args.get("before", type=row_number)


def _due(seats: Sequence[Seat]) -> date | None:
    return min(
        (seat.due_on for seat in seats if not seat.is_handed_in and seat.due_on), default=None
    )


def _total(seat: Seat) -> str:
    assert seat.entry is not None, "a sheet that was handed in has its marks"
    return standing_of(seat.entry, seat.scoring).points


def seat_url(seat: Seat) -> str:
    """Where the reviewer goes on with a case: the declaration first."""
    is_new = seat.state is AssignmentState.ASSIGNED
    return seat_page("review.declare" if is_new else "review.score", seat.id)


def seat_page(endpoint: str, seat_id: int) -> str:
    """The address of a page of a seat; worked out once for all seats, of which one may have 250."""
    before, _, after = address(endpoint, assignment_id=0).rpartition("/0")
    return f"{before}/{seat_id}{after}"


def cells(seats: Sequence[Seat], current_id: int | None = None) -> list[Cell]:
    """The strip: every case of the round in its order."""
    return [seat_cell(seat, seat_url(seat), current=seat.id == current_id) for seat in seats]


def ready_to_hand_in(seats: Sequence[Seat]) -> list[Seat]:
    """The sheets on which nothing is missing and which were not handed in yet."""
    return [seat for seat in seats if seat.is_seated and seat.is_complete and not seat.is_handed_in]


def next_url(
    seats: Sequence[Seat], current_id: int | None = None, *, then: str = "review.submit"
) -> str:
    """The next case that is not finished, after this one and round again; `then` after the last."""
    on_panel = [seat for seat in seats if seat.is_seated]
    place = next((n for n, seat in enumerate(on_panel) if seat.id == current_id), -1)
    for seat in (*on_panel[place + 1 :], *on_panel[: max(place, 0)]):
        if not seat.is_done:
            return seat_url(seat)
    return url_for(then)


def estimate(seats: Sequence[Seat]) -> str:
    """How long the rest will take at one's own pace, in words; blank while that is not known."""
    done: list[datetime] = [seat.saved_at for seat in seats if seat.is_done and seat.saved_at]
    left = sum(seat.is_seated and not seat.is_done for seat in seats)
    span = time_left(done, left)
    return _span_words(span) if span is not None else ""


def _span_words(span: timedelta) -> str:
    hours, minutes = divmod(max(1, int(span.total_seconds()) // _HOUR), _HOUR)
    if hours and minutes:
        return gettext("還需約 %(hours)s 小時 %(minutes)s 分", hours=hours, minutes=minutes)
    if hours:
        return gettext("還需約 %(hours)s 小時", hours=hours)
    return gettext("還需約 %(minutes)s 分", minutes=minutes)


@blueprint.route("/submit", methods=["GET", "POST"])
@page(requires=Permission.REVIEW_SCORE)
def submit() -> ResponseReturnValue:
    """Hand in the finished sheets: every one is listed with its total, and ticked."""
    seats = open_seats(sessions.session(), guard.actor().id)
    ready = ready_to_hand_in(seats)
    rows = [(seat, _total(seat), _value(seat)) for seat in ready]
    form = HandInForm(sheets=[value for _seat, _points, value in rows])
    if form.submitted() and form.attempt(submit_score_sheets, _chosen(form)):
        count = len(form.sheets.data or ())
        flash(
            ngettext("已送出 %(num)s 份評分表。", "已送出 %(num)s 份評分表。", count),
            "success",
        )
        return redirect(url_for("review.home"), code=303)
    return render(
        form=form,
        rows=rows,
        unfinished=sum(seat.is_seated and not seat.is_done for seat in seats),
    )


def _value(seat: Seat) -> str:
    return f"{seat.id}:{seat.sheet_version}"


def _chosen(form: HandInForm) -> tuple[Chosen, ...]:
    """The seats and versions that were ticked; an address that somebody garbled is not found."""
    try:
        pairs = [value.split(":") for value in form.sheets.data or ()]
        return tuple(Chosen(int(seat), int(version)) for seat, version in pairs)
    except ValueError as error:
        raise NotFound from error
