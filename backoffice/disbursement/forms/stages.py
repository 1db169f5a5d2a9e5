"""Reports of the firm and what the office says of them: checkpoints, mid-term, closing."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField
from wtforms.widgets import HiddenInput

from backoffice.disbursement.rules.lifecycles import StageResult
from backoffice.disbursement.rules.stages import Conclusion, Letter
from backoffice.kernel.money import Ntd
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

ACCEPT, REJECT = "ACCEPT", "REJECT"


def _decisions() -> dict[str, str]:
    return {ACCEPT: gettext("達成：權重全數計入，之後不再變更"), REJECT: gettext("退回補正")}


def _results() -> dict[str, str]:
    return {
        StageResult.PASS.value: gettext("通過"),
        StageResult.CORRECT.value: gettext("修正後通過：限期補正，再審一次"),
        StageResult.FAIL.value: gettext("不通過：進入終止程序"),
    }


class ReportForm(BackofficeForm):
    """A report of the firm: its letter, and the report itself as a PDF."""

    version = VersionField()
    letter_number = LineField(_("業者來函文號"), validators=[required()])
    letter_on = RocDateField(_("業者來函日期"), validators=[required()])
    report = EvidenceField(_("報告（PDF）"))

    @property
    def letter(self) -> Letter:
        """The firm's letter; only after the form was validated."""
        return Letter(self.letter_number.text, self.letter_on.day)


class StageReportForm(ReportForm):
    """A mid-term or closing report; a late correction says why it is taken in all the same."""

    late_reason = ParagraphField(_("受理逾期補正的理由"))


class CheckpointReportForm(ReportForm):
    """The report on one checkpoint, with its evidence."""

    text = ParagraphField(_("達成情形"))
    report = EvidenceField(_("佐證（PDF）"))


class CheckpointDecisionForm(BackofficeForm):
    """Whether a reported checkpoint is reached."""

    version = VersionField()
    decision = RadioField(
        _("審定"),
        choices=_decisions,
        validators=[required()],
    )
    reason = ParagraphField(_("說明或退回理由"))
    correct_by = RocDateField(_("補正期限"))


class ConclusionForm(BackofficeForm):
    """The officer's conclusion after the reviewers' opinions."""

    version = VersionField()
    result = RadioField(
        _("結論"),
        choices=_results,
        validators=[required()],
    )
    letter_number = LineField(_("審查結果函文號"))
    letter_on = RocDateField(_("審查結果函日期"))
    reason = ParagraphField(_("理由"))
    correct_by = RocDateField(_("補正期限"))

    @property
    def conclusion(self) -> Conclusion:
        """What was concluded; only after the form was validated. A letter needs both fields."""
        day = self.letter_on.parsed
        letter = Letter(self.letter_number.text, day) if day else None
        return Conclusion(
            result=StageResult(self.result.data),
            letter=letter,
            reason=self.reason.text,
            correct_by=self.correct_by.parsed,
        )


class ClosingConclusionForm(ConclusionForm):
    """The same at closing, with the settled subsidy that the page showed."""

    shown_final = AmountField(_("結算核定數"), widget=HiddenInput())

    def show_final(self, final: Ntd | None) -> None:
        """After a stale attempt, the form carries the settlement that is now shown."""
        if self.refusal_code == "stale":
            self.shown_final.data = "" if final is None else str(final.dollars)


class ConditionForm(BackofficeForm):
    """The paper that shows a closing condition."""

    version = VersionField()
    condition = SelectField(_("結案條件"), validators=[required()])
    evidence = EvidenceField(_("證明文件（PDF）"))
