"""Sentences, states and acts of the review room."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

SENTENCES = {
    # the committee
    "panel.no_scoring": _("案件 %(number)s 所屬方案不評分，不必指派審查委員。"),
    "panel.none": _("案件 %(number)s 尚未指派審查委員。請先指派，再辦理本項。"),
    "panel.exists": _("案件 %(number)s 已指派審查委員。如須更換，請於「評分」頁辦理替換。"),
    "panel.not_in_review": _("案件 %(number)s 目前為「%(state)s」，不在書面審查中，不能辦理本項。"),
    "panel.closed": _(
        "案件 %(number)s 已於 %(closed_at)s 結束評分，不再接受變更。"
        "如確有必要，請洽承辦人，由召集人敘明理由重新開啟評分。"
    ),
    "panel.not_scored": _(
        "案件 %(number)s 目前為「%(state)s」。只有評分完成而尚未決審的案件，才能重新開啟評分。"
    ),
    "panel.size": _(
        "本方案每案須指派 %(wanted)s 位不同的委員，您選了 %(chosen)s 位。請調整後再送出。"
    ),
    "panel.not_a_reviewer": _(
        "您選的人員 %(person)s 不是可指派的審查委員，或其帳號已停用。請改選其他委員。"
    ),
    "panel.due_past": _("評分期限 %(due_on)s 已過。請填今日或以後的日期。"),
    "panel.full": _("本案已有 %(size)s 位委員，名額已滿，不必再替換。"),
    "panel.already_seated": _("這位委員現在或先前已在本案名單中，不能再次指派。請改選其他委員。"),
    "panel.has_scored": _(
        "委員 %(letter)s 已送出評分表，不能替換。如對評分有疑義，請以評分差異程序辦理。"
    ),
    "panel.quorum": _(
        "有效評分表只有 %(valid)s 份，未達本方案所定的 %(quorum)s 份。請催請委員送出，或替換委員。"
    ),
    # declarations
    "declaration.missing": _("案件 %(number)s 尚未完成迴避聲明。請先聲明，案件內容才會開啟。"),
    "recusal.known": _(
        "%(person)s與「%(firm)s」的關係至 %(until)s 止，未滿本方案所定年限，"
        "屬「%(ground)s」，應予迴避。請改選其他委員；委員本人請聲明迴避。"
    ),
    "recusal.known_now": _(
        "%(person)s現與「%(firm)s」有僱傭、委任或代理關係，屬「%(ground)s」，應予迴避。"
        "請改選其他委員；委員本人請聲明迴避。"
    ),
    "recusal.note_missing": _("以「%(ground)s」迴避，須說明情形。請填寫後再送出。"),
    # score sheets
    "mark.unreadable": _("「%(text)s」不是分數。請輸入數字，例如 82 或 82.5。"),
    "mark.out_of_range": _("「%(text)s」不在 %(low)s 至 %(high)s 分之間。請重新輸入。"),
    "mark.too_fine": _("「%(text)s」的小數位太多，至多 %(places)s 位。請重新輸入。"),
    "score_sheet.mark_missing": _("「%(criterion)s」尚未評分。未評分不等於零分，請填寫分數。"),
    "score_sheet.reason_missing": _("「%(criterion)s」低於 %(below)s 分，請填寫理由。"),
    "score_sheet.incomplete": _(
        "案件 %(number)s 的「%(criterion)s」尚未評妥（缺分數，或低分缺理由）。請補齊後再送出。"
    ),
    "score_sheet.handed_in": _(
        "案件 %(number)s 的評分表已送出，不能再改。評分結束前，您可以先撤回。"
    ),
    "score_sheet.not_handed_in": _("案件 %(number)s 的評分表尚未送出，不必撤回。"),
    "score_sheet.none_chosen": _("尚未勾選任何評分表。請至少勾選一份再送出。"),
    # the bonus
    "bonus.not_applicable": _("本案沒有新購設備，國產設備加分不適用。"),
    "bonus.not_met": _(
        "國產設備 %(domestic)s 元，占全部新購設備 %(new_equipment)s 元的比率未達規定，不能加分。"
    ),
    "bonus.out_of_range": _(
        "加分 %(points)s 分不在規定範圍內。請填大於 0、至多 %(max_points)s 分。"
    ),
    "bonus.nothing_open": _("本案依設備表不符加分條件，系統已登錄，不必另行處理。"),
    "bonus.open": _("國產設備加分尚未經承辦人確認。請承辦人先確認或登錄不予加分，再結束評分。"),
    "bonus.points_missing": _("確認加分須填加分分數。請填寫後再送出。"),
    # sheets far apart
    "divergence.none": _("各委員總分相差未達 %(limit)s 分，不必處理評分差異。"),
    "divergence.open": _(
        "委員總分相差 %(spread)s 分，已達 %(limit)s 分。請先決定維持、重評或排除一份，並敘明理由。"
    ),
    "divergence.choose_one": _("排除評分表時，須選定恰好一份。請重新選擇。"),
    "divergence.choose_some": _("重評時，須至少選定一份評分表。請重新選擇。"),
    "divergence.remains": _(
        "排除委員 %(letter)s 後，其餘評分表仍相差 %(limit)s 分以上。請改選另一份，或改採維持、重評。"
    ),
    # decisions
    "decision.not_scored": _("案件 %(number)s 目前為「%(state)s」，不是評分完成而待決審的案件。"),
    "decision.own_score": _("您曾為案件 %(number)s 的審查委員。評分與決審須由不同人辦理。"),
    "decision.reason_needed": _(
        "本案得分 %(score)s，已達及格分數。不予補助須敘明理由，請填寫後再送出。"
    ),
    "award.below_pass": _(
        "本案得分 %(score)s，未達及格分數 %(pass_mark)s，不能核定補助。請辦理不予補助。"
    ),
    "award.nothing": _("核定補助款須大於 0 元。請重新輸入。"),
    "award.over_limit": _(
        "核定補助款 %(subsidy)s 元超過本案上限 %(limit)s 元。請改填 %(limit)s 元以下的金額。"
    ),
    "award.total_grown": _(
        "核定計畫總經費 %(total)s 元大於申請的 %(planned)s 元。核定時只能維持或縮減。"
    ),
    "award.self_over_capital": _(
        "自籌款將為 %(self_fund)s 元，超過實收資本額 %(capital)s 元。"
        "請將計畫總經費縮減至 %(total_max)s 元以下。"
    ),
    # partial offers and the line for money
    "offer.whole_there": _(
        "可用餘額 %(available)s 元足以支應 %(wanted)s 元，不必部分核定。請辦理核定。"
    ),
    "offer.available_changed": _(
        "可用餘額現為 %(available)s 元，與頁面所示的 %(amount)s 元不同。請按新金額重新確認。"
    ),
    "offer.none": _("案件 %(number)s 目前沒有待業者回復的部分核定，不必登錄。"),
    "offer.letter_missing": _("尚未填寫業者來函文號。請依來函填寫。"),
    "offer.letter_in_future": _("業者來函日期 %(on)s 晚於今天。請核對來函日期。"),
    "offer.answered_late": _(
        "業者來函日期 %(on)s 已逾回復期限 %(due_on)s。請改辦逾期未回復，經費將依序遞補。"
    ),
    "offer.not_due": _("回復期限 %(due_on)s 尚未過，不能辦理逾期未回復。請待期限過後再辦理。"),
    "offer.total_too_small": _(
        "以計畫總經費 %(total)s 元計，補助款上限低於部分核定的 %(amount)s 元。"
        "請將計畫總經費改為 %(total_min)s 元以上。"
    ),
    "waitlist.first_in_line": _(
        "可用餘額 %(available)s 元，候補案件 %(number)s 順序在前，應先遞補。"
        "請先辦理依序遞補，或將本案列入候補。"
    ),
    "waitlist.money_there": _(
        "可用餘額尚有 %(available)s 元，沒有順序在前的候補案件，不必列入候補。請辦理核定或部分核定。"
    ),
    "waitlist.empty": _("方案 %(scheme)s 目前沒有候補案件，不必辦理。"),
    "waitlist.window_open": _(
        "方案 %(scheme)s 仍在受理中，不能結束候補。請待受理截止，或由主管宣告經費用罄後再辦理。"
    ),
    "waitlist.offers_open": _(
        "尚有 %(count)s 件部分核定待業者回復，經費仍可能釋出。請待回復後再結束候補。"
    ),
    # opinions
    "opinion.ended": _("案件 %(number)s 的這次審查已有結論，不再徵詢意見。"),
    "opinion.given": _("您已就案件 %(number)s 的這次審查提出意見，不能再改。"),
    "opinion.text_missing": _("修正後通過或不通過，須說明理由。請填寫後再送出。"),
}

STATES = {
    "PanelState.OPEN": _("評分中"),
    "PanelState.CLOSED": _("評分結束"),
    "AssignmentState.ASSIGNED": _("待聲明"),
    "AssignmentState.DECLARED": _("已聲明無應迴避情事"),
    "AssignmentState.RECUSED": _("已迴避"),
    "AssignmentState.DECLINED": _("已辭任"),
    "AssignmentState.REPLACED": _("已替換"),
    "ScoreSheetState.DRAFT": _("草稿"),
    "ScoreSheetState.SUBMITTED": _("已送出"),
    "ScoreSheetState.WITHDRAWN": _("已撤回"),
    "ScoreSheetState.SUPERSEDED": _("已由新版取代"),
    "ScoreSheetState.VOID": _("作廢"),
    "BonusState.CONFIRMED": _("已確認加分"),
    "BonusState.NOT_MET": _("不予加分"),
    "BonusState.NOT_APPLICABLE": _("不適用"),
    "BonusStanding.OPEN": _("可加分，待確認"),
    "BonusStanding.NOT_MET": _("未達比率"),
    "BonusStanding.NOT_APPLICABLE": _("不適用"),
    "DecisionKind.AWARD": _("核定補助"),
    "DecisionKind.REJECT": _("不予補助"),
    "DecisionKind.PARTIAL_OFFER": _("部分核定"),
    "DecisionKind.WAITLIST": _("列入候補"),
    "OfferState.OPEN": _("待業者回復"),
    "OfferState.ACCEPTED": _("業者同意"),
    "OfferState.DECLINED": _("業者不同意"),
    "OfferState.UNANSWERED": _("逾期未回復"),
    "OfferState.WITHDRAWN": _("業者撤案"),
    "Divergence.KEEP": _("維持"),
    "Divergence.REDO": _("重評"),
    "Divergence.EXCLUDE": _("排除一份"),
    "ReviewStage.MIDTERM": _("期中審查"),
    "ReviewStage.CLOSING": _("結案審查"),
    "OpinionResult.PASS": _("通過"),
    "OpinionResult.CORRECT": _("修正後通過"),
    "OpinionResult.FAIL": _("不通過"),
    "Ground.R1": _("本人、配偶、前配偶或親屬為申請人或其負責人"),
    "Ground.R2": _("本人、配偶、親屬或共同生活家屬有利害關係"),
    "Ground.R3": _("本人或配偶與申請人有僱傭、委任或代理關係"),
    "Ground.R4": _("為共同權利人或義務人，或曾為代理人、證人、鑑定人"),
    "Ground.R5": _("任職於計畫所列受託單位、廠商或顧問"),
    "Ground.R6": _("有其他足認執行職務有偏頗之虞的情形"),
    "Ground.R7": _("審查後受申請人僱用或委任辦理本案"),
    "LimitKind.REQUESTED": _("申請補助款"),
    "LimitKind.RECOMMENDED": _("建議補助款"),
    "LimitKind.CAP": _("每案補助上限"),
    "LimitKind.RATIO": _("補助比率上限"),
    "LimitKind.SELF_FUND": _("不超過自籌款"),
    "StepKind.ROUNDING": _("進位"),
    "StepKind.BONUS": _("國產設備加分"),
    "StepKind.CAP": _("超過總分上限"),
}

ACTS = {
    "review.assign_panel": _("指派審查委員"),
    "review.replace_reviewer": _("替換審查委員"),
    "review.declare": _("委員聲明無應迴避情事"),
    "review.recuse": _("委員聲明迴避"),
    "review.decline": _("委員辭任"),
    "review.save_draft": _("委員儲存評分草稿"),
    "review.submit_score_sheet": _("委員送出評分表"),
    "review.submit_score_sheets": _("委員送出評分表"),
    "review.withdraw_sheet": _("委員撤回評分表"),
    "review.confirm_bonus": _("確認國產設備加分"),
    "review.deny_bonus": _("登錄不予加分"),
    "review.propose_divergence": _("擬具評分差異處理意見"),
    "review.resolve_divergence": _("決定評分差異處理方式"),
    "review.close_scoring": _("結束評分"),
    "review.reopen_scoring": _("重新開啟評分"),
    "review.decide_award": _("核定補助"),
    "review.decide_reject": _("決定不予補助"),
    "review.decide_offer": _("部分核定，保留經費"),
    "review.decide_waitlist": _("列入候補"),
    "offer.accept": _("登錄業者同意部分核定"),
    "offer.decline": _("登錄業者不同意部分核定"),
    "offer.miss_answer": _("登錄部分核定逾期未回復"),
    "offer.end_overdue": _("部分核定逾期未回復，釋出經費"),
    "waitlist.promote": _("釋出經費，依序遞補"),
    "waitlist.promote_everywhere": _("釋出經費，各方案依序遞補"),
    "waitlist.end_programme": _("計畫結束，候補案件不予補助"),
    "review.call_for_opinions": _("徵詢委員意見"),
    "review.end_opinions": _("結束徵詢委員意見"),
    "review.give_opinion": _("委員提出審查意見"),
}
