"""What can be done next with the fee of a case."""

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
from backoffice.cases.rules.lifecycle import FINISHED, CaseState
from backoffice.disbursement.queries.fees.book import fee_schemes
from backoffice.disbursement.queries.fees.case import FeeAccount, account_of
from backoffice.disbursement.rules.fees.refunds import OPEN, claimed
from backoffice.kernel.taiwan import local_date
from backoffice.messages import shown
from backoffice.web.filters import ntd_unit


@desk.register_steps
def fee_steps(
    session: Session, head: CaseHead, actor: Actor, as_of: datetime
) -> Sequence[NextStep]:
    """The next steps of the fee for the case's first page; nothing where none is asked."""
    if head.scheme not in fee_schemes() or not actor.may(Permission.FEE_ENTER):
        return ()
    return tuple(_steps(account_of(session, head.id), head, actor, local_date(as_of)))


def _steps(account: FeeAccount, head: CaseHead, actor: Actor, day: date) -> Iterator[NextStep]:
    claim = claimed(account.facts(day))
    if claim is not None and actor.may(Permission.FEE_REFUND_MAKE):
        running = any(row.state in OPEN for row in account.refunds)
        yield NextStep(
            label=gettext("簽辦退費 %(amount)s", amount=ntd_unit(claim.amount)),
            url=url_for("disbursement.make_refund", case_id=head.id),
            explains=gettext("退費期限 %(day)s；由主計核准、出納付款。", day=shown(claim.due_on)),
            refusal=gettext("本案已有一筆退費在辦理中。") if running else None,
        )
    if account.held < account.fee and _may_pay(head.state):
        yield NextStep(
            label=gettext("登錄繳費"),
            url=url_for("disbursement.enter_fee", case_id=head.id),
            explains=gettext(
                "尚欠 %(amount)s；足額時本案依序取得名額。",
                amount=ntd_unit(account.fee - account.held),
            ),
        )


def _may_pay(state: CaseState) -> bool:
    return state not in FINISHED and state is not CaseState.SUBMITTED
