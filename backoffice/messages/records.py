"""What tables and columns are called where the audit is read, and how their values read there."""

from __future__ import annotations

import json
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy import Date, Enum

from backoffice.db import Base, InstantColumn, NtdColumn
from backoffice.messages import STATES, shown

SUBJECTS: dict[str, LazyString] = {
    "account": _("帳號"),
    "account_review": _("帳號清查"),
    "act": _("行為"),
    "approved_line": _("核定科目"),
    "assignment": _("委員指派"),
    "audit_check": _("稽核驗算"),
    "audit_export": _("歷程匯出"),
    "benefit": _("預期效益"),
    "blocked_firm": _("停止補助廠商"),
    "bonus": _("國產設備加分"),
    "budget_line": _("經費科目"),
    "case": _("案件"),
    "case_note": _("註記"),
    "checkpoint": _("查核點"),
    "claim": _("請款"),
    "contract": _("契約"),
    "decision": _("決審"),
    "document": _("檔案"),
    "document_content": _("檔案內容"),
    "employment": _("委員任職關係"),
    "equipment": _("設備"),
    "fee_paid": _("繳費"),
    "finding": _("資格不符事項"),
    "firm_account": _("撥款帳戶"),
    "import": _("匯入"),
    "import_detail": _("匯入明細"),
    "installation": _("資料庫用途"),
    "invitation": _("一次性連結"),
    "ledger_account": _("帳務科目"),
    "ledger_transfer": _("分錄"),
    "loan": _("貸款"),
    "member": _("合作廠商"),
    "outbox": _("待送事項"),
    "panel": _("審查小組"),
    "password_history": _("密碼紀錄"),
    "planned_checkpoint": _("計畫查核點"),
    "score_sheet": _("評分表"),
    "settlement": _("結算"),
    "sheet": _("撥款清冊"),
    "sheet_counter": _("清冊編號"),
    "sheet_line": _("清冊明細"),
    "sign_in_session": _("登入"),
    "spending_line": _("支用明細"),
    "stage_opinion": _("委員意見"),
    "stage_review": _("期中或結案審查"),
    "trainee": _("學員"),
    "tranche": _("期款"),
}

FIELDS: dict[str, LazyString] = {
    "accepted": _("認列"),
    "account_id": _("帳號"),
    "accounts": _("帳號清單"),
    "achieved_bp": _("達成權重"),
    "act": _("行為"),
    "active_since": _("啟用時間"),
    "actor_id": _("行為人"),
    "added_at": _("加入時間"),
    "added_by": _("加入人"),
    "after": _("計畫後"),
    "agency": _("機關"),
    "agent": _("瀏覽器"),
    "amount": _("金額"),
    "approved_at": _("核准時間"),
    "approved_by": _("核准人"),
    "approved_by_name": _("核准人姓名"),
    "assigned_at": _("指派時間"),
    "assignment_id": _("委員指派"),
    "at": _("時間"),
    "attempt": _("失敗次數"),
    "attempts": _("次數"),
    "author_id": _("撰寫人"),
    "author_name": _("撰寫人姓名"),
    "award": _("核定補助款"),
    "award_total": _("核定總經費"),
    "balance": _("餘額"),
    "bank_code": _("銀行代碼"),
    "bank_name": _("銀行名稱"),
    "base_score": _("平均分數"),
    "basis": _("計算基礎"),
    "before": _("計畫前"),
    "began_on": _("起日"),
    "bonus_score": _("加分"),
    "book": _("帳別"),
    "branch_code": _("分行代碼"),
    "broken_at": _("不符序號"),
    "by": _("辦理人"),
    "by_name": _("辦理人姓名"),
    "called_at": _("徵詢時間"),
    "case_count": _("案件數"),
    "case_id": _("案件"),
    "case_number": _("案號"),
    "category": _("科目"),
    "category_text": _("科目名稱"),
    "checked_at": _("覆核時間"),
    "checked_by": _("覆核人"),
    "checked_by_name": _("覆核人姓名"),
    "claim_id": _("請款"),
    "clause": _("依據"),
    "clawback": _("應追繳"),
    "closed_at": _("結束時間"),
    "closed_by": _("結束人"),
    "code": _("代碼"),
    "column": _("欄位"),
    "columns": _("清冊欄位"),
    "complete_at": _("文件齊備時間"),
    "concluded_at": _("結論時間"),
    "concluded_by": _("結論人"),
    "concluded_on": _("結論日"),
    "condition": _("條件"),
    "confirmed_at": _("確認時間"),
    "confirmed_by": _("確認人"),
    "contact_email": _("聯絡人電子郵件"),
    "contact_name": _("聯絡人"),
    "contact_phone": _("聯絡人電話"),
    "content": _("內容"),
    "content_sha256": _("內容雜湊"),
    "correct_by": _("補正期限"),
    "course": _("課程"),
    "created_at": _("建立時間"),
    "current": _("現行"),
    "dated_on": _("清冊日期"),
    "decided_at": _("決定時間"),
    "decided_by": _("決定人"),
    "decided_by_name": _("決定人姓名"),
    "declarations": _("聲明"),
    "declared_at": _("聲明時間"),
    "demonstration": _("示範環境"),
    "density": _("表格列距"),
    "divergence": _("歧異處理"),
    "divergence_by": _("歧異處理人"),
    "divergence_reason": _("歧異處理理由"),
    "document_id": _("檔案"),
    "document_number": _("公文字號"),
    "domestic": _("國產"),
    "drawn_on": _("撥貸日"),
    "due_at": _("應辦時間"),
    "due_on": _("期限"),
    "edition": _("方案版本"),
    "email": _("電子郵件"),
    "employed": _("在職"),
    "employer_ubn": _("雇主統一編號"),
    "ended_at": _("終止時間"),
    "ended_on": _("迄日"),
    "ends_on": _("使用期限"),
    "entered_at": _("登錄時間"),
    "entered_by": _("登錄人"),
    "entry_count": _("筆數"),
    "error": _("錯誤"),
    "evidence_sha256": _("佐證雜湊"),
    "excluded_sheet_id": _("排除的評分表"),
    "expires_at": _("到期時間"),
    "factory_number": _("工廠登記編號"),
    "factory_status": _("工廠狀態"),
    "facts": _("事實"),
    "failures": _("失敗次數"),
    "file_name": _("檔名"),
    "file_sha256": _("檔案雜湊"),
    "final": _("應撥補助款"),
    "finding_count": _("不符事項數"),
    "firm_name": _("企業名稱"),
    "floor": _("下限"),
    "funding_source": _("經費來源"),
    "given_at": _("提出時間"),
    "ground": _("事由"),
    "hash": _("雜湊"),
    "head_hash": _("鏈末雜湊"),
    "headcount": _("經常僱用員工數"),
    "hold_reason": _("暫緩理由"),
    "holder": _("戶名"),
    "id": _("識別碼"),
    "import_id": _("匯入"),
    "imported_at": _("匯入時間"),
    "industry": _("產業別"),
    "invited_by": _("邀請人"),
    "invoice_number": _("發票號碼"),
    "invoice_on": _("發票日"),
    "item": _("項目"),
    "kept_at": _("送達時間"),
    "key": _("唯一鍵"),
    "kind": _("種類"),
    "lapsed": _("賸餘"),
    "last": _("最後一號"),
    "last_seen_at": _("最近使用"),
    "last_sign_in_at": _("最近登入"),
    "letter": _("委員代號"),
    "letter_number": _("函文字號"),
    "letter_on": _("函文日期"),
    "live": _("有效"),
    "loan_class": _("貸款類別"),
    "locale": _("語言"),
    "locked_until": _("鎖定至"),
    "made_at": _("製作時間"),
    "made_by": _("製作人"),
    "made_by_name": _("製作人姓名"),
    "marks": _("評分"),
    "media_type": _("檔案類型"),
    "memo": _("摘要"),
    "method": _("查核方式"),
    "midterm_on": _("期中日"),
    "model": _("型號"),
    "moved_from": _("原網路位址"),
    "must_change_password": _("須變更密碼"),
    "name": _("名稱"),
    "network": _("網路位址"),
    "new_equipment": _("新購設備"),
    "note": _("說明"),
    "number": _("編號"),
    "officer_id": _("承辦人"),
    "opened_at": _("開始時間"),
    "opened_by": _("開始人"),
    "opinion": _("意見"),
    "paid_at": _("繳費時間"),
    "paid_before": _("先前已撥"),
    "paid_in_capital": _("實收資本額"),
    "paid_on": _("付款日"),
    "panel_id": _("審查小組"),
    "pass_mark": _("通過分數"),
    "password_changed_at": _("密碼變更時間"),
    "password_hash": _("密碼雜湊"),
    "payload_sha256": _("評分表雜湊"),
    "period_end": _("期間迄日"),
    "period_start": _("期間起日"),
    "pile": _("分類"),
    "plan_cost": _("計畫經費"),
    "plan_end": _("計畫迄日"),
    "plan_start": _("計畫起日"),
    "points": _("加分"),
    "position": _("順序"),
    "project_name": _("計畫名稱"),
    "proposal_note": _("擬處說明"),
    "proposed_divergence": _("擬處方式"),
    "purpose": _("用途"),
    "quantity": _("數量"),
    "quorum": _("最少有效委員數"),
    "reading": _("判讀結果"),
    "reason": _("理由"),
    "reasons": _("評分理由"),
    "receipt_document_id": _("領據檔案"),
    "receipt_number": _("收據號碼"),
    "receipt_on": _("收據日期"),
    "received_at": _("收件時間"),
    "recognised": _("認列經費"),
    "recognised_grant": _("認列補助款"),
    "refusal": _("不認列原因"),
    "registration": _("登記類型"),
    "rehashed": _("密碼雜湊更新"),
    "rejected_reason": _("退件理由"),
    "released_at": _("開放請款時間"),
    "replaces_id": _("取代"),
    "report_letter": _("提報函文"),
    "report_text": _("提報內容"),
    "reported_on": _("提報日"),
    "result": _("結論"),
    "reviewer_id": _("審查委員"),
    "reviewer_name": _("審查委員姓名"),
    "revoked_at": _("登出時間"),
    "revoked_by": _("登出人"),
    "role": _("角色"),
    "round": _("次別"),
    "row": _("列"),
    "row_count": _("筆數"),
    "saved_at": _("儲存時間"),
    "scheme": _("方案"),
    "score": _("分數"),
    "self_fund": _("自籌款"),
    "sent_at": _("送出時間"),
    "sent_by": _("送出人"),
    "sent_by_name": _("送出人姓名"),
    "seq": _("序號"),
    "set_at": _("設定時間"),
    "settled_at": _("結清時間"),
    "settled_by": _("結清人"),
    "settled_on": _("入帳或退匯日"),
    "sha256": _("雜湊"),
    "sheet": _("工作表"),
    "sheet_id": _("撥款清冊"),
    "shortage": _("不足時的代碼"),
    "shortcuts": _("單鍵快速鍵"),
    "signed_at": _("簽署時間"),
    "signed_by": _("簽署人"),
    "signed_on": _("簽約日"),
    "since": _("起日"),
    "size": _("位元組數"),
    "source": _("由"),
    "source_id": _("由"),
    "stage": _("階段"),
    "state": _("狀態"),
    "steps": _("計算步驟"),
    "submitted_at": _("送出時間"),
    "subproject": _("分項計畫"),
    "subsidy": _("補助款"),
    "subsidy_requested": _("申請補助款"),
    "summary": _("摘要"),
    "target": _("標的"),
    "target_id": _("至"),
    "targets": _("目標值"),
    "text": _("文字"),
    "token_sha256": _("連結雜湊"),
    "total": _("合計"),
    "total_budget": _("計畫總經費"),
    "tranche2": _("末期款"),
    "tranche_id": _("期款"),
    "turn": _("輪到"),
    "ubn": _("統一編號"),
    "unit": _("單位"),
    "unit_price": _("單價"),
    "until": _("迄日"),
    "use": _("用途"),
    "used_at": _("使用時間"),
    "valid_count": _("有效評分數"),
    "variant": _("方案類別"),
    "vendor": _("廠商"),
    "verified_at": _("審核時間"),
    "verified_by": _("審核人"),
    "version": _("版次"),
    "void_reason": _("作廢理由"),
    "waiting_for": _("等候"),
    "waiting_since": _("等候自"),
    "weight_bp": _("權重"),
    "withdrawn_at": _("撤回時間"),
    "work_item": _("工作項目"),
    "year": _("年度"),
}

# Where one column name says different things in different tables.
FIELDS_OF: dict[tuple[str, str], LazyString] = {
    ("ledger_transfer", "target"): _("至"),
    ("sheet_line", "amount"): _("撥付金額"),
}
# Kept in hundredths of a point.
_HUNDREDTHS = frozenset({"base_score", "bonus_score", "pass_mark", "points", "score"})
_PERSONS = frozenset({"account_id", "actor_id", "author_id", "officer_id", "reviewer_id"})
_NTD_IN_LEDGER = frozenset({("ledger_transfer", "quantity")})
_ACCOUNT = frozenset(
    {("ledger_transfer", "source"), ("ledger_transfer", "target"), ("ledger_account", "name")}
)


def subject_words(subject: str) -> str:
    """A table in the reader's language; one without words keeps its name."""
    return str(SUBJECTS.get(subject, subject))


def field_words(subject: str, field: str) -> str:
    """A column of a table in the reader's language; one without words keeps its name."""
    return str(FIELDS_OF.get((subject, field), FIELDS.get(field, field)))


def value_words(subject: str, field: str, value: Any) -> str:
    """A value as it stood in the audit, read by its column's type: states, amounts and instants."""
    if value is None or value == "":
        return "–"
    if (subject, field) in _ACCOUNT:
        return account_words(str(value))
    if (subject, field) == ("ledger_account", "stage"):
        return str(STATES.get(f"Stage.{value}", value))
    if (subject, field) in _NTD_IN_LEDGER:
        return shown(value)
    table = Base.metadata.tables.get(subject)
    column = table.c.get(field) if table is not None else None
    match None if column is None else column.type:
        case Enum(enum_class=kind) if kind is not None and issubclass(kind, StrEnum):
            return _member(kind, value)
        case NtdColumn() if isinstance(value, int):
            return shown(value)
        case InstantColumn() if isinstance(value, str):
            return shown(datetime.fromisoformat(value))
        case Date() if isinstance(value, str):
            return shown(date.fromisoformat(value))
        case _:
            return _plain(field, value)


def account_words(name: str) -> str:
    """A ledger account in words: the scheme, and the stage at which its money stands."""
    scheme, _slash, stage = name.partition("/")
    word = STATES.get(f"Stage.{stage}")
    return name if word is None else gettext("%(scheme)s %(stage)s", scheme=scheme, stage=word)


def _member(kind: type[StrEnum], value: Any) -> str:
    try:
        return shown(kind(value))
    except ValueError:
        return str(value)


def names_a_person(field: str, value: Any) -> bool:
    """Whether the value is the number of somebody's account."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return is_number and (field in _PERSONS or field.endswith("_by") or field == "by")


def _plain(field: str, value: Any) -> str:
    match value:
        case bool():
            return shown(value)
        case int() if field in _HUNDREDTHS:
            return f"{value // 100}.{value % 100:02d}"
        case int() if field.endswith("_bp"):
            return f"{value // 100}.{value % 100:02d}%"
        case str() | int():
            return str(value)
        case _:
            return json.dumps(value, ensure_ascii=False, sort_keys=True)
