"""When one scheme runs out: the fan, what it rests on, what moved it, and how often it held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from flask import Response, abort, url_for
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.kernel.taiwan import local_date
from backoffice.messages import shown
from backoffice.reports.forms import AsOfForm
from backoffice.reports.operations.keeping import ahead
from backoffice.reports.queries.days import history_of
from backoffice.reports.queries.outlook import Known, known
from backoffice.reports.rules.board import Row
from backoffice.reports.rules.causes import Standing, shift_between
from backoffice.reports.rules.forecast import (
    DAYS,
    DRAWS,
    WEEKS_SEEN,
    Outlook,
)
from backoffice.reports.views.blueprint import blueprint
from backoffice.reports.views.causes import cause_words, moved_words, tenths
from backoffice.reports.views.fans import behind, fan_of, weeks_shown
from backoffice.reports.views.sentences import (
    ending,
    forecast_url,
    held_words,
    reaching,
)
from backoffice.reports.views.sentences import outlook as outlook_words
from backoffice.scheme import registry
from backoffice.scheme.titles import titles
from backoffice.web import guard
from backoffice.web.charts import MONEY, PLACES, Chart, s_curve
from backoffice.web.figures import explain_url
from backoffice.web.filters import ntd, ntd_unit, roc_slashes
from backoffice.web.guard import page
from backoffice.web.pieces import Fact
from backoffice.web.render import render

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """A forecast as the worker kept it: the day, what it said, and what was left then."""

    kept_on: date
    middle: str
    band: str
    left: str
    url: str


@blueprint.get("/schemes/<scheme>/forecast")
@page(requires=Permission.BOARD_READ)
def forecast(scheme: str) -> Response:
    """The forecast of a scheme as at the end of a day: yesterday, unless another is asked for."""
    if scheme not in registry.schemes():
        abort(404)
    session, today, form = sessions.session(), local_date(guard.now()), AsOfForm()
    asked = form.as_of.parsed if form.readable and form.as_of.data else None
    on = min(asked or today - _DAY, today)
    if form.readable:
        form.as_of.data = roc_slashes(on)
    facts = known(session, scheme, on)
    limited, (outlook, band) = facts.standings, ahead(scheme, on, facts)
    moved = shift_between(*limited) if limited else None
    return render(
        scheme=scheme,
        title=titles(guard.now()).get(scheme, scheme),
        form=form,
        on=on,
        sentence=ending(facts, band),
        held=held_words(band.held, band.tested) if outlook and not facts.left.is_gone else "",
        moved=moved_words(moved),
        causes=[cause_words(cause, moved, facts) for cause in moved.largest] if moved else [],
        binds=reaching(facts),
        chart=_chart(facts, outlook, on) if outlook and outlook.fan else None,
        facts=_facts(scheme, facts, on, registry.budget_ends_by(scheme)) if limited else (),
        kept=_kept(history_of(session, scheme, today), money=facts.left.money is not None),
        earlier_url=forecast_url(scheme, on - DAYS * _DAY),
        later_url=forecast_url(scheme, on + DAYS * _DAY) if on + DAYS * _DAY <= today else "",
        what_if_url=url_for("reports.what_if", scheme=scheme)
        if facts.left.money is not None
        else "",
        board_url=url_for("reports.board"),
    )


def _chart(facts: Known, outlook: Outlook, on: date) -> Chart:
    is_money = facts.left.money is not None
    return s_curve(
        "fan",
        title=gettext("可用餘額與用罄預測") if is_money else gettext("尚餘名額與額滿預測"),
        actual=behind(facts, on),
        forecast=fan_of(facts, outlook, on, weeks_shown(outlook)),
        today=on,
        mark=gettext("截至 %(day)s", day=roc_slashes(on)),
        reading=MONEY if is_money else PLACES,
    )


def _facts(scheme: str, facts: Known, on: date, ends_on: date) -> Sequence[Fact]:
    """What the forecast rests on, in words, each with where it is from."""
    weeks = facts.weeks.until(len(facts.weeks))
    count = sum(map(len, weeks.committed))
    found = [
        Fact(
            gettext("所據週數"),
            gettext("%(weeks)s 週", weeks=len(weeks)),
            source=gettext("自首次核定起，最多看最近 %(weeks)s 週", weeks=WEEKS_SEEN),
        ),
        Fact(
            gettext("每週核定"),
            gettext(
                "平均 %(pace)s 案（共 %(count)s 案；最少 %(least)s，最多 %(most)s）",
                pace=_decimal(Fraction(count, max(len(weeks), 1))),
                count=ntd(count),
                least=ntd(min(map(len, weeks.committed), default=0)),
                most=ntd(max(map(len, weeks.committed), default=0)),
            ),
            source=gettext("預算帳：可用餘額轉出"),
        ),
    ]
    if facts.left.money is not None:
        found.insert(
            0,
            Fact(
                gettext("可用餘額"),
                ntd_unit(facts.left.money),
                url=explain_url("available", scheme, on),
                source=gettext("預算帳"),
            ),
        )
        if count:
            average = Standing(0, weeks).average
            found.append(
                Fact(
                    gettext("每案金額"),
                    gettext("平均 %(amount)s", amount=ntd_unit(int(average))),
                    source=gettext("預算帳：各案核定"),
                )
            )
        back = sum(map(sum, weeks.released))
        found.append(
            Fact(
                gettext("釋回"),
                gettext("%(weeks)s 週共 %(amount)s", weeks=len(weeks), amount=ntd_unit(back)),
                source=gettext("預算帳：轉回可用餘額"),
            )
        )
    if facts.left.seats is not None:
        found.insert(0, Fact(gettext("尚餘名額"), ntd(facts.left.seats), source=gettext("名額帳")))
    return (
        *found,
        Fact(gettext("止日"), shown(ends_on), source=gettext("方案版本的計畫期限")),
        Fact(
            gettext("方法"),
            gettext(
                "每週案數以負二項、每案金額以對數常態描述，參數本身的不確定一併抽樣 %(draws)s 次；"
                "同一方案、同一日的結果永遠相同",
                draws=ntd(DRAWS),
            ),
            source=gettext("決定紀錄"),
        ),
    )


def _decimal(number: Fraction) -> str:
    return tenths(int(number * 10))


def _kept(rows: Sequence[tuple[date, Row]], *, money: bool) -> Sequence[Kept]:
    found = []
    for kept_on, row in rows:
        words, band = outlook_words(row)
        seats = (row.seats_total or 0) - (row.seats_used or 0)
        found.append(
            Kept(
                kept_on=kept_on,
                middle=words,
                band=band,
                left=ntd_unit(row.available) if money else ntd(seats),
                url=forecast_url(row.scheme, kept_on - _DAY),
            )
        )
    return found
