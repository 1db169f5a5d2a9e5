"""The consortium as contracted, and the values that a case promised and achieved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case, Member
from backoffice.disbursement.models import AchievedTarget, ConsortiumMember
from backoffice.disbursement.rules.consortium import (
    Firm,
    Live,
    Standing,
    rule_of,
    standing,
)
from backoffice.disbursement.rules.targets import Result, results
from backoffice.kernel.money import ZERO, Ntd
from backoffice.scheme.rules import Edition, Metric, Variant

MEMBERS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A firm of the consortium as contracted; `left_on` None while it takes part."""

    id: int
    version: int
    case_id: int
    is_centre: bool
    firm_name: str
    ubn: str
    factory_number: str
    subsidy: Ntd
    self_fund: Ntd
    joined_on: date
    join_letter: str
    left_on: date | None
    leave_letter: str
    reason: str

    @property
    def live(self) -> Live:
        """The member as the rules ask about it."""
        return Live(self.ubn, self.is_centre, self.left_on)

    @property
    def firm(self) -> Firm:
        """The member with its share, as the rules ask about it."""
        return Firm(
            self.ubn,
            self.firm_name,
            self.factory_number,
            self.subsidy,
            self.self_fund,
            self.is_centre,
        )


def members_of(session: Session, case_id: int) -> tuple[MemberRow, ...]:
    """The consortium as contracted, the centre first; empty before the contract."""
    rows = session.execute(
        _members()
        .where(ConsortiumMember.case_id == case_id)
        .order_by(ConsortiumMember.position, ConsortiumMember.id)
        .limit(MEMBERS_MAX)
    )
    return tuple(MemberRow(**row._mapping) for row in rows)


def member_at(session: Session, member_id: int) -> MemberRow:
    """One member; NoResultFound when there is none."""
    found = session.execute(_members().where(ConsortiumMember.id == member_id)).one()
    return MemberRow(**found._mapping)


def _members() -> Select[*tuple[Any, ...]]:
    return select(
        ConsortiumMember.id,
        ConsortiumMember.version,
        ConsortiumMember.case_id,
        ConsortiumMember.is_centre,
        ConsortiumMember.firm_name,
        ConsortiumMember.ubn,
        ConsortiumMember.factory_number,
        ConsortiumMember.subsidy,
        ConsortiumMember.self_fund,
        ConsortiumMember.joined_on,
        ConsortiumMember.join_letter,
        ConsortiumMember.left_on,
        ConsortiumMember.leave_letter,
        ConsortiumMember.reason,
    )


def applied_consortium(
    session: Session, case_id: int, edition: Edition, variant: Variant | None
) -> tuple[Firm, ...]:
    """Who applied, the centre first and without a share of its own; empty where nobody else can.

    The centre's share is what its partners leave: `rules.consortium.with_centre`.
    """
    if rule_of(edition, variant) is None:
        return ()
    case = session.execute(
        select(Case.ubn, Case.firm_name, Case.factory_number).where(Case.id == case_id)
    ).one()
    partners = session.execute(
        select(
            Member.ubn, Member.firm_name, Member.factory_number, Member.subsidy, Member.self_fund
        )
        .where(Member.case_id == case_id)
        .order_by(Member.position, Member.id)
        .limit(MEMBERS_MAX)
    )
    centre = Firm(case.ubn, case.firm_name, case.factory_number, ZERO, ZERO, is_centre=True)
    return (
        centre,
        *(
            Firm(row.ubn, row.firm_name, row.factory_number, row.subsidy or ZERO, own or ZERO)
            for row in partners
            for own in (row.self_fund,)
        ),
    )


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What the closing asks beside papers: targets with their values, and enough partners."""

    results: tuple[Result, ...]
    standing: Standing | None


def outcomes_of(
    session: Session, case_id: int, edition: Edition, variant: Variant | None
) -> Outcomes:
    """The case's targets and its consortium, as they stand now."""
    found: tuple[Result, ...] = ()
    if variant is not None and variant.targets:
        found = results(
            edition, variant, promised_of(session, case_id), achieved_of(session, case_id)
        )
    if rule_of(edition, variant) is None:
        return Outcomes(found, None)
    live = [row.live for row in members_of(session, case_id)]
    return Outcomes(found, standing(live, edition, variant))


def promised_of(session: Session, case_id: int) -> Mapping[Metric, int]:
    """What the firm promised in its application, by metric; a blank is no promise."""
    stated = session.execute(select(Case.targets).where(Case.id == case_id)).scalar_one()
    return {
        metric: value for metric in Metric if isinstance(value := stated.get(metric.value), int)
    }


def achieved_of(session: Session, case_id: int) -> Mapping[Metric, int]:
    """What was reported for closing, by metric."""
    rows = session.execute(
        select(AchievedTarget.metric, AchievedTarget.value)
        .where(AchievedTarget.case_id == case_id)
        .order_by(AchievedTarget.id)
        .limit(len(Metric))
    )
    return {row.metric: row.value for row in rows}
