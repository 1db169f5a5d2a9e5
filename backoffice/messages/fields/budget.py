"""What the audit calls the tables and columns of budget periods."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

SUBJECTS: dict[str, LazyString] = {
    "allotment_period": _("各月分配數"),
    "allotment_year": _("分配年度結轉"),
    "board_day": _("每日看板"),
    "board_record": _("每日看板方案列"),
    "books_check": _("帳務查核"),
    "budget_closing": _("年度結算"),
    "budget_shift": _("流用與減列"),
    "day_flow": _("每日核定與撥付"),
}

FIELDS: dict[str, LazyString] = {
    "appropriation": _("預算數"),
    "available": _("可用餘額"),
    "awarded": _("核定金額"),
    "awarded_count": _("核定案數"),
    "binds": _("先到者"),
    "binds_bp": _("先到者的機會（萬分之一）"),
    "carried": _("保留數"),
    "closed_at": _("結算時間"),
    "decision_note": _("核准意見"),
    "document_on": _("公文日期"),
    "flowed_on": _("日期"),
    "gone": _("繳回及賸餘"),
    "has_money": _("是否編列預算"),
    "held": _("區間涵蓋次數"),
    "high_on": _("區間止日"),
    "in_line": _("候補案數"),
    "kept_on": _("看板日期"),
    "lasts_bp": _("撐到止日的機會（萬分之一）"),
    "low_on": _("區間起日"),
    "middle_on": _("預估用罄週起日"),
    "month": _("月份"),
    "offered": _("部分核定案數"),
    "opens_at": _("當日起點"),
    "outstanding": _("已核定未撥"),
    "paid_count": _("撥付案數"),
    "payable": _("應付數"),
    "planned": _("計畫分配數"),
    "proposed_at": _("登錄時間"),
    "proposed_by": _("登錄人"),
    "proposed_by_name": _("登錄人姓名"),
    "realised": _("實現數"),
    "running": _("執行中案數"),
    "scored": _("評分完成案數"),
    "seats_total": _("名額總數"),
    "seats_used": _("已用名額"),
    "sheets": _("待核准清冊件數"),
    "sheets_total": _("待核准清冊金額"),
    "source_scheme": _("流出方案"),
    "target_scheme": _("流入方案"),
    "tested": _("區間回測次數"),
    "turned_at": _("結轉時間"),
    "undecided": _("待審案數"),
    "unequal_count": _("不符科目數"),
    "wait_halves": _("等候中位數（半日）"),
    "weeks_seen": _("預測所據週數"),
    "withdrawn": _("收回分配數"),
}

FIELDS_OF: dict[tuple[str, str], LazyString] = {
    ("board_day", "returned"): _("退匯待重撥筆數"),
    ("board_record", "ends_on"): _("預測止日"),
    ("board_record", "paid"): _("已撥付"),
    ("day_flow", "paid"): _("撥付金額"),
    ("allotment_period", "released_at"): _("釋出時間"),
    ("books_check", "checked_at"): _("查核時間"),
    ("books_check", "entry_count"): _("分錄筆數"),
}
