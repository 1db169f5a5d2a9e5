"""The forms of the room «reports»: shapes only; the rules decide."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Form, FormField, HiddenField, IntegerField, SelectField
from wtforms.validators import Optional, ValidationError

from backoffice.kernel.money import ZERO, Ntd
from backoffice.ledger.rules import ShiftKind
from backoffice.messages import ACTS, shown
from backoffice.reports.rules import DOCUMENT_MAX, NOTE_MAX, Document
from backoffice.reports.rules.plan import MONTHS, MonthPlan
from backoffice.reports.rules.shifts import REASON_MAX, Shift
from backoffice.reports.rules.what_if import AS_IT_IS, WHOLE, Levers
from backoffice.web.filters import ntd_unit
from backoffice.web.forms import (
    AmountField,
    BackofficeForm,
    LineField,
    ParagraphField,
    RocDateField,
    VersionField,
    not_blank,
    required,
)
from backoffice.web.lists import MEDIA_TYPES


class BudgetForm(BackofficeForm):
    """A budget document; `step` is "confirm" once the reader has seen what will change."""

    CONFIRM = "confirm"
    EDIT = "edit"

    scheme = SelectField(_("方案"), [required()])
    amount = AmountField(_("金額"), [required()], render_kw={"maxlength": 20})
    document_number = LineField(
        _("公文字號"), [required(), not_blank], render_kw={"maxlength": DOCUMENT_MAX}
    )
    on = RocDateField(_("公文日期"), [required()], render_kw={"maxlength": 20})
    note = LineField(_("摘要"), render_kw={"maxlength": NOTE_MAX})
    step = HiddenField()

    def offer(self, schemes: list[tuple[str, str]]) -> None:
        """Offer these schemes: code and what it is called."""
        self.scheme.choices = schemes


class PaperForm(BackofficeForm):
    """An official document: its number and its day."""

    document_number = LineField(
        _("公文字號"), [required(), not_blank], render_kw={"maxlength": DOCUMENT_MAX}
    )
    on = RocDateField(_("公文日期"), [required()], render_kw={"maxlength": 20})

    @property
    def paper(self) -> Document:
        """The document; only after the form was validated."""
        return Document(self.document_number.text, self.on.day)


class MonthForm(Form):
    """One month of the plan: what the page showed, and what it shall be."""

    before = HiddenField()
    planned = AmountField(_("計畫分配數"), render_kw={"maxlength": 20, "data-cell": ""})

    def month(self, number: int) -> MonthPlan | None:
        """What was typed for the month; None where there was no field for it."""
        shown = str(self.before.data or "")
        if not shown.isdecimal():
            return None
        return MonthPlan(number, Ntd(int(shown)), self.planned.amount or Ntd(0))


class PlanForm(PaperForm):
    """A year of allotments by month: `month_1` … `month_12`; what has begun is not sent."""

    note = LineField(_("摘要"), render_kw={"maxlength": NOTE_MAX})

    def cell(self, number: int) -> MonthForm:
        """The fields of a month."""
        field = self[f"month_{number}"]
        assert isinstance(field, FormField)
        assert isinstance(field.form, MonthForm)
        return field.form

    def typed(self) -> tuple[MonthPlan, ...]:
        """The months that the page let be changed."""
        found = (self.cell(number).month(number) for number in MONTHS)
        return tuple(month for month in found if month is not None)


for _number in MONTHS:
    setattr(PlanForm, f"month_{_number}", FormField(MonthForm))


class ShiftForm(PaperForm):
    """A transfer of appropriation to another scheme, or a reduction."""

    kind = SelectField(_("種類"), [required()])
    source = SelectField(_("流出或減列方案"), [required()])
    target = SelectField(_("流入方案"))
    amount = AmountField(_("金額"), [required()], render_kw={"maxlength": 20})
    reason = ParagraphField(_("理由"), [required(), not_blank], render_kw={"maxlength": REASON_MAX})

    def offer(self, schemes: list[tuple[str, str]]) -> None:
        """Offer these schemes: code and what it is called."""
        self.kind.choices = [(kind.value, shown(kind)) for kind in ShiftKind]
        self.source.choices = schemes
        self.target.choices = [("", _("（減列不選）")), *schemes]

    @property
    def shift(self) -> Shift:
        """What was typed; only after the form was validated."""
        return Shift(
            ShiftKind(self.kind.data), self.source.data, self.target.data or None, self.amount.ntd
        )


class DecisionForm(BackofficeForm):
    """The manager's word on what accounting entered."""

    RETURN = "return"

    version = VersionField()
    step = HiddenField()
    note = ParagraphField(_("退回理由"), render_kw={"maxlength": REASON_MAX})


class AddressForm(BackofficeForm):
    """What stands in the address of a list; it changes nothing, so it carries no token."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(request.args, meta={"csrf": False}, **kwargs)
        self.readable = self.validate()


class AsOfForm(AddressForm):
    """The day as at which a balance is asked for."""

    as_of = RocDateField(_("截至"), render_kw={"maxlength": 20})


class WhatIfForm(AddressForm):
    """What is tried on a scheme: a cap on awards, and money more or less."""

    percent = IntegerField(
        _("核定上限（申請額的百分之幾）"),
        [Optional()],
        render_kw={"min": 1, "max": WHOLE},
    )
    added = AmountField(_("增列預算"), render_kw={"maxlength": 20})
    cut = AmountField(_("減列預算"), render_kw={"maxlength": 20})

    def validate_percent(self, field: IntegerField) -> None:
        """A share of what was asked for: 1 … 100."""
        if field.data is not None and not 1 <= field.data <= WHOLE:
            raise ValidationError(gettext("請填 1 至 100 的整數。"))

    @property
    def levers(self) -> Levers:
        """What is tried; nothing while a field cannot be read."""
        if not self.readable:
            return AS_IT_IS
        more, less = (field.amount or ZERO for field in (self.added, self.cut))
        return Levers(self.percent.data or WHOLE, (more - less).dollars)

    def refuse_cut(self, available: Ntd) -> None:
        """More is taken away than there is."""
        self.cut.errors = [
            gettext("超過目前可用餘額 %(available)s。", available=ntd_unit(available))
        ]
        self.readable = False


class AuditForm(AddressForm):
    """Whose deeds, which, on what case, and when."""

    person = SelectField(_("人員"), validate_choice=False)
    act = SelectField(_("行為"), validate_choice=False)
    case = LineField(_("案號"), render_kw={"maxlength": 64, "autocomplete": "off"})
    since = RocDateField(_("自"), render_kw={"maxlength": 20})
    until = RocDateField(_("至"), render_kw={"maxlength": 20})

    def offer(self, people: list[tuple[str, str]]) -> None:
        """Offer these people and every deed there is, in the reader's words."""
        deeds = sorted((str(word), name) for name, word in ACTS.items())
        self.person.choices = people
        self.act.choices = [("", _("全部行為")), *((name, word) for word, name in deeds)]


class ExportForm(BackofficeForm):
    """What a case's history is taken out for."""

    reason = ParagraphField(_("匯出事由"), render_kw={"maxlength": 500})
    kind = SelectField(
        _("檔案格式"), choices={kind: f".{kind}" for kind in MEDIA_TYPES}, default="csv"
    )


class VerifyForm(BackofficeForm):
    """One button."""


class UsedUpForm(BackofficeForm):
    """The announcement that a scheme's money is used up; `edition` is the round that it ends."""

    edition = HiddenField()
    document_number = LineField(
        _("公告文號"), [required(), not_blank], render_kw={"maxlength": DOCUMENT_MAX}
    )
    reason = ParagraphField(_("說明"), render_kw={"maxlength": 500})
