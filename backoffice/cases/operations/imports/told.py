"""What is told of a workbook: counts, commonest reasons, and every detail with its place."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from backoffice.cases.models import ImportPile
from backoffice.cases.operations.imports.workbook import JudgedWorkbook
from backoffice.cases.rules import Detail, ErrorCode, IntakeResult, Outcome, packed

DETAILS_KEPT_MAX = 20_000  # of a pile; the workbook of problems holds them all
NOTICES_MAX = 50
TEXT_SHOWN_MAX = 60

_ERRORS = frozenset(each.value for each in ErrorCode)


def summary(workbook: JudgedWorkbook, details: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What an import keeps of what was found, as plain values.

    `counts` by outcome; `reasons` by outcome, each code with its number of cases, commonest
    first; `problems` are rows that belong to no case; `details` counts the places of each
    pile, all of them; `notices` are codes with facts; `digest` is that of the details.
    """
    result = workbook.result
    return {
        "counts": result.summary(),
        "reasons": {
            Outcome.INELIGIBLE.value: _commonest(result, Outcome.INELIGIBLE),
            Outcome.REJECTED.value: _commonest(result, Outcome.REJECTED),
        },
        "problems": len(result.problems),
        "details": dict(Counter(pile_of(each).value for each in told_details(result))),
        "notices": notices_of(workbook),
        "digest": _digest(details),
    }


def detail_rows(result: IntakeResult) -> list[dict[str, Any]]:
    """The details of both piles in the order of the workbook, as they are kept."""
    kept: Counter[ImportPile] = Counter()
    rows = []
    for detail in told_details(result):
        pile = pile_of(detail)
        kept[pile] += 1
        if kept[pile] <= DETAILS_KEPT_MAX:
            rows.append(
                {
                    "pile": pile,
                    "position": kept[pile],
                    "sheet": detail.sheet,
                    "row": detail.row,
                    "column": detail.column,
                    "case_number": detail.case,
                    "code": str(detail.code),
                    "facts": {name: _short(value) for name, value in packed(detail.facts).items()},
                }
            )
    return rows


def told_details(result: IntakeResult) -> list[Detail]:
    """The errors and the findings; what was found of a case that is in already is told there."""
    return [
        each
        for each in result.details
        if each.case is None
        or each.case not in result.cases
        or result.cases[each.case].outcome is not Outcome.UNCHANGED
    ]


def pile_of(detail: Detail) -> ImportPile:
    """Whether the detail keeps its case out, or only asks for a look."""
    is_error = str(detail.code) in _ERRORS
    return ImportPile.CANNOT_ENTER if is_error else ImportPile.NEEDS_A_LOOK


def _commonest(result: IntakeResult, outcome: Outcome) -> list[list[Any]]:
    counted: Counter[str] = Counter()
    for case in result.cases.values():
        if case.outcome is outcome:
            codes = case.errors or tuple(each.code for each in case.findings)
            counted.update(set(codes))
    return [[code, count] for code, count in sorted(counted.items(), key=_by_count)]


def _by_count(counted: tuple[str, int]) -> tuple[int, str]:
    code, count = counted
    return -count, code


def notices_of(workbook: JudgedWorkbook) -> list[list[Any]]:
    """What was left out or may surprise, as codes with facts; fifty at most.

    Rows of cases that are in already are counted by sheet.
    """
    told: list[list[Any]] = [
        [each.code, packed(dict(each.facts))] for each in workbook.read.notices
    ]
    known: dict[str, list[int]] = {}
    for notice in workbook.result.notices:
        if notice.code == "rows_of_known_case":
            known.setdefault(notice.sheet, []).append(notice.count)
        else:
            told.append([notice.code, {"sheet": notice.sheet, "column": notice.column}])
    for sheet, counts in known.items():
        facts = {"sheet": sheet, "cases": len(counts), "rows": sum(counts)}
        told.append(["rows_of_known_case", facts])
    return told[:NOTICES_MAX]


def _digest(details: Iterable[Mapping[str, Any]]) -> str:
    hashed = hashlib.sha256()
    for detail in details:
        hashed.update(json.dumps(detail, ensure_ascii=False, sort_keys=True).encode())
    return hashed.hexdigest()


def _short(value: object) -> object:
    if isinstance(value, str) and len(value) > TEXT_SHOWN_MAX:
        return f"{value[:TEXT_SHOWN_MAX]}…"
    return value
