"""Sentences and words of budget periods, transfers, the year's end, and the figures by name."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

SENTENCES: dict[str, LazyString] = {
    "plan.nothing": _("各月分配數都沒有變更。請修改至少一個月份後再送出。"),
    "plan.month_locked": _(
        "%(year)s 年 %(months)s 月已開始，分配數已釋出，不能變更。請只修改尚未開始的月份；金額有誤時，請於後續月份調整。"
    ),
    "plan.over": _(
        "已分配與各月計畫合計 %(planned)s 元，超過預算數 %(appropriation)s 元，超出 %(excess)s 元。請調減後續月份的分配數。"
    ),
    "shift.target_missing": _("流用須選擇流入的方案，減列則不選。請修改後再送出。"),
    "shift.same_scheme": _("流出與流入都是方案 %(scheme)s。請選擇不同的方案。"),
    "shift.beyond_available": _(
        "方案 %(scheme)s 的可用餘額只有 %(available)s 元，不足流用或減列 %(wanted)s 元。請調減金額；已核定的經費不能流用。"
    ),
    "budget.same_person": _(
        "登錄與核准須由不同人員辦理。這一筆由您登錄，請由其他有核准權限的人員辦理。"
    ),
    "budget.closed": _(
        "方案 %(scheme)s 的預算已於 %(at)s 辦理年度結算，不能再核定、流用或登錄。如確有需要，請洽主計單位依規定程序辦理。"
    ),
    "year.too_early": _(
        "預算執行至 %(ends_by)s，期限屆滿後才能辦理年度結算。請於次日起辦理，並先完成年度保留。"
    ),
    "year.no_budget": _("方案 %(scheme)s 沒有預算數，無須辦理年度結算。"),
    "year.promises_open": _(
        "尚有部分核定待同意 %(held)s 元、核定未簽約 %(committed)s 元、簽約未撥付 %(contracted)s 元未處理。請先辦理年度保留、撥付或釋出，再辦理年度結算。"
    ),
    "year.proposed": _("方案 %(scheme)s 的年度結算已登錄或已完成，不能重複登錄。"),
}

STATES: dict[str, LazyString] = {
    "FigureName.budget": _("預算數"),
    "FigureName.allotments": _("累計分配數"),
    "FigureName.commitments": _("核定數"),
    "FigureName.contracts": _("簽約數"),
    "FigureName.payable": _("應付數"),
    "FigureName.realised": _("實現數"),
    "FigureName.carried": _("保留數"),
    "FigureName.final": _("決算數"),
    "FigureName.surplus": _("賸餘數"),
    "FigureName.rate-a": _("執行率 A"),
    "FigureName.rate-b": _("執行率 B"),
    "FigureName.paid-rate": _("撥付率"),
    "ShiftKind.TRANSFER": _("流用"),
    "ShiftKind.REDUCTION": _("減列"),
    "ProposalState.PROPOSED": _("待核准"),
    "ProposalState.APPROVED": _("已核准"),
    "ProposalState.RETURNED": _("已退回"),
    "ProposalEvent.APPROVE": _("核准"),
    "ProposalEvent.RETURN": _("退回"),
    "Binding.money": _("經費"),
    "Binding.seats": _("名額"),
    "Reach.whole": _("足額"),
    "Reach.part": _("部分"),
    "Reach.nothing": _("經費不足"),
}

ACTS: dict[str, LazyString] = {
    "budget.plan_allotment": _("登錄各月分配數"),
    "budget.release_due": _("釋出到期分配數"),
    "budget.propose_shift": _("登錄流用或減列"),
    "budget.approve_shift": _("核准流用或減列"),
    "budget.return_shift": _("退回流用或減列"),
    "budget.propose_closing": _("登錄年度結算"),
    "budget.approve_closing": _("核准年度結算"),
    "budget.return_closing": _("退回年度結算"),
    "budget.lapse_late": _("結算後收回列為賸餘"),
    "books.check": _("逐筆查核帳務"),
    "board.keep": _("留存當日看板"),
}
