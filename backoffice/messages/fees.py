"""Sentences and words of the fee book."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

SENTENCES: dict[str, LazyString] = {
    # the file
    "csv.not_text": _(
        "檔案不是 UTF-8 或 Big5 的文字檔。請由銀行系統重新匯出 .csv 或 .xlsx 後再上傳。"
    ),
    "csv.damaged": _("檔案第 %(row)s 列的引號或格式有誤，無法讀取。請重新匯出後再上傳。"),
    "fee.column_missing": _("入帳明細缺少「%(column)s」欄。請依範本的欄名整理後再上傳。"),
    "fee.no_lines": _("入帳明細除欄名外沒有任何資料列。請核對檔案。"),
    "fee.too_many_lines": _("入帳明細超過 %(limit)s 列。請分成數個檔案後再上傳。"),
    "fee.statement_settled": _("入帳明細「%(file)s」已入帳或已放棄，不必再辦理一次。"),
    # a cell of it
    "fee.cell_blank": _("此欄空白。請補上後再上傳。"),
    "fee.cell_formula": _("此欄是公式，不採計其結果。請改為數值或文字後再上傳。"),
    "fee.amount_zero": _("金額須大於 0 元。請核對入帳金額。"),
    "fee.value_future": _("入帳時間 %(at)s 晚於現在。請核對入帳時間。"),
    "fee.number_twice": _(
        "交易序號「%(number)s」與第 %(row)s 列相同，時間或金額卻不同。請向銀行查明後再上傳。"
    ),
    # by hand
    "fee.case_ended": _("案件 %(number)s 已終結，不再登錄繳費。這筆款項請以待查入帳辦理退還。"),
    "fee.receipt_missing": _("尚未填寫收據或交易編號。請依繳款證明填寫。"),
    "fee.receipt_taken": _(
        "收據編號「%(receipt)s」已登錄於案件 %(number)s。同一筆款項不登錄兩次，請核對收據。"
    ),
    "fee.paid_already": _(
        "本案在 %(at)s 已有一筆 %(amount)s 元的繳費。若銀行確有兩筆交易，請由入帳明細匯入，以交易序號分辨。"
    ),
    "fee.too_long": _("內容超過 %(limit)s 字。請縮短。"),
    "fee.note_missing": _("尚未填寫查明經過。請說明如何得知，供日後查核。"),
    "fee.no_case": _("方案 %(scheme)s 沒有案件「%(number)s」。請核對案件編號。"),
    "fee.line_settled": _("交易「%(number)s」已辦理完畢，不必再辦理一次。"),
    "fee.line_refunding": _("交易「%(number)s」正在辦理退費。請待退費核准或退回後再辦理。"),
    "fee.other_payment": _(
        "本案沒有以其他方式登錄、時間與金額均相同的繳費；銀行的兩筆交易就是兩筆款項。請改為「登錄為本案繳費」。"
    ),
    "fee.no_service": _("案件 %(number)s 尚未開始輔導，沒有可扣抵的廣告費用。"),
    "fee.placed_future": _("投放日期 %(day)s 晚於今天。請核對單據。"),
    "fee.medium_missing": _("尚未填寫投放媒體。請依單據填寫。"),
    "fee.invoice_missing": _("尚未填寫發票號碼。請依單據填寫。"),
    "fee.invoice_taken": _("發票「%(invoice)s」已登錄於本案。請核對發票號碼。"),
    # refunds
    "refund.nothing": _("案件 %(number)s 目前沒有應退的款項。"),
    "refund.running": _("本案已有一筆退費在辦理中。請待該筆付款或退回後再辦理。"),
    "refund.payee_missing": _("尚未填寫受款人。請依業者來函填寫。"),
    "refund.account_missing": _("尚未填寫受款帳戶。請依業者來函填寫。"),
    "refund.same_person": _(
        "退費由一人簽辦、另一人核准及付款。這筆退費由您簽辦，請由其他人員辦理。"
    ),
    "refund.changed": _(
        "簽辦時應退 %(amount)s 元，現為 %(now)s 元。請退回簽辦人，依目前的收支重新簽辦。"
    ),
    "refund.reference_missing": _("尚未填寫銀行編號。請依銀行的回條或通知填寫。"),
    "refund.reference_taken": _("銀行付款編號「%(reference)s」已登錄過。請核對回條。"),
    "refund.paid_early": _("付款日期 %(day)s 早於核准日期 %(approved_on)s。請核對回條。"),
    "refund.paid_future": _("付款日期 %(day)s 晚於今天。請核對回條。"),
    "refund.bounced_early": _("退匯日期 %(day)s 早於付款日期 %(paid_on)s。請核對退匯通知。"),
    "refund.bounced_future": _("退匯日期 %(day)s 晚於今天。請核對退匯通知。"),
    "refund.bounce_note_missing": _("退匯原因為其他，尚未填寫說明。請依退匯通知填寫。"),
    "refund.bounce_taken": _("銀行退匯編號「%(reference)s」已登錄過。請核對退匯通知。"),
    "refund.not_corrected": _(
        "前一筆退費匯往相同的受款人及帳戶而遭退匯。請依業者來函更正受款人或帳戶。"
    ),
}

STATES: dict[str, LazyString] = {
    "StatementState.PREVIEWED": _("待確認"),
    "StatementState.CONFIRMED": _("已入帳"),
    "StatementState.DISCARDED": _("已放棄"),
    "Verdict.FULL": _("足額"),
    "Verdict.COMPLETING": _("補足"),
    "Verdict.SHORT": _("不足"),
    "Verdict.OVER": _("溢繳"),
    "Verdict.LATE": _("逾期或額滿後"),
    "Verdict.DOUBLE": _("疑似重複"),
    "Verdict.UNKNOWN": _("查無案件"),
    "Verdict.BOOKED": _("先前已入帳"),
    "Verdict.CLASH": _("序號相同、內容不同"),
    "Why.NOBODY": _("案件編號、統一編號都找不到案件"),
    "Why.SEVERAL": _("同一統一編號有數個案件"),
    "Why.DIFFERS": _("案件編號與統一編號不是同一家"),
    "Why.ENDED": _("案件已終結"),
    "Why.AGAIN": _("同一案件在同一時間已有相同金額"),
    "LineState.BOOKED": _("已入帳"),
    "LineState.OPEN": _("待查"),
    "LineState.MATCHED": _("已查明入帳"),
    "LineState.SAME": _("同一筆，不重複入帳"),
    "LineState.REFUNDED": _("已退還"),
    "LineEvent.MATCH": _("查明入帳"),
    "LineEvent.IS_SAME": _("認定為同一筆"),
    "LineEvent.REFUND": _("退還"),
    "LineEvent.BOUNCE": _("退匯"),
    "Standing.UNPAID": _("未繳"),
    "Standing.SHORT": _("不足"),
    "Standing.FULL": _("足額"),
    "Standing.OVER": _("溢繳"),
    "Standing.NOT_DUE": _("免繳"),
    "Standing.RETURNING": _("退費中"),
    "Standing.RETURNED": _("已退費"),
    "RefundState.MADE": _("待核准"),
    "RefundState.APPROVED": _("待付款"),
    "RefundState.PAID": _("已退費"),
    "RefundState.RETURNED": _("已退回"),
    "RefundState.BOUNCED": _("已退匯"),
    "RefundEvent.APPROVE": _("核准"),
    "RefundEvent.RETURN": _("退回"),
    "RefundEvent.PAY": _("付款"),
    "RefundEvent.BOUNCE": _("退匯"),
    "RefundGround.EXCESS": _("溢繳或重複繳納"),
    "RefundGround.NO_PLACE": _("額滿或逾期，未取得名額"),
    "RefundGround.NOT_ELIGIBLE": _("資格不符或不受理"),
    "RefundGround.BEFORE_SERVICE": _("輔導開始前退出，全額退還"),
    "RefundGround.AFTER_SERVICE": _("輔導開始後退出，扣除已投放廣告"),
    "RefundGround.UNKNOWN_PAYER": _("查無所屬案件"),
    "FeeStage.fee_payer": _("業者繳入"),
    "FeeStage.fee_received": _("已收、名額未確認"),
    "FeeStage.fee_unidentified": _("待查入帳"),
    "FeeStage.fee_income": _("收入"),
    "FeeStage.fee_tax": _("應納營業稅"),
    "FeeStage.fee_refund_due": _("應退費"),
    "FeeStage.fee_refunded": _("已退費"),
}

ACTS: dict[str, LazyString] = {
    "fee.preview_statement": _("預覽入帳明細"),
    "fee.discard_statement": _("放棄入帳明細"),
    "fee.book_statement": _("確認入帳明細"),
    "fee.enter": _("登錄繳費"),
    "fee.match": _("查明入帳"),
    "fee.same": _("認定為同一筆繳費"),
    "fee.advertise": _("登錄已投放廣告"),
    "fee.make_refund": _("簽辦退費"),
    "fee.refund_line": _("簽辦待查款退還"),
    "fee.approve_refund": _("核准退費"),
    "fee.return_refund": _("退回退費"),
    "fee.pay_refund": _("登錄退費付款"),
    "fee.bounce_refund": _("登錄退費退匯"),
}
