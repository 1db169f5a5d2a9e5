"""What the reports' pages write: budget documents, and the marks that the audit's reader leaves."""

from backoffice.reports.operations.budget import (
    enter_allotment,
    enter_appropriation,
    refuse_entered,
)
from backoffice.reports.operations.marks import (
    BROKEN_MAX,
    export_case_history,
    keep_verification,
)
from backoffice.reports.operations.plan import plan_allotment
from backoffice.reports.operations.shifts import approve_shift, propose_shift, return_shift
from backoffice.reports.operations.year import (
    approve_closing,
    propose_closing,
    return_closing,
)

__all__ = [
    "BROKEN_MAX",
    "approve_closing",
    "approve_shift",
    "enter_allotment",
    "enter_appropriation",
    "export_case_history",
    "keep_verification",
    "plan_allotment",
    "propose_closing",
    "propose_shift",
    "refuse_entered",
    "return_closing",
    "return_shift",
]
