"""A workbook becomes submissions, each judged; what cannot be taken in is told place by place.

A case goes in whole with its child rows, or not at all, and never stops another. Nothing is
written here: the preview, the command line and the import all rest on `evaluate`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from backoffice.cases.rules.admission import Editions, Gate, Gates, admit, require_columns
from backoffice.cases.rules.assembly import Candidate, Notice, assemble
from backoffice.cases.rules.columns import CASES, FIELD_COLUMNS, NUMBER, SHEETS
from backoffice.cases.rules.eligibility import track_of
from backoffice.cases.rules.equipment import EquipmentFacts, equipment_facts
from backoffice.cases.rules.submission import Submission
from backoffice.cases.rules.tables import Detail, ErrorCode, SheetRows
from backoffice.cases.rules.verdicts import Finding, Known
from backoffice.scheme.rules import Edition


class Outcome(StrEnum):
    """What becomes of a case in an import."""

    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    REJECTED = "rejected"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case number of the workbook and what became of it.

    Rejected: `errors` are the codes, each once, and there is no submission. Otherwise
    `edition` judged it and `findings` are what it does not meet. `row` is that of its
    (first) case row. `equipment` is None where the scheme has no budget, `track` where no
    track follows from the factory's standing.
    """

    number: str
    row: int
    outcome: Outcome
    errors: tuple[str, ...]
    findings: tuple[Finding, ...]
    submission: Submission | None
    edition: Edition | None
    equipment: EquipmentFacts | None
    track: str | None

    def document(self) -> dict[str, Any]:
        """The case as the command line tells it, in the shape of the expectations."""
        if self.submission is None:
            return {"outcome": self.outcome.value, "errors": list(self.errors)}
        told: dict[str, Any] = {
            "outcome": self.outcome.value,
            "findings": list(dict.fromkeys(each.code for each in self.findings)),
        }
        if self.equipment is not None:
            told["domestic"] = self.equipment.domestic
            told["new_equipment"] = self.equipment.new_equipment
        if self.track is not None:
            told["track"] = self.track
        return told


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """What a workbook holds.

    `cases` stand in the order of the file. `problems` are the rows that belong to no case of
    it; `details` are these, every error and every finding, by sheet and row.
    """

    cases: Mapping[str, CaseResult]
    problems: tuple[Detail, ...]
    details: tuple[Detail, ...]
    notices: tuple[Notice, ...]

    def summary(self) -> dict[str, int]:
        """How many cases came to each outcome; a number that stands twice counts once."""
        counted = Counter(each.outcome for each in self.cases.values())
        always = (Outcome.ELIGIBLE, Outcome.INELIGIBLE, Outcome.REJECTED)
        return {
            outcome.value: counted[outcome]
            for outcome in Outcome
            if outcome in always or counted[outcome]
        }

    def document(self, sentence: Callable[[Detail], str]) -> dict[str, Any]:
        """The whole result as plain values; `sentence` words a problem for the reader."""
        return {
            "summary": self.summary(),
            "cases": {number: case.document() for number, case in self.cases.items()},
            "problems": [
                {
                    "sheet": each.sheet,
                    "row": each.row,
                    "column": each.column,
                    "case": each.case,
                    "code": str(each.code),
                    "message": sentence(each),
                }
                for each in self.problems
            ],
        }


def evaluate(sheets: Mapping[str, SheetRows], editions: Editions, known: Known) -> IntakeResult:
    """Read a workbook and judge every case of it.

    Cases are judged in the order of their receipt, so that of two cases of one firm the
    earlier bars the later. Refuses "intake.sheet_missing", "intake.sheet_twice" (sheet),
    "intake.column_missing" (sheet, columns) and "intake.column_twice" (sheet, column) where
    the workbook itself cannot be read; everything else is told case by case.
    """
    assembly = assemble(sheets, known.contents)
    gates = Gates(editions)
    require_columns(assembly, gates)
    submissions = {
        number: submission
        for number, candidate in assembly.candidates.items()
        if (submission := admit(candidate, gates)) is not None
    }
    judged = _judged(submissions, assembly.candidates, gates, known)
    cases = {
        number: judged.get(number) or _rejected(candidate)
        for number, candidate in assembly.candidates.items()
    }
    details = [*assembly.strays]
    for number, candidate in assembly.candidates.items():
        details.extend(candidate.errors)
        details.extend(_places(cases[number]))
    details.sort(key=lambda each: (_SHEET_ORDER[each.sheet], each.row))
    return IntakeResult(cases, tuple(assembly.strays), tuple(details), tuple(assembly.notices))


def _judged(
    submissions: Mapping[str, Submission],
    candidates: Mapping[str, Candidate],
    gates: Gates,
    known: Known,
) -> dict[str, CaseResult]:
    live = dict(known.live)
    knowing = replace(known, live=live)
    results: dict[str, CaseResult] = {}
    for submission in sorted(
        submissions.values(), key=lambda each: (each.received_at, each.number)
    ):
        candidate = candidates[submission.number]
        draft = candidate.drafts[0]
        sent_before = known.contents.get(submission.number)
        if sent_before is not None and sent_before != submission.content_hash():
            draft.reject(ErrorCode.CONFLICT, NUMBER)
            candidate.errors.append(draft.errors[-1])
            continue
        gate = gates.gate_of(draft)
        assert gate is not None, "a case of an unknown scheme was not admitted"
        result = _case_result(submission, draft.row, gate, knowing)
        results[submission.number] = result
        if sent_before is not None:
            results[submission.number] = replace(result, outcome=Outcome.UNCHANGED)
        elif result.outcome is Outcome.ELIGIBLE:
            firm = (submission.scheme, submission.ubn)
            live[firm] = (*live.get(firm, ()), submission.number)
    return results


def _case_result(submission: Submission, row: int, gate: Gate, known: Known) -> CaseResult:
    findings = gate.judge.findings(submission, known)
    track = track_of(submission, gate.edition)
    return CaseResult(
        number=submission.number,
        row=row,
        outcome=Outcome.INELIGIBLE if findings else Outcome.ELIGIBLE,
        errors=(),
        findings=findings,
        submission=submission,
        edition=gate.edition,
        equipment=equipment_facts(submission.equipment) if gate.edition.budget else None,
        track=track.key if track else None,
    )


def _rejected(candidate: Candidate) -> CaseResult:
    return CaseResult(
        number=candidate.number,
        row=candidate.drafts[0].row,
        outcome=Outcome.REJECTED,
        errors=tuple(dict.fromkeys(str(each.code) for each in candidate.errors)),
        findings=(),
        submission=None,
        edition=None,
        equipment=None,
        track=None,
    )


_SHEET_ORDER = {sheet.name: place for place, sheet in enumerate(SHEETS)}

_FINDING_FIELDS = {
    "WINDOW_CLOSED": "received_at",
    "REGISTRATION": "registration",
    "INDUSTRY": "industry",
    "HEADCOUNT": "headcount",
    "SME": "paid_in_capital",
    "FACTORY_REGISTRATION": "factory_status",
    "FACTORY_STATUS": "factory_status",
    "TAX_ARREARS": "tax_arrears",
    "DISSOLVED": "dissolved",
    "FOREIGN_BRANCH": "foreign_branch",
    "BANK_REFUSED": "bank_refused",
    "TRADE_REGISTRATION": "trade_registration",
    "TRADEMARK": "trademark",
    "NOT_MADE_IN_TAIWAN": "made_in_taiwan",
    "CASES_PER_FIRM": "ubn",
    "SUBSIDY_OVER_CAP": "subsidy",
    "SUBSIDY_OVER_RATIO": "subsidy",
    "SUBSIDY_OVER_SUBSIDISABLE": "subsidy",
    "SELF_FUND_OVER_CAPITAL": "self_fund",
    "AMOUNT_ZERO": "subsidy",
    "BUDGET_SUM": "total",
    "PERIOD_REVERSED": "ends_on",
    "PERIOD_TOO_LONG": "ends_on",
    "TARGET_SERVICES": "services",
    "TARGET_PARTNERS": "partners",
    "TARGET_VISITS": "visits",
    "TARGET_CARBON": "carbon_kg",
}


def _places(case: CaseResult) -> Iterator[Detail]:
    """Each finding at the cell of the case row that it is about, where there is one cell."""
    for finding in case.findings:
        field = finding.facts.get("declaration") or _FINDING_FIELDS.get(finding.code)
        column = FIELD_COLUMNS.get(str(field))
        yield Detail(CASES, case.row, column, case.number, finding.code, finding.facts)
