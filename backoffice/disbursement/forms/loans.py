"""Loans: their registration, what moves them, rates, and the banks' claims."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import FileField, HiddenField, RadioField, SelectField

from backoffice.disbursement.operations.loans import BankLetter
from backoffice.disbursement.rules.claims import BankAccount
from backoffice.disbursement.rules.loans import (
    CALL_GROUNDS,
    Calling,
    LoanTerms,
    Movement,
    MovementKind,
    parse_rate,
)
from backoffice.disbursement.rules.recoveries import Ground
from backoffice.disbursement.rules.stages import Letter
from backoffice.documents import Upload
from backoffice.kernel.money import ZERO, Ntd
from backoffice.kernel.refusal import Refused
from backoffice.messages import shown
from backoffice.web.forms import (
    AmountField,
    BackofficeForm,
    EvidenceField,
    LineField,
    ParagraphField,
    RocDateField,
    VersionField,
    not_blank,
    required,
)
from backoffice.web.refusals import tell

_PPM_TO_BP = 100
ACCEPT, RETURN, TAKE_BACK = "ACCEPT", "RETURN", "TAKE_BACK"


class PercentField(LineField):
    """A percentage with up to four decimals, such as 1.595 or 95."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read what was typed; the text stays as it is."""
        self.data = valuelist[0].strip() if valuelist else None
        self.ppm = 0
        if self.data:
            try:
                self.ppm = parse_rate(self.data)
            except Refused as refusal:
                raise ValueError(tell(refusal)) from refusal


class RegisterLoanForm(BackofficeForm):
    """A loan as the bank granted it."""

    version = VersionField()
    loan_class = SelectField(_("貸款類別"), validators=[required()])
    bank_code = LineField(_("承貸銀行代碼"), validators=[required()])
    working = AmountField(_("週轉性支出"))
    capital = AmountField(_("資本性支出"))
    plan_cost = AmountField(_("計畫經費"))
    guarantee = PercentField(_("保證成數"), validators=[required()])
    drawn = AmountField(_("首次撥貸金額"), validators=[required()])
    drawn_on = RocDateField(_("首次撥貸日"), validators=[required()])
    notice = LineField(_("撥貸通知文號"), validators=[required()])

    @property
    def terms(self) -> LoanTerms:
        """The loan as typed; only after the form was validated."""
        return LoanTerms(
            loan_class=str(self.loan_class.data),
            capital=self.capital.amount or ZERO,
            working=self.working.amount or ZERO,
            plan_cost=self.plan_cost.amount,
            bank_code=self.bank_code.text,
            guarantee_bp=self.guarantee.ppm // _PPM_TO_BP,
            drawn=self.drawn.ntd,
            drawn_on=self.drawn_on.day,
        )


def _kinds() -> dict[str, str]:
    return {kind.value: shown(kind) for kind in reversed(MovementKind)}


class MovementForm(BackofficeForm):
    """Money drawn or repaid, by the bank's notice."""

    version = VersionField()
    shown = HiddenField()
    kind = RadioField(
        _("異動"), choices=_kinds, default=MovementKind.REPAY.value, validators=[required()]
    )
    moved_on = RocDateField(_("異動日"), validators=[required()])
    amount = AmountField(_("金額"), validators=[required()])
    notice = LineField(_("銀行通知文號"), validators=[required()])

    @property
    def movement(self) -> Movement:
        """The movement as typed; only after the form was validated."""
        return Movement(self.moved_on.day, MovementKind(self.kind.data), self.amount.ntd)


class WithdrawalForm(BackofficeForm):
    """Why a notice of a repayment is withdrawn."""

    version = VersionField()
    reason = ParagraphField(_("撤回理由"), validators=[required(), not_blank])


def _grounds() -> dict[str, str]:
    return {ground.value: shown(ground) for ground in CALL_GROUNDS}


class BreachForm(BackofficeForm):
    """Since when and why the interest is called back."""

    version = VersionField()
    shown = HiddenField()
    since = RocDateField(_("違約日"), validators=[required()])
    ground = RadioField(_("事由"), choices=_grounds, validators=[required()])
    reason = ParagraphField(_("說明"), validators=[required()])

    @property
    def calling(self) -> Calling:
        """The breach as typed; only after the form was validated."""
        return Calling(self.since.day, Ground(self.ground.data), self.reason.text)


class RateForm(BackofficeForm):
    """A reference rate by its source document."""

    since = RocDateField(_("生效日"), validators=[required()])
    rate = PercentField(_("年息"), validators=[required()])
    letter_number = LineField(_("公告或來函文號"), validators=[required()])
    letter_on = RocDateField(_("文件日期"), validators=[required()])

    @property
    def letter(self) -> Letter:
        """The source document; only after the form was validated."""
        return Letter(self.letter_number.text, self.letter_on.day)


class BankClaimForm(BackofficeForm):
    """A bank's claim: its letter, its account, and its lines in a file or pasted."""

    holder = LineField(_("銀行登記名稱（戶名）"), validators=[required()])
    ubn = LineField(_("銀行統一編號"), validators=[required()])
    letter_number = LineField(_("請款函文號"), validators=[required()])
    letter_on = RocDateField(_("請款函日期"), validators=[required()])
    bank_code = LineField(_("金融機構代碼"), validators=[required()])
    branch_code = LineField(_("分行代碼"), validators=[required()])
    bank_name = LineField(_("金融機構名稱"))
    account_number = LineField(_("帳號"), validators=[required()])
    passbook = EvidenceField(_("帳戶證明（PDF）"))
    paper = EvidenceField(_("請款函及領據（PDF）"))
    table = FileField(_("請款明細檔"), render_kw={"accept": ".xlsx,.ods,.csv"})
    pasted = ParagraphField(_("逐列輸入"))

    @property
    def bank(self) -> BankLetter:
        """Who asks; only after the form was validated."""
        return BankLetter(
            ubn=self.ubn.text,
            letter=Letter(self.letter_number.text, self.letter_on.day),
            account=BankAccount(
                bank_code=self.bank_code.text,
                branch_code=self.branch_code.text,
                number=self.account_number.text,
                holder=self.holder.text,
                bank_name=self.bank_name.text,
            ),
        )

    @property
    def file(self) -> Upload | None:
        """The file with the lines; None when none came."""
        data = self.table.data
        if not getattr(data, "filename", ""):
            return None
        data.stream.seek(0)
        return Upload(name=data.filename, content=data.stream.read())


class AcceptReadyForm(BackofficeForm):
    """All lines that agree; `count` is how many the page showed."""

    count = HiddenField()

    @property
    def shown_count(self) -> int:
        """How many the page showed; -1 of a garbled form."""
        written = str(self.count.data or "")
        return int(written) if written.isascii() and written.isdecimal() else -1


def _decisions() -> dict[str, str]:
    return {ACCEPT: gettext("受理"), RETURN: gettext("退回銀行")}


class LineForm(BackofficeForm):
    """What becomes of one line; `shown` is the amount that the page said would be paid."""

    version = VersionField()
    shown = HiddenField()
    decision = RadioField(_("處理"), choices=_decisions, validators=[required()])
    reason = ParagraphField(_("理由"))

    @property
    def shown_amount(self) -> Ntd:
        """The amount that the page showed; -1 of a garbled form."""
        return amount_shown(self.shown.data)


class TakeBackForm(BackofficeForm):
    """Taking an acceptance back, with its reason."""

    version = VersionField()
    reason = ParagraphField(_("撤銷受理的理由"), validators=[required()])


def amount_shown(text: object) -> Ntd:
    """The amount in a hidden field; -1 where somebody garbled it."""
    written = str(text or "")
    return Ntd(int(written)) if written.isascii() and written.isdecimal() else Ntd(-1)
