"""Sentences and state words of the cases room."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

SENTENCES = {
    "case.taken": _("案件 %(number)s 已由%(officer)s承辦。請由該員移交，或改取其他案件。"),
    "case.not_yours": _("案件 %(number)s 由%(officer)s承辦。請先移交給您，或請該員辦理。"),
    "case.unassigned": _("案件 %(number)s 尚無承辦人。請先取件，再辦理。"),
    "case.already_theirs": _("案件 %(number)s 已由%(officer)s承辦，不必移交。"),
    "case.no_such_officer": _("找不到這位承辦人，或其帳號已停用。請另選一位。"),
    "case.findings_open": _("尚有 %(count)s 項不符事項未處理。請逐項確認，或敘明理由予以排除。"),
    "case.reason_missing": _("排除「%(finding)s」須敘明理由。請填寫後再送出。"),
    "case.letter_missing": _("請填寫廠商來函的日期及文號。"),
    "window.closed_early": _(
        "方案 %(scheme)s 已於 %(at)s 停止受理，不能再次宣告。新梯次由新的方案版本開辦。"
    ),
    "window.not_by_budget": _("方案 %(scheme)s 未訂因經費用罄而停止受理，不能辦理本項。"),
    "window.not_open": _(
        "方案 %(scheme)s 的受理期間為 %(opens_at)s 至 %(closes_at)s，目前不在受理中，不必宣告用罄。"
    ),
    "window.other_round": _(
        "方案 %(scheme)s 現為版本 %(edition)s，與頁面所示不同。請重新載入頁面後再確認。"
    ),
    "window.document_missing": _("尚未填寫宣告用罄的公告文號。請依公告填寫。"),
    "case.finished": _("案件 %(number)s 已是「%(state)s」，不再辦理。"),
}

ACTS = {
    "window.declare_used_up": _("宣告經費用罄"),
}

STATES = {
    "SUBMITTED": _("已送件"),
    "QUALIFYING": _("資格審查中"),
    "SUPPLEMENT": _("待補件"),
    "INELIGIBLE": _("不符資格"),
    "NOT_ACCEPTED": _("不予受理"),
    "IN_REVIEW": _("書面審查中"),
    "SCORED": _("評分完成"),
    "REJECTED": _("不予補助"),
    "OFFERED": _("部分核定待同意"),
    "WAITLISTED": _("候補"),
    "AWARDED": _("已核定"),
    "LAPSED": _("核准失其效力"),
    "ACTIVE": _("執行中"),
    "ACTIVE_2": _("期中後執行"),
    "CLOSING": _("結案審查中"),
    "SETTLED": _("結算完成"),
    "CLOSED": _("結案"),
    "WITHDRAWN": _("撤案"),
    "TERMINATING": _("終止程序中"),
    "TERMINATED": _("終止"),
    "ANNULLED": _("撤銷"),
    "REVOKED": _("廢止"),
    "ACCEPTED": _("已受理"),
    "IN_SERVICE": _("輔導中"),
    "DELIVERED": _("服務完成"),
    "CANCELLED": _("取消"),
    "OFFICER": _("承辦人"),
    "APPLICANT": _("業者"),
    "REVIEWERS": _("審查委員"),
    "CONVENOR": _("召集人"),
    "FINANCE": _("撥款單位"),
    "NOBODY": _("無"),
    "OURS": _("待辦"),
    "THEIRS": _("等候他人"),
    "DONE": _("已了結"),
    "OPEN": _("待處理"),
    "CONFIRMED": _("確認不符"),
    "OVERRULED": _("予以排除"),
    "PREVIEWED": _("預覽"),
    "DISCARDED": _("已放棄"),
    # events, for «目前狀態為…不能辦理…»
    "START_ELIGIBILITY": _("開始資格審"),
    "FIND_DEFICIENT": _("通知補件"),
    "FIND_INELIGIBLE": _("認定不符資格"),
    "QUALIFY": _("認定符合資格"),
    "ACCEPT": _("受理"),
    "RESUBMIT": _("補件送達"),
    "MISS_DEADLINE": _("逾期未補件"),
    "CLOSE_SCORING": _("結束評分"),
    "REOPEN_SCORING": _("重啟評分"),
    "REJECT": _("不予補助"),
    "AWARD": _("核定"),
    "OFFER_PARTIAL": _("部分核定"),
    "PLACE_ON_WAITLIST": _("列入候補"),
    "ACCEPT_OFFER": _("同意部分核定"),
    "DECLINE_OFFER": _("不同意部分核定"),
    "END_PROGRAMME": _("計畫結束"),
    "SIGN_CONTRACT": _("簽約"),
    "LAPSE": _("逾期未簽約"),
    "PASS_MIDTERM": _("期中審查通過"),
    "FAIL_MIDTERM": _("期中審查不通過"),
    "REPORT_CLOSING": _("提送結案報告"),
    "PASS_CLOSING": _("結案審查通過"),
    "CORRECT_CLOSING": _("結案補正"),
    "FAIL_CLOSING": _("結案審查不通過"),
    "CLOSE": _("結案"),
    "WITHDRAW": _("撤案"),
    "GIVE_UP": _("放棄執行"),
    "TERMINATE": _("終止"),
    "ANNUL": _("撤銷"),
    "REVOKE": _("廢止"),
    "START_SERVICE": _("開始輔導"),
    "DELIVER": _("完成服務"),
    "CANCEL": _("取消"),
}
