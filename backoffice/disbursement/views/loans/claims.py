"""銀行請款: the worklist, a claim with its lines, a line with its computation."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.disbursement.forms.loans import (
    ACCEPT,
    AcceptReadyForm,
    BankClaimForm,
    LineForm,
    TakeBackForm,
)
from backoffice.disbursement.operations.loans import (
    accept_line,
    accept_ready,
    read_file,
    read_pasted,
    return_line,
    take_back_line,
)
from backoffice.disbursement.operations.loans import (
    enter_bank_claim as enter,
)
from backoffice.disbursement.queries.loans import (
    BankClaimRow,
    BankLineRow,
    accepted_periods,
    bank_lines,
    lent,
)
from backoffice.disbursement.queries.loans import (
    bank_claim as one_claim,
)
from backoffice.disbursement.queries.loans import (
    bank_claims as listed,
)
from backoffice.disbursement.queries.loans import (
    bank_line as one_line,
)
from backoffice.disbursement.queries.loans import (
    loan as one_loan,
)
from backoffice.disbursement.rules.loans import (
    COLUMNS,
    LINES_MAX,
    BankLineState,
    ClaimedLine,
    LineFacts,
    LoanState,
    Period,
    accepting_refusal,
    exact,
    payable,
    steps,
)
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.frame import worded
from backoffice.disbursement.views.loans.frame import (
    exact_words,
    line_badge,
    loan_frame,
    rate_words,
    scheme_asked,
)
from backoffice.disbursement.views.papers import evidence
from backoffice.kernel.refusal import Refused
from backoffice.web import guard
from backoffice.web.forms import BackofficeForm, was_sent
from backoffice.web.guard import page
from backoffice.web.lists import list_files
from backoffice.web.numbers import row_number
from backoffice.web.pieces import Badge, Column, Shape
from backoffice.web.render import render

PAGE = 50
OPEN, ALL = "open", "all"


@blueprint.get("/bank-claims")
@page(requires=Permission.LOAN_READ)
def bank_claims() -> Response:
    """Banks' claims, the newest first: those with lines to be decided, or all."""
    chosen = chosen_claims()
    found = listed(sessions.session(), only_open=chosen == OPEN, before=_before())
    rows = found[:PAGE]
    address = url_for("disbursement.bank_claims", show=chosen)
    return render(
        chosen=chosen,
        links=[
            (words, url_for("disbursement.bank_claims", show=key), key == chosen)
            for key, words in ((OPEN, gettext("待處理")), (ALL, gettext("全部")))
        ],
        rows=[(row, claim_badge(row)) for row in rows],
        columns=_claim_columns(),
        first_url=address if request.args.get("before") else "",
        next_url=f"{address}&before={rows[-1].id}" if len(found) > PAGE else "",
        files=list_files("disbursement.bank_claims_list"),
        may_work=guard.actor().may(Permission.LOAN_WORK),
    )


def chosen_claims() -> str:
    """Which claims were asked for."""
    asked = request.args.get("show", OPEN)
    return asked if asked in (OPEN, ALL) else OPEN


def _before() -> int | None:
    return request.args.get("before", type=row_number)


def claim_badge(row: BankClaimRow) -> Badge:
    """Whether anything of a claim waits, as word and shape."""
    if row.differs:
        return Badge(gettext("有不符"), Shape.NEEDS_YOU)
    if row.ready:
        return Badge(gettext("待受理"), Shape.PROGRESS)
    return Badge(gettext("已處理"), Shape.DONE)


def _claim_columns() -> tuple[Column, ...]:
    unit = gettext("元")
    return (
        Column(gettext("請款函")),
        Column(gettext("銀行")),
        Column(gettext("日期")),
        Column(gettext("列數"), numeric=True),
        Column(gettext("請領合計"), numeric=True, unit=unit),
        Column(gettext("已受理"), numeric=True, unit=unit),
        Column(gettext("相符"), numeric=True),
        Column(gettext("不符"), numeric=True),
        Column(gettext("狀態")),
    )


# --- entered ----------------------------------------------------------------------------------


@blueprint.route("/bank-claims/new", methods=["GET", "POST"])
@page(requires=Permission.LOAN_WORK)
def enter_bank_claim() -> ResponseReturnValue:
    """Enter a bank's claim; every line is checked at once, and nothing is paid by it yet."""
    scheme = scheme_asked(request.args.get("scheme", ""))
    form = BankClaimForm()
    if form.submitted() and (lines := _lines(form)) is not None:
        answer = form.outcome(
            enter, scheme, form.bank, lines, form.paper.upload, form.passbook.upload
        )
        if answer[0]:
            flash(gettext("已登錄 %(count)s 列，並已逐列試算。", count=len(lines)), "good")
            url = url_for("disbursement.bank_claim", bank_claim_id=answer[1])
            return redirect(url, code=303)
    return render(form=form, scheme=scheme, names=COLUMNS, limit=LINES_MAX)


def _lines(form: BankClaimForm) -> tuple[ClaimedLine, ...] | None:
    """The lines, from the file or as pasted; None when they are refused, which the form says."""
    try:
        return _read(form)
    except Refused as refusal:
        form.refuse(refusal)
        return None


def _read(form: BankClaimForm) -> tuple[ClaimedLine, ...]:
    file, pasted = form.file, form.pasted.text
    if file is not None and pasted:
        raise Refused("bank_claim.both")
    return read_pasted(pasted) if file is None else read_file(file)


# --- one claim --------------------------------------------------------------------------------


@blueprint.route("/bank-claims/<int:bank_claim_id>", methods=["GET", "POST"])
@page(requires=Permission.LOAN_READ, sends=(Permission.LOAN_WORK,))
def bank_claim(bank_claim_id: int) -> ResponseReturnValue:
    """A claim with its lines; those that agree are accepted together."""
    session = sessions.session()
    row = one_claim(session, bank_claim_id)
    form = AcceptReadyForm(count=str(row.ready))
    if form.submitted() and form.attempt(accept_ready, bank_claim_id, form.shown_count):
        flash(gettext("已受理相符的各列，可列入撥款清冊。"), "good")
        url = url_for("disbursement.bank_claim", bank_claim_id=bank_claim_id)
        return redirect(url, code=303)
    form.count.data = str(row.ready)
    lines = bank_lines(session, bank_claim_id)
    actor = guard.actor()
    mine = row.entered_by == actor.id
    return render(
        form=form,
        row=row,
        badge=claim_badge(row),
        lines=[(line, line_badge(line.state)) for line in lines],
        columns=line_columns(),
        rate_words=rate_words,
        may_work=actor.may(Permission.LOAN_WORK),
        refusal=worded(Refused("bank_line.same_person")) if mine else None,
        files=list_files("disbursement.bank_claim_lines", bank_claim_id=bank_claim_id),
        papers=_papers(row),
    )


def _papers(row: BankClaimRow) -> Any:
    if not guard.actor().may(Permission.CASE_READ):
        return ()
    return evidence(sessions.session(), (gettext("請款函及領據（PDF）"), row.document_id))


def line_columns() -> tuple[Column, ...]:
    """The columns of a claim's lines."""
    unit = gettext("元")
    return (
        Column(gettext("列"), numeric=True),
        Column(gettext("案件")),
        Column(gettext("企業")),
        Column(gettext("期間")),
        Column(gettext("本金餘額"), numeric=True, unit=unit),
        Column(gettext("年息"), numeric=True),
        Column(gettext("請領"), numeric=True, unit=unit),
        Column(gettext("試算"), numeric=True, unit=unit),
        Column(gettext("差額"), numeric=True, unit=unit),
        Column(gettext("受理"), numeric=True, unit=unit),
        Column(gettext("狀態")),
    )


# --- one line ---------------------------------------------------------------------------------


@blueprint.route("/bank-claims/lines/<int:bank_line_id>", methods=["GET", "POST"])
@page(requires=Permission.LOAN_READ, sends=(Permission.LOAN_WORK,))
def bank_line(bank_line_id: int) -> ResponseReturnValue:
    """A line against our computation: days × principal × rate; accepted, returned, taken back."""
    session = sessions.session()
    row = one_line(session, bank_line_id)
    loan = one_loan(session, row.loan_id)
    known = lent(session, loan)
    found = steps(known.terms, known.movements, known.rates, row.from_on, row.through_on)
    facts = LineFacts(
        state=row.state,
        period=Period(row.from_on, row.through_on),
        claimed=row.claimed,
        computed=row.computed,
        left=loan.left,
        entered_by=row.entered_by,
    )
    paid = payable(row.claimed, row.computed, loan.left)
    form = _form(row, str(paid.dollars))
    if form.submitted() and _done(form, bank_line_id):
        url = url_for("disbursement.bank_claim", bank_claim_id=row.bank_claim_id)
        return redirect(url, code=303)
    form.show_version(row.version)
    refusal = accepting_refusal(
        facts,
        accepted_periods(session, [row.loan_id])[row.loan_id],
        running=loan.state is LoanState.RUNNING,
        person=guard.actor().id,
    )
    return render(
        **(loan_frame(row.case_id) | {"loan": loan}),
        form=form,
        line=row,
        badge=line_badge(row.state),
        steps=found,
        whole=exact_words(exact(found)),
        exact_words=exact_words,
        rate_words=rate_words,
        payable=paid,
        columns=_step_columns(),
        refusal=worded(refusal),
        taking_back=isinstance(form, TakeBackForm),
        is_open=row.state in (BankLineState.READY, BankLineState.DIFFERS),
        may_work=guard.actor().may(Permission.LOAN_WORK),
    )


def _form(row: BankLineRow, shown: str) -> LineForm | TakeBackForm:
    """The form that fits how the line stands, or the one that was sent from an older page."""
    decided = not was_sent("decision", otherwise=row.state is not BankLineState.ACCEPTED)
    if decided:
        return TakeBackForm(version=row.version)
    return LineForm(version=row.version, shown=shown)


def _done(form: BackofficeForm, line_id: int) -> bool:
    match form:
        case TakeBackForm():
            done = form.attempt(take_back_line, line_id, form.version.number, form.reason.text)
            words = gettext("已撤銷受理。")
        case LineForm() if form.decision.data == ACCEPT:
            done = form.attempt(
                accept_line,
                line_id,
                form.version.number,
                form.shown_amount,
                form.reason.text,
            )
            words = gettext("已受理，可列入撥款清冊。")
        case LineForm():
            done = form.attempt(return_line, line_id, form.version.number, form.reason.text)
            words = gettext("已退回銀行。")
        case _:
            raise AssertionError(form)
    if done:
        flash(words, "good")
    return done


def _step_columns() -> tuple[Column, ...]:
    unit = gettext("元")
    return (
        Column(gettext("起日")),
        Column(gettext("迄日")),
        Column(gettext("日數"), numeric=True, unit=gettext("日")),
        Column(gettext("本金餘額"), numeric=True, unit=unit),
        Column(gettext("補貼本金"), numeric=True, unit=unit),
        Column(gettext("補貼年息"), numeric=True),
        Column(gettext("借款人自付"), numeric=True),
        Column(gettext("利息（未進位）"), numeric=True, unit=unit),
    )
