"""Banks' claims and their lines as files."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.disbursement.queries.loans import (
    BankClaimRow,
    BankLineRow,
    bank_claim,
    bank_claims,
    bank_lines,
)
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.loans.claims import OPEN, chosen_claims
from backoffice.disbursement.views.loans.frame import rate_words
from backoffice.messages import shown
from backoffice.spreadsheets.layout import CellValue, Column, ColumnKind
from backoffice.web.guard import page
from backoffice.web.lists import CHUNK, KINDS, Listing, paged, send_list


@blueprint.get(f"/bank-claims/list.<{KINDS}:kind>")
@page(requires=Permission.LOAN_READ)
def bank_claims_list(kind: str) -> Response:
    """All claims that the page shows."""
    session, chosen = sessions.session(), chosen_claims()

    def some(before: int | None) -> tuple[Sequence[BankClaimRow], int | None]:
        found = bank_claims(session, only_open=chosen == OPEN, before=before, limit=CHUNK + 1)
        return found[:CHUNK], found[CHUNK - 1].id if len(found) > CHUNK else None

    asked = [(gettext("分類"), gettext("待處理") if chosen == OPEN else gettext("全部"))]
    listing = Listing(gettext("銀行請款"), _claims(), map(_claim, paged(some)), asked)
    return send_list(session, listing, kind)


@blueprint.get(f"/bank-claims/<int:bank_claim_id>/lines.<{KINDS}:kind>")
@page(requires=Permission.LOAN_READ)
def bank_claim_lines(bank_claim_id: int, kind: str) -> Response:
    """The lines of one claim with our computation, as the bank may be answered with."""
    session = sessions.session()
    claim = bank_claim(session, bank_claim_id)
    rows = map(_line, bank_lines(session, bank_claim_id))
    asked = [(gettext("請款函"), claim.letter_number), (gettext("銀行"), claim.payee_name)]
    return send_list(session, Listing(gettext("銀行請款明細"), _lines(), rows, asked), kind)


def _claims() -> list[Column]:
    return [
        Column(gettext("請款函"), width=24),
        Column(gettext("銀行"), width=24),
        Column(gettext("統一編號"), width=12),
        Column(gettext("日期"), ColumnKind.DATE, 16),
        Column(gettext("列數"), ColumnKind.COUNT, 8, is_summed=True),
        Column(gettext("請領合計"), ColumnKind.MONEY, 16, is_summed=True),
        Column(gettext("已受理"), ColumnKind.MONEY, 16, is_summed=True),
        Column(gettext("相符"), ColumnKind.COUNT, 8),
        Column(gettext("不符"), ColumnKind.COUNT, 8),
        Column(gettext("已退回"), ColumnKind.COUNT, 8),
    ]


def _claim(row: BankClaimRow) -> Sequence[CellValue]:
    return (
        row.letter_number,
        row.payee_name,
        row.payee_ubn,
        row.letter_on,
        row.line_count,
        row.claimed,
        row.paid,
        row.ready,
        row.differs,
        row.returned,
    )


def _lines() -> list[Column]:
    money = ColumnKind.MONEY
    return [
        Column(gettext("列"), ColumnKind.COUNT, 6),
        Column(gettext("案件編號"), width=18),
        Column(gettext("企業名稱"), width=30),
        Column(gettext("起日"), ColumnKind.DATE, 16),
        Column(gettext("迄日"), ColumnKind.DATE, 16),
        Column(gettext("日數"), ColumnKind.COUNT, 8),
        Column(gettext("本金餘額"), money, 16),
        Column(gettext("年息"), width=10),
        Column(gettext("請領利息"), money, 16, is_summed=True),
        Column(gettext("試算利息"), money, 16, is_summed=True),
        Column(gettext("受理"), money, 16, is_summed=True),
        Column(gettext("狀態"), width=10),
        Column(gettext("理由"), width=30),
    ]


def _line(row: BankLineRow) -> Sequence[CellValue]:
    accepted = row.paid if row.tranche_state is not None and row.decided_at else None
    return (
        row.position,
        row.case_number,
        row.firm_name,
        row.from_on,
        row.through_on,
        row.days,
        row.principal,
        rate_words(row.rate_ppm),
        row.claimed,
        row.computed,
        accepted,
        shown(row.state),
        row.reason,
    )
