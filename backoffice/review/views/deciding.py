"""The decision: the award with exactly what it changes, and the refusal with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.cases import desk
from backoffice.cases.queries import CaseHead, case_head
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.db import sessions
from backoffice.kernel.money import ZERO, Ntd
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import local_date, roc_date
from backoffice.ledger.queries import budget_line
from backoffice.ledger.rules import Stage
from backoffice.messages import sentence, shown
from backoffice.review.forms import AwardForm, RejectForm
from backoffice.review.operations import Award, decide_award, decide_reject
from backoffice.review.queries.deciding import DecidingFacts, deciding_facts
from backoffice.review.queries.panels import PanelFacts
from backoffice.review.rules.awards import LimitKind, Proposal, awardable, limits
from backoffice.review.views.blueprint import blueprint
from backoffice.review.views.closing import seated_panel
from backoffice.review.views.plans import source_of
from backoffice.web import guard
from backoffice.web.filters import hundredths, ntd
from backoffice.web.guard import page
from backoffice.web.pieces import Change
from backoffice.web.render import render


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A limit of the award, and the rule that sets it."""

    name: str
    amount: Ntd
    source: str
    binds: bool


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What awarding these amounts would do; `refusal` where it cannot be done."""

    award: Award
    limits: tuple[LimitRow, ...]
    available: Ntd
    refusal: str

    @property
    def available_after(self) -> Ntd:
        """What would be left for other cases."""
        return self.available - self.award.subsidy


@blueprint.route("/cases/<int:case_id>/decide", methods=["GET", "POST"])
@page(requires=Permission.CASE_DECIDE)
def decide(case_id: int) -> ResponseReturnValue:
    """Award a subsidy. Amounts that the page did not reckon with are reckoned with first."""
    session = sessions.session()
    head, panel = case_head(session, case_id), seated_panel(case_id)
    case = deciding_facts(session, case_id)
    wanted = _suggested(case)
    form = AwardForm(
        version=head.version,
        subsidy=ntd(wanted.subsidy),
        total_budget=ntd(wanted.total_budget),
        told=_told(wanted),
    )
    is_new = False
    if form.submitted():
        wanted = Award(
            form.subsidy.ntd, form.total_budget.ntd, form.document_number.text, form.reason.text
        )
        is_new = form.told.data != _told(wanted)
        if not is_new and form.attempt(decide_award, case_id, form.version.number, wanted):
            flash(gettext("已核定，預算已保留。"), "success")
            return redirect(url_for("review.panel", case_id=case_id), code=303)
        form.told.data = _told(wanted)
        form.told.raw_data = [form.told.data]
    form.show_version(head.version)
    available = budget_line(session, case.scheme).amount(Stage.AVAILABLE)
    reckoning = _reckon(case, wanted, available)
    return render(
        head=head,
        tabs=desk.tabs(case_id, guard.actor()),
        form=form,
        case=case,
        panel=panel,
        reckoning=reckoning,
        is_new=is_new,
        changes=_changes(head, case, reckoning),
        sign_by=_sign_by(case),
    )


def _told(award: Award) -> str:
    return f"{award.subsidy.dollars}/{award.total_budget.dollars}"


def _suggested(case: DecidingFacts) -> Award:
    """What was asked for, cut to what may be awarded."""
    requested, whole = case.subsidy_requested or ZERO, case.total_budget or ZERO
    proposal = Proposal(requested, requested, whole, whole, case.paid_in_capital)
    variant = case.edition.variant(case.variant) if case.variant else None
    least = min(limit.amount for limit in limits(proposal, case.edition, variant))
    return Award(least, whole, "", "")


def _reckon(case: DecidingFacts, award: Award, available: Ntd) -> Reckoning:
    proposal = Proposal(
        requested=case.subsidy_requested or ZERO,
        recommended=award.subsidy,
        planned_total=case.total_budget or ZERO,
        total_budget=award.total_budget,
        capital=case.paid_in_capital,
    )
    variant = case.edition.variant(case.variant) if case.variant else None
    found = limits(proposal, case.edition, variant)
    least = min(limit.amount for limit in found)
    return Reckoning(
        award=award,
        limits=tuple(
            LimitRow(
                shown(limit.kind),
                limit.amount,
                source_of(case.edition, limit.clause),
                limit.amount == least,
            )
            for limit in found
            if limit.kind is not LimitKind.RECOMMENDED
        ),
        available=available,
        refusal=_refusal(proposal, case, available),
    )


def _refusal(proposal: Proposal, case: DecidingFacts, available: Ntd) -> str:
    """Why this cannot be awarded, in a sentence; blank where it can."""
    variant = case.edition.variant(case.variant) if case.variant else None
    try:
        subsidy = awardable(proposal, case.edition, variant)
    except Refused as refusal:
        return sentence(refusal)
    wanted = proposal.recommended
    if subsidy < wanted:
        return sentence(Refused("award.over_limit", subsidy=wanted, limit=subsidy))
    if available < subsidy:
        facts = {"available": available, "wanted": subsidy}
        return sentence(Refused("budget.exhausted", **facts))
    return ""


def _changes(head: CaseHead, case: DecidingFacts, reckoning: Reckoning) -> list[Change]:
    award = reckoning.award
    self_before = (case.total_budget or ZERO) - (case.subsidy_requested or ZERO)
    return [
        Change(gettext("狀態"), shown(head.state), shown(CaseState.AWARDED)),
        Change(gettext("核定補助款（元）"), ntd(head.subsidy), ntd(award.subsidy)),
        Change(gettext("計畫總經費（元）"), ntd(case.total_budget), ntd(award.total_budget)),
        Change(gettext("自籌款（元）"), ntd(self_before), ntd(award.total_budget - award.subsidy)),
        Change(
            gettext("%(scheme)s 可用餘額（元）", scheme=case.scheme),
            ntd(reckoning.available),
            ntd(reckoning.available_after),
        ),
    ]


def _sign_by(case: DecidingFacts) -> str:
    rules = case.edition.award
    if rules is None:
        return ""
    return roc_date(local_date(guard.now()) + timedelta(days=rules.sign_by_days))


@blueprint.route("/cases/<int:case_id>/reject", methods=["GET", "POST"])
@page(requires=Permission.CASE_DECIDE)
def reject(case_id: int) -> ResponseReturnValue:
    """Refuse the subsidy, with the reason that the firm will read."""
    session = sessions.session()
    head, panel = case_head(session, case_id), seated_panel(case_id)
    case = deciding_facts(session, case_id)
    form = RejectForm(version=head.version, reason=_reason(panel, case))
    if form.submitted() and form.attempt(
        decide_reject, case_id, form.version.number, form.reason.text, form.document_number.text
    ):
        flash(gettext("已決定不予補助，本案結束。"), "success")
        return redirect(url_for("review.panel", case_id=case_id), code=303)
    form.show_version(head.version)
    return render(
        head=head,
        tabs=desk.tabs(case_id, guard.actor()),
        form=form,
        case=case,
        panel=panel,
        changes=[Change(gettext("狀態"), shown(head.state), shown(CaseState.REJECTED))],
    )


def _reason(panel: PanelFacts, case: DecidingFacts) -> str:
    """What may be said of a case that failed by its score; nothing of one that passed."""
    mark = case.scoring.pass_mark
    if panel.score is None or panel.score >= mark:
        return ""
    return gettext(
        "經審查委員評分 %(score)s 分，未達及格分數 %(mark)s 分。",
        score=hundredths(panel.score),
        mark=hundredths(mark),
    )
