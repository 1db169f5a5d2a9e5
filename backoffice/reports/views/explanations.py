"""What each figure of the books means, in words: its definition, and how it is worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from backoffice.ledger.rules import Stage
from backoffice.messages import shown
from backoffice.reports.rules import OUTSTANDING
from backoffice.reports.rules.figures import FIGURES, FigureName, Figures
from backoffice.web.figures import explain_url
from backoffice.web.filters import ntd, percent_bp

_N = FigureName

DEFINITIONS: Final[Mapping[str, LazyString]] = {
    _N.BUDGET: _("法定預算加流入、減流出與減列後的數額，也就是本方案目前可運用的總額。"),
    _N.ALLOTTED: _("截至當日已釋出的分配數；次月的分配數不得提前支用，未支用的可在年度內遞延。"),
    _N.COMMITTED: _("已核定且仍有效的補助款：核定數減去減列、失效與釋出。核定時即占用預算。"),
    _N.CONTRACTED: _("核定數中已簽約的部分，含已送件與已撥付。"),
    _N.PAYABLE: _("請款已審核通過、截至當日尚未入帳的期款。"),
    _N.REALISED: _(
        "已撥付入帳的期款，扣除當年度收回（支出收回）；收回以前年度歲出解繳國庫，不減少實現數。"
    ),
    _N.CARRIED: _("已核准保留至以後年度支付的未撥契約責任；其中已列應付數的不重複計算。"),
    _N.FINAL: _("實現數、應付數與保留數的合計。"),
    _N.SURPLUS: _("預算數減決算數：尚未實現、應付或保留的部分，年度結算時即為賸餘。"),
    _N.RATE_A: _("立法院預算中心所用的執行率：實現與應付占預算數的比率。"),
    _N.RATE_B: _("進度管制所用的執行率：累計支用、應付未付與節餘占累計分配數的比率。"),
    _N.PAID_RATE: _("已撥付占法定預算的比率，不含應付數。"),
    OUTSTANDING: _("已提出或已核定、尚未撥付到業者的金額。"),
    Stage.APPROPRIATION.value: _("依公文登錄的法定預算，含流用與減列。"),
    Stage.AVAILABLE.value: _("尚未核定、可以再核定的金額：預算數減去已占用的部分。"),
    Stage.HELD.value: _("部分核定已提出、等候業者同意的金額，期間為業者保留。"),
    Stage.COMMITTED.value: _("已核定、尚未簽約的金額。"),
    Stage.CONTRACTED.value: _("已簽約、尚未送件的金額（不含已核准保留）。"),
    Stage.CARRIED_OVER.value: _("已核准保留、尚未送件的金額。"),
    Stage.IN_TRANSIT.value: _("清冊已送件、銀行尚未回覆入帳或退匯的金額。"),
    Stage.DISBURSED.value: _("已入帳且未收回的金額。"),
    Stage.RECOVERED.value: _("收回以前年度歲出，解繳國庫，不回復可用餘額。"),
    Stage.LAPSED.value: _("年度結算時未使用的可用餘額，以及結算後收回的金額。"),
    Stage.ALLOTMENT.value: _("截至當日已釋出的分配數。"),
    Stage.ALLOTTED.value: _("已釋出、尚未經清冊核准占用的分配數；核准清冊時即占用。"),
    Stage.ALLOTMENT_USED.value: _("清冊核准時占用的分配數，退匯、作廢或當年度收回時退還。"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a figure: its sign, its name, its amount, and where it is explained in turn."""

    sign: str
    label: str
    amount: str
    url: str


def label_of(name: str) -> str:
    """What a figure is called."""
    if name == OUTSTANDING:
        return gettext("已核定未撥")
    if name in {figure.value for figure in FigureName}:
        return shown(FigureName(name))
    return shown(Stage(name))


def formula_of(name: str) -> str:
    """How a figure is worked out, in words."""
    figure = FIGURES[name]
    if name == _N.CARRIED:
        return gettext("已核准保留－其中已列應付數的部分")
    if name == _N.PAYABLE:
        return gettext("審核通過的期款－已入帳的期款")
    if figure.parts:
        signed = (("－" if sign < 0 else "＋", label_of(part)) for sign, part in figure.parts)
        above = "".join(sign + label for sign, label in signed).lstrip("＋")
        if figure.is_rate:
            above = f"（{above}）" if len(figure.parts) > 1 else above
            return f"{above}÷{label_of(figure.whole)}"
        return above
    return "＋".join(shown(stage) for stage in figure.stages) if len(figure.stages) > 1 else ""


def parts_of(name: str, found: Figures, as_of: str) -> tuple[Part, ...]:
    """The parts of a figure that is made of others; () of one that is made of entries."""
    figure = FIGURES[name]
    if name == _N.CARRIED:
        whole, owed = found.stages.get(Stage.CARRIED_OVER), found.payable.carried
        return (
            _part(found, 1, Stage.CARRIED_OVER.value, ntd(whole or 0), as_of),
            _part(found, -1, _N.PAYABLE, ntd(owed), as_of),
        )
    parts = [
        _part(found, sign, part, ntd(found.amount(part)), as_of) for sign, part in figure.parts
    ]
    if figure.is_rate:
        parts.append(
            _part(found, 0, figure.whole, ntd(found.amount(figure.whole)), as_of),
        )
    return tuple(parts)


def _part(found: Figures, sign: int, name: str, amount: str, as_of: str) -> Part:
    return Part(
        {1: "＋", -1: "－", 0: "÷"}[sign],
        label_of(name),
        amount,
        explain_url(name, found.scheme, as_of),
    )


def value_of(name: str, found: Figures) -> str:
    """The figure as it is shown: dollars, or a percentage to two decimals, a half rounded up."""
    if FIGURES[name].is_rate:
        return percent_bp(found.rate_bp(name))
    return ntd(found.amount(name))
