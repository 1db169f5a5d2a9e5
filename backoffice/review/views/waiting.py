"""The line for a scheme's money: who waits, what is there, what may come; calling, and the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from backoffice.access import Permission
from backoffice.cases.queries.windows import WindowFacts, window_of
from backoffice.db import sessions
from backoffice.kernel.money import Ntd, total
from backoffice.kernel.refusal import Refused
from backoffice.ledger.queries import BudgetLine, budget_line
from backoffice.ledger.rules import Stage
from backoffice.messages import sentence
from backoffice.review.forms import EndProgrammeForm, PromoteForm
from backoffice.review.operations import end_programme, promote
from backoffice.review.queries.waiting import (
    WaitingRow,
    line_of,
    open_offer_count,
    releases,
    schemes_waited_for,
    waiting_rows,
)
from backoffice.review.rules.waiting import Call, calls
from backoffice.review.views.blueprint import blueprint
from backoffice.scheme import registry
from backoffice.scheme.titles import titles
from backoffice.web import guard
from backoffice.web.filters import ntd
from backoffice.web.guard import page
from backoffice.web.pieces import Action
from backoffice.web.render import render


@dataclass(frozen=True, slots=True)
class LineRow:
    """A case in line, and what it would get of what is there now."""

    place: int
    row: WaitingRow
    call: Call | None
    url: str


@blueprint.get("/waiting-list")
@page(requires=Permission.SCORES_READ)
def waiting_list() -> Response:
    """Who waits for a scheme's money, in order; by default the first scheme waited for."""
    session = sessions.session()
    waited_for = schemes_waited_for(session)
    scheme = chosen_scheme(waited_for)
    money = budget_line(session, scheme)
    rows = line_rows(session, scheme, money.amount(Stage.AVAILABLE))
    window = window_of(session, scheme, guard.now())
    return render(
        scheme=scheme,
        title=titles(guard.now()).get(scheme, scheme),
        others=[
            (one, url_for("review.waiting_list", scheme=one)) for one in waited_for if one != scheme
        ],
        rows=rows,
        wanted=total(line.row.wanted for line in rows),
        money=money,
        held=money.amount(Stage.HELD),
        available=money.amount(Stage.AVAILABLE),
        releases=releases(session, scheme),
        window=window,
        offers=_offers(session, scheme, rows, window),
    )


def chosen_scheme(waited_for: Sequence[str]) -> str:
    """The scheme of the address; else the first that is waited for."""
    asked = request.args.get("scheme", "")
    if asked in registry.schemes():
        return asked
    return waited_for[0] if waited_for else registry.schemes()[0]


def line_rows(session: Session, scheme: str, available: Ntd) -> list[LineRow]:
    """The line, and what each would get of what is there."""
    called = {call.case_id: call for call in calls(line_of(session, scheme), available)}
    return [
        LineRow(place, row, called.get(row.case_id), url_for("review.panel", case_id=row.case_id))
        for place, row in enumerate(waiting_rows(session, scheme), 1)
    ]


def _offers(
    session: Session, scheme: str, rows: Sequence[LineRow], window: WindowFacts
) -> list[Action]:
    """What the visitor may do with the line; calling first."""
    actor, offered = guard.actor(), []
    if actor.may(Permission.WAITLIST_PROMOTE):
        offered.append(
            Action(
                label=gettext("釋出經費，依序遞補"),
                url=url_for("review.promote_waiting", scheme=scheme),
                key=".",
                primary=True,
                refusal=_promoting_refusal(rows),
                after=gettext("下一頁列出遞補的案件與金額，確認後才生效。"),
            )
        )
    if actor.may(Permission.CASE_DECIDE) and rows:
        refusal = _ending_refusal(session, scheme, rows, window)
        offered.append(
            Action(
                label=gettext("計畫結束，不再遞補"),
                url=url_for("review.end_waiting", scheme=scheme),
                refusal=sentence(refusal) if refusal else None,
                after=gettext("候補案件以經費用罄不予補助。"),
            )
        )
    return sorted(offered, key=lambda action: action.refusal is not None)


def _promoting_refusal(rows: Sequence[LineRow]) -> str | None:
    if not rows:
        return gettext("沒有候補案件。")
    if not any(row.call for row in rows):
        return gettext("目前沒有可遞補的餘額；經費釋出後，系統也會自動依序遞補。")
    return None


def _ending_refusal(
    session: Session, scheme: str, rows: Sequence[LineRow], window: WindowFacts
) -> Refused | None:
    if window.is_open:
        return Refused("waitlist.window_open", scheme=scheme)
    count = open_offer_count(session, scheme)
    if count:
        return Refused("waitlist.offers_open", count=count)
    first = next((row for row in rows if row.call), None)
    if first is not None:
        available = budget_line(session, scheme).amount(Stage.AVAILABLE)
        return Refused("waitlist.first_in_line", available=available, number=first.row.number)
    return None


def _known(scheme: str) -> str:
    if scheme not in registry.schemes():
        raise NotFound
    return scheme


@blueprint.route("/waiting-list/<scheme>/promote", methods=["GET", "POST"])
@page(requires=Permission.WAITLIST_PROMOTE)
def promote_waiting(scheme: str) -> ResponseReturnValue:
    """Give out what is available, exactly as the page lists it."""
    session = sessions.session()
    money = budget_line(session, _known(scheme))
    available = money.amount(Stage.AVAILABLE)
    rows = [row for row in line_rows(session, scheme, available) if row.call]
    form = PromoteForm()
    if form.submitted():
        said = form.calls()
        if said is not None and form.attempt(promote, scheme, said):
            flash(gettext("已依序遞補 %(count)s 案。", count=len(said)), "success")
            return redirect(url_for("review.waiting_list", scheme=scheme), code=303)
    called = [row.call for row in rows if row.call]
    form.tell(called)
    return render(
        scheme=scheme,
        form=form,
        rows=rows,
        available=available,
        given=total(call.amount for call in called),
        left=available - total(call.amount for call in called),
        days=_days(scheme),
    )


def _days(scheme: str) -> int:
    """The days that a firm has to answer an offer made today."""
    rules = registry.governing(scheme, guard.now()).award
    return rules.offer_days if rules else 0


@blueprint.route("/waiting-list/<scheme>/end", methods=["GET", "POST"])
@page(requires=Permission.CASE_DECIDE)
def end_waiting(scheme: str) -> ResponseReturnValue:
    """The programme ends: whoever still waits gets nothing, with the reason that they will read."""
    session = sessions.session()
    money: BudgetLine = budget_line(session, _known(scheme))
    rows = line_rows(session, scheme, money.amount(Stage.AVAILABLE))
    form = EndProgrammeForm(
        reason=gettext("本方案補助經費業已用罄，計畫結束，候補案件不予補助。"), count=len(rows)
    )
    if form.submitted():
        count = form.count.data or ""
        if count.isdecimal() and form.attempt(
            end_programme, scheme, int(count), form.document_number.text, form.reason.text
        ):
            flash(gettext("候補已結束，共 %(count)s 案。", count=ntd(len(rows))), "success")
            return redirect(url_for("review.waiting_list", scheme=scheme), code=303)
        form.count.raw_data = [str(len(rows))]
        form.count.data = str(len(rows))
    refusal = _ending_refusal(session, scheme, rows, window_of(session, scheme, guard.now()))
    return render(
        scheme=scheme,
        form=form,
        rows=rows,
        refusal=sentence(refusal) if refusal and not form.faulty else "",
    )
