"""What the committee's part of a case asks for now, of whom, and why it may have to wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from backoffice.access import Actor, Permission
from backoffice.cases import desk
from backoffice.cases.desk import NextStep
from backoffice.cases.queries import CaseHead
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.kernel.money import ZERO
from backoffice.kernel.refusal import Refused
from backoffice.ledger.queries import budget_line
from backoffice.ledger.rules import Stage
from backoffice.messages import sentence
from backoffice.review.queries.desk import scoring_of
from backoffice.review.queries.panels import (
    PanelFacts,
    counting_sheets,
    panel_facts,
)
from backoffice.review.queries.waiting import line_of
from backoffice.review.rules.explanation import written_points
from backoffice.review.rules.lifecycles import Divergence
from backoffice.review.rules.scoring import (
    Total,
    diverges,
    spread_of,
    tally,
    totals_of,
)
from backoffice.review.rules.waiting import Course, course
from backoffice.scheme.rules import Scoring
from backoffice.web.filters import hundredths
from backoffice.web.language import gettext


def divergence_of(session: Session, found: PanelFacts, policy: Scoring) -> tuple[Total, ...]:
    """The totals of sheets that lie far apart and wait for a word; none where nothing waits."""
    if found.is_closed or len(found.handed_in) < 2:
        return ()
    sheets = [each.sheet for each in counting_sheets(session, found)]
    totals = totals_of([s for s in sheets if s.id != found.excluded_sheet_id], policy.criteria)
    is_settled = found.divergence in (Divergence.KEEP, Divergence.EXCLUDE)
    return totals if diverges(totals, policy) and not is_settled else ()


def closing_refusal(found: PanelFacts, policy: Scoring, apart: Sequence[Total]) -> Refused | None:
    """Why scoring cannot end yet; None when it can."""
    valid = sum(seat.sheet_id != found.excluded_sheet_id for seat in found.handed_in)
    if valid < policy.quorum:
        return Refused("panel.quorum", valid=valid, quorum=policy.quorum)
    if apart:
        spread = written_points(spread_of(apart))
        return Refused("divergence.open", spread=spread, limit=policy.divergence_limit)
    return Refused("bonus.open") if found.bonus is None else None


@desk.register_steps
def steps(session: Session, head: CaseHead, actor: Actor, _as_of: datetime) -> list[NextStep]:
    """What the committee's part of the case asks for now."""
    if head.state not in (CaseState.IN_REVIEW, CaseState.SCORED):
        return []
    if not (actor.may(Permission.PANEL_PREPARE) or actor.may(Permission.SCORING_CLOSE)):
        return []
    return steps_for(session, head, actor, panel_facts(session, head.id))


def steps_for(
    session: Session, head: CaseHead, actor: Actor, found: PanelFacts | None
) -> list[NextStep]:
    if head.state is CaseState.SCORED and found is not None:
        return _deciding_steps(session, head, actor, found)
    if head.state is not CaseState.IN_REVIEW:
        return []
    policy = scoring_of(head.edition)
    if found is None:
        return _assigning_step(head) if actor.may(Permission.PANEL_PREPARE) else []
    apart = divergence_of(session, found, policy)
    if actor.may(Permission.PANEL_PREPARE):
        return _preparing_steps(head, found, apart)
    if actor.may(Permission.SCORING_CLOSE):
        return _closing_steps(head, found, policy, apart)
    return []


def _assigning_step(head: CaseHead) -> list[NextStep]:
    return [
        NextStep(
            gettext("指派審查委員"),
            url_for("review.assign", case_id=head.id),
            gettext("委員聲明無應迴避情事後，即可評分。"),
        )
    ]


def _preparing_steps(head: CaseHead, found: PanelFacts, apart: Sequence[Total]) -> list[NextStep]:
    offered = []
    if found.bonus is None:
        offered.append(
            NextStep(
                gettext("確認國產設備加分"),
                url_for("review.bonus", case_id=head.id),
                gettext("確認後計入總分；評分結束前可改。"),
            )
        )
    if apart and found.proposed_divergence is None:
        offered.append(
            NextStep(
                gettext("擬具評分差異處理意見"),
                url_for("review.divergence", case_id=head.id),
                gettext("由召集人決定維持、重評或排除。"),
            )
        )
    return offered


def _closing_steps(
    head: CaseHead, found: PanelFacts, policy: Scoring, apart: Sequence[Total]
) -> list[NextStep]:
    offered = []
    if apart:
        offered.append(
            NextStep(
                gettext("處理評分差異"),
                url_for("review.divergence", case_id=head.id),
                gettext("決定維持、重評或排除一份，並敘明理由。"),
            )
        )
    refusal = closing_refusal(found, policy, apart)
    offered.append(
        NextStep(
            gettext("結束評分"),
            url_for("review.close", case_id=head.id),
            gettext("總分即定案，委員不能再改。"),
            sentence(refusal) if refusal else None,
        )
    )
    return offered


def _deciding_steps(
    session: Session, head: CaseHead, actor: Actor, found: PanelFacts
) -> list[NextStep]:
    if not actor.may(Permission.CASE_DECIDE):
        return []
    policy = scoring_of(head.edition)
    passes = _passes(session, found, policy)
    label, explains = _decision_words(session, head)
    award = NextStep(
        label,
        url_for("review.decide", case_id=head.id),
        explains,
        None
        if passes
        else sentence(
            Refused(
                "award.below_pass",
                score=hundredths(found.score),
                pass_mark=hundredths(policy.pass_mark),
            )
        ),
    )
    reject = NextStep(
        gettext("不予補助"),
        url_for("review.reject", case_id=head.id),
        gettext("本案結束，理由將通知申請人。"),
    )
    reopen = NextStep(
        gettext("重新開啟評分"),
        url_for("review.reopen", case_id=head.id),
        gettext("委員就新版評分表重新送出，原評分表保留。"),
    )
    return [award, reject, reopen]


def _decision_words(session: Session, head: CaseHead) -> tuple[str, str]:
    """What the money allows for what was asked: all of it, a part, or a place in line."""
    available = budget_line(session, head.scheme).amount(Stage.AVAILABLE)
    match course(head.subsidy_requested or ZERO, available, line_of(session, head.scheme)):
        case Course.AWARD:
            return gettext("核定補助"), gettext("核定後即保留預算，由承辦人通知簽約。")
        case Course.OFFER:
            return gettext("部分核定"), gettext("就可用餘額保留經費，徵得業者同意後核定。")
        case Course.WAIT:
            return gettext("列入候補"), gettext("經費釋出時，依決審先後遞補。")


def _passes(session: Session, found: PanelFacts, policy: Scoring) -> bool:
    sheets = [each.sheet for each in counting_sheets(session, found)]
    counting = [sheet for sheet in sheets if sheet.id != found.excluded_sheet_id]
    return tally(counting, policy, bonus=found.bonus_score or 0).passes
