"""The forms of the review room: shapes and types; the law is in the rules and use cases."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from typing import Any, cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from wtforms import Field, HiddenField, RadioField, SelectMultipleField, StringField
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import nfkc
from backoffice.messages import shown
from backoffice.review.rules.conflicts import Ground
from backoffice.review.rules.explanation import written_hundredths
from backoffice.review.rules.lifecycles import Divergence, OpinionResult
from backoffice.review.rules.marks import Entry, parse_mark, written_mark
from backoffice.review.rules.waiting import Call
from backoffice.scheme.rules import Criterion, Scoring
from backoffice.scheme.sentences import label
from backoffice.web.filters import ntd
from backoffice.web.forms import (
    AmountField,
    BackofficeForm,
    LineField,
    ParagraphField,
    RocDateField,
    VersionField,
    not_blank,
    required,
)
from backoffice.web.language import language
from backoffice.web.refusals import tell

TEXT_MAX = 4_000
LETTER_MAX = 64
_POINTS = re.compile(r"(?P<whole>[0-9]{1,3})(?:\.(?P<places>[0-9]{1,2}))?")


def _text_limit() -> Length:
    return Length(max=TEXT_MAX, message=_("至多 4,000 字。請精簡後再送出。"))


def _letter_limit() -> Length:
    return Length(max=LETTER_MAX, message=_("文號至多 64 字。"))


class ChoicesField(SelectMultipleField):
    """Some of several, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, text: LazyString, **kwargs: Any) -> None:
        # What may be chosen is law, and refused in our own words by the use case.
        super().__init__(text, validate_choice=False, choices=[], **kwargs)


class ConfirmForm(BackofficeForm):
    """Nothing but a confirmation: the button is the whole question."""

    version = VersionField()


# --- reviewers --------------------------------------------------------------------------------


class RecuseForm(BackofficeForm):
    """Why the reviewer stands aside."""

    version = VersionField()
    ground = RadioField(
        _("迴避事由"), coerce=Ground, validators=[required()], choices=[], validate_choice=True
    )
    note = ParagraphField(_("說明"), validators=[_text_limit()])

    def offer(self, grounds: Sequence[Ground]) -> None:
        """The grounds that may be chosen, in their order."""
        self.ground.choices = [(each, shown(each)) for each in grounds]


class DeclineForm(BackofficeForm):
    """Why the reviewer gives the seat back."""

    version = VersionField()
    reason = ParagraphField(_("理由"), validators=[required(), not_blank, _text_limit()])


class MarkField(StringField):
    """A mark as typed; `tenths` is what it says, None while it is blank or unreadable."""

    def __init__(self, text: str, scoring: Scoring, **kwargs: Any) -> None:
        super().__init__(text, **kwargs)
        self.scoring = scoring
        self.tenths: int | None = None

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = valuelist[0].strip() if valuelist else None
        self.tenths = None
        if self.data:
            try:
                self.tenths = parse_mark(self.data, self.scoring)
            except Refused as refusal:
                raise ValueError(tell(refusal)) from refusal


class SheetForm(BackofficeForm):
    """A score sheet: a mark and a reason for each criterion of the edition, and an opinion."""

    version = VersionField()
    opinion = ParagraphField(_("整體意見"), validators=[_text_limit()])
    scoring: Scoring

    def mark(self, criterion: Criterion) -> MarkField:
        """The field of a criterion's mark."""
        return cast("MarkField", self[f"mark_{criterion.key}"])

    def reason(self, criterion: Criterion) -> Field:
        """The field of a criterion's reason."""
        return self[f"reason_{criterion.key}"]

    def entry(self) -> Entry:
        """What is on the form and can be read; an unreadable mark is left out."""
        criteria = self.scoring.criteria
        return Entry(
            marks=tuple(
                (each.key, tenths)
                for each in criteria
                if (tenths := self.mark(each).tenths) is not None
            ),
            reasons=tuple(
                (each.key, text) for each in criteria if (text := (self.reason(each).data or ""))
            ),
            opinion=self.opinion.data or "",
        )

    def at_version(self, version: int) -> None:
        """The text was saved: the form goes on from there."""
        self.version.data = version
        self.version.raw_data = [str(version)]


def sheet_form(scoring: Scoring, entry: Entry, version: int) -> SheetForm:
    """The form of an edition's criteria, filled in with what was saved."""
    data: dict[str, Any] = {"version": version, "opinion": entry.opinion}
    for criterion in scoring.criteria:
        data[f"mark_{criterion.key}"] = written_mark(entry.mark(criterion.key))
        data[f"reason_{criterion.key}"] = entry.reason(criterion.key)
    spoken = language()
    return _criteria_form(scoring, spoken.tag if spoken is not None else "")(data=data)


@cache
def _criteria_form(scoring: Scoring, _language: str) -> type[SheetForm]:
    """The form's class, made once for each language and way of scoring: a desk is opened often."""
    fields: dict[str, Any] = {"scoring": scoring}
    for criterion in scoring.criteria:
        name = label(criterion)
        fields[f"mark_{criterion.key}"] = MarkField(name, scoring)
        fields[f"reason_{criterion.key}"] = ParagraphField(
            gettext("%(criterion)s的理由", criterion=name), validators=[_text_limit()]
        )
    return type("CriteriaForm", (SheetForm,), fields)


class HandInForm(BackofficeForm):
    """Which sheets are handed in; each value is a seat and the version of its sheet."""

    sheets = ChoicesField(_("評分表"))


class OpinionForm(BackofficeForm):
    """An opinion at mid-term or closing."""

    version = VersionField()
    result = RadioField(
        _("審查意見"),
        coerce=OpinionResult,
        validators=[required()],
        choices=[],
    )
    text = ParagraphField(_("說明"), validators=[_text_limit()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.result.choices = [(each, shown(each)) for each in OpinionResult]


# --- officers ---------------------------------------------------------------------------------


class AssignForm(BackofficeForm):
    """Who sits on the panel, and until when they score."""

    version = VersionField()
    reviewers = ChoicesField(_("審查委員"), coerce=int)
    due_on = RocDateField(_("評分期限"), validators=[required()])


class ReplaceForm(BackofficeForm):
    """Who takes the seat, until when, and why."""

    version = VersionField()
    reviewer = RadioField(
        _("接任委員"), coerce=int, validators=[required()], choices=[], validate_choice=False
    )
    due_on = RocDateField(_("評分期限"), validators=[required()])
    reason = ParagraphField(_("替換理由"), validators=[required(), not_blank, _text_limit()])


class PointsField(StringField):
    """Points with at most two places; `hundredths` is what they say."""

    hundredths: int | None = None

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = valuelist[0].strip() if valuelist else None
        self.hundredths = None
        if self.data:
            written = _POINTS.fullmatch(nfkc(self.data))
            if written is None:
                raise ValueError(gettext("請輸入分數，例如 3 或 2.5。"))
            places = (written["places"] or "").ljust(2, "0")
            self.hundredths = int(written["whole"]) * 100 + int(places)

    def process_data(self, value: Any) -> None:
        self.data = written_hundredths(value) if isinstance(value, int) else value


class BonusForm(BackofficeForm):
    """The officer's word on the bonus."""

    version = VersionField()
    word = RadioField(_("認定"), validators=[required()], choices=[])
    points = PointsField(_("加分分數"))
    reason = ParagraphField(_("理由"), validators=[required(), not_blank, _text_limit()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.word.choices = {"confirm": gettext("確認加分"), "deny": gettext("不予加分")}


class ProposalForm(BackofficeForm):
    """What the officer suggests about sheets that lie far apart."""

    version = VersionField()
    kind = RadioField(_("建議"), coerce=Divergence, validators=[required()], choices=[])
    note = ParagraphField(_("說明"), validators=[required(), not_blank, _text_limit()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(each, shown(each)) for each in Divergence]


# --- the convenor -----------------------------------------------------------------------------


class DivergenceForm(BackofficeForm):
    """What becomes of sheets that lie far apart."""

    version = VersionField()
    kind = RadioField(_("處理方式"), coerce=Divergence, validators=[required()], choices=[])
    sheets = ChoicesField(_("重評或排除的評分表"), coerce=int)
    reason = ParagraphField(_("理由"), validators=[required(), not_blank, _text_limit()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(each, shown(each)) for each in Divergence]


class CloseForm(BackofficeForm):
    """The end of scoring; `left_out` are the letters that the page named."""

    version = VersionField()
    left_out = HiddenField()

    def letters(self) -> tuple[str, ...]:
        """The letters of the seats whose sheets are not in, as the page showed them."""
        return tuple(filter(None, (self.left_out.data or "").split(",")))


class ReopenForm(BackofficeForm):
    """Why scoring is opened again, and until when."""

    version = VersionField()
    due_on = RocDateField(_("新的評分期限"), validators=[required()])
    reason = ParagraphField(_("理由"), validators=[required(), not_blank, _text_limit()])


class AwardForm(BackofficeForm):
    """How much is awarded. `told` is what the page reckoned with; other amounts are shown first."""

    version = VersionField()
    subsidy = AmountField(_("核定補助款"), validators=[required()])
    total_budget = AmountField(_("核定計畫總經費"), validators=[required()])
    document_number = LineField(_("核定函文號"), validators=[_letter_limit()])
    reason = ParagraphField(_("決審意見"), validators=[_text_limit()])
    told = HiddenField()

    def suggest(self, version: int, subsidy: Ntd, total_budget: Ntd) -> None:
        """Fill the form in before it is first shown."""
        self.version.data = version
        self.subsidy.data, self.total_budget.data = ntd(subsidy), ntd(total_budget)

    def amounts(self) -> str:
        """The two amounts as one word, to be compared with what the page reckoned with."""
        return f"{self.subsidy.ntd.dollars}/{self.total_budget.ntd.dollars}"


class RejectForm(BackofficeForm):
    """Why no subsidy is given; the firm will read it."""

    version = VersionField()
    reason = ParagraphField(_("不予補助的理由"), validators=[_text_limit()])
    document_number = LineField(_("通知函文號"), validators=[_letter_limit()])


# --- offers and the line for money ------------------------------------------------------------


class Answer(StrEnum):
    """What the firm says to a partial offer."""

    ACCEPT = "ACCEPT"
    DECLINE = "DECLINE"


class AnswerForm(BackofficeForm):
    """The firm's answer, as its letter says it; the plan's total counts where it agrees."""

    version = VersionField()
    answer = RadioField(_("業者回復"), coerce=Answer, validators=[required()], choices=[])
    letter_number = LineField(_("業者來函文號"), validators=[required(), _letter_limit()])
    letter_on = RocDateField(_("業者來函日期"), validators=[required()])
    total_budget = AmountField(_("修正後計畫總經費"), validators=[required()])
    reason = ParagraphField(_("備註"), validators=[_text_limit()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {Answer.ACCEPT: _("同意部分核定"), Answer.DECLINE: _("不同意，列入候補")}
        self.answer.choices = [(each, words[each]) for each in Answer]


class UnansweredForm(BackofficeForm):
    """No answer came; what the officer did to reach the firm may be said."""

    version = VersionField()
    reason = ParagraphField(_("備註"), validators=[_text_limit()])


class PromoteForm(BackofficeForm):
    """Who is called, as the page showed it: case, amount, and whether it is the whole."""

    told = HiddenField()

    def calls(self) -> tuple[Call, ...] | None:
        """What the page said would happen; None where somebody garbled it."""
        try:
            parts = [each.split("/") for each in filter(None, (self.told.data or "").split(","))]
            return tuple(
                Call(int(case_id), Ntd(int(amount)), is_whole == "1")
                for case_id, amount, is_whole in parts
            )
        except ValueError:
            return None

    def tell(self, called: Sequence[Call]) -> None:
        """Say what the page shows now."""
        told = ",".join(f"{one.case_id}/{one.amount.dollars}/{one.is_whole:d}" for one in called)
        self.told.data = told
        self.told.raw_data = [told]


class EndProgrammeForm(BackofficeForm):
    """Why whoever still waits gets nothing; each firm will read it. `count`: how many there are."""

    count = HiddenField()
    document_number = LineField(_("通知函文號"), validators=[_letter_limit()])
    reason = ParagraphField(_("不予補助的理由"), validators=[required(), not_blank, _text_limit()])
