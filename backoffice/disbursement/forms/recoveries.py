"""Endings, demands and carry-overs: a letter, sometimes an amount, always a reason."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField

from backoffice.disbursement.rules.endings import GROUNDS, EndingKind, Proposal, Return
from backoffice.disbursement.rules.recoveries import Disposition, Ground, Repayment
from backoffice.disbursement.rules.stages import Letter
from backoffice.kernel.money import ZERO
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


class LetterForm(BackofficeForm):
    """A deed that stands on a letter of ours or of another authority."""

    version = VersionField()
    letter_number = LineField(_("函文字號"), validators=[required()])
    letter_on = RocDateField(_("函文日期"), validators=[required()])

    @property
    def letter(self) -> Letter:
        """The letter; only after the form was validated."""
        return Letter(self.letter_number.text, self.letter_on.day)


class LetterReasonForm(LetterForm):
    """The same with its reason."""

    reason = ParagraphField(_("理由"), validators=[required()])


class GiveUpForm(LetterReasonForm):
    """The firm's letter that it gives up."""

    letter_number = LineField(_("業者來函文號"), validators=[required()])
    letter_on = RocDateField(_("業者來函日期"), validators=[required()])
    paper = EvidenceField(_("業者來函（PDF）"))


class DispositionForm(LetterForm):
    """A written disposition; the due date is asked for where money is demanded."""

    letter_number = LineField(_("處分書文號"), validators=[required()])
    letter_on = RocDateField(_("處分書日期"), validators=[required()])
    due_on = RocDateField(_("繳納期限"))

    @property
    def disposition(self) -> Disposition:
        """The disposition; only after the form was validated."""
        return Disposition(self.letter, self.due_on.parsed)


class RepaymentForm(BackofficeForm):
    """Money that came in, by its receipt."""

    version = VersionField()
    received_on = RocDateField(_("收款日期"), validators=[required()])
    receipt_number = LineField(_("收據編號"), validators=[required()])
    account = LineField(_("繳入帳戶"), validators=[required()])
    amount = AmountField(_("收回金額"), validators=[required()])
    document_number = LineField(_("支出收回書或繳款書編號"))

    @property
    def repayment(self) -> Repayment:
        """The receipt as typed; only after the form was validated."""
        return Repayment(
            amount=self.amount.ntd,
            received_on=self.received_on.day,
            receipt_number=self.receipt_number.text,
            account=self.account.text,
            document_number=self.document_number.text,
        )


class EnforcementForm(LetterForm):
    """Passing a demand on for enforcement."""

    letter_number = LineField(_("移送函文號"), validators=[required()])
    letter_on = RocDateField(_("移送日期"), validators=[required()])
    final_on = RocDateField(_("處分確定日"), validators=[required()])


class WriteOffForm(LetterReasonForm):
    """The authority's approval to write a claim off."""

    letter_number = LineField(_("核准註銷文號"), validators=[required()])
    letter_on = RocDateField(_("核准日期"), validators=[required()])


class ReversalForm(BackofficeForm):
    """Why a receipt is taken out again."""

    version = VersionField()
    reason = ParagraphField(_("更正理由"), validators=[required(), not_blank])


class CarryOverForm(LetterForm):
    """The approval to carry an obligation over."""

    letter_number = LineField(_("保留核准文號"), validators=[required()])
    letter_on = RocDateField(_("核准日期"), validators=[required()])


def _returns() -> dict[str, str]:
    return {
        Return.FULL.value: gettext("全數返還已撥付款"),
        Return.SETTLED.value: gettext("依認列支用結算，返還溢撥部分"),
    }


class ProposalForm(BackofficeForm):
    """What the officer prepares: the reason, and what its kind of ending asks for."""

    version = VersionField()
    reason = ParagraphField(_("理由"), validators=[required()])
    paper = EvidenceField(_("佐證（PDF）"))


class TerminationForm(ProposalForm):
    """The terms of a termination."""

    returns = RadioField(
        _("返還方式"), choices=_returns, default=Return.FULL.value, validators=[required()]
    )
    recognised = AmountField(_("認列支用總額"))
    recognised_grant = AmountField(_("其中可補助科目認列數"))

    @property
    def proposal(self) -> Proposal:
        """The proposal as typed; only after the form was validated."""
        return Proposal(
            kind=EndingKind.TERMINATION,
            ground=Ground.CONTRACT_ENDED,
            reason=self.reason.text,
            returns=Return(self.returns.data),
            recognised=self.recognised.amount or ZERO,
            recognised_grant=self.recognised_grant.amount or ZERO,
        )


class AnnulmentForm(ProposalForm):
    """An award that was never lawful."""

    ground = RadioField(
        _("事由"),
        choices=lambda: _grounds(EndingKind.ANNULMENT),
        validators=[required()],
    )
    known_on = RocDateField(_("知悉原因的日期"), validators=[required()])

    @property
    def proposal(self) -> Proposal:
        """The proposal as typed; only after the form was validated."""
        return Proposal(
            kind=EndingKind.ANNULMENT,
            ground=Ground(self.ground.data),
            reason=self.reason.text,
            known_on=self.known_on.day,
        )


class RevocationForm(ProposalForm):
    """An award that was lawful, and was broken."""

    ground = RadioField(
        _("事由"),
        choices=lambda: _grounds(EndingKind.REVOCATION),
        validators=[required()],
    )
    known_on = RocDateField(_("知悉原因的日期"), validators=[required()])
    demand = AmountField(_("追繳金額"), validators=[required()])

    @property
    def proposal(self) -> Proposal:
        """The proposal as typed; only after the form was validated."""
        return Proposal(
            kind=EndingKind.REVOCATION,
            ground=Ground(self.ground.data),
            reason=self.reason.text,
            known_on=self.known_on.day,
            demand=self.demand.ntd,
        )


def _grounds(kind: EndingKind) -> dict[str, str]:
    return {ground.value: shown(ground) for ground in GROUNDS[kind]}
