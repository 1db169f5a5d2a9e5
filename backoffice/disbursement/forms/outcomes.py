"""Values achieved, and partners who leave or join."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import FieldList, Form, FormField, HiddenField, StringField
from wtforms.validators import ValidationError

from backoffice.disbursement.rules.consortium import Firm
from backoffice.disbursement.rules.stages import Letter
from backoffice.disbursement.rules.targets import Achieved, Result, measured
from backoffice.kernel.money import ZERO
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import parse_ubn
from backoffice.scheme.rules import Metric
from backoffice.web.forms import (
    AmountField,
    BackofficeForm,
    EvidenceField,
    LineField,
    ParagraphField,
    RocDateField,
    VersionField,
    required,
)
from backoffice.web.refusals import tell


class UbnField(LineField):
    """A 統一編號; `ubn` is its eight digits."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = valuelist[0].strip() if valuelist else None
        self.ubn = ""
        if self.data:
            try:
                self.ubn = parse_ubn(self.data)
            except Refused as refusal:
                raise ValueError(tell(refusal)) from refusal


class AchievedRow(Form):
    """The value achieved of one target."""

    metric = HiddenField()
    value = StringField(_("達成值"), validators=[required()])

    def validate_value(self, field: StringField) -> None:
        """A number, whole or to be rounded down."""
        try:
            measured(field.data or "", self._metric)
        except Refused as refusal:
            raise ValidationError(tell(refusal)) from refusal

    @property
    def _metric(self) -> Metric:
        named = [metric for metric in Metric if metric.value == self.metric.data]
        if not named:
            raise ValidationError(gettext("請由選項中選擇。"))
        return named[0]

    @property
    def achieved(self) -> Achieved:
        """The value; only after the form was validated."""
        return Achieved(self._metric, measured(str(self.value.data), self._metric))


class TargetsForm(BackofficeForm):
    """Every target's achieved value, with the paper that shows them."""

    version = VersionField()
    values = FieldList(FormField(AchievedRow), label=_("達成值"))
    evidence = EvidenceField(_("達成值佐證（PDF）"))

    @property
    def achieved(self) -> tuple[Achieved, ...]:
        """The values as typed; only after the form was validated."""
        return tuple(entry.form.achieved for entry in self.values)


def rows_of(results: Sequence[Result]) -> list[dict[str, str]]:
    """The form's rows: every target, with what was entered before."""
    return [
        {
            "metric": each.target.metric.value,
            "value": "" if each.achieved is None else f"{each.achieved:,}",
        }
        for each in results
    ]


class LeaveForm(BackofficeForm):
    """A partner's letter of leaving."""

    version = VersionField()
    letter_number = LineField(_("來函文號"), validators=[required()])
    letter_on = RocDateField(_("退出日期"), validators=[required()])
    reason = ParagraphField(_("退出原因"), validators=[required()])

    @property
    def letter(self) -> Letter:
        """The letter; only after the form was validated."""
        return Letter(self.letter_number.text, self.letter_on.day)


class JoinForm(BackofficeForm):
    """A new partner, with the share that the centre gives up; blank is nothing."""

    version = VersionField()
    name = LineField(_("合作廠商名稱"), validators=[required()])
    ubn = UbnField(_("統一編號"), validators=[required()])
    factory_number = LineField(_("工廠登記編號"))
    subsidy = AmountField(_("補助款"))
    self_fund = AmountField(_("自籌款"))
    letter_number = LineField(_("來函文號"), validators=[required()])
    letter_on = RocDateField(_("加入日期"), validators=[required()])

    @property
    def newcomer(self) -> Firm:
        """The new partner; only after the form was validated."""
        return Firm(
            ubn=self.ubn.ubn,
            name=self.name.text,
            factory_number=self.factory_number.text,
            subsidy=self.subsidy.amount or ZERO,
            self_fund=self.self_fund.amount or ZERO,
        )

    @property
    def letter(self) -> Letter:
        """The letter; only after the form was validated."""
        return Letter(self.letter_number.text, self.letter_on.day)
