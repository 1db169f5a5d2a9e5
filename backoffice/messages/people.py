"""Sentences of the room «people», and the words for roles, accounts, rights and deeds."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

SENTENCES: dict[str, LazyString] = {
    "people.sign_in_refused": _(
        "電子郵件或密碼不正確，或帳號目前不能登入。連續 5 次不正確時，帳號鎖定 15 分鐘；"
        "請確認後再試，或洽系統管理者。"
    ),
    "people.email_taken": _("電子郵件「%(email)s」已有帳號。請由人員名單開啟該帳號辦理。"),
    "people.email_unreadable": _(
        "「%(email)s」不是電子郵件地址。請輸入如 name@agency.gov.tw 的地址。"
    ),
    "people.name_missing": _("尚未填寫名稱。請填寫後再送出。"),
    "people.name_too_long": _("名稱有 %(length)s 字，超過上限 %(maximum)s 字。請縮短後再送出。"),
    "people.own_account": _("帳號須由本人以外的管理者處理。這是您自己的帳號，請由其他管理者辦理。"),
    "people.is_invited": _(
        "「%(name)s」已受邀請，尚未設定密碼，不能辦理這件事。請等候其設定，或關閉帳號。"
    ),
    "people.is_active": _("「%(name)s」的帳號使用中，不必重新啟用。"),
    "people.is_suspended": _("「%(name)s」的帳號已停用。請先重新啟用，再辦理這件事。"),
    "people.is_closed": _("「%(name)s」的帳號已關閉，不再變更。需要時請以新的電子郵件另行邀請。"),
    "people.not_locked": _("「%(name)s」的帳號目前沒有鎖定，不必解除。"),
    "people.no_sessions": _("這位同仁目前沒有登入，不必登出。"),
    "people.nothing_changed": _("內容與目前相同，沒有需要變更的地方。"),
    "people.ends_before_today": _(
        "使用期限 %(day)s 已過。請填今天以後的日期，或留空表示不設期限。"
    ),
    "people.link_void": _(
        "這個一次性連結已使用過、已逾時，或已由新的連結取代。請洽系統管理者重新產生連結。"
    ),
    "people.password_short": _("密碼有 %(length)s 個字元，至少須 %(minimum)s 個。請加長。"),
    "people.password_long": _("密碼有 %(length)s 個字元，至多 %(maximum)s 個。請縮短。"),
    "people.password_classes": _(
        "密碼用了 %(found)s 類字元，至少須 %(required)s 類：大寫字母、小寫字母、數字、其他符號。"
    ),
    "people.password_personal": _("密碼含有您的姓名或電子郵件的一部分，容易猜中。請改用其他字詞。"),
    "people.password_agency": _("密碼含有機關或業務的名稱，容易猜中。請改用其他字詞。"),
    "people.password_common": _(
        "密碼由常見字詞、年份或連續字元組成，容易猜中。請改用幾個不相干的字詞。"
    ),
    "people.password_reused": _("密碼與最近 %(count)s 次用過的相同。請另訂新的密碼。"),
    "people.password_wrong": _(
        "目前的密碼不正確，密碼沒有變更。連續 5 次不正確時，帳號鎖定 15 分鐘；請確認後再試。"
    ),
    "people.password_unlike": _("兩次輸入的新密碼不同。請重新輸入一次。"),
    "people.employment_future": _("起日 %(day)s 尚未到。請於到職後再登錄，或更正日期。"),
    "people.employment_backwards": _(
        "迄日 %(ended_on)s 早於起日 %(began_on)s。請更正其中一個日期。"
    ),
    "people.employment_twice": _(
        "同一期間已登錄統一編號 %(ubn)s 的任職。請先登錄原任職的迄日，或更正日期。"
    ),
    "people.employment_ended": _("這筆任職已於 %(day)s 結束，不必再登錄迄日。"),
    "installation.is_real": _("這個資料庫已用於正式業務，不能改為示範環境。請改用空的資料庫。"),
    "installation.is_demonstration": _(
        "這個資料庫是示範環境，不能改為正式業務使用。請改用空的資料庫。"
    ),
}

STATES: dict[str, LazyString] = {
    "reviewer": _("審查委員"),
    "officer": _("承辦人"),
    "convenor": _("召集人"),
    "accounting": _("主計"),
    "cashier": _("出納"),
    "manager": _("主管"),
    "auditor": _("稽核"),
    "admin": _("系統管理者"),
    "system": _("系統"),
    "AccountState.INVITED": _("已邀請"),
    "AccountState.ACTIVE": _("使用中"),
    "AccountState.SUSPENDED": _("停用"),
    "AccountState.CLOSED": _("已關閉"),
}

ACTS: dict[str, LazyString] = {
    "installation.make": _("設定資料庫用途"),
    "people.accept_link": _("以一次性連結設定密碼"),
    "people.add": _("新增帳號"),
    "people.add_employment": _("登錄委員任職關係"),
    "people.attempt": _("嘗試登入"),
    "people.change_password": _("變更密碼"),
    "people.change_role": _("變更角色或期限"),
    "people.change_settings": _("變更個人設定"),
    "people.choose_language": _("選擇語言"),
    "people.close": _("關閉帳號"),
    "people.end_employment": _("登錄任職迄日"),
    "people.end_other_sessions": _("登出其他所有裝置"),
    "people.end_session": _("登出另一裝置"),
    "people.end_sessions": _("由管理者登出"),
    "people.invite": _("邀請同仁"),
    "people.reactivate": _("重新啟用帳號"),
    "people.renew_link": _("重新產生一次性連結"),
    "people.require_password": _("要求變更密碼"),
    "people.sign_in": _("登入"),
    "people.sign_out": _("登出"),
    "people.sign_review": _("簽署帳號清查"),
    "people.suspend": _("停用帳號"),
    "people.suspend_idle": _("停用閒置帳號"),
    "people.touch": _("記錄使用中"),
    "people.unlock": _("解除鎖定"),
}

PERMISSIONS: dict[str, LazyString] = {
    "account:own": _("管理自己的帳號"),
    "audit:export": _("匯出稽核軌跡"),
    "audit:read": _("查閱稽核軌跡"),
    "board:read": _("查閱看板"),
    "bonus:confirm": _("確認加分"),
    "budget:approve": _("核准流用、減列與年度結算"),
    "budget:enter": _("登錄預算"),
    "case:decide": _("決審"),
    "case:import": _("匯入申請案"),
    "case:read": _("查閱案件"),
    "case:work": _("承辦案件"),
    "checkpoint:read": _("查閱查核點"),
    "checkpoint:work": _("辦理查核點"),
    "claim:work": _("辦理請款"),
    "closing:conclude": _("辦理結案"),
    "contract:sign": _("辦理簽約"),
    "ending:decide": _("核定終止、撤銷及廢止"),
    "fee:enter": _("登錄繳費，查明入帳"),
    "fee:read": _("查看收費"),
    "fee:refund-approve": _("核准退費"),
    "fee:refund-make": _("簽辦退費"),
    "fee:refund-pay": _("登錄退費付款"),
    "fee:statement": _("匯入銀行入帳明細"),
    "ending:prepare": _("擬具終止、撤銷及廢止，作成追繳處分"),
    "ledger:read": _("查閱帳務"),
    "loan:read": _("查看貸款與利息補貼"),
    "loan:work": _("登記貸款、登錄及受理銀行請款"),
    "opinion:give": _("提出期中及結案意見"),
    "panel:prepare": _("安排審查委員"),
    "people:manage": _("管理人員與設定"),
    "rate:enter": _("登錄補貼利率"),
    "recovery:read": _("查看追繳"),
    "recovery:receive": _("登錄追繳款收回"),
    "recovery:write-off": _("登錄註銷債權"),
    "review:score": _("聲明迴避與評分"),
    "scheme:read": _("查閱方案"),
    "scores:read": _("查閱評分"),
    "scoring:close": _("結束評分"),
    "seat:read": _("閱覽名額與候補"),
    "seat:resolve": _("決定名額順序爭議"),
    "seat:work": _("辦理名額與輔導"),
    "sheet:approve": _("核准清冊"),
    "sheet:check": _("覆核清冊"),
    "sheet:make": _("製作清冊"),
    "sheet:read": _("查閱清冊"),
    "sheet:send": _("送出付款"),
    "sheet:settle": _("登錄付款結果"),
    "system:run": _("由系統自動辦理"),
    "waitlist:promote": _("釋出經費、依序遞補"),
    "window:close": _("宣告經費用罄"),
}
