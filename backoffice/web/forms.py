"""The base of every form: CSRF, our own words, the attempt at a use case.

Forms know shapes and types; rules know law. A refusal from a use case is put on the form, and
what the user had typed stays in it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, ClassVar, ParamSpec, TypeVar

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import (
    DateField,
    Field,
    FileField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    StringField,
    TextAreaField,
)
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, NumberRange, StopValidation, ValidationError
from wtforms.widgets import HiddenInput

from backoffice.documents import Upload
from backoffice.kernel.money import Ntd, parse_amount
from backoffice.kernel.refusal import Refused, Stale
from backoffice.kernel.taiwan import parse_date, parse_instant, roc_slashes
from backoffice.use_case import UseCase
from backoffice.web import guard
from backoffice.web.numbers import ROW_MAX
from backoffice.web.refusals import tell

P = ParamSpec("P")
R = TypeVar("R")

REQUIRED = _("此欄必填。")


class Words:
    """WTForms' own messages, in ours: its built-in zh is Simplified Chinese."""

    _WORDS: ClassVar[dict[str, LazyString]] = {
        "Not a valid integer value.": _("請輸入整數。"),
        "Not a valid choice.": _("請由選項中選擇。"),
        "Not a valid choice": _("請由選項中選擇。"),
        "This field is required.": REQUIRED,
        "Invalid Choice: could not coerce.": _("請由選項中選擇。"),
        "Field must be between %(min)d and %(max)d characters long.": _("字數不符規定。"),
    }

    def gettext(self, text: str) -> str:
        return str(self._WORDS.get(text, text))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return self.gettext(singular if n == 1 else plural)


class BackofficeForm(FlaskForm):
    """A form of the office; `version` is of the record that the page shows."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: object) -> Words:
            return Words()

    act_key = HiddenField(default=lambda: secrets.token_urlsafe(18))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refusal: str | None = None
        self.refusal_code: str | None = None
        self.status = 200

    def submitted(self) -> bool:
        """Whether this form was sent and its shapes are right; otherwise it shows its errors."""
        if request.method != "POST":
            return False
        if self.validate():
            return True
        self.status = 422
        return False

    def attempt(self, case: UseCase[P, R], /, *args: P.args, **kwargs: P.kwargs) -> bool:
        """Perform the use case; False puts its refusal on the form (422, stale 409)."""
        return self.outcome(case, *args, **kwargs)[0]

    def outcome(
        self, case: UseCase[P, R], /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[bool, R | None]:
        """Like `attempt`, with the use case's answer."""
        office, key = guard.house().office, str(self.act_key.data or "")
        try:
            if key:
                return True, office.perform_once(key, case, guard.actor(), *args, **kwargs)
            return True, office.perform(case, guard.actor(), *args, **kwargs)
        except Refused as refusal:
            self.refuse(refusal)
            return False, None

    def refuse(self, refusal: Refused) -> None:
        """Put a refusal on the form; the next attempt is a new deed with a new key."""
        self.refusal = tell(refusal)
        self.refusal_code = refusal.code
        self.status = 409 if isinstance(refusal, Stale) else 422
        if refusal.code == "access.denied":
            self.status = 403
        self.act_key.data = secrets.token_urlsafe(18)

    def show_version(self, version: int) -> None:
        """At first, and after a stale attempt, the form carries the version that is now shown."""
        field = self._fields.get("version")
        if field is not None and (self.refusal_code == "stale" or request.method == "GET"):
            field.data = version
            field.raw_data = [str(version)]

    @property
    def faulty(self) -> bool:
        """Whether there is anything to correct."""
        return self.refusal is not None or bool(self.errors)


def was_sent(*names: str, otherwise: bool) -> bool:
    """Which of a page's two forms this is about: one with these fields that was sent.

    The page shows the one or the other by how things stand, `otherwise`; but what was sent from
    an older page is answered as what it is, so that nothing typed in it is lost.
    """
    if request.method != "POST":
        return otherwise
    return any(name in request.form for name in names)


class Filled(InputRequired):
    """The field must be filled in; says so in our words, in the reader's language."""

    def __call__(self, form: BaseForm, field: Field) -> None:
        self.message = str(REQUIRED)
        super().__call__(form, field)
        if field.data == "":  # white space was sent, and a field of days or amounts took it off
            raise StopValidation(self.message)


def required() -> InputRequired:
    """The validator of a field that must be filled in."""
    return Filled()


class VersionField(IntegerField):
    """The version of the record as the page showed it, hidden in the form."""

    widget = HiddenInput()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            validators=[InputRequired(), NumberRange(0, ROW_MAX, _("請輸入整數。"))], **kwargs
        )

    @property
    def number(self) -> int:
        """The version; only after the form was validated."""
        assert self.data is not None, "validate first"
        return self.data


class LineField(StringField):
    """One line of text."""

    @property
    def text(self) -> str:
        """What was typed, without white space at its ends."""
        return (self.data or "").strip()


class ParagraphField(TextAreaField):
    """Some lines of text."""

    @property
    def text(self) -> str:
        """What was typed, without white space at its ends."""
        return (self.data or "").strip()


class AmountField(StringField):
    """Whole NTD, with or without thousands separators, half or full width."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = valuelist[0].strip() if valuelist else None
        self.amount: Ntd | None = None
        if self.data:
            try:
                self.amount = Ntd(parse_amount(self.data))
            except Refused as refusal:
                raise ValueError(tell(refusal)) from refusal

    @property
    def ntd(self) -> Ntd:
        """The amount; only after the form was validated with the field required."""
        assert self.amount is not None, "validate first"
        return self.amount


class _RocField(StringField):
    """A date or time typed in the ROC or the ISO way; the text stays as typed."""

    parse: Callable[[str], Any]

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = valuelist[0].strip() if valuelist else None
        self.parsed: Any = None
        if self.data:
            try:
                self.parsed = type(self).parse(self.data)
            except Refused as refusal:
                raise ValueError(tell(refusal)) from refusal


class RocDateField(_RocField):
    """A day, such as 112/05/08 or 2023-05-08."""

    parse = staticmethod(parse_date)

    @property
    def day(self) -> date:
        """The day; only after the form was validated with the field required."""
        assert isinstance(self.parsed, date), "validate first"
        return self.parsed

    def process_data(self, value: Any) -> None:
        self.data = roc_slashes(value) if isinstance(value, date) else value
        self.parsed = value if isinstance(value, date) else None


class RocInstantField(_RocField):
    """An instant in Asia/Taipei, such as 112/05/08 10:20."""

    parse = staticmethod(parse_instant)

    @property
    def instant(self) -> datetime:
        """The instant; only after the form was validated with the field required."""
        assert isinstance(self.parsed, datetime), "validate first"
        return self.parsed


class EvidenceField(FileField):
    """One PDF. A browser cannot send a file twice, so a refused form asks for it again."""

    @property
    def upload(self) -> Upload | None:
        """The file that came with the form, None when none did."""
        return _upload(self.data)


class EvidenceFiles(MultipleFileField):
    """Several PDFs."""

    @property
    def uploads(self) -> tuple[Upload, ...]:
        """The files that came with the form, in their order."""
        found = (_upload(part) for part in self.data or ())
        return tuple(part for part in found if part is not None)


def _upload(data: object) -> Upload | None:
    if not isinstance(data, FileStorage) or not data.filename:
        return None
    data.stream.seek(0)
    return Upload(name=data.filename, content=data.stream.read())


def not_blank(_form: object, field: Field) -> None:
    """A validator: white space is not an answer."""
    if not (field.data or "").strip():
        raise ValidationError(gettext("此欄必填。"))


__all__ = [
    "AmountField",
    "BackofficeForm",
    "DateField",
    "EvidenceField",
    "EvidenceFiles",
    "LineField",
    "ParagraphField",
    "RocDateField",
    "RocInstantField",
    "VersionField",
    "not_blank",
    "required",
    "was_sent",
]
