"""Intake workbooks made in memory: a valid case of every scheme, to be changed by the tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from backoffice.cases.rules import (
    NOTHING_KNOWN,
    SHEETS,
    IntakeResult,
    Known,
    Submission,
    evaluate,
)
from backoffice.scheme import registry
from backoffice.scheme.rules import Edition

UBN = "04595257"
OTHER_UBNS = (
    "53212539", "10458575", "88117125", "12345675", "04595252", "10458574",
    "12345670", "70759028", "22099131", "23060248", "84149961", "28428379",
)  # fmt: skip

Row = dict[str, str | None]
Case = dict[str, list[Row]]


@dataclass(frozen=True, slots=True)
class Line:
    """A row as the reader gives it."""

    number: int
    values: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet as the reader gives it."""

    header: tuple[str, ...]
    rows: Sequence[Line]
    kinds: Mapping[tuple[int, int], str] = field(default_factory=dict)


def pages(cases: Iterable[Case]) -> dict[str, Page]:
    """All sheets of the format, holding the rows of these cases in their order."""
    cases = list(cases)
    made: dict[str, Page] = {}
    for sheet in SHEETS:
        header = tuple(column.name for column in sheet.columns)
        rows = [row for case in cases for row in case.get(sheet.name, [])]
        made[sheet.name] = Page(
            header,
            [Line(place, tuple(map(row.get, header))) for place, row in enumerate(rows, 2)],
        )
    return made


def evaluated(*cases: Case, known: Known = NOTHING_KNOWN) -> IntakeResult:
    """What an import finds in a workbook of these cases."""
    return evaluate(pages(cases), registry, known)


def submission(scheme: str, **columns: str | None) -> Submission:
    """The submission of a valid case of this scheme."""
    made = evaluated(case(scheme, case_row=columns)).cases["T-1"]
    assert made.submission is not None, made.errors
    assert not made.findings, made.findings
    return made.submission


def edition(scheme: str) -> Edition:
    """The shipped first edition of a scheme."""
    return registry.edition_named(f"{scheme}/1")


def case(
    scheme: str,
    number: str = "T-1",
    case_row: Mapping[str, str | None] | None = None,
    **sheets: list[Row],
) -> Case:
    """A valid case; `case_row` changes its columns, a keyword replaces a sheet's rows."""
    made: Case = {"案件": [{**_FIRM, **_ROWS[scheme], "方案代碼": scheme, **(case_row or {})}]}
    made |= {name: [dict(row) for row in rows] for name, rows in _CHILDREN[scheme].items()}
    made |= {name: [dict(row) for row in rows] for name, rows in sheets.items()}
    for rows in made.values():
        for row in rows:
            row["案件編號"] = number
    return made


_FIRM: Row = {
    "收件時間": "2023-05-08 10:20:30",
    "企業名稱": "測試精密工業有限公司",
    "統一編號": UBN,
    "登記類型": "公司",
    "產業別": "製造業",
    "經常僱用員工數": "8.5",
    "實收資本額": "5000000",
    "工廠登記狀態": "工廠登記",
    "工廠登記編號": "99000001",
    "計畫名稱": "智慧升級轉型計畫",
    "標的": "智慧製造",
    **dict.fromkeys(
        ("陸資投資", "委外廠商陸資", "三年內欠稅", "解散歇業", "外國分公司", "銀行拒絕往來",
         "同一事項曾獲補助"),
        "否",
    ),
    "聯絡人": "王小明",
    "電子郵件": "ming@example.com",
    "電話": "04-2345-0001",
}  # fmt: skip
_PLAN: Row = {
    "計畫開始日": "2023-05-08",
    "計畫結束日": "2024-05-07",
    "總經費": "4000000",
    "申請補助款": "2000000",
    "自籌款": "2000000",
}
_SMALL_PLAN: Row = {**_PLAN, "總經費": "600000", "申請補助款": "300000", "自籌款": "300000"}
_SERVICES: Row = {
    **_SMALL_PLAN, "方案類別": "單一", "產業別": "商業服務業", "工廠登記狀態": None,
    "導入服務數": "1", "體驗人次": "500", "減碳公斤數": "500",
}  # fmt: skip

_ROWS: dict[str, Row] = {
    "S01": _PLAN,
    "S02": {**_PLAN, "方案類別": "低碳化", "經常僱用員工數": "80", "計畫結束日": "2025-05-07"},
    "S03": {**_PLAN, "經常僱用員工數": "10"},
    "S04": {"工廠登記狀態": "納管_未核定"},
    "S05": {
        **_PLAN, "工廠登記狀態": "納管_已核定", "總經費": "4000000",
        "申請補助款": "1500000", "自籌款": "2500000",
    },
    "S06": {},
    "S07": {},
    "S08": {"方案類別": "智慧直播", "出進口廠商登記": "是"},
    "S09": {"出進口廠商登記": "是", "我國商標權": "是"},
    "S10": {"出進口廠商登記": "是", "臺灣製產品": "是"},
    "S11": _SERVICES,
}  # fmt: skip


def line(category: str, subsidy: int, self_fund: int) -> Row:
    """A row of 經費."""
    return {"科目": category, "補助款": str(subsidy), "自籌款": str(self_fund)}


def piece(price: int, origin: str = "國產", quantity: int = 1) -> Row:
    """A row of 設備."""
    return {
        "設備名稱": "加工機",
        "數量": str(quantity),
        "單價": str(price),
        "產地": origin,
    }


def checkpoint(due: str, weight: str) -> Row:
    """A row of 查核點."""
    return {"工作項目": "導入", "查核項目": "驗證報告", "完成日期": due, "權重": weight}


def benefit(kind: str, item: str) -> Row:
    """A row of 效益."""
    return {"類別": kind, "項目": item, "單位": "千元", "計畫前": "0", "計畫後": "1200"}


def members(count: int) -> list[Row]:
    """So many different partner firms, 0 … 12."""
    return [
        {"企業名稱": f"夥伴{place}有限公司", "統一編號": ubn, "工廠登記編號": f"9800{place:04d}",
         "補助款": "0", "自籌款": "0"}
        for place, ubn in enumerate(OTHER_UBNS[:count])
    ]  # fmt: skip


def loan(loan_class: str, amount: int, **columns: str) -> Row:
    """A row of 貸款, for working capital with condition 2 unless told otherwise."""
    return {
        "貸款類別": loan_class, "貸款金額": str(amount), "用途": "週轉性", "資格條件": "2",
        "承貸銀行代碼": "004", "撥貸日": "2023-06-01", **columns,
    }  # fmt: skip


def _grant(*lines: Row, pieces: Sequence[Row] = ()) -> Case:
    return {
        "經費": list(lines),
        "設備": list(pieces),
        "查核點": [checkpoint("2023-09-30", "50"), checkpoint("2024-03-31", "50")],
    }


_FOUR_MILLION = _grant(
    line("消耗性器材及原材料費", 500_000, 500_000),
    line("全新設備之購置費", 500_000, 500_000),
    line("既有設備之改善費", 1_000_000, 1_000_000),
    pieces=[piece(600_000), piece(200_000, "進口", quantity=2)],
)
_BENEFITS = [
    benefit("經濟", "降低成本"),
    benefit("經濟", "增加產值"),
    benefit("關鍵", "減碳量"),
    benefit("關鍵", "節電量"),
]
_CHILDREN: dict[str, Case] = {
    "S01": {**_FOUR_MILLION, "效益": _BENEFITS},
    "S02": {**_FOUR_MILLION, "成員": members(10)},
    "S03": _FOUR_MILLION,
    "S04": {},
    "S05": _grant(line("既有設備之改善費", 1_500_000, 2_500_000)),
    "S06": {
        "學員": [
            {"課程代碼": "AI-101", "學員姓名": "學員一", "任職企業統一編號": UBN, "在職證明": "是"}
        ]
    },
    "S07": {"貸款": [loan("A1", 35_000_000)]},
    "S08": {},
    "S09": {},
    "S10": {},
    "S11": _grant(line("既有設備之改善費", 300_000, 300_000)),
}


def codes(found: Iterable[Any]) -> list[str]:
    """The codes of findings or details, in their order."""
    return [str(each.code) for each in found]
