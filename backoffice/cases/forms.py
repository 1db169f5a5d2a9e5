"""The forms of the cases room: shapes and types; the law is in the use cases."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import FileField, SelectField

from backoffice.web.forms import (
    BackofficeForm,
    LineField,
    ParagraphField,
    RocDateField,
    VersionField,
    not_blank,
    required,
)


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


class EligibilityForm(BackofficeForm):
    """The officer's word on each finding; its fields are read by the finding's number."""

    version = VersionField()
    note = ParagraphField(_("審查意見"))


class WorkbookForm(BackofficeForm):
    """The workbook of the online application system."""

    workbook = FileField(
        _("進件活頁簿"), validators=[required()], render_kw={"accept": ".xlsx,.ods"}
    )
