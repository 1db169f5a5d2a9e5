"""What an import makes of a workbook: cases, errors, problems, whatever the layout."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.cases.rules import NOTHING_KNOWN, Known, Outcome, Place, evaluate, places
from backoffice.scheme import registry
from backoffice.spreadsheets.reader import Workbook, read_workbook
from tests.cases.workbook import (
    Case,
    Line,
    Page,
    case,
    checkpoint,
    codes,
    edition,
    evaluated,
    line,
    loan,
    pages,
    piece,
)

_ROOT = Path(__file__).parents[2]
_SAMPLE = _ROOT / "backoffice" / "demo" / "intake-112.xlsx"
_EXPECTED = _ROOT / "tests" / "golden" / "intake-112.expected.json"


@pytest.fixture(scope="module")
def sample() -> Workbook:
    return read_workbook(_SAMPLE.read_bytes())


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_EXPECTED.read_text(encoding="utf-8"))
    return found


def _comparable(cases: dict[str, Any]) -> dict[str, Any]:
    return {
        number: {
            key: sorted(value) if isinstance(value, list) else value for key, value in told.items()
        }
        for number, told in cases.items()
    }


def _without_places(cases: dict[str, Any]) -> dict[str, Any]:
    return {
        number: {key: told[key] for key in told if key not in {"seat", "waitlist"}}
        for number, told in _comparable(cases).items()
    }


def _shuffled(workbook: Workbook, renamed: Callable[[str], str]) -> dict[str, Page]:
    """The same workbook with rows and columns in another order and other case numbers."""
    order = random.Random(112)
    made: dict[str, Page] = {}
    for name, sheet in workbook.sheets.items():
        columns = list(range(len(sheet.header)))
        order.shuffle(columns)
        at = sheet.header.index("案件編號")
        rows = []
        for row in sheet.rows:
            values = list(row.values)
            values[at] = renamed(values[at] or "")
            rows.append(tuple(values[column] for column in columns))
        order.shuffle(rows)
        header = tuple(sheet.header[column] for column in columns)
        made[name] = Page(header, [Line(place, values) for place, values in enumerate(rows, 2)])
    names = list(made)
    order.shuffle(names)
    return {name: made[name] for name in names}


# --- the sample ---


def test_the_sample_gives_what_is_expected_of_it(
    sample: Workbook, expected: dict[str, Any]
) -> None:
    result = evaluate(sample.sheets, registry, NOTHING_KNOWN).document(lambda _: "")

    assert result["summary"] == expected["summary"]
    assert _comparable(result["cases"]) == _without_places(expected["cases"])
    assert [
        {key: each[key] for key in ("sheet", "case", "code")} for each in result["problems"]
    ] == expected["problems"]


@pytest.mark.parametrize("scheme", ["S09", "S10"])
def test_the_sample_fills_the_places_as_expected(
    sample: Workbook, expected: dict[str, Any], scheme: str
) -> None:
    cases = evaluate(sample.sheets, registry, NOTHING_KNOWN).cases.values()
    seats = edition(scheme).seats
    assert seats is not None

    given = places(
        [
            each.submission
            for each in cases
            if each.submission and each.submission.scheme == scheme and not each.findings
        ],
        seats,
    )

    assert given == {
        number: Place(told["seat"], told["waitlist"])
        for number, told in expected["cases"].items()
        if number.startswith(scheme) and "seat" in told
    }


def test_neither_order_nor_case_numbers_change_the_outcome(
    sample: Workbook, expected: dict[str, Any]
) -> None:
    moved = _shuffled(sample, lambda number: f"甲{number}".replace("-", "/"))

    result = evaluate(moved, registry, NOTHING_KNOWN).document(lambda _: "")

    assert {
        number.removeprefix("甲").replace("/", "-"): told
        for number, told in _comparable(result["cases"]).items()
    } == _without_places(expected["cases"])
    assert [each["code"] for each in result["problems"]] == ["E_ORPHAN"]


def test_a_second_import_of_the_sample_in_another_order_changes_nothing(sample: Workbook) -> None:
    first = evaluate(sample.sheets, registry, NOTHING_KNOWN)
    known = Known(
        contents={
            each.number: each.submission.content_hash()
            for each in first.cases.values()
            if each.submission
        }
    )

    second = evaluate(_shuffled(sample, str), registry, known)

    assert second.summary() == {"eligible": 0, "ineligible": 0, "rejected": 8, "unchanged": 336}


# --- a case goes in whole or not at all ---


@pytest.mark.parametrize("scheme", registry.schemes())
def test_a_valid_case_of_every_scheme_is_eligible(scheme: str) -> None:
    result = evaluated(case(scheme)).cases["T-1"]

    assert (result.outcome, result.errors, result.findings) == (Outcome.ELIGIBLE, (), ())


def test_a_fault_in_a_child_row_rejects_its_case_and_no_other() -> None:
    broken = case("S01", 查核點=[checkpoint("2023-02-30", "100")])

    result = evaluated(broken, case("S03", "T-2", {"統一編號": "53212539"}))

    assert result.cases["T-1"].errors == ("E_TYPE",)
    assert result.cases["T-1"].submission is None
    assert result.cases["T-2"].outcome is Outcome.ELIGIBLE
    assert result.problems == ()
    assert [(each.sheet, each.row, each.column) for each in result.details] == [
        ("查核點", 2, "完成日期")
    ]


def test_a_number_that_stands_twice_counts_once_and_orphans_no_child_row() -> None:
    twice = case("S01")
    twice["案件"] *= 2

    result = evaluated(twice)

    assert result.summary() == {"eligible": 0, "ineligible": 0, "rejected": 1}
    assert result.cases["T-1"].errors == ("E_DUPLICATE_ROW",)
    assert [(each.row, each.code) for each in result.details] == [
        (2, "E_DUPLICATE_ROW"),
        (3, "E_DUPLICATE_ROW"),
    ]
    assert result.problems == ()


def test_numbers_are_compared_after_normalisation() -> None:
    written = case("S01")
    written["案件"][0]["案件編號"] = " Ｔ－１\u200b "

    assert evaluated(written).cases["T-1"].outcome is Outcome.ELIGIBLE


def test_an_orphan_is_a_problem_and_rejects_nothing() -> None:
    stray = case("S01", "T-9")
    del stray["案件"]

    result = evaluated(case("S01"), stray)

    assert result.summary() == {"eligible": 1, "ineligible": 0, "rejected": 0}
    assert {(each.case, each.code) for each in result.problems} == {("T-9", "E_ORPHAN")}
    assert len(result.problems) == sum(map(len, stray.values()))


def test_child_rows_of_a_case_that_is_in_already_are_noticed_and_left_alone() -> None:
    stray = case("S01", "T-9", 經費=[], 設備=[], 查核點=[])
    del stray["案件"]

    result = evaluated(case("S01"), stray, known=Known(contents={"T-9": "0"}))

    assert result.problems == ()
    assert [(each.code, each.sheet, each.case, each.count) for each in result.notices] == [
        ("rows_of_known_case", "效益", "T-9", 4)
    ]


@pytest.mark.parametrize("sheet", ["案件", "經費"])
def test_a_row_without_a_number_is_a_problem_of_its_own(sheet: str) -> None:
    unnamed = case("S01", "")

    result = evaluated(case("S03", "T-2"), {sheet: unnamed[sheet][:1]})

    assert list(result.cases) == ["T-2"]
    assert [(each.sheet, each.case, each.code) for each in result.problems] == [
        (sheet, None, "E_REQUIRED")
    ]


def test_rows_that_hold_nothing_are_passed_over() -> None:
    book = pages([case("S01")])
    width = len(book["案件"].header)
    blank = (Line(3, (None,) * width), Line(4, (" ", "　") + ("",) * (width - 2)))
    book["案件"] = replace(book["案件"], rows=[*book["案件"].rows, *blank])

    result = evaluate(book, registry, NOTHING_KNOWN)

    assert (result.summary()["eligible"], result.problems) == (1, ())


# --- what is already in ---


def test_the_same_content_is_unchanged_and_other_content_a_conflict() -> None:
    first = evaluated(case("S01")).cases["T-1"].submission
    assert first is not None
    known = Known(contents={"T-1": first.content_hash()})

    again = evaluated(case("S01", case_row={"實收資本額": "５，０００，０００"}), known=known)
    other = evaluated(case("S01", case_row={"實收資本額": "5000001"}), known=known)

    assert again.cases["T-1"].outcome is Outcome.UNCHANGED
    assert other.cases["T-1"].errors == ("E_CONFLICT",)
    assert codes(other.details) == ["E_CONFLICT"]


# --- several faults, and where they stand ---


def test_every_fault_of_a_case_is_told_at_its_cell() -> None:
    broken = case(
        "S01",
        case_row={"企業名稱": " ", "統一編號": "04595258", "總經費": "-1", "自籌款": "1.5"},
        經費=[line("人事費", 0, 1), {"科目": "人事費", "補助款": None, "自籌款": "x"}],
    )

    result = evaluated(broken)

    assert [(each.sheet, each.row, each.column, each.code) for each in result.details] == [
        ("案件", 2, "統一編號", "E_UBN"),
        ("案件", 2, "總經費", "E_NEGATIVE"),
        ("案件", 2, "自籌款", "E_FRACTION"),
        ("案件", 2, "企業名稱", "E_REQUIRED"),
        ("經費", 3, "自籌款", "E_TYPE"),
        ("經費", 3, "補助款", "E_REQUIRED"),
    ]
    assert {each.case for each in result.details} == {"T-1"}


@pytest.mark.parametrize("kind", ["formula", "error", "boolean"])
@pytest.mark.parametrize("value", ["8", None])
def test_a_cell_that_holds_no_value_of_its_own_is_never_used(kind: str, value: str | None) -> None:
    book = pages([case("S04", case_row={"經常僱用員工數": value})])
    at = book["案件"].header.index("經常僱用員工數")
    book["案件"] = replace(book["案件"], kinds={(2, at): kind})

    result = evaluate(book, registry, NOTHING_KNOWN)

    assert result.cases["T-1"].errors == ("E_TYPE",)
    assert result.details[0].facts == {"text": value or "", "kind": kind}


def test_an_unknown_scheme_is_the_only_fault_of_an_otherwise_readable_row() -> None:
    unknown = case("S01", case_row={"方案代碼": "S99", "總經費": None})

    assert evaluated(unknown).cases["T-1"].errors == ("E_SCHEME",)


def test_findings_are_told_at_the_cell_they_are_about() -> None:
    result = evaluated(case("S01", case_row={"委外廠商陸資": "是", "經常僱用員工數": "10"}))

    assert [(each.column, each.code) for each in result.details] == [
        ("經常僱用員工數", "HEADCOUNT"),
        ("委外廠商陸資", "PRC_INVESTMENT"),
    ]


def test_the_plan_of_a_case_is_kept_exactly() -> None:
    sent = evaluated(case("S01")).cases["T-1"].submission
    assert sent is not None

    assert sent.received_at == datetime(2023, 5, 8, 2, 20, 30, tzinfo=UTC)
    assert (sent.starts_on, sent.headcount) == (date(2023, 5, 8), Decimal("8.5"))
    assert [each.cost for each in sent.equipment] == [600_000, 400_000]
    assert [each.weight_bp for each in sent.checkpoints] == [5_000, 5_000]


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (case("S01", 設備=[piece(1, "日本")]), "E_TYPE"),
        (case("S01", 設備=[piece(1, quantity=0)]), "E_TYPE"),
        (case("S01", 設備=[piece(999_999_999_999, quantity=2)]), "E_TYPE"),
        (case("S01", 設備=[{**piece(1), "單價": "1.5"}]), "E_FRACTION"),
        (case("S02", case_row={"方案類別": "綠能化"}), "E_TYPE"),
        (case("S02", case_row={"方案類別": None}), "E_REQUIRED"),
        (case("S11", case_row={"方案類別": "整合"}), "E_REQUIRED"),
        (case("S07", 貸款=[loan("C1", 1)]), "E_TYPE"),
        (case("S07", 貸款=[loan("A1", 1, 用途="其他")]), "E_TYPE"),
        (case("S07", 貸款=[loan("A1", 1, 資格條件="4")]), "E_TYPE"),
        (case("S07", 貸款=[loan("B1", 1, 用途="資本性")]), "E_REQUIRED"),
        (case("S07", case_row={"經常僱用員工數": None}, 貸款=[loan("A2", 1)]), "E_REQUIRED"),
        (case("S07", 貸款=[]), "E_REQUIRED"),
        (case("S01", case_row={"計畫名稱": "計\x00畫"}), "E_TYPE"),
        (case("S01", case_row={"企業名稱": "反\u202e轉"}), "E_TYPE"),
        (case("S01", case_row={"企業名稱": "名" * 201}), "E_TYPE"),
    ],
)
def test_a_value_outside_its_column_s_list_or_range_rejects_the_case(
    broken: Case, code: str
) -> None:
    assert evaluated(broken).cases["T-1"].errors == (code,)


@pytest.mark.parametrize("sheet", ["成員", "學員"])
def test_the_business_numbers_of_partners_and_employers_are_checked_too(sheet: str) -> None:
    broken = case("S02" if sheet == "成員" else "S06")
    column = "統一編號" if sheet == "成員" else "任職企業統一編號"
    broken[sheet][0][column] = "88117126"

    assert evaluated(broken).cases["T-1"].errors == ("E_UBN",)


_NASTY = st.sampled_from(
    ["1e308", "-0", "٣", "②", "9" * 400, "\ud800", "\x00", "=1+1", "0001/01/01", "99/99/99", "'"]
)


@settings(deadline=None)
@given(data=st.data(), text=st.text(max_size=40) | _NASTY)
def test_no_cell_whatever_it_holds_stops_an_import(data: st.DataObject, text: str) -> None:
    scheme = data.draw(st.sampled_from(registry.schemes()))
    made = case(scheme)
    rows = made[data.draw(st.sampled_from(sorted(name for name in made if made[name])))]
    column = data.draw(st.sampled_from(sorted(rows[0])))
    rows[0][column] = text

    result = evaluated(made, case("S04", "T-2"))

    assert result.cases["T-2"].outcome is Outcome.ELIGIBLE
    assert set(result.document(lambda _: "")) == {"summary", "cases", "problems"}
    for each in result.cases.values():
        assert (each.submission is None) is bool(each.errors)
