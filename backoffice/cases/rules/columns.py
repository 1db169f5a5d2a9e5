"""The intake workbook as data: its sheets, their columns, and where each value goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from backoffice.cases.rules import cells
from backoffice.cases.rules.cells import Reader, up_to
from backoffice.cases.rules.submission import (
    Benefit,
    BudgetLine,
    Checkpoint,
    Equipment,
    FeePayment,
    Loan,
    Member,
    Trainee,
)

CASES: Final = "案件"
LINES: Final = "經費"
EQUIPMENT: Final = "設備"
CHECKPOINTS: Final = "查核點"
BENEFITS: Final = "效益"
MEMBERS: Final = "成員"
FEES: Final = "繳費"
LOANS: Final = "貸款"
TRAINEES: Final = "學員"

NUMBER: Final = "案件編號"
SCHEME: Final = "方案代碼"
VARIANT: Final = "方案類別"
RECEIVED: Final = "收件時間"

PROBLEM: Final = "問題"
"""A column that only our own workbook of problems holds; it is passed over in silence."""

_NAME, _LABEL, _PROSE = 200, 64, 2_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, the field its value becomes, how a cell is read, and a blank one."""

    name: str
    field: str
    read: Reader
    blank: object = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of the workbook.

    `field` is where the submission keeps its rows, `record` what a row becomes; `required`
    are the columns that every row must fill.
    """

    name: str
    field: str
    record: type | None
    columns: tuple[Column, ...]
    required: frozenset[str]


def _texts(*named: tuple[str, str, int]) -> tuple[Column, ...]:
    return tuple(Column(name, field, up_to(length)) for name, field, length in named)


def _read_by(read: Reader, **named: str) -> tuple[Column, ...]:
    return tuple(Column(name, field, read) for field, name in named.items())


_NUMBER = Column(NUMBER, "number", up_to(_LABEL, cells.key))

CASE_SHEET: Final = Sheet(
    CASES,
    "",
    None,
    (
        _NUMBER,
        Column(SCHEME, "scheme", cells.key),
        Column(VARIANT, "variant", up_to(_LABEL)),
        Column(RECEIVED, "received_at", cells.instant),
        Column("企業名稱", "firm_name", up_to(_NAME)),
        Column("統一編號", "ubn", cells.ubn),
        Column("登記類型", "registration", up_to(24)),
        Column("產業別", "industry", up_to(_LABEL)),
        Column("經常僱用員工數", "headcount", cells.headcount),
        Column("實收資本額", "paid_in_capital", cells.amount),
        Column("工廠登記狀態", "factory_status", up_to(24)),
        Column("工廠登記編號", "factory_number", up_to(_LABEL)),
        Column("計畫名稱", "plan_name", up_to(400)),
        Column("標的", "purpose", up_to(120)),
        Column("計畫開始日", "starts_on", cells.day),
        Column("計畫結束日", "ends_on", cells.day),
        *_read_by(cells.amount, total="總經費", subsidy="申請補助款", self_fund="自籌款"),
        *_read_by(
            cells.yes_no,
            prc_investment="陸資投資",
            vendor_prc="委外廠商陸資",
            tax_arrears="三年內欠稅",
            dissolved="解散歇業",
            foreign_branch="外國分公司",
            bank_refused="銀行拒絕往來",
            duplicate_subsidy="同一事項曾獲補助",
            trade_registration="出進口廠商登記",
            trademark="我國商標權",
            made_in_taiwan="臺灣製產品",
        ),
        *_read_by(cells.count, services="導入服務數", partners="合作中小企業數", visits="體驗人次"),
        Column("減碳公斤數", "carbon_kg", cells.kilograms),
        *_texts(
            ("聯絡人", "contact_name", 120),
            ("電子郵件", "contact_email", 254),
            ("電話", "contact_phone", _LABEL),
        ),
    ),
    frozenset({NUMBER, SCHEME, RECEIVED, "企業名稱", "統一編號"}),
)

CHILD_SHEETS: Final = (
    Sheet(
        LINES,
        "lines",
        BudgetLine,
        (
            _NUMBER,
            Column("科目", "category", up_to(120)),
            *_read_by(cells.amount, subsidy="補助款", self_fund="自籌款"),
            Column("說明", "note", up_to(_PROSE)),
        ),
        frozenset({NUMBER, "科目", "補助款", "自籌款"}),
    ),
    Sheet(
        EQUIPMENT,
        "equipment",
        Equipment,
        (
            _NUMBER,
            *_texts(
                ("設備名稱", "name", _NAME),
                ("廠牌型號", "model", _NAME),
                ("用途規格", "specification", _PROSE),
            ),
            Column("數量", "quantity", cells.quantity),
            Column("單價", "unit_price", cells.amount),
            Column("產地", "origin", cells.origin),
            Column("採購對象", "vendor", up_to(_NAME)),
        ),
        frozenset({NUMBER, "數量", "單價", "產地"}),
    ),
    Sheet(
        CHECKPOINTS,
        "checkpoints",
        Checkpoint,
        (
            _NUMBER,
            *_texts(
                ("分項計畫", "part", _NAME),
                ("工作項目", "work_item", _PROSE),
                ("推動作法", "approach", _PROSE),
                ("查核項目", "evidence", _PROSE),
            ),
            Column("完成日期", "due_on", cells.day),
            Column("權重", "weight_bp", cells.weight_bp),
        ),
        frozenset({NUMBER, "完成日期", "權重"}),
    ),
    Sheet(
        BENEFITS,
        "benefits",
        Benefit,
        (
            _NUMBER,
            Column("類別", "kind", cells.benefit_kind),
            Column("項目", "item", up_to(_NAME)),
            Column("單位", "unit", up_to(_LABEL)),
            *_read_by(cells.signed, before="計畫前", after="計畫後"),
            Column("計算基礎", "basis", up_to(_PROSE)),
        ),
        frozenset({NUMBER, "類別", "項目"}),
    ),
    Sheet(
        MEMBERS,
        "members",
        Member,
        (
            _NUMBER,
            Column("企業名稱", "firm_name", up_to(_NAME)),
            Column("統一編號", "ubn", cells.ubn),
            Column("工廠登記編號", "factory_number", up_to(_LABEL)),
            *_read_by(cells.amount, subsidy="補助款", self_fund="自籌款"),
        ),
        frozenset({NUMBER, "企業名稱", "統一編號"}),
    ),
    Sheet(
        FEES,
        "fees",
        FeePayment,
        (
            _NUMBER,
            Column("繳費時間", "paid_at", cells.instant),
            Column("金額", "amount", cells.amount),
            Column("收據號碼", "receipt", up_to(_LABEL)),
        ),
        frozenset({NUMBER, "繳費時間", "金額"}),
    ),
    Sheet(
        LOANS,
        "loans",
        Loan,
        (
            _NUMBER,
            Column("貸款類別", "loan_class", up_to(8, cells.key)),
            Column("貸款金額", "amount", cells.amount),
            Column("用途", "used_for", cells.loan_purpose),
            Column("計畫經費", "plan_cost", cells.amount),
            Column("資格條件", "conditions", cells.conditions, blank=()),
            Column("承貸銀行代碼", "bank_code", up_to(8, cells.key)),
            Column("撥貸日", "disbursed_on", cells.day),
        ),
        frozenset({NUMBER, "貸款類別", "貸款金額", "用途"}),
    ),
    Sheet(
        TRAINEES,
        "trainees",
        Trainee,
        (
            _NUMBER,
            Column("課程代碼", "course", up_to(_LABEL)),
            Column("學員姓名", "name", up_to(120)),
            Column("任職企業統一編號", "employer_ubn", cells.ubn),
            Column("在職證明", "is_employed", cells.yes_no),
        ),
        frozenset({NUMBER, "學員姓名", "任職企業統一編號", "在職證明"}),
    ),
)

SHEETS: Final = (CASE_SHEET, *CHILD_SHEETS)

FIELD_COLUMNS: Final = {column.field: column.name for column in CASE_SHEET.columns}
"""The header of each field of a case."""
