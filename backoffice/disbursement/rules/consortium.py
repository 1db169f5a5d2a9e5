"""The consortium 中心廠與合作廠商: each member's share of the budget, who left, who joined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from backoffice.cases.rules.lifecycle import CaseState
from backoffice.kernel.money import ZERO, Ntd, total
from backoffice.kernel.refusal import Refused
from backoffice.scheme.rules import Edition, PartnerRule, Variant

CARRYING_OUT = frozenset({CaseState.ACTIVE, CaseState.ACTIVE_2, CaseState.CLOSING})


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm of a consortium with its share of the subsidy and of the firms' own money."""

    ubn: str
    name: str
    factory_number: str
    subsidy: Ntd
    self_fund: Ntd
    is_centre: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """What the contract gives to one member, known by its 統一編號."""

    ubn: str
    subsidy: Ntd
    self_fund: Ntd


@dataclass(frozen=True, slots=True)
class Live:
    """A member as a change asks about it; `left_on` None while it takes part."""

    ubn: str
    is_centre: bool
    left_on: date | None


def rule_of(edition: Edition, variant: Variant | None) -> PartnerRule | None:
    """What is asked of the partners; None in a scheme without consortia."""
    asked = variant is not None and variant.partners_min is not None
    return edition.eligibility.partners if asked else None


def with_centre(centre: Firm, partners: Iterable[Firm], subsidy: Ntd, own: Ntd) -> tuple[Firm, ...]:
    """The members as applied for, the centre first: it has what the partners leave of the whole.

    A partner that is listed twice is one firm; the centre among its own partners is no partner.
    """
    found: dict[str, Firm] = {}
    for firm in partners:
        if firm.ubn != centre.ubn:
            before = found.get(firm.ubn, replace(firm, subsidy=ZERO, self_fund=ZERO))
            found[firm.ubn] = replace(
                before,
                subsidy=before.subsidy + firm.subsidy,
                self_fund=before.self_fund + firm.self_fund,
            )
    given = total(firm.subsidy for firm in found.values())
    paid = total(firm.self_fund for firm in found.values())
    first = replace(
        centre,
        subsidy=max(ZERO, subsidy - given),
        self_fund=max(ZERO, own - paid),
        is_centre=True,
    )
    return (first, *found.values())


def divided(members: Sequence[Firm], shares: Sequence[Share]) -> tuple[Firm, ...]:
    """The members with the shares of the contract; without any, as the plan has them.

    Refuses "consortium.members_differ" (firms): a member without a share, or the other way round.
    """
    if not shares:
        return tuple(members)
    named = {share.ubn: share for share in shares}
    differing = {firm.ubn for firm in members}.symmetric_difference(named)
    if differing or len(named) != len(shares):
        raise Refused("consortium.members_differ", firms=tuple(sorted(differing or named)))
    return tuple(
        replace(firm, subsidy=named[firm.ubn].subsidy, self_fund=named[firm.ubn].self_fund)
        for firm in members
    )


def check_shares(members: Sequence[Firm], rule: PartnerRule, subsidy: Ntd, self_fund: Ntd) -> None:
    """Σ shares = the case's own amounts, to the dollar. Source: domain §1.2.

    Refuses "consortium.subsidy_sum" and "consortium.self_fund_sum" (value, limit).
    """
    if not rule.shares_sum:
        return
    for code, value, limit in (
        ("consortium.subsidy_sum", total(each.subsidy for each in members), subsidy),
        ("consortium.self_fund_sum", total(each.self_fund for each in members), self_fund),
    ):
        if value != limit:
            raise Refused(code, value=value, limit=limit)


def changing_refusal(state: CaseState) -> Refused | None:
    """Why nobody can leave or join now: the plan is not being carried out."""
    return None if state in CARRYING_OUT else Refused("consortium.not_executing", state=state)


def leaving_refusal(member: Live) -> Refused | None:
    """Why this member cannot leave: it is the centre, or has left already."""
    if member.is_centre:
        return Refused("consortium.centre_stays")
    if member.left_on is not None:
        return Refused("consortium.left_already", left_on=member.left_on)
    return None


def check_newcomer(newcomer: Firm, members: Iterable[Live], rule: PartnerRule, spare: Firm) -> None:
    """A firm may join, on a share that the centre gives up (`spare`: the centre as it stands).

    Refuses "consortium.name_missing", "consortium.duplicate" (ubn), "consortium.no_factory", and
    "consortium.share_too_large" (value, limit).
    """
    if not newcomer.name.strip():
        raise Refused("consortium.name_missing")
    taken = {member.ubn for member in members if member.left_on is None}
    if newcomer.ubn in taken:
        raise Refused("consortium.duplicate", ubn=newcomer.ubn)
    if rule.factory_registration and not newcomer.factory_number.strip():
        raise Refused("consortium.no_factory", firm=newcomer.name.strip())
    for value, limit in (
        (newcomer.subsidy, spare.subsidy),
        (newcomer.self_fund, spare.self_fund),
    ):
        if value > limit:
            raise Refused("consortium.share_too_large", value=value, limit=limit)


@dataclass(frozen=True, slots=True)
class Standing:
    """How many partners there are, and how many there must be.

    `replace_by`: the last day to make up for those who left; None while there are enough, or
    where the edition states no days.
    """

    count: int
    minimum: int
    replace_by: date | None

    @property
    def missing(self) -> int:
        """How many partners are wanted still."""
        return max(0, self.minimum - self.count)


def standing(members: Sequence[Live], edition: Edition, variant: Variant | None) -> Standing | None:
    """Whether enough partners take part; None in a scheme without consortia."""
    rule = rule_of(edition, variant)
    if rule is None or variant is None or variant.partners_min is None:
        return None
    partners = [member for member in members if not member.is_centre]
    count = sum(member.left_on is None for member in partners)
    left = [member.left_on for member in partners if member.left_on is not None]
    replace_by = None
    if count < variant.partners_min and left and rule.replace_days is not None:
        replace_by = max(left) + timedelta(days=rule.replace_days)
    return Standing(count, variant.partners_min, replace_by)
