"""What an officer does to a loan: registered, moved, worked out anew, called back, ended."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.disbursement.forms.claims import ConfirmForm
from backoffice.disbursement.forms.loans import (
    BreachForm,
    MovementForm,
    RegisterLoanForm,
    amount_shown,
)
from backoffice.disbursement.operations.loans import (
    call_loan as call,
)
from backoffice.disbursement.operations.loans import (
    end_loan as end,
)
from backoffice.disbursement.operations.loans import (
    enter_movement,
    recommit,
)
from backoffice.disbursement.operations.loans import (
    register_loan as register,
)
from backoffice.disbursement.queries.loans import (
    AppliedLoan,
    LoanRow,
    accepted_lines,
    applied_loans,
    asked_back,
    claimed_through,
    lent,
    paid_periods,
    unfinished,
)
from backoffice.disbursement.queries.recoveries import owed_by
from backoffice.disbursement.rules.loans import (
    Excess,
    Lent,
    Movement,
    balance_on,
    called_back,
    check_movement,
    ending_refusal,
    excesses,
    late_refusal,
    registering_refusal,
    to_commit,
)
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.frame import today, worded
from backoffice.disbursement.views.loans.frame import class_words, loan_frame, the_loan
from backoffice.kernel.money import ZERO, Ntd, total
from backoffice.kernel.refusal import Refused
from backoffice.ledger.queries import budget_line
from backoffice.ledger.rules import Stage
from backoffice.messages import shown
from backoffice.scheme import registry
from backoffice.web.filters import ntd_unit
from backoffice.web.guard import page
from backoffice.web.pieces import Change, Column
from backoffice.web.render import render

_CAPITAL = "資本性"
_PERCENT = "95"


@blueprint.route("/cases/<int:case_id>/loan/registration", methods=["GET", "POST"])
@page(requires=Permission.LOAN_WORK)
def register_loan(case_id: int) -> ResponseReturnValue:
    """Register the loan of an accepted case, filled in from its application."""
    facts, session = loan_frame(case_id), sessions.session()
    head = facts["head"]
    applied = applied_loans(session, case_id)
    form = RegisterLoanForm(version=head.version, **_filled(applied))
    edition = registry.edition_named(head.edition)
    form.loan_class.choices = {
        variant.key: class_words(head.edition, variant.key) for variant in edition.variants
    }
    if form.submitted() and form.attempt(
        register, case_id, form.version.number, form.terms, form.notice.text
    ):
        flash(gettext("已登記貸款，補貼上限已保留。"), "good")
        return _to_loan(case_id)
    form.show_version(head.version)
    line = budget_line(session, head.scheme)
    return render(
        **facts,
        form=form,
        applied=applied,
        available=line.amount(Stage.AVAILABLE),
        refusal=worded(registering_refusal(head.state, registered=facts["loan"] is not None)),
    )


def _filled(applied: tuple[AppliedLoan, ...]) -> dict[str, object]:
    """What the application says, as the form's first words; the officer confirms it."""
    if not applied:
        return {}
    first = applied[0]
    capital = total(each.amount for each in applied if each.purpose == _CAPITAL)
    working = total(each.amount for each in applied if each.purpose != _CAPITAL)
    return {
        "loan_class": first.loan_class,
        "bank_code": first.bank_code,
        "capital": _typed(capital),
        "working": _typed(working),
        "plan_cost": _typed(first.plan_cost or ZERO),
        "drawn": _typed(capital + working),
        "drawn_on": first.drawn_on,
        "guarantee": _PERCENT,
    }


def _typed(amount: Ntd) -> str:
    return f"{amount.dollars:,}" if amount else ""


@blueprint.route("/cases/<int:case_id>/loan/movement", methods=["GET", "POST"])
@page(requires=Permission.LOAN_WORK)
def move_loan(case_id: int) -> ResponseReturnValue:
    """Enter money drawn or repaid; of a late notice first what would be demanded, then the deed."""
    facts = loan_frame(case_id)
    row = the_loan(facts)
    known = lent(sessions.session(), row)
    form = MovementForm(version=row.version)
    found: tuple[Excess, ...] = ()
    if form.submitted():
        found = _paid_too_much(row, known, form.movement)
        demand = total(each.amount for each in found)
        is_seen = not demand or amount_shown(form.shown.data) == demand
        if is_seen and form.attempt(
            enter_movement, row.id, form.version.number, form.movement, form.notice.text, demand
        ):
            flash(_moved_words(demand), "good")
            return _to_loan(case_id)
    form.show_version(row.version)
    demand = total(each.amount for each in found)
    # The demand that is shown now is what the next sending confirms.
    form.shown.data = str(demand.dollars) if demand else ""
    return render(
        **facts,
        form=form,
        balance=balance_on(known.movements, today()),
        found=found,
        demand=demand,
        changes=[Change(gettext("應追繳利息"), "–", ntd_unit(demand))] if demand else [],
        columns=_excess_columns(),
    )


def _paid_too_much(row: LoanRow, known: Lent, movement: Movement) -> tuple[Excess, ...]:
    """What the movement would show to have been paid too much; nothing where it is refused."""
    session = sessions.session()
    try:
        check_movement(
            movement,
            known.movements,
            amount=row.amount,
            claimed_through=claimed_through(session, row.id),
            today=today(),
        )
    except Refused:
        return ()
    found = excesses(known.moved(movement), accepted_lines(session, row.id))
    return () if late_refusal(found) else found


def _moved_words(demand: Ntd) -> str:
    if demand:
        return gettext("已登錄，並列入追繳 %(amount)s，請作成處分。", amount=ntd_unit(demand))
    return gettext("已登錄，補貼上限已隨餘額調整。")


def _excess_columns() -> tuple[Column, ...]:
    unit = gettext("元")
    return (
        Column(gettext("期間")),
        Column(gettext("請款函")),
        Column(gettext("已撥付"), numeric=True, unit=unit),
        Column(gettext("已列追繳"), numeric=True, unit=unit),
        Column(gettext("重算後應補貼"), numeric=True, unit=unit),
        Column(gettext("溢付"), numeric=True, unit=unit),
    )


@blueprint.route("/cases/<int:case_id>/loan/commitment", methods=["GET", "POST"])
@page(requires=Permission.LOAN_WORK)
def recommit_loan(case_id: int) -> ResponseReturnValue:
    """Work the commitment of one loan out anew."""
    facts = loan_frame(case_id)
    row = the_loan(facts)
    known = lent(sessions.session(), row)
    form = ConfirmForm(version=row.version)
    if form.submitted() and form.attempt(recommit, row.id, form.version.number):
        flash(gettext("已重算補貼上限。"), "good")
        return _to_loan(case_id)
    form.show_version(row.version)
    back = asked_back(sessions.session(), row.id)
    target = to_commit(known, row.amount, accepted=row.accepted, asked_back=back)
    return render(
        **facts,
        form=form,
        changes=[Change(gettext("補貼上限"), ntd_unit(row.committed), ntd_unit(target))],
        since=known.rates[-1].since,
    )


@blueprint.route("/cases/<int:case_id>/loan/breach", methods=["GET", "POST"])
@page(requires=Permission.ENDING_PREPARE)
def call_loan(case_id: int) -> ResponseReturnValue:
    """A breach: first what would be demanded, then the deed."""
    facts = loan_frame(case_id)
    row = the_loan(facts)
    known = lent(sessions.session(), row)
    form = BreachForm(version=row.version)
    demand: Ntd | None = None
    if form.submitted():
        demand = called_back(known, paid_periods(sessions.session(), row.id), form.since.day)
        is_seen = amount_shown(form.shown.data) == demand
        if is_seen and form.attempt(call, row.id, form.version.number, form.calling, demand):
            flash(gettext("已登錄違約收回，請作成追繳處分。"), "good")
            return _to_loan(case_id)
    form.show_version(row.version)
    # The demand that is shown now is what the next sending confirms.
    form.shown.data = "" if demand is None else str(demand.dollars)
    return render(**facts, form=form, demand=demand, changes=_breach_changes(row, demand))


def _breach_changes(row: LoanRow, demand: Ntd | None) -> list[Change]:
    if demand is None:
        return []
    return [
        Change(gettext("應追繳利息"), "–", ntd_unit(demand)),
        Change(gettext("未撥付的補貼上限"), ntd_unit(row.left), gettext("回到可用餘額")),
        Change(gettext("案件"), gettext("輔導或補貼中"), gettext("取消")),
    ]


@blueprint.route("/cases/<int:case_id>/loan/end", methods=["GET", "POST"])
@page(requires=Permission.LOAN_WORK)
def end_loan(case_id: int) -> ResponseReturnValue:
    """Close the subsidy when its time is over."""
    facts = loan_frame(case_id)
    row = the_loan(facts)
    known = lent(sessions.session(), row)
    form = ConfirmForm(version=row.version)
    if form.submitted() and form.attempt(end, row.id, form.version.number):
        flash(gettext("利息補貼已結束，案件結案。"), "good")
        return _to_loan(case_id)
    form.show_version(row.version)
    return render(
        **facts,
        form=form,
        changes=[
            Change(gettext("補貼上限"), ntd_unit(row.committed), ntd_unit(row.accepted)),
            Change(gettext("回到可用餘額"), "–", ntd_unit(row.left)),
        ],
        ends_on=shown(row.ends_on),
        refusal=worded(_unfinished(row, known)),
    )


def _unfinished(row: LoanRow, known: Lent) -> Refused | None:
    waiting = unfinished(sessions.session(), row.id, row.case_id)
    return ending_refusal(
        known,
        balance=balance_on(known.movements, today()),
        open_lines=waiting.open_lines,
        under_way=waiting.under_way,
        owed=owed_by(sessions.session(), row.case_id),
        today=today(),
    )


def _to_loan(case_id: int) -> ResponseReturnValue:
    return redirect(url_for("disbursement.loan", case_id=case_id), code=303)
