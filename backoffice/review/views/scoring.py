"""The scoring desk: the case at the left, three criteria at the right, saved as they are typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import (
    Response,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from wtforms import Field

from backoffice import documents
from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.kernel.refusal import Refused, Stale
from backoffice.review.forms import ConfirmForm, MarkField, SheetForm, sheet_form
from backoffice.review.operations import save_draft, withdraw_sheet
from backoffice.review.queries.desk import Seat, open_seats
from backoffice.review.queries.facts import case_facts, documents_shown
from backoffice.review.rules.lifecycles import AssignmentState
from backoffice.review.rules.marks import Entry, missing, written_mark
from backoffice.review.views.blueprint import blueprint
from backoffice.review.views.drawing import (
    standing_of,
)
from backoffice.review.views.home import cells, estimate, next_url, seat_page, seat_url
from backoffice.review.views.plans import plan_of
from backoffice.review.views.seats import own
from backoffice.review.views.typed import typed
from backoffice.scheme.rules import Band, Criterion, Scoring
from backoffice.scheme.sentences import label, labels
from backoffice.web import guard
from backoffice.web.downloads import download
from backoffice.web.guard import page
from backoffice.web.language import gettext
from backoffice.web.refusals import tell
from backoffice.web.render import fragment, render

_RECENT = 3
_NOTHING = Entry((), (), "")


@dataclass(frozen=True, slots=True)
class BandRow:
    """A stretch of the scale, what it means, and whether the mark lies in it."""

    scale: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """A criterion as the desk draws it; `theirs` is what another tab saved in between."""

    name: str
    weight: int
    key: str
    mark: MarkField
    reason: Field
    region: str
    recent: str
    needs_reason_below: int
    focus: bool
    their_mark: str
    their_reason: str


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A criterion of a sheet that can no longer be written on."""

    name: str
    weight: int
    mark: str
    band: str
    reason: str


@blueprint.route("/score/<int:assignment_id>", methods=["GET", "POST"])
@page(requires=Permission.REVIEW_SCORE)
def score(assignment_id: int) -> ResponseReturnValue:
    """One case on the desk; Enter saves it and goes on, and refuses with what is missing."""
    seats = open_seats(sessions.session(), guard.actor().id)
    mine = _among(seats, assignment_id) or own(assignment_id)
    if mine.state is AssignmentState.ASSIGNED:
        return redirect(url_for("review.declare", assignment_id=assignment_id), code=303)
    if request.method == "GET" and (not mine.is_open or mine.is_handed_in):
        return _read(mine)
    assert mine.entry is not None, "a declared seat has its sheet"
    assert mine.sheet_version is not None, "a declared seat has its sheet"
    form = sheet_form(mine.scoring, mine.entry, mine.sheet_version)
    focus = _first_unmarked(form)
    if form.submitted():
        kept = form.outcome(save_draft, assignment_id, form.version.number, form.entry())
        if kept[1] is not None:
            form.at_version(kept[1])
            lacking = next(missing(form.entry(), form.scoring), None)
            seats = open_seats(sessions.session(), guard.actor().id)
            if lacking is None:
                return redirect(next_url(seats, assignment_id), code=303)
            form.refuse(lacking[1])
            focus = lacking[0].key
    form.show_version(mine.sheet_version)
    return _desk(mine, seats, form, focus)


def _among(seats: tuple[Seat, ...], assignment_id: int) -> Seat | None:
    """The seat among the open ones; the page needs them all, so nothing more is asked."""
    return next((seat for seat in seats if seat.id == assignment_id and seat.is_seated), None)


def _first_unmarked(form: SheetForm) -> str:
    """The criterion to begin with: the first that is blank or cannot be read."""
    criteria = form.scoring.criteria
    marks = {each.key: form.mark(each) for each in criteria}
    open_ones = (key for key, mark in marks.items() if not mark.data or mark.process_errors)
    return next(open_ones, criteria[0].key)


def _desk(mine: Seat, seats: tuple[Seat, ...], form: SheetForm, focus: str) -> Response:
    on_panel = [seat for seat in seats if seat.is_seated]
    place = next((n for n, seat in enumerate(on_panel, 1) if seat.id == mine.id), 0)
    facts = case_facts(sessions.session(), mine.case_id)
    stale = form.refusal_code == "stale"
    return render(
        seat=mine,
        form=form,
        place=place,
        of=len(on_panel),
        cells=cells(seats, mine.id),
        estimate=estimate(seats),
        criteria=_criteria(mine, form, seats, focus, stale=stale),
        their_opinion=_differing(mine.entry.opinion, form.opinion.data, stale)
        if mine.entry
        else "",
        save_url=seat_page("review.save", mine.id),
        recuse_url=seat_page("review.recuse", mine.id),
        decline_url=seat_page("review.decline", mine.id),
        skip_url=next_url(seats, mine.id, then="review.home"),
        previous_url=_neighbour(on_panel, place - 2),
        following_url=_neighbour(on_panel, place),
        **_live_facts(form, mine),
        **plan_of(facts, mine.edition),
    )


def _neighbour(seats: list[Seat], index: int) -> str:
    return seat_url(seats[index]) if 0 <= index < len(seats) else ""


def _differing(theirs: str, mine: object, stale: bool) -> str:
    return theirs if stale and theirs and theirs != mine else ""


def _criteria(
    mine: Seat, form: SheetForm, seats: tuple[Seat, ...], focus: str, *, stale: bool
) -> list[CriterionRow]:
    kept = mine.entry or _NOTHING
    recent = _recent(mine, seats)
    return [
        CriterionRow(
            name=label(each),
            weight=each.weight,
            key=str(number),
            mark=form.mark(each),
            reason=form.reason(each),
            region=_region(each),
            recent=_recent_words(each, recent),
            needs_reason_below=form.scoring.comment_below,
            focus=each.key == focus,
            their_mark=_differing(written_mark(kept.mark(each.key)), form.mark(each).data, stale),
            their_reason=_differing(kept.reason(each.key), form.reason(each).data, stale),
        )
        for number, each in enumerate(form.scoring.criteria, 1)
    ]


def _region(criterion: Criterion) -> str:
    return f"bands-{criterion.key}"


def _bands(criterion: Criterion, tenths: int | None) -> tuple[BandRow, ...]:
    chosen = None if tenths is None else _band(criterion, tenths)
    return tuple(
        BandRow(f"{band.low}–{band.high}", words, band is chosen)
        for band, words in zip(criterion.bands, labels(criterion.bands), strict=True)
    )


def _band(criterion: Criterion, tenths: int) -> Band:
    return criterion.band_at(tenths // 10)


def _recent(mine: Seat, seats: tuple[Seat, ...]) -> list[Entry]:
    """The last cases that the reviewer finished under the same edition, newest first."""
    done = [
        seat
        for seat in seats
        if seat.is_done and seat.id != mine.id and seat.edition_name == mine.edition_name
    ]
    done.sort(key=lambda seat: (seat.saved_at is not None, seat.saved_at, seat.id), reverse=True)
    return [seat.entry for seat in done[:_RECENT] if seat.entry is not None]


def _recent_words(criterion: Criterion, recent: list[Entry]) -> str:
    marks = [written_mark(entry.mark(criterion.key)) for entry in recent]
    return gettext("近三案 %(marks)s", marks=gettext("、").join(marks)) if marks else ""


def _live_facts(form: SheetForm, mine: Seat) -> dict[str, Any]:
    """What the live region of the desk shows."""
    entry = form.entry() if form.is_submitted() else mine.entry or _NOTHING
    unread = [each for each in form.scoring.criteria if form.mark(each).process_errors]
    return _live(entry, unread, form.version.data, form.scoring)


def _live(
    entry: Entry, unread: Sequence[Criterion], version: int | None, scoring: Scoring
) -> dict[str, Any]:
    """The version now kept, the total of what can be read, and what cannot."""
    return {
        "version": version,
        "bands": {_region(each): _bands(each, entry.mark(each.key)) for each in scoring.criteria},
        "standing": standing_of(entry, scoring),
        "unread": gettext("、").join(map(label, unread)),
    }


@blueprint.post("/score/<int:assignment_id>/save")
@page(requires=Permission.REVIEW_SCORE)
def save(assignment_id: int) -> Response:
    """Keep what was typed; answers the live total, or why it was not kept (409, 422)."""
    scoring = own(assignment_id).scoring
    sheet = typed(scoring, request.form)
    if sheet.version is None:
        raise NotFound
    try:
        version = guard.house().office.perform(
            save_draft, guard.actor(), assignment_id, sheet.version, sheet.entry
        )
    except Refused as refusal:
        status = 409 if isinstance(refusal, Stale) else 422
        return make_response(jsonify(code=refusal.code, message=tell(refusal)), status)
    return fragment(**_live(sheet.entry, sheet.unread, version, scoring))


def _read(mine: Seat) -> Response:
    """The sheet as it was handed in, with the case it was about."""
    facts = case_facts(sessions.session(), mine.case_id)
    entry = mine.entry or _NOTHING
    body = {
        "seat": mine,
        "criteria": [_read_row(each, entry) for each in mine.scoring.criteria],
        "opinion": entry.opinion,
        "standing": standing_of(entry, mine.scoring),
        **plan_of(facts, mine.edition),
    }
    return make_response(render_template("review/_sheet.html", **body))


def _read_row(criterion: Criterion, entry: Entry) -> ReadRow:
    tenths = entry.mark(criterion.key)
    return ReadRow(
        name=label(criterion),
        weight=criterion.weight,
        mark=written_mark(tenths) or "–",
        band=label(_band(criterion, tenths)) if tenths is not None else "",
        reason=entry.reason(criterion.key),
    )


@blueprint.route("/score/<int:assignment_id>/withdraw", methods=["GET", "POST"])
@page(requires=Permission.REVIEW_SCORE)
def withdraw(assignment_id: int) -> ResponseReturnValue:
    """Take a sheet back before scoring ends."""
    mine = own(assignment_id)
    if request.method == "GET" and not mine.is_handed_in:
        return redirect(url_for("review.score", assignment_id=assignment_id), code=303)
    form = ConfirmForm(version=mine.sheet_version)
    if form.submitted() and form.attempt(withdraw_sheet, assignment_id, form.version.number):
        flash(gettext("已撤回。請修改後重新送出。"), "success")
        return redirect(url_for("review.score", assignment_id=assignment_id), code=303)
    form.show_version(mine.sheet_version or 0)
    return render(form=form, seat=mine)


@blueprint.get("/document/<int:assignment_id>/<int:document_id>")
@page(requires=Permission.REVIEW_SCORE)
def document(assignment_id: int, document_id: int) -> Response:
    """A paper of the case that a reviewer may read, always as a download."""
    mine, session = own(assignment_id), sessions.session()
    if mine.state is not AssignmentState.DECLARED:
        raise NotFound
    if document_id not in {paper.id for paper in documents_shown(session, mine.case_id)}:
        raise NotFound
    file = documents.file(session, document_id)
    return download(file)
