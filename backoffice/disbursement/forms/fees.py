"""Fees: a payment from its slip, a statement of the bank, whose a line is, a refund."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import FileField, SelectField
from wtforms.validators import ValidationError

from backoffice.disbursement.rules.fees.entries import AdvertisingEntry, PaymentEntry
from backoffice.disbursement.rules.fees.refunds import Bounce, RefundOrder
from backoffice.disbursement.rules.sheets import ReturnReason
from backoffice.documents import Upload
from backoffice.messages import shown
from backoffice.web.forms import (
    AmountField,
    BackofficeForm,
    EvidenceField,
    LineField,
    ParagraphField,
    RocDateField,
    RocInstantField,
    VersionField,
    required,
)


class StatementForm(BackofficeForm):
    """A file of the bank, and of which scheme's collection account it is."""

    scheme = SelectField(_("方案（收款專戶）"), validators=[required()])
    file = FileField(
        _("入帳明細檔"), validators=[required()], render_kw={"accept": ".csv,.xlsx,.ods"}
    )


class VersionForm(BackofficeForm):
    """Nothing but a confirmation."""

    version = VersionField()


def evidence_required(_form: object, field: EvidenceField) -> None:
    """A validator: a piece of evidence came with the form."""
    if field.upload is None:
        raise ValidationError(str(_("請附上 PDF 檔。")))


class PaymentForm(BackofficeForm):
    """A payment as the bank's slip says it."""

    value_at = RocInstantField(_("入帳時間"), validators=[required()])
    amount = AmountField(_("繳費金額"), validators=[required()])
    receipt_number = LineField(_("收據或交易編號"), validators=[required()])
    slip = EvidenceField(_("繳款證明（PDF）"), validators=[evidence_required])

    @property
    def entry(self) -> PaymentEntry:
        """The payment as typed; only after the form was validated."""
        return PaymentEntry(self.value_at.instant, self.amount.ntd, self.receipt_number.text)

    @property
    def paper(self) -> Upload:
        """The slip; only after the form was validated."""
        assert self.slip.upload is not None, "validate first"
        return self.slip.upload


class AdvertisingForm(BackofficeForm):
    """Advertising placed with the fee, by its invoice."""

    placed_on = RocDateField(_("投放日期"), validators=[required()])
    amount = AmountField(_("廣告費用（含稅）"), validators=[required()])
    medium = LineField(_("投放媒體"), validators=[required()])
    invoice_number = LineField(_("發票號碼"), validators=[required()])
    proof = EvidenceField(_("單據及投放證明（PDF）"), validators=[evidence_required])

    @property
    def entry(self) -> AdvertisingEntry:
        """The advertising as typed; only after the form was validated."""
        return AdvertisingEntry(
            self.placed_on.day, self.amount.ntd, self.medium.text, self.invoice_number.text
        )

    @property
    def paper(self) -> Upload:
        """The proof; only after the form was validated."""
        assert self.proof.upload is not None, "validate first"
        return self.proof.upload


class MatchForm(BackofficeForm):
    """Whose an open line is, and how somebody found out."""

    version = VersionField()
    case_number = LineField(_("案件編號"), validators=[required()])
    note = ParagraphField(_("查明經過"), validators=[required()])


class SameForm(BackofficeForm):
    """Why an open line is the money of a payment that is in the book already."""

    version = VersionField()
    same_note = ParagraphField(_("認定理由"), validators=[required()])


class RefundForm(BackofficeForm):
    """To whom money goes back, and why; the amount is the one that the page shows."""

    version = VersionField()
    amount = AmountField(_("退費金額"), validators=[required()])
    payee = LineField(_("受款人"), validators=[required()])
    account = LineField(_("受款帳戶（金融機構代碼及帳號）"), validators=[required()])
    reason = ParagraphField(_("簽辦說明"), validators=[required()])
    letter = EvidenceField(_("業者來函（PDF）"))

    @property
    def order(self) -> RefundOrder:
        """The refund as typed; only after the form was validated."""
        return RefundOrder(self.payee.text, self.account.text, self.reason.text)


class ReturnForm(BackofficeForm):
    """Why a refund is sent back to its maker."""

    version = VersionField()
    reason = ParagraphField(_("退回理由"), validators=[required()])


class PaidForm(BackofficeForm):
    """That a refund was paid: the day and the bank's reference."""

    version = VersionField()
    paid_on = RocDateField(_("付款日期"), validators=[required()])
    reference = LineField(_("銀行付款編號"), validators=[required()])


class BounceForm(BackofficeForm):
    """That a refund came back, as the bank's notice says it."""

    version = VersionField()
    bounced_on = RocDateField(_("退匯日期"), validators=[required()])
    reference = LineField(_("銀行退匯編號"), validators=[required()])
    reason = SelectField(_("退匯原因"), choices=[], validators=[required()])
    note = LineField(_("說明"))

    def offer(self) -> None:
        """The reasons that may be chosen, in the reader's language."""
        self.reason.choices = {"": "–", **{each.value: shown(each) for each in ReturnReason}}

    @property
    def bounce(self) -> Bounce:
        """The notice as typed; only after the form was validated."""
        return Bounce(
            self.bounced_on.day,
            self.reference.text,
            ReturnReason(self.reason.data),
            self.note.text,
        )
