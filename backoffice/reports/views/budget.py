"""The budget by scheme, and where accounting enters what was given and allotted."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.kernel.money import Ntd, total
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import local_date
from backoffice.ledger.queries import BudgetLine, budget_line, budget_lines
from backoffice.ledger.rules import Stage
from backoffice.reports.forms import BudgetForm
from backoffice.reports.operations import enter_allotment as allot
from backoffice.reports.operations import enter_appropriation as appropriate
from backoffice.reports.operations import refuse_entered
from backoffice.reports.queries.board import books
from backoffice.reports.queries.budget import left_the_budget, payable
from backoffice.reports.rules import (
    BudgetKind,
    check_allotment,
    cleaned_document,
    execution_rate_a,
    execution_rate_b,
)
from backoffice.reports.views.blueprint import blueprint
from backoffice.scheme.titles import titles
from backoffice.web import guard
from backoffice.web.filters import ntd_unit
from backoffice.web.guard import page
from backoffice.web.pieces import Change
from backoffice.web.render import render

_SHOWN = (
    Stage.APPROPRIATION,
    Stage.AVAILABLE,
    Stage.COMMITTED,
    Stage.CONTRACTED,
    Stage.IN_TRANSIT,
    Stage.DISBURSED,
)
_HELD = (Stage.HELD,)
_CARRIED = (Stage.CARRIED_OVER,)
_SELDOM = (Stage.RECOVERED, Stage.LAPSED)
_ALLOTMENT = (Stage.ALLOTMENT, Stage.ALLOTTED, Stage.ALLOTMENT_USED)


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """One scheme's money: an amount for each stage that is shown, and what follows from them."""

    scheme: str
    title: str
    figures: tuple[tuple[Stage, Ntd], ...]
    payable: Ntd
    rate_a_bp: int | None
    rate_b_bp: int | None


@blueprint.get("/budget")
@page(requires=Permission.LEDGER_READ)
def budget() -> Response:
    """Each scheme's appropriation and where its dollars stand, by kept balances."""
    session = sessions.session()
    lines, owed = budget_lines(session), payable(session)
    held = _HELD if any(line.amount(Stage.HELD) for line in lines) else ()
    carried = _CARRIED if any(line.amount(Stage.CARRIED_OVER) for line in lines) else ()
    seldom = _SELDOM if any(left_the_budget(line) for line in lines) else ()
    stages = (*_SHOWN, *held, *carried, *seldom, *_ALLOTMENT)
    names = titles(guard.now())
    rows = tuple(
        _row(line, names.get(line.scheme, line.scheme), stages, owed.get(line.scheme, Ntd(0)))
        for line in lines
    )
    return render(
        rows=rows,
        stages=stages,
        sums=[total(line.amount(stage) for line in lines) for stage in stages],
        owed=total(row.payable for row in rows),
        without=[scheme for scheme in names if scheme not in {line.scheme for line in lines}],
        may_enter=guard.actor().may(Permission.BUDGET_ENTER),
        books=books(session),
    )


def _row(line: BudgetLine, title: str, stages: tuple[Stage, ...], owed: Ntd) -> BudgetRow:
    paid = line.amount(Stage.DISBURSED)
    return BudgetRow(
        scheme=line.scheme,
        title=title,
        figures=tuple((stage, line.amount(stage)) for stage in stages),
        payable=owed,
        rate_a_bp=execution_rate_a(paid=paid, payable=owed, appropriation=line.appropriation),
        rate_b_bp=execution_rate_b(
            paid=paid,
            payable=owed,
            saved=line.amount(Stage.LAPSED),
            allotment=line.allotment,
        ),
    )


@blueprint.route("/budget/appropriation", methods=["GET", "POST"])
@page(requires=Permission.BUDGET_ENTER)
def enter_appropriation() -> ResponseReturnValue:
    """Enter an appropriation, after seeing what it changes."""
    return _enter(BudgetKind.APPROPRIATION)


@blueprint.route("/budget/allotment", methods=["GET", "POST"])
@page(requires=Permission.BUDGET_ENTER)
def enter_allotment() -> ResponseReturnValue:
    """Enter an allotment, after seeing what it changes."""
    return _enter(BudgetKind.ALLOTMENT)


_DEEDS = {BudgetKind.APPROPRIATION: appropriate, BudgetKind.ALLOTMENT: allot}


def _enter(kind: BudgetKind) -> ResponseReturnValue:
    names = titles(guard.now())
    form = BudgetForm(data={"scheme": request.args.get("scheme", "")})
    form.offer([(scheme, f"{scheme} {title}") for scheme, title in names.items()])
    changes: tuple[Change, ...] = ()
    if form.submitted():
        if form.step.data == BudgetForm.CONFIRM:
            if form.attempt(
                _DEEDS[kind],
                form.scheme.data,
                form.amount.ntd,
                form.document_number.text,
                form.on.day,
                form.note.text,
            ):
                flash(gettext("已登錄 %(amount)s。", amount=ntd_unit(form.amount.ntd)), "success")
                return redirect(url_for("reports.budget"), code=303)
        elif form.step.data != BudgetForm.EDIT:
            changes = _preview(kind, form)
    return render(form=form, changes=changes, title=names.get(form.scheme.data, ""))


def _preview(kind: BudgetKind, form: BudgetForm) -> tuple[Change, ...]:
    """What entering would change; nothing, and the refusal on the form, when it may not be."""
    session, scheme, amount = sessions.session(), form.scheme.data, form.amount.ntd
    today = local_date(guard.now())
    line = budget_line(session, scheme)
    try:
        document = cleaned_document(
            amount, form.document_number.text, form.on.day, form.note.text, today=today
        )
        refuse_entered(session, kind, scheme, document)
        if kind is BudgetKind.ALLOTMENT:
            check_allotment(line.allotment + amount, line.appropriation)
    except Refused as refusal:
        form.refuse(refusal)
        return ()
    if kind is BudgetKind.APPROPRIATION:
        available = line.amount(Stage.AVAILABLE)
        return (
            _change(gettext("法定預算"), line.appropriation, amount),
            _change(gettext("可用餘額"), available, amount),
        )
    return (
        _change(gettext("累計分配數"), line.allotment, amount),
        _change(gettext("分配數尚可支用"), line.amount(Stage.ALLOTTED), amount),
    )


def _change(label: str, before: Ntd, amount: Ntd) -> Change:
    return Change(label, ntd_unit(before), ntd_unit(before + amount))
