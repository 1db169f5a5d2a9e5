"""The budget by scheme, and where accounting enters what was given and allotted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from backoffice.access import Permission
from backoffice.cases.queries.windows import closures
from backoffice.cases.rules import Closure
from backoffice.db import sessions
from backoffice.kernel.money import Ntd, total
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import local_date
from backoffice.ledger.queries import budget_line, planned_and_unreleased
from backoffice.ledger.rules import BUDGET_STAGES, SOURCES, Stage
from backoffice.reports.forms import AsOfForm, BudgetForm
from backoffice.reports.operations import enter_allotment as allot
from backoffice.reports.operations import enter_appropriation as appropriate
from backoffice.reports.operations import refuse_entered
from backoffice.reports.queries.board import books
from backoffice.reports.queries.figures import figures
from backoffice.reports.rules import BudgetKind, check_allotment, cleaned_document
from backoffice.reports.rules.figures import FigureName, Figures
from backoffice.reports.views.blueprint import blueprint
from backoffice.reports.views.explanations import DEFINITIONS, formula_of, label_of
from backoffice.scheme import registry
from backoffice.scheme.sentences import word
from backoffice.scheme.titles import titles
from backoffice.web import guard
from backoffice.web.filters import ntd_unit
from backoffice.web.guard import page
from backoffice.web.pieces import Change
from backoffice.web.render import render

# 預算數 by name (domain §3.7), and where its dollars stand: these sum to it.
NAMED = (
    FigureName.BUDGET,
    FigureName.ALLOTTED,
    FigureName.COMMITTED,
    FigureName.CONTRACTED,
    FigureName.REALISED,
    FigureName.PAYABLE,
    FigureName.CARRIED,
    FigureName.FINAL,
    FigureName.SURPLUS,
)
RATES = (FigureName.RATE_A, FigureName.RATE_B)
SEGMENTS = tuple(stage for stage in BUDGET_STAGES if stage not in SOURCES)
_ALWAYS = frozenset(
    {Stage.AVAILABLE, Stage.COMMITTED, Stage.CONTRACTED, Stage.IN_TRANSIT, Stage.DISBURSED}
)
_SPENDABLE = (Stage.ALLOTTED, Stage.ALLOTMENT_USED)


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """One scheme's figures as they are shown; `used_up` says when and why its window closed."""

    scheme: str
    title: str
    named: tuple[tuple[str, Ntd], ...]
    rates: tuple[tuple[str, int | None], ...]
    stages: tuple[tuple[str, Ntd], ...]
    used_up: Closure | None
    cause: str


@blueprint.get("/budget")
@page(requires=Permission.LEDGER_READ)
def budget() -> Response:
    """Each scheme's figures by name and where its dollars stand, now or as at a past day."""
    session, form = sessions.session(), AsOfForm()
    as_of = as_of_day(form)
    found = figures(session, as_of=as_of)
    names, closed = titles(guard.now()), used_up(session)
    stages = _shown_stages(found)
    rows = tuple(_row(each, names, stages, closed.get(each.scheme)) for each in found)
    return render(
        rows=rows,
        named=NAMED,
        rates=RATES,
        stages=stages,
        sums=[total(each.amount(name) for each in found) for name in NAMED],
        stage_sums=[total(each.amount(stage.value) for each in found) for stage in stages],
        without=[scheme for scheme in names if scheme not in {each.scheme for each in found}],
        definitions=[(label_of(name), DEFINITIONS[name], formula_of(name)) for name in NAMED]
        + [(label_of(name), DEFINITIONS[name], formula_of(name)) for name in RATES],
        may_enter=guard.actor().may(Permission.BUDGET_ENTER),
        form=form,
        as_of=as_of,
        asked=f"?as_of={quote(form.as_of.data or '')}" if as_of else "",
        books=books(session),
    )


def as_of_day(form: AsOfForm) -> date | None:
    """The day that the address asks for; None for now, and for what is no day."""
    return form.as_of.parsed if form.readable and form.as_of.data else None


def used_up(session: Session) -> Mapping[str, Closure]:
    """Since when the window of each scheme's present round is closed early, and why."""
    closed = closures(session)
    return {
        scheme: closed[key]
        for scheme in registry.schemes()
        if (key := str(registry.governing(scheme, guard.now()).key)) in closed
    }


def _shown_stages(found: Sequence[Figures]) -> tuple[Stage, ...]:
    """Every stage that is always there, and those of the others at which money stands."""
    segments = tuple(
        stage
        for stage in SEGMENTS
        if stage in _ALWAYS or any(each.amount(stage.value) for each in found)
    )
    return (*segments, *_SPENDABLE)


def _row(
    found: Figures, names: Mapping[str, str], stages: Sequence[Stage], closed: Closure | None
) -> BudgetRow:
    return BudgetRow(
        scheme=found.scheme,
        title=names.get(found.scheme, found.scheme),
        named=tuple((name, found.amount(name)) for name in NAMED),
        rates=tuple((name, found.rate_bp(name)) for name in RATES),
        stages=tuple((stage.value, found.amount(stage.value)) for stage in stages),
        used_up=closed,
        cause=word(closed.cause) if closed else "",
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
            planned = planned_and_unreleased(session, scheme)
            check_allotment(line.allotment + planned + amount, line.appropriation)
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
