"""A firm's claim, its verification, and the holding back of a tranche."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField

from backoffice.disbursement.rules.claims import BankAccount, ClaimPackage
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

KEPT, OTHER = "KEPT", "OTHER"
VERIFY, REJECT = "VERIFY", "REJECT"


def _accounts() -> dict[str, str]:
    return {KEPT: gettext("沿用留存帳戶"), OTHER: gettext("使用其他帳戶")}


def _decisions() -> dict[str, str]:
    return {VERIFY: gettext("通過：可列入撥款清冊"), REJECT: gettext("退件")}


class ClaimForm(BackofficeForm):
    """The receipt, and the account that it is to be paid to."""

    version = VersionField()
    receipt_number = LineField(_("領據編號"), validators=[required()])
    receipt_on = RocDateField(_("領據日期"), validators=[required()])
    amount = AmountField(_("領據金額"), validators=[required()])
    letter_number = LineField(_("業者來函文號"))
    receipt = EvidenceField(_("領據（PDF）"))
    which = RadioField(
        _("撥款帳戶"),
        choices=_accounts,
        default=KEPT,
    )
    bank_code = LineField(_("金融機構代碼"))
    branch_code = LineField(_("分行代碼"))
    bank_name = LineField(_("金融機構名稱"))
    account_number = LineField(_("帳號"))
    holder = LineField(_("戶名"))
    passbook = EvidenceField(_("存摺封面（PDF）"))

    def offer(self, kept: BankAccount | None) -> None:
        """The account on file, masked, or another; only another when there is none."""
        if kept is None:
            self.which.choices = {OTHER: gettext("首次請款，登錄撥款帳戶")}
        else:
            self.which.choices = _accounts() | {KEPT: kept_words(kept)}

    def package(self, kept: BankAccount | None) -> ClaimPackage:
        """The claim as typed; only after the form was validated."""
        account = kept if kept is not None and self.which.data == KEPT else self._typed
        return ClaimPackage(
            receipt_number=self.receipt_number.text,
            receipt_on=self.receipt_on.day,
            amount=self.amount.ntd,
            account=account,
            letter_number=self.letter_number.text,
        )

    @property
    def _typed(self) -> BankAccount:
        return BankAccount(
            bank_code=self.bank_code.text,
            branch_code=self.branch_code.text,
            number=self.account_number.text,
            holder=self.holder.text,
            bank_name=self.bank_name.text,
        )


class VerifyForm(BackofficeForm):
    """Whether a claim may be paid."""

    version = VersionField()
    decision = RadioField(
        _("審核結果"),
        choices=_decisions,
        validators=[required()],
    )
    clearance_checked = BooleanField(_("已再次查核：無欠稅，且無陸資投資"))
    reason = ParagraphField(_("退件理由"))


class ReasonForm(BackofficeForm):
    """A deed that needs nothing but its reason."""

    version = VersionField()
    reason = ParagraphField(_("理由"))


class ConfirmForm(BackofficeForm):
    """Nothing but a confirmation: the button is the whole question."""

    version = VersionField()


def kept_words(account: BankAccount) -> str:
    """The account on file, masked: 004-0037 ····8812 臺灣銀行營業部."""
    return gettext(
        "沿用留存帳戶 %(account)s", account=f"{account.masked} {account.bank_name}".strip()
    )
