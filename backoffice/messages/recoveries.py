"""Sentences and words of endings, demands and carry-overs."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

SENTENCES: dict[str, LazyString] = {
    # corrections
    "stage.late_unexplained": _(
        "報告日期 %(day)s 已逾補正期限 %(due_on)s。"
        "仍予受理者，請填寫受理逾期補正的理由；不予受理者，請改辦逾期未補正。"
    ),
    "stage.no_correction": _("最近一次審查並未要求補正，不能以逾期未補正作成不通過。"),
    "stage.correction_running": _("補正期限 %(due_on)s 尚未屆滿。請等候業者補正，期限過後再辦理。"),
    # endings
    "ending.proposed": _(
        "本案已有一件終止、撤銷或廢止的簽辦待核定。請待召集人核定或退回後再辦理。"
    ),
    "ending.ground_missing": _("尚未選擇事由。請依處分的法律依據選擇。"),
    "ending.known_missing": _("尚未填寫知悉原因的日期。撤銷及廢止須自知悉起二年內辦理，請填寫。"),
    "ending.known_future": _("知悉原因的日期 %(day)s 晚於今天。請核對日期。"),
    "ending.too_late": _(
        "知悉原因的日期為 %(known_on)s，撤銷或廢止須於 %(limit)s 以前作成（二年內）。"
        "請核對處分書日期；已逾二年者不得再為處分。"
    ),
    "ending.grant_over": _(
        "可補助科目認列數 %(grant)s 元，超過認列支用總額 %(recognised)s 元。請核對認列數。"
    ),
    "ending.demand_missing": _(
        "尚未填寫追繳金額。本案已撥付、尚未追繳者為 %(paid)s 元，請填寫 0 至該數。"
    ),
    "ending.demand_over": _(
        "追繳金額 %(demand)s 元，超過已撥付、尚未追繳的 %(paid)s 元。請調減追繳金額。"
    ),
    "ending.on_sheet": _(
        "第 %(number)s 期款在撥款清冊 %(sheet)s 上，尚未送件。請主計先作廢該清冊，再核定。"
    ),
    "ending.in_transit": _(
        "第 %(number)s 期款已隨撥款清冊 %(sheet)s 送付款，等候銀行回覆。請待對帳完成後再核定。"
    ),
    "ending.money_changed": _(
        "擬具時已撥付、尚未追繳者為 %(paid)s 元，現為 %(now)s 元。請退回承辦人重新擬具。"
    ),
    # demands
    "recovery.due_missing": _("尚未填寫繳納期限。追繳處分須定繳納期限，請填寫。"),
    "recovery.due_early": _("繳納期限 %(due_on)s 須晚於處分書日期 %(on)s。請填寫較晚的日期。"),
    "recovery.not_running": _("這筆追繳目前為「%(state)s」，不登錄收回款。"),
    "recovery.receipt_missing": _("尚未填寫收據編號。請依收款收據或繳款書填寫。"),
    "recovery.receipt_taken": _("收據編號「%(number)s」已登錄過。請核對收據編號。"),
    "recovery.reversed": _("這筆收回登錄已更正過。請重新載入頁面，查看辦理結果。"),
    "recovery.same_person": _(
        "收回登錄須由登錄人以外的人員更正。此筆由您登錄，請由其他主計或出納人員辦理。"
    ),
    "recovery.written_off": _(
        "本筆追繳的餘額已核准註銷，註銷時以已收回數為準，不能再更正收回登錄。請洽核准機關。"
    ),
    "recovery.account_missing": _("尚未填寫繳入帳戶。請填寫款項繳入的機關帳戶。"),
    "recovery.amount_zero": _("收回金額須大於 0 元。請核對收據。"),
    "recovery.amount_over": _(
        "收回金額 %(amount)s 元，超過尚欠的 %(owed)s 元。請核對收據；溢繳部分請另案退還業者。"
    ),
    "recovery.received_early": _(
        "收款日期 %(day)s 早於處分書日期 %(disposed_on)s。請核對收據上的日期。"
    ),
    "recovery.received_future": _("收款日期 %(day)s 晚於今天。請核對收據上的日期。"),
    "recovery.not_overdue": _(
        "繳納期限 %(due_on)s 尚未屆滿，不能移送行政執行。請待期限過後再辦理。"
    ),
    "recovery.final_missing": _("尚未填寫處分確定日。處分確定後才能移送行政執行，請填寫。"),
    "recovery.final_wrong": _(
        "處分確定日 %(day)s 須晚於處分書日期 %(disposed_on)s，且不晚於今天。請核對日期。"
    ),
    # carry-overs
    "carryover.nothing": _("本案沒有尚未撥付的款項，不必辦理保留。"),
    "carryover.entered": _("本案 %(year)s 年度的保留已登錄，不必再登錄一次。"),
    "carryover.other_year": _(
        "核准函日期 %(day)s 不在 %(year)s 年度內。保留須於年度結束前核准並登錄，請核對日期。"
    ),
    "carryover.in_transit": _(
        "本案有 %(amount)s 元已送付款，等候銀行回覆。請待對帳完成後再登錄保留。"
    ),
    "sheet.not_carried_over": _(
        "特別預算執行至 %(ends_by)s，下列案件未於年度結束前辦理保留，不能送件：%(cases)s。"
        "請作廢本清冊，將已辦理保留的案件另行編製。"
    ),
}

STATES: dict[str, LazyString] = {
    "RecoveryState.PREPARED": _("待作成處分"),
    "RecoveryState.DEMANDED": _("追繳中"),
    "RecoveryState.ENFORCEMENT": _("移送行政執行"),
    "RecoveryState.RECOVERED": _("已收回"),
    "RecoveryState.WRITTEN_OFF": _("已註銷債權"),
    "RecoveryState.MERGED": _("併入後案"),
    "RecoveryState.WITHDRAWN": _("已撤回"),
    "RecoveryEvent.DEMAND": _("作成追繳處分"),
    "RecoveryEvent.ENFORCE": _("移送行政執行"),
    "RecoveryEvent.RECOVER": _("收回"),
    "RecoveryEvent.WRITE_OFF": _("註銷債權"),
    "RecoveryEvent.MERGE": _("併入後案"),
    "RecoveryEvent.WITHDRAW": _("撤回"),
    "RecoveryCause.SETTLEMENT": _("結算"),
    "RecoveryCause.TERMINATION": _("終止"),
    "RecoveryCause.ANNULMENT": _("撤銷"),
    "RecoveryCause.REVOCATION": _("廢止"),
    "Ground.FALSE_DOCUMENTS": _("申請文件虛偽不實"),
    "Ground.PLAN_NOT_EXECUTED": _("未依核定計畫執行"),
    "Ground.EVALUATION_WITHHELD": _("未配合提供成效評估資料"),
    "Ground.DOUBLE_SUBSIDY": _("就同一事項重複接受補助"),
    "Ground.DISSOLVED": _("解散或歇業"),
    "Ground.OTHER": _("其他事由"),
    "Ground.OVERPAID": _("結算後溢撥"),
    "Ground.CONTRACT_ENDED": _("計畫終止"),
    "EndingKind.TERMINATION": _("終止"),
    "EndingKind.ANNULMENT": _("撤銷"),
    "EndingKind.REVOCATION": _("廢止"),
    "EndingState.PROPOSED": _("待核定"),
    "EndingState.DECIDED": _("已核定"),
    "EndingState.RETURNED": _("退回重擬"),
    "EndingEvent.DECIDE": _("核定"),
    "EndingEvent.RETURN": _("退回"),
    "Return.FULL": _("全數返還"),
    "Return.SETTLED": _("依認列支用結算"),
}

ACTS: dict[str, LazyString] = {
    "stage.fail_uncured": _("逾期未補正，作成不通過"),
    "case.give_up": _("登錄業者放棄"),
    "ending.propose": _("擬具終止、撤銷或廢止"),
    "ending.return": _("退回終止、撤銷或廢止的簽辦"),
    "ending.decide": _("核定終止、撤銷或廢止"),
    "recovery.demand": _("作成追繳處分"),
    "recovery.reverse": _("更正收回登錄"),
    "recovery.receive": _("登錄追繳款收回"),
    "recovery.enforce": _("移送行政執行"),
    "recovery.write_off": _("註銷債權"),
    "budget.carry_over": _("登錄保留"),
}
