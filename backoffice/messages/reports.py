"""Sentences and words of the budget, the ledger's pages and the audit's."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

SENTENCES: dict[str, LazyString] = {
    "budget.amount_not_positive": _("金額須大於 0 元。請核對公文上的金額。"),
    "budget.document_missing": _("尚未填寫公文字號。請依公文填寫，以便日後查對。"),
    "budget.document_in_future": _("公文日期 %(day)s 晚於今天。請核對公文上的日期。"),
    "budget.text_too_long": _("文字共 %(length)s 字，超過上限 %(limit)s 字。請縮短。"),
    "budget.document_entered": _(
        "公文「%(document)s」已於 %(at)s 登錄方案 %(scheme)s 的%(kind)s %(amount)s 元，不能再登錄一次。請核對公文字號。"
    ),
    "budget.allotment_over": _(
        "分配後累計 %(allotted)s 元，超過法定預算 %(appropriation)s 元，超出 %(excess)s 元。請調減分配數，或先登錄法定預算。"
    ),
    "audit.reason_missing": _("尚未填寫匯出事由。請敘明用途，事由會留在稽核紀錄。"),
}

STATES: dict[str, LazyString] = {
    "Stage.appropriation": _("法定預算"),
    "Stage.available": _("可用餘額"),
    "Stage.held": _("部分核定待同意"),
    "Stage.committed": _("核定未簽約"),
    "Stage.contracted": _("簽約未撥付"),
    "Stage.carried_over": _("已核准保留"),
    "Stage.in_transit": _("送件未入帳"),
    "Stage.disbursed": _("已撥付"),
    "Stage.recovered": _("已繳回"),
    "Stage.lapsed": _("賸餘"),
    "Stage.allotment": _("分配數"),
    "Stage.allotted": _("分配數尚可支用"),
    "Stage.allotment_used": _("分配數已支用"),
    "Unit.NTD": _("新臺幣"),
    "Unit.SEAT": _("名額"),
    "Book.BUDGET": _("預算帳"),
    "Book.ALLOTMENT": _("分配帳"),
    "Book.SEATS": _("名額帳"),
    "Book.FEES": _("費用帳"),
    "BudgetKind.APPROPRIATION": _("法定預算"),
    "BudgetKind.ALLOTMENT": _("分配預算"),
    "Movement.awarded": _("核定"),
    "Movement.paid": _("撥付"),
    "Fault.missing": _("缺少這一筆"),
    "Fault.altered": _("內容與雜湊不符"),
    "Fault.head": _("與鏈末的序號或雜湊不符"),
}

ACTS: dict[str, LazyString] = {
    "budget.enter_appropriation": _("登錄法定預算"),
    "budget.enter_allotment": _("登錄分配預算"),
    "audit.export": _("匯出案件歷程"),
    "audit.verify": _("驗算稽核紀錄"),
}
