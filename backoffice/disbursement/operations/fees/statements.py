"""入帳明細: previewed, then booked in one act, or given up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from backoffice import documents
from backoffice.access import Permission
from backoffice.cases.models import Case
from backoffice.cases.operations.fees import book_payment, open_fees
from backoffice.cases.operations.giving import hold
from backoffice.cases.rules.seats import FeeSource
from backoffice.disbursement.models import FeeLine, FeeStatement, StatementState
from backoffice.disbursement.operations.fees.reading import (
    ReadStatement,
    is_new,
    judged,
    summary,
)
from backoffice.disbursement.rules.fees.lines import LineState
from backoffice.disbursement.rules.fees.verdicts import BOOKABLE, TO_FIND, Judged
from backoffice.kernel.money import total
from backoffice.kernel.refusal import Refused, Stale
from backoffice.ledger.operations import post
from backoffice.ledger.rules import FeeStage, Transfer, account_name
from backoffice.scheme import registry
from backoffice.use_case import Act, use_case

KIND = "fee_statement"
_MEDIA_TYPES = {
    "csv": "text/csv",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@use_case("fee.preview_statement", requires=Permission.FEE_STATEMENT)
def preview_statement(act: Act, read: ReadStatement) -> int:
    """Keep a bank's statement for a look before anything of it is booked; its number.

    The same file is kept once while it waits; one that was booked and holds nothing new leaves
    everything as it is. Refuses "fee.not_asked" (scheme) where a scheme asks for no fee.
    """
    if not any(edition.seats for edition in registry.editions_of(read.scheme)):
        raise Refused("fee.not_asked", scheme=read.scheme)
    found = judged(act.session, read)
    earlier = _earlier(act, read)
    if earlier is not None and (
        earlier.state is StatementState.PREVIEWED or not (is_new(found) or read.reading.problems)
    ):
        return earlier.id
    upload = documents.Upload(read.name, read.content)
    document_id = documents.keep(
        act, upload, kind=KIND, case_id=None, media_type=_MEDIA_TYPES[read.kind]
    )
    kept = FeeStatement(
        scheme=read.scheme,
        document_id=document_id,
        file_name=documents.clean_name(read.name),
        file_sha256=read.sha256,
        state=StatementState.PREVIEWED,
        by=act.actor.id,
        by_name=act.actor.name,
        at=act.now,
        summary=summary(read, found),
    )
    act.session.add(kept)
    act.session.flush()
    return kept.id


@use_case("fee.discard_statement", requires=Permission.FEE_STATEMENT)
def discard_statement(act: Act, statement_id: int, version: int) -> None:
    """Give a preview up; nothing of it was booked. Refuses "fee.statement_settled" (file)."""
    _waiting(act, statement_id, version).discard()


@use_case("fee.book_statement", requires=Permission.FEE_STATEMENT)
def book_statement(act: Act, statement_id: int, version: int, read: ReadStatement) -> int:
    """Book every line of a statement that is not in the book yet, all in one; how many.

    Judged by what the book knows now, whatever the preview said. A line that names its case is
    booked there; of any other the money is unidentified until somebody finds whose it is. What
    was booked before, by this file or by another, is never booked again (by its transaction's
    number). Refuses "fee.statement_settled" (file) unless the preview waits.
    """
    statement = _waiting(act, statement_id, version)
    assert statement.file_sha256 == read.sha256, "the statement is another's"
    for edition in registry.editions_of(statement.scheme):
        if edition.seats is not None:
            hold(act, edition)
    act.session.refresh(statement)  # whoever waited here for the same statement sees it booked
    _waiting(act, statement_id, version)
    found = judged(act.session, read)
    told = summary(read, found)
    new = [each for each in found if each.verdict in BOOKABLE or each.verdict in TO_FIND]
    _keep_unknown(act, statement, [each for each in new if each.verdict in TO_FIND])
    for each in _in_order([each for each in new if each.verdict in BOOKABLE]):
        _book(act, statement, each)
    statement.line_count = len(new)
    statement.total = total(each.line.amount for each in new)
    statement.confirm(at=act.now, by=act.actor.id, by_name=act.actor.name, summary=told)
    return len(new)


def _waiting(act: Act, statement_id: int, version: int) -> FeeStatement:
    statement = act.session.get_one(FeeStatement, statement_id)
    if statement.state is not StatementState.PREVIEWED:
        raise Refused("fee.statement_settled", file=statement.file_name)
    if statement.version != version:
        raise Stale
    return statement


def _earlier(act: Act, read: ReadStatement) -> FeeStatement | None:
    return act.session.execute(
        select(FeeStatement)
        .where(
            FeeStatement.file_sha256 == read.sha256,
            FeeStatement.scheme == read.scheme,
            FeeStatement.state != StatementState.DISCARDED,
        )
        .order_by(FeeStatement.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def _in_order(bookable: Iterable[Judged]) -> Sequence[Judged]:
    """As places are given out: by value time, then receipt of the case, then its number (A82)."""

    def order(each: Judged) -> tuple[object, ...]:
        assert each.case is not None, "what is booked is somebody's"
        return each.line.value_at, each.case.received_at, each.case.number, each.line.row

    return sorted(bookable, key=order)


def _keep_unknown(act: Act, statement: FeeStatement, lines: Sequence[Judged]) -> None:
    if not lines:
        return
    open_fees(act, statement.scheme)
    post(
        act,
        *(
            Transfer(
                key=f"fee-unknown:{each.line.number}",
                source=account_name(statement.scheme, FeeStage.PAYER),
                target=account_name(statement.scheme, FeeStage.UNIDENTIFIED),
                quantity=each.line.amount.dollars,
                memo=f"待查入帳 {each.line.number}",
            )
            for each in lines
        ),
    )
    act.session.add_all(_line(statement, each, LineState.OPEN) for each in lines)
    act.session.flush()


def _book(act: Act, statement: FeeStatement, each: Judged) -> None:
    assert each.case is not None, "what is booked is somebody's"
    case = act.session.get_one(Case, each.case.case_id)
    payment = book_payment(
        act,
        case,
        value_at=each.line.value_at,
        amount=each.line.amount,
        receipt_number=each.line.number,
        source=FeeSource.BANK,
    )
    line = _line(statement, each, LineState.BOOKED)
    line.payment_id = payment.id
    act.session.add(line)
    act.session.flush()


def _line(statement: FeeStatement, each: Judged, state: LineState) -> FeeLine:
    return FeeLine(
        statement_id=statement.id,
        scheme=statement.scheme,
        row=each.line.row,
        transaction_number=each.line.number,
        value_at=each.line.value_at,
        amount=each.line.amount,
        payer=each.line.payer,
        ubn=each.line.ubn,
        case_number=each.line.case_number,
        note=each.line.note,
        verdict=each.verdict,
        why=each.why.value if each.why else "",
        state=state,
        case_id=each.case.case_id if each.case else None,
    )
