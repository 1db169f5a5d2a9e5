"""The nineteen columns of the sheet, frozen when it is made, and the hash that seals them.

Source: domain §3.6. The sheet is a formal document of the agency: its words are Chinese whoever
reads it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final, TypeAlias

from backoffice.kernel.money import ZERO, Ntd
from backoffice.kernel.taiwan import roc_date

_ROC_EPOCH = 1911
_SHOWN_DIGITS = 4

Frozen: TypeAlias = Mapping[str, Any]


class Kind(StrEnum):
    """How a column of the form is written: as text, as whole dollars, as a count."""

    TEXT = "text"
    MONEY = "money"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class FormColumn:
    """A column of the form: its printed label, its kind, its width in half-width characters."""

    label: str
    kind: Kind
    width: int
    is_summed: bool = False


FORM: Final = (
    FormColumn("序號", Kind.COUNT, 6),
    FormColumn("案件編號", Kind.TEXT, 18),
    FormColumn("受款人名稱（戶名全銜）", Kind.TEXT, 30),
    FormColumn("統一編號", Kind.TEXT, 12),
    FormColumn("計畫名稱", Kind.TEXT, 32),
    FormColumn("期別", Kind.TEXT, 8),
    FormColumn("核定補助款", Kind.MONEY, 14),
    FormColumn("前已撥付", Kind.MONEY, 14),
    FormColumn("本次應撥", Kind.MONEY, 14, is_summed=True),
    FormColumn("扣繳稅額", Kind.MONEY, 10, is_summed=True),
    FormColumn("實撥金額", Kind.MONEY, 14, is_summed=True),
    FormColumn("未撥餘額", Kind.MONEY, 14),
    FormColumn("金融機構代碼、分行代碼及名稱", Kind.TEXT, 26),
    FormColumn("帳號", Kind.TEXT, 18),
    FormColumn("領據編號／開立日期", Kind.TEXT, 22),
    FormColumn("審查通過日期・文號", Kind.TEXT, 28),
    FormColumn("預算科目／經費來源", Kind.TEXT, 36),
    FormColumn("電子信箱", Kind.TEXT, 26),
    FormColumn("備註", Kind.TEXT, 28),
)


@dataclass(frozen=True, slots=True)
class FrozenLine:
    """One payment as it stands on the sheet. Amounts in whole dollars, days in Taipei.

    `award` is the awarded subsidy, `final` the settled one once it exists; `paid_before` what the
    earlier tranches paid; `amount` > 0 is paid now, without any tax withheld (A86). `approved_on`
    and `approval_letter` are of the review that made the tranche payable. `pays_again` names the
    returned line that this one pays again, such as "112-S01-0001 第 2 列".
    """

    position: int
    case_number: str
    payee: str
    ubn: str
    project: str
    tranche: int
    award: Ntd
    final: Ntd | None
    paid_before: Ntd
    amount: Ntd
    bank_code: str
    branch_code: str
    bank_name: str
    account: str
    receipt_number: str
    receipt_on: date
    approved_on: date | None
    approval_letter: str
    funding_source: str
    email: str
    pays_again: str = ""

    @property
    def withheld(self) -> Ntd:
        """扣繳稅額: always nothing, and printed to show it (special act §4)."""
        return ZERO

    @property
    def paid(self) -> Ntd:
        """實撥金額."""
        return self.amount - self.withheld

    @property
    def unpaid(self) -> Ntd:
        """未撥餘額: what may still be paid after this payment, of the settled amount if any."""
        whole = self.award if self.final is None else self.final
        return whole - self.paid_before - self.amount

    @property
    def masked_account(self) -> str:
        """The account as screens and prints show it: 004-0037 ····8812."""
        return f"{self.bank_code}-{self.branch_code} ····{self.account[-_SHOWN_DIGITS:]}"

    @property
    def remark(self) -> str:
        """備註: the settled amount beside the award, and what is paid again."""
        settled = "" if self.final is None else f"結算核定數 {self.final.dollars:,} 元"
        again = f"重匯：原 {self.pays_again}" if self.pays_again else ""
        return "；".join(part for part in (settled, again) if part)

    def cells(self) -> tuple[str | int | Ntd, ...]:
        """The nineteen columns in order."""
        approved = roc_date(self.approved_on) if self.approved_on else ""
        return (
            self.position,
            self.case_number,
            self.payee,
            self.ubn,
            self.project,
            f"第{self.tranche}期",
            self.award,
            self.paid_before,
            self.amount,
            self.withheld,
            self.paid,
            self.unpaid,
            f"{self.bank_code}{self.branch_code} {self.bank_name}".strip(),
            self.account,
            f"{self.receipt_number}／{roc_date(self.receipt_on)}",
            f"{approved} {self.approval_letter}".strip(),
            self.funding_source,
            self.email,
            self.remark,
        )

    def frozen(self) -> Frozen:
        """The line as plain values, to be kept as they are."""
        return {name: _plain(getattr(self, name)) for name in self.__dataclass_fields__}

    @classmethod
    def thawed(cls, kept: Frozen) -> FrozenLine:
        """The line that was kept."""
        return cls(**{name: _typed(name, value) for name, value in kept.items()})


_AMOUNTS = frozenset({"award", "final", "paid_before", "amount"})
_DAYS = frozenset({"receipt_on", "approved_on"})


def _plain(value: Any) -> Any:
    match value:
        case Ntd():
            return value.dollars
        case date():
            return value.isoformat()
        case _:
            return value


def _typed(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _AMOUNTS:
        return Ntd(value)
    return date.fromisoformat(value) if name in _DAYS else value


def control_hash(number: str, lines: Iterable[Frozen]) -> str:
    """控制碼: the SHA-256 of a sheet's number and of every value of its lines, in order."""
    content = {"number": number, "lines": [dict(line) for line in lines]}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def roc_year(day: date) -> int:
    """The 民國 year in which sheets of this day are numbered."""
    return day.year - _ROC_EPOCH


def sheet_number(year: int, scheme: str, count: int) -> str:
    """A sheet's number: 民國 year, scheme, and a count without gaps: 112-S01-0007."""
    return f"{year}-{scheme}-{count:04d}"
