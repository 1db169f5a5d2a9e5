"""One invoice of 經費支用明細."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, SelectField

from backoffice.cases.rules.budget import untaxed
from backoffice.disbursement.rules.settlement import Invoice
from backoffice.kernel.money import Ntd
from backoffice.web.forms import (
    AmountField,
    BackofficeForm,
    LineField,
    RocDateField,
    required,
)

NET, GROSS = "NET", "GROSS"


def _taxes() -> dict[str, str]:
    return {NET: gettext("未稅金額"), GROSS: gettext("含稅金額（5 %，由系統換算未稅）")}


class SpendingForm(BackofficeForm):
    """One invoice; an amount with tax is counted without it (5 %, half up)."""

    category = SelectField(_("科目"), validators=[required()])
    number = LineField(_("憑證號碼"), validators=[required()])
    invoice_on = RocDateField(_("憑證日期"), validators=[required()])
    paid_on = RocDateField(_("付款日期"), validators=[required()])
    vendor = LineField(_("廠商"))
    amount = AmountField(_("金額"), validators=[required()])
    tax = RadioField(
        _("金額種類"),
        choices=_taxes,
        default=NET,
    )
    is_complete = BooleanField(_("憑證齊全，且受款人無不得補助情形"), default=True)

    @property
    def net(self) -> Ntd:
        """The amount without tax; only after the form was validated."""
        return untaxed(self.amount.ntd).net if self.tax.data == GROSS else self.amount.ntd

    @property
    def invoice(self) -> Invoice:
        """The invoice as typed; only after the form was validated."""
        return Invoice(
            category=str(self.category.data),
            number=self.number.text,
            invoice_on=self.invoice_on.day,
            paid_on=self.paid_on.day,
            amount=self.net,
            is_complete=bool(self.is_complete.data),
            vendor=self.vendor.text,
        )
