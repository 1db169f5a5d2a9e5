"""A submission as rows of the tables, exactly as it was received."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Table

from backoffice.access import Actor
from backoffice.cases import models
from backoffice.cases.models import FindingState, WaitingFor, turn_of
from backoffice.cases.rules import (
    CaseResult,
    Judge,
    LoanPurpose,
    Origin,
    Submission,
    packed,
)
from backoffice.cases.rules.lifecycle import CASE, CaseEvent
from backoffice.cases.rules.seats import FeeSource
from backoffice.kernel.money import ZERO, Ntd
from backoffice.scheme.rules import Declaration, Edition, EditionKey, Metric, Proof

QUALIFYING = CASE.after(CASE.initial, CaseEvent.START_ELIGIBILITY)

Row = dict[str, Any]


class Rows:
    """Makes the rows of cases, with what an edition says looked up once for all of them."""

    def __init__(self, *, import_id: int, by: Actor, now: datetime) -> None:
        self._import_id = import_id
        self._by = by
        self._now = now
        self._judges: dict[EditionKey, Judge] = {}
        self._categories: dict[tuple[EditionKey, str], str] = {}

    def case(self, result: CaseResult, fingerprint: Callable[[Submission], str]) -> Row:
        """The row of the case itself: queued for its eligibility, waiting for an officer."""
        sent, edition = result.submission, result.edition
        assert sent is not None, "a rejected case has no row"
        assert edition is not None
        equipment = result.equipment
        return {
            "version": 1,
            "number": sent.number,
            "scheme": sent.scheme,
            "edition": str(edition.key),
            "variant": self._variant(sent, edition),
            "state": QUALIFYING,
            "received_at": sent.received_at,
            "imported_at": self._now,
            "import_id": self._import_id,
            "complete_at": None,
            "firm_name": sent.firm_name,
            "ubn": sent.ubn,
            "registration": sent.registration or "",
            "industry": sent.industry or "",
            "headcount": _decimal(sent.headcount),
            "paid_in_capital": _ntd(sent.paid_in_capital),
            "factory_status": sent.factory_status or "",
            "factory_number": sent.factory_number or "",
            "project_name": sent.plan_name or "",
            "target": sent.purpose or "",
            "plan_start": sent.starts_on,
            "plan_end": sent.ends_on,
            "total_budget": _ntd(sent.total),
            "subsidy_requested": _ntd(sent.subsidy),
            "self_fund": _ntd(sent.self_fund),
            "domestic": Ntd(equipment.domestic) if equipment else ZERO,
            "new_equipment": Ntd(equipment.new_equipment) if equipment else ZERO,
            "contact_name": sent.contact_name or "",
            "contact_email": sent.contact_email or "",
            "contact_phone": sent.contact_phone or "",
            "declarations": {name: getattr(sent, name) for name in _DECLARATIONS},
            "targets": {name: getattr(sent, name) for name in _TARGETS},
            "content_sha256": fingerprint(sent),
            "finding_count": len(result.findings),
            "officer_id": None,
            "waiting_for": WaitingFor.OFFICER,
            "turn": turn_of(WaitingFor.OFFICER),
            "waiting_since": self._now,
            "due_on": None,
            "score": None,
            "subsidy": None,
            "decided_at": None,
            "closed_at": None,
        }

    def children(self, result: CaseResult, case_id: int) -> Iterator[tuple[Table, Row]]:
        """The child rows in the firm's order and the findings, each with its table."""
        sent, edition = result.submission, result.edition
        assert sent is not None
        assert edition is not None
        for field, (table, columns) in _CHILDREN.items():
            for position, record in enumerate(getattr(sent, field), 1):
                row = columns(record)
                row["case_id"] = case_id
                row["position"] = position
                if field == "lines":
                    row["category"] = self._category(edition, record.category)
                elif field == "fees":
                    row["entered_at"] = self._now
                    row["entered_by"] = self._by.id
                    row["entered_by_name"] = self._by.name
                yield table, row
        for finding in result.findings:
            yield (
                _FINDINGS,
                {
                    "version": 1,
                    "case_id": case_id,
                    "code": finding.code,
                    "facts": packed(finding.facts),
                    "clause": finding.clause,
                    "state": FindingState.OPEN,
                    "reason": "",
                    "decided_by": None,
                    "decided_at": None,
                },
            )

    def _variant(self, sent: Submission, edition: Edition) -> str:
        judge = self._judges.get(edition.key)
        if judge is None:
            judge = self._judges[edition.key] = Judge(edition)
        found = judge.variants(sent)
        return found[0].key if len(found) == 1 else ""

    def _category(self, edition: Edition, text: str) -> str:
        place = edition.key, text
        if place not in self._categories:
            found = edition.category_named(text)
            self._categories[place] = found.code if found else ""
        return self._categories[place]


_DECLARATIONS = (*(each.value for each in Declaration), *(each.value for each in Proof))
_TARGETS = tuple(each.value for each in Metric)


def _ntd(amount: int | None) -> Ntd | None:
    return None if amount is None else Ntd(amount)


def _decimal(number: Decimal | None) -> str:
    return "" if number is None else f"{number:f}"


def _budget_line(line: Any) -> Row:
    return {
        "category_text": line.category,
        "subsidy": Ntd(line.subsidy),
        "self_fund": Ntd(line.self_fund),
        "note": line.note or "",
    }


def _equipment(piece: Any) -> Row:
    return {
        "name": piece.name or "",
        "model": piece.model or "",
        "use": piece.specification or "",
        "quantity": piece.quantity,
        "unit_price": Ntd(piece.unit_price),
        "domestic": piece.origin is Origin.DOMESTIC,
        "vendor": piece.vendor or "",
    }


def _checkpoint(point: Any) -> Row:
    return {
        "subproject": point.part or "",
        "work_item": point.work_item or "",
        "method": point.approach or "",
        "item": point.evidence or "",
        "due_on": point.due_on,
        "weight_bp": point.weight_bp,
    }


def _benefit(benefit: Any) -> Row:
    return {
        "kind": benefit.kind.value,
        "item": benefit.item,
        "unit": benefit.unit or "",
        "before": _decimal(benefit.before),
        "after": _decimal(benefit.after),
        "basis": benefit.basis or "",
    }


def _member(member: Any) -> Row:
    return {
        "firm_name": member.firm_name,
        "ubn": member.ubn,
        "factory_number": member.factory_number or "",
        "subsidy": Ntd(member.subsidy or 0),
        "self_fund": Ntd(member.self_fund or 0),
    }


def _fee(fee: Any) -> Row:
    return {
        "paid_at": fee.paid_at,
        "amount": Ntd(fee.amount),
        "receipt_number": fee.receipt or "",
        "source": FeeSource.INTAKE.value,
        "returned_at": None,
    }


def _loan(loan: Any) -> Row:
    purpose: LoanPurpose = loan.used_for
    return {
        "loan_class": loan.loan_class,
        "amount": Ntd(loan.amount),
        "purpose": purpose.value,
        "plan_cost": _ntd(loan.plan_cost),
        "condition": ",".join(loan.conditions),
        "bank_code": loan.bank_code or "",
        "drawn_on": loan.disbursed_on,
    }


def _trainee(trainee: Any) -> Row:
    return {
        "course": trainee.course or "",
        "name": trainee.name,
        "employer_ubn": trainee.employer_ubn,
        "employed": trainee.is_employed,
    }


def table_of(model: type[Any]) -> Table:
    """The table of a model."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


_FINDINGS = table_of(models.EligibilityFinding)
_CHILDREN: Mapping[str, tuple[Table, Callable[[Any], Row]]] = {
    "lines": (table_of(models.BudgetLine), _budget_line),
    "equipment": (table_of(models.Equipment), _equipment),
    "checkpoints": (table_of(models.PlannedCheckpoint), _checkpoint),
    "benefits": (table_of(models.Benefit), _benefit),
    "members": (table_of(models.Member), _member),
    "fees": (table_of(models.FeePaid), _fee),
    "loans": (table_of(models.Loan), _loan),
    "trainees": (table_of(models.Trainee), _trainee),
}
