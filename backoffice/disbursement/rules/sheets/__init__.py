"""Disbursement sheets 撥款清冊: what stands on them, who signs them, and how they are settled."""

from backoffice.disbursement.rules.sheets.columns import (
    FORM,
    FormColumn,
    Frozen,
    FrozenLine,
    Kind,
    control_hash,
    roc_year,
    sheet_number,
)
from backoffice.disbursement.rules.sheets.making import (
    LINES_MAX,
    Candidate,
    check_batch,
    correcting_refusal,
    line_checks,
    line_refusal,
    taken_refusal,
)
from backoffice.disbursement.rules.sheets.settling import (
    LineOutcome,
    ReturnReason,
    check_outcome,
    read_reason,
)
from backoffice.disbursement.rules.sheets.signing import (
    Rung,
    SheetFacts,
    may_approve,
    may_check,
    may_make,
    may_send,
    may_settle,
    may_void,
    next_rung,
)

__all__ = [
    "FORM",
    "LINES_MAX",
    "Candidate",
    "FormColumn",
    "Frozen",
    "FrozenLine",
    "Kind",
    "LineOutcome",
    "ReturnReason",
    "Rung",
    "SheetFacts",
    "check_batch",
    "check_outcome",
    "control_hash",
    "correcting_refusal",
    "line_checks",
    "line_refusal",
    "may_approve",
    "may_check",
    "may_make",
    "may_send",
    "may_settle",
    "may_void",
    "next_rung",
    "read_reason",
    "roc_year",
    "sheet_number",
    "taken_refusal",
]
