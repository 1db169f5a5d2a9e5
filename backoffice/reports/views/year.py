"""年度結算: what is realised, payable and carried over, what lapses, and the closing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from backoffice.access import Actor, Permission
from backoffice.db import sessions
from backoffice.kernel.money import Ntd, total
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import local_date
from backoffice.ledger.rules import ProposalState, Stage
from backoffice.messages import sentence
from backoffice.reports.forms import DecisionForm, PaperForm
from backoffice.reports.operations import (
    approve_closing,
    propose_closing,
    return_closing,
)
from backoffice.reports.queries.board import books
from backoffice.reports.queries.figures import figures, figures_of
from backoffice.reports.queries.plan import ClosingRow, closings
from backoffice.reports.rules.figures import FigureName, Figures
from backoffice.reports.rules.shifts import closing_refusal, decision_refusal
from backoffice.reports.views.blueprint import blueprint
from backoffice.reports.views.plan import year_asked
from backoffice.scheme import registry
from backoffice.scheme.titles import titles
from backoffice.web import guard
from backoffice.web.filters import ntd_unit
from backoffice.web.forms import was_sent
from backoffice.web.guard import page
from backoffice.web.pieces import Change
from backoffice.web.render import render

SHOWN = (
    FigureName.BUDGET,
    FigureName.REALISED,
    FigureName.PAYABLE,
    FigureName.CARRIED,
    FigureName.FINAL,
    FigureName.SURPLUS,
)


@dataclass(frozen=True, slots=True)
class YearRow:
    """A scheme at the end of a year: its figures, what still stands open, and its closing."""

    scheme: str
    title: str
    named: tuple[tuple[FigureName, Ntd], ...]
    open: Ntd
    ends_by: date
    closing: ClosingRow | None
    url: str


@blueprint.get("/budget/year-end")
@page(requires=Permission.LEDGER_READ)
def year_end() -> Response:
    """Each scheme as at the year's last day, or now while the year runs."""
    session, year = sessions.session(), year_asked()
    last = date(year, 12, 31)
    as_of = last if last < local_date(guard.now()) else None
    found, done = figures(session, as_of=as_of), closings(session)
    names = titles(guard.now())
    return render(
        year=year,
        as_of=as_of,
        last=last,
        named=SHOWN,
        rows=[_row(each, names, done) for each in found],
        sums=[total(each.amount(name) for each in found) for name in SHOWN],
        open_sum=total(_open(each) for each in found),
        asked=f"?as_of={last.isoformat()}" if as_of else "",
        books=books(session),
    )


def _row(found: Figures, names: Mapping[str, str], done: Mapping[str, ClosingRow]) -> YearRow:
    return YearRow(
        scheme=found.scheme,
        title=names.get(found.scheme, found.scheme),
        named=tuple((name, found.amount(name)) for name in SHOWN),
        open=_open(found),
        ends_by=registry.budget_ends_by(found.scheme),
        closing=done.get(found.scheme),
        url=url_for("reports.close_year", scheme=found.scheme),
    )


def _open(found: Figures) -> Ntd:
    """What was promised and is neither carried over nor at the bank."""
    return total(
        found.amount(stage.value) for stage in (Stage.HELD, Stage.COMMITTED, Stage.CONTRACTED)
    )


@blueprint.route("/budget/year-end/<scheme>", methods=["GET", "POST"])
@page(
    requires=Permission.LEDGER_READ,
    sends=(Permission.BUDGET_ENTER, Permission.BUDGET_APPROVE),
)
def close_year(scheme: str) -> ResponseReturnValue:
    """Propose the closing of a scheme's budget, or decide on it: what lapses, and what stays."""
    if scheme not in registry.schemes():
        raise NotFound
    session, actor = sessions.session(), guard.actor()
    closing = closings(session).get(scheme)
    waits = closing is not None and closing.state is ProposalState.PROPOSED
    paper, decision = PaperForm(), DecisionForm(version=closing.version if closing else 0)
    if was_sent("document_number", otherwise=not waits):
        sent = _proposed(paper, scheme)
    else:
        sent = closing is not None and _decided(decision, closing)
    if sent:
        return redirect(url_for("reports.year_end"), code=303)
    if closing is not None:
        decision.show_version(closing.version)
    found, today = figures_of(session, scheme), local_date(guard.now())
    is_closed = closing is not None and closing.state is ProposalState.APPROVED
    refusal = None if is_closed else closing_refusal(found, registry.budget_ends_by(scheme), today)
    if refusal is None and waits and closing is not None:
        refusal = decision_refusal(closing.proposed_by, actor.id)
    return render(
        scheme=scheme,
        title=titles(guard.now()).get(scheme, scheme),
        ends_by=registry.budget_ends_by(scheme),
        figures=[(name, found.amount(name)) for name in SHOWN],
        changes=_changes(found),
        closing=closing,
        is_closed=is_closed,
        paper=paper,
        decision=decision,
        may_propose=_proposes(actor, paper, waits=waits, is_closed=is_closed),
        may_decide=waits and not paper.faulty and actor.may(Permission.BUDGET_APPROVE),
        refusal=_words(refusal, paper.faulty or decision.faulty),
        books=books(session),
    )


def _proposes(actor: Actor, paper: PaperForm, *, waits: bool, is_closed: bool) -> bool:
    """Whether the form of a proposal is shown; one that was refused keeps what was typed."""
    return actor.may(Permission.BUDGET_ENTER) and (paper.faulty or not (waits or is_closed))


def _words(refusal: Refused | None, faulty: bool) -> str:
    return sentence(refusal) if refusal and not faulty else ""


def _changes(found: Figures) -> tuple[Change, ...]:
    available, lapsed = found.amount(Stage.AVAILABLE.value), found.amount(Stage.LAPSED.value)
    return (
        Change(gettext("可用餘額"), ntd_unit(available), ntd_unit(0)),
        Change(gettext("賸餘"), ntd_unit(lapsed), ntd_unit(lapsed + available)),
    )


def _proposed(form: PaperForm, scheme: str) -> bool:
    if not (form.submitted() and form.attempt(propose_closing, scheme, form.paper)):
        return False
    flash(gettext("已登錄 %(scheme)s 年度結算，待主管核准。", scheme=scheme), "success")
    return True


def _decided(form: DecisionForm, closing: ClosingRow) -> bool:
    if not form.submitted():
        return False
    if form.step.data == DecisionForm.RETURN:
        done = form.attempt(return_closing, closing.id, form.version.number, form.note.text)
        word = gettext("已退回。")
    else:
        done = form.attempt(approve_closing, closing.id, form.version.number)
        word = gettext("%(scheme)s 年度結算已核准。", scheme=closing.scheme)
    if done:
        flash(word, "success")
    return done
