"""The papers of the office, from their facts: receipt, notice of payment, fee receipt, sheet.

Official papers are Chinese, whatever language their reader chose for the screens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backoffice.kernel.money import ZERO, Ntd
from backoffice.kernel.taiwan import in_words, roc_date
from backoffice.letters.press import Paper, printed

_BLANK_DAY = "中華民國　　　年　　　月　　　日"
_TO_FILL = "＿＿＿＿＿＿＿＿＿＿＿＿"


def _amount(amount: Ntd) -> str:
    return f"新臺幣 {amount.dollars:,} 元"


@dataclass(frozen=True, slots=True)
class Receipt:
    """領據 of one instalment, for the firm to sign. Source: domain §3.6, P19 第4點.

    `agency` is the full name in force. The firm writes the day, its account and who signs by hand.
    """

    agency: str
    scheme: str
    project: str
    tranche: int
    amount: Ntd
    payee: str
    ubn: str
    case_number: str


def receipt(facts: Receipt) -> bytes:
    """領據 as a PDF."""
    words = in_words(facts.amount)
    reason = f"『{facts.scheme}』{facts.project} 第{facts.tranche}期補助款"
    return printed(
        Paper.RECEIPT,
        {
            "sentence": f"茲收到 {facts.agency} 撥付{reason} {words}",
            "reason": reason,
            "amount": f"{_amount(facts.amount)}（{words}）",
            "agency": facts.agency,
            "case_number": facts.case_number,
            "payee": facts.payee,
            "ubn": facts.ubn,
            "person": _TO_FILL,
            "holder": facts.payee,
            "bank": _TO_FILL,
            "account": _TO_FILL,
            "day": _BLANK_DAY,
            "note": "戶名應與受領人登記名稱相同。補助款不扣繳所得稅；銀錢收據之印花稅由立據人"
            "依印花稅法貼用，不自補助款扣除。",
        },
    )


@dataclass(frozen=True, slots=True)
class Notice:
    """付款通知 of one payment that has arrived; `account` is masked by who knows it."""

    agency: str
    scheme: str
    payee: str
    case_number: str
    project: str
    tranche: int
    amount: Ntd
    paid_on: date
    account: str
    sheet_number: str
    position: int


def notice(facts: Notice) -> bytes:
    """付款通知 as a PDF."""
    return printed(
        Paper.NOTICE,
        {
            "sentence": f"貴公司（商號）『{facts.scheme}』補助款已撥付如下，請查收。",
            "payee": facts.payee,
            "case_number": facts.case_number,
            "project": facts.project,
            "tranche": f"第{facts.tranche}期",
            "amount": _amount(facts.amount),
            "amount_in_words": in_words(facts.amount),
            "withheld": _amount(ZERO),
            "paid_on": roc_date(facts.paid_on),
            "account": facts.account,
            "reference": f"{facts.sheet_number} 第 {facts.position} 列",
            "agency": facts.agency,
            "day": f"中華民國{roc_date(facts.paid_on)}",
            "note": "帳號部分遮罩。金額或帳戶如有疑義，請洽計畫承辦單位，並提供本通知之清冊編號。",
        },
    )


@dataclass(frozen=True, slots=True)
class FeeReceipt:
    """收據 of a participation fee; `net` and `tax` together are the tax-inclusive `amount`."""

    agency: str
    number: str
    payer: str
    ubn: str
    reason: str
    amount: Ntd
    net: Ntd
    tax: Ntd
    received_on: date


def fee_receipt(facts: FeeReceipt) -> bytes:
    """收據 of a fee as a PDF."""
    assert facts.net + facts.tax == facts.amount, "a fee is its net and its tax"
    return printed(
        Paper.FEE,
        {
            "number": facts.number,
            "payer": facts.payer,
            "ubn": facts.ubn,
            "reason": facts.reason,
            "received_on": roc_date(facts.received_on),
            "net": _amount(facts.net),
            "tax": _amount(facts.tax),
            "amount": _amount(facts.amount),
            "amount_in_words": in_words(facts.amount),
            "agency": facts.agency,
            "day": f"中華民國{roc_date(facts.received_on)}",
        },
    )


@dataclass(frozen=True, slots=True)
class SheetPaper:
    """撥款清冊 on paper: `rows` are cells as printed, `numeric` the places that align right."""

    agency: str
    number: str
    about: str
    origin: str
    heads: Sequence[str]
    numeric: Sequence[int]
    rows: Sequence[Sequence[str]]
    count: int
    total: Ntd
    seal: str
    signatures: Sequence[str]


def sheet(facts: SheetPaper) -> bytes:
    """撥款清冊 as a PDF, with the chain of those who signed it."""
    return printed(
        Paper.SHEET,
        {
            "agency": facts.agency,
            "number": facts.number,
            "about": facts.about,
            "origin": facts.origin,
            "heads": list(facts.heads),
            "numeric": list(facts.numeric),
            "rows": [list(row) for row in facts.rows],
            "count": f"合計 {facts.count} 筆",
            "total": f"{facts.total.dollars:,} 元",
            "total_in_words": in_words(facts.total),
            "seal": facts.seal,
            "signatures": list(facts.signatures),
            "note": "帳號部分遮罩；完整帳號見清冊檔。",
        },
    )
