"""The forms of the bank's answer: the file, what became of an item, the closing of a day."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import FileStorage
from wtforms import FileField, RadioField, SelectField, SelectMultipleField

from backoffice.disbursement.rules.bank import SETTLES, Resolution, Worked
from backoffice.disbursement.rules.sheets import LINES_MAX, ReturnReason
from backoffice.documents import Upload
from backoffice.messages import shown
from backoffice.web.forms import (
    BackofficeForm,
    LineField,
    ParagraphField,
    RocDateField,
    VersionField,
    not_blank,
    required,
)


class AnswerFileForm(BackofficeForm):
    """A file of the bank."""

    answer = FileField(
        _("銀行回覆檔"), validators=[required()], render_kw={"accept": ".txt,.dat,.xlsx,.ods,.csv"}
    )

    @property
    def upload(self) -> Upload:
        """The file that came with the form; only after the form was validated."""
        found = self.answer.data
        assert isinstance(found, FileStorage), "the form was validated"
        return Upload(found.filename or "", found.stream.read())


class AnswerForm(BackofficeForm):
    """The decision on a loaded answer; the button says which."""

    version = VersionField()


class WorkedForm(BackofficeForm):
    """What a person says about what waits."""

    resolution = RadioField(_("辦理方式"), choices=[], validators=[required()])
    day = RocDateField(_("入帳日或退匯日"))
    reason = SelectField(_("退匯原因"), choices=[])
    note = ParagraphField(_("說明"), validators=[required(), not_blank])

    def offer(self, resolutions: Iterable[Resolution]) -> None:
        """What may be chosen now, in the reader's language."""
        self.resolution.choices = {each.value: shown(each) for each in resolutions}
        self.reason.choices = {"": "–", **{each.value: shown(each) for each in ReturnReason}}

    @property
    def worked(self) -> Worked:
        """What was said; only after the form was validated."""
        resolution = Resolution(self.resolution.data)
        settles = resolution in SETTLES
        chosen = self.reason.data if resolution is Resolution.RETURNED else ""
        return Worked(
            resolution=resolution,
            note=self.note.text,
            day=self.day.parsed if settles else None,
            reason=ReturnReason(chosen) if chosen else None,
        )


class ItemsForm(WorkedForm):
    """What became of those that were ticked, each with its version."""

    item = SelectMultipleField(validate_choice=False)


class ItemForm(WorkedForm):
    """What became of an item; the payment's place is asked of an unknown line only."""

    version = VersionField()
    sheet = LineField(_("清冊編號"))
    position = LineField(_("序號"))

    @property
    def place(self) -> tuple[str, int] | None:
        """The place that was typed; None when none was."""
        number = self.position.text
        if not self.sheet.text or not (number.isascii() and number.isdecimal()):
            return None
        return self.sheet.text, min(int(number[: len(str(LINES_MAX)) + 1]), LINES_MAX + 1)


class DayForm(BackofficeForm):
    """Nothing but a confirmation: the button is the whole question."""


class VouchForm(BackofficeForm):
    """On what paper payments were settled by hand."""

    note = ParagraphField(_("憑據與說明"), validators=[required(), not_blank])
