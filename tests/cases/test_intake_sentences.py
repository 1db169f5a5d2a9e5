"""Every error and finding has a sentence that names the rule, the value and the limit."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale

from backoffice.cases import rules
from backoffice.cases.models import FindingState
from backoffice.cases.queries.sheets import FindingRow
from backoffice.cases.rules import Detail, ErrorCode, Finding, packed
from backoffice.cases.sentences import (
    detail_sentence,
    finding_sentence,
    notice_sentence,
    place_sentence,
    reason,
)
from backoffice.kernel.refusal import Refused
from backoffice.messages import ACTS, SENTENCES, intake, sentence
from tests.cases.workbook import (
    Case,
    benefit,
    case,
    checkpoint,
    evaluated,
    line,
    loan,
    members,
    piece,
)

_ROOM = Path(rules.__file__).parents[1]
_JUDGES = ("budget", "firm", "plan", "services")


def found(made: Case) -> dict[str, str]:
    """The sentences of a case's findings by code; the last where a code stands twice."""
    result = evaluated(made).cases["T-1"]
    assert result.errors == ()
    return {each.code: finding_sentence(each) for each in result.findings}


def told(made: Case) -> dict[str, str]:
    """The sentences of a case's errors by code."""
    return {str(each.code): detail_sentence(each) for each in evaluated(made).details}


def _texts_in(paths: Iterable[Path], pattern: str) -> set[str]:
    """The literal texts of these modules that look so."""
    texts = (
        node.value
        for path in paths
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    return {text for text in texts if re.fullmatch(pattern, text)}


def test_every_code_that_the_rules_can_find_has_words() -> None:
    modules = [_ROOM / "rules" / f"{name}.py" for name in _JUDGES]
    codes = _texts_in(modules, "[A-Z]{3,}(_[A-Z]+)*") | {each.value for each in ErrorCode}

    assert len(codes) > 50
    assert codes == set(intake.REASONS)
    assert codes == {name.split(".")[0] for name in intake.SENTENCES if name[0].isupper()}


def test_every_refusal_of_a_workbook_has_a_sentence() -> None:
    modules = [*_ROOM.rglob("*.py"), *(_ROOM.parent / "spreadsheets").glob("*.py")]

    refusals = _texts_in(modules, r"(workbook|intake|import)\.[a-z]+_[a-z_]+")

    assert len(refusals) > 20
    assert refusals - set(ACTS) <= set(SENTENCES)


@pytest.mark.parametrize(
    ("made", "code", "words"),
    [
        (
            case("S01", 經費=[
                line("消耗性器材及原材料費", 200_000, 199_999),
                line("全新設備之購置費", 600_000, 600_001),
                line("既有設備之改善費", 1_200_000, 1_200_000),
            ], 設備=[piece(1_200_001)]),
            "CATEGORY_OVER_CAP",
            (
                "全新設備之購置費 1,200,001 元，超過計畫總經費 4,000,000 元的 30 %"
                "（1,200,000 元），超出 1 元。"
            ),
        ),
        (
            case("S01", case_row={"收件時間": "2023-04-17 08:59:59"}),
            "WINDOW_CLOSED",
            "收件時間 112年4月17日 08:59，早於開始受理的 112年4月17日 09:00。",
        ),
        (
            case("S01", case_row={"經常僱用員工數": "10.25"}),
            "HEADCOUNT",
            "經常僱用員工數 10.25 人；本方案須少於 10 人。",
        ),
        (
            case("S01", case_row={"三年內欠稅": "是"}),
            "TAX_ARREARS",
            "企業聲明有欠繳應納稅捐情事，依規定不得申請。",
        ),
        (
            case("S01", case_row={"工廠登記狀態": None}),
            "FACTORY_REGISTRATION",
            "工廠登記狀態為「未填」；本方案須具備工廠登記、免辦工廠登記、特定工廠登記。",
        ),
        (
            case("S01", case_row={"實收資本額": "1999999"}),
            "SELF_FUND_OVER_CAPITAL",
            "自籌款 2,000,000 元，超過實收資本額 1,999,999 元，超出 1 元。",
        ),
        (
            case("S01", 查核點=[checkpoint("2023-09-30", "50"), checkpoint("2024-03-31", "49.99")]),
            "CHECKPOINT_WEIGHT_SUM",
            "查核點權重合計 99.99 %，應為 100 %，短少 0.01 %。",
        ),
        (
            case("S01", 效益=[benefit(kind, kind) for kind in ("經濟", "關鍵", "關鍵")]),
            "BENEFITS_ECONOMIC",
            "經濟效益 1 項，未達 2 項，短少 1 項。",
        ),
        (
            case("S02", 成員=members(9)),
            "PARTNER_COUNT",
            "合作廠商 9 家，未達 10 家，短少 1 家。",
        ),
        (
            case("S07", 貸款=[loan("A1", 35_000_001)]),
            "LOAN_OVER_LIMIT",
            "申請貸款 35,000,001 元，超過上限 35,000,000 元，超出 1 元。",
        ),
        (
            case("S11", case_row={"體驗人次": "499"}),
            "TARGET_VISITS",
            "體驗人次 499；本類別須至少 500。",
        ),
    ],
)  # fmt: skip
def test_a_finding_names_the_value_the_limit_and_by_how_much(
    app: Flask, made: Case, code: str, words: str
) -> None:
    with app.test_request_context():
        assert found(made)[code] == words


@pytest.mark.parametrize(
    ("made", "code", "words"),
    [
        (case("S01", case_row={"企業名稱": None}), "E_REQUIRED", "未填「企業名稱」。請補填。"),
        (case("S07", 貸款=[]), "E_REQUIRED", "本案在「貸款」工作表沒有資料。請補上。"),
        (
            case("S01", case_row={"陸資投資": "有"}),
            "E_TYPE",
            "「陸資投資」不能填「有」。請填「是」或「否」。",
        ),
        (
            case("S01", case_row={"計畫開始日": "下週一"}),
            "E_TYPE",
            "「計畫開始日」的「下週一」不是日期。請填如 2023-05-08 或 112/05/08，時間如 10:20:30。",
        ),
        (
            case("S01", case_row={"統一編號": "4595257"}),
            "E_UBN",
            (
                "統一編號「4595257」有 7 碼，應為 8 碼。"
                "若原號碼以 0 開頭，請將該欄設為文字格式後重填。"
            ),
        ),
        (
            case("S01", 設備=[piece(999_999_999_999, quantity=2)]),
            "E_TYPE",
            "設備的數量乘以單價為 1999999999998 元，超過可登錄的上限。請核對數量與單價。",
        ),
        (
            case("S01", case_row={"計畫名稱": "長" * 401}),
            "E_TYPE",
            f"「計畫名稱」的內容「{'長' * 40}…」超過 400 字。請縮短。",
        ),
    ],
)
def test_an_error_says_what_is_wrong_and_what_to_do(
    app: Flask, made: Case, code: str, words: str
) -> None:
    with app.test_request_context():
        assert told(made)[code] == words


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("formula", "「總經費」是公式，不是值。請改貼為值。"),
        ("error", "「總經費」是試算表的錯誤值「#N/A」。請改填正確的值。"),
        ("boolean", "「總經費」是邏輯值「#N/A」。請改填「是」或「否」的文字。"),
    ],
)
def test_a_cell_that_holds_no_value_of_its_own_is_told_so(
    app: Flask, kind: str, words: str
) -> None:
    detail = Detail("案件", 2, "總經費", "T-1", ErrorCode.TYPE, {"kind": kind, "text": "#N/A"})

    with app.test_request_context():
        assert detail_sentence(detail) == words


def test_a_cell_refused_by_itself_is_told_with_its_text(app: Flask) -> None:
    with app.test_request_context():
        assert (
            sentence(Refused("cell.too_long", text="長", limit=24)) == "「長」超過 24 字。請縮短。"
        )
        assert sentence(Refused("cell.unreadable", text="?")).startswith("「?」不是這一欄")


def test_a_finding_reads_the_same_from_the_books_and_as_a_mapping(app: Flask) -> None:
    made = case("S01", case_row={"計畫結束日": "2024-05-08"})
    finding = evaluated(made).cases["T-1"].findings[0]
    stored = packed(finding.facts)
    row = FindingRow(1, finding.code, stored, finding.clause, FindingState.OPEN, "")

    with app.test_request_context():
        words = finding_sentence(finding)
        assert words == (
            "計畫結束日 113年5月8日，超過自 112年5月8日 起 12 個月的期限 113年5月7日，超出 1 日。"
        )
        assert finding_sentence(row) == words
        assert finding_sentence({"code": finding.code, "facts": stored}) == words


@pytest.mark.parametrize(
    ("category", "spoken"),
    [("全新設備之購置費", "New equipment"), ("交際費", "交際費")],
    ids=["the edition's", "the firm's own"],
)
def test_a_category_is_named_in_the_reader_s_language(
    app: Flask, category: str, spoken: str
) -> None:
    made = case("S01", 經費=[line(category, 2_000_000, 2_000_000)])
    found = [each for each in evaluated(made).cases["T-1"].findings if "category" in each.facts]
    stored = [json.loads(json.dumps(packed(each.facts))) for each in found]

    with app.test_request_context():
        chinese = [finding_sentence(each) for each in found]
        with force_locale("en"):
            english = [finding_sentence(each) for each in found]
            again = [
                finding_sentence({"code": each.code, "facts": facts})
                for each, facts in zip(found, stored, strict=True)
            ]

    assert any(category in words for words in chinese)
    assert any(spoken in words for words in english)
    assert again == english


@pytest.mark.parametrize("cause", ["budget_exhausted", "announced", "quota_full"])
def test_an_early_close_says_its_cause(app: Flask, cause: str) -> None:
    facts = {
        "cause": cause,
        "value_at": "2023-05-08T02:20:30+00:00",
        "closed_at": "2023-05-01T00:00:00+00:00",
        "closes_at": None,
    }

    with app.test_request_context():
        words = finding_sentence(Finding("WINDOW_CLOSED", facts, "window"))

    assert "112年5月1日 08:00" in words
    assert "收件時間 112年5月8日 10:20" in words


def test_a_firm_that_holds_a_subsidy_is_named_with_its_case(app: Flask) -> None:
    facts = {
        "cause": "held", "firm": "甲公司", "ubn": "04595257", "cases": ["S01-1", "S03-2"],
        "family": "升級轉型",
    }  # fmt: skip

    with app.test_request_context():
        words = place_sentence("DUPLICATE_SUBSIDY", facts, column=None, case="S02-1")

    assert (
        words == "甲公司（04595257）已獲「升級轉型」補助，案件 S01-1、S03-2；同類補助以一案為限。"
    )


def test_a_notice_and_a_reason_are_told_in_words(app: Flask) -> None:
    with app.test_request_context():
        notice = notice_sentence("rows_of_known_case", {"sheet": "經費", "rows": 3, "cases": 1})
        assert notice == "「經費」有 3 列屬於已在系統中的 1 件案件，未讀取。"
        assert reason("E_UBN") == "統一編號不正確"


def test_a_refused_workbook_is_told_with_its_columns(app: Flask) -> None:
    refusal = Refused("intake.column_missing", sheet="案件", columns=("收件時間", "統一編號"))

    with app.test_request_context():
        assert sentence(refusal) == (
            "「案件」工作表缺少欄位：收件時間、統一編號。請補上欄位（標題須相同）後再匯入。"
        )
