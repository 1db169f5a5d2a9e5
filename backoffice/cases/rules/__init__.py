"""The rules of cases: what a submission is, what an intake finds, how a case moves."""

from backoffice.cases.rules.admission import Editions
from backoffice.cases.rules.assembly import Notice
from backoffice.cases.rules.budget import (
    Plan,
    Spending,
    Untaxed,
    budget_verdicts,
    plan_of,
    spending_of,
    untaxed,
)
from backoffice.cases.rules.columns import CHILD_SHEETS, PROBLEM, SHEETS, Column, Sheet
from backoffice.cases.rules.eligibility import Judge, findings, track_of, verdicts
from backoffice.cases.rules.equipment import EquipmentFacts, equipment_facts
from backoffice.cases.rules.intake import CaseResult, IntakeResult, Outcome, evaluate
from backoffice.cases.rules.mentions import Mentions, mentioned
from backoffice.cases.rules.plan import last_day, midterm_on, period_start
from backoffice.cases.rules.required import RequiredColumn, required_columns
from backoffice.cases.rules.seating import Place, paid_in_full_at, places, queue_key
from backoffice.cases.rules.submission import (
    Benefit,
    BenefitKind,
    BudgetLine,
    Checkpoint,
    Equipment,
    FeePayment,
    Loan,
    LoanPurpose,
    Member,
    Origin,
    Submission,
    Trainee,
    restored,
)
from backoffice.cases.rules.tables import Detail, ErrorCode, SheetRows, TableRow
from backoffice.cases.rules.verdicts import (
    NOTHING_KNOWN,
    Closure,
    Finding,
    Known,
    Verdict,
    findings_of,
    packed,
    percent,
    unpacked,
)

__all__ = [
    "CHILD_SHEETS",
    "NOTHING_KNOWN",
    "PROBLEM",
    "SHEETS",
    "Benefit",
    "BenefitKind",
    "BudgetLine",
    "CaseResult",
    "Checkpoint",
    "Closure",
    "Column",
    "Detail",
    "Editions",
    "Equipment",
    "EquipmentFacts",
    "ErrorCode",
    "FeePayment",
    "Finding",
    "IntakeResult",
    "Judge",
    "Known",
    "Loan",
    "LoanPurpose",
    "Member",
    "Mentions",
    "Notice",
    "Origin",
    "Outcome",
    "Place",
    "Plan",
    "RequiredColumn",
    "Sheet",
    "SheetRows",
    "Spending",
    "Submission",
    "TableRow",
    "Trainee",
    "Untaxed",
    "Verdict",
    "budget_verdicts",
    "equipment_facts",
    "evaluate",
    "findings",
    "findings_of",
    "last_day",
    "mentioned",
    "midterm_on",
    "packed",
    "paid_in_full_at",
    "percent",
    "period_start",
    "places",
    "plan_of",
    "queue_key",
    "required_columns",
    "restored",
    "spending_of",
    "track_of",
    "unpacked",
    "untaxed",
    "verdicts",
]
