"""One sheet: where it stands, its lines, its money, who may do what; its file and its print."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from flask import Response, abort, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from backoffice import audit, documents
from backoffice.access import Actor, Permission
from backoffice.db import sessions
from backoffice.disbursement.operations.sheets import signatures
from backoffice.disbursement.queries.sheets import BankFile, SheetRecord
from backoffice.disbursement.queries.sheets import sheet as record_of
from backoffice.disbursement.rules.lifecycles import SheetState
from backoffice.disbursement.rules.sheets import Rung, next_rung
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.frame import today
from backoffice.disbursement.views.sheets.frame import (
    APPROVED,
    Opened,
    columns_of,
    heads,
    ladder,
    line_badge,
    may_hold_file,
    nth,
    opened,
    returned_words,
    why_not,
)
from backoffice.kernel.money import ZERO, Ntd
from backoffice.kernel.taiwan import in_words
from backoffice.ledger.queries import budget_line
from backoffice.ledger.rules import Stage
from backoffice.messages import sentence, shown
from backoffice.scheme import registry
from backoffice.web import guard
from backoffice.web.downloads import download
from backoffice.web.filters import ntd_unit
from backoffice.web.guard import page
from backoffice.web.pieces import Action, Fact
from backoffice.web.render import render

_BEFORE_APPROVAL = frozenset({SheetState.MADE, SheetState.CHECKED})
_BEFORE_SENDING = _BEFORE_APPROVAL | {SheetState.APPROVED}
_COLUMNS = (
    "position",
    "case",
    "payee",
    "tranche",
    "award",
    "before",
    "amount",
    "unpaid",
    "account",
    "checks",
    "state",
)
_ENDPOINTS = {
    Rung.CHECK: "disbursement.check_sheet",
    Rung.APPROVE: "disbursement.approve_sheet",
    Rung.SEND: "disbursement.send_sheet",
    Rung.SETTLE: "disbursement.settle_sheet",
}


@dataclass(frozen=True, slots=True)
class Control:
    """Two balances of the scheme, now and after this sheet; less than nothing: not enough."""

    contracted: Ntd
    contracted_after: Ntd
    allotted: Ntd
    allotted_after: Ntd


@blueprint.get("/sheets/<int:sheet_id>")
@page(requires=Permission.SHEET_READ)
def sheet(sheet_id: int) -> Response:
    """A sheet with its ladder, its lines and the one step that this person may take."""
    session, actor = sessions.session(), guard.actor()
    found = opened(session, sheet_id)
    record = found.record
    control = control_of(session, record)
    file = record.bank if record.state in APPROVED else None
    offers = list(_offers(found, actor, file))
    return render(
        record=record,
        lines=found.lines,
        lead=_lead(record),
        head=_head(record),
        steps=ladder(record),
        offers=offers,
        others=[offer for offer in offers if not offer.primary],
        control=control,
        enough=control.allotted_after >= ZERO,
        before_sending=record.state in _BEFORE_SENDING,
        before_approval=record.state in _BEFORE_APPROVAL,
        total_in_words=in_words(record.total),
        heads=heads(),
        nth=nth,
        columns=columns_of(*_COLUMNS, *(("deeds",) if record.state in _BEFORE_SENDING else ())),
        badge=line_badge,
        changes=found.history.changes,
        asked=found.history.queries,
        file=file,
        late=file is not None and record.state is SheetState.APPROVED and file.made_on < today(),
        may_exclude=actor.may(Permission.SHEET_MAKE) and record.state in _BEFORE_SENDING,
        may_correct=actor.may(Permission.CLAIM_WORK) and record.state in _BEFORE_SENDING,
        words=sentence,
        returned_words=returned_words,
        may_open_case=actor.may(Permission.CASE_READ),
        case_base=url_for("cases.queue"),
        base=url_for("disbursement.sheet", sheet_id=sheet_id),
        sheets_url=url_for("disbursement.sheets"),
    )


@blueprint.get("/sheets/<int:sheet_id>/file")
@page(requires=Permission.SHEET_READ)
def sheet_file(sheet_id: int) -> Response:
    """The stored workbook, byte for byte as it was approved."""
    return _kept(sheet_id, "document_id")


@blueprint.get("/sheets/<int:sheet_id>/file.ods")
@page(requires=Permission.SHEET_READ)
def sheet_opendocument(sheet_id: int) -> Response:
    """The same sheet as .ods, byte for byte as it was approved."""
    return _kept(sheet_id, "opendocument_id")


def _kept(sheet_id: int, which: Literal["document_id", "opendocument_id"]) -> Response:
    if not may_hold_file(guard.actor()):
        abort(403)
    session = sessions.session()
    document_id: int | None = getattr(record_of(session, sheet_id), which)
    if document_id is None:
        raise NotFound
    return download(documents.file(session, document_id))


@blueprint.get("/sheets/<int:sheet_id>/print")
@page(requires=Permission.SHEET_READ)
def sheet_print(sheet_id: int) -> Response:
    """The sheet on paper, to be signed; accounts stay masked, the file has them whole."""
    session = sessions.session()
    found = opened(session, sheet_id)
    return render(
        record=found.record,
        lines=found.lines,
        title=registry.edition_named(found.record.edition).title_zh,
        total_in_words=in_words(found.record.total),
        signatures=signatures(found.record),
        nth=nth,
        head=audit.head(session),
    )


def control_of(session: Session, record: SheetRecord) -> Control:
    """What the scheme has contracted but not paid, and what of its allotment is left."""
    money = budget_line(session, record.scheme)
    contracted = money.amount(Stage.CONTRACTED) + money.amount(Stage.CARRIED_OVER)
    allotted = money.amount(Stage.ALLOTTED)
    return Control(
        contracted=contracted,
        contracted_after=_after(contracted, record, record.state in _BEFORE_SENDING),
        allotted=allotted,
        allotted_after=_after(allotted, record, record.state in _BEFORE_APPROVAL),
    )


def _after(balance: Ntd, record: SheetRecord, is_to_come: bool) -> Ntd:
    return balance - record.total if is_to_come else balance


def _offers(found: Opened, actor: Actor, file: BankFile | None) -> Iterator[Action]:
    record = found.record
    rung = next_rung(record.state)
    if rung is not None:
        yield Action(
            label=shown(rung),
            url=url_for(_ENDPOINTS[rung], sheet_id=record.id),
            key="Enter",
            primary=True,
            refusal=why_not(rung, found, actor),
            after=_after_words(rung),
        )
    if record.state in _BEFORE_SENDING:
        yield Action(
            label=gettext("作廢"),
            url=url_for("disbursement.void_sheet", sheet_id=record.id),
            key="v",
            refusal=why_not(Rung.MAKE, found, actor),
            after=gettext("期款回到審核通過，可編入新的清冊。"),
        )
    if record.document_id is not None:
        yield from _files(record, actor, file)
    yield Action(
        label=gettext("清冊 PDF"),
        url=url_for("disbursement.sheet_pdf", sheet_id=record.id),
    )
    if record.sent_at is not None:
        yield Action(
            label=gettext("三方核對"),
            url=url_for("disbursement.sheet_bank", sheet_id=record.id),
            key="t",
            after=gettext("清冊、帳與銀行回覆並列；補登手工登錄的憑據。"),
        )
    yield Action(
        label=gettext("列印"),
        url=url_for("disbursement.sheet_print", sheet_id=record.id),
        key="p",
    )


def _files(record: SheetRecord, actor: Actor, file: BankFile | None) -> Iterator[Action]:
    may_not = gettext("檔案含完整帳號，限主計及出納人員下載。")
    refusal = None if may_hold_file(actor) else may_not
    if file is not None:
        yield Action(
            label=gettext("下載銀行媒體檔（ACHP01）"),
            url=url_for("disbursement.sheet_bank_file", sheet_id=record.id),
            key="b",
            refusal=refusal,
            after=gettext("入帳日 %(day)s。", day=shown(file.value_on)),
        )
    yield Action(
        label=gettext("下載清冊檔"),
        url=url_for("disbursement.sheet_file", sheet_id=record.id),
        key="x",
        refusal=refusal,
    )
    if record.opendocument_id is not None:
        yield Action(
            label=gettext("下載清冊檔（.ods）"),
            url=url_for("disbursement.sheet_opendocument", sheet_id=record.id),
            key="o",
            refusal=refusal,
        )
    yield Action(
        label=gettext("比對檔案"),
        url=url_for("disbursement.compare_sheet", sheet_id=record.id),
        key="c",
        refusal=refusal,
        after=gettext("上傳手上的檔案，逐格核對是否與核准時相同；不會變更清冊。"),
    )


def _lead(record: SheetRecord) -> str:
    """Where the sheet stands, in one sentence."""
    return gettext(
        "%(state)s：%(count)s 筆 %(total)s，由 %(name)s 編製。",
        state=shown(record.state),
        count=record.row_count,
        total=ntd_unit(record.total),
        name=record.made_by_name,
    )


def _head(record: SheetRecord) -> list[Fact]:
    return [
        Fact(gettext("機關"), record.agency),
        Fact(gettext("清冊日期"), shown(record.dated_on)),
        Fact(gettext("方案"), registry.edition_named(record.edition).title_zh),
        Fact(gettext("經費來源"), record.funding_source),
        Fact(gettext("用途"), record.purpose or "–"),
        Fact(gettext("版本"), record.edition),
    ]


def _after_words(rung: Rung) -> str:
    return {
        Rung.CHECK: gettext("覆核後明細與金額即凍結，並算出控制碼。"),
        Rung.APPROVE: gettext("核准後動支分配數，並產生清冊檔。"),
        Rung.SEND: gettext("送件後款項即為在途，清冊不能再作廢。"),
        Rung.SETTLE: gettext("逐筆登錄入帳或退匯；全部登錄後清冊即告完成。"),
    }[rung]
