"""The forms of the room «reports»: shapes only; the rules decide."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, SelectField

from backoffice.messages import ACTS
from backoffice.reports.rules import DOCUMENT_MAX, NOTE_MAX
from backoffice.web.forms import (
    AmountField,
    BackofficeForm,
    LineField,
    ParagraphField,
    RocDateField,
    not_blank,
    required,
)
from backoffice.web.lists import MEDIA_TYPES


class BudgetForm(BackofficeForm):
    """A budget document; `step` is "confirm" once the reader has seen what will change."""

    CONFIRM = "confirm"
    EDIT = "edit"

    scheme = SelectField(_("方案"), [required()])
    amount = AmountField(_("金額"), [required()], render_kw={"maxlength": 20})
    document_number = LineField(
        _("公文字號"), [required(), not_blank], render_kw={"maxlength": DOCUMENT_MAX}
    )
    on = RocDateField(_("公文日期"), [required()], render_kw={"maxlength": 20})
    note = LineField(_("摘要"), render_kw={"maxlength": NOTE_MAX})
    step = HiddenField()

    def offer(self, schemes: list[tuple[str, str]]) -> None:
        """Offer these schemes: code and what it is called."""
        self.scheme.choices = schemes


class AddressForm(BackofficeForm):
    """What stands in the address of a list; it changes nothing, so it carries no token."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(request.args, meta={"csrf": False}, **kwargs)
        self.readable = self.validate()


class AsOfForm(AddressForm):
    """The day as at which a balance is asked for."""

    as_of = RocDateField(_("截至"), render_kw={"maxlength": 20})


class AuditForm(AddressForm):
    """Whose deeds, which, on what case, and when."""

    person = SelectField(_("人員"), validate_choice=False)
    act = SelectField(_("行為"), validate_choice=False)
    case = LineField(_("案號"), render_kw={"maxlength": 64, "autocomplete": "off"})
    since = RocDateField(_("自"), render_kw={"maxlength": 20})
    until = RocDateField(_("至"), render_kw={"maxlength": 20})

    def offer(self, people: list[tuple[str, str]]) -> None:
        """Offer these people and every deed there is, in the reader's words."""
        deeds = sorted((str(word), name) for name, word in ACTS.items())
        self.person.choices = people
        self.act.choices = [("", _("全部行為")), *((name, word) for word, name in deeds)]


class ExportForm(BackofficeForm):
    """What a case's history is taken out for."""

    reason = ParagraphField(_("匯出事由"), render_kw={"maxlength": 500})
    kind = SelectField(
        _("檔案格式"), choices={kind: f".{kind}" for kind in MEDIA_TYPES}, default="csv"
    )


class VerifyForm(BackofficeForm):
    """One button."""


class UsedUpForm(BackofficeForm):
    """The announcement that a scheme's money is used up; `edition` is the round that it ends."""

    edition = HiddenField()
    document_number = LineField(
        _("公告文號"), [required(), not_blank], render_kw={"maxlength": DOCUMENT_MAX}
    )
    reason = ParagraphField(_("說明"), render_kw={"maxlength": 500})
