"""Errors, findings and notices of an intake in the reader's language, worded by their facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final

from flask_babel import gettext

from backoffice.cases.rules import Detail, ErrorCode, unpacked
from backoffice.cases.rules.columns import CASE_SHEET, FIELD_COLUMNS
from backoffice.kernel.taiwan import nfkc
from backoffice.messages import SENTENCES, intake, shown
from backoffice.scheme.rules import Declaration, FactoryStatus, Op, Registration
from backoffice.scheme.sentences import word
from backoffice.scheme.sentences.words import bound, closing_instant

Facts = Mapping[str, object]


def finding_sentence(finding: Any) -> str:
    """A finding in a sentence: anything with `code` and `facts` (as stored), also a mapping."""
    if isinstance(finding, Mapping):
        code, facts = finding["code"], finding["facts"]
    else:
        code, facts = finding.code, finding.facts
    return place_sentence(code, facts, column=None, case=None)


def detail_sentence(detail: Detail) -> str:
    """What is wrong at one place of the workbook, in a sentence."""
    return place_sentence(detail.code, detail.facts, column=detail.column, case=detail.case)


def place_sentence(code: str, facts: Facts, *, column: str | None, case: str | None) -> str:
    """An error at a column of a case's row, or a finding; `facts` typed or as stored."""
    known = {"column": column, "case": case, **unpacked(facts)}
    for name, wording in _WORDED.items():
        if name in known:
            known[name] = wording(known[name])
    if "op" in known:
        known["bound"] = bound(Op(str(known["op"])), Fraction(str(known["limit"])))
    if code in (ErrorCode.TYPE, ErrorCode.UBN):
        known |= _about_cell(known)
    return _worded(_named(code, known), known)


def notice_sentence(code: str, facts: Facts) -> str:
    """What was left out of an import, or may surprise, in a sentence."""
    return _worded(code, facts)


def reason(code: str) -> str:
    """What an error or a finding is about, in a few words."""
    return str(intake.REASONS[code])


def _worded(name: str, facts: Facts) -> str:
    return str(SENTENCES[name]) % {key: shown(value) for key, value in facts.items()}


def _named(code: str, facts: Facts) -> str:
    """The name of the sentence: the code, with what the facts tell it apart by."""
    match code:
        case ErrorCode.REQUIRED:
            return f"{code}.rows" if "missing_rows" in facts else str(code)
        case ErrorCode.TYPE:
            return f"{code}.{facts.get('kind') or _TYPE_CAUSES[str(facts['cause'])]}"
        case ErrorCode.UBN:
            return f"{code}.{_UBN_REASONS[str(facts.get('reason'))]}"
        case "AMOUNT_ZERO":
            return f"{code}.{'budget' if 'total' in facts else 'loan'}"
        case _ if f"{code}.{facts.get('cause')}" in SENTENCES:
            return f"{code}.{facts['cause']}"
        case _:
            return str(code)


_TYPE_CAUSES: Final = {
    "date.unreadable": "date",
    "amount.unreadable": "amount",
    "cell.unreadable": "cell",
    "cell.too_long": "too_long",
    "cell.too_large": "too_large",
}
_UBN_REASONS: Final = {
    "digits": "digits",
    "length": "length",
    "zeros": "checksum",
    "checksum": "checksum",
}


def _about_cell(facts: Facts) -> dict[str, object]:
    text = str(facts.get("text") or "")
    hint = _HINTS.get(str(facts.get("column")), "hint.text")
    return {"length": str(len(nfkc(text).strip())), "hint": str(SENTENCES[hint])}


_YES_NO: Final = tuple(
    column.name
    for column in CASE_SHEET.columns
    if column.read is next(each.read for each in CASE_SHEET.columns if each.name == "陸資投資")
)
_HINTS: Final[Mapping[str, str]] = {
    **dict.fromkeys((*_YES_NO, "在職證明"), "hint.yes_no"),
    "產地": "hint.origin",
    "類別": "hint.benefit",
    "用途": "hint.loan_purpose",
    "貸款類別": "hint.loan_class",
    "資格條件": "hint.conditions",
    "權重": "hint.weight",
    "數量": "hint.quantity",
    "方案類別": "hint.variant",
    FIELD_COLUMNS["headcount"]: "hint.people",
    **dict.fromkeys((FIELD_COLUMNS[name] for name in ("services", "partners", "visits")),
                    "hint.whole"),
}  # fmt: skip


def _blank_said(value: object) -> object:
    return gettext("未填") if value == "" else value


def _one_or_all(value: object) -> object:
    """Words of closed lists, as the office says them; other texts as they are."""
    if isinstance(value, tuple):
        return tuple(_word_of(each) for each in value)
    return value


def _word_of(text: object) -> object:
    for member in (*Registration, *FactoryStatus):
        if member.value == text:
            return word(member)
    return text


def _declared(value: object) -> object:
    return word(Declaration(str(value)))


_WORDED: Final[Mapping[str, Callable[[Any], object]]] = {
    "value": _blank_said,
    "limit": _one_or_all,
    "declaration": _declared,
    "closes_at": lambda instant: closing_instant(instant) if instant else None,
}
