"""A late notice is withdrawn with its demand: first what is undone, then the deed."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.disbursement.forms.loans import WithdrawalForm
from backoffice.disbursement.operations import loans as operations
from backoffice.disbursement.queries.loans import (
    LoanRow,
    MovementRow,
    PreparedDemand,
    accepted_lines,
    asked_back,
    lent,
    movement_row,
)
from backoffice.disbursement.queries.recoveries import ShareRow, shares
from backoffice.disbursement.rules.lifecycles import EVER_PAID
from backoffice.disbursement.rules.loans import (
    AcceptedLine,
    Lent,
    LoanState,
    balance_on,
    resting,
    to_commit,
    withdrawal_refusal,
)
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.frame import today, worded
from backoffice.disbursement.views.loans.frame import loan_frame, the_loan
from backoffice.kernel.money import ZERO
from backoffice.web.filters import ntd_unit
from backoffice.web.guard import page
from backoffice.web.pieces import Change
from backoffice.web.render import render


@blueprint.route(
    "/cases/<int:case_id>/loan/movements/<int:movement_id>/withdrawal", methods=["GET", "POST"]
)
@page(requires=Permission.LOAN_WORK)
def withdraw_notice(case_id: int, movement_id: int) -> ResponseReturnValue:
    """Withdraw the last late notice; the page says what becomes of its demand and the schedule."""
    facts, session = loan_frame(case_id), sessions.session()
    row = the_loan(facts)
    told = movement_row(session, row.id, movement_id)
    known = lent(session, row)
    restored = known if told.withdrawn_at else known.without(told.movement)
    rests = resting(known, restored, accepted_lines(session, row.id))
    form = WithdrawalForm(version=_version(told.demand))
    if form.submitted() and form.attempt(
        operations.withdraw_notice, movement_id, form.version.number, form.reason.text
    ):
        flash(gettext("已撤回還本登錄及其追繳，補貼上限已重算。"), "good")
        return redirect(url_for("disbursement.loan", case_id=case_id), code=303)
    form.show_version(_version(told.demand))
    asked = shares(session, told.demand.id) if told.demand else ()
    return render(
        **facts,
        told=told,
        form=form,
        refusal=worded(withdrawal_refusal(row.state, told.notice, rests)),
        changes=_changes(row, told, known, restored, asked),
        underpaid=_underpaid(rests),
    )


def _version(demand: PreparedDemand | None) -> int:
    return demand.version if demand else 0


def _changes(
    row: LoanRow, told: MovementRow, known: Lent, restored: Lent, asked: Sequence[ShareRow]
) -> list[Change]:
    """What the withdrawal undoes: the repayment, its demand by instalment, the commitment."""
    if told.demand is None:
        return []
    day, demand = today(), told.demand
    back = asked_back(sessions.session(), row.id) - demand.amount
    target = to_commit(restored, row.amount, accepted=row.accepted, asked_back=back)
    return [
        Change(
            gettext("目前本金"),
            ntd_unit(balance_on(known.movements, day)),
            ntd_unit(balance_on(restored.movements, day)),
        ),
        Change(gettext("應追繳利息"), ntd_unit(demand.amount), ntd_unit(ZERO)),
        *(
            Change(
                gettext("第 %(number)s 期款的追繳", number=share.number),
                ntd_unit(share.amount),
                ntd_unit(ZERO),
            )
            for share in asked
        ),
        Change(
            gettext("補貼上限"),
            ntd_unit(row.committed),
            ntd_unit(target if row.state is LoanState.RUNNING else row.committed),
        ),
    ]


def _underpaid(rests: Sequence[AcceptedLine]) -> list[AcceptedLine]:
    """The periods that were paid by the notice, and are not paid the rest."""
    return [line for line in rests if line.state in EVER_PAID]
