"""Checkpoints of all cases: who will not make the mid-term mark, who owes what, how work grows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from backoffice.access import Permission, Role
from backoffice.db import sessions
from backoffice.disbursement.queries import outlooks as queries
from backoffice.disbursement.queries.outlooks import CaseLine, OwedRow, PointKey, Scope, StandingRow
from backoffice.disbursement.rules.checkpoints import (
    Outlook,
    PointFacts,
    Progress,
    is_in_plan,
    next_due,
    outlook,
    progress,
    reach,
    state_on,
)
from backoffice.disbursement.rules.schedule import Due, Slot, growth, slot_of
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.frame import bar_of, outlook_badge, point_badge, today
from backoffice.kernel.taiwan import roc_slashes
from backoffice.messages import shown
from backoffice.scheme import registry
from backoffice.scheme.rules import Checkpoints
from backoffice.web import guard
from backoffice.web.charts import Chart, Weight, checkpoint_meter, weight_curve
from backoffice.web.guard import page
from backoffice.web.numbers import row_number
from backoffice.web.pieces import Badge
from backoffice.web.render import render

RISKS: Final = {each: rank for rank, each in enumerate(Outlook)}  # the worst first


class View(StrEnum):
    """What the page shows."""

    RISK = "risk"
    CALENDAR = "calendar"
    CURVE = "curve"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What stands in the address."""

    view: View
    scope: Scope
    outlook: Outlook | None
    after: str


@blueprint.get("/checkpoints")
@page(requires=Permission.CHECKPOINT_READ)
def checkpoints() -> Response:
    """The cases being carried out, by risk; the calendar of what is owed; the curve of the work."""
    session, day, wanted = sessions.session(), today(), _wanted()
    judged = _judged(queries.standings(session, wanted.scope), day)
    counts = Counter(risk for risk, _ in judged)
    facts = {
        View.RISK: _by_risk,
        View.CALENDAR: _by_week,
        View.CURVE: _over_time,
    }[wanted.view](session, wanted, judged, day)
    return render(
        view=wanted.view.value,
        views=[(_VIEW_WORDS[each](), _url(view=each.value), each is wanted.view) for each in View],
        risks=[(each.value, shown(each), counts[each]) for each in Outlook],
        scope=wanted.scope,
        wanted_outlook=wanted.outlook.value if wanted.outlook else "",
        schemes=[key for key in registry.schemes() if _has_checkpoints(key)],
        mine=wanted.scope.officer_id is not None,
        total=sum(counts.values()),
        out_of_reach=counts[Outlook.OUT_OF_REACH],
        at_risk=counts[Outlook.AT_RISK],
        first_url=_url(after="") if wanted.after else "",
        **_NOTHING | facts,
    )


_VIEW_WORDS: Final = {
    View.RISK: lambda: gettext("依風險"),
    View.CALENDAR: lambda: gettext("依週次"),
    View.CURVE: lambda: gettext("進度曲線"),
}
_NOTHING: Final[dict[str, Any]] = {"cases": (), "owed": (), "chart": None, "next_url": ""}
_Judged = Sequence[tuple[Outlook, StandingRow]]


def _has_checkpoints(scheme: str) -> bool:
    return any(each.checkpoints for each in registry.editions_of(scheme))


def _wanted() -> Wanted:
    """An officer begins with the own cases; what somebody garbled in the address is left out."""
    actor, args = guard.actor(), request.args
    works = actor.role is Role.OFFICER
    mine = args.get("whose", "mine" if works else "all") == "mine" and works
    scheme, case_id = args.get("scheme", ""), args.get("case", type=row_number)
    return Wanted(
        view=_member(View, args.get("view", "")) or View.RISK,
        scope=Scope(
            officer_id=actor.id if mine and case_id is None else None,
            scheme=scheme if scheme in registry.schemes() else None,
            case_id=case_id,
        ),
        outlook=_member(Outlook, args.get("outlook", "")),
        after=args.get("after", ""),
    )


def _member(kind: Any, value: str) -> Any:
    return kind(value) if value in set(kind) else None


def _url(**changed: str) -> str:
    """This page's address with some of its words changed; "" leaves a word out."""
    kept = {name: value for name, value in request.args.items() if name != "after"} | changed
    asked = urlencode({name: value for name, value in kept.items() if value})
    return url_for("disbursement.checkpoints") + (f"?{asked}" if asked else "")


def _judged(rows: Sequence[StandingRow], day: date) -> _Judged:
    """Each case with its outlook: the worst first, then whose mid-term date comes first."""
    judged = [
        (
            outlook(row.standing, rules_of(row.edition), midterm_on=row.midterm_on, today=day),
            row,
        )
        for row in rows
    ]
    return sorted(judged, key=lambda each: _place(*each))


def _place(risk: Outlook, row: StandingRow) -> tuple[int, date, int]:
    return RISKS[risk], row.midterm_on, row.case_id


def rules_of(edition: str) -> Checkpoints:
    """How the work of an edition is checked; only such editions have checkpoints at all."""
    rules = registry.edition_named(edition).checkpoints
    assert rules is not None, "only schemes with checkpoints have contracts"
    return rules


# --- by risk ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in the list: where it stands, and what would make the mid-term review pass."""

    line: CaseLine
    url: str
    badge: Badge
    midterm_on: date
    progress: Progress
    reach: str
    meter: Chart
    next_due: date | None


def _by_risk(session: Session, wanted: Wanted, judged: _Judged, day: date) -> dict[str, Any]:
    chosen = [each for each in judged if wanted.outlook in (None, each[0])]
    after = _case_key(wanted.after)
    later = [each for each in chosen if after is None or _place(*each) > after]
    rows = later[: queries.CASE_PAGE]
    numbers = [row.case_id for _, row in rows]
    lines, points = queries.case_lines(session, numbers), queries.facts_of(session, numbers)
    more = len(later) > len(rows)
    return {
        "cases": [_case(row, lines[row.case_id], points[row.case_id], day) for _, row in rows],
        "next_url": _url(after=_case_words(*rows[-1])) if more else "",
    }


def _case_words(risk: Outlook, row: StandingRow) -> str:
    return f"{risk.value}~{row.midterm_on.isoformat()}~{row.case_id}"


def _case_key(after: str) -> tuple[int, date, int] | None:
    try:
        risk, day, number = after.split("~")
        return RISKS[Outlook(risk)], date.fromisoformat(day), row_number(number)
    except ValueError:
        return None


def _case(row: StandingRow, line: CaseLine, points: Sequence[PointFacts], day: date) -> CaseRow:
    rules = rules_of(row.edition)
    found = progress(points, rules, midterm_on=row.midterm_on, today=day)
    return CaseRow(
        line=line,
        url=url_for("disbursement.case", case_id=line.id),
        badge=outlook_badge(found.outlook),
        midterm_on=row.midterm_on,
        progress=found,
        reach=reach(found, row.midterm_on).value,
        meter=checkpoint_meter(
            f"meter-{line.id}",
            [bar_of(point) for point in points if is_in_plan(point)],
            midterm_on=row.midterm_on,
            required_bp=found.required_bp,
        ),
        next_due=next_due(points),
    )


# --- by week ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OwedLine:
    """An open checkpoint in the calendar; `late_days` 0 while there is time."""

    row: OwedRow
    when: str
    is_first: bool
    badge: Badge
    late_days: int
    url: str
    case_url: str


def _by_week(session: Session, wanted: Wanted, _judged: _Judged, day: date) -> dict[str, Any]:
    rows = queries.owed(session, wanted.scope, after=_point_key(wanted.after))
    shown_rows = rows[: queries.POINT_PAGE]
    last = shown_rows[-1] if shown_rows else None
    more = last is not None and len(rows) > len(shown_rows)
    return {
        "owed": _lines(shown_rows, day),
        "next_url": _url(after=_point_words(last)) if last and more else "",
    }


def _point_words(row: OwedRow) -> str:
    return f"{row.owed_on.isoformat()}~{row.facts.id}"


def _point_key(after: str) -> PointKey | None:
    day, _, number = after.partition("~")
    try:
        return PointKey(date.fromisoformat(day), row_number(number))
    except ValueError:
        return None


def _lines(rows: Sequence[OwedRow], day: date) -> list[OwedLine]:
    """The rows under their heads: decisions to take, then who is late, then week by week."""
    placed = [(slot_of(row.facts, day, rules_of(row.edition).grace_days), row) for row in rows]
    order = list(Due)
    placed.sort(key=lambda each: (order.index(each[0].due), each[0].monday or date.min))
    lines, before = [], None
    for slot, row in placed:
        lines.append(_owed(slot, row, day, is_first=slot != before))
        before = slot
    return lines


def _owed(slot: Slot, row: OwedRow, day: date, *, is_first: bool) -> OwedLine:
    state = state_on(row.facts, day, rules_of(row.edition).grace_days)
    return OwedLine(
        row=row,
        when=_slot_words(slot, day),
        is_first=is_first,
        badge=point_badge(state),
        late_days=(day - row.owed_on).days if slot.due is Due.LATE else 0,
        url=url_for("disbursement.checkpoint", checkpoint_id=row.facts.id),
        case_url=url_for("disbursement.case", case_id=row.case_id),
    )


def _slot_words(slot: Slot, day: date) -> str:
    match slot.due:
        case Due.DECIDE:
            return gettext("已提報，待審定")
        case Due.LATE:
            return gettext("逾期未提報")
    assert slot.monday is not None
    assert slot.sunday is not None
    if slot.monday <= day <= slot.sunday:
        return gettext("本週（至 %(day)s）", day=roc_slashes(slot.sunday))
    return gettext(
        "%(first)s 至 %(last)s", first=roc_slashes(slot.monday), last=roc_slashes(slot.sunday)
    )


# --- over time --------------------------------------------------------------------------------


def _over_time(session: Session, wanted: Wanted, _judged: _Judged, day: date) -> dict[str, Any]:
    grown = growth(
        queries.planned_by_day(session, wanted.scope),
        queries.accepted_by_day(session, wanted.scope),
        day,
    )
    if not grown:
        return {}
    weights = [Weight(each.on, each.planned_bp, each.accepted_bp) for each in grown]
    title = gettext("計畫與達成權重累計")
    return {"chart": weight_curve("growth", weights, title=title, today=day)}
