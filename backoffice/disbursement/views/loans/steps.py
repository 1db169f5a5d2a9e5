"""What can be done next about a loan, on its case's first page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from backoffice.access import Actor, Permission
from backoffice.cases import desk
from backoffice.cases.desk import NextStep
from backoffice.cases.queries import CaseHead
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.queries.loans import LoanRow, loan_of, unfinished
from backoffice.disbursement.rules.loans import LoanState
from backoffice.kernel.taiwan import local_date
from backoffice.messages import shown
from backoffice.scheme import registry

_CONCERNED = (CaseState.ACCEPTED, CaseState.IN_SERVICE)


@desk.register_steps
def loan_steps(
    session: Session, head: CaseHead, actor: Actor, as_of: datetime
) -> Sequence[NextStep]:
    """The next steps of a loan; nothing for other schemes."""
    if head.state not in _CONCERNED or not actor.may(Permission.LOAN_WORK):
        return ()
    if registry.edition_named(head.edition).loans is None:
        return ()
    found = loan_of(session, head.id)
    return tuple(_steps(session, head, found, as_of))


def _steps(
    session: Session, head: CaseHead, loan: LoanRow | None, as_of: datetime
) -> Iterator[NextStep]:
    if loan is None:
        yield NextStep(
            label=gettext("登記貸款"),
            url=url_for("disbursement.register_loan", case_id=head.id),
            explains=gettext("登記後保留利息補貼上限，本案進入補貼期間。"),
        )
        return
    if loan.state is not LoanState.RUNNING:
        return
    waiting = unfinished(session, loan.id, head.id)
    if waiting.open_lines:
        yield NextStep(
            label=gettext("處理銀行請款 %(count)s 列", count=waiting.open_lines),
            url=url_for("disbursement.loan", case_id=head.id),
            explains=gettext("與試算相符者受理，不符者退回或依較低金額受理。"),
        )
    if loan.ends_on < local_date(as_of):
        yield NextStep(
            label=gettext("結束利息補貼"),
            url=url_for("disbursement.end_loan", case_id=head.id),
            explains=gettext(
                "補貼期間至 %(day)s；結束後餘額釋出，本案結案。", day=shown(loan.ends_on)
            ),
        )
