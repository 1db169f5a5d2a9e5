"""Sentences of the ledger."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

SENTENCES = {
    "budget.exhausted": _(
        "可用餘額只剩 %(available)s 元，不足支應 %(wanted)s 元。請改為部分核定或列入候補，或洽主計單位。"
    ),
    "budget.allotment_short": _(
        "本期分配數只剩 %(available)s 元，不足支應 %(wanted)s 元。請洽主計單位辦理分配。"
    ),
    "ledger.short": _("帳戶「%(account)s」只剩 %(available)s 元，不足支應 %(wanted)s 元。"),
    "ledger.no_account": _("方案 %(scheme)s 尚未編列預算。請主計單位先登錄法定預算。"),
}
