"""What each use case is called in words: in timelines, ledger entries and the audit."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from backoffice.messages import (
    bank,
    budget,
    cases,
    disbursement,
    fees,
    intake,
    ledger,
    loans,
    people,
    recoveries,
    reports,
    review,
    seats,
    sheets,
)

_ROOMS = (
    people,
    intake,
    cases,
    review,
    disbursement,
    recoveries,
    sheets,
    ledger,
    reports,
    seats,
    fees,
    loans,
    bank,
    budget,
)

# Deeds of the rooms that keep no list of their own; a room's own word comes before these.
_DEEDS: dict[str, LazyString] = {
    "case.take": _("取件"),
    "case.hand_over": _("移交案件"),
    "case.give_back": _("退回案件"),
    "case.recount": _("重計案件數"),
    "case.note": _("留下註記"),
    "case.withdraw": _("登錄撤案"),
    "case.decide_eligibility": _("資格審查"),
    "case.accept_eligible": _("受理符合資格案件"),
    "import.preview": _("預覽匯入檔"),
    "import.bring_in": _("匯入申請案"),
    "import.confirm": _("確認匯入"),
    "import.discard": _("放棄匯入"),
    "list.download": _("下載清單"),
    "outbox.claim": _("領取待送事項"),
    "outbox.keep": _("記錄送達結果"),
    "worker.beat": _("背景程式回報運作中"),
    "backup.record": _("登錄備份"),
    "backup.record_restore": _("登錄由備份還原"),
    "review.assign_panel": _("指派審查委員"),
    "review.replace_reviewer": _("更換審查委員"),
    "review.declare": _("聲明無應迴避情事"),
    "review.recuse": _("迴避"),
    "review.decline": _("婉拒審查"),
    "review.save_draft": _("儲存評分草稿"),
    "review.submit_score_sheet": _("送出評分表"),
    "review.submit_score_sheets": _("一次送出評分表"),
    "review.withdraw_sheet": _("撤回評分表"),
    "review.confirm_bonus": _("確認國產設備加分"),
    "review.deny_bonus": _("不予國產設備加分"),
    "review.propose_divergence": _("擬具評分歧異處理"),
    "review.resolve_divergence": _("處理評分歧異"),
    "review.close_scoring": _("結束評分"),
    "review.reopen_scoring": _("重啟評分"),
    "review.decide_award": _("核定補助"),
    "review.decide_reject": _("不予補助"),
    "review.call_for_opinions": _("徵詢委員意見"),
    "review.give_opinion": _("提出委員意見"),
    "review.end_opinions": _("結束徵詢意見"),
}

ACTS: dict[str, LazyString] = {
    **_DEEDS,
    **{name: word for room in _ROOMS for name, word in vars(room).get("ACTS", {}).items()},
}


def act_words(name: str) -> str:
    """What was done, in the reader's language; a use case without words keeps its name."""
    return str(ACTS.get(name, name))
