"""What pages show of cases: rows and frozen facts, never records."""

from backoffice.cases.queries.heads import CaseHead, case_head

__all__ = ["CaseHead", "case_head"]
