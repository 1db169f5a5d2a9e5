"""The bank's files: one is loaded, looked through by class, and confirmed in one act."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from backoffice import documents
from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.disbursement.forms.bank import AnswerFileForm, AnswerForm
from backoffice.disbursement.operations.bank import (
    ReadAnswer,
    confirm_answer,
    load_answer,
    read_answer,
    set_answer_aside,
)
from backoffice.disbursement.queries.bank.answers import PAGE, answer, answers, judged
from backoffice.disbursement.queries.bank.items import ItemRow, items_of, waiting
from backoffice.disbursement.rules.bank import (
    CLEAR,
    AnswerState,
    BankClass,
    Finding,
    difference,
    plain_account,
)
from backoffice.disbursement.views.bank.frame import (
    answer_badge,
    class_badge,
    columns_of,
    heads,
    may_settle,
    said_words,
    tabs,
    told_words,
)
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.frame import today
from backoffice.disbursement.views.sheets.frame import may_hold_file
from backoffice.kernel.money import ZERO, Ntd
from backoffice.kernel.refusal import Refused
from backoffice.web import guard
from backoffice.web.downloads import download
from backoffice.web.filters import ntd, ntd_unit
from backoffice.web.guard import page
from backoffice.web.numbers import row_number
from backoffice.web.pieces import Badge
from backoffice.web.render import render

_SHOWN_DIGITS = 4


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """A line of an answer on its page, whether it is confirmed or not."""

    row: int | None
    badge: Badge
    place: str
    sheet_id: int | None
    payee: str
    account: str
    said: str
    amount: Ntd
    due: Ntd | None
    told: str
    item_id: int | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class ClassShown:
    """A class of an answer: how many lines, their sum, and whether they are settled at once."""

    badge: Badge
    count: int
    amount: Ntd
    is_clear: bool


@blueprint.route("/bank", methods=["GET", "POST"])
@page(requires=Permission.SHEET_READ, sends=(Permission.SHEET_SETTLE,))
def bank_answers() -> ResponseReturnValue:
    """The door for the bank's files, what waits by class, and the files so far."""
    session, form = sessions.session(), AnswerFileForm()
    if form.submitted():
        read = _read(form)
        if read is not None:
            answered = form.outcome(load_answer, read)
            if answered[0]:
                return redirect(
                    url_for("disbursement.bank_answer", answer_id=answered[1]), code=303
                )
    before = request.args.get("after", type=row_number)
    found = answers(session, before_id=before)
    open_now = waiting(session)
    return render(
        form=form,
        tabs=tabs(),
        rows=[(row, answer_badge(row.state)) for row in found[:PAGE]],
        waits=[(class_badge(each.kind), each) for each in open_now],
        lead=_lead(sum(each.count for each in open_now)),
        columns=columns_of("answer", "state", "day", "rows", "paid", "returned", "open", "loaded"),
        heads=heads(),
        may_load=may_settle(),
        first_url=url_for("disbursement.bank_answers") if before is not None else "",
        next_url=url_for("disbursement.bank_answers", after=found[PAGE - 1].id)
        if len(found) > PAGE
        else "",
    )


def _lead(count: int) -> str:
    if count:
        return gettext("%(count)s 項待查；辦理完成、三方無差額後，才能日結。", count=ntd(count))
    return gettext("目前沒有待查的款項。")


def _read(form: AnswerFileForm) -> ReadAnswer | None:
    """The uploaded file; None puts the reason on the form."""
    try:
        return read_answer(form.upload, today())
    except Refused as refusal:
        form.refuse(refusal)
        return None


@blueprint.route("/bank/<int:answer_id>", methods=["GET", "POST"])
@page(requires=Permission.SHEET_READ, sends=(Permission.SHEET_SETTLE,))
def bank_answer(answer_id: int) -> ResponseReturnValue:
    """One file by class and line, and the question whether to settle what is clear."""
    session = sessions.session()
    row = answer(session, answer_id)
    form = AnswerForm(version=row.version)
    if form.submitted() and _decided(form, answer_id):
        return redirect(url_for("disbursement.bank_answer", answer_id=answer_id), code=303)
    form.show_version(row.version)
    waits = row.state is AnswerState.READ
    findings = judged(session, answer_id).findings if waits else ()
    found = () if waits else items_of(session, answer_id)
    lines = [_of_finding(each) for each in findings] or [_of_item(each) for each in found]
    kinds = [(each.kind, each.amount) for each in findings]
    kinds += [(each.kind, each.amount) for each in found]
    return render(
        form=form,
        row=row,
        badge=answer_badge(row.state),
        waits=waits,
        lead=gettext(
            "%(count)s 筆：入帳 %(paid)s，退匯 %(returned)s。",
            count=ntd(row.row_count),
            paid=ntd_unit(row.paid_total),
            returned=ntd_unit(row.returned_total),
        ),
        classes=_classes(kinds),
        class_columns=columns_of("class", "count", "amount", "told"),
        unclear=sum(kind not in CLEAR for kind, _amount in kinds),
        clear=sum(kind in CLEAR for kind, _amount in kinds),
        difference=difference(findings),
        lines=lines,
        columns=columns_of(
            "row", "class", "place", "payee", "account", "said", "amount", "due", "told"
        ),
        heads=heads(),
        may_settle=may_settle(),
        may_hold_file=may_hold_file(guard.actor()),
    )


@blueprint.get("/bank/<int:answer_id>/file")
@page(requires=Permission.SHEET_READ)
def bank_answer_file(answer_id: int) -> Response:
    """The bank's file, byte for byte as it was loaded."""
    if not may_hold_file(guard.actor()):
        abort(403)
    session = sessions.session()
    return download(documents.file(session, answer(session, answer_id).document_id))


def _decided(form: AnswerForm, answer_id: int) -> bool:
    """Whether the answer was confirmed or set aside, as the button says."""
    version = form.version.number
    if request.form.get("decision") == "aside":
        if not form.attempt(set_answer_aside, answer_id, version):
            return False
        flash(gettext("已放棄這份回覆檔，沒有登錄任何結果。"), "done")
        return True
    answered = form.outcome(confirm_answer, answer_id, version)
    if not answered[0]:
        return False
    if answered[1]:
        flash(gettext("已登錄；%(count)s 項待查。", count=ntd(answered[1])), "good")
    else:
        flash(gettext("已全部登錄，沒有待查的款項。"), "good")
    return True


def _classes(kinds: Iterable[tuple[BankClass, Ntd]]) -> Sequence[ClassShown]:
    counts: Counter[BankClass] = Counter()
    sums: dict[BankClass, Ntd] = defaultdict(lambda: ZERO)
    for kind, amount in kinds:
        counts[kind] += 1
        sums[kind] = sums[kind] + amount
    return [
        ClassShown(class_badge(kind), counts[kind], sums[kind], kind in CLEAR)
        for kind in BankClass
        if counts[kind]
    ]


def _of_finding(finding: Finding) -> AnswerShown:
    said, line = finding.answer, finding.line
    bank, account = (said.bank, said.account) if said else ("", "")
    return AnswerShown(
        row=said.row if said else None,
        badge=class_badge(finding.kind),
        place=nth_line(line.sheet, line.position) if line else "",
        sheet_id=line.sheet_id if line else None,
        payee=(line.payee if line else "") or (said.payee if said else ""),
        account=masked(bank, account),
        said=said_words(said.event if said else None, said.code if said else ""),
        amount=finding.amount,
        due=line.amount if line else None,
        told="",
        item_id=None,
        is_open=finding.kind not in CLEAR,
    )


def _of_item(item: ItemRow) -> AnswerShown:
    return AnswerShown(
        row=item.said_row,
        badge=class_badge(item.kind),
        place=nth_line(item.sheet, item.position) if item.sheet and item.position else "",
        sheet_id=item.sheet_id,
        payee=item.payee,
        account=masked(item.said_bank or "", item.said_account or ""),
        said=said_words(item.said_event, item.said_code),
        amount=item.amount,
        due=item.line_amount,
        told=told_words(item),
        item_id=item.id,
        is_open=item.resolution is None,
    )


def nth_line(sheet: str, position: int) -> str:
    """112-S01-0001 第 2 列."""
    return gettext("%(sheet)s 第 %(position)s 列", sheet=sheet, position=position)


def masked(bank: str, account: str) -> str:
    """An account as screens show it: 004-0037 ····8812; – without one."""
    if not account:
        return "–"
    return f"{bank[:3]}-{bank[3:]} ····{plain_account(account)[-_SHOWN_DIGITS:]}"
