"""Sentences of the intake: why a file, a row or a case is not as it should be.

Findings and errors may have several sentences under one code, told apart by what follows the
code's name: `cases.sentences` chooses by the facts.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

SENTENCES: dict[str, LazyString] = {
    "import.settled": _(
        "檔案「%(file)s」的匯入已是「%(state)s」，不能再辦理。請由匯入紀錄查看結果。"
    ),
    # --- the workbook as a whole ---
    "workbook.missing": _("尚未選擇檔案，或檔案是空的。請選擇線上申請系統匯出的活頁簿。"),
    "workbook.too_large": _(
        "檔案有 %(bytes)s 位元組，超過上限 %(limit)s 位元組。請分成幾個檔案匯入。"
    ),
    "workbook.not_workbook": _(
        "這個檔案不是 .xlsx 或 .ods 活頁簿。請選擇線上申請系統匯出的檔案，或另存為 .xlsx 後再匯入。"
    ),
    "workbook.legacy": _("這是舊版 Excel 格式（.xls）。請另存為 .xlsx 後再匯入。"),
    "workbook.encrypted": _("這個活頁簿設有密碼，不能開啟。請移除密碼後再匯入。"),
    "workbook.damaged": _("這個活頁簿已損壞，或結構不完整。請重新匯出檔案後再匯入。"),
    "workbook.macros": _("這個活頁簿含有巨集（%(part)s）。請另存為不含巨集的 .xlsx 後再匯入。"),
    "workbook.nested": _("這個活頁簿內含另一個壓縮檔或文件（%(part)s）。請移除後再匯入。"),
    "workbook.unsafe_part": _(
        "這個活頁簿內含不應有的檔案路徑（%(part)s）。請重新匯出檔案後再匯入。"
    ),
    "workbook.duplicate_part": _("這個活頁簿內有重複的部分（%(part)s）。請重新匯出檔案後再匯入。"),
    "workbook.unsafe_xml": _("這個活頁簿含有不允許的定義（%(part)s）。請重新匯出檔案後再匯入。"),
    "workbook.zip_bomb": _(
        "這個活頁簿的「%(part)s」壓縮比超過 %(limit)s 倍，系統不予開啟。請重新匯出檔案後再匯入。"
    ),
    "workbook.unpacks_too_large": _(
        "這個活頁簿解開後有 %(bytes)s 位元組，超過上限 %(limit)s 位元組。請分成幾個檔案匯入。"
    ),
    "workbook.too_many_parts": _(
        "這個活頁簿有 %(parts)s 個組成部分，超過上限 %(limit)s 個。請移除圖片等內容後再匯入。"
    ),
    "workbook.too_many_sheets": _(
        "這個活頁簿有 %(sheets)s 個工作表，超過上限 %(limit)s 個。請移除無關的工作表後再匯入。"
    ),
    "workbook.duplicate_sheet": _("工作表「%(sheet)s」出現兩次。請合併或改名後再匯入。"),
    "workbook.duplicate_header": _(
        "工作表「%(sheet)s」有兩欄的標題都是「%(header)s」。請保留一欄後再匯入。"
    ),
    "workbook.too_many_rows": _("工作表「%(sheet)s」超過上限 %(limit)s 列。請分成幾個檔案匯入。"),
    "workbook.too_many_columns": _(
        "工作表「%(sheet)s」超過上限 %(limit)s 欄。請移除無關的欄位後再匯入。"
    ),
    "workbook.too_many_cells": _(
        "工作表「%(sheet)s」有 %(cells)s 格，超過上限 %(limit)s 格。請移除空白的列與欄後再匯入。"
    ),
    "workbook.cell_too_long": _(
        "工作表「%(sheet)s」第 %(row)s 列 %(column)s 欄有 %(characters)s 字，"
        "超過上限 %(limit)s 字。請縮短後再匯入。"
    ),
    "workbook.too_slow": _(
        "這個活頁簿未能在 5 秒內讀完，已停止讀取，沒有留下任何資料。請移除格式與圖片，或分成幾個檔案後再匯入。"
    ),
    "workbook.text_too_long": _(
        "「%(sheet)s」第 %(row)s 列「%(column)s」有 %(characters)s 字，"
        "超過試算表一格的上限 %(limit)s 字。"
    ),
    "workbook.number_too_large": _("數字 %(number)s 超過試算表能正確保存的範圍。"),
    "workbook.too_long": _("「%(sheet)s」超過試算表的上限 %(limit)s 列。請縮小範圍後再下載。"),
    "intake.sheet_missing": _("活頁簿沒有「%(sheet)s」工作表。請補上該工作表後再匯入。"),
    "intake.sheet_twice": _("「%(sheet)s」工作表出現兩次。請合併或改名後再匯入。"),
    "intake.column_missing": _(
        "「%(sheet)s」工作表缺少欄位：%(columns)s。請補上欄位（標題須相同）後再匯入。"
    ),
    "intake.column_twice": _(
        "「%(sheet)s」工作表有兩欄的標題都是「%(column)s」。請保留一欄後再匯入。"
    ),
    "cell.unreadable": _("「%(text)s」不是這一欄能填的內容。請依欄位規定填寫。"),
    "cell.too_long": _("「%(text)s」超過 %(limit)s 字。請縮短。"),
    # --- what was left out, or may surprise ---
    "unknown_sheet": _("「%(sheet)s」不是進件工作表，未讀取。"),
    "unknown_column": _("「%(sheet)s」的「%(column)s」不是進件欄位，未讀取。"),
    "rows_of_known_case": _(
        "「%(sheet)s」有 %(rows)s 列屬於已在系統中的 %(cases)s 件案件，未讀取。"
    ),
    "workbook.hidden_sheet": _("「%(sheet)s」是隱藏的工作表，仍已讀取。"),
    "workbook.hidden_rows": _("「%(sheet)s」有 %(rows)s 列隱藏（自第 %(first)s 列起），仍已讀取。"),
    "workbook.hidden_columns": _("「%(sheet)s」有隱藏的欄（%(columns)s），仍已讀取。"),
    "workbook.merged_cells": _(
        "「%(sheet)s」有 %(areas)s 處合併儲存格，只有左上角那一格有值。請核對。"
    ),
    "workbook.unnamed_column": _("「%(sheet)s」的 %(column)s 欄沒有標題，未讀取。"),
    # --- why a row cannot be taken in ---
    "E_REQUIRED": _("未填「%(column)s」。請補填。"),
    "E_REQUIRED.rows": _("本案在「%(missing_rows)s」工作表沒有資料。請補上。"),
    "E_TYPE.date": _(
        "「%(column)s」的「%(text)s」不是日期。請填如 2023-05-08 或 112/05/08，時間如 10:20:30。"
    ),
    "E_TYPE.amount": _("「%(column)s」的「%(text)s」不是數字，或超過 12 位。請填阿拉伯數字。"),
    "E_TYPE.cell": _("「%(column)s」不能填「%(text)s」。%(hint)s"),
    "E_TYPE.too_long": _("「%(column)s」的內容「%(text)s」超過 %(limit)s 字。請縮短。"),
    "E_TYPE.too_large": _("設備的數量乘以單價為 %(text)s 元，超過可登錄的上限。請核對數量與單價。"),
    "E_TYPE.formula": _("「%(column)s」是公式，不是值。請改貼為值。"),
    "E_TYPE.error": _("「%(column)s」是試算表的錯誤值「%(text)s」。請改填正確的值。"),
    "E_TYPE.boolean": _("「%(column)s」是邏輯值「%(text)s」。請改填「是」或「否」的文字。"),
    "E_UBN.digits": _("統一編號「%(text)s」含有數字以外的字元。請填八碼數字。"),
    "E_UBN.length": _(
        "統一編號「%(text)s」有 %(length)s 碼，應為 8 碼。若原號碼以 0 開頭，請將該欄設為文字格式後重填。"
    ),
    "E_UBN.checksum": _("統一編號「%(text)s」的檢查碼不符。請核對號碼。"),
    "E_SCHEME": _("沒有代碼為「%(text)s」的方案。請核對方案代碼。"),
    "E_NEGATIVE": _("「%(column)s」的「%(text)s」小於零。請填零以上的數字。"),
    "E_FRACTION": _("「%(column)s」的「%(text)s」不是整數元。請填新臺幣整數元。"),
    "E_DUPLICATE_ROW": _("案件編號 %(case)s 在檔案中不只一列，各列均不匯入。請保留正確的一列。"),
    "E_ORPHAN": _(
        "案件編號 %(case)s 不在「案件」工作表，也不在系統中。請核對案件編號，或補上該案。"
    ),
    "E_CONFLICT": _(
        "案件編號 %(case)s 已在系統中，內容與本檔不同。系統不覆寫已收的案件；請至該案辦理補正。"
    ),
    "hint.yes_no": _("請填「是」或「否」。"),
    "hint.origin": _("請填「國產」或「進口」。"),
    "hint.benefit": _("請填「經濟」或「關鍵」。"),
    "hint.loan_purpose": _("請填「資本性」或「週轉性」。"),
    "hint.loan_class": _("請填本方案的貸款類別。"),
    "hint.conditions": _("請填 1、2、3，兩項以上以逗號分開。"),
    "hint.weight": _("請填百分比，至多兩位小數。"),
    "hint.quantity": _("請填 1 以上的整數。"),
    "hint.whole": _("請填整數。"),
    "hint.variant": _("請填本方案的類別名稱。"),
    "hint.text": _("內容含有不能顯示的字元，請重新輸入。"),
    "hint.people": _("請填少於一百萬的數字。"),
    # --- what a case does not meet ---
    "WINDOW_CLOSED.not_open_yet": _("收件時間 %(value_at)s，早於開始受理的 %(opens_at)s。"),
    "WINDOW_CLOSED.date": _("收件時間 %(value_at)s，已逾受理截止的 %(closes_at)s。"),
    "WINDOW_CLOSED.budget_exhausted": _(
        "收件時間 %(value_at)s，補助經費已於 %(closed_at)s 用罄並停止受理。"
    ),
    "WINDOW_CLOSED.announced": _(
        "收件時間 %(value_at)s，主辦機關已公告自 %(closed_at)s 起停止受理。"
    ),
    "WINDOW_CLOSED.quota_full": _("收件時間 %(value_at)s，名額已於 %(closed_at)s 額滿並停止受理。"),
    "REGISTRATION": _("登記類型為「%(value)s」；本方案限%(limit)s。"),
    "INDUSTRY": _("產業別為「%(value)s」；本方案限%(limit)s。"),
    "HEADCOUNT": _("經常僱用員工數 %(value)s 人；本方案須%(bound)s 人。"),
    "SME": _(
        "實收資本額 %(value)s 元，超過 %(limit)s 元；經常僱用員工數 %(headcount)s 人，"
        "未少於 %(headcount_below)s 人，不是中小企業。"
    ),
    "FACTORY_REGISTRATION.applicant": _("工廠登記狀態為「%(value)s」；本方案須具備%(limit)s。"),
    "FACTORY_REGISTRATION.partners": _("合作廠商沒有工廠登記編號：%(firms)s。"),
    "FACTORY_STATUS.applicant": _("工廠登記狀態為「%(value)s」；本方案限%(limit)s。"),
    "PRC_INVESTMENT.declared": _("企業聲明%(declaration)s，依規定不得申請。"),
    "TAX_ARREARS.declared": _("企業聲明%(declaration)s，依規定不得申請。"),
    "DISSOLVED.declared": _("企業聲明%(declaration)s，依規定不得申請。"),
    "FOREIGN_BRANCH.declared": _("企業聲明%(declaration)s，依規定不得申請。"),
    "BANK_REFUSED.declared": _("企業聲明%(declaration)s，依規定不得申請。"),
    "DUPLICATE_SUBSIDY.declared": _("企業聲明%(declaration)s，依規定不得重複申請。"),
    "DUPLICATE_SUBSIDY.held": _(
        "%(firm)s（%(ubn)s）已獲「%(family)s」補助，案件 %(cases)s；同類補助以一案為限。"
    ),
    "TRADE_REGISTRATION": _("企業未具出進口廠商登記；本方案限已登記的出進口廠商。"),
    "TRADEMARK": _("企業未具我國商標權；本方案須具備。"),
    "NOT_MADE_IN_TAIWAN": _("產品不是臺灣製；本方案限臺灣製產品。"),
    "CASES_PER_FIRM": _(
        "同一企業在本方案連同本案有 %(value)s 件（另有 %(cases)s），超過上限 %(limit)s 件。"
    ),
    "SUBSIDY_OVER_CAP": _(
        "申請補助款 %(value)s 元，超過每案上限 %(limit)s 元，超出 %(excess)s 元。"
    ),
    "SUBSIDY_OVER_RATIO.total": _(
        "申請補助款 %(value)s 元，超過計畫總經費 %(total)s 元的 %(percent)s %%"
        "（%(limit)s 元），超出 %(excess)s 元。"
    ),
    "SUBSIDY_OVER_RATIO.self_fund": _(
        "申請補助款 %(value)s 元，超過自籌款 %(limit)s 元，超出 %(excess)s 元。"
    ),
    "SUBSIDY_OVER_SUBSIDISABLE": _(
        "申請補助款 %(value)s 元，超過可用補助款支應的科目合計 %(limit)s 元，超出 %(excess)s 元。"
    ),
    "SELF_FUND_OVER_CAPITAL": _(
        "自籌款 %(value)s 元，超過實收資本額 %(limit)s 元，超出 %(excess)s 元。"
    ),
    "AMOUNT_ZERO.budget": _("計畫總經費 %(total)s 元、申請補助款 %(value)s 元，兩者都須大於零。"),
    "AMOUNT_ZERO.loan": _("申請貸款金額合計 %(value)s 元，須大於零。"),
    "BUDGET_SUM": _(
        "經費各科目合計 %(value)s 元（補助款 %(subsidy)s、自籌款 %(self_fund)s），與申請的總經費 "
        "%(limit)s 元（補助款 %(subsidy_declared)s、自籌款 %(self_fund_declared)s）不符。"
    ),
    "EQUIPMENT_SUM": _("設備清單合計 %(value)s 元，與「%(category)s」編列的 %(limit)s 元不符。"),
    "CATEGORY_OVER_CAP": _(
        "%(category)s %(value)s 元，超過計畫總經費 %(total)s 元的 %(percent)s %%"
        "（%(limit)s 元），超出 %(excess)s 元。"
    ),
    "CATEGORY_SELF_FUND_ONLY": _("%(category)s編列補助款 %(value)s 元；本科目限以自籌款支應。"),
    "CATEGORY_NOT_ALLOWED.barred": _("%(category)s編列 %(value)s 元；本方案不得編列本科目。"),
    "CATEGORY_NOT_ALLOWED.unknown": _(
        "科目「%(category)s」編列 %(value)s 元；本方案沒有這個科目。"
    ),
    "PERIOD_REVERSED": _("計畫結束日 %(value_on)s，早於計畫開始日 %(limit_on)s。"),
    "PERIOD_TOO_LONG": _(
        "計畫結束日 %(value_on)s，超過自 %(starts_on)s 起 %(months)s 個月的期限 %(limit_on)s，"
        "超出 %(excess_days)s 日。"
    ),
    "CHECKPOINT_WEIGHT_SUM.short": _(
        "查核點權重合計 %(value)s %%，應為 %(limit)s %%，短少 %(shortfall)s %%。"
    ),
    "CHECKPOINT_WEIGHT_SUM.over": _(
        "查核點權重合計 %(value)s %%，應為 %(limit)s %%，超出 %(excess)s %%。"
    ),
    "CHECKPOINT_BY_MIDTERM": _(
        "期中（%(midterm_on)s）前完成的查核點權重合計 %(value)s %%，未達 %(limit)s %%，"
        "短少 %(shortfall)s %%。"
    ),
    "BENEFITS_ECONOMIC": _("經濟效益 %(value)s 項，未達 %(limit)s 項，短少 %(shortfall)s 項。"),
    "BENEFITS_KEY": _("關鍵效益 %(value)s 項，未達 %(limit)s 項，短少 %(shortfall)s 項。"),
    "TARGET_SERVICES": _("導入服務數 %(value)s 項；本類別須%(bound)s 項。"),
    "TARGET_PARTNERS": _("合作中小企業數 %(value)s 家；本類別須%(bound)s 家。"),
    "TARGET_VISITS": _("體驗人次 %(value)s；本類別須%(bound)s。"),
    "TARGET_CARBON": _("減碳 %(value)s 公斤；本類別須%(bound)s 公斤。"),
    "PARTNER_COUNT": _("合作廠商 %(value)s 家，未達 %(limit)s 家，短少 %(shortfall)s 家。"),
    "PARTNER_DUPLICATE": _("合作廠商重複，或就是申請人：統一編號 %(firms)s。"),
    "MEMBER_SUM": _(
        "成員補助款合計 %(value)s 元，超過申請補助款 %(limit)s 元，超出 %(excess)s 元。"
    ),
    "LOAN_ONE_CLASS": _("同時申請貸款類別 %(value)s；每案限申請一類。"),
    "LOAN_OVER_LIMIT": _("申請貸款 %(value)s 元，超過上限 %(limit)s 元，超出 %(excess)s 元。"),
    "LOAN_OVER_SHARE": _(
        "資本性貸款 %(value)s 元，超過計畫經費 %(total)s 元的 %(percent)s %%"
        "（%(limit)s 元），超出 %(excess)s 元。"
    ),
    "LOAN_CONDITION": _("貸款的資格條件為「%(value)s」；須符合條件 %(limit)s 之一。"),
    "TRAINEE_MISSING": _("沒有學員；至少須有 %(limit)s 人。"),
    "TRAINEE_NOT_EMPLOYED": _("學員沒有在職證明：%(names)s。"),
}

# The commonest reasons stand in a list by themselves: what a code is about, in a few words.
REASONS: dict[str, LazyString] = {
    "E_REQUIRED": _("必填欄位未填"),
    "E_TYPE": _("內容不是該欄的數字、日期或選項"),
    "E_UBN": _("統一編號不正確"),
    "E_SCHEME": _("沒有這個方案"),
    "E_NEGATIVE": _("金額小於零"),
    "E_FRACTION": _("金額不是整數元"),
    "E_DUPLICATE_ROW": _("案件編號重複"),
    "E_ORPHAN": _("找不到所屬案件"),
    "E_CONFLICT": _("與已收案件內容不同"),
    "WINDOW_CLOSED": _("不在受理期間"),
    "REGISTRATION": _("登記類型不符"),
    "INDUSTRY": _("產業別不符"),
    "HEADCOUNT": _("員工人數不符"),
    "SME": _("不是中小企業"),
    "FACTORY_REGISTRATION": _("工廠登記不符"),
    "FACTORY_STATUS": _("工廠狀態不符"),
    "PRC_INVESTMENT": _("陸資"),
    "TAX_ARREARS": _("欠繳稅捐"),
    "DISSOLVED": _("解散或歇業"),
    "FOREIGN_BRANCH": _("外國企業分公司"),
    "BANK_REFUSED": _("銀行拒絕往來"),
    "DUPLICATE_SUBSIDY": _("重複補助"),
    "TRADE_REGISTRATION": _("未具出進口廠商登記"),
    "TRADEMARK": _("未具我國商標權"),
    "NOT_MADE_IN_TAIWAN": _("不是臺灣製產品"),
    "CASES_PER_FIRM": _("同一企業案數超過上限"),
    "SUBSIDY_OVER_CAP": _("補助款超過每案上限"),
    "SUBSIDY_OVER_RATIO": _("補助款超過比例"),
    "SUBSIDY_OVER_SUBSIDISABLE": _("補助款超過可補助科目"),
    "SELF_FUND_OVER_CAPITAL": _("自籌款超過實收資本額"),
    "AMOUNT_ZERO": _("金額為零"),
    "BUDGET_SUM": _("經費合計不符"),
    "EQUIPMENT_SUM": _("設備清單合計不符"),
    "CATEGORY_OVER_CAP": _("科目超過比例上限"),
    "CATEGORY_SELF_FUND_ONLY": _("限自籌科目編列補助款"),
    "CATEGORY_NOT_ALLOWED": _("編列不得編列的科目"),
    "PERIOD_REVERSED": _("計畫起迄顛倒"),
    "PERIOD_TOO_LONG": _("計畫期間過長"),
    "CHECKPOINT_WEIGHT_SUM": _("查核點權重合計不符"),
    "CHECKPOINT_BY_MIDTERM": _("期中前權重不足"),
    "BENEFITS_ECONOMIC": _("經濟效益項數不足"),
    "BENEFITS_KEY": _("關鍵效益項數不足"),
    "TARGET_SERVICES": _("導入服務數不足"),
    "TARGET_PARTNERS": _("合作企業數不足"),
    "TARGET_VISITS": _("體驗人次不足"),
    "TARGET_CARBON": _("減碳量不足"),
    "PARTNER_COUNT": _("合作廠商家數不足"),
    "PARTNER_DUPLICATE": _("合作廠商重複"),
    "MEMBER_SUM": _("成員補助款超過申請額"),
    "LOAN_ONE_CLASS": _("申請一類以上貸款"),
    "LOAN_OVER_LIMIT": _("貸款超過上限"),
    "LOAN_OVER_SHARE": _("貸款超過計畫經費比例"),
    "LOAN_CONDITION": _("貸款資格條件不符"),
    "TRAINEE_MISSING": _("沒有學員"),
    "TRAINEE_NOT_EMPLOYED": _("學員沒有在職證明"),
}

STATES: dict[str, LazyString] = {
    "Outcome.eligible": _("各項規定均符合"),
    "Outcome.ineligible": _("有不符事項"),
    "Outcome.rejected": _("不能匯入"),
    "Outcome.unchanged": _("已在系統中，內容相同"),
    "ImportState.PREVIEWED": _("待確認"),
    "ImportState.CONFIRMED": _("已匯入"),
    "ImportState.DISCARDED": _("已放棄"),
}

ACTS: dict[str, LazyString] = {
    "import.preview": _("預覽進件活頁簿"),
    "import.confirm": _("確認匯入"),
    "import.discard": _("放棄匯入"),
    "import.bring_in": _("匯入進件活頁簿"),
}
