"""What a firm sent in: a case row of the workbook with its child rows, typed and frozen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import Any, Final

from backoffice.kernel.taiwan import Ubn, nfkc

CONTENT_VERSION: Final = 1

AMOUNT_MAX: Final = 999_999_999_999
"""The largest single amount, in whole NTD, so that no sum of a workbook overflows."""


class Origin(StrEnum):
    """Where a piece of equipment was made (產地); the value is the workbook's word."""

    DOMESTIC = "國產"
    IMPORTED = "進口"


class BenefitKind(StrEnum):
    """The two kinds of expected benefits (效益類別); the value is the workbook's word."""

    ECONOMIC = "經濟"
    KEY = "關鍵"


class LoanPurpose(StrEnum):
    """What a loan is for (用途); the value is the workbook's word."""

    CAPITAL = "資本性"
    WORKING = "週轉性"


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """A line of the plan's budget (經費), whole NTD without business tax."""

    category: str
    subsidy: int
    self_fund: int
    note: str | None

    @property
    def total(self) -> int:
        """Subsidy and self-fund together."""
        return self.subsidy + self.self_fund


@dataclass(frozen=True, slots=True)
class Equipment:
    """A piece of new equipment (設備); `unit_price` in whole NTD without business tax."""

    name: str | None
    model: str | None
    specification: str | None
    quantity: int
    unit_price: int
    origin: Origin
    vendor: str | None

    @property
    def cost(self) -> int:
        """Quantity times unit price."""
        return self.quantity * self.unit_price


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint (查核點); `weight_bp` in basis points, 10000 for the whole plan."""

    part: str | None
    work_item: str | None
    approach: str | None
    evidence: str | None
    due_on: date
    weight_bp: int


@dataclass(frozen=True, slots=True)
class Benefit:
    """An expected benefit (效益) with its value before and after the plan, in its own unit."""

    kind: BenefitKind
    item: str
    unit: str | None
    before: Decimal | None
    after: Decimal | None
    basis: str | None


@dataclass(frozen=True, slots=True)
class Member:
    """A partner firm of a consortium (成員), beside the centre factory; whole NTD."""

    firm_name: str
    ubn: Ubn
    factory_number: str | None
    subsidy: int | None
    self_fund: int | None


@dataclass(frozen=True, slots=True)
class FeePayment:
    """A fee that the firm paid (繳費), tax included; whole NTD."""

    paid_at: datetime
    amount: int
    receipt: str | None


@dataclass(frozen=True, slots=True)
class Loan:
    """A loan (貸款), whole NTD. `conditions`: which of 1, 2, 3 are claimed (資格條件)."""

    loan_class: str
    amount: int
    used_for: LoanPurpose
    plan_cost: int | None
    conditions: tuple[str, ...]
    bank_code: str | None
    disbursed_on: date | None


@dataclass(frozen=True, slots=True)
class Trainee:
    """A trainee (學員) and the firm that employs them."""

    course: str | None
    name: str
    employer_ubn: Ubn
    is_employed: bool


@dataclass(frozen=True, slots=True)
class Submission:
    """A case as received, from which every rule of eligibility can be judged.

    Amounts are whole NTD without business tax, 0 … 999,999,999,999; `received_at` is an aware
    instant in UTC; `headcount` the exact 12-month average; `carbon_kg` kilograms of CO2e,
    rounded down. None means that the firm said nothing, which is neither zero nor no.
    Texts are kept as written. Source: the intake workbook format.
    """

    number: str
    scheme: str
    variant: str | None
    received_at: datetime
    firm_name: str
    ubn: Ubn
    registration: str | None
    industry: str | None
    headcount: Decimal | None
    paid_in_capital: int | None
    factory_status: str | None
    factory_number: str | None
    plan_name: str | None
    purpose: str | None
    starts_on: date | None
    ends_on: date | None
    total: int | None
    subsidy: int | None
    self_fund: int | None
    prc_investment: bool | None
    vendor_prc: bool | None
    tax_arrears: bool | None
    dissolved: bool | None
    foreign_branch: bool | None
    bank_refused: bool | None
    duplicate_subsidy: bool | None
    trade_registration: bool | None
    trademark: bool | None
    made_in_taiwan: bool | None
    services: int | None
    partners: int | None
    visits: int | None
    carbon_kg: int | None
    contact_name: str | None
    contact_email: str | None
    contact_phone: str | None
    lines: tuple[BudgetLine, ...] = ()
    equipment: tuple[Equipment, ...] = ()
    checkpoints: tuple[Checkpoint, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    members: tuple[Member, ...] = ()
    fees: tuple[FeePayment, ...] = ()
    loans: tuple[Loan, ...] = ()
    trainees: tuple[Trainee, ...] = ()

    def content(self) -> dict[str, Any]:
        """Everything that was sent, as plain JSON values; `restored` is the way back.

        Child rows keep the order in which they stood in the file. Texts are as written.
        """
        return {"version": CONTENT_VERSION, **_plain(self, str)}

    def content_hash(self) -> str:
        """A fingerprint of what was sent: equal for equal content, however it was laid out.

        The order of rows and columns does not count, nor does the way a value is written: full
        width or half, 1 or 1.0, ISO or ROC dates. 64 hexadecimal digits.
        """
        content = _plain(self, nfkc)
        for name in CHILDREN:
            rows = [_canonical(row) for row in content.pop(name)]
            if rows:
                content[name] = sorted(rows)
        return hashlib.sha256(_canonical(content).encode()).hexdigest()


CHILDREN: Final[dict[str, type[Any]]] = {
    "lines": BudgetLine,
    "equipment": Equipment,
    "checkpoints": Checkpoint,
    "benefits": Benefit,
    "members": Member,
    "fees": FeePayment,
    "loans": Loan,
    "trainees": Trainee,
}
"""The child rows of a case: the submission's field and the kind of row it holds."""

_RECORDS: Final[tuple[type[Any], ...]] = (Submission, *CHILDREN.values())

_NAMES: Final[dict[type, tuple[str, ...]]] = {
    kind: tuple(each.name for each in fields(kind)) for kind in _RECORDS
}

_VALUES: Final = {kind: attrgetter(*names) for kind, names in _NAMES.items()}

_FROM_PLAIN: Final[dict[str, Callable[[Any], object]]] = {
    "received_at": datetime.fromisoformat,
    "paid_at": datetime.fromisoformat,
    "starts_on": date.fromisoformat,
    "ends_on": date.fromisoformat,
    "due_on": date.fromisoformat,
    "disbursed_on": date.fromisoformat,
    "headcount": Decimal,
    "before": Decimal,
    "after": Decimal,
    "origin": Origin,
    "kind": BenefitKind,
    "used_for": LoanPurpose,
    "conditions": tuple,
}


def restored(content: Mapping[str, Any]) -> Submission:
    """The submission whose `content()` this is. KeyError or ValueError for anything else."""
    if content["version"] != CONTENT_VERSION:
        raise ValueError(f"content of version {content['version']!r} is unknown")
    values = _typed(Submission, content)
    for name, kind in CHILDREN.items():
        values[name] = tuple(kind(**_typed(kind, row)) for row in content[name])
    return Submission(**values)


def _typed(kind: type, plain: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: plain[name] for name in _NAMES[kind]}
    return {
        name: value if value is None or name not in _FROM_PLAIN else _FROM_PLAIN[name](value)
        for name, value in values.items()
    }


def _plain(record: Any, text: Callable[[str], str]) -> dict[str, Any]:
    kind = type(record)
    values = zip(_NAMES[kind], _VALUES[kind](record), strict=True)
    return {name: _TO_PLAIN[type(value)](value, text) for name, value in values}


def _as_is(value: object, _text: Callable[[str], str]) -> object:
    return value


def _rows(values: tuple[object, ...], text: Callable[[str], str]) -> list[object]:
    return [text(each) if isinstance(each, str) else _plain(each, text) for each in values]


_TO_PLAIN: Final[dict[type, Callable[[Any, Callable[[str], str]], object]]] = {
    type(None): _as_is,
    bool: _as_is,
    int: _as_is,
    str: lambda value, text: text(value),
    Origin: lambda value, _text: value.value,
    BenefitKind: lambda value, _text: value.value,
    LoanPurpose: lambda value, _text: value.value,
    Decimal: lambda value, _text: f"{value.normalize():f}",
    date: lambda value, _text: value.isoformat(),
    datetime: lambda value, _text: value.astimezone(UTC).isoformat(),
    tuple: _rows,
}


def _canonical(plain: Mapping[str, Any]) -> str:
    # What was not said is left out, so that a column added later changes no fingerprint.
    return _ENCODER.encode({name: value for name, value in plain.items() if value is not None})


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
