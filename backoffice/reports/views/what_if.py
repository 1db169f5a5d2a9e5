"""What a cap on awards or another budget would change: read, reckoned, and never written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Response, abort, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import local_date
from backoffice.messages import shown
from backoffice.reports.forms import WhatIfForm
from backoffice.reports.operations.keeping import ahead
from backoffice.reports.queries.outlook import Known, known
from backoffice.reports.queries.what_if import Named, named, pending_of
from backoffice.reports.rules.board import Band
from backoffice.reports.rules.causes import Standing
from backoffice.reports.rules.forecast import Outlook
from backoffice.reports.rules.scarcity import scarcity
from backoffice.reports.rules.what_if import (
    AS_IT_IS,
    WHOLE,
    Flip,
    Levers,
    Reach,
    Served,
    flips,
    reached,
    served,
)
from backoffice.reports.views.blueprint import blueprint
from backoffice.reports.views.fans import behind, fan_of, weeks_shown
from backoffice.reports.views.sentences import chances, ending, likeliest
from backoffice.review.queries.waiting import line_of
from backoffice.scheme import registry
from backoffice.scheme.titles import titles
from backoffice.web import guard
from backoffice.web.charts import Chart, Point, s_curve
from backoffice.web.figures import explain_url
from backoffice.web.filters import ntd, ntd_unit, roc_slashes
from backoffice.web.guard import page
from backoffice.web.render import render

NAMED_MAX = 50  # cases in which the money reaches otherwise
TRIED = (95, 90, 80, 70)  # per cent, one press each


@dataclass(frozen=True, slots=True)
class Line:
    """One figure as it is and as it would be; `url` leads to what makes the former."""

    label: str
    now: str
    tried: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Turned:
    """A case in which the money reaches otherwise, in words."""

    number: str
    firm_name: str
    url: str
    asked: Ntd | None
    now: str
    tried: str


@dataclass(frozen=True, slots=True)
class _View:
    """The forecast of one side of the comparison."""

    facts: Known
    outlook: Outlook | None
    band: Band


@blueprint.get("/schemes/<scheme>/what-if")
@page(requires=Permission.BOARD_READ)
def what_if(scheme: str) -> Response:
    """When the money ends and for whom it reaches, as it is and as it would be."""
    if scheme not in registry.schemes():
        abort(404)
    session, now = sessions.session(), guard.now()
    today = local_date(now)
    form, facts = WhatIfForm(), known(session, scheme, today)
    may_cap = registry.governing(scheme, now).award is not None
    has_money = facts.left.money is not None
    here = url_for("reports.what_if", scheme=scheme)
    available = Ntd(facts.left.money or 0)
    if form.levers.added < -available.dollars:
        form.refuse_cut(available)
    levers = form.levers
    both = (facts, facts.under(levers))
    sides = [_View(each, *ahead(scheme, today, each, tested=False)) for each in both]
    has_queue = has_money and may_cap  # interest is not asked for case by case
    queue = _queue(session, scheme, available, levers) if has_queue else None
    turned = flips(*queue) if queue else ()
    ids = [each.before.case_id for each in turned[:NAMED_MAX]]
    return render(
        scheme=scheme,
        title=titles(now).get(scheme, scheme),
        form=form,
        may_cap=may_cap,
        has_money=has_money,
        is_idle=levers == AS_IT_IS,
        tried=_words(levers),
        sentences=[ending(side.facts, side.band) for side in sides],
        lines=tuple(_lines(scheme, sides, queue)) if has_money else (),
        chart=_chart(sides, today),
        has_queue=has_queue,
        too_long=queue is None,
        pending=ntd(len(queue[0])) if queue else "0",
        turned=_turned(turned, named(session, ids)),
        turned_count=ntd(len(turned)),
        more=ntd(len(turned) - NAMED_MAX) if len(turned) > NAMED_MAX else "",
        shares=[(share, f"{here}?percent={share}") for share in TRIED] if may_cap else [],
        reset_url=here,
        forecast_url=url_for("reports.forecast", scheme=scheme),
        board_url=url_for("reports.board", scheme=scheme),
    )


def _queue(
    session: Session, scheme: str, available: Ntd, levers: Levers
) -> tuple[Sequence[Served], Sequence[Served]] | None:
    """What each undecided case would get, on both sides; None where there are too many."""
    pending = pending_of(session, scheme)
    if pending is None:
        return None
    line = line_of(session, scheme)
    return served(line, pending, available, AS_IT_IS), served(line, pending, available, levers)


def _words(levers: Levers) -> str:
    """What is tried, in words."""
    parts = []
    if levers.percent != WHOLE:
        parts.append(gettext("每案至多核定申請額的 %(percent)s%%", percent=levers.percent))
    if levers.added > 0:
        parts.append(gettext("增列 %(amount)s", amount=ntd_unit(levers.added)))
    if levers.added < 0:
        parts.append(gettext("減列 %(amount)s", amount=ntd_unit(-levers.added)))
    return gettext("、").join(parts)


def _lines(
    scheme: str,
    sides: Sequence[_View],
    queue: tuple[Sequence[Served], Sequence[Served]] | None,
) -> Iterator[Line]:
    before, after = (ntd_unit(side.facts.left.money or 0) for side in sides)
    yield Line(gettext("可用餘額"), before, after, explain_url("available", scheme))
    if any(sides[0].facts.weeks.committed):
        averages = [int(Standing(0, side.facts.weeks).average) for side in sides]
        yield Line(gettext("過去每案平均核定"), *map(ntd_unit, averages))
        counts = [
            scarcity(side.facts.left, price).by_money
            for side, price in zip(sides, averages, strict=True)
        ]
        yield Line(gettext("以平均計，尚可供案數"), *(ntd(count or 0) for count in counts))
        if all(side.outlook for side in sides):
            yield Line(gettext("預估用罄"), *(_ends(side, likeliest) for side in sides))
            yield Line(gettext("區間"), *(_ends(side, chances) for side in sides))
    if queue is not None:
        wholes, sums = zip(*map(reached, queue), strict=True)
        label = gettext("待審 %(count)s 案中足額", count=ntd(len(queue[0])))
        yield Line(label, *(gettext("%(count)s 案", count=ntd(whole)) for whole in wholes))
        yield Line(gettext("待審案合計核定"), *map(ntd_unit, sums))


def _ends(side: _View, words: Callable[[Band], str]) -> str:
    return gettext("已用罄") if side.facts.left.is_gone else words(side.band)


def _chart(sides: Sequence[_View], on: date) -> Chart | None:
    """What may be left under what is tried, and beside it the middle of the forecast as it is."""
    as_it_is, tried = sides
    if tried.outlook is None or as_it_is.outlook is None or not tried.outlook.fan:
        return None
    weeks = max(weeks_shown(as_it_is.outlook), weeks_shown(tried.outlook))
    middle = [
        Point(part.on, part.middle) for part in fan_of(as_it_is.facts, as_it_is.outlook, on, weeks)
    ]
    return s_curve(
        "what-if",
        title=gettext("可用餘額：現況與試算"),
        actual=behind(as_it_is.facts, on),
        planned=middle,
        planned_as=gettext("現況預測"),
        forecast=fan_of(tried.facts, tried.outlook, on, weeks),
        today=on,
        mark=gettext("截至 %(day)s", day=roc_slashes(on)),
    )


def _turned(found: Sequence[Flip], names: Mapping[int, Named]) -> Sequence[Turned]:
    rows = []
    for each in found[:NAMED_MAX]:
        case = names[each.before.case_id]
        rows.append(
            Turned(
                number=case.number,
                firm_name=case.firm_name,
                url=url_for("cases.sheet", case_id=each.before.case_id),
                asked=case.asked,
                now=_reach(each.before),
                tried=_reach(each.after),
            )
        )
    return rows


def _reach(of: Served) -> str:
    if of.reach is Reach.NOTHING:
        return shown(of.reach)
    return f"{shown(of.reach)} {ntd_unit(of.amount)}"
