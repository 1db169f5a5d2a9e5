"""Sheets and columns of the workbook: found by name, missed only where a scheme needs them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backoffice.cases.rules import NOTHING_KNOWN, evaluate, mentioned, required_columns
from backoffice.kernel.refusal import Refused
from backoffice.scheme import registry
from tests.cases.workbook import OTHER_UBNS, UBN, Line, Page, case, edition, pages


def test_an_unknown_column_or_sheet_is_noticed_and_kept_out() -> None:
    book = pages([case("S01")])
    cases = book["案件"]
    rows = [Line(each.number, (*each.values, "x", "y")) for each in cases.rows]
    book["案件"] = Page((*cases.header, "備考", "問題"), rows)
    book["說明頁"] = Page(("內容",), [])

    result = evaluate(book, registry, NOTHING_KNOWN)

    assert result.summary()["eligible"] == 1
    assert [(each.code, each.sheet, each.column) for each in result.notices] == [
        ("unknown_column", "案件", "備考"),
        ("unknown_sheet", "說明頁", None),
    ]


def test_headers_are_matched_by_name_after_normalisation() -> None:
    book = pages([case("S01")])
    header = tuple(f" {name}\u3000" for name in book["案件"].header)
    book["案件"] = replace(book["案件"], header=header)

    assert evaluate(book, registry, NOTHING_KNOWN).summary()["eligible"] == 1


@pytest.mark.parametrize(
    ("scheme", "sheet", "column"),
    [
        ("S08", "案件", "統一編號"),
        ("S01", "案件", "工廠登記狀態"),
        ("S09", "案件", "我國商標權"),
        ("S01", "經費", "科目"),
        ("S01", "查核點", "權重"),
    ],
)
def test_a_missing_column_that_a_scheme_of_the_file_needs_is_named(
    scheme: str, sheet: str, column: str
) -> None:
    with pytest.raises(Refused) as refused:
        evaluate(_without(pages([case(scheme)]), sheet, column), registry, NOTHING_KNOWN)

    assert refused.value == Refused("intake.column_missing", sheet=sheet, columns=(column,))


@pytest.mark.parametrize(
    ("scheme", "column"), [("S01", "我國商標權"), ("S01", "電話"), ("S09", "總經費")]
)
def test_a_missing_column_that_no_scheme_of_the_file_needs_is_none(
    scheme: str, column: str
) -> None:
    book = _without(pages([case(scheme)]), "案件", column)

    assert evaluate(book, registry, NOTHING_KNOWN).summary()["eligible"] == 1


@pytest.mark.parametrize(("scheme", "sheet"), [("S01", "案件"), ("S01", "效益"), ("S07", "貸款")])
def test_a_missing_sheet_that_a_scheme_of_the_file_needs_is_named(scheme: str, sheet: str) -> None:
    book = pages([case(scheme)])
    del book[sheet]

    with pytest.raises(Refused) as refused:
        evaluate(book, registry, NOTHING_KNOWN)

    assert refused.value == Refused("intake.sheet_missing", sheet=sheet)


def test_a_missing_sheet_that_no_scheme_of_the_file_needs_is_none() -> None:
    book = {"案件": pages([case("S09")])["案件"]}

    assert evaluate(book, registry, NOTHING_KNOWN).summary()["eligible"] == 1


def test_two_columns_of_one_name_are_refused() -> None:
    book = pages([case("S09")])
    header = list(book["案件"].header)
    header[header.index("電話")] = "統一編號"
    book["案件"] = replace(book["案件"], header=tuple(header))

    with pytest.raises(Refused) as refused:
        evaluate(book, registry, NOTHING_KNOWN)

    assert refused.value == Refused("intake.column_twice", sheet="案件", column="統一編號")


def _without(book: dict[str, Page], sheet: str, column: str) -> dict[str, Page]:
    page = book[sheet]
    at = page.header.index(column)
    rows = [Line(row.number, row.values[:at] + row.values[at + 1 :]) for row in page.rows]
    return {**book, sheet: Page(page.header[:at] + page.header[at + 1 :], rows)}


def test_the_table_of_required_columns_follows_from_the_edition() -> None:
    needed = {each.column: each for each in required_columns(edition("S11"))}

    assert needed["導入服務數"].variants == ()
    assert needed["合作中小企業數"].variants == ("integrated",)
    assert "實收資本額" not in needed
    assert "計畫結束日" not in needed
    assert {each.sheet for each in required_columns(edition("S09"))} == {"案件"}
    assert [each.column for each in required_columns(edition("S04")) if each.may_be_blank] == [
        "工廠登記狀態"
    ]


def test_a_workbook_s_numbers_are_told_before_it_is_judged() -> None:
    stray = case("S01", "T-9")
    del stray["案件"]

    found = mentioned(pages([case("S02", " Ｔ-1 "), case("S04", "T-2", {"統一編號": "1"}), stray]))

    assert found.numbers == {"T-1", "T-2", "T-9"}
    assert found.ubns == {UBN, *OTHER_UBNS[:10]}
