"""Sentences and state words of contracts, checkpoints, claims and closing."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

SENTENCES = {
    # letters and evidence
    "letter.missing": _("尚未填寫函文字號。請依來函或發函填寫後再送出。"),
    "letter.in_future": _("函文日期 %(day)s 晚於今天。請核對函文上的日期。"),
    # contract
    "contract.not_awarded": _("本案尚未核定，不能簽約。"),
    "contract.number_missing": _("尚未填寫契約編號。請依契約填寫。"),
    "contract.number_taken": _("契約編號「%(number)s」已用於另一案。請核對契約編號。"),
    "contract.sign_by_passed": _(
        "簽約日 %(signed_on)s 已過簽約期限 %(sign_by)s，核准失其效力，不能簽約。"
        "請核對契約上的日期；逾期未簽約者，請辦理核准失效。"
    ),
    "contract.not_lapsed": _("簽約期限為 %(sign_by)s，尚未屆滿，核准不失效。"),
    "contract.extension_not_later": _(
        "展延後的期限 %(until)s 須晚於目前期限 %(sign_by)s。請填寫較晚的日期。"
    ),
    "contract.extension_too_long": _(
        "展延後的期限 %(until)s 超過展延上限 %(limit)s。請縮短展延期間。"
    ),
    "contract.signed_in_future": _("簽約日 %(signed_on)s 晚於今天。請核對契約上的日期。"),
    "contract.signed_before_award": _(
        "簽約日 %(signed_on)s 早於核定日 %(decided_on)s。請核對契約上的日期。"
    ),
    "contract.end_missing": _("本方案未定計畫期間長度。請依契約填寫計畫結束日。"),
    "contract.end_before_start": _("計畫結束日 %(end)s 早於計畫開始日 %(start)s。請核對契約期間。"),
    "contract.end_too_late": _(
        "計畫結束日 %(end)s 超過期限 %(limit)s（自 %(start)s 起算）。請依方案期間訂約。"
    ),
    "contract.end_after_budget": _(
        "計畫結束日 %(end)s 晚於特別預算執行期限 %(limit)s。請將計畫結束日訂在期限以前。"
    ),
    "contract.midterm_outside": _(
        "期中日 %(midterm_on)s 須在計畫開始日 %(start)s 至 %(limit)s 之間。請核對契約。"
    ),
    "contract.subsidy_differs": _(
        "各科目補助款合計 %(value)s 元，與核定補助款 %(limit)s 元不符。請調整各科目補助款。"
    ),
    "contract.total_differs": _(
        "各科目經費合計 %(value)s 元，與核定計畫總經費 %(limit)s 元不符。"
        "核定款低於申請款時可縮減總經費，不得增加；其餘情形須相等。請調整各科目經費。"
    ),
    "contract.checkpoint_outside_period": _(
        "查核點「%(item)s」的完成日期 %(due_on)s 不在計畫期間"
        "（%(start)s 至 %(end)s）內。請調整完成日期。"
    ),
    # the revised plan against the budget rules of the scheme
    "plan.subsidy_over_ratio": _(
        "補助款 %(value)s 元，超過上限 %(limit)s 元，超出 %(excess)s 元。"
        "請提高自籌款，使補助款不超過規定比率。"
    ),
    "plan.self_fund_over_capital": _(
        "自籌款 %(value)s 元，超過實收資本額 %(limit)s 元，超出 %(excess)s 元。"
        "請縮減計畫總經費至 %(total_limit)s 元以下。"
    ),
    "plan.category_self_fund_only": _(
        "「%(category)s」限以自籌款支應，編列補助款 %(value)s 元。請改列自籌款。"
    ),
    "plan.subsidy_over_subsidisable": _(
        "補助款 %(value)s 元，超過可補助科目經費合計 %(limit)s 元，超出 %(excess)s 元。"
        "請調減補助款，或增加可補助科目的經費。"
    ),
    "plan.category_not_allowed": _(
        "本方案不得編列「%(category)s」，計 %(value)s 元。請刪除該科目。"
    ),
    "plan.category_over_cap": _(
        "「%(category)s」%(value)s 元，超過計畫總經費 %(total)s 元的 %(percent)s %%"
        "（%(limit)s 元），超出 %(excess)s 元。請調減該科目。"
    ),
    "plan.equipment_sum": _(
        "設備清單合計 %(value)s 元，與「%(category)s」編列數 %(limit)s 元不符。"
        "請填寫修正後的設備清單合計，或調整該科目。"
    ),
    # checkpoints
    "checkpoint.sum_short": _(
        "查核點權重合計 %(value)s %%，應為 %(limit)s %%，尚缺 %(missing)s %%。請調整權重。"
    ),
    "checkpoint.sum_over": _(
        "查核點權重合計 %(value)s %%，應為 %(limit)s %%，多出 %(excess)s %%。請調整權重。"
    ),
    "checkpoint.by_midterm": _(
        "期中日 %(midterm_on)s 以前完成的查核點權重合計 %(value)s %%，未達 %(limit)s %%，"
        "尚缺 %(missing)s %%。請調整查核點的完成日期或權重。"
    ),
    "checkpoint.not_executing": _("本案目前為「%(state)s」，查核點不再提報或審定。"),
    # consortium
    "consortium.none": _("本方案不以中心廠及合作廠商申請，沒有成員可以變更。"),
    "consortium.members_differ": _(
        "成員經費與申請的成員不一致（%(firms)s）。請重新開啟頁面，逐一填寫每家成員的經費。"
    ),
    "consortium.subsidy_sum": _(
        "各成員補助款合計 %(value)s 元，與本案補助款 %(limit)s 元不符。請調整各成員補助款。"
    ),
    "consortium.self_fund_sum": _(
        "各成員自籌款合計 %(value)s 元，與本案自籌款 %(limit)s 元不符。請調整各成員自籌款。"
    ),
    "consortium.not_executing": _("本案目前為「%(state)s」，成員不再變更。"),
    "consortium.centre_stays": _(
        "中心廠為本案受補助對象，不能退出。中心廠不再執行時，請辦理終止。"
    ),
    "consortium.left_already": _("這家合作廠商已於 %(left_on)s 退出。"),
    "consortium.name_missing": _("尚未填寫合作廠商名稱。請依登記證明填寫。"),
    "consortium.duplicate": _("統一編號 %(ubn)s 已是本案成員。請核對統一編號。"),
    "consortium.no_factory": _("%(firm)s尚未填寫工廠登記編號；合作廠商均須有工廠登記。請補填。"),
    "consortium.share_too_large": _(
        "新成員的經費 %(value)s 元，超過中心廠可讓出的 %(limit)s 元。請調減。"
    ),
    # targets
    "targets.none_asked": _("本案類別未訂目標值，不登錄達成值。"),
    "targets.incomplete": _("下列目標的達成值未填或重複：%(metrics)s。請逐項填寫一次。"),
    "targets.unreadable": _("「%(text)s」不是可用的數值。請填寫數字；減碳量以公斤計，或寫明公噸。"),
    "targets.negative": _("達成值不得小於 0。請核對成果資料。"),
    "targets.not_reported": _("%(metric)s尚未登錄（應達 %(limit)s）"),
    "targets.missed": _("%(metric)s達成 %(value)s，應達 %(limit)s，尚差 %(shortfall)s"),
    # mid-term and closing reviews
    "stage.already_open": _("第 %(round)s 次報告審查中，尚未作成結論。請先作成結論。"),
    "stage.not_open": _("尚未收到待審查的報告。請先登錄業者的報告。"),
    "stage.no_opinion": _("尚無審查委員對本次報告提出意見，不能作成結論。請洽審查委員。"),
    "stage.correction_undated": _("修正後通過須定補正期限，最遲 %(limit)s。請填寫補正期限。"),
    "stage.correction_past": _("補正期限 %(day)s 已過。請填寫今天以後的日期。"),
    "stage.correction_too_late": _("補正期限 %(day)s 超過一個月的上限 %(limit)s。請縮短補正期限。"),
    "midterm.below_minimum": _(
        "已達成的查核點權重 %(value)s %%，未達期中應達的 %(limit)s %%，尚缺 %(missing)s %%。"
        "請待查核點審定達成後再作成通過的結論，或改為修正後通過。"
    ),
    "closing.condition_open": _(
        "尚缺結案條件的證明文件：%(conditions)s。請業者補送後登錄，再作成通過的結論。"
    ),
    "closing.target_missed": _(
        "目標值未達成：%(targets)s。請待達成並登錄後再作成通過的結論，或改為修正後通過、不通過。"
    ),
    "closing.partners_short": _(
        "合作廠商現有 %(count)s 家，至少須 %(minimum)s 家，尚缺 %(missing)s 家。"
        "請補足合作廠商後再作成通過的結論，或改為修正後通過、不通過。"
    ),
    "closing.not_a_condition": _("「%(condition)s」不是本方案的結案條件。"),
    "closing.not_closing": _("本案目前為「%(state)s」，不登錄結案條件的證明文件及達成值。"),
    "closing.tranche_unpaid": _(
        "第 %(number)s 期款目前為「%(state)s」，尚未撥付，不能結算。請先完成該期撥款。"
    ),
    "closing.tranche_open": _(
        "第 %(number)s 期款目前為「%(state)s」，尚未撥付完成，不能結案。請先完成撥款。"
    ),
    "closing.clawback_open": _("尚有應追繳款 %(amount)s 元未收回，不能結案。"),
    # spending
    "spending.not_closing": _("本案目前為「%(state)s」，只有結案審查中可登錄或撤回支用明細。"),
    "spending.withdrawn": _("這筆支用明細已經撤回。"),
    "spending.number_missing": _("尚未填寫憑證號碼。請依發票或收據填寫。"),
    "spending.amount_zero": _("憑證金額須大於 0 元。請填寫未稅金額。"),
    "spending.in_future": _("憑證或付款日期 %(day)s 晚於今天。請核對憑證。"),
    "spending.claimed_elsewhere": _("憑證 %(invoice)s 已於案件 %(case)s 認列，本案不予認列。"),
    "spending.duplicate": _("憑證 %(invoice)s 在本案已登錄，不重複認列。"),
    "spending.outside_period": _("日期 %(day)s 不在計畫期間（%(start)s 至 %(end)s）內，不予認列。"),
    "spending.category_not_approved": _("「%(category)s」不是契約核定的科目，不予認列。"),
    "spending.incomplete": _("憑證不全，不予認列。"),
    # claims and tranches
    "claim.receipt_missing": _("尚未填寫領據編號。請依領據填寫。"),
    "claim.receipt_in_future": _("領據日期 %(day)s 晚於今天。請核對領據。"),
    "claim.amount_differs": _(
        "領據金額 %(value)s 元，與第 %(number)s 期款 %(limit)s 元不符。請業者依應撥金額重開領據。"
    ),
    "claim.bank_code": _("金融機構代碼「%(text)s」不是 3 碼數字。請依存摺封面填寫。"),
    "claim.branch_code": _("分行代碼「%(text)s」不是 4 碼數字。請依存摺封面填寫。"),
    "claim.account_number": _(
        "帳號須為 1 至 %(limit)s 碼數字，目前為 %(length)s 碼或含有其他字元。請依存摺封面填寫。"
    ),
    "claim.holder_missing": _("尚未填寫戶名。請依存摺封面填寫。"),
    "claim.passbook_missing": _(
        "這個帳戶與留存的帳戶不同，或為首次請款，須附存摺封面。請附上存摺封面的 PDF 檔。"
    ),
    "claim.holder_differs": _(
        "戶名「%(holder)s」與登記名稱「%(firm)s」不完全相同，不能撥款。"
        "請業者更正帳戶，或於變更登記後再辦理。"
    ),
    "claim.firm_blocked": _("%(firm)s停止補助至 %(until)s，不能撥款。"),
    "claim.same_person": _(
        "帳戶在 30 天內變更過，須由登錄請款以外的承辦人審核。請其他承辦人辦理。"
    ),
    "claim.clearance_unchecked": _("尚未確認欠稅及陸資查核結果。請查核後勾選，再通過請款。"),
    "claim.not_live": _("這件請款已經退件。"),
    "tranche.held": _("本期款暫緩撥付：%(reason)s。請先解除暫緩。"),
    "tranche.not_holdable": _("本期款目前為「%(state)s」，不能暫緩。"),
    "tranche.not_held": _("本期款並未暫緩。"),
    "firm.block_reversed": _("停止補助的迄日 %(until)s 早於起日 %(since)s。請核對處分書。"),
}

STATES = {
    "TrancheState.PLANNED": _("未達條件"),
    "TrancheState.CLAIMABLE": _("可請款"),
    "TrancheState.CLAIMED": _("請款審核中"),
    "TrancheState.VERIFIED": _("審核通過"),
    "TrancheState.SHEETED": _("已入清冊"),
    "TrancheState.SENT": _("已送付款"),
    "TrancheState.PAID": _("已撥付"),
    "TrancheState.VOID": _("免撥"),
    "TrancheState.RECOVERY": _("應追繳"),
    "TrancheState.ENFORCEMENT": _("移送行政執行"),
    "TrancheState.RECOVERED": _("已繳回"),
    "TrancheState.WRITTEN_OFF": _("已註銷債權"),
    "TrancheState.CANCELLED": _("註銷"),
    "TrancheEvent.RELEASE": _("開放請款"),
    "TrancheEvent.SETTLE_TO_ZERO": _("免撥"),
    "TrancheEvent.FILE_CLAIM": _("登錄請款"),
    "TrancheEvent.VERIFY": _("通過請款"),
    "TrancheEvent.REJECT_CLAIM": _("請款退件"),
    "TrancheEvent.PUT_ON_SHEET": _("列入清冊"),
    "TrancheEvent.SEND": _("送付款"),
    "TrancheEvent.VOID_SHEET": _("作廢清冊"),
    "TrancheEvent.CONFIRM_PAID": _("確認入帳"),
    "TrancheEvent.RETURN": _("退匯"),
    "TrancheEvent.DEMAND_RECOVERY": _("追繳"),
    "TrancheEvent.RECOVER": _("收回"),
    "TrancheEvent.ENFORCE": _("移送行政執行"),
    "TrancheEvent.WRITE_OFF": _("註銷債權"),
    "TrancheEvent.CANCEL": _("註銷"),
    "CheckpointState.PLANNED": _("未到期"),
    "CheckpointState.DUE": _("到期待報"),
    "CheckpointState.OVERDUE": _("逾期"),
    "CheckpointState.REPORTED": _("已提報"),
    "CheckpointState.ACCEPTED": _("達成"),
    "CheckpointState.REMOVED": _("已刪除"),
    "CheckpointState.FROZEN": _("凍結"),
    "CheckpointEvent.COME_DUE": _("到期"),
    "CheckpointEvent.PASS_GRACE": _("逾寬限期"),
    "CheckpointEvent.REPORT": _("登錄提報"),
    "CheckpointEvent.ACCEPT": _("審定達成"),
    "CheckpointEvent.REJECT": _("退回補正"),
    "CheckpointEvent.CHANGE": _("變更"),
    "CheckpointEvent.REMOVE": _("刪除"),
    "CheckpointEvent.FREEZE": _("凍結"),
    "StageResult.PASS": _("通過"),
    "StageResult.CORRECT": _("修正後通過"),
    "StageResult.FAIL": _("不通過"),
    "Outlook.OUT_OF_REACH": _("期中前無法達成"),
    "Outlook.AT_RISK": _("有落後風險"),
    "Outlook.ON_COURSE": _("依進度進行"),
    "Outlook.REACHED": _("已達期中標準"),
    "Metric.services": _("導入服務數"),
    "Metric.partners": _("合作中小企業數"),
    "Metric.visits": _("體驗人次"),
    "Metric.carbon_kg": _("減碳公斤數"),
    "ClosingCondition.special_factory_registration": _("特定工廠登記證明"),
    "ClosingCondition.partners_kept": _("合作廠商家數維持證明"),
    "ClosingCondition.targets_met": _("績效指標達成證明"),
    "ClosingCondition.visit_report_and_milestone": _("訪視報告及里程碑證明"),
    "ClosingCondition.attendance_and_completion": _("出席及結訓證明"),
    "ClosingCondition.service_delivered": _("服務完成證明"),
    "ClosingCondition.fee_spent_on_advertising": _("廣告支出證明"),
    "ClosingCondition.design_or_prototype": _("設計圖或打樣證明"),
}

ACTS = {
    "contract.sign": _("簽約"),
    "contract.extend_signing": _("展延簽約期限"),
    "contract.lapse": _("核准失效"),
    "contract.lapse_overdue": _("逾期未簽約，核准失效"),
    "checkpoint.report": _("登錄查核點提報"),
    "checkpoint.accept": _("審定查核點達成"),
    "checkpoint.reject": _("退回查核點補正"),
    "checkpoint.come_due": _("查核點到期"),
    "midterm.open": _("登錄期中報告"),
    "midterm.conclude": _("期中審查結論"),
    "claim.file": _("登錄請款"),
    "claim.verify": _("審核通過請款"),
    "claim.reject": _("請款退件"),
    "tranche.hold": _("暫緩撥付"),
    "tranche.let_go_on": _("解除暫緩"),
    "firm.block": _("停止補助"),
    "closing.report": _("登錄結案報告"),
    "closing.show_condition": _("登錄結案條件證明"),
    "closing.conclude": _("結案審查結論"),
    "closing.enter_targets": _("登錄目標達成值"),
    "consortium.leave": _("合作廠商退出"),
    "consortium.join": _("合作廠商加入"),
    "spending.enter": _("登錄支用明細"),
    "spending.withdraw": _("撤回支用明細"),
    "case.close": _("結案"),
}
