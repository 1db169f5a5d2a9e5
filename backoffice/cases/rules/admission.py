"""Whether a case may come in at all: its rows are readable, complete and stand once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Protocol

from backoffice.cases.rules.assembly import Assembly, Candidate
from backoffice.cases.rules.columns import (
    CASE_SHEET,
    CASES,
    FIELD_COLUMNS,
    LOANS,
    NUMBER,
    SCHEME,
    SHEETS,
    VARIANT,
)
from backoffice.cases.rules.eligibility import Judge
from backoffice.cases.rules.required import RequiredColumn, is_chosen, required_columns
from backoffice.cases.rules.submission import CHILDREN, Loan, LoanPurpose, Submission
from backoffice.cases.rules.tables import Detail, Draft, ErrorCode
from backoffice.scheme.rules import Edition, EditionKey, Registration, Variant

_BEFORE_ALL = datetime(1912, 1, 1, tzinfo=UTC)


class Editions(Protocol):
    """Where editions are found; the registry of schemes is one."""

    def schemes(self) -> tuple[str, ...]:
        """Every scheme key."""

    def governing(self, scheme: str, at: datetime) -> Edition:
        """The edition that judges a case of a known scheme received at `at`."""


class Gate:
    """What one edition asks of a case before it may come in, and the judge of what is in."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.judge = Judge(edition)
        self.columns = required_columns(edition)
        self._is_chosen = is_chosen(edition)
        fields = {name: field for field, name in FIELD_COLUMNS.items()}
        self._filled: tuple[tuple[str, RequiredColumn], ...] = tuple(
            (fields[each.column], each)
            for each in self.columns
            if each.sheet == CASES
            and not each.may_be_blank
            and each.column not in CASE_SHEET.required
        )

    def check(self, draft: Draft, candidate: Candidate) -> None:
        """Note on the draft what the edition misses in it and in its child rows."""
        keys = {each.key for each in self._variants(draft, candidate)}
        for field, asked in self._filled:
            if draft.values[field] is None and not draft.has_error_at(asked.column):
                is_asked = not asked.variants or not keys.isdisjoint(asked.variants)
                if is_asked and not (field == "headcount" and self._is_waived(draft)):
                    draft.reject(ErrorCode.REQUIRED, asked.column)
        text = draft.values["variant"]
        if self._is_chosen and text is not None and not keys:
            draft.reject(ErrorCode.TYPE, VARIANT, cause="cell.unreadable", text=text)

    def check_loans(self, draft: Draft, candidate: Candidate) -> None:
        """Note what is missing or unknown in the loans of a loan scheme."""
        if self.edition.loans is None:
            return
        rows = candidate.children.get("loans", [])
        if not rows and not any(each.sheet == LOANS for each in candidate.errors):
            draft.reject(ErrorCode.REQUIRED, None, missing_rows=LOANS)
        for row, loan in rows:
            fault = self._loan_fault(loan)
            if fault is not None:
                code, column, facts = fault
                candidate.errors.append(Detail(LOANS, row, column, candidate.number, code, facts))

    def _is_waived(self, draft: Draft) -> bool:
        """Whether a firm registered so is not asked for its head-count."""
        kind = Registration.named(draft.values["registration"] or "")
        return any(kind in (each.headcount_waived_for or ()) for each in self.edition.variants)

    def _loan_fault(self, loan: Loan) -> tuple[ErrorCode, str, dict[str, object]] | None:
        variant = self.edition.variant_of(loan.loan_class, None)
        if variant is None:
            facts: dict[str, object] = {"cause": "cell.unreadable", "text": loan.loan_class}
            return ErrorCode.TYPE, "貸款類別", facts
        is_shared = variant.loan is not None and variant.loan.capital_share_bp is not None
        if is_shared and loan.used_for is LoanPurpose.CAPITAL and loan.plan_cost is None:
            return ErrorCode.REQUIRED, "計畫經費", {}
        return None

    def _variants(self, draft: Draft, candidate: Candidate) -> Iterator[Variant]:
        status: str | None = draft.values["factory_status"]
        named: list[str | None] = [draft.values["variant"]]
        if self.edition.loans is not None:
            named = [loan.loan_class for _, loan in candidate.children.get("loans", [])]
        for text in named:
            variant = self.edition.variant_of(text, status)
            if variant is not None:
                yield variant


class Gates:
    """The gate of every edition that a workbook has cases of."""

    def __init__(self, editions: Editions) -> None:
        self._editions = editions
        self._schemes = frozenset(editions.schemes())
        self._gates: dict[EditionKey, Gate] = {}

    def gate_of(self, draft: Draft) -> Gate | None:
        """The gate of the edition that governs the row; None if its scheme is unknown."""
        scheme: str | None = draft.values["scheme"]
        if scheme not in self._schemes:
            return None
        received_at: datetime | None = draft.values["received_at"]
        edition = self._editions.governing(scheme, received_at or _BEFORE_ALL)
        gate = self._gates.get(edition.key)
        if gate is None:
            gate = self._gates[edition.key] = Gate(edition)
        return gate

    def open(self) -> tuple[Gate, ...]:
        """The gates asked for so far."""
        return tuple(self._gates.values())


def require_columns(assembly: Assembly, gates: Gates) -> None:
    """Every column that a scheme of the workbook needs is there.

    Refuses "intake.sheet_missing" (sheet) or "intake.column_missing" (sheet, columns).
    """
    for candidate in assembly.candidates.values():
        for draft in candidate.drafts:
            gates.gate_of(draft)
    needed = {(each.sheet, each.column) for gate in gates.open() for each in gate.columns}
    for sheet in SHEETS:
        columns = [each.name for each in sheet.columns if (sheet.name, each.name) in needed]
        if columns:
            assembly.require(sheet, columns)


def admit(candidate: Candidate, gates: Gates) -> Submission | None:
    """The submission that the rows make, or None with the reasons on the candidate."""
    if len(candidate.drafts) > 1:
        for draft in candidate.drafts:
            draft.reject(ErrorCode.DUPLICATE_ROW, NUMBER)
    for draft in candidate.drafts:
        gate = gates.gate_of(draft)
        if gate is not None:
            gate.check(draft, candidate)
            gate.check_loans(draft, candidate)
        elif draft.values["scheme"] is not None:
            draft.reject(ErrorCode.SCHEME, SCHEME, text=draft.values["scheme"])
    errors = [each for draft in candidate.drafts for each in draft.errors]
    candidate.errors[:0] = errors
    if candidate.errors:
        return None
    children: dict[str, Any] = {
        field: tuple(record for _, record in candidate.children.get(field, ()))
        for field in CHILDREN
    }
    return Submission(number=candidate.number, **candidate.drafts[0].values, **children)
