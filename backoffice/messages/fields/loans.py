"""What the audit calls the tables and columns of loans and their interest subsidy."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

SUBJECTS: dict[str, LazyString] = {
    "bank_claim": _("銀行請款"),
    "bank_claim_line": _("銀行請款明細"),
    "loan_movement": _("撥貸及還本"),
    "notice_withdrawal": _("撤回還本登錄"),
    "reference_rate": _("補貼利率"),
    "registered_loan": _("貸款登記"),
}

FIELDS: dict[str, LazyString] = {
    "bank_claim_id": _("銀行請款"),
    "called_since": _("違約日"),
    "capital": _("資本性支出"),
    "claimed": _("請領利息"),
    "committed": _("補貼上限"),
    "computed": _("試算利息"),
    "end_reason": _("結束理由"),
    "from_on": _("起日"),
    "guarantee_bp": _("保證成數"),
    "line_count": _("列數"),
    "loan_id": _("貸款"),
    "moved_on": _("異動日"),
    "movement_id": _("撥貸或還本"),
    "notice_number": _("銀行通知文號"),
    "payee_name": _("受款人"),
    "payee_ubn": _("受款人統一編號"),
    "plan_cost": _("計畫經費"),
    "principal": _("本金餘額"),
    "rate_ppm": _("年息（百萬分之一）"),
    "rate_since": _("計算所用利率生效日"),
    "registered_at": _("登記時間"),
    "registered_by": _("登記人"),
    "starts_on": _("首次撥貸日"),
    "through_on": _("迄日"),
    "withdrawn_at": _("撤回時間"),
    "withdrawn_by": _("撤回人"),
    "working": _("週轉性支出"),
}

FIELDS_OF: dict[tuple[str, str], LazyString] = {
    ("bank_claim_line", "paid"): _("受理金額"),
    ("registered_loan", "accepted"): _("已受理利息"),
}
