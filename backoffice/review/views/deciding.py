"""The decision: award, part or place in line with exactly what it changes, and the refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from backoffice.access import Permission
from backoffice.cases import desk
from backoffice.cases.queries import CaseHead, case_head
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.db import sessions
from backoffice.kernel.money import ZERO, Ntd
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import local_date
from backoffice.ledger.queries import budget_line
from backoffice.ledger.rules import Stage
from backoffice.messages import sentence, shown
from backoffice.review.forms import AwardForm, RejectForm
from backoffice.review.operations import (
    Award,
    decide_award,
    decide_offer,
    decide_reject,
    decide_waitlist,
)
from backoffice.review.queries.deciding import DecidingFacts, deciding_facts
from backoffice.review.queries.panels import PanelFacts
from backoffice.review.queries.waiting import line_of
from backoffice.review.rules.awards import (
    LimitKind,
    Part,
    Proposal,
    awardable,
    limits,
    part_of,
)
from backoffice.review.rules.waiting import Course, course, first_call
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
    """What deciding so would do: all of it, a part (`part`), or a place in line (`place`).

    `refusal` where the amounts are against the rules; `first` is who comes before, "" for nobody.
    """

    award: Award
    limits: tuple[LimitRow, ...]
    available: Ntd
    refusal: str
    course: Course
    part: Part | None
    place: int
    first: str

    @property
    def available_after(self) -> Ntd:
        """What would be left for other cases."""
        match self.course:
            case Course.AWARD:
                return self.available - self.award.subsidy
            case Course.OFFER:
                return ZERO
            case Course.WAIT:
                return self.available

    @property
    def told(self) -> str:
        """What the page says, as one word: the amounts, and what would come of them."""
        amounts = _amounts(self.award)
        match self.course:
            case Course.AWARD:
                return amounts
            case Course.OFFER:
                return f"{amounts}/offer/{self.available.dollars}"
            case Course.WAIT:
                return f"{amounts}/wait"


@blueprint.route("/cases/<int:case_id>/decide", methods=["GET", "POST"])
@page(requires=Permission.CASE_DECIDE)
def decide(case_id: int) -> ResponseReturnValue:
    """Award, offer a part, or place in line, as the money allows.

    Amounts that the page did not reckon with are reckoned with first.
    """
    session = sessions.session()
    form, wanted, is_new = AwardForm(), None, False
    if form.submitted():
        wanted = Award(
            form.subsidy.ntd, form.total_budget.ntd, form.document_number.text, form.reason.text
        )
        deed = _deed(form.told.data or "", wanted)
        is_new = deed is None
        if deed is not None and deed(form, case_id, wanted):
            return redirect(url_for("review.panel", case_id=case_id), code=303)
    head, panel = case_head(session, case_id), seated_panel(case_id)
    case = deciding_facts(session, case_id)
    wanted = wanted or _suggested(case)
    if request.method == "GET":
        form.suggest(head.version, wanted.subsidy, wanted.total_budget)
    form.show_version(head.version)
    reckoning = _reckon(session, case, wanted)
    form.told.data = reckoning.told
    form.told.raw_data = [form.told.data]
    rules = case.edition.award
    return render(
        head=head,
        tabs=desk.tabs(head, guard.actor()),
        form=form,
        case=case,
        panel=panel,
        reckoning=reckoning,
        is_new=is_new,
        changes=_changes(head, case, reckoning),
        sign_by=_in_days(rules.sign_by_days) if rules else "",
        answer_by=_in_days(rules.offer_days) if rules else "",
    )


def _amounts(award: Award) -> str:
    return f"{award.subsidy.dollars}/{award.total_budget.dollars}"


Deed = Callable[[AwardForm, int, Award], bool]


def _deed(told: str, wanted: Award) -> Deed | None:
    """What the page said it would do with these amounts; None where it said nothing of them."""
    rest = told.removeprefix(_amounts(wanted))
    if rest == told:
        return None
    match rest.split("/"):
        case [""]:
            return _award
        case ["", "wait"]:
            return _place_in_line
        case ["", "offer", amount] if amount.isdecimal():
            return partial(_offer, Ntd(int(amount)))
        case _:
            return None


def _award(form: AwardForm, case_id: int, wanted: Award) -> bool:
    done = form.attempt(decide_award, case_id, form.version.number, wanted)
    if done:
        flash(gettext("已核定，預算已保留。"), "success")
    return done


def _offer(amount: Ntd, form: AwardForm, case_id: int, wanted: Award) -> bool:
    done = form.attempt(decide_offer, case_id, form.version.number, wanted, amount)
    if done:
        flash(gettext("已部分核定，經費保留至業者回復。"), "success")
    return done


def _place_in_line(form: AwardForm, case_id: int, wanted: Award) -> bool:
    done = form.attempt(decide_waitlist, case_id, form.version.number, wanted)
    if done:
        flash(gettext("已列入候補，經費釋出時依序遞補。"), "success")
    return done


def _suggested(case: DecidingFacts) -> Award:
    """What was asked for, cut to what may be awarded."""
    requested, whole = case.subsidy_requested or ZERO, case.total_budget or ZERO
    proposal = Proposal(requested, requested, whole, whole, case.paid_in_capital)
    least = min(limit.amount for limit in limits(proposal, case.edition, case.chosen_variant))
    return Award(least, whole, "", "")


def _reckon(session: Session, case: DecidingFacts, award: Award) -> Reckoning:
    proposal = Proposal(
        requested=case.subsidy_requested or ZERO,
        recommended=award.subsidy,
        planned_total=case.total_budget or ZERO,
        total_budget=award.total_budget,
        capital=case.paid_in_capital,
    )
    found = limits(proposal, case.edition, case.chosen_variant)
    least = min(limit.amount for limit in found)
    available = budget_line(session, case.scheme).amount(Stage.AVAILABLE)
    line = line_of(session, case.scheme)
    first = first_call(line, available)
    chosen = course(award.subsidy, available, line)
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
        refusal=_refusal(proposal, case),
        course=chosen,
        part=part_of(available, award.total_budget, case.paid_in_capital, case.edition)
        if chosen is Course.OFFER
        else None,
        place=len(line) + 1,
        first=next(
            (one.order.case_number for one in line if first and one.case_id == first.case_id), ""
        ),
    )


def _refusal(proposal: Proposal, case: DecidingFacts) -> str:
    """Why this cannot be decided, whatever money there is, in a sentence; blank where it can."""
    try:
        subsidy = awardable(proposal, case.edition, case.chosen_variant)
    except Refused as refusal:
        return sentence(refusal)
    wanted = proposal.recommended
    if subsidy < wanted:
        return sentence(Refused("award.over_limit", subsidy=wanted, limit=subsidy))
    return ""


_STATES = {
    Course.AWARD: CaseState.AWARDED,
    Course.OFFER: CaseState.OFFERED,
    Course.WAIT: CaseState.WAITLISTED,
}


def _changes(head: CaseHead, case: DecidingFacts, reckoning: Reckoning) -> list[Change]:
    award = reckoning.award
    self_before = (case.total_budget or ZERO) - (case.subsidy_requested or ZERO)
    state = Change(gettext("狀態"), shown(head.state), shown(_STATES[reckoning.course]))
    whole = Change(gettext("計畫總經費（元）"), ntd(case.total_budget), ntd(award.total_budget))
    left = Change(
        gettext("%(scheme)s 可用餘額（元）", scheme=case.scheme),
        ntd(reckoning.available),
        ntd(reckoning.available_after),
    )
    if reckoning.course is Course.WAIT:
        place = gettext("第 %(place)s 位", place=reckoning.place)
        asked = Change(gettext("應核定數（元）"), ntd(None), ntd(award.subsidy))
        return [state, Change(gettext("候補順序"), "–", place), asked, whole, left]
    is_part = reckoning.course is Course.OFFER
    given = reckoning.available if is_part else award.subsidy
    name = gettext("部分核定並保留（元）") if is_part else gettext("核定補助款（元）")
    subsidy = Change(name, ntd(head.subsidy), ntd(given))
    borne = award.total_budget - given
    own = Change(gettext("自籌款（元）"), ntd(self_before), ntd(borne))
    return [state, subsidy, whole, own, left]


def _in_days(days: int) -> str:
    return shown(local_date(guard.now()) + timedelta(days=days))


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
        tabs=desk.tabs(head, guard.actor()),
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
