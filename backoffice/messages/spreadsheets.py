"""Sentences of the room «spreadsheets»: why an upload is not read, what to know of what was."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

SENTENCES = {
    # the file
    "workbook.too_large": _(
        "檔案有 %(bytes)s 位元組，超過上限 %(limit)s 位元組。請分成數個檔案後再上傳。"
    ),
    "workbook.not_workbook": _(
        "這個檔案不是 .xlsx 或 .ods 活頁簿。請以試算表軟體另存為其中一種格式後再上傳。"
    ),
    "workbook.legacy": _("這是舊版 Excel（.xls）檔案，本系統不讀取。請另存為 .xlsx 後再上傳。"),
    "workbook.encrypted": _("這份活頁簿設有密碼。請移除密碼後再上傳。"),
    "workbook.damaged": _(
        "檔案已損壞、不完整，或展開後過於龐大，無法讀取。請以試算表軟體開啟並另存新檔後再上傳。"
    ),
    "workbook.too_slow": _(
        "這份活頁簿未能在 5 秒內讀完，已停止讀取，沒有留下任何資料。請分成數個檔案，或另存新檔後再上傳。"
    ),
    "workbook.macros": _(
        "活頁簿含有巨集或控制項（%(part)s），不能收存。請另存為不含巨集的 .xlsx 後再上傳。"
    ),
    "workbook.nested": _("活頁簿內嵌了另一個檔案（%(part)s），不能收存。請移除內嵌檔案後再上傳。"),
    "workbook.unsafe_part": _(
        "活頁簿內有不允許的檔案路徑（%(part)s）。請以試算表軟體另存新檔後再上傳。"
    ),
    "workbook.duplicate_part": _(
        "活頁簿內的「%(part)s」重複出現。請以試算表軟體另存新檔後再上傳。"
    ),
    "workbook.unsafe_xml": _(
        "活頁簿內的「%(part)s」含有不允許的宣告。請以試算表軟體另存新檔後再上傳。"
    ),
    "workbook.too_many_parts": _(
        "活頁簿內有 %(parts)s 個以上的檔案，超過上限 %(limit)s 個。請另存新檔後再上傳。"
    ),
    "workbook.unpacks_too_large": _(
        "活頁簿展開後有 %(bytes)s 位元組，超過上限 %(limit)s 位元組。請分成數個檔案後再上傳。"
    ),
    "workbook.zip_bomb": _(
        "活頁簿內的「%(part)s」壓縮超過 %(limit)s 倍，不予展開。請以試算表軟體另存新檔後再上傳。"
    ),
    # the sheets
    "workbook.too_many_sheets": _(
        "活頁簿有 %(sheets)s 張工作表，超過上限 %(limit)s 張。請刪除不需要的工作表後再上傳。"
    ),
    "workbook.duplicate_sheet": _(
        "有兩張工作表都名為「%(sheet)s」。請改名或刪除其中一張後再上傳。"
    ),
    "workbook.too_many_rows": _("工作表「%(sheet)s」超過 %(limit)s 列。請分成數個檔案後再上傳。"),
    "workbook.too_many_columns": _(
        "工作表「%(sheet)s」超過 %(limit)s 欄。請刪除多餘的欄後再上傳。"
    ),
    "workbook.too_many_cells": _(
        "工作表「%(sheet)s」的範圍有 %(cells)s 格，超過上限 %(limit)s 格。請刪除遠處的內容，或分成數個檔案後再上傳。"
    ),
    "workbook.too_many_formulas": _(
        "工作表「%(sheet)s」有 %(formulas)s 格公式，超過上限 %(limit)s 格。請將公式貼成值後再上傳。"
    ),
    "workbook.cell_too_long": _(
        "工作表「%(sheet)s」第 %(row)s 列 %(column)s 欄有 %(characters)s 字，超過一格上限 %(limit)s 字。請縮短內容後再上傳。"
    ),
    "workbook.duplicate_header": _(
        "工作表「%(sheet)s」的欄名「%(header)s」重複出現。請改名或刪除其中一欄後再上傳。"
    ),
    # writing
    "workbook.text_too_long": _(
        "「%(sheet)s」第 %(row)s 筆「%(column)s」有 %(characters)s 字，超過一格上限 %(limit)s 字。請縮短內容，或改以 CSV 匯出。"
    ),
    "workbook.number_too_large": _("數值 %(number)s 超過試算表能正確表示的範圍，不能匯出。"),
    "workbook.too_long": _(
        "「%(sheet)s」超過 %(limit)s 筆，一張工作表放不下。請縮小篩選範圍後再匯出。"
    ),
    # notices: what was read, and should be looked at
    "workbook.hidden_sheet": _("工作表「%(sheet)s」是隱藏的，其內容已一併讀入。"),
    "workbook.hidden_rows": _(
        "工作表「%(sheet)s」有 %(rows)s 列隱藏（自第 %(first)s 列起），其內容已一併讀入。"
    ),
    "workbook.hidden_columns": _(
        "工作表「%(sheet)s」的 %(columns)s 欄是隱藏的，其內容已一併讀入。"
    ),
    "workbook.merged_cells": _(
        "工作表「%(sheet)s」有 %(areas)s 處合併儲存格，只有左上角一格有值。"
    ),
    "workbook.unnamed_column": _("工作表「%(sheet)s」%(column)s 欄有內容但沒有欄名，未讀入。"),
}
