"""Sentences and words of payment files and the bank's answer."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

SENTENCES: dict[str, LazyString] = {
    "bank.unreadable": _("欄位 %(field)s 不是 Big5 文字。請確認是否為銀行原檔。"),
    "bank.file_empty": _("檔案中沒有任何付款結果，未匯入。請確認檔案後重新上傳。"),
    "bank.too_many": _(
        "檔案有 %(count)s 筆，超過一次 %(limit)s 筆的上限，未匯入。請分成數個檔案。"
    ),
    "bank.columns_missing": _(
        "檔案缺少欄位「%(columns)s」，未匯入。請下載範本，依範本的欄位名稱填寫後重新上傳。"
    ),
    "bank.cell_wrong": _(
        "第 %(row)s 列「%(column)s」%(fault)s。檔案未匯入，請更正後重新上傳，或請銀行重送。"
    ),
    "bank.record_wrong": _(
        "第 %(line)s 行第 %(first)s 至 %(last)s 位元組%(fault)s。檔案未匯入，請洽銀行重送。"
    ),
    "bank.not_read": _(
        "這份回覆檔的狀態為「%(state)s」，不能再確認。請重新載入頁面，查看辦理結果。"
    ),
    "bank.item_done": _("這一項已有人辦理完成。請重新載入頁面，查看辦理結果。"),
    "bank.resolution_wrong": _(
        "這一項目前不能以「%(resolution)s」辦理。請重新載入頁面，由頁面所列的方式選擇。"
    ),
    "bank.resolution_wrong_for": _(
        "第 %(items)s 號待查款項不能以「%(resolution)s」辦理，各項均未辦理。"
        "請改選其他方式，或取消勾選後另行辦理。"
    ),
    "bank.none_chosen": _("尚未勾選待查款項。請勾選要一併辦理的各項後再送出。"),
    "bank.classes_differ": _("勾選的待查款項分類不同，不能一併辦理。請先篩選一個分類。"),
    "bank.items_moved": _(
        "第 %(items)s 號待查款項已有人辦理或變更，各項均未辦理。其餘各項仍在勾選中，請核對後再送出。"
    ),
    "bank.day_missing": _("尚未填寫入帳日或退匯日。請填寫後再送出。"),
    "bank.reason_missing": _("退匯須有原因。請選擇後再送出。"),
    "bank.amount_differs": _(
        "銀行的金額為 %(said)s 元，該筆應撥 %(due)s 元，兩者不同，不能認定為同一筆。"
        "請核對清冊編號及序號；金額確有錯誤者，請先洽銀行更正。"
    ),
    "bank.place_unknown": _(
        "找不到已送件的付款「%(sheet)s 第 %(position)s 列」。請核對清冊編號及序號。"
    ),
    "bank.line_done": _(
        "「%(sheet)s 第 %(position)s 列」已登錄入帳或退匯，不能再認定。請核對清冊編號及序號。"
    ),
    "bank.nothing_to_vouch": _("本清冊沒有待補憑據的付款：各筆都已有銀行回覆或憑據說明。"),
    "bank.day_closed": _(
        "%(day)s 已日結，不能再登錄當日的入帳或退匯。請以未日結的日期登錄並敘明。"
    ),
    "bank.day_to_come": _("%(day)s 尚未到，不能日結。請於當日或之後辦理。"),
    "bank.answer_waits": _("回覆檔「%(files)s」尚未確認，不能日結。請先確認或放棄該檔。"),
    "bank.items_open": _("當日以前尚有 %(count)s 項待查，不能日結。請先逐項辦理完成。"),
    "bank.day_differs": _(
        "清冊、帳與銀行尚差 %(difference)s 元，不能日結。不符的清冊：%(sheets)s。"
        "請載入銀行回覆檔，或補登手工登錄各筆的憑據。"
    ),
}

STATES: dict[str, LazyString] = {
    "AnswerForm.ACHR01": _("媒體檔 ACHR01"),
    "AnswerForm.WORKBOOK": _("試算表"),
    "AnswerForm.CSV": _("CSV"),
    "AnswerState.READ": _("待確認"),
    "AnswerState.CONFIRMED": _("已確認"),
    "AnswerState.SET_ASIDE": _("已放棄"),
    "AnswerEvent.CONFIRM": _("確認"),
    "AnswerEvent.SET_ASIDE": _("放棄"),
    "AnswerEvent.LOAD_AGAIN": _("重新載入"),
    "BankClass.PAID": _("入帳"),
    "BankClass.RETURNED": _("退匯"),
    "BankClass.PART": _("部分入帳"),
    "BankClass.WRONG_AMOUNT": _("金額溢付"),
    "BankClass.SPLIT": _("分筆入帳"),
    "BankClass.DOUBLE": _("重複"),
    "BankClass.MISSING": _("漏列"),
    "BankClass.UNKNOWN": _("不明"),
    "BankClass.LATE": _("遲到"),
    "BankClass.RENAMED": _("戶名或帳戶不同"),
    "ItemState.OPEN": _("待查"),
    "ItemState.RESOLVED": _("已辦理"),
    "ItemEvent.RESOLVE": _("辦理"),
    "Resolution.APPLIED": _("確認時登錄"),
    "Resolution.PAID": _("已足額入帳"),
    "Resolution.RETURNED": _("已退匯"),
    "Resolution.AGREED": _("與已登錄者相符"),
    "Resolution.GIVEN_BACK": _("款項已退回，不屬任何付款"),
    "Resolution.ANSWERED": _("併同他項辦理"),
    "Fault.POSITION": _("不是清冊的序號"),
    "Fault.UBN": _("不是 8 碼的統一編號"),
    "Fault.BANK": _("不是 7 碼的金融機構及分行代碼"),
    "Fault.ACCOUNT": _("不是 16 碼以內的帳號"),
    "Fault.AMOUNT": _("不是大於 0 的整數金額"),
    "Fault.RESULT": _("不是入帳或退匯"),
    "Fault.CODE": _("不是與結果相符的 2 碼代碼"),
    "Fault.CODE_MISSING": _("為退匯而沒有退件理由代碼"),
    "Fault.DAY": _("不是日期"),
    "Fault.DAY_TO_COME": _("的日期尚未到"),
    "Fault.TEXT": _("超過 200 字"),
    "Fault.NOBODY": _("空白，且無清冊序號，亦無統一編號及帳號，無從辨認是哪一筆付款"),
    "Fault.LENGTH": _("長度不符，每行應為 250 位元組"),
    "Fault.RECORD": _("不是代付交易的結果"),
    "Fault.TRAILER": _("不是尾錄，檔案可能不完整"),
    "Fault.COUNT": _("的筆數與明細不符"),
    "Fault.SUM": _("的金額合計與明細不符"),
    "Fault.ENCODING": _("有無法辨識的文字"),
}

ACTS: dict[str, LazyString] = {
    "bank.load": _("載入銀行回覆檔"),
    "bank.set_aside": _("放棄銀行回覆檔"),
    "bank.confirm": _("確認銀行回覆檔"),
    "bank.resolve": _("辦理待查款項"),
    "bank.resolve_together": _("一併辦理待查款項"),
    "bank.vouch": _("補登付款憑據"),
    "bank.close_day": _("日結"),
}
