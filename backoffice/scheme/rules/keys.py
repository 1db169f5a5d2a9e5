"""Names of schemes, editions and the closed lists that an edition is written in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, StrEnum

from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import nfkc

SchemeKey = str
"""The code of a scheme, as it stands in the intake workbook; only ever data."""

_EDITION_NAME = re.compile(r"([A-Za-z0-9]{1,16})/([1-9][0-9]{0,3})")


@dataclass(frozen=True, order=True, slots=True)
class EditionKey:
    """One version of one scheme's rules; a case keeps it for life."""

    scheme: SchemeKey
    number: int

    def __str__(self) -> str:
        return f"{self.scheme}/{self.number}"

    @classmethod
    def named(cls, text: str) -> EditionKey:
        """The key written as scheme, slash, number. Refuses "scheme.unknown"."""
        found = _EDITION_NAME.fullmatch(text)
        if found is None:
            raise Refused("scheme.unknown", scheme=text)
        return cls(found[1], int(found[2]))


class Flow(Enum):
    """What moves between the office and the firm (§1.0.1, 金流)."""

    GRANT = "grant"
    SEAT = "seat"
    ADVISORY = "advisory"
    TRAINING = "training"
    LOAN = "loan"
    MARKETING = "marketing"


class CeilingClass(Enum):
    """Which of the parent regulation's ceilings a subsidy stands under. Source: P02 §5 II."""

    UP_TO_NINE = "up_to_nine"
    TEN_AND_MORE = "ten_and_more"
    CONSORTIUM_LOW_CARBON = "consortium_low_carbon"
    CONSORTIUM_SMART = "consortium_smart"
    REGISTERING_FACTORY = "registering_factory"
    SERVICES = "services"


class Fund(Enum):
    """Who may pay for an expense category: subsidy and firm, or the firm alone."""

    GRANT = "grant"
    SELF = "self"


class Detail(Enum):
    """The detail table that must foot with an expense category (§3.2 B10)."""

    EQUIPMENT = "equipment"
    IMPROVEMENT = "improvement"
    COMMISSION = "commission"
    STAFF = "staff"
    INTANGIBLE = "intangible"


class Release(Enum):
    """The event that makes a tranche payable."""

    MIDTERM_PASSED = "midterm_passed"
    CLOSING_PASSED = "closing_passed"


class PeriodStart(Enum):
    """The day from which the execution period counts."""

    RECEIVED = "received"
    PLAN_START = "plan_start"


class SeatOrder(Enum):
    """What puts firms in order for a place."""

    PAYMENT = "payment"
    ACCEPTANCE = "acceptance"


class TaxMode(Enum):
    """Whether a fee is quoted with business tax (營業稅) in it or not."""

    INCLUSIVE = "inclusive"
    EXCLUSIVE = "exclusive"


class CloseCause(Enum):
    """What may close a window before its date."""

    BUDGET_EXHAUSTED = "budget_exhausted"
    ANNOUNCED = "announced"
    QUOTA_FULL = "quota_full"


class Declaration(StrEnum):
    """A declaration of the firm that, answered yes, shuts it out."""

    PRC_INVESTMENT = "prc_investment"
    VENDOR_PRC = "vendor_prc"
    TAX_ARREARS = "tax_arrears"
    DISSOLVED = "dissolved"
    FOREIGN_BRANCH = "foreign_branch"
    BANK_REFUSED = "bank_refused"
    DUPLICATE_SUBSIDY = "duplicate_subsidy"


class Proof(StrEnum):
    """Something the firm must hold or show in the trade schemes."""

    TRADE_REGISTRATION = "trade_registration"
    TRADEMARK = "trademark"
    MADE_IN_TAIWAN = "made_in_taiwan"


class Registration(StrEnum):
    """How the firm is registered; the value is the word of the workbook."""

    COMPANY = "公司"
    BUSINESS = "商業"
    LIMITED_PARTNERSHIP = "有限合夥"
    TAX_ONLY = "稅籍"

    @classmethod
    def named(cls, text: str) -> Registration | None:
        """The kind meant by `text`: 公司, 公司登記, 獨資, 僅有稅籍登記 …; None if unreadable."""
        word = nfkc(text).strip().removeprefix("僅有").removesuffix("登記")
        if word in {"獨資", "合夥"}:
            return cls.BUSINESS
        return next((kind for kind in cls if kind.value == word), None)


class FactoryStatus(StrEnum):
    """The factory's standing with the local government; the value is the workbook's word."""

    REGISTERED = "工廠登記"
    EXEMPT = "免辦工廠登記"
    PLAN_PENDING = "納管_未核定"
    PLAN_APPROVED = "納管_已核定"
    SPECIAL = "特定工廠登記"

    @classmethod
    def named(cls, text: str) -> FactoryStatus | None:
        """The status written as `text`; None for blank or unreadable text."""
        word = nfkc(text).strip()
        return next((status for status in cls if status.value == word), None)


class FactoryRuleKind(Enum):
    """Whether a scheme asks for a registered factory, or for a stage on the way to one."""

    REGISTRATION = "registration"
    STATUS = "status"


class Op(StrEnum):
    """A comparison, as it is written in an edition."""

    LESS = "<"
    AT_MOST = "<="
    AT_LEAST = ">="
    MORE = ">"


class Metric(StrEnum):
    """What a target counts. Carbon is whole kilograms of CO2e, rounded down (§0.2)."""

    SERVICES = "services"
    PARTNERS = "partners"
    VISITS = "visits"
    CARBON_KG = "carbon_kg"


class TargetBasis(Enum):
    """What achieved values are measured against: the class's minimum, or the firm's promise."""

    MINIMUM = "minimum"
    PROMISED = "promised"


class Need(Enum):
    """Whether a document must be there."""

    REQUIRED = "required"
    CONDITIONAL = "conditional"
    OPTIONAL = "optional"


class Condition(Enum):
    """When a conditional document must be there."""

    TAX_DEFERRED = "tax_deferred"
    PUBLIC_OFFICIAL = "public_official"
    COMMISSION_OR_INTANGIBLE = "commission_or_intangible"


class ClosingCondition(StrEnum):
    """What must hold before a case can be closed."""

    CLOSING_REVIEW_PASSED = "closing_review_passed"
    SPECIAL_FACTORY_REGISTRATION = "special_factory_registration"
    PARTNERS_KEPT = "partners_kept"
    TARGETS_MET = "targets_met"
    VISIT_REPORT_AND_MILESTONE = "visit_report_and_milestone"
    ATTENDANCE_AND_COMPLETION = "attendance_and_completion"
    SERVICE_DELIVERED = "service_delivered"
    FEE_SPENT_ON_ADVERTISING = "fee_spent_on_advertising"
    DESIGN_OR_PROTOTYPE = "design_or_prototype"


class RecusalGround(StrEnum):
    """Why a reviewer must stand aside (§2.5, R1–R6)."""

    PARTY_OR_RELATIVE = "party_or_relative"
    INTEREST = "interest"
    EMPLOYMENT_OR_MANDATE = "employment_or_mandate"
    CO_OBLIGATION_OR_WITNESS = "co_obligation_or_witness"
    VENDOR_IN_PLAN = "vendor_in_plan"
    OTHER_DOUBT = "other_doubt"
