"""What can be done next with a case in this room, or why it cannot be done now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from backoffice.access import Actor, Permission
from backoffice.cases import desk
from backoffice.cases.desk import NextStep
from backoffice.cases.queries import CaseHead
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.queries.situation import CONCERNED, Situation, situation_of
from backoffice.disbursement.rules.checkpoints import EXECUTING, next_due, pass_refusal
from backoffice.disbursement.rules.claims import filing_refusal, verifying_refusal
from backoffice.disbursement.rules.contract import lapsing_refusal, signing_refusal
from backoffice.disbursement.rules.lifecycles import CheckpointState, TrancheState
from backoffice.disbursement.rules.settlement import closing_refusal
from backoffice.disbursement.rules.stages import opinion_refusal
from backoffice.disbursement.views.early import ending_steps
from backoffice.disbursement.views.frame import worded
from backoffice.disbursement.views.rounds import correction_of
from backoffice.kernel.money import total
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import local_date
from backoffice.review.rules.lifecycles import ReviewStage
from backoffice.web.filters import ntd

_OUTSTANDING = (CheckpointState.PLANNED, CheckpointState.DUE, CheckpointState.OVERDUE)


@desk.register_steps
def steps(session: Session, head: CaseHead, actor: Actor, as_of: datetime) -> Sequence[NextStep]:
    """The room's next steps for the case's first page."""
    if head.state not in CONCERNED or not _may(actor):
        return ()
    return steps_of(situation_of(session, head), head, actor, local_date(as_of))


def steps_of(
    situation: Situation, head: CaseHead, actor: Actor, today: date
) -> tuple[NextStep, ...]:
    """The next steps, the most pressing first; nothing for who may not take them."""
    if not _may(actor):
        return ()
    early = ending_steps(situation.endings, situation.demands, head, actor, today)
    if not actor.may(Permission.CONTRACT_SIGN):
        return tuple(early)
    return (*early, *_uncured(situation, head, today), *_steps(situation, head, today))


def _may(actor: Actor) -> bool:
    return actor.may(Permission.CONTRACT_SIGN) or actor.may(Permission.ENDING_DECIDE)


def _uncured(situation: Situation, head: CaseHead, today: date) -> Iterator[NextStep]:
    """A correction did not come in time: the stage may be failed."""
    stage = {
        CaseState.ACTIVE: ReviewStage.MIDTERM,
        CaseState.CLOSING: ReviewStage.CLOSING,
    }.get(head.state)
    if stage is None:
        return
    late = correction_of(situation.stages, stage, today)
    if late is not None and late.days_late:
        yield NextStep(
            label=gettext("逾期未補正，作成不通過"),
            url=url_for("disbursement.fail_stage", case_id=head.id, stage=stage.value.lower()),
            explains=gettext("補正期限已過 %(days)s 日；作成後進入終止程序。", days=late.days_late),
        )


def _steps(situation: Situation, head: CaseHead, today: date) -> Iterator[NextStep]:
    if head.state is CaseState.AWARDED:
        yield from _sign(situation, head, today)
    if head.state in EXECUTING:
        yield from _decide_points(situation)
    yield from _claims(situation)
    match head.state:
        case CaseState.ACTIVE:
            yield from _active(situation, head)
        case CaseState.ACTIVE_2:
            yield from _report_point(situation)
            yield _report_closing(head)
        case CaseState.CLOSING:
            yield from _closing(situation, head)
        case CaseState.SETTLED:
            yield _close(situation, head)
        case _:
            return


def _sign(situation: Situation, head: CaseHead, today: date) -> Iterator[NextStep]:
    award = situation.award
    refusal = Refused("contract.not_awarded") if award is None else signing_refusal(award, today)
    yield NextStep(
        label=gettext("登錄契約"),
        url=url_for("disbursement.contract", case_id=head.id),
        explains=gettext("簽約後本案進入執行中，並產生查核點及各期款。"),
        refusal=worded(refusal),
    )
    if award is not None and lapsing_refusal(award, today) is None:
        yield NextStep(
            label=gettext("辦理核准失效"),
            url=url_for("disbursement.lapse", case_id=head.id),
            explains=gettext("逾期未簽約；核定款項回到可用餘額。"),
        )
    elif award is not None and award.sign_by is not None:
        yield NextStep(
            label=gettext("展延簽約期限"),
            url=url_for("disbursement.extend_signing", case_id=head.id),
            explains=gettext("依業者來函展延，以一個月為限。"),
        )


def _decide_points(situation: Situation) -> Iterator[NextStep]:
    for row in situation.points:
        if row.state is CheckpointState.REPORTED:
            yield NextStep(
                label=gettext("審定查核點「%(item)s」", item=row.item),
                url=url_for("disbursement.checkpoint", checkpoint_id=row.id),
                explains=gettext("審定達成後權重全數計入。"),
            )


def _claims(situation: Situation) -> Iterator[NextStep]:
    for row in situation.tranches:
        if row.state is TrancheState.CLAIMED and row.claim_id is not None:
            yield NextStep(
                label=gettext("審核第 %(number)s 期請款", number=row.number),
                url=url_for("disbursement.verify_claim", claim_id=row.claim_id),
                explains=gettext("通過後可列入撥款清冊。"),
                refusal=worded(verifying_refusal(row.state, row.hold_reason)),
            )
        elif row.state is TrancheState.CLAIMABLE:
            yield NextStep(
                label=gettext("登錄第 %(number)s 期請款", number=row.number),
                url=url_for("disbursement.claim", tranche_id=row.id),
                explains=gettext(
                    "依業者領據登錄，金額須為 %(amount)s 元。", amount=ntd(row.amount)
                ),
                refusal=worded(filing_refusal(row.state, row.hold_reason)),
            )


def _active(situation: Situation, head: CaseHead) -> Iterator[NextStep]:
    """Before the mid-term review: the next report, until the mark is reached."""
    rules = situation.edition.checkpoints
    assert rules is not None
    if situation.under_review or pass_refusal(situation.point_facts, rules) is None:
        yield from _midterm(situation, head)
        yield from _report_point(situation)
    else:
        yield from _report_point(situation)
        yield from _midterm(situation, head)


def _midterm(situation: Situation, head: CaseHead) -> Iterator[NextStep]:
    url = url_for("disbursement.midterm", case_id=head.id)
    if situation.under_review is None:
        yield NextStep(
            label=gettext("登錄期中報告"),
            url=url,
            explains=gettext("登錄後由審查委員提出意見。"),
        )
        return
    rules = situation.edition.checkpoints
    assert rules is not None
    refusal = opinion_refusal(situation.opinion_count)
    missing = pass_refusal(situation.point_facts, rules)
    yield NextStep(
        label=gettext("作成期中審查結論"),
        url=url,
        explains=worded(missing) or gettext("通過後第 1 期款開放請款。"),
        refusal=worded(refusal),
    )


def _report_point(situation: Situation) -> Iterator[NextStep]:
    """The report that the firm owes next."""
    day = next_due(situation.point_facts)
    for row in situation.points:
        if row.state in _OUTSTANDING and (row.correct_by or row.due_on) == day:
            yield NextStep(
                label=gettext("登錄查核點「%(item)s」的提報", item=row.item),
                url=url_for("disbursement.checkpoint", checkpoint_id=row.id),
                explains=gettext("登錄後待審定；附上佐證。"),
            )
            return


def _report_closing(head: CaseHead) -> NextStep:
    return NextStep(
        label=gettext("登錄結案報告"),
        url=url_for("disbursement.closing", case_id=head.id),
        explains=gettext("登錄後進入結案審查。"),
    )


def _closing(situation: Situation, head: CaseHead) -> Iterator[NextStep]:
    if situation.under_review is None:
        yield _report_closing(head)
        return
    yield NextStep(
        label=gettext("作成結案審查結論"),
        url=url_for("disbursement.conclude_closing", case_id=head.id),
        explains=gettext("通過後依支用明細結算，並決定最後一期款。"),
        refusal=worded(opinion_refusal(situation.opinion_count)),
    )
    variant = situation.edition.variant(head.variant) if head.variant else None
    if variant is not None and variant.targets:
        yield NextStep(
            label=gettext("登錄達成值"),
            url=url_for("disbursement.closing_targets", case_id=head.id),
            explains=gettext("各項目標均達成，結案審查才能通過。"),
        )
    yield NextStep(
        label=gettext("登錄支用明細"),
        url=url_for("disbursement.closing", case_id=head.id),
        explains=gettext("每筆憑證登錄時即判定是否認列。"),
    )


def _close(situation: Situation, head: CaseHead) -> NextStep:
    owed = total(row.owed for row in situation.demands)
    refusal = closing_refusal([row.money for row in situation.tranches], owed)
    return NextStep(
        label=gettext("結案"),
        url=url_for("disbursement.close", case_id=head.id),
        explains=gettext("各期款撥付完成即自動結案。"),
        refusal=worded(refusal),
    )
