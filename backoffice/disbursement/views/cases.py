"""A case's tab 撥款與查核: its contract, its checkpoints, its tranches, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Response, abort, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from backoffice import documents
from backoffice.access import Permission
from backoffice.cases import desk
from backoffice.cases.queries import case_head
from backoffice.db import sessions
from backoffice.disbursement.queries.cases import TrancheRow
from backoffice.disbursement.queries.checkpoints import PointRow
from backoffice.disbursement.queries.situation import Situation, situation_of
from backoffice.disbursement.queries.stages import StageRow
from backoffice.disbursement.rules.checkpoints import is_in_plan, state_on
from backoffice.disbursement.rules.claims import is_flagged
from backoffice.disbursement.rules.contract import days_before_budget_end
from backoffice.disbursement.rules.lifecycles import TrancheState
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.early import ending_badge, recovery_badge, seldom_steps
from backoffice.disbursement.views.frame import (
    bar_of,
    document_url,
    framed,
    outlook_badge,
    point_badge,
    result_badge,
    today,
    tranche_badge,
)
from backoffice.disbursement.views.steps import steps_of
from backoffice.scheme import registry
from backoffice.scheme.rules import Release
from backoffice.web import guard
from backoffice.web.charts import Chart, checkpoint_meter
from backoffice.web.downloads import download
from backoffice.web.guard import page
from backoffice.web.pieces import Badge
from backoffice.web.render import render

desk.register_tab(
    _("撥款與查核"),
    "disbursement.case",
    Permission.CASE_READ,
    30,
    concerns=lambda edition: edition.award is not None,
)


@blueprint.get("/cases/<int:case_id>")
@page(requires=Permission.CASE_READ)
def case(case_id: int) -> ResponseReturnValue:
    """Where the case stands between its contract and its last payment; of a loan its own page."""
    session, day = sessions.session(), today()
    head = case_head(session, case_id)
    if registry.edition_named(head.edition).loans is not None:
        return redirect(url_for("disbursement.loan", case_id=case_id), code=303)
    situation = situation_of(session, head)
    progress = situation.progress_on(day)
    return render(
        **framed(head),
        steps=steps_of(situation, head, guard.actor(), day),
        contract=situation.contract,
        meter=_meter(situation),
        progress=progress,
        outlook=outlook_badge(progress.outlook) if progress else None,
        points=[_point(row, situation, day) for row in situation.points],
        tranches=[_tranche(row, situation, day) for row in situation.tranches],
        stages=[_stage(row) for row in situation.stages],
        settlement=situation.settlement,
        demands=[(row, recovery_badge(row, day)) for row in situation.demands],
        endings=[(row, ending_badge(row.state)) for row in situation.endings],
        carried=situation.carried,
        seldom=list(seldom_steps(head, guard.actor())),
        may_read_recoveries=guard.actor().may(Permission.RECOVERY_READ),
        has_consortium=situation.edition.eligibility.partners is not None,
        days_left=_days_left(situation),
        checkpoints_url=_checkpoints_url(head.id),
        may_hold=guard.actor().may(Permission.CLAIM_WORK),
    )


def _days_left(situation: Situation) -> int | None:
    """How near to the special budget's end the plan ends; None if it is far enough, or over."""
    if situation.contract is None or situation.settlement is not None:
        return None
    return days_before_budget_end(situation.contract.period_end, situation.edition)


def _checkpoints_url(case_id: int) -> str:
    """Where the case's curve is drawn, "" for who may not see it."""
    if not guard.actor().may(Permission.CHECKPOINT_READ):
        return ""
    return url_for("disbursement.checkpoints", view="curve", case=case_id)


def _meter(situation: Situation) -> Chart | None:
    contract, rules = situation.contract, situation.edition.checkpoints
    if contract is None or rules is None:
        return None
    return checkpoint_meter(
        "meter",
        [bar_of(point) for point in situation.point_facts if is_in_plan(point)],
        midterm_on=contract.midterm_on,
        required_bp=rules.by_midterm_min_bp,
    )


@dataclass(frozen=True, slots=True)
class PointLine:
    """A checkpoint in the table; its state is the calendar's, not the nightly job's."""

    row: PointRow
    badge: Badge
    url: str
    document_url: str


def _point(row: PointRow, situation: Situation, day: date) -> PointLine:
    rules = situation.edition.checkpoints
    grace = rules.grace_days if rules else 0
    return PointLine(
        row=row,
        badge=point_badge(state_on(row.facts, day, grace)),
        url=url_for("disbursement.checkpoint", checkpoint_id=row.id),
        document_url=document_url(row.document_id),
    )


@dataclass(frozen=True, slots=True)
class TrancheCard:
    """A tranche with the sentence that says why it stands where it does."""

    row: TrancheRow
    badge: Badge
    note: str
    account: str
    flagged: bool
    hold_url: str


def _tranche(row: TrancheRow, situation: Situation, day: date) -> TrancheCard:
    entered_at = row.account_entered_at
    return TrancheCard(
        row=row,
        badge=tranche_badge(row.state),
        note=_why(row, situation),
        account=row.account.masked if row.account else "",
        flagged=entered_at is not None
        and is_flagged(replaces=row.account_replaces, entered_at=entered_at, today=day),
        hold_url=url_for("disbursement.hold", tranche_id=row.id),
    )


def _why(row: TrancheRow, situation: Situation) -> str:
    """Why the tranche is where it is, and what it waits for."""
    if row.hold_reason:
        return gettext("暫緩：%(reason)s", reason=row.hold_reason)
    match row.state:
        case TrancheState.PLANNED:
            return _released_when(row.number, situation)
        case TrancheState.CLAIMABLE:
            return gettext("等候業者請款。")
        case TrancheState.CLAIMED:
            return gettext("領據 %(number)s，待審核。", number=row.receipt_number or "")
        case TrancheState.VERIFIED:
            return gettext("待列入撥款清冊。")
        case TrancheState.SHEETED | TrancheState.SENT:
            return gettext("撥款清冊辦理中。")
        case TrancheState.VOID:
            return gettext("結算後無須再撥。")
        case TrancheState.CANCELLED:
            return gettext("本案已終止、撤銷或廢止，不再撥付。")
        case TrancheState.RECOVERY | TrancheState.ENFORCEMENT:
            return gettext("已撥付，追繳中。")
        case _:
            return ""


def _released_when(number: int, situation: Situation) -> str:
    rule = next((each for each in situation.edition.tranches if each.number == number), None)
    if rule is not None and rule.release is Release.MIDTERM_PASSED:
        return gettext("期中審查通過後開放請款。")
    return gettext("結案審查通過並結算後開放請款。")


@dataclass(frozen=True, slots=True)
class StageLine:
    """A report and its conclusion."""

    row: StageRow
    badge: Badge | None
    document_url: str


def _stage(row: StageRow) -> StageLine:
    badge = result_badge(row.result) if row.result is not None else None
    return StageLine(row, badge, document_url(row.document_id))


@blueprint.get("/documents/<int:document_id>")
@page(requires=Permission.CASE_READ)
def document(document_id: int) -> Response:
    """A piece of a case's evidence, as a download; it is never shown inside our pages."""
    file = documents.file(sessions.session(), document_id)
    if file.case_id is None:
        abort(404)
    return download(file)
