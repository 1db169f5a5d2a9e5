"""What the pages of loans share: badges, rates in words, the schemes that lend."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any, Final

from flask import abort
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.cases.queries import CaseHead, case_head
from backoffice.db import sessions
from backoffice.disbursement.queries.loans import LoanRow, loan_of
from backoffice.disbursement.rules.loans import BankLineState, LoanState
from backoffice.disbursement.views.frame import framed
from backoffice.kernel.money import Ntd, Rounding
from backoffice.messages import shown
from backoffice.scheme import registry
from backoffice.scheme.sentences.words import label
from backoffice.scheme.sentences.words import rate as rate_words
from backoffice.web import guard
from backoffice.web.filters import ntd
from backoffice.web.pieces import Badge, Shape

_LOANS: Final = {LoanState.RUNNING: Shape.PROGRESS, LoanState.ENDED: Shape.DONE}
_LINES: Final = {
    BankLineState.READY: Shape.PROGRESS,
    BankLineState.DIFFERS: Shape.NEEDS_YOU,
    BankLineState.ACCEPTED: Shape.DONE,
}
_DECIMALS: Final = 10_000

__all__ = [
    "class_words",
    "exact_words",
    "lending",
    "line_badge",
    "loan_badge",
    "loan_frame",
    "rate_words",
    "scheme_asked",
    "the_loan",
]


def loan_badge(row: LoanRow, today: date) -> Badge:
    """Where a loan stands, as word and shape; over but not closed is said instead of running."""
    if row.state is LoanState.RUNNING and row.ends_on < today:
        return Badge(gettext("期滿待結"), Shape.NEEDS_YOU)
    return Badge(shown(row.state), _LOANS.get(row.state, Shape.CLOSED))


def line_badge(state: BankLineState) -> Badge:
    """Where a line of a bank's claim stands, as word and shape."""
    return Badge(shown(state), _LINES.get(state, Shape.CLOSED))


def exact_words(interest: Fraction) -> str:
    """45,883.5616: interest before it is rounded, to four places."""
    units = Ntd(_DECIMALS).share(interest, Rounding.HALF_UP).dollars
    whole, rest = divmod(units, _DECIMALS)
    return f"{ntd(whole)}.{rest:04d}"


def lending() -> tuple[str, ...]:
    """The schemes that lend, in order."""
    return tuple(
        scheme
        for scheme in registry.schemes()
        if any(edition.loans for edition in registry.editions_of(scheme))
    )


def scheme_asked(text: str) -> str:
    """The scheme that was asked for, else the first that lends."""
    found = lending()
    if not found:
        abort(404)
    return text if text in found else found[0]


def class_words(edition: str, key: str) -> str:
    """A class with its name: A1 疫後振興專案貸款第一類."""
    variant = registry.edition_named(edition).variant_of(key, None)
    return f"{key} {label(variant)}" if variant else key


def loan_frame(case_id: int) -> dict[str, Any]:
    """The head of a case of a loan scheme, its tabs, and the loan; 404 for any other case."""
    head = case_head(sessions.session(), case_id)
    if registry.edition_named(head.edition).loans is None:
        abort(404)
    return {**_framed(head), "loan": loan_of(sessions.session(), case_id)}


def _framed(head: CaseHead) -> dict[str, Any]:
    """The same as elsewhere in this room, for those who may open cases."""
    if not guard.actor().may(Permission.CASE_READ):
        return {"head": head, "tabs": []}
    return framed(head)


def the_loan(facts: dict[str, Any]) -> LoanRow:
    """The registered loan of a page's case; 404 before it is registered."""
    found = facts["loan"]
    if found is None:
        abort(404)
    assert isinstance(found, LoanRow)
    return found
