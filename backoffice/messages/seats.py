"""Sentences and words of places, waiting lists and services."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

SENTENCES: dict[str, LazyString] = {
    "quota.full": _("本梯次名額已全數給予，尚有 %(available)s 個可用。本案依順序列入候補。"),
    "seat.second_case": _(
        "同一企業在本梯次已以案件 %(other)s 取得或等候名額；一家企業在一個梯次以一個名額為限，"
        "案件 %(number)s 不能再取得。請洽企業確認保留哪一案，並先登錄另一案撤案。"
    ),
    "fee.not_asked": _("方案 %(scheme)s 不收企業分攤款，不必登錄繳費。請核對案號。"),
    "fee.nothing": _("繳費金額須為 1 元以上。請依繳款證明填寫。"),
    "fee.in_future": _("入帳時間 %(at)s 晚於現在。請核對繳款證明。"),
    "seat.not_held": _("案件 %(number)s 目前沒有待繳費的保留名額，不必辦理逾期未繳。"),
    "seat.not_due": _("繳費期限 %(due_on)s 尚未過，名額仍予保留。請待期限過後再辦理。"),
    "seat.no_choice": _("案件 %(number)s 目前不在候補或逾期未繳，不必登錄業者的選擇。"),
    "seat.letter_in_future": _("業者來函日期 %(on)s 晚於今天。請核對來函日期。"),
    "seat.not_confirmed": _(
        "案件 %(number)s 的名額尚未確認，不能開始輔導。請待繳清費用並取得名額。"
    ),
    "seat.conflict_settled": _("這件名額順序爭議已是「%(state)s」，不必再決定。"),
    "seat.not_head": _(
        "候補中順序最前的是 %(number)s，名額讓出後會由該案取得。請先決定該案的爭議。"
    ),
    "service.before_start": _("完成日期不得早於開始輔導日 %(started_on)s。請核對日期。"),
    "service.in_future": _("日期 %(on)s 晚於今天。請填寫實際日期。"),
    "service.late_unexplained": _("完成日期已逾期限 %(due_on)s。請說明逾期原因後再送出。"),
    "service.advertising_missing": _("尚未填寫廣告支出金額。請依單據填寫。"),
    "service.advertising_short": _(
        "廣告支出 %(spent)s 元，未達企業分攤款 %(fee)s 元。請補齊單據後再辦理完成。"
    ),
}

STATES: dict[str, LazyString] = {
    "SeatState.FREE": _("空額"),
    "SeatState.HELD": _("保留待繳"),
    "SeatState.CONFIRMED": _("已確認"),
    "SeatState.IN_SERVICE": _("輔導中"),
    "SeatState.DONE": _("輔導完成"),
    "SeatState.CONSUMED": _("已耗用"),
    "SeatState.UNUSED": _("未使用"),
    "ClaimState.WAITING": _("候補中"),
    "ClaimState.SEATED": _("已有名額"),
    "ClaimState.LAPSED": _("逾期未繳"),
    "ClaimState.REFUND": _("選擇退費"),
    "ClaimState.ENDED": _("已離開"),
    "ConflictState.OPEN": _("待決定"),
    "ConflictState.KEPT": _("維持原名額"),
    "ConflictState.REPLACED": _("改由先繳者取得"),
    "ConflictState.MOOT": _("毋須處理"),
    "ReleaseCause.LAPSED": _("逾期未繳"),
    "ReleaseCause.WITHDRAWN": _("撤案"),
    "ReleaseCause.CANCELLED": _("取消"),
    "ReleaseCause.GAVE_WAY": _("讓予順序在前者"),
    "Choice.WAIT": _("留在候補"),
    "Choice.REFUND": _("退還費用"),
    "FeeSource.INTAKE": _("進件活頁簿"),
    "FeeSource.HAND": _("人工登錄"),
    "FeeSource.BANK": _("銀行入帳檔"),
}

ACTS: dict[str, LazyString] = {
    "case.accept_together": _("受理同梯次案件"),
    "seat.give_out_everywhere": _("依序給予名額"),
    "seat.lapse": _("登錄逾期未繳費"),
    "seat.end_overdue": _("保留名額逾期釋出"),
    "seat.choose": _("登錄業者選擇候補或退費"),
    "seat.keep": _("決定維持原名額"),
    "seat.replace": _("決定由順序在前者取得名額"),
    "fee.book_earlier": _("補登繳費入帳"),
    "service.start": _("開始輔導"),
    "service.deliver": _("登錄輔導完成"),
    "service.close": _("輔導結案"),
    "service.cancel": _("取消輔導"),
}
