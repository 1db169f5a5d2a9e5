"""入帳明細: a file of the bank is previewed, booked in one act, or given up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from backoffice import documents
from backoffice.access import Permission
from backoffice.cases.sentences import notice_sentence
from backoffice.db import sessions
from backoffice.disbursement.forms.fees import StatementForm, VersionForm
from backoffice.disbursement.models import StatementState
from backoffice.disbursement.operations.fees.reading import (
    ReadStatement,
    is_new,
    judged,
    read_upload,
)
from backoffice.disbursement.operations.fees.statements import (
    book_statement,
    discard_statement,
    preview_statement,
)
from backoffice.disbursement.queries.fees.book import fee_schemes
from backoffice.disbursement.queries.fees.statements import (
    PAGE,
    LineRow,
    StatementRow,
    count_open,
    lines_of,
    statement_of_file,
)
from backoffice.disbursement.queries.fees.statements import statement as one
from backoffice.disbursement.queries.fees.statements import statements as listed
from backoffice.disbursement.rules.fees.statement import (
    COLUMNS,
    REQUIRED,
    SHEET,
    Problem,
    template_rows,
)
from backoffice.disbursement.rules.fees.verdicts import Judged, Verdict
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.fees.frame import (
    line_badge,
    parts,
    scheme_title,
    statement_badge,
    verdict_badge,
)
from backoffice.documents import Upload
from backoffice.kernel.money import Ntd, total
from backoffice.kernel.refusal import Refused
from backoffice.messages import sentence, shown
from backoffice.spreadsheets.csv import csv_bytes
from backoffice.spreadsheets.layout import Column as SheetColumn
from backoffice.spreadsheets.layout import SheetLayout
from backoffice.spreadsheets.ods import ods_bytes
from backoffice.spreadsheets.xlsx import workbook_bytes
from backoffice.web import guard
from backoffice.web.filters import ntd, ntd_unit
from backoffice.web.guard import page
from backoffice.web.lists import KINDS, MEDIA_TYPES, as_attachment, list_files
from backoffice.web.numbers import row_number
from backoffice.web.pieces import Badge, Change, Column
from backoffice.web.render import render


@dataclass(frozen=True, slots=True)
class Pile:
    """How many lines of a statement mean the same, and what they come to."""

    badge: Badge
    count: int
    total: Ntd


@dataclass(frozen=True, slots=True)
class Shown:
    """A line as the page shows it, before it is booked or after."""

    row: int
    number: str
    when: object
    amount: Ntd
    payer: str
    badge: Badge
    case_id: int | None
    case_number: str
    told: str


@blueprint.route("/fees/statements", methods=["GET", "POST"])
@page(requires=Permission.FEE_READ, sends=(Permission.FEE_STATEMENT,))
def fee_statements() -> ResponseReturnValue:
    """The form for a file of the bank, its format, and the files of before."""
    session = sessions.session()
    form = StatementForm()
    form.scheme.choices = [(each, scheme_title(each)) for each in fee_schemes()]
    if form.submitted():
        taken = _take(form)
        if taken is not None:
            return redirect(url_for("disbursement.fee_statement", statement_id=taken), code=303)
    before = request.args.get("before", type=row_number)
    found = listed(session, before_id=before)
    rows = found[:PAGE]
    return render(
        parts=parts(count_open(session)),
        form=form,
        may_send=guard.actor().may(Permission.FEE_STATEMENT),
        rows=[(row, statement_badge(row.state)) for row in rows],
        columns=_columns(),
        format_rows=[(name, name in REQUIRED, _meaning(name)) for name in COLUMNS],
        templates=[(kind, url_for("disbursement.fee_template", kind=kind)) for kind in MEDIA_TYPES],
        first_url=url_for("disbursement.fee_statements") if before is not None else "",
        next_url=(
            url_for("disbursement.fee_statements", before=rows[-1].id) if len(found) > PAGE else ""
        ),
    )


def _take(form: StatementForm) -> int | None:
    """Preview the uploaded file; None puts the reason on the form."""
    session, data = sessions.session(), form.file.data
    assert isinstance(data, FileStorage), "the form was validated"
    upload = Upload(data.filename or "", data.stream.read())
    try:
        read = read_upload(upload, str(form.scheme.data), guard.now())
    except Refused as refusal:
        form.refuse(refusal)
        return None
    earlier = statement_of_file(session, read.scheme, read.sha256)
    if earlier is not None and earlier.state is StatementState.CONFIRMED:
        found = judged(session, read)
        if not is_new(found) and not read.reading.problems:
            flash(gettext("這個檔案先前已入帳，沒有新的交易；帳務沒有變動。"), "done")
            return earlier.id
    answer = form.outcome(preview_statement, read)
    return answer[1]


@blueprint.get(f"/fees/statements/template.<{KINDS}:kind>")
@page(requires=Permission.FEE_READ)
def fee_template(kind: str) -> Response:
    """An empty statement with two lines as an example."""
    columns = [SheetColumn(name, width=22) for name in COLUMNS]
    rows = list(template_rows())
    match kind:
        case "csv":
            content = csv_bytes(columns, rows)
        case "ods":
            content = ods_bytes([SheetLayout(SHEET, columns, rows)], made_at=guard.now())
        case _:
            content = workbook_bytes([SheetLayout(SHEET, columns, rows)], made_at=guard.now())
    response = Response(content, content_type=MEDIA_TYPES[kind])
    as_attachment(response, f"入帳明細範本.{kind}")
    return response


@blueprint.route("/fees/statements/<int:statement_id>", methods=["GET", "POST"])
@page(requires=Permission.FEE_READ, sends=(Permission.FEE_STATEMENT,))
def fee_statement(statement_id: int) -> ResponseReturnValue:
    """One file of the bank: what each line means, and the question whether to book it."""
    session = sessions.session()
    found = one(session, statement_id)
    read = _read_again(found)
    form = VersionForm(version=found.version)
    if form.submitted() and _decided(form, found, read):
        return redirect(url_for("disbursement.fee_statement", statement_id=statement_id), code=303)
    form.show_version(found.version)
    waits = found.state is StatementState.PREVIEWED
    after = request.args.get("after", 0, type=row_number)
    told = judged(session, read) if waits else ()
    lines, more = _lines(found, told, after)
    counts = _counts(found, told)
    here = url_for("disbursement.fee_statement", statement_id=statement_id)
    return render(
        parts=parts(),
        found=found,
        title=scheme_title(found.scheme),
        badge=statement_badge(found.state),
        form=form,
        waits=waits,
        may_send=guard.actor().may(Permission.FEE_STATEMENT),
        may_open_account=guard.actor().may(Permission.FEE_READ),
        piles=[
            Pile(verdict_badge(verdict), count, amount)
            for verdict, (count, amount) in counts.items()
        ],
        changes=_changes(counts) if waits else (),
        reading=read.reading,
        notices=[notice_sentence(each.code, each.facts) for each in read.notices],
        problems=[_problem(each) for each in read.reading.problems[:PAGE]],
        lines=lines,
        columns=_line_columns(),
        files=(
            list_files("disbursement.fee_statement_list", statement_id=statement_id)
            if found.state is StatementState.CONFIRMED
            else []
        ),
        first_url=here if after else "",
        next_url=f"{here}?after={lines[-1].row}" if more else "",
    )


def _read_again(found: StatementRow) -> ReadStatement:
    """The stored file, read as it was when it came in."""
    file = documents.file(sessions.session(), found.document_id)
    return read_upload(Upload(found.file_name, file.content), found.scheme, guard.now())


def _decided(form: VersionForm, found: StatementRow, read: ReadStatement) -> bool:
    """Whether the preview was booked or given up, as the button says."""
    version = form.version.number
    if request.form.get("decision") == "discard":
        if not form.attempt(discard_statement, found.id, version):
            return False
        flash(gettext("已放棄這份入帳明細，沒有任何交易入帳。"), "done")
        return True
    answer = form.outcome(book_statement, found.id, version, read)
    if answer[0]:
        flash(gettext("已入帳 %(count)s 筆。", count=ntd(answer[1] or 0)), "good")
    return answer[0]


def _lines(found: StatementRow, told: Sequence[Judged], after: int) -> tuple[Sequence[Shown], bool]:
    """A page of its lines: as they would be booked, or as they were."""
    if found.state is StatementState.CONFIRMED:
        rows = lines_of(sessions.session(), found.id, after_row=after)
        return [_booked(row) for row in rows[:PAGE]], len(rows) > PAGE
    in_file = sorted(told, key=lambda each: each.line.row)
    later = [each for each in in_file if each.line.row > after]
    return [_judged(each) for each in later[:PAGE]], len(later) > PAGE


def _judged(each: Judged) -> Shown:
    case = each.case
    return Shown(
        row=each.line.row,
        number=each.line.number,
        when=each.line.value_at,
        amount=each.line.amount,
        payer=each.line.payer or each.line.note,
        badge=verdict_badge(each.verdict),
        case_id=case.case_id if case else None,
        case_number=case.number if case else each.line.case_number,
        told=told_of(each),
    )


def told_of(each: Judged) -> str:
    """What a line leaves to do, in words."""
    match each.verdict:
        case Verdict.SHORT:
            return gettext("尚欠 %(amount)s", amount=ntd_unit(each.short))
        case Verdict.OVER:
            return gettext("溢繳 %(amount)s，應退還", amount=ntd_unit(each.over))
        case Verdict.LATE:
            return gettext("不取得名額；依業者選擇退還或列候補")
        case Verdict.CLASH:
            return gettext("不入帳；請向銀行查明")
        case _:
            return shown(each.why) if each.why else ""


def _booked(row: LineRow) -> Shown:
    return Shown(
        row=row.row,
        number=row.transaction_number,
        when=row.value_at,
        amount=row.amount,
        payer=row.payer or row.note,
        badge=line_badge(row.state),
        case_id=row.case_id,
        case_number=row.case_number or row.named,
        told=f"{shown(row.verdict)}　{row.note_left}".strip("　"),
    )


def _counts(found: StatementRow, told: Sequence[Judged]) -> dict[Verdict, tuple[int, Ntd]]:
    """By verdict the count and the sum: as judged now while it waits, else as it was booked."""
    if found.state is not StatementState.PREVIEWED:
        kept = found.summary.get("counts", {})
        return {Verdict(name): (count, Ntd(amount)) for name, (count, amount) in kept.items()}
    of_it = {
        verdict: [each.line.amount for each in told if each.verdict is verdict]
        for verdict in Verdict
    }
    return {
        verdict: (len(amounts), total(amounts)) for verdict, amounts in of_it.items() if amounts
    }


def _changes(counts: dict[Verdict, tuple[int, Ntd]]) -> tuple[Change, ...]:
    """Exactly what a confirmation does, by verdict."""
    after = {
        Verdict.FULL: gettext("登錄於案件，依序取得名額"),
        Verdict.COMPLETING: gettext("登錄於案件，補足後依序取得名額"),
        Verdict.SHORT: gettext("登錄於案件，尚未足額"),
        Verdict.OVER: gettext("登錄於案件，溢繳部分應退還"),
        Verdict.LATE: gettext("登錄於案件，不取得名額"),
        Verdict.DOUBLE: gettext("列待查，由人認定是否同一筆"),
        Verdict.UNKNOWN: gettext("列待查，查明後入帳或退還"),
        Verdict.BOOKED: gettext("不變"),
        Verdict.CLASH: gettext("不入帳"),
    }
    return tuple(
        Change(
            gettext("%(word)s %(count)s 筆", word=shown(verdict), count=ntd(count)),
            gettext("已入帳") if verdict is Verdict.BOOKED else gettext("未入帳"),
            after[verdict],
        )
        for verdict, (count, _amount) in counts.items()
    )


def _problem(each: Problem) -> tuple[int, str, str]:
    return each.row, each.column, sentence(each.refusal)


def _meaning(name: str) -> str:
    return {
        "入帳時間": gettext("銀行的入帳日期與時間，例如 112/05/08 10:20；名額順序以此為準"),
        "金額": gettext("新臺幣整數元"),
        "付款人": gettext("匯款人戶名"),
        "統一編號": gettext("8 碼；同方案僅一案者據以歸戶"),
        "案件編號": gettext("有填者優先據以歸戶"),
        "備註": gettext("其中的案件編號或統一編號也會據以歸戶"),
        "交易序號": gettext("銀行每筆交易的唯一編號；同一編號不會入帳兩次"),
    }[name]


def _columns() -> tuple[Column, ...]:
    return (
        Column(gettext("檔案")),
        Column(gettext("方案")),
        Column(gettext("狀態")),
        Column(gettext("上傳")),
        Column(gettext("入帳"), numeric=True, unit=gettext("筆")),
        Column(gettext("合計"), numeric=True, unit=gettext("元")),
    )


def _line_columns() -> tuple[Column, ...]:
    return (
        Column(gettext("列"), numeric=True),
        Column(gettext("交易序號")),
        Column(gettext("入帳時間")),
        Column(gettext("金額"), numeric=True, unit=gettext("元")),
        Column(gettext("付款人")),
        Column(gettext("判別")),
        Column(gettext("案件")),
        Column(gettext("說明")),
    )
