"""Sentences of the door itself: rights, staleness, lifecycles, documents, input."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

SENTENCES = {
    "access.denied": _("您的角色沒有辦理這件事的權限。請由有權限的同仁辦理。"),
    "act.key_misused": _("這張表單已用於另一件事。請重新整理頁面後再送出。"),
    "stale": _(
        "您開啟本頁後，資料已由他人更新。頁面現在顯示最新內容，您輸入的內容仍保留；請確認後重新送出。"
    ),
    "lifecycle.not_allowed": _("目前狀態為「%(state)s」，不能辦理「%(event)s」。"),
    "document.missing": _("尚未附上檔案。請選擇一份 PDF 檔後再送出。"),
    "document.too_large": _("檔案「%(name)s」有 %(size)s 位元組，超過上限 %(limit)s 位元組。"),
    "document.not_pdf": _("檔案「%(name)s」不是可以開啟的 PDF。請另存為 PDF 後再上傳。"),
    "document.unsafe": _("檔案「%(name)s」含有密碼、程式或附件，不能收存。請移除後再上傳。"),
    "date.unreadable": _("「%(text)s」不是日期。請輸入如 112/05/08 的日期。"),
    "instant.unreadable": _("「%(text)s」不是日期時間。請輸入如 112/05/08 10:20 的時間。"),
    "ubn.invalid": _("統一編號「%(text)s」不正確。請核對八碼數字及檢查碼。"),
    "amount.unreadable": _("「%(text)s」不是金額。請輸入新臺幣整數元。"),
    "amount.fraction": _("「%(text)s」不是整數元。請輸入新臺幣整數元。"),
    "amount.negative": _("「%(text)s」小於零。請輸入零以上的整數元。"),
    "words.unreadable": _("「%(text)s」不是大寫金額。"),
    "note.missing": _("尚未填寫理由。請說明理由後再送出。"),
}
