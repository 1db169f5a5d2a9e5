"""Sentences of the door itself: rights, staleness, lifecycles, documents, input."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

SENTENCES = {
    "access.denied": _("您的角色沒有辦理這件事的權限。請由有權限的同仁辦理。"),
    "act.key_misused": _("這張表單已用於另一件事。請重新整理頁面後再送出。"),
    "stale": _(
        "您開啟本頁後，資料已由他人更新。頁面現在顯示最新內容，您輸入的內容仍保留；請確認後重新送出。"
    ),
    "text.too_long": _("文字共 %(length)s 字，超過上限 %(limit)s 字。請縮短。"),
    "lifecycle.not_allowed": _("目前狀態為「%(state)s」，不能辦理「%(event)s」。"),
    "document.missing": _("尚未附上檔案。請選擇一份 PDF 檔後再送出。"),
    "document.too_large": _(
        "檔案「%(name)s」有 %(size)s 位元組，超過上限 %(limit)s 位元組。請壓縮或分成數個檔案後再上傳。"
    ),
    "document.not_pdf": _(
        "檔案「%(name)s」不是 PDF。請另存為 PDF 後再上傳；只改副檔名不能成為 PDF。"
    ),
    "document.two_kinds": _(
        "檔案「%(name)s」同時也是壓縮檔，不能收存。請由原始文件重新另存為 PDF 後再上傳。"
    ),
    "document.damaged": _(
        "檔案「%(name)s」不完整或已損壞，無法直接開啟。請由原始文件重新另存為 PDF 後再上傳。"
    ),
    "document.encrypted": _(
        "檔案「%(name)s」設有密碼或權限保護，日後可能無法開啟，不能收存。請解除保護後再上傳。"
    ),
    "document.script": _(
        "檔案「%(name)s」含有程式碼，不能收存。請以「列印成 PDF」重新產生後再上傳。"
    ),
    "document.action": _(
        "檔案「%(name)s」含有會自行執行、送出資料或開啟其他檔案的動作，不能收存。請以「列印成 PDF」重新產生後再上傳。"
    ),
    "document.attachment": _(
        "檔案「%(name)s」夾帶其他檔案或影音，不能收存。請將夾帶的文件另外轉成 PDF 上傳。"
    ),
    "document.dynamic_form": _(
        "檔案「%(name)s」是動態表單（XFA），內容會隨軟體而變，不能收存。請以「列印成 PDF」重新產生後再上傳。"
    ),
    "document.too_many_pages": _(
        "檔案「%(name)s」有 %(pages)s 頁，超過上限 %(limit)s 頁。請分成數個檔案後再上傳。"
    ),
    "document.too_many_objects": _(
        "檔案「%(name)s」內含 %(objects)s 個物件，超過上限 %(limit)s 個。請分成數個檔案，或以「列印成 PDF」重新產生後再上傳。"
    ),
    "document.too_many_pixels": _(
        "檔案「%(name)s」內有一張 %(pixels)s 像素的圖，超過上限 %(limit)s 像素。請以較低的解析度掃描後再上傳。"
    ),
    "document.unpacks_too_large": _(
        "檔案「%(name)s」解壓縮後超過上限 %(limit)s 位元組。請以較低的解析度另存，或分成數個檔案後再上傳。"
    ),
    "document.too_slow": _(
        "檔案「%(name)s」過於複雜，未能在時限內檢查完畢，尚未收存。請以「列印成 PDF」重新產生後再上傳。"
    ),
    "document.no_such_page": _("這個檔案只有 %(pages)s 頁，沒有第 %(page)s 頁。請回上一頁。"),
    "document.not_drawn": _("這一頁無法在此顯示。請下載檔案後查看。"),
    "document.infected": _(
        "防毒軟體在檔案「%(name)s」中發現「%(threat)s」，未予收存。請通知資訊人員，並請業者另行提供乾淨的檔案。"
    ),
    "date.unreadable": _("「%(text)s」不是日期。請輸入如 112/05/08 的日期。"),
    "ubn.invalid": _("統一編號「%(text)s」不正確。請核對八碼數字及檢查碼。"),
    "amount.unreadable": _("「%(text)s」不是金額。請輸入新臺幣整數元。"),
    "amount.fraction": _("「%(text)s」不是整數元。請輸入新臺幣整數元。"),
    "amount.negative": _("「%(text)s」小於零。請輸入零以上的整數元。"),
    "words.unreadable": _("「%(text)s」不是大寫金額。"),
    "note.missing": _("尚未填寫理由。請說明理由後再送出。"),
}

STATES = {
    "Scan.CLEAN": _("已掃毒"),
    "Scan.UNSCANNED": _("未掃毒"),
}
