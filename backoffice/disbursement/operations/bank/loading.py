"""A file of the bank is read, strictly, and kept; nothing is settled by that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Table

from backoffice.access import Permission
from backoffice.disbursement.models import BankAnswer, BankLine
from backoffice.disbursement.queries.bank.answers import answer_of
from backoffice.disbursement.rules.bank import (
    ANSWER,
    AnswerEvent,
    AnswerForm,
    AnswerLine,
    AnswerState,
    digest,
    is_achr01,
    read_achr01,
    read_table,
)
from backoffice.disbursement.rules.lifecycles import LineEvent
from backoffice.documents import Upload, clean_name, keep
from backoffice.kernel.money import Ntd, total
from backoffice.kernel.refusal import Refused, Stale
from backoffice.spreadsheets.csvreader import read_csv
from backoffice.spreadsheets.reader import Sheet, read_workbook
from backoffice.use_case import Act, use_case

_ZIP = b"PK\x03\x04"
_MEDIA_TYPES = {
    AnswerForm.ACHR01: "text/plain",
    AnswerForm.WORKBOOK: "application/octet-stream",
    AnswerForm.CSV: "text/csv",
}


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """A file of the bank that could be read to its end, and what it says."""

    upload: Upload
    form: AnswerForm
    lines: tuple[AnswerLine, ...]

    @property
    def sha256(self) -> str:
        """The hash under which the file is kept."""
        return self.upload.sha256

    @property
    def content_sha256(self) -> str:
        """The hash of what it says, whatever the file looks like."""
        return digest(self.lines)


def read_answer(upload: Upload, today: date) -> ReadAnswer:
    """Read a file of the bank, told by its content: a workbook, ACHR01, or comma-separated text.

    Before any act begins, for a workbook is parsed in a process of its own. Refuses what
    `read_table`, `read_workbook`, `read_csv` and `read_achr01` do, and "bank.file_empty".
    """
    content = upload.content
    if not content.strip():
        raise Refused("bank.file_empty")
    if is_achr01(content):
        return ReadAnswer(upload, AnswerForm.ACHR01, read_achr01(content, today))
    form = AnswerForm.WORKBOOK if content.startswith(_ZIP) else AnswerForm.CSV
    sheet = _first_sheet(content) if form is AnswerForm.WORKBOOK else read_csv(content)
    rows = ((row.number, row.values) for row in sheet.rows)
    return ReadAnswer(upload, form, read_table(sheet.header, rows, today))


def _first_sheet(content: bytes) -> Sheet:
    sheets = read_workbook(content).sheets
    found = next((each for each in sheets.values() if each.header), None)
    if found is None:
        raise Refused("bank.file_empty")
    return found


@use_case("bank.load", requires=Permission.SHEET_SETTLE)
def load_answer(act: Act, read: ReadAnswer) -> int:
    """Keep a file of the bank, to be looked through and confirmed; the number of the answer.

    The same file again, or another one that says the same, changes nothing: its answer is the one
    there is. One that was set aside stands to be confirmed again.
    """
    known = answer_of(act.session, read.sha256, read.content_sha256)
    if known is not None:
        answer = act.session.get_one(BankAnswer, known)
        if answer.state is AnswerState.SET_ASIDE:
            answer.move(AnswerEvent.LOAD_AGAIN)
        return answer.id
    name = clean_name(read.upload.name)
    days = [line.day for line in read.lines]
    answer = BankAnswer(
        sha256=read.sha256,
        content_sha256=read.content_sha256,
        document_id=keep(
            act,
            read.upload,
            kind="bank-answer",
            case_id=None,
            media_type=_MEDIA_TYPES[read.form],
        ),
        name=name,
        form=read.form,
        state=ANSWER.initial,
        row_count=len(read.lines),
        paid_total=_sum(read.lines, LineEvent.PAY),
        returned_total=_sum(read.lines, LineEvent.RETURN),
        first_on=min(days),
        last_on=max(days),
        loaded_by=act.actor.id,
        loaded_by_name=act.actor.name,
        loaded_at=act.now,
    )
    act.session.add(answer)
    act.session.flush()
    _keep_lines(act, answer, read.lines)
    return answer.id


def _sum(lines: tuple[AnswerLine, ...], event: LineEvent) -> Ntd:
    return total(line.amount for line in lines if line.event is event)


def _keep_lines(act: Act, answer: BankAnswer, lines: tuple[AnswerLine, ...]) -> None:
    table = BankLine.__table__
    assert isinstance(table, Table), "a model has a table"
    act.insert_many(
        table,
        [
            {
                "answer_id": answer.id,
                "row": line.row,
                "sheet_number": line.sheet,
                "position": line.position,
                "case_number": line.case_number,
                "payee": line.payee,
                "ubn": line.ubn,
                "bank": line.bank,
                "account": line.account,
                "amount": line.amount,
                "event": line.event,
                "code": line.code,
                "day": line.day,
            }
            for line in lines
        ],
    )
    act.record("bank_line", None, None, row_count=len(lines), content_sha256=answer.content_sha256)


@use_case("bank.set_aside", requires=Permission.SHEET_SETTLE)
def set_answer_aside(act: Act, answer_id: int, version: int) -> None:
    """Give up an answer that was not confirmed, such as a file loaded by mistake."""
    answer_at(act, answer_id, version).move(AnswerEvent.SET_ASIDE)


def answer_at(act: Act, answer_id: int, version: int) -> BankAnswer:
    """The answer as the page showed it, held until the act ends; Stale when it has changed."""
    answer = act.session.get_one(
        BankAnswer, answer_id, with_for_update=True, populate_existing=True
    )
    if answer.version != version:
        raise Stale
    return answer
