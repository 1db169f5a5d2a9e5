"""The contract as it is typed in: its numbers, its budget and its checkpoints."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, DecimalException
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import FieldList, Form, FormField, HiddenField, StringField

from backoffice.cases.rules.verdicts import percent
from backoffice.disbursement.queries.cases import Planned
from backoffice.disbursement.rules.checkpoints import PlannedPoint
from backoffice.disbursement.rules.consortium import Firm, Share
from backoffice.disbursement.rules.contract import ApprovedCategory, Span, Terms
from backoffice.disbursement.rules.stages import Letter
from backoffice.kernel.money import ZERO
from backoffice.kernel.taiwan import nfkc
from backoffice.scheme.rules import Edition
from backoffice.web.forms import (
    AmountField,
    BackofficeForm,
    EvidenceField,
    LineField,
    RocDateField,
    VersionField,
    required,
)

SPARE_POINTS = 2  # empty rows, for checkpoints that the revised plan adds
_WEIGHT_MAX = 100


class WeightField(StringField):
    """A weight in percent with at most two decimals; `bp` in basis points."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = valuelist[0].strip() if valuelist else None
        self.bp: int | None = _basis_points(self.data) if self.data else None


def _basis_points(text: str) -> int:
    try:
        value = Decimal(nfkc(text).strip().rstrip("%").strip()) * 100
    except DecimalException as problem:  # no number, or one beyond all bounds
        raise ValueError(gettext("請輸入百分比，例如 33.33。")) from problem
    if value != value.to_integral_value() or not 0 < value <= _WEIGHT_MAX * 100:
        raise ValueError(gettext("權重須大於 0，至多 100，小數至多兩位。"))
    return int(value)


class LineRow(Form):
    """One category of the budget; blank is nothing."""

    category = HiddenField()
    subsidy = AmountField(_("補助款"))
    self_fund = AmountField(_("自籌款"))

    @property
    def line(self) -> ApprovedCategory:
        """The category's two parts."""
        return ApprovedCategory(
            category=str(self.category.data or ""),
            subsidy=self.subsidy.amount or ZERO,
            self_fund=self.self_fund.amount or ZERO,
        )


class PointRow(Form):
    """One checkpoint; a row without anything typed in it is no checkpoint."""

    subproject = HiddenField()
    work_item = HiddenField()
    method = HiddenField()
    item = LineField(_("查核項目"))
    due_on = RocDateField(_("完成日期"))
    weight = WeightField(_("權重"))

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed in this row."""
        return not (self.item.text or self.due_on.data or self.weight.data)

    def validate(self, extra_validators: Any = None) -> bool:
        """A row that is begun is whole."""
        whole = super().validate(extra_validators)
        if self.is_blank:
            return whole
        for field in (self.item, self.due_on, self.weight):
            if not field.data:
                field.errors = [*field.errors, gettext("此欄必填。")]
                whole = False
        return whole

    @property
    def point(self) -> PlannedPoint:
        """The checkpoint; only after the form was validated, and not of a blank row."""
        assert self.weight.bp is not None, "validate first"
        return PlannedPoint(
            item=self.item.text,
            due_on=self.due_on.day,
            weight_bp=self.weight.bp,
            subproject=str(self.subproject.data or ""),
            work_item=str(self.work_item.data or ""),
            method=str(self.method.data or ""),
        )


class ShareRow(Form):
    """One member of a consortium; blank is nothing."""

    ubn = HiddenField()
    name = HiddenField()
    subsidy = AmountField(_("補助款"))
    self_fund = AmountField(_("自籌款"))

    @property
    def share(self) -> Share:
        """The member's two parts."""
        return Share(
            ubn=str(self.ubn.data or ""),
            subsidy=self.subsidy.amount or ZERO,
            self_fund=self.self_fund.amount or ZERO,
        )


class ContractForm(BackofficeForm):
    """A signed contract. Blank days mean the latest that the edition allows."""

    version = VersionField()
    number = LineField(_("契約編號"), validators=[required()])
    signed_on = RocDateField(_("簽約日期"), validators=[required()])
    letter_number = LineField(_("簽約函文號"))
    letter_on = RocDateField(_("簽約函日期"))
    period_end = RocDateField(_("計畫結束日"))
    midterm_on = RocDateField(_("期中日"))
    lines = FieldList(FormField(LineRow), label=_("各科目經費"))
    shares = FieldList(FormField(ShareRow), label=_("各成員經費"))
    new_equipment = AmountField(_("設備清單合計"))
    points = FieldList(FormField(PointRow), label=_("查核點"))
    paper = EvidenceField(_("契約書（PDF）"))

    @property
    def terms(self) -> Terms:
        """The contract as typed; only after the form was validated."""
        rows = [entry.form for entry in self.points]
        return Terms(
            number=self.number.text,
            signed_on=self.signed_on.day,
            letter_number=self.letter_number.text,
            letter_on=self.letter_on.parsed,
            period_end=self.period_end.parsed,
            midterm_on=self.midterm_on.parsed,
            lines=tuple(entry.form.line for entry in self.lines),
            points=tuple(row.point for row in rows if not row.is_blank),
            new_equipment=self.new_equipment.amount or ZERO,
            shares=tuple(entry.form.share for entry in self.shares),
        )


class ExtensionForm(BackofficeForm):
    """The firm's letter asking for more time, and the new last day."""

    version = VersionField()
    until = RocDateField(_("展延後的簽約期限"), validators=[required()])
    letter_number = LineField(_("業者來函文號"), validators=[required()])
    letter_on = RocDateField(_("業者來函日期"), validators=[required()])

    @property
    def letter(self) -> Letter:
        """The firm's letter; only after the form was validated."""
        return Letter(self.letter_number.text, self.letter_on.day)


def prefilled(
    planned: Planned, span: Span, edition: Edition, members: Sequence[Firm] = ()
) -> dict[str, Any]:
    """The form's fields as the firm's plan has them: every category of the edition, every point.

    `members`: the consortium with its shares, the centre first; empty where there is none.
    """
    known = {line.category: line for line in planned.lines}
    codes = [rule.code for rule in edition.budget.categories] if edition.budget else []
    end = span.last_end or planned.plan_end
    return {
        "lines": [_line(code, known.get(code)) for code in codes]
        + [_line(code, line) for code, line in known.items() if code not in codes],
        "points": [_point(point) for point in planned.points] + [{}] * SPARE_POINTS,
        "shares": [_share(firm) for firm in members],
        "new_equipment": f"{planned.new_equipment.dollars:,}",
        "period_end": end,
        "midterm_on": min(span.last_midterm, end) if end else span.last_midterm,
    }


def _share(firm: Firm) -> dict[str, str]:
    return {
        "ubn": firm.ubn,
        "name": firm.name,
        "subsidy": f"{firm.subsidy.dollars:,}",
        "self_fund": f"{firm.self_fund.dollars:,}",
    }


def _line(code: str, line: ApprovedCategory | None) -> dict[str, str]:
    return {
        "category": code,
        "subsidy": f"{line.subsidy.dollars:,}" if line else "0",
        "self_fund": f"{line.self_fund.dollars:,}" if line else "0",
    }


def _point(point: PlannedPoint) -> dict[str, Any]:
    return {
        "subproject": point.subproject,
        "work_item": point.work_item,
        "method": point.method,
        "item": point.item,
        "due_on": point.due_on,
        "weight": percent(point.weight_bp),
    }
