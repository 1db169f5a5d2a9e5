"""Sentences and state words of disbursement sheets."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

SENTENCES = {
    "sheet.empty": _("尚未勾選任何期款。請勾選要編入清冊的期款後再送出。"),
    "sheet.too_long": _("一份清冊至多 %(limit)s 筆，您勾選了 %(count)s 筆。請分成數份清冊製作。"),
    "sheet.mixed": _(
        "勾選的期款屬於不同版本的方案（%(editions)s）。一份清冊限同一方案版本與經費來源，請分開製作。"
    ),
    "sheet.tranche_taken": _(
        "%(tranches)s已編入其他清冊或狀態已變更，本次未製作任何清冊。請重新勾選後再送出。"
    ),
    "sheet.line_blocked": _("案件 %(case)s 不能編入清冊：%(why)s"),
    "sheet.line_broken": _(
        "第 %(position)s 列 %(payee)s 不能付款：%(why)s請主計作廢本清冊，更正後重新製作。"
    ),
    "sheet.tranche_gone": _("該期款的狀態已是「%(state)s」，不在本清冊。"),
    "sheet.same_person": _(
        "撥款清冊須由承辦人以外的人員覆核。此清冊由您製作，請由其他覆核人員辦理。"
    ),
    "sheet.signed_before": _(
        "撥款清冊的每一步須由不同人員辦理。此清冊已由您%(done)s，請由其他人員%(step)s。"
    ),
    "sheet.scored": _(
        "您曾評審清冊中的案件 %(cases)s，依迴避規定不得%(step)s此清冊。請由未參與評審的人員辦理。"
    ),
    "sheet.account_unseen": _(
        "%(payees)s的帳戶在 30 日內變更過，尚未勾選已核對。請對照存摺封面後勾選，再送出。"
    ),
    "sheet.nothing_settled": _("尚未填寫任何一筆的結果。請選擇入帳或退匯後再送出。"),
    "sheet.value_early": _(
        "第 %(position)s 列的日期 %(day)s 早於送件日 %(sent_on)s。請核對銀行回覆的日期。"
    ),
    "sheet.value_future": _("第 %(position)s 列的日期 %(day)s 尚未到。請核對銀行回覆的日期。"),
    "sheet.day_missing": _("第 %(position)s 列尚未填寫入帳日或退匯日。請填寫後再送出。"),
    "sheet.reason_missing": _("第 %(position)s 列為退匯，尚未選擇原因。請選擇後再送出。"),
    "sheet.note_missing": _("第 %(position)s 列的退匯原因為其他，請填寫說明後再送出。"),
    "sheet.changed_by_you": _(
        "清冊中有您更正過的明細或帳戶，不得由您%(step)s。請由未經手更正的人員辦理。"
    ),
    "sheet.last_line": _("清冊只剩一筆，不能再剔除。請改為作廢本清冊。"),
    "sheet.not_being_checked": _("清冊的狀態為「%(state)s」。只有待覆核的清冊可以提出疑義或回覆。"),
    "sheet.line_queried": _("第 %(positions)s 列的疑義尚未回覆。請編製人員回覆或剔除後再覆核。"),
    "sheet.queried_already": _("第 %(position)s 列已有待回覆的疑義。請等候編製人員回覆。"),
    "sheet.no_query": _("此列沒有待回覆的疑義。請回清冊查看最新情形。"),
    "sheet.own_query": _("此疑義由您提出，請由編製人員回覆。"),
    "bank.line_unfit": _("第 %(position)s 列 %(payee)s 不能寫入銀行媒體檔：%(why)s"),
    "bank.not_big5": _(
        "欄位 %(field)s 的「%(text)s」含有 Big5 沒有的字。請洽銀行確認代用字後更正。"
    ),
    "bank.too_long": _(
        "欄位 %(field)s 的「%(text)s」有 %(length)s 位元組，超過 %(limit)s 位元組。請縮短後再辦理。"
    ),
    "sheet.not_waiting": _(
        "該期款的狀態為「%(state)s」。只有審核通過、尚未編入清冊的期款可以更正帳戶。"
    ),
}

STATES = {
    "SheetState.MADE": _("待覆核"),
    "SheetState.CHECKED": _("待核准"),
    "SheetState.APPROVED": _("待送件"),
    "SheetState.SENT": _("待對帳"),
    "SheetState.SETTLED": _("已對帳"),
    "SheetState.VOIDED": _("作廢"),
    "SheetEvent.CHECK": _("覆核"),
    "SheetEvent.APPROVE": _("核准"),
    "SheetEvent.SEND": _("送件"),
    "SheetEvent.SETTLE": _("對帳"),
    "SheetEvent.AMEND": _("更正"),
    "SheetEvent.VOID": _("作廢"),
    "LineState.LIVE": _("待付款"),
    "LineState.SENT": _("已送件"),
    "LineState.PAID": _("已入帳"),
    "LineState.RETURNED": _("退匯"),
    "LineState.VOIDED": _("作廢"),
    "LineEvent.SEND": _("送件"),
    "LineEvent.PAY": _("入帳"),
    "LineEvent.RETURN": _("退匯"),
    "LineEvent.VOID": _("作廢"),
    "Rung.MAKE": _("編製"),
    "Rung.CHECK": _("覆核"),
    "Rung.APPROVE": _("核准"),
    "Rung.SEND": _("送件"),
    "Rung.SETTLE": _("對帳"),
    "Deed.SCORE": _("評分"),
    "Deed.CLAIM": _("登錄或審核請款"),
    "Deed.MAKE": _("編製清冊"),
    "Deed.CHANGE": _("更正清冊"),
    "Deed.CHECK": _("覆核清冊"),
    "Deed.APPROVE": _("核准清冊"),
    "Deed.SEND": _("送件"),
    "Deed.SETTLE": _("登錄銀行回覆"),
    "LineChange.EXCLUDED": _("剔除"),
    "LineChange.ACCOUNT": _("更正帳戶"),
    "ReturnReason.ACCOUNT_WRONG": _("帳號錯誤"),
    "ReturnReason.ACCOUNT_CLOSED": _("帳戶已結清"),
    "ReturnReason.NAME_DIFFERS": _("戶名不符"),
    "ReturnReason.UBN_DIFFERS": _("統一編號不符"),
    "ReturnReason.OTHER": _("其他"),
}

ACTS = {
    "sheet.make": _("編製撥款清冊"),
    "sheet.check": _("覆核撥款清冊"),
    "sheet.approve": _("核准撥款清冊"),
    "sheet.send": _("撥款清冊送件"),
    "sheet.settle": _("登錄付款結果"),
    "sheet.settle_line": _("登錄付款結果"),
    "sheet.void": _("作廢撥款清冊"),
    "sheet.exclude_line": _("剔除清冊明細"),
    "sheet.correct_line": _("更正清冊明細的帳戶"),
    "sheet.query_line": _("提出清冊疑義"),
    "sheet.answer_query": _("回覆清冊疑義"),
    "claim.correct_account": _("更正撥款帳戶"),
}
