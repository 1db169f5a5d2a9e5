"""The consortium that carries a plan out, and the values that it achieved."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.cases.queries import CaseHead, case_head
from backoffice.db import sessions
from backoffice.disbursement.forms.outcomes import JoinForm, LeaveForm, TargetsForm, rows_of
from backoffice.disbursement.operations import outcomes as operations
from backoffice.disbursement.queries.outcomes import (
    MemberRow,
    member_at,
    members_of,
    outcomes_of,
)
from backoffice.disbursement.queries.stages import condition_evidence
from backoffice.disbursement.rules.consortium import (
    Standing,
    changing_refusal,
    leaving_refusal,
    standing,
)
from backoffice.disbursement.rules.stages import targets_refusal
from backoffice.disbursement.rules.targets import Result
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.frame import document_url, framed, worded
from backoffice.kernel.money import total
from backoffice.messages import shown
from backoffice.scheme import registry
from backoffice.scheme.rules import ClosingCondition, Edition, Metric, Variant
from backoffice.scheme.sentences.words import bound
from backoffice.web import guard
from backoffice.web.guard import page
from backoffice.web.render import render


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A target in a table: what is asked, what was promised, what was achieved."""

    metric: Metric
    label: str
    minimum: str
    promised: int | None
    asked: str
    achieved: int | None
    is_met: bool


def target_lines(results: tuple[Result, ...]) -> tuple[TargetLine, ...]:
    """The targets of a case, worded."""
    return tuple(
        TargetLine(
            metric=each.target.metric,
            label=shown(each.target.metric),
            minimum=bound(each.target.op, each.target.value),
            promised=each.promised,
            asked=bound(each.asked.op, each.asked.value),
            achieved=each.achieved,
            is_met=each.is_met,
        )
        for each in results
    )


def standing_words(found: Standing) -> str:
    """How many partners take part, and how many must."""
    if not found.missing:
        return gettext(
            "合作廠商 %(count)s 家，至少 %(minimum)s 家。", count=found.count, minimum=found.minimum
        )
    said = gettext(
        "合作廠商現有 %(count)s 家，至少須 %(minimum)s 家，尚缺 %(missing)s 家。",
        count=found.count,
        minimum=found.minimum,
        missing=found.missing,
    )
    if found.replace_by is None:
        return said
    return said + gettext("應於 %(day)s 前補足。", day=shown(found.replace_by))


@blueprint.get("/cases/<int:case_id>/consortium")
@page(requires=Permission.CASE_READ)
def consortium(case_id: int) -> ResponseReturnValue:
    """The firms of the consortium, with their shares of the budget."""
    session = sessions.session()
    head = case_head(session, case_id)
    edition, variant = _rules(head)
    members = members_of(session, case_id)
    live = [row for row in members if row.left_on is None]
    found = standing([row.live for row in members], edition, variant)
    may_work = guard.actor().may(Permission.CHECKPOINT_WORK)
    return render(
        **framed(head),
        members=members,
        subsidy=total(row.subsidy for row in live),
        self_fund=total(row.self_fund for row in live),
        standing=found,
        standing_words=standing_words(found) if found else "",
        may_change=may_work and bool(members) and changing_refusal(head.state) is None,
    )


def _rules(head: CaseHead) -> tuple[Edition, Variant | None]:
    edition = registry.edition_named(head.edition)
    return edition, edition.variant(head.variant) if head.variant else None


@blueprint.route("/members/<int:member_id>/leaving", methods=["GET", "POST"])
@page(requires=Permission.CHECKPOINT_WORK)
def leave_consortium(member_id: int) -> ResponseReturnValue:
    """A partner leaves; the centre takes over its share."""
    session = sessions.session()
    member = member_at(session, member_id)
    head = case_head(session, member.case_id)
    form = LeaveForm(version=member.version)
    if form.submitted() and form.attempt(
        operations.let_partner_leave,
        member_id,
        form.version.number,
        form.letter,
        form.reason.text,
    ):
        flash(gettext("已登錄合作廠商退出。"), "good")
        return redirect(url_for("disbursement.consortium", case_id=member.case_id), code=303)
    form.show_version(member.version)
    refusal = changing_refusal(head.state) or leaving_refusal(member.live)
    return render(**framed(head), form=form, member=member, refusal=worded(refusal))


@blueprint.route("/cases/<int:case_id>/consortium/joining", methods=["GET", "POST"])
@page(requires=Permission.CHECKPOINT_WORK)
def join_consortium(case_id: int) -> ResponseReturnValue:
    """Another partner joins, with a share that the centre gives up."""
    session = sessions.session()
    head = case_head(session, case_id)
    members = members_of(session, case_id)
    if not members:  # an address of a case that has no consortium, or none yet
        abort(404)
    centre: MemberRow = members[0]
    form = JoinForm(version=centre.version)
    if form.submitted() and form.attempt(
        operations.let_partner_join, case_id, form.version.number, form.newcomer, form.letter
    ):
        flash(gettext("已登錄合作廠商加入。"), "good")
        return redirect(url_for("disbursement.consortium", case_id=case_id), code=303)
    form.show_version(centre.version)
    refusal = worded(changing_refusal(head.state))
    return render(**framed(head), form=form, centre=centre, refusal=refusal)


@blueprint.route("/cases/<int:case_id>/closing/targets", methods=["GET", "POST"])
@page(requires=Permission.CLOSING_CONCLUDE)
def closing_targets(case_id: int) -> ResponseReturnValue:
    """Enter what was achieved of each target, with its evidence."""
    session = sessions.session()
    head = case_head(session, case_id)
    edition, variant = _rules(head)
    found = outcomes_of(session, case_id, edition, variant)
    if not found.results:  # an address of a case whose class has no targets
        abort(404)
    form = TargetsForm(version=head.version, values=rows_of(found.results))
    if form.submitted() and form.attempt(
        operations.enter_targets,
        case_id,
        form.version.number,
        form.achieved,
        form.evidence.upload,
    ):
        flash(gettext("已登錄達成值。"), "good")
        return redirect(url_for("disbursement.closing", case_id=case_id), code=303)
    form.show_version(head.version)
    ours = f"closing:{ClosingCondition.TARGETS_MET.value}"
    papers = [each for each in condition_evidence(session, case_id) if each.kind == ours]
    return render(
        **framed(head),
        form=form,
        lines={line.metric.value: line for line in target_lines(found.results)},
        papers=[(each, document_url(each.id)) for each in papers],
        refusal=worded(targets_refusal(head.state)),
    )
