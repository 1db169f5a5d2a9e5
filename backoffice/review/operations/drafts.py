"""A score sheet while it is written on: saved with every pause of the reviewer's hand.

The busiest deed of all: what it rests on is read in one statement, as plain columns, and the sheet
is changed by one guarded statement, without records of the unit of work.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Table, bindparam, update

from backoffice import audit
from backoffice.access import Permission
from backoffice.kernel.refusal import Refused, Stale
from backoffice.review.models import ScoreSheet
from backoffice.review.operations.records import refuse_unless_open
from backoffice.review.queries.desk import Seat, seat
from backoffice.review.rules.lifecycles import AssignmentState, ScoreSheetState
from backoffice.review.rules.marks import Entry
from backoffice.use_case import Act, use_case

_SHEET = cast("Table", ScoreSheet.__table__)
_KEEP = (
    update(_SHEET)
    .where(
        _SHEET.c.id == bindparam("sheet_id"),
        _SHEET.c.version == bindparam("seen"),
        _SHEET.c.current,
        _SHEET.c.state == ScoreSheetState.DRAFT,
    )
    .values(
        marks=bindparam("marks"),
        reasons=bindparam("reasons"),
        opinion=bindparam("opinion"),
        saved_at=bindparam("saved_at"),
        version=_SHEET.c.version + 1,
    )
    .returning(_SHEET.c.version)
)


@use_case("review.save_draft", requires=Permission.REVIEW_SCORE)
def save_draft(act: Act, assignment_id: int, version: int, entry: Entry) -> int:
    """Keep what is on the sheet so far, complete or not; its new version is returned.

    `version` is the sheet's as the page showed it: of two tabs the slower one gets Stale and
    keeps its text. The same text again changes nothing, whatever the version: a page that is
    reloaded while it saves sends what it has saved already. Refuses "declaration.missing",
    "panel.closed", "panel.not_in_review", "score_sheet.handed_in".
    """
    mine = seat(act.session, assignment_id, act.actor.id)
    refuse_unless_open(mine.number, mine.case_state, mine.panel_state, mine.closed_at)
    if mine.state is not AssignmentState.DECLARED:
        raise Refused("declaration.missing", number=mine.number)
    if mine.sheet_state is not ScoreSheetState.DRAFT:
        raise Refused("score_sheet.handed_in", number=mine.number)
    assert mine.entry is not None, "a declared seat has its sheet"
    assert mine.sheet_version is not None, "a declared seat has its sheet"
    if entry == mine.entry:
        return mine.sheet_version
    if mine.sheet_version != version:
        raise Stale
    return _kept(act, mine, mine.entry, entry)


def _kept(act: Act, mine: Seat, before: Entry, after: Entry) -> int:
    assert mine.sheet_id is not None, "a declared seat has its sheet"
    values: dict[str, Any] = {
        "marks": dict(after.marks),
        "reasons": dict(after.reasons),
        "opinion": after.opinion,
        "saved_at": act.now,
    }
    guard = {"sheet_id": mine.sheet_id, "seen": mine.sheet_version}
    version = act.run(_KEEP, values | guard).scalar_one_or_none()
    if version is None:
        raise Stale
    was = {
        "marks": dict(before.marks),
        "reasons": dict(before.reasons),
        "opinion": before.opinion,
        "saved_at": mine.saved_at,
    }
    pairs = {name: (was[name], value) for name, value in values.items()}
    pairs["version"] = (mine.sheet_version, version)
    audit.changed(act.session, ScoreSheet, mine.sheet_id, mine.case_id, pairs)
    return int(version)
