"""What a figure of an edition is called, how its value reads, and what is wrong with one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from backoffice.scheme.rules import Band, Declaration, Fault, Metric, Proof, Threshold
from backoffice.scheme.rules.keys import CloseCause, ClosingCondition
from backoffice.scheme.sentences import words
from backoffice.scheme.sentences.clauses import fact_words

_PART = re.compile(r"([a-z0-9_]+)(?:\[([^\]]*)\])?")

_PARTS: Mapping[str, LazyString] = {
    "accepted": lazy_gettext("接受的工廠狀態"),
    "agencies": lazy_gettext("主辦機關"),
    "aliases": lazy_gettext("其他寫法"),
    "applies": lazy_gettext("適用期間"),
    "attendance_min_bp": lazy_gettext("最低出席率"),
    "award": lazy_gettext("核定"),
    "bands": lazy_gettext("級距說明"),
    "barred": lazy_gettext("不得編列"),
    "benefits": lazy_gettext("預期效益"),
    "bonus": lazy_gettext("加分"),
    "borrower_free_up_to": lazy_gettext("借款人免自付上限"),
    "borrower_ppm": lazy_gettext("借款人自付利率"),
    "budget": lazy_gettext("經費"),
    "by_midterm_min_bp": lazy_gettext("期中前最低權重"),
    "can_rescue": lazy_gettext("加分可使案件達標"),
    "cap": lazy_gettext("補助上限"),
    "cap_bp": lazy_gettext("科目上限比例"),
    "capital_max": lazy_gettext("資本額上限"),
    "capital_share_bp": lazy_gettext("資本性支出比例上限"),
    "cases_per_firm_max": lazy_gettext("每家案數上限"),
    "categories": lazy_gettext("科目"),
    "ceiling": lazy_gettext("辦法所定上限"),
    "change_free_bp": lazy_gettext("免報核流用比例"),
    "checkpoints": lazy_gettext("查核點"),
    "clawback_interest_bp": lazy_gettext("追繳利率"),
    "closes_at": lazy_gettext("截止時間"),
    "closing": lazy_gettext("結案"),
    "code": lazy_gettext("代號"),
    "comment_below": lazy_gettext("須填理由的分數"),
    "condition": lazy_gettext("必備情形"),
    "condition_notes": lazy_gettext("條件說明"),
    "conditions": lazy_gettext("條件"),
    "correction_months": lazy_gettext("修正月數"),
    "cpa_report_required": lazy_gettext("會計師查核報告"),
    "criteria": lazy_gettext("評分項目"),
    "days": lazy_gettext("日數"),
    "days_in_year": lazy_gettext("一年日數"),
    "default_months": lazy_gettext("未公告時的月數"),
    "delivery_months": lazy_gettext("完成月數"),
    "deny": lazy_gettext("不得申請"),
    "detail": lazy_gettext("明細表"),
    "detail_sums": lazy_gettext("明細合計相符"),
    "distinct": lazy_gettext("統一編號不重複"),
    "divergence_limit": lazy_gettext("評分歧異界限"),
    "documents": lazy_gettext("文件"),
    "early_close_causes": lazy_gettext("提前停止受理"),
    "economic_kinds": lazy_gettext("經濟效益項目"),
    "economic_min": lazy_gettext("經濟效益最少項數"),
    "eligibility": lazy_gettext("申請資格"),
    "ends_by": lazy_gettext("特別預算期限"),
    "ends_by_notice_days": lazy_gettext("期限前提示日數"),
    "equipment_sum": lazy_gettext("設備合計相符"),
    "executing_body": lazy_gettext("執行單位"),
    "extension": lazy_gettext("展延"),
    "extra_rounds": lazy_gettext("追加次數"),
    "factory": lazy_gettext("工廠"),
    "factory_registration": lazy_gettext("須有工廠登記"),
    "family": lazy_gettext("互斥方案群"),
    "fee": lazy_gettext("費用"),
    "floor": lazy_gettext("單項最低分"),
    "flow": lazy_gettext("方案性質"),
    "flow_tolerance_bp": lazy_gettext("認列容許超出比例"),
    "from": lazy_gettext("起"),
    "full_guarantee_up_to": lazy_gettext("全額保證上限"),
    "fund": lazy_gettext("經費來源"),
    "funding_source": lazy_gettext("預算來源"),
    "grace_days": lazy_gettext("寬限日數"),
    "grounds": lazy_gettext("迴避事由"),
    "guarantee_fee_bp": lazy_gettext("保證手續費率"),
    "guarantee_min_bp": lazy_gettext("最低保證成數"),
    "headcount": lazy_gettext("員工數"),
    "headcount_below": lazy_gettext("員工數界限"),
    "headcount_waived_for": lazy_gettext("不限員工數的登記類型"),
    "hold_days": lazy_gettext("名額保留日數"),
    "industries": lazy_gettext("產業別"),
    "key": lazy_gettext("代號"),
    "key_kinds": lazy_gettext("關鍵效益項目"),
    "key_min": lazy_gettext("關鍵效益最少項數"),
    "kind": lazy_gettext("種類"),
    "label_en": lazy_gettext("英文名稱"),
    "label_zh": lazy_gettext("中文名稱"),
    "limit": lazy_gettext("上限"),
    "lines_sum": lazy_gettext("經費合計相符"),
    "loan": lazy_gettext("貸款"),
    "loans": lazy_gettext("貸款通則"),
    "lookback_years": lazy_gettext("回溯年數"),
    "max_age_months": lazy_gettext("核發期限月數"),
    "max_bytes": lazy_gettext("檔案大小上限"),
    "max_points": lazy_gettext("加分上限"),
    "may_supplement": lazy_gettext("可否補件"),
    "mean_decimals": lazy_gettext("平均小數位數"),
    "mean_rounding": lazy_gettext("平均進位方式"),
    "measure": lazy_gettext("措施"),
    "midterm_months": lazy_gettext("期中月數"),
    "months": lazy_gettext("月數"),
    "months_max": lazy_gettext("最長月數"),
    "name": lazy_gettext("名稱"),
    "names": lazy_gettext("方案類別寫法"),
    "need": lazy_gettext("必備與否"),
    "notice_months": lazy_gettext("申請提前月數"),
    "number": lazy_gettext("版次"),
    "offer_days": lazy_gettext("部分補助同意日數"),
    "one_class_only": lazy_gettext("僅能擇一類"),
    "opens_at": lazy_gettext("開始受理時間"),
    "order": lazy_gettext("名額順序"),
    "outer_months": lazy_gettext("至遲月數"),
    "panel_size": lazy_gettext("委員人數"),
    "partners": lazy_gettext("合作廠商"),
    "partners_min": lazy_gettext("合作廠商最少家數"),
    "pass_mark": lazy_gettext("通過分數"),
    "period": lazy_gettext("執行期間"),
    "proportional": lazy_gettext("按比例結算"),
    "purposes": lazy_gettext("標的"),
    "quorum": lazy_gettext("最少有效委員數"),
    "rate_ppm": lazy_gettext("補貼利率"),
    "recusal": lazy_gettext("迴避"),
    "reference_rates": lazy_gettext("參考利率"),
    "refund_days": lazy_gettext("退費日數"),
    "registrations": lazy_gettext("登記類型"),
    "release": lazy_gettext("撥款條件"),
    "reoffer": lazy_gettext("釋出後遞補"),
    "replace_days": lazy_gettext("補足家數日數"),
    "requires": lazy_gettext("須具備"),
    "retest_category_caps": lazy_gettext("結案再檢核科目上限"),
    "review": lazy_gettext("審查"),
    "revised_plan_days": lazy_gettext("修正計畫書日數"),
    "roll_to_business_day": lazy_gettext("截止日順延"),
    "rounds": lazy_gettext("次數"),
    "scale_max": lazy_gettext("最高分"),
    "scale_min": lazy_gettext("最低分"),
    "scheme": lazy_gettext("方案"),
    "score_decimals": lazy_gettext("評分小數位數"),
    "scoring": lazy_gettext("評分"),
    "seats": lazy_gettext("名額"),
    "self_le_capital": lazy_gettext("自籌款不超過實收資本額"),
    "service_days": lazy_gettext("目標日數"),
    "settlement": lazy_gettext("結算"),
    "share_bp": lazy_gettext("比例"),
    "share_min_bp": lazy_gettext("最低比例"),
    "shares_sum": lazy_gettext("各成員經費合計相符"),
    "sign_by_days": lazy_gettext("簽約日數"),
    "sign_extension_months": lazy_gettext("簽約延長月數"),
    "since": lazy_gettext("起日"),
    "sme": lazy_gettext("中小企業"),
    "special_satisfies": lazy_gettext("特定工廠登記視同"),
    "start": lazy_gettext("起算日"),
    "statuses": lazy_gettext("工廠狀態"),
    "streams": lazy_gettext("課程類型"),
    "subsidised_principal_max": lazy_gettext("補貼本金上限"),
    "subsidised_years": lazy_gettext("補貼年數"),
    "subsidy_le_self": lazy_gettext("補助款不超過自籌款"),
    "subsidy_max_bp": lazy_gettext("補助比例上限"),
    "sum_bp": lazy_gettext("權重合計"),
    "supplement": lazy_gettext("補件"),
    "targets": lazy_gettext("目標值"),
    "tax": lazy_gettext("含稅與否"),
    "tax_bp": lazy_gettext("營業稅率"),
    "tax_lookback_years": lazy_gettext("欠稅回溯年數"),
    "times_max": lazy_gettext("次數上限"),
    "title_en": lazy_gettext("英文名稱"),
    "title_zh": lazy_gettext("中文名稱"),
    "total": lazy_gettext("總數"),
    "total_cap": lazy_gettext("總分上限"),
    "training": lazy_gettext("課程"),
    "tranches": lazy_gettext("期款"),
    "until": lazy_gettext("迄"),
    "variants": lazy_gettext("類別"),
    "weight": lazy_gettext("配分"),
    "window": lazy_gettext("受理期間"),
    "working_capital_limit": lazy_gettext("週轉性支出上限"),
}

_FAULTS: Mapping[str, LazyString] = {
    "above_regulation": lazy_gettext("超過辦法所定上限 %(detail)s"),
    "bad_key": lazy_gettext("代號「%(detail)s」只能用英文字母、數字及底線"),
    "bands_do_not_cover": lazy_gettext("級距須由最低分至最高分連續，不得重疊或中斷"),
    "closes_before_opening": lazy_gettext("截止時間須晚於開始時間"),
    "duplicate_detail": lazy_gettext("兩個科目用了同一種明細表"),
    "duplicate_key": lazy_gettext("重複出現：%(detail)s"),
    "empty": lazy_gettext("不得空白"),
    "midterm_after_end": lazy_gettext("期中日須早於執行期滿（%(detail)s 個月）"),
    "misplaced": lazy_gettext("檔案所在位置與內容不符：%(detail)s"),
    "missing": lazy_gettext("缺少這一項"),
    "no_first_name": lazy_gettext("須有一個自始適用的名稱"),
    "not_conditional": lazy_gettext("非視情形必備的文件不得附條件"),
    "not_for_flow": lazy_gettext("此類方案（%(detail)s）不用這一項"),
    "not_in_conditions": lazy_gettext("結案條件未要求達成目標值，不用這一項"),
    "not_in_variants": lazy_gettext("各類別均未要求合作廠商，不用這一項"),
    "not_in_order": lazy_gettext("須依日期先後排列"),
    "not_sourced": lazy_gettext("須寫成值與來源兩項"),
    "not_toml": lazy_gettext("不是可讀的 TOML：%(detail)s"),
    "out_of_range": lazy_gettext("超出範圍：%(detail)s"),
    "outside_applies": lazy_gettext("不在適用期間內"),
    "overlap": lazy_gettext("適用期間與 %(detail)s 重疊"),
    "pass_mark_out_of_reach": lazy_gettext("高於總分上限 %(detail)s"),
    "quorum_above_panel": lazy_gettext("多於委員人數 %(detail)s"),
    "scale_empty": lazy_gettext("最高分須大於最低分"),
    "shares_not_whole": lazy_gettext("合計為 %(detail)s，須為 10000"),
    "source_unreadable": lazy_gettext("來源「%(detail)s」無法辨識"),
    "unknown_key": lazy_gettext("沒有這一項，請刪除或改正"),
    "unknown_word": lazy_gettext("「%(detail)s」不是可用的值"),
    "weights_not_whole": lazy_gettext("配分合計為 %(detail)s，須為 100"),
    "wrong_type": lazy_gettext("格式不符，應為 %(detail)s"),
}

_CLOSED_LISTS = (CloseCause, ClosingCondition, Declaration, Metric, Proof)
_MEMBERS = {str(member.value): member for kind in _CLOSED_LISTS for member in kind}


def path_words(path: str) -> str:
    """Where a figure stands, in words: each part of its path, with the keys of list entries."""
    return gettext("／").join(_part_words(part, key) for part, key in _PART.findall(path))


def value_words(path: str, value: Any) -> str:
    """The value of the figure at `path`; a dash where there is none."""
    last = path.rpartition(".")[2]
    match value:
        case None:
            return "–"
        case bool():
            return gettext("是") if value else gettext("否")
        case Threshold():
            return words.bound(value.op, value.value)
        case tuple():
            return gettext("；").join(value_words(path, part) for part in value)
        case Band():
            return f"{value.low}–{value.high} {words.label(value)}"
        case int() if last in {"pass_mark", "total_cap", "max_points"}:
            return words.points(value)
        case _:
            return fact_words(last, value)


def fault_sentence(fault: Fault) -> str:
    """What is wrong with a document, and where."""
    said = str(_FAULTS[fault.code]) % {"detail": fault.detail}
    if not fault.path:
        return gettext("%(fault)s。", fault=said)
    return gettext("%(path)s：%(fault)s。", path=fault.path, fault=said)


def _part_words(part: str, key: str) -> str:
    named = _PARTS.get(part)
    if named is None and part in _MEMBERS:
        return words.word(_MEMBERS[part])
    name = str(named) if named is not None else part
    return f"{name} {key}" if key else name
