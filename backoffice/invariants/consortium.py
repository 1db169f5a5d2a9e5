"""Consortia: the shares of those who take part against the contract that they share."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.disbursement.models import ConsortiumMember, Contract
from backoffice.invariants.register import Found, invariant
from backoffice.kernel.money import total
from backoffice.scheme import registry


@invariant("I-60 the live shares of a consortium are its contract's amounts")
def shares_foot(session: Session) -> Found:
    """Σ subsidy and Σ self-fund of the members who take part, one of them the centre."""
    live: dict[int, list[ConsortiumMember]] = defaultdict(list)
    for member in session.scalars(
        select(ConsortiumMember).where(ConsortiumMember.left_on.is_(None))
    ):
        live[member.case_id].append(member)
    for row in session.execute(
        select(
            Contract.case_id, Contract.number, Contract.subsidy, Contract.total_budget, Case.edition
        ).join(Case, Case.id == Contract.case_id)
    ):
        rule = registry.edition_named(row.edition).eligibility.partners
        members = live[row.case_id]
        if rule is None:
            if members:
                yield row.number, f"{len(members)} members of a scheme without consortia"
            continue
        if sum(member.is_centre for member in members) != 1:
            yield row.number, "not one centre"
        shares = (
            total(member.subsidy for member in members),
            total(member.self_fund for member in members),
        )
        if rule.shares_sum and shares != (row.subsidy, row.total_budget - row.subsidy):
            yield row.number, f"shares {shares}, contract {row.subsidy} of {row.total_budget}"
