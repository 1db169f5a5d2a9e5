"""Each kind of work in words: how much waits, why it is done now, and what the link is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from backoffice.reports.rules import DutyKind

_K = DutyKind
Words = Mapping[DutyKind, LazyString]

WAITS: Final[Words] = {
    _K.OVERDUE: _("%(count)s 案已逾期限"),
    _K.SETTLE: _("%(count)s 份清冊待對帳"),
    _K.SEND: _("%(count)s 份清冊待送件"),
    _K.APPROVE: _("%(count)s 份清冊待核准"),
    _K.CHECK: _("%(count)s 份清冊待覆核"),
    _K.READY: _("%(count)s 筆期款待編入清冊"),
    _K.CLAIMS: _("%(count)s 件請款待審核"),
    _K.POINTS: _("%(count)s 個查核點待審定"),
    _K.MIDTERMS: _("%(count)s 件期中報告待作成結論"),
    _K.CLOSINGS: _("%(count)s 件結案報告待作成結論"),
    _K.OFFERS: _("%(count)s 件部分核定待登錄回復"),
    _K.ENDINGS_TO_PREPARE: _("%(count)s 案待擬具終止"),
    _K.DEMANDS: _("%(count)s 件追繳待作成處分"),
    _K.DECLARE: _("%(count)s 案待聲明利益關係"),
    _K.SCORE: _("%(count)s 案評分表未送出"),
    _K.OPINIONS: _("%(count)s 件審查意見待提出"),
    _K.DIVERGENCES: _("%(count)s 案評分差異待處理"),
    _K.CLOSE: _("%(count)s 案待結束評分"),
    _K.DECIDE: _("%(count)s 案待決審"),
    _K.ENDINGS_TO_DECIDE: _("%(count)s 件終止、撤銷或廢止待核定"),
    _K.IN_LINE: _("%(count)s 案候補可動用餘額遞補"),
    _K.REPAYMENTS: _("%(count)s 件追繳逾期未繳"),
    _K.CARRY_OVER: _("%(count)s 案應辦保留"),
    _K.NEARLY_USED_UP: _("%(count)s 個方案經費將用罄"),
    _K.VERIFY: _("稽核紀錄待驗算"),
    _K.REVIEW_ACCOUNTS: _("帳號清查已到期"),
    _K.BACKUP: _("資料庫待備份"),
    _K.INVITED: _("%(count)s 位受邀者尚未啟用帳號"),
    _K.MINE: _("%(count)s 案等您辦理"),
    _K.UNASSIGNED: _("%(count)s 案無人承辦"),
}

WHY: Final[Words] = {
    _K.OVERDUE: _("期限已過；請催辦，或依規定辦理下一步。"),
    _K.SETTLE: _("已送件；銀行回復後登錄入帳或退匯，帳才結清。"),
    _K.SEND: _("已核准；送件後業者才收得到款項。"),
    _K.APPROVE: _("已覆核；核准後才能送件撥款。"),
    _K.CHECK: _("清冊須由製作人以外、未評過各該案的人員覆核。"),
    _K.READY: _("請款已審核通過；編入清冊後才能撥款。"),
    _K.CLAIMS: _("業者已請款；審核通過才能編入清冊。"),
    _K.POINTS: _("業者已提報；審定達成，權重才計入。"),
    _K.MIDTERMS: _("委員意見已齊或期限已過；作成結論後第 1 期款才能請款。"),
    _K.CLOSINGS: _("委員意見已齊或期限已過；作成結論後才能結算。"),
    _K.OFFERS: _("經費為業者保留中；逾期未回復即不再保留。"),
    _K.ENDINGS_TO_PREPARE: _("業者放棄或審查不通過；擬具後由召集人核定。"),
    _K.DEMANDS: _("結算或終止後應繳回；作成處分書，繳納期限才起算。"),
    _K.DECLARE: _("聲明後才能閱覽案件並評分；有應迴避事由者請迴避。"),
    _K.SCORE: _("評妥並送出後才計入總分。"),
    _K.OPINIONS: _("承辦人待您的意見作成期中或結案結論。"),
    _K.DIVERGENCES: _("承辦人已備妥處理意見；處理後才能結束評分。"),
    _K.CLOSE: _("評分已告一段落；結束評分後才能決審。"),
    _K.DECIDE: _("評分已結束；決審後通知業者。"),
    _K.ENDINGS_TO_DECIDE: _("承辦人已擬具；核定後停止撥款，並決定應繳回的金額。"),
    _K.IN_LINE: _("方案有可用餘額；依候補順序遞補。"),
    _K.REPAYMENTS: _("繳納期限已過；繳回者請登錄，未繳者由承辦人移送執行。"),
    _K.CARRY_OVER: _("年度將屆，款項仍未撥；未辦保留者年度終了後不得支付。"),
    _K.NEARLY_USED_UP: _("可用餘額不到預算的一成；用罄時得宣告停止受理。"),
    _K.VERIFY: _("每 30 日驗算一次，以確認紀錄未遭更動。"),
    _K.REVIEW_ACCOUNTS: _("帳號與角色應每季清查一次。"),
    _K.BACKUP: _("逾 2 日未備份；請於主機執行備份指令。"),
    _K.INVITED: _("連結逾期者請重新寄送；不再需要者請關閉帳號。"),
    _K.MINE: _("輪到您辦理；等最久的在最前。"),
    _K.UNASSIGNED: _("請承辦；無人承辦的案件不會往前。"),
}

STEPS: Final[Words] = {
    _K.OVERDUE: _("辦理逾期案件"),
    _K.SETTLE: _("登錄對帳結果"),
    _K.SEND: _("送件"),
    _K.APPROVE: _("核准清冊"),
    _K.CHECK: _("覆核清冊"),
    _K.READY: _("編製清冊"),
    _K.CLAIMS: _("審核請款"),
    _K.POINTS: _("審定查核點"),
    _K.MIDTERMS: _("作成期中結論"),
    _K.CLOSINGS: _("作成結案結論"),
    _K.OFFERS: _("登錄業者回復"),
    _K.ENDINGS_TO_PREPARE: _("擬具終止"),
    _K.DEMANDS: _("作成追繳處分"),
    _K.DECLARE: _("聲明利益關係"),
    _K.SCORE: _("繼續評分"),
    _K.OPINIONS: _("提出審查意見"),
    _K.DIVERGENCES: _("處理評分差異"),
    _K.CLOSE: _("結束評分"),
    _K.DECIDE: _("決審"),
    _K.ENDINGS_TO_DECIDE: _("核定終止、撤銷或廢止"),
    _K.IN_LINE: _("辦理遞補"),
    _K.REPAYMENTS: _("看逾期追繳"),
    _K.CARRY_OVER: _("辦理保留"),
    _K.NEARLY_USED_UP: _("看預算執行"),
    _K.VERIFY: _("驗算稽核紀錄"),
    _K.REVIEW_ACCOUNTS: _("辦理帳號清查"),
    _K.BACKUP: _("備份資料庫"),
    _K.INVITED: _("看受邀者"),
    _K.MINE: _("辦理我的案件"),
    _K.UNASSIGNED: _("看無人承辦的案件"),
}
