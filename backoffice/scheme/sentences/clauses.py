"""The sentence of every clause."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from backoffice.kernel.money import Ntd
from backoffice.scheme.rules import Clause, Op, Section
from backoffice.scheme.sentences import words

_TITLES: Mapping[Section, LazyString] = {
    Section.ABOUT: lazy_gettext("主辦機關與經費來源"),
    Section.WHO: lazy_gettext("申請資格"),
    Section.HOW_MUCH: lazy_gettext("補助額度"),
    Section.WHAT_FOR: lazy_gettext("補助標的與科目"),
    Section.WHEN: lazy_gettext("受理與執行期間"),
    Section.PLACES: lazy_gettext("名額與費用"),
    Section.LOANS: lazy_gettext("貸款與利息補貼"),
    Section.TRAINING: lazy_gettext("課程"),
    Section.SCORING: lazy_gettext("評分"),
    Section.BONUS: lazy_gettext("加分"),
    Section.CHECKPOINTS: lazy_gettext("查核點"),
    Section.PAYMENT: lazy_gettext("簽約、撥款與結算"),
    Section.PAPERS: lazy_gettext("應備文件"),
    Section.HANDLING: lazy_gettext("審查作業"),
    Section.CLOSING: lazy_gettext("結案條件"),
}

_SENTENCES: Mapping[str, LazyString] = {
    "about.agency": lazy_gettext("主辦機關為%(name)s。"),
    "about.agency_since": lazy_gettext("%(since)s 起，主辦機關為%(name)s。"),
    "about.executing_body": lazy_gettext("執行單位為%(name)s。"),
    "about.funding": lazy_gettext("經費來源為%(name)s。"),
    "who.registrations": lazy_gettext("登記類型為%(kinds)s之一。"),
    "who.industries": lazy_gettext("產業別為%(trades)s。"),
    "who.headcount": lazy_gettext("最近 12 個月平均經常僱用員工數%(bound)s 人。"),
    "who.headcount_waived": lazy_gettext("%(kinds)s者，不限員工數。"),
    "who.sme": lazy_gettext(
        "符合中小企業認定標準：實收資本額 %(capital_max)s以下，"
        "或經常僱用員工數未滿 %(headcount_below)s 人。"
    ),
    "who.factory_registration": lazy_gettext("備有%(statuses)s證明文件之一。"),
    "who.factory_status": lazy_gettext("工廠狀態為下列之一：%(statuses)s。"),
    "who.special_factory": lazy_gettext("特定工廠登記視為工廠登記。"),
    "who.proof": lazy_gettext("具備%(proof)s。"),
    "who.denied": lazy_gettext("%(declaration)s者，不得申請。"),
    "who.denied_years": lazy_gettext("%(years)s 年內%(declaration)s者，不得申請。"),
    "who.family": lazy_gettext("已獲「%(family)s」任一方案補助者，不得再申請。"),
    "who.cases_per_firm": lazy_gettext("每家企業以 %(count)s 案為限。"),
    "who.track": lazy_gettext("工廠狀態為%(statuses)s者適用。"),
    "who.partners": lazy_gettext("中心廠以外，合作廠商至少 %(count)s 家。"),
    "who.partners_registered": lazy_gettext("合作廠商均須有工廠登記。"),
    "who.partners_distinct": lazy_gettext("同一案內，合作廠商的統一編號不得重複。"),
    "who.partners_replaced": lazy_gettext("合作廠商退出致家數不足時，應於 %(days)s 日內補足。"),
    "who.target": lazy_gettext("%(metric)s%(bound)s。"),
    "money.cap": lazy_gettext("每案補助款以 %(cap)s為上限。"),
    "money.ratio": lazy_gettext("補助款不得超過計畫總經費的 %(max_bp)s。"),
    "money.subsidy_le_self": lazy_gettext("補助款不得超過自籌款。"),
    "money.self_le_capital": lazy_gettext("自籌款不得超過實收資本額。"),
    "money.lines_sum": lazy_gettext("經費各科目合計須等於補助款、自籌款及總經費。"),
    "money.equipment_sum": lazy_gettext("設備清單合計須等於全新設備之購置費。"),
    "money.detail_sums": lazy_gettext("各科目明細合計須等於該科目金額。"),
    "money.shares_sum": lazy_gettext(
        "中心廠與合作廠商的補助款合計須等於本案補助款，自籌款合計須等於本案自籌款。"
    ),
    "spend.purposes": lazy_gettext("補助標的：%(purposes)s。"),
    "spend.category_grant": lazy_gettext("%(category)s：補助款及自籌款均可編列。"),
    "spend.category_self": lazy_gettext("%(category)s：僅能編列於自籌款。"),
    "spend.category_cap": lazy_gettext(
        "%(category)s以計畫總經費的 %(cap_bp)s 為上限，含補助款及自籌款。"
    ),
    "spend.barred": lazy_gettext("%(category)s不得編列。"),
    "when.opens": lazy_gettext("%(at)s 起受理。"),
    "when.closes": lazy_gettext("受理至 %(at)s 止。"),
    "when.rolls": lazy_gettext("截止日遇假日，順延至次一工作日。"),
    "when.closes_early": lazy_gettext("%(cause)s時，提前停止受理。"),
    "period.months": lazy_gettext("執行期間以 %(months)s 個月為限。"),
    "period.start": lazy_gettext("執行期間自%(start)s起算。"),
    "period.ends_by": lazy_gettext("特別預算執行至 %(day)s 止；逾期未付款者須辦理保留。"),
    "period.ends_by_notice": lazy_gettext(
        "執行期間末日距特別預算期限 %(days)s 日以內者，簽約時提示。"
    ),
    "period.extension": lazy_gettext(
        "執行期間得展延 %(times)s 次、至多 %(months)s 個月，"
        "並應於期滿 %(notice_months)s 個月前申請。"
    ),
    "seats.total": lazy_gettext("名額共 %(total)s 名。"),
    "seats.order": lazy_gettext("名額依%(order)s先後核定。"),
    "seats.fee": lazy_gettext("企業應繳費用 %(fee)s。"),
    "seats.tax": lazy_gettext("費用為%(mode)s金額：淨額 %(net)s，營業稅 %(tax)s。"),
    "seats.hold": lazy_gettext("名額保留 %(days)s 日，逾期未繳費即釋出。"),
    "seats.refund": lazy_gettext("額滿後收到的費用，於 %(days)s 日內全額退還。"),
    "seats.reoffered": lazy_gettext("釋出的名額依序通知備取者。"),
    "seats.not_reoffered": lazy_gettext("釋出的名額不再遞補。"),
    "seats.delivery": lazy_gettext("每案於 %(months)s 個月內完成。"),
    "loan.limit": lazy_gettext("貸款金額以 %(amount)s為上限。"),
    "loan.working_capital": lazy_gettext("週轉性支出以 %(amount)s為上限。"),
    "loan.capital_share": lazy_gettext("資本性支出以計畫經費的 %(share_bp)s 為上限。"),
    "loan.conditions": lazy_gettext("須符合下列資格條件之一：%(notes)s。"),
    "loan.years": lazy_gettext("利息補貼 %(years)s 年。"),
    "loan.borrower": lazy_gettext("補貼期間借款人自付年息 %(rate_ppm)s。"),
    "loan.borrower_free": lazy_gettext(
        "貸款 %(amount)s以下部分，補貼期間利息全額補貼，借款人免自付。"
    ),
    "loan.guarantee": lazy_gettext("信用保證成數至少 %(min_bp)s。"),
    "loan.full_guarantee": lazy_gettext("貸款 %(amount)s以下者，全額保證。"),
    "loan.principal": lazy_gettext("每案利息補貼的本金以 %(amount)s為上限。"),
    "loan.rate": lazy_gettext("%(since)s 起，補貼利率為年息 %(rate_ppm)s。"),
    "loan.day_count": lazy_gettext("利息按實際日數計算，一年以 %(days)s 日計。"),
    "loan.guarantee_fee": lazy_gettext("保證手續費率為 %(fee_bp)s。"),
    "loan.one_class": lazy_gettext("各類貸款僅能擇一申請，選定後不得變更。"),
    "training.fee": lazy_gettext("學員費用 %(fee)s。"),
    "training.attendance": lazy_gettext("出席率須達 %(min_bp)s。"),
    "training.streams": lazy_gettext("課程分為：%(streams)s。"),
    "score.benefits": lazy_gettext("計畫至少列出經濟效益 %(economic)s 項、關鍵效益 %(key)s 項。"),
    "score.criterion": lazy_gettext("%(criterion)s占 %(weight)s。"),
    "score.floor": lazy_gettext("%(criterion)s平均低於 %(floor)s 分者，不予通過。"),
    "score.scale": lazy_gettext("各項以 %(low)s 至 %(high)s 分評分。"),
    "score.panel": lazy_gettext("每案由 %(size)s 位委員評分，至少 %(quorum)s 位有效方得評定。"),
    "score.rounding": lazy_gettext("平均分數%(rounding)s至小數 %(decimals)s 位，並以該分數判定。"),
    "score.pass_mark": lazy_gettext("達 %(hundredths)s 分為通過。"),
    "score.total_cap": lazy_gettext("總分以 %(hundredths)s 分為上限。"),
    "score.divergence": lazy_gettext("委員評分相差 %(points)s 分以上，須先處理歧異。"),
    "score.comment": lazy_gettext("任一項低於 %(points)s 分，委員須填寫理由。"),
    "bonus.share": lazy_gettext("國產設備購置費達新購設備總額 %(min_bp)s 以上，得酌予加分。"),
    "bonus.points": lazy_gettext("加分以 %(hundredths)s 分為上限，由承辦人確認。"),
    "bonus.can_rescue": lazy_gettext("加分後達標者，視為通過。"),
    "bonus.cannot_rescue": lazy_gettext("未加分即達標者，方得加分。"),
    "checkpoints.sum": lazy_gettext("查核點權重合計須為 %(sum_bp)s。"),
    "checkpoints.midterm": lazy_gettext("期中前完成的查核點權重須達 %(min_bp)s。"),
    "checkpoints.months": lazy_gettext("期中日為計畫開始後滿 %(months)s 個月之日。"),
    "checkpoints.grace": lazy_gettext("查核點逾期寬限 %(days)s 日。"),
    "checkpoints.correction": lazy_gettext("修正後通過者，應於 %(months)s 個月內修正。"),
    "payment.tranche": lazy_gettext(
        "%(release)s後，撥付第 %(number)s 期款：補助款的 %(share_bp)s。"
    ),
    "payment.rest": lazy_gettext("%(release)s後，撥付第 %(number)s 期款：其餘補助款。"),
    "award.sign": lazy_gettext(
        "核定後 %(days)s 日內簽約，得延長 %(extension_months)s 個月；逾期核定失效。"
    ),
    "award.revised_plan": lazy_gettext("核定後 %(days)s 日內提出修正計畫書。"),
    "award.offer": lazy_gettext("部分補助須於 %(days)s 日內書面同意。"),
    "settlement.proportional": lazy_gettext("結案時依核定補助比例計算應撥補助款。"),
    "settlement.tolerance": lazy_gettext("各科目認列數得超過核定數的 %(limit_bp)s。"),
    "settlement.tolerance_none": lazy_gettext("各科目認列數不得超過核定數。"),
    "settlement.change_free": lazy_gettext("科目間流用未超過流入科目 %(limit_bp)s 者，免報核。"),
    "settlement.change_free_none": lazy_gettext("科目間流用均須報核。"),
    "settlement.interest": lazy_gettext("追繳款加計年息 %(limit_bp)s。"),
    "settlement.interest_none": lazy_gettext("追繳款不加計利息。"),
    "settlement.retest_category_caps": lazy_gettext("結案時再次檢核各科目上限比例。"),
    "settlement.no_retest_category_caps": lazy_gettext(
        "科目上限比例於編列時檢核，結案時不再檢核。"
    ),
    "settlement.cpa_report_required": lazy_gettext("結案須附會計師查核報告。"),
    "settlement.no_cpa_report_required": lazy_gettext("結案不須會計師查核報告。"),
    "paper.required": lazy_gettext("%(document)s：必備，%(max_bytes)s 以內。"),
    "paper.conditional": lazy_gettext("%(document)s：%(condition)s時必備，%(max_bytes)s 以內。"),
    "paper.optional": lazy_gettext("%(document)s：選附，%(max_bytes)s 以內。"),
    "paper.age": lazy_gettext("%(document)s須為申請日前 %(months)s 個月內核發。"),
    "paper.final": lazy_gettext("%(document)s送出申請後不得補件。"),
    "review.service": lazy_gettext("審查作業以 %(days)s 日內完成為目標。"),
    "review.outer": lazy_gettext("自文件齊備起，至遲 %(months)s 個月內完成審查。"),
    "review.default": lazy_gettext("未公告處理期間者，以 %(months)s 個月計。"),
    "supplement.deadline": lazy_gettext("補件期限 %(days)s 日，至長 %(months_max)s 個月。"),
    "supplement.rounds": lazy_gettext("補件 %(rounds)s 次；通知不完整時，再給 %(extra)s 次。"),
    "recusal.lookback": lazy_gettext("迴避事由回溯 %(years)s 年。"),
    "recusal.ground": lazy_gettext("%(ground)s者，應行迴避。"),
    "closing.condition": lazy_gettext("%(condition)s。"),
    "closing.targets_minimum": lazy_gettext("達成值以該類別的最低標準判定，相等即為達成。"),
    "closing.targets_promised": lazy_gettext("達成值以申請時承諾的數值判定，相等即為達成。"),
}

_BY_KEY: Mapping[str, Callable[[Any], str]] = {
    "hundredths": words.points,
    "rate_ppm": words.rate,
    "max_bytes": words.size,
    "weight": lambda percent: f"{percent}%",
    "notes": lambda notes: gettext("；").join(notes),
}


def section_title(section: Section) -> str:
    """The heading of a section of the contract."""
    return str(_TITLES[section])


def sentence(clause: Clause) -> str:
    """A clause as a sentence, led by the variant it belongs to if it is one's alone."""
    facts = {
        key: _closing_at(value) if clause.code == "when.closes" else fact_words(key, value)
        for key, value in clause.facts.items()
        if key not in {"variant", "op"}
    }
    if isinstance(clause.facts.get("op"), Op):
        facts["bound"] = words.bound(_op(clause), _number(clause))
    said = str(_SENTENCES[clause.code]) % facts
    variant = clause.facts.get("variant")
    if variant is None:
        return said
    return gettext(
        "%(variant)s：%(sentence)s", variant=fact_words("variant", variant), sentence=said
    )


def fact_words(key: str, value: Any) -> str:
    """One fact as it stands in a sentence; the key tells the unit of a bare number."""
    if key in _BY_KEY:
        return _BY_KEY[key](value)
    match value:
        case Ntd():
            return words.amount(value)
        case Enum():
            return words.word(value)
        case datetime():
            return words.instant(value)
        case date():
            return words.day(value)
        case Fraction():
            return words.decimal(value)
        case int():
            return words.percent(value) if key.endswith("_bp") else f"{value:,}"
        case tuple():
            return gettext("、").join(fact_words(key, part) for part in value)
        case str():
            return value
        case _:
            return words.label(value)


def _closing_at(value: object) -> str:
    assert isinstance(value, datetime)
    return words.closing_instant(value)


def _op(clause: Clause) -> Op:
    op = clause.facts["op"]
    assert isinstance(op, Op)
    return op


def _number(clause: Clause) -> Fraction | int:
    value = clause.facts["value"]
    assert isinstance(value, Fraction | int)
    return value
