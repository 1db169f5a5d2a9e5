"""What the audit calls the tables and columns of the fee book."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

SUBJECTS: dict[str, LazyString] = {
    "fee_statement": _("入帳明細"),
    "fee_line": _("入帳交易"),
    "fee_slip": _("繳款證明"),
    "fee_advertising": _("已投放廣告"),
    "fee_refund": _("退費"),
}

FIELDS: dict[str, LazyString] = {
    "again_id": _("重新簽辦的退費"),
    "bank_reference": _("銀行付款編號"),
    "bounce_reason": _("退匯原因"),
    "bounce_reference": _("銀行退匯編號"),
    "bounced_at": _("退匯登錄時間"),
    "bounced_by": _("退匯登錄人員"),
    "bounced_by_name": _("退匯登錄人員姓名"),
    "bounced_on": _("退匯日期"),
    "confirmed_by_name": _("確認人姓名"),
    "deducted": _("扣除金額"),
    "ground": _("事由"),
    "invoice_number": _("發票號碼"),
    "made_by_name": _("簽辦人姓名"),
    "medium": _("投放媒體"),
    "note_left": _("查明經過"),
    "paid_by": _("付款人員"),
    "paid_by_name": _("付款人員姓名"),
    "payer": _("付款人"),
    "payment_id": _("繳費"),
    "placed_on": _("投放日期"),
    "settled_by_name": _("辦理人姓名"),
    "statement_id": _("入帳明細"),
    "transaction_number": _("交易序號"),
    "value_at": _("入帳時間"),
    "verdict": _("判別"),
    "why": _("判別原因"),
}

FIELDS_OF: dict[tuple[str, str], LazyString] = {
    ("fee_statement", "line_count"): _("入帳筆數"),
    ("fee_line", "row"): _("列"),
    ("fee_line", "note"): _("備註"),
    ("fee_refund", "account"): _("受款帳戶"),
    ("fee_refund", "made_at"): _("簽辦時間"),
    ("fee_refund", "made_by"): _("簽辦人"),
    ("fee_refund", "returned_at"): _("退回時間"),
    ("fee_refund", "returned_by"): _("退回人"),
    ("fee_refund", "returned_by_name"): _("退回人姓名"),
    ("fee_refund", "paid_at"): _("付款登錄時間"),
    ("fee_refund", "paid_on"): _("付款日期"),
    ("fee_refund", "line_id"): _("入帳交易"),
    ("fee_refund", "payee"): _("受款人"),
    ("fee_refund", "due_on"): _("退費期限"),
}
