"""Single words: labels, members of closed lists, amounts and days inside a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import Enum
from fractions import Fraction
from typing import Protocol

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from backoffice.kernel.money import Ntd, Rounding
from backoffice.kernel.taiwan import TAIPEI, roc_date
from backoffice.messages import in_english
from backoffice.scheme.rules import (
    CeilingClass,
    CloseCause,
    ClosingCondition,
    Condition,
    Declaration,
    Detail,
    FactoryRuleKind,
    FactoryStatus,
    Flow,
    Fund,
    Metric,
    Need,
    Op,
    PeriodStart,
    Proof,
    RecusalGround,
    Registration,
    Release,
    SeatOrder,
    TargetBasis,
    TaxMode,
)

_MEBIBYTE = 1 << 20
_MEASURE = re.compile(r"§(\d+)")


class Labelled(Protocol):
    """Anything in an edition with a name in both languages."""

    @property
    def label_zh(self) -> str: ...
    @property
    def label_en(self) -> str: ...


_WORDS: Mapping[Enum, LazyString] = {
    Flow.GRANT: lazy_gettext("補助"),
    Flow.SEAT: lazy_gettext("名額輔導"),
    Flow.ADVISORY: lazy_gettext("諮詢輔導"),
    Flow.TRAINING: lazy_gettext("培訓課程"),
    Flow.LOAN: lazy_gettext("專案貸款"),
    Flow.MARKETING: lazy_gettext("行銷服務"),
    FactoryRuleKind.REGISTRATION: lazy_gettext("工廠登記"),
    FactoryRuleKind.STATUS: lazy_gettext("工廠狀態"),
    Detail.EQUIPMENT: lazy_gettext("設備清單"),
    Detail.IMPROVEMENT: lazy_gettext("改善清單"),
    Detail.COMMISSION: lazy_gettext("委託清單"),
    Detail.STAFF: lazy_gettext("投入人力"),
    Detail.INTANGIBLE: lazy_gettext("無形資產清單"),
    Fund.GRANT: lazy_gettext("補助款或自籌款"),
    Fund.SELF: lazy_gettext("僅自籌款"),
    CeilingClass.UP_TO_NINE: lazy_gettext("辦法：9人以下"),
    CeilingClass.TEN_AND_MORE: lazy_gettext("辦法：10人以上"),
    CeilingClass.CONSORTIUM_LOW_CARBON: lazy_gettext("辦法：以大帶小低碳化"),
    CeilingClass.CONSORTIUM_SMART: lazy_gettext("辦法：以大帶小智慧化"),
    CeilingClass.REGISTERING_FACTORY: lazy_gettext("辦法：納管工廠"),
    CeilingClass.SERVICES: lazy_gettext("辦法：服務業"),
    Release.MIDTERM_PASSED: lazy_gettext("期中審查通過"),
    Release.CLOSING_PASSED: lazy_gettext("結案審查通過"),
    PeriodStart.RECEIVED: lazy_gettext("線上申請收件日"),
    PeriodStart.PLAN_START: lazy_gettext("計畫開始日"),
    SeatOrder.PAYMENT: lazy_gettext("繳費時間"),
    SeatOrder.ACCEPTANCE: lazy_gettext("受理時間"),
    TaxMode.INCLUSIVE: lazy_gettext("含稅"),
    TaxMode.EXCLUSIVE: lazy_gettext("未稅"),
    CloseCause.BUDGET_EXHAUSTED: lazy_gettext("補助經費用罄"),
    CloseCause.ANNOUNCED: lazy_gettext("主辦機關公告停止受理"),
    CloseCause.QUOTA_FULL: lazy_gettext("名額額滿"),
    Declaration.PRC_INVESTMENT: lazy_gettext("有陸資投資"),
    Declaration.VENDOR_PRC: lazy_gettext("委外廠商有陸資投資"),
    Declaration.TAX_ARREARS: lazy_gettext("有欠繳應納稅捐情事"),
    Declaration.DISSOLVED: lazy_gettext("已解散或歇業"),
    Declaration.FOREIGN_BRANCH: lazy_gettext("屬外國企業之分公司"),
    Declaration.BANK_REFUSED: lazy_gettext("屬銀行拒絕往來戶"),
    Declaration.DUPLICATE_SUBSIDY: lazy_gettext("同一事項曾獲政府補助"),
    Proof.TRADE_REGISTRATION: lazy_gettext("出進口廠商登記"),
    Proof.TRADEMARK: lazy_gettext("我國商標權"),
    Proof.MADE_IN_TAIWAN: lazy_gettext("臺灣製產品"),
    Registration.COMPANY: lazy_gettext("公司登記"),
    Registration.BUSINESS: lazy_gettext("商業登記"),
    Registration.LIMITED_PARTNERSHIP: lazy_gettext("有限合夥登記"),
    Registration.TAX_ONLY: lazy_gettext("僅有稅籍登記"),
    FactoryStatus.REGISTERED: lazy_gettext("工廠登記"),
    FactoryStatus.EXEMPT: lazy_gettext("免辦工廠登記"),
    FactoryStatus.PLAN_PENDING: lazy_gettext("納管中（改善計畫未核定）"),
    FactoryStatus.PLAN_APPROVED: lazy_gettext("納管中（改善計畫已核定）"),
    FactoryStatus.SPECIAL: lazy_gettext("特定工廠登記"),
    Metric.SERVICES: lazy_gettext("導入服務數"),
    Metric.PARTNERS: lazy_gettext("合作中小企業數"),
    Metric.VISITS: lazy_gettext("體驗人次"),
    Metric.CARBON_KG: lazy_gettext("減碳公斤數"),
    TargetBasis.MINIMUM: lazy_gettext("該類別的最低標準"),
    TargetBasis.PROMISED: lazy_gettext("申請時承諾的數值"),
    Need.REQUIRED: lazy_gettext("必備"),
    Need.CONDITIONAL: lazy_gettext("視情形必備"),
    Need.OPTIONAL: lazy_gettext("選附"),
    Condition.TAX_DEFERRED: lazy_gettext("完稅證明因核准延期或分期繳納而未結清"),
    Condition.PUBLIC_OFFICIAL: lazy_gettext("申請人為公職人員或其關係人"),
    Condition.COMMISSION_OR_INTANGIBLE: lazy_gettext("編列委託研究或驗證費、無形資產之引進費"),
    ClosingCondition.CLOSING_REVIEW_PASSED: lazy_gettext("結案審查通過"),
    ClosingCondition.SPECIAL_FACTORY_REGISTRATION: lazy_gettext("取得特定工廠登記證明文件"),
    ClosingCondition.PARTNERS_KEPT: lazy_gettext("合作廠商家數仍符合規定"),
    ClosingCondition.TARGETS_MET: lazy_gettext("達成該類別全部目標值"),
    ClosingCondition.VISIT_REPORT_AND_MILESTONE: lazy_gettext("訪視報告已歸檔並登錄輔導成果"),
    ClosingCondition.ATTENDANCE_AND_COMPLETION: lazy_gettext("出席率達標並有結訓紀錄"),
    ClosingCondition.SERVICE_DELIVERED: lazy_gettext("服務已提供完成"),
    ClosingCondition.FEE_SPENT_ON_ADVERTISING: lazy_gettext("分攤款已全數用於廣告並完成核銷"),
    ClosingCondition.DESIGN_OR_PROTOTYPE: lazy_gettext("如期交付設計圖或打樣"),
    RecusalGround.PARTY_OR_RELATIVE: lazy_gettext(
        "本人、配偶、前配偶、四親等內血親或三親等內姻親為當事人"
    ),
    RecusalGround.INTEREST: lazy_gettext("本人、配偶、三親等內親屬或同住家屬有利害關係"),
    RecusalGround.EMPLOYMENT_OR_MANDATE: lazy_gettext("回溯期間內曾與申請人有僱傭、委任或代理關係"),
    RecusalGround.CO_OBLIGATION_OR_WITNESS: lazy_gettext(
        "為共同權利人或義務人，或曾為代理人、證人、鑑定人"
    ),
    RecusalGround.VENDOR_IN_PLAN: lazy_gettext("任職於計畫所列之受託單位、廠商或顧問"),
    RecusalGround.OTHER_DOUBT: lazy_gettext("有其他足認執行職務有偏頗之虞的情形"),
    Rounding.FLOOR: lazy_gettext("無條件捨去"),
    Rounding.HALF_UP: lazy_gettext("四捨五入"),
    Rounding.CEILING: lazy_gettext("無條件進位"),
}

_BOUNDS: Mapping[Op, LazyString] = {
    Op.LESS: lazy_gettext("少於 %(value)s"),
    Op.AT_MOST: lazy_gettext("至多 %(value)s"),
    Op.AT_LEAST: lazy_gettext("至少 %(value)s"),
    Op.MORE: lazy_gettext("多於 %(value)s"),
}


def word(member: Enum) -> str:
    """A member of a closed list, in the reader's language."""
    return str(_WORDS[member])


def label(thing: Labelled) -> str:
    """The name of a variant, category, criterion, band or document, in the reader's language."""
    return thing.label_en if in_english() else thing.label_zh


def labels(things: Iterable[Labelled]) -> list[str]:
    """The names of several, in the reader's language, which is asked for once."""
    english = in_english()
    return [thing.label_en if english else thing.label_zh for thing in things]


def source_words(source: str) -> str:
    """Where a rule comes from, as the agency would say it."""
    document, _, place = source.partition(" ")
    if source == "assumed":
        return gettext("暫定，待主辦機關確認")
    if document == "assumed:":
        return gettext("暫定，待主辦機關確認：%(reason)s", reason=place)
    if document == "leaflet":
        measure = _MEASURE.search(place)
        if measure is None:
            return gettext("措施總覽文宣")
        return gettext("措施總覽文宣，措施 %(number)s", number=measure[1])
    if document == "briefing":
        return " ".join(filter(None, (gettext("9人以下申請作業簡報"), place)))
    title = _PAGES.get(document)
    return " ".join(filter(None, (str(title) if title else document, place)))


_PAGES: Mapping[str, LazyString] = {
    "P01": lazy_gettext("疫後強化經濟與社會韌性及全民共享經濟成果特別條例"),
    "P02": lazy_gettext("經濟部推動產業及中小企業升級轉型辦法"),
    "P03": lazy_gettext("中小企業認定標準"),
    "P04": lazy_gettext("經濟部協助產業創新活動補助獎勵及輔導辦法"),
    "P05": lazy_gettext("經濟部促進企業研究發展補助辦法"),
    "P06": lazy_gettext("行政程序法"),
    "P12": lazy_gettext("10人以上個案補助114年度受理公告"),
    "P17": lazy_gettext("補助經費收支結算表範本"),
    "P31": lazy_gettext("製造業低碳轉型補助新聞（112年4月8日）"),
    "P32": lazy_gettext("低碳智慧納管貸款公告"),
    "P39": lazy_gettext("經濟部組織法及所屬機關組織法（112年9月26日施行）"),
}


def bound(op: Op, value: Fraction | int) -> str:
    """A comparison in words: at least 10, less than 5."""
    return str(_BOUNDS[op]) % {"value": decimal(Fraction(value))}


def decimal(number: Fraction) -> str:
    """An exact number of at most four decimals, without trailing zeros."""
    whole, rest = divmod(number, 1)
    if not rest:
        return f"{whole:,}"
    digits = f"{int(rest * 10_000):04d}".rstrip("0")
    return f"{whole:,}.{digits}"


def amount(value: Ntd) -> str:
    """Whole dollars with their unit."""
    return gettext("%(dollars)s 元", dollars=f"{value.dollars:,}")


def percent(share_bp: int) -> str:
    """Basis points as a percentage, without trailing zeros."""
    return f"{decimal(Fraction(share_bp, 100))}%"


def rate(rate_ppm: int) -> str:
    """Millionths a year as a percentage."""
    return f"{decimal(Fraction(rate_ppm, 10_000))}%"


def points(hundredths: int) -> str:
    """Hundredths of a point as points, without trailing zeros."""
    return decimal(Fraction(hundredths, 100))


def day(value: date) -> str:
    """A calendar day: in ROC years, or ISO for who reads English."""
    return value.isoformat() if in_english() else roc_date(value)


def instant(value: datetime) -> str:
    """An instant in Taipei, to the minute."""
    local = value.astimezone(TAIPEI)
    return f"{day(local.date())} {local:%H:%M}"


def closing_instant(value: datetime) -> str:
    """The last moment before a closing instant: only the day, if it closes with the day."""
    local = value.astimezone(TAIPEI)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return day((local - timedelta(days=1)).date())
    return instant(value)


def size(count: int) -> str:
    """A number of bytes, in MB (2^20 bytes) where that is exact."""
    whole, rest = divmod(count, _MEBIBYTE)
    if rest:
        return gettext("%(count)s 位元組", count=f"{count:,}")
    return f"{whole} MB"
