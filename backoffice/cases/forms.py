"""The forms of the cases room: shapes and types; the law is in the use cases."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import FileField, HiddenField, RadioField, SelectField

from backoffice.cases.rules.seats import Choice
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

DIGITS_MAX = 18


class VersionForm(BackofficeForm):
    """Nothing but a confirmation: the button is the whole question."""

    version = VersionField()


class HandOverForm(BackofficeForm):
    """To whom, and what they should know."""

    version = VersionField()
    officer_id = SelectField(_("移交給"), coerce=int, validators=[required()])
    note = ParagraphField(_("移交說明"), validators=[required(), not_blank])


class GiveBackForm(BackofficeForm):
    """Why the case goes back to the pile."""

    version = VersionField()
    note = ParagraphField(_("退回原因"), validators=[required(), not_blank])


class NoteForm(BackofficeForm):
    """A note on the case."""

    text = ParagraphField(_("註記"), validators=[required(), not_blank])


class WithdrawForm(BackofficeForm):
    """The firm's letter by which it withdraws."""

    version = VersionField()
    letter_on = RocDateField(_("來函日期"), validators=[required()])
    letter_number = LineField(_("來函文號"), validators=[required(), not_blank])
    reason = ParagraphField(_("原因"))


class LapseForm(BackofficeForm):
    """Why a held place goes on to the next: the fee did not come."""

    version = VersionField()
    reason = ParagraphField(_("說明"))


class ChoiceForm(BackofficeForm):
    """The firm's letter: to wait on, or to have its fee back."""

    version = VersionField()
    choice = RadioField(_("業者選擇"), coerce=Choice, validators=[required()], choices=[])
    letter_on = RocDateField(_("來函日期"), validators=[required()])
    letter_number = LineField(_("來函文號"), validators=[required(), not_blank])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            Choice.WAIT: _("留在候補，等候名額釋出"),
            Choice.REFUND: _("退還費用，不再候補"),
        }
        self.choice.choices = [(each, words[each]) for each in Choice]


class Verdict(StrEnum):
    """What is decided of a conflict over a place."""

    KEEP = "KEEP"
    REPLACE = "REPLACE"


class ConflictForm(BackofficeForm):
    """The decision on a conflict; `allocation` is who would give way, as the page showed it."""

    version = VersionField()
    allocation = HiddenField()
    verdict = RadioField(_("決定"), coerce=Verdict, validators=[required()], choices=[])
    reason = ParagraphField(_("理由"), validators=[required(), not_blank])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            Verdict.KEEP: _("維持現有名額，本案留在候補最前"),
            Verdict.REPLACE: _("由本案取得名額，現有者改列候補"),
        }
        self.verdict.choices = [(each, words[each]) for each in Verdict]

    @property
    def allocation_id(self) -> int:
        """Whose place the page showed; 0 when what came back is no number."""
        text = self.allocation.data or ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) <= DIGITS_MAX else 0


class StartServiceForm(BackofficeForm):
    """From which day the firm is advised."""

    version = VersionField()
    started_on = RocDateField(_("開始輔導日"), validators=[required()])


class DeliverServiceForm(BackofficeForm):
    """What shows that the service was delivered."""

    version = VersionField()
    delivered_on = RocDateField(_("完成日"), validators=[required()])
    evidence = EvidenceField(_("佐證文件"), validators=[required()])
    advertising = AmountField(_("廣告支出（含稅）"))
    note = ParagraphField(_("說明"))


class CloseServiceForm(BackofficeForm):
    """The confirmation that the case is closed."""

    version = VersionField()
    note = ParagraphField(_("結案意見"))


class CancelServiceForm(WithdrawForm):
    """The letter by which an accepted case ends without its service, and why."""

    reason = ParagraphField(_("原因"), validators=[required(), not_blank])


class EligibilityForm(BackofficeForm):
    """The officer's word on each finding; its fields are read by the finding's number."""

    version = VersionField()
    note = ParagraphField(_("審查意見"))


class WorkbookForm(BackofficeForm):
    """The workbook of the online application system."""

    workbook = FileField(
        _("進件活頁簿"), validators=[required()], render_kw={"accept": ".xlsx,.ods"}
    )
