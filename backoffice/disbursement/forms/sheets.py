"""The forms of disbursement sheets: what is picked, what was seen, what the bank answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    FieldList,
    FileField,
    Form,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.widgets import HiddenInput

from backoffice.disbursement.rules.claims import BankAccount
from backoffice.disbursement.rules.lifecycles import LineEvent
from backoffice.disbursement.rules.sheets import LINES_MAX, LineOutcome, ReturnReason
from backoffice.kernel.refusal import Refused
from backoffice.messages import shown
from backoffice.web.forms import (
    BackofficeForm,
    EvidenceField,
    LineField,
    ParagraphField,
    RocDateField,
    VersionField,
    Words,
    not_blank,
    required,
)


class CompareForm(BackofficeForm):
    """A file that may or may not be the sheet as it was approved."""

    workbook = FileField(
        _("要比對的檔案"), validators=[required()], render_kw={"accept": ".xlsx,.ods"}
    )


class MakeSheetForm(BackofficeForm):
    """The tranches that were ticked, and what the sheet is for; `edition` says in which group."""

    edition = LineField()
    tranche = SelectMultipleField(coerce=int, validate_choice=False)
    purpose = LineField(_("用途"))


class CheckSheetForm(BackofficeForm):
    """The lines whose changed account was compared with the passbook page."""

    version = VersionField()
    seen = SelectMultipleField(coerce=int, validate_choice=False)


class StepForm(BackofficeForm):
    """Nothing but a confirmation: the button is the whole question."""

    version = VersionField()


class VoidSheetForm(BackofficeForm):
    """Why the sheet is voided; it stands in the history of every case on it."""

    version = VersionField()
    reason = ParagraphField(_("作廢理由"), validators=[required(), not_blank])


class ReasonedForm(BackofficeForm):
    """Why a line is taken out; it stands in the history of its case."""

    version = VersionField()
    reason = ParagraphField(_("剔除理由"), validators=[required(), not_blank])


class QueryForm(BackofficeForm):
    """What the checker asks about a line, or what the maker answers."""

    version = VersionField()
    note = ParagraphField(_("內容"), validators=[required(), not_blank])


class LineForm(Form):
    """What the bank answered about one line; no answer yet leaves it as it is."""

    class Meta:
        def get_translations(self, form: object) -> Words:
            return Words()

    line_id = IntegerField(widget=HiddenInput())
    result = RadioField(_("結果"), choices=[], default="")
    on = RocDateField(_("入帳日或退匯日"))
    reason = SelectField(_("退匯原因"), choices=[])
    note = LineField(_("說明"))

    def offer(self) -> None:
        """What may be chosen, in the reader's language."""
        self.result.choices = {
            "": gettext("尚無回覆"),
            **{event.value: shown(event) for event in (LineEvent.PAY, LineEvent.RETURN)},
        }
        self.reason.choices = {"": "–", **{each.value: shown(each) for each in ReturnReason}}

    def outcome(self, position: int) -> LineOutcome | None:
        """The answer as typed, None without one. Refuses "sheet.day_missing" (position)."""
        if not self.result.data or self.line_id.data is None:
            return None
        if self.on.parsed is None:
            raise Refused("sheet.day_missing", position=position)
        return LineOutcome(
            line_id=self.line_id.data,
            event=LineEvent(self.result.data),
            on=self.on.day,
            reason=ReturnReason(self.reason.data) if self.reason.data else None,
            note=self.note.text,
        )


class SettleSheetForm(BackofficeForm):
    """The bank's answer, line by line."""

    version = VersionField()
    lines = FieldList(FormField(LineForm), max_entries=LINES_MAX)

    def ask_about(self, line_ids: Iterable[int], day: date) -> None:
        """One row for each line; what was typed stays, an untouched row begins with `day`."""
        if not self.is_submitted():
            for line_id in line_ids:
                self.lines.append_entry({"line_id": line_id, "on": day, "result": ""})
        for row in self.lines:
            row.form.offer()


class CorrectAccountForm(BackofficeForm):
    """The account as the firm's new passbook page shows it."""

    version = VersionField()
    bank_code = LineField(_("金融機構代碼"), validators=[required()])
    branch_code = LineField(_("分行代碼"), validators=[required()])
    bank_name = LineField(_("金融機構名稱"))
    account_number = LineField(_("帳號"), validators=[required()])
    holder = LineField(_("戶名"), validators=[required()])
    passbook = EvidenceField(_("存摺封面（PDF）"))

    @property
    def account(self) -> BankAccount:
        """The account as typed."""
        return BankAccount(
            bank_code=self.bank_code.text,
            branch_code=self.branch_code.text,
            number=self.account_number.text,
            holder=self.holder.text,
            bank_name=self.bank_name.text,
        )


class CorrectLineForm(CorrectAccountForm):
    """The same for a payment that stands on a sheet, with the reason of the change."""

    reason = ParagraphField(_("更正理由"), validators=[required(), not_blank])
